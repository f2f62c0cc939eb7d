//! What a change refers to must be in the document, in the change's past and in its place: each forged change here has
//! a right checksum, and Automerge's own reader takes it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::result_large_err
)]

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::transaction::Transactable;
use automerge::{ActorId, AutoCommit, Change, ExpandedChange, ObjType, ROOT, ReadDoc, ScalarValue};
use proptest::prelude::*;
use sync::check::check_offered;
use sync::history::{History, Verdict};
use sync::wire::Refusal;

fn doc(actor: u8) -> AutoCommit {
    AutoCommit::new().with_actor(ActorId::from([actor; 16].as_slice()))
}

/// A document with one object of each sort and a value in each, as the log of one change.
fn base() -> (AutoCommit, History) {
    let mut doc = doc(1);
    let map = doc.put_object(ROOT, "map", ObjType::Map).unwrap();
    doc.put(&map, "value", 1).unwrap();
    let list = doc.put_object(ROOT, "list", ObjType::List).unwrap();
    doc.insert(&list, 0, "a").unwrap();
    doc.insert(&list, 1, "b").unwrap();
    let other = doc.put_object(ROOT, "other", ObjType::List).unwrap();
    doc.insert(&other, 0, "x").unwrap();
    let text = doc.put_object(ROOT, "text", ObjType::Text).unwrap();
    doc.splice_text(&text, 0, 0, "text").unwrap();
    doc.put(ROOT, "count", ScalarValue::counter(1)).unwrap();
    doc.put(ROOT, "value", "v").unwrap();
    doc.commit();
    let mut history = History::default();
    for change in doc.get_changes(&[]) {
        assert!(take(&mut history, &change).is_ok());
    }
    (doc, history)
}

fn verdict(history: &History, change: &Change) -> Verdict {
    let checked = check_offered(change.raw_bytes()).unwrap();
    history.resolve(&checked.header, &checked.operations)
}

/// Adds a sound change.
fn take(history: &mut History, change: &Change) -> Result<(), Verdict> {
    match verdict(history, change) {
        Verdict::Sound(resolved) => {
            history.add(resolved);
            Ok(())
        }
        other => Err(other),
    }
}

/// The next change of another actor after all there is, with these operations.
fn forged(doc: &mut AutoCommit, operations: Vec<Op>) -> Change {
    let mut fork = doc.fork().with_actor(ActorId::from([2u8; 16].as_slice()));
    fork.put(ROOT, "honest", 1).unwrap();
    fork.commit();
    let honest = fork.get_last_local_change().unwrap().decode();
    ExpandedChange {
        operations,
        ..honest
    }
    .into()
}

fn op(object: ObjectId, key: Key, action: OpType, pred: &[OpId]) -> Op {
    Op {
        action,
        obj: object,
        key,
        pred: sorted(pred),
        insert: false,
    }
}

fn sorted(ids: &[OpId]) -> automerge::legacy::SortedVec<OpId> {
    let mut all = ids.to_vec();
    all.sort_by_key(|id| (id.counter(), id.actor().clone()));
    all.into()
}

fn of(counter: u64) -> OpId {
    OpId::new(counter, &ActorId::from([1u8; 16].as_slice()))
}

fn prop(text: &str) -> Key {
    Key::Map(text.into())
}

fn element(counter: u64) -> Key {
    Key::Seq(ElementId::Id(of(counter)))
}

fn set() -> OpType {
    OpType::Put(ScalarValue::Int(5))
}

// counters of the operations of `base`
const MAP: u64 = 1;
const MAP_VALUE: u64 = 2;
const LIST: u64 = 3;
const A: u64 = 4;
const X: u64 = 7;
const TEXT: u64 = 8;
const COUNT: u64 = 13;
const VALUE: u64 = 14;

fn inside(counter: u64) -> ObjectId {
    ObjectId::Id(of(counter))
}

fn expect_unresolved(what: &str, operations: Vec<Op>) {
    let (mut doc, history) = base();
    let change = forged(&mut doc, operations);
    match verdict(&history, &change) {
        Verdict::Refused(Refusal::Unresolved) => {}
        other => panic!("{what}: {other:?}"),
    }
}

#[test]
fn what_an_honest_writer_may_do_is_sound() {
    let (mut doc, mut history) = base();
    let honest = vec![
        op(ObjectId::Root, prop("value"), set(), &[of(VALUE)]),
        op(inside(MAP), prop("value"), OpType::Delete, &[of(MAP_VALUE)]),
        op(inside(LIST), element(A), set(), &[of(A)]),
        op(
            ObjectId::Root,
            prop("count"),
            OpType::Increment(2),
            &[of(COUNT)],
        ),
        Op {
            insert: true,
            ..op(inside(TEXT), Key::head(), set(), &[])
        },
        op(ObjectId::Root, prop("new"), OpType::Make(ObjType::Map), &[]),
    ];
    assert!(take(&mut history, &forged(&mut doc, honest)).is_ok());
}

#[test]
fn an_operation_in_an_object_that_is_not_there_is_refused() {
    expect_unresolved(
        "no such counter",
        vec![op(inside(99), prop("k"), set(), &[])],
    );
    let stranger = OpId::new(1, &ActorId::from([9u8; 16].as_slice()));
    let object = ObjectId::Id(stranger.clone());
    expect_unresolved("no such actor", vec![op(object, prop("k"), set(), &[])]);
    expect_unresolved(
        "a value of a stranger",
        vec![op(ObjectId::Root, prop("value"), set(), &[stranger])],
    );
    expect_unresolved("a value", vec![op(inside(VALUE), prop("k"), set(), &[])]);
}

#[test]
fn an_operation_at_the_wrong_sort_of_place_is_refused() {
    expect_unresolved(
        "a key in a list",
        vec![op(inside(LIST), prop("k"), set(), &[])],
    );
    expect_unresolved(
        "an element in a map",
        vec![op(inside(MAP), element(A), set(), &[])],
    );
    expect_unresolved(
        "an element of the root",
        vec![op(ObjectId::Root, element(A), set(), &[])],
    );
    expect_unresolved(
        "another list's element",
        vec![op(inside(LIST), element(X), set(), &[of(X)])],
    );
    expect_unresolved(
        "no such element",
        vec![op(inside(LIST), element(99), set(), &[])],
    );
    expect_unresolved(
        "no element",
        vec![op(inside(LIST), element(MAP_VALUE), set(), &[])],
    );
    expect_unresolved(
        "the start is no element",
        vec![op(inside(LIST), Key::head(), set(), &[])],
    );
    let insert = Op {
        insert: true,
        ..op(inside(MAP), prop("k"), set(), &[])
    };
    expect_unresolved("an insertion in a map", vec![insert]);
}

#[test]
fn a_replaced_value_that_is_not_there_or_elsewhere_is_refused() {
    let root = ObjectId::Root;
    expect_unresolved(
        "no such value",
        vec![op(root.clone(), prop("value"), set(), &[of(99)])],
    );
    expect_unresolved(
        "another key",
        vec![op(root.clone(), prop("value"), set(), &[of(COUNT)])],
    );
    expect_unresolved(
        "another object",
        vec![op(root.clone(), prop("value"), set(), &[of(MAP_VALUE)])],
    );
    expect_unresolved("itself", {
        let own = OpId::new(VALUE + 1, &ActorId::from([2u8; 16].as_slice()));
        vec![op(root.clone(), prop("value"), set(), &[own])]
    });
    expect_unresolved(
        "removed twice in one",
        vec![op(root.clone(), prop("value"), OpType::Delete, &[])],
    );
    expect_unresolved(
        "no counter",
        vec![op(root, prop("value"), OpType::Increment(1), &[of(VALUE)])],
    );
}

#[test]
fn an_object_that_others_may_be_writing_into_is_never_removed() {
    let root = ObjectId::Root;
    for action in [OpType::Delete, set(), OpType::Make(ObjType::Map)] {
        expect_unresolved(
            "the map",
            vec![op(root.clone(), prop("map"), action, &[of(MAP)])],
        );
    }
}

#[test]
fn a_short_text_may_be_replaced_and_the_prose_a_document_begins_with_may_not() {
    let (mut doc, mut history) = base();
    let replace = |id: OpId, key| vec![op(ObjectId::Root, prop(key), set(), &[id])];
    expect_unresolved("the prose", replace(of(TEXT), "text"));
    let mut js = doc.fork().with_actor(ActorId::from([5u8; 16].as_slice()));
    js.put_object(ROOT, "short", ObjType::Text).unwrap();
    js.commit();
    let short = js.get_last_local_change().unwrap().clone();
    take(&mut history, &short).unwrap();
    let id = OpId::new(short.start_op().get(), short.actor_id());
    take(&mut history, &forged(&mut js, replace(id, "short"))).unwrap();
}

#[test]
fn what_is_beside_a_change_cannot_be_referred_to() {
    let (mut doc, mut history) = base();
    let mut here = doc.fork().with_actor(ActorId::from([3u8; 16].as_slice()));
    here.put(ROOT, "value", "newer").unwrap();
    here.commit();
    let newer = here.get_last_local_change().unwrap().clone();
    take(&mut history, &newer).unwrap();
    let id = OpId::new(newer.start_op().get(), newer.actor_id());
    // made after the base only, and yet it replaces the newer value
    let change = forged(
        &mut doc,
        vec![op(ObjectId::Root, prop("value"), set(), &[id])],
    );
    assert!(matches!(
        verdict(&history, &change),
        Verdict::Refused(Refusal::Unresolved)
    ));
}

#[test]
fn an_actors_changes_follow_one_another() {
    let (mut doc, mut history) = base();
    let mut a = doc.fork().with_actor(ActorId::from([4u8; 16].as_slice()));
    a.put(ROOT, "one", 1).unwrap();
    a.commit();
    let one = a.get_last_local_change().unwrap().clone();
    // the second change of the same actor, as if the first had never been
    let before: Vec<_> = doc.get_heads();
    a.put(ROOT, "two", 2).unwrap();
    a.commit();
    let two = a.get_last_local_change().unwrap().clone();
    let beside: Change = ExpandedChange {
        deps: before,
        ..two.decode()
    }
    .into();
    assert!(matches!(verdict(&history, &two), Verdict::Waits));
    take(&mut history, &one).unwrap();
    assert!(matches!(verdict(&history, &beside), Verdict::Refused(_)));
    take(&mut history, &two).unwrap();
    assert!(matches!(verdict(&history, &two), Verdict::Present));
    let again: Change = ExpandedChange {
        time: 7,
        ..two.decode()
    }
    .into();
    assert!(matches!(
        verdict(&history, &again),
        Verdict::Refused(Refusal::Malformed)
    ));
}

#[test]
fn counters_grow_and_are_not_used_up() {
    let (mut doc, history) = base();
    let honest = forged(&mut doc, vec![op(ObjectId::Root, prop("k"), set(), &[])]).decode();
    for start in [1, VALUE, 1_000, u64::from(u32::MAX) - 20_000] {
        let start_op = start.try_into().unwrap();
        let change: Change = ExpandedChange {
            start_op,
            ..honest.clone()
        }
        .into();
        assert!(
            matches!(
                verdict(&history, &change),
                Verdict::Refused(Refusal::Malformed)
            ),
            "{start}"
        );
    }
    let first: Change = ExpandedChange {
        deps: Vec::new(),
        ..honest.clone()
    }
    .into();
    assert!(matches!(
        verdict(&history, &first),
        Verdict::Refused(Refusal::Malformed)
    ));
    let unknown = vec![automerge::ChangeHash([7; 32])];
    let waits: Change = ExpandedChange {
        deps: unknown,
        ..honest
    }
    .into();
    assert!(matches!(verdict(&history, &waits), Verdict::Waits));
}

#[derive(Debug, Clone)]
enum Step {
    Edit { who: usize, what: u8, a: u8, b: u8 },
    Merge { from: usize, to: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edit = (0..3usize, any::<u8>(), any::<u8>(), any::<u8>())
        .prop_map(|(who, what, a, b)| Step::Edit { who, what, a, b });
    let merge = (0..3usize, 0..3usize).prop_map(|(from, to)| Step::Merge { from, to });
    prop::collection::vec(prop_oneof![4 => edit, 1 => merge], 1..60)
}

fn edit(doc: &mut AutoCommit, unique: usize, what: u8, a: u8, b: u8) {
    let (x, y) = (i64::from(a), i64::from(b));
    let object = |doc: &AutoCommit, name: &str| doc.get(ROOT, name).unwrap().unwrap().1;
    match what % 9 {
        0 => doc.put(ROOT, format!("key {}", a % 4), y).unwrap(),
        1 => {
            let key = format!("key {}", a % 4);
            if doc.get(ROOT, key.as_str()).unwrap().is_some() {
                doc.delete(ROOT, key).unwrap();
            }
        }
        2 | 3 => {
            let text = object(doc, "text");
            let length = doc.length(&text);
            let at = usize::from(a) % (length + 1);
            let cut = usize::from(b % 5).min(length - at) as isize;
            doc.splice_text(
                &text,
                at,
                cut,
                "汉字ab".get(..usize::from(b % 3) * 3).unwrap_or("x"),
            )
            .unwrap();
        }
        4 => doc.increment(ROOT, "count", i64::from(b)).unwrap(),
        5 => {
            let list = object(doc, "list");
            doc.insert(&list, usize::from(a) % (doc.length(&list) + 1), y)
                .unwrap();
        }
        6 => {
            let list = object(doc, "list");
            if doc.length(&list) > 0 {
                doc.delete(&list, usize::from(a) % doc.length(&list))
                    .unwrap();
            }
        }
        7 => {
            let map = doc
                .put_object(ROOT, format!("map {unique}"), ObjType::Map)
                .unwrap();
            doc.put(&map, "x", x).unwrap();
            doc.put(&map, "x", y).unwrap();
        }
        _ => {
            let list = object(doc, "list");
            if doc.length(&list) > 0 {
                doc.put(&list, usize::from(a) % doc.length(&list), y)
                    .unwrap();
            }
        }
    }
}

proptest! {
    /// Whatever Automerge writes on replicas that merge as they like is sound, in any order a server may get it.
    #[test]
    fn every_honest_change_resolves(steps in steps(), order in any::<u64>()) {
        let (mut doc, mut history) = base();
        let mut replicas: Vec<_> = (10..13u8)
            .map(|n| doc.fork().with_actor(ActorId::from([n; 16].as_slice())))
            .collect();
        for (unique, step) in steps.into_iter().enumerate() {
            match step {
                Step::Edit { who, what, a, b } => {
                    edit(&mut replicas[who], unique, what, a, b);
                    replicas[who].commit();
                }
                Step::Merge { from, to } if from != to => {
                    let mut other = replicas[from].fork();
                    replicas[to].merge(&mut other).unwrap();
                }
                Step::Merge { .. } => {}
            }
        }
        let mut all: Vec<Change> = Vec::new();
        for replica in &mut replicas {
            for change in replica.get_changes(&[]) {
                if !all.iter().any(|c| c.hash() == change.hash()) {
                    all.push(change);
                }
            }
        }
        // a server gets them in any order in which nothing comes before what it follows
        let mut random = order | 1;
        let mut left: Vec<_> = all.into_iter().filter(|c| !history.has(&base::ChangeHash::from_bytes(c.hash().0))).collect();
        while !left.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (random >> 33) as usize % left.len();
            match take(&mut history, &left[at]) {
                Ok(()) => { left.swap_remove(at); }
                Err(Verdict::Waits) => {}
                Err(other) => panic!("{other:?}: {:?}", left[at].decode()),
            }
        }
    }
}

#[test]
fn a_full_document_takes_no_more_and_stays_readable() {
    let mut doc = doc(1);
    let mut history = History::default();
    let mut n = 1u32;
    let mut noise = || {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (n >> 24) as u8
    };
    // 250 KB each
    let (mut taken, refused) = loop {
        let bytes: Vec<u8> = (0..250_000).map(|_| noise()).collect();
        doc.put(ROOT, "value", bytes).unwrap();
        doc.commit();
        let change = doc.get_last_local_change().unwrap();
        match take(&mut history, &change) {
            Ok(()) => {}
            Err(verdict) => {
                let before = change.deps().to_vec();
                break (doc.fork_at(&before).unwrap(), verdict);
            }
        }
    };
    assert!(
        matches!(refused, Verdict::Refused(Refusal::Full)),
        "{refused:?}"
    );
    let bytes = history.size();
    assert!(bytes.0 > 100);
    // as it is, it can be saved and opened again
    assert_eq!(doc::bounds::document(&taken.save()), Ok(()));
}

#[test]
fn a_change_that_would_make_the_document_unreadable_once_it_is_saved_is_refused() {
    // Automerge drops what no operation names, and then finds another hash than the heads say
    let (mut doc, history) = base();
    let honest = forged(&mut doc, Vec::new());
    let body = |actors: &[u8]| {
        let raw = honest.raw_bytes();
        let (_, body) = doc::bounds::change_body(raw).unwrap();
        let mut reader = doc::bounds::Reader(&body);
        doc::bounds::head(&mut reader).unwrap();
        reader.signed().unwrap();
        reader.prefixed(100).unwrap();
        let head = body.len() - reader.0.len();
        assert_eq!(body[head], 0, "no other actor");
        [&body[..head], actors, &body[head + 1..]].concat()
    };
    let chunk = |body: &[u8]| {
        use sha2::{Digest, Sha256};
        let whole = [&[1, body.len() as u8], body].concat();
        assert!(body.len() < 128);
        let hash: [u8; 32] = Sha256::digest(&whole).into();
        [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &whole].concat()
    };
    let sound = check_offered(&chunk(&body(&[0]))).unwrap();
    let verdict = history.resolve(&sound.header, &sound.operations);
    assert!(matches!(verdict, Verdict::Sound(_)), "{verdict:?}");
    let mut unused = vec![1, 16];
    unused.extend([1; 16]);
    assert_eq!(
        check_offered(&chunk(&body(&unused))),
        Err(Refusal::Malformed)
    );
}
