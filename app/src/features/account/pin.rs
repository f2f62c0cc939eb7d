//! The PIN of this person on this device.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::screen;
use crate::session;
use crate::shell::use_shell;
use crate::ui::field::ErrorNotice;
use crate::ui::show::Show;
use crate::words;

/// The setting of this device: minutes without a touch until the lock.
const IDLE: &str = "plumbline.idle-minutes";

#[component]
pub(super) fn Pin() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let pin = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let idle = RwSignal::new(screen::setting(IDLE).unwrap_or_else(|| "10".to_owned()));
    let has = move |has: bool| {
        shell.account.update(|a| {
            if let Some(account) = a {
                account.has_pin = has;
            }
        });
        shell.say(t_string!(i18n, shell.saved));
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let entered = pin.get_untracked();
        if entered.len() < 4 || !entered.chars().all(|c| c.is_ascii_digit()) {
            error.set(Some(t_string!(i18n, shell.pin_short).to_owned()));
            return;
        }
        let Some(person) = shell
            .account
            .with_untracked(|a| a.as_ref().map(|a| a.session.person))
        else {
            return;
        };
        error.set(None);
        spawn_local(async move {
            match session::set_pin(person, &entered).await {
                Ok(()) => {
                    let _ = pin.try_set(String::new());
                    has(true);
                }
                Err(trouble) => {
                    let _ = error.try_set(Some(words::trouble(i18n, &trouble)));
                }
            }
        });
    };
    let remove = move |_| {
        let Some(person) = shell
            .account
            .with_untracked(|a| a.as_ref().map(|a| a.session.person))
        else {
            return;
        };
        spawn_local(async move {
            match session::remove_pin(person).await {
                Ok(()) => has(false),
                Err(trouble) => {
                    let _ = error.try_set(Some(words::trouble(i18n, &trouble)));
                }
            }
        });
    };
    view! {
        <form class="card" on:submit=submit>
            <div class="card-head">
                <h2 class="grow">{t!(i18n, shell.pin)}</h2>
                <Show when=move || shell.has_pin()>
                    <span class="badge badge-ok">{t!(i18n, shell.pin_set)}</span>
                </Show>
            </div>
            <div class="card-body stack narrow">
                <p class="muted">{t!(i18n, shell.pin_explained)}</p>
                <ErrorNotice text=error />
                <div class="field">
                    <label for="new-pin">
                        {move || if shell.has_pin() {
                            t_string!(i18n, shell.pin_new)
                        } else {
                            t_string!(i18n, shell.pin_first)
                        }}
                    </label>
                    <input
                        id="new-pin"
                        class="input pin-input"
                        type="password"
                        inputmode="numeric"
                        autocomplete="off"
                        prop:value=move || pin.get()
                        on:input=move |event| pin.set(event_target_value(&event))
                    />
                </div>
                <Show when=move || shell.has_pin()>
                    <div class="field">
                        <label for="idle">{t!(i18n, shell.pin_idle)}</label>
                        <select
                            id="idle"
                            class="select"
                            prop:value=move || idle.get()
                            on:change=move |event| {
                                let minutes = event_target_value(&event);
                                screen::keep_setting(IDLE, Some(&minutes));
                                idle.set(minutes);
                            }
                        >
                            {["2", "5", "10", "30", "0"].into_iter().map(|minutes| view! {
                                <option value=minutes selected=move || idle.get() == minutes>
                                    {move || if minutes == "0" {
                                        t_string!(i18n, shell.pin_idle_never).to_owned()
                                    } else {
                                        t_string!(i18n, shell.pin_idle_n, n = minutes).to_string()
                                    }}
                                </option>
                            }).collect_view()}
                        </select>
                    </div>
                </Show>
                <div class="row">
                    <button type="submit" id="set-pin" class="button">{t!(i18n, shell.pin_save)}</button>
                    <Show when=move || shell.has_pin()>
                        <button type="button" class="button button-quiet" on:click=remove>
                            {t!(i18n, shell.pin_remove)}
                        </button>
                    </Show>
                </div>
            </div>
        </form>
    }
}
