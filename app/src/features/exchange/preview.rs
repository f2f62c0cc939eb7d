//! What an import would bring, as tables.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::base::{Minutes, Moment, TaskId};
use shared::exchange::mspdi::{DateDifference, Unshown, WhichDate};
use shared::exchange::plan_file::Kind;

use super::adjusted::Adjusted;
use super::cells::Cells;
use super::job::Preview;
use super::words;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::language;
use crate::platform::intl;
use crate::ui::show::Show;

/// How many rows of a table are shown; more would only be slow to scroll.
pub(super) const ROWS: usize = 200;
/// How many tasks are named in one row.
const NAMED: usize = 12;

/// Names of the tasks of a preview.
#[derive(Clone)]
pub(super) struct Names(Arc<HashMap<TaskId, String>>);

impl Names {
    fn of(preview: &Preview) -> Self {
        let tasks = preview.imported.plan.tasks.iter();
        Self(Arc::new(
            tasks.map(|task| (task.id, task.name.clone())).collect(),
        ))
    }

    /// A task's name; its id where it has none.
    pub(super) fn get(&self, task: TaskId) -> String {
        match self.0.get(&task) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => task.to_string(),
        }
    }
}

/// All of a preview.
#[component]
pub(super) fn PreviewBody(
    /// What was read.
    preview: Arc<Preview>,
    /// How many tasks the plan has already.
    #[prop(into)]
    existing: Signal<usize>,
) -> impl IntoView {
    let i18n = use_i18n();
    let report = &preview.imported.report;
    let names = Names::of(&preview);
    let date = move |moment: Moment| intl::format_datetime(language::current_tag(), moment);
    let (start, finish) = preview.span;
    let problems: Vec<String> = report
        .problems
        .iter()
        .take(ROWS)
        .map(|problem| words::problem(i18n, problem, &names))
        .collect();
    let count = report.problems.len();
    view! {
        <section class="stack-2">
            <h3>{t!(i18n, exchange.holds)}</h3>
            <p class="muted">{preview.name.clone()}</p>
            <dl class="exchange-facts" id="import-facts">
                <Fact label=t_signal!(i18n, exchange.tasks) value=report.tasks.to_string() />
                <Fact label=t_signal!(i18n, exchange.links) value=report.links.to_string() />
                <Fact label=t_signal!(i18n, exchange.calendars) value=report.calendars.to_string() />
                <Fact label=t_signal!(i18n, exchange.notes) value=preview.imported.notes.len().to_string() />
                <Fact label=t_signal!(i18n, exchange.start) value=date(start) />
                <Fact label=t_signal!(i18n, exchange.finish) value=date(finish) />
            </dl>
            <Show when=move || existing.get() != 0>
                <div class="notice notice-warn">
                    <p>{move || t_string!(i18n, exchange.adds, n = existing.get()).to_string()}</p>
                </div>
            </Show>
        </section>
        <Dates dates=report.dates.clone() names=names.clone() />
        {(count > 0)
            .then(|| {
                view! {
                    <section class="stack-2">
                        <h3>{t!(i18n, exchange.problems, n = count)}</h3>
                        <ul class="exchange-list">
                            {problems.into_iter().map(|said| view! { <li>{said}</li> }).collect_view()}
                        </ul>
                        <More all=count />
                    </section>
                }
            })}
        <Cells cells=report.cells.clone() more=report.more_cells />
        <Adjusted adjusted=report.adjusted.clone() names=names.clone() />
        <NotShown unshown=report.unshown.clone() names=names kind=preview.kind />
    }
}

#[component]
fn Fact(
    /// What it is.
    label: Signal<String>,
    /// How much.
    value: String,
) -> impl IntoView {
    view! {
        <div>
            <dt>{move || label.get()}</dt>
            <dd class="num">{value}</dd>
        </div>
    }
}

/// "and 17 more", where a table was cut.
#[component]
pub(super) fn More(
    /// How many rows there are.
    all: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    let more = all.saturating_sub(ROWS);
    (more > 0).then(|| view! { <p class="muted">{t!(i18n, exchange.more, n = more)}</p> })
}

#[component]
fn Dates(
    /// What differs.
    dates: Vec<DateDifference>,
    /// Names of tasks.
    names: Names,
) -> impl IntoView {
    let i18n = use_i18n();
    let count = dates.len();
    if count == 0 {
        return view! {
            <div class="notice notice-ok" id="import-dates-equal">
                <p>{t!(i18n, exchange.dates_none)}</p>
            </div>
        }
        .into_any();
    }
    let rows = dates
        .into_iter()
        .take(ROWS)
        .map(|row| {
            let date = move |moment| intl::format_datetime(language::current_tag(), moment);
            let days = words::days(row.ours.minutes() - row.stored.minutes());
            view! {
                <tr>
                    <td>{names.get(row.task)}</td>
                    <td>
                        {match row.which {
                            WhichDate::Start => t_string!(i18n, exchange.start).to_string(),
                            WhichDate::Finish => t_string!(i18n, exchange.finish).to_string(),
                        }}
                    </td>
                    <td class="num">{date(row.stored)}</td>
                    <td class="num">{date(row.ours)}</td>
                    <td class="num">{t!(i18n, exchange.days, n = days)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack-2" id="import-dates">
            <h3>{t!(i18n, exchange.dates, n = count)}</h3>
            <p class="field-hint">{t!(i18n, exchange.dates_hint)}</p>
            <div class="table-wrap exchange-table">
                <table class="table">
                    <thead>
                        <tr>
                            <th>{t!(i18n, exchange.task)}</th>
                            <th>{t!(i18n, exchange.date)}</th>
                            <th class="num">{t!(i18n, exchange.in_file)}</th>
                            <th class="num">{t!(i18n, exchange.here)}</th>
                            <th class="num">{t!(i18n, exchange.difference)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <More all=count />
        </section>
    }
    .into_any()
}

#[component]
fn NotShown(
    /// What is not shown.
    unshown: Vec<Unshown>,
    /// Names of tasks.
    names: Names,
    /// What the file is.
    kind: Kind,
) -> impl IntoView {
    let i18n = use_i18n();
    let count = unshown.len();
    if kind == Kind::Table {
        // what its columns do not say was chosen
        return ().into_any();
    }
    // only a file of MS Project is written into again
    let hint = move || match kind {
        Kind::Mspdi => t_string!(i18n, exchange.unshown_hint).to_string(),
        Kind::Xer | Kind::Table => t_string!(i18n, exchange.unshown_hint_xer).to_string(),
    };
    if count == 0 {
        return view! { <p class="muted">{t!(i18n, exchange.unshown_none)}</p> }.into_any();
    }
    let rows = unshown
        .into_iter()
        .take(ROWS)
        .map(|row| {
            let mut at: Vec<String> = row
                .tasks
                .iter()
                .take(NAMED)
                .map(|task| names.get(*task))
                .collect();
            if row.tasks.len() > NAMED {
                let more = row.tasks.len() - NAMED;
                at.push(t_string!(i18n, exchange.more, n = more).to_string());
            }
            view! {
                <tr>
                    <td>
                        {words::element(i18n, &row.element)}
                        " "
                        <code class="muted">{row.element.clone()}</code>
                    </td>
                    <td>{words::scope(i18n, row.scope)}</td>
                    <td class="num">{row.count}</td>
                    <td>{at.join(", ")}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack-2" id="import-unshown">
            <h3>{t!(i18n, exchange.unshown, n = count)}</h3>
            <p class="field-hint">{hint}</p>
            <div class="table-wrap exchange-table">
                <table class="table">
                    <thead>
                        <tr>
                            <th>{t!(i18n, exchange.what)}</th>
                            <th>{t!(i18n, exchange.belongs)}</th>
                            <th class="num">{t!(i18n, exchange.count)}</th>
                            <th>{t!(i18n, exchange.at_tasks)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <More all=count />
        </section>
    }
    .into_any()
}

/// Used by [`words`]: a difference of minutes is shown in days by the clock.
pub(super) const DAY: Minutes = 24 * 60;
