//! MSPDI through a plan and back: every element and value of the original is in the export.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../testdata.rs"]
mod testdata;

use std::collections::BTreeMap;

use domain::schedule::schedule;
use exchange::mspdi;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Every value of a file with the way to it, the elements in a list told apart by their UID or else by their place; and
/// how often it stands there.
fn canonical(xml: &[u8]) -> BTreeMap<(String, String), usize> {
    let text = String::from_utf8(xml.to_vec()).unwrap();
    let mut reader = Reader::from_str(&text);
    let mut found = BTreeMap::new();
    // the way, what was written so far in the innermost element, and whether it had elements
    let mut way: Vec<String> = Vec::new();
    let mut inner: Vec<(String, bool)> = vec![(String::new(), false)];
    // values of an element that waits for its UID
    let mut waiting: Vec<Vec<(String, String)>> = vec![Vec::new()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                inner.last_mut().unwrap().1 = true;
                inner.push((String::new(), false));
                waiting.push(Vec::new());
                way.push(name);
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                inner.last_mut().unwrap().1 = true;
                waiting.last_mut().unwrap().push((name, String::new()));
            }
            Event::Text(part) => inner.last_mut().unwrap().0 += &*part,
            Event::CData(part) => inner.last_mut().unwrap().0 += &*part,
            Event::GeneralRef(part) => {
                let name = part.to_string();
                inner.last_mut().unwrap().0 += &format!("&{name};");
            }
            Event::End(_) => {
                let (text, holds) = inner.pop().unwrap();
                let name = way.pop().unwrap();
                let below = waiting.pop().unwrap();
                let uid = below.iter().find(|(way, _)| way == "UID");
                let key = match uid {
                    Some((_, uid)) => format!("{name}[{uid}]"),
                    None => name,
                };
                let values = waiting.last_mut().unwrap();
                if holds {
                    for (way, value) in below {
                        values.push((format!("{key}/{way}"), value));
                    }
                } else {
                    values.push((key, text.trim().to_owned()));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    for value in waiting.pop().unwrap() {
        *found.entry(value).or_default() += 1;
    }
    found
}

/// What an export may say otherwise than the original, and why.
fn excepted(way: &str) -> Option<&'static str> {
    let last = way.rsplit('/').next().unwrap_or_default();
    match last {
        "LastSaved" => Some("it was saved by us, now"),
        _ => None,
    }
}

/// Files that are Primavera's own XML, by whatever folder they came in.
const PRIMAVERA: [&str; 2] = [
    "plans/mspdi/PredecessorCalendar.xml",
    "plans/mspdi/SuccessorCalendar.xml",
];

#[test]
fn every_value_of_the_original_is_in_the_export() {
    let folder = testdata::folder().join("plans/mspdi");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.map(|name| format!("plans/mspdi/{name}")).collect();
    names.push("plans/house-claeys-verhelst.xml".to_owned());
    names.sort();
    let mut lost = Vec::new();
    for name in names {
        let Some(original) = testdata::read(&name) else {
            continue;
        };
        let mut last = 0u64;
        let imported = match mspdi::read(&original, &mut || {
            last += 1;
            last
        }) {
            Ok(imported) => imported,
            Err(error) if PRIMAVERA.contains(&name.as_str()) => {
                println!("{name}: {error}");
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        let dates = schedule(&imported.plan).0;
        let export =
            mspdi::write(&imported.plan, &dates, &imported.notes, Some(&original)).unwrap();
        let (before, after) = (canonical(&original), canonical(&export));
        let missing: Vec<_> = before
            .iter()
            .filter(|(value, count)| after.get(*value).is_none_or(|now| now < count))
            .filter(|((way, _), _)| excepted(way).is_none())
            .map(|((way, value), _)| format!("{name}: {way} = {value}"))
            .collect();
        println!(
            "{name}: {} values, {} not in the export",
            before.len(),
            missing.len()
        );
        lost.extend(missing);
    }
    let some: Vec<String> = lost.iter().take(40).cloned().collect();
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), some.join("\n"));
}

#[test]
fn a_value_that_is_lost_or_changed_is_seen() {
    let file = |value: &str| {
        let task = format!("<Task><Name>{value}</Name><UID>7</UID></Task>");
        canonical(format!("<Project><Tasks>{task}</Tasks></Project>").as_bytes())
    };
    let way = "Project/Tasks/Task[7]/Name".to_owned();
    assert_eq!(
        file("Dig &amp; fill").get(&(way.clone(), "Dig &amp; fill".to_owned())),
        Some(&1)
    );
    assert_eq!(file("Pour").get(&(way, "Dig".to_owned())), None);
}
