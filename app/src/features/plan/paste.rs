//! Rows pasted from a spreadsheet: each line a new task, cells in the order of the columns from the cursor on.

use leptos::ev::ClipboardEvent;
use leptos::prelude::*;
use shared::doc::command::Command;

use super::columns::Column;
use super::cx::{Cx, Line};
use super::edit;
use crate::i18n::t_string;
use crate::platform::random;
use crate::ui::notice::Tone;

/// A table that is pasted becomes tasks (on the empty row) or fills the cells below (on a task); one cell alone is text.
pub(crate) fn paste(cx: &Cx, ev: &ClipboardEvent) {
    let text = ev
        .clipboard_data()
        .and_then(|data| data.get_data("text/plain").ok());
    let Some(text) = text else { return };
    let table = table(&text);
    if table.len() < 2 && table.first().is_none_or(|line| line.len() < 2) {
        return;
    }
    if cx.editing.get_untracked().is_some() || !cx.may_plan() {
        return;
    }
    ev.prevent_default();
    let count = table.len();
    let refused = match cx.cursor.get_untracked().line {
        Line::New => add(cx, &table),
        Line::Task(_) => fill(cx, &table),
    };
    let i18n = cx.i18n;
    if refused == 0 {
        let text = t_string!(i18n, plan.pasted, n = count).to_string();
        cx.notices.say(Tone::Done, text);
    } else {
        let text = t_string!(i18n, plan.pasted_partly, n = refused).to_string();
        cx.notices.say(Tone::Trouble, text);
    }
}

/// Lines of cells, without an empty last line.
fn table(text: &str) -> Vec<Vec<&str>> {
    let lines = text.trim_end_matches(['\r', '\n']).lines();
    lines
        .map(|line| line.split('\t').map(str::trim).collect())
        .collect()
}

/// New tasks at the end; how many cells were not taken.
fn add(cx: &Cx, table: &[Vec<&str>]) -> usize {
    let mut refused = 0;
    for line in table {
        let model = cx.model.get_untracked();
        let last = cx.rows.with_untracked(|rows| rows.tasks.last().copied());
        let last = last.and_then(|i| model.task(i));
        let id = random::task_id();
        let name = line.first().copied().unwrap_or_default();
        if name.is_empty() {
            continue;
        }
        let command = Command::AddTask {
            id,
            parent: last.and_then(|t| t.parent),
            after: last.map(|t| t.id),
            name: name.to_owned(),
            duration: model.units.day,
        };
        if !cx.dispatch(command) {
            return refused + line.len();
        }
        refused += write(cx, id, Column::Name, line, 1);
    }
    refused
}

/// The cells from the cursor on, to the right and downwards; how many were not taken.
fn fill(cx: &Cx, table: &[Vec<&str>]) -> usize {
    let at = cx.cursor.get_untracked();
    let Some(first) = untrack(|| cx.row_of(at.line)) else {
        return 0;
    };
    let mut refused = 0;
    for (offset, line) in table.iter().enumerate() {
        match untrack(|| cx.line_at(first + offset)) {
            Some(Line::Task(id)) => refused += write(cx, id, at.column, line, 0),
            _ => return refused + add(cx, table.get(offset..).unwrap_or_default()),
        }
    }
    refused
}

fn write(cx: &Cx, id: shared::base::TaskId, from: Column, line: &[&str], skip: usize) -> usize {
    let columns = cx.columns.get_untracked();
    let cells = columns
        .iter()
        .skip_while(|c| **c != from)
        .zip(line)
        .skip(skip);
    let mut refused = 0;
    for (column, text) in cells {
        let model = cx.model.get_untracked();
        let Some(i) = model.outline.index_of(id) else {
            continue;
        };
        if text.is_empty() || !edit::takes_text(&model, i, *column) {
            continue;
        }
        let today = cx.today();
        let commands = cx.styled_untracked(|style| {
            edit::commands(&model, i, *column, text, style, today, random::link_id)
        });
        let taken = commands
            .is_ok_and(|commands| commands.into_iter().all(|c| cx.open.dispatch(c).is_ok()));
        refused += usize::from(!taken);
    }
    refused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_lines_of_cells() {
        assert_eq!(table("a\tb\r\nc\td\r\n"), [["a", "b"], ["c", "d"]]);
        assert_eq!(table("alone"), [["alone"]]);
    }
}
