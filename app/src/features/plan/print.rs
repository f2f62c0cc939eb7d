//! The plan on paper: all rows, page by page, each with its piece of the chart. Made when the browser prints.

use leptos::html;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::base::time::DAY;

use super::columns::Column;
use super::cx::use_cx;
use super::edit;
use super::grid::title_of;
use super::scene::{Pane, scene};
use crate::platform::element::{self, Watch};
use crate::platform::screen;
use crate::ui::each::For;
use crate::ui::gantt::Look;
use crate::ui::paint;
use crate::ui::scale::{self, Scale};
use crate::ui::show::Show;

/// The height of the header.
const HEAD: f64 = 48.0;
/// Rows of a page, and their height.
const PAGE: usize = 30;
const ROW: f64 = 20.0;
/// Width of the chart on a page.
const CHART: f64 = 460.0;
/// More rows than this are printed without the chart.
const MOST: usize = 3_000;

/// What is printed of each task.
const COLUMNS: [Column; 6] = [
    Column::Number,
    Column::Name,
    Column::Duration,
    Column::Start,
    Column::Finish,
    Column::Percent,
];

/// The pages; there only while the browser prints.
#[component]
pub(crate) fn PrintSheet() -> impl IntoView {
    let cx = use_cx();
    let printing = RwSignal::new(false);
    let watches = StoredValue::<Vec<Watch>, LocalStorage>::new_local(vec![
        element::watch_window("beforeprint", move || {
            printing.try_set(true);
        }),
        element::watch_window("afterprint", move || {
            printing.try_set(false);
        }),
    ]);
    // the plan prints on pages of its own, with a title of its own
    screen::set_root_attribute("data-print", Some("plan"));
    on_cleanup(move || {
        screen::set_root_attribute("data-print", None);
        watches.try_update_value(Vec::clear);
    });
    let pages = move || cx.rows.with(|rows| rows.len().div_ceil(PAGE));
    view! {
        <Show when=move || printing.get() && cx.loaded.get()>
            <div class="plan-print">
                <h1>{move || cx.model.with(|m| m.view.plan.name.clone())}</h1>
                <For each=move || 0..pages() key=|page| *page let:page>
                    <Page page=page />
                </For>
            </div>
        </Show>
    }
}

#[component]
fn Page(page: usize) -> impl IntoView {
    let cx = use_cx();
    let rows = cx.rows.get_untracked();
    let model = cx.model.get_untracked();
    let first = page * PAGE;
    let last = (first + PAGE).min(rows.len());
    let height = HEAD + (last - first) as f64 * ROW;
    let canvas = NodeRef::<html::Canvas>::new();
    let with_chart = rows.len() <= MOST;
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let (from, to) = untrack(|| cx.span());
        let from = from.plus(-DAY);
        let pane = Pane {
            scale: Scale {
                origin: from,
                // room for the last names
                px_per_day: scale::fit(from, to, CHART - 60.0),
            },
            scroll: (0.0, first as f64 * ROW),
            size: (CHART, height),
            row_height: ROW,
            rows: (first, last),
        };
        let scene = untrack(|| scene(&cx, pane));
        paint::draw(&canvas, (CHART, height), 3.0, &scene, &Look::of(&canvas));
    });
    let lines = (first..last)
        .map(|row| {
            let Some(place) = rows.task(row) else {
                let head = rows.head(row).cloned();
                let words = head.map(|head| untrack(|| cx.head_words(&head)));
                return view! {
                    <tr class="summary">
                        <td colspan=COLUMNS.len()>{words}</td>
                    </tr>
                }
                .into_any();
            };
            let cells = COLUMNS.map(|column| {
                let text = cx.styled_untracked(|style| edit::shown(&model, place, column, style));
                view! { <td class=column.key()>{text}</td> }
            });
            view! {
                <tr class:summary=model.is_summary(place) class=format!("depth-{}", model.depth(place).min(6))>
                    {cells.collect_view()}
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="plan-page">
            <table>
                <thead>
                    <tr>
                        {COLUMNS
                            .map(|column| view! { <th class=column.key()>{untrack(|| title_of(cx.i18n, column))}</th> })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
            {with_chart
                .then(|| {
                    view! {
                        <canvas
                            node_ref=canvas
                            style:width=format!("{CHART}px")
                            style:height=format!("{height}px")
                        ></canvas>
                    }
                })}
        </div>
    }
}
