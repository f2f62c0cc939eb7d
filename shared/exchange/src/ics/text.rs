//! How iCalendar writes text: escapes, and lines of at most 75 bytes (RFC 5545, 3.1 and 3.3.11).

/// The most bytes of a line, without its end.
const LONGEST: usize = 75;

/// Lines of an iCalendar file, one after the other.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// Adds `head:value`, folded; the value stands as it is.
    pub(super) fn plain(&mut self, head: &str, value: &str) {
        let mut used = 0;
        for c in head.chars().chain([':']).chain(value.chars()) {
            if used + c.len_utf8() > LONGEST {
                // a line that begins with a blank goes on with the one before
                self.text.push_str("\r\n ");
                used = 1;
            }
            self.text.push(c);
            used += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    /// Adds a property whose value is text of people.
    pub(super) fn text(&mut self, head: &str, value: &str) {
        self.plain(head, &escaped(value));
    }

    /// All of them.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Text with its escapes. Line breaks of any kind are one; what a text cannot hold becomes a blank.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut before = ' ';
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' if before == '\r' => {}
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push(c),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out
}
