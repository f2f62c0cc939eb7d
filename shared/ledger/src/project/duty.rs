//! What is done again and again in a project 例行事项, and how far it is with that.

use std::collections::BTreeSet;

use base::time::DAY;
use base::{DocumentId, Timestamp};
use pack::definition::FormState;
use pack::duty::DutyDef;
use pack::id::{DutyName, StageName};

use super::{Form, Project};

/// Milliseconds of a day.
const DAY_MS: i64 = DAY * 60_000;
/// The most turns that are looked back on: ten years of days.
const MOST_TURNS: u32 = 3_660;

/// How far a project is with a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyStanding<'a> {
    /// The duty.
    pub duty: &'a DutyDef,
    /// The turn that goes on; none: the first has not begun, or the duty rests because the project has left its last stage,
    /// or is in none in which its form can be handed in.
    pub turn: Option<DutyTurn>,
    /// When the next turn begins; none while it rests.
    pub next: Option<Timestamp>,
    /// How many turns ended without being done, since it began or does not rest any more.
    pub missed: u32,
    /// The form by which it was done last, and when that was handed in.
    pub last: Option<(DocumentId, Timestamp)>,
}

/// One turn 期 of a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DutyTurn {
    /// When it began.
    pub begins: Timestamp,
    /// When it ends, and the next begins.
    pub ends: Timestamp,
    /// When it must be done.
    pub due: Timestamp,
    /// The form by which it was done.
    pub done: Option<DocumentId>,
    /// It was not done, and the time is over.
    pub overdue: bool,
}

impl<'a> Project<'a> {
    /// What is done again and again in it, each since when.
    pub const fn duties(&self) -> &std::collections::BTreeMap<DutyName, Timestamp> {
        &self.duties
    }

    /// How far it is with its duties at a time. They go by the version of the pack that it is run by: one that this does not
    /// have is left out. A form counts in the turn in which it was first submitted, and does no other. `offset`: minutes that
    /// local time is ahead of UTC. `works`: whether a local day, counted from 1970-01-01, is worked.
    pub fn due_duties(
        &self,
        at: Timestamp,
        offset: i64,
        works: &dyn Fn(i64) -> bool,
    ) -> Vec<DutyStanding<'a>> {
        let Some((_, pack)) = self.pack else {
            return Vec::new();
        };
        let running = self.duties.iter();
        let running = running.filter_map(|(name, since)| Some((pack.duty(name)?, *since)));
        let local = Local { offset, works };
        running
            .map(|(duty, since)| self.duty_standing(duty, since, at, &local))
            .collect()
    }

    fn duty_standing(
        &self,
        duty: &'a DutyDef,
        since: Timestamp,
        at: Timestamp,
        local: &Local<'_>,
    ) -> DutyStanding<'a> {
        let mut done: Vec<(i64, Timestamp, DocumentId)> = Vec::new();
        for (id, form) in &self.forms {
            let handed_in = form.submissions.first().map(|first| first.at);
            if let Some(handed_in) = handed_in.filter(|_| does(form, duty)) {
                done.push((duty.every.turn(local.day(handed_in)), handed_in, *id));
            }
        }
        // the first of a turn does it
        done.sort_by_key(|(turn, handed_in, id)| (*turn, *handed_in, *id));
        let last = done
            .iter()
            .max_by_key(|(_, handed_in, id)| (*handed_in, *id));
        let last = last.filter(|(_, handed_in, _)| *handed_in >= since);
        let mut standing = DutyStanding {
            duty,
            turn: None,
            next: None,
            missed: 0,
            last: last.map(|(_, handed_in, id)| (*id, *handed_in)),
        };
        let Some(since) = self.awake(duty, since) else {
            return standing;
        };
        let today = local.day(at);
        let first = duty.every.turn(local.day(since));
        // it begins with the first such day that is not before the day from which on it is done
        let first = match first < local.day(since) {
            true => duty.every.next(first),
            false => first,
        };
        if today < first {
            standing.next = Some(local.begin(first));
            return standing;
        }
        let begins = duty.every.turn(today);
        let ends = duty.every.next(begins);
        let over = duty.within.map(|within| within.over(begins, local.works));
        let due = local.begin(over.map_or(ends, |over| over.min(ends)));
        let by = done.iter().find(|(turn, ..)| *turn == begins);
        let by = by.map(|(_, _, id)| *id);
        standing.next = Some(local.begin(ends));
        standing.turn = Some(DutyTurn {
            begins: local.begin(begins),
            ends: local.begin(ends),
            due,
            done: by,
            overdue: by.is_none() && at >= due,
        });
        let turns: BTreeSet<i64> = done.iter().map(|(turn, ..)| *turn).collect();
        let (mut turn, mut seen) = (first, 0);
        while turn < begins && seen < MOST_TURNS {
            standing.missed += u32::from(!turns.contains(&turn));
            turn = duty.every.next(turn);
            seen += 1;
        }
        standing
    }

    /// Since when a duty is done and its form could be handed in all the time; none: it cannot be now.
    fn awake(&self, duty: &DutyDef, since: Timestamp) -> Option<Timestamp> {
        let (_, pack) = self.pack?;
        let form = pack.form(&duty.form)?;
        let fits = |stage: &Option<StageName>| {
            let here = stage.as_ref();
            here.is_some_and(|here| form.stages.is_empty() || form.stages.contains(here))
        };
        let moves = self.moves.iter().rev();
        let entered = moves.take_while(|(_, stage)| fits(stage)).last();
        entered.map(|(at, _)| since.max(*at))
    }
}

/// Whether a form does a duty.
fn does(form: &Form<'_>, duty: &DutyDef) -> bool {
    let state = form.there().map(|there| there.state);
    let far = match duty.done {
        FormState::Submitted => state.is_some(),
        FormState::Approved => state == Some(FormState::Approved),
    };
    far && form.kind.id == duty.form
}

/// Days where the project is.
struct Local<'l> {
    offset: i64,
    works: &'l dyn Fn(i64) -> bool,
}

impl Local<'_> {
    fn ahead(&self) -> i64 {
        self.offset.saturating_mul(60_000)
    }

    fn day(&self, at: Timestamp) -> i64 {
        at.plus_ms(self.ahead()).0.div_euclid(DAY_MS)
    }

    fn begin(&self, day: i64) -> Timestamp {
        Timestamp(day.saturating_mul(DAY_MS)).plus_ms(self.ahead().saturating_neg())
    }
}
