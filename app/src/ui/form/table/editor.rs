//! The cell that is typed into: one field that lies over the cursor's cell and keeps the focus, so that input methods
//! begin where the cursor is.

use leptos::ev::{ClipboardEvent, KeyboardEvent};
use leptos::prelude::*;
use shared::pack::form::FieldKind;

use super::super::pick::{Offers, move_mark};
use super::super::typed::Candidate;
use super::super::words::say;
use super::grid::Grid;
use crate::i18n::t_string;
use crate::platform::{element, screen};
use crate::ui::sheet;
use crate::ui::show::Show;

#[component]
pub(super) fn Editor(grid: Grid, id: String, offers: Memo<Vec<Candidate>>) -> impl IntoView {
    let cx = grid.cx;
    let list = StoredValue::new(format!("{id}-list"));
    // what others write is seen in the field too, unless somebody types there
    Effect::new(move |_| {
        grid.standing.version.track();
        if !grid.fresh.get_untracked() && !grid.within.get_untracked() {
            let before = grid.text.get_untracked();
            let rows = untrack(|| grid.rows());
            if grid.at.get_untracked().0 >= rows.max(1) {
                grid.at.update(|at| at.0 = rows.saturating_sub(1));
            }
            grid.load_where_other(&before);
        }
    });
    let name = move || {
        let (row, column) = grid.at.get();
        let column = grid.column(column).map(|column| say(cx.i18n, &column.name));
        let (row, column) = (row + 1, column.unwrap_or_default());
        t_string!(cx.i18n, forms.cell_label, row = row, column = column).to_string()
    };
    let number = move || {
        let column = grid.column(grid.at.get().1);
        column.is_some_and(|column| {
            matches!(
                column.kind,
                FieldKind::Number { .. } | FieldKind::Money { .. }
            )
        })
    };
    let over = move || {
        let down = grid.head_height() + grid.at.get().0 as f64 * grid.row_height;
        format!("{down}px")
    };
    let column = move || (grid.at.get().1 + 2).to_string();
    let takes = move || {
        grid.standing.version.track();
        grid.takes(grid.at.get())
    };
    view! {
        <div class="form-row form-over" style:top=over>
            <div class="form-over-cell" class:form-within=move || grid.within.get() style:grid-column=column>
                <textarea
                    id=id
                    node_ref=grid.input
                    rows="1"
                    wrap="off"
                    autocomplete="off"
                    spellcheck="false"
                    class:form-figures=number
                    inputmode=move || if number() { "decimal" } else { "text" }
                    aria-label=name
                    aria-invalid=move || grid.complaint().map(|_| "true")
                    aria-expanded=move || grid.offered(grid.at.get().1).then(|| grid.open.get().to_string())
                    aria-controls=move || grid.open.get().then(|| list.get_value())
                    aria-activedescendant=move || {
                        let marked = grid.marked.get();
                        let there = offers.with(|offers| marked < offers.len());
                        there.then(|| format!("{}-{marked}", list.get_value()))
                    }
                    role=move || grid.offered(grid.at.get().1).then_some("combobox")
                    readonly=move || !takes()
                    on:focus=move |_| {
                        grid.focused.set(true);
                        grid.load();
                    }
                    on:blur=move |_| {
                        // the form may go with the focus in it
                        if grid.focused.try_set(false).is_none() {
                            grid.finish();
                        }
                    }
                    on:input=move |ev| {
                        if !composing(&ev) {
                            grid.typed(event_target_value(&ev));
                        }
                    }
                    on:compositionstart=move |_| grid.within.set(true)
                    on:compositionend=move |ev| grid.typed(event_target_value(&ev))
                    on:click=move |_| {
                        if takes() {
                            grid.within.set(true);
                            grid.open.set(grid.offered(grid.at.get_untracked().1));
                        }
                    }
                    on:keydown=move |ev| keys(grid, offers, list.get_value(), &ev)
                    on:paste=move |ev| paste(grid, &ev)
                    on:copy=move |ev| copy(grid, &ev)
                ></textarea>
            </div>
        </div>
    }
}

/// What can be picked in the cursor's cell. It lies beside what scrolls, so that it is seen whole.
#[component]
pub(super) fn Drop(grid: Grid, id: String, offers: Memo<Vec<Candidate>>) -> impl IntoView {
    let list = StoredValue::new(format!("{id}-list"));
    Effect::new(move |_| {
        grid.at.track();
        if grid.open.get() {
            // once the field is where the cursor is
            element::next_frame(move || grid.place_drop());
        }
    });
    let pixels = |part: f64| format!("{part}px");
    view! {
        <Show when=move || grid.open.get() && grid.focused.get()>
            <div
                class="form-drop"
                style:left=move || pixels(grid.drop.get().0)
                style:top=move || pixels(grid.drop.get().1)
            >
                <Offers
                    id=list.get_value()
                    offers=offers
                    at=grid.marked
                    pick=Callback::new(move |one| grid.pick(one))
                    cx=grid.cx
                />
            </div>
        </Show>
    }
}

/// Whether an input method composes at this event.
fn composing(ev: &leptos::ev::Event) -> bool {
    use wasm_bindgen::JsCast;
    ev.dyn_ref::<web_sys::InputEvent>()
        .is_some_and(web_sys::InputEvent::is_composing)
}

fn keys(grid: Grid, offers: Memo<Vec<Candidate>>, list: String, ev: &KeyboardEvent) {
    if ev.is_composing() {
        return;
    }
    let (key, shift) = (ev.key(), ev.shift_key());
    let control = ev.ctrl_key() || ev.meta_key();
    let (within, open) = (grid.within.get_untracked(), grid.open.get_untracked());
    let done = match key.as_str() {
        "Escape" if within || open || grid.fresh.get_untracked() => {
            grid.cancel();
            true
        }
        "Enter" if ev.alt_key() => false,
        "Enter" if open => {
            let marked = grid.marked.get_untracked();
            let one = offers.with_untracked(|offers| offers.get(marked).cloned());
            let typed = !grid.fresh.get_untracked() || !grid.text.get_untracked().trim().is_empty();
            match one.filter(|_| typed) {
                Some(one) => {
                    grid.pick(one);
                    true
                }
                None => go(grid, &key, shift, false),
            }
        }
        "ArrowDown" if ev.alt_key() => {
            let may = grid.offered(grid.at.get_untracked().1);
            grid.marked.set(0);
            grid.open.set(may);
            may
        }
        "ArrowUp" | "ArrowDown" if open => {
            let count = offers.with_untracked(Vec::len);
            let moved = move_mark(&key, grid.marked, count);
            screen::scroll_into_view(&format!("{list}-{}", grid.marked.get_untracked()));
            moved
        }
        "ArrowUp" | "ArrowDown" if ev.alt_key() || control && shift => {
            grid.move_row(key == "ArrowUp");
            true
        }
        "F2" => {
            grid.within.set(true);
            if let Some(input) = grid.input.get_untracked() {
                let end = input.value().encode_utf16().count() as u32;
                let _ = input.set_selection_range(end, end);
            }
            true
        }
        "Delete" | "Backspace" if !within => {
            match grid.anchor.get_untracked() {
                Some(_) => grid.remove_rows(),
                None if grid.takes(grid.at.get_untracked()) => grid.answer(None),
                None => {}
            }
            true
        }
        "-" if control => {
            grid.remove_rows();
            true
        }
        "+" | "=" if control => {
            grid.add_row(false);
            true
        }
        "Insert" => {
            grid.add_row(true);
            true
        }
        "ArrowLeft" | "ArrowRight" | "Home" | "End" if within => false,
        "ArrowUp" | "ArrowDown" if shift && !within => {
            let from = grid
                .anchor
                .get_untracked()
                .unwrap_or(grid.at.get_untracked().0);
            let went = go(grid, &key, false, control);
            grid.anchor.set(Some(from));
            went
        }
        _ => go(grid, &key, shift, control),
    };
    if done {
        ev.prevent_default();
    }
}

/// Goes where a key goes; whether it is used up.
fn go(grid: Grid, key: &str, shift: bool, control: bool) -> bool {
    // a new row is there before Tab and Enter go on from it
    let may = match grid.step(key, shift, control) {
        Some(_) => grid.finish(),
        None => return key == "Tab" && !grid.finish(),
    };
    if !may {
        return true;
    }
    let Some(mut to) = grid.step(key, shift, control) else {
        return false;
    };
    grid.anchor.set(None);
    // Enter goes on below where the line of Tabs began
    let begun = grid.begun.get_value();
    match key {
        "Tab" => grid
            .begun
            .set_value(begun.or(Some(grid.at.get_untracked().1))),
        _ => grid.begun.set_value(None),
    }
    if let ("Enter", false, Some(column)) = (key, shift, begun) {
        to.1 = column;
    }
    grid.go(to);
    true
}

fn paste(grid: Grid, ev: &ClipboardEvent) {
    let text = ev
        .clipboard_data()
        .and_then(|data| data.get_data("text/plain").ok());
    let Some(text) = text else { return };
    let lines = sheet::table(&text);
    // one cell alone is a text like any other
    if lines.len() < 2 && lines.first().is_none_or(|line| line.len() < 2) {
        return;
    }
    ev.prevent_default();
    grid.paste(lines);
}

fn copy(grid: Grid, ev: &ClipboardEvent) {
    if grid.within.get_untracked() {
        return;
    }
    let Some(data) = ev.clipboard_data() else {
        return;
    };
    ev.prevent_default();
    let lines = grid.copied();
    let text = match lines.as_slice() {
        [line] if line.len() == 1 => line.concat(),
        lines => sheet::text(lines),
    };
    let _ = data.set_data("text/plain", &text);
}
