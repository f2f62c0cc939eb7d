//! What people are told: kept with the entry that it follows from, and when time has passed.

use std::sync::Arc;

use shared::api::AboutForm;
use shared::base::{ProjectId, Timestamp};
use shared::ledger::notice::{Notice, of_entry, of_time, over};
use shared::ledger::{Chain, Project, Record};
use shared::pack::review::{Now, People};
use tokio::sync::Notify;

use super::Ledger;
use crate::secret::random_bytes;
use crate::store::notices::{self, NewNotice, Sends};
use crate::store::{StoreError, Tx, ledger as rows, people_at};

/// By what notices leave this server, and how whoever sends them hears that there are some.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    /// By what.
    pub(crate) sends: Sends,
    /// Something may be due.
    pub(crate) wake: Arc<Notify>,
}

impl Ledger {
    /// Keeps what follows from a record, in the transaction of its entry.
    pub(super) async fn tell_of(
        &self,
        tx: &mut Tx,
        id: ProjectId,
        (before, after): (&Project<'_>, &Project<'_>),
        (seq, record): (u64, &Record),
        (people, at): (&People, Timestamp),
    ) -> Result<(), StoreError> {
        let gone = over(before, after).into_iter();
        let gone: Vec<_> = gone.map(|(form, seat)| (form, seat.0)).collect();
        notices::over(tx, &gone, at).await?;
        let told = self.at(people, at, |now| {
            of_entry(before, after, (seq, record), now)
        });
        let kept = new(id, after, told)?;
        notices::keep(tx, &kept, self.outbox.sends, at).await?;
        Ok(())
    }

    /// Keeps what people are to be told because time passed, each thing once whichever node does it. How much was new.
    pub(crate) async fn tell_of_time(&self) -> Result<usize, StoreError> {
        let mut new = 0;
        for (id, _) in self.store.with_open_forms().await? {
            let known = self.store.notice_keys(id).await?;
            let unknown =
                |kept: &NewNotice| !known.contains(&format!("{id}/{}", kept.notice.key()));
            if !self.fallen_due(id, None).await?.iter().any(unknown) {
                continue;
            }
            // looked at again where nobody decides meanwhile
            let mut tx = self.store.begin().await?;
            rows::lock(&mut tx, Chain::Project(id)).await?;
            let mut told = self.fallen_due(id, Some(&mut tx)).await?;
            told.retain(unknown);
            let at = self.clock.now();
            new += notices::keep(&mut tx, &told, self.outbox.sends, at).await?;
            tx.commit().await?;
        }
        if new > 0 {
            self.outbox.wake.notify_one();
        }
        Ok(new)
    }

    async fn fallen_due(
        &self,
        id: ProjectId,
        mut tx: Option<&mut Tx>,
    ) -> Result<Vec<NewNotice>, StoreError> {
        let chain = Chain::Project(id);
        let entries = match &mut tx {
            Some(tx) => rows::entries(tx, chain, 0).await?,
            None => self.store.ledger_entries(chain, 0).await?,
        };
        let packs = self.known(&entries, None).await?;
        let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
        let (project, _) = Project::replay(&find, &entries);
        let at = self.clock.now();
        let organisation = match (project.pack(), tx) {
            (Some((_, pack)), Some(tx)) => people_at(tx, pack, Some(id), at).await?,
            (Some((_, pack)), None) => self.store.people_at(pack, Some(id), at).await?,
            (None, _) => return Ok(Vec::new()),
        };
        let people = project.people(&organisation.deciders);
        let told = self.at(&people, at, |now| of_time(&project, now));
        new(id, &project, told)
    }

    fn at<T>(&self, people: &People, at: Timestamp, ask: impl FnOnce(&Now<'_>) -> T) -> T {
        let due = |since, deadline: &_| self.due(since, deadline);
        let now = Now {
            people,
            at,
            due: &due,
        };
        ask(&now)
    }
}

/// Notices as they are kept, always in the same order: two nodes that keep the same ones do not wait for each other.
fn new(
    project: ProjectId,
    standing: &Project<'_>,
    mut notices: Vec<Notice>,
) -> Result<Vec<NewNotice>, StoreError> {
    notices.sort_by_cached_key(Notice::key);
    let mut kept = Vec::with_capacity(notices.len());
    for notice in notices {
        let Some(form) = standing.forms().get(&notice.form) else {
            continue;
        };
        let about = AboutForm {
            form: form.kind.name.clone(),
            title: form.title(),
            number: form.number.clone(),
        };
        let id = random_bytes()?;
        kept.push(NewNotice {
            id,
            notice,
            project,
            about,
        });
    }
    Ok(kept)
}
