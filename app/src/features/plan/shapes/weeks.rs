//! A month of the calendar as a picture. Pure.

use shared::base::{Moment, TaskId};

use super::month::Bar;
use crate::ui::dates::{self, Lang};
use crate::ui::drawing::{Align, Drawing, Stroke, cut};

/// A month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: String,
    /// Which month of the year; days of others are pale.
    pub(super) month: u32,
    /// Its weeks by their Mondays, with what lies in each.
    pub(super) weeks: Vec<(i64, Vec<Bar>)>,
    pub(super) today: i64,
    pub(super) lang: Lang,
}

const TITLE: f64 = 36.0;
const HEAD: f64 = 22.0;
const DATE: f64 = 22.0;
const LINE: f64 = 22.0;

/// Draws a month; `off` tells whether nobody works on a day, `name` gives a task's name.
pub(super) fn draw(
    page: &Page,
    off: &dyn Fn(i64) -> bool,
    name: &dyn Fn(TaskId) -> String,
    width: f64,
) -> Drawing {
    let lines = |bars: &[Bar]| {
        bars.iter()
            .map(|bar| bar.line + 1)
            .max()
            .unwrap_or(0)
            .max(3)
    };
    let high = |bars: &[Bar]| DATE + lines(bars) as f64 * LINE + 6.0;
    let height: f64 = page.weeks.iter().map(|(_, bars)| high(bars)).sum();
    let mut drawing = Drawing::new(width, TITLE + HEAD + height + 1.0);
    let day = width / 7.0;
    let middle = (width / 2.0, TITLE / 2.0);
    let ink = "--gantt-text";
    drawing.write(middle, page.title.clone(), 16.0, true, Align::Middle, ink);
    drawing.fill((0.0, TITLE), (width, HEAD), "--gantt-head");
    for n in 0..7_i64 {
        // 5 January 1970 was a Monday
        let text = dates::weekday(Moment::from_day(4 + n), page.lang);
        let at = (n as f64 * day + 6.0, TITLE + HEAD / 2.0);
        drawing.text(at, text, 11.0, Align::Start, "--gantt-muted");
    }
    let mut top = TITLE + HEAD;
    for (monday, bars) in &page.weeks {
        let foot = top + high(bars);
        for n in 0..7_i64 {
            let x = n as f64 * day;
            if off(monday + n) {
                drawing.fill((x, top), (day, foot - top), "--gantt-off");
            }
            if monday + n == page.today {
                drawing.fill((x, top), (day, 3.0), "--gantt-today");
            }
            let (_, month, date, ..) = Moment::from_day(monday + n).parts();
            let text = match date {
                1 => format!("{month}/1"),
                date => date.to_string(),
            };
            let here = month == page.month;
            let color = if here { ink } else { "--gantt-muted" };
            let at = (x + 6.0, top + DATE / 2.0);
            drawing.write(at, text, 11.0, here, Align::Start, color);
            let line = Stroke::new("--gantt-line", 1.0);
            drawing.line(vec![(x + 0.5, top), (x + 0.5, foot)], line);
        }
        for bar in bars {
            let x = bar.from as f64 * day + 3.0;
            let wide = (bar.to - bar.from + 1) as f64 * day - 6.0;
            let y = top + DATE + bar.line as f64 * LINE;
            let (fill, color, line) = match (bar.milestone, bar.critical) {
                (true, _) => (None, "--gantt-back", 0.0),
                (false, true) => (Some("--gantt-critical"), "--gantt-critical-done", 1.5),
                (false, false) => (Some("--gantt-bar"), "--gantt-done", 1.0),
            };
            let stroke = (line > 0.0).then(|| Stroke::new(color, line));
            drawing.rounded((x, y), (wide, LINE - 3.0), 4.0, fill, stroke);
            let mark = if bar.milestone { "◆ " } else { "" };
            let text = cut(&format!("{mark}{}", name(bar.task)), 11.5, wide - 10.0);
            let at = (x + 6.0, y + (LINE - 3.0) / 2.0);
            drawing.text(at, text, 11.5, Align::Start, ink);
        }
        let line = Stroke::new("--gantt-line", 1.0);
        drawing.line(vec![(0.0, top + 0.5), (width, top + 0.5)], line);
        top = foot;
    }
    let line = Stroke::new("--gantt-line", 1.0);
    drawing.line(vec![(0.0, top + 0.5), (width, top + 0.5)], line);
    drawing
}
