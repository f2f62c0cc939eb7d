//! The load of a resource 资源负荷: what is asked of it and what there is, day by day, week by week or month by month.

use leptos::prelude::*;
use shared::base::{Minutes, Moment, ResourceId};
use shared::domain::schedule::level::DayLoad;

use super::super::crew::{self, work_words};
use super::super::cx::{Side, use_cx};
use super::Shape;
use crate::i18n::{t, t_signal, t_string};
use crate::ui::curve::step;
use crate::ui::dates::{self, Lang};
use crate::ui::drawing::{Align, Drawing, Stroke};
use crate::ui::drawn::Drawn;
use crate::ui::scale::{self, Tier};
use crate::ui::show::Show;

/// So many bars a picture has at most, before days become weeks and weeks months.
const MOST: usize = 120;

/// A bar: when it begins and ends, what is asked, what there is, and by how much single days are over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bar {
    start: Moment,
    end: Moment,
    asked: Minutes,
    there: Minutes,
    over: Minutes,
}

/// Days put together so that there are not too many.
fn bars(days: &[DayLoad]) -> (Tier, Vec<Bar>) {
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return (Tier::Day, Vec::new());
    };
    let (from, to) = (first.day, last.day.plus(1));
    let tier = [Tier::Day, Tier::Week, Tier::Month]
        .into_iter()
        .find(|tier| scale::ticks(*tier, from, to).len() <= MOST)
        .unwrap_or(Tier::Month);
    let mut days = days.iter().peekable();
    let bars = scale::ticks(tier, from, to)
        .into_iter()
        .map(|(start, end)| {
            let mut bar = Bar {
                start,
                end,
                asked: 0,
                there: 0,
                over: 0,
            };
            while let Some(day) = days.next_if(|day| day.day < end) {
                bar.asked += day.demand;
                bar.there += day.capacity;
                bar.over += (day.demand - day.capacity).max(0);
            }
            bar
        });
    (tier, bars.collect())
}

const LEFT: f64 = 52.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 12.0;
const HEIGHT: f64 = 300.0;

fn draw(days: &[DayLoad], lang: Lang, width: f64) -> Option<Drawing> {
    let (_, bars) = bars(days);
    let (first, last) = (bars.first()?.start, bars.last()?.end);
    let span = (last.minutes() - first.minutes()) as f64;
    let x =
        |at: Moment| LEFT + (at.minutes() - first.minutes()) as f64 / span * (width - LEFT - 12.0);
    let hours = |minutes: Minutes| minutes as f64 / 60.0;
    let most = bars.iter().map(|bar| hours(bar.asked.max(bar.there)));
    let most = most.fold(1.0, f64::max);
    let step = step(most / 4.0);
    let top = (most / step).ceil() * step;
    let y = |hours: f64| HEIGHT - BOTTOM - hours / top * (HEIGHT - BOTTOM - TOP);
    let mut drawing = Drawing::new(width, HEIGHT);
    for n in 0..=(top / step).round() as u32 {
        let amount = f64::from(n) * step;
        let at = y(amount).round() + 0.5;
        let soft = Stroke::new("--gantt-soft", 1.0);
        drawing.line(vec![(LEFT, at), (width - 12.0, at)], soft);
        let text = match amount.fract() == 0.0 {
            true => format!("{amount}"),
            false => format!("{amount:.1}"),
        };
        drawing.text((LEFT - 6.0, at), text, 11.0, Align::End, "--gantt-muted");
    }
    for bar in &bars {
        let (left, right) = (x(bar.start), x(bar.end));
        let wide = (right - left - 1.0).max(1.0);
        let within = y(hours(bar.asked - bar.over));
        let base = HEIGHT - BOTTOM;
        drawing.fill((left, within), (wide, base - within), "--gantt-bar");
        if bar.over > 0 {
            let over = y(hours(bar.asked));
            drawing.fill((left, over), (wide, within - over), "--gantt-critical-done");
        }
        let there = y(hours(bar.there)).round() + 0.5;
        drawing.line(
            vec![(left, there), (right, there)],
            Stroke::new("--gantt-text", 1.5),
        );
    }
    let count = ((width - LEFT) / 110.0).floor().clamp(1.0, 10.0) as usize;
    let every = bars.len().div_ceil(count).max(1);
    for bar in bars.iter().step_by(every) {
        let at = (x(bar.start), HEIGHT - BOTTOM + 14.0);
        let text = dates::date(bar.start, lang);
        drawing.text(at, text, 11.0, Align::Start, "--gantt-muted");
    }
    Some(drawing)
}

/// The load of the resource that is chosen.
#[component]
pub(super) fn Load() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let loads = Memo::new(move |_| {
        let mut loads = crew::loads(&cx.model.get(), cx.project);
        loads.retain(|load| !load.days.is_empty());
        loads
    });
    let chosen = RwSignal::new(None::<ResourceId>);
    // who is over-allocated comes first where nobody is chosen
    let now = Memo::new(move |_| {
        loads.with(|loads| {
            let found = loads
                .iter()
                .find(|load| Some(load.resource) == chosen.get());
            let found = found.or_else(|| loads.iter().max_by_key(|load| load.over.len()));
            found.cloned()
        })
    });
    let make = Callback::new(move |width: f64| {
        now.with(|now| {
            let now = now.as_ref()?;
            draw(&now.days, cx.lang.get(), width)
        })
    });
    cx.prints(Shape::Load, make);
    let names = move || {
        let mut names: Vec<(ResourceId, String, usize)> = loads.with(|loads| {
            let all = loads.iter();
            all.map(|load| {
                (
                    load.resource,
                    cx.resource_words(load.resource),
                    load.over.len(),
                )
            })
            .collect()
        });
        shared::base::sort::by_key(&mut names, |(_, name, _)| name.clone());
        names
    };
    let label = move || {
        now.with(|now| {
            let Some(now) = now.as_ref() else {
                return String::new();
            };
            let (tier, bars) = bars(&now.days);
            let unit = match tier {
                Tier::Day => t_string!(i18n, shapes.day_unit),
                Tier::Week => t_string!(i18n, shapes.week_unit),
                _ => t_string!(i18n, shapes.month_unit),
            };
            let most = bars.iter().map(|bar| bar.asked).max().unwrap_or(0);
            let over = bars.iter().filter(|bar| bar.over > 0).count();
            t_string!(
                i18n,
                shapes.load_label,
                name = cx.resource_words(now.resource),
                unit = unit,
                most = work_words(&cx, most),
                over = over
            )
            .to_string()
        })
    };
    view! {
        <Show
            when=move || loads.with(|loads| !loads.is_empty())
            fallback=move || view! { <p class="plan-none">{t!(i18n, shapes.load_none)}</p> }
        >
            <div class="plan-shape-tools">
                <label class="check">
                    <span>{t!(i18n, shapes.load_of)}</span>
                    <select
                        class="select"
                        data-load="of"
                        on:change=move |ev| chosen.set(event_target_value(&ev).parse().ok())
                    >
                        {move || {
                            let now = now.with(|now| now.as_ref().map(|now| now.resource));
                            names()
                                .into_iter()
                                .map(|(id, name, over)| {
                                    let words = match over {
                                        0 => name,
                                        _ => {
                                            let days = t_string!(i18n, resources.over_days, n = over);
                                            format!("{name} · {days}")
                                        }
                                    };
                                    view! {
                                        <option value=id.to_string() selected=Some(id) == now>{words}</option>
                                    }
                                })
                                .collect_view()
                        }}
                    </select>
                </label>
                <button class="button button-quiet" on:click=move |_| cx.side.set(Some(Side::Levels))>
                    {t!(i18n, resources.levels)}
                </button>
            </div>
            <Drawn
                make=make
                label=Signal::derive(label)
                file=Signal::derive(move || cx.file_name(t_string!(i18n, shapes.load)))
                keep=t_signal!(i18n, shapes.keep)
                failed=cx.picture_failed()
                name="load"
            />
            <p class="plan-legend" aria-hidden="true">
                <span class="asked">{t!(i18n, shapes.asked)}</span>
                <span class="over">{t!(i18n, shapes.over)}</span>
                <span class="there">{t!(i18n, shapes.there)}</span>
            </p>
            <p class="plan-lead">{label}</p>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_days_are_put_together_and_nothing_is_lost() {
        let days: Vec<DayLoad> = (0..400)
            .map(|n| DayLoad {
                day: Moment::from_day(20_000 + n),
                demand: if n == 7 { 960 } else { 300 },
                capacity: 480,
            })
            .collect();
        let (tier, all) = bars(&days);
        assert_eq!(tier, Tier::Week);
        assert_eq!(
            all.iter().map(|bar| bar.asked).sum::<Minutes>(),
            399 * 300 + 960
        );
        // a day that is over stays over, however idle its week is
        assert_eq!(all.iter().map(|bar| bar.over).sum::<Minutes>(), 480);
        assert_eq!(bars(&[]).1, []);
        assert_eq!(bars(&days[..30]).0, Tier::Day);
    }
}
