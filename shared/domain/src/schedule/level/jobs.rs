//! Projects and their pool made ready: who asks for what.

use base::{Minutes, ProjectId, TaskId, sort};
use rustc_hash::FxHashMap;

use super::book::{Book, Need};
use super::member::Member;
use super::{KEEP, MissingPart, NORMAL, Problem, Project};
use crate::resource::{Assignment, MOST, Pool, ResourceKind, work_of};
use crate::schedule::network::{Network, Node};

/// A project made ready.
pub(super) struct Net<'a> {
    pub(super) project: &'a Project<'a>,
    /// Its place in the input.
    pub(super) place: usize,
    pub(super) network: Network,
    /// Its first step among those of all projects.
    pub(super) offset: usize,
}

/// A task that asks for something.
pub(super) struct Job {
    pub(super) net: usize,
    /// Its place in the network.
    pub(super) task: usize,
    pub(super) id: TaskId,
    /// Its priority among the tasks of its project.
    pub(super) priority: u16,
    /// By member.
    pub(super) needs: Vec<Need>,
    /// How much of what there is it asks for, of all members together, while it runs.
    pub(super) weight: i64,
}

/// Everything made ready, in an order that does not depend on that of the input.
pub(super) struct Ready<'a> {
    pub(super) nets: Vec<Net<'a>>,
    pub(super) jobs: Vec<Job>,
    pub(super) book: Book,
}

impl<'a> Ready<'a> {
    pub(super) fn new(
        pool: &Pool,
        projects: &'a [Project<'a>],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut order: Vec<(usize, &Project<'_>)> = projects.iter().enumerate().collect();
        sort::by_key(&mut order, |(_, project)| project.id);
        let mut nets: Vec<Net<'a>> = Vec::with_capacity(order.len());
        let mut offset = 0;
        for (place, project) in order {
            let (network, _) = Network::new(project.plan);
            let steps = 2 * network.tasks.len();
            nets.push(Net {
                project,
                place,
                network,
                offset,
            });
            offset += steps;
        }
        let mut book = Book::new(members(pool, problems));
        let mut index = FxHashMap::default();
        for (at, member) in book.members.iter().enumerate() {
            index.entry(member.id).or_insert(at);
        }
        for resource in &pool.resources {
            // what has no capacity asks nobody for anything
            index.entry(resource.id).or_insert(usize::MAX);
        }
        let mut jobs = Vec::new();
        for (at, net) in nets.iter().enumerate() {
            let mut asked = asked(net, &index, problems);
            let mut pairs = FxHashMap::default();
            sort::by_key(&mut asked, |(task, member, a)| {
                let id = net.network.tasks.get(*task).map(|task| task.id);
                (id, *task, *member, a.id)
            });
            for (task, member, assignment) in asked {
                let Some(node) = net.network.tasks.get(task) else {
                    continue;
                };
                let pair = *(pairs.entry((node.calendar, member)))
                    .or_insert_with(|| book.pair(net.network.work(node), member));
                let need = Need {
                    member,
                    pair,
                    total: total(node, assignment),
                };
                let weight = book
                    .members
                    .get(member)
                    .map_or(0, |m| m.share(assignment.units));
                add(&mut jobs, at, task, node.id, need, weight);
            }
        }
        let mut priorities: FxHashMap<(usize, TaskId), u16> = FxHashMap::default();
        for (at, net) in nets.iter().enumerate() {
            for (task, priority) in net.project.priorities {
                priorities.entry((at, *task)).or_insert(*priority);
            }
        }
        for job in &mut jobs {
            let own = priorities.get(&(job.net, job.id)).copied();
            job.priority = own.unwrap_or(NORMAL).min(KEEP);
        }
        Self { nets, jobs, book }
    }
}

/// Adds to the task's job, which is the last one if there is one.
fn add(jobs: &mut Vec<Job>, net: usize, task: usize, id: TaskId, need: Need, weight: i64) {
    let weight = weight.clamp(0, 1 << 30);
    match jobs.last_mut() {
        Some(job) if job.net == net && job.task == task => {
            job.weight += weight;
            match job.needs.last_mut() {
                Some(last) if last.member == need.member => {
                    last.total = last.total.saturating_add(need.total);
                }
                _ => job.needs.push(need),
            }
        }
        _ => jobs.push(Job {
            net,
            task,
            id,
            priority: NORMAL,
            needs: vec![need],
            weight,
        }),
    }
}

/// What an assignment asks for in all, in thousandths of a minute: exactly its units' worth where its work is that,
/// rounded.
fn total(node: &Node, assignment: &Assignment) -> i64 {
    let units = assignment.units.clamp(0, MOST);
    match assignment.work == work_of(node.duration, units) {
        true => node.duration.saturating_mul(units),
        false => assignment.work.clamp(0, LONGEST).saturating_mul(1_000),
    }
}

const LONGEST: Minutes = 1 << 40;

fn members(pool: &Pool, problems: &mut Vec<Problem>) -> Vec<Member> {
    let mut members = Vec::new();
    let mut lost = Vec::new();
    for resource in pool
        .resources
        .iter()
        .filter(|r| r.kind == ResourceKind::Work)
    {
        let (member, without) = Member::new(resource, pool);
        if without {
            lost.push(Problem::NoCalendar {
                resource: resource.id,
            });
        }
        members.push(member);
    }
    problems.append(&mut lost);
    sort::by_key(&mut members, |member| member.id);
    members
}

/// Task, member and assignment of each assignment that counts.
fn asked<'a>(
    net: &Net<'a>,
    members: &FxHashMap<base::ResourceId, usize>,
    problems: &mut Vec<Problem>,
) -> Vec<(usize, usize, &'a Assignment)> {
    let project: ProjectId = net.project.id;
    let mut tasks = FxHashMap::default();
    for (at, task) in net.network.tasks.iter().enumerate() {
        tasks.entry(task.id).or_insert(at);
    }
    let mut asked = Vec::with_capacity(net.project.assignments.len());
    for assignment in net.project.assignments {
        let missing = |part| Problem::Missing {
            project,
            assignment: assignment.id,
            part,
        };
        let Some(task) = tasks.get(&assignment.task).copied() else {
            problems.push(missing(MissingPart::Task));
            continue;
        };
        let Some(member) = members.get(&assignment.resource).copied() else {
            problems.push(missing(MissingPart::Resource));
            continue;
        };
        let Some(node) = net.network.tasks.get(task) else {
            continue;
        };
        if member == usize::MAX || node.inactive || total(node, assignment) == 0 {
            continue;
        }
        if node.summary {
            problems.push(Problem::OnSummary {
                project,
                assignment: assignment.id,
            });
            continue;
        }
        asked.push((task, member, assignment));
    }
    asked
}
