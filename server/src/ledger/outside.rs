//! Somebody outside 外部人员 signs a form: a customer, by a link that is good once, on their own device or on the tablet in hand.

use shared::api::{Decide, Decided, NewOutsideLink, OutsideForm, OutsideLink as MadeLink};
use shared::base::{PersonId, ProjectId};
use shared::ledger::record::What;
use shared::ledger::{Act, Chain, Entry, Project, Wish};
use shared::pack::review::Does;

use super::{Asker, Ledger, LedgerError};
use crate::secret::Secret;
use crate::store::{OutsideLink, StoreError};

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
        };
        let kept = Secret::kept(secret.text());
        self.store.add_outside_link(kept, &link, by, now).await?;
        Ok(MadeLink {
            path: format!("{PLACE}{}", secret.text()),
            expires: link.expires,
        })
    }

    /// What whoever has a link signs: the form and its record, and nothing else of the project.
    pub(crate) async fn by_link(&self, secret: &str) -> Result<OutsideForm, LedgerError> {
        let link = self.link(secret).await?;
        let entries = self
            .store
            .ledger_entries(Chain::Project(link.project), 0)
            .await?;
        let packs = self.known(&entries, None).await?;
        let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
        let (pack, pack_hash, name) = {
            let (standing, _) = Project::replay(&find, &entries);
            let form = standing
                .forms()
                .get(&link.form)
                .ok_or(LedgerError::NoProject)?;
            let name = standing.outside().get(&link.person).cloned();
            (form.pack.clone(), form.pack_hash, name.unwrap_or_default())
        };
        let shown = |entry: Entry| match is_of(&entry, &link) {
            true => entry,
            false => entry.without_body(),
        };
        Ok(OutsideForm {
            organisation: self.store.organisation().await?.name,
            project: link.project,
            form: link.form,
            person: link.person,
            name,
            pack,
            pack_hash,
            entries: entries.into_iter().map(shown).collect(),
            expires: link.expires,
        })
    }

    /// An opinion by link; where it is taken, the link is used up.
    pub(crate) async fn decide_by_link(
        &self,
        secret: &str,
        ask: &Decide,
    ) -> Result<Decided, LedgerError> {
        let link = self.link(secret).await?;
        let wish: Wish = serde_json::from_str(&ask.wish)
            .map_err(|error| LedgerError::Unreadable(error.to_string()))?;
        let opinion = match &wish.act {
            Act::Form(act) => act.form == link.form && matches!(act.does, Does::Decide { .. }),
            _ => false,
        };
        if !opinion || wish.project != link.project || ask.signature.is_some() {
            return Err(LedgerError::NotByLink);
        }
        let asker = Asker {
            person: link.person,
            device: None,
            link: Some(Secret::kept(secret)),
        };
        self.decide(asker, ask).await
    }

    async fn link(&self, secret: &str) -> Result<OutsideLink, LedgerError> {
        let found = self
            .store
            .outside_link(Secret::kept(secret), self.clock.now());
        found.await?.ok_or(LedgerError::NoLink)
    }
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
