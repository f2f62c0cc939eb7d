//! What a person wants the ledger to take: signed on this device, kept until the server has said what became of it.

use std::collections::HashSet;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use shared::api::{Decide, Decided, Inbox, PutDeviceKey};
use shared::base::{DecisionId, DocumentId, ProjectId, Timestamp};
use shared::ledger::hash::hex;
use shared::ledger::{Act, Refused, Wish};

use super::Replica;
use super::core::Core;
use super::later::Job;
use super::rows::{self, CACHE, EXTRA, PENDING};
use crate::platform::clock;
use crate::platform::database::{Key, Range, Write};
use crate::platform::http::{self, HttpError};
use crate::platform::keys::DeviceKey;
use crate::platform::random;

/// A wish that waits, or was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// What.
    pub wish: Wish,
    /// Its text, as it was signed.
    text: String,
    signature: Option<String>,
    /// Why it was refused; none: it waits 待确认.
    pub refused: Option<Refused>,
    /// A refused opinion is kept in the ledger all the same: its entry.
    #[serde(default)]
    pub kept: Option<u64>,
    /// Why the server could not even look at it.
    #[serde(default)]
    pub failed: Option<String>,
    /// When it was said what became of it.
    #[serde(default)]
    pub answered: Option<Timestamp>,
}

impl Waiting {
    /// The form that it is about.
    pub fn form(&self) -> Option<DocumentId> {
        match &self.wish.act {
            Act::Form(act) => Some(act.form),
            Act::Print { form, .. } => Some(*form),
            _ => None,
        }
    }

    /// Whether the server has not said yet what becomes of it.
    pub fn is_open(&self) -> bool {
        self.refused.is_none() && self.failed.is_none()
    }
}

fn wish_key(key: DecisionId) -> Key {
    rows::key(["wish".into(), rows::id(key)])
}

/// All wishes of this device.
pub(crate) fn all_wishes() -> Range {
    Range::Under(rows::key(["wish".into()]))
}

/// Takes the row of a wish in that was kept elsewhere; `None`: it is none, or says something else than was signed.
pub(crate) fn taken_in(json: &str) -> Option<Write> {
    let mut waiting: Waiting = serde_json::from_str(json).ok()?;
    // the key that signed it stays on its device; here it is sent by who is signed in
    waiting.signature = None;
    let signed: Wish = serde_json::from_str(&waiting.text).ok()?;
    (signed == waiting.wish).then(|| {
        let key = wish_key(waiting.wish.key);
        Write::Put(EXTRA, key, rows::row(&waiting))
    })
}

impl Replica {
    /// Puts something before the ledger: at once where there is a network, else as soon as there is.
    pub fn wish(&self, project: ProjectId, act: Act) {
        let core = self.core.get_value();
        spawn_local(async move { core.wish(project, act).await });
    }

    /// What waits for the server, and what it refused and nobody has seen yet; the oldest first.
    pub fn wishes(&self) -> Signal<Vec<Waiting>> {
        self.core.get_value().wishes.into()
    }

    /// A refused wish was seen.
    pub fn seen(&self, key: DecisionId) {
        let core = self.core.get_value();
        core.wishes
            .update(|all| all.retain(|waiting| waiting.wish.key != key));
        core.save(vec![Write::Delete(EXTRA, wish_key(key))], || {});
    }

    /// What waits for this person, as the server said last; `None` until first read.
    pub fn inbox(&self) -> Signal<Option<Inbox>> {
        self.core.get_value().inbox.into()
    }
}

impl Core {
    async fn wish(self: Rc<Self>, project: ProjectId, act: Act) {
        let wish = Wish {
            key: DecisionId::from_bytes(random::bytes()),
            project,
            made: clock::now(),
            act,
        };
        let text = serde_json::to_string(&wish).unwrap_or_default();
        let signature = match DeviceKey::of(&self.person().to_string()).await {
            Some(key) => key.sign(text.as_bytes()).await.map(|bytes| hex(&bytes)),
            None => None,
        };
        let waiting = Waiting {
            wish,
            text,
            signature,
            refused: None,
            kept: None,
            failed: None,
            answered: None,
        };
        self.keep_wish(&waiting);
        self.wishes.update(|all| all.push(waiting));
        self.send_wishes();
    }

    fn keep_wish(self: &Rc<Self>, waiting: &Waiting) {
        let put = Write::Put(EXTRA, wish_key(waiting.wish.key), rows::row(waiting));
        self.save(vec![put], || {});
    }

    /// Reads what waited when the page was closed, and the inbox as it was known; once a page.
    pub(super) async fn read_wishes(self: &Rc<Self>) {
        if self.wishes_read.replace(true) {
            return;
        }
        let asks = [
            (EXTRA, all_wishes()),
            (CACHE, Range::One(rows::key(["inbox".into()]))),
        ];
        let answers = match self.database().await {
            Some(database) => database.read(&asks).await.ok(),
            None => None,
        };
        let Some(answers) = answers else {
            self.wishes_read.set(false);
            return;
        };
        let at = |at: usize| answers.get(at).map_or(&[][..], Vec::as_slice);
        let (wishes, _) = rows::read::<Waiting>(at(0));
        let mut wishes: Vec<Waiting> = wishes.into_iter().map(|(waiting, _)| waiting).collect();
        shared::base::sort::by_key(&mut wishes, |waiting| waiting.wish.made);
        if !wishes.is_empty() {
            // something may have been decided meanwhile
            self.wishes.update(|all| {
                wishes.retain(|one| all.iter().all(|known| known.wish.key != one.wish.key));
                all.splice(0..0, wishes);
            });
            self.send_wishes();
        }
        let inbox = rows::read::<Inbox>(at(1)).0.pop();
        if let Some((inbox, _)) = inbox.filter(|_| self.inbox.with_untracked(Option::is_none)) {
            self.inbox.set(Some(inbox));
        }
    }

    /// Sends what waits, one after the other.
    pub(super) fn send_wishes(self: &Rc<Self>) {
        self.send_again.set(true);
        if self.sending.replace(true) {
            return;
        }
        let core = self.clone();
        spawn_local(async move {
            // what came while others were sent may be what one of them waited for
            while core.send_again.replace(false) {
                core.send_all().await;
            }
            core.sending.set(false);
        });
    }

    /// Edits of a document are at the server: what waits for them goes.
    pub(super) fn arrived(self: &Rc<Self>, document: DocumentId) {
        let waits = self.wishes.with_untracked(|all| {
            let of = |waiting: &Waiting| waiting.form() == Some(document);
            all.iter().any(|waiting| waiting.is_open() && of(waiting))
        });
        if waits {
            let core = self.clone();
            spawn_local(async move { core.decisions(Job::Send).await });
        }
    }

    /// Whether a submission names edits that are on this device only: it goes after them.
    async fn is_ahead(&self, waiting: &Waiting) -> bool {
        let Act::Form(act) = &waiting.wish.act else {
            return false;
        };
        if act.heads.is_empty() {
            return false;
        }
        let Some(database) = self.database().await else {
            return false;
        };
        self.writer.flushed(&database).await;
        let of = rows::key([rows::id(act.form)]);
        let answers = database.read(&[(PENDING, Range::Under(of))]).await;
        answers.is_ok_and(|answers| answers.iter().any(|found| !found.is_empty()))
    }

    async fn send_all(self: &Rc<Self>) {
        let mut behind = HashSet::new();
        let open = |core: &Self, behind: &HashSet<DecisionId>| {
            let goes =
                |waiting: &&Waiting| waiting.is_open() && !behind.contains(&waiting.wish.key);
            core.wishes
                .with_untracked(|all| all.iter().find(goes).cloned())
        };
        while let Some(waiting) = open(self, &behind) {
            // a shared tablet's cookie may be a colleague's
            if !self.is_known().await {
                return;
            }
            self.register().await;
            // what the wish names goes before it
            self.send_all_files().await;
            if self.is_ahead(&waiting).await {
                behind.insert(waiting.wish.key);
                continue;
            }
            let ask = Decide {
                wish: waiting.text.clone(),
                signature: waiting.signature.clone().filter(|_| self.registered.get()),
            };
            let key = waiting.wish.key;
            match http::post::<_, Decided>("/api/decisions", &ask).await {
                Ok(Decided::Taken { .. }) => {
                    self.wishes
                        .update(|all| all.retain(|waiting| waiting.wish.key != key));
                    self.save(vec![Write::Delete(EXTRA, wish_key(key))], || {});
                }
                Ok(Decided::Refused { why, kept }) => self.answered(key, |waiting| {
                    waiting.refused = Some(why);
                    waiting.kept = kept;
                }),
                Err(HttpError::Unreachable) => return,
                Err(HttpError::Failed(failure)) => self.answered(key, |waiting| {
                    waiting.failed = Some(failure.message);
                }),
            }
            self.fetch_ledger(waiting.wish.project);
            self.fetch_inbox().await;
        }
    }

    fn answered(self: &Rc<Self>, key: DecisionId, change: impl FnOnce(&mut Waiting)) {
        let mut kept = None;
        self.wishes.update(|all| {
            if let Some(waiting) = all.iter_mut().find(|waiting| waiting.wish.key == key) {
                change(waiting);
                waiting.answered = Some(clock::now());
                kept = Some(waiting.clone());
            }
        });
        if let Some(waiting) = kept {
            self.keep_wish(&waiting);
        }
    }

    /// Registers this device's key at the server, once a page.
    async fn register(self: &Rc<Self>) {
        if self.registered.get() {
            return;
        }
        if let Some(key) = DeviceKey::of(&self.person().to_string()).await {
            let public = hex(&key.public);
            let body = PutDeviceKey { public };
            self.registered
                .set(http::put_only("/api/device-key", &body).await.is_ok());
        }
    }

    /// Asks the server what waits for this person.
    pub(super) async fn fetch_inbox(self: &Rc<Self>) {
        let Ok(inbox) = http::get::<Inbox>("/api/inbox").await else {
            return;
        };
        if self
            .inbox
            .with_untracked(|known| known.as_ref() != Some(&inbox))
        {
            let row = rows::row(&inbox);
            self.save(
                vec![Write::Put(CACHE, rows::key(["inbox".into()]), row)],
                || {},
            );
            self.inbox.set(Some(inbox));
        }
    }

    /// The server has something new, or there is a network again.
    pub(super) async fn renew_decisions(self: &Rc<Self>) {
        self.register().await;
        self.send_files();
        self.send_wishes();
        self.fetch_inbox().await;
        self.fetch_ledgers();
    }
}
