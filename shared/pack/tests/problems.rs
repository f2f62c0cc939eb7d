//! What is wrong with a pack is told where it stands. Each case damages one place of a good pack; `¶` in what is put there
//! marks where the problem must be told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::small::{FILES, FORM, ROUTE};
use pack::expr::ExprWrong;
use pack::problem::Thing;
use pack::text::Language;
use pack::{Problem, Wrong};

fn load(files: &[(&str, String)]) -> Vec<Problem> {
    let files: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.clone().into_bytes()))
        .collect();
    pack::load(&files).1
}

fn good() -> Vec<(&'static str, String)> {
    FILES
        .iter()
        .map(|(path, text)| (*path, (*text).to_owned()))
        .collect()
}

/// The problems with some places of files changed.
fn damages(edits: &[(&str, &str, &str)]) -> Vec<Problem> {
    let mut files = good();
    for (file, from, to) in edits {
        let (_, text) = files.iter_mut().find(|(path, _)| path == file).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from} is there once");
        *text = text.replace(from, to);
    }
    load(&files)
}

/// Where the one problem of that kind stands.
fn only(problems: &[Problem], what: &Wrong) -> String {
    let found: Vec<&Problem> = problems
        .iter()
        .filter(|problem| problem.what == *what)
        .collect();
    match found.as_slice() {
        [only] => format!("{}:{}:{}", only.file, only.line, only.column),
        _ => panic!("{what:?} is not told once: {problems:#?}"),
    }
}

/// Puts something else in one place of a file. The problem that is told at the mark.
fn damage(file: &str, from: &str, to: &str) -> Wrong {
    let mut expected = None;
    let mut files = Vec::new();
    for (path, text) in FILES {
        let mut text = text.to_owned();
        if path == file {
            assert_eq!(text.matches(from).count(), 1, "{from} is there once");
            text = text.replace(from, to);
            let at = text.find('¶').expect("a mark");
            text = text.replace('¶', "");
            let before = &text[..at];
            let line = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            expected = Some((line as u32, column as u32));
        }
        files.push((path, text));
    }
    let problems = load(&files);
    let (line, column) = expected.unwrap();
    for problem in &problems {
        for language in [Language::Chinese, Language::English] {
            assert!(
                !problem.message(language).is_empty(),
                "{problem:?} has words"
            );
        }
    }
    let here = |problem: &&Problem| {
        problem.file == file && problem.line == line && problem.column == column
    };
    match problems.iter().find(here) {
        Some(problem) => problem.what.clone(),
        None => panic!("nothing at {file}:{line}:{column}, but {problems:#?}"),
    }
}

#[test]
fn the_good_pack_is_good() {
    assert_eq!(load(&good()), []);
}

#[test]
fn what_cannot_be_read_is_told_in_its_line() {
    let form = "forms/request.toml";
    assert!(matches!(
        damage(form, "why\"\nkind = \"text\"", "why\"\nkind = ¶text"),
        Wrong::Toml { .. }
    ));
    let wrong = damage(form, "kind = \"text\"", "kind = ¶\"txt\"");
    assert!(matches!(wrong, Wrong::UnknownWord { .. }));
    let wrong = damage(form, "totals = ", "¶total = ");
    assert_eq!(
        wrong,
        Wrong::UnknownKey {
            key: "total".into(),
            nearest: Some("totals".into())
        }
    );
    assert_eq!(
        damage(form, "stages = [\"first\"]", "stages = [¶1]"),
        Wrong::WrongType { wanted: "a word" }
    );
    assert!(matches!(
        damage(form, "id = \"why\"", "id = ¶\"事由\""),
        Wrong::BadName { .. }
    ));
    let wrong = damage(
        form,
        "{ zh = \"事由\", en = \"Why\" }",
        "¶{ zh = \"事由\" }",
    );
    assert_eq!(
        wrong,
        Wrong::MissingText {
            language: Language::English
        }
    );
    let wrong = damage(
        form,
        "{ zh = \"事由\", en = \"Why\" }",
        "¶{ zh = \"\", en = \"Why\" }",
    );
    assert_eq!(
        wrong,
        Wrong::MissingText {
            language: Language::Chinese
        }
    );
    let wrong = damage(
        form,
        "[[section.field]]\nid = \"who\"",
        "¶[[section.field]]\n#",
    );
    assert_eq!(wrong, Wrong::MissingKey { key: "id" });
    assert!(matches!(
        damage(form, "\"SQ-{year}-{seq:4}\"", "¶\"SQ-{no}\""),
        Wrong::Pattern(_)
    ));
    assert_eq!(
        damage("pack.toml", "\"1.0\"", "¶\"one\""),
        Wrong::BadVersion
    );
    assert_eq!(
        damage("pack.toml", "version", "currency = ¶\"RMB元\"\nversion"),
        Wrong::BadCurrency
    );
    let wrong = damage(
        "pack.toml",
        "[[stage]]\nid = \"second\"",
        "[[duty]]\nid = \"x\"\n[[stage]]\nid = ¶\"first\"",
    );
    assert!(matches!(
        wrong,
        Wrong::Duplicate {
            what: Thing::Stage,
            ..
        }
    ));
    let wrong = damage(
        "routes/review.toml",
        "working_days = 3",
        "working_days = ¶0",
    );
    assert_eq!(wrong, Wrong::OutOfRange { min: 1, max: 365 });
}

#[test]
fn names_of_nothing_are_told_where_they_stand() {
    let unknown = |file, from, to, what: Thing, near: Option<&str>| {
        let wrong = damage(file, from, to);
        let Wrong::Unknown {
            what: found,
            nearest,
            ..
        } = wrong
        else {
            panic!("{wrong:?}");
        };
        assert_eq!((found, nearest.as_deref()), (what, near));
    };
    let form = "forms/request.toml";
    unknown(
        form,
        "starters = [\"staff\"]",
        "starters = [\"staff\", ¶\"staf\"]",
        Thing::Role,
        Some("staff"),
    );
    unknown(
        form,
        "stages = [\"first\"]",
        "stages = [¶\"fist\"]",
        Thing::Stage,
        Some("first"),
    );
    unknown(
        form,
        "route = \"review\"",
        "route = ¶\"revue\"",
        Thing::Route,
        Some("review"),
    );
    unknown(
        form,
        "title = \"why\"",
        "title = ¶\"nothing\"",
        Thing::Field,
        None,
    );
    unknown(
        form,
        "totals = [\"amount\"]",
        "totals = [¶\"mount\"]",
        Thing::Column,
        Some("amount"),
    );
    unknown(
        form,
        "totals = [\"amount\"]",
        "pool = { resource = ¶\"pries\", free = \"amount\" }",
        Thing::Column,
        Some("price"),
    );
    unknown(
        form,
        "of = \"total\"",
        "of = ¶\"totel\"",
        Thing::Field,
        Some("total"),
    );
    unknown(
        form,
        "steps = [\"last\"]",
        "steps = [¶\"lost\"]",
        Thing::Step,
        Some("last"),
    );
    unknown(
        form,
        "field = \"who\"",
        "field = ¶\"whom\"",
        Thing::Field,
        Some("who"),
    );
    let number = "does = \"number\"\npattern = \"SQ-{year}-{seq:4}\"\nundo = \"final\"";
    unknown(
        form,
        number,
        "does = \"go_back\"\nstage = ¶\"fist\"\nundo = \"compensated\"",
        Thing::Stage,
        Some("first"),
    );
    let wrong = damage(
        form,
        &format!("[[effect]]\n{number}"),
        "¶[[effect]]\ndoes = \"go_back\"\nundo = \"compensated\"",
    );
    assert_eq!(wrong, Wrong::MissingKey { key: "stage" });
    unknown(
        "pack.toml",
        "form = \"request\"",
        "form = ¶\"requests\"",
        Thing::Form,
        Some("request"),
    );
    let route = "routes/review.toml";
    unknown(
        route,
        "\"staff\", \"manager\"]",
        "\"staff\", ¶\"boss\"]",
        Thing::Role,
        None,
    );
    unknown(
        route,
        "role = \"manager\"",
        "role = ¶\"manger\"",
        Thing::Role,
        Some("manager"),
    );
    unknown(
        route,
        "\"author\", \"first\"",
        "\"author\", ¶\"fist\"",
        Thing::Step,
        Some("first"),
    );
    unknown(
        route,
        "steward = \"staff\"",
        "steward = ¶\"stuff\"",
        Thing::Role,
        Some("staff"),
    );
}

#[test]
fn expressions_are_told_to_the_letter() {
    let form = "forms/request.toml";
    let wrong = damage(form, "value = \"price * 2\"", "value = \"price * ¶prize\"");
    assert_eq!(
        wrong,
        Wrong::Expr(ExprWrong::UnknownField {
            name: "prize".into()
        })
    );
    let wrong = damage(form, "sum(lines.amount)", "sum(¶lines.amont)");
    assert_eq!(
        wrong,
        Wrong::Expr(ExprWrong::UnknownColumn {
            name: "amont".into()
        })
    );
    let wrong = damage(form, "sum(lines.amount)", "sum(lines.amount¶");
    assert!(matches!(wrong, Wrong::Expr(ExprWrong::Unexpected { .. })));
    let wrong = damage("pack.toml", "origin == \"tender\"", "origin == ¶\"tendre\"");
    assert_eq!(
        wrong,
        Wrong::Expr(ExprWrong::UnknownOption {
            name: "tendre".into()
        })
    );
    let wrong = damage("routes/review.toml", "total > 1000", "¶why > 1000");
    assert!(matches!(
        wrong,
        Wrong::RouteForForm {
            what: ExprWrong::WrongKind { .. },
            ..
        }
    ));
    let wrong = damage(
        form,
        "kind = \"text\"",
        "kind = \"text\"\nrequired = 'origin == \"tender\" 且 ¶total'",
    );
    assert!(matches!(wrong, Wrong::Expr(ExprWrong::WrongKind { .. })));
    let wrong = damage(
        form,
        "\"sum(lines.amount)\"",
        "¶\"sum(lines.amount) + total\"",
    );
    assert_eq!(wrong, Wrong::Circular);
    let wrong = damage(form, "\"sum(lines.amount)\"", "¶\"who\"");
    assert_eq!(wrong, Wrong::NotComputable { kind: "person" });
}

#[test]
fn what_parts_mean_together_is_told() {
    let form = "forms/request.toml";
    let wrong = damage(form, "id = \"who\"", "id = ¶\"why\"");
    assert!(matches!(
        wrong,
        Wrong::Duplicate {
            what: Thing::Field,
            ..
        }
    ));
    let wrong = damage(form, "{ id = \"other\"", "{ id = ¶\"tender\"");
    assert!(matches!(
        wrong,
        Wrong::Duplicate {
            what: Thing::Option,
            ..
        }
    ));
    let wrong = damage(form, "kind = \"money\"", "kind = ¶\"table\"");
    assert_eq!(wrong, Wrong::TableTooDeep);
    let wrong = damage(form, "kind = \"money\"", "kind = ¶\"seal\"");
    assert_eq!(wrong, Wrong::NotInTable { kind: "seal" });
    let wrong = damage(form, "of = \"total\"", "of = ¶\"why\"");
    assert_eq!(
        wrong,
        Wrong::FieldKind {
            wanted: "money",
            found: "text"
        }
    );
    let dollars = [(
        form,
        "kind = \"money\"",
        "kind = \"money\"\ncurrency = \"USD\"",
    )];
    let wrong = Wrong::CapitalsOfOther {
        currency: "USD".into(),
    };
    assert_eq!(only(&damages(&dollars), &wrong), "forms/request.toml:52:6");
    let pool = "pool = { resource = ¶\"price\", free = \"amount\" }";
    assert_eq!(
        damage(form, "totals = [\"amount\"]", pool),
        Wrong::FieldKind {
            wanted: "text",
            found: "money"
        }
    );
    let pool = "pool = ¶{ resource = \"price\" }";
    assert_eq!(
        damage(form, "totals = [\"amount\"]", pool),
        Wrong::MissingKey { key: "free" }
    );
    let wrong = damage(form, "field = \"who\"", "field = ¶\"why\"");
    assert_eq!(
        wrong,
        Wrong::FieldKind {
            wanted: "person",
            found: "text"
        }
    );
    let wrong = damage(form, "role = \"manager\"", "role = ¶\"staff\"");
    assert_eq!(
        wrong,
        Wrong::RoleNotOfProject {
            role: "staff".into()
        }
    );
    let wrong = damage(form, "undo = \"final\"", "undo = ¶\"reversible\"");
    assert_eq!(wrong, Wrong::NumberNotFinal);
    let again = "[[effect]]\ndoes = \"number\"\npattern = ¶\"SQ-{year}-{seq:6}\"\nundo = \"final\"\n[[effect]]\ndoes = \"appoint\"";
    let wrong = damage(form, "[[effect]]\ndoes = \"appoint\"", again);
    assert!(matches!(wrong, Wrong::NumberTwice { .. }));
    let wrong = damage(form, "does = \"appoint\"", "does = ¶\"begin_indicator\"");
    assert_eq!(
        wrong,
        Wrong::NotYet {
            what: "begin_indicator".into()
        }
    );
    let problems = damages(&[(form, "route = \"review\"\n", "")]);
    assert_eq!(
        only(&problems, &Wrong::StepsWithoutRoute),
        "forms/request.toml:60:9"
    );
    let rejected = [
        (form, "route = \"review\"\n", ""),
        (
            form,
            "field = \"who\"",
            "field = \"who\"\non = \"rejected\"",
        ),
    ];
    assert_eq!(
        only(&damages(&rejected), &Wrong::EffectNeverHappens),
        "forms/request.toml:75:6"
    );
    let begin = [(
        form,
        "does = \"appoint\"\nrole = \"manager\"\nfield = \"who\"",
        "does = \"begin_project\"",
    )];
    assert_eq!(
        only(&damages(&begin), &Wrong::NotBeginning),
        "forms/request.toml:73:8"
    );
}

#[test]
fn routes_and_gates_that_cannot_work_are_told() {
    let route = "routes/review.toml";
    let wrong = damage(route, "\"author\", \"first\"", "\"author\", ¶\"last\"");
    assert_eq!(
        wrong,
        Wrong::ReturnNotEarlier {
            step: "last".into()
        }
    );
    let wrong = damage(
        route,
        "returns_to = [",
        "may = [\"reject\"]\nreturns_to = ¶[",
    );
    assert_eq!(wrong, Wrong::ReturnNotAllowed);
    let wrong = damage(
        route,
        "\"total > 1000\"",
        "¶'origin == \"tender\" and origin == \"other\"'",
    );
    assert_eq!(wrong, Wrong::NeverHolds);
    let wrong = damage(route, "\"total > 1000\"", "¶\"found\"");
    assert!(matches!(wrong, Wrong::ConditionReadsLater { .. }));
    let nobody = damages(&[(
        route,
        "reviewers = [\"staff\", \"manager\"]",
        "reviewers = []",
    )]);
    assert_eq!(
        only(
            &nobody,
            &Wrong::None {
                what: Thing::Reviewer
            }
        ),
        "routes/review.toml:5:1"
    );
    let form = "forms/request.toml";
    let drafted = [(
        form,
        "id = \"draft\"",
        "id = \"draft\"\nsteps = [\"first\"]",
    )];
    let wrong = Wrong::LoopWithoutEnd {
        form: "request".into(),
    };
    let problems = damages(&drafted);
    assert_eq!(
        problems
            .iter()
            .filter(|problem| problem.what == wrong)
            .count(),
        2,
        "{problems:?}"
    );
    let late = damages(&[(form, "stages = [\"first\"]", "stages = [\"second\"]")]);
    let wrong = Wrong::GateNeverOpens {
        form: "request".into(),
    };
    assert_eq!(only(&late, &wrong), "pack.toml:19:1");
    let file = ROUTE.get(..ROUTE.find("[[step]]").unwrap()).unwrap();
    let mut files = good();
    files[2].1 = file.to_owned();
    assert_eq!(
        only(&load(&files), &Wrong::NobodyDecides),
        "routes/review.toml:1:1"
    );
}

const DUTY: &str = r#"id = "weekly"
name = { zh = "周报", en = "Weekly report" }
role = "staff"
form = "request"
every = "week"
on = "friday"
within = { working_days = 2 }
"#;

const BEGIN: &str =
    "[[effect]]\ndoes = \"begin_duty\"\nduty = \"weekly\"\nundo = \"compensated\"\n";

/// Good files with a duty that a form begins, and what becomes of both.
fn with_duty(duty: impl Fn(&str) -> String, begin: &str) -> Vec<Problem> {
    let mut files = good();
    files[1].1 += begin;
    files.push(("duties/weekly.toml", duty(DUTY)));
    load(&files)
}

/// With something else in one place of the duty. The problem that is told at the mark.
fn damage_duty(from: &str, to: &str) -> Wrong {
    let mut at = String::new();
    let changed = |duty: &str| {
        assert_eq!(duty.matches(from).count(), 1, "{from} is there once");
        duty.replace(from, to)
    };
    let marked = changed(DUTY);
    let mark = marked.find('¶').unwrap();
    let before = &marked[..mark];
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    at += &format!("{}:{column}", before.matches('\n').count() + 1);
    let problems = with_duty(|duty| changed(duty).replace('¶', ""), BEGIN);
    let here = |problem: &&Problem| {
        problem.file == "duties/weekly.toml" && format!("{}:{}", problem.line, problem.column) == at
    };
    let found = problems.iter().find(here);
    found
        .unwrap_or_else(|| panic!("nothing at {at}: {problems:#?}"))
        .what
        .clone()
}

#[test]
fn duties_that_cannot_work_are_told() {
    assert_eq!(with_duty(str::to_owned, BEGIN), []);
    let unknown =
        |wrong: Wrong, thing: Thing| matches!(wrong, Wrong::Unknown { what, .. } if what == thing);
    assert!(unknown(damage_duty("\"staff\"", "¶\"stuff\""), Thing::Role));
    assert!(unknown(
        damage_duty("\"request\"", "¶\"requests\""),
        Thing::Form
    ));
    assert_eq!(
        damage_duty("\"staff\"", "¶\"manager\""),
        Wrong::DutyOfOther {
            role: "manager".into(),
            form: "request".into()
        }
    );
    assert!(matches!(
        damage_duty("\"week\"", "¶\"weekly\""),
        Wrong::UnknownWord { .. }
    ));
    assert!(matches!(
        damage_duty("\"friday\"", "¶\"freitag\""),
        Wrong::UnknownWord { .. }
    ));
    let monthly = |on: &str| format!("every = \"month\"\non = ¶{on}");
    let every = "every = \"week\"\non = \"friday\"";
    assert_eq!(
        damage_duty(every, &monthly("32")),
        Wrong::OutOfRange { min: 1, max: 31 }
    );
    for day in [
        "\"3-31\"",
        "\"13-01\"",
        "\"02-30\"",
        "\"00-10\"",
        "\"01-00\"",
        "\"+1-10\"",
    ] {
        let yearly = format!("every = \"year\"\non = ¶{day}");
        assert_eq!(damage_duty(every, &yearly), Wrong::BadYearDay, "{day}");
    }
    let daily = damage_duty(every, "every = \"day\"\n¶on = 1");
    assert!(matches!(daily, Wrong::UnknownKey { .. }));
    assert_eq!(
        damage_duty("{ working_days = 2 }", "¶{ }"),
        Wrong::MissingKey {
            key: "working_days"
        }
    );
    assert_eq!(
        damage_duty("working_days = 2", "days = ¶0"),
        Wrong::OutOfRange { min: 1, max: 365 }
    );
    // nobody begins it; what is begun is not there; a project begins with the form; two of one name
    assert_eq!(
        only(&with_duty(str::to_owned, ""), &Wrong::DutyNeverBegins),
        "duties/weekly.toml:1:6"
    );
    let other = BEGIN.replace("weekly", "weakly");
    let wrong = Wrong::Unknown {
        what: Thing::Duty,
        id: "weakly".into(),
        nearest: Some("weekly".into()),
    };
    let problems = with_duty(str::to_owned, &format!("{BEGIN}{other}"));
    assert_eq!(only(&problems, &wrong), "forms/request.toml:83:8");
    let mut files = good();
    files[1].1 = format!("begins_project = true\n{}{BEGIN}", files[1].1);
    files.push(("duties/weekly.toml", DUTY.to_owned()));
    let wrong = Wrong::DutyBeginsProject {
        form: "request".into(),
    };
    assert_eq!(only(&load(&files), &wrong), "duties/weekly.toml:4:8");
    files.push(("duties/weekly_2.toml", DUTY.to_owned()));
    let twice = Wrong::Duplicate {
        what: Thing::Duty,
        id: "weekly".into(),
    };
    assert_eq!(only(&load(&files), &twice), "duties/weekly_2.toml:1:6");
}

/// A pack without duties is what it was before there were any, and one with a duty says so in its content.
#[test]
fn a_duty_is_in_the_hash_and_in_the_difference() {
    let read = |begin: &str, duty: &str| {
        let mut files: Vec<(String, Vec<u8>)> = good()
            .into_iter()
            .map(|(path, text)| (path.to_owned(), text.into_bytes()))
            .collect();
        files[1].1.extend(begin.as_bytes());
        if !duty.is_empty() {
            files.push(("duties/weekly.toml".to_owned(), duty.as_bytes().to_vec()));
        }
        let (pack, problems) = pack::load(&files);
        assert_eq!(problems, []);
        pack.unwrap()
    };
    let without = read("", "");
    let content = String::from_utf8(pack::digest::canonical(&without)).unwrap();
    assert!(!content.contains("duties\":["), "{content}");
    let old = read(BEGIN, DUTY);
    let new = read(BEGIN, &DUTY.replace("friday", "monday"));
    assert_ne!(pack::digest(&old), pack::digest(&new));
    let told: Vec<String> = pack::difference(&old, &new)
        .iter()
        .map(|change| change.message(Language::English))
        .collect();
    assert_eq!(
        told,
        ["A small pack › Weekly report, how often, week, when: from “friday” to “monday”"]
    );
}

#[test]
fn files_that_do_not_belong_are_told() {
    let mut files = good();
    files.push(("indicators/profit.toml", String::new()));
    files.push(("forms/request.xlsx", String::new()));
    files.push(("README.md", "# Notes".into()));
    files.push(("forms/again.toml", FORM.into()));
    files.push(("forms/long.toml", "#".repeat(300_000)));
    let problems = load(&files);
    assert_eq!(
        only(
            &problems,
            &Wrong::NotYet {
                what: "indicators".into()
            }
        ),
        "indicators/profit.toml:0:0"
    );
    assert_eq!(
        only(&problems, &Wrong::UnknownFile),
        "forms/request.xlsx:0:0"
    );
    assert_eq!(
        only(
            &problems,
            &Wrong::TooLong {
                limit: pack::load::limits::FILE
            }
        ),
        "forms/long.toml:0:0"
    );
    let twice = Wrong::Duplicate {
        what: Thing::Form,
        id: "request".into(),
    };
    assert_eq!(only(&problems, &twice), "forms/request.toml:1:6");
    assert_eq!(only(&load(&[]), &Wrong::NoPackFile), "pack.toml:0:0");
    let (pack, problems) = pack::load(&[("pack.toml".into(), vec![0xff, 0xfe])]);
    assert!(pack.is_none());
    assert!(
        problems
            .iter()
            .any(|problem| problem.what == Wrong::NotUtf8)
    );
}

#[test]
fn a_truncated_or_mangled_file_gives_problems_and_no_harm() {
    for (place, (path, text)) in FILES.iter().enumerate() {
        for at in (0..text.len())
            .filter(|at| text.is_char_boundary(*at))
            .step_by(3)
        {
            let mut files = good();
            files[place].1 = text[..at].to_owned();
            for problem in load(&files) {
                let file = FILES.iter().find(|(path, _)| *path == problem.file);
                let lines = file.unwrap().1.lines().count();
                assert!(problem.line as usize <= lines + 1, "{problem}");
            }
            files[place].1 = format!("{}]\"{}", &text[..at], &text[at..]);
            assert!(
                !load(&files).is_empty() || text[..at].ends_with('#'),
                "{path} at {at}"
            );
        }
    }
}
