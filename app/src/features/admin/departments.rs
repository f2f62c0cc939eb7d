//! The departments of the organisation.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Department, NewDepartment};
use shared::base::DepartmentId;

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::shell::{use_replica, use_shell};
use crate::ui::field::{ErrorNotice, TextField};
use crate::words;

#[component]
pub(super) fn Departments() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let organisation = replica.organisation();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let done = move |result: Result<(), HttpError>| match result {
        Ok(()) => {
            let _ = error.try_set(None);
            replica.refresh();
            shell.say(t_string!(i18n, shell.saved));
        }
        Err(failed) => {
            let _ = error.try_set(Some(words::failure(i18n, &failed)));
        }
    };
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewDepartment {
            name: name.get_untracked().trim().to_owned(),
        };
        spawn_local(async move {
            let result = http::post_only("/api/departments", &new).await;
            if result.is_ok() {
                let _ = name.try_set(String::new());
            }
            done(result);
        });
    };
    let rename = move |id: DepartmentId, name: String| {
        spawn_local(async move {
            done(
                http::patch_only(&format!("/api/departments/{id}"), &NewDepartment { name }).await,
            );
        });
    };
    let remove = move |id: DepartmentId| {
        spawn_local(async move { done(http::delete(&format!("/api/departments/{id}")).await) });
    };
    let rows = move || {
        organisation.with(|o| {
            o.iter()
                .flat_map(|o| {
                    o.departments.iter().map(|d| {
                        let count = o
                            .people
                            .iter()
                            .filter(|p| p.active && p.department == Some(d.id))
                            .count();
                        (d.clone(), count)
                    })
                })
                .collect::<Vec<(Department, usize)>>()
        })
    };
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, shell.departments)}</h2></div>
            <div class="card-body stack">
                <ErrorNotice text=error />
                <ul class="plain-list inset">
                    {move || rows().into_iter().map(|(department, count)| {
                        let id = department.id;
                        let before = department.name.clone();
                        view! {
                            <li class="line">
                                <input
                                    class="input department-name"
                                    aria-label=t!(i18n, shell.department)
                                    prop:value=department.name
                                    on:change=move |event| {
                                        let new = event_target_value(&event).trim().to_owned();
                                        if !new.is_empty() && new != before {
                                            rename(id, new);
                                        }
                                    }
                                />
                                <span class="muted num grow">
                                    {move || t_string!(i18n, shell.people_n, n = count).to_string()}
                                </span>
                                {(count == 0).then(|| view! {
                                    <button type="button" class="button button-quiet" on:click=move |_| remove(id)>
                                        {t!(i18n, shell.remove)}
                                    </button>
                                })}
                            </li>
                        }
                    }).collect_view()}
                </ul>
                <form class="row token-form" on:submit=add>
                    <div class="grow">
                        <TextField
                            id="department-name"
                            label=t_signal!(i18n, shell.department_new)
                            value=name
                            required=true
                        />
                    </div>
                    <button type="submit" class="button">{t!(i18n, shell.add)}</button>
                </form>
            </div>
        </section>
    }
}
