//! A new device opens a plan of 5,000 tasks: over loopback, and over 1 Mbit/s with 150 ms each way.

use std::time::{Duration, Instant};

use shared::base::{ChangeHash, DocumentId};
use shared::doc::command::{Command, TaskEdit};
use shared::doc::sample;
use shared::domain::permission::DocumentKind;
use tests::headless::{Address, Headless};
use tests::link::Link;
use tests::server::{Person, Program};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TASKS: usize = 5000;
/// Edits after the import: what a plan has gone through.
const EDITS: usize = 2000;
const BITS_A_SECOND: u64 = 1_000_000;
const DELAY: Duration = Duration::from_millis(150);

/// Opens the plan on a new device: how long until all of it is there, and what was received.
async fn open(
    url: &str,
    person: &Person,
    plan: DocumentId,
    whole: &[ChangeHash],
) -> (Duration, u64) {
    let address = Address {
        url: url.to_owned(),
        token: person.token().await.token,
    };
    let began = Instant::now();
    let mut device = Headless::start(address, person.id, &[(plan, DocumentKind::Plan)]);
    device.synced().await;
    let took = began.elapsed();
    let heads = device.with(plan, |document| document.heads()).await;
    assert_eq!(heads, whole, "the device has something else");
    (took, device.bytes().await.down)
}

/// The bare transfer of so many bytes: a connection, a line, the bytes.
async fn bare(bytes: Vec<u8>, slow: bool) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut address = listener.local_addr().unwrap();
    let count = bytes.len();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.read_exact(&mut [0; 4]).await.unwrap();
        socket.write_all(&bytes).await.unwrap();
    });
    let link = match slow {
        true => Some(Link::to(address, BITS_A_SECOND, DELAY).await),
        false => None,
    };
    if let Some(link) = &link {
        address = link.address();
    }
    let began = Instant::now();
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(b"get\n").await.unwrap();
    socket.read_exact(&mut vec![0; count]).await.unwrap();
    began.elapsed()
}

pub(super) async fn measure() {
    println!("a plan of {TASKS} tasks opened by a new device");
    println!(
        "{:28} {:>10} {:>10} {:>8} {:>12} {:>12}",
        "", "open ms", "bare ms", "ratio", "received KB", "saved KB"
    );
    let program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let plan = li.project("Harbour").await.plan;
    let url = program.url().replace("localhost", "127.0.0.1");
    let address = Address {
        url: url.clone(),
        token: li.token().await.token,
    };
    let sample = sample::plan(TASKS, 7);
    let tasks: Vec<_> = sample.tasks.iter().map(|task| task.id).collect();
    let mut first = Headless::start(address, li.id, &[(plan, DocumentKind::Plan)]);
    first.synced().await;
    let imported = Box::new(sample);
    first.perform(plan, Command::ImportPlan { plan: imported });
    for edit in 0..EDITS {
        let id = tasks[edit * 7919 % tasks.len()];
        let edit = TaskEdit::Name(format!("浇筑 {edit}"));
        first.perform(plan, Command::EditTask { id, edit });
    }
    first.synced().await;
    let (heads, saved) = first.with(plan, |d| (d.heads(), d.save())).await;
    for (name, slow) in [
        ("  loopback, first", false),
        ("  loopback, again", false),
        ("  1 Mbit/s, 150 ms", true),
    ] {
        let link = match slow {
            true => {
                let server = url.trim_start_matches("http://").parse().unwrap();
                Some(Link::to(server, BITS_A_SECOND, DELAY).await)
            }
            false => None,
        };
        let through = link.as_ref().map_or_else(|| url.clone(), Link::url);
        let (took, received) = open(&through, &li, plan, &heads).await;
        let bare = bare(saved.clone(), slow).await;
        println!(
            "{name:28} {:>10.0} {:>10.0} {:>8.2} {:>12.1} {:>12.1}",
            took.as_secs_f64() * 1e3,
            bare.as_secs_f64() * 1e3,
            took.as_secs_f64() / bare.as_secs_f64(),
            received as f64 / 1e3,
            saved.len() as f64 / 1e3,
        );
    }
}
