//! What grid and chart show, as a picture to keep.

use leptos::prelude::*;
use shared::base::time::DAY;

use super::cx::Cx;
use super::scene::{Pane, scene};
use crate::i18n::t_string;
use crate::platform::download;
use crate::ui::dates;
use crate::ui::notice::Tone;
use crate::ui::picture::{self, Name};
use crate::ui::scale::{self, Scale};

/// The most rows of a picture: browsers draw no canvas of more than 16,384 pixels.
const MOST: usize = 600;
/// Up to so many rows each pixel is drawn twice as fine.
const FINE: usize = 200;
const HEAD: f64 = 48.0;
const ROW: f64 = 26.0;
const WIDTH: f64 = 1_400.0;

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

/// Offers the rows that are shown now, with their bars from the first day to the last, as a PNG file.
pub(crate) fn save(cx: &Cx) {
    let model = cx.model.get_untracked();
    let rows = cx.rows.get_untracked();
    let count = rows.len().min(MOST);
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
    let scene = untrack(|| scene(cx, pane));
    let names: Vec<Name> = (0..count)
        .map(|row| match (rows.task(row), rows.head(row)) {
            (Some(i), _) => Name {
                text: model.task(i).map_or_else(String::new, |t| t.name.clone()),
                depth: if rows.is_grouped() { 1 } else { model.depth(i) },
                strong: model.is_summary(i),
            },
            (None, head) => Name {
                text: head.map_or_else(String::new, |head| untrack(|| cx.head_words(head))),
                depth: 0,
                strong: true,
            },
        })
        .collect();
    let day = dates::iso(cx.today());
    let title = format!("{} · {day}", model.view.plan.name);
    let fine = if count <= FINE { 2.0 } else { 1.0 };
    let drawn = (cx.chart.get_untracked())
        .and_then(|chart| picture::draw(&title, &names, &scene, size, fine, &chart));
    let name = format!("{} {day}.png", model.view.plan.name);
    let offered = drawn.is_some_and(|drawn| download::picture(&name, &drawn));
    if !offered {
        cx.picture_failed().run(());
    } else if count < rows.len() {
        let text = t_string!(cx.i18n, plan.picture_cut, n = count, all = rows.len()).to_string();
        cx.notices.say(Tone::Trouble, text);
    }
}
