//! Draws one bar with what is marked on it.

use super::{Painter, rounded};
use crate::ui::gantt::{Bar, HANDLE, Kind, bar_box};

impl Painter<'_> {
    pub(super) fn bar(&self, bar: &Bar) {
        let (pen, look) = (self.pen, self.look);
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
            (&look.back, &look.muted)
        } else if bar.critical {
            (&look.critical, &look.critical_done)
        } else {
            (&look.bar, &look.done)
        };
        if let Some(until) = bar.slack_until {
            let until = self.x(until);
            if until > end + 2.0 {
                pen.set_stroke_style_str(&look.muted);
                pen.set_line_width(1.5);
                pen.begin_path();
                pen.move_to(end, middle + 0.5);
                pen.line_to(until, middle + 0.5);
                pen.move_to(until, middle - 4.0);
                pen.line_to(until, middle + 5.0);
                pen.stroke();
            }
        }
        let mut label_x = end + 14.0;
        match bar.kind {
            Kind::Task => {
                let width = (end - x).max(3.0);
                rounded(pen, x, y, width, height, 3.0);
                pen.set_fill_style_str(fill);
                pen.fill();
                if bar.percent > 0 && !bar.inactive {
                    pen.save();
                    pen.clip();
                    pen.set_fill_style_str(done);
                    pen.fill_rect(x, y, width * f64::from(bar.percent) / 100.0, height);
                    pen.restore();
                }
                // not by colour alone: critical bars have a heavy outline, those near that a dashed one
                let line = if bar.critical || bar.near { 2.0 } else { 1.0 };
                rounded(
                    pen,
                    x + line / 2.0,
                    y + line / 2.0,
                    width - line,
                    height - line,
                    3.0,
                );
                pen.set_stroke_style_str(done);
                pen.set_line_width(line);
                self.dashed(bar.near);
                pen.stroke();
                self.dashed(false);
                if bar.placed {
                    self.ends(x, x + width, y, height, done);
                }
            }
            Kind::Milestone => {
                let half = height / 2.0;
                pen.begin_path();
                pen.move_to(x, middle - half);
                pen.line_to(x + half, middle);
                pen.line_to(x, middle + half);
                pen.line_to(x - half, middle);
                pen.close_path();
                pen.set_fill_style_str(if bar.critical || bar.inactive {
                    done
                } else {
                    &look.summary
                });
                pen.fill();
                if bar.critical {
                    pen.set_stroke_style_str(&look.critical_done);
                    pen.set_line_width(2.0);
                    pen.stroke();
                }
                label_x = x + half + 12.0;
            }
            Kind::Summary => {
                let tip = height + 5.0;
                let width = (end - x).max(4.0);
                let side = 6.0_f64.min(width / 2.0);
                pen.begin_path();
                pen.move_to(x, y);
                pen.line_to(x + width, y);
                pen.line_to(x + width, y + tip);
                pen.line_to(x + width - side, y + height);
                pen.line_to(x + side, y + height);
                pen.line_to(x, y + tip);
                pen.close_path();
                pen.set_fill_style_str(if bar.critical || bar.inactive {
                    done
                } else {
                    &look.summary
                });
                pen.fill();
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
            let weight = if bar.kind == Kind::Summary {
                "600 "
            } else {
                ""
            };
            pen.set_font(&format!("{weight}{size}px {}", look.font));
            pen.set_text_baseline("middle");
            pen.set_text_align("left");
            pen.set_fill_style_str(&look.muted);
            let _ = pen.fill_text(&bar.label, label_x, middle + 0.5);
        }
    }

    /// Where it was agreed to lie: a thin bar at the foot of the row, a small diamond for a milestone.
    fn agreed(&self, bar: &Bar) {
        let Some((from, to)) = bar.agreed else {
            return;
        };
        let (x, end) = (self.x(from), self.x(to));
        if end < -8.0 || x > self.width + 8.0 {
            return;
        }
        let row = self.scene.row_height;
        let (pen, foot) = (self.pen, self.top(bar.row) + (row * 0.79).round());
        let height = (row * 0.12).round().max(3.0);
        pen.set_fill_style_str(&self.look.agreed);
        if bar.kind == Kind::Milestone {
            let half = height.max(4.0);
            let middle = foot + height / 2.0;
            pen.begin_path();
            pen.move_to(x, middle - half);
            pen.line_to(x + half, middle);
            pen.line_to(x, middle + half);
            pen.line_to(x - half, middle);
            pen.close_path();
        } else {
            rounded(pen, x, foot, (end - x).max(3.0), height, 1.5);
        }
        pen.fill();
    }

    /// Where it would come to lie.
    fn proposed(&self, bar: &Bar, y: f64, height: f64) {
        let Some((from, to)) = bar.proposed else {
            return;
        };
        let (pen, x) = (self.pen, self.x(from));
        rounded(
            pen,
            x,
            y - 2.0,
            (self.x(to) - x).max(4.0),
            height + 4.0,
            4.0,
        );
        pen.set_stroke_style_str(&self.look.accent);
        pen.set_line_width(2.0);
        self.dashed(true);
        pen.stroke();
        self.dashed(false);
    }

    /// The ends of what stands by hand: brackets.
    fn ends(&self, x: f64, end: f64, y: f64, height: f64, color: &str) {
        let pen = self.pen;
        pen.set_stroke_style_str(color);
        pen.set_line_width(2.0);
        pen.begin_path();
        for at in [x, end] {
            pen.move_to(at, y - 3.0);
            pen.line_to(at, y + height + 3.0);
        }
        pen.stroke();
    }

    /// When the task should be finished: an arrow down onto that moment, filled where it is missed.
    fn deadline(&self, bar: &Bar, middle: f64) {
        let Some(deadline) = bar.deadline else {
            return;
        };
        let (pen, x) = (self.pen, self.x(deadline));
        if !(0.0..self.width).contains(&x) {
            return;
        }
        let missed = !bar.inactive && deadline < bar.finish;
        let reach = self.scene.row_height * 0.3;
        pen.begin_path();
        pen.move_to(x - 5.0, middle - reach);
        pen.line_to(x + 5.0, middle - reach);
        pen.line_to(x, middle - reach + 8.0);
        pen.close_path();
        pen.set_line_width(1.5);
        if missed {
            pen.set_fill_style_str(&self.look.critical_done);
            pen.set_stroke_style_str(&self.look.critical_done);
            pen.fill();
        } else {
            pen.set_fill_style_str(&self.look.back);
            pen.set_stroke_style_str(&self.look.today);
            pen.fill();
        }
        pen.stroke();
        pen.begin_path();
        pen.move_to(x + 0.5, middle - reach + 8.0);
        pen.line_to(x + 0.5, middle + reach);
        pen.stroke();
    }

    /// The bar of this row lies beyond the left (or right) edge.
    fn elsewhere(&self, middle: f64, left: bool) {
        let pen = self.pen;
        let (tip, back) = if left {
            (5.0, 10.0)
        } else {
            (self.width - 5.0, self.width - 10.0)
        };
        pen.set_stroke_style_str(&self.look.muted);
        pen.set_line_width(1.5);
        pen.begin_path();
        pen.move_to(back, middle - 4.0);
        pen.line_to(tip, middle + 0.5);
        pen.line_to(back, middle + 5.0);
        pen.stroke();
    }

    /// The points that links are drawn from, and the edge that stretches.
    fn handles(&self, bar: &Bar, x: f64, end: f64) {
        let pen = self.pen;
        let middle = self.middle(bar.row);
        let half = match bar.kind {
            Kind::Milestone => bar_box(self.scene.row_height, bar.kind).1 / 2.0,
            _ => 0.0,
        };
        pen.set_fill_style_str(&self.look.back);
        pen.set_stroke_style_str(&self.look.accent);
        pen.set_line_width(1.5);
        for at in [x - half - HANDLE, end + half + HANDLE] {
            pen.begin_path();
            let _ = pen.arc(at, middle, 4.5, 0.0, std::f64::consts::TAU);
            pen.fill();
            pen.stroke();
        }
    }
}
