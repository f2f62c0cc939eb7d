//! A picture as an SVG file. Pure.

use std::fmt::{self, Write};

use super::drawing::{Align, Color, Drawing, Mark, Stroke};

/// A piece of a picture: its corner at the left and the top, and its size.
pub type Piece = ((f64, f64), (f64, f64));

/// The picture, or a piece of it, as an SVG file; `color` gives what a custom property says.
pub fn svg(
    drawing: &Drawing,
    piece: Option<Piece>,
    back: Color,
    color: &dyn Fn(Color) -> String,
) -> String {
    let ((left, top), (width, height)) = piece.unwrap_or(((0.0, 0.0), drawing.size));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"{left} {top} {width} {height}\" font-family=\"system-ui, sans-serif\">\
         <rect x=\"{left}\" y=\"{top}\" width=\"100%\" height=\"100%\" fill=\"{}\"/>",
        escaped(&color(back))
    );
    for mark in &drawing.marks {
        // writing into a text does not fail
        let _ = write(&mut svg, mark, color);
    }
    svg.push_str("</svg>");
    svg
}

fn write(svg: &mut String, mark: &Mark, color: &dyn Fn(Color) -> String) -> fmt::Result {
    match mark {
        Mark::Box {
            at,
            size,
            radius,
            fill,
            stroke,
        } => {
            write!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"",
                at.0, at.1, size.0, size.1,
            )?;
            if *radius > 0.0 {
                write!(svg, " rx=\"{radius:.1}\"")?;
            }
            inked(svg, *fill, *stroke, color)
        }
        Mark::Dot {
            at,
            radius,
            fill,
            stroke,
        } => {
            write!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"",
                at.0, at.1
            )?;
            inked(svg, *fill, *stroke, color)
        }
        Mark::Path {
            points,
            fill,
            stroke,
        } => {
            let name = if fill.is_some() {
                "polygon"
            } else {
                "polyline"
            };
            write!(svg, "<{name} points=\"")?;
            for (x, y) in points {
                write!(svg, "{x:.1},{y:.1} ")?;
            }
            svg.push('"');
            inked(svg, *fill, *stroke, color)
        }
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
    }
}

/// The end of an element: how it is filled, and its line.
fn inked(
    svg: &mut String,
    fill: Option<Color>,
    stroke: Option<Stroke>,
    color: &dyn Fn(Color) -> String,
) -> fmt::Result {
    let fill = fill.map_or_else(|| "none".to_owned(), |fill| escaped(&color(fill)));
    write!(svg, " fill=\"{fill}\"")?;
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
        drawing.dot((30.0, 20.0), 4.0, None, Some(Stroke::new("--b", 1.0)));
        let text = "<script>&\"\u{1}混凝土".to_owned();
        drawing.text((1.0, 2.0), text, 12.0, Align::End, "--a");
        let written = svg(&drawing, None, "--back", &|name| format!("rgb({name})"));
        assert!(written.starts_with("<svg xmlns=") && written.ends_with("</svg>"));
        assert!(written.contains("stroke-dasharray=\"2 3\""));
        assert!(written.contains(">&lt;script&gt;&amp;&quot;混凝土</text>"));
        assert!(!written.contains('\u{1}') && !written.contains("<script"));
        assert_eq!(written.matches("rgb(--a)").count(), 3);
        assert_eq!(written.matches("rgb(--b)").count(), 2);
    }

    #[test]
    fn a_piece_of_a_picture_shows_that_piece() {
        let piece = Some(((10.0, 20.0), (30.0, 5.0)));
        let written = svg(&Drawing::new(100.0, 50.0), piece, "--back", &str::to_owned);
        assert!(written.contains("width=\"30\" height=\"5\" viewBox=\"10 20 30 5\""));
    }
}
