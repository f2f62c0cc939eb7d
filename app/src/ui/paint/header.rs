//! The two tiers of the time axis, with the heads of the lines that cross the chart.

use shared::base::Moment;

use super::Painter;
use crate::ui::drawing::{Align, Color, Stroke, about_wide};
use crate::ui::scale;

impl Painter<'_> {
    pub(super) fn header(&mut self) {
        let scene = self.scene;
        let back = (self.width, scene.header);
        self.drawing.fill((0.0, 0.0), back, "--gantt-head");
        let (from, to) = self.window();
        let (upper, lower) = scale::tiers(scene.scale.px_per_day);
        let half = (scene.header / 2.0).round();
        // texts grow with the header, and the header with the person's text size
        let larger = scene.header / 48.0;
        let line = Stroke::new("--gantt-line", 1.0);
        for (tier, y, size, color) in [
            (upper, 0.0, scene.header / 4.0, "--gantt-text"),
            (lower, half, scene.header * 0.23, "--gantt-muted"),
        ] {
            for (at, end) in scale::ticks(tier, from, to) {
                let (x, right) = (self.x(at), self.x(end));
                self.vertical(x, (y, y + half), line);
                let label = scale::label(tier, at, (right - x) / larger, scene.lang);
                let wide = about_wide(&label, size);
                if y == 0.0 {
                    // the upper label stays in sight while its unit does
                    let left = x.max(0.0).min(right - wide - 8.0) + 6.0;
                    let at = (left, y + half / 2.0 + 1.0);
                    self.drawing.text(at, label, size, Align::Start, color);
                } else if right - x > wide + 2.0 {
                    let at = (f64::midpoint(x, right), y + half / 2.0);
                    self.drawing.text(at, label, size, Align::Middle, color);
                }
            }
        }
        for y in [half, scene.header] {
            self.horizontal(y - 0.5, line);
        }
        self.flag(scene.today, "--gantt-today");
        if let Some(at) = scene.data_date {
            self.flag(at, "--gantt-data-date");
        }
    }

    /// The head of a vertical line.
    fn flag(&mut self, at: Moment, color: Color) {
        let foot = self.scene.header;
        if let Some(x) = self.inside(at) {
            let points = vec![(x - 5.0, foot - 7.0), (x + 5.0, foot - 7.0), (x, foot)];
            self.drawing.shape(points, Some(color), None);
        }
    }
}
