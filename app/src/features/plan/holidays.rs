//! Holidays for a calendar: China's, those of another country, or those of a file, looked at before they are added.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;
use serde::Deserialize;
use shared::domain::calendar::Calendar;
use shared::domain::calendar::holidays::{Holiday, Problem};

use super::cx::{Cx, use_cx};
use crate::i18n::{t, t_string};
use crate::language;
use crate::platform::http;
use crate::platform::intl;
use crate::platform::worker::{Input, Job, PickedFile};
use crate::ui::dates;
use crate::ui::show::Show;

/// Known on every device; other countries' are asked of the server.
const CHINA: &str = "CN";

/// Holidays that may be added, as the Worker read them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Offer {
    list: Vec<Holiday>,
    years: Vec<i32>,
    text: String,
    calendar: Calendar,
    problems: Vec<Problem>,
}

/// Where holidays come from.
enum Origin {
    China,
    Country(String),
    File(PickedFile),
    /// Looked at already.
    Text(String),
}

/// Why there are none.
enum Trouble {
    Unreachable,
    NotRead,
}

/// The years that a plan lasts, and one more.
fn years(cx: &Cx) -> (i32, i32) {
    cx.model.with_untracked(|model| {
        let start = model.view.plan.start.parts().0;
        let finish = model.view.schedule.finish.parts().0;
        (start, finish.max(start) + 1)
    })
}

async fn read(
    job: StoredValue<Option<Rc<Job>>, LocalStorage>,
    calendar: Calendar,
    (first, last): (i32, i32),
    from: Origin,
) -> Result<Offer, Trouble> {
    let input = match from {
        Origin::China => Input::None,
        Origin::File(file) => Input::File(file),
        Origin::Text(text) => Input::Bytes(text.into_bytes()),
        Origin::Country(code) => {
            let path = format!("/api/holidays/{code}?first={first}&last={last}");
            let bytes = http::get_bytes(&path).await;
            Input::Bytes(bytes.map_err(|_| Trouble::Unreachable)?)
        }
    };
    let text = serde_json::json!({ "calendar": calendar, "first": first, "last": last });
    let work = Job::start("holidays", &text.to_string(), input).map_err(|_| Trouble::NotRead)?;
    let work = Rc::new(work);
    // an older one ends here
    job.try_set_value(Some(Rc::clone(&work)));
    let answer = work.answer().await.map_err(|_| Trouble::NotRead)?;
    let json = answer.json.filter(|_| answer.ok).unwrap_or_default();
    serde_json::from_str(&json).map_err(|_| Trouble::NotRead)
}

/// The part of the sheet.
#[component]
pub(super) fn Holidays(
    /// The calendar.
    now: Memo<Calendar>,
    /// Takes it with the holidays.
    put: Callback<Calendar>,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let country = RwSignal::new(CHINA.to_owned());
    let countries = RwSignal::new(vec![CHINA.to_owned()]);
    let offer = RwSignal::new(None::<Offer>);
    let trouble = RwSignal::new(None::<String>);
    let job = StoredValue::new_local(None);
    spawn_local(async move {
        if let Ok(mut all) = http::get::<Vec<String>>("/api/holidays").await {
            all.retain(|code| code != CHINA);
            all.insert(0, CHINA.to_owned());
            countries.try_set(all);
        }
    });
    let look = move |from: Origin, add: bool| {
        let years = years(&cx);
        let calendar = now.get_untracked();
        trouble.set(None);
        spawn_local(async move {
            let read = read(job, calendar, years, from).await;
            match read {
                Ok(found) if add => {
                    offer.try_set(None);
                    put.try_run(found.calendar);
                }
                Ok(found) => {
                    offer.try_set(Some(found));
                }
                Err(why) => {
                    let words = match why {
                        Trouble::Unreachable => t_string!(i18n, plan.holidays_unreachable),
                        Trouble::NotRead => t_string!(i18n, plan.holidays_not_read),
                    };
                    trouble.try_set(Some(words.to_string()));
                }
            }
        });
    };
    let show = move |_| {
        let code = country.get_untracked();
        let from = match code.as_str() {
            CHINA => Origin::China,
            _ => Origin::Country(code),
        };
        look(from, false);
    };
    let accept = move |_| {
        if let Some(found) = offer.get_untracked() {
            look(Origin::Text(found.text), true);
        }
    };
    let missing = move |found: &Offer| {
        let (first, last) = years(&cx);
        let missing = (first..last).filter(|year| !found.years.contains(year));
        missing
            .map(|year| year.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    view! {
        <h3 class="plan-side-part">{t!(i18n, plan.holidays)}</h3>
        <div class="plan-fields" data-holidays>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.holidays_country)}</span>
                <select
                    class="select"
                    data-holidays-field="country"
                    on:change=move |ev| country.set(event_target_value(&ev))
                >
                    {move || {
                        let language = language::tag(i18n.get_locale());
                        let now = country.get_untracked();
                        let mut all: Vec<(String, String)> = countries
                            .get()
                            .into_iter()
                            .map(|code| (intl::region(language, &code), code))
                            .collect();
                        if let Some(others) = all.get_mut(1..) {
                            shared::base::sort::plain(others);
                        }
                        all.into_iter()
                            .map(|(name, code)| {
                                let selected = code == now;
                                view! { <option value=code selected=selected>{name}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
            <button class="button" data-holidays-field="show" on:click=show>
                {t!(i18n, plan.holidays_show)}
            </button>
            <label class="button wide">
                <input
                    type="file"
                    class="sr-only"
                    data-holidays-field="file"
                    accept=".ics,.csv,.txt,text/calendar,text/csv,text/plain"
                    on:change=move |event| {
                        if let Some(file) = PickedFile::from_input(&event) {
                            look(Origin::File(file), false);
                        }
                    }
                />
                {t!(i18n, plan.holidays_file)}
            </label>
        </div>
        <Show when=move || trouble.with(Option::is_some)>
            <p class="plan-warn" role="alert">{move || trouble.get()}</p>
        </Show>
        {move || {
            offer
                .get()
                .map(|found| {
                    let none = found.list.is_empty();
                    let missing = missing(&found);
                    let bad = found.problems.len();
                    let line = found.problems.first().map_or(0, |problem| problem.line);
                    let lang = cx.lang.get();
                    view! {
                        <article class="plan-card" data-holidays-offer>
                            {none.then(|| view! { <p>{t!(i18n, plan.holidays_none)}</p> })}
                            {(bad > 0)
                                .then(|| {
                                    view! {
                                        <p class="plan-warn">
                                            {t_string!(i18n, plan.holidays_bad, n = bad, line = line).to_string()}
                                        </p>
                                    }
                                })}
                            <ul class="plan-days">
                                {found
                                    .list
                                    .iter()
                                    .map(|holiday| line_of(&cx, holiday, lang))
                                    .collect_view()}
                            </ul>
                            {(!none && !missing.is_empty())
                                .then(|| {
                                    view! {
                                        <p class="plan-warn">
                                            {t_string!(i18n, plan.holidays_unknown, years = missing).to_string()}
                                        </p>
                                    }
                                })}
                            {(!none)
                                .then(|| {
                                    view! {
                                        <button
                                            class="button button-primary"
                                            data-holidays-field="add"
                                            on:click=accept
                                        >
                                            {t!(i18n, plan.holidays_add)}
                                        </button>
                                    }
                                })}
                            <button class="button" on:click=move |_| offer.set(None)>
                                {t!(i18n, plan.close)}
                            </button>
                        </article>
                    }
                })
        }}
    }
}

/// A holiday: its name, the days off, the days worked for it.
fn line_of(cx: &Cx, holiday: &Holiday, lang: dates::Lang) -> impl IntoView + use<> {
    let i18n = cx.i18n;
    let name = match holiday.name.as_str() {
        "" => t_string!(i18n, plan.holidays_unnamed).to_string(),
        name => name.to_owned(),
    };
    let off = holiday.off.map(|(first, last)| match first == last {
        true => dates::date(first, lang),
        false => format!("{} – {}", dates::date(first, lang), dates::date(last, lang)),
    });
    let work: Vec<String> = holiday
        .work
        .iter()
        .map(|day| dates::date(*day, lang))
        .collect();
    let work = (!work.is_empty())
        .then(|| t_string!(i18n, plan.holidays_worked, days = work.join(", ")).to_string());
    view! {
        <li>
            <span class="plan-day-name">{name}</span>
            <span>{off}</span>
            <span>{work}</span>
        </li>
    }
}
