//! SIGKILL at random moments under write load: what was acknowledged must be there, and every document whole.

use std::collections::BTreeSet;
use std::time::Duration;

use shared::base::{ChangeHash, DocumentId, TaskId};
use shared::doc::command::{Command, TaskEdit};
use shared::domain::permission::DocumentKind;
use tokio::sync::mpsc;

use crate::headless::{Address, Event, Headless};
use crate::postgres;
use crate::server::{Person, Program};

/// On which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A file in the data folder.
    Sqlite,
    /// A cluster of the tests' own.
    Postgres,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// How often the server was killed.
    pub rounds: u64,
    /// Edits that were acknowledged.
    pub acknowledged: u64,
    /// Those among them that are gone.
    pub lost: u64,
    /// Rounds after which a document could not be read whole.
    pub corrupt: u64,
}

const WRITERS: u8 = 6;
/// Documents that they write to, two by two.
const PLANS: usize = 3;

struct Writer {
    device: Headless,
    plan: DocumentId,
    task: TaskId,
    edits: u64,
}

/// Runs so many rounds; the moments of the kills follow from `seed`.
pub async fn rounds(place: Place, count: u64, seed: u64) -> Report {
    let database = match place {
        Place::Sqlite => None,
        Place::Postgres => Some(postgres::database().await),
    };
    let mut arguments = Vec::new();
    if let Some(database) = &database {
        arguments.extend(["--database", database]);
    }
    let mut program = Program::start(&arguments).await;
    let li = program.person("li", false).await;
    let mut plans = Vec::new();
    for n in 0..PLANS {
        plans.push(li.project(&format!("project {n}")).await.plan);
    }
    let address = Address {
        url: program.url(),
        token: li.token().await.token,
    };
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut writers = Vec::new();
    for n in 0..WRITERS {
        let plan = plans[usize::from(n) % PLANS];
        let mut writer = Writer {
            device: Headless::start(address.clone(), li.id, &[(plan, DocumentKind::Plan)]),
            plan,
            task: TaskId::from_bytes([n + 1; 8]),
            edits: 0,
        };
        writer.device.synced().await;
        writer.begin();
        writer.device.synced().await;
        let mut events = std::mem::replace(&mut writer.device.events, mpsc::unbounded_channel().1);
        let tell = tell.clone();
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if let Event::Acknowledged(plan, hash) = event {
                    let _ = tell.send((plan, hash));
                }
            }
        });
        writers.push(writer);
    }
    let mut random = seed;
    let mut report = Report::default();
    let mut acknowledged: BTreeSet<(DocumentId, ChangeHash)> = BTreeSet::new();
    for _ in 0..count {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let moment = Duration::from_micros(20_000 + (random >> 33) % 180_000);
        // the first answer of this round, then any moment while more is under way
        let mut fresh = 0;
        let mut kill = None;
        loop {
            let due = async {
                match kill {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(found) = told.recv() => {
                    acknowledged.insert(found);
                    fresh += 1;
                    kill.get_or_insert_with(|| tokio::time::Instant::now() + moment);
                }
                () = due => break,
                () = tokio::time::sleep(Duration::from_millis(2)) => {
                    for writer in &mut writers {
                        writer.edit();
                    }
                }
            }
        }
        assert!(fresh > 0);
        program.kill().await;
        while let Ok(found) = told.try_recv() {
            acknowledged.insert(found); // was on its way
        }
        program.start_again().await;
        report.rounds += 1;
        let (lost, whole) = check(&program, &li, &address, &plans, &acknowledged, &database).await;
        report.lost += lost;
        report.corrupt += u64::from(!whole);
        for writer in &writers {
            writer.device.offline(false); // at once, without the pause
        }
    }
    report.acknowledged = acknowledged.len() as u64;
    report
}

impl Writer {
    fn begin(&mut self) {
        let add = Command::AddTask {
            id: self.task,
            parent: None,
            after: None,
            name: "浇筑".to_owned(),
            duration: 480,
        };
        self.device.perform(self.plan, add);
    }

    fn edit(&mut self) {
        self.edits += 1;
        let edit = TaskEdit::Name(format!("浇筑 {}", self.edits));
        self.device.perform(
            self.plan,
            Command::EditTask {
                id: self.task,
                edit,
            },
        );
    }
}

/// How many acknowledged edits are not there, and whether every document is whole.
async fn check(
    program: &Program,
    li: &Person,
    address: &Address,
    plans: &[DocumentId],
    acknowledged: &BTreeSet<(DocumentId, ChangeHash)>,
    database: &Option<String>,
) -> (u64, bool) {
    let documents: Vec<_> = plans
        .iter()
        .map(|plan| (*plan, DocumentKind::Plan))
        .collect();
    let mut reader = Headless::start(address.clone(), li.id, &documents);
    reader.synced().await;
    let mut lost = 0;
    for plan in plans {
        let of_plan = acknowledged.iter().filter(|(of, _)| of == plan);
        let hashes: Vec<ChangeHash> = of_plan.map(|(_, hash)| *hash).collect();
        let missing = move |document: &mut shared::doc::Document| {
            hashes.iter().filter(|hash| !document.has(hash)).count() as u64
        };
        lost += reader.with(*plan, missing).await;
    }
    let mut verify = vec!["doc", "verify"];
    if let Some(database) = database {
        verify.extend(["--database", database]);
    }
    let (whole, _) = program.command(&verify, "").await;
    (lost, whole)
}
