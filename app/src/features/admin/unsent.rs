//! What could not be sent: to whom, by which way, why, how often it was tried; and trying it again.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::FailedDelivery;

use super::notice_words as words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::ui::fetched::{Fetched, Fetching};
use crate::ui::sending::{Sending, Sent};
use crate::words::Texts;

/// How soon it is looked again at what is being tried.
const SOON: Duration = Duration::from_secs(2);

/// A message: what was to be sent together.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Message {
    first: FailedDelivery,
    /// How many more notices it has.
    more: usize,
}

impl Message {
    /// Whether it is being tried.
    fn now(&self) -> bool {
        self.first.ended.is_none() && self.first.again.is_none()
    }
}

/// The deliveries by their messages, in the order of the first of each.
pub(super) fn messages(all: &[FailedDelivery]) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for one in all {
        let mut known = messages.iter_mut();
        match known.find(|known| known.first.message == one.message) {
            Some(known) => known.more += 1,
            None => messages.push(Message {
                first: one.clone(),
                more: 0,
            }),
        }
    }
    messages
}

#[component]
pub(super) fn Unsent(failures: Fetched<Vec<FailedDelivery>>) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let listed = Memo::new(move |_| failures.with(|all| all.map(|all| messages(all))));
    // while something is being tried: what became of it
    Effect::new(move |_| {
        let trying =
            failures.with(|all| all.is_some_and(|all| messages(all).iter().any(Message::now)));
        if trying && let Ok(timer) = set_timeout_with_handle(move || failures.load(), SOON) {
            on_cleanup(move || timer.clear());
        }
    });
    let again = Callback::new(move |message: String| {
        let path = format!("/api/notices/failures/{message}/again");
        let ask = async move {
            match http::post_only(&path, &()).await {
                // it was sent meanwhile
                Err(HttpError::Failed(failure))
                    if failure.code == shared::api::ErrorCode::NotFound =>
                {
                    Ok(())
                }
                other => other,
            }
        };
        sending.send(ask, move |()| failures.load());
    });
    view! {
        <section class="card" id="unsent">
            <div class="card-head"><h2 class="grow">{t!(i18n, notices.unsent)}</h2></div>
            <p class="card-body muted party-about">{t!(i18n, notices.unsent_about)}</p>
            <Fetching
                here=Signal::derive(move || failures.here())
                failed=failures.failed()
                again=Callback::new(move |()| failures.load())
            />
            <Sent of=sending />
            <ul class="plain-list parties" aria-live="polite">
                {move || listed.get().unwrap_or_default().into_iter().map(|message| view! {
                    <Line message=message again=again busy=Signal::derive(move || sending.busy()) />
                }).collect_view()}
            </ul>
            {move || (listed.with(|listed| listed.as_ref().is_some_and(Vec::is_empty))).then(|| view! {
                <p class="card-body muted" data-all-sent="">{t!(i18n, notices.unsent_none)}</p>
            })}
        </section>
    }
}

#[component]
fn Line(message: Message, again: Callback<String>, busy: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let now = message.now();
    let Message { first, more } = message;
    let given_up = first.ended.is_some();
    let (channel, why) = (first.channel, first.why);
    let (kind, project) = (first.kind, first.project_name.clone());
    let what = move || {
        let what = format!("{} · {project}", words::kind(i18n, kind));
        match more {
            0 => what,
            n => t_string!(i18n, notices.told_more, what = what, n = n).to_string(),
        }
    };
    let (error, label, to) = (first.error.clone(), first.to.clone(), first.to.clone());
    let times = {
        let first = first.clone();
        move || times(i18n, &first)
    };
    view! {
        <li class="party" data-unsent=first.to>
            <div class="party-head">
                <h3>{to}</h3>
                <span class="muted">{move || words::channel(i18n, channel)}</span>
                {match (now, given_up) {
                    (true, _) => view! { <span class="badge badge-accent">{t!(i18n, notices.now)}</span> }.into_any(),
                    (_, true) => view! { <span class="badge badge-danger">{t!(i18n, notices.given_up)}</span> }.into_any(),
                    _ => view! { <span class="badge badge-warn">{t!(i18n, notices.waiting)}</span> }.into_any(),
                }}
                <span class="grow"></span>
                <button
                    type="button"
                    class="button"
                    data-do="again"
                    aria-label=move || t_string!(i18n, notices.retry_of, to = label.clone()).to_string()
                    disabled=move || now || busy.get()
                    on:click=move |_| again.run(first.message.clone())
                >
                    {t!(i18n, notices.retry)}
                </button>
            </div>
            <p class="party-duties">{what}</p>
            <p class="party-duties">{move || words::why(i18n, why)}</p>
            {move || words::said(i18n, &error).map(|said| view! { <p class="muted said">{said}</p> })}
            <p class="muted num">{times}</p>
        </li>
    }
}

/// Since when, how often, and when again.
fn times(i18n: Texts, of: &FailedDelivery) -> String {
    let since = words::at(i18n, of.since);
    let tried = match of.attempts {
        1 => t_string!(i18n, notices.tried_once).to_owned(),
        n => t_string!(i18n, notices.tried, n = n).to_string(),
    };
    let mut times = vec![
        t_string!(i18n, notices.since, at = since).to_string(),
        tried,
    ];
    times.extend(of.again.map(|at| {
        let at = words::at(i18n, at);
        t_string!(i18n, notices.next, at = at).to_string()
    }));
    times.join(" · ")
}
