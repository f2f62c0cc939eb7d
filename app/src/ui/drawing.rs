//! A picture as plain marks: drawn on a canvas (`drawn`), or written as SVG. Pure.

use std::fmt::Write;

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
    /// A filled box.
    Box {
        /// Its corner at the left and the top.
        at: (f64, f64),
        /// Its size.
        size: (f64, f64),
        /// What it is filled with.
        color: Color,
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
        self.marks.push(Mark::Box { at, size, color });
    }

    /// Adds a line through points.
    pub fn line(&mut self, points: Vec<(f64, f64)>, stroke: Stroke) {
        self.marks.push(Mark::Path {
            points,
            fill: None,
            stroke: Some(stroke),
        });
    }

    /// Adds a diamond.
    pub fn diamond(&mut self, (x, y): (f64, f64), half: f64, color: Color) {
        self.marks.push(Mark::Path {
            points: vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y)],
            fill: Some(color),
            stroke: None,
        });
    }

    /// Adds a line of text.
    pub fn text(&mut self, at: (f64, f64), text: String, size: f64, align: Align, color: Color) {
        self.marks.push(Mark::Text {
            at,
            text,
            size,
            bold: false,
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

    /// The picture as an SVG file; `color` gives what a custom property says.
    pub fn to_svg(&self, color: &dyn Fn(Color) -> String, back: Color) -> String {
        let (width, height) = self.size;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\">\
             <rect width=\"100%\" height=\"100%\" fill=\"{}\"/>",
            escaped(&color(back))
        );
        for mark in &self.marks {
            // writing into a text does not fail
            let _ = match mark {
                Mark::Box {
                    at,
                    size,
                    color: of,
                } => write!(
                    svg,
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
                    at.0,
                    at.1,
                    size.0,
                    size.1,
                    escaped(&color(of))
                ),
                Mark::Path {
                    points,
                    fill,
                    stroke,
                } => path(&mut svg, points, *fill, *stroke, color),
                Mark::Text {
                    at,
                    text,
                    size,
                    bold,
                    align,
                    color: of,
                } => {
                    let anchor = match align {
                        Align::Start => "start",
                        Align::Middle => "middle",
                        Align::End => "end",
                    };
                    let weight = if *bold { "600" } else { "400" };
                    write!(
                        svg,
                        "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size}\" font-weight=\"{weight}\" \
                         text-anchor=\"{anchor}\" dominant-baseline=\"central\" fill=\"{}\">{}</text>",
                        at.0,
                        at.1,
                        escaped(&color(of)),
                        escaped(text)
                    )
                }
            };
        }
        svg.push_str("</svg>");
        svg
    }
}

fn path(
    svg: &mut String,
    points: &[(f64, f64)],
    fill: Option<Color>,
    stroke: Option<Stroke>,
    color: &dyn Fn(Color) -> String,
) -> std::fmt::Result {
    let (name, filled) = match fill {
        Some(fill) => ("polygon", escaped(&color(fill))),
        None => ("polyline", "none".to_owned()),
    };
    write!(svg, "<{name} fill=\"{filled}\" points=\"")?;
    for (x, y) in points {
        write!(svg, "{x:.1},{y:.1} ")?;
    }
    svg.push('"');
    if let Some(stroke) = stroke {
        let of = escaped(&color(stroke.color));
        write!(svg, " stroke=\"{of}\" stroke-width=\"{}\"", stroke.width)?;
        if !stroke.dash.is_empty() {
            let dash: Vec<String> = stroke.dash.iter().map(f64::to_string).collect();
            write!(svg, " stroke-dasharray=\"{}\"", dash.join(" "))?;
        }
    }
    svg.write_str("/>")
}

/// Text as XML holds it; characters that it cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
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
    fn a_picture_is_written_as_svg_and_no_text_breaks_it() {
        let mut drawing = Drawing::new(100.0, 50.0);
        drawing.fill((0.0, 1.0), (10.0, 5.0), "--a");
        let dashed = Stroke {
            dash: &[2.0, 3.0],
            ..Stroke::new("--b", 2.0)
        };
        drawing.line(vec![(0.0, 0.0), (5.0, 5.0)], dashed);
        drawing.diamond((20.0, 20.0), 4.0, "--a");
        let text = "<script>&\"\u{1}混凝土".to_owned();
        drawing.text((1.0, 2.0), text, 12.0, Align::End, "--a");
        let svg = drawing.to_svg(&|name| format!("rgb({name})"), "--back");
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>"));
        assert!(svg.contains("stroke-dasharray=\"2 3\""));
        assert!(svg.contains(">&lt;script&gt;&amp;&quot;混凝土</text>"));
        assert!(!svg.contains('\u{1}') && !svg.contains("<script"));
        assert_eq!(svg.matches("rgb(--a)").count(), 3);
    }

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
