//! The boxes for opinions on paper, filled with what was decided.

use shared::base::Moment;
use shared::ledger::Project;
use shared::ledger::project::Form;
use shared::pack::review::{Does, Holds};

use super::wording;
use crate::language;
use crate::platform::clock;
use crate::replica::Replica;
use crate::ui::form::paper::{OpinionBox, empty_opinions};
use crate::words::Texts;

/// The boxes of a form as it stands: the empty ones of its route, each filled by the last opinion of its role, and one more for
/// each who was added.
pub(super) fn boxes(
    i18n: Texts,
    replica: Replica,
    project: &Project<'_>,
    form: &Form<'_>,
    picture: &dyn Fn(String) -> Option<String>,
) -> Vec<OpinionBox> {
    let lang = language::lang(i18n.get_locale());
    let answers = form.answers().cloned().unwrap_or_default();
    let mut boxes = empty_opinions(form.pack, form.kind, &answers, lang);
    let Some(review) = &form.review else {
        return boxes;
    };
    let past = review.past().iter().flat_map(|past| &past.seats);
    for seat in past.chain(review.seats()) {
        let Some(decided) = &seat.decided else {
            continue;
        };
        let said = form.past.iter().rev().find(|past| match &past.act.does {
            Does::Decide { seat: of, .. } => *of == seat.id && past.late.is_none(),
            _ => false,
        });
        let title = match (&seat.role, &seat.holds) {
            (Some(role), _) => wording::role(i18n, form.pack, role),
            (None, Holds::Role(role)) => wording::role(i18n, form.pack, role),
            (None, Holds::Person(person)) => wording::person(replica, Some(project), *person),
        };
        let signature = said.and_then(|said| said.act.signature.clone());
        let filled = OpinionBox {
            decision: Some(wording::opinion(
                i18n,
                form.pack,
                form.kind,
                &decided.opinion,
            )),
            text: said
                .map(|said| said.act.words.clone())
                .filter(|words| !words.is_empty()),
            name: Some(wording::person(replica, Some(project), decided.by)),
            signature: signature.and_then(picture),
            day: Some(wording::day(i18n, decided.at)),
            date: Some(Moment::from_day(clock::local(decided.at).day())),
            title: title.clone(),
            asks: String::new(),
        };
        match boxes.iter_mut().find(|known| known.title == title) {
            Some(known) => {
                let asks = std::mem::take(&mut known.asks);
                *known = OpinionBox { asks, ..filled };
            }
            None => boxes.push(filled),
        }
    }
    boxes
}
