//! What holds a task beside its links: constraint, deadline, place by hand; and what takes it out of the work.

use leptos::prelude::*;
use shared::base::{Moment, TaskId};
use shared::doc::command::{Command, TaskEdit};
use shared::domain::plan::{Constraint, Placed, Task};

use super::columns::Writes;
use super::cx::use_cx;
use super::model::Model;
use super::work;
use crate::i18n::t;
use crate::ui::dates;
use crate::ui::show::Show;

/// The kinds that a person chooses from; "not before" is the field of the start.
const KINDS: [&str; 7] = ["", "alap", "snlt", "fnet", "fnlt", "mso", "mfo"];

/// What another start means: a task that stands by hand moves, with its length; any other is not to start before.
pub(super) fn start(model: &Model, task: &Task, at: Option<Moment>) -> TaskEdit {
    match (task.placed, at) {
        (None, at) => TaskEdit::NotBefore(at),
        (Some(_), None) => TaskEdit::Placed(None),
        (Some(placed), Some(start)) => {
            let working = model.work_of(Some(task));
            let finish = placed.finish.map(|finish| {
                let length = working.between(placed.start, finish).max(0);
                working.add(start, length).max(start)
            });
            TaskEdit::Placed(Some(Placed { start, finish }))
        }
    }
}

/// What another duration means: the finish of a task that stands by hand follows it.
pub(super) fn duration(task: &Task, minutes: i64) -> Vec<TaskEdit> {
    let mut edits = vec![TaskEdit::Duration(minutes)];
    if let Some(placed) = task.placed.filter(|placed| placed.finish.is_some()) {
        edits.push(TaskEdit::Placed(Some(Placed {
            finish: None,
            ..placed
        })));
    }
    edits
}

/// The kind in the list.
fn kind(constraint: Option<Constraint>) -> &'static str {
    match constraint {
        None | Some(Constraint::StartNoEarlier(_)) => "",
        Some(constraint) => constraint.kind(),
    }
}

/// The constraint of a kind: its date is `at`, a day's first working minute or the end of its work.
fn constraint(model: &Model, task: &Task, kind: &str, at: Moment) -> Option<Constraint> {
    let working = model.work_of(Some(task));
    let (start, end) = (work::day_start(&working, at), work::day_end(&working, at));
    match kind {
        "alap" => Some(Constraint::AsLateAsPossible),
        "snlt" => Some(Constraint::StartNoLater(start)),
        "fnet" => Some(Constraint::FinishNoEarlier(end)),
        "fnlt" => Some(Constraint::FinishNoLater(end)),
        "mso" => Some(Constraint::MustStart(start)),
        "mfo" => Some(Constraint::MustFinish(end)),
        _ => None,
    }
}

/// The fields.
#[component]
pub(super) fn Holds(id: TaskId) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let task = Memo::new(move |_| cx.model.with(|model| model.by_id(id).cloned()));
    let summary = Memo::new(move |_| {
        cx.model.with(|model| {
            let place = model.outline.index_of(id);
            place.is_some_and(|i| model.is_summary(i))
        })
    });
    let calendars = Memo::new(move |_| {
        cx.model.with(|model| {
            let all = model.view.plan.calendars.iter();
            all.map(|(id, calendar)| (*id, calendar.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let fixed = move || !cx.may(Writes::Plan);
    let edit = move |edit: TaskEdit| {
        cx.dispatch(Command::EditTask { id, edit });
    };
    let now = move || task.with(|task| kind(task.as_ref().and_then(|task| task.constraint)));
    let date = move || {
        let constraint = task.with(|task| task.as_ref().and_then(|task| task.constraint));
        constraint.and_then(|constraint| constraint.date())
    };
    // a new kind keeps the date, or begins with the day on which the task stands
    let choose = move |kind: String| {
        let model = cx.model.get_untracked();
        let Some((i, task)) = (model.outline.index_of(id)).and_then(|i| Some((i, model.task(i)?)))
        else {
            return;
        };
        let stands = model.dates(i);
        let at = task.constraint.and_then(|constraint| constraint.date());
        let at = at.unwrap_or(match kind.as_str() {
            "fnet" | "fnlt" | "mfo" => stands.early_finish,
            _ => stands.early_start,
        });
        edit(TaskEdit::Constraint(constraint(&model, task, &kind, at)));
    };
    let day = move |text: &str| format!("{text}T00:00").parse::<Moment>().ok();
    let set_date = move |text: String| {
        let model = cx.model.get_untracked();
        if let (Some(at), Some(task)) = (day(&text), model.by_id(id)) {
            let kind = kind(task.constraint);
            edit(TaskEdit::Constraint(constraint(&model, task, kind, at)));
        }
    };
    let set_deadline = move |text: String| {
        let model = cx.model.get_untracked();
        let working = model.work_of(model.by_id(id));
        edit(TaskEdit::Deadline(
            day(&text).map(|at| work::day_end(&working, at)),
        ));
    };
    // it stays where it stands now
    let place = move |by_hand: bool| {
        let model = cx.model.get_untracked();
        let stands = model.outline.index_of(id).map(|i| model.dates(i));
        edit(TaskEdit::Placed(match (by_hand, stands) {
            (true, Some(stands)) => Some(Placed {
                start: stands.early_start,
                finish: None,
            }),
            _ => None,
        }));
    };
    let says = move |of: fn(&Task) -> bool| task.with(|task| task.as_ref().is_some_and(of));
    view! {
        <div class="plan-fields" data-holds>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.field_constraint)}</span>
                <select
                    class="select"
                    data-panel-field="constraint"
                    disabled=fixed
                    on:change=move |ev| choose(event_target_value(&ev))
                >
                    {KINDS
                        .into_iter()
                        .map(|kind| {
                            view! {
                                <option value=kind selected=move || now() == kind>
                                    {move || cx.constraint_words(kind)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <Show when=move || date().is_some()>
                <label class="field">
                    <span class="field-label">{t!(i18n, plan.constraint_date)}</span>
                    <input
                        class="input"
                        type="date"
                        data-panel-field="constraint-date"
                        disabled=fixed
                        prop:value=move || date().map(dates::iso).unwrap_or_default()
                        on:change=move |ev| set_date(event_target_value(&ev))
                    />
                </label>
            </Show>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.field_deadline)}</span>
                <input
                    class="input"
                    type="date"
                    data-panel-field="deadline"
                    disabled=fixed
                    prop:value=move || {
                        let deadline = task.with(|task| task.as_ref().and_then(|t| t.deadline));
                        deadline.map(dates::iso).unwrap_or_default()
                    }
                    on:change=move |ev| set_deadline(event_target_value(&ev))
                />
            </label>
            <Show when=move || { !summary.get() && calendars.with(Vec::len) > 1 }>
                <label class="field wide">
                    <span class="field-label">{t!(i18n, plan.field_calendar)}</span>
                    <select
                        class="select"
                        data-panel-field="calendar"
                        disabled=fixed
                        on:change=move |ev| {
                            edit(TaskEdit::Calendar(event_target_value(&ev).parse().ok()));
                        }
                    >
                        <option value="">{t!(i18n, plan.lag_plan)}</option>
                        {move || {
                            let own = task.with(|task| task.as_ref().and_then(|task| task.calendar));
                            let all = calendars.get().into_iter();
                            all.map(|(id, name)| {
                                view! {
                                    <option value=id.to_string() selected=Some(id) == own>
                                        {name}
                                    </option>
                                }
                            })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
            <Show when=move || !summary.get()>
                <label class="check">
                    <input
                        type="checkbox"
                        data-panel-field="placed"
                        disabled=fixed
                        prop:checked=move || says(|task| task.placed.is_some())
                        on:change=move |ev| place(event_target_checked(&ev))
                    />
                    {t!(i18n, plan.field_placed)}
                </label>
                <label class="check">
                    <input
                        type="checkbox"
                        data-panel-field="elapsed"
                        disabled=fixed
                        prop:checked=move || says(|task| task.elapsed)
                        on:change=move |ev| edit(TaskEdit::Elapsed(event_target_checked(&ev)))
                    />
                    {t!(i18n, plan.field_elapsed)}
                </label>
            </Show>
            <label class="check">
                <input
                    type="checkbox"
                    data-panel-field="inactive"
                    disabled=fixed
                    prop:checked=move || says(|task| task.inactive)
                    on:change=move |ev| edit(TaskEdit::Inactive(event_target_checked(&ev)))
                />
                {t!(i18n, plan.field_inactive)}
            </label>
        </div>
    }
}
