//! Curves over time as a picture: amounts from a first moment to a last one. Pure.

use shared::base::Moment;
use shared::base::time::DAY;

use super::dates::{self, Lang};
use super::drawing::{Align, Color, Drawing, Stroke, about_wide};

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its points, ascending in time.
    pub points: Vec<(Moment, f64)>,
    /// Its colour.
    pub color: Color,
    /// Lengths of dashes and gaps; none for a whole line.
    pub dash: &'static [f64],
}

const LEFT: f64 = 64.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 12.0;
const TEXT: f64 = 11.0;

/// Draws curves, the last on top, with a line at a moment that is marked (the data date). `axis` writes an amount. Nothing
/// where there are no points.
pub fn draw(
    lines: &[Line],
    marked: Moment,
    axis: impl Fn(f64, Lang) -> String,
    lang: Lang,
    size: (f64, f64),
) -> Option<Drawing> {
    let (width, height) = size;
    let moments = || lines.iter().flat_map(|line| &line.points);
    let first = moments().map(|(at, _)| *at).min()?;
    let last = moments().map(|(at, _)| *at).max()?;
    let last = last.max(first.plus(DAY));
    let most = moments().map(|(_, amount)| *amount).fold(1.0, f64::max);
    let step = step(most / 4.0);
    let top = (most / step).ceil() * step;
    let minutes = last.minutes() - first.minutes();
    let x = |at: Moment| {
        let part = (at.minutes() - first.minutes()) as f64 / minutes as f64;
        LEFT + part * (width - LEFT - RIGHT)
    };
    let y = |amount: f64| height - BOTTOM - amount / top * (height - BOTTOM - TOP);

    let mut drawing = Drawing::new(width, height);
    for n in 0..=(top / step).round() as u32 {
        let amount = f64::from(n) * step;
        let at = y(amount).round() + 0.5;
        let soft = Stroke::new("--gantt-soft", 1.0);
        drawing.line(vec![(LEFT, at), (width - RIGHT, at)], soft);
        let text = axis(amount, lang);
        drawing.text((LEFT - 6.0, at), text, TEXT, Align::End, "--gantt-muted");
    }
    // as many dates as have room
    let count = ((width - LEFT - RIGHT) / 110.0).floor().clamp(1.0, 8.0) as i64;
    for n in 0..=count {
        let at = first.plus(minutes * n / count);
        let text = dates::date(at, lang);
        let half = about_wide(&text, TEXT) / 2.0;
        let middle = x(at).clamp(half, (width - half - 2.0).max(half));
        let at = (middle, height - BOTTOM + 14.0);
        drawing.text(at, text, TEXT, Align::Middle, "--gantt-muted");
    }
    if (first..=last).contains(&marked) {
        let at = x(marked).round() + 0.5;
        let stroke = Stroke::new("--gantt-data-date", 1.0);
        drawing.line(vec![(at, TOP), (at, height - BOTTOM)], stroke);
    }
    for line in lines {
        let points = line.points.iter().map(|(at, amount)| (x(*at), y(*amount)));
        let stroke = Stroke {
            dash: line.dash,
            ..Stroke::new(line.color, 2.0)
        };
        drawing.line(points.collect(), stroke);
    }
    Some(drawing)
}

/// The next of 1, 2, 5 times a power of ten.
pub fn step(least: f64) -> f64 {
    let ten = 10.0_f64.powf(least.max(f64::MIN_POSITIVE).log10().floor());
    let times = [1.0, 2.0, 5.0].into_iter().find(|n| n * ten >= least);
    times.unwrap_or(10.0) * ten
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_steps() {
        for (least, next) in [(0.9, 1.0), (1.1, 2.0), (230.0, 500.0), (600.0, 1_000.0)] {
            assert!((step(least) - next).abs() < 1e-9, "{least}");
        }
    }

    #[test]
    fn curves_without_points_are_no_picture_and_others_stay_inside() {
        let none = draw(
            &[],
            Moment::default(),
            |_, _| String::new(),
            Lang::En,
            (300.0, 200.0),
        );
        assert_eq!(none, None);
        let at = |day: i64| Moment::from_day(20_000 + day);
        let line = Line {
            points: vec![(at(0), 0.0), (at(9), 730.0)],
            color: "--x",
            dash: &[],
        };
        let axis = |amount: f64, _: Lang| amount.to_string();
        let drawing = draw(&[line], at(3), axis, Lang::Zh, (300.0, 200.0)).unwrap_or_default();
        for mark in &drawing.marks {
            if let super::super::drawing::Mark::Path { points, .. } = mark {
                let inside =
                    |(x, y): &(f64, f64)| (0.0..=300.0).contains(x) && (0.0..=200.0).contains(y);
                assert!(points.iter().all(inside), "{points:?}");
            }
        }
    }
}
