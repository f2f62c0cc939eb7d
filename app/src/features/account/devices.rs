//! Where one is signed in: devices, each with a way to end it, and all at once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Device;
use shared::base::DeviceId;

use crate::i18n::{t, t_string, use_i18n};
use crate::language::tag;
use crate::platform::{http, intl};
use crate::shell::{Overlay, use_shell};
use crate::ui::field::ErrorNotice;
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

#[component]
pub(super) fn Devices() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let devices = RwSignal::new(None::<Vec<Device>>);
    let error = RwSignal::new(None::<String>);
    let load = move || {
        spawn_local(async move {
            match http::get::<Vec<Device>>("/api/devices").await {
                Ok(list) => {
                    let _ = devices.try_set(Some(list));
                    let _ = error.try_set(None);
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    load();
    let revoke = move |id: DeviceId| {
        spawn_local(async move {
            match http::delete(&format!("/api/devices/{id}")).await {
                Ok(()) => {
                    shell.say(t_string!(i18n, shell.device_revoked));
                    load();
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 class="grow">{t!(i18n, shell.devices)}</h2>
                <button
                    type="button"
                    class="button"
                    id="sign-out-everywhere"
                    on:click=move |_| shell.overlay.set(Some(Overlay::SignOutEverywhere))
                >
                    {t!(i18n, shell.sign_out_everywhere)}
                </button>
            </div>
            <div class="card-body stack">
                <ErrorNotice text=error />
                <Show when=move || devices.with(Option::is_none) && error.with(Option::is_none)>
                    <p class="muted" role="status">{t!(i18n, shell.loading)}</p>
                </Show>
                <ul class="plain-list inset">
                    {move || devices.get().into_iter().flatten().map(|device| {
                        let id = device.id;
                        let (since, seen) = (device.since, device.last_seen);
                        view! {
                            <li class="line">
                                <Icon name="device" />
                                <span class="grow">
                                    <strong>{if device.label.is_empty() { "–".to_owned() } else { device.label }}</strong>
                                    <small class="muted num">
                                        {move || {
                                            let language = tag(i18n.get_locale());
                                            t_string!(
                                                i18n,
                                                shell.device_times,
                                                since = intl::format_timestamp(language, since),
                                                seen = intl::format_timestamp(language, seen)
                                            ).to_string()
                                        }}
                                    </small>
                                </span>
                                {if device.this_one {
                                    view! { <span class="badge badge-accent">{t!(i18n, shell.this_device)}</span> }.into_any()
                                } else {
                                    view! {
                                        <button type="button" class="button button-quiet" on:click=move |_| revoke(id)>
                                            {t!(i18n, shell.device_revoke)}
                                        </button>
                                    }.into_any()
                                }}
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </div>
        </section>
    }
}
