//! Other people's clients and servers, from npm, in the versions that `tests/peers/package-lock.json` pins.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::build;
use crate::server::target_folder;

/// The folder with the scripts and what npm installed for them; installed anew when the lock file changes.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/peers"));
        let folder = target_folder().join("peers");
        let stamp = folder.join("installed.json");
        let lock = std::fs::read(from.join("package-lock.json")).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        build::copy(from, &folder);
        if std::fs::read(&stamp).ok().as_ref() != Some(&lock) {
            let installed = std::process::Command::new("npm")
                .args([
                    "install",
                    "--ignore-scripts",
                    "--omit=optional",
                    "--no-audit",
                    "--no-fund",
                ])
                .current_dir(&folder)
                .output()
                .expect("npm is needed: `cargo xtask test` installs it");
            let words = String::from_utf8_lossy(&installed.stderr);
            assert!(installed.status.success(), "npm install: {words}");
            std::fs::write(stamp, lock).unwrap();
        }
        folder
    })
}

/// A server that speaks S3 and keeps its objects in a folder, with one bucket, `plumbline`.
pub struct Bucket {
    folder: TempDir,
    address: String,
    _child: Child,
}

impl Bucket {
    /// Starts it.
    pub async fn start() -> Self {
        let data = TempDir::new().unwrap();
        let mut child = Command::new("node")
            .args(["node_modules/s3rver/bin/s3rver.js", "--directory"])
            .arg(data.path())
            .args(["--address", "127.0.0.1", "--port", "0"])
            .args(["--configure-bucket", "plumbline"])
            .current_dir(folder())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is needed: `cargo xtask test` installs it");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap();
            let line = line.expect("the server of the bucket ended before it was ready");
            if let Some(address) = line.strip_prefix("S3rver listening on ") {
                break address.to_owned();
            }
        };
        // keep reading, so that the pipe never fills up
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            folder: data,
            address,
            _child: child,
        }
    }

    /// What a program must be told to reach it, as this account (`S3RVER` is the one that it knows).
    pub fn environment(&self, account: &str) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", account.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "S3RVER".to_owned()),
        ]
    }

    /// The names of its objects.
    pub fn objects(&self) -> Vec<String> {
        let mut folders = vec![self.folder.path().join("plumbline")];
        let mut names = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.folder.path()).unwrap();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(name) = name.to_str().unwrap().strip_suffix("._S3rver_object") {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }
}

/// A client written with automerge-repo, in a Node of its own.
pub struct RepoClient {
    _child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    events: Vec<Value>,
}

impl RepoClient {
    /// Starts Node, and connects to a server's `ws://HOST:PORT/sync/automerge-repo?ticket=...`.
    pub async fn connect(url: &str) -> Self {
        let mut client = Self::start().await;
        client.tell("connect", json!(url)).await.unwrap();
        client
    }

    /// Starts Node.
    pub async fn start() -> Self {
        let mut child = Command::new("node")
            .arg("automerge_repo_client.mjs")
            .current_dir(folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is needed: `cargo xtask test` installs it");
        let stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            _child: child,
            stdin,
            lines,
            events: Vec::new(),
        }
    }

    /// Tells the client to do something: its answer, or what it threw.
    pub async fn tell(&mut self, command: &str, argument: Value) -> Result<Value, String> {
        let line = format!("{}\n", json!({ command: argument }));
        self.stdin.write_all(line.as_bytes()).await.unwrap();
        loop {
            let mut line = self.line().await;
            if let Some(answer) = line.get_mut("ok") {
                return Ok(answer.take());
            }
            if let Some(failed) = line.get("failed") {
                return Err(failed.as_str().unwrap_or_default().to_owned());
            }
            self.events.push(line);
        }
    }

    /// Waits for an event with `wanted` in its text.
    pub async fn event(&mut self, wanted: &str) -> Value {
        loop {
            let found = self
                .events
                .iter()
                .position(|e| e.to_string().contains(wanted));
            if let Some(found) = found {
                return self.events.remove(found);
            }
            let line = self.line().await;
            self.events.push(line);
        }
    }

    /// Looks at the document again and again, at each change, until `look` finds something.
    pub async fn until<T>(&mut self, what: &str, look: impl Fn(&Value) -> Option<T>) -> T {
        loop {
            let doc = self.tell("doc", json!(null)).await.unwrap();
            if let Some(found) = look(&doc) {
                return found;
            }
            eprintln!("waiting: {what}");
            self.event("change").await;
        }
    }

    async fn line(&mut self) -> Value {
        let patience = Duration::from_secs(60);
        loop {
            let line = tokio::time::timeout(patience, self.lines.next_line()).await;
            let line = line.unwrap_or_else(|_| panic!("the client says nothing for {patience:?}"));
            // what the library itself prints is none of ours
            if let Ok(line) = serde_json::from_str(&line.unwrap().expect("the client ended")) {
                return line;
            }
        }
    }
}
