//! Reads an iCalendar file as its standard says, strictly.

/// An event: its properties in their order, as they are after unfolding, and with text as people see it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event(pub(crate) Vec<(String, String)>);

impl Event {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn dates(&self) -> (&str, Option<&str>) {
        let either = |name: &str| {
            let day = self.get(&format!("{name};VALUE=DATE"));
            day.or_else(|| self.get(name))
        };
        (either("DTSTART").unwrap(), either("DTEND"))
    }
}

/// Lines without their folds.
pub(crate) fn unfolded(text: &str) -> Vec<String> {
    assert!(text.ends_with("\r\n"));
    let whole = text.replace("\r\n ", "");
    let lines: Vec<String> = whole.split_terminator("\r\n").map(str::to_owned).collect();
    assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])));
    lines
}

fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        out.push(match c {
            '\\' => match rest.next().unwrap() {
                'n' | 'N' => '\n',
                c @ ('\\' | ';' | ',') => c,
                other => panic!("\\{other}"),
            },
            c => c,
        });
    }
    out
}

/// What stands before the events, and the events.
pub(crate) fn read(text: &str) -> (Event, Vec<Event>) {
    let mut head = Event(Vec::new());
    let mut events: Vec<Event> = Vec::new();
    let mut inside = false;
    let lines = unfolded(text);
    assert_eq!(lines.first().unwrap(), "BEGIN:VCALENDAR");
    assert_eq!(lines.last().unwrap(), "END:VCALENDAR");
    for line in &lines[1..lines.len() - 1] {
        let (key, value) = line.split_once(':').unwrap();
        match (key, value) {
            ("BEGIN", "VEVENT") => {
                assert!(!std::mem::replace(&mut inside, true));
                events.push(Event(Vec::new()));
            }
            ("END", "VEVENT") => assert!(std::mem::replace(&mut inside, false)),
            (key, value) => {
                let into = match inside {
                    true => events.last_mut().unwrap(),
                    false => &mut head,
                };
                let text = ["SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME"].contains(&key);
                let value = match text {
                    true => unescaped(value),
                    false => value.to_owned(),
                };
                into.0.push((key.to_owned(), value));
            }
        }
    }
    assert!(!inside);
    (head, events)
}
