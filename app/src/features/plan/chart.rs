//! The Gantt chart beside the grid: what lies in the window becomes a scene, drawn once a frame.

use leptos::html;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::base::TaskId;

use super::cx::use_cx;
use super::gesture::{self, Gesture, Spot};
use super::scene::{kind_of, window};
use crate::i18n::t;
use crate::platform::element::{self, Frames, Watch};
use crate::ui::canvas::{self, Palette};
use crate::ui::dates;
use crate::ui::paint;
use crate::ui::show::Show;

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
        let drawing = paint::draw(&scene, (width, height));
        let palette = Palette::of(&canvas);
        canvas::paint(&canvas, &drawing, element::pixel_ratio(), &palette);
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
        cx.show_front.track();
        cx.show_agreed.track();
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
            // arrow keys scroll it
            tabindex="0"
            role="group"
            aria-label=t!(i18n, plan.chart)
            node_ref=cx.chart
            data-from=move || cx.scale().origin.to_string()
            data-day=move || cx.scale().px_per_day.to_string()
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
                    aria-label=t!(i18n, plan.chart_label)
                    style:width=move || format!("{}px", cx.chart_width.get())
                    style:height=move || format!("{}px", cx.height.get())
                    on:pointerdown=move |ev| gesture::down(&cx, &ev)
                    on:pointerleave=move |_| {
                        if cx.gesture.get_untracked().is_none() {
                            cx.hover.set(None);
                            cx.spot.set(None);
                        }
                    }
                    on:click=move |ev| {
                        if let Some(id) = gesture::task_at(&cx, f64::from(ev.offset_y())) {
                            cx.show_bar(id);
                        }
                    }
                    on:contextmenu=move |ev| {
                        // a long press drags
                        if cx.gesture.with_untracked(Option::is_some) {
                            ev.prevent_default();
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
