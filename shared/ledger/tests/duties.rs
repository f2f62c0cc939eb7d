//! What is done again and again in a project: begun and ended by decisions, due in turns, resting, undone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use base::Timestamp;
use common::shop::{PROJECT, Run, VERSION, form, pack_with};
use ledger::project::DutyStanding;
use ledger::record::{Act, Deed, Done, Record};
use ledger::{Hash, due, verify};
use pack::Pack;

const CHINA: i64 = 8 * 60;

fn at(text: &str) -> Timestamp {
    let moment: base::Moment = text.parse().unwrap();
    Timestamp((moment.minutes() - CHINA) * 60_000)
}

fn duty(more: &str) -> (String, Vec<u8>) {
    let text = format!(
        r#"
id = "weekly"
name = {{ zh = "周报", en = "Weekly report" }}
role = "clerk"
every = "week"
on = "friday"
within = {{ working_days = 2 }}
{more}
"#
    );
    ("duties/weekly.toml".to_owned(), text.into_bytes())
}

fn shop(more: &str) -> Pack {
    let begin = "does = \"begin_duty\"\nduty = \"weekly\"";
    let end = "does = \"end_duty\"\nduty = \"weekly\"";
    let files = [
        duty(more),
        form("start", begin),
        form("stop", end),
        form("note", "does = \"open_gate\"\nstage = \"end\""),
        form("later", "does = \"open_gate\"\nstage = \"end\""),
    ];
    let later = |(path, text): (String, Vec<u8>)| match path == "forms/later.toml" {
        true => {
            let text = String::from_utf8(text).unwrap();
            let text = text.replacen("starters", "stages = [\"making\"]\nstarters", 1);
            (path, text.into_bytes())
        }
        false => (path, text),
    };
    pack_with(files.into_iter().map(later).collect())
}

fn begun<'a>(library: &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync), when: &str) -> Run<'a> {
    let mut run = Run {
        library,
        entries: Vec::new(),
        at: at(when),
    };
    run.act(Act::Adopt { pack: VERSION }).unwrap();
    run.submit("start");
    run
}

fn standing<'a>(run: &Run<'a>, when: &str) -> DutyStanding<'a> {
    let holidays = domain::calendar::holidays::chinese();
    let works = |day| due::works(day, &holidays);
    let mut all = run.project().due_duties(at(when), CHINA, &works);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Whether it is done in the turn at a time, and overdue; when that is due.
fn turn(run: &Run<'_>, when: &str) -> Option<(bool, bool, Timestamp)> {
    let turn = standing(run, when).turn?;
    Some((turn.done.is_some(), turn.overdue, turn.due))
}

#[test]
fn a_duty_is_due_in_each_turn_and_done_by_a_form_of_that_turn() {
    let pack = shop("form = \"note\"");
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    // a Wednesday: the first turn begins on Friday, and is due when Monday is over
    let mut run = begun(&library, "2026-03-04T10:00");
    assert_eq!(turn(&run, "2026-03-05T23:59"), None);
    let first = standing(&run, "2026-03-05T23:59");
    assert_eq!(
        (first.next, first.missed),
        (Some(at("2026-03-06T00:00")), 0)
    );
    let monday = at("2026-03-10T00:00");
    assert_eq!(turn(&run, "2026-03-06T00:00"), Some((false, false, monday)));
    assert_eq!(turn(&run, "2026-03-09T23:59"), Some((false, false, monday)));
    assert_eq!(turn(&run, "2026-03-10T00:00"), Some((false, true, monday)));
    // too late, but in its turn
    run.at = at("2026-03-12T09:00");
    run.submit("note");
    assert_eq!(turn(&run, "2026-03-12T10:00"), Some((true, false, monday)));
    let next = at("2026-03-17T00:00");
    assert_eq!(turn(&run, "2026-03-13T00:00"), Some((false, false, next)));
    // two in one turn do one turn
    run.at = at("2026-03-16T09:00");
    run.submit("note");
    run.submit("note");
    let now = standing(&run, "2026-03-28T09:00");
    assert!(now.turn.unwrap().done.is_none());
    assert_eq!(now.missed, 1);
    assert_eq!(now.last.unwrap().1, at("2026-03-16T09:00"));
}

#[test]
fn working_days_of_a_turn_leave_out_holidays() {
    let pack = shop("form = \"note\"");
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let run = begun(&library, "2026-09-30T10:00");
    // Friday the 2nd of October 2026 is in the National Day holiday: the second working day is the next turn's
    let due = turn(&run, "2026-10-02T08:00").unwrap().2;
    assert_eq!(due, at("2026-10-09T00:00"));
}

#[test]
fn what_is_begun_is_not_begun_again_and_what_is_not_is_not_ended() {
    let pack = shop("form = \"note\"");
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library, "2026-03-04T10:00");
    run.at = at("2026-03-20T10:00");
    assert_eq!(run.submit("start"), []);
    let since = run.project().duties().values().copied().collect::<Vec<_>>();
    assert_eq!(since, [at("2026-03-04T10:00")]);
    assert_eq!(run.submit("stop").len(), 1);
    assert_eq!(run.submit("stop"), []);
    assert!(run.project().duties().is_empty());
    assert_eq!(run.project().due_duties(run.at, CHINA, &|_| true), []);
    assert_eq!(
        verify::project(PROJECT, &library, &run.entries).findings,
        []
    );
}

#[test]
fn a_beginning_that_is_undone_ends_the_duty_and_an_end_that_is_undone_was_none() {
    let pack = shop("form = \"note\"");
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library, "2026-03-04T10:00");
    run.at = at("2026-03-20T10:00");
    run.submit("stop");
    run.at = at("2026-03-27T10:00");
    run.undo(3).unwrap();
    let since = run.project().duties().values().copied().collect::<Vec<_>>();
    assert_eq!(since, [at("2026-03-04T10:00")]);
    assert_eq!(standing(&run, "2026-03-27T10:00").missed, 3);
    run.undo(2).unwrap();
    assert!(run.project().duties().is_empty());
    assert_eq!(
        verify::project(PROJECT, &library, &run.entries).findings,
        []
    );
}

#[test]
fn undoing_leaves_what_a_later_decision_began_or_ended() {
    let pack = shop("form = \"note\"");
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library, "2026-03-04T10:00");
    run.at = at("2026-03-20T10:00");
    run.submit("stop");
    run.at = at("2026-03-21T10:00");
    run.submit("start");
    // it runs by the decision after that
    assert_eq!(run.undo(2), Ok(Vec::new()));
    assert_eq!(run.undo(3), Ok(Vec::new()));
    assert_eq!(run.project().duties().len(), 1);
    assert_eq!(run.undo(4).unwrap().len(), 1);
    assert!(run.project().duties().is_empty());
    assert_eq!(
        verify::project(PROJECT, &library, &run.entries).findings,
        []
    );
}

#[test]
fn a_duty_rests_while_its_form_is_not_for_the_stage() {
    let pack = shop("form = \"later\"");
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library, "2026-03-04T10:00");
    let resting = standing(&run, "2026-05-04T10:00");
    assert_eq!(
        (resting.turn, resting.next, resting.missed),
        (None, None, 0)
    );
    // a Saturday
    run.at = at("2026-05-09T10:00");
    run.submit("contract");
    assert_eq!(run.stage().as_deref(), Some("making"));
    let awake = standing(&run, "2026-05-10T10:00");
    assert_eq!(
        (awake.turn, awake.next),
        (None, Some(at("2026-05-15T00:00")))
    );
    assert_eq!(standing(&run, "2026-05-24T10:00").missed, 1);
    run.at = at("2026-05-24T10:00");
    run.submit("draft");
    run.submit("test");
    assert_eq!(standing(&run, "2026-08-24T10:00").turn, None);
}

#[test]
fn hostile_times_harm_nothing() {
    let pack = shop("form = \"note\"");
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library, "2026-03-04T10:00");
    run.at = Timestamp(i64::MAX);
    run.submit("note");
    for at in [i64::MIN, -1, 0, i64::MAX] {
        for offset in [i64::MIN, 0, i64::MAX] {
            let _ = run.project().due_duties(Timestamp(at), offset, &|_| false);
        }
    }
}

/// What was written before there were duties is read as it was.
#[test]
fn records_of_before_are_read() {
    let old = r#"{"key":"01010101-0101-0101-0101-010101010101","by":null,"what":{"heads":[]},
        "done":[{"what":"plan_begun","undo":"reversible"},{"what":{"gate_opened":{"stage":"sale"}},"undo":"compensated"}]}"#;
    let key = serde_json::to_value(base::DecisionId::from_bytes([1; 16])).unwrap();
    let old = old.replace("\"01010101-0101-0101-0101-010101010101\"", &key.to_string());
    let record: Record = serde_json::from_str(&old).unwrap();
    let opened = Done {
        what: Deed::GateOpened {
            stage: "sale".parse().unwrap(),
        },
        undo: pack::effect::Undo::Compensated,
    };
    assert_eq!(record.done[1], opened);
}
