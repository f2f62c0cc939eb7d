//! The time axis of the chart: its span, zoom, and what of it is in the window.

use leptos::prelude::*;
use shared::base::time::DAY;
use shared::base::{Moment, TaskId};

use super::cx::Cx;
use super::model::Model;
use crate::ui::scale::{self, Scale};

/// The first and last day of the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: Moment,
    pub(crate) to: Moment,
}

/// The span of the plan with some room on both sides.
pub(crate) fn range(model: &Model) -> Range {
    let schedule = &model.view.schedule;
    let rows = schedule.rows.iter();
    let start = rows
        .map(|d| d.early_start)
        .min()
        .unwrap_or(model.view.plan.start);
    let first = start.min(model.view.plan.start).day() - 14;
    let last = schedule.finish.max(start).day() + 60;
    Range {
        from: Moment::from_day(first),
        to: Moment::from_day(last),
    }
}

impl Cx {
    /// The time axis; tracked.
    pub(crate) fn scale(&self) -> Scale {
        let empty = self.model.with(|m| m.view.plan.tasks.is_empty());
        let origin = if empty {
            Moment::from_day(self.today().day() - 7)
        } else {
            self.model.with(|m| range(m).from)
        };
        let zoom = self.zoom.get();
        let px_per_day = if zoom == 0.0 {
            24.0
        } else {
            scale::clamp(zoom)
        };
        Scale { origin, px_per_day }
    }

    /// Pixels of the whole axis; tracked.
    pub(crate) fn axis_width(&self) -> f64 {
        let range = self.model.with(|m| range(m));
        let days = (range.to.day() - range.from.day()) as f64;
        (days * self.scale().px_per_day).max(self.chart_width.get())
    }

    /// Zooms so that the moment `anchor` pixels from the chart's left edge stays where it is.
    pub(crate) fn zoom_to(&self, px_per_day: f64, anchor: f64) {
        let at = untrack(|| self.scale()).at(self.scroll_x.get_untracked() + anchor);
        self.zoom.set(scale::clamp(px_per_day));
        let x = untrack(|| self.scale()).x(at) - anchor;
        self.scroll_chart(x);
    }

    /// Scrolls the chart to a pixel of the axis (after the next layout, which may have to widen it first).
    pub(crate) fn scroll_chart(&self, x: f64) {
        let this = *self;
        this.scroll_x.set(x.max(0.0));
        request_animation_frame(move || {
            if let Some(chart) = this.chart.try_get_untracked().flatten() {
                chart.set_scroll_left(x.round() as i32);
                this.scroll_x.try_set(f64::from(chart.scroll_left()));
            }
        });
    }

    /// Shows the whole plan.
    pub(crate) fn fit(&self) {
        let (from, to) = self.span();
        let zoom = scale::fit(from, to, self.chart_width.get_untracked() - 100.0);
        self.zoom.set(zoom);
        self.scroll_chart(untrack(|| self.scale()).x(from) - 24.0);
    }

    /// Brings today into the middle, and the first task of today into the grid.
    pub(crate) fn show_today(&self) {
        let today = self.today();
        let x = untrack(|| self.scale()).x(today);
        self.scroll_chart(x - self.chart_width.get_untracked() / 2.0);
        let model = self.model.get_untracked();
        let row = self.rows.with_untracked(|rows| {
            (0..rows.len()).find(|row| {
                rows.task(*row).is_some_and(|i| {
                    let dates = model.dates(i);
                    let now = dates.early_start <= today && today < dates.early_finish;
                    now && !model.is_summary(i)
                })
            })
        });
        if let Some(row) = row {
            self.reveal(row);
        }
    }

    /// Scrolls the chart to the bar of a task where nothing of it can be seen.
    pub(crate) fn show_bar(&self, id: TaskId) {
        let width = self.chart_width.get_untracked();
        let Some((start, finish, _)) = super::gesture::span(self, id) else {
            return;
        };
        if width > 0.0 && (finish < 12.0 || start > width - 12.0) {
            self.scroll_chart(self.scroll_x.get_untracked() + start - width * 0.15);
        }
    }

    /// From the first start to the last finish; not tracked.
    pub(crate) fn span(&self) -> (Moment, Moment) {
        self.model.with_untracked(|m| {
            let rows = m.view.schedule.rows.iter();
            let start = rows.map(|d| d.early_start).min();
            let start = start.unwrap_or(m.view.plan.start);
            (start, m.view.schedule.finish.max(start.plus(DAY)))
        })
    }

    /// The zoom a plan opens with: all of it, where that can still be read.
    pub(crate) fn first_zoom(&self) {
        let (from, to) = self.span();
        let zoom = scale::fit(from, to, self.chart_width.get_untracked() - 100.0);
        self.zoom.set(zoom.clamp(3.0, 24.0));
        self.scroll_chart(untrack(|| self.scale()).x(from) - 24.0);
    }
}
