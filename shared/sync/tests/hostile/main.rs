//! Bytes that claim far more than they are cost next to nothing, wherever they come in. A binary of its own: it counts
//! what is allocated.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise, and this one reads its corpus"
)]

mod bytes;
mod counting;

use base::{DocumentId, PersonId, Timestamp};
use doc::{Document, bounds};
use domain::permission::{Access, DocumentKind};
use sync::check::check_change;
use sync::device::{Device, Effect, Held, Input, Status};
use sync::wire::{Entry, Refusal, ToDevice};

use self::counting::peak;

/// What refusing may cost: `architecture` promises it for a change of a hundred bytes, and all others keep to it.
const LITTLE: usize = 1024 * 1024;

#[test]
fn hostile_changes_are_refused_before_automerge_sees_them_at_next_to_no_cost() {
    let mut document = Document::new(DocumentKind::Plan, [1; 16]);
    for hostile in bytes::changes() {
        let (checked, cost) = peak(|| check_change(&hostile.bytes));
        assert!(checked.is_err(), "{}", hostile.name);
        assert!(cost <= LITTLE, "{}: {cost} bytes", hostile.name);
        // and where a document takes changes in without a session before it
        let (applied, cost) = peak(|| document.take_in(&[&hostile.bytes]));
        assert!(applied.is_err(), "{}", hostile.name);
        assert!(cost <= LITTLE, "{}: {cost} bytes to take in", hostile.name);
    }
}

#[test]
fn hostile_documents_are_refused_before_automerge_sees_them_at_next_to_no_cost() {
    for hostile in bytes::documents() {
        let (checked, cost) = peak(|| bounds::document(&hostile.bytes));
        assert!(checked.is_err(), "{}", hostile.name);
        assert!(cost <= LITTLE, "{}: {cost} bytes", hostile.name);
        let load =
            || Document::load::<&[u8]>(DocumentKind::Plan, Some(&hostile.bytes), &[], [1; 16]);
        let (loaded, cost) = peak(load);
        assert!(loaded.is_err(), "{}", hostile.name);
        assert!(cost <= LITTLE, "{}: {cost} bytes to load", hostile.name);
    }
}

#[test]
fn what_is_cut_anywhere_is_refused_and_not_met_with_a_panic() {
    let mut document = Document::new(DocumentKind::Note, [1; 16]);
    let whole = document.save();
    let change = document.changes_since(&[]).remove(0).bytes;
    for n in 0..change.len() {
        assert!(check_change(&change[..n]).is_err());
    }
    for n in 0..whole.len() {
        let loaded = Document::load::<&[u8]>(DocumentKind::Note, Some(&whole[..n]), &[], [1; 16]);
        assert!(loaded.is_err(), "{n} bytes");
    }
}

#[test]
fn the_corpus_is_what_its_generator_makes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let small = |all: Vec<bytes::Hostile>, ending: &str| {
        let ending = ending.to_owned();
        all.into_iter()
            .filter(|hostile| hostile.bytes.len() < 4096 && !hostile.name.contains("column "))
            .map(move |hostile| {
                (
                    format!("{}.{ending}", hostile.name.replace([' ', ',', '\''], "-")),
                    hostile.bytes,
                )
            })
    };
    let made: Vec<_> = small(bytes::changes(), "change")
        .chain(small(bytes::documents(), "document"))
        .collect();
    for (name, bytes) in &made {
        let path = folder.join(name);
        if std::env::var_os("WRITE_CORPUS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, bytes).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert_eq!(&kept, bytes, "{name}: WRITE_CORPUS=1 writes it again");
    }
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), made.len());
}

/// A device that follows one document, up and open.
fn device(document: DocumentId) -> Device {
    let person = PersonId::from_bytes([5; 16]);
    let mut device = Device::new(1).of(person);
    let held = Held {
        document,
        create: None,
        epoch: 0,
        cursor: 0,
        heads: Vec::new(),
        unacknowledged: Vec::new(),
    };
    let now = Timestamp(1_000);
    device.handle(now, Input::Join(held));
    device.handle(now, Input::Opened);
    let welcome = ToDevice::Welcome {
        protocol: 1,
        server: String::new(),
        person,
        now,
        schema: None,
    };
    device.handle(now, Input::Frame(welcome.to_bytes()));
    let joined = ToDevice::Joined {
        document,
        epoch: 1,
        head: 2,
        access: Access::Write,
        same_log: true,
    };
    device.handle(now, Input::Frame(joined.to_bytes()));
    device
}

#[test]
fn a_device_stores_no_hostile_entry_and_says_that_it_cannot_go_on() {
    let document = DocumentId::from_bytes([1; 16]);
    let sound = Document::new(DocumentKind::Plan, [1; 16]).changes_since(&[]);
    for hostile in bytes::changes()
        .into_iter()
        .filter(|h| h.bytes.len() < 1_000_000)
    {
        let mut device = device(document);
        let entry = |seq, bytes| Entry {
            seq,
            by: PersonId::from_bytes([5; 16]),
            at: Timestamp(0),
            bytes,
        };
        let entries = vec![entry(1, sound[0].bytes.clone()), entry(2, hostile.bytes)];
        let frame = ToDevice::Changes { document, entries }.to_bytes();
        let (effects, cost) = peak(|| device.handle(Timestamp(2_000), Input::Frame(frame)));
        assert!(cost <= 2 * LITTLE, "{}: {cost} bytes", hostile.name);
        let stored = effects.iter().find_map(|effect| match effect {
            Effect::Store {
                entries, cursor, ..
            } => Some((entries.len(), *cursor)),
            _ => None,
        });
        assert_eq!(stored, Some((1, 1)), "{}", hostile.name);
        let told = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Status(Status::Failed {
                    cause: Refusal::TooLarge | Refusal::Malformed
                })
            )
        });
        assert!(told, "{}: {effects:?}", hostile.name);
        // what is written here meanwhile waits, and the server is asked again later
        let effects = device.handle(Timestamp(70_000), Input::Wake);
        assert!(
            effects.iter().any(|e| matches!(e, Effect::Send(_))),
            "{effects:?}"
        );
    }
}
