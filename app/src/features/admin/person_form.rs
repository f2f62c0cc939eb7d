//! Adding a person, changing one, letting one in no more, setting a password anew.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{EditPerson, ErrorCode, NewPerson, Person, ResetPassword};
use shared::base::PersonId;

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::shell::{use_replica, use_shell};
use crate::ui::field::{ErrorNotice, PasswordField, TextField};
use crate::words;

/// Whom the form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Editing {
    /// Somebody new.
    New,
    /// Somebody known.
    Of(Box<Person>),
}

#[component]
pub(super) fn PersonForm(
    /// Whom it is about.
    what: Editing,
    /// Closes the dialog.
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let organisation = replica.organisation();
    let known = match what {
        Editing::New => None,
        Editing::Of(person) => Some(*person),
    };
    let id = known.as_ref().map(|p| p.id);
    let of =
        |pick: fn(&Person) -> String| RwSignal::new(known.as_ref().map(pick).unwrap_or_default());
    let name = of(|p| p.name.clone());
    let display_name = of(|p| p.display_name.clone());
    let post = of(|p| p.post.clone());
    let department = of(|p| p.department.map(|d| d.to_string()).unwrap_or_default());
    let administrator = RwSignal::new(known.as_ref().is_some_and(|p| p.administrator));
    let active = RwSignal::new(known.as_ref().is_none_or(|p| p.active));
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let finish = move |result: Result<(), HttpError>| {
        let _ = busy.try_set(false);
        match result {
            Ok(()) => {
                replica.refresh();
                shell.say(t_string!(i18n, shell.saved));
                close();
            }
            Err(failed) => {
                let _ = error.try_set(Some(words::failure(i18n, &failed)));
            }
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(None);
        let department = department.get_untracked().parse().ok();
        let (display, post) = (
            display_name.get_untracked().trim().to_owned(),
            post.get_untracked().trim().to_owned(),
        );
        match id {
            Some(id) => {
                let edit = EditPerson {
                    display_name: Some(display),
                    department,
                    post: Some(post),
                    administrator: Some(administrator.get_untracked()),
                    active: Some(active.get_untracked()),
                };
                spawn_local(async move {
                    finish(http::patch_only(&format!("/api/people/{id}"), &edit).await);
                });
            }
            None => {
                let new = NewPerson {
                    name: name.get_untracked().trim().to_owned(),
                    display_name: display,
                    department,
                    post,
                    administrator: administrator.get_untracked(),
                    password: password.get_untracked(),
                };
                spawn_local(async move { finish(http::post_only("/api/people", &new).await) });
            }
        }
    };
    let departments = move || {
        organisation.with(|o| {
            o.as_ref()
                .map(|o| o.departments.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body">
                <ErrorNotice text=error />
                <TextField
                    id="person-display-name"
                    label=t_signal!(i18n, shell.display_name)
                    value=display_name
                    required=true
                    autofocus=true
                />
                {id.is_none().then(|| view! {
                    <TextField
                        id="person-name"
                        label=t_signal!(i18n, shell.name)
                        value=name
                        required=true
                        hint=t_signal!(i18n, shell.name_hint)
                    />
                })}
                <div class="two">
                    <div class="field">
                        <label for="person-department">{t!(i18n, shell.department)}</label>
                        <select
                            id="person-department"
                            class="select"
                            on:change=move |event| department.set(event_target_value(&event))
                        >
                            <option value="">"–"</option>
                            {move || departments().into_iter().map(|d| {
                                let value = d.id.to_string();
                                let selected = department.with_untracked(|now| *now == value);
                                view! { <option value=value selected=selected>{d.name}</option> }
                            }).collect_view()}
                        </select>
                    </div>
                    <TextField
                        id="person-post"
                        label=t_signal!(i18n, shell.post)
                        value=post
                    />
                </div>
                {id.is_none().then(|| view! {
                    <PasswordField
                        id="person-password"
                        label=t_signal!(i18n, shell.person_password)
                        value=password
                        autocomplete="new-password"
                        hint=t_signal!(i18n, shell.person_password_hint)
                    />
                })}
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || administrator.get()
                        on:change=move |event| administrator.set(event_target_checked(&event))
                    />
                    <span>{t!(i18n, shell.administrator_may)}</span>
                </label>
                {id.is_some().then(|| view! {
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || active.get()
                            on:change=move |event| active.set(event_target_checked(&event))
                        />
                        <span>{t!(i18n, shell.active_may)}</span>
                    </label>
                })}
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close()>{t!(i18n, common.cancel)}</button>
                <button type="submit" id="save-person" class="button button-primary" disabled=move || busy.get()>
                    {t!(i18n, common.save)}
                </button>
            </div>
        </form>
        {id.map(|id| view! { <Reset person=id /> })}
    }
}

/// A password set anew: it must be changed at the next sign-in.
#[component]
fn Reset(person: PersonId) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let reset = ResetPassword {
            password: password.get_untracked(),
        };
        error.set(None);
        spawn_local(async move {
            match http::post_only(&format!("/api/people/{person}/password"), &reset).await {
                Ok(()) => {
                    let _ = password.try_set(String::new());
                    shell.say(t_string!(i18n, shell.password_was_reset));
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    let second_off = move |_| {
        error.set(None);
        spawn_local(async move {
            match http::delete(&format!("/api/people/{person}/second-factor")).await {
                Ok(()) => shell.say(t_string!(i18n, shell.second_was_reset)),
                Err(HttpError::Failed(failure)) if failure.code == ErrorCode::NotFound => {
                    shell.say(t_string!(i18n, shell.second_was_off));
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    view! {
        <form class="dialog-body dialog-more" on:submit=submit>
            <h3>{t!(i18n, shell.password_reset)}</h3>
            <p class="muted">{t!(i18n, shell.password_reset_explained)}</p>
            <ErrorNotice text=error />
            <PasswordField
                id="reset-password"
                label=t_signal!(i18n, shell.password_new)
                value=password
                autocomplete="new-password"
                hint=t_signal!(i18n, shell.password_hint)
            />
            <div class="row">
                <button type="submit" class="button">{t!(i18n, shell.password_reset)}</button>
                <button type="button" class="button button-quiet" id="second-reset" on:click=second_off>
                    {t!(i18n, shell.second_reset)}
                </button>
            </div>
        </form>
    }
}
