//! The steps of all plans, and the order in which they are taken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::jobs::{Net, Ready};
use super::roles::{self, Role};
use crate::schedule::cycles;
use crate::schedule::network::Table;

/// What each step waits for. A task is one step, a summary two, as in a project's own schedule; those of a project
/// begin at its offset.
#[derive(Default)]
pub(super) struct Order {
    /// The number of the job at each step, counted from 1; 0: it has none; [`NONE`]: there is no such step.
    jobs_at: Vec<u32>,
    followers: Table,
    leaders: Table,
    /// Before which others each job is put, whatever the keys: smaller first.
    classes: Vec<u64>,
}

/// The gate of what is no summary.
const NONE: u32 = u32::MAX;

impl Order {
    pub(super) fn new(ready: &Ready<'_>, roles: &[Role]) -> Self {
        let (followers, leaders) = tables(&ready.nets);
        let steps = ready
            .nets
            .iter()
            .map(|net| 2 * net.network.tasks.len())
            .sum();
        let mut jobs_at = vec![0; steps];
        for net in &ready.nets {
            let gates = net.offset + net.network.tasks.len()..;
            for (step, _) in gates
                .zip(&net.network.tasks)
                .filter(|(_, task)| !task.summary)
            {
                if let Some(slot) = jobs_at.get_mut(step) {
                    *slot = NONE;
                }
            }
        }
        for (number, job) in (1..).zip(&ready.jobs) {
            let step = ready.nets.get(job.net).map(|net| net.offset + job.task);
            if let Some(slot) = step.and_then(|step| jobs_at.get_mut(step)) {
                *slot = number;
            }
        }
        Self {
            classes: roles::classes(ready, roles, &followers),
            jobs_at,
            followers,
            leaders,
        }
    }

    /// How many steps there are.
    pub(super) fn steps(&self) -> usize {
        self.jobs_at.len()
    }

    fn job(&self, step: usize) -> Option<usize> {
        let number = (self.jobs_at.get(step))
            .filter(|number| **number != NONE)?
            .checked_sub(1)?;
        Some(number as usize)
    }
}

/// The steps behind each step, and those before it.
fn tables(nets: &[Net<'_>]) -> (Table, Table) {
    let mut pairs = Vec::new();
    let mut count = 0;
    for Net {
        network, offset, ..
    } in nets
    {
        let tasks = &network.tasks;
        let sums = (tasks.iter().enumerate()).filter(|(_, task)| task.summary);
        let gates = sums.map(|(at, _)| tasks.len() + at);
        for step in (0..tasks.len()).chain(gates) {
            cycles::followers(
                tasks,
                &network.children,
                &network.from,
                &network.edges,
                step,
                |arc| {
                    pairs.push((offset + step, offset + arc.to));
                },
            );
        }
        count += 2 * tasks.len();
    }
    let back = pairs.iter().map(|(from, to)| (*to, *from));
    (
        Table::new(count, pairs.iter().copied()),
        Table::new(count, back),
    )
}

/// The steps that may be taken: those that ask for nothing at once, the others by class and key.
pub(super) struct Queue<'a> {
    order: &'a Order,
    behind: &'a Table,
    waits: Vec<u32>,
    open: Vec<usize>,
    jobs: BinaryHeap<Reverse<(u64, i64, usize, usize)>>,
    classes: &'a [u64],
    keys: &'a [i64],
}

impl<'a> Queue<'a> {
    /// From the start of the plans to their end.
    pub(super) fn forwards(order: &'a Order, keys: &'a [i64]) -> Self {
        Self::new(
            order,
            &order.leaders,
            &order.followers,
            &order.classes,
            keys,
        )
    }

    /// From the end of the plans to their start; here all jobs are of one class.
    pub(super) fn backwards(order: &'a Order, keys: &'a [i64]) -> Self {
        Self::new(order, &order.followers, &order.leaders, &[], keys)
    }

    fn new(
        order: &'a Order,
        before: &'a Table,
        behind: &'a Table,
        classes: &'a [u64],
        keys: &'a [i64],
    ) -> Self {
        let waits = (0..order.steps()).map(|step| before.row(step).count() as u32);
        let mut queue = Self {
            order,
            behind,
            waits: waits.collect(),
            open: Vec::new(),
            jobs: BinaryHeap::new(),
            classes,
            keys,
        };
        for step in 0..order.steps() {
            if queue.waits.get(step) == Some(&0) && order.jobs_at.get(step) != Some(&NONE) {
                queue.enter(step);
            }
        }
        queue
    }

    fn enter(&mut self, step: usize) {
        match self.order.job(step) {
            None => self.open.push(step),
            Some(number) => {
                let class = self.classes.get(number).copied().unwrap_or(0);
                let key = self.keys.get(number).copied().unwrap_or(0);
                self.jobs.push(Reverse((class, key, number, step)));
            }
        }
    }

    /// The next step, and the number of its job where it has one.
    pub(super) fn next(&mut self) -> Option<(usize, Option<usize>)> {
        if let Some(step) = self.open.pop() {
            return Some((step, None));
        }
        let Reverse((_, _, number, step)) = self.jobs.pop()?;
        Some((step, Some(number)))
    }

    /// The step was taken: what waited for it may come.
    pub(super) fn done(&mut self, step: usize) {
        for step in self.behind.row(step) {
            if let Some(count) = self.waits.get_mut(step) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.enter(step);
                }
            }
        }
    }
}
