//! A project that goes back to an earlier stage: the gates from there on need all anew, until that is undone; and who is
//! named as somebody outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use base::{PersonId, Timestamp};
use common::shop::{CLERK, PROJECT, Run, VERSION, pack};
use ledger::record::{Act, Deed};
use ledger::{Hash, Refused, verify};
use pack::Pack;
use pack::effect::Undo;

fn begun<'a>(library: &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync)) -> Run<'a> {
    let mut run = Run {
        library,
        entries: Vec::new(),
        at: Timestamp(1),
    };
    run.act(Act::Adopt { pack: VERSION }).unwrap();
    for kind in ["contract", "draft", "test"] {
        run.submit(kind);
    }
    assert_eq!(run.stage().as_deref(), Some("service"));
    run
}

#[test]
fn after_going_back_the_gate_needs_all_anew() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    let done = run.submit("wish");
    assert_eq!(
        done.into_iter().map(|done| done.what).collect::<Vec<_>>(),
        [Deed::WentBack {
            stage: "making".parse().unwrap(),
            from: Some("service".parse().unwrap()),
        }]
    );
    assert_eq!(run.stage().as_deref(), Some("making"));
    assert_eq!(run.project().missing().len(), 2);
    assert_eq!(run.submit("test"), []);
    assert_eq!(run.project().missing().len(), 1);
    run.submit("draft");
    assert_eq!(run.stage().as_deref(), Some("service"));
    assert_eq!(
        run.left(),
        [("sale".to_owned(), 2), ("making".to_owned(), 7)]
    );
    assert_eq!(
        verify::project(PROJECT, &library, &run.entries).findings,
        []
    );
}

#[test]
fn what_was_handed_in_before_for_a_later_gate_counts_no_more_either() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("report");
    assert_eq!(run.stage().as_deref(), Some("end"));
    run.submit("wish");
    run.submit("draft");
    run.submit("test");
    assert_eq!(run.stage().as_deref(), Some("service"));
    assert_eq!(run.project().missing().len(), 1);
    run.submit("report");
    assert_eq!(run.stage().as_deref(), Some("end"));
}

#[test]
fn a_project_does_not_go_back_to_where_it_is() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = Run {
        library: &library,
        entries: Vec::new(),
        at: Timestamp(1),
    };
    run.act(Act::Adopt { pack: VERSION }).unwrap();
    assert_eq!(run.submit("wish"), []);
    run.submit("contract");
    assert_eq!(run.submit("wish"), []);
    assert_eq!(run.stage().as_deref(), Some("making"));
}

#[test]
fn going_back_is_undone_and_what_was_there_counts_again() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("report");
    run.submit("wish");
    let back = run.project().seq();
    run.submit("draft");
    run.undo(back).unwrap();
    assert_eq!(run.stage(), Some("end".to_owned()));
    // since the decisions that opened the gates first
    let left =
        [("sale", 2), ("making", 4), ("service", 5)].map(|(stage, seq)| (stage.to_owned(), seq));
    assert_eq!(run.left(), left);
    run.undo(5).unwrap();
    assert_eq!(run.stage().as_deref(), Some("service"));
    assert_eq!(
        verify::project(PROJECT, &library, &run.entries).findings,
        []
    );
}

#[test]
fn going_back_is_not_undone_once_the_project_moved_on() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("wish");
    let first = run.project().seq();
    run.submit("draft");
    run.submit("test");
    assert_eq!(run.undo(first), Err(Refused::NotLast));
    run.submit("wish");
    assert_eq!(run.undo(first), Err(Refused::NotLast));
}

#[test]
fn the_same_gate_opened_again_is_not_closed_by_the_decision_that_opened_it_before() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("wish");
    run.submit("draft");
    run.submit("test");
    assert_eq!(
        run.left(),
        [("sale".to_owned(), 2), ("making".to_owned(), 7)]
    );
    assert_eq!(run.undo(4), Err(Refused::NotLast));
    run.undo(7).unwrap();
    assert_eq!(run.stage().as_deref(), Some("making"));
}

#[test]
fn going_back_for_good_stays_though_the_decision_is_undone() {
    let mut pack = pack();
    let wish = pack
        .forms
        .iter_mut()
        .find(|form| form.id.as_str() == "wish")
        .unwrap();
    wish.effects[0].undo = Undo::Final;
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("wish");
    run.undo(5).unwrap();
    assert_eq!(run.stage().as_deref(), Some("making"));
    // and what was handed in before does not count again
    assert_eq!(run.project().missing().len(), 2);
    assert_eq!(
        verify::project(PROJECT, &library, &run.entries).findings,
        []
    );
}

#[test]
fn a_gate_is_not_closed_again_where_a_newer_version_has_no_such_stage() {
    let pack = pack();
    let mut newer = pack.clone();
    newer.stages.retain(|stage| stage.id.as_str() != "making");
    let other = Hash::from_bytes([4; 32]);
    let library = |hash: &Hash| match *hash {
        VERSION => Some(&pack),
        hash if hash == other => Some(&newer),
        _ => None,
    };
    let mut run = begun(&library);
    run.act(Act::Adopt { pack: other }).unwrap();
    let gone = Err(Refused::StageGone("making".parse().unwrap()));
    assert_eq!(run.undo(4), gone);
    assert_eq!(run.stage().as_deref(), Some("service"));
}

#[test]
fn going_back_is_not_undone_where_a_newer_version_has_other_stages_between() {
    let pack = pack();
    let mut newer = pack.clone();
    newer.stages[2..].reverse();
    let other = Hash::from_bytes([4; 32]);
    let library = |hash: &Hash| match *hash {
        VERSION => Some(&pack),
        hash if hash == other => Some(&newer),
        _ => None,
    };
    let mut run = begun(&library);
    run.submit("wish");
    run.act(Act::Adopt { pack: other }).unwrap();
    assert_eq!(run.undo(5), Err(Refused::NotLast));
}

#[test]
fn nobody_names_themselves_as_somebody_outside() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    let invite = |person| Act::Invite {
        role: "customer".parse().unwrap(),
        person,
        name: "某公司".to_owned(),
    };
    assert_eq!(run.act(invite(CLERK)), Err(Refused::Insider));
    assert_eq!(
        run.act(invite(PersonId::from_bytes([9; 16]))),
        Ok(Vec::new())
    );
}
