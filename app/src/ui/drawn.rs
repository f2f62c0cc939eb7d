//! Shows a [`Drawing`] on a canvas as wide as its place, and gives it away as a picture.

use js_sys::Array;
use leptos::html;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::base::TaskId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};

use super::drawing::{Align, Color, Drawing, Mark};
use crate::platform::download;
use crate::platform::element::{self, Frames, Watch};

/// What lies behind all.
const BACK: Color = "--gantt-back";

fn style(canvas: &HtmlCanvasElement) -> Option<CssStyleDeclaration> {
    web_sys::window()?.get_computed_style(canvas).ok().flatten()
}

fn said(style: Option<&CssStyleDeclaration>, name: &str) -> String {
    let value = style.and_then(|style| style.get_property_value(name).ok());
    value.unwrap_or_default().trim().to_owned()
}

fn paint(canvas: &HtmlCanvasElement, drawing: &Drawing, ratio: f64) {
    let (width, height) = drawing.size;
    canvas.set_width((width * ratio).round() as u32);
    canvas.set_height((height * ratio).round() as u32);
    let context = canvas.get_context("2d").ok().flatten();
    let Some(pen) = context.and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok()) else {
        return;
    };
    let style = style(canvas);
    let color = |name: Color| said(style.as_ref(), name);
    let font = color("font-family");
    let _ = pen.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    pen.set_fill_style_str(&color(BACK));
    pen.fill_rect(0.0, 0.0, width, height);
    pen.set_line_join("round");
    pen.set_text_baseline("middle");
    for mark in &drawing.marks {
        match mark {
            Mark::Box {
                at,
                size,
                color: of,
            } => {
                pen.set_fill_style_str(&color(of));
                pen.fill_rect(at.0, at.1, size.0, size.1);
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
                if let Some(fill) = fill {
                    pen.close_path();
                    pen.set_fill_style_str(&color(fill));
                    pen.fill();
                }
                if let Some(stroke) = stroke {
                    let dash: Array = stroke.dash.iter().map(|d| JsValue::from_f64(*d)).collect();
                    let _ = pen.set_line_dash(&dash);
                    pen.set_stroke_style_str(&color(stroke.color));
                    pen.set_line_width(stroke.width);
                    pen.stroke();
                    let _ = pen.set_line_dash(&Array::new());
                }
            }
            Mark::Text {
                at,
                text,
                size,
                bold,
                align,
                color: of,
            } => {
                let weight = if *bold { 600 } else { 400 };
                pen.set_font(&format!("{weight} {size}px {font}"));
                pen.set_text_align(match align {
                    Align::Start => "left",
                    Align::Middle => "center",
                    Align::End => "right",
                });
                pen.set_fill_style_str(&color(of));
                let _ = pen.fill_text(text, at.0, at.1);
            }
        }
    }
}

/// The picture, and how to keep it.
#[component]
pub fn Drawn(
    /// Makes it for a width in pixels; `None` where there is nothing to show.
    make: Callback<f64, Option<Drawing>>,
    /// What it shows, in words.
    #[prop(into)]
    label: Signal<String>,
    /// The name of its file, without what it ends in.
    #[prop(into)]
    file: Signal<String>,
    /// What the two buttons say before PNG and SVG.
    #[prop(into)]
    keep: Signal<String>,
    /// A task was pressed.
    #[prop(optional, into)]
    press: Option<Callback<TaskId>>,
    /// The browser makes no picture.
    failed: Callback<()>,
    /// Its name for tests.
    name: &'static str,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let place = NodeRef::<html::Div>::new();
    let width = RwSignal::new(0.0_f64);
    let theme = RwSignal::new(0_u32);
    let watches = StoredValue::<Vec<Watch>, LocalStorage>::new_local(Vec::new());
    let drawing = Memo::new(move |_| match width.get() {
        wide if wide < 1.0 => None,
        wide => make.run(wide),
    });
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let size = element::watch_size(&place, move |wide, _| {
            if width.try_get_untracked().is_some_and(|now| now != wide) {
                width.set(wide);
            }
        });
        let colours = element::watch_theme(move || {
            theme.try_update(|n| *n += 1);
        });
        watches.set_value(vec![size, colours]);
    });
    on_cleanup(move || {
        watches.try_update_value(Vec::clear);
    });
    let draw = Frames::new(move || {
        let canvas = canvas.try_get_untracked().flatten();
        let drawing = drawing.try_get_untracked().flatten();
        if let (Some(canvas), Some(drawing)) = (canvas, drawing) {
            paint(&canvas, &drawing, element::pixel_ratio());
        }
    });
    Effect::new(move |_| {
        drawing.track();
        canvas.track();
        theme.track();
        draw.ask();
    });
    let file_name = move |end: &str| format!("{}.{end}", file.get_untracked());
    let png = move |_| {
        let drawn = canvas.get_untracked();
        if !drawn.is_some_and(|canvas| download::picture(&file_name("png"), &canvas)) {
            failed.run(());
        }
    };
    let svg = move |_| {
        let written = canvas.get_untracked().and_then(|canvas| {
            let style = style(&canvas);
            let color = |name: Color| said(style.as_ref(), name);
            let drawing = drawing.get_untracked()?;
            Some(drawing.to_svg(&color, BACK))
        });
        let name = file_name("svg");
        if !written.is_some_and(|svg| download::download(&name, "image/svg+xml", svg.as_bytes())) {
            failed.run(());
        }
    };
    let spot = move |x: i32, y: i32| {
        drawing.with_untracked(|drawing| drawing.as_ref()?.spot(f64::from(x), f64::from(y)))
    };
    let over = RwSignal::new(false);
    view! {
        <div class="drawn" node_ref=place data-drawn=name>
            <canvas
                node_ref=canvas
                role="img"
                aria-label=label
                class:pointing=over
                style:width=move || format!("{}px", drawing.with(|d| d.as_ref().map_or(0.0, |d| d.size.0)))
                style:height=move || format!("{}px", drawing.with(|d| d.as_ref().map_or(0.0, |d| d.size.1)))
                on:pointermove=move |ev| over.set(spot(ev.offset_x(), ev.offset_y()).is_some())
                on:click=move |ev| {
                    if let (Some(press), Some(task)) = (press, spot(ev.offset_x(), ev.offset_y())) {
                        press.run(task);
                    }
                }
            ></canvas>
        </div>
        <p class="drawn-keep">
            <button class="button button-quiet" data-keep="png" on:click=png>
                {move || format!("{} PNG", keep.get())}
            </button>
            <button class="button button-quiet" data-keep="svg" on:click=svg>
                {move || format!("{} SVG", keep.get())}
            </button>
        </p>
    }
}
