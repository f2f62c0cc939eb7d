//! Gives a picture away: as PNG, as SVG, as PDF, in the colours of paper.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Element, HtmlCanvasElement};

use super::canvas::{self, BACK, Palette};
use super::drawing::Drawing;
use super::svg::svg;
use crate::platform::download;
use crate::platform::worker::{Input, Job};

/// Browsers draw no canvas of more pixels than that on a side, nor of many more on the whole.
const SIDE: f64 = 16_384.0;
const AREA: f64 = 60_000_000.0;

/// What a picture is kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Pixels.
    Png,
    /// Lines and letters.
    Svg,
    /// A page as large as the picture.
    Pdf,
}

impl Form {
    const ALL: [Self; 3] = [Self::Png, Self::Svg, Self::Pdf];

    fn end(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
        }
    }
}

/// Up to twice as fine as on the screen, as far as browsers draw.
fn canvas(drawing: &Drawing, palette: &Palette) -> Option<HtmlCanvasElement> {
    let (width, height) = drawing.size;
    let longest = width.max(height).max(1.0);
    let fine = 2.0_f64
        .min(SIDE / longest)
        .min((AREA / (width * height).max(1.0)).sqrt());
    let canvas = canvas::blank(width * fine, height * fine)?;
    canvas::paint(&canvas, drawing, fine, palette);
    Some(canvas)
}

/// A page with the picture, made by the Worker; `None` where the browser does not draw it.
async fn page(canvas: HtmlCanvasElement, size: (f64, f64), title: String) -> Option<Vec<u8>> {
    let (wide, high) = (canvas.width(), canvas.height());
    let all = canvas::pen(&canvas)?.get_image_data(0.0, 0.0, f64::from(wide), f64::from(high));
    let pixels = all.ok()?.data().0;
    let job = serde_json::json!({
        "title": title, "pixels": [wide, high], "size": [size.0, size.1],
    });
    let job = Job::start("pdf", &job.to_string(), Input::Bytes(pixels)).ok()?;
    let answer = job.answer().await.ok()?;
    answer.bytes.filter(|_| answer.ok)
}

fn keep(drawing: &Drawing, form: Form, name: &str, paper: &Element, failed: Callback<()>) {
    let palette = Palette::of(paper);
    let file = format!("{name}.{}", form.end());
    let kept = match form {
        Form::Svg => {
            let text = svg(drawing, None, BACK, &palette.plain());
            download::download(&file, "image/svg+xml", text.as_bytes())
        }
        Form::Png => {
            let canvas = canvas(drawing, &palette);
            canvas.is_some_and(|canvas| download::picture(&file, &canvas))
        }
        Form::Pdf => {
            let Some(canvas) = canvas(drawing, &palette) else {
                return failed.run(());
            };
            let (size, title) = (drawing.size, name.to_owned());
            spawn_local(async move {
                let made = page(canvas, size, title).await;
                let given =
                    made.is_some_and(|bytes| download::download(&file, "application/pdf", &bytes));
                if !given {
                    failed.run(());
                }
            });
            true
        }
    };
    if !kept {
        failed.run(());
    }
}

/// The buttons that keep a picture.
#[component]
pub fn Keep(
    /// Makes it; `None` where there is nothing to show.
    make: Callback<Form, Option<Drawing>>,
    /// The name of its file, without what it ends in.
    #[prop(into)]
    file: Signal<String>,
    /// What the buttons say before PNG, SVG and PDF.
    #[prop(into)]
    label: Signal<String>,
    /// The browser makes no picture.
    failed: Callback<()>,
) -> impl IntoView {
    let paper = NodeRef::<html::Span>::new();
    let press = move |form: Form| {
        let drawing = untrack(|| make.run(form));
        if let (Some(drawing), Some(paper)) = (drawing, paper.get_untracked()) {
            keep(&drawing, form, &file.get_untracked(), &paper, failed);
        }
    };
    view! {
        <p class="drawn-keep">
            <span class="paper" hidden node_ref=paper></span>
            {Form::ALL
                .map(|form| {
                    view! {
                        <button class="button button-quiet" data-keep=form.end() on:click=move |_| press(form)>
                            {move || format!("{} {}", label.get(), form.end().to_uppercase())}
                        </button>
                    }
                })
                .collect_view()}
        </p>
    }
}
