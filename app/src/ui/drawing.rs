//! A picture as plain marks: painted on a canvas (`canvas`), or written as SVG (`svg`). Pure.

use shared::base::TaskId;

/// A colour, as a custom property of the page: `--ink`.
pub type Color = &'static str;

/// To which side of its point a text lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// It begins there.
    Start,
    /// It has its middle there.
    Middle,
    /// It ends there.
    End,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub color: Color,
    /// Its width in pixels.
    pub width: f64,
    /// Lengths of dashes and gaps; none for a whole line.
    pub dash: &'static [f64],
}

impl Stroke {
    /// A whole line.
    pub fn new(color: Color, width: f64) -> Self {
        Self {
            color,
            width,
            dash: &[],
        }
    }
}

/// A part of a picture. Points are pixels from the left and the top.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A box.
    Box {
        /// Its corner at the left and the top.
        at: (f64, f64),
        /// Its size.
        size: (f64, f64),
        /// How far its corners are rounded.
        radius: f64,
        /// What it is filled with.
        fill: Option<Color>,
        /// The line around it.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Dot {
        /// Its middle.
        at: (f64, f64),
        /// From there to its edge.
        radius: f64,
        /// What it is filled with.
        fill: Option<Color>,
        /// The line around it.
        stroke: Option<Stroke>,
    },
    /// Points that are joined.
    Path {
        /// The points.
        points: Vec<(f64, f64)>,
        /// What lies between them is filled; the last is joined to the first.
        fill: Option<Color>,
        /// The line along them.
        stroke: Option<Stroke>,
    },
    /// A line of text, its middle on its point.
    Text {
        /// Where.
        at: (f64, f64),
        /// What it says.
        text: String,
        /// The height of its letters.
        size: f64,
        /// Heavy letters.
        bold: bool,
        /// To which side.
        align: Align,
        /// Its colour.
        color: Color,
    },
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawing {
    /// Width and height in pixels.
    pub size: (f64, f64),
    /// Its parts, the last on top.
    pub marks: Vec<Mark>,
    /// Where it may be cut into pages: pixels from the left, and from the top; ascending.
    pub cuts: (Vec<f64>, Vec<f64>),
    /// Where tasks can be pressed: left, top, width, height.
    pub spots: Vec<((f64, f64, f64, f64), TaskId)>,
}

impl Drawing {
    /// An empty one.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            size: (width, height),
            ..Self::default()
        }
    }

    /// Adds a box.
    pub fn fill(&mut self, at: (f64, f64), size: (f64, f64), color: Color) {
        self.rounded(at, size, 0.0, Some(color), None);
    }

    /// Adds a box with rounded corners.
    pub fn rounded(
        &mut self,
        at: (f64, f64),
        size: (f64, f64),
        radius: f64,
        fill: Option<Color>,
        stroke: Option<Stroke>,
    ) {
        self.marks.push(Mark::Box {
            at,
            size,
            radius: radius.min(size.0 / 2.0).max(0.0),
            fill,
            stroke,
        });
    }

    /// Adds a shape with corners.
    pub fn shape(&mut self, points: Vec<(f64, f64)>, fill: Option<Color>, stroke: Option<Stroke>) {
        self.marks.push(Mark::Path {
            points,
            fill,
            stroke,
        });
    }

    /// Adds a circle.
    pub fn dot(
        &mut self,
        at: (f64, f64),
        radius: f64,
        fill: Option<Color>,
        stroke: Option<Stroke>,
    ) {
        self.marks.push(Mark::Dot {
            at,
            radius,
            fill,
            stroke,
        });
    }

    /// Adds all of another picture, its corner at a point.
    pub fn add(&mut self, other: Self, (dx, dy): (f64, f64)) {
        let moved = |(x, y): (f64, f64)| (x + dx, y + dy);
        self.marks.extend(other.marks.into_iter().map(|mut mark| {
            match &mut mark {
                Mark::Box { at, .. } | Mark::Dot { at, .. } | Mark::Text { at, .. } => {
                    *at = moved(*at);
                }
                Mark::Path { points, .. } => points.iter_mut().for_each(|at| *at = moved(*at)),
            }
            mark
        }));
        let spots = other.spots.into_iter();
        self.spots
            .extend(spots.map(|((x, y, wide, high), task)| ((x + dx, y + dy, wide, high), task)));
    }

    /// Adds a line through points.
    pub fn line(&mut self, points: Vec<(f64, f64)>, stroke: Stroke) {
        self.shape(points, None, Some(stroke));
    }

    /// Adds a diamond.
    pub fn diamond(&mut self, (x, y): (f64, f64), half: f64, color: Color) {
        let points = vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y)];
        self.shape(points, Some(color), None);
    }

    /// Adds a line of text.
    pub fn text(&mut self, at: (f64, f64), text: String, size: f64, align: Align, color: Color) {
        self.write(at, text, size, false, align, color);
    }

    /// Adds a line of text, in heavy letters where it is `bold`.
    pub fn write(
        &mut self,
        at: (f64, f64),
        text: String,
        size: f64,
        bold: bool,
        align: Align,
        color: Color,
    ) {
        self.marks.push(Mark::Text {
            at,
            text,
            size,
            bold,
            align,
            color,
        });
    }

    /// The task at a point.
    pub fn spot(&self, x: f64, y: f64) -> Option<TaskId> {
        let mut spots = self.spots.iter().rev();
        let inside = |(left, top, wide, high): &(f64, f64, f64, f64)| {
            (*left..left + wide).contains(&x) && (*top..top + high).contains(&y)
        };
        spots.find(|(of, _)| inside(of)).map(|(_, task)| *task)
    }
}

/// About how wide a text is, where none can be measured: wide characters take a whole of its height.
pub fn about_wide(text: &str, size: f64) -> f64 {
    let each = text.chars().map(|c| match c {
        'i' | 'l' | 'j' | 't' | 'f' | ' ' | '.' | ',' | ':' | '-' => 0.33,
        'm' | 'w' | 'M' | 'W' => 0.85,
        c if c.is_ascii() => 0.57,
        _ => 1.0,
    });
    each.sum::<f64>() * size
}

/// As much of a text as about fits.
pub fn cut(text: &str, size: f64, room: f64) -> String {
    if about_wide(text, size) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        if about_wide(&kept, size) + size <= room {
            kept.push('…');
            return kept;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_task_at_a_point_is_found() {
        let mut drawing = Drawing::new(100.0, 50.0);
        let id = |n| TaskId::from_bytes([n; 8]);
        drawing.spots.push(((0.0, 0.0, 10.0, 10.0), id(1)));
        drawing.spots.push(((5.0, 5.0, 10.0, 10.0), id(2)));
        assert_eq!(drawing.spot(1.0, 1.0), Some(id(1)));
        assert_eq!(drawing.spot(7.0, 7.0), Some(id(2)));
        assert_eq!(drawing.spot(50.0, 7.0), None);
    }

    #[test]
    fn a_text_that_does_not_fit_is_cut() {
        assert_eq!(cut("abc", 10.0, 100.0), "abc");
        assert_eq!(cut("混凝土浇筑", 10.0, 40.0), "混凝土…");
        assert_eq!(cut("混凝土", 10.0, 5.0), "");
    }
}
