//! A chart as a picture of its own: a title, the names of the rows, the bars.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use super::gantt::{Look, Scene};
use super::paint;

/// The height of the title.
const TITLE: f64 = 44.0;
/// The width of the names.
const NAMES: f64 = 280.0;

/// The name of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// What it says.
    pub text: String,
    /// How deep it lies in the outline.
    pub depth: u16,
    /// It has others below it.
    pub strong: bool,
}

fn canvas() -> Option<HtmlCanvasElement> {
    let document = web_sys::window()?.document()?;
    document.create_element("canvas").ok()?.dyn_into().ok()
}

/// Draws a chart that shows all its rows beside their names, in the colours of `like`; `size` is that of the chart in
/// CSS pixels, header included, `ratio` how many pixels of the picture each is. `None` where the browser does not draw.
pub fn draw(
    title: &str,
    names: &[Name],
    scene: &Scene,
    size: (f64, f64),
    ratio: f64,
    like: &Element,
) -> Option<HtmlCanvasElement> {
    let look = Look::of(like);
    let chart = canvas()?;
    paint::draw(&chart, size, ratio, scene, &look);
    let whole = canvas()?;
    let (width, height) = (NAMES + size.0, TITLE + size.1);
    whole.set_width((width * ratio) as u32);
    whole.set_height((height * ratio) as u32);
    let pen: CanvasRenderingContext2d = whole.get_context("2d").ok()??.dyn_into().ok()?;
    let _ = pen.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    pen.set_fill_style_str(&look.back);
    pen.fill_rect(0.0, 0.0, width, height);
    pen.set_fill_style_str(&look.text);
    pen.set_text_baseline("middle");
    pen.set_font(&format!("650 18px {}", look.font));
    let _ = pen.fill_text_with_max_width(title, 12.0, TITLE / 2.0, width - 24.0);
    for (row, name) in names.iter().enumerate() {
        let y = TITLE + scene.header + (row as f64 + 0.5) * scene.row_height;
        let x = 12.0 + f64::from(name.depth.min(12)) * 12.0;
        let weight = if name.strong { 650 } else { 400 };
        pen.set_font(&format!("{weight} 13px {}", look.font));
        let text = cut(&pen, &name.text, NAMES - x - 8.0);
        let _ = pen.fill_text(&text, x, y);
    }
    pen.set_fill_style_str(&look.line);
    pen.fill_rect(NAMES - 1.0, TITLE, 1.0, size.1);
    let _ =
        pen.draw_image_with_html_canvas_element_and_dw_and_dh(&chart, NAMES, TITLE, size.0, size.1);
    Some(whole)
}

/// As much of a text as there is room for.
fn cut(pen: &CanvasRenderingContext2d, text: &str, room: f64) -> String {
    let fits = |text: &str| pen.measure_text(text).is_ok_and(|m| m.width() <= room);
    if fits(text) {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let shown = format!("{kept}…");
        if fits(&shown) {
            return shown;
        }
    }
    String::new()
}
