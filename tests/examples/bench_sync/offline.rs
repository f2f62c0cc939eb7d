//! Ten devices that were away, each with 200 edits of its own, come back to a plan of 2,000 tasks.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use shared::base::ChangeHash;
use shared::doc::command::{Command, TaskEdit};
use shared::doc::sample;
use shared::domain::permission::DocumentKind;
use tests::headless::{Address, Headless};
use tests::server::Program;

use super::usage;

const DEVICES: usize = 10;
const EDITS: usize = 200;
const TASKS: usize = 2000;

pub(super) async fn measure() {
    println!("{DEVICES} devices with {EDITS} offline edits each, {TASKS} tasks");
    println!(
        "{:28} {:>12} {:>12} {:>10} {:>10} {:>6}",
        "", "together ms", "CPU ms", "up KB", "down KB", "lost"
    );
    let program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let plan = li.project("Harbour").await.plan;
    let address = Address {
        url: program.url().replace("localhost", "127.0.0.1"),
        token: li.token().await.token,
    };
    let sample = sample::plan(TASKS, 7);
    let parents: HashSet<_> = sample.tasks.iter().filter_map(|t| t.parent).collect();
    let steps = sample.tasks.iter().filter(|t| !parents.contains(&t.id));
    let tasks: Vec<_> = steps.map(|task| task.id).collect();
    let of = [(plan, DocumentKind::Plan)];
    let mut first = Headless::start(address.clone(), li.id, &of);
    first.synced().await;
    let plan_of = Box::new(sample);
    first.perform(plan, Command::ImportPlan { plan: plan_of });
    first.synced().await;
    let mut devices = vec![first];
    while devices.len() < DEVICES {
        let mut device = Headless::start(address.clone(), li.id, &of);
        device.synced().await;
        devices.push(device);
    }
    for (n, device) in devices.iter().enumerate() {
        device.offline(true);
        for edit in 0..EDITS {
            let id = tasks[(n * EDITS + edit) * 7919 % tasks.len()];
            let edit = match edit % 3 {
                0 => TaskEdit::Name(format!("浇筑 {n} {edit}")),
                1 => TaskEdit::Duration(480 * (1 + edit as i64 % 20)),
                _ => TaskEdit::Deliverable(format!("验收记录 {edit}")),
            };
            device.perform(plan, Command::EditTask { id, edit });
        }
    }
    let mut made: Vec<Vec<ChangeHash>> = Vec::new();
    let mut bytes = Vec::new();
    for device in &devices {
        made.push(device.with(plan, |document| document.heads()).await);
        bytes.push(device.bytes().await);
    }
    let before = usage(program.id());
    let began = Instant::now();
    for device in &devices {
        device.offline(false);
    }
    let mut wanted: Vec<ChangeHash> = made.into_iter().flatten().collect();
    wanted.sort();
    loop {
        let mut level = true;
        for device in &devices {
            let mut heads = device.with(plan, |document| document.heads()).await;
            heads.sort();
            level &= heads == wanted;
        }
        if level || began.elapsed() > Duration::from_secs(60) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let together = began.elapsed();
    let after = usage(program.id());
    let mut lost = 0;
    let (mut up, mut down) = (0, 0);
    for (device, before) in devices.iter().zip(bytes) {
        let wanted = wanted.clone();
        let lacks = move |document: &mut shared::doc::Document| {
            wanted.iter().filter(|hash| !document.has(hash)).count()
        };
        lost += device.with(plan, lacks).await;
        let now = device.bytes().await;
        up += now.up - before.up;
        down += now.down - before.down;
    }
    println!(
        "{:28} {:>12.0} {:>12.0} {:>10.0} {:>10.0} {:>6}",
        "  plumbline",
        together.as_secs_f64() * 1e3,
        after.cpu_ms - before.cpu_ms,
        up as f64 / 1e3,
        down as f64 / 1e3,
        lost
    );
}
