//! Below a table: what is wrong in the cursor's cell, what becomes of rows, and files of the cursor's cell.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::form::{Field, FieldKind};

use super::super::field::Ways;
use super::super::files::{FileList, Holding, Seal};
use super::super::sign::Signature;
use super::grid::Grid;
use crate::i18n::t;
use crate::platform::element;
use crate::ui::show::Show;

/// Puts the focus into the table.
pub(super) fn focus(grid: Grid) {
    if let Some(input) = grid.input.get_untracked() {
        element::focus_quietly(&input);
        if !grid.within.get_untracked() {
            input.select();
        }
    }
}

#[component]
pub(super) fn Bar(grid: Grid, ways: Ways) -> impl IntoView {
    let i18n = grid.cx.i18n;
    let count = grid.standing.count;
    let row = move || grid.at.get().0 < count.get();
    let act = move |act: fn(&Grid)| {
        act(&grid);
        focus(grid);
    };
    // the files of one cell, made anew when the cursor goes to another
    let files = Memo::new(move |_| {
        let at = grid.at.get();
        let column = grid.column(at.1)?;
        let holds = matches!(
            column.kind,
            FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal
        );
        (holds && row()).then_some(at)
    });
    view! {
        {move || grid.complaint().filter(|_| grid.focused.get()).map(|words| {
            view! { <p class="form-error" role="alert">{words}</p> }
        })}
        {move || files.get().and_then(|at| {
            let column = grid.column(at.1)?;
            Some(view! { <CellFiles grid=grid at=at column=column ways=ways.clone() /> })
        })}
        <div class="form-bar">
            <button type="button" class="button button-quiet" data-rows="add" on:click=move |_| act(|grid| grid.add_row(false))>
                {t!(i18n, forms.row_add)}
            </button>
            <button
                type="button"
                class="button button-quiet"
                data-rows="remove"
                disabled=move || !row()
                on:click=move |_| act(Grid::remove_rows)
            >
                {t!(i18n, forms.row_remove)}
            </button>
            <button
                type="button"
                class="button button-quiet"
                data-rows="up"
                disabled=move || !row() || grid.at.get().0 == 0
                on:click=move |_| act(|grid| grid.move_row(true))
            >
                {t!(i18n, forms.row_up)}
            </button>
            <button
                type="button"
                class="button button-quiet"
                data-rows="down"
                disabled=move || { grid.at.get().0 + 1 >= count.get() }
                on:click=move |_| act(|grid| grid.move_row(false))
            >
                {t!(i18n, forms.row_down)}
            </button>
            <span class="grow"></span>
            <Show
                when=move || grid.said.with(Option::is_some)
                fallback=move || view! { <span class="form-help">{t!(i18n, forms.paste_hint)}</span> }
            >
                <span class="form-said" role="status">{move || grid.said.get()}</span>
            </Show>
        </div>
    }
}

#[component]
fn CellFiles(grid: Grid, at: (usize, usize), column: Arc<Field>, ways: Ways) -> impl IntoView {
    let cx = grid.cx;
    let value = Signal::derive(move || {
        grid.standing.version.track();
        grid.value(at)
    });
    let place = grid.place(at)?;
    let ways = Ways {
        id: format!("{}-cell", ways.id),
        ..ways
    };
    let holding = Holding::new(cx, &column, place, value);
    Some(match column.kind {
        FieldKind::Signature => {
            view! { <Signature cx=cx holding=holding ways=ways writes=true /> }.into_any()
        }
        FieldKind::Seal => {
            view! { <Seal cx=cx holding=holding ways=ways writes=true /> }.into_any()
        }
        _ => view! { <FileList cx=cx holding=holding ways=ways writes=true /> }.into_any(),
    })
}
