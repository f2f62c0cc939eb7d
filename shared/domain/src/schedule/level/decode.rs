//! What the search asks of real plans: an order becomes a schedule, and what that costs.

use base::{Minutes, Moment};

use super::genetic::{Decode, Found, Side};
use super::place::Places;
use crate::schedule::backward;

impl Decode for Places<'_> {
    fn count(&self) -> usize {
        self.ready.jobs.len()
    }

    fn weight(&self, job: usize) -> i64 {
        self.ready.jobs.get(job).map_or(0, |job| job.weight)
    }

    /// Smallest latest finish, smallest latest start, smallest earliest start (Kolisch 1996).
    fn rules(&self) -> Vec<Vec<i64>> {
        let mut rules = vec![Vec::new(); 3];
        let nets = self.ready.nets.iter().zip(&self.courses);
        let late: Vec<Vec<Minutes>> = nets
            .map(|(net, course)| backward::late(&net.network, &course.target).found.finish)
            .collect();
        for job in &self.ready.jobs {
            let net = self.ready.nets.get(job.net);
            let node = net.and_then(|net| Some((net, net.network.tasks.get(job.task)?)));
            let span = self
                .courses
                .get(job.net)
                .and_then(|c| c.target.spans.get(job.task));
            let late = late.get(job.net).and_then(|late| late.get(job.task));
            let mut keys = [0; 3];
            if let (Some((net, node)), Some(span), Some(late)) = (node, span, late) {
                let work = net.network.work(node);
                let start = late - (span.finish - span.start);
                keys =
                    [work.end_of(*late), work.start_of(start), span.start_at].map(Moment::minutes);
            }
            for (rule, key) in rules.iter_mut().zip(keys) {
                rule.push(key);
            }
        }
        rules
    }

    fn decode(&mut self, side: Side, keys: &[i64], out: &mut Found) {
        let count = self.ready.jobs.len();
        out.cost.clear();
        for times in [&mut out.begin, &mut out.end] {
            times.clear();
            times.resize(count, 0);
        }
        if side == Side::Right {
            self.backwards(keys, out);
            return;
        }
        let over = self.forwards(keys);
        out.cost.resize(2 * self.groups + 2, 0);
        let mut add = |at: usize, amount: i64| {
            if let Some(slot) = out.cost.get_mut(at) {
                *slot = slot.saturating_add(amount);
            }
        };
        add(0, over);
        for (net, task, date) in &self.dated {
            if let Some(course) = self.courses.get(*net)
                && let Some(span) = course.early.spans.get(*task)
            {
                let late = span
                    .finish_at
                    .minutes()
                    .saturating_sub(date.minutes())
                    .max(0);
                add(1 + 2 * course.group, late);
            }
        }
        for (net, course) in self.ready.nets.iter().zip(&mut self.courses) {
            let leaves = net.network.tasks.iter().zip(&course.early.spans);
            let leaves = leaves.filter(|(node, _)| !node.summary && !node.inactive);
            let finish = leaves.map(|(_, span)| span.finish_at).max();
            let finish = finish.unwrap_or(net.network.start);
            add(2 + 2 * course.group, finish.minutes());
            course.early.finish = finish;
            if self.fresh {
                course.target.finish = course.target.finish.max(finish);
            }
        }
        self.fresh = false;
        for (at, job) in self.ready.jobs.iter().enumerate() {
            let Some(course) = self.courses.get(job.net) else {
                continue;
            };
            let (now, before) = (&course.early.spans, &course.target.spans);
            if let (Some(now), Some(before)) = (now.get(job.task), before.get(job.task)) {
                let delay = now.start_at.minutes() - before.start_at.minutes();
                add(2 * self.groups + 1, delay.max(0));
                out.begin[at] = now.start_at.minutes();
                out.end[at] = now.finish_at.minutes();
            }
        }
    }

    /// Nothing was moved.
    fn best_possible(&self, cost: &[i64]) -> bool {
        cost.first() == Some(&0) && cost.last() == Some(&0)
    }
}
