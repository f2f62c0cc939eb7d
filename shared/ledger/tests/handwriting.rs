//! A handwritten signature goes with an opinion only, and is small.
#![allow(clippy::unwrap_used)]

use base::DocumentId;
use ledger::record::LARGEST_SIGNATURE;
use ledger::{Act, FormAct};
use pack::review::{Does, Opinion, SeatId};
use pack::value::{Answers, Attached};

fn act(does: Does, signature: Option<String>) -> Act {
    Act::Form(FormAct {
        form: DocumentId::from_bytes([1; 16]),
        kind: "request".parse().unwrap(),
        does,
        of: None,
        heads: Vec::new(),
        words: String::new(),
        signature,
        seen: 0,
    })
}

fn opinion() -> Does {
    Does::Decide {
        seat: SeatId(0),
        opinion: Opinion::Approve,
        filled: Answers::new(),
    }
}

#[test]
fn a_handwritten_signature_is_small_and_of_an_opinion() {
    let picture = |size| Some(Attached::new("ab".repeat(32), size, "signature.png").to_string());
    assert!(act(opinion(), None).signature_fits());
    assert!(act(Does::Withdraw, None).signature_fits());
    assert!(act(opinion(), picture(20_000)).signature_fits());
    assert!(act(opinion(), picture(LARGEST_SIGNATURE)).signature_fits());
    assert!(!act(opinion(), picture(LARGEST_SIGNATURE + 1)).signature_fits());
    assert!(!act(opinion(), picture(0)).signature_fits());
    assert!(!act(opinion(), Some("no file".to_owned())).signature_fits());
    assert!(!act(Does::Withdraw, picture(20_000)).signature_fits());
}
