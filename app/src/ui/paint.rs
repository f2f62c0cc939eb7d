//! Makes a picture of a Gantt chart: only what is in the window. Pure.

mod bar;
mod header;

use shared::base::Moment;

use super::arrows::{self, End};
use super::drawing::{Color, Drawing, Stroke};
use super::gantt::{Ghost, Kind, Scene, bar_box};
use super::scale::{self, Tier};

/// Dashes and gaps of what is only proposed, or near, or a date that is looked at.
const DASH: &[f64] = &[5.0, 3.0];

/// The picture of a scene, of a size in pixels.
pub fn draw(scene: &Scene, size: (f64, f64)) -> Drawing {
    let mut painter = Painter {
        drawing: Drawing::new(size.0, size.1),
        scene,
        width: size.0,
        height: size.1,
    };
    painter.ground();
    painter.arrows();
    for bar in &scene.bars {
        painter.bar(bar);
    }
    painter.today();
    painter.data_date();
    painter.front();
    painter.ghost();
    // over whatever reaches up into it
    painter.header();
    painter.drawing
}

struct Painter<'a> {
    drawing: Drawing,
    scene: &'a Scene,
    width: f64,
    height: f64,
}

fn dashed(color: Color, width: f64) -> Stroke {
    Stroke {
        dash: DASH,
        ..Stroke::new(color, width)
    }
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

    fn vertical(&mut self, x: f64, (from, to): (f64, f64), stroke: Stroke) {
        let x = x.round() + 0.5;
        self.drawing.line(vec![(x, from), (x, to)], stroke);
    }

    fn horizontal(&mut self, y: f64, stroke: Stroke) {
        self.drawing.line(vec![(0.0, y), (self.width, y)], stroke);
    }

    /// A box of the chart, cut at the edges of the window: a stretch of years has no room in a picture.
    fn stretch(&self, from: Moment, to: Moment) -> (f64, f64) {
        (self.x(from).max(-9.0), self.x(to).min(self.width + 9.0))
    }

    /// Days off, lines of rows, lines of the upper tier, chosen rows.
    fn ground(&mut self) {
        let scene = self.scene;
        for (from, to) in &scene.off {
            let (x, end) = self.stretch(*from, *to);
            let size = (end - x, self.height - scene.header);
            self.drawing.fill((x, scene.header), size, "--gantt-off");
        }
        for row in &scene.chosen {
            let at = (0.0, self.top(*row));
            let size = (self.width, scene.row_height);
            self.drawing.fill(at, size, "--gantt-chosen");
        }
        let soft = Stroke::new("--gantt-soft", 1.0);
        let first = (scene.scroll.1 / scene.row_height) as usize;
        let count = (self.height / scene.row_height) as usize + 2;
        for row in first..(first + count).min(scene.rows) {
            self.horizontal(self.top(row + 1).round() - 0.5, soft);
        }
        let (from, to) = self.window();
        let (upper, lower) = scale::tiers(scene.scale.px_per_day);
        let tier = if lower == Tier::Day {
            Tier::Week
        } else {
            lower
        };
        for (tier, color) in [(tier, "--gantt-soft"), (upper, "--gantt-line")] {
            for (at, _) in scale::ticks(tier, from, to) {
                let stroke = Stroke::new(color, 1.0);
                self.vertical(self.x(at), (scene.header, self.height), stroke);
            }
        }
    }

    fn inside(&self, at: Moment) -> Option<f64> {
        let x = self.x(at);
        (0.0..self.width).contains(&x).then_some(x)
    }

    fn today(&mut self) {
        if let Some(x) = self.inside(self.scene.today) {
            let stroke = Stroke::new("--gantt-today", 1.5);
            self.vertical(x, (self.scene.header, self.height), stroke);
        }
    }

    /// How things stood when progress was last looked at: a dashed line.
    fn data_date(&mut self) {
        if let Some(x) = self.scene.data_date.and_then(|at| self.inside(at)) {
            let stroke = dashed("--gantt-data-date", 1.5);
            self.vertical(x, (self.scene.header, self.height), stroke);
        }
    }

    /// The progress line: from row to row, bent to where each task stands.
    fn front(&mut self) {
        let Some((at, stands)) = &self.scene.front else {
            return;
        };
        let straight = self.x(*at);
        let mut points = vec![(straight, self.scene.header)];
        for (row, at) in stands {
            let (top, x) = (self.top(*row), self.x(*at));
            points.push((straight, top));
            points.push((x, self.middle(*row)));
            points.push((straight, top + self.scene.row_height));
        }
        let last = self.top(self.scene.rows.saturating_sub(1));
        points.push((straight, last.min(self.height).max(self.scene.header)));
        let color = "--gantt-data-date";
        self.drawing.line(points, Stroke::new(color, 2.0));
        for (row, at) in stands.iter().filter(|(_, stands)| stands != at) {
            let at = (self.x(*at), self.middle(*row));
            self.drawing.dot(at, 3.0, Some(color), None);
        }
    }

    fn arrows(&mut self) {
        for arrow in &self.scene.arrows {
            let end = |(row, at, finish): (usize, Moment, bool)| End {
                x: self.x(at).round() + 0.5,
                y: self.middle(row) + 0.5,
                finish,
            };
            let (from, to) = (end(arrow.from), end(arrow.to));
            let (color, width) = if arrow.critical {
                ("--gantt-critical-done", 1.75)
            } else {
                ("--gantt-link", 1.0)
            };
            let points = arrows::path(from, to, self.scene.row_height);
            self.drawing.line(points, Stroke::new(color, width));
            let back = if to.finish { 6.0 } else { -6.0 };
            let head = vec![
                (to.x, to.y),
                (to.x + back, to.y - 3.5),
                (to.x + back, to.y + 3.5),
            ];
            self.drawing.shape(head, Some(color), None);
        }
    }

    fn ghost(&mut self) {
        let stroke = Stroke::new("--gantt-accent", 2.0);
        match self.scene.ghost {
            Some(Ghost::Bar { row, start, finish }) => {
                let (inset, height) = bar_box(self.scene.row_height, Kind::Task);
                let (x, end) = self.stretch(start, finish);
                let (at, size) = ((x, self.top(row) + inset), ((end - x).max(4.0), height));
                self.drawing.rounded(at, size, 3.0, None, Some(stroke));
            }
            Some(Ghost::Line { from, to }) => {
                self.drawing.line(vec![from, to], stroke);
                self.drawing.dot(to, 4.0, None, Some(stroke));
            }
            None => {}
        }
    }
}
