//! By which ways notices leave this server, the robots of groups, and what could not be sent.

use leptos::prelude::*;
use shared::api::{FailedDelivery, NoticeSettings, Robot};

use super::robots::Robots;
use super::unsent::{Unsent, messages};
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::fetched::{Fetched, Fetching};
use crate::ui::icon::Icon;

/// How whoever runs the server turns mail on.
const SMTP: &str = "plumbline serve --smtp smtps://NAME:PASSWORD@mail.example.com:465 --mail-from plumbline@example.com";
/// How they say where people reach it.
const PUBLIC: &str = "plumbline serve --public-url https://plumbline.example.com";

#[component]
pub(super) fn Notices() -> impl IntoView {
    let i18n = use_i18n();
    let robots = Fetched::<Vec<Robot>>::of("/api/robots");
    let failures = Fetched::<Vec<FailedDelivery>>::of("/api/notices/failures");
    // what could not be sent names them
    let changed = Callback::new(move |()| {
        robots.load();
        failures.load();
    });
    view! {
        {move || unsent(failures).map(|n| view! {
            <p class="notice notice-warn" role="status">
                <Icon name="failed" />
                <a href="#unsent">{move || t_string!(i18n, notices.unsent_n, n = n).to_string()}</a>
            </p>
        })}
        <Ways robots=robots />
        <Robots robots=robots changed=changed />
        <Unsent failures=failures />
    }
}

/// How many messages could not be sent, where there are any.
fn unsent(failures: Fetched<Vec<FailedDelivery>>) -> Option<usize> {
    let count = failures.with(|all| all.map_or(0, |all| messages(all).len()));
    (count > 0).then_some(count)
}

/// What the server can do, and what to do where it cannot.
#[component]
fn Ways(robots: Fetched<Vec<Robot>>) -> impl IntoView {
    let i18n = use_i18n();
    let settings = Fetched::<NoticeSettings>::of("/api/notices/settings");
    let count = move || robots.with(|robots| robots.map_or(0, Vec::len));
    view! {
        <section class="card" id="notice-ways">
            <div class="card-head"><h2>{t!(i18n, notices.ways)}</h2></div>
            <p class="card-body muted party-about">{t!(i18n, notices.ways_about)}</p>
            <Fetching
                here=Signal::derive(move || settings.here())
                failed=settings.failed()
                again=Callback::new(move |()| settings.load())
            />
            {move || settings.with(|s| s.map(|s| (s.mail, s.push_key.is_some()))).map(|(mail, push)| view! {
                <ul class="plain-list parties">
                    <li class="party" data-way="mail">
                        <div class="party-head">
                            <h3>{t!(i18n, notices.mail)}</h3>
                            <OnOff on=mail />
                        </div>
                        <p class="muted party-duties">
                            {move || match mail {
                                true => t_string!(i18n, notices.mail_on),
                                false => t_string!(i18n, notices.mail_off),
                            }}
                        </p>
                        {(!mail).then(|| view! { <code class="secret">{SMTP}</code> })}
                    </li>
                    <li class="party" data-way="push">
                        <div class="party-head">
                            <h3>{t!(i18n, notices.browsers)}</h3>
                            <OnOff on=push />
                        </div>
                        <p class="muted party-duties">
                            {move || match push {
                                true => t_string!(i18n, notices.push_on),
                                false => t_string!(i18n, notices.push_off),
                            }}
                        </p>
                        {(!push).then(|| view! { <code class="secret">{PUBLIC}</code> })}
                    </li>
                    <li class="party" data-way="robots">
                        <div class="party-head">
                            <h3>{t!(i18n, notices.groups)}</h3>
                            {move || view! { <OnOff on=count() != 0 /> }}
                        </div>
                        <p class="muted party-duties">
                            {move || match count() {
                                0 => t_string!(i18n, notices.groups_none).to_owned(),
                                n => t_string!(i18n, notices.groups_n, n = n).to_string(),
                            }}
                        </p>
                    </li>
                </ul>
            })}
        </section>
    }
}

#[component]
fn OnOff(on: bool) -> impl IntoView {
    let i18n = use_i18n();
    match on {
        true => view! { <span class="badge badge-ok"><Icon name="check" />{t!(i18n, notices.on)}</span> }
            .into_any(),
        false => view! { <span class="badge">{t!(i18n, notices.off)}</span> }.into_any(),
    }
}
