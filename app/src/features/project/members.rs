//! The members of a project, and their roles.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::PutMember;
use shared::base::{PersonId, ProjectId};
use shared::domain::permission::{Role, may_manage};

use super::{project_of_address, row};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::shell::{use_replica, use_shell};
use crate::ui::field::ErrorNotice;
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

/// The members of the project of the address.
#[component]
pub fn Members() -> impl IntoView {
    let address = project_of_address();
    move || {
        address
            .get()
            .map(|project| view! { <Of project=project /> })
    }
}

#[component]
fn Of(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let organisation = replica.organisation();
    let row = row(project);
    let manager = Memo::new(move |_| row.with(|r| may_manage(r.as_ref().map(|r| r.role))));
    let error = RwSignal::new(None::<String>);
    let done = move |result: Result<(), HttpError>| match result {
        Ok(()) => {
            let _ = error.try_set(None);
            replica.refresh();
            shell.say(t_string!(i18n, shell.saved));
        }
        Err(failed) => {
            let _ = error.try_set(Some(words::failure(i18n, &failed)));
            // shows again what stands
            replica.refresh();
        }
    };
    let put = move |person: PersonId, role: Role| {
        spawn_local(async move {
            let path = format!("/api/projects/{project}/members/{person}");
            done(http::put_only(&path, &PutMember { role }).await);
        });
    };
    let remove = move |person: PersonId| {
        spawn_local(async move {
            done(http::delete(&format!("/api/projects/{project}/members/{person}")).await);
        });
    };
    let person = move |id: PersonId| {
        organisation.with(|o| o.as_ref()?.people.iter().find(|p| p.id == id).cloned())
    };
    let department = move |id: PersonId| {
        organisation.with(|o| {
            let o = o.as_ref()?;
            let department = o.people.iter().find(|p| p.id == id)?.department?;
            let found = o.departments.iter().find(|d| d.id == department)?;
            Some(found.name.clone())
        })
    };
    let others = move || {
        let members: Vec<_> = row.with(|r| {
            r.iter()
                .flat_map(|r| r.members.iter().map(|m| m.person))
                .collect()
        });
        organisation.with(|o| {
            o.iter()
                .flat_map(|o| o.people.iter())
                .filter(|p| p.active && !members.contains(&p.id))
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let chosen = RwSignal::new(String::new());
    let as_role = RwSignal::new("member".to_owned());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let (Ok(person), Some(role)) = (
            chosen.get_untracked().parse(),
            words::role_from(&as_role.get_untracked()),
        ) {
            put(person, role);
            chosen.set(String::new());
        }
    };
    let role_options = move |selected: Role| {
        words::ROLES
            .into_iter()
            .map(|role| {
                view! {
                    <option value=words::role_value(role) selected=role == selected>
                        {move || words::role(i18n, role)}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <div class="page stack">
            <ErrorNotice text=error />
            <Show when=move || manager.get()>
                <form class="card card-body member-add" on:submit=add>
                    <div class="field grow">
                        <label for="add-member">{t!(i18n, shell.add_member)}</label>
                        <select
                            id="add-member"
                            class="select"
                            required=true
                            prop:value=move || chosen.get()
                            on:change=move |event| chosen.set(event_target_value(&event))
                        >
                            <option value="">{t!(i18n, shell.choose_person)}</option>
                            {move || others().into_iter().map(|p| view! {
                                <option value=p.id.to_string()>
                                    {if p.post.is_empty() { p.display_name } else { format!("{} · {}", p.display_name, p.post) }}
                                </option>
                            }).collect_view()}
                        </select>
                    </div>
                    <div class="field">
                        <label for="add-role">{t!(i18n, shell.col_role)}</label>
                        <select id="add-role" class="select" on:change=move |event| as_role.set(event_target_value(&event))>
                            {role_options(Role::Member)}
                        </select>
                    </div>
                    <button type="submit" id="add-member-go" class="button button-primary">
                        <Icon name="plus" />
                        {t!(i18n, shell.add)}
                    </button>
                </form>
            </Show>
            <div class="card table-wrap">
                <table class="table members-table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, shell.col_name)}</th>
                            <th scope="col">{t!(i18n, shell.department)}</th>
                            <th scope="col">{t!(i18n, shell.post)}</th>
                            <th scope="col">{t!(i18n, shell.col_role)}</th>
                            <th scope="col"><span class="sr-only">{t!(i18n, shell.actions)}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || {
                            let may = manager.get();
                            row.get().into_iter().flat_map(|r| r.members).map(|member| {
                                let id = member.person;
                                let role = member.role;
                                let who = person(id);
                                let name = who.as_ref().map_or_else(|| "…".to_owned(), |p| p.display_name.clone());
                                let post = who.map(|p| p.post).unwrap_or_default();
                                let label = name.clone();
                                view! {
                                    <tr>
                                        <td><strong>{name}</strong></td>
                                        <td>{department(id)}</td>
                                        <td>{post}</td>
                                        <td>
                                            {if may {
                                                view! {
                                                    <select
                                                        class="select role-select"
                                                        aria-label=move || t_string!(i18n, shell.role_of, name = label.clone()).to_string()
                                                        on:change=move |event| {
                                                            if let Some(role) = words::role_from(&event_target_value(&event)) {
                                                                put(id, role);
                                                            }
                                                        }
                                                    >
                                                        {role_options(role)}
                                                    </select>
                                                }.into_any()
                                            } else {
                                                view! { <span class="badge">{move || words::role(i18n, role)}</span> }.into_any()
                                            }}
                                        </td>
                                        <td class="num">
                                            {may.then(|| view! {
                                                <button type="button" class="button button-quiet" on:click=move |_| remove(id)>
                                                    {t!(i18n, shell.remove)}
                                                </button>
                                            })}
                                        </td>
                                    </tr>
                                }
                            }).collect_view()
                        }}
                    </tbody>
                </table>
            </div>
            <dl class="roles-explained">
                {words::ROLES.into_iter().map(|role| view! {
                    <div>
                        <dt>{move || words::role(i18n, role)}</dt>
                        <dd class="muted">{move || words::role_hint(i18n, role)}</dd>
                    </div>
                }).collect_view()}
            </dl>
        </div>
    }
}
