//! What grid and chart show, as a picture to keep.

use leptos::prelude::*;
use shared::base::time::DAY;

use super::cx::Cx;
use super::scene::{Pane, scene};
use crate::i18n::t_string;
use crate::ui::dates;
use crate::ui::drawing::{Align, Drawing, cut};
use crate::ui::keep::Form;
use crate::ui::notice::Tone;
use crate::ui::paint;
use crate::ui::scale::{self, Scale};

/// The most rows of a picture of pixels: browsers draw no canvas of more than 16,384.
const MOST: usize = 600;
/// The most rows of one of lines and letters.
const MOST_LINES: usize = 5_000;
const HEAD: f64 = 48.0;
const ROW: f64 = 26.0;
const WIDTH: f64 = 1_400.0;
/// The height of the title.
const TITLE: f64 = 44.0;
/// The width of the names.
const NAMES: f64 = 280.0;

impl Cx {
    /// The name of a file with a picture of the plan, without what it ends in; tracked.
    pub(crate) fn file_name(&self, what: &str) -> String {
        let name = self.model.with(|model| model.view.plan.name.clone());
        format!("{name} {what} {}", dates::iso(self.today()))
    }

    /// Says that the browser makes no picture.
    pub(crate) fn picture_failed(&self) -> Callback<()> {
        let this = *self;
        Callback::new(move |()| {
            let text = t_string!(this.i18n, plan.picture_failed).to_string();
            this.notices.say(Tone::Trouble, text);
        })
    }
}

/// The rows that are shown now, with their bars from the first day to the last.
pub(crate) fn draw(cx: &Cx, form: Form) -> Option<Drawing> {
    let model = cx.model.get_untracked();
    let rows = cx.rows.get_untracked();
    let most = match form {
        Form::Svg => MOST_LINES,
        Form::Png | Form::Pdf => MOST,
    };
    let count = rows.len().min(most);
    let (from, to) = cx.span();
    let from = from.plus(-DAY);
    let size = (WIDTH, HEAD + count as f64 * ROW);
    let pane = Pane {
        scale: Scale {
            origin: from,
            // room for the last names
            px_per_day: scale::fit(from, to, WIDTH - 160.0),
        },
        scroll: (0.0, 0.0),
        size,
        row_height: ROW,
        rows: (0, count),
    };
    let mut scene = untrack(|| scene(cx, pane));
    scene.header = HEAD;
    let mut drawing = Drawing::new(NAMES + size.0, TITLE + size.1);
    let title = format!("{} · {}", model.view.plan.name, dates::iso(cx.today()));
    let title = cut(&title, 18.0, NAMES + size.0 - 24.0);
    let (left, ink) = (Align::Start, "--gantt-text");
    drawing.write((12.0, TITLE / 2.0), title, 18.0, true, left, ink);
    for row in 0..count {
        let (name, depth, strong) = match (rows.task(row), rows.head(row)) {
            (Some(i), _) => (
                model.task(i).map_or_else(String::new, |t| t.name.clone()),
                if rows.is_grouped() { 1 } else { model.depth(i) },
                model.is_summary(i),
            ),
            (None, head) => (
                head.map_or_else(String::new, |head| untrack(|| cx.head_words(head))),
                0,
                true,
            ),
        };
        let x = 12.0 + f64::from(depth.min(12)) * 12.0;
        let at = (x, TITLE + HEAD + (row as f64 + 0.5) * ROW);
        let name = cut(&name, 13.0, NAMES - x - 8.0);
        drawing.write(at, name, 13.0, strong, left, ink);
    }
    drawing.fill((NAMES - 1.0, TITLE), (1.0, size.1), "--gantt-line");
    drawing.add(paint::draw(&scene, size), (NAMES, TITLE));
    if count < rows.len() {
        let text = t_string!(cx.i18n, plan.picture_cut, n = count, all = rows.len()).to_string();
        cx.notices.say(Tone::Trouble, text);
    }
    Some(drawing)
}
