//! One test a rule: comments on answers of a form, what several write beside each other, and that nothing is lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ROOT, ReadDoc};
use base::{CommentId, PersonId};
use common::form::*;
use common::{Replica, meet};
use doc::command::Command;
use doc::history::{FormDeed, FormHistory};
use doc::view::form::{CommentPart, FormPlace, FormProblem, Thread};
use domain::permission::DocumentKind;
use proptest::prelude::*;

fn id(n: u8) -> CommentId {
    CommentId::from_bytes([n; 8])
}

fn on(name: &str) -> FormPlace {
    FormPlace::Answer(field(name))
}

fn comment(n: u8, on: FormPlace, text: &str) -> Command {
    let text = text.to_owned();
    Command::Comment {
        id: id(n),
        on,
        text,
    }
}

fn reply(n: u8, to: u8, text: &str) -> Command {
    Command::ReplyComment {
        id: id(n),
        to: id(to),
        text: text.to_owned(),
    }
}

fn settle(n: u8, settled: bool) -> Command {
    Command::SettleComment { id: id(n), settled }
}

/// `1 2`: what was said in a thread, by number.
fn said(thread: &Thread) -> Vec<u8> {
    thread.said.iter().map(|one| one.id.as_bytes()[0]).collect()
}

fn threads(replica: &mut Replica) -> Vec<Thread> {
    replica.sound().comments
}

#[test]
fn comments_are_on_fields_and_cells_and_are_answered_and_settled() {
    let (mut a, mut b) = two_forms();
    a.perform(comment(1, on("title"), " Which bridge?\n"));
    a.perform(comment(2, item(2), "too dear"));
    // a field that nobody answered, and a whole table
    a.perform(comment(3, on("costs"), "one row is missing"));
    meet(&mut a, &mut b);
    b.perform(reply(4, 1, "the one over the canal"));
    // an answer to an answer is one to the first
    b.perform(reply(5, 4, "see the map"));
    b.perform(settle(5, true));
    meet(&mut a, &mut b);
    let all = threads(&mut a);
    assert_eq!(all, threads(&mut b));
    assert_eq!(
        all.iter().map(|t| t.on.clone()).collect::<Vec<_>>(),
        [on("title"), item(2), on("costs")]
    );
    assert_eq!(said(&all[0]), [1, 4, 5]);
    assert_eq!(all[0].said[0].text, "Which bridge?");
    let who = |n: u8| Some(PersonId::from_bytes([n; 16]));
    assert_eq!(all[0].said[0].by, who(1));
    assert_eq!(all[0].said[1].by, who(2));
    assert_eq!(all[0].settled.as_ref().unwrap().by, who(2));
    let open: Vec<bool> = all.iter().map(Thread::is_open).collect();
    assert_eq!(open, [false, true, true]);
    a.perform(settle(1, false));
    assert!(threads(&mut a)[0].is_open());
    // no part of the answers
    assert!(!a.sound().answers.contains_key(&field("title")));
}

#[test]
fn two_who_comment_beside_each_other_are_both_heard() {
    let (mut a, mut b) = two_forms();
    a.perform(comment(1, on("title"), "by Li"));
    b.perform(comment(2, on("title"), "by Wang"));
    meet(&mut a, &mut b);
    assert_eq!(threads(&mut a).len(), 2);
    a.perform(reply(3, 1, "yes"));
    b.perform(reply(4, 1, "no"));
    meet(&mut a, &mut b);
    let all = threads(&mut a);
    assert_eq!(all, threads(&mut b));
    let of = all.iter().find(|thread| thread.id == id(1)).unwrap();
    assert_eq!(said(of), [1, 3, 4]);
    assert!(a.sound().conflicts.is_empty());
}

#[test]
fn an_answer_that_who_settled_did_not_know_opens_the_thread_again() {
    let (mut a, mut b) = two_forms();
    a.perform(comment(1, on("title"), "Which bridge?"));
    a.perform(reply(2, 1, "the old one"));
    meet(&mut a, &mut b);
    a.perform(settle(1, true));
    b.perform(reply(3, 1, "no, the new one"));
    assert!(!threads(&mut a)[0].is_open());
    meet(&mut a, &mut b);
    let all = threads(&mut a);
    assert_eq!(all, threads(&mut b));
    assert_eq!(said(&all[0]), [1, 2, 3]);
    assert!(all[0].settled.is_some() && all[0].answered_since);
    assert!(all[0].is_open());
    // settled again, knowing it
    b.perform(settle(1, false));
    b.perform(settle(1, true));
    meet(&mut a, &mut b);
    assert!(!threads(&mut a)[0].is_open());
    // an answer after that as well
    a.perform(reply(4, 1, "and the ramp?"));
    assert!(threads(&mut a)[0].is_open());
}

#[test]
fn a_thread_that_one_settles_and_another_opens_is_open() {
    let (mut a, mut b) = two_forms();
    a.perform(comment(1, on("title"), "Which bridge?"));
    a.perform(settle(1, true));
    meet(&mut a, &mut b);
    // each does both, in another order: what stands at the end is beside each other
    a.perform(settle(1, false));
    b.perform(settle(1, false));
    b.perform(settle(1, true));
    meet(&mut a, &mut b);
    assert!(threads(&mut a)[0].is_open());
    assert_eq!(threads(&mut a), threads(&mut b));
    a.perform(settle(1, true));
    meet(&mut a, &mut b);
    assert!(!threads(&mut b)[0].is_open());
    assert!(b.sound().conflicts.is_empty());
}

#[test]
fn what_no_comment_may_be_is_refused_and_nothing_is_written() {
    let mut a = form(1);
    a.perform(comment(1, on("title"), "x"));
    let before = a.document.heads();
    let long = "长".repeat(4_001);
    let pack = FormPlace::Pack;
    for refused in [
        comment(1, on("title"), "again"),
        comment(2, on("title"), " \n "),
        comment(2, on("title"), &long),
        comment(2, pack, "on no answer"),
        reply(1, 1, "its own"),
        reply(2, 7, "to nobody"),
        reply(2, 1, ""),
        settle(7, true),
    ] {
        assert!(a.try_perform(refused).is_err());
    }
    assert_eq!(a.document.heads(), before);
    a.perform(comment(2, on("title"), &long[3..]));
    for n in 2..2_000_u32 {
        let [x, y, z, w] = n.to_be_bytes();
        let id = CommentId::from_bytes([1, 1, 1, 1, x, y, z, w]);
        let (on, text) = (on("title"), "x".to_owned());
        a.perform(Command::Comment { id, on, text });
    }
    assert!(a.try_perform(comment(3, on("title"), "one more")).is_err());
    assert_eq!(threads(&mut a).len(), 2_000);
}

#[test]
fn a_comment_is_taken_back_and_its_answers_stay() {
    let (mut a, mut b) = two_forms();
    let done = a.perform(comment(1, item(1), "x"));
    meet(&mut a, &mut b);
    b.perform(reply(2, 1, "why?"));
    meet(&mut a, &mut b);
    let back = a.undo(&done).unwrap();
    meet(&mut a, &mut b);
    let all = threads(&mut b);
    assert_eq!(said(&all[0]), [2]);
    assert_eq!((all[0].id, all[0].on.clone()), (id(1), item(1)));
    a.undo(&back).unwrap();
    assert_eq!(said(&threads(&mut a)[0]), [1, 2]);
    let settled = a.perform(settle(1, true));
    a.undo(&settled).unwrap();
    assert!(threads(&mut a)[0].is_open());
}

#[test]
fn comments_survive_their_texts_and_are_told_by_the_history() {
    let mut a = form(1);
    for command in [
        comment(1, on("title"), "x"),
        reply(2, 1, "y"),
        settle(1, true),
        settle(1, false),
    ] {
        let json = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command);
        a.perform(command);
    }
    let mut history = FormHistory::default();
    history.refresh(&mut a.document);
    let page = history.page(None, 0, 10);
    let deeds: Vec<FormDeed> = page.steps.into_iter().flat_map(|step| step.deeds).collect();
    assert_eq!(
        deeds,
        [
            FormDeed::CommentReopened(id(1)),
            FormDeed::CommentSettled(id(1)),
            FormDeed::Commented(id(2)),
            FormDeed::Commented(id(1)),
            FormDeed::Begun,
        ]
    );
}

#[test]
fn comments_of_others_in_circles_and_of_newer_versions_are_read_or_told() {
    let mut a = form(1);
    a.perform(comment(1, on("title"), "x"));
    a.form();
    let mut doc = AutoCommit::load(&a.document.save()).unwrap();
    let heads = doc.get_heads();
    let (_, fields) = doc.get(ROOT, "fields").unwrap().unwrap();
    let mut put = |n: u8, part: &str, text: &str| {
        let key = format!("r/{}/{part}", id(n));
        doc.put(&fields, key, text).unwrap();
    };
    // two that answer each other
    for (n, to) in [(2, 3), (3, 2)] {
        put(n, "text", "circle");
        put(n, "on", "a/title");
        put(n, "to", &id(to).to_string());
    }
    put(4, "text", "on the moon");
    put(4, "on", "moon");
    put(1, "settled", "perhaps");
    put(5, "text", "on nothing");
    doc.commit();
    let changes: Vec<Vec<u8>> = doc
        .get_changes(&heads)
        .iter_mut()
        .map(|c| c.bytes().to_vec())
        .collect();
    a.document.apply(&changes).unwrap();
    let (view, problems) = a.form();
    let all: Vec<Vec<u8>> = view.comments.iter().map(said).collect();
    assert_eq!(all, [vec![1], vec![2], vec![3]]);
    let place = |n, part| FormPlace::Comment {
        comment: id(n),
        part,
    };
    let told: Vec<FormPlace> = problems
        .into_iter()
        .filter_map(|problem| match problem {
            FormProblem::Unreadable { place, .. } => Some(place),
            FormProblem::AnswerBesideRows { .. } => None,
        })
        .collect();
    assert_eq!(
        told,
        [place(1, CommentPart::Settled), place(4, CommentPart::On)]
    );
    a.perform(settle(1, true));
    assert!(!a.form().0.comments[0].is_open());
}

/// One step of a replica: `(which, what, on which)`.
fn steps() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    prop::collection::vec((0usize..3, 0u8..8, any::<u8>()), 1..40)
}

fn run(steps: &[(usize, u8, u8)]) -> Result<(), TestCaseError> {
    let mut sites = vec![form(1)];
    let first = sites[0].document.changes_since(&[]);
    let first: Vec<Vec<u8>> = first.into_iter().map(|c| c.bytes).collect();
    for n in 2..4 {
        let mut site = Replica::new(DocumentKind::Form, n);
        site.document.apply(&first).unwrap();
        sites.push(site);
    }
    let mut next = 0;
    for (site, what, by) in steps {
        let there: Vec<u8> = threads(&mut sites[*site]).iter().flat_map(said).collect();
        let known = usize::from(*by)
            .checked_rem(there.len())
            .and_then(|at| there.get(at).copied());
        match (what, known) {
            (0 | 1, _) => {
                next += 1;
                sites[*site].perform(comment(next, on("title"), "x"));
            }
            (2..4, Some(known)) => {
                next += 1;
                sites[*site].perform(reply(next, known, "y"));
            }
            (4 | 5, Some(known)) => drop(sites[*site].perform(settle(known, by % 2 == 0))),
            _ => {
                let to = (site + 1 + usize::from(by % 2)) % 3;
                let changes = sites[*site].document.changes_since(&[]);
                let mut bytes: Vec<Vec<u8>> = changes.into_iter().map(|c| c.bytes).collect();
                bytes.reverse();
                bytes.truncate(bytes.len().div_ceil(1 + usize::from(by % 3)));
                sites[to].document.apply(&bytes).unwrap();
            }
        }
    }
    for (from, to) in [(0, 1), (1, 2), (2, 1), (2, 0)] {
        let changes = sites[from].document.changes_since(&[]);
        let bytes: Vec<Vec<u8>> = changes.into_iter().map(|c| c.bytes).collect();
        sites[to].document.apply(&bytes).unwrap();
    }
    let all = threads(&mut sites[0]);
    for site in &mut sites {
        prop_assert_eq!(&threads(site), &all);
    }
    let mut there: Vec<u8> = all.iter().flat_map(said).collect();
    there.sort_unstable();
    prop_assert_eq!(there, (1..=next).collect::<Vec<u8>>(), "each is there once");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn replicas_come_to_the_same_threads_and_no_comment_is_lost(steps in steps()) {
        run(&steps)?;
    }
}
