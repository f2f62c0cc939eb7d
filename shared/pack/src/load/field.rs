//! Fields of forms, and columns of tables.

use std::collections::BTreeSet;

use domain::money::Money;
use domain::number::Number;

use super::limits;
use super::part::{Found, Part};
use crate::form::{Choice, Field, FieldKind, FromPool, Required, Rule};
use crate::id::{FieldName, OptionName};
use crate::problem::{Thing, Wrong};

/// Fields that can be understood, each id once.
pub(super) fn read(
    parts: &[Part<'_>],
    found: &mut Found,
    path: &str,
    currency: &str,
    names: &mut BTreeSet<FieldName>,
    what: Thing,
) -> Vec<Field> {
    let mut fields = Vec::new();
    for part in parts {
        let Some(id) = part.id::<FieldName>(found) else {
            continue;
        };
        let path = format!("{path}/{id}");
        part.remember(found, &path);
        if !names.insert(id.clone()) {
            let id = id.to_string();
            part.wrong(found, part.at("id"), Wrong::Duplicate { what, id });
            continue;
        }
        let Some(kind) = read_kind(part, found, &path, currency, what) else {
            continue;
        };
        let mut rules = Vec::new();
        for rule in part.parts(found, "rule", Thing::Rule, limits::RULES) {
            if !rule.has("holds") {
                rule.wrong_here(found, Wrong::MissingKey { key: "holds" });
            }
            let holds = rule.expr(found, "holds");
            let message = rule.must_texts(found, "message");
            rule.end(found);
            if let Some(holds) = holds {
                rule.remember(found, &format!("{path}/rule/{}", rules.len()));
                rules.push(Rule { holds, message });
            }
        }
        fields.push(Field {
            id,
            name: part.must_texts(found, "name"),
            help: part.texts(found, "help"),
            kind,
            required: read_required(part, found),
            visible: part.expr(found, "visible"),
            rules,
            width: part.count(found, "width", (1, 4)).unwrap_or_default() as u8,
        });
        part.end(found);
    }
    fields
}

fn read_required(part: &Part<'_>, found: &mut Found) -> Required {
    if !part.has("required") || part.is_flag("required") {
        return match part.flag(found, "required") {
            true => Required::Yes,
            false => Required::No,
        };
    }
    part.expr(found, "required")
        .map_or(Required::No, Required::When)
}

/// The words of kinds.
#[derive(Clone, Copy)]
enum Word {
    Text,
    Prose,
    Number,
    Money,
    Date,
    YesNo,
    Choice,
    Person,
    Department,
    Task,
    Table,
    Attachment,
    Signature,
    Seal,
    Capitals,
    Computed,
}

const WORDS: [(&str, Word); 16] = [
    ("text", Word::Text),
    ("prose", Word::Prose),
    ("number", Word::Number),
    ("money", Word::Money),
    ("date", Word::Date),
    ("yes_no", Word::YesNo),
    ("choice", Word::Choice),
    ("person", Word::Person),
    ("department", Word::Department),
    ("task", Word::Task),
    ("table", Word::Table),
    ("attachment", Word::Attachment),
    ("signature", Word::Signature),
    ("seal", Word::Seal),
    ("capitals", Word::Capitals),
    ("computed", Word::Computed),
];

fn read_kind(
    part: &Part<'_>,
    found: &mut Found,
    path: &str,
    currency: &str,
    what: Thing,
) -> Option<FieldKind> {
    if !part.has("kind") {
        part.must(found, "kind");
        return None;
    }
    let kind = match part.one_of(found, "kind", &WORDS)? {
        Word::Text => FieldKind::Text {
            longest: part.count(found, "longest", (1, 1_000)).unwrap_or(200),
        },
        Word::Prose => FieldKind::Prose {
            longest: part.count(found, "longest", (1, 100_000)).unwrap_or(20_000),
        },
        Word::Number => {
            let (min, max) = (
                part.amount::<Number>(found, "min"),
                part.amount::<Number>(found, "max"),
            );
            check_bounds(part, found, min, max);
            FieldKind::Number {
                min,
                max,
                digits: part.count(found, "digits", (0, 6)).unwrap_or(2) as u8,
                unit: part.texts(found, "unit"),
            }
        }
        Word::Money => {
            let (min, max) = (
                part.amount::<Money>(found, "min"),
                part.amount::<Money>(found, "max"),
            );
            check_bounds(part, found, min, max);
            let currency = super::currency(part, found).unwrap_or_else(|| currency.to_owned());
            FieldKind::Money { currency, min, max }
        }
        Word::Date => FieldKind::Date,
        Word::YesNo => FieldKind::YesNo,
        Word::Choice => read_choice(part, found),
        Word::Person => FieldKind::Person {
            role: part.name(found, "role"),
        },
        Word::Department => FieldKind::Department,
        Word::Task => FieldKind::Task,
        Word::Table if what == Thing::Column => {
            part.wrong(found, part.at("kind"), Wrong::TableTooDeep);
            return None;
        }
        Word::Table => read_table(part, found, path, currency),
        Word::Attachment => FieldKind::Attachment {
            most: part.count(found, "most", (1, 100)).unwrap_or(20),
            megabytes: part.count(found, "megabytes", (1, 2_000)).unwrap_or(200),
            endings: part
                .words(found, "endings")
                .iter()
                .map(|(_, word)| (*word).to_owned())
                .collect(),
        },
        Word::Signature => FieldKind::Signature,
        Word::Seal => FieldKind::Seal,
        Word::Capitals => {
            part.must(found, "of")?;
            FieldKind::Capitals {
                of: part.name(found, "of")?,
            }
        }
        Word::Computed => {
            if !part.has("value") {
                part.wrong_here(found, Wrong::MissingKey { key: "value" });
            }
            FieldKind::Computed {
                value: part.expr(found, "value")?,
            }
        }
    };
    if what == Thing::Column
        && matches!(
            kind,
            FieldKind::Signature | FieldKind::Seal | FieldKind::Capitals { .. }
        )
    {
        part.wrong(
            found,
            part.at("kind"),
            Wrong::NotInTable { kind: kind.word() },
        );
    }
    Some(kind)
}

fn check_bounds<T: PartialOrd>(part: &Part<'_>, found: &mut Found, min: Option<T>, max: Option<T>) {
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        part.wrong(found, part.at("min"), Wrong::MinAboveMax);
    }
}

fn read_choice(part: &Part<'_>, found: &mut Found) -> FieldKind {
    let mut taken = BTreeSet::new();
    let mut options = Vec::new();
    for option in part.parts(found, "options", Thing::Option, limits::OPTIONS) {
        let id = option.id::<OptionName>(found);
        let name = option.own_texts(found);
        option.end(found);
        let Some(id) = id else {
            continue;
        };
        if !taken.insert(id.clone()) {
            let id = id.to_string();
            option.wrong(
                found,
                option.at("id"),
                Wrong::Duplicate {
                    what: Thing::Option,
                    id,
                },
            );
            continue;
        }
        options.push(Choice { id, name });
    }
    if options.is_empty() {
        part.wrong_here(
            found,
            Wrong::None {
                what: Thing::Option,
            },
        );
    }
    FieldKind::Choice {
        options,
        many: part.flag(found, "many"),
    }
}

fn read_table(part: &Part<'_>, found: &mut Found, path: &str, currency: &str) -> FieldKind {
    let parts = part.parts(found, "column", Thing::Column, limits::COLUMNS);
    let pool = read_pool(part, found, path);
    let path = format!("{path}/column");
    let columns = read(
        &parts,
        found,
        &path,
        currency,
        &mut BTreeSet::new(),
        Thing::Column,
    );
    if columns.is_empty() {
        part.wrong_here(
            found,
            Wrong::None {
                what: Thing::Column,
            },
        );
    }
    let rows = (0, i64::from(limits::ROWS));
    let min_rows = part.count(found, "min_rows", rows).unwrap_or_default();
    let max_rows = part.count(found, "max_rows", rows).unwrap_or(limits::ROWS);
    if min_rows > max_rows {
        part.wrong(found, part.at("min_rows"), Wrong::MinAboveMax);
    }
    FieldKind::Table {
        columns,
        totals: part.names(found, "totals"),
        min_rows,
        max_rows,
        pool,
    }
}

/// `pool = { resource = "name", free = "there" }`
fn read_pool(part: &Part<'_>, found: &mut Found, path: &str) -> Option<FromPool> {
    let pool = part.part(found, "pool")?;
    pool.remember(found, &format!("{path}.pool"));
    let names = [pool.must(found, "resource"), pool.must(found, "free")];
    let (resource, free) = (pool.name(found, "resource"), pool.name(found, "free"));
    pool.end(found);
    names.iter().all(Option::is_some).then_some(())?;
    Some(FromPool {
        resource: resource?,
        free: free?,
    })
}
