//! The people of the organisation.

use leptos::prelude::*;
use shared::api::Person;

use super::person_form::{Editing, PersonForm};
use crate::i18n::{t, t_string, use_i18n};
use crate::shell::use_replica;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;

#[component]
pub(super) fn People() -> impl IntoView {
    let i18n = use_i18n();
    let organisation = use_replica().organisation();
    let editing = RwSignal::new(None::<Editing>);
    let search = RwSignal::new(String::new());
    let people = move || {
        let search = search.get().trim().to_lowercase();
        organisation.with(|o| {
            o.iter()
                .flat_map(|o| o.people.iter())
                .filter(|p| {
                    [&p.name, &p.display_name, &p.post]
                        .into_iter()
                        .any(|text| text.to_lowercase().contains(&search))
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let department = move |person: &Person| {
        let id = person.department?;
        organisation.with(|o| {
            o.as_ref()?
                .departments
                .iter()
                .find(|d| d.id == id)
                .map(|d| d.name.clone())
        })
    };
    let title = Signal::derive(move || match editing.get() {
        Some(Editing::New) => t_string!(i18n, shell.person_new).to_owned(),
        Some(Editing::Of(person)) => person.display_name,
        None => String::new(),
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 class="grow">{t!(i18n, shell.people)}</h2>
                <input
                    class="input page-search"
                    type="search"
                    aria-label=t!(i18n, shell.filter_people)
                    placeholder=t!(i18n, shell.filter_people)
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                />
                <button
                    type="button"
                    id="new-person"
                    class="button button-primary"
                    on:click=move |_| editing.set(Some(Editing::New))
                >
                    <Icon name="plus" />
                    {t!(i18n, shell.person_new)}
                </button>
            </div>
            <div class="table-wrap">
                <table class="table people-table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, shell.display_name)}</th>
                            <th scope="col">{t!(i18n, shell.name)}</th>
                            <th scope="col">{t!(i18n, shell.department)}</th>
                            <th scope="col">{t!(i18n, shell.post)}</th>
                            <th scope="col">{t!(i18n, shell.state)}</th>
                            <th scope="col"><span class="sr-only">{t!(i18n, shell.actions)}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || people().into_iter().map(|person| {
                            let place = department(&person);
                            let edit = person.clone();
                            let label = person.display_name.clone();
                            view! {
                                <tr class:gone=!person.active>
                                    <td><strong>{person.display_name}</strong></td>
                                    <td>{person.name}</td>
                                    <td>{place}</td>
                                    <td>{person.post}</td>
                                    <td>
                                        <span class="row">
                                            {person.administrator.then(|| view! {
                                                <span class="badge badge-accent">{t!(i18n, shell.administrator)}</span>
                                            })}
                                            {(!person.active).then(|| view! {
                                                <span class="badge">{t!(i18n, shell.inactive)}</span>
                                            })}
                                        </span>
                                    </td>
                                    <td class="num">
                                        <button
                                            type="button"
                                            class="button button-quiet"
                                            aria-label=move || t_string!(i18n, shell.edit_of, name = label.clone()).to_string()
                                            on:click=move |_| editing.set(Some(Editing::Of(Box::new(edit.clone()))))
                                        >
                                            {t!(i18n, common.edit)}
                                        </button>
                                    </td>
                                </tr>
                            }
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
            <Dialog open=Signal::derive(move || editing.with(Option::is_some)) on_close=move || editing.set(None) title=title>
                {move || editing.get_untracked().map(|what| view! { <PersonForm what=what close=move || editing.set(None) /> })}
            </Dialog>
        </section>
    }
}
