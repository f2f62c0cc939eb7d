//! Whether a submission is what the form's document held.

use shared::base::ProjectId;
use shared::ledger::document::is_as_held;
use shared::ledger::{Act, FormAct, Project, Refused};
use shared::pack::review::Does;

use super::{Ledger, LedgerError};
use crate::sync::FormAt;

impl Ledger {
    /// What is here of the document that a submission is of. Read before the transaction: a document only grows, and
    /// whoever appends to it must not wait for a decision that waits for them.
    pub(super) async fn document_of(
        &self,
        project: ProjectId,
        act: &Act,
    ) -> Result<Option<FormAt>, LedgerError> {
        match act {
            Act::Form(act) if matches!(act.does, Does::Submit { .. }) => {
                let at = self.hub.form_at(project, act.form, act.heads.clone());
                Ok(Some(at.await?))
            }
            _ => Ok(None),
        }
    }
}

/// Whether the answers are what the document holds at the heads that the submission names; where it names none, what it
/// holds now. A form without a document is handed in by its answers alone: who uses the interface need not write one.
pub(super) fn is_of_document(
    project: &Project<'_>,
    act: &Act,
    at: Option<&FormAt>,
) -> Result<(), Refused> {
    let (Act::Form(form), Some(at)) = (act, at) else {
        return Ok(());
    };
    let FormAct { kind, does, .. } = form;
    let Does::Submit { answers } = does else {
        return Ok(());
    };
    let held = match at {
        FormAt::None if form.heads.is_empty() => return Ok(()),
        FormAt::None | FormAt::NotArrived => return Err(Refused::NotArrived),
        FormAt::Held(held) => held,
    };
    // a form that the regulation does not have is refused for that
    let Some((hash, pack)) = project.pack_of(act) else {
        return Ok(());
    };
    let Some(def) = pack.form(kind) else {
        return Ok(());
    };
    let same = held.form.as_ref() == Some(kind) && is_as_held(&hash, def, answers, &held.answers);
    match same {
        true => Ok(()),
        false => Err(Refused::NotTheDocument),
    }
}
