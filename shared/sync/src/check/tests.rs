use automerge::transaction::Transactable;
use automerge::{ActorId, AutoCommit, ROOT};

use super::*;

fn big_change(ops: usize) -> automerge::Change {
    let mut doc = AutoCommit::new().with_actor(ActorId::from([3u8; 16].as_slice()));
    for i in 0..ops {
        doc.put(ROOT, format!("key {i}"), i as i64).unwrap();
    }
    doc.commit();
    doc.get_last_local_change().unwrap().clone()
}

#[test]
fn a_sound_change_is_read_as_automerge_reads_it() {
    for ops in [1, 3, 500, 9_999] {
        let mut change = big_change(ops);
        for bytes in [change.raw_bytes().to_vec(), change.bytes().to_vec()] {
            let checked = check_change(&bytes).unwrap();
            let header = checked.header;
            assert_eq!(header.hash.as_bytes(), &change.hash().0);
            assert_eq!(header.actor, [3; 16]);
            assert_eq!((header.seq, header.start_op), (1, 1));
            assert_eq!(checked.ops, ops as u64);
            assert!(header.deps.is_empty());
        }
    }
}

#[test]
fn a_change_with_too_many_operations_is_refused() {
    let mut change = big_change(10_001);
    assert_eq!(check_change(&change.bytes()), Err(Refusal::TooLarge));
}

#[test]
fn a_cut_changed_or_doubled_change_is_refused() {
    let sound = big_change(3).raw_bytes().to_vec();
    for n in 0..sound.len() {
        assert!(check_change(&sound[..n]).is_err());
        let mut changed = sound.clone();
        changed[n] ^= 1;
        assert!(check_change(&changed).is_err(), "byte {n}");
    }
    assert!(check_change(&[sound.clone(), sound].concat()).is_err());
}

#[test]
fn a_document_is_no_change() {
    let mut doc = AutoCommit::new();
    doc.put(ROOT, "a", 1).unwrap();
    assert!(check_change(&doc.save()).is_err());
}
