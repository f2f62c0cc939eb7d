//! The resources of a plan: what there is of each, and what is asked of it.

use leptos::prelude::*;
use shared::base::{CalendarId, Minutes, ResourceId};
use shared::doc::command::{Command, ResourceEdit};
use shared::domain::resource::{Resource, ResourceKind};

use super::assign::{ResourceNames, id_of};
use super::columns::Writes;
use super::crew::{self, work_words};
use super::cx::{Side, use_cx};
use super::effort;
use crate::i18n::{t, t_string};
use crate::ui::each::For;
use crate::ui::notice::Tone;
use crate::ui::show::Show;

const KINDS: [ResourceKind; 3] = [
    ResourceKind::Work,
    ResourceKind::Material,
    ResourceKind::Cost,
];

/// What is asked of a resource: tasks, work, days on which it is too much.
type Asked = (usize, Minutes, usize);

/// The sheet.
#[component]
pub(crate) fn Resources() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(Writes::Plan);
    let all = Memo::new(move |_| cx.model.with(|model| model.view.plan.resources.clone()));
    let removed = Memo::new(move |_| cx.model.with(|model| model.view.removed_resources.clone()));
    let loads = Memo::new(move |_| crew::loads(&cx.model.get(), cx.project));
    let asked = move |id: ResourceId| -> Asked {
        let model = cx.model.get();
        let of = model.view.plan.assignments.iter();
        let (tasks, work) = of
            .filter(|asked| asked.resource == id)
            .fold((0, 0), |(n, sum), asked| (n + 1, sum + asked.work));
        let over = loads.with(|loads| {
            let load = loads.iter().find(|load| load.resource == id);
            load.map_or(0, |load| load.over.len())
        });
        (tasks, work, over)
    };
    let typed = RwSignal::new(String::new());
    let add = move || {
        let name = typed.get_untracked().trim().to_owned();
        if name.is_empty() {
            return;
        }
        let id = cx.people.with_untracked(|people| id_of(&name, people));
        let mut resource = Resource::new(id);
        resource.name = name;
        let resource = Box::new(resource);
        if cx.dispatch(Command::AddResource { resource }) {
            typed.set(String::new());
        }
    };
    view! {
        <button class="plan-link" on:click=move |_| cx.side.set(Some(Side::Settings))>
            "← "
            {t!(i18n, plan.settings)}
        </button>
        <p class="plan-lead">{t!(i18n, resources.lead)}</p>
        <Show when=move || all.with(Vec::is_empty)>
            <p class="plan-none">{t!(i18n, resources.none)}</p>
        </Show>
        <ul class="plan-crew" data-resources>
            <For each=move || all.get() key=|r| r.id let:resource>
                <One id=resource.id asked=move || asked(resource.id) />
            </For>
        </ul>
        <Show when=may>
            <form
                class="plan-add"
                on:submit=move |ev| {
                    ev.prevent_default();
                    add();
                }
            >
                <input
                    class="input"
                    list="plan-resources"
                    data-resource-field="new"
                    placeholder=t!(i18n, resources.add_hint)
                    aria-label=t!(i18n, resources.add)
                    prop:value=typed
                    on:input=move |ev| typed.set(event_target_value(&ev))
                />
                <button class="button" type="submit">{t!(i18n, resources.add)}</button>
            </form>
            <ResourceNames />
            <For each=move || removed.get() key=|r| r.id let:resource>
                <button
                    class="plan-link"
                    on:click=move |_| {
                        cx.dispatch(Command::RestoreResource { id: resource.id });
                    }
                >
                    {
                        let name = resource.name.clone();
                        move || t_string!(i18n, resources.bring_back, name = name.clone()).to_string()
                    }
                </button>
            </For>
        </Show>
        <button class="button" data-open="levels" on:click=move |_| cx.side.set(Some(Side::Levels))>
            {t!(i18n, resources.levels)}
        </button>
    }
}

/// One resource; its fields come when it is opened.
#[component]
fn One(id: ResourceId, asked: impl Fn() -> Asked + Copy + Send + Sync + 'static) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let fixed = move || !cx.may(Writes::Plan);
    let now = Memo::new(move |_| cx.model.with(|model| model.resource(id).cloned()));
    let says =
        move |of: fn(&Resource) -> String| now.with(|r| r.as_ref().map(of)).unwrap_or_default();
    let kind = move || now.with(|r| r.as_ref().map(|r| r.kind)).unwrap_or_default();
    let edit = move |edit: ResourceEdit| {
        cx.dispatch(Command::EditResource { id, edit });
    };
    let set_units = move |text: String| match effort::parse_units(&text, ResourceKind::Work) {
        Some(units) => edit(ResourceEdit::Units(units)),
        None => {
            let text = t_string!(i18n, resources.not_units, text = text).to_string();
            cx.notices.say(Tone::Trouble, text);
        }
    };
    let remove = move |_| {
        let name = untrack(|| cx.resource_words(id));
        if cx.dispatch(Command::RemoveResource { id }) {
            cx.say_done(t_string!(i18n, resources.removed, name = name).to_string());
        }
    };
    let calendars = Memo::new(move |_| {
        cx.model.with(|model| {
            let all = model.view.plan.calendars.iter();
            all.map(|(id, calendar)| (*id, calendar.name.clone()))
                .collect::<Vec<(CalendarId, String)>>()
        })
    });
    let units = move || says(|r| effort::units_text(r.units, ResourceKind::Work));
    view! {
        <li>
            <details data-resource=move || says(|r| r.name.clone())>
                <summary>
                    <span class="plan-crew-name">{move || says(|r| r.name.clone())}</span>
                    <span class="plan-crew-units">
                        {move || match kind() {
                            ResourceKind::Work => units(),
                            kind => cx.kind_words(kind),
                        }}
                    </span>
                    <small>
                        {move || {
                            let (n, work, _) = asked();
                            t_string!(i18n, resources.asks, n = n, work = work_words(&cx, work)).to_string()
                        }}
                    </small>
                    <Show when=move || { asked().2 > 0 }>
                        <small class="plan-warn">
                            {move || t_string!(i18n, resources.over_days, n = asked().2).to_string()}
                        </small>
                    </Show>
                </summary>
                <div class="plan-fields">
                    <label class="field wide">
                        <span class="field-label">{t!(i18n, resources.name)}</span>
                        <input
                            class="input"
                            data-resource-field="name"
                            disabled=fixed
                            prop:value=move || says(|r| r.name.clone())
                            on:change=move |ev| edit(ResourceEdit::Name(event_target_value(&ev).trim().to_owned()))
                        />
                    </label>
                    <label class="field">
                        <span class="field-label">{t!(i18n, resources.kind)}</span>
                        <select
                            class="select"
                            data-resource-field="kind"
                            disabled=fixed
                            on:change=move |ev| {
                                let kind = event_target_value(&ev).parse().unwrap_or_default();
                                edit(ResourceEdit::Kind(kind));
                            }
                        >
                            {KINDS
                                .into_iter()
                                .map(|of| {
                                    view! {
                                        <option value=of.to_string() selected=move || kind() == of>
                                            {move || cx.kind_words(of)}
                                        </option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    </label>
                    <Show when=move || kind() == ResourceKind::Work>
                        <label class="field">
                            <span class="field-label">{t!(i18n, resources.units)}</span>
                            <input
                                class="input"
                                data-resource-field="units"
                                disabled=fixed
                                prop:value=units
                                on:change=move |ev| set_units(event_target_value(&ev))
                            />
                        </label>
                        <Show when=move || { calendars.with(Vec::len) > 1 }>
                            <label class="field wide">
                                <span class="field-label">{t!(i18n, plan.field_calendar)}</span>
                                <select
                                    class="select"
                                    data-resource-field="calendar"
                                    disabled=fixed
                                    on:change=move |ev| {
                                        edit(ResourceEdit::Calendar(event_target_value(&ev).parse().ok()));
                                    }
                                >
                                    <option value="">{t!(i18n, resources.calendar_of_plan)}</option>
                                    {move || {
                                        let own = now.with(|r| r.as_ref().and_then(|r| r.calendar));
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
                    </Show>
                    <Show when=move || !fixed()>
                        <button class="button button-quiet wide" on:click=remove>
                            {t!(i18n, resources.remove)}
                        </button>
                    </Show>
                </div>
            </details>
        </li>
    }
}
