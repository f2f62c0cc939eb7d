//! Signing out: with edits that only this device has, a warning, a file to keep, and a confirmation.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::{download, page};
use crate::replica::{Replica, Trouble};
use crate::session;
use crate::shell::{Overlay, use_replica, use_shell};
use crate::ui::dialog::Dialog;
use crate::ui::field::ErrorNotice;
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

/// Gives the person a file with all that only this device has; whether the browser took it, and the names of attachments
/// that are too large for it.
pub(super) async fn export_unsent(replica: Replica) -> Result<(bool, Vec<String>), Trouble> {
    let made = replica.export_unsent().await?;
    let name = "plumbline-unsent.json";
    let kept = download::download(name, "application/json", &made.bytes);
    Ok((kept, made.left_out))
}

/// The dialog of signing out.
#[component]
pub(super) fn SignOut() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    view! {
        <Dialog
            open=Signal::derive(move || shell.overlay.get() == Some(Overlay::SignOut))
            on_close=move || shell.overlay.set(None)
            title=t_signal!(i18n, shell.sign_out)
        >
            <Confirm everywhere=false />
        </Dialog>
        <Dialog
            open=Signal::derive(move || shell.overlay.get() == Some(Overlay::SignOutEverywhere))
            on_close=move || shell.overlay.set(None)
            title=t_signal!(i18n, shell.sign_out_everywhere)
        >
            <Confirm everywhere=true />
        </Dialog>
    }
}

#[component]
fn Confirm(
    /// Ends the sessions of all other devices too.
    everywhere: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let person = shell
        .account
        .with_untracked(|a| a.as_ref().map(|a| a.session.person));
    let unsent = RwSignal::new(None::<usize>);
    let exported = RwSignal::new(false);
    let left_out = RwSignal::new(Vec::<String>::new());
    let understood = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    spawn_local(async move {
        match replica.unsent().await {
            Ok(count) => {
                let _ = unsent.try_set(Some(count));
            }
            // not known: treat it as if there were some, so that nobody loses anything unasked
            Err(trouble) => {
                let _ = unsent.try_set(Some(usize::MAX));
                let _ = error.try_set(Some(words::trouble(i18n, &trouble)));
            }
        }
    });
    let some_unsent = move || unsent.get().is_some_and(|n| n > 0);
    let export = move |_| {
        spawn_local(async move {
            match export_unsent(replica).await {
                Ok((kept, names)) => {
                    let _ = exported.try_set(kept);
                    let _ = left_out.try_set(names);
                }
                Err(trouble) => {
                    let _ = error.try_set(Some(words::trouble(i18n, &trouble)));
                }
            }
        });
    };
    let leave = move |_| {
        let Some(person) = person else { return };
        busy.set(true);
        spawn_local(async move {
            // first, and only with a network: nothing is removed here where it fails
            if everywhere && let Err(failed) = session::end_everywhere().await {
                let _ = busy.try_set(false);
                let _ = error.try_set(Some(words::failure(i18n, &failed)));
                return;
            }
            match session::sign_out(person).await {
                Ok(()) => {
                    replica.leave_others();
                    page::leave();
                }
                Err(trouble) => {
                    let _ = busy.try_set(false);
                    let _ = error.try_set(Some(words::trouble(i18n, &trouble)));
                }
            }
        });
    };
    let may_leave = move || unsent.get().is_some_and(|n| n == 0 || understood.get()) && !busy.get();
    view! {
        <div class="dialog-body">
            <ErrorNotice text=error />
            <Show when=move || everywhere>
                <p>{t!(i18n, shell.sign_out_everywhere_explained)}</p>
            </Show>
            <Show when=move || unsent.get().is_none()>
                <p class="muted">{t!(i18n, shell.counting)}</p>
            </Show>
            <Show when=move || unsent.get() == Some(0)>
                <p>{t!(i18n, shell.sign_out_simple)}</p>
            </Show>
            <Show when=some_unsent>
                <div class="notice notice-warn" id="unsent-warning">
                    <Icon name="failed" />
                    <div class="stack-2">
                        <strong>
                            {move || match unsent.get() {
                                Some(usize::MAX) | None => t_string!(i18n, shell.unsent_unknown).to_owned(),
                                Some(n) => t_string!(i18n, shell.unsent_n, n = n).to_string(),
                            }}
                        </strong>
                        <p>{t!(i18n, shell.unsent_explained)}</p>
                    </div>
                </div>
                <div class="row">
                    <button type="button" class="button" id="export-unsent" on:click=export>
                        {t!(i18n, shell.unsent_export)}
                    </button>
                    <Show when=move || exported.get()>
                        <span class="badge badge-ok">{t!(i18n, shell.unsent_exported)}</span>
                    </Show>
                </div>
                <Show when=move || !left_out.with(Vec::is_empty)>
                    <p class="form-error" role="alert">
                        {move || t_string!(i18n, shell.unsent_left_out, names = left_out.get().join(", ")).to_string()}
                    </p>
                </Show>
                <label class="check">
                    <input
                        type="checkbox"
                        id="sign-out-understood"
                        prop:checked=move || understood.get()
                        on:change=move |event| understood.set(event_target_checked(&event))
                    />
                    <span>{t!(i18n, shell.unsent_understood)}</span>
                </label>
            </Show>
        </div>
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| shell.overlay.set(None)>
                {t!(i18n, common.cancel)}
            </button>
            <button
                type="button"
                class="button button-danger"
                id="sign-out-confirm"
                disabled=move || !may_leave()
                on:click=leave
            >
                {move || {
                    if some_unsent() {
                        t_string!(i18n, shell.sign_out_wipe)
                    } else {
                        t_string!(i18n, shell.sign_out)
                    }
                }}
            </button>
        </div>
    }
}
