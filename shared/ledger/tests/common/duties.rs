//! What duties come to, counted day by day.

use base::time::DAY;
use base::{Moment, Timestamp};
use ledger::Project;
use ledger::project::Standing;
use ledger::record::{Deed, Done};
use pack::definition::FormState;
use pack::duty::{DutyDef, Every};

use super::oracle::Oracle;

/// UTC+8.
pub const OFFSET: i64 = 480;
const DAY_MS: i64 = DAY * 60_000;

fn day(at: Timestamp) -> i64 {
    (at.0 + OFFSET * 60_000).div_euclid(DAY_MS)
}

fn midnight(day: i64) -> Timestamp {
    Timestamp(day * DAY_MS - OFFSET * 60_000)
}

/// Whether a day is worked, here.
pub fn works(day: i64) -> bool {
    Moment::from_day(day).weekday() < 5
}

/// Whether a turn begins with a day.
fn begins(every: Every, day: i64) -> bool {
    let moment = Moment::from_day(day);
    let (_, month, of_month, ..) = moment.parts();
    let last = Moment::from_day(day + 1).parts().2 == 1;
    let on_day = |on: u8| of_month == u32::from(on) || (last && of_month < u32::from(on));
    match every {
        Every::Day => true,
        Every::Week { on } => moment.weekday() == on as u8,
        Every::Month { on } => on_day(on),
        Every::Quarter { on } => month % 3 == 1 && on_day(on),
        Every::Year { month: of, on } => month == u32::from(of) && on_day(on),
    }
}

impl Oracle {
    /// Follows one thing that was done. `undone`: what the decision had done that is undone.
    pub(super) fn duty(&mut self, what: &Deed, undone: Option<&[Done]>, at: Timestamp) {
        match what {
            Deed::DutyBegun { duty, since } => {
                let ended = |done: &Done| matches!(&done.what, Deed::DutyEnded { duty: of, since: then } if of == duty && then == since);
                match undone {
                    None => assert_eq!(*since, at, "begun at another time"),
                    Some(undone) => assert!(undone.iter().any(ended), "it had not ended"),
                }
                let known = self.duties.insert(duty.clone(), *since);
                assert_eq!(known, None, "{duty} was begun twice");
            }
            Deed::DutyEnded { duty, since } => {
                let known = self.duties.remove(duty);
                assert_eq!(known, Some(*since), "{duty} was not begun then");
            }
            _ => {}
        }
    }

    /// How far each duty is, at a time.
    pub fn duties(&self, project: &Project<'_>, at: Timestamp) {
        let found = project.due_duties(at, OFFSET, &works);
        let (_, pack) = project.pack().unwrap();
        let running = |duty: &&DutyDef| self.duties.contains_key(&duty.id);
        let expected: Vec<&DutyDef> = pack.duties.iter().filter(running).collect();
        let told: Vec<&DutyDef> = found.iter().map(|standing| standing.duty).collect();
        assert_eq!(told, expected);
        for standing in found {
            let duty = standing.duty;
            let kind = pack.form(&duty.form).unwrap();
            let rests = |stage: &Option<_>| {
                let fits = |stage| kind.stages.is_empty() || kind.stages.contains(stage);
                !stage.as_ref().is_some_and(fits)
            };
            let mut since = self.duties[&duty.id];
            if rests(&self.stages.last().unwrap().1) {
                assert_eq!((standing.turn, standing.next), (None, None), "it rests");
                continue;
            }
            for (to, (_, stage)) in self.stages.iter().enumerate() {
                if rests(stage) {
                    since = since.max(self.stages[to + 1].0);
                }
            }
            let handed_in: Vec<i64> = project
                .forms()
                .values()
                .filter(|form| form.kind.id == duty.form)
                .filter(|form| match form.standing() {
                    Standing::Approved => true,
                    Standing::UnderReview => duty.done == FormState::Submitted,
                    _ => false,
                })
                .map(|form| day(form.submissions[0].at))
                .collect();
            let done = |from: i64, to: i64| handed_in.iter().any(|day| (from..to).contains(day));
            let (mut turn, mut missed) = (None, 0);
            for today in day(since)..=day(at) {
                if begins(duty.every, today) {
                    missed += u32::from(turn.is_some_and(|begun| !done(begun, today)));
                    turn = Some(today);
                }
            }
            assert_eq!(standing.missed, missed, "{duty:?}");
            let next = (day(at) + 1..)
                .find(|day| begins(duty.every, *day))
                .unwrap();
            assert_eq!(standing.next, Some(midnight(next)));
            assert_eq!(standing.turn.map(|turn| turn.begins), turn.map(midnight));
            let (Some(told), Some(turn)) = (standing.turn, turn) else {
                continue;
            };
            assert_eq!(told.ends, midnight(next));
            assert_eq!(told.done.is_some(), done(turn, next));
            let over = duty.within.map(|within| {
                let counts = |day: &i64| !within.working_days || works(*day);
                let mut days = (turn..).filter(counts);
                days.nth(within.days as usize - 1).unwrap() + 1
            });
            assert_eq!(told.due, midnight(over.unwrap_or(next).min(next)));
            assert_eq!(told.overdue, told.done.is_none() && at >= told.due);
        }
    }
}
