//! From when until when something holds.

use base::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// How far the clock of who asks may be behind, in milliseconds: so little is no moment that is over.
pub const SLACK_MS: i64 = 5 * 60_000;

/// From when until when something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first moment.
    pub since: Timestamp,
    /// The first moment at which it holds no more; none: open.
    pub until: Option<Timestamp>,
}

/// Why the organisation is not changed like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The end is not after the beginning.
    #[error("it would end before it begins; give an end after the beginning, or none")]
    EndsBeforeBegins,
    /// It would change what held at a moment that is over.
    #[error("that moment is over, and what held then stays as it was; give one from now on")]
    Over,
    /// It has an end already, and that is over.
    #[error("it has ended already; nothing was changed")]
    EndedAlready,
    /// Nobody acts for themselves.
    #[error("nobody is their own deputy; choose somebody else")]
    OwnDeputy,
    /// Two people would act for each other.
    #[error(
        "the deputy is away at that time, and this very person acts for them; choose somebody else, or other dates"
    )]
    EachOther,
    /// The person may not sign in.
    #[error("this person may not sign in, and can hold nothing; let them sign in first")]
    Inactive,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::EndsBeforeBegins,
        Self::Over,
        Self::EndedAlready,
        Self::OwnDeputy,
        Self::EachOther,
        Self::Inactive,
    ];

    /// The one that an answer's sentence says.
    pub fn said(message: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.to_string() == message)
    }
}

impl Span {
    /// From a moment on, until now open.
    pub const fn from(since: Timestamp) -> Self {
        Self { since, until: None }
    }

    /// The span that somebody asks for at `now`; without a beginning it begins then.
    pub fn new(
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let since = match since {
            Some(since) if since >= now => since,
            Some(since) if now.since(since) > SLACK_MS => return Err(Refusal::Over),
            _ => now,
        };
        match until {
            Some(until) if until <= since => Err(Refusal::EndsBeforeBegins),
            until => Ok(Self { since, until }),
        }
    }

    /// The span with the end that somebody asks for at `now`; without one it ends then. What has not begun can be ended
    /// before it begins: then it never holds.
    pub fn ended(self, until: Option<Timestamp>, now: Timestamp) -> Result<Self, Refusal> {
        if self.until.is_some_and(|end| end <= now) {
            return Err(Refusal::EndedAlready);
        }
        let until = match until {
            Some(until) if until >= now => until,
            Some(until) if now.since(until) > SLACK_MS => return Err(Refusal::Over),
            _ => now,
        };
        Ok(Self {
            until: Some(until.max(self.since)),
            ..self
        })
    }

    /// Whether it holds at a moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }

    /// Whether it holds at a moment or after it.
    pub fn holds_from(&self, at: Timestamp) -> bool {
        self.until
            .is_none_or(|until| at < until && self.since < until)
    }

    /// Whether there is a moment at which both hold.
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_before = |one: &Self, other: &Self| {
            let end = other.until;
            end.is_none_or(|until| one.since < until && other.since < until)
        };
        begins_before(self, other) && begins_before(other, self)
    }
}

/// Whether a deputy may act for a person in a span, beside those that are there: each with who is away, who acts for
/// them, and when.
pub fn may_act(
    away: PersonId,
    deputy: PersonId,
    span: &Span,
    others: &[(PersonId, PersonId, Span)],
) -> Result<(), Refusal> {
    if away == deputy {
        return Err(Refusal::OwnDeputy);
    }
    let back = |(other_away, other_deputy, other): &(PersonId, PersonId, Span)| {
        *other_away == deputy && *other_deputy == away && other.overlaps(span)
    };
    match others.iter().any(back) {
        true => Err(Refusal::EachOther),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn at(ms: i64) -> Timestamp {
        NOW.plus_ms(ms)
    }

    fn span(since: i64, until: Option<i64>) -> Span {
        Span {
            since: at(since),
            until: until.map(at),
        }
    }

    #[test]
    fn a_refusal_is_known_by_its_sentence() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::said(&refusal.to_string()), Some(refusal));
        }
        assert_eq!(Refusal::said("something else"), None);
    }

    #[test]
    fn without_a_beginning_it_begins_now() {
        assert_eq!(Span::new(None, None, NOW), Ok(Span::from(NOW)));
        let until = Some(at(1));
        assert_eq!(Span::new(None, until, NOW), Ok(span(0, Some(1))));
    }

    #[test]
    fn a_clock_that_is_a_little_behind_means_now() {
        let late = Some(at(-SLACK_MS));
        assert_eq!(Span::new(late, None, NOW), Ok(Span::from(NOW)));
        let ended = span(-9, None).ended(late, NOW);
        assert_eq!(ended, Ok(span(-9, Some(0))));
    }

    #[test]
    fn nothing_begins_or_ends_at_a_moment_that_is_over() {
        let over = Some(at(-SLACK_MS - 1));
        assert_eq!(Span::new(over, None, NOW), Err(Refusal::Over));
        let long = span(-10 * SLACK_MS, None);
        assert_eq!(long.ended(over, NOW), Err(Refusal::Over));
    }

    #[test]
    fn an_end_comes_after_the_beginning() {
        for until in [0, -1] {
            let asked = Span::new(None, Some(at(until)), NOW);
            assert_eq!(asked, Err(Refusal::EndsBeforeBegins));
        }
    }

    #[test]
    fn what_has_not_begun_can_be_ended_and_then_never_holds() {
        let ended = span(100, None).ended(None, NOW).unwrap();
        assert_eq!(ended, span(100, Some(100)));
        for ms in [0, 99, 100, 101] {
            assert!(!ended.holds(at(ms)));
        }
        assert!(!ended.holds_from(NOW) && !ended.overlaps(&span(0, None)));
    }

    #[test]
    fn what_has_ended_is_not_ended_again_but_an_end_to_come_can_move() {
        let over = span(-9, Some(0));
        assert_eq!(over.ended(None, NOW), Err(Refusal::EndedAlready));
        let to_come = span(-9, Some(50));
        assert_eq!(to_come.ended(Some(at(80)), NOW), Ok(span(-9, Some(80))));
    }

    #[test]
    fn a_span_holds_from_its_beginning_to_before_its_end() {
        let some = span(0, Some(10));
        assert!(!some.holds(at(-1)) && some.holds(NOW) && some.holds(at(9)) && !some.holds(at(10)));
        assert!(span(0, None).holds(at(1_000_000)));
        assert!(some.holds_from(at(-5)) && !some.holds_from(at(10)));
    }

    #[test]
    fn spans_that_only_touch_do_not_overlap() {
        let one = span(0, Some(10));
        assert!(!one.overlaps(&span(10, None)) && !span(10, None).overlaps(&one));
        assert!(one.overlaps(&span(9, None)) && span(-5, Some(1)).overlaps(&one));
        assert!(span(0, None).overlaps(&span(5, None)));
    }

    #[test]
    fn nobody_is_their_own_deputy_and_two_do_not_act_for_each_other_at_once() {
        let [li, wang, he] = [1, 2, 3].map(|n| PersonId::from_bytes([n; 16]));
        let week = span(0, Some(7));
        assert_eq!(may_act(li, li, &week, &[]), Err(Refusal::OwnDeputy));
        let others = [(wang, li, span(6, Some(9)))];
        assert_eq!(may_act(li, wang, &week, &others), Err(Refusal::EachOther));
        assert_eq!(may_act(li, wang, &span(0, Some(6)), &others), Ok(()));
        assert_eq!(may_act(li, he, &week, &others), Ok(()));
        assert_eq!(may_act(wang, he, &week, &others), Ok(()));
    }
}
