//! Rows dragged by their number to another place in the outline.

use std::collections::HashSet;

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use shared::base::TaskId;

use super::cx::{Cx, use_cx};
use super::moves::{self, Drop};
use crate::ui::show::Show;

/// Pixels before a press becomes a drag.
const SLACK: f64 = 5.0;

/// Rows on their way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowDrag {
    from_y: f64,
    /// The row of the press, to know where the pointer is.
    from_row: usize,
    /// No key was held: a press that is no drag chooses that row alone.
    alone: bool,
    /// Row and place under the pointer, once it moved.
    over: Option<(usize, Drop)>,
}

/// A press on a number: perhaps a drag.
pub(crate) fn begin(cx: &Cx, ev: &PointerEvent, id: TaskId) {
    if !cx.may_plan() || !cx.rows.with_untracked(|rows| rows.outline) {
        return;
    }
    let Some(from_row) = untrack(|| cx.row_of(super::cx::Line::Task(id))) else {
        return;
    };
    cx.row_drag.set(Some(RowDrag {
        from_y: f64::from(ev.client_y()) + cx.scroll_top.get_untracked(),
        from_row,
        alone: !ev.shift_key() && !ev.ctrl_key() && !ev.meta_key(),
        over: None,
    }));
    if let Some(grid) = cx.grid.get_untracked() {
        let _ = grid.set_pointer_capture(ev.pointer_id());
    }
}

/// The pointer moved.
pub(crate) fn moved(cx: &Cx, ev: &PointerEvent) {
    let Some(drag) = cx.row_drag.get_untracked() else {
        return;
    };
    let y = f64::from(ev.client_y()) + cx.scroll_top.get_untracked();
    let by = y - drag.from_y;
    if drag.over.is_none() && by.abs() < SLACK {
        return;
    }
    let count = cx.rows.with_untracked(|rows| rows.len());
    let at = (drag.from_row as f64 + 0.5 + by / cx.row_height).clamp(0.0, count as f64 - 0.01);
    let (row, part) = (at as usize, at.fract());
    let place = match part {
        p if p < 0.3 => Drop::Before,
        p if p > 0.7 => Drop::After,
        _ => Drop::Into,
    };
    cx.row_drag.set(Some(RowDrag {
        over: Some((row, place)),
        ..drag
    }));
    // near an edge, the rows come along
    if let Some(scroller) = cx.scroller.get_untracked() {
        let top = row as f64 * cx.row_height - cx.scroll_top.get_untracked();
        let room = cx.height.get_untracked() - cx.head;
        if top < cx.row_height {
            scroller.set_scroll_top(scroller.scroll_top() - 8);
        } else if top > room - 2.0 * cx.row_height {
            scroller.set_scroll_top(scroller.scroll_top() + 8);
        }
    }
}

/// The pointer was lifted.
pub(crate) fn dropped(cx: &Cx) {
    let Some(drag) = cx.row_drag.get_untracked() else {
        return;
    };
    cx.row_drag.set(None);
    let Some((row, place)) = drag.over else {
        if drag.alone {
            cx.chosen.update(HashSet::clear);
        }
        return;
    };
    let model = cx.model.get_untracked();
    let target = cx.rows.with_untracked(|rows| rows.task(row));
    let command =
        target.and_then(|target| moves::drop(&model.outline, &cx.chosen_now(), target, place));
    if let Some(command) = command {
        if let (Drop::Into, Some(id)) = (place, target.and_then(|t| model.outline.id(t))) {
            cx.folded.update(|folded| {
                folded.remove(&id);
            });
        }
        cx.dispatch(command);
    }
}

/// The line (or box) that shows where rows would land.
#[component]
pub(crate) fn DropMark() -> impl IntoView {
    let cx = use_cx();
    let over = Memo::new(move |_| cx.row_drag.with(|d| d.and_then(|d| d.over)));
    let into = move || matches!(over.get(), Some((_, Drop::Into)));
    view! {
        <Show when=move || over.get().is_some()>
            <div
                class="plan-drop"
                class:into=into
                style:height=move || {
                    if into() { format!("{}px", cx.row_height) } else { "2px".to_owned() }
                }
                style:transform=move || {
                    let (row, place) = over.get().unwrap_or((0, Drop::Before));
                    let row = if place == Drop::After { row + 1 } else { row };
                    format!("translateY({}px)", row as f64 * cx.row_height)
                }
            ></div>
        </Show>
    }
}
