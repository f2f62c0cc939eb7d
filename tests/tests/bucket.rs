//! Snapshots in a bucket that speaks S3 (`--blobs s3://...`): a server of somebody else's, from npm.

use std::process::Stdio;
use std::time::Duration;

use shared::base::TaskId;
use shared::doc::command::Command;
use shared::domain::permission::DocumentKind;
use tempfile::TempDir;
use tests::headless::{Address, Headless};
use tests::peers::Bucket;
use tests::server::{Program, program};

const BLOBS: &str = "s3://plumbline/dam/blobs";
const TASKS: u8 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snapshots_are_kept_in_a_bucket_and_new_devices_begin_with_them() {
    let bucket = Bucket::start().await;
    let mut node = Program::start_in(bucket.environment("S3RVER"), &["--blobs", BLOBS]).await;
    let li = node.person("li", false).await;
    let plan = li.project("dam").await.plan;
    let address = Address {
        url: node.url(),
        token: li.token().await.token,
    };
    let start = || Headless::start(address.clone(), li.id, &[(plan, DocumentKind::Plan)]);
    let mut writer = start();
    writer.synced().await;
    // long enough that a new device begins with a snapshot
    for n in 0..TASKS {
        let id = TaskId::from_bytes([1, n, 0, 0, 0, 0, 0, 1]);
        let (name, duration) = (format!("{n} {}", "浇筑".repeat(40)), 480);
        let (parent, after) = (None, None);
        let add = Command::AddTask {
            id,
            parent,
            after,
            name,
            duration,
        };
        writer.perform(plan, add);
    }
    writer.synced().await;
    let heads = writer.with(plan, |document| document.heads()).await;
    assert_eq!(bucket.objects(), Vec::<String>::new());
    for _ in 0..2 {
        let mut reader = start();
        reader.synced().await;
        assert_eq!(reader.with(plan, |document| document.heads()).await, heads);
        let objects = bucket.objects();
        assert!(
            matches!(&objects[..], [one] if one.starts_with("plumbline/dam/blobs/")),
            "{objects:?}"
        );
        node.kill().await;
        node.start_again().await;
    }
    let (whole, text) = node.command(&["doc", "verify", "--blobs", BLOBS], "").await;
    assert!(whole, "{text}");
}

#[tokio::test]
async fn a_bucket_that_cannot_be_used_is_told_at_the_start() {
    let bucket = Bucket::start().await;
    let start = async |blobs: &str, environment: Vec<(&str, String)>| {
        let folder = TempDir::new().unwrap();
        let mut command = tokio::process::Command::new(program());
        command
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--blobs",
                blobs,
                "--data",
            ])
            .arg(folder.path())
            .envs(environment)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let ended = tokio::time::timeout(Duration::from_secs(60), command.output()).await;
        let output = ended.expect("it started").unwrap();
        assert!(!output.status.success());
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let refused = start(BLOBS, bucket.environment("nobody")).await;
    assert!(refused.contains("AWS_SECRET_ACCESS_KEY"), "{refused}");
    let missing = start("s3://nowhere/blobs", bucket.environment("S3RVER")).await;
    assert!(missing.contains("Is there such a bucket"), "{missing}");
    let mut silent = bucket.environment("S3RVER");
    silent[0].1 = "http://127.0.0.1:9".to_owned();
    let silent = start(BLOBS, silent).await;
    assert!(silent.contains("AWS_ENDPOINT_URL"), "{silent}");
    let nameless = start("s3:///blobs", bucket.environment("S3RVER")).await;
    assert!(nameless.contains("s3://BUCKET"), "{nameless}");
}
