//! How the fields of a form stand on paper: a grid of four columns, in which labels and values alternate. Pure.

use shared::pack::form::{Field, FieldKind, FormDef, Section};
use shared::pack::id::FieldName;
use std::collections::BTreeSet;

use super::super::field::width;

/// How many columns the grid has.
pub(super) const COLUMNS: u8 = 4;

/// A part of the page, from above.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block<'a> {
    /// The heading of a section.
    Heading(&'a Section),
    /// A line of the grid.
    Line(Vec<Piece<'a>>),
    /// A table with its own columns.
    Table(&'a Field),
}

/// A field in a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// Which.
    pub(super) field: &'a Field,
    /// How many columns it takes, label and value together. In one column the label stands above the value.
    pub(super) span: u8,
}

/// A form's page: all sections with what is not hidden.
pub(super) fn blocks<'a>(form: &'a FormDef, hidden: &BTreeSet<FieldName>) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let several = form.sections.len() > 1;
    for section in &form.sections {
        let fields: Vec<&Field> = section
            .fields
            .iter()
            .filter(|field| !hidden.contains(&field.id))
            .collect();
        if fields.is_empty() {
            continue;
        }
        if several {
            blocks.push(Block::Heading(section));
        }
        let mut line: Vec<Piece<'_>> = Vec::new();
        for field in fields {
            if matches!(field.kind, FieldKind::Table { .. }) {
                close(&mut line, &mut blocks);
                blocks.push(Block::Table(field));
                continue;
            }
            let span = width(field);
            let taken: u8 = line.iter().map(|piece| piece.span).sum();
            if taken + span > COLUMNS {
                close(&mut line, &mut blocks);
            }
            line.push(Piece { field, span });
        }
        close(&mut line, &mut blocks);
    }
    blocks
}

/// Ends a line: its last field takes what is left.
fn close<'a>(line: &mut Vec<Piece<'a>>, blocks: &mut Vec<Block<'a>>) {
    let taken: u8 = line.iter().map(|piece| piece.span).sum();
    if let Some(last) = line.last_mut() {
        last.span += COLUMNS.saturating_sub(taken);
        blocks.push(Block::Line(std::mem::take(line)));
    }
}

/// The share of a table's width that a column takes, in percent; the row numbers take what is left of a hundred.
pub(super) fn shares(columns: &[Field]) -> Vec<f64> {
    const NUMBERS: f64 = 7.0;
    let weight = |column: &Field| match &column.kind {
        FieldKind::Prose { .. } => 3.0,
        FieldKind::Text { .. } | FieldKind::Attachment { .. } | FieldKind::Task => 2.0,
        FieldKind::Money { .. } | FieldKind::Computed { .. } => 1.9,
        FieldKind::YesNo | FieldKind::Number { .. } => 1.1,
        _ => 1.5,
    };
    let sum: f64 = columns.iter().map(weight).sum();
    let share = |column| weight(column) / sum.max(1.0) * (100.0 - NUMBERS);
    columns.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::pack::form::Print;
    use shared::pack::text::Texts;

    fn field(id: &str, width: u8, kind: FieldKind) -> Field {
        Field {
            id: id.parse().unwrap(),
            name: Texts::default(),
            help: Texts::default(),
            kind,
            required: Default::default(),
            visible: None,
            rules: Vec::new(),
            width,
        }
    }

    fn text(id: &str, width: u8) -> Field {
        field(id, width, FieldKind::Text { longest: 100 })
    }

    fn form(fields: Vec<Field>) -> FormDef {
        FormDef {
            id: "a".parse().unwrap(),
            name: Texts::default(),
            help: Texts::default(),
            stages: Vec::new(),
            starters: Vec::new(),
            begins_project: false,
            route: None,
            title: None,
            sections: vec![Section {
                id: "s".parse().unwrap(),
                name: Texts::default(),
                visible: None,
                editors: Vec::new(),
                steps: Vec::new(),
                fields,
            }],
            effects: Vec::new(),
            print: Print::default(),
        }
    }

    fn shape(form: &FormDef, hidden: &[&str]) -> Vec<String> {
        let hidden = hidden.iter().map(|name| name.parse().unwrap()).collect();
        let line = |block: &Block<'_>| match block {
            Block::Heading(_) => "heading".to_owned(),
            Block::Table(field) => format!("table {}", field.id),
            Block::Line(pieces) => {
                let pieces = pieces.iter();
                let pieces = pieces.map(|piece| format!("{}{}", piece.field.id, piece.span));
                pieces.collect::<Vec<_>>().join(" ")
            }
        };
        blocks(form, &hidden).iter().map(line).collect()
    }

    #[test]
    fn lines_are_full() {
        let form = form(vec![
            text("a", 0),
            text("b", 0),
            text("c", 0),
            text("d", 4),
            text("e", 1),
            text("f", 1),
            text("g", 3),
        ]);
        assert_eq!(shape(&form, &[]), ["a2 b2", "c4", "d4", "e1 f3", "g4"]);
        // what is hidden leaves no gap
        assert_eq!(shape(&form, &["b"]), ["a2 c2", "d4", "e1 f3", "g4"]);
    }

    #[test]
    fn tables_stand_by_themselves() {
        let table = FieldKind::Table {
            columns: vec![text("x", 0), text("y", 0)],
            totals: Vec::new(),
            min_rows: 0,
            max_rows: 9,
            pool: None,
        };
        let form = form(vec![text("a", 0), field("t", 0, table), text("b", 0)]);
        assert_eq!(shape(&form, &[]), ["a4", "table t", "b4"]);
    }

    #[test]
    fn the_columns_of_a_table_fill_the_page() {
        let columns = [text("a", 0), field("n", 0, FieldKind::YesNo)];
        let sum: f64 = shares(&columns).iter().sum();
        assert!((sum - 93.0).abs() < 0.01, "{sum}");
    }
}
