//! A list to choose one from, in groups: people by their departments.

use leptos::prelude::*;
use shared::api::{Organisation, Person};
use shared::base::PersonId;

use crate::i18n::{t_string, use_i18n};
use crate::words::Texts;

/// A group of what can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is called.
    pub label: String,
    /// Values, and what they are called.
    pub options: Vec<(String, String)>,
}

/// A field to choose one of several.
#[component]
pub fn Choose(
    /// The field's id.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What is chosen; empty for nothing.
    value: RwSignal<String>,
    /// What stands for nothing.
    #[prop(into)]
    none: Signal<String>,
    /// What can be chosen.
    #[prop(into)]
    groups: Signal<Vec<Group>>,
) -> impl IntoView {
    let option = move |(of, text): (String, String)| {
        let selected = value.with_untracked(|now| *now == of);
        view! { <option value=of selected=selected>{text}</option> }
    };
    view! {
        <div class="field">
            <label for=id>{move || label.get()}</label>
            <select
                id=id
                class="select"
                prop:value=move || value.get()
                on:change=move |event| value.set(event_target_value(&event))
            >
                <option value="">{move || none.get()}</option>
                {move || groups.get().into_iter().map(|group| {
                    let options = group.options.into_iter().map(option).collect_view();
                    match group.label.is_empty() {
                        true => options.into_any(),
                        false => view! { <optgroup label=group.label>{options}</optgroup> }.into_any(),
                    }
                }).collect_view()}
            </select>
        </div>
    }
}

/// Those who may sign in, by their departments; their values begin with `prefix`.
pub fn people(i18n: Texts, organisation: &Organisation, prefix: &str) -> Vec<Group> {
    let of = |belongs: &dyn Fn(&Person) -> bool| {
        let people = organisation.people.iter();
        let people = people.filter(|p| p.active && belongs(p));
        let option = |p: &Person| {
            let name = match p.post.is_empty() {
                true => p.display_name.clone(),
                false => format!("{} · {}", p.display_name, p.post),
            };
            (format!("{prefix}{}", p.id), name)
        };
        people.map(option).collect::<Vec<_>>()
    };
    let departments = organisation.departments.iter().map(|department| Group {
        label: department.name.clone(),
        options: of(&|p| p.department == Some(department.id)),
    });
    let known = |p: &Person| {
        let mut departments = organisation.departments.iter();
        departments.any(|department| p.department == Some(department.id))
    };
    let others = Group {
        label: t_string!(i18n, organisation.no_department).to_owned(),
        options: of(&|p| !known(p)),
    };
    let mut groups: Vec<Group> = departments.chain([others]).collect();
    groups.retain(|group| !group.options.is_empty());
    groups
}

/// A field to choose a person.
#[component]
pub fn ChoosePerson(
    /// The field's id.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// Who is chosen: their id, or nothing.
    value: RwSignal<String>,
    /// Among whom.
    organisation: Signal<Option<Organisation>>,
    /// Who is not offered.
    #[prop(optional)]
    without: Option<PersonId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let groups = Signal::derive(move || {
        let without = without.map(|of| of.to_string());
        let mut groups =
            organisation.with(|o| o.as_ref().map_or_else(Vec::new, |o| people(i18n, o, "")));
        for group in &mut groups {
            group.options.retain(|(of, _)| Some(of) != without.as_ref());
        }
        groups
    });
    let none = Signal::derive(move || t_string!(i18n, shell.choose_person).to_owned());
    view! { <Choose id=id label=label value=value none=none groups=groups /> }
}

/// What a person is called; those who left too.
pub fn name_of(organisation: &Option<Organisation>, id: PersonId) -> String {
    let people = organisation.iter().flat_map(|of| &of.people);
    let mut found = people.filter(|person| person.id == id);
    found
        .next()
        .map_or_else(|| id.to_string(), |person| person.display_name.clone())
}
