//! Files of registers.

use std::collections::BTreeSet;

use super::part::{Found, Part};
use super::{field, limits};
use crate::id::RegisterName;
use crate::problem::{Thing, Wrong};
use crate::register::RegisterDef;

/// A register, where it can be understood.
pub(super) fn register(part: &Part<'_>, found: &mut Found, currency: &str) -> Option<RegisterDef> {
    let id = part.id::<RegisterName>(found)?;
    let path = format!("register/{id}");
    part.remember(found, &path);
    // where the check of its sheet looks for its one table
    part.remember(found, &format!("{path}/field/{id}"));
    part.must(found, "keeper");
    let parts = part.parts(found, "column", Thing::Column, limits::COLUMNS);
    let columns = field::read(
        &parts,
        found,
        &format!("{path}/field/{id}/column"),
        currency,
        &mut BTreeSet::new(),
        Thing::Column,
    );
    if columns.is_empty() {
        let what = Thing::Column;
        part.wrong_here(found, Wrong::None { what });
    }
    let (name, help) = (part.must_texts(found, "name"), part.texts(found, "help"));
    let totals = part.names(found, "totals");
    let keeper = part.name(found, "keeper");
    part.end(found);
    Some(RegisterDef {
        id,
        name,
        help,
        keeper: keeper?,
        columns,
        totals,
    })
}
