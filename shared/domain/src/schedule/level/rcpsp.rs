//! The bare problem, on whole numbers: jobs that wait for each other and share resources of fixed capacity. Published
//! instances are solved in this form; plans go the same way through the search, with working time in place of numbers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::genetic::{self, Decode, Found, Side};

/// A resource-constrained project: the sizes of `successors` and `demands` are those of `durations`; what is missing
/// counts as nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instance {
    /// How long each job takes, in any unit of time.
    pub durations: Vec<u32>,
    /// For each job those that wait for it, and how long after its finish at least.
    pub successors: Vec<Vec<(usize, u32)>>,
    /// For each job how much it takes of each resource while it runs.
    pub demands: Vec<Vec<u32>>,
    /// How much there is of each resource.
    pub capacities: Vec<u32>,
}

/// What was wrong with an instance; it was solved all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// A job waits for this one, which is not there or waits for it in turn: the link was left out.
    Link(usize, usize),
    /// A job asks for more of a resource than there is, and got what there is.
    TooMuch(usize, usize),
    /// This job, or a wait after it, is too long, and was cut: all together may take [`LONGEST`].
    TooLong(usize),
}

/// How long all jobs and waits of an instance may take together: each may take its part of that.
pub const LONGEST: u32 = 1 << 20;

/// A schedule of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Solution {
    /// When each job starts.
    pub starts: Vec<i64>,
    /// When the last one finishes.
    pub makespan: i64,
    /// How many schedules were made to find it.
    pub schedules: usize,
}

/// Finds a short schedule with at most `schedules` schedules; fewer where one is as short as the longest chain of jobs
/// or the work of the busiest resource. Total; the same input and seed give the same schedule everywhere.
pub fn solve(instance: &Instance, schedules: usize, seed: u64) -> (Solution, Vec<Flaw>) {
    let mut flaws = Vec::new();
    let mut bare = Bare::new(instance, &mut flaws);
    let best = genetic::search(&mut bare, schedules, seed);
    let solution = Solution {
        makespan: best.found.cost.first().copied().unwrap_or(0),
        starts: best.found.begin,
        schedules: best.schedules,
    };
    (solution, flaws)
}

/// One direction of time.
#[derive(Default)]
struct Way {
    successors: Vec<Vec<(usize, i64)>>,
    predecessors: Vec<Vec<(usize, i64)>>,
}

/// An instance made ready.
struct Bare {
    durations: Vec<i64>,
    /// Demands of all jobs, job by job.
    demands: Vec<i64>,
    capacities: Vec<i64>,
    /// Forwards, and backwards.
    ways: [Way; 2],
    /// All jobs, each after what it waits for.
    order: Vec<usize>,
    weights: Vec<i64>,
    bound: i64,
    /// What is in use of each resource at each time, time by time.
    used: Vec<i64>,
    waits: Vec<usize>,
}

impl Bare {
    fn new(instance: &Instance, flaws: &mut Vec<Flaw>) -> Self {
        let count = instance.durations.len();
        let capacities: Vec<i64> = instance.capacities.iter().map(|c| i64::from(*c)).collect();
        let mut demands = Vec::with_capacity(count * capacities.len());
        for job in 0..count {
            for (resource, capacity) in capacities.iter().enumerate() {
                let row = instance.demands.get(job);
                let asked = row.and_then(|row| row.get(resource)).copied().unwrap_or(0);
                if i64::from(asked) > *capacity {
                    flaws.push(Flaw::TooMuch(job, resource));
                }
                demands.push(i64::from(asked).min(*capacity));
            }
        }
        let longest = LONGEST / 2 / (count as u32).max(1);
        let cut = |(job, length): (usize, &u32)| {
            if *length > longest {
                flaws.push(Flaw::TooLong(job));
            }
            i64::from((*length).min(longest))
        };
        let durations: Vec<i64> = instance.durations.iter().enumerate().map(cut).collect();
        let weights = (0..count).map(|job| {
            let row = demands[job * capacities.len()..].iter().zip(&capacities);
            row.map(|(asked, capacity)| asked * 1000 / (*capacity).max(1))
                .sum()
        });
        let weights = weights.collect();
        let mut bare = Self {
            durations,
            demands,
            capacities,
            ways: [Way::default(), Way::default()],
            order: Vec::new(),
            weights,
            bound: 0,
            used: Vec::new(),
            waits: Vec::new(),
        };
        bare.link(instance, flaws);
        let longest = bare.tails(1).into_iter().zip(&bare.durations);
        let longest = longest.map(|(tail, own)| tail + own).max().unwrap_or(0);
        let busiest = bare.capacities.iter().enumerate().map(|(at, capacity)| {
            let work =
                |job: usize| bare.demands[job * bare.capacities.len() + at] * bare.durations[job];
            let work: i64 = (0..count).map(work).sum();
            (work + capacity - 1) / (*capacity).max(1)
        });
        bare.bound = longest.max(busiest.max().unwrap_or(0));
        bare
    }

    /// Reads the links, in an order in which each job comes after what it waits for; what closes a circle is left out.
    fn link(&mut self, instance: &Instance, flaws: &mut Vec<Flaw>) {
        let count = self.durations.len();
        let mut waits = vec![0usize; count];
        let rows = || instance.successors.iter().take(count).enumerate();
        for (job, succ) in rows().flat_map(|(job, row)| row.iter().map(move |(s, _)| (job, *s))) {
            match waits.get_mut(succ) {
                Some(slot) if job != succ => *slot += 1,
                _ => flaws.push(Flaw::Link(job, succ)),
            }
        }
        let mut ready: BinaryHeap<Reverse<usize>> = (0..count)
            .filter(|job| waits[*job] == 0)
            .map(Reverse)
            .collect();
        let mut place = vec![usize::MAX; count];
        while self.order.len() < count {
            let job = match ready.pop() {
                Some(Reverse(job)) => job,
                // only circles are left: the first job of them waits no longer
                None => match (0..count).find(|job| place[*job] == usize::MAX) {
                    Some(job) => job,
                    None => break,
                },
            };
            if place[job] != usize::MAX {
                continue;
            }
            place[job] = self.order.len();
            self.order.push(job);
            for (succ, _) in instance.successors.get(job).into_iter().flatten() {
                if let Some(slot) = waits.get_mut(*succ)
                    && *succ != job
                {
                    *slot = slot.saturating_sub(1);
                    if *slot == 0 && place[*succ] == usize::MAX {
                        ready.push(Reverse(*succ));
                    }
                }
            }
        }
        let longest = LONGEST / 2 / (count as u32).max(1);
        for way in &mut self.ways {
            way.successors = vec![Vec::new(); count];
            way.predecessors = vec![Vec::new(); count];
        }
        for (job, row) in rows() {
            for (succ, lag) in row.iter().filter(|(succ, _)| *succ < count && *succ != job) {
                if place[job] > place[*succ] {
                    flaws.push(Flaw::Link(job, *succ));
                    continue;
                }
                if *lag > longest {
                    flaws.push(Flaw::TooLong(job));
                }
                let lag = i64::from((*lag).min(longest));
                self.ways[0].successors[job].push((*succ, lag));
                self.ways[0].predecessors[*succ].push((job, lag));
                self.ways[1].successors[*succ].push((job, lag));
                self.ways[1].predecessors[job].push((*succ, lag));
            }
        }
    }

    /// The longest chain before each job, in the direction `way`.
    fn tails(&self, way: usize) -> Vec<i64> {
        let mut tails = vec![0; self.durations.len()];
        let mut visit = |job: usize| {
            let end = |(pred, lag): &(usize, i64)| self.durations[*pred] + *lag;
            let before = self.ways[way].predecessors[job].iter();
            let chains: Vec<i64> = before.map(|link| tails[link.0] + end(link)).collect();
            tails[job] = chains.into_iter().max().unwrap_or(0);
        };
        match way {
            0 => self.order.iter().for_each(|job| visit(*job)),
            _ => self.order.iter().rev().for_each(|job| visit(*job)),
        }
        tails
    }

    /// The first time from `from` on at which all that the job asks for is there while it runs; takes it.
    fn take(&mut self, job: usize, from: i64) -> i64 {
        let width = self.capacities.len();
        let length = self.durations[job] as usize;
        let asked = &self.demands[job * width..(job + 1) * width];
        let mut start = from.max(0) as usize;
        // from the start to here it is known to fit
        let mut checked = start;
        loop {
            let end = start + length;
            if self.used.len() < end * width {
                self.used.resize(end * width, 0);
            }
            let fits = |at: &usize| {
                let row = &self.used[at * width..(at + 1) * width];
                (row.iter().zip(asked).zip(&self.capacities))
                    .all(|((used, asked), capacity)| *asked == 0 || used + asked <= *capacity)
            };
            match (checked..end).rev().find(|at| !fits(at)) {
                None => break,
                Some(at) => (start, checked) = (at + 1, end),
            }
        }
        for row in self.used[start * width..(start + length) * width].chunks_exact_mut(width.max(1))
        {
            for (used, asked) in row.iter_mut().zip(asked) {
                *used += asked;
            }
        }
        start as i64
    }
}

impl Decode for Bare {
    fn count(&self) -> usize {
        self.durations.len()
    }

    fn weight(&self, job: usize) -> i64 {
        self.weights[job]
    }

    /// Smallest latest finish, smallest latest start, most jobs behind (Kolisch 1996).
    fn rules(&self) -> Vec<Vec<i64>> {
        let tails = self.tails(1);
        let start = tails
            .iter()
            .zip(&self.durations)
            .map(|(tail, own)| -(tail + own));
        let mut behind = vec![0i64; self.durations.len()];
        let mut seen = vec![usize::MAX; self.durations.len()];
        for (job, behind) in behind.iter_mut().enumerate() {
            let mut open = vec![job];
            while let Some(at) = open.pop() {
                for (succ, _) in &self.ways[0].successors[at] {
                    if seen[*succ] != job {
                        seen[*succ] = job;
                        *behind -= 1;
                        open.push(*succ);
                    }
                }
            }
        }
        vec![
            tails.iter().map(|tail| -tail).collect(),
            start.collect(),
            behind,
        ]
    }

    fn decode(&mut self, side: Side, keys: &[i64], out: &mut Found) {
        let count = self.durations.len();
        let way = usize::from(side == Side::Right);
        self.used.clear();
        let mut waits = std::mem::take(&mut self.waits);
        waits.clear();
        waits.extend(self.ways[way].predecessors.iter().map(Vec::len));
        out.begin.clear();
        out.begin.resize(count, 0);
        out.end.clear();
        out.end.resize(count, 0);
        let mut ready: BinaryHeap<Reverse<(i64, usize)>> = BinaryHeap::with_capacity(count);
        let entry = |job: usize| Reverse((keys.get(job).copied().unwrap_or(0), job));
        ready.extend((0..count).filter(|job| waits[*job] == 0).map(entry));
        let mut makespan = 0;
        while let Some(Reverse((_, job))) = ready.pop() {
            let start = self.take(job, out.begin[job]);
            let end = start + self.durations[job];
            out.begin[job] = start;
            out.end[job] = end;
            makespan = makespan.max(end);
            for (succ, lag) in &self.ways[way].successors[job] {
                out.begin[*succ] = out.begin[*succ].max(end + lag);
                waits[*succ] -= 1;
                if waits[*succ] == 0 {
                    ready.push(entry(*succ));
                }
            }
        }
        self.waits = waits;
        out.cost.clear();
        out.cost.push(makespan);
    }

    fn best_possible(&self, cost: &[i64]) -> bool {
        cost.first().is_some_and(|makespan| *makespan <= self.bound)
    }
}
