//! Rows to and from a spreadsheet: tables of cells, in the order of the columns.

use std::collections::HashSet;

use leptos::ev::ClipboardEvent;
use leptos::prelude::*;
use shared::base::TaskId;
use shared::doc::command::Command;

use super::columns::Column;
use super::cx::Cx;
use super::edit;
use super::moves::{self, Drop};
use crate::i18n::t_string;
use crate::platform::random;
use crate::ui::notice::Tone;
use crate::ui::sheet::table;

/// A table that is pasted becomes tasks (on the empty row) or fills the cells below (on a task); one cell alone is text.
pub(crate) fn paste(cx: &Cx, ev: &ClipboardEvent) {
    let text = ev
        .clipboard_data()
        .and_then(|data| data.get_data("text/plain").ok());
    let Some(text) = text else { return };
    let table = table(&text);
    let cut = cx
        .cut
        .with_untracked(|cut| cut.as_ref().is_some_and(|(_, was)| *was == table));
    if !cut && table.len() < 2 && table.first().is_none_or(|line| line.len() < 2) {
        return;
    }
    if cx.editing.get_untracked().is_some() || !cx.may_plan() {
        return;
    }
    ev.prevent_default();
    if move_cut(cx, &table) {
        return;
    }
    let count = table.len();
    let one = cx.open.one_step();
    let rows = targets(cx, table);
    // the new tasks are there before their cells are read: predecessors may name any of them
    one.show();
    let refused = write(cx, &rows);
    drop(one);
    let i18n = cx.i18n;
    if refused == 0 {
        let text = t_string!(i18n, plan.pasted, n = count).to_string();
        cx.notices.say(Tone::Done, text);
    } else {
        let text = t_string!(i18n, plan.pasted_partly, n = refused).to_string();
        cx.notices.say(Tone::Trouble, text);
    }
}

/// The chosen rows, or the cell of the cursor, as a table of text and of HTML.
pub(crate) fn copy(cx: &Cx, ev: &ClipboardEvent) {
    put(cx, ev);
}

/// Puts rows or a cell on the clipboard; as which text.
fn put(cx: &Cx, ev: &ClipboardEvent) -> Option<String> {
    let (Some(data), None) = (ev.clipboard_data(), cx.editing.get_untracked()) else {
        return None;
    };
    ev.prevent_default();
    if let Some(input) = cx.input.get_untracked() {
        input.set_value("");
    }
    let column = cx.cursor.get_untracked().column;
    let chosen = cx.chosen_now();
    let columns = match column {
        column if chosen.len() < 2 && column != Column::Number => vec![column],
        _ => cx.columns.get_untracked(),
    };
    let model = cx.model.get_untracked();
    let (mut text, mut html) = (String::new(), String::from("<table>"));
    let rows = cx.rows.get_untracked();
    let ids = rows.tasks().map(|i| (i, model.outline.id(i)));
    for (i, _) in ids.filter(|(_, id)| id.is_some_and(|id| chosen.contains(&id))) {
        html.push_str("<tr>");
        let cells = columns.iter().filter(|c| **c != Column::Number);
        for (at, column) in cells.enumerate() {
            let cell = cx.styled_untracked(|style| edit::editable(&model, i, *column, style));
            if at > 0 {
                text.push('\t');
            }
            text.push_str(&cell);
            let cell = cell.replace('&', "&amp;").replace('<', "&lt;");
            html.push_str("<td>");
            html.push_str(&cell);
            html.push_str("</td>");
        }
        text.push_str("\r\n");
        html.push_str("</tr>");
    }
    // one cell is a text, not a line
    let text = match columns.len() {
        1 => text.trim_end(),
        _ => text.as_str(),
    };
    let _ = data.set_data("text/plain", text);
    let _ = data.set_data("text/html", &(html + "</table>"));
    Some(text.to_owned())
}

/// The chosen rows are copied, and wait to be put elsewhere: nothing is taken away before that.
pub(crate) fn cut(cx: &Cx, ev: &ClipboardEvent) {
    if cx.editing.get_untracked().is_some() || !cx.may_plan() || !cx.may_reorder() {
        return;
    }
    if cx.chosen.with_untracked(HashSet::is_empty) {
        cx.chosen.set(cx.chosen_now());
        cx.cursor.update(|cursor| cursor.column = Column::Number);
    }
    let text = put(cx, ev);
    let model = cx.model.get_untracked();
    let roots = model.outline.roots(&cx.chosen_now());
    let ids: Vec<TaskId> = roots.iter().filter_map(|i| model.outline.id(*i)).collect();
    if let Some(text) = text
        && !ids.is_empty()
    {
        let said = t_string!(cx.i18n, lens.cut, n = ids.len()).to_string();
        cx.notices.say(Tone::Done, said);
        cx.cut.set(Some((ids, table(&text))));
    }
}

/// Puts what was cut after the row of the cursor, where it is what is pasted; they stay the tasks that they were.
fn move_cut(cx: &Cx, table: &[Vec<String>]) -> bool {
    let Some((ids, was)) = cx.cut.get_untracked() else {
        return false;
    };
    if was != table {
        return false;
    }
    cx.cut.set(None);
    let model = cx.model.get_untracked();
    let target = match cx.current() {
        Some(id) => model.outline.index_of(id),
        None => (cx.last_task(&model)).and_then(|task| model.outline.index_of(task.id)),
    };
    let chosen = ids.into_iter().collect();
    let command =
        target.and_then(|target| moves::drop(&model.outline, &chosen, target, Drop::After));
    if let Some(command) = command {
        cx.dispatch(command);
    }
    true
}

/// A line of a table with its task, the column of its first cell, and how many cells are written already.
type Target = (TaskId, Column, usize, Vec<String>);

/// The task of each line: from the cursor's row downwards; where there are no more rows, a new one.
fn targets(cx: &Cx, table: Vec<Vec<String>>) -> Vec<Target> {
    let at = cx.cursor.get_untracked();
    let first = untrack(|| cx.row_of(at.line)).unwrap_or(0);
    // whole rows begin with the name, as they are copied
    let from = match at.column {
        Column::Number => Column::Name,
        column => column,
    };
    let model = cx.model.get_untracked();
    let rows = cx.rows.get_untracked();
    let last = cx.last_task(&model);
    let parent = last.and_then(|t| t.parent);
    let mut after = last.map(|t| t.id);
    let mut targets = Vec::new();
    for (offset, line) in table.into_iter().enumerate() {
        if let Some(i) = rows.task(first + offset)
            && let Some(id) = model.outline.id(i)
        {
            targets.push((id, from, 0, line));
            continue;
        }
        let name = line.first().cloned().unwrap_or_default();
        let id = random::task_id();
        let command = Command::AddTask {
            id,
            parent,
            after,
            name: name.clone(),
            duration: model.units.day,
        };
        if !name.is_empty() && cx.dispatch(command) {
            after = Some(id);
            targets.push((id, Column::Name, 1, line));
        }
    }
    targets
}

/// Writes the cells; how many were not taken.
fn write(cx: &Cx, rows: &[Target]) -> usize {
    let columns = cx.columns.get_untracked();
    let model = cx.model.get_untracked();
    let today = cx.today();
    let mut refused = 0;
    for (id, from, written, line) in rows {
        let cells = columns.iter().skip_while(|c| *c != from).zip(line);
        for (column, text) in cells.skip(*written) {
            let Some(i) = model.outline.index_of(*id) else {
                continue;
            };
            if text.is_empty() || !edit::takes_text(&model, i, *column) {
                continue;
            }
            let commands = cx.styled_untracked(|style| {
                edit::commands(&model, i, *column, text, style, today, random::link_id)
            });
            let taken = commands
                .is_ok_and(|commands| commands.into_iter().all(|c| cx.open.dispatch(c).is_ok()));
            refused += usize::from(!taken);
        }
    }
    refused
}
