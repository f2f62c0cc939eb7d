//! A project's ledger, for whom it is meant.

use std::collections::BTreeSet;

use shared::api::{LedgerPart, SignedHead};
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::ledger::hash::hex;
use shared::ledger::record::What;
use shared::ledger::{Act, Chain, Entry, Hash, Head, Project, Record};

use super::signer::signed;
use super::{Ledger, LedgerError};
use crate::store::PeopleAt;

impl Ledger {
    /// The entries after one; a body that is not for the person is left out. Members of the project read all; who decides
    /// in a form reads what was done to that.
    pub(crate) async fn part(
        &self,
        person: PersonId,
        project: ProjectId,
        after: u64,
    ) -> Result<LedgerPart, LedgerError> {
        let chain = Chain::Project(project);
        let known = self.store.standing(person, project).await?;
        let entries = self.store.ledger_entries(chain, 0).await?;
        let entries = match known.role {
            Some(_) => entries,
            None => self.for_one(person, project, entries).await?,
        };
        let entries: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| entry.seq > after)
            .collect();
        let head = match self.store.ledger_head(chain).await? {
            Some(row) if row.head.seq > 0 => signed(&row),
            _ => {
                let head = Head::empty(chain);
                let (key, signature) = self.signer.sign(&head)?;
                let signature = hex(&signature);
                SignedHead {
                    head,
                    key,
                    signature,
                }
            }
        };
        Ok(LedgerPart { entries, head })
    }

    /// Whether somebody may upload attachments to a project: a member, or who has a part in it.
    pub(crate) async fn may_attach(
        &self,
        person: PersonId,
        project: ProjectId,
    ) -> Result<(), LedgerError> {
        self.part(person, project, u64::MAX).await.map(|_| ())
    }

    /// Whether somebody may read an attachment: a member of the project, or who may read a form that names it.
    pub(crate) async fn may_read(
        &self,
        person: PersonId,
        project: ProjectId,
        hash: Hash,
    ) -> Result<bool, LedgerError> {
        if self.store.standing(person, project).await?.role.is_some() {
            return Ok(true);
        }
        let part = match self.part(person, project, 0).await {
            Err(LedgerError::NoProject) => return Ok(false),
            part => part?,
        };
        let hash = hash.to_string();
        let names = |record: Record| {
            let files = record.act().map(Act::attached);
            files.is_some_and(|files| files.iter().any(|file| file.hash == hash))
        };
        Ok(part.entries.iter().filter_map(Entry::record).any(names))
    }

    /// With the bodies that are for somebody who is no member.
    async fn for_one(
        &self,
        person: PersonId,
        id: ProjectId,
        entries: Vec<Entry>,
    ) -> Result<Vec<Entry>, LedgerError> {
        let packs = self.known(&entries, None).await?;
        let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
        let (project, _) = Project::replay(&find, &entries);
        let now = self.clock.now();
        let people = match project.pack() {
            Some((_, pack)) => self.store.people_at(pack, Some(id), now).await?,
            None => PeopleAt::default(),
        };
        let roles = roles_of(person, &project, &people);
        let mut forms: BTreeSet<DocumentId> = BTreeSet::new();
        for (form, known) in project.forms() {
            let steps = known
                .pack
                .route_of(known.kind)
                .into_iter()
                .flat_map(|route| &route.steps);
            let mut asked = steps.flat_map(|step| &step.reviewers);
            if known.has_part(person) || asked.any(|reviewer| roles.contains(&reviewer.role)) {
                forms.insert(*form);
            }
        }
        if forms.is_empty() && roles.is_empty() {
            return Err(LedgerError::NoProject);
        }
        let is_for = |entry: &Entry| match entry.record().map(|record| record.what) {
            Some(
                What::Act(Act::Form(act))
                | What::Late {
                    act: Act::Form(act),
                    ..
                },
            ) => forms.contains(&act.form),
            Some(What::Act(Act::Print { form, .. })) => forms.contains(&form),
            // who does not read a decision cannot follow that it was undone
            Some(What::Act(Act::Undo { entry, .. })) => {
                let decision = project.decisions().get(&entry);
                let form = decision.and_then(|decision| decision.form);
                form.is_none_or(|form| forms.contains(&form))
            }
            _ => true,
        };
        let shown = |entry: Entry| match is_for(&entry) {
            true => entry,
            false => entry.without_body(),
        };
        Ok(entries.into_iter().map(shown).collect())
    }
}

/// The roles of a pack that somebody holds, or acts in for somebody who does.
pub(super) fn roles_of<'p>(
    person: PersonId,
    project: &'p Project<'_>,
    people: &'p PeopleAt,
) -> BTreeSet<&'p shared::pack::id::RoleName> {
    let deputies = &people.deciders.deputies;
    let stands_for = |holder: &PersonId| {
        *holder == person
            || deputies
                .get(holder)
                .is_some_and(|acting| acting.contains(&person))
    };
    let held = people.deciders.roles.iter().chain(&people.starters);
    let held = held.chain(project.holders());
    held.filter(|(_, holders)| holders.iter().any(stands_for))
        .map(|(role, _)| role)
        .collect()
}
