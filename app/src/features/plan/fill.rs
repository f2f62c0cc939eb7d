//! Fill down: the value of the first chosen row goes into the others.

use leptos::prelude::*;

use super::columns::Column;
use super::cx::Cx;
use super::edit;
use crate::i18n::t_string;
use crate::platform::random;
use crate::ui::notice::Tone;

/// Writes the cell of the topmost chosen row, in the cursor's column, into that of all other chosen rows: one step to
/// take back.
pub(crate) fn fill_down(cx: &Cx) {
    let column = cx.cursor.get_untracked().column;
    if matches!(column, Column::Number | Column::Name) || !cx.finish() {
        return;
    }
    let model = cx.model.get_untracked();
    let chosen = cx.chosen_now();
    let rows = cx.rows.get_untracked();
    let mut places = rows
        .tasks()
        .filter(|i| model.outline.id(*i).is_some_and(|id| chosen.contains(&id)));
    let Some(first) = places.next() else { return };
    let text = cx.styled_untracked(|style| edit::editable(&model, first, column, style));
    let one = cx.open.one_step();
    let (mut filled, mut refused) = (0, 0);
    for i in places.filter(|i| edit::takes_text(&model, *i, column)) {
        let today = cx.today();
        let commands = cx.styled_untracked(|style| {
            edit::commands(&model, i, column, &text, style, today, random::link_id)
        });
        let commands = commands.map(|commands| edit::with_actuals(&model, i, commands));
        if commands.is_ok_and(|commands| commands.into_iter().all(|c| cx.dispatch(c))) {
            filled += 1;
        } else {
            refused += 1;
        }
    }
    drop(one);
    let i18n = cx.i18n;
    if refused > 0 {
        let text = t_string!(i18n, plan.pasted_partly, n = refused).to_string();
        cx.notices.say(Tone::Trouble, text);
    } else if filled > 0 {
        cx.say_done(t_string!(i18n, lens.filled, n = filled).to_string());
    }
}
