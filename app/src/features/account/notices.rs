//! How one is told of what happens: by mail, in this browser, when, and when not.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{NoticePreferences, NoticeSettings, Sent};
use shared::pack::text::Language;

use crate::i18n::{Locale, t, t_signal, t_string, use_i18n};
use crate::platform::clock;
use crate::platform::http::{self, HttpError};
use crate::platform::push::{self, NoPush};
use crate::shell::use_shell;
use crate::ui::fetched::Fetching;
use crate::ui::field::{ErrorNotice, TextField};
use crate::words::{self, Texts};

const SETTINGS: &str = "/api/notices/settings";

#[component]
pub(super) fn Notices() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let error = RwSignal::new(None::<String>);
    let offers = RwSignal::new(None::<NoticeSettings>);
    let (mail, quiet_from, quiet_to, digest) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let mail_on = RwSignal::new(false);
    let show = move |settings: NoticeSettings| {
        let known = settings.preferences.clone();
        let _ = mail.try_set(known.mail.unwrap_or_default());
        let _ = mail_on.try_set(known.mail_on);
        let _ = quiet_from.try_set(time(known.quiet_from));
        let _ = quiet_to.try_set(time(known.quiet_to));
        let _ = digest.try_set(time(known.digest));
        let _ = offers.try_set(Some(settings));
    };
    let told = move |answer: Result<NoticeSettings, HttpError>| match answer {
        Ok(settings) => {
            show(settings);
            true
        }
        Err(failed) => {
            let _ = error.try_set(Some(words::failure(i18n, &failed)));
            false
        }
    };
    let failed = RwSignal::new(None::<HttpError>);
    let load = move || {
        spawn_local(async move {
            match http::get(SETTINGS).await {
                Ok(settings) => {
                    let _ = failed.try_set(None);
                    show(settings);
                }
                Err(why) => {
                    let _ = failed.try_set(Some(why));
                }
            }
        });
    };
    load();
    let wishes = move |push_on: bool| NoticePreferences {
        mail: Some(mail.get_untracked()),
        mail_on: mail_on.get_untracked(),
        push_on,
        quiet_from: minute(&quiet_from.get_untracked()),
        quiet_to: minute(&quiet_to.get_untracked()),
        digest: minute(&digest.get_untracked()),
        zone: clock::minutes_ahead(),
        language: match i18n.get_locale_untracked() {
            Locale::en => Language::English,
            Locale::zh_CN => Language::Chinese,
        },
    };
    let push_on =
        move || offers.with_untracked(|o| o.as_ref().is_some_and(|o| o.preferences.push_on));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        error.set(None);
        let wanted = wishes(push_on());
        if let Some(wrong) = wrong(i18n, &wanted) {
            error.set(Some(wrong.to_owned()));
            return;
        }
        spawn_local(async move {
            if told(http::put(SETTINGS, &wanted).await) {
                shell.say(t_string!(i18n, shell.notices_saved));
            }
        });
    };
    let test = move |_| {
        error.set(None);
        spawn_local(async move {
            match http::post::<_, Sent>("/api/notices/test", &()).await {
                Ok(sent) if sent.sent => shell.say(t_string!(i18n, shell.notices_sent)),
                Ok(sent) => {
                    let said =
                        t_string!(i18n, shell.notices_not_sent, said = sent.said).to_string();
                    let _ = error.try_set(Some(said));
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    let begin = move |key: String| {
        error.set(None);
        let wanted = wishes(true);
        spawn_local(async move {
            match push::subscribe(&key).await {
                Ok(browser) => {
                    if told(http::put("/api/notices/push", &browser).await) {
                        told(http::put(SETTINGS, &wanted).await);
                    }
                }
                Err(why) => {
                    let why = match why {
                        NoPush::Unable => t_string!(i18n, shell.push_unable),
                        NoPush::Denied => t_string!(i18n, shell.push_denied),
                        NoPush::Failed => t_string!(i18n, shell.push_failed),
                    };
                    let _ = error.try_set(Some(why.to_owned()));
                }
            }
        });
    };
    let end = move |_| {
        spawn_local(async move {
            push::unsubscribe().await;
            match http::delete("/api/notices/push").await {
                Ok(()) => {
                    told(http::get(SETTINGS).await);
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    // hours of what is never sent would promise too much
    let sends = move || offers.with(|o| o.as_ref().is_some_and(|o| o.mail || o.push_key.is_some()));
    view! {
        <section class="card" id="notices">
            <div class="card-head"><h2>{t!(i18n, shell.notices)}</h2></div>
            <Fetching
                here=Signal::derive(move || offers.with(Option::is_some))
                failed=failed
                again=Callback::new(move |()| load())
            />
            // what was not fetched is not written over
            <form class="card-body stack" on:submit=save novalidate=true hidden=move || offers.with(Option::is_none)>
                <p class="muted">{t!(i18n, shell.notices_explained)}</p>
                <ErrorNotice text=error />
                {move || offers.with(|o| o.as_ref().map(|o| o.mail)).map(|mails| match mails {
                    true => view! {
                        <TextField
                            id="notice-mail"
                            label=t_signal!(i18n, shell.notices_mail)
                            value=mail
                            kind="email"
                            autocomplete="email"
                        />
                        <label class="check">
                            <input
                                type="checkbox"
                                id="notice-mail-on"
                                prop:checked=move || mail_on.get()
                                on:change=move |event| mail_on.set(event_target_checked(&event))
                            />
                            <span>{t!(i18n, shell.notices_mail_on)}</span>
                        </label>
                    }.into_any(),
                    false => view! {
                        <p class="field-hint">
                            {move || match sends() {
                                true => t_string!(i18n, shell.notices_no_mail),
                                false => t_string!(i18n, shell.notices_no_way),
                            }}
                        </p>
                    }.into_any(),
                })}
                {move || offers.get().and_then(|o| Some((o.push_key?, o.push_here))).map(|(key, here)| match here {
                    true => view! {
                        <div>
                            <button type="button" class="button" on:click=end>{t!(i18n, shell.push_end)}</button>
                        </div>
                    }.into_any(),
                    false => view! {
                        <div>
                            <button type="button" class="button" on:click=move |_| begin(key.clone())>
                                {t!(i18n, shell.push_begin)}
                            </button>
                        </div>
                    }.into_any(),
                })}
                <div class="stack" hidden=move || !sends()>
                <div class="row">
                    <TextField id="quiet-from" label=t_signal!(i18n, shell.quiet_from) value=quiet_from kind="time" />
                    <TextField id="quiet-to" label=t_signal!(i18n, shell.quiet_to) value=quiet_to kind="time" />
                    <TextField id="digest" label=t_signal!(i18n, shell.digest) value=digest kind="time" />
                </div>
                <p class="field-hint">{t!(i18n, shell.notices_times)}</p>
                <div class="row">
                    <button type="submit" id="save-notices" class="button button-primary">{t!(i18n, common.save)}</button>
                    <Show when=move || offers.with(|o| o.as_ref().is_some_and(|o| o.mail && o.preferences.mail.is_some()))>
                        <button type="button" id="test-notices" class="button" on:click=test>{t!(i18n, shell.notices_test)}</button>
                    </Show>
                </div>
                </div>
            </form>
        </section>
    }
}

/// What cannot be kept like that.
fn wrong(i18n: Texts, wanted: &NoticePreferences) -> Option<&'static str> {
    let mail = wanted.mail.as_deref().map(str::trim).unwrap_or_default();
    let parts = mail.split_once('@');
    let whole = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if mail.is_empty() && wanted.mail_on {
        Some(t_string!(i18n, shell.notices_mail_missing))
    } else if !mail.is_empty() && !whole {
        Some(t_string!(i18n, shell.notices_mail_wrong))
    } else if wanted.quiet_from.is_some() != wanted.quiet_to.is_some() {
        Some(t_string!(i18n, shell.quiet_half))
    } else {
        None
    }
}

/// A minute of the day as a field of a time holds it.
fn time(minute: Option<u16>) -> String {
    minute.map_or_else(String::new, |minute| {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    })
}

/// The minute of the day that such a field holds; none: it is empty.
fn minute(time: &str) -> Option<u16> {
    let mut parts = time.split(':');
    let (hours, minutes): (u16, u16) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_of_a_day_are_read_as_they_were_written() {
        for minute_of_day in [0, 1, 59, 60, 540, 1439] {
            assert_eq!(minute(&time(Some(minute_of_day))), Some(minute_of_day));
        }
        assert_eq!(minute(&time(None)), None);
        assert_eq!(minute("24:00"), None);
        assert_eq!(minute("07:30:00"), Some(450));
    }
}
