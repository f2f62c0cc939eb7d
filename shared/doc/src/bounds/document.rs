//! Whole documents: bounded as their changes are.

use base::ChangeHash;

use super::columns;
use super::weight::{
    MAX_DOCUMENT, MAX_DOCUMENT_CHANGES, MAX_DOCUMENT_KEYS, MAX_DOCUMENT_LINKS, MAX_DOCUMENT_OPS,
};
use super::{MAX_ACTOR, Reader, Unsound, Weight, chunk};

/// What all columns may take up when inflated: the bytes of a document's changes at most, and as much again for each
/// operation as columns need where nothing repeats.
const MAX_COLUMNS: u64 = 3 * MAX_DOCUMENT;

/// Whether a saved document (with changes behind it that wait for others) stays within the limits. What it names, and
/// whether its hashes are right, is not looked at.
///
/// # Errors
/// Where it does not.
pub fn document(bytes: &[u8]) -> Result<(), Unsound> {
    if bytes.len() as u64 > MAX_DOCUMENT {
        return Err(Unsound::TooLarge);
    }
    let mut sum = Weight::default();
    let mut budget = MAX_COLUMNS;
    let mut left = bytes;
    while !left.is_empty() {
        let ((_, kind, content), rest) = chunk(left).ok_or(Unsound::Damaged)?;
        sum = sum.and(if kind == 0 {
            whole(content, &mut budget)?
        } else {
            let one = left.get(..left.len() - rest.len()).unwrap_or_default();
            super::change(one)?
        });
        sum.within_a_document()?;
        left = rest;
    }
    Ok(())
}

/// Where the columns that belong to a group have their values: those of dependencies, and of what replaces an operation.
const DEPS: u64 = 4;
const SUCCESSORS: u64 = 8;

/// The heads that a saved document says it has, without loading it; `None`: the bytes are no document.
pub fn heads(bytes: &[u8]) -> Option<Vec<ChangeHash>> {
    let ((_, 0, content), _) = chunk(bytes)? else {
        return None;
    };
    let heads = names(&mut Reader(content)).ok()?.chunks_exact(32);
    let heads = heads.map(|hash| Some(ChangeHash::from_bytes(hash.try_into().ok()?)));
    heads.collect()
}

fn whole(content: &[u8], budget: &mut u64) -> Result<Weight, Unsound> {
    let damaged = Unsound::Damaged;
    let mut r = Reader(content);
    names(&mut r)?;
    let changes = columns::lengths(&mut r).ok_or(damaged)?;
    let ops = columns::lengths(&mut r).ok_or(damaged)?;
    let changes = columns::data(&mut r, &changes).ok_or(damaged)?;
    let ops = columns::data(&mut r, &ops).ok_or(damaged)?;
    let changes = table(&changes, DEPS, MAX_DOCUMENT_CHANGES, budget)?;
    let ops = table(&ops, SUCCESSORS, MAX_DOCUMENT_OPS, budget)?;
    Ok(Weight {
        changes: changes.rows,
        deps: changes.links,
        ops: ops.rows,
        replaced: ops.links,
        keys: ops.text,
        bytes: 0,
    })
}

/// Reads what a document begins with: actors, then its heads, 32 bytes each, which it gives.
fn names<'a>(r: &mut Reader<'a>) -> Result<&'a [u8], Unsound> {
    let damaged = Unsound::Damaged;
    let actors = r.unsigned().ok_or(damaged)?;
    if actors > MAX_DOCUMENT_CHANGES {
        return Err(Unsound::TooLarge);
    }
    for _ in 0..actors {
        r.prefixed(MAX_ACTOR).ok_or(damaged)?;
    }
    let heads = r.unsigned().ok_or(damaged)?;
    if heads > MAX_DOCUMENT_CHANGES {
        return Err(Unsound::TooLarge);
    }
    r.take(heads * 32).ok_or(damaged)
}

/// What the columns of one table hold together.
#[derive(Default)]
struct Table {
    rows: u64,
    links: u64,
    text: u64,
}

/// Counts columns, of which those of `group` hold as many values as its counts say.
fn table(
    columns: &columns::Columns<'_>,
    group: u64,
    most: u64,
    budget: &mut u64,
) -> Result<Table, Unsound> {
    let mut table = Table::default();
    for (spec, data) in columns {
        let grouped = spec >> 4 == group && spec & 7 != 0;
        let most = if grouped { MAX_DOCUMENT_LINKS } else { most };
        let size = if spec & 8 == 0 {
            columns::size(*spec, data, most)?
        } else {
            let (size, inflated) = columns::inflated_size(spec & !8, data, most, *budget)?;
            *budget -= inflated;
            size
        };
        table.links = table.links.saturating_add(size.sum);
        table.text = table.text.saturating_add(size.text);
        if !grouped {
            table.rows = table.rows.max(size.values);
        }
    }
    if table.links > MAX_DOCUMENT_LINKS || table.text > MAX_DOCUMENT_KEYS {
        return Err(Unsound::TooLarge);
    }
    Ok(table)
}
