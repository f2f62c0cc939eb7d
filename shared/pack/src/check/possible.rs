//! Whether a condition can hold at all.

use crate::expr::{Expr, Facts, Kind, Kinds, Worth};
use crate::id::FieldName;
use crate::value::{Answers, Value};

/// Most answers that are tried.
const MOST: usize = 4_096;

/// Whether some answers fulfil a condition, as far as choices and yes-or-no decide it: every combination of them is
/// tried with all else unknown. What holds never in all of them cannot hold; where there are too many, it may.
pub(crate) fn can_hold(expr: &Expr, kinds: &Kinds, row: Option<&Kinds>) -> bool {
    let kind = |name: &FieldName| {
        row.and_then(|row| row.get(name))
            .or_else(|| kinds.get(name))
    };
    let mut fields: Vec<(&FieldName, Vec<Value>)> = Vec::new();
    let mut combinations: usize = 1;
    for name in expr.fields() {
        let values: Vec<Value> = match kind(name) {
            Some(Kind::YesNo) => vec![Value::YesNo(true), Value::YesNo(false)],
            Some(Kind::Choice {
                options,
                many: false,
            }) => options
                .iter()
                .map(|option| Value::Choice(vec![option.clone()]))
                .collect(),
            _ => continue,
        };
        combinations = combinations.saturating_mul(values.len());
        fields.push((name, values));
    }
    if combinations > MOST {
        return true;
    }
    (0..combinations).any(|combination| {
        let mut answers = Answers::new();
        let mut rest = combination;
        for (name, values) in &fields {
            let count = values.len().max(1);
            answers.extend(
                values
                    .get(rest % count)
                    .map(|value| ((*name).clone(), value.clone())),
            );
            rest /= count;
        }
        let facts = Facts {
            answers: &answers,
            row: Some(&answers),
        };
        // tables are not known either: they would read as empty ones
        let (worth, _) = expr.worth(&facts);
        worth != Worth::YesNo(false) || reads_rows(expr, kinds)
    })
}

/// Whether it looks into a table: of rows nothing is known here.
fn reads_rows(expr: &Expr, kinds: &Kinds) -> bool {
    let table = |name: &&FieldName| matches!(kinds.get(*name), Some(Kind::Table(_)));
    expr.fields().iter().any(table)
}
