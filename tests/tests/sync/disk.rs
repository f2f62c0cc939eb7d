//! A full disk and a read-only one: told clearly, the service goes on as soon as it can, nothing is lost.

use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use shared::api::{ErrorCode, NewProject};
use shared::base::{ChangeHash, DocumentId, TaskId};
use shared::doc::Document;
use shared::doc::command::{Command, TaskEdit};
use shared::domain::permission::DocumentKind;
use shared::sync::device::Status;
use shared::sync::wire::Refusal;
use tempfile::TempDir;
use tests::headless::{Address, Event, Headless};
use tests::server::{Person, Program};

const TASK: TaskId = TaskId::from_bytes([7; 8]);

struct Site {
    li: Person,
    plan: DocumentId,
    address: Address,
    device: Headless,
    made: Vec<ChangeHash>,
}

impl Site {
    async fn new(program: &Program) -> Self {
        let li = program.person("li", false).await;
        let plan = li.project("dam").await.plan;
        let address = Address {
            url: program.url(),
            token: li.token().await.token,
        };
        let mut device = Headless::start(address.clone(), li.id, &[(plan, DocumentKind::Plan)]);
        device.synced().await;
        device.perform(
            plan,
            Command::AddTask {
                id: TASK,
                parent: None,
                after: None,
                name: "浇筑".to_owned(),
                duration: 480,
            },
        );
        Self {
            li,
            plan,
            address,
            device,
            made: Vec::new(),
        }
    }

    fn edit(&self) {
        let name = format!("浇筑 {} {}", self.made.len(), "长".repeat(500));
        let edit = TaskEdit::Name(name);
        self.device
            .perform(self.plan, Command::EditTask { id: TASK, edit });
    }

    /// Edits until the device says that the server cannot store.
    async fn until_told(&mut self) {
        loop {
            self.edit();
            while let Ok(event) = self.device.events.try_recv() {
                match event {
                    Event::Made(_, hash, _) => self.made.push(hash),
                    Event::Status(Status::Failed { cause }) => {
                        assert_eq!(cause, Refusal::Storage);
                        return;
                    }
                    Event::Refused(_, _, reason) => panic!("{reason:?}"),
                    _ => {}
                }
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// The server answers, says what it cannot do, and changes nothing.
    async fn reads_and_refuses(&self) {
        let new = NewProject {
            name: "no room".to_owned(),
            pack: None,
        };
        let answer = self.li.http.post("/api/projects", &new).await;
        let failure = answer.failure(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(failure.code, ErrorCode::Storage);
        let projects = self.li.http.get("/api/projects").await;
        assert_eq!(projects.status, StatusCode::OK);
        assert!(!projects.text.contains("no room"));
    }

    /// All that was made, also meanwhile, is at the server.
    async fn nothing_is_lost(mut self) {
        self.edit();
        self.device.synced().await;
        let documents = [(self.plan, DocumentKind::Plan)];
        let mut late = Headless::start(self.address.clone(), self.li.id, &documents);
        late.synced().await;
        let made = self.made;
        assert!(!made.is_empty());
        let missing =
            move |document: &mut Document| made.iter().filter(|h| !document.has(h)).count();
        assert_eq!(late.with(self.plan, missing).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_when_there_is_room_again_nothing_is_lost() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::start_limited(folder, &[], Some(1024 * 1024 * 1024)).await;
    let mut site = Site::new(&program).await;
    site.device.synced().await;
    program.limit(Some(64 * 1024)).await;
    site.until_told().await;
    site.reads_and_refuses().await;
    program.limit(None).await;
    site.nothing_is_lost().await;
}

/// A small file system of its own, where the right to mount one is there.
struct Small(TempDir);

impl Small {
    fn mount() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mounted = run(
            "mount",
            &["-t", "tmpfs", "-o", "size=6m", "tmpfs"],
            folder.path(),
        );
        mounted.then_some(Self(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        run("umount", &["--lazy"], self.0.path());
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let status = std::process::Command::new(program)
        .args(arguments)
        .arg(folder)
        .stderr(std::process::Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_or_read_only_file_system_is_told_and_nothing_is_lost() {
    let Some(small) = Small::mount() else {
        eprintln!("skipped: no right to mount a file system here");
        return;
    };
    let folder = TempDir::new_in(small.0.path()).unwrap();
    let mut program = Program::start_on(folder, &[]).await;
    let mut site = Site::new(&program).await;
    site.device.synced().await;
    let filler = small.0.path().join("filler");
    while let Ok(mut file) = std::fs::File::options()
        .create(true)
        .append(true)
        .open(&filler)
    {
        if std::io::Write::write_all(&mut file, &[0; 4096]).is_err() {
            break;
        }
    }
    site.until_told().await;
    site.reads_and_refuses().await;
    std::fs::remove_file(&filler).unwrap();
    site.edit();
    site.device.synced().await;

    program.kill().await;
    assert!(run("mount", &["-o", "remount,ro"], small.0.path()));
    let (started, words) = program
        .command(&["serve", "--listen", "127.0.0.1:0"], "")
        .await;
    assert!(!started && words.contains("Read-only"), "{words}");
    assert!(run("mount", &["-o", "remount,rw"], small.0.path()));
    program.start_again().await;
    site.device.offline(false);
    site.nothing_is_lost().await;
    program.kill().await;
}
