//! The one field of the grid. It lies, invisible, over the cell of the cursor, so that typing (Chinese input
//! included) begins there; while one edits, it is seen.

use leptos::prelude::*;
use shared::domain::plan::FieldKind;

use super::columns::Column;
use super::cx::{Cx, Line, use_cx};
use super::edit;
use super::typing::Begin;
use crate::i18n::{t, t_string};
use crate::platform::element;
use crate::ui::show::Show;

/// The field.
#[component]
pub(crate) fn CellEditor() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let editing = move || cx.editing.with(Option::is_some);
    let column = Memo::new(move |_| {
        cx.editing
            .with(|e| e.as_ref().map(|e| e.at.column))
            .unwrap_or_else(|| cx.cursor.get().column)
    });
    let line = Memo::new(move |_| {
        cx.editing
            .with(|e| e.as_ref().map(|e| e.at.line))
            .unwrap_or_else(|| cx.cursor.get().line)
    });
    let left = move || cx.left_of(Some(column.get()));
    let place = move || {
        let row = cx.row_of(line.get()).unwrap_or(0);
        format!("translate({}px, {}px)", left(), row as f64 * cx.row_height)
    };
    // the width of the cell, and more where a name or a list needs room
    let width = move || {
        cx.wide(column.get())
            .max(if editing() { 120.0 * cx.em } else { 0.0 })
    };
    let error = move || {
        cx.editing
            .with(|e| e.as_ref().is_some_and(|e| e.error.is_some()))
    };
    let picker = NodeRef::<leptos::html::Input>::new();
    view! {
        // a grid owns nothing but rows
        <div
            class="plan-editor"
            role="row"
            class:open=editing
            style:transform=place
            style:width=move || format!("{}px", width())
        >
            <div role="gridcell" class="plan-editor-cell">
            <input
                type="text"
                class="plan-field"
                node_ref=cx.input
                tabindex="-1"
                autocomplete="off"
                spellcheck="false"
                inputmode=move || {
                    match column.get() {
                        _ if !editing() => "none",
                        Column::Percent => "decimal",
                        _ => "text",
                    }
                }
                list=move || editing().then(|| cx.list_of(column.get())).flatten()
                aria-label=move || super::grid::title(column.get())()
                aria-invalid=move || error().to_string()
                style:height=format!("{}px", cx.row_height)
                on:compositionstart=move |_| {
                    if cx.editing.with_untracked(Option::is_none) {
                        cx.begin(Begin::Typed);
                    }
                }
                on:input=move |_| {
                    if cx.editing.with_untracked(Option::is_none) {
                        cx.begin(Begin::Typed);
                    } else {
                        cx.typed();
                    }
                }
                on:blur=move |_| {
                    cx.finish();
                }
            />
            <Show when=move || editing() && cx.holds_date(column.get())>
                <button
                    class="plan-pick"
                    tabindex="-1"
                    aria-label=t!(i18n, plan.pick_date)
                    on:pointerdown=move |ev| {
                        // the field keeps the focus, or leaving it would write what is half typed
                        ev.prevent_default();
                        if let (Some(picker), Some(input)) = (picker.get_untracked(), cx.input.get_untracked()) {
                            picker.set_value(&input.value());
                            element::show_picker(&picker);
                        }
                    }
                >
                    "▾"
                </button>
                <input
                    type="date"
                    class="plan-pick-date"
                    tabindex="-1"
                    aria-hidden="true"
                    node_ref=picker
                    on:change=move |_| {
                        if let (Some(picker), Some(input)) = (picker.get_untracked(), cx.input.get_untracked()) {
                            input.set_value(&picker.value());
                            cx.typed();
                            if cx.finish() {
                                cx.focus();
                            }
                        }
                    }
                />
            </Show>
            </div>
        </div>
    }
}

/// What helps with the cell that is typed into, or why its text was not taken: over grid and chart, so that nothing
/// cuts it.
#[component]
pub(crate) fn Hint(
    /// The window over the columns.
    pane: NodeRef<leptos::html::Div>,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let error = move || {
        cx.editing
            .with(|e| e.as_ref().and_then(|e| e.error.clone()))
    };
    // what stands in the document now, where it is not what stood there when typing began
    let changed = Memo::new(move |_| {
        let editing = cx.editing.get()?;
        let Line::Task(id) = editing.at.line else {
            return None;
        };
        let model = cx.model.get();
        let Some(i) = model.outline.index_of(id) else {
            return Some(t_string!(i18n, plan.hint_removed).to_string());
        };
        let now = cx.styled(|style| edit::editable(&model, i, editing.at.column, style));
        (now != editing.base).then(|| {
            let who = cx.open.present().with(|present| {
                let there = present.iter().find(|p| p.task == Some(id));
                there.map(|p| p.person)
            });
            let who = who.map_or_else(
                || t_string!(i18n, plan.somebody).to_string(),
                |id| cx.name_of(id),
            );
            t_string!(i18n, plan.hint_changed, who = who, value = now).to_string()
        })
    });
    let column = move || cx.editing.with(|e| e.as_ref().map(|e| e.at.column));
    let hint = move || match column() {
        Some(Column::Duration) => t_string!(i18n, plan.hint_duration).to_string(),
        Some(Column::Predecessors) => t_string!(i18n, plan.hint_predecessors).to_string(),
        Some(Column::Start) => t_string!(i18n, plan.hint_start).to_string(),
        _ => String::new(),
    };
    let text = move || {
        if let Some(error) = error() {
            return format!("{error} {}", t_string!(i18n, plan.escape_discards));
        }
        changed.get().unwrap_or_else(hint)
    };
    // under the cell; over it where there is no room below
    let place = move || {
        let editing = cx.editing.get()?;
        let row = cx.row_of(editing.at.line)? as f64;
        let scrolled = pane.get_untracked().map_or(0, |p| p.scroll_left());
        let room = cx.scroller.get_untracked().map_or(0, |s| s.client_width());
        let left = cx.left_of(Some(editing.at.column)) - f64::from(scrolled);
        let top = cx.head + row * cx.row_height - cx.scroll_top.get();
        let below = top + 2.0 * cx.row_height + 16.0 < cx.height.get();
        let most = f64::from(room) - 23.0 * 16.0 * cx.em;
        Some((
            left.min(most).max(0.0),
            if below {
                top + cx.row_height + 3.0
            } else {
                top - 3.0
            },
            below,
        ))
    };
    view! {
        <Show when=move || !text().is_empty()>
            <div
                class="plan-hint"
                class:changed=move || error().is_none() && changed.get().is_some()
                class:error=move || error().is_some()
                class:above=move || place().is_some_and(|p| !p.2)
                role="status"
                style:left=move || format!("{}px", place().unwrap_or_default().0)
                style:top=move || format!("{}px", place().unwrap_or_default().1)
            >
                {text}
            </div>
        </Show>
    }
}

impl Cx {
    /// The list that helps with a cell; tracked.
    pub(crate) fn list_of(&self, column: Column) -> Option<&'static str> {
        match column {
            Column::Owner => Some("plan-people"),
            Column::Own(id) => self.model.with(|model| {
                Some(match model.own_field(id)?.kind {
                    FieldKind::Person => "plan-people",
                    FieldKind::Choice | FieldKind::YesNo => "plan-options",
                    _ => return None,
                })
            }),
            _ => None,
        }
    }

    /// Whether a column holds days; tracked.
    fn holds_date(&self, column: Column) -> bool {
        match column {
            Column::Own(id) => self.model.with(|model| {
                (model.own_field(id)).is_some_and(|field| field.kind == FieldKind::Date)
            }),
            column => column.is_date(),
        }
    }
}

/// What can be chosen of the custom field that is typed into.
#[component]
fn OptionList() -> impl IntoView {
    let cx = use_cx();
    let options = Memo::new(move |_| {
        let editing = cx.editing.get();
        let Some(Column::Own(id)) = editing.map(|editing| editing.at.column) else {
            return Vec::new();
        };
        let words = super::own::yes_no(cx.lang.get());
        cx.model.with(|model| match model.own_field(id) {
            Some(field) if field.kind == FieldKind::YesNo => {
                vec![words.yes.to_owned(), words.no.to_owned()]
            }
            Some(field) => {
                let offered = field.options.iter().filter(|option| !option.removed);
                offered.map(|option| option.name.clone()).collect()
            }
            None => Vec::new(),
        })
    });
    view! {
        <datalist id="plan-options">
            {move || {
                let options = options.get().into_iter();
                options.map(|option| view! { <option value=option></option> }).collect_view()
            }}
        </datalist>
    }
}

/// The people to choose an owner from, and the options of the custom field that is typed into.
#[component]
pub(crate) fn PeopleList() -> impl IntoView {
    let cx = use_cx();
    view! {
        <OptionList />
        <datalist id="plan-people">
            {move || {
                let people = cx.people.get();
                people
                    .all()
                    .map(|(name, department)| {
                        view! { <option value=name.to_owned()>{department.to_owned()}</option> }
                    })
                    .collect_view()
            }}
        </datalist>
    }
}
