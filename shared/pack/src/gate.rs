//! Whether a project can leave a stage: what its gate 关口 needs, and what is there.

use crate::definition::{FormState, Gate};
use crate::expr::Facts;
use crate::id::FormName;
use crate::value::Answers;

/// A form of a project, as a gate looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormThere<'a> {
    /// Of which kind.
    pub form: &'a FormName,
    /// How far it has come.
    pub state: FormState,
    /// Its answers, computed ones among them.
    pub answers: &'a Answers,
}

/// Something that a gate still needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing<'a> {
    /// Which of its needs, from 0.
    pub need: usize,
    /// One of these forms ...
    pub forms: &'a [FormName],
    /// ... so far ...
    pub state: FormState,
    /// ... so often more.
    pub more: u32,
}

/// What a gate still needs; it is open where that is nothing. A form about which its condition is unknown does not count:
/// a gate opens only for what is sure.
pub fn missing<'a>(gate: &'a Gate, there: &[FormThere<'_>]) -> Vec<Missing<'a>> {
    let mut missing = Vec::new();
    for (at, need) in gate.needs.iter().enumerate() {
        let counts = |form: &&FormThere<'_>| {
            let holds = need
                .holds
                .as_ref()
                .map(|holds| holds.holds(&Facts::of(form.answers)).0);
            need.forms.contains(form.form)
                && form.state >= need.state
                && holds.is_none_or(|holds| holds == Some(true))
        };
        let count = u32::try_from(there.iter().filter(counts).count()).unwrap_or(u32::MAX);
        if count < need.count {
            let (forms, state) = (need.forms.as_slice(), need.state);
            missing.push(Missing {
                need: at,
                forms,
                state,
                more: need.count - count,
            });
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Need;
    use crate::expr::Expr;
    use crate::value::Value;

    #[test]
    fn a_gate_opens_when_all_that_it_needs_is_there_and_sure() {
        let (review, plan): (FormName, FormName) =
            ("review".parse().unwrap(), "plan".parse().unwrap());
        let holds = Expr::parse("good").unwrap();
        let gate = Gate {
            needs: vec![
                Need {
                    forms: vec![review.clone()],
                    state: FormState::Approved,
                    holds: Some(holds),
                    count: 1,
                },
                Need {
                    forms: vec![plan.clone()],
                    state: FormState::Submitted,
                    holds: None,
                    count: 2,
                },
            ],
        };
        let none = Answers::new();
        let good = Answers::from([("good".parse().unwrap(), Value::YesNo(true))]);
        let there = |form, state, answers| FormThere {
            form,
            state,
            answers,
        };
        let left = |there: &[FormThere<'_>]| -> Vec<(usize, u32)> {
            missing(&gate, there)
                .iter()
                .map(|missing| (missing.need, missing.more))
                .collect()
        };
        assert_eq!(left(&[]), [(0, 1), (1, 2)]);
        let unknown = there(&review, FormState::Approved, &none);
        let early = there(&review, FormState::Submitted, &good);
        let planned = there(&plan, FormState::Approved, &none);
        assert_eq!(left(&[unknown, early, planned]), [(0, 1), (1, 1)]);
        let sure = there(&review, FormState::Approved, &good);
        assert_eq!(left(&[sure, planned, planned]), []);
        assert_eq!(missing(&Gate::default(), &[]), []);
    }
}
