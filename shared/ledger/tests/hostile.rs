//! Entries that no honest server wrote: nothing ends in a panic, whatever they hold.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use base::{PersonId, Timestamp};
use common::game::{CHAIN, Game, PROJECT, play};
use common::world::{Dice, due, person};
use domain::calendar::holidays::chinese;
use ledger::chain::{Entry, Head, SALT};
use ledger::project::Circumstances;
use ledger::record::{Act, Record, What};
use ledger::{Hash, Project, verify};
use pack::review::{Now, People};
use pack::route::Deadline;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Changes something somewhere in a value.
fn spoil(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(map) if !map.is_empty() && dice.below(8) > 0 => {
            let key = map.keys().nth(dice.below(map.len())).cloned().unwrap();
            match dice.below(12) {
                0 => drop(map.remove(&key)),
                _ => spoil(map.get_mut(&key).unwrap(), dice),
            }
        }
        Value::Array(list) if !list.is_empty() && dice.below(8) > 0 => {
            let place = dice.below(list.len());
            match dice.below(6) {
                0 => drop(list.remove(place)),
                1 => list.push(list[place].clone()),
                2 => list.swap(0, place),
                _ => spoil(&mut list[place], dice),
            }
        }
        Value::Number(_) => {
            let numbers = [
                json!(0),
                json!(1),
                json!(-1),
                json!(u32::MAX),
                json!(u64::MAX),
                json!(i64::MIN),
                json!(1e300),
            ];
            *value = numbers[dice.below(numbers.len())].clone();
        }
        _ => {
            let words = [
                "", "form0", "form1", "stage0", "stage2", "role0", "role5", "size", "who",
                "author", "step0", "😀",
            ];
            let others = [Value::Null, json!([]), json!({}), json!(true), json!(3)];
            *value = match dice.below(3) {
                0 => others[dice.below(others.len())].clone(),
                _ => json!(words[dice.below(words.len())]),
            };
        }
    }
}

/// The entries of a run, spoilt.
fn spoilt(game: &Game<'_>, dice: &mut Dice) -> Vec<Entry> {
    let mut entries = game.entries.clone();
    for _ in 0..1 + dice.below(6) {
        let place = dice.below(entries.len());
        match dice.below(10) {
            0 => drop(entries.remove(place)),
            1 => entries.swap(0, place),
            2 => entries.push(entries[place].clone()),
            3 => entries[place].body = None,
            4 => entries[place].seq = [0, u64::MAX, u64::MAX - 1, 1 << 40][dice.below(4)],
            5 => entries[place].at = Timestamp([i64::MIN, i64::MAX, 0][dice.below(3)]),
            6 => entries[place].body = Some(vec![7; dice.below(40)]),
            _ => {
                let Some(body) = &mut entries[place].body else {
                    continue;
                };
                let Some(Ok(mut record)) = body.get(SALT..).map(serde_json::from_slice::<Value>)
                else {
                    continue;
                };
                // often until something comes that can be read
                for _ in 0..20 {
                    let mut changed = record.clone();
                    spoil(&mut changed, dice);
                    if serde_json::from_value::<Record>(changed.clone()).is_ok() {
                        record = changed;
                        break;
                    }
                }
                body.truncate(SALT);
                body.extend(serde_json::to_vec(&record).unwrap());
            }
        }
        if entries.is_empty() {
            entries = game.entries.clone();
        }
    }
    entries
}

/// Asks all that can be asked.
fn ask(project: &Project<'_>, game: &Game<'_>, acts: &[Act], at: i64) {
    let people: People = project.people(&game.people);
    let at = Timestamp(at);
    let now = Now {
        people: &people,
        at,
        due: &due,
    };
    let _ = (
        project.number(),
        project.is_begun(),
        project.stage(),
        project.missing(),
        project.waiting(&now),
    );
    for (id, form) in project.forms() {
        let _ = (form.standing(), form.title(), form.frozen());
        for by in (0..3).map(person) {
            let _ = (project.may(*id, by, &now), project.has_part(by));
        }
    }
    let circumstances = Circumstances {
        at,
        people: &game.people,
        starters: &game.starters,
        manages: true,
        due: &due,
        number: &|_| String::new(),
    };
    for act in acts {
        let _ = project.pack_of(act);
        let _ = project.decide(person(1), act, &circumstances);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Verification and replay are total, and what they say of the same entries is the same twice.
    #[test]
    fn spoilt_entries_end_in_findings_and_in_nothing_else(seed in any::<u64>(), rolls in prop::collection::vec(any::<u16>(), 200)) {
        play(seed, 900, |game, _| {
            let mut dice = Dice::new(rolls.clone());
            let entries = spoilt(game, &mut dice);
            let _ = verify::chain(Head::empty(CHAIN), &entries);
            let _ = verify::head(&game.head(), &entries);
            let found = verify::project(PROJECT, game.library, &entries).findings;
            assert_eq!(found, verify::project(PROJECT, game.library, &entries).findings);
            let (project, unfit) = Project::replay(game.library, &entries);
            // what a replay leaves out is found
            let whole = entries.iter().all(|entry| entry.body.is_some());
            let named: BTreeSet<u64> = found.iter().map(|finding| finding.seq).collect();
            assert!(!whole || unfit.iter().all(|unfit| named.contains(&unfit.seq)));
            let records = entries.iter().filter_map(Entry::record);
            let acts: Vec<Act> = records.filter_map(|record| record.act().cloned()).collect();
            for at in [0, game.at, i64::MAX, i64::MIN] {
                ask(&project, game, &acts, at);
            }
        });
    }
}

#[test]
fn a_project_without_any_pack_refuses_and_nothing_more() {
    play(1, 700, |game, _| {
        let library = |_: &Hash| None;
        let (project, unfit) = Project::replay(&library, &game.entries);
        assert!(!unfit.is_empty());
        assert!(project.forms().is_empty());
        ask(&project, game, &[], 1);
    });
}

#[test]
fn the_last_number_of_all_is_not_passed() {
    let head = Head {
        seq: u64::MAX,
        ..Head::empty(CHAIN)
    };
    let record = Record {
        key: base::DecisionId::from_bytes([1; 16]),
        by: Some(PersonId::from_bytes([1; 16])),
        what: What::Heads(Vec::new()),
        done: Vec::new(),
        signed: None,
    };
    let entry = head.next(Timestamp(0), &record, [0; SALT]);
    assert_eq!(entry.seq, u64::MAX);
    let (_, found) = verify::chain(head, &[entry]);
    assert_eq!(found.len(), 1);
}

#[test]
fn a_deadline_at_the_end_of_time_is_over_then() {
    for days in [0, 1, 3_660, u32::MAX] {
        for working_days in [false, true] {
            let deadline = Deadline {
                days,
                working_days,
                escalate_to: None,
            };
            for since in [i64::MIN, 0, i64::MAX] {
                for offset in [-480, 0, 480] {
                    let over = ledger::due::due(Timestamp(since), &deadline, offset, &chinese());
                    assert!(over >= Timestamp(since));
                }
            }
        }
    }
}
