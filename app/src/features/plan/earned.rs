//! Earned value of the plan against a baseline: figures, the S-curve, branches.

use std::sync::Arc;

use leptos::prelude::*;
use shared::base::{Minutes, Moment, TaskId, sort};
use shared::domain::earned_value::{
    Curve, Factor, Figures, Method, Outlook, Point, Problem, Standing, Times, Unit,
};
use shared::domain::money::Money;

use super::baselines::Against;
use super::cx::{Cx, Side, use_cx};
use super::duration;
use super::model::Model;
use crate::i18n::{t, t_signal, t_string};
use crate::language;
use crate::platform::intl;
use crate::ui::curve::{self, Line};
use crate::ui::dates::{self, Lang};
use crate::ui::drawn::Drawn;
use crate::ui::money;
use crate::ui::show::Show;

/// Points of a curve: more than the sheet has room to tell apart.
const POINTS: usize = 61;
/// So many problems are told.
const MOST: usize = 50;

/// The plan measured against its baseline; `None` without one.
#[derive(Debug, Clone)]
struct Measured {
    standing: Arc<Standing>,
    times: Option<Times>,
    problems: Vec<Problem>,
    /// A data date is set.
    dated: bool,
}

fn measure(model: &Model, today: Moment) -> Option<Measured> {
    let view = &model.view;
    let dated = view.plan.rules.data_date;
    let at = dated.unwrap_or(today);
    let (standing, problems) = Standing::of(&view.plan, &view.schedule, model.baseline()?, at);
    Some(Measured {
        times: standing.times(None),
        standing: Arc::new(standing),
        problems,
        dated: dated.is_some(),
    })
}

/// An amount in words; tracked.
fn amount(cx: &Cx, unit: Unit, amount: Money) -> String {
    match unit {
        Unit::Money => money::format(amount),
        Unit::Work => {
            let tag = language::tag(cx.i18n.get_locale());
            let hours = intl::format_number(tag, amount.units() / 60.0, 1);
            t_string!(cx.i18n, earned.hours, n = hours).to_string()
        }
    }
}

fn ratio(cx: &Cx, ratio: Option<f64>) -> String {
    let tag = language::tag(cx.i18n.get_locale());
    ratio.map_or_else(|| "—".to_owned(), |r| intl::format_number(tag, r, 2))
}

/// A line of the table: the sign that the field knows it by, its name, its value, and whether it is bad news.
type Told = (&'static str, String, String, bool);

fn figures(cx: &Cx, measured: &Measured) -> Vec<Told> {
    let i18n = cx.i18n;
    let standing = &measured.standing;
    let figures = standing.measured.project;
    let times = measured.times.as_ref();
    let unit = standing.unit;
    let show = |of: Money| amount(cx, unit, of);
    let below = |ratio: Option<f64>| ratio.is_some_and(|ratio| ratio < 0.995);
    macro_rules! name {
        ($key:ident) => {
            t_string!(i18n, earned.$key).to_string()
        };
    }
    let mut told = vec![
        ("BAC", name!(bac), show(figures.bac), false),
        ("PV", name!(pv), show(figures.pv), false),
        ("EV", name!(ev), show(figures.ev), false),
        (
            "SV",
            name!(sv),
            show(figures.sv()),
            figures.sv().is_negative(),
        ),
        (
            "SPI",
            name!(spi),
            ratio(cx, figures.spi()),
            below(figures.spi()),
        ),
    ];
    let spi_t = times.and_then(Times::spi_t);
    told.push(("SPI(t)", name!(spi_t), ratio(cx, spi_t), below(spi_t)));
    if let Some(times) = times {
        let late = -times.sv_t().round() as Minutes;
        let es = standing.gauge.date(None, times.earned);
        let es = es.map_or_else(String::new, |at| dates::date(at, cx.lang.get()));
        let words = format!("{es} ({})", apart(cx, late));
        told.push(("ES", name!(es), words, late > 0));
    }
    if unit == Unit::Money {
        let eac = figures.eac(Factor::Cpi, times);
        let of = |amount: Option<Money>| amount.map_or_else(|| "—".to_owned(), &show);
        let vac = eac.map(|eac| figures.vac(eac));
        told.extend([
            ("AC", name!(ac), show(figures.ac), false),
            (
                "CV",
                name!(cv),
                show(figures.cv()),
                figures.cv().is_negative(),
            ),
            (
                "CPI",
                name!(cpi),
                ratio(cx, figures.cpi()),
                below(figures.cpi()),
            ),
            ("EAC", name!(eac), of(eac), false),
            (
                "ETC",
                name!(etc),
                of(eac.map(|eac| figures.etc(eac))),
                false,
            ),
            (
                "VAC",
                name!(vac),
                of(vac),
                vac.is_some_and(Money::is_negative),
            ),
            ("TCPI", name!(tcpi), ratio(cx, figures.tcpi()), false),
        ]);
    }
    let whole = times.and_then(|t| t.eac_t(Method::EarnedSchedule, Factor::SpiT, &figures));
    let end = whole.and_then(|minutes| standing.gauge.date(None, minutes));
    let end = end.map_or_else(|| "—".to_owned(), |at| dates::date(at, cx.lang.get()));
    told.push(("EAC(t)", name!(eac_t), end, false));
    told
}

/// How late or early something is; tracked.
fn apart(cx: &Cx, late: Minutes) -> String {
    let i18n = cx.i18n;
    let units = cx.model.with(|model| model.units);
    let by = duration::format(late.abs(), units, cx.lang.get());
    match late {
        0 => t_string!(i18n, earned.on_time).to_string(),
        1.. => t_string!(i18n, earned.late_by, by = by).to_string(),
        _ => t_string!(i18n, earned.early_by, by = by).to_string(),
    }
}

/// What was told of a task that could not be counted whole; tracked.
fn problem(cx: &Cx, problem: &Problem) -> Option<(TaskId, String)> {
    let i18n = cx.i18n;
    let (task, words) = match problem {
        Problem::Unplanned { task } => (task, t_string!(i18n, earned.problem_unplanned)),
        Problem::NotStarted { task } => (task, t_string!(i18n, earned.problem_started)),
        Problem::AfterDataDate { task } => (task, t_string!(i18n, earned.problem_after)),
        Problem::FinishBeforeStart { task } | Problem::FinishedNotDone { task } => {
            (task, t_string!(i18n, earned.problem_other))
        }
        // milestones have none, and that is no news; the others cannot come from a plan
        _ => return None,
    };
    Some((*task, words.to_string()))
}

/// The sheet.
#[component]
pub(crate) fn Earned() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let measured = Memo::new_with_compare(
        move |_| cx.model.with(|model| measure(model, cx.today())),
        |_, _| true,
    );
    let empty = move || {
        measured.with(|m| {
            m.as_ref()
                .is_some_and(|m| m.standing.measured.rows.is_empty())
        })
    };
    let lead = move || {
        measured.with(|m| {
            let m = m.as_ref()?;
            let at = dates::date(m.standing.measured.at, cx.lang.get());
            let at = match m.dated {
                true => t_string!(i18n, earned.at, date = at).to_string(),
                false => t_string!(i18n, earned.at_today).to_string(),
            };
            let unit = match m.standing.unit {
                Unit::Money => t_string!(i18n, earned.in_money),
                Unit::Work => t_string!(i18n, earned.in_work),
            };
            Some(format!("{at} {unit}"))
        })
    };
    let lines = move || measured.with(|m| m.as_ref().map(|m| figures(&cx, m)));
    let problems = move || {
        measured.with(|m| {
            let all = m.iter().flat_map(|m| &m.problems);
            all.filter_map(|p| problem(&cx, p))
                .take(MOST)
                .collect::<Vec<_>>()
        })
    };
    view! {
        <Show
            when=move || measured.with(Option::is_some)
            fallback=move || {
                view! {
                    <p class="plan-none">{t!(i18n, earned.needs_baseline)}</p>
                    <button class="button" data-open="baselines" on:click=move |_| cx.side.set(Some(Side::Baselines))>
                        {t!(i18n, earned.baselines)}
                    </button>
                }
            }
        >
            <p class="plan-lead">{lead}</p>
            <div class="row">
                <button class="button button-quiet" data-open="baselines" on:click=move |_| cx.side.set(Some(Side::Baselines))>
                    {t!(i18n, earned.baselines)}
                </button>
                <button class="button button-quiet" on:click=move |_| cx.side.set(Some(Side::Settings))>
                    {t!(i18n, earned.set_data_date)}
                </button>
            </div>
            <div class="plan-fields"><Against /></div>
            <Show
                when=move || !empty()
                fallback=move || view! { <p class="plan-none">{t!(i18n, earned.none_measured)}</p> }
            >
                <dl class="plan-figures" data-figures>
                    {move || {
                        let lines = lines().unwrap_or_default();
                        lines
                            .into_iter()
                            .map(|(sign, name, value, bad)| {
                                view! {
                                    <div data-figure=sign>
                                        <dt>
                                            <strong>{sign}</strong>
                                            " "
                                            {name}
                                        </dt>
                                        <dd class:plan-warn=bad>{value}</dd>
                                    </div>
                                }
                            })
                            .collect_view()
                    }}
                </dl>
                <SCurve measured=measured />
                <Branches measured=measured />
                {move || {
                    let found = problems();
                    (!found.is_empty())
                        .then(|| {
                            view! {
                                <h3>{t!(i18n, earned.problems)}</h3>
                                <ul class="plan-moves">
                                    {found
                                        .into_iter()
                                        .map(|(task, words)| {
                                            view! {
                                                <li>
                                                    <button class="plan-link" on:click=move |_| cx.jump(task)>
                                                        {move || cx.task_words(task)}
                                                    </button>
                                                    <span>{words}</span>
                                                </li>
                                            }
                                        })
                                        .collect_view()}
                                </ul>
                            }
                        })
                }}
            </Show>
        </Show>
    }
}

const PV: &str = "--curve-planned";
const EV: &str = "--curve-earned";
const AC: &str = "--curve-actual";

fn lines(curve: &Curve, unit: Unit) -> Vec<Line> {
    let points = |points: &[Point]| {
        let points = points.iter();
        // the axis counts hours
        let units = match unit {
            Unit::Money => 1.0,
            Unit::Work => 60.0,
        };
        points.map(|p| (p.at, p.amount.units() / units)).collect()
    };
    let line = |of: &[Point], color, dash| Line {
        points: points(of),
        color,
        dash,
    };
    let mut lines = vec![line(&curve.planned, PV, &[])];
    if unit == Unit::Money {
        lines.push(line(&curve.actual, AC, &[2.0, 3.0]));
        lines.push(line(&curve.forecast, AC, &[7.0, 5.0]));
    }
    lines.push(line(&curve.earned, EV, &[]));
    lines.retain(|line| line.points.len() > 1);
    lines
}

fn axis(units: f64, lang: Lang) -> String {
    let (size, sign) = match lang {
        Lang::Zh if units >= 1e8 => (1e8, "亿"),
        Lang::Zh if units >= 1e4 => (1e4, "万"),
        Lang::En if units >= 1e6 => (1e6, "M"),
        Lang::En if units >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let tenths = (units / size * 10.0).round();
    match tenths % 10.0 == 0.0 {
        true => format!("{}{sign}", tenths / 10.0),
        false => format!("{:.1}{sign}", tenths / 10.0),
    }
}

/// The curves, with what they are.
#[component]
fn SCurve(measured: Memo<Option<Measured>>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let curves = Memo::new(move |_| {
        measured.with(|m| {
            let standing = &m.as_ref()?.standing;
            let curve = standing.curve(None, POINTS, Outlook::default());
            let lines = lines(&curve, standing.unit);
            Some((lines, standing.measured.at))
        })
    });
    let make = move |width: f64| {
        let (lines, at) = curves.get()?;
        curve::draw(&lines, at, axis, cx.lang.get(), (width, HEIGHT))
    };
    let label = move || {
        let label = measured.with(|m| {
            let m = m.as_ref()?;
            let (figures, unit) = (m.standing.measured.project, m.standing.unit);
            let show = |of| amount(&cx, unit, of);
            let label = t_string!(
                i18n,
                earned.curve_label,
                pv = show(figures.pv),
                ev = show(figures.ev),
                ac = show(figures.ac),
                bac = show(figures.bac),
                date = dates::date(m.standing.measured.at, cx.lang.get())
            );
            Some(label.to_string())
        });
        label.unwrap_or_default()
    };
    let costs =
        move || measured.with(|m| m.as_ref().is_some_and(|m| m.standing.unit == Unit::Money));
    view! {
        <h3>{t!(i18n, earned.curve)}</h3>
        <Drawn
            make=Callback::new(make)
            label=Signal::derive(label)
            file=Signal::derive(move || cx.file_name(t_string!(i18n, earned.curve)))
            keep=t_signal!(i18n, shapes.keep)
            failed=cx.picture_failed()
            name="curve"
        />
        <p class="plan-legend" aria-hidden="true">
            <span class="planned">{t!(i18n, earned.pv)}</span>
            <span class="earned">{t!(i18n, earned.ev)}</span>
            <Show when=costs>
                <span class="actual">{t!(i18n, earned.ac)}</span>
                <span class="forecast">{t!(i18n, earned.forecast)}</span>
            </Show>
        </p>
    }
}

const HEIGHT: f64 = 240.0;

/// The figures of the project, its branches, and of the tasks at the top.
#[component]
fn Branches(measured: Memo<Option<Measured>>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let rows = move || {
        measured.with(|m| {
            let Some(m) = m.as_ref() else {
                return Vec::new();
            };
            let model = cx.model.get();
            let standing = &m.standing;
            let mut rows: Vec<(usize, TaskId, Figures)> = (standing.measured.rows.iter())
                .filter_map(|row| {
                    let place = model.outline.index_of(row.task)?;
                    let shown = row.branch || model.depth(place) == 0;
                    (shown && row.figures != Figures::default()).then_some((
                        place,
                        row.task,
                        row.figures,
                    ))
                })
                .collect();
            sort::by_key(&mut rows, |row| row.0);
            let unit = standing.unit;
            let mut all = vec![(None, 0, cells(&cx, unit, &standing.measured.project))];
            all.extend(rows.into_iter().map(|(place, task, figures)| {
                let depth = model.depth(place).min(6) + 1;
                (Some(task), depth, cells(&cx, unit, &figures))
            }));
            all
        })
    };
    let costs =
        move || measured.with(|m| m.as_ref().is_some_and(|m| m.standing.unit == Unit::Money));
    let signs = move || match costs() {
        true => vec!["BAC", "PV", "EV", "AC", "SPI", "CPI"],
        false => vec!["BAC", "PV", "EV", "SPI"],
    };
    view! {
        <h3>{t!(i18n, earned.branches)}</h3>
        <div class="plan-branches" tabindex="0" role="region" aria-label=t!(i18n, earned.branches)>
            <table data-branches>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, earned.task)}</th>
                        {move || {
                            signs()
                                .into_iter()
                                .map(|sign| view! { <th scope="col" class="figure">{sign}</th> })
                                .collect_view()
                        }}
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        rows()
                            .into_iter()
                            .map(|(task, depth, cells)| {
                                let name = match task {
                                    None => view! { <strong>{t!(i18n, earned.project)}</strong> }.into_any(),
                                    Some(task) => {
                                        view! {
                                            <button class="plan-link" on:click=move |_| cx.jump(task)>
                                                {move || cx.task_words(task)}
                                            </button>
                                        }
                                            .into_any()
                                    }
                                };
                                view! {
                                    <tr data-depth=depth>
                                        <th scope="row">{name}</th>
                                        {cells
                                            .into_iter()
                                            .map(|(text, bad)| {
                                                view! { <td class="figure" class:plan-warn=bad>{text}</td> }
                                            })
                                            .collect_view()}
                                    </tr>
                                }
                            })
                            .collect_view()
                    }}
                </tbody>
            </table>
        </div>
    }
}

fn cells(cx: &Cx, unit: Unit, figures: &Figures) -> Vec<(String, bool)> {
    let show = |of: Money| (amount(cx, unit, of), false);
    let index = |of: Option<f64>| (ratio(cx, of), of.is_some_and(|of| of < 0.995));
    let mut cells = vec![show(figures.bac), show(figures.pv), show(figures.ev)];
    if unit == Unit::Money {
        cells.push(show(figures.ac));
    }
    cells.push(index(figures.spi()));
    if unit == Unit::Money {
        cells.push(index(figures.cpi()));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_at_an_axis_are_short() {
        assert_eq!(axis(0.0, Lang::En), "0");
        assert_eq!(axis(2_500.0, Lang::En), "2500");
        assert_eq!(axis(12_500.0, Lang::En), "12.5k");
        assert_eq!(axis(12_500.0, Lang::Zh), "1.3万");
        assert_eq!(axis(3.0e8, Lang::Zh), "3亿");
    }
}
