//! What everybody must see until it is dealt with: storage trouble, an ended session, a new version; and the hint
//! to install on iOS, whose browser forgets sites after seven days.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::sign_out::export_unsent;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{screen, updates};
use crate::shell::{Stage, use_replica, use_shell};
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

const IOS_HINT: &str = "plumbline.ios-hint";

/// The banners under the top bar.
#[component]
pub(super) fn Banners() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let trouble = move || replica.trouble().get().or_else(|| shell.trouble.get());
    let hint = RwSignal::new(screen::setting(IOS_HINT).is_none() && screen::ios_not_installed());
    let update = move |_| {
        spawn_local(async move {
            replica.settled().await;
            updates::activate();
        });
    };
    let reload = move |_| {
        spawn_local(async move {
            replica.settled().await;
            updates::reload();
        });
    };
    // what is in memory is worth keeping at once
    let export = move |_| {
        spawn_local(async move {
            match export_unsent(replica).await {
                Ok((_, names)) if !names.is_empty() => {
                    let names = names.join(", ");
                    shell.say(t_string!(i18n, shell.unsent_left_out, names = names).to_string());
                }
                Ok(_) => {}
                Err(trouble) => shell.say(words::trouble(i18n, &trouble)),
            }
        });
    };
    view! {
        <div class="banners">
            <Show when=move || trouble().is_some()>
                <div class="notice notice-danger banner" role="alert">
                    <Icon name="failed" />
                    <p class="grow">
                        {move || trouble().map(|t| words::trouble(i18n, &t)).unwrap_or_default()}
                    </p>
                    <button type="button" class="button" id="export-unsaved" on:click=export>
                        {t!(i18n, shell.unsent_export)}
                    </button>
                </div>
            </Show>
            <Show when=move || replica.signed_out().get()>
                <div class="notice notice-warn banner" role="alert">
                    <Icon name="failed" />
                    <p class="grow">{t!(i18n, shell.session_ended)}</p>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| shell.stage.set(Stage::SignIn)
                    >
                        {t!(i18n, shell.sign_in)}
                    </button>
                </div>
            </Show>
            <Show when=move || replica.outdated().get()>
                <div class="notice notice-warn banner" role="alert" id="outdated">
                    <Icon name="failed" />
                    <p class="grow">{t!(i18n, shell.outdated)}</p>
                    <button type="button" class="button button-primary" on:click=reload>
                        {t!(i18n, shell.update_reload)}
                    </button>
                </div>
            </Show>
            <Show when=move || shell.update_ready.get() && !replica.outdated().get()>
                <div class="notice banner" role="status">
                    <Icon name="syncing" />
                    <p class="grow">{t!(i18n, shell.update_ready)}</p>
                    <button type="button" class="button button-primary" on:click=update>
                        {t!(i18n, shell.update_reload)}
                    </button>
                    <button
                        type="button"
                        class="button button-quiet"
                        on:click=move |_| shell.update_ready.set(false)
                    >
                        {t!(i18n, shell.later)}
                    </button>
                </div>
            </Show>
            <Show when=move || hint.get()>
                <div class="notice banner" role="status">
                    <Icon name="device" />
                    <p class="grow">{t!(i18n, shell.ios_install)}</p>
                    <button
                        type="button"
                        class="button button-quiet button-icon"
                        aria-label=t!(i18n, common.close)
                        on:click=move |_| {
                            screen::keep_setting(IOS_HINT, Some("seen"));
                            hint.set(false);
                        }
                    >
                        <Icon name="close" />
                    </button>
                </div>
            </Show>
        </div>
    }
}
