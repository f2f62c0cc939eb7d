//! Dragging in the chart: move a bar, stretch it, draw a link. Touch: a long press begins, two fingers zoom.

use std::time::Duration;

use leptos::ev::{PointerEvent, TouchEvent};
use leptos::prelude::*;
use shared::base::{Moment, TaskId};
use shared::doc::command::Command;
use shared::domain::plan::Lag;

use super::cx::{Cursor, Cx, Line};
use super::effort;
use super::holds;
use super::scene::{kind, kind_of};
use crate::platform::random;
use crate::ui::gantt::{HANDLE, Kind, bar_box};

/// A long press, as long as the system's own.
const LONG_PRESS: Duration = Duration::from_millis(400);

/// What of a bar lies under the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    Body,
    /// Its right edge.
    End,
    /// The handle for links at its start.
    FromStart,
    /// The handle for links at its finish.
    FromFinish,
}

/// A bar on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BarDrag {
    pub(crate) task: TaskId,
    stretch: bool,
    from_x: f64,
    from: (Moment, Moment),
    pub(crate) start: Moment,
    pub(crate) finish: Moment,
    pub(crate) pointer: (f64, f64),
}

/// A link that is being drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LinkDrag {
    pub(crate) task: TaskId,
    pub(crate) from_finish: bool,
    pub(crate) from: (f64, f64),
    pub(crate) to: (f64, f64),
    pub(crate) over: Option<TaskId>,
    pub(crate) to_finish: bool,
}

/// What is being dragged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Gesture {
    Bar(BarDrag),
    Link(LinkDrag),
}

/// The task whose row lies at a pixel of the canvas.
pub(crate) fn task_at(cx: &Cx, y: f64) -> Option<TaskId> {
    if y < cx.head {
        return None;
    }
    let row = ((y - cx.head + cx.scroll_top.get_untracked()) / cx.row_height) as usize;
    match untrack(|| cx.line_at(row)) {
        Some(Line::Task(id)) => Some(id),
        _ => None,
    }
}

/// Start and finish of a bar in pixels of the canvas.
pub(crate) fn span(cx: &Cx, id: TaskId) -> Option<(f64, f64, Kind)> {
    let model = cx.model.get_untracked();
    let i = model.outline.index_of(id)?;
    let dates = model.dates(i);
    let scale = untrack(|| cx.scale());
    let left = cx.scroll_x.get_untracked();
    let kind = kind(&model, i);
    let (start, finish) = (scale.x(dates.early_start), scale.x(dates.early_finish));
    Some((start - left, finish - left, kind))
}

/// What lies at a point of the canvas; `reach` is how near is near enough.
fn spot_at(cx: &Cx, x: f64, y: f64, reach: f64) -> Option<(TaskId, Spot)> {
    let id = task_at(cx, y)?;
    let (start, finish, kind) = span(cx, id)?;
    let half = match kind {
        Kind::Milestone => bar_box(cx.row_height, kind).1 / 2.0,
        _ => 0.0,
    };
    let (start, finish) = (start - half, finish + half);
    let spot = if (start..=finish).contains(&x) {
        let edge = (finish - start).min(3.0 * reach) / 3.0;
        if kind == Kind::Task && x > finish - edge {
            Spot::End
        } else {
            Spot::Body
        }
    } else if (x - finish - HANDLE).abs() <= reach {
        Spot::FromFinish
    } else if (x - start + HANDLE).abs() <= reach {
        Spot::FromStart
    } else {
        return None;
    };
    // a summary's dates are those of what lies below it: it can be linked from, not dragged
    (kind != Kind::Summary || matches!(spot, Spot::FromFinish | Spot::FromStart))
        .then_some((id, spot))
}

/// The pointer was pressed.
pub(crate) fn down(cx: &Cx, ev: &PointerEvent) {
    if ev.button() != 0 || !cx.finish() {
        return;
    }
    let (x, y) = (f64::from(ev.offset_x()), f64::from(ev.offset_y()));
    let touch = ev.pointer_type() == "touch";
    if let Some(id) = task_at(cx, y) {
        cx.chosen.update(std::collections::HashSet::clear);
        cx.cursor.update(|cursor| {
            *cursor = Cursor {
                line: Line::Task(id),
                column: cursor.column,
            };
        });
        cx.open.announce(Some(id), None);
    }
    if !touch {
        ev.prevent_default();
        if let Some(grid) = cx.grid.get_untracked() {
            crate::platform::element::focus_quietly(&grid);
        }
    }
    if !cx.may_plan() {
        return;
    }
    let Some((id, spot)) = spot_at(cx, x, y, if touch { 16.0 } else { 7.0 }) else {
        return;
    };
    if touch {
        // a finger may be about to scroll: only a long press drags
        let this = *cx;
        let number = this.press.try_update(|n| {
            *n += 1;
            *n
        });
        set_timeout(
            move || {
                if this.press.try_get_untracked() == number && number.is_some() {
                    begin(&this, id, spot, x, y);
                }
            },
            LONG_PRESS,
        );
    } else {
        begin(cx, id, spot, x, y);
        if let Some(chart) = cx.chart.get_untracked() {
            let _ = chart.set_pointer_capture(ev.pointer_id());
        }
    }
}

fn begin(cx: &Cx, id: TaskId, spot: Spot, x: f64, y: f64) {
    let model = cx.model.get_untracked();
    let Some(dates) = model.outline.index_of(id).map(|i| model.dates(i)) else {
        return;
    };
    let from = (dates.early_start, dates.early_finish);
    let gesture = match spot {
        Spot::Body | Spot::End => Gesture::Bar(BarDrag {
            task: id,
            stretch: spot == Spot::End,
            from_x: x + cx.scroll_x.get_untracked(),
            from,
            start: from.0,
            finish: from.1,
            pointer: (x, y),
        }),
        Spot::FromStart | Spot::FromFinish => Gesture::Link(LinkDrag {
            task: id,
            from_finish: spot == Spot::FromFinish,
            from: (x, y),
            to: (x, y),
            over: None,
            to_finish: false,
        }),
    };
    cx.gesture.set(Some(gesture));
}

/// The pointer moved.
pub(crate) fn moved(cx: &Cx, ev: &PointerEvent) {
    let (x, y) = point(cx, ev);
    if cx.gesture.get_untracked().is_some() {
        drag_to(cx, x, y);
        return;
    }
    if ev.pointer_type() != "touch" {
        let spot = if cx.may_plan() {
            spot_at(cx, x, y, 7.0)
        } else {
            None
        };
        let hover = task_at(cx, y);
        if cx.hover.get_untracked() != hover {
            cx.hover.set(hover);
        }
        if cx.spot.get_untracked() != spot {
            cx.spot.set(spot);
        }
    }
}

/// Where the pointer is on the canvas, also while it is captured.
fn point(cx: &Cx, ev: &PointerEvent) -> (f64, f64) {
    let (x, y) = (f64::from(ev.client_x()), f64::from(ev.client_y()));
    cx.chart.get_untracked().map_or((x, y), |chart| {
        let area = chart.get_bounding_client_rect();
        (x - area.left(), y - area.top())
    })
}

fn drag_to(cx: &Cx, x: f64, y: f64) {
    match cx.gesture.get_untracked() {
        Some(Gesture::Bar(bar)) => cx.gesture.set(Some(Gesture::Bar(bar_to(cx, bar, x, y)))),
        Some(Gesture::Link(link)) => {
            let over = task_at(cx, y).filter(|id| *id != link.task);
            let to_finish =
                over.and_then(|id| span(cx, id))
                    .is_some_and(|(start, finish, kind)| {
                        kind != Kind::Milestone && x > f64::midpoint(start, finish)
                    });
            cx.gesture.set(Some(Gesture::Link(LinkDrag {
                to: (x, y),
                over,
                to_finish,
                ..link
            })));
        }
        None => {}
    }
}

/// Where a dragged bar would come to lie: on whole days (hours when they are wide enough), in working time.
fn bar_to(cx: &Cx, bar: BarDrag, x: f64, y: f64) -> BarDrag {
    let model = cx.model.get_untracked();
    let scale = untrack(|| cx.scale());
    let by = (x + cx.scroll_x.get_untracked() - bar.from_x) / scale.px_per_day * 1440.0;
    let snap = scale.snap() as f64;
    let by = ((by / snap).round() * snap) as i64;
    let task = model.by_id(bar.task);
    let working = model.work_of(task);
    let (start, finish) = bar.from;
    let (start, finish) = if bar.stretch {
        let to = finish.plus(by);
        (start, to.max(start.plus(15)))
    } else {
        let to = start.plus(by);
        let to = if by == 0 {
            start
        } else {
            working.next_start(to)
        };
        let duration = task.map_or(0, |t| t.duration);
        (to, working.add(to, duration))
    };
    BarDrag {
        start,
        finish,
        pointer: (x, y),
        ..bar
    }
}

/// The pointer was lifted: what was dragged becomes a command.
pub(crate) fn up(cx: &Cx, _ev: &PointerEvent) {
    cx.press.update(|n| *n += 1);
    let gesture = cx.gesture.get_untracked();
    cx.gesture.set(None);
    let model = cx.model.get_untracked();
    let commands: Vec<Command> = match gesture {
        Some(Gesture::Bar(bar)) if bar.stretch && bar.finish != bar.from.1 => {
            let task = model.by_id(bar.task);
            let working = model.work_of(task);
            let duration = working.between(bar.start, bar.finish).max(15);
            let commands = task.map(|task| effort::duration(&model, task, duration));
            commands.unwrap_or_default()
        }
        Some(Gesture::Bar(bar)) if !bar.stretch && bar.start != bar.from.0 => {
            let task = model.by_id(bar.task);
            let edit = task.map(|task| holds::start(&model, task, Some(bar.start)));
            let edits = edit.into_iter();
            edits
                .map(|edit| Command::EditTask { id: bar.task, edit })
                .collect()
        }
        Some(Gesture::Link(link)) => {
            let add = link.over.map(|over| Command::AddLink {
                id: random::link_id(),
                pred: link.task,
                succ: over,
                kind: kind_of(link.from_finish, link.to_finish),
                lag: Lag::Working(0),
            });
            add.into_iter().collect()
        }
        _ => Vec::new(),
    };
    if !commands.is_empty() {
        cx.dispatch_all(commands);
    }
}

/// Nothing comes of it: Escape, or the system took the pointer away.
pub(crate) fn stop(cx: &Cx) {
    cx.press.update(|n| *n += 1);
    cx.gesture.set(None);
}

fn spread(ev: &TouchEvent) -> Option<(f64, f64)> {
    let touches = ev.touches();
    let (a, b) = (touches.item(0)?, touches.item(1)?);
    let dx = f64::from(a.client_x() - b.client_x());
    let dy = f64::from(a.client_y() - b.client_y());
    let middle = f64::from(a.client_x() + b.client_x()) / 2.0;
    Some((dx.hypot(dy).max(1.0), middle))
}

/// Fingers came down: two of them begin to zoom.
pub(crate) fn touch_start(cx: &Cx, ev: &TouchEvent) {
    if let Some((distance, _)) = spread(ev) {
        stop(cx);
        ev.prevent_default();
        cx.pinch.set(Some((distance, cx.zoom.get_untracked())));
    }
}

/// Fingers moved: a drag or a pinch must not scroll as well.
pub(crate) fn touch_move(cx: &Cx, ev: &TouchEvent) {
    if let (Some((from, zoom)), Some((distance, middle))) = (cx.pinch.get_untracked(), spread(ev)) {
        ev.prevent_default();
        let left = cx
            .chart
            .get_untracked()
            .map_or(0.0, |chart| chart.get_bounding_client_rect().left());
        cx.zoom_to(zoom * distance / from, middle - left);
    } else if cx.gesture.get_untracked().is_some() {
        ev.prevent_default();
    } else {
        // it is a scroll: no long press any more
        cx.press.update(|n| *n += 1);
    }
}

/// Fingers were lifted.
pub(crate) fn touch_end(cx: &Cx) {
    cx.pinch.set(None);
}
