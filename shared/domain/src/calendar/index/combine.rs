//! Several calendars as one: when any of them works, or when all do.

use rustc_hash::FxHashMap;

use super::places::Places;
use super::{DAY_COUNT, Day, Rule, Week, WorkTime};
use base::Minutes;

/// Which hours of two days count.
#[derive(Clone, Copy)]
enum Which {
    Any,
    Both,
}

impl WorkTime {
    /// Works when either of the two does.
    pub fn or(&self, other: &Self) -> Self {
        self.with(other, Which::Any)
    }

    /// Works when both do.
    pub fn and(&self, other: &Self) -> Self {
        self.with(other, Which::Both)
    }

    fn with(&self, other: &Self, which: Which) -> Self {
        let mut cuts: Vec<i64> = (self.stretches.iter().chain(&other.stretches))
            .map(|stretch| stretch.first)
            .collect();
        base::sort::plain(&mut cuts);
        cuts.dedup();
        let mut made = Self {
            weeks: Vec::new(),
            special: Vec::new(),
            stretches: Vec::new(),
            places: Places::default(),
            total: 0,
            last: 0,
        };
        let mut known: FxHashMap<(Rule, Rule), Rule> = FxHashMap::default();
        // the week of the first of both comes first, as in every calendar
        let base = (Rule::Week(0), Rule::Week(0));
        known.insert(base, made.rule_of(self, other, base, which));
        for first in cuts {
            let (Some(a), Some(b)) = (self.stretch(first), other.stretch(first)) else {
                continue;
            };
            let pair = (a.rule, b.rule);
            let rule = match known.get(&pair) {
                Some(rule) => *rule,
                None => {
                    let rule = made.rule_of(self, other, pair, which);
                    known.insert(pair, rule);
                    rule
                }
            };
            made.add_stretch(first, rule);
        }
        made.total = made.work_before_day(DAY_COUNT);
        made.places = Places::new(&made.stretches);
        made.last = made.work_at(base::time::RANGE.1);
        made
    }

    /// Adds what rules where `one` follows the first of `rules` and `two` the second.
    fn rule_of(&mut self, one: &Self, two: &Self, rules: (Rule, Rule), which: Which) -> Rule {
        match (one.follows(rules.0), two.follows(rules.1)) {
            (Ok(a), Ok(b)) => {
                self.special.push(a.with(b, which));
                Rule::Day(self.special.len() - 1)
            }
            (a, b) => {
                let days: [Day; 7] = std::array::from_fn(|day| {
                    let of = |rule: Result<&Day, &Week>| match rule {
                        Ok(special) => special.clone(),
                        Err(week) => week.days.get(day).cloned().unwrap_or_default(),
                    };
                    of(a).with(&of(b), which)
                });
                self.weeks.push(Week::new(days));
                Rule::Week(self.weeks.len() - 1)
            }
        }
    }
}

impl Day {
    fn with(&self, other: &Self, which: Which) -> Self {
        match which {
            Which::Any => Self::new(&[&self.hours[..], &other.hours[..]].concat()),
            Which::Both => {
                let both = |&(from, to): &(Minutes, Minutes)| {
                    let other = other.hours.iter();
                    other.map(move |&(f, t)| (from.max(f), to.min(t)))
                };
                let hours: Vec<_> = self.hours.iter().flat_map(both).collect();
                Self::new(&hours)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::calendar::{Calendar, Exception};
    use base::Moment;
    use proptest::prelude::*;

    fn any_calendar() -> impl Strategy<Value = Calendar> {
        let hours = || prop::collection::vec((0i64..1440, 1i64..600), 0..3);
        let hours = move || {
            hours().prop_map(|list| {
                let spans = list.into_iter().map(|(from, len)| (from, from + len));
                spans.collect::<Vec<_>>()
            })
        };
        let week = prop::collection::vec(hours(), 7);
        let special = prop::collection::vec((0i64..40, 0i64..9, hours()), 0..4);
        (week, special).prop_map(|(week, special)| {
            let start = Moment::ymd_hm(2026, 1, 1, 0, 0).unwrap().day();
            let exceptions = special.into_iter().map(|(from, days, hours)| Exception {
                name: String::new(),
                first: Moment::from_day(start + from),
                last: Moment::from_day(start + from + days),
                hours,
            });
            Calendar {
                name: String::new(),
                week: week.try_into().unwrap(),
                exceptions: exceptions.collect(),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_and_all_hold_minute_by_minute(a in any_calendar(), b in any_calendar()) {
            let (a, b) = (WorkTime::new(&a), WorkTime::new(&b));
            let (any, all) = (a.or(&b), a.and(&b));
            let start = Moment::ymd_hm(2025, 12, 25, 0, 0).unwrap();
            let mut minutes = (0, 0);
            for quarter in 0..(70 * 24 * 4) {
                let at = start.plus(quarter * 15);
                let works = |work: &WorkTime| work.between(at, at.plus(1)) == 1;
                prop_assert_eq!(works(&any), works(&a) || works(&b), "{}", at);
                prop_assert_eq!(works(&all), works(&a) && works(&b), "{}", at);
                minutes.0 += i64::from(works(&any));
                minutes.1 += i64::from(works(&all));
                if works(&any) {
                    prop_assert_eq!(any.start_of(any.work_at(at)), at);
                }
            }
            let end = start.plus(70 * 1440);
            let sum = |work: &WorkTime| work.between(start, end);
            prop_assert_eq!(sum(&any) + sum(&all), sum(&a) + sum(&b));
            prop_assert!(minutes.0 >= minutes.1);
        }
    }
}
