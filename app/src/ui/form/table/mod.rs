//! A table 明细表 on the screen: thousands of rows of which only those that are seen are drawn, with the keys of a
//! spreadsheet.

mod bar;
mod editor;
mod find;
mod grid;
mod pool;
mod steps;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::pack::form::{Field, FieldKind};

use super::field::Ways;
use super::shown;
use super::state::{self, Cx};
use super::words::saying;
use crate::i18n::t;
use crate::language;
use crate::platform::element::{self, Watch};
use crate::ui::each::For;
use crate::ui::show::Show;
use bar::Bar;
use editor::{Drop, Editor};
use find::Find;
use grid::Grid;
use pool::PoolSide;

/// The rows of a table, to be written or read.
#[component]
pub(super) fn Table(cx: Cx, field: Arc<Field>, ways: Ways, writes: bool) -> impl IntoView {
    let grid = Grid::new(cx, &field, writes);
    let columns = grid.columns();
    let summed: &[_] = match &field.kind {
        FieldKind::Table { totals, .. } => totals,
        _ => &[],
    };
    let side = match &field.kind {
        FieldKind::Table { pool, .. } => pool.clone(),
        _ => None,
    };
    let (template, wide) = steps::template(&columns, summed);
    let seen = RwSignal::new((0.0_f64, 340.0_f64));
    let watches = StoredValue::<Vec<Watch>, LocalStorage>::new_local(Vec::new());
    Effect::new(move |_| {
        let Some(scroller) = grid.scroller.get() else {
            return;
        };
        let watch = element::watch_size(&scroller, move |_, height| {
            seen.try_update(|seen| seen.1 = height);
        });
        watches.set_value(vec![watch]);
    });
    on_cleanup(move || {
        watches.try_update_value(Vec::clear);
    });
    let window = Memo::new(move |_| {
        let (top, height) = seen.get();
        steps::window(top, height, grid.row_height, grid.rows())
    });
    let offers = Memo::new(move |_| grid.offers());
    // somebody asks to see a cell
    Effect::new(move |_| {
        let Some((row, name)) = grid.standing.go.get() else {
            return;
        };
        let column = grid.columns().iter().position(|column| column.id == name);
        if grid.go((row, column.unwrap_or_default())) {
            bar::focus(grid);
        }
    });
    let height = move || format!("{}px", grid.rows() as f64 * grid.row_height);
    let scroll = move |_| {
        if let Some(scroller) = grid.scroller.get_untracked() {
            seen.update(|seen| seen.0 = f64::from(scroller.scroll_top()));
            grid.place_drop();
        }
    };
    let heads = columns
        .iter()
        .map(|column| {
            view! {
                <div role="columnheader" class=format!("form-cell form-cell-{}", column.kind.word())>
                    {saying(cx.i18n, column.name.clone())}
                    {move_unit(cx, column.clone())}
                    {matches!(column.required, shared::pack::form::Required::Yes)
                        .then(|| view! { <span class="form-required" aria-hidden="true">"*"</span> })}
                </div>
            }
        })
        .collect_view();
    let totals = match &field.kind {
        FieldKind::Table { totals, .. } if !totals.is_empty() => {
            Some(view! { <Totals grid=grid field=field.clone() /> })
        }
        _ => None,
    };
    view! {
        <div class="form-table" data-table=field.id.to_string()>
            <Find grid=grid id=ways.id.clone() />
            <div
                class="form-scroller"
                node_ref=grid.scroller
                tabindex=(!writes).then_some("0")
                role=(!writes).then_some("group")
                aria-labelledby=(!writes).then(|| ways.label.clone())
                on:scroll=scroll
            >
                <div
                    class="form-inner"
                    style=("--form-columns", template)
                    style=("--form-row", format!("{}px", grid.row_height))
                    style=("--form-head", format!("{}px", grid.head_height()))
                    style:min-width=format!("{wide}rem")
                >
                    <div
                        role="grid"
                        aria-labelledby=ways.label.clone()
                        aria-describedby=ways.described
                        aria-rowcount=move || (grid.rows() + 1).to_string()
                        aria-readonly=(!writes).then_some("true")
                    >
                        <div role="row" class="form-row form-row-head" aria-rowindex="1">
                            <div role="columnheader" class="form-cell form-cell-at">{t!(cx.i18n, forms.row_number)}</div>
                            {heads}
                        </div>
                        <div role="rowgroup" class="form-rows" style:height=height>
                            <For
                                each=move || {
                                    let (first, last) = window.get();
                                    first..last
                                }
                                key=|row| *row
                                children=move |row| view! { <Row grid=grid row=row /> }
                            />
                        </div>
                        {totals}
                    </div>
                    {writes.then(|| view! { <Editor grid=grid id=ways.id.clone() offers=offers /> })}
                </div>
            </div>
            <Show when=move || !writes && { grid.rows() == 0 }>
                <p class="form-help">{t!(cx.i18n, forms.no_rows)}</p>
            </Show>
            {writes.then(|| view! {
                <Drop grid=grid offers=offers id=ways.id.clone() />
                <Bar grid=grid ways=ways.clone() />
            })}
            {side.filter(|_| writes).map(|pool| view! { <PoolSide grid=grid pool=pool /> })}
        </div>
    }
}

/// What the cells below a heading count.
fn move_unit(cx: Cx, column: Field) -> impl IntoView {
    let words = move || {
        let lang = language::lang(cx.i18n.get_locale());
        let unit = match &column.kind {
            FieldKind::Money { currency, .. } => shown::currency_sign(currency, lang),
            FieldKind::Number { unit, .. } => unit.get(shown::language(lang)).to_owned(),
            _ => String::new(),
        };
        match (unit.as_str(), lang) {
            ("", _) => String::new(),
            (unit, crate::ui::dates::Lang::Zh) => format!("（{unit}）"),
            (unit, crate::ui::dates::Lang::En) => format!(" ({unit})"),
        }
    };
    view! { <span class="form-column-unit">{words}</span> }
}

#[component]
fn Row(grid: Grid, row: usize) -> impl IntoView {
    let columns = grid.columns();
    let cells = (0..columns.len())
        .map(|column| {
            let at = (row, column);
            let name = columns.get(column).map(|column| column.id.to_string());
            view! {
                <div
                    role="gridcell"
                    class=move || grid.class(at)
                    data-column=name
                    aria-selected=move || (grid.at.get() == at).to_string()
                    on:pointerdown=move |ev| {
                        if let (Some(comments), Some(column)) = (grid.cx.host.comments, grid.column(column)) {
                            comments.pressed(grid.cx, &grid.table(), row, &column.id);
                        }
                        if grid.writes && ev.button() == 0 {
                            ev.prevent_default();
                            press(grid, at, ev.shift_key(), ev.pointer_type() == "touch");
                        }
                    }
                >
                    {move || grid.shown(at)}
                </div>
            }
        })
        .collect_view();
    let chosen = move || {
        let (to, from) = (grid.at.get().0, grid.anchor.get());
        from.is_some_and(|from| (from.min(to)..=from.max(to)).contains(&row))
    };
    let number = move || match row < grid.standing.count.get() {
        true => (row + 1).to_string(),
        // the empty row below the last
        false => "+".to_owned(),
    };
    view! {
        <div
            role="row"
            class="form-row"
            class:form-row-chosen=chosen
            aria-rowindex=(row + 2).to_string()
            data-row=row
            style:transform=format!("translateY({}px)", row as f64 * grid.row_height)
        >
            <div
                role="rowheader"
                class="form-cell form-cell-at"
                on:pointerdown=move |ev| {
                    if grid.writes && ev.button() == 0 {
                        ev.prevent_default();
                        let from = match ev.shift_key() {
                            true => grid.anchor.get_untracked().or(Some(grid.at.get_untracked().0)),
                            false => Some(row),
                        };
                        if grid.go((row, grid.at.get_untracked().1)) {
                            grid.anchor.set(from);
                            bar::focus(grid);
                        }
                    }
                }
            >
                {number}
            </div>
            {cells}
        </div>
    }
}

/// A cell was pressed.
fn press(grid: Grid, at: (usize, usize), more: bool, touch: bool) {
    let from = more.then(|| {
        grid.anchor
            .get_untracked()
            .unwrap_or(grid.at.get_untracked().0)
    });
    if !grid.go(at) {
        return;
    }
    grid.anchor.set(from);
    grid.begun.set_value(None);
    bar::focus(grid);
    // nobody likes to type what can be picked on glass
    if touch && grid.offered(at.1) && grid.takes(at) {
        grid.marked.set(0);
        grid.open.set(true);
    }
}

/// The sums below a table.
#[component]
fn Totals(grid: Grid, field: Arc<Field>) -> impl IntoView {
    let cx = grid.cx;
    let FieldKind::Table {
        columns, totals, ..
    } = field.kind.clone()
    else {
        return ().into_any();
    };
    let cells = columns
        .into_iter()
        .map(|column| {
            let summed = totals.contains(&column.id);
            let table = field.id.clone();
            let text = move || {
                grid.standing.version.track();
                if !summed {
                    return String::new();
                }
                let locale = cx.i18n.get_locale();
                let sum = cx.with_filled(&table, |rows| shown::total(&column, rows));
                sum.map_or_else(String::new, |sum| {
                    state::styled(locale, cx.host, |style| {
                        shown::typed(&column.kind, &sum, style)
                    })
                })
            };
            view! { <div role="gridcell" class="form-cell form-cell-figures">{text}</div> }
        })
        .collect_view();
    view! {
        <div role="row" class="form-row form-row-total">
            <div role="rowheader" class="form-cell form-cell-at">{t!(cx.i18n, forms.total)}</div>
            {cells}
        </div>
    }
    .into_any()
}
