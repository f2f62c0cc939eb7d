//! Numbered rules in the documentation name the tests that hold them: each rule at least one, and each of them is there.

use std::collections::BTreeSet;

use super::{Findings, Source};

/// Documents with rules, and how their numbers begin.
const RULES: [(&str, &str); 9] = [
    ("docs/sync.md", "- **S-"),
    ("docs/schedule.md", "- **D-"),
    ("docs/levelling.md", "- **L-"),
    ("docs/exchange.md", "- **X-"),
    ("docs/earned-value.md", "- **EV-"),
    ("docs/calendar-feed.md", "- **I-"),
    ("docs/custom-fields.md", "- **C-"),
    ("docs/form-documents.md", "- **FD-"),
    ("docs/security.md", "\n| V"),
];

pub(super) fn check(sources: &[Source], found: &mut Findings) {
    let rust = sources.iter().filter(|s| s.path.ends_with(".rs"));
    let tests: BTreeSet<&str> = rust.flat_map(|s| functions(&s.text)).collect();
    for (file, begin) in RULES {
        let Some(text) = sources.iter().find(|s| s.path == file) else {
            found.error(format!("{file} is missing"));
            continue;
        };
        let text = &text.text;
        let mut numbers = BTreeSet::new();
        for rule in text.split(begin).skip(1) {
            // a rule ends with its paragraph
            let rule = rule.split("\n- ").next().unwrap_or(rule);
            let rule = rule.split("\n\n").next().unwrap_or(rule);
            let number = rule.split(['*', ' ']).next().unwrap_or_default();
            if !numbers.insert(number.to_owned()) {
                found.error(format!("{file}: rule {number} is there twice"));
            }
            let named: Vec<&str> = rule
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|n| is_test(n))
                .collect();
            if named.is_empty() {
                found.error(format!("{file}: rule {number} names no test"));
            }
            for name in named.into_iter().filter(|name| !tests.contains(*name)) {
                found.error(format!(
                    "{file}: rule {number} names {name}, which is no test"
                ));
            }
        }
    }
}

/// Names of tests are sentences; names of types and frames are not.
fn is_test(name: &str) -> bool {
    name.matches('_').count() >= 2
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn functions(text: &str) -> impl Iterator<Item = &str> {
    text.split("fn ").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    })
}
