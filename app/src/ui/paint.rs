//! Draws a Gantt chart on a canvas: only what is in the window, in the colours of the page.

use shared::base::Moment;
mod bar;

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::arrows::{self, End};
use super::gantt::{Ghost, Kind, Look, Scene, bar_box};
use super::scale::{self, Tier};

/// Draws the scene on the canvas, `size` CSS pixels large, with `ratio` pixels of the canvas for each.
pub fn draw(canvas: &HtmlCanvasElement, size: (f64, f64), ratio: f64, scene: &Scene, look: &Look) {
    let (width, height) = size;
    let (w, h) = (
        (width * ratio).round() as u32,
        (height * ratio).round() as u32,
    );
    if canvas.width() != w {
        canvas.set_width(w);
    }
    if canvas.height() != h {
        canvas.set_height(h);
    }
    let context = canvas.get_context("2d").ok().flatten();
    let Some(pen) = context.and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok()) else {
        return;
    };
    let painter = Painter {
        pen: &pen,
        scene,
        look,
        width,
        height,
    };
    let _ = pen.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    pen.set_fill_style_str(&look.back);
    pen.fill_rect(0.0, 0.0, width, height);
    pen.save();
    pen.begin_path();
    pen.rect(0.0, scene.header, width, height - scene.header);
    pen.clip();
    painter.ground();
    painter.arrows();
    for bar in &scene.bars {
        painter.bar(bar);
    }
    painter.today();
    painter.data_date();
    painter.front();
    painter.ghost();
    pen.restore();
    painter.header();
}

struct Painter<'a> {
    pen: &'a CanvasRenderingContext2d,
    scene: &'a Scene,
    look: &'a Look,
    width: f64,
    height: f64,
}

impl Painter<'_> {
    fn x(&self, at: Moment) -> f64 {
        self.scene.scale.x(at) - self.scene.scroll.0
    }

    fn top(&self, row: usize) -> f64 {
        self.scene.header + row as f64 * self.scene.row_height - self.scene.scroll.1
    }

    fn middle(&self, row: usize) -> f64 {
        (self.top(row) + self.scene.row_height / 2.0).round()
    }

    fn window(&self) -> (Moment, Moment) {
        let scene = self.scene;
        let to = scene.scale.at(scene.scroll.0 + self.width);
        (scene.scale.at(scene.scroll.0), to)
    }

    fn vertical(&self, x: f64, from: f64, to: f64) {
        let x = x.round() + 0.5;
        self.pen.begin_path();
        self.pen.move_to(x, from);
        self.pen.line_to(x, to);
        self.pen.stroke();
    }

    /// Days off, lines of rows, lines of the upper tier, chosen rows.
    fn ground(&self) {
        let (pen, scene) = (self.pen, self.scene);
        pen.set_fill_style_str(&self.look.off);
        for (from, to) in &scene.off {
            let (x, end) = (self.x(*from), self.x(*to));
            pen.fill_rect(x, scene.header, end - x, self.height);
        }
        pen.set_fill_style_str(&self.look.chosen);
        for row in &scene.chosen {
            pen.fill_rect(0.0, self.top(*row), self.width, scene.row_height);
        }
        pen.set_line_width(1.0);
        pen.set_stroke_style_str(&self.look.soft);
        let first = (scene.scroll.1 / scene.row_height) as usize;
        let count = (self.height / scene.row_height) as usize + 2;
        for row in first..(first + count).min(scene.rows) {
            let y = self.top(row + 1).round() - 0.5;
            pen.begin_path();
            pen.move_to(0.0, y);
            pen.line_to(self.width, y);
            pen.stroke();
        }
        let (from, to) = self.window();
        let (upper, lower) = scale::tiers(scene.scale.px_per_day);
        let tier = if lower == Tier::Day {
            Tier::Week
        } else {
            lower
        };
        for (at, _) in scale::ticks(tier, from, to) {
            self.vertical(self.x(at), scene.header, self.height);
        }
        pen.set_stroke_style_str(&self.look.line);
        for (at, _) in scale::ticks(upper, from, to) {
            self.vertical(self.x(at), scene.header, self.height);
        }
    }

    fn header(&self) {
        let (pen, scene) = (self.pen, self.scene);
        pen.set_fill_style_str(&self.look.head);
        pen.fill_rect(0.0, 0.0, self.width, scene.header);
        let (from, to) = self.window();
        let (upper, lower) = scale::tiers(scene.scale.px_per_day);
        let half = (scene.header / 2.0).round();
        // texts grow with the header, and the header with the person's text size
        let larger = scene.header / 48.0;
        pen.set_text_baseline("middle");
        pen.set_stroke_style_str(&self.look.line);
        pen.set_line_width(1.0);
        for (tier, y, size, color) in [
            (upper, 0.0, scene.header / 4.0, &self.look.text),
            (lower, half, scene.header * 0.23, &self.look.muted),
        ] {
            pen.set_font(&format!("{size}px {}", self.look.font));
            for (at, end) in scale::ticks(tier, from, to) {
                let (x, right) = (self.x(at), self.x(end));
                self.vertical(x, y, y + half);
                let label = scale::label(tier, at, (right - x) / larger, scene.lang);
                let wide = pen.measure_text(&label).map_or(0.0, |m| m.width());
                pen.set_fill_style_str(color);
                if y == 0.0 {
                    // the upper label stays in sight while its unit does
                    pen.set_text_align("left");
                    let left = x.max(0.0).min(right - wide - 8.0) + 6.0;
                    let _ = pen.fill_text(&label, left, y + half / 2.0 + 1.0);
                } else if right - x > wide + 2.0 {
                    pen.set_text_align("center");
                    let _ = pen.fill_text(&label, f64::midpoint(x, right), y + half / 2.0);
                }
            }
        }
        for y in [half, scene.header] {
            pen.begin_path();
            pen.move_to(0.0, y - 0.5);
            pen.line_to(self.width, y - 0.5);
            pen.stroke();
        }
        self.flag(scene.today, &self.look.today);
        if let Some(at) = scene.data_date {
            self.flag(at, &self.look.data_date);
        }
    }

    /// The head of a vertical line.
    fn flag(&self, at: Moment, color: &str) {
        let (pen, x, foot) = (self.pen, self.x(at), self.scene.header);
        if (0.0..self.width).contains(&x) {
            pen.set_fill_style_str(color);
            pen.begin_path();
            pen.move_to(x - 5.0, foot - 7.0);
            pen.line_to(x + 5.0, foot - 7.0);
            pen.line_to(x, foot);
            pen.fill();
        }
    }

    /// How things stood when progress was last looked at: a dashed line.
    fn data_date(&self) {
        let Some(at) = self.scene.data_date else {
            return;
        };
        let x = self.x(at);
        if (0.0..self.width).contains(&x) {
            self.pen.set_stroke_style_str(&self.look.data_date);
            self.pen.set_line_width(1.5);
            self.dashed(true);
            self.vertical(x, self.scene.header, self.height);
            self.dashed(false);
        }
    }

    /// The progress line: from row to row, bent to where each task stands.
    fn front(&self) {
        let Some((at, stands)) = &self.scene.front else {
            return;
        };
        let (pen, straight) = (self.pen, self.x(*at));
        pen.set_stroke_style_str(&self.look.data_date);
        pen.set_fill_style_str(&self.look.data_date);
        pen.set_line_width(2.0);
        pen.begin_path();
        pen.move_to(straight, self.scene.header);
        for (row, at) in stands {
            let (top, x) = (self.top(*row), self.x(*at));
            pen.line_to(straight, top);
            pen.line_to(x, self.middle(*row));
            pen.line_to(straight, top + self.scene.row_height);
        }
        let last = self.top(self.scene.rows.saturating_sub(1));
        pen.line_to(straight, last.min(self.height).max(self.scene.header));
        pen.stroke();
        for (row, at) in stands.iter().filter(|(_, stands)| stands != at) {
            pen.begin_path();
            let _ = pen.arc(
                self.x(*at),
                self.middle(*row),
                3.0,
                0.0,
                std::f64::consts::TAU,
            );
            pen.fill();
        }
    }

    fn dashed(&self, dashed: bool) {
        let pattern = if dashed {
            Array::of2(&5.0.into(), &3.0.into())
        } else {
            Array::new()
        };
        let _ = self.pen.set_line_dash(&pattern);
    }

    fn today(&self) {
        let x = self.x(self.scene.today);
        if (0.0..self.width).contains(&x) {
            self.pen.set_stroke_style_str(&self.look.today);
            self.pen.set_line_width(1.5);
            self.vertical(x, self.scene.header, self.height);
        }
    }

    fn arrows(&self) {
        let pen = self.pen;
        for arrow in &self.scene.arrows {
            let end = |(row, at, finish): (usize, Moment, bool)| End {
                x: self.x(at).round() + 0.5,
                y: self.middle(row) + 0.5,
                finish,
            };
            let (from, to) = (end(arrow.from), end(arrow.to));
            let color = if arrow.critical {
                &self.look.critical_done
            } else {
                &self.look.link
            };
            pen.set_stroke_style_str(color);
            pen.set_fill_style_str(color);
            pen.set_line_width(if arrow.critical { 1.75 } else { 1.0 });
            pen.begin_path();
            for (i, (x, y)) in arrows::path(from, to, self.scene.row_height)
                .iter()
                .enumerate()
            {
                if i == 0 {
                    pen.move_to(*x, *y);
                } else {
                    pen.line_to(*x, *y);
                }
            }
            pen.stroke();
            let back = if to.finish { 6.0 } else { -6.0 };
            pen.begin_path();
            pen.move_to(to.x, to.y);
            pen.line_to(to.x + back, to.y - 3.5);
            pen.line_to(to.x + back, to.y + 3.5);
            pen.fill();
        }
    }

    fn ghost(&self) {
        let pen = self.pen;
        pen.set_stroke_style_str(&self.look.accent);
        pen.set_line_width(2.0);
        match self.scene.ghost {
            Some(Ghost::Bar { row, start, finish }) => {
                let (inset, height) = bar_box(self.scene.row_height, Kind::Task);
                let (x, end) = (self.x(start), self.x(finish));
                rounded(
                    pen,
                    x,
                    self.top(row) + inset,
                    (end - x).max(4.0),
                    height,
                    3.0,
                );
                pen.stroke();
            }
            Some(Ghost::Line { from, to }) => {
                pen.begin_path();
                pen.move_to(from.0, from.1);
                pen.line_to(to.0, to.1);
                pen.stroke();
                pen.begin_path();
                let _ = pen.arc(to.0, to.1, 4.0, 0.0, std::f64::consts::TAU);
                pen.stroke();
            }
            None => {}
        }
    }
}

fn rounded(pen: &CanvasRenderingContext2d, x: f64, y: f64, width: f64, height: f64, radius: f64) {
    let radius = radius.min(width / 2.0);
    pen.begin_path();
    pen.move_to(x + radius, y);
    let _ = pen.arc_to(x + width, y, x + width, y + height, radius);
    let _ = pen.arc_to(x + width, y + height, x, y + height, radius);
    let _ = pen.arc_to(x, y + height, x, y, radius);
    let _ = pen.arc_to(x, y, x + width, y, radius);
    pen.close_path();
}
