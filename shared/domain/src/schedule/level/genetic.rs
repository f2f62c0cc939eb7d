//! The search for a good order of tasks: a genetic algorithm with two populations.
//!
//! Source: Debels and Vanhoucke, *A decomposition-based genetic algorithm for the resource-constrained
//! project-scheduling problem* (Operations Research 55, 2007), its bi-population algorithm. One population holds
//! schedules justified to the left, the other schedules justified to the right. Children of one population become
//! members of the other, so that each schedule that is made is also a step of forward-backward improvement (Valls,
//! Ballestín and Quintanilla, *Justification and RCPSP*, 2005), and counts as one of those that may be made.

use super::random::Random;

/// To which side a schedule is justified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Each task as early as can be, in the order of the keys.
    Left,
    /// Each task as late as can be; time runs backwards, so that its `begin` and `end` are negative times.
    Right,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// A schedule as the search sees it.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// When each job begins, in the direction of its side.
    pub(super) begin: Vec<i64>,
    /// When each job ends, in the direction of its side.
    pub(super) end: Vec<i64>,
    /// What it costs: compared from the first figure on, less being better.
    pub(super) cost: Vec<i64>,
}

/// Makes schedules from orders.
pub(super) trait Decode {
    /// How many jobs there are.
    fn count(&self) -> usize;

    /// How much of the resources a job takes while it runs, in any unit.
    fn weight(&self, job: usize) -> i64;

    /// Rules to start from: keys for [`Side::Left`], the best rule first.
    fn rules(&self) -> Vec<Vec<i64>>;

    /// Makes a schedule by the serial scheme: of the jobs that may be placed, always the one with the smallest key.
    fn decode(&mut self, side: Side, keys: &[i64], out: &mut Found);

    /// No schedule is better than this one.
    fn best_possible(&self, cost: &[i64]) -> bool;
}

/// The best schedule found, and the keys that it was made from.
pub(super) struct Best {
    pub(super) keys: Vec<i64>,
    pub(super) found: Found,
    /// How many schedules were made.
    pub(super) schedules: usize,
}

/// Parts of the time line that peaks are looked for in.
const PARTS: usize = 256;

/// How many members each population has: enough rounds must be left for them to get better.
fn members(schedules: usize) -> usize {
    (schedules / 150).clamp(2, 40)
}

/// Searches with at most `schedules` schedules (at least one). The same decoder, number and seed give the same result.
pub(super) fn search(decoder: &mut impl Decode, schedules: usize, seed: u64) -> Best {
    let count = decoder.count();
    let mut search = Search {
        random: Random::new(seed),
        left: schedules.max(1),
        best: None,
        keys: vec![0; count],
        load: Vec::new(),
        weights: (0..count).map(|job| decoder.weight(job)).collect(),
    };
    let mut source = search.first(decoder, members(schedules));
    let mut target: Vec<Found> = Vec::new();
    let mut side = Side::Right;
    while search.left > 0 && !search.done(decoder) {
        search.generation(decoder, side, &source, &mut target);
        std::mem::swap(&mut source, &mut target);
        side = side.other();
    }
    let (keys, found) = search.best.unwrap_or_default();
    Best {
        keys,
        found,
        schedules: schedules.max(1) - search.left,
    }
}

struct Search {
    random: Random,
    /// Schedules that may still be made.
    left: usize,
    /// Keys and schedule of the best to the left.
    best: Option<(Vec<i64>, Found)>,
    /// The keys of the child that is being made.
    keys: Vec<i64>,
    load: Vec<i64>,
    weights: Vec<i64>,
}

impl Search {
    fn done(&self, decoder: &impl Decode) -> bool {
        (self.best.as_ref()).is_some_and(|(_, best)| decoder.best_possible(&best.cost))
    }

    /// Makes a schedule from `self.keys`.
    fn make(&mut self, decoder: &mut impl Decode, side: Side, out: &mut Found) {
        self.left = self.left.saturating_sub(1);
        decoder.decode(side, &self.keys, out);
        let better = (self.best.as_ref()).is_none_or(|(_, best)| out.cost < best.cost);
        if side == Side::Left && better {
            self.best = Some((self.keys.clone(), out.clone()));
        }
    }

    /// The first population: the rules as they are, then with more and more chance in them.
    fn first(&mut self, decoder: &mut impl Decode, members: usize) -> Vec<Found> {
        let rules = decoder.rules();
        let mut population = Vec::with_capacity(members);
        for member in 0..members {
            let Some(rule) = rules.get(member % rules.len().max(1)) else {
                break;
            };
            let round = member / rules.len();
            let ends = rule.iter().min().zip(rule.iter().max());
            let range = ends
                .map_or(0, |(low, high)| high.saturating_sub(*low))
                .max(1);
            // up to a third of the whole range
            let most =
                range.saturating_mul(round as i64) / (3 * (members / rules.len()).max(1) as i64);
            for (key, rule) in self.keys.iter_mut().zip(rule) {
                *key = rule.saturating_add(self.random.below(most.unsigned_abs() + 1) as i64);
            }
            let mut found = Found::default();
            self.make(decoder, Side::Left, &mut found);
            population.push(found);
            if self.left == 0 || self.done(decoder) {
                break;
            }
        }
        population
    }

    /// Replaces the members of `target`, justified to `side`, by children of `source` that are no worse.
    fn generation(
        &mut self,
        decoder: &mut impl Decode,
        side: Side,
        source: &[Found],
        target: &mut Vec<Found>,
    ) {
        for (at, father) in source.iter().enumerate() {
            if self.left == 0 {
                return;
            }
            let mother = self.mother(source, at);
            self.cross(father, mother);
            let mut child = Found::default();
            self.make(decoder, side, &mut child);
            match target.get_mut(at) {
                None => target.push(child),
                Some(old) if child.cost <= old.cost => *old = child,
                Some(_) => {}
            }
            if side == Side::Left && self.done(decoder) {
                return;
            }
        }
    }

    /// The better of two others.
    fn mother<'a>(&mut self, source: &'a [Found], father: usize) -> &'a Found {
        let mut other = || {
            let at = self.random.place(source.len().saturating_sub(1));
            &source[(father + 1 + at) % source.len()]
        };
        let (a, b) = (other(), other());
        if b.cost < a.cost { b } else { a }
    }

    /// Two-point crossover: the father's order where his resources are used most, the mother's before and after.
    fn cross(&mut self, father: &Found, mother: &Found) {
        let (from, to) = self.peak(father);
        let ends = mother.end.iter().chain(&father.end);
        let (low, high) = ends.fold((i64::MAX, i64::MIN), |(low, high), end| {
            (low.min(*end), high.max(*end))
        });
        let far = high.saturating_sub(low).saturating_add(1);
        let mut same = true;
        for ((key, father), mother) in self.keys.iter_mut().zip(&father.end).zip(&mother.end) {
            same &= father == mother;
            let place = match *father {
                end if end <= from => mother.saturating_sub(far),
                end if end > to => mother.saturating_add(far),
                end => end,
            };
            // the other side's time runs backwards: what ends last comes first
            *key = place.saturating_neg();
        }
        if same || self.random.below(MUTATE) == 0 {
            self.mutate();
        }
    }

    /// Moves a few jobs directly before or behind others.
    fn mutate(&mut self) {
        let count = self.keys.len();
        for _ in 0..(count / 40).max(1) {
            let (at, other) = (self.random.place(count), self.random.place(count));
            let side = self.random.below(2) as i64 * 2 - 1;
            if let Some(key) = self.keys.get(other).copied()
                && let Some(slot) = self.keys.get_mut(at)
            {
                *slot = key.saturating_add(side);
            }
        }
    }

    /// The stretch of time, of a length drawn between a tenth and nine tenths of the whole, in which most of the
    /// resources is used.
    fn peak(&mut self, found: &Found) -> (i64, i64) {
        let low = found.begin.iter().min().copied().unwrap_or(0);
        let high = found.end.iter().max().copied().unwrap_or(0);
        let range = high.saturating_sub(low).max(1);
        let parts = range.min(PARTS as i64);
        let part = |time: i64| (time.saturating_sub(low).saturating_mul(parts) / range) as usize;
        self.load.clear();
        self.load.resize(parts as usize + 1, 0);
        for ((begin, end), weight) in found.begin.iter().zip(&found.end).zip(&self.weights) {
            if begin < end {
                let (from, to) = (part(*begin), part(*end));
                self.load[from] += weight;
                self.load[to.max(from + 1)] -= weight;
            }
        }
        let mut rate = 0;
        for slot in &mut self.load {
            rate += *slot;
            *slot = rate;
        }
        let parts = parts as usize;
        let length = (parts / 10 + self.random.place(parts * 4 / 5 + 1)).clamp(1, parts);
        let mut sum: i64 = self.load[..length].iter().sum();
        let (mut most, mut at) = (sum, 0);
        for from in 1..=parts - length {
            sum += self.load[from + length - 1] - self.load[from - 1];
            if sum > most {
                (most, at) = (sum, from);
            }
        }
        let time =
            |part: usize| low.saturating_add(range.saturating_mul(part as i64) / parts as i64);
        (time(at), time(at + length))
    }
}

/// One child in so many is changed at random.
const MUTATE: u64 = 4;
