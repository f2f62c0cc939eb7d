//! The contract of the device's store: the rules of `tests/tests/store`, under their names, held by the real app on the
//! IndexedDB of a real Chromium. Where those have several nodes on one database, a browser has several windows.

mod compaction;
mod damage;
mod loading;
mod writers;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;
use shared::api::Project;
use shared::base::{DocumentId, TaskId};
use shared::doc::command::{Command, TaskEdit};
use shared::domain::permission::DocumentKind;
use tempfile::TempDir;
use tests::browser::{Driver, PATIENCE, Screen, Tablet};
use tests::cable::Cable;
use tests::headless::{Address, Headless};
use tests::server::{Person, Program, site};

/// What lies on a device of one document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Stored {
    /// Everything up to here is there; none: the row that says so is not there or cannot be read.
    cursor: Option<u64>,
    epoch: Option<u64>,
    heads: usize,
    /// Where whole documents end.
    snapshots: Vec<u64>,
    /// Places and bytes of acknowledged changes.
    chunks: Vec<(u64, String)>,
    /// Bytes of those that are not acknowledged.
    pending: Vec<String>,
    /// How many changes in whole documents are known by who made them.
    receipts: usize,
}

/// Opens the person's database.
const OPEN: &str = "
    const opened = async name => await new Promise((done, no) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => done(request.result);
        request.onerror = () => no(request.error);
    });
    const database = async () => {
        const names = (await indexedDB.databases()).map(d => d.name);
        return await opened(names.find(n => n.startsWith('plumbline-') && n !== 'plumbline-device'));
    };
    const of = document => IDBKeyRange.bound([document], [document, []]);
    const rows = (transaction, store, range) => new Promise(done => {
        const found = [], request = transaction.objectStore(store).openCursor(range);
        request.onsuccess = () => {
            const at = request.result;
            if (!at) return done(found);
            found.push([at.key, at.value]);
            at.continue();
        };
    });
    const committed = transaction => new Promise((done, no) => {
        transaction.oncomplete = done;
        transaction.onabort = () => no(transaction.error);
    });";

/// Reads one document's rows at one moment, past whatever a test did to the app's own way of reading.
const LOOK: &str = "
    const look = async document => {
        const db = await database();
        const tx = db.transaction(['meta', 'chunks', 'snapshots', 'pending', 'extra'], 'readonly');
        const [meta, chunks, snapshots, pending, receipts] = await Promise.all([
            rows(tx, 'meta', of(document)), rows(tx, 'chunks', of(document)), rows(tx, 'snapshots', of(document)),
            rows(tx, 'pending', of(document)),
            rows(tx, 'extra', IDBKeyRange.bound(['receipts', document], ['receipts', document, []])),
        ]);
        db.close();
        // the checksum, and what follows: enough to tell changes apart
        const hex = row => Array.from(row.b.slice(4, 16), b => b.toString(16).padStart(2, '0')).join('');
        let said = {};
        try { said = JSON.parse(meta[0][1].j); } catch {}
        return {
            cursor: said.cursor ?? null, epoch: said.epoch ?? null, heads: said.heads?.length ?? 0,
            snapshots: snapshots.map(([key]) => key[1]),
            chunks: chunks.map(([key, row]) => [key[1], hex(row)]),
            pending: pending.map(([, row]) => hex(row)),
            receipts: receipts.reduce((sum, [, row]) => sum + JSON.parse(row.j).length, 0),
        };
    };";

impl Stored {
    async fn on(tablet: &Tablet, document: DocumentId) -> Self {
        Self::when(tablet, document, "something is there", "true").await
    }

    /// What is there once all of it is acknowledged, on the disk too: the screen may say so a moment before.
    async fn acknowledged(tablet: &Tablet, document: DocumentId) -> Self {
        let all = "now.cursor && !now.pending.length";
        Self::when(tablet, document, "all of it is acknowledged", all).await
    }

    /// Waits until an expression of `now` is true; what lies there then.
    async fn when(tablet: &Tablet, document: DocumentId, what: &str, wanted: &str) -> Self {
        let script = format!(
            "const done = arguments[arguments.length - 1], document = arguments[0], end = Date.now() + arguments[1];
             {OPEN} {LOOK}
             const again = async () => {{
                 const now = await look(document);
                 if (({wanted}) || Date.now() > end) done([!!({wanted}), now]); else setTimeout(again, 50);
             }};
             again();"
        );
        let patience = PATIENCE.as_millis() as u64 / 2;
        let arguments = vec![json!(document), json!(patience)];
        let value = tablet.web.execute_async(script, arguments).await.unwrap();
        let (held, stored): (bool, Self) = value.convert().unwrap();
        let said = "JSON.stringify(document.querySelector('#sync')?.dataset ?? null)";
        let said = tablet.eval(said).await;
        assert!(
            held,
            "waited in vain for: {what}; the screen says {said}, and there is: {stored:?}"
        );
        stored
    }

    /// All that is acknowledged is there once, without a gap: in a whole document, or beside it.
    fn assert_dense(&self) {
        let from = self.snapshots.last().copied().unwrap_or_default();
        let places: Vec<u64> = self.chunks.iter().map(|(seq, _)| *seq).collect();
        let beside = places.iter().copied().filter(|seq| *seq > from);
        let cursor = self.cursor.unwrap();
        assert_eq!(
            beside.collect::<Vec<_>>(),
            (from + 1..=cursor).collect::<Vec<_>>()
        );
        let all = self.chunks.iter().map(|(_, bytes)| bytes);
        let all: Vec<_> = all.chain(&self.pending).collect();
        let once: BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), once.len(), "a change is there twice");
    }
}

/// Does something to the rows of one document, in one transaction: `tx`, and `document`.
async fn harm(tablet: &Tablet, document: DocumentId, how: &str) {
    let script = format!(
        "const done = arguments[arguments.length - 1], document = arguments[0];
         (async () => {{
             {OPEN}
             const db = await database();
             const tx = db.transaction([...db.objectStoreNames], 'readwrite');
             const end = committed(tx);
             {how}
             await end;
             db.close();
         }})().then(() => done('done'), error => done(String(error)));"
    );
    let value = tablet
        .web
        .execute_async(script, vec![json!(document)])
        .await
        .unwrap();
    assert_eq!(value.json(), &json!("done"));
}

/// A server with a project, and a device of who plans it, behind a cable.
struct Scene {
    server: Program,
    cable: Cable,
    li: Person,
    project: Project,
    driver: Driver,
    profiles: TempDir,
    tablet: Tablet,
}

impl Scene {
    async fn new() -> Self {
        let site = site();
        let server = Program::start(&["--site", site.to_str().unwrap()]).await;
        let li = server.person("li.planner", false).await;
        let project = li.project("Bridge").await;
        let cable = Cable::to(server.address).await;
        let driver = Driver::start().await;
        let profiles = TempDir::new().unwrap();
        let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Desk, "en").await;
        tablet.sign_in(&cable.url(), "li.planner").await;
        let scene = Self {
            server,
            cable,
            li,
            project,
            driver,
            profiles,
            tablet,
        };
        scene.tablet.open_plan(&scene.plan()).await;
        scene.tablet.synced().await;
        scene.tablet.starts_offline().await;
        scene
    }

    /// As [`Scene::new`]; then somebody else has written so much that the device keeps it in one piece, once the plan
    /// is opened again. How many changes there are.
    async fn with_many_changes() -> (Self, u64) {
        let scene = Self::new().await;
        let other = scene.other().await;
        let plan = scene.project.plan;
        let mut changes = 0;
        let mut last = None;
        for n in 1..=TASKS {
            let id = TaskId::from_bytes(n.to_be_bytes());
            let name = format!("pier {n}");
            other.perform(
                plan,
                Command::AddTask {
                    id,
                    parent: None,
                    after: last,
                    name,
                    duration: 480,
                },
            );
            last = Some(id);
            changes += 1;
            for duration in 2..=EDITS {
                let edit = TaskEdit::Duration(480 * duration);
                other.perform(plan, Command::EditTask { id, edit });
                changes += 1;
            }
        }
        let there = format!("now.cursor === {changes}");
        let stored = Stored::when(&scene.tablet, plan, "all of it is here", &there).await;
        assert_eq!(
            (stored.chunks.len() as u64, stored.snapshots.len()),
            (changes, 0)
        );
        (scene, changes)
    }

    /// The plan, as the device reaches it.
    fn plan(&self) -> String {
        format!("{}/projects/{}/plan", self.cable.url(), self.project.id)
    }

    /// A page of the same origin in which no app runs.
    fn nowhere(&self) -> String {
        format!("{}/api/session", self.cable.url())
    }

    /// Another device of the same person, which writes without a screen.
    async fn other(&self) -> Headless {
        let address = Address {
            url: self.server.url(),
            token: self.li.token().await.token,
        };
        let of = [(self.project.plan, DocumentKind::Plan)];
        let mut other = Headless::start(address, self.li.id, &of);
        other.synced().await;
        other
    }

    /// One more device, which has nothing yet.
    async fn new_tablet(&self) -> Tablet {
        let home = self.profiles.path().join("new");
        let new = Tablet::open(&self.driver, &home, Screen::Desk, "en").await;
        new.sign_in(&self.cable.url(), "li.planner").await;
        new
    }

    /// The server has what the device shows: one that has nothing yet gets the same.
    async fn assert_all_at_the_server(&self) {
        self.tablet.synced().await;
        let rows = self.tablet.rows().await;
        let new = self.new_tablet().await;
        new.open_plan(&self.plan()).await;
        if let Some(last) = rows.last() {
            new.task(&rows[0].name).await;
            new.until_row("the last row", &last.task, "name", &last.name)
                .await;
        }
        new.synced().await;
        assert_eq!(new.rows().await, rows);
    }
}

/// How many tasks, and how many changes each, make a plan that is kept in one piece (`MANY` in the app's `snapshot.rs`).
const TASKS: u64 = 14;
const EDITS: i64 = 30;
