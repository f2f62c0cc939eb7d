//! What lies in a piece of the chart: bars, arrows, days off, as the drawing code takes them.

use leptos::prelude::*;
use shared::base::sort;
use shared::domain::plan::LinkKind;

use super::cx::{Cx, Line};
use super::front;
use super::gesture::Gesture;
use super::model::Model;
use super::work;
use crate::ui::gantt::{Arrow, Bar, Ghost, Kind, Scene};
use crate::ui::scale::Scale;

/// A piece of the chart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pane {
    pub(crate) scale: Scale,
    pub(crate) scroll: (f64, f64),
    pub(crate) size: (f64, f64),
    pub(crate) row_height: f64,
    /// Rows that may be drawn: from, and one past the last.
    pub(crate) rows: (usize, usize),
}

/// The window as it is now, with what is chosen and dragged; tracked.
pub(crate) fn window(cx: &Cx) -> Scene {
    let scroll = (cx.scroll_x.get(), cx.scroll_top.get());
    let size = (cx.chart_width.get(), cx.height.get());
    let count = cx.rows.with(|rows| rows.len());
    let first = (scroll.1 / cx.row_height) as usize;
    let last = (first + (size.1 / cx.row_height) as usize + 2).min(count);
    let mut scene = scene(
        cx,
        Pane {
            scale: cx.scale(),
            scroll,
            size,
            row_height: cx.row_height,
            rows: (first, last),
        },
    );
    if cx.may(super::columns::Writes::Plan) {
        let hover = cx.hover.get().and_then(|id| cx.row_of(Line::Task(id)));
        for bar in &mut scene.bars {
            bar.hover = hover == Some(bar.row);
        }
    }
    let chosen = cx.chosen.get();
    let cursor = cx.cursor.get().line;
    let lines = chosen.iter().map(|id| Line::Task(*id)).chain([cursor]);
    let mut rows: Vec<usize> = lines
        .filter(|line| *line != Line::New)
        .filter_map(|line| cx.row_of(line))
        .filter(|row| (first..last).contains(row))
        .collect();
    sort::plain(&mut rows);
    rows.dedup();
    scene.chosen = rows;
    scene.ghost = cx.gesture.get().and_then(|g| ghost(cx, &g));
    scene
}

/// What is drawn in a piece of the chart; tracked.
pub(crate) fn scene(cx: &Cx, pane: Pane) -> Scene {
    let model = cx.model.get();
    let rows = cx.rows.get();
    let Pane {
        scale,
        scroll,
        size: (width, _),
        row_height,
        rows: (first, last),
    } = pane;
    let slack = cx.show_slack.get();
    let compared = cx.show_agreed.get();

    let near = model.view.plan.rules.near;
    let proposed = cx.proposed.get();
    let mut bars = Vec::new();
    for row in first..last {
        let Some(i) = rows.task(row) else {
            continue;
        };
        let Some(task) = model.task(i) else { continue };
        let dates = model.dates(i);
        bars.push(Bar {
            row,
            kind: kind(&model, i),
            start: dates.early_start,
            finish: dates.early_finish,
            critical: dates.critical,
            percent: model.percent(i),
            slack_until: (slack && !dates.critical && !model.is_summary(i))
                .then_some(dates.late_finish),
            deadline: task.deadline,
            inactive: model.inactive(i),
            placed: task.placed.is_some() && !model.is_summary(i),
            near: !dates.critical && near > 0 && dates.total_slack <= near,
            proposed: proposed.get(&task.id).copied(),
            agreed: model
                .agreed(i)
                .filter(|_| compared)
                .map(|agreed| (agreed.start, agreed.finish)),
            label: task.name.clone(),
            hover: false,
        });
    }

    let front = cx.show_front.get().then(|| {
        let at = model
            .view
            .plan
            .rules
            .data_date
            .unwrap_or_else(|| cx.today());
        let stands = bars
            .iter()
            .filter(|bar| bar.kind != Kind::Summary && !bar.inactive);
        let stands = stands.map(|bar| {
            (
                bar.row,
                front::reached((bar.start, bar.finish), bar.percent, at),
            )
        });
        (at, stands.collect())
    });

    let mut arrows = Vec::new();
    for (link, from, to) in rows.links.iter().copied() {
        if from.max(to) < first || from.min(to) >= last {
            continue;
        }
        let link = model.view.plan.links.get(link);
        let ends = rows.task(from).zip(rows.task(to));
        let Some((link, (pred, succ))) = link.zip(ends) else {
            continue;
        };
        let (a, b) = (model.dates(pred), model.dates(succ));
        let (out, into) = self::ends(link.kind);
        let at = |dates: shared::domain::schedule::Dates, finish| {
            if finish {
                dates.early_finish
            } else {
                dates.early_start
            }
        };
        arrows.push(Arrow {
            from: (from, at(a, out), out),
            to: (to, at(b, into), into),
            critical: a.critical && b.critical,
        });
    }

    let window = (scale.at(scroll.0), scale.at(scroll.0 + width));
    let off = if scale.px_per_day >= 160.0 {
        work::hours_off(&model.work, window.0, window.1)
    } else if scale.px_per_day >= 3.0 {
        work::days_off(&model.work, window.0, window.1)
    } else {
        Vec::new()
    };
    Scene {
        scale,
        scroll,
        row_height,
        header: cx.head,
        bars,
        arrows,
        off,
        today: cx.today(),
        data_date: model.view.plan.rules.data_date,
        front,
        chosen: Vec::new(),
        rows: rows.len() + 1,
        ghost: None,
        lang: cx.lang.get(),
    }
}

fn ghost(cx: &Cx, gesture: &Gesture) -> Option<Ghost> {
    match gesture {
        Gesture::Bar(bar) => {
            let row = cx.row_of(Line::Task(bar.task))?;
            Some(Ghost::Bar {
                row,
                start: bar.start,
                finish: bar.finish,
            })
        }
        Gesture::Link(link) => Some(Ghost::Line {
            from: link.from,
            to: link.to,
        }),
    }
}

/// What the bar of a task looks like.
pub(crate) fn kind(model: &Model, i: usize) -> Kind {
    if model.is_summary(i) {
        Kind::Summary
    } else if model.task(i).is_some_and(|t| t.duration == 0) {
        Kind::Milestone
    } else {
        Kind::Task
    }
}

/// Which ends a link joins: whether the predecessor's, and the successor's, is the finish.
pub(crate) fn ends(kind: LinkKind) -> (bool, bool) {
    match kind {
        LinkKind::FinishStart => (true, false),
        LinkKind::StartStart => (false, false),
        LinkKind::FinishFinish => (true, true),
        LinkKind::StartFinish => (false, true),
    }
}

/// The kind of link that joins these ends.
pub(crate) fn kind_of(from_finish: bool, to_finish: bool) -> LinkKind {
    match (from_finish, to_finish) {
        (true, false) => LinkKind::FinishStart,
        (false, false) => LinkKind::StartStart,
        (true, true) => LinkKind::FinishFinish,
        (false, true) => LinkKind::StartFinish,
    }
}
