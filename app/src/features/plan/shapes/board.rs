//! The board 看板: a card for each task, in columns by progress, owner or stage. A card that is put into another column is
//! edited as its cell would be.

use leptos::prelude::*;
use shared::base::TaskId;
use shared::doc::command::{Command, ProgressEdit, TaskEdit};

use super::super::columns::Writes;
use super::super::cx::{Cx, use_cx};
use super::super::edit;
use super::super::lens::{Group, Shared};
use super::lanes::{self, Face};
use super::{Nothing, Shape};
use crate::i18n::{t, t_signal, t_string};
use crate::ui::dates;
use crate::ui::each::For;
use crate::ui::keep::Keep;
use crate::ui::show::Show;

/// What columns can be made by.
const BY: [Group; 3] = [Group::Progress, Group::Owner, Group::Branch];

/// So many cards of a column are shown.
const MOST: usize = 200;

/// A column: what its cards have in common, all of them, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    of: Shared,
    cards: Vec<TaskId>,
    count: usize,
}

fn columns(cx: &Cx, by: Group) -> Vec<Column> {
    let rows = cx.grouped(by);
    let model = cx.model.get();
    let mut columns: Vec<Column> = Vec::new();
    if by == Group::Progress {
        columns.extend((0..3).map(|n| Column {
            of: Shared::Progress(n),
            cards: Vec::new(),
            count: 0,
        }));
    }
    let mut now = None;
    for row in 0..rows.len() {
        if let Some(head) = rows.head(row) {
            now = columns.iter().position(|column| column.of == head.of);
            if now.is_none() {
                now = Some(columns.len());
                columns.push(Column {
                    of: head.of.clone(),
                    cards: Vec::new(),
                    count: 0,
                });
            }
        }
        let id = rows.task(row).and_then(|i| model.outline.id(i));
        if let (Some(id), Some(column)) = (id, now.and_then(|at| columns.get_mut(at))) {
            column.count += 1;
            if column.cards.len() < MOST {
                column.cards.push(id);
            }
        }
    }
    columns
}

/// What a card says.
fn face(cx: &Cx, id: TaskId) -> Face {
    let model = cx.model.get();
    let Some(i) = model.outline.index_of(id) else {
        return Face::default();
    };
    let Some(task) = model.task(i) else {
        return Face::default();
    };
    let (dates, lang) = (model.dates(i), cx.lang.get());
    let start = dates::date(dates.early_start, lang);
    let finish = dates::date(dates.early_finish, lang);
    let when = match start == finish {
        true => start,
        false => t_string!(cx.i18n, shapes.dates, start = start, finish = finish).to_string(),
    };
    Face {
        number: model.outline.number(i),
        name: task.name.clone(),
        when,
        owner: cx
            .people
            .with(|people| people.owner(&task.owner).to_owned()),
        percent: model.percent(i),
        critical: dates.critical,
    }
}

fn title(cx: &Cx, of: &Shared) -> String {
    match of {
        Shared::Text(text) if text.is_empty() => t_string!(cx.i18n, lens.nobody).to_string(),
        of => cx.shared_words(of),
    }
}

/// What puts a task into a column; none where it cannot be put there, or is there already.
fn commands(cx: &Cx, id: TaskId, to: &Shared) -> Vec<Command> {
    let model = cx.model.get_untracked();
    let Some(i) = model.outline.index_of(id) else {
        return Vec::new();
    };
    let Some(task) = model.task(i) else {
        return Vec::new();
    };
    match to {
        Shared::Progress(to) => {
            let percent = match (to, model.percent(i)) {
                (0, _) => 0,
                (1, now @ 1..=99) => now,
                (1, _) => 50,
                _ => 100,
            };
            if percent == model.percent(i) && (*to != 0 || task.actual_start.is_none()) {
                return Vec::new();
            }
            let edit = ProgressEdit::Percent(percent);
            edit::with_actuals(&model, i, vec![Command::EditProgress { id, edit }])
        }
        Shared::Text(owner) => {
            let owner = cx.people.with_untracked(|people| people.to_owner(owner));
            if owner == task.owner {
                return Vec::new();
            }
            let edit = TaskEdit::Owner(owner);
            vec![Command::EditTask { id, edit }]
        }
        Shared::Branch(to) => {
            let place = model.outline.index_of(*to);
            let Some(place) = place.filter(|place| model.is_summary(*place)) else {
                return Vec::new();
            };
            if model.outline.is_below(i, place) {
                return Vec::new();
            }
            let after = model.outline.last_child(Some(place));
            vec![Command::MoveTasks {
                ids: vec![id],
                parent: Some(*to),
                after: after.and_then(|at| model.outline.id(at)),
            }]
        }
        Shared::Month(..) => Vec::new(),
    }
}

fn put(cx: &Cx, id: TaskId, to: &Shared) {
    let commands = commands(cx, id, to);
    if !commands.is_empty() {
        cx.dispatch_all(commands);
    }
}

fn writes(by: Group) -> Writes {
    match by {
        Group::Progress => Writes::Progress,
        _ => Writes::Plan,
    }
}

/// The board.
#[component]
pub(super) fn Board() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let by = RwSignal::new(Group::Progress);
    let columns = Memo::new(move |_| columns(&cx, by.get()));
    let dragged = RwSignal::new(None::<TaskId>);
    let words = move |by: Group| match by {
        Group::Owner => t_string!(i18n, shapes.by_owner).to_string(),
        Group::Branch => t_string!(i18n, shapes.by_branch).to_string(),
        _ => t_string!(i18n, shapes.by_progress).to_string(),
    };
    let draw = move |width: f64| {
        let lanes = columns.get().into_iter().map(|column| lanes::Lane {
            name: title(&cx, &column.of),
            count: column.count,
            cards: column.cards.iter().map(|id| face(&cx, *id)).collect(),
        });
        lanes::draw(&lanes.collect::<Vec<_>>(), width)
    };
    cx.prints(Shape::Board, Callback::new(draw));
    view! {
        <div class="plan-shape-tools">
            <label class="check">
                <span>{t!(i18n, shapes.by)}</span>
                <select
                    class="select"
                    data-board="by"
                    on:change=move |ev| {
                        let value = event_target_value(&ev);
                        let found = BY.into_iter().find(|by| format!("{by:?}") == value);
                        by.set(found.unwrap_or(Group::Progress));
                    }
                >
                    {BY
                        .into_iter()
                        .map(|one| {
                            view! {
                                <option value=format!("{one:?}") selected=move || by.get() == one>
                                    {move || words(one)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
        </div>
        <Show when=move || columns.with(|all| all.iter().any(|c| c.count > 0)) fallback=Nothing>
            <div class="plan-board" tabindex="0" role="group" aria-label=t!(i18n, shapes.board)>
                <For each=move || columns.get() key=|c| c.of.clone() let:column>
                    <Lane of=column.of columns=columns by=by dragged=dragged />
                </For>
            </div>
            <Keep
                make=Callback::new(move |_| draw(0.0))
                file=Signal::derive(move || cx.file_name(t_string!(i18n, shapes.board)))
                label=t_signal!(i18n, shapes.keep)
                failed=cx.picture_failed()
            />
        </Show>
    }
}

#[component]
fn Lane(
    of: Shared,
    columns: Memo<Vec<Column>>,
    by: RwSignal<Group>,
    dragged: RwSignal<Option<TaskId>>,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let of = StoredValue::new(of);
    let now = Memo::new(move |_| {
        columns.with(|all| {
            let found = all
                .iter()
                .find(|column| of.with_value(|of| column.of == *of));
            found.map(|column| (column.cards.clone(), column.count))
        })
    });
    let cards = move || now.get().map(|now| now.0).unwrap_or_default();
    let count = move || now.get().map_or(0, |now| now.1);
    let name = move || of.with_value(|of| title(&cx, of));
    let over = RwSignal::new(false);
    view! {
        <section
            class="plan-lane"
            class:over=over
            data-lane=name
            on:dragover=move |ev| {
                if dragged.with_untracked(Option::is_some) {
                    ev.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |ev| {
                ev.prevent_default();
                over.set(false);
                if let Some(id) = dragged.get_untracked() {
                    of.with_value(|of| put(&cx, id, of));
                }
                dragged.set(None);
            }
        >
            <h3>
                <span>{name}</span>
                <span class="plan-group-count">{count}</span>
            </h3>
            <ul>
                <For each=cards key=|id| *id let:id>
                    <Card id=id columns=columns by=by dragged=dragged />
                </For>
            </ul>
            <Show when=move || { count() > MOST }>
                <p class="plan-none">
                    {move || t_string!(i18n, shapes.more, n = count() - MOST).to_string()}
                </p>
            </Show>
        </section>
    }
}

#[component]
fn Card(
    id: TaskId,
    columns: Memo<Vec<Column>>,
    by: RwSignal<Group>,
    dragged: RwSignal<Option<TaskId>>,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(writes(by.get()));
    let face = Memo::new(move |_| face(&cx, id));
    let name = move || face.with(|face| face.name.clone());
    let percent = move || face.with(|face| face.percent);
    // where it can be put, and where it is
    let others = Memo::new(move |_| {
        let all = columns.get().into_iter();
        all.map(|column| {
            let here = column.cards.contains(&id);
            (title(&cx, &column.of), here, column.of)
        })
        .filter(|(_, here, of)| {
            *here || by.get() != Group::Branch || untrack(|| !commands(&cx, id, of).is_empty())
        })
        .collect::<Vec<_>>()
    });
    view! {
        <li
            class="plan-task-card"
            class:critical=move || face.with(|face| face.critical)
            data-card=id.to_string()
            draggable=move || may().to_string()
            on:dragstart=move |ev| {
                if let Some(data) = ev.data_transfer() {
                    // Firefox drags nothing without it
                    let _ = data.set_data("text/plain", &untrack(name));
                }
                dragged.set(Some(id));
            }
            on:dragend=move |_| dragged.set(None)
        >
            <button class="plan-card-open" on:click=move |_| cx.open_task(id)>
                <small>{move || face.with(|face| face.number.clone())}</small>
                <span>{name}</span>
            </button>
            <small>{move || face.with(|face| face.when.clone())}</small>
            <div class="plan-card-foot">
                <span class="plan-card-owner">{move || face.with(|face| face.owner.clone())}</span>
                <Show when=move || { percent() > 0 }>
                    <progress max="100" value=percent aria-label=t!(i18n, plan.column_percent)></progress>
                    <small>{move || format!("{}%", percent())}</small>
                </Show>
            </div>
            <Show when=may>
                <select
                    class="select plan-card-put"
                    aria-label=move || t_string!(i18n, shapes.put, name = name()).to_string()
                    on:change=move |ev| {
                        let at: Option<usize> = event_target_value(&ev).parse().ok();
                        let to = at.and_then(|at| others.with_untracked(|all| all.get(at).cloned()));
                        if let Some((_, false, of)) = to {
                            put(&cx, id, &of);
                        }
                    }
                >
                    {move || {
                        let all = others.get().into_iter().enumerate();
                        all.map(|(at, (words, here, _))| {
                            view! { <option value=at.to_string() selected=here>{words}</option> }
                        })
                            .collect_view()
                    }}
                </select>
            </Show>
        </li>
    }
}
