//! What a filled-in form comes to: computed fields, what is hidden, and what is wrong or missing. Total: any answers give
//! a filling and its problems.

use std::collections::BTreeSet;

use domain::money::Money;
use domain::number::Number;
use serde::{Deserialize, Serialize};

use crate::capitals::{NoCapitals, capitals};
use crate::expr::{EvalWrong, Expr, Facts, Kind, Worth};
use crate::form::{Field, FieldKind, FormDef, Required, Turn, kinds};
use crate::id::{FieldName, OptionName};
use crate::text::Texts;
use crate::value::{Answers, Attached, Value};

/// What a filled-in form comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filling {
    /// The answers that count, computed ones among them; what is hidden has none.
    pub answers: Answers,
    /// The fields that are not there with these answers.
    pub hidden: BTreeSet<FieldName>,
    /// What is wrong or missing.
    pub problems: Vec<FillProblem>,
}

/// Something wrong or missing in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillProblem {
    /// The field.
    pub field: FieldName,
    /// In a table: the row from 0, and the column.
    pub cell: Option<(usize, FieldName)>,
    /// What.
    pub what: FillWrong,
}

/// What can be wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillWrong {
    /// It must be answered.
    Missing,
    /// The text is longer than so many characters.
    TooLong(u32),
    /// It is less than the least.
    TooSmall,
    /// It is more than the most.
    TooLarge,
    /// More digits after the point than so many.
    TooManyDigits(u8),
    /// There is no such option.
    NotAnOption(OptionName),
    /// One option only can be chosen.
    OneOnly,
    /// Fewer rows than so many.
    TooFewRows(u32),
    /// More rows than so many.
    TooManyRows(u32),
    /// More files than so many.
    TooManyFiles(u32),
    /// The name of a file has none of these endings.
    OtherEnding(Vec<String>),
    /// A file is larger than so many megabytes.
    FileTooLarge(u32),
    /// The answer is of another kind than the field, as a merge or a newer version can leave it.
    OtherKind,
    /// A rule of the form is not fulfilled; what the form says of it.
    Rule(Texts),
    /// The amount has no capitals.
    NoCapitals(NoCapitals),
    /// A formula could not be worked out.
    Reckoning(EvalWrong),
}

/// Works out a form. What must be answered and fulfilled is that of the sections that are filled in at that turn.
pub fn fill(form: &FormDef, answers: &Answers, turn: Turn<'_>) -> Filling {
    let mut filling = Filling {
        answers: computed(form, answers, &mut Vec::new()),
        ..Filling::default()
    };
    let facts = Facts::of(&filling.answers);
    let gone = |visible: &Option<Expr>, facts: &Facts<'_>| {
        visible
            .as_ref()
            .is_some_and(|visible| visible.holds(facts).0 == Some(false))
    };
    for (section, field) in form.fields() {
        if gone(&section.visible, &facts) || gone(&field.visible, &facts) {
            filling.hidden.insert(field.id.clone());
        }
    }
    let shown = |(name, value): (&FieldName, &Value)| {
        (!filling.hidden.contains(name)).then(|| (name.clone(), value.clone()))
    };
    let effective: Answers = answers.iter().filter_map(shown).collect();
    filling.answers = computed(form, &effective, &mut filling.problems);
    let mut checks = Checks {
        answers: &filling.answers,
        problems: &mut filling.problems,
    };
    for (_, field) in form.fields().filter(|(section, _)| turn.opens(section)) {
        if !filling.hidden.contains(&field.id) {
            checks.field(field, &field.id, None, filling.answers.get(&field.id));
        }
    }
    filling
}

/// The answers with all that is computed from them.
fn computed(form: &FormDef, answers: &Answers, problems: &mut Vec<FillProblem>) -> Answers {
    let kinds = kinds(form);
    let mut answers = answers.clone();
    for (_, field) in form.fields() {
        if !field.kind.is_written() {
            answers.remove(&field.id);
        }
    }
    for (_, table) in form.fields() {
        let (FieldKind::Table { columns, .. }, Some(Kind::Table(row_kinds))) =
            (&table.kind, kinds.get(&table.id))
        else {
            continue;
        };
        let Some(Value::Table(mut rows)) = answers.remove(&table.id) else {
            continue;
        };
        let columns: Vec<&Field> = columns.iter().collect();
        let order = in_order(&columns);
        for (at, row) in rows.iter_mut().enumerate() {
            for column in &order {
                let facts = Facts {
                    answers: &answers,
                    row: Some(row),
                };
                let (value, wrong) = reckon(column, row_kinds.get(&column.id), &facts);
                let cell = Some((at, column.id.clone()));
                problems.extend(wrong.map(|what| FillProblem {
                    field: table.id.clone(),
                    cell,
                    what,
                }));
                put(row, &column.id, value);
            }
        }
        answers.insert(table.id.clone(), Value::Table(rows));
    }
    let fields: Vec<&Field> = form.fields().map(|(_, field)| field).collect();
    for field in in_order(&fields) {
        let (value, wrong) = reckon(field, kinds.get(&field.id), &Facts::of(&answers));
        problems.extend(wrong.map(|what| FillProblem {
            field: field.id.clone(),
            cell: None,
            what,
        }));
        put(&mut answers, &field.id, value);
    }
    answers
}

fn put(answers: &mut Answers, name: &FieldName, value: Option<Value>) {
    match value {
        Some(value) => drop(answers.insert(name.clone(), value)),
        None => drop(answers.remove(name)),
    }
}

/// What is computed, each after what it needs. Those that need each other in a circle are left out.
fn in_order<'a>(fields: &[&'a Field]) -> Vec<&'a Field> {
    let mut left: Vec<&Field> = fields
        .iter()
        .copied()
        .filter(|field| !field.kind.is_written())
        .collect();
    let mut order = Vec::new();
    loop {
        let names: BTreeSet<&FieldName> = left.iter().map(|field| &field.id).collect();
        let ready = |field: &&Field| match &field.kind {
            FieldKind::Computed { value } => value.fields().is_disjoint(&names),
            FieldKind::Capitals { of } => !names.contains(of),
            _ => true,
        };
        let (next, rest): (Vec<&Field>, Vec<&Field>) = left.into_iter().partition(ready);
        if next.is_empty() {
            return order;
        }
        order.extend(next);
        left = rest;
    }
}

fn reckon(
    field: &Field,
    kind: Option<&Kind>,
    facts: &Facts<'_>,
) -> (Option<Value>, Option<FillWrong>) {
    match &field.kind {
        FieldKind::Capitals { of } => match facts.answers.get(of) {
            Some(Value::Money(amount)) => match capitals(*amount) {
                Ok(text) => (Some(Value::Text(text)), None),
                Err(wrong) => (None, Some(FillWrong::NoCapitals(wrong))),
            },
            _ => (None, None),
        },
        FieldKind::Computed { value } => {
            let (worth, problems) = value.worth(facts);
            let wrong = problems
                .first()
                .map(|problem| FillWrong::Reckoning(problem.what));
            let value = match (worth, kind) {
                (Worth::Number(number), Some(Kind::Money(_))) => {
                    number.to_money().map(Value::Money)
                }
                (Worth::Number(number), _) => Some(Value::Number(number)),
                (Worth::Text(text), _) => Some(Value::Text(text)),
                (Worth::Date(day), _) => Some(Value::Date(day)),
                (Worth::YesNo(yes), _) => Some(Value::YesNo(yes)),
                _ => None,
            };
            (value, wrong)
        }
        _ => (None, None),
    }
}

struct Checks<'a> {
    answers: &'a Answers,
    problems: &'a mut Vec<FillProblem>,
}

impl Checks<'_> {
    fn field(
        &mut self,
        field: &Field,
        top: &FieldName,
        row: Option<(usize, &Answers)>,
        value: Option<&Value>,
    ) {
        let cell = row.map(|(at, _)| (at, field.id.clone()));
        let facts = Facts {
            answers: self.answers,
            row: row.map(|(_, row)| row),
        };
        let holds = |expr: &Expr| expr.holds(&facts).0;
        if row.is_some() && field.visible.as_ref().and_then(holds) == Some(false) {
            return;
        }
        let mut told = Vec::new();
        let required = match &field.required {
            Required::No => false,
            Required::Yes => true,
            Required::When(when) => holds(when) == Some(true),
        };
        match value.filter(|value| !value.is_empty()) {
            None if required && field.kind.is_written() => told.push(FillWrong::Missing),
            None => {}
            Some(value) => told.extend(fits(&field.kind, value)),
        }
        for rule in &field.rules {
            if holds(&rule.holds) == Some(false) {
                told.push(FillWrong::Rule(rule.message.clone()));
            }
        }
        let found = told.into_iter().map(|what| FillProblem {
            field: top.clone(),
            cell: cell.clone(),
            what,
        });
        self.problems.extend(found);
        if let (FieldKind::Table { columns, .. }, Some(Value::Table(rows))) = (&field.kind, value) {
            let filled = |row: &&Answers| !row.values().all(Value::is_empty);
            for (at, row) in rows.iter().enumerate().filter(|(_, row)| filled(row)) {
                for column in columns {
                    self.field(column, top, Some((at, row)), row.get(&column.id));
                }
            }
        }
    }
}

/// Why a file of that name and size is not taken by a field of attachments: at most `megabytes` of 1,048,576 bytes, and one
/// of the endings, where there are any.
pub fn file_wrong(name: &str, bytes: u64, megabytes: u32, endings: &[String]) -> Option<FillWrong> {
    let name = name.to_lowercase();
    let ends = |ending: &String| name.ends_with(&format!(".{}", ending.to_lowercase()));
    if !endings.is_empty() && !endings.iter().any(ends) {
        return Some(FillWrong::OtherEnding(endings.to_vec()));
    }
    (bytes > u64::from(megabytes) << 20).then_some(FillWrong::FileTooLarge(megabytes))
}

/// What an answer is not, of what its field takes.
fn fits(kind: &FieldKind, value: &Value) -> Vec<FillWrong> {
    fn bounds<T: PartialOrd>(value: T, min: &Option<T>, max: &Option<T>) -> Option<FillWrong> {
        if min.as_ref().is_some_and(|min| value < *min) {
            return Some(FillWrong::TooSmall);
        }
        max.as_ref()
            .is_some_and(|max| value > *max)
            .then_some(FillWrong::TooLarge)
    }
    let mut wrong = Vec::new();
    match (kind, value) {
        (FieldKind::Text { longest } | FieldKind::Prose { longest }, Value::Text(text)) => {
            if text.chars().count() > *longest as usize {
                wrong.push(FillWrong::TooLong(*longest));
            }
        }
        (
            FieldKind::Number {
                min, max, digits, ..
            },
            Value::Number(number),
        ) => {
            wrong.extend(bounds::<Number>(*number, min, max));
            if number.round(u32::from(*digits)) != *number {
                wrong.push(FillWrong::TooManyDigits(*digits));
            }
        }
        (FieldKind::Money { min, max, .. }, Value::Money(amount)) => {
            wrong.extend(bounds::<Money>(*amount, min, max));
        }
        (FieldKind::Choice { options, many }, Value::Choice(chosen)) => {
            let unknown = chosen
                .iter()
                .find(|chosen| !options.iter().any(|option| option.id == **chosen));
            wrong.extend(unknown.map(|unknown| FillWrong::NotAnOption(unknown.clone())));
            if !many && chosen.len() > 1 {
                wrong.push(FillWrong::OneOnly);
            }
        }
        (
            FieldKind::Table {
                min_rows, max_rows, ..
            },
            Value::Table(rows),
        ) => {
            let filled = rows
                .iter()
                .filter(|row| !row.values().all(Value::is_empty))
                .count();
            if filled < *min_rows as usize {
                wrong.push(FillWrong::TooFewRows(*min_rows));
            }
            if filled > *max_rows as usize {
                wrong.push(FillWrong::TooManyRows(*max_rows));
            }
        }
        (
            FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal,
            Value::Files(files),
        ) if files.iter().any(|file| file.parse::<Attached>().is_err()) => {
            wrong.push(FillWrong::OtherKind);
        }
        (
            FieldKind::Attachment {
                most,
                megabytes,
                endings,
            },
            Value::Files(files),
        ) => {
            if files.len() > *most as usize {
                wrong.push(FillWrong::TooManyFiles(*most));
            }
            let files = files.iter().filter_map(|file| file.parse().ok());
            for Attached { size, name, .. } in files {
                let why = file_wrong(&name, size, *megabytes, endings);
                wrong.extend(why.filter(|why| !wrong.contains(why)));
            }
        }
        (FieldKind::Signature | FieldKind::Seal, Value::Files(_))
        | (FieldKind::Date, Value::Date(_))
        | (FieldKind::YesNo, Value::YesNo(_))
        | (FieldKind::Person { .. }, Value::Person(_))
        | (FieldKind::Department, Value::Department(_))
        | (FieldKind::Task, Value::Task(_))
        | (FieldKind::Capitals { .. } | FieldKind::Computed { .. }, _) => {}
        _ => wrong.push(FillWrong::OtherKind),
    }
    wrong
}
