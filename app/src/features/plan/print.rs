//! The plan on paper: all rows, page by page, each with its piece of the chart; or the picture of what else the plan is
//! shown as, cut into pages. Made when the browser prints.

use leptos::html;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::base::time::DAY;

use super::columns::Column;
use super::cx::use_cx;
use super::edit;
use super::scene::{Pane, scene};
use super::shapes::Shape;
use crate::platform::element::{self, Watch};
use crate::platform::screen;
use crate::ui::canvas::{self, BACK, Palette};
use crate::ui::drawing::Drawing;
use crate::ui::each::For;
use crate::ui::paint;
use crate::ui::scale::{self, Scale};
use crate::ui::show::Show;
use crate::ui::svg::{Piece, svg};

/// The height of the header.
const HEAD: f64 = 48.0;
/// Rows of a page, and their height.
const PAGE: usize = 30;
const ROW: f64 = 20.0;
/// Width of the chart on a page.
const CHART: f64 = 460.0;
/// More rows than this are printed without the chart.
const MOST: usize = 3_000;

/// What of a picture a page holds, in pixels: A4 across, less its margins and the title.
const SHEET: (f64, f64) = (1_040.0, 660.0);
/// The most pages of a picture.
const MOST_SHEETS: usize = 80;

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
    let title = move || {
        let name = cx.model.with(|m| m.view.plan.name.clone());
        match cx.shape.get() {
            Shape::Gantt => name,
            shape => format!("{name} · {}", cx.shape_words(shape)),
        }
    };
    view! {
        <Show when=move || printing.get() && cx.loaded.get()>
            <div class="plan-print paper">
                <h1>{title}</h1>
                <Show
                    when=move || cx.shape.get() == Shape::Gantt
                    fallback=|| view! { <Sheets /> }
                >
                    <For each=move || 0..pages() key=|page| *page let:page>
                        <Page page=page />
                    </For>
                </Show>
            </div>
        </Show>
    }
}

/// Where a length is cut into pages: at the last place before the page's end where nothing is cut through, if there is
/// one in its second half.
fn stretches(length: f64, page: f64, cuts: &[f64]) -> Vec<(f64, f64)> {
    let mut all = Vec::new();
    let mut from = 0.0;
    while length - from > page && all.len() < MOST_SHEETS {
        let within = |at: &&f64| (from + page / 2.0..=from + page).contains(*at);
        let to = cuts
            .iter()
            .rev()
            .find(within)
            .copied()
            .unwrap_or(from + page);
        all.push((from, to));
        from = to;
    }
    all.push((from, length));
    all
}

/// The pieces of a picture that pages hold, line by line, and how wide a page is in its pixels. What is a little wider
/// than a page is made smaller, so that no page has just an edge.
fn pieces(drawing: &Drawing) -> (f64, Vec<Piece>) {
    let (width, height) = drawing.size;
    let wide = match width / SHEET.0 {
        pages if pages <= 1.3 => width.max(SHEET.0),
        _ => SHEET.0,
    };
    let across = stretches(width, wide, &drawing.cuts.0);
    let down = stretches(height, wide * SHEET.1 / SHEET.0, &drawing.cuts.1);
    let pieces = down.iter().flat_map(|(top, foot)| {
        let across = across.iter();
        across.map(move |(left, right)| ((*left, *top), (right - left, foot - top)))
    });
    (wide, pieces.take(MOST_SHEETS).collect())
}

/// The picture of a shape, cut into pages.
#[component]
fn Sheets() -> impl IntoView {
    let cx = use_cx();
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let paper = cx.paper.get_value();
        let Some(drawing) = paper.and_then(|(_, paper)| untrack(|| paper.run(SHEET.0))) else {
            return;
        };
        let palette = Palette::of(&place);
        let color = palette.plain();
        let (wide, pieces) = pieces(&drawing);
        let pages = pieces.iter().map(|piece| {
            let picture = svg(&drawing, Some(*piece), BACK, &color);
            format!("<div class=\"plan-sheet\">{picture}</div>")
        });
        place.set_inner_html(&pages.collect::<String>());
        // by hand: what is written as HTML may have no styles of its own
        let widths = pieces
            .iter()
            .map(|(_, (part, _))| format!("{:.2}%", part / wide * 100.0));
        element::style_children(&place, "width", widths);
    });
    view! { <div node_ref=place></div> }
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
        let mut scene = untrack(|| scene(&cx, pane));
        scene.header = HEAD;
        let drawing = paint::draw(&scene, (CHART, height));
        canvas::paint(&canvas, &drawing, 3.0, &Palette::of(&canvas));
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
                            .map(|column| view! { <th class=column.key()>{untrack(|| cx.title(column))}</th> })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_all_of_a_picture_and_nothing_twice() {
        for size in [
            (300.0, 200.0),
            (1_040.0, 660.0),
            (1_300.0, 2_000.0),
            (2_900.0, 700.0),
        ] {
            let (_, pieces) = pieces(&Drawing::new(size.0, size.1));
            let area: f64 = pieces.iter().map(|(_, (wide, high))| wide * high).sum();
            assert!((area - size.0 * size.1).abs() < 1.0, "{size:?} {area}");
        }
        // an edge of a few pixels asks for no page of its own
        assert_eq!(pieces(&Drawing::new(1_300.0, 660.0)).1.len(), 1);
        assert_eq!(pieces(&Drawing::new(2_900.0, 600.0)).1.len(), 3);
    }

    #[test]
    fn a_page_ends_where_nothing_is_cut_through() {
        let cuts = [90.0, 180.0, 270.0];
        let whole = [(0.0, 90.0), (90.0, 180.0), (180.0, 270.0), (270.0, 300.0)];
        assert_eq!(stretches(300.0, 100.0, &cuts), whole);
        // one that holds hardly anything is no better
        assert_eq!(
            stretches(150.0, 100.0, &[20.0]),
            [(0.0, 100.0), (100.0, 150.0)]
        );
    }
}
