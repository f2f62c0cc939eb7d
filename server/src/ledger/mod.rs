//! Decisions: checked by the same pure function as on every device, appended, and carried out, in one transaction.

mod carry_out;
mod decide;
mod document;
mod inbox;
pub(crate) mod notice;
mod outside;
mod packs;
mod read;
mod seal;
mod signer;
pub(crate) mod verify;

use std::sync::Arc;

use shared::api::{Decide, LedgerKey};
use shared::base::{DecisionId, DeviceId, PersonId, ProjectId, Timestamp};
use shared::domain::calendar::holidays::{Holidays, chinese};
use shared::ledger::due::{CHINA, due, works};
use shared::ledger::project::DutyStanding;
use shared::ledger::{Act, Hash, Project, Wish};
use shared::pack::route::Deadline;

use crate::clock::Clock;
use crate::notices::Notices;
use crate::packs::Packs;
use crate::secret::random_bytes;
use crate::store::{Store, StoreError};
use crate::sync::Hub;
use crate::sync::keeper::KeepError;
pub(crate) use notice::Outbox;
pub(crate) use outside::PLACE;
use signer::Signer;

/// Minutes that local time is ahead of UTC.
const OFFSET: i64 = CHINA;

/// What decisions need. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    store: Store,
    packs: Packs,
    clock: Clock,
    notices: Notices,
    hub: Hub,
    signer: Arc<Signer>,
    holidays: Arc<Holidays>,
    outbox: Outbox,
}

/// Why a wish was not even looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    /// It cannot be read.
    #[error("the wish cannot be read: {0}")]
    Unreadable(String),
    /// The project is not there, or not for this person.
    #[error("there is no such project")]
    NoProject,
    /// Nobody of that id was named for a role outside, or there is no such form.
    #[error("the project has named nobody of that id for a role outside, or has no such form")]
    NoSigner,
    /// There never was such a link.
    #[error(
        "there is no such link: look whether the whole address was taken over, or ask for another one"
    )]
    NoLink,
    /// The link was used.
    #[error(
        "the link was used to sign already: ask for another one where something is to be signed still"
    )]
    LinkUsed,
    /// The link is too old.
    #[error("the time for which the link was good is over: ask for another one")]
    LinkOver,
    /// The pictures that came are not those that the wish names, too many or too large.
    #[error(
        "a picture is not one that the opinion names, or is too large: sign again, smaller; nothing was kept"
    )]
    Pictures,
    /// By a link one gives an opinion about its form, and nothing else.
    #[error("by this link an opinion about its form is given, and nothing else")]
    NotByLink,
    /// The key was used for something else.
    #[error("this key was used for another wish")]
    KeyUsed,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The form's document cannot be read.
    #[error(transparent)]
    Document(#[from] Arc<KeepError>),
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker {
    /// The person.
    pub(crate) person: PersonId,
    /// The device they are signed in on.
    pub(crate) device: Option<DeviceId>,
    /// Of somebody outside: the link by which they sign, as it is kept. It is used up with an entry that counts.
    pub(crate) link: Option<[u8; 32]>,
}

impl Ledger {
    /// Ready to decide; the first time a key is made.
    pub(crate) async fn start(
        store: Store,
        packs: Packs,
        clock: Clock,
        notices: Notices,
        hub: Hub,
        outbox: Outbox,
    ) -> Result<Self, StoreError> {
        let signer = Arc::new(Signer::load(&store, clock.now()).await?);
        let holidays = Arc::new(chinese());
        Ok(Self {
            store,
            packs,
            clock,
            notices,
            hub,
            signer,
            holidays,
            outbox,
        })
    }

    /// The keys with which heads were signed.
    pub(crate) async fn keys(&self) -> Result<Vec<LedgerKey>, StoreError> {
        let keys = self.store.ledger_keys().await?;
        Ok(keys.iter().map(signer::public).collect())
    }

    /// Registers the key of a device.
    pub(crate) async fn put_device_key(
        &self,
        device: DeviceId,
        public: &[u8],
    ) -> Result<Timestamp, StoreError> {
        let now = self.clock.now();
        self.store.put_device_key(device, public, now).await?;
        Ok(now)
    }

    /// A project that was just made is run by a regulation from now on.
    pub(crate) async fn adopt(
        &self,
        person: PersonId,
        project: ProjectId,
        pack: Hash,
    ) -> Result<(), LedgerError> {
        let key = DecisionId::from_bytes(random_bytes().map_err(StoreError::from)?);
        let made = self.clock.now();
        let act = Act::Adopt { pack };
        let wish = Wish {
            key,
            project,
            made,
            act,
        };
        let wish = serde_json::to_string(&wish).unwrap_or_default();
        let asker = Asker {
            person,
            device: None,
            link: None,
        };
        let signature = None;
        self.decide(asker, &Decide { wish, signature }).await?;
        Ok(())
    }

    fn due(&self, since: Timestamp, deadline: &Deadline) -> Timestamp {
        due(since, deadline, OFFSET, &self.holidays)
    }

    /// How far a project is with its duties.
    fn due_duties<'a>(&self, project: &Project<'a>, at: Timestamp) -> Vec<DutyStanding<'a>> {
        project.due_duties(at, OFFSET, &|day| works(day, &self.holidays))
    }
}
