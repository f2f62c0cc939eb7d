//! What changed of a form since a person last looked at it.

use leptos::prelude::*;
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::ledger::project::Past;
use shared::pack::id::FieldName;
use shared::pack::review::{Does, Opinion};
use shared::pack::value::Answers;

use crate::i18n::t_string;
use crate::replica::{Replica, Seen};
use crate::words::Texts;

/// What changed, by others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Since {
    /// How many opinions came.
    pub(super) opinions: usize,
    /// It was sent back.
    pub(super) returned: bool,
    /// It was handed in anew.
    pub(super) submitted: bool,
    /// What else was done with it.
    pub(super) other: usize,
    /// The fields with other answers.
    pub(super) fields: Vec<FieldName>,
}

impl Since {
    /// What changed after what was seen.
    pub(super) fn of(seen: &Seen, past: &[Past], answers: &Answers, me: PersonId) -> Self {
        let mut since = Self {
            fields: changed(&seen.answers, answers),
            ..Self::default()
        };
        let new = past.iter().filter(|past| past.seq > seen.seq);
        for one in new.filter(|past| past.by != me && past.late.is_none()) {
            match &one.act.does {
                Does::Decide { opinion, .. } => {
                    since.opinions += 1;
                    since.returned |= matches!(opinion, Opinion::Return(_));
                }
                Does::Submit { .. } => since.submitted = true,
                _ => since.other += 1,
            }
        }
        since
    }

    /// In words; `None` where nothing changed.
    pub(super) fn words(&self, i18n: Texts) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        if self.opinions > 0 {
            parts.push(t_string!(i18n, remarks.since_opinions, n = self.opinions).to_string());
        }
        if self.returned {
            parts.push(t_string!(i18n, remarks.since_returned).to_owned());
        }
        if self.submitted {
            parts.push(t_string!(i18n, remarks.since_submitted).to_owned());
        }
        if !self.fields.is_empty() {
            parts.push(t_string!(i18n, remarks.since_fields, n = self.fields.len()).to_string());
        }
        if self.other > 0 {
            parts.push(t_string!(i18n, remarks.since_other, n = self.other).to_string());
        }
        if parts.is_empty() {
            return None;
        }
        let between = t_string!(i18n, remarks.since_between);
        let what = parts.join(between);
        Some(t_string!(i18n, remarks.since, what = what).to_string())
    }
}

/// The fields that are answered otherwise.
fn changed(before: &Answers, now: &Answers) -> Vec<FieldName> {
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    let other = now
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value));
    other.map(|(name, _)| name).chain(gone).cloned().collect()
}

/// What changed of a form of a project, in words, as a list of forms tells it.
pub(super) fn told(
    i18n: Texts,
    replica: Replica,
    project: ProjectId,
    form: DocumentId,
) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    let ledger = replica.ledger(project).ledger();
    let seen = LocalResource::new(move || async move { replica.last_seen(project, form).await });
    move || {
        let seen = seen.get()??;
        ledger.with(|ledger| {
            let ledger = ledger.as_ref()?;
            ledger.look(|project| {
                let known = project.forms().get(&form)?;
                let answers = known.answers().cloned().unwrap_or_default();
                Since::of(&seen, &known.past, &answers, replica.person()).words(i18n)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::pack::value::Value;

    #[test]
    fn fields_that_are_answered_otherwise_or_no_more_are_changed() {
        let answers = |all: &[(&str, &str)]| -> Answers {
            let one = |(name, text): &(&str, &str)| {
                (name.parse().unwrap(), Value::Text((*text).to_owned()))
            };
            all.iter().map(one).collect()
        };
        let before = answers(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let now = answers(&[("a", "1"), ("b", "4"), ("d", "5")]);
        let names: Vec<String> = changed(&before, &now)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(names, ["b", "d", "c"]);
        assert_eq!(changed(&now, &now), []);
    }
}
