//! The files on the page for authors are a whole pack.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base::Timestamp;
use common::world::{due, person};
use pack::Pack;
use pack::effect::Outcome;
use pack::review::{Does, Entry, Now, Opinion, People, Review, State};
use pack::value::{Answers, Value};

/// The blocks of the page that name a file.
fn files() -> Vec<(String, Vec<u8>)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/packs.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut files = Vec::new();
    for block in page.split("\n```toml ").skip(1) {
        let (path, rest) = block.split_once('\n').unwrap();
        let (text, _) = rest.split_once("\n```").unwrap();
        files.push((path.to_owned(), format!("{text}\n").into_bytes()));
    }
    files
}

fn pack() -> Pack {
    let (pack, problems) = pack::load(&files());
    assert_eq!(problems, []);
    pack.unwrap()
}

#[test]
fn the_page_for_authors_makes_a_pack_without_problems() {
    let names: Vec<String> = files().into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        names,
        [
            "pack.toml",
            "forms/travel_request.toml",
            "routes/travel_approval.toml",
            "duties/trip_report.toml",
            "forms/weekly_report.toml",
            "registers/advances.toml"
        ]
    );
    let pack = pack();
    assert_eq!(
        (pack.forms.len(), pack.routes.len(), pack.stages.len()),
        (2, 1, 2)
    );
    assert_eq!((pack.duties.len(), pack.registers.len()), (1, 1));
}

/// The problem that the page shows is the one that is told.
#[test]
fn the_page_for_authors_shows_a_true_message() {
    let mut files = files();
    let form = files
        .iter_mut()
        .find(|(path, _)| path.starts_with("forms/"))
        .unwrap();
    let text = String::from_utf8(form.1.clone()).unwrap();
    form.1 = text
        .replacen("required = 'transport ==", "required = 'transprt ==", 1)
        .into_bytes();
    let (_, problems) = pack::load(&files);
    let [problem] = problems.as_slice() else {
        panic!("{problems:#?}");
    };
    let shown = format!(
        "{}:{}:{}: {} / {}",
        problem.file,
        problem.line,
        problem.column,
        problem.message(pack::text::Language::Chinese),
        problem.message(pack::text::Language::English)
    );
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/packs.md");
    assert!(
        std::fs::read_to_string(page).unwrap().contains(&shown),
        "{shown}"
    );
}

/// Every word that can stand in a file is on the page, and every function.
#[test]
fn the_page_for_authors_names_every_word() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/packs.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut words: BTreeSet<String> = pack::expr::functions()
        .map(|(name, _)| format!("`{name}("))
        .collect();
    // what is possible is told where something else is written
    for (file, from, to) in [
        (
            "forms/travel_request.toml",
            "kind = \"prose\"",
            "kind = \"?\"",
        ),
        (
            "forms/travel_request.toml",
            "does = \"number\"",
            "does = \"?\"",
        ),
        (
            "forms/travel_request.toml",
            "undo = \"final\"",
            "undo = \"?\"",
        ),
        (
            "routes/travel_approval.toml",
            "may = [\"return\"",
            "may = [\"?\"",
        ),
        (
            "routes/travel_approval.toml",
            "mode = \"any\"\nwhen",
            "mode = \"?\"\nwhen",
        ),
        (
            "routes/travel_approval.toml",
            "steward",
            "withdraw = \"?\"\nsteward",
        ),
        ("duties/trip_report.toml", "\"week\"", "\"?\""),
        ("duties/trip_report.toml", "\"friday\"", "\"?\""),
        ("duties/trip_report.toml", "\"submitted\"", "\"?\""),
        ("pack.toml", "holder = \"department\"", "holder = \"?\""),
        ("pack.toml", "state = \"approved\"", "state = \"?\""),
    ] {
        let mut files = files();
        let (_, bytes) = files.iter_mut().find(|(path, _)| path == file).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(from), "{from}");
        *bytes = text.replacen(from, to, 1).into_bytes();
        let mut known = 0;
        for problem in pack::load(&files).1 {
            if let pack::Wrong::UnknownWord { allowed, .. } = problem.what {
                known += allowed.len();
                words.extend(allowed.into_iter().map(str::to_owned));
            }
        }
        assert!(known > 1, "{from}");
    }
    let missing: Vec<&String> = words
        .iter()
        // consenting is always allowed: nobody writes it
        .filter(|word| *word != "approve")
        .filter(|word| {
            let named = [format!("`{word}`"), format!("\"{word}\"")];
            match word.strip_prefix('`') {
                Some(function) => !page.contains(function),
                None => !named.iter().any(|named| page.contains(named)),
            }
        })
        .collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}

fn request(transport: &str, price: &str) -> Answers {
    let line = [
        ("what", Value::Text("车票".into())),
        ("quantity", Value::Number("2".parse().unwrap())),
        ("price", Value::Money(price.parse().unwrap())),
    ];
    let named = |parts: Vec<(&str, Value)>| -> Answers {
        parts
            .into_iter()
            .map(|(name, value)| (name.parse().unwrap(), value))
            .collect()
    };
    named(vec![
        ("destination", Value::Text("西安".into())),
        ("reason", Value::Text("现场服务".into())),
        ("from", Value::Date("2026-03-02".parse().unwrap())),
        ("to", Value::Date("2026-03-04".parse().unwrap())),
        ("transport", Value::Choice(vec![transport.parse().unwrap()])),
        ("lines", Value::Table(vec![named(line.to_vec())])),
    ])
}

/// The steps that a request of employee 1 goes through.
fn steps(pack: &Pack, answers: Answers) -> Vec<String> {
    let holders = [
        ("department_head", 2),
        ("finance", 3),
        ("general_manager", 4),
    ];
    let roles =
        holders.map(|(role, number)| (role.parse().unwrap(), BTreeSet::from([person(number)])));
    let people = People {
        roles: BTreeMap::from(roles),
        ..People::default()
    };
    let mut review = Review::new(pack, &pack.forms[0], person(1)).unwrap();
    let act = |review: &mut Review<'_>, by, does| {
        let now = Now {
            people: &people,
            at: Timestamp(0),
            due: &due,
        };
        review
            .act(
                &Entry {
                    by,
                    at: Timestamp(0),
                    does,
                },
                &now,
            )
            .unwrap();
        review.waiting(&now)
    };
    let mut waiting = act(&mut review, person(1), Does::Submit { answers });
    let mut steps = Vec::new();
    while let Some(waits) = waiting.first().cloned() {
        steps.push(waits.step.to_string());
        let open = review.opened(&review.seats()[0]);
        let filled = open
            .into_iter()
            .map(|field| (field.clone(), Value::YesNo(true)))
            .collect();
        let does = Does::Decide {
            seat: waits.seat,
            opinion: Opinion::Approve,
            filled,
        };
        waiting = act(&mut review, *waits.who.first().unwrap(), does);
    }
    assert_eq!(*review.state(), State::Ended(Outcome::Approved));
    steps
}

#[test]
fn the_travel_request_of_the_page_goes_to_whom_it_says() {
    let pack = pack();
    assert_eq!(
        steps(&pack, request("train", "500")),
        ["department_head", "finance"]
    );
    let all = ["department_head", "finance", "general_manager"];
    assert_eq!(steps(&pack, request("plane", "500")), all);
    assert_eq!(steps(&pack, request("train", "5000.01")), all);
}

#[test]
fn the_difference_of_two_versions_is_told_in_words() {
    let old = pack();
    let mut files = files();
    for (path, bytes) in &mut files {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let text = text.replace("version = \"1.0\"", "version = \"1.1\"");
        let text = text.replace("total > 10000", "total > 5000");
        let text = match path.starts_with("routes/") {
            true => text.replace("working_days = 2", "working_days = 3"),
            false => text.replace(
                "{ id = \"car\", zh = \"自驾\"",
                "{ id = \"car\", zh = \"自驾车\"",
            ),
        };
        *bytes = text.into_bytes();
    }
    let (new, problems) = pack::load(&files);
    assert_eq!(problems, []);
    let new = new.unwrap();
    assert_ne!(pack::digest(&old), pack::digest(&new));
    let told: Vec<String> = pack::difference(&old, &new)
        .iter()
        .map(|change| change.message(pack::text::Language::Chinese))
        .collect();
    assert_eq!(
        told,
        [
            "差旅管理规定 › 出差申请单 › 行程 › 交通工具 › 自驾车 的名称（中文）：由“自驾”改为“自驾车”",
            "差旅管理规定 › 出差审批 › 部门负责人 的期限·天数：由“2”改为“3”",
            "差旅管理规定 › 出差审批 › 总经理 的经过条件：由“total > 10000 or transport == \"plane\"”改为“total > 5000 or transport == \"plane\"”",
            "差旅管理规定 的版本：由“1.0”改为“1.1”",
        ]
    );
    // remarks, blank space and the order of keys are no difference
    let remarked: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(path, bytes)| {
            (
                path.clone(),
                [b"# a remark\r\n\n".as_slice(), bytes].concat(),
            )
        })
        .collect();
    assert_eq!(
        pack::digest(&pack::load(&remarked).0.unwrap()),
        pack::digest(&new)
    );
}

#[test]
fn what_is_added_removed_moved_and_of_another_kind_is_told_once() {
    let old = pack();
    let mut new = old.clone();
    // the last step comes first, an option goes, a field is of another kind, a role is new
    new.routes[0].steps.rotate_right(1);
    let fields = &mut new.forms[0].sections[0].fields;
    let transport = fields
        .iter_mut()
        .find(|field| field.id.as_str() == "transport")
        .unwrap();
    let pack::form::FieldKind::Choice { options, .. } = &mut transport.kind else {
        panic!("a choice");
    };
    options.remove(1);
    let from = fields
        .iter_mut()
        .find(|field| field.id.as_str() == "from")
        .unwrap();
    from.kind = pack::form::FieldKind::Text { longest: 10 };
    let mut role = new.roles[0].clone();
    role.id = "driver".parse().unwrap();
    role.name = pack::text::Texts {
        zh: "司机".into(),
        en: "Driver".into(),
    };
    new.roles.insert(1, role);
    let told: Vec<String> = pack::difference(&old, &new)
        .iter()
        .map(|change| change.message(pack::text::Language::English))
        .collect();
    assert_eq!(
        told,
        [
            "Travel rules › Travel request › Journey › From, kind: from “date” to “text”",
            "Travel rules › Travel request › Journey › Transport › Plane is gone",
            "Travel rules › Driver is new",
            "Travel rules › Approval of travel › General manager has another place",
        ]
    );
}
