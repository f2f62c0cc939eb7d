//! Draws one bar with what is marked on it.

use super::{Painter, dashed};
use crate::ui::drawing::{Align, Color, Stroke};
use crate::ui::gantt::{Bar, HANDLE, Kind, bar_box};

impl Painter<'_> {
    pub(super) fn bar(&mut self, bar: &Bar) {
        let (x, end) = (self.x(bar.start), self.x(bar.finish));
        let (inset, height) = bar_box(self.scene.row_height, bar.kind);
        let y = self.top(bar.row) + inset;
        let middle = self.middle(bar.row);
        self.proposed(bar, y, height);
        self.agreed(bar);
        if end < 0.0 || x > self.width {
            self.elsewhere(middle, end < 0.0);
            self.deadline(bar, middle);
            return;
        }
        let (fill, done) = if bar.inactive {
            ("--gantt-back", "--gantt-muted")
        } else if bar.critical {
            ("--gantt-critical", "--gantt-critical-done")
        } else {
            ("--gantt-bar", "--gantt-done")
        };
        self.slack(bar, end, middle);
        let strong = if bar.critical || bar.inactive {
            done
        } else {
            "--gantt-summary"
        };
        let mut label_x = end + 14.0;
        match bar.kind {
            Kind::Task => self.task(bar, (y, height), fill, done),
            Kind::Milestone => {
                let half = height / 2.0;
                let points = vec![
                    (x, middle - half),
                    (x + half, middle),
                    (x, middle + half),
                    (x - half, middle),
                ];
                let line = bar
                    .critical
                    .then(|| Stroke::new("--gantt-critical-done", 2.0));
                self.drawing.shape(points, Some(strong), line);
                label_x = x + half + 12.0;
            }
            Kind::Summary => {
                let tip = height + 5.0;
                let (x, end) = self.stretch(bar.start, bar.finish);
                let right = x + (end - x).max(4.0);
                let side = 6.0_f64.min((right - x) / 2.0);
                let points = vec![
                    (x, y),
                    (right, y),
                    (right, y + tip),
                    (right - side, y + height),
                    (x + side, y + height),
                    (x, y + tip),
                ];
                self.drawing.shape(points, Some(strong), None);
            }
        }
        self.deadline(bar, middle);
        if bar.hover && bar.kind != Kind::Summary {
            self.handles(bar, x, end);
            label_x += 6.0;
        }
        if !bar.label.is_empty() && label_x < self.width {
            // as large as the header's, which grows with the person's text size
            let size = (self.scene.header / 4.0).round();
            let bold = bar.kind == Kind::Summary;
            let (at, text) = ((label_x, middle + 0.5), bar.label.clone());
            (self.drawing).write(at, text, size, bold, Align::Start, "--gantt-muted");
        }
    }

    fn task(&mut self, bar: &Bar, (y, height): (f64, f64), fill: Color, done: Color) {
        let (x, end) = self.stretch(bar.start, bar.finish);
        let width = (end - x).max(3.0);
        (self.drawing).rounded((x, y), (width, height), 3.0, Some(fill), None);
        if bar.percent > 0 && !bar.inactive {
            let (from, whole) = (self.x(bar.start), self.x(bar.finish) - self.x(bar.start));
            let to = from + whole.max(3.0) * f64::from(bar.percent) / 100.0;
            let part = to.min(x + width) - x;
            if part > 0.0 {
                (self.drawing).rounded((x, y), (part, height), 3.0, Some(done), None);
            }
        }
        // not by colour alone: critical bars have a heavy outline, those near that a dashed one
        let line = if bar.critical || bar.near { 2.0 } else { 1.0 };
        let stroke = match bar.near {
            true => dashed(done, line),
            false => Stroke::new(done, line),
        };
        let at = (x + line / 2.0, y + line / 2.0);
        let size = ((width - line).max(1.0), height - line);
        self.drawing.rounded(at, size, 3.0, None, Some(stroke));
        if bar.placed {
            // what stands by hand has brackets
            for at in [x, x + width] {
                let points = vec![(at, y - 3.0), (at, y + height + 3.0)];
                self.drawing.line(points, Stroke::new(done, 2.0));
            }
        }
    }

    /// How long it may be late.
    fn slack(&mut self, bar: &Bar, end: f64, middle: f64) {
        let Some(until) = bar.slack_until.map(|until| self.x(until)) else {
            return;
        };
        if until > end + 2.0 {
            let stroke = Stroke::new("--gantt-muted", 1.5);
            let y = middle + 0.5;
            let to = until.min(self.width + 9.0);
            self.drawing.line(vec![(end, y), (to, y)], stroke);
            let tip = vec![(until, middle - 4.0), (until, middle + 5.0)];
            self.drawing.line(tip, stroke);
        }
    }

    /// Where it was agreed to lie: a thin bar at the foot of the row, a small diamond for a milestone.
    fn agreed(&mut self, bar: &Bar) {
        let Some((from, to)) = bar.agreed else {
            return;
        };
        let (x, end) = self.stretch(from, to);
        if end < -8.0 || x > self.width + 8.0 {
            return;
        }
        let row = self.scene.row_height;
        let foot = self.top(bar.row) + (row * 0.79).round();
        let height = (row * 0.12).round().max(3.0);
        let color = "--gantt-agreed";
        if bar.kind == Kind::Milestone {
            let middle = (x, foot + height / 2.0);
            self.drawing.diamond(middle, height.max(4.0), color);
        } else {
            let size = ((end - x).max(3.0), height);
            (self.drawing).rounded((x, foot), size, 1.5, Some(color), None);
        }
    }

    /// Where it would come to lie.
    fn proposed(&mut self, bar: &Bar, y: f64, height: f64) {
        let Some((from, to)) = bar.proposed else {
            return;
        };
        let (x, end) = self.stretch(from, to);
        let size = ((end - x).max(4.0), height + 4.0);
        let stroke = dashed("--gantt-accent", 2.0);
        (self.drawing).rounded((x, y - 2.0), size, 4.0, None, Some(stroke));
    }

    /// When the task should be finished: an arrow down onto that moment, filled where it is missed.
    fn deadline(&mut self, bar: &Bar, middle: f64) {
        let Some(deadline) = bar.deadline else {
            return;
        };
        let Some(x) = self.inside(deadline) else {
            return;
        };
        let missed = !bar.inactive && deadline < bar.finish;
        let (fill, color) = match missed {
            true => ("--gantt-critical-done", "--gantt-critical-done"),
            false => ("--gantt-back", "--gantt-today"),
        };
        let reach = self.scene.row_height * 0.3;
        let (top, tip) = (middle - reach, middle - reach + 8.0);
        let stroke = Stroke::new(color, 1.5);
        let head = vec![(x - 5.0, top), (x + 5.0, top), (x, tip)];
        self.drawing.shape(head, Some(fill), Some(stroke));
        let stem = vec![(x + 0.5, tip), (x + 0.5, middle + reach)];
        self.drawing.line(stem, stroke);
    }

    /// The bar of this row lies beyond the left (or right) edge.
    fn elsewhere(&mut self, middle: f64, left: bool) {
        let (tip, back) = if left {
            (5.0, 10.0)
        } else {
            (self.width - 5.0, self.width - 10.0)
        };
        let points = vec![
            (back, middle - 4.0),
            (tip, middle + 0.5),
            (back, middle + 5.0),
        ];
        self.drawing.line(points, Stroke::new("--gantt-muted", 1.5));
    }

    /// The points that links are drawn from, and the edge that stretches.
    fn handles(&mut self, bar: &Bar, x: f64, end: f64) {
        let middle = self.middle(bar.row);
        let half = match bar.kind {
            Kind::Milestone => bar_box(self.scene.row_height, bar.kind).1 / 2.0,
            _ => 0.0,
        };
        let stroke = Stroke::new("--gantt-accent", 1.5);
        for at in [x - half - HANDLE, end + half + HANDLE] {
            (self.drawing).dot((at, middle), 4.5, Some("--gantt-back"), Some(stroke));
        }
    }
}
