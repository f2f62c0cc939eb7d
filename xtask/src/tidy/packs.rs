//! What a regulation says is data: no id of a pack or of a form of `shared/packs`, and no row of the systems (its letter and
//! two figures), stands in Rust outside tests.

use std::collections::BTreeSet;

use super::{Findings, Source};

/// Where packs lie.
const PACKS: &str = "shared/packs/";

pub(super) fn check(sources: &[Source], found: &mut Findings) {
    let ids: BTreeSet<&str> = sources.iter().filter_map(id).collect();
    for source in sources {
        let path = source.path.as_str();
        let test = path
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs" || part == "benches");
        if !path.ends_with(".rs") || test {
            continue;
        }
        for (number, line) in code(&source.text) {
            for word in line
                .split('"')
                .skip(1)
                .step_by(2)
                .filter(|word| ids.contains(word))
            {
                found.error(format!(
                    "{path}:{number}: \"{word}\" is an id of {PACKS}: what a regulation says is data, not code"
                ));
            }
            if let Some(row) = words(line).find(|word| is_row(word)) {
                found.error(format!(
                    "{path}:{number}: {row} is a row of the systems: what a regulation says is data, not code"
                ));
            }
        }
    }
}

/// The id of a pack, or of a form or a register of one, from its file.
fn id(source: &Source) -> Option<&str> {
    let path = source.path.strip_prefix(PACKS)?;
    let kept = ["/forms/", "/registers/"];
    if !path.ends_with("/pack.toml") && !kept.iter().any(|folder| path.contains(folder)) {
        return None;
    }
    let own = source
        .text
        .lines()
        .take_while(|line| !line.trim_start().starts_with('['));
    let mut lines = own.filter_map(|line| line.strip_prefix("id")?.trim_start().strip_prefix('='));
    lines.next()?.trim().strip_prefix('"')?.split('"').next()
}

/// The lines of code before the tests in the same file, without remarks.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric())
}

/// `S01` to `S18`, in either case.
fn is_row(word: &str) -> bool {
    let number = word
        .strip_prefix(['S', 's'])
        .filter(|figures| figures.len() == 2);
    number
        .and_then(|figures| figures.parse().ok())
        .is_some_and(|number: u8| (1..=18).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(path: &str, text: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source {
            path: path.into(),
            text: text.into(),
        };
        let mut found = Findings::default();
        check(
            &[
                source(
                    "shared/packs/rules/pack.toml",
                    "# a remark\nid = \"rules\"\n[[role]]\nid = \"head\"\n",
                ),
                source(
                    "shared/packs/rules/forms/leave.toml",
                    "id = \"leave_form\"\n",
                ),
                source(path, text),
            ],
            &mut found,
        );
        found.errors
    }

    #[test]
    fn ids_of_packs_and_rows_of_the_systems_are_not_in_code() {
        let told = errors(
            "app/src/form.rs",
            "fn f() {}\nif form == \"leave_form\" {}\n",
        );
        assert_eq!(told.len(), 1);
        assert!(
            told.iter()
                .all(|told| told.starts_with("app/src/form.rs:2: \"leave_form\""))
        );
        assert_eq!(errors("app/src/form.rs", "open(\"rules\")").len(), 1);
        assert_eq!(errors("app/src/form.rs", "fn s01_gate() {}").len(), 1);
        assert_eq!(
            errors("app/src/form.rs", "const ROW: &str = \"S18\";").len(),
            1
        );
    }

    #[test]
    fn tests_remarks_and_other_words_may_name_them() {
        let clean = [
            ("tests/tests/walk.rs", "\"leave_form\" s01_walk"),
            ("shared/pack/tests/walk.rs", "\"leave_form\""),
            ("app/src/form.rs", "// \"leave_form\" of S01"),
            (
                "app/src/form.rs",
                "#[cfg(test)]\nmod tests { const F: &str = \"leave_form\"; }",
            ),
            (
                "app/src/form.rs",
                "\"head\" \"leave_forms\" S19 S1 S001 rules",
            ),
        ];
        for (path, text) in clean {
            assert_eq!(errors(path, text), Vec::<String>::new(), "{path}");
        }
    }
}
