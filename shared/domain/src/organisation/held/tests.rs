use super::*;

const AT: Timestamp = Timestamp(1_000);
const OPEN: Span = Span::from(Timestamp(0));

fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

fn department(n: u8) -> DepartmentId {
    DepartmentId::from_bytes([n; 16])
}

fn grant(n: u8, role: &'static str, to: Party) -> Grant<&'static str> {
    Grant {
        id: GrantId::from_bytes([n; 16]),
        role,
        to,
        project: None,
        span: OPEN,
    }
}

/// People 1 to 9 who may sign in, 1 to 3 of them in department 1.
fn rows() -> Rows<&'static str> {
    Rows {
        grants: vec![grant(1, "review", Party::Department(department(1)))],
        members: (1..=3).map(|n| (department(1), person(n), OPEN)).collect(),
        active: (1..=9).map(|n| (person(n), OPEN)).collect(),
        ..Rows::default()
    }
}

fn people(of: &BTreeMap<&'static str, HeldBy>, role: &str) -> Vec<PersonId> {
    of.get(role)
        .map(|by| by.keys().copied().collect())
        .unwrap_or_default()
}

fn now(rows: &Rows<&'static str>) -> Held<&'static str> {
    held(rows, None, AT)
}

#[test]
fn a_departments_role_is_decided_by_its_heads_and_begun_by_all_its_members() {
    let mut rows = rows();
    // a head need not belong to it
    rows.heads = vec![
        (department(1), person(2), OPEN),
        (department(1), person(7), OPEN),
    ];
    let held = now(&rows);
    assert_eq!(people(&held.decide, "review"), [person(2), person(7)]);
    assert_eq!(people(&held.begin, "review"), [1, 2, 3, 7].map(person));
}

#[test]
fn where_a_department_has_no_head_all_its_members_decide() {
    assert_eq!(
        people(&now(&rows()).decide, "review"),
        [1, 2, 3].map(person)
    );
}

#[test]
fn a_head_who_may_not_sign_in_leaves_the_decision_to_nobody_else() {
    let mut rows = rows();
    rows.heads = vec![(department(1), person(20), OPEN)];
    let held = now(&rows);
    assert_eq!(people(&held.decide, "review"), []);
    assert!(held.decide.contains_key("review"));
    assert_eq!(people(&held.begin, "review"), [1, 2, 3].map(person));
}

#[test]
fn a_posts_role_is_held_by_whoever_holds_the_post_at_that_moment() {
    let post = PostId::from_bytes([1; 16]);
    let mut rows = rows();
    rows.grants = vec![grant(1, "lead", Party::Post(post))];
    let over = Span {
        since: Timestamp(0),
        until: Some(AT),
    };
    rows.holders = vec![
        (post, person(4), over),
        (post, person(5), Span::from(AT)),
        (post, person(20), OPEN),
    ];
    assert_eq!(people(&now(&rows).decide, "lead"), [person(5)]);
    assert_eq!(people(&now(&rows).begin, "lead"), [person(5)]);
    let before = held(&rows, None, Timestamp(999));
    assert_eq!(people(&before.decide, "lead"), [person(4)]);
}

#[test]
fn a_grant_for_a_project_holds_there_beside_the_general_ones() {
    let project = ProjectId::from_bytes([1; 16]);
    let mut rows = rows();
    rows.grants.push(Grant {
        project: Some(project),
        ..grant(2, "review", Party::Person(person(8)))
    });
    assert_eq!(people(&now(&rows).decide, "review"), [1, 2, 3].map(person));
    let here = held(&rows, Some(project), AT);
    assert_eq!(people(&here.decide, "review"), [1, 2, 3, 8].map(person));
    let other = held(&rows, Some(ProjectId::from_bytes([2; 16])), AT);
    assert_eq!(people(&other.decide, "review"), [1, 2, 3].map(person));
}

#[test]
fn every_grant_that_gives_a_role_is_told() {
    let mut rows = rows();
    rows.grants
        .push(grant(2, "review", Party::Person(person(1))));
    let held = now(&rows);
    let by = &held.decide["review"][&person(1)];
    assert_eq!(by.len(), 2);
    assert_eq!(held.decide["review"][&person(2)].len(), 1);
}

#[test]
fn a_grant_that_has_not_begun_or_is_over_gives_nothing() {
    let mut rows = rows();
    for span in [
        Span::from(Timestamp(1_001)),
        Span {
            since: Timestamp(0),
            until: Some(AT),
        },
    ] {
        rows.grants[0].span = span;
        assert!(!now(&rows).decide.contains_key("review"));
    }
}

#[test]
fn deputies_act_within_their_dates_and_only_who_may_sign_in() {
    let mut rows = rows();
    let acting = |deputy, span| Acting {
        away: person(1),
        deputy: person(deputy),
        span,
    };
    let over = Span {
        since: Timestamp(0),
        until: Some(AT),
    };
    rows.deputies = vec![acting(4, OPEN), acting(5, over), acting(20, OPEN)];
    let held = now(&rows);
    assert_eq!(
        held.deputies,
        BTreeMap::from([(person(1), BTreeSet::from([person(4)]))])
    );
    // they begin nothing for who is away, and hold nothing themselves
    assert_eq!(people(&held.begin, "review"), [1, 2, 3].map(person));
}

#[test]
fn keepers_are_the_administrators_of_that_moment_who_may_sign_in() {
    let mut rows = rows();
    let over = Span {
        since: Timestamp(0),
        until: Some(AT),
    };
    rows.administrators = vec![(person(1), OPEN), (person(2), over), (person(20), OPEN)];
    assert_eq!(now(&rows).keepers, BTreeSet::from([person(1)]));
    let before = held(&rows, None, Timestamp(5));
    assert_eq!(before.keepers, BTreeSet::from([person(1), person(2)]));
}
