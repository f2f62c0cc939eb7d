//! Backups that are none, or were cut, damaged or made to harm: told in a sentence, nothing is changed, and what they claim
//! to hold is not taken into memory.

use std::path::{Path, PathBuf};

use shared::base::ChangeHash;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;
use tests::server::{Program, program};
use tokio::process::Command;

/// All memory that the program may have at all: what a hostile change expands to is more than twice as much.
const MEMORY_KIB: u64 = 1024 * 1024;

/// Runs the program on a data folder within [`MEMORY_KIB`]: whether it succeeded, and what it printed.
async fn run(data: &Path, arguments: &[&str]) -> (bool, String) {
    let script = format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(program())
        .args(arguments)
        .env("PLUMBLINE_DATA", data)
        .env("RUST_BACKTRACE", "0")
        .output()
        .await
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.code().is_some(), "it was killed: {text}");
    assert!(!text.contains("panicked"), "{text}");
    (output.status.success(), text)
}

struct Scene {
    folder: TempDir,
    /// A sound backup.
    backup: PathBuf,
    plan: String,
    _server: Program,
}

impl Scene {
    async fn new() -> Self {
        let server = Program::start(&[]).await;
        let li = server.person("li", false).await;
        let project = li.project("Bridge").await;
        let address = tests::headless::Address {
            url: server.url(),
            token: li.token().await.token,
        };
        let kind = shared::domain::permission::DocumentKind::Plan;
        let mut device = tests::headless::Headless::start(address, li.id, &[(project.plan, kind)]);
        device.synced().await;
        for n in 1..=20_u64 {
            device.perform(
                project.plan,
                shared::doc::command::Command::AddTask {
                    id: shared::base::TaskId::from_bytes(n.to_be_bytes()),
                    parent: None,
                    after: None,
                    name: format!("pier {n}"),
                    duration: 480,
                },
            );
        }
        device.synced().await;
        let folder = TempDir::new().unwrap();
        let backup = folder.path().join("sound.db");
        let (done, text) = server
            .command(&["backup", backup.to_str().unwrap()], "")
            .await;
        assert!(done, "{text}");
        Self {
            folder,
            backup,
            plan: project.plan.to_string(),
            _server: server,
        }
    }

    /// A file of these bytes.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// A copy of the backup in which somebody has done this.
    async fn harmed(&self, name: &str, sql: &[&str]) -> PathBuf {
        let file = self.file(name, &std::fs::read(&self.backup).unwrap());
        execute(&file, sql).await;
        file
    }

    /// Neither verified nor restored, in words that say why; nothing is there afterwards that was not before.
    async fn refused(&self, file: &Path, why: &str) {
        let before = std::fs::read(file).unwrap_or_default();
        let data = TempDir::new().unwrap();
        for command in ["verify", "restore"] {
            let (done, text) = run(data.path(), &[command, file.to_str().unwrap()]).await;
            assert!(!done && text.contains(why), "{command} {file:?}: {text}");
        }
        let left: Vec<_> = std::fs::read_dir(data.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(std::fs::read(file).unwrap_or_default(), before);
    }
}

async fn execute(file: &Path, sql: &[&str]) {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite:{}?mode=rwc", file.display());
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    for sql in sql {
        sqlx::query(AssertSqlSafe((*sql).to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_backup_or_is_cut_is_refused_and_nothing_is_changed() {
    let scene = Scene::new().await;
    let sound = std::fs::read(&scene.backup).unwrap();
    let none = "is no backup";
    scene.refused(&scene.file("empty", b""), none).await;
    scene
        .refused(&scene.file("text", "一号工程 ".repeat(9).as_bytes()), none)
        .await;
    let zip = [b"PK\x03\x04".as_slice(), &[0; 400], b"../../etc/passwd"].concat();
    scene.refused(&scene.file("a.zip", &zip), none).await;
    scene
        .refused(&scene.folder.path().join("../no/../such.db"), "such.db")
        .await;
    scene.refused(scene.folder.path(), "").await;
    let header = [&sound[..16], &[0xff; 5_000]].concat();
    scene
        .refused(&scene.file("header", &header), "damaged")
        .await;
    for part in [100, sound.len() / 3, sound.len() - 4_096, sound.len() - 1] {
        scene
            .refused(&scene.file("cut", &sound[..part]), "damaged")
            .await;
    }
    // another program's database
    let other = scene.folder.path().join("places.db");
    execute(&other, &["CREATE TABLE places (url TEXT)"]).await;
    scene.refused(&other, "no table people").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_made_to_harm_is_refused_within_little_memory() {
    let scene = Scene::new().await;
    // code that would run, and rows without end
    let trigger = "CREATE TRIGGER late AFTER INSERT ON people BEGIN DELETE FROM people; END";
    let file = scene.harmed("trigger", &[trigger]).await;
    scene.refused(&file, "late is a view, a trigger").await;
    let endless = "CREATE VIEW people AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n";
    let file = scene
        .harmed(
            "view",
            &[
                "PRAGMA foreign_keys = OFF",
                "ALTER TABLE people RENAME TO others",
                endless,
            ],
        )
        .await;
    scene.refused(&file, "people is a view").await;
    // a gigabyte that is not on the disk
    for (name, sql) in [
        (
            "long-change",
            "UPDATE changes SET bytes = zeroblob(900000000) WHERE seq = 1",
        ),
        (
            "long-blob",
            "INSERT INTO blobs (hash, bytes) VALUES (zeroblob(32), zeroblob(900000000))",
        ),
    ] {
        let file = scene.harmed(name, &[sql]).await;
        scene
            .refused(&file, "has an entry of 900000000 bytes")
            .await;
        std::fs::remove_file(file).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_change_in_a_backup_is_told_by_document_and_costs_nothing() {
    let scene = Scene::new().await;
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sync/tests/corpus");
    for name in [
        "five-million-operations",
        "five-million-operations--deflated",
    ] {
        let bytes = std::fs::read(corpus.join(format!("{name}.change"))).unwrap();
        // by the book: the log says the hash that it has
        let header = shared::sync::check::header(&bytes);
        let hash = header.map_or(ChangeHash::from_bytes([7; 32]), |header| header.hash);
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let (bytes, hash) = (hex(&bytes), hex(hash.as_bytes()));
        let sql = format!("UPDATE changes SET bytes = x'{bytes}', hash = x'{hash}' WHERE seq = 20");
        let file = scene.harmed(name, &[&sql]).await;
        let (whole, told) = run(scene.folder.path(), &["verify", file.to_str().unwrap()]).await;
        let data = TempDir::new().unwrap();
        let (restored, _) = run(data.path(), &["restore", file.to_str().unwrap()]).await;
        assert_eq!(whole, restored);
        assert!(
            !whole && told.contains(&scene.plan) && told.contains("change 20"),
            "{told}"
        );
        let out = data.path().join("plan.automerge");
        let arguments = ["doc", "export", &scene.plan, out.to_str().unwrap()];
        let (exported, told) = run(data.path(), &arguments).await;
        assert!(!exported && !out.exists(), "{told}");
    }
    // a document as a snapshot, by the book too
    let bytes = std::fs::read(corpus.join("five-million-operations.document")).unwrap();
    let hash = server::store::BlobHash::of(&bytes).to_string();
    let length = bytes.len();
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let of = "(SELECT document FROM changes WHERE seq = 20)";
    let file = scene
        .harmed(
            "snapshot",
            &[
                &format!("INSERT INTO blobs (hash, bytes) VALUES (x'{hash}', x'{hex}')"),
                &format!("INSERT INTO snapshots (document, epoch, seq, hash, length, at) SELECT number, epoch, 20, x'{hash}', {length}, 0 FROM documents WHERE number = {of}"),
                "UPDATE changes SET bytes = NULL",
                // and a log that says to be longer than memory
                &format!("UPDATE documents SET head = 4611686018427387904 WHERE number <> {of}"),
            ],
        )
        .await;
    let (whole, told) = run(scene.folder.path(), &["verify", file.to_str().unwrap()]).await;
    assert!(
        !whole && told.contains("the snapshot up to change 20"),
        "{told}"
    );
    let data = TempDir::new().unwrap();
    assert!(
        !run(data.path(), &["restore", file.to_str().unwrap()])
            .await
            .0
    );
    let out = data.path().join("plan.automerge");
    let arguments = ["doc", "export", &scene.plan, out.to_str().unwrap()];
    let (exported, told) = run(data.path(), &arguments).await;
    assert!(!exported && !out.exists(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_anywhere_in_a_backup_is_told_or_does_no_harm() {
    let scene = Scene::new().await;
    let sound = std::fs::read(&scene.backup).unwrap();
    let mut told = 0;
    // the same places each time, over the whole file: most of a small one are pages of tables that hold nothing
    for n in 0..96 {
        let at = (n * 2_654_435_761 + 1_000) % sound.len();
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (n % 8);
        let file = scene.file("flipped", &bytes);
        let data = TempDir::new().unwrap();
        let (whole, text) = run(data.path(), &["restore", file.to_str().unwrap()]).await;
        assert!(whole || !text.trim().is_empty(), "{at}");
        told += usize::from(!whole);
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
    }
    assert!(told > 0, "no place that matters was hit");
}
