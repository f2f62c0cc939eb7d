//! The calendar 日历: a month's weeks, each with the tasks that lie in it.

use leptos::prelude::*;
use shared::base::time::DAY;
use shared::base::{Moment, TaskId, sort};

use super::super::cx::use_cx;
use super::{Shape, weeks};
use crate::i18n::{t, t_signal, t_string};
use crate::ui::dates::{self, Lang};
use crate::ui::each::For;
use crate::ui::keep::Keep;
use crate::ui::scale::{self, Tier};
use crate::ui::show::Show;

/// So many lines a week has until it is opened.
const LINES: usize = 5;

/// A task in a week: from and to which day of it (0 to 6), and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) task: TaskId,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) line: usize,
    /// It goes on before, and after.
    open: (bool, bool),
    pub(super) milestone: bool,
    pub(super) critical: bool,
    done: bool,
}

/// A stretch of time that a task takes, to be laid into weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    task: TaskId,
    start: Moment,
    finish: Moment,
    critical: bool,
    done: bool,
}

/// The days of a span: a finish at midnight is the end of the day before.
fn days(span: &Span) -> (i64, i64) {
    let first = span.start.day();
    let last = match span.finish > span.start {
        true => span.finish.plus(-1).day(),
        false => span.finish.day(),
    };
    (first, last.max(first))
}

/// The tasks of the week that begins on a day, each in the first line that has room.
fn week(spans: &[Span], first: i64) -> Vec<Bar> {
    let mut lines: Vec<i64> = Vec::new();
    let mut bars = Vec::new();
    for span in spans {
        let (from, to) = days(span);
        if to < first || from > first + 6 {
            continue;
        }
        let (a, b) = ((from - first).max(0), (to - first).min(6));
        let line = match lines.iter().position(|last| *last < a) {
            Some(line) => line,
            None => {
                lines.push(-1);
                lines.len() - 1
            }
        };
        if let Some(last) = lines.get_mut(line) {
            *last = b;
        }
        bars.push(Bar {
            task: span.task,
            from: a,
            to: b,
            line,
            open: (from < first, to > first + 6),
            milestone: span.start == span.finish,
            critical: span.critical,
            done: span.done,
        });
    }
    bars
}

/// The calendar.
#[component]
pub(super) fn Month() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let today = cx.today();
    let spans = Memo::new(move |_| {
        let model = cx.model.get();
        let leaves = cx.leaves().into_iter().filter(|i| !model.inactive(*i));
        let mut spans: Vec<Span> = leaves
            .filter_map(|i| {
                let dates = model.dates(i);
                Some(Span {
                    task: model.outline.id(i)?,
                    start: dates.early_start,
                    finish: dates.early_finish.max(dates.early_start),
                    critical: dates.critical,
                    done: model.percent(i) == 100,
                })
            })
            .collect();
        // what is longest lies at the top
        sort::by_key(&mut spans, |span| {
            let (from, to) = days(span);
            (from, from - to)
        });
        spans
    });
    // today's month, where the plan lies in it; else where it begins
    let first = untrack(|| {
        spans.with(|spans| {
            let start = spans.iter().map(|span| span.start).min();
            let finish = spans.iter().map(|span| span.finish).max();
            match start.zip(finish) {
                Some((start, finish)) if today < start || finish < today => start,
                _ => today,
            }
        })
    });
    let month = RwSignal::new(scale::floor(Tier::Month, first));
    let weeks = move || -> Vec<i64> {
        let first = month.get();
        let monday = scale::floor(Tier::Week, first).day();
        let last = scale::next(Tier::Month, first).day();
        (0..6)
            .map(|n| monday + 7 * n)
            .filter(|day| *day < last)
            .collect()
    };
    let title = move || {
        let (year, n, ..) = month.get().parts();
        match cx.lang.get() {
            Lang::En => format!("{} {year}", dates::month(n)),
            Lang::Zh => format!("{year}年{n}月"),
        }
    };
    let by = move |later: bool| {
        month.update(|at| {
            *at = match later {
                true => scale::next(Tier::Month, *at),
                false => scale::floor(Tier::Month, at.plus(-DAY)),
            };
        });
    };
    let draw = move |width: f64| {
        let model = cx.model.get();
        let (month, lang) = (month.get(), cx.lang.get());
        let page = weeks::Page {
            title: title(),
            month: month.parts().1,
            weeks: weeks()
                .into_iter()
                .map(|day| (day, spans.with(|spans| week(spans, day))))
                .collect(),
            today: today.day(),
            lang,
        };
        let off = |day: i64| model.work.hours_on(Moment::from_day(day)).is_empty();
        let name = |id: TaskId| {
            model
                .by_id(id)
                .map_or_else(String::new, |task| task.name.clone())
        };
        Some(weeks::draw(&page, &off, &name, width))
    };
    cx.prints(Shape::Month, Callback::new(draw));
    view! {
        <div class="plan-shape-tools">
            <button class="button button-quiet button-icon" aria-label=t!(i18n, shapes.before) data-month="before" on:click=move |_| by(false)>
                "‹"
            </button>
            <h3 class="plan-month-title" aria-live="polite">{title}</h3>
            <button class="button button-quiet button-icon" aria-label=t!(i18n, shapes.after) data-month="after" on:click=move |_| by(true)>
                "›"
            </button>
            <button class="button button-quiet" on:click=move |_| month.set(scale::floor(Tier::Month, today))>
                {t!(i18n, shapes.today)}
            </button>
        </div>
        <div class="plan-month">
            <div class="plan-month-days" aria-hidden="true">
                // 5 January 1970 was a Monday
                {(4..11)
                    .map(|day| view! { <span>{move || dates::weekday(Moment::from_day(day), cx.lang.get())}</span> })
                    .collect_view()}
            </div>
            <For each=weeks key=move |day| (*day, month.get_untracked()) let:day>
                <Week first=day month=month spans=spans />
            </For>
        </div>
        <Keep
            make=Callback::new(move |_| draw(1_040.0))
            file=Signal::derive(move || cx.file_name(&title()))
            label=t_signal!(i18n, shapes.keep)
            failed=cx.picture_failed()
        />
    }
}

#[component]
fn Week(first: i64, month: RwSignal<Moment>, spans: Memo<Vec<Span>>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let bars = Memo::new(move |_| spans.with(|spans| week(spans, first)));
    let whole = RwSignal::new(false);
    let lines = move || bars.with(|bars| bars.iter().map(|b| b.line + 1).max().unwrap_or(0));
    let hidden = move || bars.with(|bars| bars.iter().filter(|b| b.line >= LINES).count());
    let shown = move || {
        let all = bars.get().into_iter();
        all.filter(|bar| whole.get() || bar.line < LINES)
            .collect::<Vec<_>>()
    };
    let today = cx.today().day();
    let here = month.get_untracked().parts().1;
    view! {
        <div class="plan-month-week" style:min-height=move || {
            let lines = if whole.get() { lines() } else { lines().min(LINES) };
            format!("calc(1.9rem + {} * 1.7rem + 1.6rem)", lines.max(2))
        }>
            <div class="plan-month-row">
                {(first..first + 7)
                    .map(|day| {
                        let at = Moment::from_day(day);
                        let off = cx.model.with_untracked(|m| m.work.hours_on(at).is_empty());
                        let (_, n, date, ..) = at.parts();
                        view! {
                            <div
                                class="plan-month-day"
                                class:off=off
                                class:other=n != here
                                class:today=day == today
                            >
                                {match date {
                                    1 => format!("{n}/1"),
                                    date => date.to_string(),
                                }}
                            </div>
                        }
                    })
                    .collect_view()}
            </div>
            <For each=shown key=|bar| (bar.task, bar.from, bar.to, bar.line, bar.critical, bar.done) let:bar>
                {
                    let name = move || {
                        cx.model.with(|m| m.by_id(bar.task).map_or_else(String::new, |t| t.name.clone()))
                    };
                    view! {
                        <button
                            class="plan-month-bar"
                            class:milestone=bar.milestone
                            class:critical=bar.critical
                            class:done=bar.done
                            class:from-before=bar.open.0
                            class:goes-on=bar.open.1
                            data-task=bar.task.to_string()
                            title=name
                            style:left=format!("calc({} * 100% / 7 + 2px)", bar.from)
                            style:width=format!("calc({} * 100% / 7 - 4px)", bar.to - bar.from + 1)
                            style:top=format!("calc(1.9rem + {} * 1.7rem)", bar.line)
                            on:click=move |_| cx.open_task(bar.task)
                        >
                            {name}
                        </button>
                    }
                }
            </For>
            <Show when=move || { hidden() > 0 && !whole.get() }>
                <button class="plan-link plan-month-more" on:click=move |_| whole.set(true)>
                    {move || t_string!(i18n, shapes.more, n = hidden()).to_string()}
                </button>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(n: u8, from: (i64, i64), to: (i64, i64)) -> Span {
        let at = |(day, hour): (i64, i64)| Moment::from_day(day).plus(hour * 60);
        Span {
            task: TaskId::from_bytes([n; 8]),
            start: at(from),
            finish: at(to),
            critical: false,
            done: false,
        }
    }

    #[test]
    fn tasks_lie_in_the_first_line_that_has_room_and_are_cut_at_the_week() {
        let spans = [
            span(1, (-3, 8), (2, 17)),
            span(2, (1, 8), (1, 17)),
            span(3, (2, 8), (20, 17)),
            // ends at midnight: the day before is its last
            span(4, (3, 8), (4, 0)),
            span(5, (8, 8), (9, 8)),
        ];
        let bars = week(&spans, 0);
        let laid: Vec<_> = bars
            .iter()
            .map(|b| (b.from, b.to, b.line, b.open))
            .collect();
        let (inside, before, after) = ((false, false), (true, false), (false, true));
        assert_eq!(
            laid,
            [
                (0, 2, 0, before),
                (1, 1, 1, inside),
                (2, 6, 1, after),
                (3, 3, 0, inside)
            ]
        );
    }
}
