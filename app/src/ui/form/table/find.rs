//! Finds what stands in a long table: cell after cell, as a spreadsheet does.

use leptos::prelude::*;

use super::bar;
use super::grid::Grid;
use super::steps::At;
use crate::i18n::{t, t_string};
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// A table of fewer rows is seen at a glance.
const FEW: usize = 8;

/// The cells that a text is in, in the order in which they are read. Upper and lower case are the same.
fn found(grid: Grid, wanted: &str) -> Vec<At> {
    let wanted = wanted.trim().to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let columns = grid.columns().len();
    let rows = grid.standing.count.get_untracked();
    let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let holds = |at: &At| untrack(|| grid.shown(*at)).to_lowercase().contains(&wanted);
    all.filter(holds).collect()
}

/// The line above a table in which one says what to find.
#[component]
pub(super) fn Find(grid: Grid, id: String) -> impl IntoView {
    let i18n = grid.cx.i18n;
    let wanted = RwSignal::new(String::new());
    let all = Memo::new(move |_| {
        grid.standing.version.track();
        wanted.with(|wanted| found(grid, wanted))
    });
    // which of them one is at
    let at = RwSignal::new(None::<At>);
    let place = move || {
        all.with(|all| {
            at.get()
                .and_then(|at| all.iter().position(|one| *one == at))
        })
    };
    let go = move |back: bool| {
        let here = at.get_untracked().unwrap_or(grid.at.get_untracked());
        let been = at.get_untracked().is_some();
        let next = all.with_untracked(|all| {
            let mut later = all
                .iter()
                .filter(|one| **one > here || (!been && **one == here));
            let mut before = all.iter().rev().filter(|one| **one < here);
            let next = match back {
                true => before.next().or(all.last()),
                false => later.next().or(all.first()),
            };
            next.copied()
        });
        if let Some(next) = next.filter(|next| grid.go(*next)) {
            at.set(Some(next));
        }
    };
    let typed = move |ev| {
        at.set(None);
        wanted.set(event_target_value(&ev));
        go(false);
    };
    let key = move |ev: leptos::ev::KeyboardEvent| match ev.key().as_str() {
        "Enter" if !ev.is_composing() => {
            ev.prevent_default();
            go(ev.shift_key());
        }
        "Escape" if wanted.with_untracked(String::is_empty) && grid.writes => bar::focus(grid),
        _ => {}
    };
    let told = move || {
        let n = all.with(Vec::len);
        match (wanted.with(|wanted| wanted.trim().is_empty()), n) {
            (true, _) => String::new(),
            (false, 0) => t_string!(i18n, registers.found_none).to_owned(),
            (false, n) => {
                let at = place().map_or(0, |at| at + 1);
                t_string!(i18n, registers.found, at = at, n = n).to_string()
            }
        }
    };
    let many = move || all.with(|all| all.len() > 1);
    view! {
        <Show when=move || { grid.standing.count.get() >= FEW }>
            <div class="form-find no-print" role="search">
                <Icon name="search" />
                <input
                    type="search"
                    id=format!("{id}-find")
                    aria-label=t!(i18n, registers.find)
                    placeholder=move || t_string!(i18n, registers.find)
                    prop:value=wanted
                    on:input=typed
                    on:keydown=key
                />
                <span class="muted" role="status" data-found=move || all.with(Vec::len).to_string()>{told}</span>
                <Show when=many>
                    <button type="button" class="button button-quiet" on:click=move |_| go(true)>{t!(i18n, registers.previous)}</button>
                    <button type="button" class="button button-quiet" on:click=move |_| go(false)>{t!(i18n, registers.next)}</button>
                </Show>
            </div>
        </Show>
    }
}
