//! Random runs through random routes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::run::{AUTHOR, Run, answers};
use common::world::{Dice, pack, people, person, role};
use pack::effect::Outcome;
use pack::review::{Does, Opinion, State};
use pack::route::{Act, Mode, ReturnTo};
use pack::value::Answers;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Never stuck, never two winners, never decided by someone not entitled or on their own request, what was said is
    /// kept, every prefix of the record rebuilds the same state.
    #[test]
    fn random_runs_through_random_routes(rolls in prop::collection::vec(any::<u16>(), 100..500)) {
        let mut dice = Dice::new(rolls);
        let pack = pack(&mut dice);
        let people = people(&mut dice, &pack);
        let mut run = Run::new(&pack, &people);
        run.act(person(AUTHOR), Does::Submit { answers: answers(&mut dice) }).unwrap();
        while !dice.is_empty() {
            run.anything(&mut dice);
        }
        run.finish();
    }

    /// Opinions that are given beside each other come to the same end in whatever order they come.
    #[test]
    fn parallel_opinions_come_to_one_end_in_any_order(
        rolls in prop::collection::vec(any::<u16>(), 60),
        order in Just((0..4usize).collect::<Vec<_>>()).prop_shuffle(),
        other in Just((0..4usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut dice = Dice::new(rolls);
        let mut pack = pack(&mut dice);
        let route = &mut pack.routes[0];
        route.own_request = false;
        let step = &mut route.steps[0];
        step.mode = Mode::All;
        step.when = None;
        step.may = Act::ALL.map(|(_, act)| act).to_vec();
        let first = step.reviewers[0].clone();
        step.reviewers = (0..4).map(|at| pack::route::Reviewer { role: role(at), when: None, ..first.clone() }).collect();
        let people = common::world::full();
        let opinions: Vec<Opinion> = (0..4)
            .map(|_| match dice.below(4) {
                0 => Opinion::Reject,
                1 => Opinion::Return(ReturnTo::Author),
                _ => Opinion::Approve,
            })
            .collect();
        let size = answers(&mut dice);
        let end = |order: &[usize]| {
            let mut run = Run::new(&pack, &people);
            run.act(person(AUTHOR), Does::Submit { answers: size.clone() }).unwrap();
            for at in order {
                let seat = run.review.seats()[*at].id;
                let opinion = opinions[*at].clone();
                let by = person(*at as u8 + 1);
                run.act(by, Does::Decide { seat, opinion, filled: Answers::new() }).unwrap();
            }
            // every opinion stands as it was given
            let past = &run.review.past()[0];
            let said: Vec<Opinion> =
                past.seats.iter().map(|seat| seat.decided.as_ref().unwrap().opinion.clone()).collect();
            assert_eq!(said, opinions);
            run.review.state().clone()
        };
        let state = end(&order);
        let expected = match &opinions {
            said if said.contains(&Opinion::Return(ReturnTo::Author)) => "returned",
            said if said.contains(&Opinion::Reject) => "rejected",
            _ => "on",
        };
        match (&state, expected) {
            (State::Draft(pack::review::Draft::Returned), "returned")
            | (State::Ended(Outcome::Rejected), "rejected")
            | (State::At { .. } | State::Ended(Outcome::Approved), "on") => {}
            other => prop_assert!(false, "{:?}", other),
        }
        prop_assert_eq!(state, end(&other));
    }
}
