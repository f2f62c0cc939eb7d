//! Rules of forms and their reviews in a project, one by one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use common::firm::{
    BOSS, Firm, KEEPER, MANAGER, NEWER, OTHER_BOSS, PROJECT, STAFF, VERSION, decided, deeds, pack,
};
use ledger::project::Standing;
use ledger::record::{Act, Deed, What};
use ledger::{Hash, Refused, verify};
use pack::Pack;
use pack::effect::Undo;
use pack::review::{Draft, Opinion, Refusal};

/// A project with the regulation, and a newer version of it that differs.
fn with(change: impl FnOnce(&mut Pack), see: impl FnOnce(&mut Firm<'_>)) {
    let pack = pack();
    let mut newer = pack.clone();
    newer.version = "2.0".to_owned();
    change(&mut newer);
    let library = |hash: &Hash| match *hash {
        VERSION => Some(&pack),
        NEWER => Some(&newer),
        _ => None,
    };
    let mut firm = Firm::begun(&library);
    see(&mut firm);
    // whatever was done, it verifies
    let looked = verify::project(PROJECT, &library, &firm.entries);
    assert_eq!(looked, verify::Looked::default());
}

fn begun(see: impl FnOnce(&mut Firm<'_>)) {
    with(|_| (), see);
}

fn not_begun(see: impl FnOnce(&mut Firm<'_>)) {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    see(&mut Firm::new(&library));
}

fn advance(firm: &mut Firm<'_>, stage: &str) {
    let stage = stage.parse().unwrap();
    firm.act(STAFF, Act::Advance { stage }).unwrap();
}

#[test]
fn a_project_keeps_its_stage_when_another_version_is_adopted() {
    let earlier = |newer: &mut Pack| {
        newer.stages.remove(0);
    };
    with(earlier, |firm| {
        advance(firm, "sale");
        assert_eq!(firm.stage(), "making".parse().ok());
        firm.act(KEEPER, Act::Adopt { pack: NEWER }).unwrap();
        assert_eq!(firm.stage(), "making".parse().ok());
        assert_eq!(firm.project().pack().unwrap().0, NEWER);
    });
}

#[test]
fn a_version_without_the_stage_that_the_project_is_in_is_not_adopted() {
    let gone = |newer: &mut Pack| newer.stages.retain(|stage| stage.id.as_str() != "making");
    with(gone, |firm| {
        advance(firm, "sale");
        let adopted = firm.act(KEEPER, Act::Adopt { pack: NEWER });
        assert_eq!(adopted, Err(Refused::StageGone("making".parse().unwrap())));
        advance(firm, "making");
        firm.act(KEEPER, Act::Adopt { pack: NEWER }).unwrap();
        assert_eq!(firm.stage(), "service".parse().ok());
    });
}

#[test]
fn a_form_stays_with_the_version_under_which_it_was_first_handed_in() {
    let renamed = |newer: &mut Pack| {
        let change = newer
            .forms
            .iter_mut()
            .find(|form| form.id.as_str() == "change");
        change.unwrap().route = None;
    };
    with(renamed, |firm| {
        let form = firm.submit("change");
        firm.act(KEEPER, Act::Adopt { pack: NEWER }).unwrap();
        firm.send_back(BOSS, form);
        let mut again = firm.submission("change");
        again.form = form;
        firm.act(STAFF, Act::Form(again)).unwrap();
        firm.look(form, |form| {
            assert_eq!(form.pack_hash, VERSION);
            assert_eq!(form.standing(), Standing::UnderReview);
        });
        firm.approve(BOSS, form).unwrap();
        // the next one is of the new version, which reviews no such form
        let next = firm.submit("change");
        firm.look(next, |form| {
            assert_eq!((form.pack_hash, form.review.is_none()), (NEWER, true));
        });
    });
}

#[test]
fn before_a_project_is_begun_only_the_form_with_which_it_begins_is_handed_in() {
    not_begun(|firm| {
        let change = firm.submission("change");
        assert_eq!(firm.act(STAFF, Act::Form(change)), Err(Refused::NotBegun));
        firm.submit("start");
    });
}

#[test]
fn a_project_that_was_begun_is_not_begun_again() {
    begun(|firm| {
        let start = firm.submission("start");
        assert_eq!(firm.act(STAFF, Act::Form(start)), Err(Refused::Begun));
    });
}

#[test]
fn a_form_is_handed_in_only_in_its_stages() {
    begun(|firm| {
        let plan = firm.submission("plan");
        let refused = firm.act(STAFF, Act::Form(plan.clone()));
        assert_eq!(refused, Err(Refused::OtherStage));
        advance(firm, "sale");
        firm.act(STAFF, Act::Form(plan)).unwrap();
    });
}

#[test]
fn a_form_is_begun_by_its_starters_only() {
    begun(|firm| {
        for by in [MANAGER, OTHER_BOSS] {
            let change = firm.submission("change");
            assert_eq!(firm.act(by, Act::Form(change)), Err(Refused::NotAStarter));
        }
        firm.submit("change");
    });
}

#[test]
fn an_opinion_about_answers_that_have_changed_since_is_kept_and_does_nothing() {
    begun(|firm| {
        let form = firm.submit("change");
        let seen = firm.opinion(form, Opinion::Approve, "");
        firm.send_back(OTHER_BOSS, form);
        let mut again = firm.submission("change");
        again.form = form;
        if let pack::review::Does::Submit { answers } = &mut again.does {
            let text = pack::value::Value::Text("别的".to_owned());
            answers.insert("why".parse().unwrap(), text);
        }
        firm.act(STAFF, Act::Form(again)).unwrap();
        let now = firm.look(form, |form| form.frozen());
        let refused = firm.act(BOSS, Act::Form(seen));
        assert_eq!(refused, Err(Refused::Changed { now }));
        firm.look(form, |form| {
            assert_eq!(form.standing(), Standing::UnderReview);
            assert!(form.past.last().unwrap().late.is_some());
        });
    });
}

#[test]
fn an_opinion_that_names_no_answers_is_about_none() {
    begun(|firm| {
        let form = firm.submit("change");
        let mut blind = firm.opinion(form, Opinion::Approve, "");
        blind.of = None;
        let now = firm.look(form, |form| form.frozen());
        let refused = firm.act(BOSS, Act::Form(blind));
        assert_eq!(refused, Err(Refused::Changed { now }));
    });
}

#[test]
fn who_does_not_consent_says_why() {
    begun(|firm| {
        let form = firm.submit("change");
        let author = pack::route::ReturnTo::Author;
        for opinion in [Opinion::Reject, Opinion::Return(author)] {
            for words in ["", " \n"] {
                let act = firm.opinion(form, opinion.clone(), words);
                assert_eq!(firm.act(BOSS, Act::Form(act)), Err(Refused::NoWords));
            }
        }
        let long = firm.opinion(form, Opinion::Reject, &"长".repeat(4_001));
        assert_eq!(firm.act(BOSS, Act::Form(long)), Err(Refused::TooLong));
        firm.send_back(BOSS, form);
        firm.look(form, |form| {
            assert_eq!(form.standing(), Standing::Draft(Draft::Returned));
        });
    });
}

#[test]
fn an_opinion_that_came_too_late_is_kept_beside_the_one_that_decided() {
    begun(|firm| {
        let form = firm.submit("change");
        let seen = firm.opinion(form, Opinion::Approve, "同意，但须注意安全");
        firm.approve(BOSS, form).unwrap();
        let before = firm.seq();
        let late = firm.act(OTHER_BOSS, Act::Form(seen)).unwrap_err();
        let ended = Refusal::Ended(pack::effect::Outcome::Approved);
        assert!(
            late == decided(BOSS) || late == Refused::Review(ended),
            "{late:?}"
        );
        assert_eq!(firm.seq(), before + 1);
        let record = firm.entries.last().unwrap().record().unwrap();
        assert!(matches!(record.what, What::Late { .. }) && record.done.is_empty());
        firm.look(form, |form| {
            assert_eq!(form.standing(), Standing::Approved);
            let last = form.past.last().unwrap();
            assert_eq!(
                (last.by, last.act.words.as_str()),
                (OTHER_BOSS, "同意，但须注意安全")
            );
            assert_eq!(last.late, Some(late));
        });
    });
}

#[test]
fn what_is_reversible_or_compensated_is_undone_by_its_opposite_and_what_is_final_stays() {
    begun(|firm| {
        let decision = firm.project().decisions()[&3].clone();
        let kinds: Vec<Undo> = decision.done.iter().map(|done| done.undo).collect();
        assert_eq!(kinds, [Undo::Compensated, Undo::Final, Undo::Reversible]);
        assert!(firm.project().is_begun());
        let undone = firm.undo(OTHER_BOSS, 3).unwrap();
        let role = "manager".parse().unwrap();
        let person = MANAGER;
        assert_eq!(
            deeds(&undone),
            [Deed::Released { role, person }, Deed::ProjectUnbegun]
        );
        assert!(undone.iter().all(|done| done.undo == Undo::Final));
        let project = firm.project();
        assert!(!project.is_begun() && project.number().is_some());
        let held = project.holders().values().flatten().count();
        assert_eq!(held, 0);
    });
}

#[test]
fn nobody_undoes_the_decision_on_their_own_request_not_even_who_keeps_the_organisation() {
    begun(|firm| {
        advance(firm, "sale");
        // who keeps the organisation asks, and so does who decides last
        firm.keepers = BTreeSet::from([KEEPER, BOSS]);
        for (author, other) in [(KEEPER, BOSS), (BOSS, KEEPER)] {
            let form = firm.submit_by(author, "plan");
            firm.approve(OTHER_BOSS, form).unwrap();
            let entry = firm.seq();
            assert_eq!(firm.undo(author, entry), Err(Refused::NotEntitled));
            firm.undo(other, entry).unwrap();
        }
        // where the author is the only one who keeps it, who decides last still can
        firm.keepers = BTreeSet::from([KEEPER]);
        let form = firm.submit_by(KEEPER, "plan");
        firm.approve(BOSS, form).unwrap();
        let entry = firm.seq();
        assert_eq!(firm.undo(KEEPER, entry), Err(Refused::NotEntitled));
        firm.undo(OTHER_BOSS, entry).unwrap();
    });
}

#[test]
fn what_nobody_reviewed_is_taken_back_by_who_keeps_the_organisation_also_their_own() {
    begun(|firm| {
        firm.submit_by(KEEPER, "notice");
        let entry = firm.seq();
        assert_eq!(firm.undo(STAFF, entry), Err(Refused::NotEntitled));
        firm.undo(KEEPER, entry).unwrap();
    });
}

#[test]
fn a_form_that_nobody_reviews_counts_once_it_is_handed_in() {
    begun(|firm| {
        let form = firm.submit("notice");
        let seq = firm.seq();
        firm.look(form, |form| {
            assert_eq!(form.standing(), Standing::Approved);
            assert!(form.review.is_none() && form.number.is_some());
        });
        assert_eq!(firm.project().decisions()[&seq].form, Some(form));
        // nobody has an opinion about it, and it is not handed in again
        let opinion = firm.opinion(form, Opinion::Approve, "");
        let again = Refused::Review(Refusal::AlreadySubmitted);
        assert_eq!(firm.act(BOSS, Act::Form(opinion)), Err(again.clone()));
        let mut second = firm.submission("notice");
        second.form = form;
        assert_eq!(firm.act(STAFF, Act::Form(second)), Err(again));
    });
}

#[test]
fn an_opinion_at_a_step_that_asks_for_it_is_signed_by_hand() {
    let mut pack = pack();
    pack.routes[0].steps[0].signed = true;
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut firm = Firm::new(&library);
    let signed = |mut act: ledger::FormAct| {
        let picture = pack::value::Attached::new("ab".repeat(32), 20_000, "signature.png");
        act.signature = Some(picture.to_string());
        Act::Form(act)
    };
    let start = firm.submit("start");
    assert_eq!(firm.approve(BOSS, start), Err(Refused::Unsigned));
    let refusal = firm.opinion(start, Opinion::Reject, "不做");
    assert_eq!(firm.act(BOSS, Act::Form(refusal)), Err(Refused::Unsigned));
    // who returns it only says why
    firm.send_back(BOSS, start);
    let again = ledger::FormAct {
        form: start,
        ..firm.submission("start")
    };
    firm.act(STAFF, Act::Form(again)).unwrap();
    let first = firm.opinion(start, Opinion::Approve, "");
    let late = firm.opinion(start, Opinion::Approve, "我也同意");
    firm.act(BOSS, signed(first)).unwrap();
    // too late comes before unsigned: what was said is kept
    let refused = firm.act(OTHER_BOSS, Act::Form(late)).unwrap_err();
    assert!(refused.late(), "{refused:?}");
    let last = firm.entries.last().unwrap().record().unwrap();
    assert!(matches!(last.what, What::Late { .. }));
    let looked = verify::project(PROJECT, &library, &firm.entries);
    assert_eq!(looked, verify::Looked::default());

    // one that a server let pass is found
    pack.routes[0].steps[0].signed = false;
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut lax = Firm::new(&library);
    let start = lax.submit("start");
    lax.approve(BOSS, start).unwrap();
    let entries = lax.entries;
    let mut strict = pack.clone();
    strict.routes[0].steps[0].signed = true;
    let library = |hash: &Hash| (*hash == VERSION).then_some(&strict);
    let findings = verify::project(PROJECT, &library, &entries).findings;
    assert!(
        matches!(findings.as_slice(), [one] if one.seq == 3 && one.what == verify::Wrong::Unfit(Refused::Unsigned)),
        "{findings:?}"
    );
}
