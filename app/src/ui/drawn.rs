//! Shows a [`Drawing`] on a canvas as wide as its place, and gives it away as a picture.

use leptos::html;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::base::TaskId;

use super::canvas::{self, Palette};
use super::drawing::Drawing;
use super::keep::Keep;
use crate::platform::element::{self, Frames, Watch};

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
    /// What the buttons say before PNG, SVG and PDF.
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
            let palette = Palette::of(&canvas);
            canvas::paint(&canvas, &drawing, element::pixel_ratio(), &palette);
        }
    });
    Effect::new(move |_| {
        drawing.track();
        canvas.track();
        theme.track();
        draw.ask();
    });
    let spot = move |x: i32, y: i32| {
        drawing.with_untracked(|drawing| drawing.as_ref()?.spot(f64::from(x), f64::from(y)))
    };
    let over = RwSignal::new(false);
    let size = move || drawing.with(|d| d.as_ref().map_or((0.0, 0.0), |d| d.size));
    view! {
        <div class="drawn" node_ref=place data-drawn=name>
            <canvas
                node_ref=canvas
                role="img"
                aria-label=label
                class:pointing=over
                style:width=move || format!("{}px", size().0)
                style:height=move || format!("{}px", size().1)
                on:pointermove=move |ev| over.set(spot(ev.offset_x(), ev.offset_y()).is_some())
                on:click=move |ev| {
                    if let (Some(press), Some(task)) = (press, spot(ev.offset_x(), ev.offset_y())) {
                        press.run(task);
                    }
                }
            ></canvas>
        </div>
        <Keep make=Callback::new(move |_| drawing.get()) file=file label=keep failed=failed />
    }
}
