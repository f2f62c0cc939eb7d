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
    assert_eq!(check_change(&change.bytes()), Err(Refusal::Malformed));
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

/// A change of about a hundred bytes that claims millions of operations, with a right checksum.
fn hostile(column: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![0]; // no dependencies
    body.extend([16]);
    body.extend([7; 16]);
    body.extend([1, 1, 0, 0, 0]); // seq, start_op, time, message, other actors
    body.extend(unsigned(column.len() as u64));
    for (spec, data) in column {
        body.extend(unsigned(*spec));
        body.extend(unsigned(data.len() as u64));
    }
    for (_, data) in column {
        body.extend(data);
    }
    let mut whole = vec![1];
    whole.extend(unsigned(body.len() as u64));
    whole.extend(&body);
    let hash: [u8; 32] = Sha256::digest(&whole).into();
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &whole].concat()
}

#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "how long it takes is what is tested"
)]
#[test]
fn a_tiny_change_with_millions_of_operations_is_refused_at_once() {
    let five_million = [0xc0, 0x96, 0xb1, 0x02]; // signed 5,000,000
    let mut run = five_million.to_vec();
    run.push(1);
    let started = std::time::Instant::now();
    for spec in [0x42, 0x15, 0x34, 0x56, 0x70, 0x71, 0x73, 0x11, 0x13] {
        assert!(check_change(&hostile(&[(spec, run.clone())])).is_err());
    }
    assert!(started.elapsed().as_millis() < 500);
}

#[test]
fn an_inflating_bomb_is_refused() {
    use std::io::Write;
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflate.write_all(&vec![0; 40 * 1024 * 1024]).unwrap();
    let packed = deflate.finish().unwrap();
    assert!(packed.len() < MAX_CHANGE);
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 2];
    bytes.extend(unsigned(packed.len() as u64));
    bytes.extend(packed);
    assert_eq!(check_change(&bytes), Err(Refusal::Malformed));
}
