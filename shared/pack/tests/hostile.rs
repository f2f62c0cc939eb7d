//! Files that somebody made to do harm, and answers of any kind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use base::{DepartmentId, PersonId, TaskId};
use domain::money::Money;
use domain::number::Number;
use pack::Pack;
use pack::fill::fill;
use pack::form::{FieldKind, FormDef, Turn};
use pack::id::FieldName;
use pack::value::{Answers, Value};
use proptest::prelude::*;

fn load(text: String) -> usize {
    pack::load(&[("pack.toml".into(), text.into_bytes())])
        .1
        .len()
}

#[test]
fn deep_and_long_files_are_told_and_harm_nothing() {
    let many = 60_000;
    for text in [
        format!("a = {}", "[".repeat(many)),
        format!("a = {}{}", "[".repeat(many), "]".repeat(many)),
        format!("a = {}", "{ a = ".repeat(many / 3)),
        format!("a{} = 1", ".a".repeat(many)),
        format!("[a{}]\nb = 1", ".a".repeat(many)),
        format!("[[a{}]]", ".a".repeat(many)),
        format!("a = \"{}\"", "x".repeat(many)),
        "[[role]]\n".repeat(many / 3),
        "x = 1\n".repeat(many / 3),
    ] {
        assert!(load(text.clone()) > 0, "{}", text.get(..40).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_told_and_harms_nothing(text in "(id|name|version|\\[\\[role\\]\\]|=|\"|\\{|\\}|\\[|\\]|zh|en|,|\\.|中文|\n| |1|#|\\\\){0,80}") {
        prop_assert!(load(text) > 0);
    }
}

fn value(kind: &FieldKind, wild: bool) -> BoxedStrategy<Value> {
    let figures = prop::sample::select(vec![
        "0",
        "1",
        "-3.5",
        "12.345678",
        "999999999999999",
        "0.005",
    ]);
    let number = figures
        .clone()
        .prop_map(|text| Value::Number(text.parse::<Number>().unwrap()));
    let money = prop::sample::select(vec!["0", "0.01", "-1", "100000000000000", "12345.6789"])
        .prop_map(|text| Value::Money(text.parse::<Money>().unwrap()));
    let date = prop::sample::select(vec!["2026-03-02", "1900-01-01", "2199-12-31"])
        .prop_map(|text| Value::Date(text.parse().unwrap()));
    if wild {
        return prop_oneof![
            number,
            money,
            date,
            any::<bool>().prop_map(Value::YesNo),
            ".{0,8}".prop_map(Value::Text),
            Just(Value::Choice(vec!["tender".parse().unwrap()])),
            Just(Value::Table(vec![Answers::new()])),
            Just(Value::Files(vec!["hash".into()])),
        ]
        .boxed();
    }
    match kind {
        FieldKind::Number { .. } => number.boxed(),
        FieldKind::Money { .. } => money.boxed(),
        FieldKind::Date => date.boxed(),
        FieldKind::YesNo => any::<bool>().prop_map(Value::YesNo).boxed(),
        FieldKind::Choice { options, .. } => {
            let options: Vec<_> = options.iter().map(|option| option.id.clone()).collect();
            prop::sample::select(options)
                .prop_map(|option| Value::Choice(vec![option]))
                .boxed()
        }
        FieldKind::Person { .. } => Just(Value::Person(PersonId::from_bytes([1; 16]))).boxed(),
        FieldKind::Department => Just(Value::Department(DepartmentId::from_bytes([1; 16]))).boxed(),
        FieldKind::Task => Just(Value::Task(TaskId::from_bytes([1; 8]))).boxed(),
        FieldKind::Table { columns, .. } => {
            let cells: Vec<_> = columns
                .iter()
                .map(|column| (Just(column.id.clone()), value(&column.kind, false)))
                .collect();
            let row = cells.prop_map(|cells| cells.into_iter().collect::<Answers>());
            prop::collection::vec(row, 0..3)
                .prop_map(Value::Table)
                .boxed()
        }
        FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal => {
            Just(Value::Files(vec!["hash".into()])).boxed()
        }
        _ => ".{0,8}".prop_map(Value::Text).boxed(),
    }
}

fn answers(form: &FormDef, wild: bool) -> impl Strategy<Value = Answers> + use<> {
    let fields: Vec<BoxedStrategy<(FieldName, Option<Value>)>> = form
        .fields()
        .map(|(_, field)| {
            let of = prop::option::weighted(0.8, value(&field.kind, wild));
            (Just(field.id.clone()), of).boxed()
        })
        .collect();
    fields.prop_map(|fields| {
        let answered = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        answered.collect::<BTreeMap<_, _>>()
    })
}

fn packs() -> Vec<Pack> {
    common::folders()
        .iter()
        .map(|folder| pack::load(&common::files(folder)).0.unwrap())
        .collect()
}

/// Any answers to any form of the repository's packs are worked out, and once worked out they stay as they are.
#[test]
fn any_answers_are_worked_out_and_stay_so() {
    let config = ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    for pack in packs() {
        for form in &pack.forms {
            for wild in [false, true] {
                let run = runner.run(&answers(form, wild), |answers| {
                    let filling = fill(form, &answers, Turn::Draft);
                    let again = fill(form, &filling.answers, Turn::Draft);
                    prop_assert_eq!(&again.answers, &filling.answers);
                    for (_, field) in form.fields() {
                        let hidden = filling.hidden.contains(&field.id);
                        prop_assert!(!hidden || !filling.answers.contains_key(&field.id));
                    }
                    Ok(())
                });
                run.unwrap_or_else(|error| panic!("{} {}: {error}", pack.id, form.id));
            }
        }
    }
}
