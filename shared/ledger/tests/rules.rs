//! Rules of projects, one by one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use base::{PersonId, Timestamp};
use common::shop::{CLERK, PROJECT, Run, VERSION, pack};
use ledger::record::{Act, Deed, Done};
use ledger::verify::{self, Finding, Wrong};
use ledger::{Hash, Project, Refused};
use pack::Pack;
use pack::effect::Undo;

type Known<'a> = &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync);

/// A run that has adopted the regulation.
fn run(see: impl FnOnce(&mut Run<'_>)) {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let library: Known<'_> = &library;
    let mut run = Run {
        library,
        entries: Vec::new(),
        at: Timestamp(1),
    };
    run.act(Act::Adopt { pack: VERSION }).unwrap();
    see(&mut run);
}

fn opened(stage: &str) -> Vec<Done> {
    let what = Deed::GateOpened {
        stage: stage.parse().unwrap(),
    };
    vec![Done {
        what,
        undo: Undo::Compensated,
    }]
}

/// Whoever writes into the ledger past its server is found by what they wrote.
fn found(run: &mut Run<'_>, act: Act, done: Vec<Done>, why: Refused) {
    assert_eq!(run.act(act.clone()), Err(why.clone()));
    run.append(act, done);
    let seq = run.entries.len() as u64;
    let found = verify::project(PROJECT, run.library, &run.entries).findings;
    assert_eq!(
        found,
        [Finding {
            seq,
            what: Wrong::Unfit(why)
        }]
    );
}

#[test]
fn a_decision_is_undone_once() {
    run(|run| {
        run.submit("contract");
        run.undo(2).unwrap();
        assert_eq!(run.stage().as_deref(), Some("sale"));
        let words = "再次".to_owned();
        found(
            run,
            Act::Undo { entry: 2, words },
            Vec::new(),
            Refused::NothingToUndo,
        );
    });
}

#[test]
fn an_undoing_is_not_undone() {
    run(|run| {
        run.submit("contract");
        run.undo(2).unwrap();
        let words = "反悔".to_owned();
        found(
            run,
            Act::Undo { entry: 3, words },
            Vec::new(),
            Refused::NothingToUndo,
        );
    });
}

#[test]
fn who_undoes_says_why() {
    run(|run| {
        run.submit("contract");
        let act = Act::Undo {
            entry: 2,
            words: " ".to_owned(),
        };
        let done = vec![Done {
            what: Deed::GateClosed {
                stage: "sale".parse().unwrap(),
            },
            undo: Undo::Final,
        }];
        found(run, act, done, Refused::NoWords);
    });
}

#[test]
fn nobody_moves_a_project_on_through_a_closed_gate() {
    run(|run| {
        let act = Act::Advance {
            stage: "sale".parse().unwrap(),
        };
        found(run, act, opened("sale"), Refused::GateClosed(vec![0]));
    });
}

#[test]
fn nobody_opens_the_gate_of_another_stage() {
    run(|run| {
        let act = Act::Advance {
            stage: "end".parse().unwrap(),
        };
        found(run, act, opened("end"), Refused::NotInStage);
    });
}

#[test]
fn a_version_is_not_adopted_twice() {
    run(|run| {
        found(
            run,
            Act::Adopt { pack: VERSION },
            Vec::new(),
            Refused::SamePack,
        )
    });
}

#[test]
fn a_version_that_nobody_knows_is_not_adopted() {
    run(|run| {
        let pack = Hash::from_bytes([9; 32]);
        found(run, Act::Adopt { pack }, Vec::new(), Refused::UnknownPack);
    });
}

#[test]
fn who_is_named_as_somebody_outside_signs_for_a_role_outside() {
    run(|run| {
        let invite = |role: &str, person, name: &str| Act::Invite {
            role: role.parse().unwrap(),
            person,
            name: name.to_owned(),
        };
        let customer = PersonId::from_bytes([50; 16]);
        run.act(invite("customer", customer, "李四")).unwrap();
        assert_eq!(
            run.act(invite("customer", CLERK, "自己")),
            Err(Refused::Insider)
        );
        assert_eq!(
            run.act(invite("customer", customer, " ")),
            Err(Refused::NoWords)
        );
        assert_eq!(
            run.act(invite("customer", customer, &"长".repeat(201))),
            Err(Refused::TooLong)
        );
        found(
            run,
            invite("clerk", customer, "李四"),
            Vec::new(),
            Refused::NotOutside,
        );
    });
}

#[test]
fn only_what_was_done_to_a_form_is_printed() {
    run(|run| {
        run.submit("contract");
        let Some(Act::Form(form)) = run.entries[1].record().unwrap().act().cloned() else {
            panic!("no form");
        };
        let print = |of| Act::Print {
            form: form.form,
            of,
            copies: 2,
        };
        run.act(print(2)).unwrap();
        found(run, print(1), Vec::new(), Refused::NoSuchEntry);
    });
}

#[test]
fn without_a_regulation_nothing_is_handed_in() {
    run(|run| {
        let act = run.submission("contract");
        run.entries.clear();
        found(run, act, Vec::new(), Refused::NoPack);
    });
}

#[test]
fn a_form_that_the_regulation_does_not_have_is_not_handed_in() {
    run(|run| {
        let act = run.submission("unknown");
        let why = Refused::NoSuchKind("unknown".parse().unwrap());
        found(run, act, Vec::new(), why);
    });
}

#[test]
fn entries_for_others_are_passed_over() {
    run(|run| {
        run.submit("contract");
        run.submit("draft");
        run.entries[1].body = None;
        let (project, unfit) = Project::replay(run.library, &run.entries);
        assert_eq!((project.seq(), project.forms().len()), (3, 1));
        assert_eq!(unfit, []);
        assert_eq!(
            verify::project(PROJECT, run.library, &run.entries).findings,
            []
        );
    });
}
