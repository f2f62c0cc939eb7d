//! The lock of a shared tablet: a PIN, asked at the start, by the lock button and after idle minutes.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::Timestamp;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{clock, screen};
use crate::session::{self, PinCheck};
use crate::shell::{Stage, use_shell};
use crate::ui::field::ErrorNotice;
use crate::ui::icon::{Icon, Mark};
use crate::ui::ticker;
use crate::words;

/// The setting of this device: minutes without a touch until the lock.
pub const IDLE: &str = "plumbline.idle-minutes";

/// Locks after idle minutes where a PIN is set; called once, at the root.
pub fn watch_idle() {
    let shell = use_shell();
    let last = StoredValue::new(clock::now());
    screen::on_activity(move || last.set_value(clock::now()));
    set_interval(
        move || {
            if shell.stage.get_untracked() != Stage::In || !shell.has_pin() {
                return;
            }
            let minutes: i64 = screen::setting(IDLE)
                .and_then(|m| m.parse().ok())
                .unwrap_or(10);
            if minutes > 0 && clock::now().since(last.get_value()) > minutes * 60_000 {
                shell.lock_here();
            }
        },
        Duration::from_secs(10),
    );
}

/// Asks for the PIN.
#[component]
pub fn Lock() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let pin = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let wait_until = RwSignal::new(None::<Timestamp>);
    let now = ticker::every_second();
    let wait = move || {
        wait_until
            .get()
            .map_or(0, |until| ticker::seconds_until(now.get(), until))
    };
    let who = move || {
        shell.account.with(|a| {
            a.as_ref()
                .map_or_else(String::new, |a| a.session.display_name.clone())
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(session) = shell
            .account
            .with_untracked(|a| a.as_ref().map(|a| a.session.clone()))
        else {
            return;
        };
        if busy.get_untracked() || wait() > 0 {
            return;
        }
        busy.set(true);
        error.set(None);
        let entered = pin.get_untracked();
        spawn_local(async move {
            let result = session::check_pin(session.person, &entered).await;
            let _ = busy.try_set(false);
            let _ = pin.try_set(String::new());
            match result {
                Ok(PinCheck::Right) => {
                    shell.account.update(|a| {
                        if let Some(account) = a {
                            account.locked = false;
                        }
                    });
                    shell.work(session);
                }
                Ok(PinCheck::Wrong { wait_until: until }) => {
                    // the first wrong ones cost no waiting
                    let _ = wait_until.try_set((until > clock::now()).then_some(until));
                    let _ = error.try_set(Some(t_string!(i18n, shell.pin_wrong).to_owned()));
                    screen::focus("pin");
                }
                Err(trouble) => {
                    let _ = error.try_set(Some(words::trouble(i18n, &trouble)));
                }
            }
        });
    };
    view! {
        <div class="gate">
            <main class="gate-main" id="main">
                <form class="card card-body stack gate-card lock" on:submit=submit>
                    <Mark />
                    <h1>{who}</h1>
                    <ErrorNotice text=error />
                    <div class="field">
                        <label for="pin">{t!(i18n, shell.pin_enter)}</label>
                        <input
                            id="pin"
                            class="input pin-input"
                            type="password"
                            inputmode="numeric"
                            autocomplete="off"
                            autofocus=true
                            prop:value=move || pin.get()
                            on:input=move |event| pin.set(event_target_value(&event))
                        />
                    </div>
                    <button
                        type="submit"
                        id="unlock"
                        class="button button-primary button-wide"
                        disabled=move || busy.get() || (wait() > 0)
                    >
                        <Icon name="lock" />
                        {move || match wait() {
                            0 => t_string!(i18n, shell.unlock).to_owned(),
                            n => t_string!(i18n, shell.unlock_wait, n = n).to_string(),
                        }}
                    </button>
                    <p class="field-hint">{t!(i18n, shell.lock_explained)}</p>
                </form>
                <button
                    type="button"
                    class="button button-quiet"
                    id="other-account"
                    on:click=move |_| shell.stage.set(Stage::SignIn)
                >
                    <Icon name="account" />
                    {t!(i18n, shell.other_account)}
                </button>
            </main>
        </div>
    }
}
