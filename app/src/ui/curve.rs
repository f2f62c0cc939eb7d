//! Draws curves over time: amounts from a first moment to a last one, each curve in a colour and a dash of its own.

use shared::base::Moment;
use shared::base::time::DAY;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::dates::{self, Lang};
use super::gantt::Look;

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its points, ascending in time.
    pub points: Vec<(Moment, f64)>,
    /// Its colour, as a custom property of the page.
    pub color: &'static str,
    /// Lengths of dashes and gaps; none for a whole line.
    pub dash: &'static [f64],
}

/// What is drawn.
#[derive(Debug, Clone)]
pub struct Curves {
    /// The curves, the last one on top.
    pub lines: Vec<Line>,
    /// A moment that is marked: the data date.
    pub at: Moment,
    /// Writes an amount at the axis.
    pub amount: fn(f64, Lang) -> String,
    /// The language of the axes.
    pub lang: Lang,
}

const LEFT: f64 = 64.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 12.0;

/// Draws them, `size` CSS pixels large, with `ratio` pixels of the canvas for each.
pub fn draw(canvas: &HtmlCanvasElement, size: (f64, f64), ratio: f64, curves: &Curves) {
    let (width, height) = size;
    canvas.set_width((width * ratio).round() as u32);
    canvas.set_height((height * ratio).round() as u32);
    let context = canvas.get_context("2d").ok().flatten();
    let Some(pen) = context.and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok()) else {
        return;
    };
    let look = Look::of(canvas);
    let style = web_sys::window().and_then(|w| w.get_computed_style(canvas).ok().flatten());
    let color = |name: &str| {
        let value = style.as_ref().and_then(|s| s.get_property_value(name).ok());
        value.unwrap_or_default().trim().to_owned()
    };
    let _ = pen.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    pen.set_fill_style_str(&look.back);
    pen.fill_rect(0.0, 0.0, width, height);
    let moments = || curves.lines.iter().flat_map(|line| &line.points);
    let (Some(first), Some(last)) = (
        moments().map(|(at, _)| *at).min(),
        moments().map(|(at, _)| *at).max(),
    ) else {
        return;
    };
    let last = last.max(first.plus(DAY));
    let most = moments().map(|(_, amount)| *amount).fold(1.0, f64::max);
    let step = step(most / 4.0);
    let top = (most / step).ceil() * step;
    let span = (last.minutes() - first.minutes()) as f64;
    let x =
        |at: Moment| LEFT + (at.minutes() - first.minutes()) as f64 / span * (width - LEFT - RIGHT);
    let y = |amount: f64| height - BOTTOM - amount / top * (height - BOTTOM - TOP);

    pen.set_font(&format!("11px {}", look.font));
    pen.set_fill_style_str(&look.muted);
    pen.set_stroke_style_str(&look.soft);
    pen.set_line_width(1.0);
    pen.set_text_align("right");
    pen.set_text_baseline("middle");
    for n in 0..=(top / step).round() as u32 {
        let amount = f64::from(n) * step;
        let at = y(amount).round() + 0.5;
        line(&pen, (LEFT, at), (width - RIGHT, at));
        let _ = pen.fill_text(&(curves.amount)(amount, curves.lang), LEFT - 6.0, at);
    }
    pen.set_text_align("center");
    pen.set_text_baseline("top");
    // as many dates as have room
    let count = ((width - LEFT - RIGHT) / 110.0).floor().clamp(1.0, 8.0) as i64;
    for n in 0..=count {
        let at = first.plus((last.minutes() - first.minutes()) * n / count);
        let text = dates::date(at, curves.lang);
        let half = pen.measure_text(&text).map_or(30.0, |m| m.width() / 2.0);
        let middle = x(at).clamp(half + 2.0, width - half - 2.0);
        let _ = pen.fill_text(&text, middle, height - BOTTOM + 8.0);
    }
    if (first..=last).contains(&curves.at) {
        pen.set_stroke_style_str(&look.data_date);
        let at = x(curves.at).round() + 0.5;
        line(&pen, (at, TOP), (at, height - BOTTOM));
    }
    pen.set_line_join("round");
    pen.set_line_width(2.0);
    for curve in &curves.lines {
        pen.set_stroke_style_str(&color(curve.color));
        let dash: js_sys::Array = curve.dash.iter().map(|d| JsValue::from_f64(*d)).collect();
        let _ = pen.set_line_dash(&dash);
        pen.begin_path();
        for (n, (at, amount)) in curve.points.iter().enumerate() {
            match n {
                0 => pen.move_to(x(*at), y(*amount)),
                _ => pen.line_to(x(*at), y(*amount)),
            }
        }
        pen.stroke();
    }
    let _ = pen.set_line_dash(&js_sys::Array::new());
}

fn line(pen: &CanvasRenderingContext2d, from: (f64, f64), to: (f64, f64)) {
    pen.begin_path();
    pen.move_to(from.0, from.1);
    pen.line_to(to.0, to.1);
    pen.stroke();
}

/// The next of 1, 2, 5 times a power of ten.
fn step(least: f64) -> f64 {
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
}
