//! What somebody can do who has the server's table, though not its key.

use ledger::Hash;
use ledger::chain::{Entry, Head, SALT, hash_of_body, hash_of_entry};
use ledger::record::Record;
use ledger::verify::{self, Finding};

use super::game::CHAIN;

/// What is found wrong with a whole chain.
pub fn chain(entries: &[Entry]) -> Vec<Finding> {
    verify::chain(Head::empty(CHAIN), entries).1
}

/// Makes all numbers and hashes anew.
pub fn forge(entries: &mut [Entry]) {
    let mut head = Head::empty(CHAIN);
    for entry in entries {
        entry.seq = head.seq + 1;
        entry.previous = head.hash;
        entry.body_hash = hash_of_body(entry.body.as_ref().unwrap());
        entry.hash = hash_of_entry(
            &CHAIN,
            entry.seq,
            entry.at,
            &entry.previous,
            &entry.body_hash,
        );
        head = entry.head(CHAIN);
    }
}

/// The same with another record in an entry.
pub fn rewrite(entries: &[Entry], place: usize, change: impl FnOnce(&mut Record)) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    let body = entries[place].body.as_mut().unwrap();
    let mut record: Record = serde_json::from_slice(&body[SALT..]).unwrap();
    change(&mut record);
    body.truncate(SALT);
    body.extend(serde_json::to_vec(&record).unwrap());
    forge(&mut entries);
    assert_eq!(chain(&entries), []);
    entries
}

fn flipped(hash: &Hash, byte: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[byte] ^= 1 << (byte % 8);
    Hash::from_bytes(bytes)
}

/// All ways to flip one byte of what is stored of an entry; of a long body every seventh.
pub fn flips(entry: &Entry) -> Vec<Entry> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Entry)| {
        let mut changed = entry.clone();
        change(&mut changed);
        assert_ne!(changed, *entry);
        all.push(changed);
    };
    for byte in 0..8 {
        with(&|entry| entry.seq ^= 1 << (8 * byte));
        with(&|entry| entry.at.0 ^= 1 << (8 * byte + 7));
    }
    for byte in 0..32 {
        with(&|entry| entry.previous = flipped(&entry.previous, byte));
        with(&|entry| entry.body_hash = flipped(&entry.body_hash, byte));
        with(&|entry| entry.hash = flipped(&entry.hash, byte));
    }
    let length = entry.body.as_ref().unwrap().len();
    for byte in (0..length).step_by(if length < 400 { 1 } else { 7 }) {
        with(&|entry| entry.body.as_mut().unwrap()[byte] ^= 1 << (byte % 8));
    }
    with(&|entry| assert!(entry.body.as_mut().unwrap().pop().is_some()));
    with(&|entry| entry.body.as_mut().unwrap().push(b' '));
    all
}
