//! What of a form's document is handed in, and whether what was handed in is what the document held.

use pack::fill::fill;
use pack::form::{FormDef, Turn};
use pack::id::FieldName;
use pack::value::Answers;

use crate::hash::{Hash, frozen};

/// Of the answers that a form's document holds those that are handed in: what is filled in at a step, what is computed and
/// what the form does not have stay out.
pub fn handed_in(form: &FormDef, held: &Answers) -> Answers {
    let drafted = |name: &FieldName| {
        let mut fields = form.fields();
        let field = fields.find(|(_, field)| field.id == *name);
        field.is_some_and(|(section, field)| section.steps.is_empty() && field.kind.is_written())
    };
    let kept = held.iter().filter(|(name, _)| drafted(name));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whether answers that were handed in are what the form's document held. What is hidden with these answers, and what is
/// computed from them, is left aside on both sides: neither counts.
pub fn is_as_held(pack: &Hash, form: &FormDef, sent: &Answers, held: &Answers) -> bool {
    let has = |name: &FieldName| form.fields().any(|(_, field)| field.id == *name);
    let known = sent.iter().filter(|(name, _)| has(name));
    let known: Answers = known
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let counts = |answers: &Answers| {
        let answers = fill(form, answers, Turn::Draft).answers;
        frozen(pack, &form.id, &answers)
    };
    counts(&known) == counts(&handed_in(form, held))
}
