//! A decision with no network is signed on this device alone: where a PIN was set, it is asked for before.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{ProjectId, Timestamp};
use shared::ledger::Act;
use shared::sync::device::Status;

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::{clock, screen};
use crate::replica::Replica;
use crate::session::{self, PinCheck};
use crate::shell::{Shell, use_replica, use_shell};
use crate::ui::dialog::Dialog;
use crate::ui::field::ErrorNotice;
use crate::ui::ticker;
use crate::words;

/// On this device it was said that a PIN can be set.
const TOLD: &str = "plumbline.pin-told";

/// Puts decisions before the ledger, after the PIN where it is asked for. A cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Signing {
    project: ProjectId,
    shell: Shell,
    replica: Replica,
    /// What waits for the PIN.
    held: RwSignal<Option<Act>>,
    /// It was put before the ledger: what was typed for it is not needed any more.
    done: Callback<()>,
}

impl Signing {
    pub(super) fn new(project: ProjectId, done: Callback<()>) -> Self {
        let held = RwSignal::new(None);
        Self {
            project,
            shell: use_shell(),
            replica: use_replica(),
            held,
            done,
        }
    }

    /// A decision: at once where there is a network or no PIN was set.
    pub(super) fn decide(self, act: Act, i18n: words::Texts) {
        let shell = self.shell;
        let connected = self
            .replica
            .sync()
            .with_untracked(|sync| matches!(sync.status, Status::Syncing | Status::Synced { .. }));
        if connected {
            return self.go(act);
        }
        if untrack(|| shell.has_pin()) {
            return self.held.set(Some(act));
        }
        if screen::setting(TOLD).is_none() {
            screen::keep_setting(TOLD, Some("1"));
            shell.say(t_string!(i18n, reviews.pin_can_be_set));
        }
        self.go(act);
    }

    /// Anything: without the PIN.
    pub(super) fn go(self, act: Act) {
        self.replica.wish(self.project, act);
        self.done.run(());
    }
}

/// Asks for the PIN while something waits for it. The wrong one signs nothing, and what was typed stays.
#[component]
pub(super) fn AskPin(signing: Signing) -> impl IntoView {
    let i18n = use_i18n();
    let held = signing.held;
    view! {
        <Dialog
            open=Signal::derive(move || held.with(Option::is_some))
            on_close=move || held.set(None)
            title=t_signal!(i18n, reviews.sign_with_pin)
        >
            <Entry signing=signing />
        </Dialog>
    }
}

#[component]
fn Entry(signing: Signing) -> impl IntoView {
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
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let account = shell.account;
        let person = account.with_untracked(|a| a.as_ref().map(|a| a.session.person));
        let Some(person) = person else {
            return;
        };
        if busy.get_untracked() || untrack(wait) > 0 {
            return;
        }
        busy.set(true);
        error.set(None);
        let entered = pin.get_untracked();
        spawn_local(async move {
            let result = session::check_pin(person, &entered).await;
            let _ = busy.try_set(false);
            let _ = pin.try_set(String::new());
            match result {
                Ok(PinCheck::Right) => {
                    // closed meanwhile: nothing is signed
                    if let Some(act) = signing.held.try_update(Option::take).flatten() {
                        signing.go(act);
                    }
                }
                Ok(PinCheck::Wrong { wait_until: until }) => {
                    let _ = wait_until.try_set((until > clock::now()).then_some(until));
                    let _ = error.try_set(Some(t_string!(i18n, shell.pin_wrong).to_owned()));
                    screen::focus("sign-pin");
                }
                Err(trouble) => {
                    let _ = error.try_set(Some(words::trouble(i18n, &trouble)));
                }
            }
        });
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body">
            <p>{t!(i18n, reviews.sign_with_pin_explained)}</p>
            <ErrorNotice text=error />
            <div class="field">
                <label for="sign-pin">{t!(i18n, shell.pin_enter)}</label>
                <input
                    id="sign-pin"
                    class="input pin-input"
                    type="password"
                    inputmode="numeric"
                    autocomplete="off"
                    autofocus=true
                    prop:value=move || pin.get()
                    on:input=move |event| pin.set(event_target_value(&event))
                />
            </div>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| signing.held.set(None)>
                    {t!(i18n, common.cancel)}
                </button>
                <button
                    type="submit"
                    id="sign-with-pin"
                    class="button button-primary"
                    disabled=move || busy.get() || wait() != 0
                >
                    {move || match wait() {
                        0 => t_string!(i18n, reviews.sign).to_owned(),
                        n => t_string!(i18n, shell.unlock_wait, n = n).to_string(),
                    }}
                </button>
            </div>
        </form>
    }
}
