//! The first change of each kind of document: made once (`examples/freeze.rs`), kept as a file, never made again.
//! Two different first changes would each create the root maps, and one of the two subtrees would be lost for ever.

use base::ChangeHash;
use domain::permission::DocumentKind;

/// The change that every document of a kind begins with.
pub(crate) fn bytes(kind: DocumentKind) -> &'static [u8] {
    match kind {
        DocumentKind::Plan => include_bytes!("../frozen/plan.automerge"),
        DocumentKind::Progress => include_bytes!("../frozen/progress.automerge"),
        DocumentKind::Note => include_bytes!("../frozen/note.automerge"),
        DocumentKind::Source => include_bytes!("../frozen/source.automerge"),
        DocumentKind::Proposal => include_bytes!("../frozen/proposal.automerge"),
        DocumentKind::Form => include_bytes!("../frozen/form.automerge"),
    }
}

/// The hash of that change.
pub(crate) fn hash(kind: DocumentKind) -> ChangeHash {
    let mut hash = [0; 32];
    if let Ok(change) = automerge::Change::try_from(bytes(kind)) {
        hash = change.hash().0;
    }
    ChangeHash::from_bytes(hash)
}
