//! The settings of a plan: its start, calendar and data date, and the rules by which its dates are derived.

use leptos::prelude::*;
use shared::base::{CalendarId, Minutes, Moment};
use shared::doc::command::{Command, RulesEdit};
use shared::domain::plan::{LagCalendar, Latest, Logic};

use super::columns::Writes;
use super::cx::{Side, use_cx};
use super::{duration, work};
use crate::i18n::{t, t_string};
use crate::ui::dates;
use crate::ui::show::Show;

const LAGS: [(&str, LagCalendar); 4] = [
    ("", LagCalendar::Predecessor),
    ("succ", LagCalendar::Successor),
    ("plan", LagCalendar::Plan),
    ("elapsed", LagCalendar::Elapsed),
];

const LOGICS: [(&str, Logic); 2] = [("", Logic::Retained), ("override", Logic::Override)];

const LATEST: [(&str, Latest); 2] = [("", Latest::AllSlack), ("free", Latest::FreeSlack)];

/// The day that a field of the kind `date` holds.
fn day(text: &str) -> Option<Moment> {
    format!("{text}T00:00").parse().ok()
}

/// The sheet.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let plan_fixed = move || !cx.may(Writes::Plan);
    let progress_fixed = move || !cx.may(Writes::Progress);
    let rules = Memo::new(move |_| cx.model.with(|model| model.view.plan.rules));
    let edit_plan = move |start: Option<Moment>, calendar: Option<CalendarId>| {
        cx.dispatch(Command::EditPlan {
            name: None,
            start,
            calendar,
        });
    };
    let edit = move |edit: RulesEdit| {
        cx.dispatch(Command::EditRules { edit });
    };
    let start = move || cx.model.with(|model| model.view.plan.start);
    let finish = move || {
        let finish = cx.model.with(|model| {
            let rows = model.view.schedule.rows.iter();
            rows.map(|row| row.early_finish).max()
        });
        finish.map_or_else(
            || "—".to_owned(),
            |finish| dates::date(finish, cx.lang.get()),
        )
    };
    let calendars = Memo::new(move |_| {
        cx.model.with(|model| {
            let all = model.view.plan.calendars.iter();
            all.map(|(id, calendar)| (*id, calendar.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let set_start = move |text: String| {
        if let Some(at) = day(&text) {
            let start = cx.model.with_untracked(|m| work::day_start(&m.work, at));
            edit_plan(Some(start), None);
        }
    };
    let set_data_date = move |text: String| {
        let date = day(&text);
        let date = date.map(|at| cx.model.with_untracked(|m| work::day_end(&m.work, at)));
        cx.dispatch(Command::SetDataDate { date });
    };
    let set_finish_by = move |text: String| {
        let date = day(&text);
        let date = date.map(|at| cx.model.with_untracked(|m| work::day_end(&m.work, at)));
        edit(RulesEdit::FinishBy(date));
    };
    view! {
        <p class="plan-lead">{t!(i18n, plan.settings_lead)}</p>
        <div class="plan-fields" data-settings>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.plan_start)}</span>
                <input
                    class="input"
                    type="date"
                    data-settings-field="start"
                    disabled=plan_fixed
                    prop:value=move || match start() {
                        at if at == Moment::default() => String::new(),
                        at => dates::iso(at),
                    }
                    on:change=move |ev| set_start(event_target_value(&ev))
                />
            </label>
            <label class="field">
                <span class="field-label">{t!(i18n, plan.plan_finish)}</span>
                <input class="input" data-settings-field="finish" disabled prop:value=finish />
            </label>
            <Show when=move || { calendars.with(Vec::len) > 1 }>
                <label class="field wide">
                    <span class="field-label">{t!(i18n, plan.field_calendar)}</span>
                    <select
                        class="select"
                        data-settings-field="calendar"
                        disabled=plan_fixed
                        on:change=move |ev| edit_plan(None, event_target_value(&ev).parse().ok())
                    >
                        {move || {
                            let now = cx.model.with(|model| model.view.plan.calendar);
                            let all = calendars.get().into_iter();
                            all.map(|(id, name)| {
                                view! { <option value=id.to_string() selected=Some(id) == now>{name}</option> }
                            })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
            <button
                class="button wide"
                data-settings-field="calendars"
                on:click=move |_| cx.side.set(Some(Side::Calendars))
            >
                {t!(i18n, plan.calendars)}
            </button>
            <button
                class="button wide"
                data-settings-field="resources"
                on:click=move |_| cx.side.set(Some(Side::Resources))
            >
                {t!(i18n, resources.title)}
            </button>
            <label class="field wide">
                <span class="field-label">{t!(i18n, plan.field_data_date)}</span>
                <input
                    class="input"
                    type="date"
                    data-settings-field="data_date"
                    aria-describedby="plan-data-date"
                    disabled=progress_fixed
                    prop:value=move || rules.get().data_date.map(dates::iso).unwrap_or_default()
                    on:change=move |ev| set_data_date(event_target_value(&ev))
                />
                <small class="field-hint" id="plan-data-date">{t!(i18n, plan.data_date_hint)}</small>
            </label>
            <label class="field wide">
                <span class="field-label">{t!(i18n, plan.field_finish_by)}</span>
                <input
                    class="input"
                    type="date"
                    data-settings-field="finish_by"
                    aria-describedby="plan-finish-by"
                    disabled=plan_fixed
                    prop:value=move || rules.get().finish_by.map(dates::iso).unwrap_or_default()
                    on:change=move |ev| set_finish_by(event_target_value(&ev))
                />
                <small class="field-hint" id="plan-finish-by">{t!(i18n, plan.finish_by_hint)}</small>
            </label>
        </div>
        <h3 class="plan-side-part">{t!(i18n, plan.settings_rules)}</h3>
        <div class="plan-fields">
            <label class="field wide">
                <span class="field-label">{t!(i18n, plan.field_lag_calendar)}</span>
                <select
                    class="select"
                    data-settings-field="lag"
                    disabled=plan_fixed
                    on:change=move |ev| {
                        let kind = event_target_value(&ev);
                        if let Some((_, lag)) = LAGS.iter().find(|(key, _)| *key == kind) {
                            edit(RulesEdit::Lag(*lag));
                        }
                    }
                >
                    {LAGS
                        .into_iter()
                        .map(|(key, lag)| {
                            view! {
                                <option value=key selected=move || rules.get().lag == lag>
                                    {move || cx.lag_words(key)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <label class="field wide">
                <span class="field-label">{t!(i18n, plan.field_logic)}</span>
                <select
                    class="select"
                    data-settings-field="logic"
                    disabled=plan_fixed
                    on:change=move |ev| {
                        let kind = event_target_value(&ev);
                        if let Some((_, logic)) = LOGICS.iter().find(|(key, _)| *key == kind) {
                            edit(RulesEdit::Logic(*logic));
                        }
                    }
                >
                    {LOGICS
                        .into_iter()
                        .map(|(key, logic)| {
                            view! {
                                <option value=key selected=move || rules.get().logic == logic>
                                    {move || cx.logic_words(key)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <label class="field wide">
                <span class="field-label">{t!(i18n, plan.field_latest)}</span>
                <select
                    class="select"
                    data-settings-field="latest"
                    disabled=plan_fixed
                    on:change=move |ev| {
                        let kind = event_target_value(&ev);
                        if let Some((_, latest)) = LATEST.iter().find(|(key, _)| *key == kind) {
                            edit(RulesEdit::Late(*latest));
                        }
                    }
                >
                    {LATEST
                        .into_iter()
                        .map(|(key, latest)| {
                            view! {
                                <option value=key selected=move || rules.get().late == latest>
                                    {move || cx.latest_words(key)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <Slack
                name="critical"
                label=move || t_string!(i18n, plan.field_critical_slack).to_string()
                now=move || rules.get().critical
                set=move |minutes| edit(RulesEdit::Critical(minutes))
            />
            <Slack
                name="near"
                label=move || t_string!(i18n, plan.field_near_slack).to_string()
                now=move || rules.get().near
                set=move |minutes| edit(RulesEdit::Near(minutes))
            />
            <div class="wide">
                <label class="check">
                    <input
                        type="checkbox"
                        data-settings-field="dates_win"
                        aria-describedby="plan-dates-win"
                        disabled=plan_fixed
                        prop:checked=move || rules.get().dates_win
                        on:change=move |ev| edit(RulesEdit::DatesWin(event_target_checked(&ev)))
                    />
                    {t!(i18n, plan.field_dates_win)}
                </label>
                <small class="field-hint" id="plan-dates-win">{t!(i18n, plan.dates_win_hint)}</small>
                <label class="check">
                    <input
                        type="checkbox"
                        data-settings-field="crews"
                        aria-describedby="plan-crews"
                        disabled=plan_fixed
                        prop:checked=move || rules.get().crews
                        on:change=move |ev| edit(RulesEdit::Crews(event_target_checked(&ev)))
                    />
                    {t!(i18n, resources.field_crews)}
                </label>
                <small class="field-hint" id="plan-crews">{t!(i18n, resources.crews_hint)}</small>
            </div>
        </div>
    }
}

/// A slack, typed as a duration.
#[component]
fn Slack(
    name: &'static str,
    label: impl Fn() -> String + Send + Sync + 'static,
    now: impl Fn() -> Minutes + Send + Sync + Copy + 'static,
    set: impl Fn(Minutes) + Send + Sync + Copy + 'static,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    // what was typed and cannot be read stays to be mended
    let wrong = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| {
        let units = cx.model.with(|model| model.units);
        duration::format(now(), units, cx.lang.get())
    });
    let read = move |text: String| {
        let units = cx.model.with_untracked(|model| model.units);
        match duration::parse(&text, units) {
            Some(minutes) => {
                wrong.set(None);
                set(minutes);
            }
            None => wrong.set(Some(text)),
        }
    };
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                class="input"
                data-settings-field=name
                disabled=move || !cx.may(Writes::Plan)
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                prop:value=move || wrong.get().unwrap_or_else(|| shown.get())
                on:change=move |ev| read(event_target_value(&ev))
            />
            <Show when=move || wrong.with(Option::is_some)>
                <span class="field-error" role="alert">{t!(i18n, plan.not_duration)}</span>
            </Show>
        </label>
    }
}
