//! The real server, in this process ([`TestServer`]) or as the real program that can be killed ([`Program`]).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use reqwest::StatusCode;
use server::serve::{Options, Server};
use server::store::Store;
use server::{App, Clock, random_bytes};
use shared::api::{MadeToken, NewPerson, NewProject, Project, PutMember, Ticket};
use shared::base::{PersonId, ProjectId};
use shared::domain::permission::Role;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub use crate::client::{Answer, Client};

/// The password of everybody that these helpers make.
pub const PASSWORD: &str = "plumb-line-2026";

/// A server in this process, on a port of its own, with a data folder that goes with it.
pub struct TestServer {
    /// The data folder.
    pub folder: TempDir,
    /// Moves the server's time.
    pub clock: Clock,
    /// The one-time password of `admin`, as the first start gave it.
    pub first_password: String,
    /// Where it listens; the same after [`TestServer::restart`].
    pub address: SocketAddr,
    server: Option<Server>,
}

impl TestServer {
    /// Starts on an empty data folder.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts on an empty data folder, with other options.
    pub async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Clock::default();
        let mut options = options(folder.path(), SocketAddr::from(([127, 0, 0, 1], 0)), &clock);
        change(&mut options);
        let server = Server::start(options).await.unwrap();
        let first_password = server.first_password.clone().unwrap_or_default();
        Self {
            folder,
            clock,
            first_password,
            address: server.address,
            server: Some(server),
        }
    }

    /// The server's parts.
    pub fn app(&self) -> &App {
        &self.server.as_ref().unwrap().app
    }

    /// Where the plain `/trust` listener is, where one was asked for.
    pub fn trust_address(&self) -> Option<SocketAddr> {
        self.server.as_ref().unwrap().trust_address
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client that is not signed in.
    pub fn client(&self) -> Client {
        Client::new(self.url())
    }

    /// Makes a person with [`PASSWORD`] (nothing to change first) and signs them in.
    pub async fn person(&self, name: &str) -> Person {
        Person::make(&self.app().store, self.url(), name, false).await
    }

    /// As [`TestServer::person`], who may administer the organisation.
    pub async fn administrator(&self, name: &str) -> Person {
        Person::make(&self.app().store, self.url(), name, true).await
    }

    /// Stops gracefully and starts again on the same data and address. Clients keep their cookies.
    pub async fn restart(&mut self) {
        self.restart_with(|_| {}).await;
    }

    /// As [`TestServer::restart`], with other options.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Options)) {
        self.server.take().unwrap().stop().await;
        let mut options = options(self.folder.path(), self.address, &self.clock);
        change(&mut options);
        self.server = Some(Server::start(options).await.unwrap());
    }
}

fn options(data: &Path, listen: SocketAddr, clock: &Clock) -> Options {
    Options {
        listen,
        clock: clock.clone(),
        ..Options::new(data)
    }
}

/// The real program `plumbline serve`, which can be killed and started again on the same data and port.
pub struct Program {
    /// The data folder.
    pub folder: TempDir,
    /// Where it listens.
    pub address: SocketAddr,
    /// The one-time password of `admin`, as the first start printed it.
    pub first_password: String,
    /// Where the plain `/trust` listener is, where one was asked for.
    pub trust_address: Option<SocketAddr>,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
    /// The largest file it may write, in bytes.
    largest: Option<u64>,
    child: Child,
}

/// What a program that has started says of itself.
struct Started {
    child: Child,
    address: SocketAddr,
    first_password: String,
    trust_address: Option<SocketAddr>,
}

impl Program {
    /// Starts on an empty data folder, with more arguments (`--site DIR`, `--demo`).
    pub async fn start(arguments: &[&str]) -> Self {
        Self::start_on(TempDir::new().unwrap(), arguments).await
    }

    /// Starts on a data folder that was prepared, with more arguments.
    pub async fn start_on(folder: TempDir, arguments: &[&str]) -> Self {
        Self::start_limited(folder, arguments, None).await
    }

    /// Starts with a limit to the size of its files, which [`Program::limit`] changes: as on a disk that is full.
    pub async fn start_limited(folder: TempDir, arguments: &[&str], largest: Option<u64>) -> Self {
        Self::start_as(folder, arguments, Vec::new(), largest).await
    }

    /// Starts on an empty data folder, with more arguments and in this environment.
    pub async fn start_in(environment: Vec<(&'static str, String)>, arguments: &[&str]) -> Self {
        Self::start_as(TempDir::new().unwrap(), arguments, environment, None).await
    }

    async fn start_as(
        folder: TempDir,
        arguments: &[&str],
        environment: Vec<(&'static str, String)>,
        largest: Option<u64>,
    ) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        let mut command = limited(largest);
        command.envs(environment.clone());
        let started = spawn(command, folder.path(), "127.0.0.1:0", &arguments).await;
        Self {
            largest,
            folder,
            address: started.address,
            first_password: started.first_password,
            trust_address: started.trust_address,
            arguments,
            environment,
            child: started.child,
        }
    }

    /// `http://localhost:PORT`: an origin that browsers trust.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Sets another limit to the size of its files while it runs; `None`: none.
    pub async fn limit(&mut self, largest: Option<u64>) {
        self.largest = largest;
        let soft = largest.map_or_else(|| "unlimited".to_owned(), |n| n.to_string());
        let pid = self.id().to_string();
        let limit = format!("--fsize={soft}:");
        let done = Command::new("prlimit")
            .args(["--pid", &pid, &limit])
            .status();
        assert!(done.await.unwrap().success());
    }

    /// SIGKILL: the process has no chance to tidy up.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts again after [`Program::kill`], on the same data and port.
    pub async fn start_again(&mut self) {
        let address = self.address.to_string();
        let mut command = limited(self.largest);
        command.envs(self.environment.clone());
        let started = spawn(command, self.folder.path(), &address, &self.arguments).await;
        self.child = started.child;
    }

    /// Asks the process to stop, waits, and gives its exit code.
    pub async fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().unwrap().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .await
                .unwrap()
                .success()
        );
        self.child.wait().await.unwrap().code()
    }

    /// Makes a person with [`PASSWORD`] (nothing to change first) and signs them in.
    pub async fn person(&self, name: &str, administrator: bool) -> Person {
        let mut arguments = self.arguments.iter();
        let database = arguments.find(|a| *a == "--database");
        let store = match database.and(arguments.next()) {
            Some(url) => Store::open_url(url).await.unwrap(),
            None => Store::open(self.folder.path()).await.unwrap(),
        };
        let person = Person::make(&store, self.url(), name, administrator).await;
        store.close().await;
        person
    }

    /// Runs another command of the program on the same data folder: its exit code's success, and what it printed.
    pub async fn command(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let mut child = Command::new(program())
            .args(arguments)
            .env("PLUMBLINE_DATA", self.folder.path())
            .envs(self.environment.clone())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stdin, input.as_bytes())
            .await
            .unwrap();
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    }
}

/// The program, with a limit to the size of its files: a write beyond fails, as on a full disk, and does not end it.
fn limited(largest: Option<u64>) -> Command {
    let Some(largest) = largest else {
        return Command::new(program());
    };
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; exec prlimit --fsize={largest}:unlimited \"$@\"");
    command.args(["-c", &script, "sh"]).arg(program());
    command
}

async fn spawn(mut command: Command, data: &Path, listen: &str, arguments: &[String]) -> Started {
    let mut child = command
        .args(["serve", "--listen", listen, "--data"])
        .arg(data)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut password = String::new();
    let mut trust_address = None;
    let address = loop {
        let line = lines
            .next_line()
            .await
            .unwrap()
            .expect("the server ended before it was ready");
        if let Some(found) = line.strip_prefix("First sign-in: name admin, password ") {
            password = found.to_owned();
        }
        if let Some(url) = line.strip_prefix("Tablets install the certificate from http://") {
            trust_address = url.strip_suffix("/trust").map(|a| a.parse().unwrap());
        }
        if let Some(url) = line.strip_prefix("Ready: ") {
            let port = url.rsplit(':').next().unwrap().parse().unwrap();
            break SocketAddr::from(([127, 0, 0, 1], port));
        }
    };
    // keep reading, so that the pipe never fills up
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Started {
        child,
        address,
        first_password: password,
        trust_address,
    }
}

/// Cargo's target folder: this test is TARGET/debug/deps/main-0123.
pub fn target_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(3).unwrap().to_owned()
}

/// The built app: the folder that `cargo xtask test` names, else what `cargo xtask site` left in the target folder.
pub fn site() -> PathBuf {
    let folder = std::env::var_os("PLUMBLINE_SITE_DIR")
        .map_or_else(|| target_folder().join("site"), PathBuf::from);
    assert!(
        folder.join("index.html").exists(),
        "the app is not built: run `cargo xtask site` first (looked in {})",
        folder.display()
    );
    folder
}

/// The program: the one that `PLUMBLINE_PROGRAM` names, else built where it is not up to date (Cargo decides), once per
/// test process.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(program) = std::env::var_os("PLUMBLINE_PROGRAM") {
            return PathBuf::from(program);
        }
        let target = target_folder();
        let mut cargo = std::process::Command::new(env!("CARGO"));
        // what Cargo says to a test about its package: crates whose build looks at it would be built anew, here and at
        // the next `cargo test`
        for (name, _) in std::env::vars_os() {
            let told = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_"]
                .iter()
                .any(|of| told.starts_with(of))
            {
                cargo.env_remove(&name);
            }
        }
        let status = cargo
            .args([
                "build",
                "--quiet",
                // the selection of the tests themselves: another would choose other features and build twice
                "--workspace",
                "--bin",
                "plumbline",
                "--target-dir",
            ])
            .arg(&target)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .status()
            .unwrap();
        assert!(status.success(), "the program does not build");
        target.join("debug").join("plumbline")
    })
}

/// Makes an account with [`PASSWORD`], nothing to change first.
pub async fn add_person(store: &Store, name: &str, administrator: bool) -> PersonId {
    // one hash for all: hashing is slow on purpose
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| server::hash_password(PASSWORD).unwrap());
    let id = PersonId::from_bytes(random_bytes().unwrap());
    let person = NewPerson {
        name: name.to_owned(),
        display_name: name.to_owned(),
        department: None,
        post: String::new(),
        administrator,
        password: String::new(),
    };
    let now = Clock::default().now();
    store
        .add_person(id, &person, hash, false, now)
        .await
        .unwrap();
    id
}

/// Somebody who is signed in.
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// The account's name.
    pub name: String,
    /// Their device.
    pub http: Client,
}

impl Person {
    async fn make(store: &Store, url: String, name: &str, administrator: bool) -> Self {
        let id = add_person(store, name, administrator).await;
        let http = Client::new(url);
        assert_eq!(http.sign_in(name, PASSWORD).await.status, StatusCode::OK);
        Self {
            id,
            name: name.to_owned(),
            http,
        }
    }

    /// Another device of the same person, signed in.
    pub async fn another_device(&self) -> Client {
        let http = Client::new(self.http.url.clone());
        assert_eq!(
            http.sign_in(&self.name, PASSWORD).await.status,
            StatusCode::OK
        );
        http
    }

    /// Makes a project; they are its manager.
    pub async fn project(&self, name: &str) -> Project {
        let new = NewProject {
            name: name.to_owned(),
            pack: None,
        };
        self.http
            .post("/api/projects", &new)
            .await
            .expect(StatusCode::CREATED)
    }

    /// Puts `person` into a project that they manage.
    pub async fn put_member(&self, project: ProjectId, person: PersonId, role: Role) -> Answer {
        let path = format!("/api/projects/{project}/members/{person}");
        self.http.put(&path, &PutMember { role }).await
    }

    /// Takes a member out of a project.
    pub async fn remove_member(&self, project: ProjectId, person: PersonId) -> Answer {
        let path = format!("/api/projects/{project}/members/{person}");
        self.http.delete(&path).await
    }

    /// A bearer token of theirs.
    pub async fn token(&self) -> MadeToken {
        let new = shared::api::NewToken {
            label: "test".to_owned(),
        };
        self.http
            .post("/api/tokens", &new)
            .await
            .expect(StatusCode::CREATED)
    }

    /// A ticket for the WebSocket.
    pub async fn ticket(&self) -> String {
        self.http
            .post("/api/sync/ticket", &())
            .await
            .expect::<Ticket>(StatusCode::OK)
            .ticket
    }
}
