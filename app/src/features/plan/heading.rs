//! The heading of a column: a press sorts by it, its edge gives it another width.

use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;

use super::columns::Column;
use super::cx::{Cx, use_cx};
use super::edit;
use crate::i18n::t_string;
use crate::platform::element;

/// Of so many texts the widest is looked for.
const LOOKED: usize = 2_000;
/// Of so many of the longest, the width is measured.
const MEASURED: usize = 24;

/// The heading.
#[component]
pub(crate) fn Heading(column: Column) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let name = move || cx.title(column);
    let order = move || {
        cx.lens.with(|lens| match lens.sort {
            Some((by, down)) if by == column => Some(down),
            _ => None,
        })
    };
    // where the pointer took hold of the edge, and how wide the column was
    let held = RwSignal::new(None::<(f64, f64)>);
    let edge = NodeRef::<html::Span>::new();
    let moved = move |ev: PointerEvent| {
        if let Some((from, wide)) = held.get_untracked() {
            cx.set_width(Some((column, wide + f64::from(ev.client_x()) - from)));
        }
    };
    view! {
        <div
            class="plan-th"
            class:figure=cx.is_figure(column)
            role="columnheader"
            data-column=column.key()
            aria-sort=move || match order() {
                Some(true) => "descending",
                Some(false) => "ascending",
                None => "none",
            }
            style:width=cx.width_text(column)
        >
            <button
                class="plan-th-name"
                tabindex="-1"
                title=move || t_string!(i18n, lens.sort_by, column = name()).to_string()
                on:click=move |_| cx.look(|lens| lens.next_sort(column))
            >
                {name}
                <span class="plan-th-order" aria-hidden="true">
                    {move || match order() {
                        Some(true) => "↓",
                        Some(false) => "↑",
                        None => "",
                    }}
                </span>
            </button>
            <span
                class="plan-th-edge"
                node_ref=edge
                title=move || t_string!(i18n, lens.column_width, column = name()).to_string()
                on:pointerdown=move |ev| {
                    ev.prevent_default();
                    ev.stop_propagation();
                    held.set(Some((f64::from(ev.client_x()), untrack(|| cx.wide(column)))));
                    if let Some(edge) = edge.get_untracked() {
                        let _ = edge.set_pointer_capture(ev.pointer_id());
                    }
                }
                on:pointermove=moved
                on:pointerup=move |_| held.set(None)
                on:pointercancel=move |_| held.set(None)
                on:dblclick=move |_| cx.set_width(Some((column, widest(&cx, column))))
            ></span>
        </div>
    }
}

/// Pixels that show all texts of a column, as far as they were looked at.
fn widest(cx: &Cx, column: Column) -> f64 {
    let model = cx.model.get_untracked();
    let places = cx
        .rows
        .with_untracked(|rows| rows.tasks().take(LOOKED).collect::<Vec<_>>());
    let mut texts: Vec<(usize, String, u16)> = places
        .into_iter()
        .map(|i| {
            let text = cx.styled_untracked(|style| edit::shown(&model, i, column, style));
            (text.len(), text, model.depth(i))
        })
        .collect();
    shared::base::sort::by_key(&mut texts, |(length, ..)| usize::MAX - length);
    let measured = texts.iter().take(MEASURED).map(|(_, text, depth)| {
        let indent = match column {
            Column::Name => f64::from(depth.min(&12).to_owned()) * 16.0 + 44.0,
            _ => 0.0,
        };
        element::text_width(text, "650 0.875rem") + indent
    });
    measured.fold(0.0, f64::max) + 24.0
}
