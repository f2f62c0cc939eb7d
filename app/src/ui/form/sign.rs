//! A handwritten signature: drawn with a finger, a pen or the mouse.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::PointerEvent;

use super::field::Ways;
use super::files::{Holding, Picture};
use super::host::Content;
use super::state::Cx;
use crate::i18n::{t, use_i18n};
use crate::platform::picture;
use crate::platform::worker::PickedFile;
use crate::ui::canvas;
use crate::ui::show::Show;

/// The size of the picture in its own pixels: twice as fine as it is shown.
const SIZE: (u32, u32) = (960, 320);
/// The width of the pen, in pixels of the picture.
const PEN: f64 = 5.0;

/// A name in letters as the picture of a signature: for who cannot draw, or has only keys. PNG.
pub async fn written(name: &str) -> Option<Vec<u8>> {
    let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
    let canvas = canvas::blank(width, height)?;
    let pen = canvas::pen(&canvas)?;
    let font = |size: f64| format!("{size}px KaiTi, STKaiti, \"Kaiti SC\", cursive, serif");
    pen.set_font(&font(140.0));
    let wide = pen.measure_text(name).ok()?.width().max(1.0);
    pen.set_font(&font(140.0 * (width * 0.9 / wide).min(1.0)));
    pen.set_fill_style_str("black");
    pen.set_text_align("center");
    pen.set_text_baseline("middle");
    pen.fill_text(name, width / 2.0, height / 2.0).ok()?;
    picture::png(canvas).await
}

/// A signature.
#[component]
pub(super) fn Signature(cx: Cx, holding: Holding, ways: Ways, writes: bool) -> impl IntoView {
    let i18n = cx.i18n;
    let signed = Memo::new(move |_| !holding.there().is_empty());
    let again = RwSignal::new(false);
    let files = cx.host.files.filter(|_| writes);
    let label = ways.label.clone();
    view! {
        <div id=ways.id class="form-sign" role="group" tabindex="-1" aria-labelledby=ways.label>
            <Show when=move || signed.get() && !again.get()>
                <Picture cx=cx holding=holding class="form-sign-picture" />
                <Show when=move || writes>
                    <button type="button" class="form-clear" on:click=move |_| again.set(true)>
                        {t!(i18n, forms.sign_again)}
                    </button>
                </Show>
            </Show>
            {match files {
                Some(files) => view! {
                    <Show when=move || !signed.get() || again.get()>
                        <SignPad label=label.clone() take=Callback::new(move |(name, content)| {
                            holding.attach(files, name, content, true);
                            again.set(false);
                        }) />
                    </Show>
                }.into_any(),
                None => view! {
                    <Show when=move || !signed.get()>
                        <span class="form-value">{move || if writes { t!(i18n, forms.no_files_here)() } else { "–" }}</span>
                    </Show>
                }.into_any(),
            }}
        </div>
    }
}

/// Where one signs.
#[component]
pub fn SignPad(
    /// The id of what names it.
    label: String,
    /// Is told the name of the picture, empty where it was drawn, and the picture.
    take: Callback<(String, Content)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let canvas = NodeRef::<html::Canvas>::new();
    let last = StoredValue::new(None::<(f64, f64)>);
    let drawn = RwSignal::new(false);
    let point = move |ev: &PointerEvent| {
        let canvas = canvas.get_untracked()?;
        let place = canvas.get_bounding_client_rect();
        let across = f64::from(SIZE.0) / place.width().max(1.0);
        let down = f64::from(SIZE.1) / place.height().max(1.0);
        Some((
            (f64::from(ev.client_x()) - place.left()) * across,
            (f64::from(ev.client_y()) - place.top()) * down,
        ))
    };
    let stroke = move |from: (f64, f64), to: (f64, f64), pressure: f64| {
        let pen = canvas
            .get_untracked()
            .and_then(|canvas| canvas::pen(&canvas));
        let Some(pen) = pen else { return };
        // ink is black on any screen: the picture is for paper
        pen.set_stroke_style_str("black");
        pen.set_line_cap("round");
        pen.set_line_join("round");
        // pens tell how hard they are pressed; a mouse says one half
        pen.set_line_width(PEN * (0.6 + 0.8 * pressure.clamp(0.1, 1.0)));
        pen.begin_path();
        pen.move_to(from.0, from.1);
        pen.line_to(to.0, to.1);
        pen.stroke();
    };
    let down = move |ev: PointerEvent| {
        let Some(at) = point(&ev) else { return };
        ev.prevent_default();
        if let Some(canvas) = canvas.get_untracked() {
            let _ = canvas.set_pointer_capture(ev.pointer_id());
        }
        last.set_value(Some(at));
        stroke(at, (at.0 + 0.1, at.1), f64::from(ev.pressure()));
        drawn.set(true);
    };
    let moving = move |ev: PointerEvent| {
        let (Some(from), Some(to)) = (last.get_value(), point(&ev)) else {
            return;
        };
        stroke(from, to, f64::from(ev.pressure()));
        last.set_value(Some(to));
    };
    let up = move |_: PointerEvent| last.set_value(None);
    let clear = move || {
        if let Some(canvas) = canvas.get_untracked() {
            // gives it a fresh surface
            canvas.set_width(SIZE.0);
        }
        drawn.set(false);
    };
    let finish = move |_| {
        let Some(canvas) = canvas.get_untracked() else {
            return;
        };
        spawn_local(async move {
            if let Some(bytes) = picture::png(canvas).await {
                take.run((String::new(), Content::Picture(bytes)));
            }
        });
    };
    view! {
        <canvas
            node_ref=canvas
            class="form-sign-pad"
            width=SIZE.0
            height=SIZE.1
            role="img"
            aria-labelledby=label
            on:pointerdown=down
            on:pointermove=moving
            on:pointerup=up
            on:pointercancel=up
        ></canvas>
        <p class="form-help">{t!(i18n, forms.sign_here)}</p>
        <div class="row">
            <button type="button" class="button" disabled=move || !drawn.get() on:click=move |_| clear()>
                {t!(i18n, forms.sign_clear)}
            </button>
            <button type="button" class="button button-primary" disabled=move || !drawn.get() on:click=finish>
                {t!(i18n, forms.sign_done)}
            </button>
            <label class="button button-quiet form-attach">
                <input
                    type="file"
                    class="sr-only"
                    accept="image/png,image/jpeg"
                    on:change=move |ev| {
                        if let Some(file) = PickedFile::from_input(&ev) {
                            take.run((file.name(), Content::File(file)));
                        }
                    }
                />
                {t!(i18n, forms.sign_picture)}
            </label>
        </div>
    }
}
