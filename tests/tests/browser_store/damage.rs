//! Rows that are gone or damaged, beside those of `browser_versions`.

use super::{Scene, Stored, harm};

/// The document in one piece is gone, or bytes or words of its row are others.
const HARMS: [&str; 3] = [
    "for (const [key] of await rows(tx, 'snapshots', of(document))) tx.objectStore('snapshots').delete(key);",
    "for (const [key, row] of await rows(tx, 'snapshots', of(document))) { row.b[row.b.length >> 1] ^= 255; tx.objectStore('snapshots').put(row, key); }",
    "for (const [key, row] of await rows(tx, 'snapshots', of(document))) { row.j = '{'; tx.objectStore('snapshots').put(row, key); }",
];

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_lost_or_damaged_snapshot_is_noticed_and_put_again() {
    let (scene, changes) = Scene::with_many_changes().await;
    let (plan, tablet) = (scene.project.plan, &scene.tablet);
    tablet.open_plan(&scene.plan()).await;
    let rows = tablet.rows().await;
    let done = format!("now.snapshots[0] === {changes}");
    Stored::when(tablet, plan, "it is in one piece", &done).await;
    let mut acknowledged = changes;
    for harming in HARMS {
        // an edit that only this device has
        scene.cable.pull();
        tablet.says_offline().await;
        tablet.set(&rows[0].task, "duration", "50d").await;
        tablet.until_waiting(1).await;
        harm(tablet, plan, harming).await;
        scene.cable.plug();
        tablet.open_plan(&scene.plan()).await;
        tablet.synced().await;
        tablet
            .until_row("it stays", &rows[0].task, "duration", "50")
            .await;
        assert_eq!(tablet.rows().await.len(), rows.len());
        acknowledged += 1;
        let all = format!("now.cursor === {acknowledged} && !now.pending.length");
        let stored = Stored::when(tablet, plan, "all of it is here", &all).await;
        stored.assert_dense();
        tablet.set(&rows[0].task, "duration", "5d").await;
        tablet.synced().await;
        acknowledged += 1;
    }
    scene.assert_all_at_the_server().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_snapshot_of_the_servers_that_is_lost_is_noticed_too() {
    // a device that was not there when the plan was written begins with the server's own snapshot
    let (scene, changes) = Scene::with_many_changes().await;
    let plan = scene.project.plan;
    let rows = scene.tablet.rows().await;
    let tablet = scene.new_tablet().await;
    tablet.open_plan(&scene.plan()).await;
    tablet.synced().await;
    let begun = format!("now.snapshots[0] === {changes} && !now.chunks.length");
    Stored::when(&tablet, plan, "the server's snapshot", &begun).await;
    harm(&tablet, plan, HARMS[0]).await;
    tablet.open_plan(&scene.plan()).await;
    tablet.task(&rows[0].name).await;
    tablet.synced().await;
    assert_eq!(tablet.rows().await, rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_lost_or_damaged_row_about_a_document_is_made_again_and_unsent_edits_stay() {
    let scene = Scene::new().await;
    let (plan, tablet) = (scene.project.plan, &scene.tablet);
    for name in ["foundation", "columns"] {
        tablet.add_task(name).await;
    }
    let foundation = tablet.task("foundation").await;
    tablet.synced().await;
    let mut acknowledged = Stored::acknowledged(tablet, plan).await.cursor.unwrap();
    for (days, harming) in [
        ("7", "tx.objectStore('meta').delete([document]);"),
        ("8", "tx.objectStore('meta').put({ j: '{' }, [document]);"),
    ] {
        scene.cable.pull();
        tablet.says_offline().await;
        tablet
            .set(&foundation, "duration", &format!("{days}d"))
            .await;
        tablet.until_waiting(1).await;
        harm(tablet, plan, harming).await;
        // also with no network: what is here shows, and nothing is lost
        tablet.open_plan(&scene.plan()).await;
        tablet
            .until_row("the unsent edit", &foundation, "duration", days)
            .await;
        tablet.until_waiting(1).await;
        assert_eq!(tablet.rows().await.len(), 2);
        scene.cable.plug();
        tablet.synced().await;
        acknowledged += 1;
        let all = format!("now.cursor === {acknowledged} && !now.pending.length");
        let stored = Stored::when(tablet, plan, "all of it is here", &all).await;
        stored.assert_dense();
    }
    scene.assert_all_at_the_server().await;
}
