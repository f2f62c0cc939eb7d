//! A press on a cell: what it chooses, what it opens, what it begins to drag.

use leptos::ev::{MouseEvent, PointerEvent};
use leptos::prelude::*;
use shared::base::TaskId;

use super::columns::Column;
use super::cx::{Cursor, Cx, Line};
use super::rowdrag;
use super::typing::Begin;

/// The pointer came down on a cell.
pub(crate) fn press(cx: &Cx, ev: &PointerEvent, line: Line, column: Column) {
    if ev.button() != 0
        || cx
            .editing
            .with_untracked(|e| e.as_ref().is_some_and(|e| e.at == Cursor { line, column }))
    {
        return;
    }
    let touch = ev.pointer_type() == "touch";
    cx.touch.set(touch);
    if touch {
        return; // a touch may be the begin of a scroll: wait for the click
    }
    if !cx.finish() {
        ev.prevent_default();
        return;
    }
    choose(
        cx,
        line,
        column,
        ev.shift_key(),
        ev.ctrl_key() || ev.meta_key(),
    );
    if let (Line::Task(id), Column::Number) = (line, column) {
        rowdrag::begin(cx, ev, id);
    }
    // the focus is put where it belongs; the browser's own choice would take it away again
    ev.prevent_default();
    cx.arrived();
}

/// A cell was clicked or tapped.
pub(crate) fn click(cx: &Cx, ev: &MouseEvent, line: Line, column: Column) {
    let at = Cursor { line, column };
    let again = cx.cursor.get_untracked() == at;
    if cx.touch.get_untracked() {
        if cx
            .editing
            .with_untracked(|e| e.as_ref().is_some_and(|e| e.at == at))
            || !cx.finish()
        {
            return;
        }
        choose(cx, line, column, false, false);
        cx.follow();
        // a second tap on the same cell opens it; the first must not bring up the keyboard
        if again || line == Line::New {
            cx.begin(Begin::AtEnd);
        }
        cx.open.announce(cx.current(), None);
    } else if line == Line::New && ev.detail() >= 1 && cx.editing.with_untracked(Option::is_none) {
        cx.focus();
    }
}

/// Puts the cursor there, and chooses rows as the held keys say.
fn choose(cx: &Cx, line: Line, column: Column, extend: bool, toggle: bool) {
    match line {
        Line::Task(_) if extend => cx.extend_to(line),
        Line::Task(id) if toggle => {
            let before: Option<TaskId> = cx.current();
            cx.chosen.update(|chosen| {
                if chosen.is_empty() {
                    chosen.extend(before);
                }
                if !chosen.remove(&id) {
                    chosen.insert(id);
                }
            });
            cx.anchor.set(Some(id));
        }
        Line::Task(id) => {
            // a press on one of several chosen rows may begin to drag them all
            let keep = column == Column::Number && cx.chosen.with_untracked(|c| c.contains(&id));
            if !keep {
                cx.chosen.update(std::collections::HashSet::clear);
            }
            cx.anchor.set(Some(id));
        }
        Line::New => {
            cx.chosen.update(std::collections::HashSet::clear);
            cx.anchor.set(None);
        }
    }
    let column = if line == Line::New {
        Column::Name
    } else {
        column
    };
    cx.cursor.set(Cursor { line, column });
}

/// A press on the grip of a row: a drag begins at once, with a finger too.
pub(crate) fn grip(cx: &Cx, ev: &PointerEvent, line: Line) {
    let Line::Task(id) = line else { return };
    if ev.pointer_type() == "touch" && cx.finish() {
        ev.stop_propagation();
        choose(cx, line, Column::Number, false, false);
        rowdrag::begin(cx, ev, id);
    }
}
