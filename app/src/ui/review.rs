//! Reviews 评审 in words, for whoever looks at one: a member, or somebody outside who has a link.

use shared::base::{Moment, PersonId, Timestamp};
use shared::ledger::project::Form;
use shared::pack::Pack;
use shared::pack::form::FormDef;
use shared::pack::id::{RoleName, StepName};
use shared::pack::review::{Does, Holds, Opinion};
use shared::pack::route::ReturnTo;

use crate::i18n::t_string;
use crate::language;
use crate::platform::clock;
use crate::ui::dates;
use crate::ui::form::paper::{OpinionBox, empty_opinions};
use crate::ui::form::say;
use crate::words::Texts;

/// Endings of pictures that are shown, with their media types.
pub const PICTURES: [(&str, &str); 5] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
];

/// A moment as people read it.
pub fn when(i18n: Texts, at: Timestamp) -> String {
    dates::date_time(clock::local(at), language::lang(i18n.get_locale()))
}

/// The day of a moment.
pub fn day(i18n: Texts, at: Timestamp) -> String {
    dates::date(clock::local(at), language::lang(i18n.get_locale()))
}

/// What a role is called.
pub fn role(i18n: Texts, pack: &Pack, id: &RoleName) -> String {
    pack.role(id)
        .map_or_else(|| id.to_string(), |role| say(i18n, &role.name))
}

/// What a step of a form's route is called.
pub fn step(i18n: Texts, pack: &Pack, kind: &FormDef, id: &StepName) -> String {
    let mut steps = pack
        .route_of(kind)
        .into_iter()
        .flat_map(|route| &route.steps);
    let found = steps.find(|step| step.id == *id);
    found.map_or_else(|| id.to_string(), |step| say(i18n, &step.name))
}

/// An opinion in a word.
pub fn opinion(i18n: Texts, pack: &Pack, kind: &FormDef, opinion: &Opinion) -> String {
    match opinion {
        Opinion::Approve => t_string!(i18n, reviews.approve).to_owned(),
        Opinion::Reject => t_string!(i18n, reviews.reject).to_owned(),
        Opinion::Return(ReturnTo::Author) => t_string!(i18n, reviews.return_author).to_owned(),
        Opinion::Return(ReturnTo::Step(id)) => {
            let step = step(i18n, pack, kind, id);
            t_string!(i18n, reviews.return_step, step = step).to_string()
        }
    }
}

/// The boxes of a form for opinions as it stands: the empty ones of its route, each filled by the last opinion of its role, and
/// one more for each who was added.
pub fn boxes(
    i18n: Texts,
    form: &Form<'_>,
    name: &dyn Fn(PersonId) -> String,
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
            (Some(asked), _) => role(i18n, form.pack, asked),
            (None, Holds::Role(asked)) => role(i18n, form.pack, asked),
            (None, Holds::Person(person)) => name(*person),
        };
        let signature = said.and_then(|said| said.act.signature.clone());
        let filled = OpinionBox {
            decision: Some(opinion(i18n, form.pack, form.kind, &decided.opinion)),
            text: said
                .map(|said| said.act.words.clone())
                .filter(|words| !words.is_empty()),
            name: Some(name(decided.by)),
            signature: signature.and_then(picture),
            day: Some(day(i18n, decided.at)),
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
