//! Earned value, sums, indices.

use super::*;

#[test]
fn each_rule_tells_earned_value_its_own_way() {
    let with = |n, rule| Planned { rule, ..week(n) };
    let gauge = gauge(vec![
        with(1, Rule::Percent),
        with(2, Rule::AtStart(0)),
        with(3, Rule::AtStart(50)),
        with(4, Rule::AtStart(20)),
        with(5, Rule::Milestones(vec![1, 2, 1])),
        with(6, Rule::LevelOfEffort),
        with(7, Rule::Apportioned(id(1))),
        with(8, Rule::AsPlanned),
    ]);
    let mut rows: Vec<Reported> = [1, 2, 3, 4, 8].map(|n| done(n, 30.0, 0)).into();
    let reached = vec![1, 1, 0];
    rows.push(Reported {
        reached,
        ..done(5, 0.0, 0)
    });
    let measured = measure(&gauge, &status("2026-01-06T17:00", rows));
    let earned: Vec<Money> = measured.rows.iter().map(|row| row.own.ev).collect();
    assert_eq!(earned, [300, 0, 500, 200, 750, 400, 300, 300].map(money));
    assert!(measured.rows.iter().all(|row| row.own.pv == money(400)));
}

#[test]
fn what_a_fixed_formula_holds_back_is_earned_when_done() {
    let gauge = gauge(vec![Planned {
        rule: Rule::AtStart(20),
        ..week(1)
    }]);
    let finished = Reported {
        actual_finish: Some(at("2026-01-07T17:00")),
        done: None,
        ..done(1, 0.0, 0)
    };
    let measured = measure(&gauge, &status("2026-01-08T17:00", vec![finished]));
    assert_eq!(measured.project.ev, money(1000));
}

#[test]
fn as_planned_a_fixed_cost_is_earned_when_it_was_to_be_spent() {
    let with = |n, accrual| Planned {
        budget: Budget {
            fixed: money(500),
            accrual,
            over_time: money(500),
        },
        rule: Rule::AsPlanned,
        ..week(n)
    };
    let gauge = gauge(vec![with(1, Accrual::Start), with(2, Accrual::End)]);
    let measured = measure(
        &gauge,
        &status("2026-01-09T17:00", vec![done(1, 10.0, 0), done(2, 10.0, 0)]),
    );
    assert_eq!(measured.rows[0].own.ev, money(550));
    assert_eq!(measured.rows[1].own.ev, money(50));
}

#[test]
fn branches_and_the_project_are_sums_and_their_indices_come_from_the_sums() {
    let under = |n, parent| Planned {
        parent: Some(id(parent)),
        ..week(n)
    };
    let branch = |n, parent: Option<u8>| Planned {
        parent: parent.map(id),
        budget: Budget::default(),
        ..week(n)
    };
    // children before their branch: the order of the baseline says nothing
    let gauge = gauge(vec![
        under(4, 2),
        under(3, 2),
        branch(2, Some(1)),
        branch(1, None),
        under(5, 1),
    ]);
    let rows = vec![done(3, 100.0, 500), done(4, 0.0, 500), done(5, 10.0, 1000)];
    let measured = measure(&gauge, &status("2026-01-09T17:00", rows));
    let figures = |n| measured.figures(Some(id(n))).unwrap();
    assert_eq!(figures(2), figures(3) + figures(4));
    assert_eq!(figures(1), figures(2) + figures(5));
    assert_eq!(measured.project, figures(1));
    assert_eq!(figures(2).cpi(), Some(1.0));
    assert_eq!(measured.project.cpi(), Some(0.55));
    assert_eq!(measured.project.bac, money(3000));
    let order: Vec<TaskId> = measured.rows.iter().map(|row| row.task).collect();
    assert_eq!(order, [1, 2, 4, 3, 5].map(id));
}

#[test]
fn schedule_adherence_is_the_part_that_was_done_in_its_order() {
    let second = Planned {
        start: at("2026-01-12T08:00"),
        finish: at("2026-01-16T17:00"),
        ..week(2)
    };
    let gauge = gauge(vec![week(1), second]);
    let p = |first, second| {
        let rows = vec![done(1, first, 0), done(2, second, 0)];
        let measured = measure(&gauge, &status("2026-01-16T17:00", rows));
        let times = gauge.times(&measured, None, Reading::default()).unwrap();
        assert_eq!(times.earned, 2400.0);
        gauge.adherence(&measured, None, times.earned)
    };
    assert_eq!(p(100.0, 0.0), Some(1.0));
    assert_eq!(p(60.0, 40.0), Some(0.6));
}
