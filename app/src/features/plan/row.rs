//! One recycled row: it shows whatever task is at its place now.

use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
use shared::base::PersonId;

use super::columns::{Column, Writes};
use super::cx::{Cx, Line, Side, use_cx};
use super::edit;
use super::grid::cell_id;
use super::model::{self, Model};
use super::press::{click, press};
use super::rows::Head;
use crate::i18n::{t, t_string};
use crate::ui::dates;
use crate::ui::each::For;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// What a row shows beside its cells' texts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    line: Line,
    place: usize,
    depth: u16,
    summary: bool,
    folded: bool,
    critical: bool,
    inactive: bool,
    milestone: bool,
    start: String,
    finish: String,
    conflicts: Vec<Column>,
    present: Vec<(PersonId, Option<Column>)>,
    pending: bool,
}

fn shown(cx: &Cx, row: usize) -> Option<Shown> {
    let line = cx.line_at(row)?;
    let model = cx.model.get();
    let Line::Task(id) = line else {
        return cx.may(Writes::Plan).then(|| Shown {
            line,
            place: usize::MAX,
            depth: 0,
            summary: false,
            folded: false,
            critical: false,
            inactive: false,
            milestone: false,
            start: String::new(),
            finish: String::new(),
            conflicts: Vec::new(),
            present: Vec::new(),
            pending: false,
        });
    };
    let place = model.outline.index_of(id)?;
    let dates = model.dates(place);
    let task = model.task(place)?;
    let mut conflicts: Vec<Column> = model.conflicts_of(id).map(column_of).collect();
    conflicts.dedup();
    let present = cx.open.present();
    Some(Shown {
        line,
        place,
        // under a heading nobody is above
        depth: match cx.lens.with(|lens| lens.group) {
            Some(_) => 0,
            None => model.depth(place),
        },
        summary: model.is_summary(place),
        folded: cx.folded.with(|folded| folded.contains(&id)),
        critical: dates.critical,
        inactive: model.inactive(place),
        milestone: task.duration == 0,
        start: dates.early_start.to_string(),
        finish: dates.early_finish.to_string(),
        conflicts,
        present: present.with(|present| {
            let here = present.iter().filter(|p| p.task == Some(id));
            here.map(|p| (p.person, p.field.as_deref().and_then(Column::of_field)))
                .collect()
        }),
        pending: cx.open.pending_tasks().with(|tasks| tasks.contains(&id)),
    })
}

/// Where a conflict's mark stands: on its column; moves and removals on the number.
fn column_of(conflict: &shared::doc::view::plan::Conflict) -> Column {
    Column::of_field(&conflict.field).unwrap_or(Column::Number)
}

/// A row of the pool.
#[component]
pub(crate) fn Slot(
    /// Which row of the grid it is at the moment.
    row: Memo<usize>,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let shown = Memo::new(move |_| shown(&cx, row.get()));
    let line = Memo::new(move |_| shown.with(|s| s.as_ref().map(|s| s.line)));
    let head = Memo::new(move |_| cx.rows.with(|rows| rows.head(row.get()).cloned()));
    let task = move || match line.get() {
        Some(Line::Task(id)) => Some(id),
        _ => None,
    };
    let chosen = Memo::new(move |_| {
        let id = task();
        match line.get() {
            None => false,
            Some(line) => {
                cx.cursor.with(|c| c.line == line)
                    || id.is_some_and(|id| cx.chosen.with(|chosen| chosen.contains(&id)))
            }
        }
    });
    let cut = move || {
        let id = task();
        cx.cut.with(|cut| {
            cut.as_ref()
                .is_some_and(|(ids, _)| id.is_some_and(|id| ids.contains(&id)))
        })
    };
    let flag = move |f: fn(&Shown) -> bool| shown.with(|s| s.as_ref().is_some_and(f));
    let label = move || {
        let Some(id) = task() else {
            return t_string!(i18n, plan.new_row).to_string();
        };
        let model = cx.model.get();
        let place = model.outline.index_of(id);
        place.map_or_else(String::new, |i| describe(&cx, &model, i))
    };
    view! {
        <div
            class="plan-row"
            role="row"
            class:absent=move || shown.with(Option::is_none)
            class:new=move || line.get() == Some(Line::New)
            class:summary=move || flag(|s| s.summary)
            class:critical=move || flag(|s| s.critical && !s.summary)
            class:inactive=move || flag(|s| s.inactive)
            class:chosen=chosen
            class:cut=cut
            data-task=move || task().map(|id| id.to_string())
            data-start=move || shown.with(|s| s.as_ref().map(|s| s.start.clone()))
            data-finish=move || shown.with(|s| s.as_ref().map(|s| s.finish.clone()))
            data-critical=move || flag(|s| s.critical).to_string()
            aria-rowindex=move || row.get() + 2
            aria-selected=move || chosen.get().to_string()
            aria-expanded=move || {
                shown.with(|s| {
                    s.as_ref().filter(|s| s.summary).map(|s| (!s.folded).to_string())
                })
            }
            aria-label=label
            style:height=format!("{}px", cx.row_height)
            style:transform=move || format!("translateY({}px)", row.get() as f64 * cx.row_height)
            on:dblclick=move |_| cx.open_cell()
            // leptos knows no `aria-level`
            {..custom_attribute("aria-level", move || {
                shown.with(|s| s.as_ref().map_or(1, |s| s.depth + 1))
            })}
        >
            <For each=move || cx.columns.get() key=|c| *c let:column>
                <Cell row=row shown=shown column=column />
            </For>
        </div>
        <Show when=move || head.with(Option::is_some)>
            <Group row=row head=head />
        </Show>
    }
}

/// The heading of a group, in the place of a row.
#[component]
fn Group(row: Memo<usize>, head: Memo<Option<Head>>) -> impl IntoView {
    let cx = use_cx();
    let words = move || head.with(|h| h.as_ref().map(|h| cx.head_words(h)).unwrap_or_default());
    let folded = move || head.with(|h| h.as_ref().is_some_and(|h| h.folded));
    let count = move || head.with(|h| h.as_ref().map(|h| h.count));
    view! {
        <div
            class="plan-row plan-group-head"
            role="row"
            aria-rowindex=move || row.get() + 2
            style:height=format!("{}px", cx.row_height)
            style:transform=move || format!("translateY({}px)", row.get() as f64 * cx.row_height)
        >
            <div role="gridcell">
                <button
                    class="plan-group-button"
                    aria-expanded=move || (!folded()).to_string()
                    on:click=move |_| {
                        if let Some(head) = head.get_untracked() {
                            cx.fold_group(&head.of);
                        }
                    }
                >
                    <span class="plan-twisty" class:folded=folded></span>
                    <strong>{words}</strong>
                    <span class="plan-group-count">{count}</span>
                </button>
            </div>
        </div>
    }
}

/// The row in words, for those who cannot see the chart.
fn describe(cx: &Cx, model: &Model, i: usize) -> String {
    let i18n = cx.i18n;
    let lang = cx.lang.get();
    let at = model.dates(i);
    let text = t_string!(
        i18n,
        plan.row_label,
        number = model.outline.number(i),
        name = model.task(i).map_or(String::new(), |t| t.name.clone()),
        start = dates::date(at.early_start, lang),
        finish = dates::date(at.early_finish, lang)
    )
    .to_string();
    let mut text = vec![text];
    if model.inactive(i) {
        text.push(t_string!(i18n, plan.field_inactive).to_string());
    } else if at.critical {
        text.push(t_string!(i18n, plan.critical).to_string());
    }
    if let Some(deadline) = model.task(i).and_then(|task| task.deadline) {
        let words = t_string!(i18n, plan.field_deadline).to_string();
        text.push(format!("{words} {}", dates::date(deadline, lang)));
    }
    text.join(", ")
}

#[component]
fn Cell(row: Memo<usize>, shown: Memo<Option<Shown>>, column: Column) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let line = move || shown.with(|s| s.as_ref().map(|s| s.line));
    let text = move || {
        let place = shown.with(|s| s.as_ref().map(|s| s.place));
        match place {
            Some(usize::MAX) if column == Column::Name => t_string!(i18n, plan.new_row).to_string(),
            Some(place) => {
                let model = cx.model.get();
                cx.styled(|style| edit::shown(&model, place, column, style))
            }
            None => String::new(),
        }
    };
    let active = Memo::new(move |_| {
        let cursor = cx.cursor.get();
        cursor.column == column && line() == Some(cursor.line)
    });
    let conflict =
        move || shown.with(|s| s.as_ref().is_some_and(|s| s.conflicts.contains(&column)));
    let present = Memo::new(move |_| {
        shown.with(|s| {
            let people = s.iter().flat_map(|s| s.present.iter());
            let here = people.filter(|(_, at)| at.unwrap_or(Column::Number) == column);
            here.map(|(person, _)| *person).collect::<Vec<_>>()
        })
    });
    let readonly = Memo::new(move |_| !cx.may(column.writes()));
    let is_name = column == Column::Name;
    view! {
        <div
            class="plan-cell"
            id=move || cell_id(row.get(), column)
            role=if is_name { "rowheader" } else { "gridcell" }
            data-field=column.key()
            class:figure=cx.is_figure(column)
            class:active=active
            class:conflict=conflict
            class:readonly=readonly
            style:width=cx.width_text(column)
            on:pointerdown=move |ev| {
                if let Some(line) = line() {
                    press(&cx, &ev, line, column);
                }
            }
            on:click=move |ev| {
                if let Some(line) = line() {
                    click(&cx, &ev, line, column);
                }
            }
        >
            {is_name.then(|| view! { <Indent shown=shown /> })}
            <span class="plan-text">{text}</span>
            {is_name.then(|| view! { <Opener line=line /> })}
            {(column == Column::Number)
                .then(|| {
                    view! {
                        <span
                            class="plan-grip"
                            aria-hidden="true"
                            on:pointerdown=move |ev| {
                                if let Some(line) = line() {
                                    super::press::grip(&cx, &ev, line);
                                }
                            }
                        ></span>
                        <Show when=move || {
                            shown.with(|s| s.as_ref().is_some_and(|s| s.pending))
                        }>
                            <span
                                class="plan-pending"
                                title=t!(i18n, plan.pending)
                            ></span>
                        </Show>
                    }
                })}
            <Show when=conflict>
                <button
                    class="plan-conflict-mark"
                    tabindex="-1"
                    title=t!(i18n, plan.conflict_here)
                    on:pointerdown=|ev| ev.stop_propagation()
                    on:click=move |ev| {
                        ev.stop_propagation();
                        if let Some(Line::Task(id)) = line() {
                            cx.side.set(Some(Side::Task(id)));
                        }
                    }
                >
                    "!"
                </button>
            </Show>
            <For each=move || present.get() key=|p| *p let:person>
                <Face person=person />
            </For>
        </div>
    }
}

/// The button that opens the sheet of a row; there while the row is pointed at or chosen.
#[component]
fn Opener(line: impl Fn() -> Option<Line> + Copy + Send + Sync + 'static) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    view! {
        <button
            class="plan-opener"
            tabindex="-1"
            aria-label=t!(i18n, plan.details)
            title=t!(i18n, plan.details)
            on:pointerdown=|ev| ev.stop_propagation()
            on:dblclick=|ev| ev.stop_propagation()
            on:click=move |ev| {
                ev.stop_propagation();
                if let Some(Line::Task(id)) = line()
                    && cx.finish()
                {
                    cx.cursor.update(|cursor| cursor.line = Line::Task(id));
                    cx.open_panel();
                }
            }
        >
            <Icon name="open" />
        </button>
    }
}

/// The indentation of a name, with the button that folds.
#[component]
fn Indent(shown: Memo<Option<Shown>>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let folded = move || shown.with(|s| s.as_ref().is_some_and(|s| s.folded));
    view! {
        <span
            class="plan-indent"
            style:width=move || {
                format!("{}px", shown.with(|s| s.as_ref().map_or(0, |s| s.depth.min(12))) * 16)
            }
        ></span>
        <Show
            when=move || shown.with(|s| s.as_ref().is_some_and(|s| s.summary))
            fallback=move || {
                view! {
                    <span
                        class="plan-twisty-none"
                        class:milestone=move || {
                            shown.with(|s| s.as_ref().is_some_and(|s| s.milestone))
                        }
                    ></span>
                }
            }
        >
            <button
                class="plan-twisty"
                class:folded=folded
                tabindex="-1"
                aria-label=move || {
                    if folded() {
                        t_string!(i18n, plan.unfold).to_string()
                    } else {
                        t_string!(i18n, plan.fold).to_string()
                    }
                }
                on:pointerdown=|ev| ev.stop_propagation()
                on:dblclick=|ev| ev.stop_propagation()
                on:click=move |ev| {
                    ev.stop_propagation();
                    if let Some(Line::Task(id)) = shown.with_untracked(|s| s.as_ref().map(|s| s.line)) {
                        cx.set_folded(id, !folded());
                    }
                }
            ></button>
        </Show>
    }
}

/// Somebody's initials, in their colour.
#[component]
pub(crate) fn Face(
    /// Who.
    person: PersonId,
) -> impl IntoView {
    let cx = use_cx();
    let name = move || {
        let people = cx.people.get();
        people.name(person).unwrap_or("?").to_owned()
    };
    view! {
        <span class=format!("plan-face tint-{}", model::tint(person)) title=name>
            {move || model::initials(&name())}
        </span>
    }
}
