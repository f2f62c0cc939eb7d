//! One test a rule: documents as bytes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::*;
use doc::command::{Command, CommandError};
use doc::view::{note, source};
use doc::{Document, RawChange};
use domain::permission::DocumentKind;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const KINDS: [DocumentKind; 6] = [
    DocumentKind::Plan,
    DocumentKind::Progress,
    DocumentKind::Note,
    DocumentKind::Source,
    DocumentKind::Proposal,
    DocumentKind::Form,
];

fn bytes(changes: Vec<RawChange>) -> Vec<Vec<u8>> {
    changes.into_iter().map(|c| c.bytes).collect()
}

#[test]
fn the_first_bytes_of_every_kind_never_change() {
    let pinned = [
        "829a3e49fcf1989047f591bd1980dc612324a35bc222b49f0d60301f3349ffcc",
        "c2009f724f883345a4c77991968a50c5c733c22d4b1871ef8d5a849e4bcca424",
        "825cf16326ec95a11119aed92f2952e25b7e14153e6ad25f657e1bc834f4a79c",
        "42e245d80e4f747c34dbb17f9bbca9c05b9a9b6e7a1720eefe9bec46c531dc17",
        "f7e8b051f9b7237e93639a90ce1528c5189257fafca57490da4f2445a4c2433b",
        "b4093099440f6b76e4bad54fa3b39d6693e2c5166373531d60e664984b9bf929",
    ];
    for (kind, pinned) in KINDS.into_iter().zip(pinned) {
        let mut document = Document::new(kind, [1; 16]);
        let first = bytes(document.changes_since(&[]));
        assert_eq!(first.len(), 1);
        let hash: String = Sha256::digest(&first[0])
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(hash, pinned, "{kind:?}");
    }
}

#[test]
fn a_document_of_another_kind_is_not_loaded() {
    for (kind, other) in KINDS.into_iter().zip(KINDS.into_iter().cycle().skip(1)) {
        let saved = Document::new(kind, [1; 16]).save();
        assert!(Document::load::<Vec<u8>>(kind, Some(&saved), &[], [2; 16]).is_ok());
        assert!(Document::load::<Vec<u8>>(other, Some(&saved), &[], [2; 16]).is_err());
    }
    assert!(
        Document::load::<Vec<u8>>(DocumentKind::Plan, Some(b"nonsense"), &[], [2; 16]).is_err()
    );
}

#[test]
fn a_document_is_the_same_from_a_snapshot_and_from_changes_in_any_order() {
    let (mut a, _) = two();
    let snapshot = a.document.save();
    let heads = a.document.heads();
    a.name(1, "later");
    a.name(2, "later still");
    let view = a.view();
    let mut after = bytes(a.document.changes_since(&heads));
    assert_eq!(after.len(), 2);
    after.reverse();
    let mut loaded = Document::load(DocumentKind::Plan, Some(&snapshot), &after, [5; 16]).unwrap();
    assert_eq!(loaded.heads(), a.document.heads());
    let mut all = bytes(a.document.changes_since(&[]));
    all.reverse();
    let mut replayed = Document::load(DocumentKind::Plan, None, &all, [6; 16]).unwrap();
    assert_eq!(replayed.heads(), a.document.heads());
    let mut reader = doc::view::plan::PlanReader::default();
    assert_eq!(reader.read(&mut replayed, None), view);
    // a reader may go from one document to another
    assert_eq!(reader.read(&mut loaded, None), view);
}

#[test]
fn changes_wait_for_those_they_depend_on_even_through_saving() {
    let (mut a, _) = two();
    let heads = a.document.heads();
    let mut b = a.document.fork([3; 16]);
    a.name(1, "one");
    a.name(1, "two");
    let late = a.document.changes_since(&heads);
    b.apply(&[&late[1].bytes]).unwrap();
    assert_eq!(b.heads(), heads);
    assert_eq!(b.missing(), [late[0].hash]);
    assert!(!b.has(&late[1].hash));
    let mut b =
        Document::load::<Vec<u8>>(DocumentKind::Plan, Some(&b.save()), &[], [4; 16]).unwrap();
    b.apply(&[&late[0].bytes]).unwrap();
    assert!(b.missing().is_empty() && b.has(&late[1].hash));
    assert_eq!(b.heads(), a.document.heads());
    assert_eq!(b.change(&late[1].hash), Some(late[1].bytes.clone()));
}

#[test]
fn a_bad_change_among_good_ones_leaves_the_document_as_it_was() {
    let (mut a, mut b) = two();
    b.name(1, "theirs");
    let mut changes = bytes(b.document.changes_since(&[]));
    changes.push(vec![1, 2, 3]);
    let (heads, view) = (a.document.heads(), a.view());
    assert!(a.document.apply(&changes).is_err());
    assert_eq!(
        (a.document.heads(), a.view()),
        (heads.clone(), view.clone())
    );
    // two changes with one number of one actor: the first is fine, the second cannot be
    let (mut x, mut y) = (a.document.fork([9; 16]), a.document.fork([9; 16]));
    let edit = |name: &str| Command::EditTask {
        id: task(1),
        edit: doc::command::TaskEdit::Name(name.into()),
    };
    doc::command::perform(&mut x, &edit("x"), at(1, 1)).unwrap();
    doc::command::perform(&mut y, &edit("y"), at(1, 2)).unwrap();
    let mut both = bytes(x.changes_since(&heads));
    both.extend(bytes(y.changes_since(&heads)));
    assert!(a.document.apply(&both).is_err());
    assert_eq!((a.document.heads(), a.view()), (heads, view));
}

#[test]
fn a_fork_goes_its_own_way_from_where_it_began() {
    let (mut a, _) = two();
    let heads = a.document.heads();
    a.name(1, "later");
    let mut then = a.document.fork_at(&heads, [8; 16]).unwrap();
    assert_eq!(then.heads(), heads);
    assert_eq!(then.actor(), [8; 16]);
    doc::command::perform(&mut then, &add(9, None, None), at(1, 9)).unwrap();
    a.document
        .apply(&bytes(then.changes_since(&heads)))
        .unwrap();
    assert_eq!(a.outline(), "9 1 2 3 4(3)");
    assert!(
        a.document
            .fork_at(&[base::ChangeHash::from_bytes([1; 32])], [8; 16])
            .is_none()
    );
}

#[test]
fn a_change_says_who_made_it_and_when() {
    let (mut a, _) = two();
    let done = a.name(1, "x");
    let change = automerge::Change::try_from(done.changes[0].bytes.as_slice()).unwrap();
    assert_eq!(change.message(), Some(person(1).to_string().as_str()));
    assert_eq!(change.timestamp(), 1_700_000_000 + a.clock);
    assert_eq!(&change.hash().0, done.changes[0].hash.as_bytes());
}

#[test]
fn an_import_comes_in_changes_that_receivers_can_bound() {
    let mut a = Replica::plan(1);
    let plan = doc::sample::plan(1_500, 4);
    let done = a.perform(Command::ImportPlan {
        plan: Box::new(plan.clone()),
    });
    assert!(done.changes.len() > 1);
    for change in &done.changes {
        let parsed = automerge::Change::try_from(change.bytes.as_slice()).unwrap();
        assert!(parsed.len() <= 5_000 && parsed.raw_bytes().len() <= 128 * 1024);
    }
    let mut b = Replica::plan(2);
    b.document.apply(&bytes(done.changes)).unwrap();
    let view = b.view();
    assert_eq!(view, a.view());
    assert!(view.problems.is_empty());
    let mut expected = plan;
    expected.links.sort_by_key(|l| l.id);
    let mut read = view.plan;
    for task in expected.tasks.iter_mut().chain(&mut read.tasks) {
        task.order.clear();
    }
    assert_eq!(read, expected);
    // all of it removed at once keeps the bounds too, and comes back
    let tops = a
        .view()
        .plan
        .tasks
        .iter()
        .filter(|t| t.parent.is_none())
        .map(|t| t.id)
        .collect::<Vec<_>>();
    let done = a.perform(Command::RemoveTasks { ids: tops });
    assert_eq!(a.view().plan.tasks.len(), 0);
    a.undo(&done).unwrap();
    assert_eq!(a.view().plan.links.len(), read.links.len());
}

#[test]
fn an_import_is_added_below_what_is_there() {
    let (mut a, _) = two();
    a.perform(Command::ImportPlan {
        plan: Box::new(doc::sample::plan(20, 4)),
    });
    let view = a.view();
    assert_eq!(view.plan.tasks.len(), 24);
    assert_eq!(view.plan.tasks[0].id, task(1));
    let again = a.try_perform(Command::ImportPlan {
        plan: Box::new(doc::sample::plan(20, 4)),
    });
    assert!(matches!(again, Err(CommandError::Invalid { field, .. }) if field == "id"));
}

#[test]
fn the_original_of_a_file_comes_back_byte_for_byte() {
    let mut a = Replica::new(DocumentKind::Source, 1);
    let parts: Vec<Vec<u8>> = (0..3u8)
        .map(|n| (0..65_536usize).map(|i| (i * 31) as u8 ^ n).collect())
        .collect();
    let add = Command::AddSource {
        name: "house.xml.gz".into(),
        parts: parts.clone(),
    };
    let done = a.perform(add.clone());
    let mut b = Document::new(DocumentKind::Source, [2; 16]);
    b.apply(&bytes(done.changes)).unwrap();
    assert_eq!(
        source::read(&b),
        ("house.xml.gz".to_owned(), parts.concat())
    );
    assert!(a.try_perform(add).is_err());
}

#[test]
fn a_note_takes_edits_of_two_at_different_places() {
    let (mut a, mut b) = (
        Replica::new(DocumentKind::Note, 1),
        Replica::new(DocumentKind::Note, 2),
    );
    let write = |text: &str| Command::EditNote { text: text.into() };
    a.perform(write("浇筑前检查钢筋。养护七天。"));
    meet(&mut a, &mut b);
    a.perform(write("浇筑前检查钢筋和模板。养护七天。"));
    b.perform(write("浇筑前检查钢筋。养护十四天。"));
    meet(&mut a, &mut b);
    assert_eq!(
        note::read(&a.document),
        "浇筑前检查钢筋和模板。养护十四天。"
    );
    assert_eq!(note::read(&a.document), note::read(&b.document));
    assert!(a.try_perform(write(&"x".repeat((1 << 20) + 1))).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_changes_are_refused(at in any::<prop::sample::Index>(), flip in 1u8.., cut in any::<prop::sample::Index>()) {
        let (mut a, mut b) = two();
        let heads = b.document.heads();
        b.name(1, "theirs");
        b.perform(shift(&[1], Some(3), None));
        let before = a.document.heads();
        for change in b.document.changes_since(&heads) {
            let mut damaged = change.bytes.clone();
            let place = at.index(damaged.len());
            damaged[place] ^= flip;
            prop_assert!(a.document.apply(&[&damaged]).is_err());
            damaged.truncate(cut.index(damaged.len()));
            prop_assert!(a.document.apply(&[&damaged]).is_err());
        }
        prop_assert_eq!(a.document.heads(), before);
        // still a document that takes edits
        a.name(2, "still here");
    }
}

#[test]
fn the_heads_of_a_saved_document_are_read_without_loading_it() {
    for kind in KINDS {
        let mut one = Document::new(kind, [1; 16]);
        assert_eq!(doc::bounds::heads(&one.save()), Some(one.heads()));
    }
    let (mut a, mut b) = two();
    a.name(1, "dig");
    b.name(2, "pour");
    meet(&mut a, &mut b);
    let (saved, heads) = (a.document.save(), a.document.heads());
    assert_eq!(heads.len(), 2, "both wrote beside each other");
    assert_eq!(doc::bounds::heads(&saved), Some(heads));
    for cut in 0..saved.len() {
        assert_eq!(doc::bounds::heads(&saved[..cut]), None);
    }
}
