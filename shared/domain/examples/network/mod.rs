//! Networks to measure with: the same in every program that includes this file by `#[path]`, native and in wasm.

use base::{AssignmentId, CalendarId, LinkId, Minutes, Moment, ProjectId, ResourceId, TaskId};
use domain::calendar::{Calendar, Exception};
use domain::level::{self, Levelled, Options, Project};
use domain::plan::{Lag, Link, LinkKind, Plan, Task};
use domain::resource::{Assignment, Pool, Resource, WHOLE, work_of};
use domain::schedule::{Engine, schedule};

/// Which links a network has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// All four kinds, with lag and lead.
    All,
    /// Finish-start and start-start with lag: what every scheduler has.
    Common,
}

/// Small, quick and everywhere the same.
fn generator() -> impl FnMut(u64) -> u64 {
    let mut state = 1u64;
    move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below.max(1)
    }
}

fn start() -> Moment {
    Moment::ymd_hm(2026, 1, 5, 8, 0).unwrap_or_default()
}

fn task(n: u64) -> TaskId {
    TaskId::from_bytes(n.to_be_bytes())
}

/// A plan without cycles: each task waits for two of the fifty before it.
pub(crate) fn plan(tasks: u64, exceptions: i64, links: Links) -> Plan {
    let mut random = generator();
    let start = match links {
        Links::All => start(),
        // TaskJuggler has no year after 2035
        Links::Common => Moment::ymd_hm(2016, 1, 4, 8, 0).unwrap_or_default(),
    };
    let mut calendar = Calendar::standard("Standard");
    for n in 0..exceptions {
        let day = Moment::from_day(start.day() + n * 17);
        calendar.exceptions.push(Exception {
            name: String::new(),
            first: day,
            last: day,
            hours: Vec::new(),
        });
    }
    let calendar_id = CalendarId::from_bytes([1; 8]);
    let mut plan = Plan {
        start,
        calendar: Some(calendar_id),
        calendars: vec![(calendar_id, calendar)],
        ..Plan::default()
    };
    let kinds = match links {
        Links::All => [
            LinkKind::FinishStart,
            LinkKind::FinishStart,
            LinkKind::StartStart,
            LinkKind::FinishFinish,
            LinkKind::StartFinish,
        ],
        Links::Common => [
            LinkKind::FinishStart,
            LinkKind::FinishStart,
            LinkKind::FinishStart,
            LinkKind::StartStart,
            LinkKind::StartStart,
        ],
    };
    let lead = match links {
        Links::All => 1,
        Links::Common => 0,
    };
    for n in 0..tasks {
        plan.tasks.push(Task {
            duration: random(10) as i64 * 240,
            uid: Some(n as i64 + 1),
            ..Task::new(task(n))
        });
        for _ in 0..if n == 0 { 0 } else { 2 } {
            let pred = task(n - 1 - random(n.min(50)));
            let twice = |link: &Link| link.pred == pred && link.succ == task(n);
            // TaskJuggler takes one link between two tasks
            if links == Links::Common && plan.links.last().is_some_and(twice) {
                continue;
            }
            plan.links.push(Link {
                id: LinkId::from_bytes((plan.links.len() as u64).to_be_bytes()),
                pred,
                succ: task(n),
                kind: kinds[random(5) as usize],
                lag: Lag::Working((random(6) as i64 - lead) * 240),
            });
        }
    }
    plan
}

/// What is measured of a plan.
pub(crate) struct Measured {
    pub(crate) plan: Plan,
    engine: Engine,
    edits: usize,
}

impl Measured {
    pub(crate) fn new(tasks: u64, exceptions: i64, links: Links) -> Self {
        let plan = plan(tasks, exceptions, links);
        let mut engine = Engine::default();
        engine.run(&plan);
        Self {
            plan,
            engine,
            edits: 0,
        }
    }

    /// All dates from nothing.
    pub(crate) fn whole(&self) {
        let (schedule, problems) = schedule(&self.plan);
        assert!(problems.is_empty() && schedule.rows.len() == self.plan.tasks.len());
    }

    /// Some place in the plan, another one each time.
    fn place(&mut self) -> usize {
        self.edits += 1;
        self.plan.tasks.len() * (self.edits % 20 + 1) / 22
    }

    /// A task takes an hour longer.
    pub(crate) fn edit(&mut self) {
        let at = self.place();
        self.plan.tasks[at].duration += 60;
        self.engine.run(&self.plan);
    }

    /// A task waits for one more.
    pub(crate) fn link(&mut self) {
        let at = self.place();
        self.plan.links.push(Link {
            id: LinkId::from_bytes((1_000_000 + self.edits as u64).to_be_bytes()),
            pred: self.plan.tasks[at].id,
            succ: self.plan.tasks[at + 40].id,
            kind: LinkKind::FinishStart,
            lag: Lag::Working(0),
        });
        self.engine.run(&self.plan);
    }
}

/// A plan that waits for people.
pub(crate) struct Great {
    plan: Plan,
    pool: Pool,
    assignments: Vec<Assignment>,
}

impl Great {
    /// Each task waits for two of the fifty before it and asks for one of `people`.
    pub(crate) fn new(tasks: u64, people: u64) -> Self {
        let mut random = generator();
        let mut plan = Plan {
            start: start(),
            ..Plan::default()
        };
        let mut assignments = Vec::new();
        for n in 0..tasks {
            let duration = random(20) as Minutes * 240;
            plan.tasks.push(Task {
                duration,
                ..Task::new(task(n))
            });
            for _ in 0..if n == 0 { 0 } else { 2 } {
                plan.links.push(Link {
                    id: LinkId::from_bytes((plan.links.len() as u64).to_be_bytes()),
                    pred: task(n - 1 - random(n.min(50))),
                    succ: task(n),
                    kind: LinkKind::FinishStart,
                    lag: Lag::Working(0),
                });
            }
            assignments.push(Assignment {
                id: AssignmentId::from_bytes(n.to_be_bytes()),
                task: task(n),
                resource: ResourceId::from_bytes(random(people).to_be_bytes()),
                units: WHOLE,
                work: work_of(duration, WHOLE),
            });
        }
        let pool = Pool {
            resources: (0..people)
                .map(|n| Resource::new(ResourceId::from_bytes(n.to_be_bytes())))
                .collect(),
            ..Pool::default()
        };
        Self {
            plan,
            pool,
            assignments,
        }
    }

    /// Levels it.
    pub(crate) fn level(&self) -> Levelled {
        let project = Project {
            id: ProjectId::from_bytes([1; 16]),
            plan: &self.plan,
            assignments: &self.assignments,
            priority: level::NORMAL,
            priorities: &[],
        };
        level::level(&self.pool, &[project], &Options::default()).0
    }
}
