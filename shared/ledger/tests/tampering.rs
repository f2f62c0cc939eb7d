//! Whoever changes anything in a ledger is found out, and the entry is named.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::forge::{chain, flips, forge, rewrite};
use common::game::{CHAIN, Game, PROJECT, play};
use ledger::chain::{Entry, Head, SALT};
use ledger::record::{Act, Deed, Done, What, Wish};
use ledger::verify::{self, Finding, Wrong};
use ledger::{Project, Refused};
use pack::effect::Undo;
use pack::review::Does;

/// Six runs with enough in them: decisions, opinions, wishes that were signed.
fn runs(see: impl Fn(&Game<'_>)) {
    let mut seen = 0;
    for seed in 0_u64.. {
        play(seed, 1_000, |game, _| {
            let enough =
                game.server.decisions().len() > 2 && (20..35).contains(&game.entries.len());
            if enough {
                see(game);
                seen += 1;
            }
        });
        if seen == 6 {
            return;
        }
    }
}

#[test]
fn every_byte_that_is_flipped_is_found_and_its_entry_is_named() {
    runs(|game| {
        for place in 0..game.entries.len() {
            let entry = &game.entries[place];
            for changed in flips(entry) {
                // the entries around it are enough: each is bound to the one before
                let from = match place {
                    0 => Head::empty(CHAIN),
                    _ => game.entries[place - 1].head(CHAIN),
                };
                let named = [entry.seq, changed.seq];
                let mut entries = vec![changed];
                entries.extend(game.entries.get(place + 1).cloned());
                let (_, found) = verify::chain(from, &entries);
                let names = found.iter().any(|finding| named.contains(&finding.seq));
                assert!(names, "entry {}: {found:?}", entry.seq);
            }
        }
    });
}

#[test]
fn a_rewritten_history_is_found_by_any_head_that_was_kept_of_it() {
    runs(|game| {
        let kept: Vec<Head> = game.entries.iter().map(|entry| entry.head(CHAIN)).collect();
        for place in 0..game.entries.len() {
            for changed in flips(&game.entries[place]).into_iter().step_by(29) {
                if changed.at == game.entries[place].at && changed.body == game.entries[place].body
                {
                    // what follows from the rest is made anew
                    continue;
                }
                let mut entries = game.entries.clone();
                entries[place] = changed;
                forge(&mut entries);
                let unreadable = |finding: &Finding| finding.what != Wrong::Unreadable;
                assert_eq!(chain(&entries).into_iter().find(unreadable), None);
                for (at, head) in kept.iter().enumerate() {
                    let found = verify::head(head, &entries);
                    let other = Finding {
                        seq: head.seq,
                        what: Wrong::OtherHead,
                    };
                    assert_eq!(found, (at >= place).then_some(other));
                }
            }
        }
    });
}

#[test]
fn an_entry_that_was_taken_out_is_missing() {
    runs(|game| {
        for place in 0..game.entries.len() - 1 {
            let mut entries = game.entries.clone();
            let gone = entries.remove(place);
            assert_eq!(
                chain(&entries),
                [Finding {
                    seq: gone.seq,
                    what: Wrong::Missing
                }]
            );
            // closing the gap does not help
            forge(&mut entries);
            assert_eq!(chain(&entries), []);
            assert!(verify::head(&gone.head(CHAIN), &entries).is_some());
        }
    });
}

#[test]
fn entries_that_were_swapped_are_found() {
    runs(|game| {
        for place in 1..game.entries.len() {
            let mut entries = game.entries.clone();
            entries.swap(place - 1, place);
            let found = chain(&entries);
            let seq = place as u64;
            assert!(
                found.contains(&Finding {
                    seq,
                    what: Wrong::OutOfOrder
                }),
                "{found:?}"
            );
            // with the numbers of their new places too
            (entries[place - 1].seq, entries[place].seq) = (seq, seq + 1);
            let found = chain(&entries);
            assert!(found.iter().any(|finding| finding.seq == seq), "{found:?}");
            forge(&mut entries);
            assert!(verify::head(&game.head(), &entries).is_some());
        }
    });
}

#[test]
fn an_end_that_was_cut_off_is_found_by_a_head_that_was_kept() {
    runs(|game| {
        for end in 0..game.entries.len() {
            let what = Wrong::CutOff;
            let found = verify::head(&game.head(), &game.entries[..end]);
            assert_eq!(
                found,
                Some(Finding {
                    seq: game.head().seq,
                    what
                })
            );
        }
    });
}

#[test]
fn an_entry_that_was_put_between_is_found() {
    runs(|game| {
        for place in 1..game.entries.len() {
            let before = game.entries[place - 1].head(CHAIN);
            let copy = game.entries[place].record().unwrap();
            let new = before.next(game.entries[place].at, &copy, [77; SALT]);
            let mut entries = game.entries.clone();
            entries.insert(place, new.clone());
            let seq = new.seq;
            assert!(chain(&entries).contains(&Finding {
                seq,
                what: Wrong::OutOfOrder
            }));
            // and all after it counted on
            entries[place + 1..]
                .iter_mut()
                .for_each(|entry| entry.seq += 1);
            assert!(chain(&entries).contains(&Finding {
                seq: seq + 1,
                what: Wrong::NotBound
            }));
            forge(&mut entries);
            assert!(verify::head(&game.head(), &entries).is_some());
        }
    });
}

#[test]
fn what_a_decision_did_cannot_be_said_otherwise() {
    runs(|game| {
        let check = |place: usize, change: &dyn Fn(&mut Vec<Done>)| {
            let entries = rewrite(&game.entries, place, |record| change(&mut record.done));
            let found = verify::project(PROJECT, game.library, &entries).findings;
            let seq = place as u64 + 1;
            assert!(
                found.contains(&Finding {
                    seq,
                    what: Wrong::OtherEffects
                }),
                "{seq}: {found:?}"
            );
        };
        let more = Done {
            what: Deed::PlanUnbegun,
            undo: Undo::Final,
        };
        for (place, entry) in game.entries.iter().enumerate() {
            let record = entry.record().unwrap();
            check(place, &|done| done.push(more.clone()));
            if !record.done.is_empty() {
                check(place, &|done| drop(done.pop()));
                check(place, &|done| {
                    done[0].undo = match done[0].undo {
                        Undo::Final => Undo::Compensated,
                        _ => Undo::Final,
                    };
                });
            }
        }
    });
}

#[test]
fn answers_that_were_changed_are_found_at_the_opinions_about_them() {
    let mut opinions = 0;
    let counted = std::cell::RefCell::new(&mut opinions);
    runs(|game| {
        for (place, entry) in game.entries.iter().enumerate() {
            let Some(Act::Form(act)) = entry.record().unwrap().act().cloned() else {
                continue;
            };
            if !matches!(act.does, Does::Submit { .. }) {
                continue;
            }
            let entries = rewrite(&game.entries, place, |record| {
                if let What::Act(Act::Form(act)) = &mut record.what
                    && let Does::Submit { answers } = &mut act.does
                {
                    let size = pack::value::Value::Number(domain::number::Number::from_whole(900));
                    answers.insert("size".parse().unwrap(), size);
                }
            });
            let found = verify::project(PROJECT, game.library, &entries).findings;
            // up to where it is handed in anew, opinions are about these answers
            let about = |entry: &&Entry| match entry.record().unwrap().what {
                What::Act(Act::Form(other)) => other.form == act.form,
                _ => false,
            };
            let next = game.entries[place + 1..].iter().find(about);
            let next = next.filter(|next| {
                matches!(next.record().unwrap().act(), Some(Act::Form(act)) if matches!(act.does, Does::Decide { .. }))
            });
            if let Some(next) = next {
                **counted.borrow_mut() += 1;
                let changed = |finding: &Finding| {
                    finding.seq == next.seq
                        && matches!(
                            finding.what,
                            Wrong::Unfit(Refused::Changed { .. } | Refused::Review(_))
                        )
                };
                assert!(found.iter().any(changed), "{} {found:?}", next.seq);
            }
        }
    });
    assert!(opinions > 5, "{opinions}");
}

#[test]
fn what_was_signed_on_a_device_is_what_the_entry_holds() {
    runs(|game| {
        for (place, entry) in game.entries.iter().enumerate() {
            let Some(signed) = entry.record().unwrap().signed else {
                continue;
            };
            let wish: Wish = serde_json::from_str(&signed.wish).unwrap();
            let check = |text: String| {
                let entries = rewrite(&game.entries, place, |record| {
                    record.signed.as_mut().unwrap().wish = text;
                });
                let found = verify::project(PROJECT, game.library, &entries).findings;
                assert_eq!(
                    found,
                    [Finding {
                        seq: entry.seq,
                        what: Wrong::OtherWish
                    }]
                );
            };
            let with = |change: &dyn Fn(&mut Wish)| {
                let mut wish = wish.clone();
                change(&mut wish);
                check(serde_json::to_string(&wish).unwrap());
            };
            with(&|wish| wish.key = base::DecisionId::from_bytes([255; 16]));
            with(&|wish| wish.project = base::ProjectId::from_bytes([255; 16]));
            with(&|wish| {
                wish.act = Act::Undo {
                    entry: 1,
                    words: "别的".to_owned(),
                }
            });
            check(String::new());
            check("{}".to_owned());
        }
    });
}

#[test]
fn an_act_that_nobody_did_is_found() {
    runs(|game| {
        for place in 0..game.entries.len() {
            let entries = rewrite(&game.entries, place, |record| record.by = None);
            let found = verify::project(PROJECT, game.library, &entries).findings;
            let seq = place as u64 + 1;
            assert!(
                found.contains(&Finding {
                    seq,
                    what: Wrong::Unfit(Refused::NotEntitled)
                }),
                "{found:?}"
            );
        }
    });
}

#[test]
fn a_chain_of_one_project_is_not_that_of_another() {
    runs(|game| {
        let other = ledger::Chain::Project(base::ProjectId::from_bytes([1; 16]));
        let (_, found) = verify::chain(Head::empty(other), &game.entries);
        assert_eq!(found.len(), game.entries.len());
    });
}

#[test]
fn who_may_not_read_bodies_can_still_check_the_chain() {
    runs(|game| {
        let bare: Vec<Entry> = game.entries.iter().map(Entry::without_body).collect();
        assert_eq!(
            verify::chain(Head::empty(CHAIN), &bare),
            (game.head(), Vec::new())
        );
        assert_eq!(verify::project(PROJECT, game.library, &bare).findings, []);
        // some of them, and what they may have changed is not asked
        let mut some = game.entries.clone();
        some.iter_mut()
            .step_by(3)
            .for_each(|entry| entry.body = None);
        assert_eq!(chain(&some), []);
        assert_eq!(verify::project(PROJECT, game.library, &some).findings, []);
        let _ = Project::replay(game.library, &some);
    });
}
