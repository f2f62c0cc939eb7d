use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::value::{Answers, Value};

fn name(text: &str) -> FieldName {
    text.parse().unwrap()
}

fn kinds() -> Kinds {
    let goods = BTreeMap::from([
        (name("quantity"), Kind::Number),
        (name("amount"), Kind::Money("CNY".into())),
        (name("maker"), Kind::Text),
    ]);
    let options = vec!["tender".parse().unwrap(), "cooperation".parse().unwrap()];
    BTreeMap::from([
        (name("budget"), Kind::Money("CNY".into())),
        (name("dollars"), Kind::Money("USD".into())),
        (name("rate"), Kind::Number),
        (
            name("origin"),
            Kind::Choice {
                options,
                many: false,
            },
        ),
        (name("from"), Kind::Date),
        (name("to"), Kind::Date),
        (name("why"), Kind::Text),
        (name("urgent"), Kind::YesNo),
        (name("goods"), Kind::Table(goods)),
    ])
}

fn answers() -> Answers {
    let row = |quantity: &str, amount: &str| {
        BTreeMap::from([
            (name("quantity"), Value::Number(quantity.parse().unwrap())),
            (name("amount"), Value::Money(amount.parse().unwrap())),
        ])
    };
    BTreeMap::from([
        (name("budget"), Value::Money("500000.5".parse().unwrap())),
        (name("rate"), Value::Number("0.13".parse().unwrap())),
        (
            name("origin"),
            Value::Choice(vec!["tender".parse().unwrap()]),
        ),
        (name("from"), Value::Date("2026-03-02".parse().unwrap())),
        (name("to"), Value::Date("2026-03-06".parse().unwrap())),
        (
            name("goods"),
            Value::Table(vec![row("2", "10.1"), row("3", "20.2"), Answers::new()]),
        ),
    ])
}

fn worth(text: &str) -> Worth {
    let expr = Expr::parse(text).unwrap();
    let (_, wrong) = check(&expr, &kinds(), None);
    assert!(wrong.is_empty(), "{text}: {wrong:?}");
    expr.worth(&Facts::of(&answers())).0
}

fn wrong(text: &str) -> (usize, ExprWrong) {
    let problem = match Expr::parse(text) {
        Err(problem) => problem,
        Ok(expr) => check(&expr, &kinds(), None).1.remove(0),
    };
    (problem.at, problem.what)
}

#[test]
fn amounts_are_reckoned_exactly() {
    let number = |text: &str| Worth::Number(text.parse().unwrap());
    assert_eq!(worth("budget * rate"), number("65000.065"));
    assert_eq!(worth("round(budget * rate, 1)"), number("65000.1"));
    assert_eq!(worth("1 + 2 * 3 - -4"), number("11"));
    assert_eq!(worth("sum(goods.amount) / count(goods)"), number("15.15"));
    assert_eq!(worth("budget / sum(goods.amount)"), number("16501.666667"));
    assert_eq!(worth("max(goods.quantity)"), number("3"));
    assert_eq!(worth("days(from, to) + 1"), number("5"));
    assert_eq!(worth("if(urgent, 1, 2)"), Worth::Unknown);
    assert_eq!(worth("if(budget > 1, 1, 2)"), number("1"));
    assert_eq!(worth("length(why)"), number("0"));
    assert_eq!(
        worth("from + 1"),
        Worth::Date("2026-03-03".parse().unwrap())
    );
}

#[test]
fn conditions_hold_or_not_or_are_unknown() {
    for (text, holds) in [
        ("budget > 500000 and origin == \"tender\"", Some(true)),
        ("budget＞500000 且 origin＝“tender”", Some(true)),
        (
            "（budget ≤ 500000）或 origin 属于 【“cooperation”，“tender”】",
            Some(true),
        ),
        ("not origin in [\"cooperation\"]", Some(true)),
        ("empty(why)", Some(true)),
        ("empty(goods)", Some(false)),
        ("why == \"x\"", None),
        ("why == \"x\" and false", Some(false)),
        ("urgent or budget > 1", Some(true)),
        ("urgent and budget > 1", None),
        (
            "any(goods, amount > 20 and quantity < rate * 100)",
            Some(true),
        ),
        ("all(goods, quantity >= 3)", Some(false)),
        ("all(goods, quantity >= 2)", None),
        ("from < to and to <= date(\"2026-03-06\")", Some(true)),
        ("否", Some(false)),
    ] {
        let expr = Expr::parse(text).unwrap();
        assert!(is_condition(&expr, &kinds(), None).is_empty(), "{text}");
        assert_eq!(expr.holds(&Facts::of(&answers())).0, holds, "{text}");
    }
}

#[test]
fn what_is_wrong_has_its_place() {
    assert_eq!(wrong("1 +").0, 3);
    assert_eq!(wrong("budget > @").1, ExprWrong::Character { found: '@' });
    assert_eq!(wrong("origin == \"tender"), (10, ExprWrong::OpenText));
    assert_eq!(
        wrong("1.2.3"),
        (
            0,
            ExprWrong::BadNumber {
                text: "1.2.3".into()
            }
        )
    );
    assert_eq!(
        wrong("sin(rate)"),
        (0, ExprWrong::UnknownFunction { name: "sin".into() })
    );
    assert_eq!(
        wrong("round(rate)"),
        (
            0,
            ExprWrong::Arguments {
                wanted: 2,
                found: 1
            }
        )
    );
    assert_eq!(
        wrong("rate + bugdet"),
        (
            7,
            ExprWrong::UnknownField {
                name: "bugdet".into()
            }
        )
    );
    assert_eq!(
        wrong("sum(goods.price)").1,
        ExprWrong::UnknownColumn {
            name: "price".into()
        }
    );
    assert_eq!(
        wrong("origin == \"tendre\"").1,
        ExprWrong::UnknownOption {
            name: "tendre".into()
        }
    );
    assert_eq!(
        wrong("rate and true").1,
        ExprWrong::WrongKind {
            wanted: "yes_no",
            found: "number"
        }
    );
    assert_eq!(
        wrong("date(\"2026-02-30\")").1,
        ExprWrong::BadDate {
            text: "2026-02-30".into()
        }
    );
    assert!(matches!(
        wrong("budget + dollars").1,
        ExprWrong::Currencies { .. }
    ));
    assert!(matches!(wrong("budget == why").1, ExprWrong::Unlike { .. }));
    assert!(matches!(
        wrong("goods.amount > 1").1,
        ExprWrong::Unexpected { .. }
    ));
    assert!(matches!(
        wrong("budget * budget").1,
        ExprWrong::Unlike { .. }
    ));
    assert!(matches!(wrong("a b").1, ExprWrong::Unexpected { .. }));
    assert!(matches!(wrong("").1, ExprWrong::Unexpected { .. }));
    assert_eq!(wrong(&"(".repeat(1_999)).1, ExprWrong::TooLarge);
    assert_eq!(wrong(&"not ".repeat(400)).1, ExprWrong::TooLarge);
    assert_eq!(wrong(&"1+".repeat(2_000)).1, ExprWrong::TooLarge);
}

#[test]
fn what_goes_wrong_while_reckoning_is_told() {
    let told = |text: &str| Expr::parse(text).unwrap().worth(&Facts::of(&answers()));
    let (worth, problems) = told("rate / 0");
    assert_eq!(worth, Worth::Unknown);
    assert_eq!(problems[0].what, EvalWrong::DividedByNothing);
    assert_eq!(told("1000000000000000 * 2").1[0].what, EvalWrong::TooLarge);
    // a document that was merged badly holds another kind of answer
    assert_eq!(told("origin * 2").1[0].what, EvalWrong::OtherKind);
}

/// Texts that are nearly expressions.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "budget",
        "rate",
        "goods",
        ".",
        "amount",
        "(",
        ")",
        "[",
        "]",
        ",",
        "+",
        "-",
        "*",
        "/",
        "==",
        "!=",
        "<",
        ">=",
        "and",
        "or",
        "not",
        "in",
        "sum",
        "any",
        "all",
        "if",
        "days",
        "from",
        "to",
        "\"tender\"",
        "“",
        "origin",
        "0",
        "1.5",
        "且",
        "（",
        "）",
        "，",
        "date",
        "empty",
        "has",
        "round",
        "true",
        "x",
        "；",
    ]);
    prop::collection::vec(scrap, 0..24).prop_map(|scraps| scraps.join(" "))
}

/// Expressions that are well formed, of yes-or-no and of numbers.
fn good() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec![
        "(budget / budget)",
        "rate",
        "1.5",
        "days(from, to)",
        "sum(goods.quantity)",
    ]);
    let number = number
        .prop_map(|text: &str| text.to_owned())
        .prop_recursive(3, 8, 2, |inner| {
            (
                inner.clone(),
                prop::sample::select(vec!["+", "-", "*", "/"]),
                inner,
            )
                .prop_map(|(left, operator, right)| format!("({left} {operator} {right})"))
        });
    (
        number.clone(),
        prop::sample::select(vec!["<", "≥", "==", "!="]),
        number,
    )
        .prop_map(|(left, operator, right)| format!("{left} {operator} {right}"))
        .prop_recursive(2, 4, 2, |inner| {
            (
                inner.clone(),
                prop::sample::select(vec!["and", "或"]),
                inner,
            )
                .prop_map(|(left, operator, right)| format!("(not {left} {operator} {right})"))
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_an_expression_or_a_problem_inside_it(text in scraps()) {
        match Expr::parse(&text) {
            Err(problem) => prop_assert!(problem.at <= text.len() && text.is_char_boundary(problem.at)),
            Ok(expr) => {
                let (_, problems) = check(&expr, &kinds(), None);
                for problem in problems {
                    prop_assert!(problem.at <= text.len() && text.is_char_boundary(problem.at));
                }
                let _ = expr.worth(&Facts::of(&answers()));
                let _ = expr.worth(&Facts::of(&Answers::new()));
            }
        }
    }

    #[test]
    fn what_is_checked_is_worked_out_to_its_kind(text in good()) {
        if text.len() > 400 {
            return Ok(());
        }
        let expr = Expr::parse(&text).unwrap();
        prop_assert_eq!(is_condition(&expr, &kinds(), None), vec![]);
        let (worth, problems) = expr.worth(&Facts::of(&answers()));
        match worth {
            Worth::YesNo(_) => {}
            Worth::Unknown => prop_assert!(!problems.is_empty(), "all is answered"),
            other => prop_assert!(false, "{:?}", other),
        }
        prop_assert!(problems.iter().all(|problem| problem.what != EvalWrong::OtherKind));
        // and survives the way to a device
        let sent = serde_json::to_string(&expr).unwrap();
        prop_assert_eq!(serde_json::from_str::<Expr>(&sent).unwrap(), expr);
    }

    #[test]
    fn any_characters_at_all_do_no_harm(text in any::<String>()) {
        let _ = Expr::parse(&text);
    }
}
