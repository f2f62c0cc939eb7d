//! `plumbline ledger verify`: a sound ledger is told so, and whatever was changed in the database is named.

use std::process::Command;

use shared::api::SignedHead;
use shared::base::{DocumentId, ProjectId};
use shared::ledger::Act;
use shared::pack::review::Opinion;
use shared::pack::value::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use tests::office::{Office, option, paper};
use tests::postgres;
use tests::server::TestServer;

const FLOW: &str = "operations_flow_v1";

/// A project with decisions and an attachment, and its database.
struct Scene {
    office: Office,
    project: ProjectId,
    form: DocumentId,
    /// As the program is told of it.
    database: String,
}

impl Scene {
    async fn sqlite() -> Self {
        let server = TestServer::start().await;
        let file = server.folder.path().join(server::store::FILE);
        let database = format!("sqlite:{}", file.display());
        Self::of(server, database).await
    }

    async fn postgresql() -> Self {
        let url = postgres::database().await;
        let with = |options: &mut server::serve::Options| options.database = Some(url.clone());
        let server = TestServer::start_with(with).await;
        Self::of(server, url).await
    }

    async fn of(server: TestServer, database: String) -> Self {
        sqlx::any::install_default_drivers();
        let office = Office::open(server, FLOW).await;
        let sales = office.who("sales_manager");
        let project = office.project(sales, "官网").await.id;
        let said = [("departments", option("design"))];
        let form = office
            .submit(sales, project, "demand_submission", &said)
            .await;
        let director = office.who("sales_director");
        let act = office
            .opinion(director, project, form, Opinion::Approve, &[])
            .await;
        let Act::Form(mut act) = act else {
            unreachable!();
        };
        if let Value::Files(files) = paper() {
            act.signature = files.into_iter().next();
        }
        office.done(director, project, Act::Form(act)).await;
        let scene = Self {
            office,
            project,
            form,
            database,
        };
        // the organisation's chain, which goes on by the minute, does not name what is changed for a moment
        scene.execute("UPDATE ledger_heads SET sealed = seq").await;
        scene
    }

    /// What the program says, and whether it is content.
    fn verify(&self, more: &[&str]) -> (bool, String) {
        let output = Command::new(tests::server::program())
            .args(["ledger", "verify", "--database", &self.database])
            .args(more)
            .env("PLUMBLINE_DATA", self.office.server.folder.path())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    fn sound(&self, more: &[&str]) {
        let (content, said) = self.verify(more);
        let name = format!("project {}: ", self.project);
        assert!(content && said.contains(&name), "{said}");
        assert!(said.contains("nothing wrong"), "{said}");
    }

    fn found(&self, more: &[&str], words: &[&str]) {
        let (content, said) = self.verify(more);
        assert!(!content, "{said}");
        for words in words {
            assert!(said.contains(words), "{words}: {said}");
        }
    }

    async fn connection(&self) -> AnyConnection {
        AnyConnection::connect(&self.database).await.unwrap()
    }

    async fn execute(&self, sql: &str) {
        let mut connection = self.connection().await;
        let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
        assert!(done.rows_affected() > 0, "{sql}");
        connection.close().await.unwrap();
    }

    /// Several statements, all at one moment.
    async fn execute_all(&self, sql: &str) {
        let mut connection = self.connection().await;
        let whole = format!("BEGIN IMMEDIATE; {sql}; COMMIT");
        let done = sqlx::raw_sql(AssertSqlSafe(whole)).execute(&mut connection);
        done.await.unwrap();
        connection.close().await.unwrap();
    }

    /// Changes one byte of a column in the row that `of` names, looks, and changes it back.
    async fn flipped(&self, table: &str, column: &str, of: &str, words: &[&str]) {
        let mut connection = self.connection().await;
        let select = format!("SELECT {column} FROM {table} WHERE {of}");
        let row = sqlx::query(AssertSqlSafe(select)).fetch_one(&mut connection);
        let before: Vec<u8> = row.await.unwrap().try_get(0).unwrap();
        let mut after = before.clone();
        let place = after.len() - 2;
        after[place] ^= 1;
        let update = format!("UPDATE {table} SET {column} = $1 WHERE {of}");
        for (bytes, words) in [(after, Some(words)), (before, None)] {
            let done = sqlx::query(AssertSqlSafe(update.clone()))
                .bind(bytes)
                .execute(&mut connection)
                .await
                .unwrap();
            assert_eq!(done.rows_affected(), 1, "{update}");
            if let Some(words) = words {
                self.found(&[], words);
            }
        }
        connection.close().await.unwrap();
    }

    /// A file as a device gives its heads.
    fn file(&self, name: &str, heads: &[SignedHead]) -> String {
        let file = self.office.server.folder.path().join(name);
        std::fs::write(&file, serde_json::to_vec(heads).unwrap()).unwrap();
        file.to_str().unwrap().to_owned()
    }
}

/// One flipped byte, wherever it is.
async fn every_flipped_byte_is_named(scene: Scene) {
    scene.sound(&[]);
    let entry = "length(chain) = 16 AND seq = 3";
    let body = "entry 3: its body is not the one it commits to";
    scene.flipped("ledger", "body", entry, &[body]).await;
    let hash = "entry 3: its hash is not that";
    scene.flipped("ledger", "body_hash", entry, &[hash]).await;
    scene.flipped("ledger", "hash", entry, &[hash]).await;
    let bound = "entry 3: it is not bound";
    scene.flipped("ledger", "previous", entry, &[bound]).await;
    let head = "length(chain) = 16";
    let signature = "the signature of the head at this entry";
    scene
        .flipped("ledger_heads", "hash", head, &[signature])
        .await;
    scene
        .flipped("ledger_heads", "signature", head, &[signature])
        .await;
    let pack = ["entry 1: the version of the regulation"];
    scene.flipped("packs", "content", "1 = 1", &pack).await;
    let part = "hash IN (SELECT part FROM attachment_parts)";
    let blob = ["entry 3: the attachment", "is gone or was changed"];
    scene.flipped("blobs", "bytes", part, &blob).await;
    scene.sound(&[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flipped_byte_is_named_in_sqlite() {
    every_flipped_byte_is_named(Scene::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flipped_byte_is_named_in_postgresql() {
    every_flipped_byte_is_named(Scene::postgresql().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_was_removed_or_slipped_in_is_named() {
    let scene = Scene::sqlite().await;
    let keep = "CREATE TABLE away AS SELECT * FROM ledger WHERE seq = 2";
    scene.execute_all(keep).await;
    scene.execute("DELETE FROM ledger WHERE seq = 2").await;
    scene.found(&[], &["entry 2: the entry is missing"]);
    scene.execute("INSERT INTO ledger SELECT * FROM away").await;
    scene.sound(&[]);
    // after the end that the server signed
    let (more, key) = ("randomblob(32)", "randomblob(16)");
    let slip = format!(
        "INSERT INTO ledger SELECT chain, 4, at, hash, {more}, {more}, body, {key} FROM ledger WHERE seq = 3"
    );
    scene.execute(&slip).await;
    scene.found(&[], &["entry 4: it stands after the head"]);
}

/// Who has database and key takes the end away and leaves a sound chain: only a head that a device kept tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_that_was_cut_off_is_found_by_heads_that_devices_kept() {
    let scene = Scene::sqlite().await;
    let (office, project) = (&scene.office, scene.project);
    let sales = office.who("sales_manager");
    let early = office.ledger(sales, project).await.head;
    let before = "CREATE TABLE entries AS SELECT * FROM ledger;
         CREATE TABLE heads AS SELECT * FROM ledger_heads";
    scene.execute_all(before).await;
    let (form, of, copies) = (scene.form, 2, 1);
    office
        .done(sales, project, Act::Print { form, of, copies })
        .await;
    let kept = scene.file("kept.json", &[office.ledger(sales, project).await.head]);
    let early = scene.file("early.json", &[early]);
    scene.sound(&["--kept", &kept, "--kept", &early]);

    let back = "DELETE FROM ledger; INSERT INTO ledger SELECT * FROM entries;
         DELETE FROM ledger_heads; INSERT INTO ledger_heads SELECT * FROM heads";
    scene.execute_all(back).await;
    scene.sound(&[]);
    scene.sound(&["--kept", &early]);
    let gone = "entry 4: a signed head that was kept names this entry, which is gone";
    scene.found(&["--kept", &kept], &[gone]);

    // and a file that is none is told as that
    let none = scene.office.server.folder.path().join("none.json");
    std::fs::write(&none, "[{}]").unwrap();
    let none = none.to_str().unwrap().to_owned();
    scene.found(&["--kept", &none], &["none.json"]);
}
