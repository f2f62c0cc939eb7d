//! The rows of a form's tables.

use base::RowId;
use pack::id::FieldName;
use pack::value::{Answers, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Writes, check_columns, kept, set};
use crate::command::CommandError;
use crate::command::write::Write;
use crate::model::FormModel;
use crate::model::form::{RowModel, in_order};
use crate::order;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::form::FormPlace;

type Rows = FxHashMap<RowId, RowModel>;

/// The rows of a table, removed ones too; none where nobody added one.
fn of<'a>(model: &'a FormModel, table: &FieldName, none: &'a Rows) -> &'a Rows {
    model.tables.get(table).unwrap_or(none)
}

fn order_of(table: &FieldName, row: RowId) -> FormPlace {
    FormPlace::Order {
        table: table.clone(),
        row,
    }
}

/// Order keys for `count` rows after `after`, one row aside, with new ones for rows that had to move on.
fn places(
    table: &FieldName,
    rows: &Rows,
    but: Option<RowId>,
    after: Option<RowId>,
    count: usize,
) -> Result<(Vec<String>, Vec<Write>), CommandError> {
    let there: Vec<_> = in_order(rows)
        .into_iter()
        .filter(|(id, _)| Some(*id) != but)
        .collect();
    let at = match after {
        None => 0,
        Some(after) => match there.iter().position(|(id, _)| *id == after) {
            Some(at) => at + 1,
            None => return Err(CommandError::NoRow(after)),
        },
    };
    let keys: Vec<&str> = there.iter().map(|(_, row)| row.order.as_str()).collect();
    let (new, others) = order::place(&keys, at, count);
    let others = others.into_iter().filter_map(|(i, key)| {
        let (id, _) = there.get(i)?;
        Some(set(order_of(table, *id), Scalar::Text(key)))
    });
    Ok((new, others.collect()))
}

/// Refuses more rows than a table holds.
fn room(rows: &Rows, more: usize) -> Result<(), CommandError> {
    let standing = rows.values().filter(|row| !row.removed).count();
    if standing + more > schema::MAX_TABLE_ROWS {
        return Err(CommandError::invalid("rows", "more than 5,000"));
    }
    Ok(())
}

/// New rows, each whole in one change.
pub(super) fn add(
    model: &FormModel,
    table: &FieldName,
    after: Option<RowId>,
    new: &[(RowId, Answers)],
) -> Writes {
    let none = Rows::default();
    let rows = of(model, table, &none);
    room(rows, new.len())?;
    if rows.len() + new.len() > schema::MAX_TABLE_ROWS_EVER {
        let why = "more than 20,000 with those removed";
        return Err(CommandError::invalid("rows", why));
    }
    if !model.tables.contains_key(table) && model.tables.len() >= schema::MAX_TABLES {
        return Err(CommandError::invalid("tables", "more than 100"));
    }
    let mut seen = FxHashSet::default();
    let (orders, mut writes) = places(table, rows, None, after, new.len())?;
    for ((row, answers), order) in new.iter().zip(orders) {
        if rows.contains_key(row) || !seen.insert(*row) {
            return Err(CommandError::invalid("id", "there is such a row already"));
        }
        check_columns(answers, 0)?;
        let mut bytes = 0;
        let mut fields = vec![(order_of(table, *row).to_string(), Scalar::Text(order))];
        for (column, value) in answers {
            let place = cell(table, *row, column);
            let value = kept(&place, Some(value))?;
            bytes += value.size();
            if !value.is_null() {
                fields.push((place.to_string(), value));
            }
        }
        if bytes > schema::MAX_ANSWER {
            return Err(CommandError::invalid("rows", "a row longer than 64 KiB"));
        }
        writes.push(Write::Row(table.clone(), *row, fields));
    }
    Ok(writes)
}

fn cell(table: &FieldName, row: RowId, column: &FieldName) -> FormPlace {
    FormPlace::Cell {
        table: table.clone(),
        row,
        column: column.clone(),
    }
}

/// Answers in rows that are there, removed ones too.
pub(super) fn answer<'a>(
    model: &FormModel,
    table: &FieldName,
    cells: impl IntoIterator<Item = (RowId, &'a FieldName, Option<&'a Value>)>,
) -> Writes {
    let none = Rows::default();
    let rows = of(model, table, &none);
    let mut new: FxHashSet<(RowId, &FieldName)> = FxHashSet::default();
    let mut more: FxHashMap<RowId, usize> = FxHashMap::default();
    let mut writes = Vec::new();
    for (row, column, value) in cells {
        let there = rows.get(&row).ok_or(CommandError::NoRow(row))?;
        if !there.cells.contains_key(column) && new.insert((row, column)) {
            let more = more.entry(row).or_default();
            *more += 1;
            check_columns(&there.cells, *more)?;
        }
        let place = cell(table, row, column);
        let value = kept(&place, value)?;
        writes.push(set(place, value));
        if writes.len() > schema::MAX_ROWS {
            return Err(CommandError::invalid("cells", "more than 100,000"));
        }
    }
    Ok(writes)
}

/// Marks rows as removed, or takes the marks off again.
pub(super) fn mark(model: &FormModel, table: &FieldName, ids: &[RowId], removed: bool) -> Writes {
    let none = Rows::default();
    let rows = of(model, table, &none);
    let mut back = FxHashSet::default();
    let mut writes = Vec::with_capacity(ids.len());
    for id in ids {
        let row = rows.get(id).ok_or(CommandError::NoRow(*id))?;
        if row.removed {
            back.insert(*id);
        }
        let place = FormPlace::Removed {
            table: table.clone(),
            row: *id,
        };
        writes.push(set(place, Scalar::flag(removed)));
    }
    if !removed && !back.is_empty() {
        room(rows, back.len())?;
    }
    Ok(writes)
}

/// Another place for a row.
pub(super) fn shift(
    model: &FormModel,
    table: &FieldName,
    row: RowId,
    after: Option<RowId>,
) -> Writes {
    let none = Rows::default();
    let rows = of(model, table, &none);
    if !rows.contains_key(&row) {
        return Err(CommandError::NoRow(row));
    }
    let there = in_order(rows);
    let at = there.iter().position(|(id, _)| *id == row);
    let before = at
        .and_then(|at| at.checked_sub(1))
        .and_then(|at| there.get(at))
        .map(|(id, _)| *id);
    if after == Some(row) || before == after {
        return Ok(Vec::new()); // there it stands
    }
    let (orders, mut writes) = places(table, rows, Some(row), after, 1)?;
    let order = orders.into_iter().next().unwrap_or_default();
    writes.push(set(order_of(table, row), Scalar::Text(order)));
    Ok(writes)
}
