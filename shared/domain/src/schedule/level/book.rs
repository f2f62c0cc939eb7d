//! The book of a pool: how much of each resource there is on each day, and how much of it is taken.
//!
//! Amounts are thousandths of a minute of work, so that shares of a person add up exactly.

use base::time::DAY;
use base::{Minutes, Moment};

use super::member::Member;
use crate::calendar::WorkTime;

/// Where a job stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    pub(super) start_at: Moment,
    pub(super) finish_at: Moment,
    /// Working minutes between them.
    pub(super) length: Minutes,
}

impl Stand {
    /// `length` of work from work number `start` on.
    pub(super) fn new(work: &WorkTime, start: Minutes, length: Minutes) -> Self {
        Self {
            start_at: work.start_of(start),
            finish_at: work.end_of(start + length),
            length,
        }
    }

    /// Days from its start to its finish.
    pub(super) fn days(&self) -> i64 {
        self.finish_at.day() - self.start_at.day() + 1
    }
}

/// What a job asks for of one member.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    pub(super) member: usize,
    /// Which pair of calendars.
    pub(super) pair: usize,
    /// All its work, in thousandths of a minute.
    pub(super) total: i64,
}

/// The calendar of tasks and that of a member together.
struct Pair {
    /// They are one.
    same: bool,
    member: usize,
    /// Minutes of whole days in which both work, by day from the first; -1: not looked up yet.
    days: Vec<i32>,
}

/// What of a member is taken, by day from the first.
#[derive(Default, Clone)]
pub(super) struct Page {
    pub(super) used: Vec<i64>,
    /// The last minute of the day at which something ends that ends on this day.
    pub(super) ends: Vec<u16>,
    /// The first minute of the day at which something begins; 0 where nothing does.
    pub(super) begins: Vec<u16>,
}

impl Page {
    fn copy(&mut self, other: &Self) {
        self.used.clone_from(&other.used);
        self.ends.clone_from(&other.ends);
        self.begins.clone_from(&other.begins);
    }

    fn at(&mut self, day: usize) -> Option<(&mut i64, &mut u16, &mut u16)> {
        if self.used.len() <= day {
            self.used.resize(day + 1, 0);
            self.ends.resize(day + 1, 0);
            self.begins.resize(day + 1, 0);
        }
        let ends = self.ends.get_mut(day)?;
        Some((self.used.get_mut(day)?, ends, self.begins.get_mut(day)?))
    }
}

/// The book.
pub(super) struct Book {
    /// The first day that is kept: days before have room for everything.
    pub(super) first: i64,
    pub(super) members: Vec<Member>,
    pairs: Vec<Pair>,
    /// Capacities by member and day; -1: not looked up yet.
    room: Vec<Vec<i64>>,
    pub(super) pages: Vec<Page>,
    /// What stands whatever happens.
    fixed: Vec<Page>,
    /// Days and amounts of what is looked at.
    pub(super) scratch: Vec<(i64, i64)>,
    /// The minutes that these are spread over.
    pub(super) sum: i64,
}

impl Book {
    pub(super) fn new(members: Vec<Member>) -> Self {
        let count = members.len();
        Self {
            first: 0,
            members,
            pairs: Vec::new(),
            room: vec![Vec::new(); count],
            pages: vec![Page::default(); count],
            fixed: vec![Page::default(); count],
            scratch: Vec::new(),
            sum: 0,
        }
    }

    /// Begins the book with a day; what was in it is gone.
    pub(super) fn begin(&mut self, first: i64) {
        self.first = first;
        self.pairs.iter_mut().for_each(|pair| pair.days.clear());
        self.room.iter_mut().for_each(Vec::clear);
        for page in self.pages.iter_mut().chain(&mut self.fixed) {
            *page = Page::default();
        }
    }

    /// A pair of calendars: that of tasks, and that of a member.
    pub(super) fn pair(&mut self, work: &WorkTime, member: usize) -> usize {
        let same = self
            .members
            .get(member)
            .is_some_and(|member| member.work == *work);
        self.pairs.push(Pair {
            same,
            member,
            days: Vec::new(),
        });
        self.pairs.len() - 1
    }

    /// What is taken now stays through every [`Self::reset`].
    pub(super) fn keep(&mut self) {
        for (fixed, page) in self.fixed.iter_mut().zip(&self.pages) {
            fixed.copy(page);
        }
    }

    /// Takes back everything that was taken since [`Self::keep`].
    pub(super) fn reset(&mut self) {
        for (page, fixed) in self.pages.iter_mut().zip(&self.fixed) {
            page.copy(fixed);
        }
    }

    pub(super) fn place(&self, day: i64) -> Option<usize> {
        usize::try_from(day - self.first).ok()
    }

    /// What there is of a member on a day.
    pub(super) fn room(&mut self, member: usize, day: i64) -> i64 {
        let place = self.place(day);
        let (Some(who), Some(room)) = (self.members.get(member), self.room.get_mut(member)) else {
            return 0;
        };
        let Some(place) = place else {
            return who.capacity(day);
        };
        if room.len() <= place {
            room.resize(place + 1, -1);
        }
        match room.get_mut(place) {
            Some(slot @ -1) => {
                *slot = who.capacity(day);
                *slot
            }
            Some(room) => *room,
            None => 0,
        }
    }

    /// Spreads what a job asks for over the days on which both its calendar and the member's have working time; where
    /// there is none, over the working time of the job alone. The sum is exact.
    pub(super) fn spread(&mut self, work: &WorkTime, need: &Need, stand: &Stand) -> &[(i64, i64)] {
        let mut days = std::mem::take(&mut self.scratch);
        self.minutes(work, need, stand, false, &mut days);
        let mut sum: i64 = days.iter().map(|day| day.1).sum();
        if sum == 0 {
            self.minutes(work, need, stand, true, &mut days);
            sum = days.iter().map(|day| day.1).sum();
        }
        if sum == 0 {
            days.clear();
            days.push((stand.start_at.day(), need.total));
        } else if need.total % sum == 0 {
            let rate = need.total / sum;
            days.iter_mut().for_each(|day| day.1 *= rate);
        } else {
            let (mut before, mut given) = (0, 0);
            for day in &mut days {
                before += day.1;
                let until = i128::from(need.total) * i128::from(before) / i128::from(sum);
                day.1 = until as i64 - given;
                given = until as i64;
            }
        }
        self.scratch = days;
        self.sum = sum;
        &self.scratch
    }

    /// The minutes of each day on which there are some.
    fn minutes(
        &mut self,
        work: &WorkTime,
        need: &Need,
        stand: &Stand,
        alone: bool,
        days: &mut Vec<(i64, i64)>,
    ) {
        days.clear();
        let last = stand.finish_at.plus(-1).max(stand.start_at).day();
        let (first_day, members) = (self.first, &self.members);
        let Some(pair) = self.pairs.get_mut(need.pair) else {
            return;
        };
        let other = match alone || pair.same {
            true => None,
            false => members.get(pair.member).map(|member| &member.work),
        };
        let begin = stand.start_at.day();
        for day in begin..=last {
            let (mut from, mut to) = (0, DAY);
            let mut whole = !alone;
            if day == begin || day == last {
                let midnight = Moment::from_day(day).minutes();
                from = (stand.start_at.minutes() - midnight).max(0);
                to = (stand.finish_at.minutes() - midnight).min(DAY);
                let hours = work.hours_on(Moment::from_day(day));
                let (Some((first, _)), Some((_, end))) = (hours.first(), hours.last()) else {
                    continue;
                };
                whole &= from <= *first && to >= *end;
            }
            let place = usize::try_from(day - first_day).ok();
            let minutes = match place.filter(|_| whole) {
                None => common(work, other, day, from, to),
                Some(place) => {
                    if pair.days.len() <= place {
                        pair.days.resize(place + 1, -1);
                    }
                    match pair.days.get_mut(place) {
                        Some(slot @ -1) => {
                            *slot = common(work, other, day, 0, DAY) as i32;
                            i64::from(*slot)
                        }
                        Some(minutes) => i64::from(*minutes),
                        None => 0,
                    }
                }
            };
            if minutes > 0 {
                days.push((day, minutes));
            }
        }
    }

    /// Takes what a job asks for where it stands (`most`: no more of it than there is); what of that is more than was
    /// left.
    pub(super) fn take(
        &mut self,
        work: &WorkTime,
        needs: &[Need],
        stand: &Stand,
        most: bool,
    ) -> i64 {
        let mut over = 0i64;
        for need in needs {
            let length = self.spread(work, need, stand).len();
            for at in 0..length {
                let Some((day, asked)) = self.scratch.get(at).copied() else {
                    break;
                };
                let room = self.room(need.member, day);
                let Some(place) = self.place(day) else {
                    continue;
                };
                let asked = if most { asked.min(room) } else { asked };
                let page = self
                    .pages
                    .get_mut(need.member)
                    .and_then(|page| page.at(place));
                let Some((used, ends, begins)) = page else {
                    continue;
                };
                let before = (*used - room).max(0);
                *used = used.saturating_add(asked);
                over = over.saturating_add((*used - room).max(0) - before);
                if stand.finish_at.plus(-1).day() == day {
                    let end = stand.finish_at.minutes() - Moment::from_day(day).minutes();
                    *ends = (*ends).max(end as u16);
                }
                if stand.start_at.day() == day {
                    let begin = stand.start_at.minute_of_day() as u16;
                    *begins = if *begins == 0 {
                        begin
                    } else {
                        (*begins).min(begin)
                    };
                }
            }
        }
        over
    }
}

/// Minutes of a day in `[from, to)` in which both work.
fn common(work: &WorkTime, other: Option<&WorkTime>, day: i64, from: i64, to: i64) -> i64 {
    let midnight = Moment::from_day(day);
    let own = work
        .hours_on(midnight)
        .iter()
        .map(|(a, b)| (*a.max(&from), *b.min(&to)));
    let Some(other) = other else {
        return own.map(|(a, b)| (b - a).max(0)).sum();
    };
    let other = other.hours_on(midnight);
    own.flat_map(|(a, b)| {
        other
            .iter()
            .map(move |(c, d)| (b.min(*d) - a.max(*c)).max(0))
    })
    .sum()
}
