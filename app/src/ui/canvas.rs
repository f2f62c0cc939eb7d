//! Paints a [`Drawing`] on a canvas, in the colours that the page has at an element.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use super::drawing::{Align, Color, Drawing, Mark, Stroke};

/// What lies behind all.
pub const BACK: Color = "--gantt-back";

/// The colours and the font that the page has at an element, each asked for once.
pub struct Palette {
    style: Option<web_sys::CssStyleDeclaration>,
    known: RefCell<Vec<(Color, String)>>,
}

impl Palette {
    /// Those at an element.
    pub fn of(element: &Element) -> Self {
        Self {
            style: web_sys::window().and_then(|w| w.get_computed_style(element).ok().flatten()),
            known: RefCell::default(),
        }
    }

    /// What a property says.
    pub fn get(&self, name: Color) -> String {
        if let Some((_, value)) = self.known.borrow().iter().find(|(of, _)| *of == name) {
            return value.clone();
        }
        let said = self.style.as_ref();
        let value = said.and_then(|style| style.get_property_value(name).ok());
        let value = value.unwrap_or_default().trim().to_owned();
        self.known.borrow_mut().push((name, value.clone()));
        value
    }

    /// Colours as numbers, as any program reads them: what shines through lies on what is behind all.
    pub fn plain(&self) -> impl Fn(Color) -> String {
        let pen = blank(1.0, 1.0).and_then(|canvas| often_read(&canvas));
        let known = RefCell::<Vec<(Color, String)>>::default();
        move |name| {
            if let Some((_, value)) = known.borrow().iter().find(|(of, _)| *of == name) {
                return value.clone();
            }
            let value = self.get(name);
            let Some(pen) = &pen else { return value };
            for color in [self.get(BACK), value.clone()] {
                pen.set_fill_style_str(&color);
                pen.fill_rect(0.0, 0.0, 1.0, 1.0);
            }
            let pixel = pen.get_image_data(0.0, 0.0, 1.0, 1.0);
            let plain = match pixel.map(|pixel| pixel.data().0).as_deref() {
                Ok([r, g, b, _]) => format!("#{r:02x}{g:02x}{b:02x}"),
                _ => value,
            };
            known.borrow_mut().push((name, plain.clone()));
            plain
        }
    }
}

/// A canvas that is not in the page.
pub fn blank(width: f64, height: f64) -> Option<HtmlCanvasElement> {
    let document = web_sys::window()?.document()?;
    let canvas = document.create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
    canvas.set_width(width.round() as u32);
    canvas.set_height(height.round() as u32);
    Some(canvas)
}

/// What draws on a canvas.
pub fn pen(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// What draws on a canvas that is read back again and again.
fn often_read(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let options = js_sys::Object::new();
    let read = JsValue::from_str("willReadFrequently");
    js_sys::Reflect::set(&options, &read, &JsValue::TRUE).ok()?;
    let context = canvas.get_context_with_context_options("2d", &options);
    context.ok()??.dyn_into().ok()
}

/// Paints the picture, with `ratio` pixels of the canvas for each of its own.
pub fn paint(canvas: &HtmlCanvasElement, drawing: &Drawing, ratio: f64, palette: &Palette) {
    let (width, height) = drawing.size;
    let (wide, high) = (
        (width * ratio).round() as u32,
        (height * ratio).round() as u32,
    );
    if canvas.width() != wide {
        canvas.set_width(wide);
    }
    if canvas.height() != high {
        canvas.set_height(high);
    }
    let Some(pen) = pen(canvas) else { return };
    let font = palette.get("font-family");
    let _ = pen.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    pen.set_fill_style_str(&palette.get(BACK));
    pen.fill_rect(0.0, 0.0, width, height);
    pen.set_line_join("round");
    pen.set_text_baseline("middle");
    let brush = Brush { pen, palette };
    for mark in &drawing.marks {
        brush.mark(mark, &font);
    }
}

struct Brush<'a> {
    pen: CanvasRenderingContext2d,
    palette: &'a Palette,
}

impl Brush<'_> {
    fn mark(&self, mark: &Mark, font: &str) {
        let pen = &self.pen;
        match mark {
            Mark::Box {
                at,
                size,
                radius,
                fill: Some(fill),
                stroke: None,
            } if *radius == 0.0 => {
                pen.set_fill_style_str(&self.palette.get(fill));
                pen.fill_rect(at.0, at.1, size.0, size.1);
            }
            Mark::Box {
                at,
                size,
                radius,
                fill,
                stroke,
            } => {
                self.trace(*at, *size, *radius);
                self.ink(*fill, *stroke);
            }
            Mark::Dot {
                at,
                radius,
                fill,
                stroke,
            } => {
                pen.begin_path();
                let _ = pen.arc(at.0, at.1, *radius, 0.0, std::f64::consts::TAU);
                self.ink(*fill, *stroke);
            }
            Mark::Path {
                points,
                fill,
                stroke,
            } => {
                pen.begin_path();
                for (n, (x, y)) in points.iter().enumerate() {
                    match n {
                        0 => pen.move_to(*x, *y),
                        _ => pen.line_to(*x, *y),
                    }
                }
                if fill.is_some() {
                    pen.close_path();
                }
                self.ink(*fill, *stroke);
            }
            Mark::Text {
                at,
                text,
                size,
                bold,
                align,
                color,
            } => {
                let weight = if *bold { 600 } else { 400 };
                pen.set_font(&format!("{weight} {size}px {font}"));
                pen.set_text_align(match align {
                    Align::Start => "left",
                    Align::Middle => "center",
                    Align::End => "right",
                });
                pen.set_fill_style_str(&self.palette.get(color));
                let _ = pen.fill_text(text, at.0, at.1);
            }
        }
    }

    /// The outline of a box with round corners.
    fn trace(&self, (x, y): (f64, f64), (width, height): (f64, f64), radius: f64) {
        let (pen, right, foot) = (&self.pen, x + width, y + height);
        pen.begin_path();
        pen.move_to(x + radius, y);
        let _ = pen.arc_to(right, y, right, foot, radius);
        let _ = pen.arc_to(right, foot, x, foot, radius);
        let _ = pen.arc_to(x, foot, x, y, radius);
        let _ = pen.arc_to(x, y, right, y, radius);
        pen.close_path();
    }

    /// Fills what was traced, and draws its line.
    fn ink(&self, fill: Option<Color>, stroke: Option<Stroke>) {
        let pen = &self.pen;
        if let Some(fill) = fill {
            pen.set_fill_style_str(&self.palette.get(fill));
            pen.fill();
        }
        if let Some(stroke) = stroke {
            pen.set_stroke_style_str(&self.palette.get(stroke.color));
            pen.set_line_width(stroke.width);
            if stroke.dash.is_empty() {
                pen.stroke();
            } else {
                let dash: Array = stroke.dash.iter().map(|d| JsValue::from_f64(*d)).collect();
                let _ = pen.set_line_dash(&dash);
                pen.stroke();
                let _ = pen.set_line_dash(&Array::new());
            }
        }
    }
}
