//! Who may not read all bodies: what they can find out all the same, and no false alarm.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::forge::rewrite;
use common::game::{Game, PROJECT, play};
use ledger::chain::Entry;
use ledger::record::{Act, Deed, Done, Record, What};
use ledger::verify::{self, Finding, Wrong};
use ledger::{Refused, verify::Looked};
use pack::effect::Undo;
use pack::review::Does;

/// Some runs with enough in them.
fn runs(see: impl Fn(&Game<'_>)) {
    let mut seen = 0;
    for seed in 500_u64.. {
        play(seed, 1_000, |game, _| {
            if (12..40).contains(&game.entries.len()) && game.server.decisions().len() > 1 {
                see(game);
                seen += 1;
            }
        });
        if seen >= 6 {
            return;
        }
    }
}

fn looked(game: &Game<'_>, entries: &[Entry]) -> Looked {
    verify::project(PROJECT, game.library, entries)
}

fn hidden(entries: &[Entry], place: usize) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    entries[place] = entries[place].without_body();
    entries
}

#[test]
fn an_honest_ledger_alarms_nobody_whatever_they_may_read() {
    runs(|game| {
        let whole = looked(game, &game.entries);
        assert_eq!(whole, Looked::default());
        for place in 0..game.entries.len() {
            let looked = looked(game, &hidden(&game.entries, place));
            assert_eq!(looked.findings, []);
            assert_eq!(looked.unasked.first(), Some(&(place as u64 + 1)));
        }
        for step in 2..5 {
            for from in 0..step {
                let mut entries = game.entries.clone();
                let all = entries.iter_mut().skip(from).step_by(step);
                all.for_each(|entry| entry.body = None);
                assert_eq!(looked(game, &entries).findings, []);
            }
        }
    });
}

#[test]
fn before_the_first_body_that_is_for_others_all_is_asked() {
    runs(|game| {
        let last = game.entries.len() - 1;
        for place in 0..last {
            let more = |record: &mut Record| record.done.push(plan_unbegun());
            let entries = hidden(&rewrite(&game.entries, place, more), last);
            let found = looked(game, &entries);
            let seq = place as u64 + 1;
            let what = Wrong::OtherEffects;
            assert!(found.findings.contains(&Finding { seq, what }));
            assert_eq!(found.unasked, [last as u64 + 1]);
        }
    });
}

/// What no act that is no decision does.
fn plan_unbegun() -> Done {
    Done {
        what: Deed::PlanUnbegun,
        undo: Undo::Final,
    }
}

#[test]
fn after_it_what_depends_on_nothing_before_is_asked_and_the_rest_is_counted() {
    let (asked, counted) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    runs(|game| {
        for place in 1..game.entries.len() {
            let more = |record: &mut Record| record.done.push(plan_unbegun());
            let entries = hidden(&rewrite(&game.entries, place, more), 0);
            let found = looked(game, &entries);
            let seq = place as u64 + 1;
            let what = Wrong::OtherEffects;
            let depends = match game.entries[place].record().unwrap().what {
                What::Act(Act::Form(act)) => {
                    matches!(act.does, Does::Submit { .. } | Does::Decide { .. })
                }
                What::Act(Act::Undo { .. }) => found.unasked.contains(&seq),
                _ => false,
            };
            match depends {
                true => {
                    assert!(found.unasked.contains(&seq));
                    counted.set(counted.get() + 1);
                }
                false => {
                    assert_eq!(found.findings, [Finding { seq, what }]);
                    asked.set(asked.get() + 1);
                }
            }
        }
    });
    assert!(
        asked.get() > 10 && counted.get() > 10,
        "{asked:?} {counted:?}"
    );
}

#[test]
fn who_did_it_and_why_is_asked_wherever_the_project_stood() {
    runs(|game| {
        for (place, entry) in game.entries.iter().enumerate().skip(1) {
            let seq = place as u64 + 1;
            let record = entry.record().unwrap();
            let check = |change: &dyn Fn(&mut Record), why: Refused| {
                let entries = hidden(&rewrite(&game.entries, place, change), 0);
                let what = Wrong::Unfit(why);
                let found = looked(game, &entries).findings;
                assert!(found.contains(&Finding { seq, what }), "{found:?}");
            };
            check(&|record| record.by = None, Refused::NotEntitled);
            if let What::Act(Act::Undo { .. }) = record.what {
                let silent = |record: &mut Record| {
                    if let What::Act(Act::Undo { words, .. }) = &mut record.what {
                        words.clear();
                    }
                };
                check(&silent, Refused::NoWords);
            }
        }
    });
}
