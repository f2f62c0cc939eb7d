//! `cargo xtask bench sync`: many devices at work on our server, and the same work on servers of another make.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise, and prints"
)]

mod offline;
mod open;

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use shared::base::{ChangeHash, DocumentId, TaskId};
use shared::doc::command::{Command, TaskEdit};
use shared::domain::permission::DocumentKind;
use tests::headless::{Address, Event, Headless};
use tests::peers;
use tests::server::{Person, Program};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// Devices, documents, edits a second.
const WORK: [(usize, usize, u64); 3] = [(50, 1, 20), (100, 10, 100), (1000, 100, 100)];
const SECONDS: u64 = 15;

/// What a process has used.
#[derive(Debug, Clone, Copy)]
struct Usage {
    cpu_ms: f64,
    memory_kb: u64,
}

fn usage(process: u32) -> Usage {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: f64 = [11, 12]
        .map(|n| fields[n].parse::<f64>().unwrap())
        .iter()
        .sum();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let memory = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    Usage {
        cpu_ms: ticks * 10.0, // 100 ticks a second
        memory_kb: memory.trim().trim_end_matches(" kB").parse().unwrap(),
    }
}

struct Figures {
    made: u64,
    expected: u64,
    seen: u64,
    p50: f64,
    p99: f64,
    idle: Usage,
    before: Usage,
    after: Usage,
    up: Option<f64>,
}

fn print(name: &str, devices: usize, f: &Figures) {
    let up = f.up.map_or_else(|| "-".to_owned(), |up| format!("{up:.0}"));
    println!(
        "{name:28} {:>7.1} {:>8.1} {:>6} {:>10.2} {:>8} {:>8.1} {:>8.1} {:>9.1}",
        f.p50,
        f.p99,
        f.expected.saturating_sub(f.seen),
        (f.after.cpu_ms - f.before.cpu_ms) / f.made as f64,
        up,
        f.idle.memory_kb as f64 / 1024.0,
        f.after.memory_kb as f64 / 1024.0,
        (f.before.memory_kb.saturating_sub(f.idle.memory_kb)) as f64 / devices as f64,
    );
}

fn task(n: u8) -> TaskId {
    TaskId::from_bytes([n + 1; 8])
}

async fn plans(person: &Person, count: usize) -> Vec<DocumentId> {
    let mut plans = Vec::new();
    for n in 0..count {
        plans.push(person.project(&format!("project {n}")).await.plan);
    }
    plans
}

async fn ours(devices: usize, documents: usize, rate: u64) -> Figures {
    let program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let plans = plans(&li, documents).await;
    let address = Address {
        url: program.url().replace("localhost", "127.0.0.1"),
        token: li.token().await.token,
    };
    let idle = usage(program.id());
    let mut all = Vec::new();
    for n in 0..devices {
        let plan = plans[n % documents];
        let mut device = Headless::start(address.clone(), li.id, &[(plan, DocumentKind::Plan)]);
        device.synced().await;
        if n < documents {
            for n in 0..20 {
                device.perform(
                    plan,
                    Command::AddTask {
                        id: task(n),
                        parent: None,
                        after: None,
                        name: "浇筑".to_owned(),
                        duration: 480,
                    },
                );
            }
            device.synced().await;
        }
        all.push((device, plan));
    }
    let made: Arc<Mutex<HashMap<ChangeHash, Instant>>> = Arc::default();
    let applied: Arc<Mutex<Vec<(ChangeHash, Instant)>>> = Arc::default();
    let mut hands = Vec::new();
    for (mut device, plan) in all {
        let (made, applied) = (made.clone(), applied.clone());
        let (ask, mut asked) = tokio::sync::mpsc::unbounded_channel::<u64>();
        let (tell, told) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    edit = asked.recv() => match edit {
                        Some(edit) => device.perform(plan, Command::EditTask {
                            id: task((edit % 20) as u8),
                            edit: TaskEdit::Name(format!("浇筑 {edit}")),
                        }),
                        None => break,
                    },
                    Some(event) = device.events.recv() => match event {
                        Event::Made(_, hash, at) => { made.lock().unwrap().insert(hash, at); }
                        Event::Applied(_, hash, at) => applied.lock().unwrap().push((hash, at)),
                        Event::Refused(..) => panic!("{event:?}"),
                        _ => {}
                    },
                }
            }
            let _ = tell.send(device.bytes().await.up);
        });
        hands.push((ask, told));
    }
    tokio::time::sleep(Duration::from_secs(2)).await; // what was written before is out of the way
    applied.lock().unwrap().clear();
    let before = usage(program.id());
    let began = Instant::now();
    let (mut edits, mut expected) = (0, 0);
    while began.elapsed() < Duration::from_secs(SECONDS) {
        let due = (began.elapsed().as_secs_f64() * rate as f64) as u64;
        while edits < due {
            // a fixed, well spread order: the same work each time
            let n = (edits as usize).wrapping_mul(7919) % devices;
            hands[n].0.send(edits).unwrap();
            expected += (devices / documents - 1) as u64;
            edits += 1;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let seen = || applied.lock().unwrap().len() as u64;
    for _ in 0..300 {
        if seen() >= expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let after = usage(program.id());
    let mut bytes = 0;
    for (ask, told) in hands {
        drop(ask);
        bytes += told.await.unwrap();
    }
    let made = made.lock().unwrap();
    let applied = applied.lock().unwrap();
    let mut latencies: Vec<f64> = applied
        .iter()
        .filter_map(|(hash, at)| Some(at.duration_since(*made.get(hash)?).as_secs_f64() * 1e3))
        .collect();
    latencies.sort_by(f64::total_cmp);
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
    // the tasks that were made before count as edits sent
    let sent = edits + 20 * documents as u64;
    Figures {
        made: edits,
        expected,
        seen: applied.len() as u64,
        p50: at(0.5),
        p99: at(0.99),
        idle,
        before,
        after,
        up: Some(bytes as f64 / sent as f64),
    }
}

struct Peer {
    process: Child,
    _folder: tempfile::TempDir,
}

async fn port() -> u16 {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    free.local_addr().unwrap().port()
}

async fn peer_server(kind: &str, port: u16) -> Peer {
    let folder = tempfile::TempDir::new().unwrap();
    let script = match kind {
        "y" => "node_modules/y-websocket/bin/server.cjs",
        _ => "node_modules/@automerge/automerge-repo-sync-server/src/index.js",
    };
    let process = tokio::process::Command::new("node")
        .arg(peers::folder().join(script))
        .current_dir(folder.path())
        .env("HOST", "127.0.0.1")
        .env("PORT", port.to_string())
        .env("DATA_DIR", folder.path())
        .env("YPERSISTENCE", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_ok()
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Peer {
        process,
        _folder: folder,
    }
}

async fn peer(kind: &str, devices: usize, documents: usize, rate: u64) -> Figures {
    let port = port().await;
    let server = peer_server(kind, port).await;
    let process = server.process.id().unwrap();
    let idle = usage(process);
    let mut clients = tokio::process::Command::new("node")
        .arg("bench_clients.mjs")
        .args([kind, &format!("ws://127.0.0.1:{port}")])
        .args([devices as u64, documents as u64, rate, SECONDS].map(|n| n.to_string()))
        .current_dir(peers::folder())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines: Lines<BufReader<ChildStdout>> =
        BufReader::new(clients.stdout.take().unwrap()).lines();
    while lines.next_line().await.unwrap().expect("the clients ended") != "ready" {}
    let before = usage(process);
    let answer: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    let after = usage(process);
    let number = |name: &str| answer[name].as_u64().unwrap();
    Figures {
        made: number("made"),
        expected: number("expected"),
        seen: number("seen").min(number("expected")),
        p50: answer["p50"].as_f64().unwrap_or(f64::NAN),
        p99: answer["p99"].as_f64().unwrap_or(f64::NAN),
        idle,
        before,
        after,
        up: None,
    }
}

#[tokio::main]
async fn main() {
    let only = std::env::args().nth(1);
    match only.as_deref() {
        Some("offline") => return offline::measure().await,
        Some("open") => return open::measure().await,
        _ => {}
    }
    println!(
        "{:28} {:>7} {:>8} {:>6} {:>10} {:>8} {:>8} {:>8} {:>9}",
        "", "p50 ms", "p99 ms", "lost", "CPU ms/ed", "B up/ed", "idle MB", "MB", "kB/device"
    );
    for (devices, documents, rate) in WORK {
        println!("{devices} devices, {documents} documents, {rate} edits a second");
        print(
            "  plumbline",
            devices,
            &ours(devices, documents, rate).await,
        );
        if only.as_deref() == Some("ours") {
            continue;
        }
        print(
            "  y-websocket",
            devices,
            &peer("y", devices, documents, rate).await,
        );
        let repo = peer("repo", devices, documents, rate).await;
        print("  automerge-repo-sync-server", devices, &repo);
    }
    offline::measure().await;
    open::measure().await;
}
