//! What must hold for any bytes at all. The fuzz targets feed these, and an ordinary test replays the kept corpus.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest, Sha256};
use shared::base::{DocumentId, PersonId, Timestamp};
use shared::doc::{Document, bounds, view};
use shared::domain::permission::{Access, DocumentKind};
use shared::sync::check::check_offered;
use shared::sync::device::{Device, Held, Input};
use shared::sync::foreign::{self, address, message};
use shared::sync::history::{History, Verdict};
use shared::sync::server::Session;
use shared::sync::wire::{ToDevice, ToServer};

#[path = "../../server/src/http/parse.rs"]
mod parse;

/// Frames of both dialects and both directions: read without a panic, and what is read is written and read the same.
pub(crate) fn wire(bytes: &[u8]) {
    if let Ok(frame) = ToServer::from_bytes(bytes) {
        assert_eq!(ToServer::from_bytes(&frame.to_bytes()), Ok(frame));
    }
    if let Ok(frame) = ToDevice::from_bytes(bytes) {
        assert_eq!(ToDevice::from_bytes(&frame.to_bytes()), Ok(frame));
    }
    let _ = message::read(bytes);
    let (person, document) = (
        PersonId::from_bytes([5; 16]),
        DocumentId::from_bytes([1; 16]),
    );
    let mut session = Session::new(Timestamp(0), person, String::new());
    let hello = ToServer::Hello {
        protocol: 1,
        app: String::new(),
        schema: None,
    };
    session.frame(Timestamp(0), &hello.to_bytes());
    session.frame(Timestamp(1), bytes);
    let mut session = foreign::Session::new(Timestamp(0));
    session.frame(Timestamp(0), bytes);
    session.frame(Timestamp(1), bytes);
    let mut device = Device::new(1).of(person);
    device.handle(
        Timestamp(0),
        Input::Join(Held {
            document,
            create: None,
            epoch: 0,
            cursor: 0,
            heads: Vec::new(),
            unacknowledged: Vec::new(),
        }),
    );
    device.handle(Timestamp(0), Input::Opened);
    let welcome = ToDevice::Welcome {
        protocol: 1,
        server: String::new(),
        person,
        now: Timestamp(0),
        schema: None,
    };
    let joined = ToDevice::Joined {
        document,
        epoch: 1,
        head: 9,
        access: Access::Write,
        same_log: true,
    };
    device.handle(Timestamp(0), Input::Frame(welcome.to_bytes()));
    device.handle(Timestamp(0), Input::Frame(joined.to_bytes()));
    device.handle(Timestamp(1), Input::Frame(bytes.to_vec()));
}

/// A chunk with a right checksum: else nothing would come further than that.
fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut whole = vec![kind];
    let mut n = body.len();
    while n >= 0x80 {
        whole.push(n as u8 | 0x80);
        n >>= 7;
    }
    whole.push(n as u8);
    whole.extend(body);
    let hash: [u8; 32] = Sha256::digest(&whole).into();
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &whole].concat()
}

/// A change's body, as devices send changes: what the server takes, Automerge takes and reads.
pub(crate) fn change(body: &[u8]) {
    let _ = check_offered(body);
    let bytes = chunk(1, body);
    let Ok(checked) = check_offered(&bytes) else {
        return;
    };
    for kind in [
        DocumentKind::Plan,
        DocumentKind::Note,
        DocumentKind::Progress,
        DocumentKind::Form,
    ] {
        let mut document = Document::new(kind, [1; 16]);
        let mut history = History::default();
        for first in document.changes_since(&[]) {
            assert!(history.read(&first.bytes).is_some());
        }
        let Verdict::Sound(resolved) = history.resolve(&checked.header, &checked.operations) else {
            continue;
        };
        history.add(resolved);
        assert!(
            document.take_in(&[&bytes]).is_ok(),
            "what was taken applies"
        );
        assert!(document.has(&checked.header.hash), "what was taken is here");
        look(&mut document);
        let saved = document.save();
        assert_eq!(
            bounds::document(&saved),
            Ok(()),
            "what was taken can be loaded again"
        );
        let again = Document::load::<&[u8]>(kind, Some(&saved), &[], [2; 16]);
        assert!(again.is_ok(), "what was taken loads again: {again:?}");
    }
}

/// Reads a document as screens do.
fn look(document: &mut Document) {
    match document.kind() {
        DocumentKind::Plan => drop(view::plan::PlanReader::default().read(document, None)),
        DocumentKind::Note => drop(view::note::read(document)),
        DocumentKind::Form => drop(view::form::read(document)),
        _ => {}
    }
}

/// A document's body, as snapshots and backups hold documents: bounded in time and memory, and an error where Automerge
/// stops.
pub(crate) fn document(body: &[u8]) {
    let _ = bounds::document(body);
    let bytes = chunk(0, body);
    for kind in [DocumentKind::Plan, DocumentKind::Note, DocumentKind::Form] {
        if let Ok(mut document) = Document::load::<&[u8]>(kind, Some(&bytes), &[], [1; 16]) {
            // what was never written so reads in some way, or stops
            let _ = catch_unwind(AssertUnwindSafe(|| look(&mut document)));
        }
    }
}

/// A file of another program.
pub(crate) fn mspdi(bytes: &[u8]) {
    let mut next = 0;
    let mut id = || {
        next += 1;
        next
    };
    let _ = shared::exchange::plan_file::read(bytes, None, &mut id);
}

/// What stands in addresses and headers.
pub(crate) fn credentials(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(id) = address::from_text(text) {
        assert_eq!(address::from_text(&address::to_text(id)), Some(id));
    }
    let _ = text.parse::<DocumentId>();
    let _ = parse::bearer(text);
    let _ = parse::ticket(text);
    let _ = parse::forwarded(text).map(parse::network);
    let _ = parse::origin(text);
}

/// Files of a pack, one after the other, each with its name on the line before it: an error at most, and what is read of
/// them is a pack, with a name of its own, however much was wrong with it.
pub(crate) fn pack(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let files = [("pack.toml".to_owned(), bytes.to_vec())];
        assert!(!shared::pack::load(&files).1.is_empty());
        return;
    };
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("#file "), files.last_mut()) {
            (Some(name), _) => files.push((name.to_owned(), Vec::new())),
            (None, Some((_, content))) => {
                content.extend_from_slice(line.as_bytes());
                content.push(b'\n');
            }
            (None, None) => files.push(("pack.toml".to_owned(), Vec::new())),
        }
    }
    let (pack, problems) = shared::pack::load(&files);
    for problem in problems.iter().take(100) {
        let _ = problem.to_string();
    }
    let Some(pack) = pack else {
        assert!(!problems.is_empty());
        return;
    };
    // as it is kept and sent
    let kept = serde_json::to_vec(&pack).unwrap();
    let read: shared::pack::Pack = serde_json::from_slice(&kept).unwrap();
    assert_eq!(shared::pack::digest(&read), shared::pack::digest(&pack));
    for form in &pack.forms {
        let turn = shared::pack::form::Turn::Draft;
        let _ = shared::pack::fill::fill(form, &Default::default(), turn);
    }
}
