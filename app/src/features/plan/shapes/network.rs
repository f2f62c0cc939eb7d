//! The critical path 关键线路 as a network: a box for each task, an arrow for each link between them.

use std::collections::HashMap;

use leptos::prelude::*;
use shared::base::{TaskId, sort};

use super::super::cx::{Cx, use_cx};
use super::super::duration;
use super::Shape;
use crate::i18n::{t, t_signal, t_string};
use crate::ui::dates;
use crate::ui::drawing::{Align, Drawing, Stroke, cut};
use crate::ui::drawn::Drawn;
use crate::ui::each::For;
use crate::ui::show::Show;

/// More boxes are not taken in at a glance; the first ones by date are shown.
const MOST: usize = 200;

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    task: TaskId,
    number: String,
    name: String,
    duration: String,
    dates: String,
    critical: bool,
}

/// Boxes and the arrows between their places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Net {
    nodes: Vec<Node>,
    arrows: Vec<(usize, usize)>,
}

fn net(cx: &Cx, near: bool) -> Net {
    let model = cx.model.get();
    let lang = cx.lang.get();
    let slack = model.view.plan.rules.near;
    let mut places: Vec<usize> = cx.leaves();
    places.retain(|i| {
        let dates = model.dates(*i);
        let open = model.percent(*i) < 100 && !model.inactive(*i);
        open && (dates.critical || near && slack > 0 && dates.total_slack <= slack)
    });
    sort::by_key(&mut places, |i| (model.dates(*i).early_start, *i));
    places.truncate(MOST);
    let at: HashMap<TaskId, usize> = (places.iter().enumerate())
        .filter_map(|(n, i)| Some((model.outline.id(*i)?, n)))
        .collect();
    let nodes = places.iter().filter_map(|i| {
        let task = model.task(*i)?;
        let of = model.dates(*i);
        let (start, finish) = (
            dates::date(of.early_start, lang),
            dates::date(of.early_finish, lang),
        );
        Some(Node {
            task: task.id,
            number: model.outline.number(*i),
            name: task.name.clone(),
            duration: duration::format(task.duration, model.units, lang),
            dates: match start == finish {
                true => start,
                false => format!("{start} – {finish}"),
            },
            critical: of.critical,
        })
    });
    let links = model.view.plan.links.iter();
    let arrows = links.filter_map(|link| Some((*at.get(&link.pred)?, *at.get(&link.succ)?)));
    Net {
        nodes: nodes.collect(),
        arrows: arrows.filter(|(from, to)| from != to).collect(),
    }
}

/// The column of each box: one right of all that it waits for. Of what waits for itself in a circle the arrows back count
/// for nothing.
fn columns(count: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
    let mut columns = vec![0; count];
    let forward = |(from, to): &&(usize, usize)| from < to;
    let mut order: Vec<&(usize, usize)> = arrows.iter().filter(forward).collect();
    sort::by_key(&mut order, |(from, to)| (*from, *to));
    // boxes stand by their starts, so that one pass settles all
    for (from, to) in order {
        let next = columns.get(*from).map_or(0, |column| column + 1);
        if let Some(column) = columns.get_mut(*to) {
            *column = next.max(*column);
        }
    }
    columns
}

const WIDE: f64 = 184.0;
const HIGH: f64 = 66.0;
const GAP: (f64, f64) = (44.0, 18.0);
const EDGE: f64 = 12.0;

fn draw(net: &Net, least: f64) -> Option<Drawing> {
    let columns = columns(net.nodes.len(), &net.arrows);
    let mut filled: Vec<usize> = Vec::new();
    let places: Vec<(f64, f64)> = (columns.iter())
        .map(|column| {
            filled.resize(filled.len().max(column + 1), 0);
            let row = filled.get_mut(*column).map_or(0, |n| {
                *n += 1;
                *n - 1
            });
            (
                EDGE + *column as f64 * (WIDE + GAP.0),
                EDGE + row as f64 * (HIGH + GAP.1),
            )
        })
        .collect();
    let right = places.iter().map(|(x, _)| x + WIDE).fold(0.0, f64::max);
    let foot = places.iter().map(|(_, y)| y + HIGH).fold(0.0, f64::max);
    if net.nodes.is_empty() {
        return None;
    }
    let mut drawing = Drawing::new((right + EDGE).max(least), foot + EDGE);
    let between = |count: usize, step: f64, gap: f64| -> Vec<f64> {
        let cuts = 1..count.max(1);
        cuts.map(|n| EDGE + n as f64 * step - gap / 2.0).collect()
    };
    let most = filled.iter().copied().max().unwrap_or(0);
    drawing.cuts = (
        between(filled.len(), WIDE + GAP.0, GAP.0),
        between(most, HIGH + GAP.1, GAP.1),
    );
    for (from, to) in &net.arrows {
        let (Some(a), Some(b)) = (places.get(*from), places.get(*to)) else {
            continue;
        };
        let (start, end) = ((a.0 + WIDE, a.1 + HIGH / 2.0), (b.0, b.1 + HIGH / 2.0));
        let middle = match end.0 > start.0 {
            true => start.0 + GAP.0 / 2.0,
            // back: round the outside
            false => start.0 + GAP.0 / 4.0,
        };
        let points = vec![
            start,
            (middle, start.1),
            (middle, end.1),
            (end.0 - 5.0, end.1),
        ];
        drawing.line(points, Stroke::new("--gantt-link", 1.5));
        let tip = vec![
            (end.0, end.1),
            (end.0 - 7.0, end.1 - 4.0),
            (end.0 - 7.0, end.1 + 4.0),
        ];
        drawing.shape(tip, Some("--gantt-link"), None);
    }
    for (node, (x, y)) in net.nodes.iter().zip(&places) {
        let (x, y) = (x.round() + 0.5, y.round() + 0.5);
        let (color, line) = match node.critical {
            true => ("--gantt-critical-done", 2.0),
            false => ("--gantt-done", 1.0),
        };
        let stroke = Some(Stroke::new(color, line));
        drawing.rounded((x, y), (WIDE, HIGH), 0.0, Some("--gantt-head"), stroke);
        let text = |text: &str, size: f64| cut(text, size, WIDE - 16.0);
        let head = format!("{} · {}", node.number, node.duration);
        let left = Align::Start;
        drawing.text(
            (x + 8.0, y + 13.0),
            text(&head, 11.0),
            11.0,
            left,
            "--gantt-muted",
        );
        let name = text(&node.name, 13.0);
        drawing.write((x + 8.0, y + 32.0), name, 13.0, true, left, "--gantt-text");
        drawing.text(
            (x + 8.0, y + 52.0),
            text(&node.dates, 11.0),
            11.0,
            left,
            "--gantt-muted",
        );
        drawing.spots.push(((x, y, WIDE, HIGH), node.task));
    }
    Some(drawing)
}

/// The network.
#[component]
pub(super) fn Network() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let near = RwSignal::new(false);
    let net = Memo::new(move |_| net(&cx, near.get()));
    let nearly = move || cx.model.with(|model| model.view.plan.rules.near > 0);
    let make = Callback::new(move |width| net.with(|net| draw(net, width)));
    cx.prints(Shape::Network, make);
    let label = move || {
        let n = net.with(|net| net.nodes.len());
        t_string!(i18n, shapes.network_label, n = n).to_string()
    };
    view! {
        <Show when=nearly>
            <div class="plan-shape-tools">
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || near.get()
                        on:change=move |ev| near.set(event_target_checked(&ev))
                    />
                    {t!(i18n, shapes.network_near)}
                </label>
            </div>
        </Show>
        <Show
            when=move || net.with(|net| !net.nodes.is_empty())
            fallback=move || view! { <p class="plan-none">{t!(i18n, shapes.network_none)}</p> }
        >
            <Drawn
                make=make
                label=Signal::derive(label)
                file=Signal::derive(move || cx.file_name(t_string!(i18n, shapes.network)))
                keep=t_signal!(i18n, shapes.keep)
                press=Callback::new(move |id| cx.open_task(id))
                failed=cx.picture_failed()
                name="network"
            />
            <ol class="plan-stones wide">
                <For each=move || net.get().nodes key=|n| (n.task, n.name.clone(), n.dates.clone(), n.duration.clone()) let:node>
                    <li>
                        <span class="plan-stone-date">{node.dates.clone()}</span>
                        <button class="plan-link" on:click=move |_| cx.open_task(node.task)>
                            {format!("{} {}", node.number, node.name)}
                        </button>
                        <small>{node.duration.clone()}</small>
                    </li>
                </For>
            </ol>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_stands_right_of_all_that_it_waits_for() {
        let arrows = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 1)];
        assert_eq!(columns(5, &arrows), [0, 1, 1, 2, 0]);
        let node = |n: u8| Node {
            task: TaskId::from_bytes([n; 8]),
            number: n.to_string(),
            name: "Foundations of the house".to_owned(),
            duration: "5d".to_owned(),
            dates: String::new(),
            critical: true,
        };
        let net = Net {
            nodes: (0..5).map(node).collect(),
            arrows: arrows.to_vec(),
        };
        let drawing = draw(&net, 300.0).unwrap_or_default();
        for (n, (a, _)) in drawing.spots.iter().enumerate() {
            for (b, _) in drawing.spots.iter().skip(n + 1) {
                assert!(a.0 != b.0 || a.1 != b.1, "two boxes in one place");
            }
        }
        assert_eq!(draw(&Net::default(), 300.0), None);
    }
}
