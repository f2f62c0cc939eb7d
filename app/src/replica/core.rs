//! What one tab holds: the database, the loaded documents, the signals.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Inbox, Organisation, Project, Session};
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::Author;
use shared::domain::permission::{self, Access, DocumentKind, ProjectState};
use shared::sync::device::Status;

use super::document::Doc;
use super::driver::Driver;
use super::first::Asked;
use super::later::Job;
use super::notice::{Notice, Standing};
use super::rows::{self, CACHE, PENDING, STORES};
use super::writer::Writer;
use super::{OpenForm, OpenLedger, OpenNote, OpenPlan, Present, SyncState, Trouble, Waiting};
use crate::platform::database::{Database, DatabaseError, Range, Write};
use crate::platform::http::{self, HttpError};
use crate::platform::tabs::Channel;
use crate::platform::{clock, random, screen};

type Opening = Shared<LocalBoxFuture<'static, Result<Database, DatabaseError>>>;
type Watcher = Rc<dyn Fn()>;
/// What the server says of projects and organisation.
type Heard = (Option<Vec<Project>>, Option<Organisation>);

/// What screens read.
#[derive(Clone, Copy)]
pub(crate) struct Signals {
    pub(crate) sync: RwSignal<SyncState>,
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) signed_out: RwSignal<bool>,
    /// The app and the server are of versions that do not go together.
    pub(crate) outdated: RwSignal<bool>,
    /// How often another tab locked the device.
    pub(crate) locked: RwSignal<u32>,
    pub(crate) projects: RwSignal<Option<Vec<Project>>>,
    pub(crate) organisation: RwSignal<Option<Organisation>>,
}

/// One tab's state.
pub(crate) struct Core {
    pub(crate) session: Session,
    /// This tab, as long as it lives.
    pub(crate) tab: u64,
    /// The root: signals made for opened documents live as long as the page.
    pub(crate) owner: Owner,
    pub(crate) signals: Signals,
    pub(crate) writer: Rc<Writer>,
    opening: Opening,
    opened: OnceCell<Database>,
    pub(crate) docs: RefCell<HashMap<DocumentId, Doc>>,
    pub(crate) loading: RefCell<HashSet<DocumentId>>,
    /// How often something of a document came, or was typed.
    pub(super) news: RefCell<HashMap<DocumentId, u64>>,
    /// Documents that were found damaged here since the page was loaded.
    pub(super) mended: RefCell<HashSet<DocumentId>>,
    watchers: RefCell<HashMap<DocumentId, Vec<Watcher>>>,
    pub(crate) plans: RefCell<HashMap<ProjectId, OpenPlan>>,
    /// Whose plan the page was opened for.
    pub(super) wanted: Cell<Option<ProjectId>>,
    /// First rows of a plan that the server was asked for.
    pub(super) asked: RefCell<Option<Asked>>,
    /// What waits until they are painted; `None`: they are.
    pub(super) behind: RefCell<Option<Vec<oneshot::Sender<()>>>>,
    pub(crate) notes: RefCell<HashMap<DocumentId, OpenNote>>,
    pub(super) forms: RefCell<HashMap<DocumentId, OpenForm>>,
    pub(super) ledgers: RefCell<HashMap<ProjectId, OpenLedger>>,
    pub(super) wishes: RwSignal<Vec<Waiting>>,
    pub(super) wishes_read: Cell<bool>,
    pub(super) inbox: RwSignal<Option<Inbox>>,
    pub(super) sent: RwSignal<HashMap<String, u8>>,
    /// Attachments are on their way.
    pub(super) sending_files: Cell<bool>,
    /// Wishes are on their way.
    pub(super) sending: Cell<bool>,
    /// Something came meanwhile that wishes may have waited for.
    pub(super) send_again: Cell<bool>,
    /// The server knows this device's key.
    pub(super) registered: Cell<bool>,
    pub(crate) present: RefCell<HashMap<DocumentId, BTreeMap<u64, Present>>>,
    pub(crate) driver: RefCell<Option<Rc<Driver>>>,
    /// When the page began, and asked what the server says of projects.
    pub(super) began: Timestamp,
    pub(crate) channel: RefCell<Option<Channel>>,
    counting: Cell<bool>,
}

impl Core {
    pub(crate) fn new(session: Session) -> Rc<Self> {
        let name = rows::database_name(session.person);
        let opening = async move { Database::open(&name, STORES).await }
            .boxed_local()
            .shared();
        Rc::new(Self {
            session,
            tab: random::number(),
            owner: Owner::current().unwrap_or_default(),
            signals: Signals {
                sync: RwSignal::new(SyncState {
                    status: Status::Offline { next_try: None },
                    waiting: 0,
                    saving: 0,
                    last_sync: None,
                }),
                trouble: RwSignal::new(None),
                signed_out: RwSignal::new(false),
                outdated: RwSignal::new(false),
                locked: RwSignal::new(0),
                projects: RwSignal::new(None),
                organisation: RwSignal::new(None),
            },
            writer: Writer::new(),
            opening,
            opened: OnceCell::new(),
            docs: RefCell::default(),
            loading: RefCell::default(),
            news: RefCell::default(),
            mended: RefCell::default(),
            watchers: RefCell::default(),
            plans: RefCell::default(),
            wanted: Cell::new(None),
            asked: RefCell::default(),
            behind: RefCell::default(),
            notes: RefCell::default(),
            forms: RefCell::default(),
            ledgers: RefCell::default(),
            wishes: RwSignal::new(Vec::new()),
            wishes_read: Cell::new(false),
            inbox: RwSignal::new(None),
            sent: RwSignal::new(HashMap::new()),
            sending_files: Cell::new(false),
            sending: Cell::new(false),
            send_again: Cell::new(false),
            registered: Cell::new(false),
            present: RefCell::default(),
            driver: RefCell::default(),
            began: clock::steady(),
            channel: RefCell::default(),
            counting: Cell::new(false),
        })
    }

    pub(crate) fn person(&self) -> PersonId {
        self.session.person
    }

    /// Who makes a change now.
    pub(crate) fn author(&self) -> Author {
        Author {
            person: self.person(),
            at: clock::now(),
        }
    }

    /// The database, when it is open. On an error the screen knows.
    pub(crate) async fn database(&self) -> Option<Database> {
        match self.opening.clone().await {
            Ok(database) => Some(self.opened.get_or_init(|| database).clone()),
            Err(error) => {
                self.signals.trouble.set(Some(trouble(&error)));
                None
            }
        }
    }

    /// The database, where it is open by now: it always is once a document is loaded.
    pub(crate) fn open_database(&self) -> Option<Database> {
        self.opened.get().cloned()
    }

    /// Writes together, durably; `after` is called then.
    pub(crate) fn save(self: &Rc<Self>, steps: Vec<Write>, after: impl FnOnce() + 'static) {
        if let Some(database) = self.open_database() {
            self.writer.write(&database, steps, after);
            self.show_saving();
        }
    }

    /// Tells the other tabs.
    pub(crate) fn tell(&self, notice: &Notice) {
        if let (Some(channel), Ok(text)) = (
            self.channel.borrow().as_ref(),
            serde_json::to_string(notice),
        ) {
            channel.tell(&text);
        }
    }

    /// Calls `then` after each change of a document, while the page lives.
    pub(crate) fn watch(&self, document: DocumentId, then: impl Fn() + 'static) {
        self.watchers
            .borrow_mut()
            .entry(document)
            .or_default()
            .push(Rc::new(then));
    }

    /// A document changed: whoever shows it reads it again.
    pub(crate) fn changed(&self, document: DocumentId) {
        let watchers = self.watchers.borrow().get(&document).cloned();
        for watcher in watchers.unwrap_or_default() {
            watcher();
        }
    }

    /// A document that somebody looks at, and that could not be read: something of it has come, perhaps what was missing.
    pub(crate) async fn recover(self: &Rc<Self>, document: DocumentId) {
        let wanted = self.mended.borrow().contains(&document)
            && self.watchers.borrow().contains_key(&document)
            && !self.docs.borrow().contains_key(&document);
        if !wanted {
            return;
        }
        let unreadable = |trouble: &Option<Trouble>| matches!(trouble, Some(Trouble::Unreadable { document: of, .. }) if *of == Some(document));
        if self.signals.trouble.with_untracked(unreadable) {
            self.signals.trouble.set(None);
        }
        self.load_now(document, None).await;
        self.show_again(document);
    }

    /// What the person's role lets them do in a project, as last heard.
    pub(crate) fn by_role(&self, project: ProjectId, kind: DocumentKind) -> Access {
        let (role, state) = self.signals.projects.with_untracked(|projects| {
            let heard = projects.iter().flatten().find(|p| p.id == project);
            heard.map_or((None, ProjectState::Open), |p| (Some(p.role), p.state))
        });
        permission::access(role, state, kind)
    }

    /// What may be done with a document: what the server said of it, else what the role says.
    pub(crate) fn access(
        &self,
        project: ProjectId,
        kind: DocumentKind,
        said: Option<Access>,
    ) -> Access {
        let by_role = self.by_role(project, kind);
        match kind {
            DocumentKind::Plan | DocumentKind::Progress => said.unwrap_or(by_role),
            // they come into being on a device: until then the server knows nothing of them
            DocumentKind::Note
            | DocumentKind::Source
            | DocumentKind::Proposal
            | DocumentKind::Form => by_role,
        }
    }

    /// Shows how many writes are under way.
    pub(crate) fn show_saving(&self) {
        let saving = self.writer.waiting();
        if self.signals.sync.with_untracked(|s| s.saving) != saving {
            self.signals.sync.update(|sync| sync.saving = saving);
        }
    }

    /// Counts again what the server does not have.
    pub(crate) fn recount(self: &Rc<Self>) {
        if self.counting.replace(true) {
            return;
        }
        let core = self.clone();
        spawn_local(async move {
            if let Some(database) = core.database().await {
                core.counting.set(false);
                if let Ok(waiting) = database.count(PENDING).await {
                    core.signals.sync.update(|sync| sync.waiting = waiting);
                    core.show_root();
                }
            }
            core.counting.set(false);
        });
    }

    /// Shows how sync stands, and remembers when all was at the server.
    pub(crate) fn show_status(self: &Rc<Self>, status: Status) {
        if let Status::Synced { at } = status {
            self.signals.sync.update(|sync| sync.last_sync = Some(at));
            let steps = vec![Write::Put(
                CACHE,
                rows::key(["last_sync".into()]),
                rows::row(&at),
            )];
            self.save(steps, || {});
        }
        if !matches!(status, Status::Syncing | Status::Synced { .. }) {
            self.nobody_present();
        }
        // not while the first connection is being made
        let lost = matches!(
            status,
            Status::Failed { .. } | Status::Offline { next_try: Some(_) }
        );
        if lost {
            let plans: Vec<OpenPlan> = self.plans.borrow().values().copied().collect();
            for plan in plans {
                plan.drop_borrowed();
            }
        }
        if matches!(status, Status::Synced { .. }) {
            let core = self.clone();
            spawn_local(async move { core.decisions(Job::Send).await });
        }
        self.signals.sync.update(|sync| sync.status = status);
        self.recount();
        self.show_root();
    }

    /// The state for style sheets and tests: `data-sync`, `data-waiting`.
    fn show_root(&self) {
        self.signals.sync.with_untracked(|sync| {
            let status = match sync.status {
                Status::Offline { .. } => "offline",
                Status::Syncing => "syncing",
                Status::Synced { .. } => "synced",
                Status::Failed { .. } => "failed",
            };
            screen::set_root_attribute("data-sync", Some(status));
            screen::set_root_attribute("data-waiting", Some(&sync.waiting.to_string()));
        });
    }

    /// Reads what the server said at the last contact.
    pub(crate) async fn read_cache(self: &Rc<Self>) {
        let Some(database) = self.database().await else {
            return;
        };
        let one = |name: &str| (CACHE, Range::One(rows::key([name.into()])));
        let asks = [one("projects"), one("organisation"), one("last_sync")];
        let Ok(answers) = database.read(&asks).await else {
            return;
        };
        let json = |at: usize| Some(answers.get(at)?.first()?.json.as_str());
        if let Some(projects) = json(0).and_then(|json| serde_json::from_str(json).ok()) {
            self.signals.projects.set(Some(projects));
        }
        if let Some(organisation) = json(1).and_then(|json| serde_json::from_str(json).ok()) {
            self.signals.organisation.set(Some(organisation));
        }
        let last: Option<Timestamp> = json(2).and_then(|json| serde_json::from_str(json).ok());
        if last.is_some() {
            self.signals.sync.update(|sync| sync.last_sync = last);
        }
        let documents: Vec<DocumentId> = self.docs.borrow().keys().copied().collect();
        for document in documents {
            self.changed(document);
        }
    }

    /// Whether the server takes this browser for this person. On a shared tablet the cookie may be a colleague's, or
    /// the session may have ended while there was no network: then the screen asks to sign in again.
    pub(crate) async fn is_known(&self) -> bool {
        match http::get::<Session>("/api/session").await {
            Ok(session) if session.person == self.person() => return true,
            Ok(_) => self.signals.signed_out.set(true),
            Err(HttpError::Failed(failure))
                if failure.code == shared::api::ErrorCode::NotSignedIn =>
            {
                self.signals.signed_out.set(true);
            }
            Err(_) => {}
        }
        false
    }

    /// Asks the server for projects and organisation, and keeps the answer.
    pub(crate) async fn fetch_cache(self: &Rc<Self>) {
        let heard = self.ask_cache().await;
        self.keep_cache(heard).await;
    }

    /// Asks the server for projects and organisation.
    pub(super) async fn ask_cache(&self) -> Heard {
        let projects = http::get::<Vec<Project>>("/api/projects");
        let organisation = http::get::<Organisation>("/api/organisation");
        let (projects, organisation) = futures::join!(projects, organisation);
        // an answer meant for somebody else is not kept
        match self.is_known().await {
            true => (projects.ok(), organisation.ok()),
            false => (None, None),
        }
    }

    /// Keeps what the server said, and shows it.
    pub(super) async fn keep_cache(self: &Rc<Self>, (projects, organisation): Heard) {
        if self.database().await.is_none() {
            return;
        }
        let mut steps = Vec::new();
        if let Some(projects) = projects {
            steps.push(Write::Put(
                CACHE,
                rows::key(["projects".into()]),
                rows::row(&projects),
            ));
            self.signals.projects.set(Some(projects));
        }
        if let Some(organisation) = organisation {
            steps.push(Write::Put(
                CACHE,
                rows::key(["organisation".into()]),
                rows::row(&organisation),
            ));
            self.signals.organisation.set(Some(organisation));
        }
        if steps.is_empty() {
            return;
        }
        self.projects_changed();
        let core = self.clone();
        self.save(steps, move || core.tell(&Notice::Projects));
        self.decisions(Job::Renew).await;
    }

    /// Projects are new: the leader follows their documents, plans look at their rights again.
    pub(crate) fn projects_changed(&self) {
        let driver = self.driver.borrow().clone();
        if let Some(driver) = driver {
            driver.follow_projects();
        }
        let plans: Vec<OpenPlan> = self.plans.borrow().values().copied().collect();
        for plan in plans {
            plan.projects_changed();
        }
        self.forms_changed();
    }

    /// A tab asks, or sync changed: says how things stand.
    pub(crate) fn tell_status(&self) {
        let standing = self
            .signals
            .sync
            .with_untracked(|sync| Standing::from(&sync.status));
        self.tell(&Notice::Status(standing));
    }

    /// Somebody else is somewhere (`state` empty: gone).
    pub(crate) fn show_present(
        &self,
        document: DocumentId,
        session: u64,
        person: PersonId,
        state: &str,
    ) {
        {
            let mut present = self.present.borrow_mut();
            let here = present.entry(document).or_default();
            if state.is_empty() {
                here.remove(&session);
            } else {
                here.insert(session, super::types::read_presence(session, person, state));
            }
        }
        self.present_changed(document);
    }

    /// The connection is gone: nobody is known to be anywhere.
    pub(crate) fn nobody_present(&self) {
        let documents: Vec<DocumentId> =
            self.present.borrow_mut().drain().map(|(d, _)| d).collect();
        for document in documents {
            self.present_changed(document);
        }
    }

    fn present_changed(&self, document: DocumentId) {
        let plans: Vec<OpenPlan> = self.plans.borrow().values().copied().collect();
        for plan in plans {
            plan.present_changed(document);
        }
    }
}

/// What the screen is told of a failed read or write.
pub(crate) fn trouble(error: &DatabaseError) -> Trouble {
    match error {
        DatabaseError::Full => Trouble::StorageFull,
        DatabaseError::Refused(cause) => Trouble::StorageRefused {
            cause: cause.clone(),
        },
    }
}
