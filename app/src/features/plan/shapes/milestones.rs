//! Milestones 里程碑 along an axis, and as a list.

use leptos::prelude::*;
use shared::base::time::DAY;
use shared::base::{Moment, TaskId, sort};

use super::super::cx::{Cx, use_cx};
use super::super::duration;
use super::Shape;
use crate::i18n::{t, t_signal, t_string};
use crate::ui::dates::{self, Lang};
use crate::ui::drawing::{Align, Drawing, Stroke, about_wide, cut};
use crate::ui::drawn::Drawn;
use crate::ui::each::For;
use crate::ui::scale::{self, Tier};
use crate::ui::show::Show;

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stone {
    task: TaskId,
    name: String,
    at: Moment,
    agreed: Option<Moment>,
    /// Later than agreed, in words.
    later: String,
    critical: bool,
    done: bool,
}

fn stones(cx: &Cx) -> Vec<Stone> {
    let model = cx.model.get();
    let leaves = cx.leaves().into_iter();
    let mut stones: Vec<Stone> = leaves
        .filter_map(|i| {
            let task = model.task(i).filter(|task| task.duration == 0)?;
            let later = model.later(i).filter(|minutes| *minutes != 0);
            let later = later.map(|minutes| {
                let text = duration::format(minutes, model.units, cx.lang.get());
                if minutes > 0 {
                    format!("+{text}")
                } else {
                    text
                }
            });
            (!model.inactive(i)).then(|| Stone {
                task: task.id,
                name: task.name.clone(),
                at: model.dates(i).early_finish,
                agreed: model.agreed(i).map(|agreed| agreed.finish),
                later: later.unwrap_or_default(),
                critical: model.dates(i).critical,
                done: model.percent(i) == 100,
            })
        })
        .collect();
    sort::by_key(&mut stones, |stone| stone.at);
    stones
}

const TEXT: f64 = 12.0;
const LINE: f64 = 36.0;
const AXIS: f64 = 30.0;
/// So many lines of names; what finds no room in them is named in the list alone.
const LINES: usize = 10;

/// The milestones as a picture: names in as many lines as they need not to lie on each other.
fn draw(stones: &[Stone], today: Moment, lang: Lang, width: f64) -> Option<Drawing> {
    let moments = || stones.iter().flat_map(|s| [Some(s.at), s.agreed]).flatten();
    let (first, last) = (moments().min()?, moments().max()?);
    let from = scale::floor(Tier::Month, first);
    let to = scale::next(Tier::Month, last).max(from.plus(28 * DAY));
    let span = (to.minutes() - from.minutes()) as f64;
    let (left, right) = (16.0, 16.0);
    let x =
        |at: Moment| left + (at.minutes() - from.minutes()) as f64 / span * (width - left - right);
    // the line of each name, and where the last name of each line ends
    let mut ends: Vec<f64> = Vec::new();
    let placed: Vec<(f64, f64, Option<usize>)> = (stones.iter())
        .map(|stone| {
            let day = dates::date(stone.at, lang);
            let wide = about_wide(&stone.name, TEXT).max(about_wide(&day, TEXT - 1.0)) + 12.0;
            let wide = wide.min(220.0);
            let start = (x(stone.at) + 8.0).min(width - wide).max(0.0);
            let mut line = ends.iter().position(|end| *end <= start);
            if line.is_none() && ends.len() < LINES {
                line = Some(ends.len());
                ends.push(0.0);
            }
            if let Some(end) = line.and_then(|line| ends.get_mut(line)) {
                *end = start + wide;
            }
            (start, wide, line)
        })
        .collect();
    let lines = ends.len() as f64;
    let axis = 12.0 + lines * LINE + 14.0;
    let height = axis + AXIS;
    let mut drawing = Drawing::new(width, height);
    let tier = [Tier::Month, Tier::Quarter, Tier::Year]
        .into_iter()
        .find(|tier| scale::ticks(*tier, from, to).len() as f64 * 64.0 <= width)
        .unwrap_or(Tier::Year);
    for (start, _) in scale::ticks(tier, from, to) {
        let at = x(start).round() + 0.5;
        let soft = Stroke::new("--gantt-soft", 1.0);
        drawing.line(vec![(at, 4.0), (at, axis + 6.0)], soft);
        let (year, month, ..) = start.parts();
        let text = match (tier, lang) {
            (Tier::Year, _) => year.to_string(),
            (_, Lang::En) => format!("{} {year}", dates::month(month)),
            (_, Lang::Zh) => format!("{year}-{month:02}"),
        };
        drawing.text(
            (at + 3.0, axis + 18.0),
            text,
            11.0,
            Align::Start,
            "--gantt-muted",
        );
    }
    let line = Stroke::new("--gantt-line", 2.0);
    drawing.line(vec![(left, axis), (width - right, axis)], line);
    if (from..=to).contains(&today) {
        let at = x(today).round() + 0.5;
        let stroke = Stroke::new("--gantt-today", 1.5);
        drawing.line(vec![(at, 4.0), (at, axis + 6.0)], stroke);
    }
    for (stone, (start, wide, line)) in stones.iter().zip(&placed) {
        let at = x(stone.at);
        let color = match (stone.done, stone.critical) {
            (true, _) => "--gantt-done",
            (false, true) => "--gantt-critical-done",
            (false, false) => "--gantt-summary",
        };
        if let Some(line) = line {
            let y = 12.0 + *line as f64 * LINE;
            let stem = Stroke::new("--gantt-line", 1.0);
            drawing.line(vec![(at, y + 8.0), (at, axis)], stem);
            let name = cut(&stone.name, TEXT, *wide);
            drawing.text((*start, y + 6.0), name, TEXT, Align::Start, "--gantt-text");
            let day = dates::date(stone.at, lang);
            let below = (*start, y + 20.0);
            drawing.text(below, day, TEXT - 1.0, Align::Start, "--gantt-muted");
            let spot = (*start, y - 4.0, *wide, 30.0);
            drawing.spots.push((spot, stone.task));
        }
        if let Some(agreed) = stone.agreed.filter(|agreed| *agreed != stone.at) {
            drawing.diamond((x(agreed), axis), 5.0, "--gantt-agreed");
        }
        drawing.diamond((at, axis), 7.0, color);
        drawing
            .spots
            .push(((at - 9.0, axis - 9.0, 18.0, 18.0), stone.task));
    }
    Some(drawing)
}

/// The milestones.
#[component]
pub(super) fn Milestones() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let stones = Memo::new(move |_| stones(&cx));
    let make =
        Callback::new(move |width: f64| stones.with(|s| draw(s, cx.today(), cx.lang.get(), width)));
    cx.prints(Shape::Milestones, make);
    view! {
        <Show
            when=move || stones.with(|s| !s.is_empty())
            fallback=move || view! { <p class="plan-none">{t!(i18n, shapes.milestones_none)}</p> }
        >
            <Drawn
                make=make
                label=t_signal!(i18n, shapes.milestones_label)
                file=Signal::derive(move || cx.file_name(t_string!(i18n, shapes.milestones)))
                keep=t_signal!(i18n, shapes.keep)
                press=Callback::new(move |id| cx.open_task(id))
                failed=cx.picture_failed()
                name="milestones"
            />
            <ol class="plan-stones">
                <For each=move || stones.get() key=|s| (s.task, s.at, s.name.clone(), s.later.clone(), s.done) let:stone>
                    <li>
                        <span class="plan-stone-date">{move || dates::date(stone.at, cx.lang.get())}</span>
                        <button class="plan-link" on:click=move |_| cx.open_task(stone.task)>
                            {stone.name.clone()}
                        </button>
                        {stone.done.then(|| view! { <small>{t!(i18n, shapes.done)}</small> })}
                        {stone
                            .agreed
                            .map(|at| {
                                let words = move || {
                                    let date = dates::date(at, cx.lang.get());
                                    t_string!(i18n, shapes.agreed, date = date).to_string()
                                };
                                let late = stone.later.starts_with('+');
                                let later = stone.later.clone();
                                view! {
                                    <small>{words}</small>
                                    <small class:plan-warn=late>{later}</small>
                                }
                            })}
                    </li>
                </For>
            </ol>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_milestones_do_not_lie_on_each_other() {
        let stone = |n: u8, day: i64| Stone {
            task: TaskId::from_bytes([n; 8]),
            name: "主体结构封顶 Topping out".to_owned(),
            at: Moment::from_day(20_000 + day),
            agreed: None,
            later: String::new(),
            critical: n == 1,
            done: false,
        };
        let stones = [stone(1, 0), stone(2, 3), stone(3, 5), stone(4, 300)];
        let today = Moment::from_day(20_010);
        let drawing = draw(&stones, today, Lang::Zh, 600.0).unwrap_or_default();
        let names: Vec<_> = drawing.spots.iter().step_by(2).map(|(at, _)| *at).collect();
        assert_eq!(names.len(), 4);
        for (n, a) in names.iter().enumerate() {
            assert!(a.0 >= 0.0 && a.0 + a.2 <= 600.0);
            for b in names.iter().skip(n + 1) {
                let apart = a.0 + a.2 <= b.0 || b.0 + b.2 <= a.0 || (a.1 - b.1).abs() >= 30.0;
                assert!(apart, "{a:?} {b:?}");
            }
        }
        assert_eq!(draw(&[], today, Lang::Zh, 600.0), None);
    }
}
