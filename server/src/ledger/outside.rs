//! Somebody outside 外部人员 signs a form: a customer, by a link that is good once, on their own device or on the tablet in hand.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shared::api::{
    Decide, DecideOutside, Decided, MOST_PICTURES, Named, NewOutsideLink, OutsideForm,
    OutsideLink as MadeLink,
};
use shared::base::{DepartmentId, PersonId, ProjectId};
use shared::ledger::hash::of_file;
use shared::ledger::record::{LARGEST_SIGNATURE, What};
use shared::ledger::{Act, Chain, Entry, Project, Wish};
use shared::pack::review::{Does, Now};
use shared::pack::value::{Answers, Value};

use super::{Asker, Ledger, LedgerError};
use crate::secret::Secret;
use crate::store::{OutsideLink, StoreError, ledger as rows};

/// How long a link is good: a customer takes their time.
const GOOD_MS: i64 = 14 * 24 * 60 * 60 * 1000;
/// Where links lead to, in the app.
pub(crate) const PLACE: &str = "/sign/";

impl Ledger {
    /// A link for somebody whom the project has named for a role outside. Members of the project make them.
    pub(crate) async fn make_link(
        &self,
        by: PersonId,
        project: ProjectId,
        new: &NewOutsideLink,
    ) -> Result<MadeLink, LedgerError> {
        if self.store.standing(by, project).await?.role.is_none() {
            return Err(LedgerError::NoProject);
        }
        let entries = self
            .store
            .ledger_entries(Chain::Project(project), 0)
            .await?;
        let packs = self.known(&entries, None).await?;
        let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
        let known = {
            let (standing, _) = Project::replay(&find, &entries);
            standing.outside().contains_key(&new.person) && standing.forms().contains_key(&new.form)
        };
        if !known {
            return Err(LedgerError::NoSigner);
        }
        let (secret, now) = (
            Secret::random().map_err(StoreError::from)?,
            self.clock.now(),
        );
        let link = OutsideLink {
            project,
            person: new.person,
            form: new.form,
            expires: now.plus_ms(GOOD_MS),
            made_by: by,
            used: false,
        };
        let kept = Secret::kept(secret.text());
        self.store.add_outside_link(kept, &link, now).await?;
        Ok(MadeLink {
            path: format!("{PLACE}{}", secret.text()),
            expires: link.expires,
        })
    }

    /// What whoever has a link signs: the form and its record, and nothing else of the project.
    pub(crate) async fn by_link(&self, secret: &str) -> Result<OutsideForm, LedgerError> {
        let link = self.link(secret).await?;
        let chain = Chain::Project(link.project);
        let entries = self.store.ledger_entries(chain, 0).await?;
        let packs = self.known(&entries, None).await?;
        let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
        let (pack, pack_hash, name, seen, outside) = {
            let (standing, _) = Project::replay(&find, &entries);
            let form = standing
                .forms()
                .get(&link.form)
                .ok_or(LedgerError::NoProject)?;
            let name = standing.outside().get(&link.person).cloned();
            let mut seen = Seen::default();
            for past in &form.past {
                seen.people.insert(past.by);
                match &past.act.does {
                    Does::Submit { answers } => seen.answers(answers),
                    Does::Decide { filled, .. } => seen.answers(filled),
                    _ => {}
                }
            }
            let name = name.unwrap_or_default();
            let outside = standing.outside().clone();
            (form.pack.clone(), form.pack_hash, name, seen, outside)
        };
        let organisation = self.store.organisation().await?;
        let people = organisation.people.into_iter();
        let people = people.map(|known| (known.id, known.display_name));
        let people = people.chain(outside);
        let people = people.filter(|(id, _)| seen.people.contains(id));
        let departments = organisation.departments.into_iter();
        let departments = departments.filter(|known| seen.departments.contains(&known.id));
        let project_name = self.store.project_name(link.project).await?;
        Ok(OutsideForm {
            organisation: organisation.name,
            project_name: project_name.unwrap_or_default(),
            people: people.map(|(id, name)| Named { id, name }).collect(),
            departments: departments.collect(),
            project: link.project,
            form: link.form,
            person: link.person,
            name,
            pack,
            pack_hash,
            entries: shown(entries, &link),
            expires: link.expires,
        })
    }

    /// The project of a file that whoever has a link may read: one that the form names.
    pub(crate) async fn file_by_link(
        &self,
        secret: &str,
        hash: &str,
    ) -> Result<Option<ProjectId>, LedgerError> {
        let link = self.link(secret).await?;
        let named = self.entries_of(&link).await?.iter().any(|entry| {
            let record = entry.record();
            let files = record.and_then(|record| record.act().map(Act::attached));
            files.is_some_and(|files| files.iter().any(|file| file.hash == hash))
        });
        Ok(named.then_some(link.project))
    }

    /// An opinion by link; where it counts, the link is used up. Sent again it is answered as it was.
    pub(crate) async fn decide_by_link(
        &self,
        secret: &str,
        ask: DecideOutside,
    ) -> Result<Decided, LedgerError> {
        let kept = Secret::kept(secret);
        let found = self.link(secret).await;
        if let Err(LedgerError::NoLink) = found {
            return Err(LedgerError::NoLink);
        }
        let wish: Wish = serde_json::from_str(&ask.wish)
            .map_err(|error| LedgerError::Unreadable(error.to_string()))?;
        let link = match found {
            // the answer may have been lost on the way
            Err(LedgerError::LinkUsed) if self.was_taken(&wish).await? => {
                let link = self.store.outside_link(kept).await?;
                link.ok_or(LedgerError::NoLink)?
            }
            link => link?,
        };
        let opinion = match &wish.act {
            Act::Form(act) => act.form == link.form && matches!(act.does, Does::Decide { .. }),
            _ => false,
        };
        if !opinion || wish.project != link.project {
            return Err(LedgerError::NotByLink);
        }
        self.keep_pictures(&link, &wish, &ask.pictures).await?;
        let asker = Asker {
            person: link.person,
            device: None,
            link: Some(kept),
        };
        let (wish, signature) = (ask.wish, None);
        self.decide(asker, &Decide { wish, signature }).await
    }

    /// Keeps the pictures that come with an opinion, where it is the person's turn: nothing is kept for who only knocks.
    async fn keep_pictures(
        &self,
        link: &OutsideLink,
        wish: &Wish,
        pictures: &[String],
    ) -> Result<(), LedgerError> {
        if pictures.is_empty() {
            return Ok(());
        }
        if pictures.len() > MOST_PICTURES || link.used {
            return Err(LedgerError::Pictures);
        }
        let named: BTreeSet<String> = wish.act.attached().into_iter().map(|a| a.hash).collect();
        let mut all = Vec::new();
        for text in pictures {
            let bytes = STANDARD.decode(text).map_err(|_| LedgerError::Pictures)?;
            let hash = of_file(&bytes);
            let fits = (1..=LARGEST_SIGNATURE).contains(&(bytes.len() as u64));
            if !fits || !named.contains(&hash.to_string()) {
                return Err(LedgerError::Pictures);
            }
            all.push((hash, bytes));
        }
        if !self.is_turn_of(link).await? {
            return Ok(());
        }
        let now = self.clock.now();
        for (hash, bytes) in all {
            let size = bytes.len() as u64;
            // who made the link answers for what comes by it: who signs has no account
            let begun = self
                .store
                .begin_attachment(link.project, hash, size, link.made_by, now);
            begun.await?;
            self.store.put_part(link.project, hash, 0, &bytes).await?;
        }
        Ok(())
    }

    /// Whether who signs by a link may decide in its form now.
    async fn is_turn_of(&self, link: &OutsideLink) -> Result<bool, LedgerError> {
        let entries = self.entries_of(link).await?;
        let packs = self.known(&entries, None).await?;
        let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
        let (standing, _) = Project::replay(&find, &entries);
        let people = standing.people(&Default::default());
        let due = |since, deadline: &_| self.due(since, deadline);
        let now = Now {
            people: &people,
            at: self.clock.now(),
            due: &due,
        };
        let waiting = standing.waiting(&now);
        Ok(waiting
            .iter()
            .any(|(form, seat)| *form == link.form && seat.who.contains(&link.person)))
    }

    /// Whether a wish of that key is in the ledger.
    async fn was_taken(&self, wish: &Wish) -> Result<bool, LedgerError> {
        let mut tx = self.store.begin().await?;
        Ok(rows::of_key(&mut tx, wish.key).await?.is_some())
    }

    /// The project's chain, with the bodies of what concerns the form of a link.
    async fn entries_of(&self, link: &OutsideLink) -> Result<Vec<Entry>, LedgerError> {
        let chain = Chain::Project(link.project);
        Ok(shown(self.store.ledger_entries(chain, 0).await?, link))
    }

    async fn link(&self, secret: &str) -> Result<OutsideLink, LedgerError> {
        let found = self.store.outside_link(Secret::kept(secret)).await?;
        let link = found.ok_or(LedgerError::NoLink)?;
        match link {
            OutsideLink { used: true, .. } => Err(LedgerError::LinkUsed),
            link if link.expires <= self.clock.now() => Err(LedgerError::LinkOver),
            link => Ok(link),
        }
    }
}

/// Whom and what a form names: of that people outside read the names.
#[derive(Default)]
struct Seen {
    people: BTreeSet<PersonId>,
    departments: BTreeSet<DepartmentId>,
}

impl Seen {
    fn answers(&mut self, answers: &Answers) {
        for value in answers.values() {
            match value {
                Value::Person(person) => drop(self.people.insert(*person)),
                Value::Department(department) => drop(self.departments.insert(*department)),
                Value::Table(rows) => rows.iter().for_each(|row| self.answers(row)),
                _ => {}
            }
        }
    }
}

/// Entries, with the bodies that are for who signs by a link.
fn shown(entries: Vec<Entry>, link: &OutsideLink) -> Vec<Entry> {
    let one = |entry: Entry| match is_of(&entry, link) {
        true => entry,
        false => entry.without_body(),
    };
    entries.into_iter().map(one).collect()
}

/// Whether an entry is for who signs by a link: what was done to the form, who runs the project by what, who was named.
fn is_of(entry: &Entry, link: &OutsideLink) -> bool {
    match entry.record().map(|record| record.what) {
        Some(
            What::Act(Act::Form(act))
            | What::Late {
                act: Act::Form(act),
                ..
            },
        ) => act.form == link.form,
        Some(What::Act(Act::Adopt { .. })) => true,
        Some(What::Act(Act::Invite { person, .. })) => person == link.person,
        _ => false,
    }
}
