//! The calendars of a plan: the hours of a week, and the days that differ.

use leptos::prelude::*;
use shared::base::{CalendarId, Moment, sort};
use shared::doc::command::Command;
use shared::domain::calendar::{Calendar, Exception, Hours};

use super::columns::Writes;
use super::cx::{Cx, Side, use_cx};
use super::holidays::Holidays;
use super::hours;
use crate::i18n::{t, t_string};
use crate::platform::random;
use crate::ui::dates;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// 5 January 1970 was a Monday.
const MONDAY: i64 = 4;

/// A calendar of the plan; where it has none of its own yet, the one that it follows all the same.
fn calendar(cx: &Cx, id: Option<CalendarId>) -> Calendar {
    let model = cx.model.get();
    let mut all = model.view.plan.calendars.iter();
    match all.find(|(of, _)| Some(*of) == id) {
        Some((_, calendar)) => calendar.clone(),
        None => Calendar::standard(t_string!(cx.i18n, plan.calendar_standard)),
    }
}

/// Writes a calendar; the first one becomes the plan's.
fn put(cx: &Cx, id: Option<CalendarId>, calendar: Calendar) -> CalendarId {
    let fresh = id.unwrap_or_else(random::calendar_id);
    let mut commands = vec![Command::PutCalendar {
        id: fresh,
        calendar,
    }];
    if id.is_none() {
        commands.push(Command::EditPlan {
            name: None,
            start: None,
            calendar: Some(fresh),
        });
    }
    cx.dispatch_all(commands);
    fresh
}

/// The sheet.
#[component]
pub(crate) fn Calendars() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let fixed = move || !cx.may(Writes::Plan);
    let all = Memo::new(move |_| {
        cx.model.with(|model| {
            let all = model.view.plan.calendars.iter();
            all.map(|(id, calendar)| (*id, calendar.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let chosen = RwSignal::new(None::<CalendarId>);
    let which = Memo::new(move |_| {
        let of_plan = cx.model.with(|model| model.view.plan.calendar);
        let there = |id: &CalendarId| all.with(|all| all.iter().any(|(of, _)| of == id));
        chosen.get().or(of_plan).filter(there)
    });
    let now = Memo::new(move |_| calendar(&cx, which.get()));
    let change = move |edit: &dyn Fn(&mut Calendar)| {
        let mut calendar = now.get_untracked();
        edit(&mut calendar);
        if calendar != now.get_untracked() {
            put(&cx, which.get_untracked(), calendar);
        }
    };
    let rename = move |name: String| {
        if !name.trim().is_empty() {
            change(&|calendar| name.trim().clone_into(&mut calendar.name));
        }
    };
    let add = move |_| {
        let id = random::calendar_id();
        let mut calendar = now.get_untracked();
        calendar.name = t_string!(i18n, plan.calendar_copy, name = calendar.name).to_string();
        if cx.dispatch(Command::PutCalendar { id, calendar }) {
            chosen.set(Some(id));
        }
    };
    view! {
        <button class="plan-link" on:click=move |_| cx.side.set(Some(Side::Settings))>
            "← "
            {t!(i18n, plan.settings)}
        </button>
        <div class="plan-fields" data-calendars>
            <Show when=move || { all.with(Vec::len) > 1 }>
                <label class="field wide">
                    <span class="field-label">{t!(i18n, plan.field_calendar)}</span>
                    <select
                        class="select"
                        data-calendar-field="which"
                        on:change=move |ev| chosen.set(event_target_value(&ev).parse().ok())
                    >
                        {move || {
                            let all = all.get().into_iter();
                            all.map(|(id, name)| {
                                view! {
                                    <option value=id.to_string() selected=move || which.get() == Some(id)>
                                        {name}
                                    </option>
                                }
                            })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
            <label class="field wide">
                <span class="field-label">{t!(i18n, plan.calendar_name)}</span>
                <input
                    class="input"
                    data-calendar-field="name"
                    disabled=fixed
                    prop:value=move || now.with(|calendar| calendar.name.clone())
                    on:change=move |ev| rename(event_target_value(&ev))
                />
            </label>
        </div>
        <h3 class="plan-side-part">{t!(i18n, plan.calendar_week)}</h3>
        <div class="plan-week">
            {(0..7)
                .map(|day| {
                    let set = move |hours: &Hours| {
                        change(&|calendar| {
                            if let Some(slot) = calendar.week.get_mut(day) {
                                hours.clone_into(slot);
                            }
                        })
                    };
                    view! {
                        <Day
                            name=format!("week{day}")
                            label=move || {
                                dates::weekday(Moment::from_day(MONDAY + day as i64), cx.lang.get())
                            }
                            now=move || {
                                now.with(|calendar| calendar.week.get(day).cloned().unwrap_or_default())
                            }
                            set=move |hours| set(&hours)
                        />
                    }
                })
                .collect_view()}
        </div>
        <Show when=move || !fixed()>
            <Holidays
                now=now
                put=Callback::new(move |calendar| {
                    put(&cx, which.get_untracked(), calendar);
                })
            />
        </Show>
        <h3 class="plan-side-part">{t!(i18n, plan.calendar_days)}</h3>
        <Show when=move || now.with(|calendar| calendar.exceptions.is_empty())>
            <p class="plan-none">{t!(i18n, plan.calendar_no_days)}</p>
        </Show>
        <ul class="plan-days">
            {move || {
                let mut days: Vec<(usize, Exception)> = now
                    .with(|calendar| calendar.exceptions.iter().cloned().enumerate().collect());
                sort::by_key(&mut days, |(_, day)| (day.first, day.last));
                days.into_iter()
                    .map(|(i, day)| {
                        let remove = move |_| {
                            change(&|calendar| {
                                if i < calendar.exceptions.len() {
                                    calendar.exceptions.remove(i);
                                }
                            })
                        };
                        view! {
                            <li>
                                <span>{span(&day, cx.lang.get())}</span>
                                <span class="plan-day-name">{day.name.clone()}</span>
                                <span>
                                    {if day.hours.is_empty() {
                                        t_string!(i18n, plan.calendar_off).to_string()
                                    } else {
                                        hours::format(&day.hours)
                                    }}
                                </span>
                                <Show when=move || !fixed()>
                                    <button
                                        class="button button-quiet button-icon"
                                        aria-label=t!(i18n, plan.calendar_remove_day)
                                        on:click=remove
                                    >
                                        <Icon name="close" />
                                    </button>
                                </Show>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
        <Show when=move || !fixed()>
            <AddDays add=Callback::new(move |day: Exception| {
                change(&|calendar| calendar.exceptions.push(day.clone()));
            }) />
            <button class="button" data-calendar="new" on:click=add>
                {t!(i18n, plan.calendar_new)}
            </button>
        </Show>
    }
}

/// The days of an exception in words.
fn span(day: &Exception, lang: dates::Lang) -> String {
    let first = dates::date(day.first, lang);
    if day.first.day() == day.last.day() {
        format!("{first} {}", dates::weekday(day.first, lang))
    } else {
        format!("{first} – {}", dates::date(day.last, lang))
    }
}

/// The hours of a day, typed.
#[component]
fn Day(
    /// Its name for tests.
    name: String,
    label: impl Fn() -> String + Send + Sync + 'static,
    now: impl Fn() -> Hours + Send + Sync + 'static,
    set: impl Fn(Hours) + Send + Sync + 'static,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    // what was typed and cannot be read stays to be mended
    let wrong = RwSignal::new(None::<String>);
    let read = move |text: String| match hours::parse(&text) {
        Some(hours) => {
            wrong.set(None);
            set(hours);
        }
        None => wrong.set(Some(text)),
    };
    view! {
        <label class="plan-hours">
            <span class="field-label">{label}</span>
            <input
                class="input"
                data-calendar-field=name
                disabled=move || !cx.may(Writes::Plan)
                placeholder=move || t_string!(i18n, plan.calendar_off).to_string()
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                prop:value=move || wrong.get().unwrap_or_else(|| hours::format(&now()))
                on:change=move |ev| read(event_target_value(&ev))
            />
            <Show when=move || wrong.with(Option::is_some)>
                <span class="field-error" role="alert">{t!(i18n, plan.not_hours)}</span>
            </Show>
        </label>
    }
}

/// Fields for days that differ.
#[component]
fn AddDays(add: Callback<Exception>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let name = RwSignal::new(String::new());
    let first = RwSignal::new(String::new());
    let last = RwSignal::new(String::new());
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let day = |text: String| format!("{text}T00:00").parse::<Moment>().ok();
    let submit = move || {
        let Some(from) = day(first.get_untracked()) else {
            error.set(Some(t_string!(i18n, plan.calendar_needs_day).to_string()));
            return;
        };
        let to = day(last.get_untracked()).unwrap_or(from);
        if to < from {
            error.set(Some(t_string!(i18n, plan.calendar_backwards).to_string()));
            return;
        }
        let Some(hours) = hours::parse(&typed.get_untracked()) else {
            error.set(Some(t_string!(i18n, plan.not_hours).to_string()));
            return;
        };
        error.set(None);
        add.run(Exception {
            name: name.get_untracked().trim().to_owned(),
            first: from,
            last: to,
            hours,
        });
        for field in [name, first, last, typed] {
            field.set(String::new());
        }
    };
    let field = move |key: &'static str, kind: &'static str, value: RwSignal<String>| {
        view! {
            <input
                class="input"
                type=kind
                data-calendar-field=key
                prop:value=move || value.get()
                on:input=move |ev| value.set(event_target_value(&ev))
            />
        }
    };
    view! {
        <form
            class="plan-fields"
            on:submit=move |ev| {
                ev.prevent_default();
                submit();
            }
        >
            <label class="field">
                <span class="field-label">{t!(i18n, plan.calendar_first)}</span>
                {field("first", "date", first)}
            </label>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.calendar_last)}</span>
                {field("last", "date", last)}
            </label>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.calendar_day_name)}</span>
                {field("day-name", "text", name)}
            </label>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.calendar_hours)}</span>
                {field("hours", "text", typed)}
            </label>
            <small class="field-hint wide">{t!(i18n, plan.calendar_hours_hint)}</small>
            <Show when=move || error.with(Option::is_some)>
                <span class="field-error wide" role="alert">{move || error.get()}</span>
            </Show>
            <button class="button wide" type="submit" data-calendar="add">
                {t!(i18n, plan.calendar_add)}
            </button>
        </form>
    }
}
