//! Whether two stand where the other stands, by all that can be asked.

use ledger::Project;
use ledger::project::Form;

pub fn same(one: &Project<'_>, other: &Project<'_>) {
    assert_eq!(one.seq(), other.seq());
    assert_eq!(
        one.pack().map(|(hash, _)| hash),
        other.pack().map(|(hash, _)| hash)
    );
    assert_eq!(one.number(), other.number());
    assert_eq!(one.is_begun(), other.is_begun());
    assert_eq!(one.is_plan_begun(), other.is_plan_begun());
    assert_eq!(
        one.stage().map(|stage| &stage.id),
        other.stage().map(|stage| &stage.id)
    );
    assert_eq!(one.left(), other.left());
    assert_eq!(one.missing(), other.missing());
    assert_eq!(one.holders(), other.holders());
    assert_eq!(one.outside(), other.outside());
    assert_eq!(one.duties(), other.duties());
    assert_eq!(one.registers(), other.registers());
    let due = |project: &Project<'_>| {
        let standing = project.due_duties(base::Timestamp(90_000_000_000), 480, &|_| true);
        format!("{standing:?}")
    };
    assert_eq!(due(one), due(other));
    assert_eq!(one.decisions(), other.decisions());
    let ids = |project: &Project<'_>| project.forms().keys().copied().collect::<Vec<_>>();
    assert_eq!(ids(one), ids(other));
    for (one, other) in one.forms().values().zip(other.forms().values()) {
        form(one, other);
    }
}

fn form(one: &Form<'_>, other: &Form<'_>) {
    assert_eq!(one.kind.id, other.kind.id);
    assert_eq!(one.pack_hash, other.pack_hash);
    assert_eq!(one.author, other.author);
    assert_eq!(one.standing(), other.standing());
    assert_eq!(one.answers(), other.answers());
    assert_eq!(one.submissions, other.submissions);
    assert_eq!(one.past, other.past);
    assert_eq!(one.number, other.number);
    assert_eq!(one.undone, other.undone);
    assert_eq!(one.prints, other.prints);
    assert_eq!(one.review.is_some(), other.review.is_some());
    if let (Some(one), Some(other)) = (&one.review, &other.review) {
        assert_eq!(one.state(), other.state());
        assert_eq!(one.seats(), other.seats());
        assert_eq!(one.past(), other.past());
        assert_eq!(one.copies(), other.copies());
        assert_eq!(one.reminders(), other.reminders());
    }
}
