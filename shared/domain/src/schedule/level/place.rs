//! Places the tasks of real plans: the serial scheme, walking the steps of the schedule.
//!
//! A schedule is the forward pass of [`crate::schedule`] with its steps in another order, one of many in which each step
//! comes after everything it waits for. So links, lags, summaries, constraints and calendars are kept by the same code
//! that derives dates; what is new is that a task that asks for resources starts no earlier than there is room for it.
//! That is what a later [`not_before`](crate::plan::Task::not_before) does, and why the edited plan gives these dates.

use std::cmp::Reverse;

use base::{Minutes, Moment, sort};

use super::book::Stand;
use super::genetic::Found;
use super::jobs::{Job, Net, Ready};
use super::roles::{self, Role};
use super::steps::{Order, Queue};
use super::{Options, Problem};
use crate::schedule::backward::{self, Late, Walk};
use crate::schedule::forward::{self, Early, Gate, Span};
use crate::schedule::network::Step;

/// Where the tasks of a project are put.
pub(super) struct Course {
    pub(super) early: Early,
    /// The dates before, with the end that schedules to the right end with.
    pub(super) target: Early,
    /// Latest finishes for tasks that are to be as late as possible.
    late: Option<Vec<Minutes>>,
    /// Which of the groups of equal priority it is in.
    pub(super) group: usize,
}

/// Where a job was put, as work numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Put {
    /// Where its links and dates let it start.
    pub(super) own: Minutes,
    /// Where it starts.
    pub(super) start: Minutes,
}

/// Places the tasks of all projects.
pub(super) struct Places<'a> {
    pub(super) ready: Ready<'a>,
    pub(super) roles: Vec<Role>,
    /// Where each job was put by the last schedule to the left.
    pub(super) puts: Vec<Put>,
    /// Jobs that never find room for all they ask for.
    squeezed: Vec<bool>,
    pub(super) courses: Vec<Course>,
    pub(super) groups: usize,
    order: Order,
    /// Tasks whose finish should not be late, with the date.
    pub(super) dated: Vec<(usize, usize, Moment)>,
    /// No schedule to the right was made yet.
    pub(super) fresh: bool,
}

impl<'a> Places<'a> {
    pub(super) fn new(
        mut ready: Ready<'a>,
        options: &Options,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut courses: Vec<Course> = ready.nets.iter().map(Course::new).collect();
        let late: Vec<Vec<Minutes>> = (ready.nets.iter().zip(&courses))
            .map(|(net, course)| backward::late(&net.network, &course.target).found.finish)
            .collect();
        let spans: Vec<Span> = (ready.jobs.iter())
            .map(|job| {
                courses
                    .get(job.net)
                    .and_then(|c| c.target.spans.get(job.task))
            })
            .map(|span| span.copied().unwrap_or_default())
            .collect();
        let roles: Vec<Role> = (ready.jobs.iter().zip(&spans))
            .map(|(job, span)| {
                let late = late.get(job.net).and_then(|late| late.get(job.task));
                let latest = match options.within_slack {
                    true => late.map(|late| late - (span.finish - span.start)),
                    false => None,
                };
                (ready.nets.get(job.net))
                    .map_or(Role::Fixed, |net| roles::role(net, job, span, latest))
            })
            .collect();
        let first = spans
            .iter()
            .map(|span| span.start_at.day())
            .min()
            .unwrap_or(0);
        let last = spans
            .iter()
            .map(|span| span.finish_at.day())
            .max()
            .unwrap_or(0);
        // schedules to the right may begin before the plan does
        ready.book.begin(first - 31 - (last - first) / 4);
        let squeezed = roles::squeezed(&mut ready, &roles, &spans, problems);
        for ((job, role), span) in ready.jobs.iter().zip(&roles).zip(&spans) {
            if let (Role::Fixed, Some(net)) = (role, ready.nets.get(job.net))
                && let Some(node) = net.network.tasks.get(job.task)
                && span.start_at < span.finish_at
            {
                let work = net.network.work(node);
                ready.book.take(work, &job.needs, &stand(span), false);
            }
        }
        ready.book.keep();
        let mut priorities: Vec<u16> = ready.nets.iter().map(|net| net.project.priority).collect();
        sort::by_key(&mut priorities, |priority| Reverse(*priority));
        priorities.dedup();
        for (course, net) in courses.iter_mut().zip(&ready.nets) {
            let own = |priority: &u16| *priority == net.project.priority;
            course.group = priorities.iter().position(own).unwrap_or(0);
        }
        let order = Order::new(&ready, &roles);
        let mut dated = Vec::new();
        for (at, net) in ready.nets.iter().enumerate() {
            for (task, node) in net.network.tasks.iter().enumerate() {
                if let Some(finish) = node.latest().1 {
                    dated.push((at, task, finish));
                }
            }
        }
        Self {
            puts: vec![Put::default(); ready.jobs.len()],
            groups: priorities.len(),
            ready,
            roles,
            squeezed,
            courses,
            order,
            dated,
            fresh: true,
        }
    }

    /// How many tasks could be moved.
    pub(super) fn free(&self) -> usize {
        self.roles
            .iter()
            .filter(|role| matches!(role, Role::Free { .. }))
            .count()
    }

    /// What a schedule costs to make, in days of tasks.
    pub(super) fn effort(&self) -> usize {
        let days = |(job, role): (&Job, &Role)| {
            let span = self
                .courses
                .get(job.net)
                .and_then(|c| c.target.spans.get(job.task));
            let days = span.map_or(0, |s| s.finish_at.day().saturating_sub(s.start_at.day()));
            match role {
                Role::Fixed => 0,
                _ => 4 + (days.max(0) as usize + 1) * job.needs.len(),
            }
        };
        let jobs: usize = self.ready.jobs.iter().zip(&self.roles).map(days).sum();
        jobs + self.order.steps()
    }

    /// Start and finish of each job in the last schedule to the left.
    #[cfg(test)]
    pub(super) fn dates(&self) -> Vec<(Moment, Moment)> {
        let span = |job: &Job| self.courses[job.net].early.spans[job.task];
        let spans = self.ready.jobs.iter().map(span);
        spans.map(|span| (span.start_at, span.finish_at)).collect()
    }

    /// Takes other latest finishes for tasks that are to be as late as possible; whether they differ.
    pub(super) fn follow(&mut self, net: usize, late: Option<Vec<Minutes>>) -> bool {
        match self.courses.get_mut(net) {
            Some(course) if course.late != late => {
                course.late = late;
                true
            }
            _ => false,
        }
    }

    /// Walks all steps forwards.
    pub(super) fn forwards(&mut self, keys: &[i64]) -> i64 {
        self.ready.book.reset();
        let mut over = 0i64;
        for course in &mut self.courses {
            course.early.gates.fill(Gate::default());
        }
        let order = std::mem::take(&mut self.order);
        let mut queue = Queue::forwards(&order, keys);
        while let Some((step, number)) = queue.next() {
            over = over.saturating_add(self.forward(step, number));
            queue.done(step);
        }
        self.order = order;
        over
    }

    /// One step forwards; what it takes beyond what there is.
    fn forward(&mut self, step: usize, number: Option<usize>) -> i64 {
        let at = self
            .ready
            .nets
            .partition_point(|net| net.offset <= step)
            .saturating_sub(1);
        let (Some(net), Some(course)) = (self.ready.nets.get(at), self.courses.get_mut(at)) else {
            return 0;
        };
        let (network, early) = (&net.network, &mut course.early);
        let task = step - net.offset;
        if let Some(summary) = task.checked_sub(network.tasks.len()) {
            forward::step(network, early, Step::Gate(summary), None);
            return 0;
        }
        let Some(node) = network.tasks.get(task) else {
            return 0;
        };
        if node.summary {
            forward::step(network, early, Step::Sum(task), None);
            return 0;
        }
        forward::step(network, early, Step::Leaf(task), course.late.as_deref());
        let Some(number) = number else {
            return 0;
        };
        let (Some(job), Some(role), Some(span)) = (
            self.ready.jobs.get(number),
            self.roles.get(number),
            early.spans.get_mut(task),
        ) else {
            return 0;
        };
        let squeezed = self.squeezed.get(number).copied().unwrap_or(false);
        let work = network.work(node);
        let (own, length) = (span.start, span.finish - span.start);
        let book = &mut self.ready.book;
        let mut most = squeezed;
        let over = match *role {
            Role::Fixed => 0,
            Role::Carried if span.start_at >= span.finish_at => 0,
            Role::Carried => book.take(work, &job.needs, &stand(span), squeezed),
            Role::Free { .. } if length <= 0 => 0,
            Role::Free { latest } => {
                let mut fit = book.fit_up(work, &job.needs, own, length, latest, most);
                if fit.is_none() && latest == Minutes::MAX && !most {
                    most = true;
                    fit = book.fit_up(work, &job.needs, own, length, latest, most);
                }
                if let Some(start) = fit.filter(|start| *start > own) {
                    *span = Span::starting(work, start, node.duration);
                }
                most &= squeezed || fit.is_some();
                let stand = Stand::new(work, span.start, length);
                book.take(work, &job.needs, &stand, most)
            }
        };
        if let Some(put) = self.puts.get_mut(number) {
            *put = Put {
                own,
                start: span.start,
            };
        }
        over
    }

    /// Walks all steps backwards, for the order it gives: each task as late as can be.
    pub(super) fn backwards(&mut self, keys: &[i64], out: &mut Found) {
        self.ready.book.reset();
        let Self {
            ready,
            courses,
            roles,
            squeezed,
            order,
            ..
        } = self;
        let mut walks: Vec<Walk<'_>> = (ready.nets.iter().zip(courses.iter()))
            .map(|(net, course)| {
                let found = Late::new(net.network.tasks.len());
                Walk::new(&net.network, &course.target, found)
            })
            .collect();
        let mut firsts: Vec<Option<Moment>> = vec![None; walks.len()];
        let mut queue = Queue::backwards(order, keys);
        while let Some((step, number)) = queue.next() {
            let at = ready
                .nets
                .partition_point(|net| net.offset <= step)
                .saturating_sub(1);
            if let (Some(net), Some(walk)) = (ready.nets.get(at), walks.get_mut(at)) {
                let task = step - net.offset;
                let count = net.network.tasks.len();
                match net.network.tasks.get(task) {
                    None => walk.gate(task - count),
                    Some(node) if node.summary => walk.close(task, None),
                    Some(node) => {
                        let mut finish = walk.leaf(task, None);
                        if let Some(number) = number
                            && let (Some(job), Some(role)) =
                                (ready.jobs.get(number), roles.get(number))
                        {
                            let work = net.network.work(node);
                            let span = walk.early.spans.get(task).copied().unwrap_or_default();
                            let length = span.finish - span.start;
                            let mut place = stand(&span);
                            if matches!(role, Role::Free { .. }) && length > 0 {
                                let most = squeezed.get(number).copied().unwrap_or(false);
                                let book = &mut ready.book;
                                finish = book.fit_down(work, &job.needs, finish, length, most);
                                place = Stand::new(work, finish - length, length);
                                book.take(work, &job.needs, &place, most);
                            }
                            if let (Some(begin), Some(end)) =
                                (out.begin.get_mut(number), out.end.get_mut(number))
                            {
                                *begin = -place.finish_at.minutes();
                                *end = -place.start_at.minutes();
                            }
                            if let Some(first) = firsts.get_mut(at) {
                                let begin = place.start_at;
                                *first = Some(first.map_or(begin, |first| first.min(begin)));
                            }
                        }
                        if let Some(slot) = walk.found.finish.get_mut(task) {
                            *slot = finish;
                        }
                    }
                }
            }
            queue.done(step);
        }
        // what begins latest is shortest
        let cost = firsts.iter().flatten().map(|first| -first.minutes());
        out.cost.push(cost.fold(0i64, i64::saturating_add));
    }
}

impl Course {
    fn new(net: &Net<'_>) -> Self {
        let network = &net.network;
        let mut target = forward::pass(network, None);
        let mut late = None;
        if network.tasks.iter().any(|task| task.late()) {
            let finish = backward::latest(network, &target);
            target = forward::pass(network, Some(&finish));
            late = Some(finish);
        }
        Self {
            early: Early::new(network),
            target,
            late,
            group: 0,
        }
    }
}

fn stand(span: &Span) -> Stand {
    Stand {
        start_at: span.start_at,
        finish_at: span.finish_at,
        length: span.finish - span.start,
    }
}
