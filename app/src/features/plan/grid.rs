//! The grid: a header, recycled rows, one field that moves to where one types.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_i18n::I18nContext;

use super::columns::Column;
use super::cx::{Cursor, Cx, Line, use_cx};
use super::editor::CellEditor;
use super::heading::Heading;
use super::row::Slot;
use super::rowdrag::DropMark;
use crate::i18n::{Locale, t, t_string};
use crate::platform::{clock, element};
use crate::ui::each::For;
use crate::ui::show::Show;

/// Rows that are made beyond the window, above and below.
const BEYOND: usize = 4;

/// The title of a column that every plan has; tracked.
fn title_of(i18n: I18nContext<Locale>, column: Column) -> String {
    match column {
        Column::Number => t_string!(i18n, plan.column_number).to_string(),
        Column::Name => t_string!(i18n, plan.column_name).to_string(),
        Column::Duration => t_string!(i18n, plan.column_duration).to_string(),
        Column::Start => t_string!(i18n, plan.column_start).to_string(),
        Column::Finish => t_string!(i18n, plan.column_finish).to_string(),
        Column::Predecessors => t_string!(i18n, plan.column_predecessors).to_string(),
        Column::Owner => t_string!(i18n, plan.column_owner).to_string(),
        Column::Resources => t_string!(i18n, resources.title).to_string(),
        Column::Percent => t_string!(i18n, plan.column_percent).to_string(),
        Column::ActualStart => t_string!(i18n, plan.column_actual_start).to_string(),
        Column::ActualFinish => t_string!(i18n, plan.column_actual_finish).to_string(),
        Column::Deliverable => t_string!(i18n, plan.column_deliverable).to_string(),
        Column::Slack => t_string!(i18n, plan.column_slack).to_string(),
        Column::Budget => t_string!(i18n, earned.budget).to_string(),
        Column::Cost => t_string!(i18n, earned.cost).to_string(),
        Column::AgreedStart => t_string!(i18n, earned.agreed_start).to_string(),
        Column::AgreedFinish => t_string!(i18n, earned.agreed_finish).to_string(),
        Column::Later => t_string!(i18n, earned.later).to_string(),
        Column::Own(_) => String::new(),
    }
}

/// The title of a column, for the screen.
pub(crate) fn title(column: Column) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let cx = use_cx();
    move || cx.title(column)
}

impl Cx {
    /// Whether a column shows figures: set to the right. Not tracked: a field of another kind is shown so the next time.
    pub(crate) fn is_figure(&self, column: Column) -> bool {
        match column {
            Column::Own(id) => self.model.with_untracked(|model| {
                (model.own_field(id)).is_some_and(|field| super::own::is_figure(&field.kind))
            }),
            column => column.is_figure(),
        }
    }

    /// The title of a column; tracked.
    pub(crate) fn title(&self, column: Column) -> String {
        match column {
            Column::Own(id) => self.model.with(|model| {
                let field = model.own_field(id);
                field.map_or_else(String::new, |field| field.name.clone())
            }),
            column => title_of(self.i18n, column),
        }
    }
}

/// The grid.
#[component]
pub(crate) fn Grid() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    // at first what can be seen, and nothing else
    let beyond = RwSignal::new(0);
    spawn_local(async move {
        clock::painted().await;
        beyond.try_set(BEYOND);
    });
    let first = Memo::new(move |_| {
        let row = (cx.scroll_top.get() / cx.row_height) as usize;
        row.saturating_sub(beyond.get())
    });
    let pool =
        Memo::new(move |_| (cx.height.get() / cx.row_height) as usize + 2 + 2 * beyond.get());
    let width = move || cx.left_of(None);
    let active = move || {
        let at = cx.cursor.get();
        let row = cx.row_of(at.line)?;
        Some(cell_id(row, at.column))
    };
    // the cells of a column take their width from here
    Effect::new(move |_| {
        if let Some(grid) = cx.grid.get() {
            for (name, wide) in cx.width_styles() {
                element::set_style(&grid, &name, &wide);
            }
        }
    });
    view! {
        <div
            class="plan-grid"
            role="treegrid"
            tabindex="0"
            node_ref=cx.grid
            aria-label=t!(i18n, plan.grid_label)
            aria-multiselectable="true"
            aria-rowcount=move || cx.rows.with(|rows| rows.len() + 2)
            aria-activedescendant=active
            aria-readonly=move || (!cx.may(super::columns::Writes::Plan)).to_string()
            style:width=move || format!("{}px", width())
            on:paste=move |ev| super::clipboard::paste(&cx, &ev)
            on:copy=move |ev| super::clipboard::copy(&cx, &ev)
            on:cut=move |ev| super::clipboard::cut(&cx, &ev)
            on:keydown=move |ev| cx.key(&ev)
            on:pointermove=move |ev| super::rowdrag::moved(&cx, &ev)
            on:pointerup=move |_| super::rowdrag::dropped(&cx)
            on:pointercancel=move |_| cx.row_drag.set(None)
        >
            <div class="plan-head" role="row" aria-rowindex="1" style:height=format!("{}px", cx.head)>
                <For each=move || cx.columns.get() key=|c| *c let:column>
                    <Heading column=column />
                </For>
            </div>
            <div class="plan-rows">
                <div
                    class="plan-rows-layer"
                    style:transform=move || format!("translateY({}px)", -cx.scroll_top.get())
                >
                    <For each=move || 0..pool.get() key=|slot| *slot let:slot>
                        <Slot
                            row=Memo::new(move |_| {
                                let (first, pool) = (first.get(), pool.get().max(1));
                                first + (slot + pool - first % pool) % pool
                            })
                        />
                    </For>
                    <CellEditor />
                    <DropMark />
                </div>
            </div>
        </div>
            <Show when=move || cx.loaded.get() && cx.model.with(|m| m.view.plan.tasks.is_empty())>
                <div class="plan-empty">
                    <h2>{t!(i18n, plan.empty_title)}</h2>
                    <p>{t!(i18n, plan.empty_text)}</p>
                    <Show when=move || cx.may(super::columns::Writes::Plan)>
                        <button
                            class="button button-primary"
                            on:click=move |_| {
                                cx.cursor.set(Cursor { line: Line::New, column: Column::Name });
                                cx.begin(super::typing::Begin::Empty);
                            }
                        >
                            {t!(i18n, plan.empty_first)}
                        </button>
                    </Show>
                </div>
            </Show>
    }
}

/// The id of a cell's element, for `aria-activedescendant`.
pub(crate) fn cell_id(row: usize, column: Column) -> String {
    format!("plan-cell-{row}-{}", column.key())
}
