//! Registers: what is wrong with one is told where it stands, and what one is makes its sheet.
#![allow(clippy::unwrap_used, clippy::panic)]

use pack::form::FieldKind;
use pack::problem::{Problem, Thing, Wrong};
use pack::text::Language;
use pack::{Pack, difference, digest};

const PACK: &str = r#"id = "small"
version = "1"
name = { zh = "小规程", en = "A small pack" }
applies = { zh = "项目", en = "projects" }
[[role]]
id = "staff"
name = { zh = "员工", en = "Staff" }
holder = "department"
[[stage]]
id = "first"
name = { zh = "第一", en = "First" }
"#;

const FORM: &str = r#"id = "request"
name = { zh = "申请", en = "Request" }
starters = ["staff"]
[[section]]
id = "main"
name = { zh = "主要", en = "Main" }
[[section.field]]
id = "what"
name = { zh = "事项", en = "What" }
kind = "text"
"#;

const BEGIN: &str = r#"[[effect]]
does = "begin_register"
register = "risks"
undo = "compensated"
"#;

const REGISTER: &str = r#"id = "risks"
name = { zh = "风险台账", en = "Risk register" }
keeper = "staff"
totals = ["cost"]
[[column]]
id = "risk"
name = { zh = "风险", en = "Risk" }
kind = "text"
required = true
[[column]]
id = "chance"
name = { zh = "可能性", en = "Probability" }
kind = "number"
[[column]]
id = "cost"
name = { zh = "影响金额", en = "Cost if it happens" }
kind = "money"
[[column]]
id = "weight"
name = { zh = "权重", en = "Weight" }
kind = "computed"
value = "cost × chance"
"#;

fn load(form: &str, register: &str) -> (Option<Pack>, Vec<Problem>) {
    let files = [
        ("pack.toml", PACK),
        ("forms/request.toml", form),
        ("registers/risks.toml", register),
    ];
    let files: Vec<_> = files
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
    pack::load(&files)
}

fn good() -> (Option<Pack>, Vec<Problem>) {
    load(&format!("{FORM}{BEGIN}"), REGISTER)
}

/// With something else in one place of the register: the problem that is told at the mark.
fn damage(from: &str, to: &str) -> Wrong {
    assert_eq!(REGISTER.matches(from).count(), 1, "{from} is there once");
    let marked = REGISTER.replace(from, to);
    let before = &marked[..marked.find('¶').unwrap()];
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() as u32 + 1;
    let (_, problems) = load(&format!("{FORM}{BEGIN}"), &marked.replace('¶', ""));
    let here = |problem: &&Problem| {
        problem.file == "registers/risks.toml"
            && (u64::from(line), u64::from(column)) == (problem.line as u64, problem.column as u64)
    };
    let found = problems.iter().find(here);
    found
        .unwrap_or_else(|| panic!("nothing at {line}:{column}: {problems:#?}"))
        .what
        .clone()
}

#[test]
fn a_register_is_written_like_the_one_table_of_a_form() {
    let (pack, problems) = good();
    assert_eq!(problems, []);
    let pack = pack.unwrap();
    let register = pack.register(&"risks".parse().unwrap()).unwrap();
    let sheet = register.sheet();
    let fields: Vec<_> = sheet.fields().map(|(_, field)| field).collect();
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0].id, register.table());
    let FieldKind::Table {
        columns, totals, ..
    } = &fields[0].kind
    else {
        panic!("no table");
    };
    assert_eq!((columns, totals), (&register.columns, &register.totals));
}

#[test]
fn registers_that_cannot_work_are_told() {
    let unknown =
        |wrong: Wrong, thing: Thing| matches!(wrong, Wrong::Unknown { what, .. } if what == thing);
    assert!(unknown(
        damage("keeper = \"staff\"", "keeper = ¶\"stuff\""),
        Thing::Role
    ));
    assert!(unknown(
        damage("totals = [\"cost\"]", "totals = [¶\"costs\"]"),
        Thing::Column
    ));
    assert!(matches!(
        damage("totals = [\"cost\"]", "totals = [¶\"risk\"]"),
        Wrong::FieldKind { found: "text", .. }
    ));
    assert!(matches!(
        damage("kind = \"text\"", "kind = ¶\"signature\""),
        Wrong::NotInTable { .. }
    ));
    assert!(matches!(
        damage("cost × chance", "cost × ¶chances"),
        Wrong::Expr(_)
    ));
    assert!(matches!(
        damage("keeper = \"staff\"", "¶kept_by = \"staff\""),
        Wrong::UnknownKey { .. }
    ));
    assert!(matches!(
        damage("\"chance\"", "¶\"risk\""),
        Wrong::Duplicate {
            what: Thing::Column,
            ..
        }
    ));
}

#[test]
fn a_register_without_a_beginning_and_a_beginning_without_a_register_are_told() {
    let (_, problems) = load(FORM, REGISTER);
    let told: Vec<_> = problems.iter().map(|problem| &problem.what).collect();
    assert_eq!(told, [&Wrong::RegisterNeverBegins]);
    let other = BEGIN.replace("risks", "risk");
    let (_, problems) = load(&format!("{FORM}{BEGIN}{other}"), REGISTER);
    let told: Vec<_> = problems.iter().map(|problem| &problem.what).collect();
    let wrong = Wrong::Unknown {
        what: Thing::Register,
        id: "risk".into(),
        nearest: Some("risks".into()),
    };
    assert_eq!(told, [&wrong]);
}

#[test]
fn a_register_is_in_the_hash_and_in_the_difference() {
    let (old, _) = good();
    let old = old.unwrap();
    let renamed = REGISTER.replace("影响金额", "损失金额");
    let (new, problems) = load(&format!("{FORM}{BEGIN}"), &renamed);
    assert_eq!(problems, []);
    let new = new.unwrap();
    assert_ne!(digest(&old), digest(&new));
    let told: Vec<String> = difference(&old, &new)
        .iter()
        .map(|change| change.message(Language::Chinese))
        .collect();
    assert_eq!(
        told,
        ["小规程 › 风险台账 › 损失金额 的名称（中文）：由“影响金额”改为“损失金额”"]
    );
    // one without is what it was before there were any
    let (without, _) = load(FORM, "");
    let content = without.map(|pack| String::from_utf8(pack::digest::canonical(&pack)).unwrap());
    assert!(!content.unwrap().contains("registers"));
}
