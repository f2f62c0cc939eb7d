//! Where something is typed, as the journal names it: so that what a crash left finds its way back.

use shared::base::{CommentId, RowId};
use shared::doc::view::form::{FormPlace, FormView};
use shared::pack::form::{Field, FieldKind, FormDef};
use shared::pack::id::FieldName;

use crate::i18n::t_string;
use crate::ui::form::{Place, Spot, Unsaid, say};
use crate::words::Texts;

/// Something that is typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// The answer to a field or a cell.
    Answer(FormPlace),
    /// The first cell of a row that is not there yet.
    NewRow { table: FieldName, column: FieldName },
    /// A comment on an answer.
    Comment(FormPlace),
    /// An answer to a comment.
    Reply(CommentId),
}

/// The keys of rows on the screen.
pub(super) const fn row(key: u64) -> RowId {
    RowId::from_bytes(key.to_be_bytes())
}

/// What a row is known by on the screen.
pub(super) const fn key(row: RowId) -> u64 {
    u64::from_be_bytes(*row.as_bytes())
}

/// What is commented on, in the document.
pub(super) fn spot_place(spot: &Spot) -> FormPlace {
    match spot {
        Spot::Field(field) => FormPlace::Answer(field.clone()),
        Spot::Cell { table, key, column } => FormPlace::Cell {
            table: table.clone(),
            row: row(*key),
            column: column.clone(),
        },
    }
}

/// What is commented on, on the screen; `None` for what no comment is on.
pub(super) fn place_spot(place: &FormPlace) -> Option<Spot> {
    Some(match place {
        FormPlace::Answer(field) => Spot::Field(field.clone()),
        FormPlace::Cell { table, row, column } => Spot::Cell {
            table: table.clone(),
            key: key(*row),
            column: column.clone(),
        },
        _ => return None,
    })
}

impl Typed {
    /// A place on the screen; a row is known by its id, wherever it is moved to.
    pub(super) fn of_place(place: &Place, view: Option<&FormView>) -> Self {
        match place {
            Place::Field(field) => Self::Answer(FormPlace::Answer(field.clone())),
            Place::Cell { table, row, column } => {
                let rows = view.and_then(|view| view.rows.get(table));
                let (table, column) = (table.clone(), column.clone());
                match rows.and_then(|rows| rows.get(*row)).copied() {
                    Some(row) => Self::Answer(FormPlace::Cell { table, row, column }),
                    None => Self::NewRow { table, column },
                }
            }
        }
    }

    /// A box of comments; `None` where what it is on is none that this version knows.
    pub(super) fn of_unsaid(unsaid: &Unsaid) -> Option<Self> {
        Some(match unsaid {
            Unsaid::New(spot) => Self::Comment(spot_place(spot)),
            Unsaid::Answer(id) => Self::Reply(id.parse().ok()?),
        })
    }

    /// As the journal names it.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Answer(place) => place.to_string(),
            Self::NewRow { table, column } => format!("new/{table}/{column}"),
            Self::Comment(place) => format!("comment/{place}"),
            Self::Reply(id) => format!("reply/{id}"),
        }
    }

    /// From such a name; `None` for one of another version.
    pub(super) fn from_key(key: &str) -> Option<Self> {
        let answer = |key: &str| FormPlace::from_key(key).filter(FormPlace::is_answer);
        if let Some(rest) = key.strip_prefix("new/") {
            let (table, column) = rest.split_once('/')?;
            let (table, column) = (table.parse().ok()?, column.parse().ok()?);
            return Some(Self::NewRow { table, column });
        }
        if let Some(place) = key.strip_prefix("comment/") {
            return Some(Self::Comment(answer(place)?));
        }
        if let Some(id) = key.strip_prefix("reply/") {
            return Some(Self::Reply(id.parse().ok()?));
        }
        // a field by its name alone, as an earlier version named it
        let earlier = || Some(FormPlace::Answer(key.parse().ok()?));
        Some(Self::Answer(answer(key).or_else(earlier)?))
    }
}

/// The column of a table.
pub(super) fn column<'a>(
    def: &'a FormDef,
    table: &FieldName,
    column: &FieldName,
) -> Option<&'a Field> {
    match &def.field(table)?.kind {
        FieldKind::Table { columns, .. } => columns.iter().find(|known| known.id == *column),
        _ => None,
    }
}

/// What a field is called; tracked.
pub(super) fn name_words(i18n: Texts, def: &FormDef, field: &FieldName) -> String {
    let known = def.field(field);
    known.map_or_else(|| field.to_string(), |known| say(i18n, &known.name))
}

/// What a column of a table is called; tracked.
pub(super) fn column_words(
    i18n: Texts,
    def: &FormDef,
    table: &FieldName,
    of: &FieldName,
) -> String {
    let column = column(def, table, of);
    column.map_or_else(|| of.to_string(), |column| say(i18n, &column.name))
}

/// Where something stands in a form; tracked.
pub(super) fn place_words(i18n: Texts, def: &FormDef, view: &FormView, at: &FormPlace) -> String {
    match at {
        FormPlace::Cell {
            table,
            row,
            column: of,
        } => {
            let rows = view.rows.get(table);
            let at = rows.and_then(|rows| rows.iter().position(|known| known == row));
            let column = column_words(i18n, def, table, of);
            let table = name_words(i18n, def, table);
            match at.map(|at| at + 1) {
                Some(row) => t_string!(
                    i18n,
                    remarks.cell,
                    table = table,
                    row = row,
                    column = column
                )
                .to_string(),
                None => {
                    t_string!(i18n, remarks.cell_gone, table = table, column = column).to_string()
                }
            }
        }
        other => match other.field() {
            Some(field) => name_words(i18n, def, field),
            None => other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_into_survives_its_name() {
        let row = RowId::from_bytes([0, 1, 2, 3, 4, 5, 6, 7]);
        let field = |name: &str| name.parse::<FieldName>().unwrap();
        let cell = FormPlace::Cell {
            table: field("costs"),
            row,
            column: field("item"),
        };
        for typed in [
            Typed::Answer(FormPlace::Answer(field("title"))),
            Typed::Answer(cell.clone()),
            Typed::NewRow {
                table: field("costs"),
                column: field("item"),
            },
            Typed::Comment(cell.clone()),
            Typed::Reply(CommentId::from_bytes([3; 8])),
        ] {
            assert_eq!(Typed::from_key(&typed.key()), Some(typed));
        }
        assert_eq!(super::row(key(row)), row);
        assert_eq!(place_spot(&cell).map(|spot| spot_place(&spot)), Some(cell));
        assert_eq!(
            Typed::from_key("title"),
            Some(Typed::Answer(FormPlace::Answer(field("title"))))
        );
        assert_eq!(Typed::from_key("costs/3/item"), None);
    }
}
