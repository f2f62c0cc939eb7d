//! Where there is room for what a job asks for.

use base::{Minutes, Moment};

use super::book::{Book, Need, Stand};
use super::member::Member;
use crate::calendar::WorkTime;

/// How room is looked for.
#[derive(Clone, Copy)]
struct Way {
    /// Towards later days.
    up: bool,
    /// No more is asked for than there is.
    most: bool,
}

/// Whether a job finds room on a day.
enum Conflict {
    /// It does on all.
    None,
    /// Where a resource is away part of the time its work is denser on the other days: elsewhere it may find room on
    /// the same day.
    Loose,
    /// On this day it never does.
    Firm(i64),
}

impl Book {
    /// A day on which a job asks for more than is left: the last one (or the first) on which it does so however its
    /// work is spread, and must not run; or else just any.
    fn conflict(&mut self, work: &WorkTime, need: &Need, stand: &Stand, way: Way) -> Conflict {
        let days = self.spread(work, need, stand).len();
        let spread = i128::from(self.sum.max(1));
        let mut conflict = Conflict::None;
        for at in 0..days {
            let at = if way.up { days - 1 - at } else { at };
            let Some((day, asked)) = self.scratch.get(at).copied() else {
                break;
            };
            let Some(place) = self.place(day) else {
                continue;
            };
            let room = self.room(need.member, day);
            let asked = if way.most { asked.min(room) } else { asked };
            let page = self.pages.get(need.member);
            let used = page
                .and_then(|page| page.used.get(place))
                .copied()
                .unwrap_or(0);
            let left = (room - used).max(0);
            if asked > left {
                if i128::from(asked) * spread > i128::from(left) * i128::from(stand.length) {
                    return Conflict::Firm(day);
                }
                conflict = Conflict::Loose;
            }
        }
        conflict
    }

    /// The first work number from `from` to `latest` at which there is room for all a job asks for (`most`: for as
    /// much of it as there is at all).
    pub(super) fn fit_up(
        &mut self,
        work: &WorkTime,
        needs: &[Need],
        from: Minutes,
        length: Minutes,
        latest: Minutes,
        most: bool,
    ) -> Option<Minutes> {
        let mut start = from;
        let mut stop = None;
        let mut patience = PATIENCE;
        let way = Way { up: true, most };
        loop {
            let stand = Stand::new(work, start, length);
            if start > latest || start.saturating_add(length) >= work.last() {
                return None;
            }
            let mut next = start;
            for need in needs {
                let (day, edge) = match self.conflict(work, need, &stand, way) {
                    Conflict::None => continue,
                    Conflict::Loose => (stand.start_at.day(), None),
                    Conflict::Firm(day) => (day, self.edge(need.member, day, true)),
                };
                let end = edge.map(|end| work.work_at(Moment::from_day(day).plus(end)));
                let after = || work.work_at(Moment::from_day(day + 1));
                let after = end.filter(|end| *end > start).unwrap_or_else(after);
                next = next.max(after.max(start + 1));
            }
            if next == start {
                return Some(start);
            }
            start = next;
            patience -= stand.days() * needs.len() as i64;
            // beyond all that is taken every day is like those of the weeks before
            let stop =
                *stop.get_or_insert_with(|| self.stop(needs).max(stand.start_at.day()) + FAR);
            if stand.start_at.day() > stop || patience < 0 {
                return None;
            }
        }
    }

    /// The last work number up to `until` at which a job can end so that there is room for all it asks for; about so,
    /// for it only gives an order.
    pub(super) fn fit_down(
        &mut self,
        work: &WorkTime,
        needs: &[Need],
        until: Minutes,
        length: Minutes,
        most: bool,
    ) -> Minutes {
        let mut finish = until;
        let way = Way { up: false, most };
        let mut patience = PATIENCE / 4;
        loop {
            if finish - length <= 0 || patience < 0 {
                return finish;
            }
            let stand = Stand::new(work, finish - length, length);
            let mut next = finish;
            for need in needs {
                let (day, edge) = match self.conflict(work, need, &stand, way) {
                    Conflict::None => continue,
                    Conflict::Loose => (stand.finish_at.plus(-1).day(), None),
                    Conflict::Firm(day) => (day, self.edge(need.member, day, false)),
                };
                let begin = edge.map(|begin| work.work_at(Moment::from_day(day).plus(begin)));
                let before = || work.work_at(Moment::from_day(day));
                let before = begin.filter(|begin| *begin < finish).unwrap_or_else(before);
                next = next.min(before.min(finish - 1));
            }
            if next == finish {
                return finish;
            }
            patience -= stand.days() * needs.len() as i64;
            finish = next;
        }
    }

    /// The minute of a day at which the last job of a member ends, or the first begins, that does so on that day.
    fn edge(&self, member: usize, day: i64, end: bool) -> Option<i64> {
        let page = self.pages.get(member)?;
        let edges = if end { &page.ends } else { &page.begins };
        let edge = edges.get(self.place(day)?).copied()?;
        (edge > 0).then_some(i64::from(edge))
    }

    /// The last day on which anything of these members is taken, or changes.
    fn stop(&self, needs: &[Need]) -> i64 {
        let member = |need: &Need| {
            let taken = self
                .pages
                .get(need.member)
                .map_or(0, |page| page.used.len());
            let change = self.members.get(need.member).map(Member::last_change);
            (self.first + taken as i64).max(change.unwrap_or(i64::MIN))
        };
        needs.iter().map(member).max().unwrap_or(self.first)
    }
}

/// Days beyond all that is taken after which a search gives up: every calendar has shown a year with its exceptions.
const FAR: i64 = 400;

/// Days of one task that are looked at before a search gives up: hundreds of places for a task of months. Only plans
/// over centuries come here.
const PATIENCE: i64 = 40_000;
