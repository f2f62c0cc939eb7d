//! What a task asks of resources, and which of work, duration and units stays: a part of its details.

use leptos::prelude::*;
use shared::base::{ResourceId, TaskId};
use shared::doc::command::{Command, TaskEdit};
use shared::domain::resource::{Assignment, Edit, ResourceKind, Stays, TaskType, Use};

use super::columns::{Column, Writes};
use super::crew::work_words;
use super::cx::{Cursor, Line, use_cx};
use super::{duration, effort};
use crate::i18n::{t, t_string};
use crate::ui::each::For;
use crate::ui::icon::Icon;
use crate::ui::notice::Tone;
use crate::ui::show::Show;

const TYPES: [TaskType; 3] = [
    TaskType::FixedUnits,
    TaskType::FixedDuration,
    TaskType::FixedWork,
];

/// The assignments of a task.
#[component]
pub(super) fn Assignments(id: TaskId) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let fixed = move || !cx.may(Writes::Plan);
    let asked = Memo::new(move |_| {
        let model = cx.model.get();
        model.assignments(id).cloned().collect::<Vec<_>>()
    });
    let stays = Memo::new(move |_| {
        let task = cx
            .model
            .with(|model| model.by_id(id).map(|task| task.stays));
        task.unwrap_or_default()
    });
    let priority = move || {
        let priority = cx.model.with(|model| model.by_id(id)?.priority);
        priority.unwrap_or(shared::domain::schedule::level::NORMAL)
    };
    let keep = move |to: Stays| {
        cx.dispatch(effort::stays(id, to));
    };
    let typed = RwSignal::new(String::new());
    let add = move || {
        let text = typed.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        // as in the cell: what is there, and one more
        let all = cx
            .model
            .with_untracked(|model| format!("{}, {text}", effort::shown(model, id)));
        let at = Cursor {
            line: Line::Task(id),
            column: Column::Resources,
        };
        match cx.write(at, &all, None) {
            Ok(()) => typed.set(String::new()),
            Err(why) => cx.notices.say(Tone::Trouble, why),
        }
    };
    let set_priority = move |text: String| match text.trim().parse::<u16>() {
        Ok(priority) if priority <= 1_000 => {
            let usual = priority == shared::domain::schedule::level::NORMAL;
            let edit = TaskEdit::Priority((!usual).then_some(priority));
            cx.dispatch(Command::EditTask { id, edit });
        }
        _ => {
            let text = t_string!(i18n, resources.not_priority).to_string();
            cx.notices.say(Tone::Trouble, text);
        }
    };
    view! {
        <section class="plan-links" data-assignments>
            <h3>{t!(i18n, resources.of_task)}</h3>
            <ul>
                <For each=move || asked.get() key=|a| a.clone() let:asked>
                    <Asked asked=asked />
                </For>
            </ul>
            <Show when=move || !fixed()>
                <input
                    class="input"
                    list="plan-resources"
                    data-panel-field="assign"
                    placeholder=t!(i18n, resources.assign)
                    aria-label=t!(i18n, resources.assign)
                    prop:value=typed
                    on:input=move |ev| typed.set(event_target_value(&ev))
                    on:change=move |_| add()
                />
                <ResourceNames />
            </Show>
            <div class="plan-fields">
                <label class="field">
                    <span class="field-label">{t!(i18n, resources.stays)}</span>
                    <select
                        class="select"
                        data-panel-field="stays"
                        disabled=fixed
                        on:change=move |ev| {
                            let now = stays.get_untracked();
                            let value = event_target_value(&ev);
                            let kind = value.parse::<Stays>().unwrap_or_default().kind;
                            keep(Stays { kind, ..now });
                        }
                    >
                        {TYPES
                            .into_iter()
                            .map(|kind| {
                                let value = Stays { kind, effort_driven: false }.to_string();
                                let words = value.clone();
                                view! {
                                    <option value=value selected=move || stays.get().kind == kind>
                                        {move || cx.stays_words(&words)}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </label>
                <label class="field">
                    <span class="field-label">{t!(i18n, resources.priority)}</span>
                    <input
                        class="input"
                        inputmode="numeric"
                        data-panel-field="priority"
                        disabled=fixed
                        prop:value=move || priority().to_string()
                        on:change=move |ev| set_priority(event_target_value(&ev))
                    />
                </label>
                <label class="check wide">
                    <input
                        type="checkbox"
                        data-panel-field="effort-driven"
                        disabled=move || fixed() || stays.get().kind == TaskType::FixedWork
                        prop:checked=move || {
                            let stays = stays.get();
                            stays.effort_driven || stays.kind == TaskType::FixedWork
                        }
                        on:change=move |ev| {
                            let effort_driven = event_target_checked(&ev);
                            keep(Stays { effort_driven, ..stays.get_untracked() });
                        }
                    />
                    {t!(i18n, resources.effort_driven)}
                </label>
            </div>
        </section>
    }
}

/// One resource of the task: units and work, each with what follows from it.
#[component]
fn Asked(asked: Assignment) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let (task, resource) = (asked.task, asked.resource);
    let (name, kind) = cx.model.with_untracked(|model| {
        let found = model.resource(resource);
        found.map_or((String::new(), ResourceKind::Work), |r| {
            (r.name.clone(), r.kind)
        })
    });
    let label = StoredValue::new(name.clone());
    let change = move |edit: Edit| {
        let model = cx.model.get_untracked();
        let commands = model.by_id(task).map(|t| effort::changed(&model, t, edit));
        cx.dispatch_all(commands.unwrap_or_default());
    };
    let put = move |part: Option<Use>| {
        cx.dispatch(Command::Assign {
            task,
            resource,
            part,
        });
    };
    let set_units = move |text: String| match effort::parse_units(&text, kind) {
        Some(units) if kind == ResourceKind::Work => change(Edit::Units(resource, units)),
        Some(units) => put(Some(Use { units, work: 0 })),
        None => {
            let text = t_string!(i18n, resources.not_units, text = text).to_string();
            cx.notices.say(Tone::Trouble, text);
        }
    };
    let set_work = move |text: String| {
        let units = cx.model.with_untracked(|model| model.units);
        // a number alone is hours
        let bare = text.trim().chars().all(|c| c.is_ascii_digit() || c == '.');
        let text = if bare { format!("{text}h") } else { text };
        match duration::parse(&text.replace("工时", "h"), units) {
            Some(work) => change(Edit::Work(resource, work)),
            None => {
                let text = t_string!(i18n, plan.not_duration).to_string();
                cx.notices.say(Tone::Trouble, text);
            }
        }
    };
    let remove = move |_| match kind {
        ResourceKind::Work => change(Edit::Remove(resource)),
        _ => put(None),
    };
    let of = move || label.get_value();
    let shown = name.clone();
    view! {
        <li class="plan-asked" data-assigned=name>
            <span class="plan-asked-name">{shown}</span>
            <input
                class="input"
                aria-label=move || format!("{} {}", of(), t_string!(i18n, resources.units_of))
                data-asked="units"
                disabled=move || !cx.may(Writes::Plan)
                value=effort::units_text(asked.units, kind)
                on:change=move |ev| set_units(event_target_value(&ev))
            />
            <Show when=move || kind == ResourceKind::Work>
                <input
                    class="input"
                    aria-label=move || format!("{} {}", of(), t_string!(i18n, resources.work))
                    data-asked="work"
                    disabled=move || !cx.may(Writes::Plan)
                    prop:value=move || work_words(&cx, asked.work)
                    on:change=move |ev| set_work(event_target_value(&ev))
                />
            </Show>
            <Show when=move || cx.may(Writes::Plan)>
                <button
                    class="button button-quiet button-icon"
                    aria-label=move || format!("{} {}", t_string!(i18n, resources.unassign), of())
                    on:click=remove
                >
                    <Icon name="close" />
                </button>
            </Show>
        </li>
    }
}

/// Names to choose from: resources of the plan, then people of the organisation.
#[component]
pub(super) fn ResourceNames() -> impl IntoView {
    let cx = use_cx();
    let names = move || {
        let model = cx.model.get();
        let people = cx.people.get();
        let known = model.view.plan.resources.iter().map(|r| r.name.clone());
        let known: Vec<String> = known.collect();
        let others = people.all().map(|(name, _)| name.to_owned());
        let others: Vec<String> = others.filter(|name| !known.contains(name)).collect();
        let all = known.into_iter().chain(others);
        all.map(|name| view! { <option value=name></option> })
            .collect_view()
    };
    view! { <datalist id="plan-resources">{names}</datalist> }
}

/// The id that a name gets: a person's own, else one of its own.
pub(super) fn id_of(name: &str, people: &super::model::People) -> ResourceId {
    let id = people.person(name).map(effort::of_person);
    id.unwrap_or_else(|| ResourceId::from_bytes(crate::platform::random::bytes()))
}
