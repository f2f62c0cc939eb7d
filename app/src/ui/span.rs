//! From when until when something holds: days in a form, a line of a list, and the end of it.

use leptos::prelude::*;
use shared::base::{Moment, Timestamp};
use shared::domain::organisation::Refusal;

use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::platform::clock;
use crate::platform::http;
use crate::ui::dates;
use crate::ui::sending::{Sending, Sent, refusal};
use crate::words::Texts;

/// The first and the last day as somebody types them, in this device's time zone. Empty: from now, and without an end.
#[derive(Clone, Copy)]
pub struct Days {
    first: RwSignal<String>,
    last: RwSignal<String>,
}

impl Default for Days {
    fn default() -> Self {
        Self {
            first: RwSignal::new(String::new()),
            last: RwSignal::new(String::new()),
        }
    }
}

impl Days {
    /// The moments that the days mean: none for a beginning of today, because that is now; the end is the midnight after
    /// the last day.
    pub fn read(self) -> Result<(Option<Timestamp>, Option<Timestamp>), Refusal> {
        let first = typed(&self.first.get_untracked());
        let last = typed(&self.last.get_untracked());
        let (first, end) = meant(first, last, clock::local_now().day())?;
        Ok((first.map(begins), end.map(begins)))
    }
}

/// The days at whose beginnings something begins and ends; none: now, and without an end.
fn meant(
    first: Option<i64>,
    last: Option<i64>,
    today: i64,
) -> Result<(Option<i64>, Option<i64>), Refusal> {
    let first = first.unwrap_or(today);
    if first < today || last.is_some_and(|last| last < today) {
        return Err(Refusal::Over);
    }
    if last.is_some_and(|last| last < first) {
        return Err(Refusal::EndsBeforeBegins);
    }
    Ok(((first > today).then_some(first), last.map(|last| last + 1)))
}

/// The day that a field of a date holds, as days since 1970.
fn typed(text: &str) -> Option<i64> {
    let near = Moment::default();
    dates::parse(text, near, near).map(|(at, _)| at.day())
}

fn begins(day: i64) -> Timestamp {
    clock::absolute(Moment::from_day(day))
}

/// Two fields: the first and the last day.
#[component]
pub fn DaysFields(
    /// What they hold.
    days: Days,
) -> impl IntoView {
    let i18n = use_i18n();
    let today = dates::iso(clock::local_now());
    view! {
        <div class="two">
            <div class="field">
                <label for="span-first">{t!(i18n, organisation.first_day)}</label>
                <input
                    id="span-first"
                    class="input"
                    type="date"
                    min=today.clone()
                    aria-describedby="span-first-hint"
                    prop:value=move || days.first.get()
                    on:input=move |event| days.first.set(event_target_value(&event))
                />
                <span class="field-hint" id="span-first-hint">{t!(i18n, organisation.first_day_hint)}</span>
            </div>
            <div class="field">
                <label for="span-last">{t!(i18n, organisation.last_day)}</label>
                <input
                    id="span-last"
                    class="input"
                    type="date"
                    min=today
                    aria-describedby="span-last-hint"
                    prop:value=move || days.last.get()
                    on:input=move |event| days.last.set(event_target_value(&event))
                />
                <span class="field-hint" id="span-last-hint">{t!(i18n, organisation.last_day_hint)}</span>
            </div>
        </div>
    }
}

/// A moment as people read it where whole days are meant: `day`, or with its time where it is within a day.
fn day_of(i18n: Texts, at: Timestamp) -> String {
    dates::date(clock::local(at), language::lang(i18n.get_locale()))
}

/// From when until when, in words; the end is named by the last day on which it holds.
pub fn span_words(i18n: Texts, since: Timestamp, until: Option<Timestamp>) -> String {
    let since = day_of(i18n, since);
    match until {
        None => t_string!(i18n, organisation.span_open, since = since).to_string(),
        Some(until) => {
            let wall = clock::local(until);
            let last = match wall.minute_of_day() {
                0 => day_of(i18n, until.plus_ms(-1)),
                _ => dates::date_time(wall, language::lang(i18n.get_locale())),
            };
            t_string!(i18n, organisation.span_until, since = since, last = last).to_string()
        }
    }
}

/// Somebody who holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Where its end is asked for: an address without `?until=`.
    pub path: String,
    /// Who.
    pub name: String,
    /// More about it; may be empty.
    pub note: String,
    /// From when.
    pub since: Timestamp,
    /// Until when.
    pub until: Option<Timestamp>,
}

/// Those who hold something, each with a way to end it.
#[component]
pub fn HeldList(
    /// Who.
    #[prop(into)]
    held: Signal<Vec<Held>>,
    /// Ends one.
    end: Callback<Held>,
) -> impl IntoView {
    let i18n = use_i18n();
    let line = move |held: Held| {
        let (since, until) = (held.since, held.until);
        let (name, note) = (held.name.clone(), held.note.clone());
        let (label, key) = (name.clone(), name.clone());
        let letter = name.chars().next().map(String::from);
        let later = since > clock::now();
        view! {
            <li class="held" data-held=key>
                <span class="avatar" aria-hidden="true" data-letter=letter></span>
                <span class="held-name">
                    <strong>{name}</strong>
                    {(!note.is_empty()).then(|| view! { <small class="muted">{note}</small> })}
                </span>
                <small class="muted num held-span">{move || span_words(i18n, since, until)}</small>
                {later.then(|| view! { <span class="badge">{t!(i18n, organisation.not_yet)}</span> })}
                <button
                    type="button"
                    class="button button-quiet"
                    aria-label=move || t_string!(i18n, organisation.end_of, name = label.clone()).to_string()
                    on:click=move |_| end.run(held.clone())
                >
                    {t!(i18n, organisation.end)}
                </button>
            </li>
        }
    };
    move || {
        let held = held.get();
        (!held.is_empty()).then(|| {
            view! { <ul class="held-list">{held.into_iter().map(line).collect_view()}</ul> }
        })
    }
}

/// Asks from when on something holds no more, and ends it.
#[component]
pub fn EndForm(
    /// What.
    held: Held,
    /// It has an end now.
    done: Callback<()>,
    /// Leaves it as it is.
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let later = RwSignal::new(false);
    let last = RwSignal::new(String::new());
    let (name, path) = (held.name, held.path);
    let (since, until) = (held.since, held.until);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut path = path.clone();
        if later.get_untracked() {
            let Some(last) = typed(&last.get_untracked()) else {
                sending.refuse(t_string!(i18n, organisation.day_missing));
                return;
            };
            if last < clock::local_now().day() {
                sending.refuse(refusal(i18n, Refusal::Over));
                return;
            }
            path = format!("{path}?until={}", begins(last + 1).0);
        }
        sending.send(async move { http::delete(&path).await }, move |()| {
            done.run(());
        });
    };
    let choice = move |value: bool, id: &'static str, text: fn(Texts) -> &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="end-when"
                    id=id
                    prop:checked=move || later.get() == value
                    on:change=move |_| later.set(value)
                />
                <span>{move || text(i18n)}</span>
            </label>
        }
    };
    view! {
        <form on:submit=submit novalidate=true>
            <div class="dialog-body">
                <Sent of=sending />
                <p>
                    <strong>{name}</strong>
                    " · "
                    <span class="muted num">{move || span_words(i18n, since, until)}</span>
                </p>
                <fieldset class="choices">
                    <legend class="field-label">{t!(i18n, organisation.end_when)}</legend>
                    {choice(false, "end-now", |i18n| t_string!(i18n, organisation.end_now))}
                    {choice(true, "end-later", |i18n| t_string!(i18n, organisation.end_later))}
                </fieldset>
                {move || later.get().then(|| view! {
                    <div class="field">
                        <label for="end-last">{t!(i18n, organisation.last_day)}</label>
                        <input
                            id="end-last"
                            class="input"
                            type="date"
                            min=dates::iso(clock::local_now())
                            prop:value=move || last.get()
                            on:input=move |event| last.set(event_target_value(&event))
                        />
                    </div>
                })}
                <p class="field-hint">{t!(i18n, organisation.end_hint)}</p>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>{t!(i18n, common.cancel)}</button>
                <button type="submit" id="end-go" class="button button-danger" disabled=move || sending.busy()>
                    {t!(i18n, organisation.end)}
                </button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_day_begins_at_once_where_it_is_today_and_the_last_one_ends_with_its_midnight() {
        assert_eq!(meant(None, None, 10), Ok((None, None)));
        assert_eq!(meant(Some(10), Some(10), 10), Ok((None, Some(11))));
        assert_eq!(meant(Some(12), Some(14), 10), Ok((Some(12), Some(15))));
    }

    #[test]
    fn a_day_that_is_over_and_a_last_day_before_the_first_are_refused() {
        assert_eq!(meant(Some(9), None, 10), Err(Refusal::Over));
        assert_eq!(meant(None, Some(9), 10), Err(Refusal::Over));
        assert_eq!(
            meant(Some(12), Some(11), 10),
            Err(Refusal::EndsBeforeBegins)
        );
    }
}
