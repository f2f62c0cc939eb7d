//! Registers: begun and ended by decisions, undone like any, shown also where a newer version knows them no more.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use base::Timestamp;
use common::shop::{PROJECT, Run, VERSION, form, pack_with};
use ledger::project::RegisterStanding;
use ledger::record::Act;
use ledger::{Hash, verify};
use pack::Pack;

const NEWER: Hash = Hash::from_bytes([9; 32]);

fn files(register: bool) -> Vec<(String, Vec<u8>)> {
    let text = r#"
id = "visitors"
name = { zh = "来访台账", en = "Visitors" }
keeper = "clerk"
[[column]]
id = "who"
name = { zh = "来访人", en = "Who" }
kind = "text"
"#;
    let begin = "does = \"begin_register\"\nregister = \"visitors\"";
    let end = "does = \"end_register\"\nregister = \"visitors\"";
    let begins_nothing = "does = \"open_gate\"\nstage = \"end\"";
    match register {
        true => vec![
            (
                "registers/visitors.toml".to_owned(),
                text.as_bytes().to_vec(),
            ),
            form("start", begin),
            form("stop", end),
        ],
        false => vec![form("start", begins_nothing), form("stop", begins_nothing)],
    }
}

fn run<'a>(library: &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync)) -> Run<'a> {
    let mut run = Run {
        library,
        entries: Vec::new(),
        at: Timestamp(1_000),
    };
    run.act(Act::Adopt { pack: VERSION }).unwrap();
    run
}

/// The one register: since when, and whether it is kept.
fn standing(run: &Run<'_>) -> Option<(Timestamp, bool)> {
    let project = run.project();
    let all: Vec<RegisterStanding<'_>> = project.registers();
    assert!(all.len() < 2);
    let one = all.first()?;
    assert_eq!(one.register.id.as_str(), "visitors");
    assert_eq!(
        project.register_kept(&one.register.id),
        one.kept.then_some(one.since)
    );
    Some((one.since, one.kept))
}

fn is_sound(run: &Run<'_>) {
    let looked = verify::project(PROJECT, run.library, &run.entries);
    assert_eq!(looked.findings, []);
}

#[test]
fn a_decision_begins_a_register_once_and_another_ends_it() {
    let pack = pack_with(files(true));
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = run(&library);
    assert_eq!(standing(&run), None);
    assert_eq!(run.submit("stop"), []);
    assert_eq!(run.submit("start").len(), 1);
    assert_eq!(standing(&run), Some((Timestamp(1_000), true)));
    run.at = Timestamp(2_000);
    assert_eq!(run.submit("start"), []);
    assert_eq!(standing(&run), Some((Timestamp(1_000), true)));
    assert_eq!(run.submit("stop").len(), 1);
    assert_eq!(standing(&run), Some((Timestamp(1_000), false)));
    run.submit("start");
    assert_eq!(standing(&run), Some((Timestamp(2_000), true)));
    is_sound(&run);
}

#[test]
fn an_end_that_is_undone_was_none_and_a_beginning_that_is_undone_ends_it() {
    let pack = pack_with(files(true));
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = run(&library);
    run.submit("start");
    run.at = Timestamp(2_000);
    run.submit("stop");
    run.at = Timestamp(3_000);
    run.undo(3).unwrap();
    assert_eq!(standing(&run), Some((Timestamp(1_000), true)));
    run.undo(2).unwrap();
    // what was written in it meanwhile can be read
    assert_eq!(standing(&run), Some((Timestamp(1_000), false)));
    is_sound(&run);
}

#[test]
fn undoing_leaves_a_register_that_a_later_decision_began() {
    let pack = pack_with(files(true));
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = run(&library);
    run.submit("start");
    run.submit("stop");
    run.at = Timestamp(2_000);
    run.submit("start");
    assert_eq!(run.undo(2), Ok(Vec::new()));
    assert_eq!(run.undo(3), Ok(Vec::new()));
    assert_eq!(standing(&run), Some((Timestamp(2_000), true)));
    is_sound(&run);
}

#[test]
fn a_register_that_a_newer_version_does_not_have_is_shown_as_it_was() {
    let (older, newer) = (pack_with(files(true)), pack_with(files(false)));
    let library = |hash: &Hash| match *hash {
        VERSION => Some(&older),
        NEWER => Some(&newer),
        _ => None,
    };
    let mut run = run(&library);
    run.submit("start");
    run.act(Act::Adopt { pack: NEWER }).unwrap();
    assert_eq!(standing(&run), Some((Timestamp(1_000), true)));
    is_sound(&run);
}
