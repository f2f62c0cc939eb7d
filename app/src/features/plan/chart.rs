//! The Gantt chart beside the grid: what lies in the window becomes a scene, drawn once a frame.

use leptos::html;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::base::time::DAY;
use shared::base::{Moment, TaskId};
use shared::domain::plan::LinkKind;

use super::cx::{Cx, HEAD, Line, use_cx};
use super::gesture::{self, Gesture, Spot};
use super::model::Model;
use super::work;
use crate::i18n::t_string;
use crate::platform::element::{self, Frames, Watch};
use crate::ui::dates;
use crate::ui::gantt::{self, Arrow, Bar, Ghost, Kind, Look, Scene};
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

    /// Brings today into the middle.
    pub(crate) fn show_today(&self) {
        let x = untrack(|| self.scale()).x(self.today());
        self.scroll_chart(x - self.chart_width.get_untracked() / 2.0);
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
    fn first_zoom(&self) {
        let (from, to) = self.span();
        let zoom = scale::fit(from, to, self.chart_width.get_untracked() - 100.0);
        self.zoom.set(zoom.clamp(3.0, 24.0));
        self.scroll_chart(untrack(|| self.scale()).x(from) - 24.0);
    }
}

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
fn window(cx: &Cx) -> Scene {
    let scroll = (cx.scroll_x.get(), cx.scroll_top.get());
    let size = (cx.chart_width.get(), cx.height.get());
    let count = cx.rows.with(|rows| rows.tasks.len());
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
    rows.sort_unstable();
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

    let mut bars = Vec::new();
    for row in first..last {
        let Some(i) = rows.tasks.get(row).copied() else {
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
            percent: task.percent,
            slack_until: (slack && !dates.critical && !model.is_summary(i))
                .then_some(dates.late_finish),
            label: task.name.clone(),
            hover: false,
        });
    }

    let mut arrows = Vec::new();
    for link in &model.view.plan.links {
        let place = |id| model.outline.index_of(id);
        let (Some(pred), Some(succ)) = (place(link.pred), place(link.succ)) else {
            continue;
        };
        let (Some(from), Some(to)) = (rows.row_of(pred), rows.row_of(succ)) else {
            continue;
        };
        if from.max(to) < first || from.min(to) >= last {
            continue;
        }
        let (a, b) = (model.dates(pred), model.dates(succ));
        let (out, into) = ends(link.kind);
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
    let off = if scale.px_per_day >= 3.0 {
        work::days_off(&model.work, window.0, window.1)
    } else {
        Vec::new()
    };
    Scene {
        scale,
        scroll,
        row_height,
        header: HEAD,
        bars,
        arrows,
        off,
        today: cx.today(),
        chosen: Vec::new(),
        rows: rows.tasks.len() + 1,
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

/// The chart.
#[component]
pub(crate) fn Chart() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let canvas = NodeRef::<html::Canvas>::new();
    let theme = RwSignal::new(0_u32);
    let watches = StoredValue::<Vec<Watch>, LocalStorage>::new_local(Vec::new());

    Effect::new(move |_| {
        let Some(chart) = cx.chart.get() else { return };
        let size = element::watch_size(&chart, move |width, _| {
            if width > 0.0
                && cx
                    .chart_width
                    .try_get_untracked()
                    .is_some_and(|w| w != width)
            {
                cx.chart_width.set(width);
            }
        });
        let colours = element::watch_theme(move || {
            theme.try_update(|n| *n += 1);
        });
        watches.set_value(vec![size, colours]);
    });
    on_cleanup(move || {
        watches.try_update_value(Vec::clear);
    });

    // the first zoom needs the plan and the width
    Effect::new(move |_| {
        let ready = cx.loaded.get()
            && cx.chart_width.get() > 0.0
            && cx.model.with(|m| !m.view.plan.tasks.is_empty());
        if ready && cx.zoom.get_untracked() == 0.0 {
            cx.first_zoom();
        }
    });

    // whatever the scene is made of asks for a frame; however much changes, one frame draws it
    let draw = Frames::new(move || {
        let Some(canvas) = canvas.try_get_untracked().flatten() else {
            return;
        };
        let (width, height) = (cx.chart_width.get_untracked(), cx.height.get_untracked());
        if width < 1.0 || height < 1.0 {
            return;
        }
        let scene = untrack(|| window(&cx));
        gantt::draw(&canvas, (width, height), &scene, &Look::of(&canvas));
    });
    Effect::new(move |_| {
        cx.model.track();
        cx.rows.track();
        cx.scroll_top.track();
        cx.scroll_x.track();
        cx.height.track();
        cx.chart_width.track();
        cx.zoom.track();
        cx.gesture.track();
        cx.hover.track();
        cx.chosen.track();
        cx.cursor.track();
        cx.show_slack.track();
        cx.access.track();
        cx.lang.track();
        canvas.track();
        theme.track();
        draw.ask();
    });

    let tip = move || {
        let gesture = cx.gesture.get()?;
        let lang = cx.lang.get();
        Some(match gesture {
            Gesture::Bar(bar) => {
                let dates = format!(
                    "{} – {}",
                    dates::date_time(bar.start, lang),
                    dates::date_time(bar.finish, lang)
                );
                (dates, bar.pointer)
            }
            Gesture::Link(link) => {
                let name = |id: Option<TaskId>| {
                    let model = cx.model.get();
                    let task = id.and_then(|id| model.by_id(id)).map(|t| t.name.clone());
                    task.unwrap_or_else(|| "…".to_owned())
                };
                let kind = kind_of(link.from_finish, link.to_finish);
                let text = format!(
                    "{} → {} ({})",
                    name(Some(link.task)),
                    name(link.over),
                    super::predecessors::short(kind)
                );
                (text, link.to)
            }
        })
    };

    view! {
        <div
            class="plan-chart"
            node_ref=cx.chart
            on:pointermove=move |ev| gesture::moved(&cx, &ev)
            on:pointerup=move |ev| gesture::up(&cx, &ev)
            on:pointercancel=move |_| gesture::stop(&cx)
            on:scroll=move |_| {
                if let Some(chart) = cx.chart.get_untracked() {
                    cx.scroll_x.set(f64::from(chart.scroll_left()));
                }
            }
        >
            <div
                class="plan-chart-stage"
                style:width=move || format!("{}px", cx.chart_width.get())
                style:height=move || format!("{}px", cx.height.get())
            >
                <canvas
                    class="plan-canvas"
                    class:move=move || matches!(cx.spot.get(), Some((_, Spot::Body)))
                    class:stretch=move || matches!(cx.spot.get(), Some((_, Spot::End)))
                    class:link=move || {
                        matches!(cx.spot.get(), Some((_, Spot::FromStart | Spot::FromFinish)))
                    }
                    node_ref=canvas
                    role="img"
                    aria-label=move || t_string!(i18n, plan.chart_label).to_string()
                    style:width=move || format!("{}px", cx.chart_width.get())
                    style:height=move || format!("{}px", cx.height.get())
                    on:pointerdown=move |ev| gesture::down(&cx, &ev)
                    on:pointerleave=move |_| {
                        if cx.gesture.get_untracked().is_none() {
                            cx.hover.set(None);
                            cx.spot.set(None);
                        }
                    }
                    on:dblclick=move |ev| {
                        if gesture::task_at(&cx, f64::from(ev.offset_y())).is_some() {
                            cx.open_panel();
                        }
                    }
                    on:wheel=move |ev| {
                        if ev.ctrl_key() || ev.meta_key() {
                            ev.prevent_default();
                            let factor = (-ev.delta_y() / 240.0).clamp(-1.0, 1.0).exp2();
                            cx.zoom_to(cx.zoom.get_untracked() * factor, f64::from(ev.offset_x()));
                        }
                    }
                    on:touchstart=move |ev| gesture::touch_start(&cx, &ev)
                    on:touchmove=move |ev| gesture::touch_move(&cx, &ev)
                    on:touchend=move |_| gesture::touch_end(&cx)
                ></canvas>
                <Show when=move || cx.gesture.with(Option::is_some)>
                    <div
                        class="plan-tip"
                        style:left=move || {
                            let x = tip().map_or(0.0, |(_, at)| at.0);
                            format!("{}px", (x + 14.0).min(cx.chart_width.get() - 240.0).max(0.0))
                        }
                        style:top=move || format!("{}px", tip().map_or(0.0, |(_, at)| at.1 - 38.0))
                    >
                        {move || tip().map(|(text, _)| text)}
                    </div>
                </Show>
            </div>
            <div
                class="plan-chart-filler"
                style:width=move || format!("{}px", (cx.axis_width() - cx.chart_width.get()).max(0.0))
            ></div>
        </div>
    }
}
