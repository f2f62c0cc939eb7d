//! History: who changed what and when, where people wrote beside each other, how a plan was at any moment, and the
//! way back to it. All of it is derived from the changes themselves, the same on every replica.

mod conflict;
mod form;
mod log;
mod moment;
mod restore;
mod steps;

use base::{ChangeHash, LinkId, TaskId, Timestamp, sort};
use domain::permission::DocumentKind;

pub use conflict::{Met, Settled};
pub(crate) use conflict::{counts, same};
pub use form::{FormDeed, FormHistory, FormPage, FormStep, Said};
pub use restore::{Difference, Preview, Scope};
pub use steps::{Deed, Step};

use crate::document::Document;
use crate::model::ProgressModel;
use crate::view::plan::{PlanView, Subject};
use log::Log;
use moment::Past;
use restore::Compare;

/// A moment of a plan: the heads of its documents then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moment {
    /// Of the plan.
    pub plan: Vec<ChangeHash>,
    /// Of the progress document.
    pub progress: Vec<ChangeHash>,
}

/// Some steps of a history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The steps, newest first.
    pub steps: Vec<Step>,
    /// How many there are in all.
    pub total: usize,
}

/// The history of a plan: of its document and of the progress document beside it. Reads what is new at each
/// [`PlanHistory::refresh`]; belongs to these loads of the documents.
#[derive(Debug, Default)]
pub struct PlanHistory {
    plan: Log,
    progress: Log,
    /// Both documents' changes that tell something, in one row, oldest first.
    row: Vec<(DocumentKind, u32)>,
}

impl PlanHistory {
    /// Brings it up to date with the documents.
    pub fn refresh(&mut self, plan: &mut Document, progress: Option<&mut Document>) {
        let mut anything = self.plan.refresh(plan);
        if let Some(progress) = progress {
            anything |= self.progress.refresh(progress);
        }
        if !anything {
            return;
        }
        let (plan, progress) = (self.plan.row().to_vec(), self.progress.row().to_vec());
        let mut plan = plan.into_iter().peekable();
        let mut progress = progress.into_iter().peekable();
        self.row.clear();
        let key = |log: &Log, n: &u32| log.changes.get(*n as usize).map(log::Made::key);
        loop {
            let first = match (plan.peek(), progress.peek()) {
                (None, None) => break,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(a), Some(b)) => key(&self.plan, a) <= key(&self.progress, b),
            };
            let (kind, log, next) = if first {
                (DocumentKind::Plan, &self.plan, plan.next())
            } else {
                (DocumentKind::Progress, &self.progress, progress.next())
            };
            if let Some(n) = next
                && log.tells(n, None)
            {
                self.row.push((kind, n));
            }
        }
    }

    fn log(&self, kind: DocumentKind) -> &Log {
        match kind {
            DocumentKind::Progress => &self.progress,
            _ => &self.plan,
        }
    }

    /// Conflicts of both documents, open and settled, the latest first.
    pub fn conflicts(&self) -> Vec<Met> {
        let mut all = self.plan.conflicts();
        let mut progress = self.progress.conflicts();
        for met in &mut progress {
            met.removed = self.is_removed(met.subject);
        }
        all.extend(progress);
        sort::by(&mut all, |a, b| {
            let key = |met: &Met| {
                let last = met.values.iter().map(|v| v.at).max();
                (
                    met.settled.as_ref().map(|s| s.at).max(last),
                    met.subject,
                    met.field.clone(),
                )
            };
            key(b).cmp(&key(a))
        });
        all
    }

    fn is_removed(&self, subject: Subject) -> bool {
        !self
            .plan
            .shown(subject, crate::schema::DELETED_AT)
            .is_empty()
    }

    /// Steps, newest first, without the first `skip`; about one task and its links only, where it is given.
    pub fn page(&self, of: Option<TaskId>, skip: usize, count: usize) -> Page {
        let links = of.map(|task| (task, self.plan.links_of(task)));
        let of = links.as_ref().map(|(task, links)| (*task, links));
        let mut page = Page::default();
        for (kind, n) in self.row.iter().rev() {
            let log = self.log(*kind);
            if of.is_some() && !log.tells(*n, of) {
                continue;
            }
            if page.total >= skip && page.steps.len() < count {
                page.steps.extend(log.step(*n, *kind, of));
            }
            page.total += 1;
        }
        page
    }

    /// The moment after a step; `None` where it is not here.
    pub fn moment_after(&mut self, change: ChangeHash) -> Option<Moment> {
        let made = |log: &Log| {
            let n = log.by_hash.get(&change)?;
            log.changes.get(*n as usize).map(log::Made::key)
        };
        let key = made(&self.plan).or_else(|| made(&self.progress))?;
        Some(self.up_to(key))
    }

    /// The moment before a step; `None` where it is not here.
    pub fn moment_before(&mut self, change: ChangeHash) -> Option<Moment> {
        let found = self.row.iter().position(|(kind, n)| {
            let made = self.log(*kind).changes.get(*n as usize);
            made.is_some_and(|made| made.hash == change)
        })?;
        let before = found.checked_sub(1).and_then(|n| self.row.get(n)).copied();
        let Some((kind, n)) = before else {
            return Some(self.moment_at(Timestamp(0)));
        };
        let key = self.log(kind).changes.get(n as usize).map(log::Made::key)?;
        Some(self.up_to(key))
    }

    /// The moment at a time.
    pub fn moment_at(&mut self, at: Timestamp) -> Moment {
        self.up_to((at, u64::MAX, ChangeHash::from_bytes([255; 32])))
    }

    fn up_to(&mut self, key: (Timestamp, u64, ChangeHash)) -> Moment {
        Moment {
            plan: self.plan.heads_up_to(key),
            progress: self.progress.heads_up_to(key),
        }
    }

    /// The plan as it was, with its dates. Conflicts and what ran beside removals are not in it. `None` where the
    /// moment is not all here.
    pub fn at(
        &self,
        moment: &Moment,
        plan: &Document,
        progress: Option<&Document>,
    ) -> Option<PlanView> {
        let mut model = Past::new(&self.plan, plan, &moment.plan)?.plan();
        let progress = match progress {
            Some(progress) => {
                Some(Past::new(&self.progress, progress, &moment.progress)?.progress())
            }
            None => None,
        };
        Some(crate::view::plan::view_of(&mut model, progress.as_ref()))
    }

    /// What going back to a moment would do. `None` where the moment is not all here.
    pub fn preview(
        &self,
        moment: &Moment,
        scope: &Scope,
        plan: &Document,
        progress: Option<&Document>,
    ) -> Option<Preview> {
        let all = |log: &Log| vec![true; log.changes.len()];
        let past = Past::new(&self.plan, plan, &moment.plan)?;
        let now = Past {
            known: all(&self.plan),
            heads: Vec::new(),
            log: &self.plan,
            inner: past.inner,
        };
        let progress = match progress {
            Some(progress) => Some(Past::new(&self.progress, progress, &moment.progress)?),
            None => None,
        };
        let mut compare = Compare {
            then: past.plan(),
            then_progress: progress
                .as_ref()
                .map_or_else(ProgressModel::default, Past::progress),
            now: now.plan(),
            plan: past,
            progress,
        };
        Some(compare.preview(scope))
    }

    /// The name of a task as it stands, removed ones too; empty where there is none.
    pub fn name(&self, task: TaskId) -> String {
        self.plan.shown(Subject::Task(task), crate::schema::NAME)
    }

    /// The ends of a link, removed ones too.
    pub fn ends(&self, link: LinkId) -> Option<(TaskId, TaskId)> {
        let end = |field| self.plan.shown(Subject::Link(link), field).parse().ok();
        Some((end(crate::schema::PRED)?, end(crate::schema::SUCC)?))
    }
}

/// Steps that follow each other, of one person, each within `minutes` of the next, put together: from and to in the
/// list.
pub fn fold(steps: &[Step], minutes: i64) -> Vec<(usize, usize)> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| steps.get(n));
        let joins = before.is_some_and(|before| {
            before.by == step.by && before.at.since(step.at).abs() <= minutes * 60_000
        });
        match groups.last_mut() {
            Some(group) if joins => group.1 = n + 1,
            _ => groups.push((n, n + 1)),
        }
    }
    groups
}
