//! What comes, or is typed, while a document is being read.

use serde_json::json;
use shared::base::TaskId;
use shared::doc::command::Command;

use super::{Scene, Stored};

/// The first read of all chunks of the document `window.slow` is kept from the app until `window.release()`: what it
/// gives is as old as that by then. `window.held`: it is being kept.
const HOLD_ONE_READ: &str = "
    (() => {
        const real = IDBObjectStore.prototype.getAll;
        const released = new Promise(done => { window.release = done; });
        IDBObjectStore.prototype.getAll = function (range) {
            const request = real.call(this, range);
            const all = this.name === 'chunks' && range?.lower?.length === 1 && range.lower[0] === window.slow;
            if (!all || window.held) return request;
            window.held = true;
            const later = { get result() { return request.result; }, get error() { return request.error; } };
            request.onsuccess = () => released.then(() => later.onsuccess());
            request.onerror = () => later.onerror();
            return later;
        };
    })();";

#[tokio::test(flavor = "multi_thread")]
async fn browser_what_comes_while_a_document_is_read_is_shown_without_anything_more_coming() {
    let scene = Scene::new().await;
    let (plan, tablet) = (scene.project.plan, &scene.tablet);
    tablet.add_task("here before").await;
    tablet.synced().await;
    let before = Stored::acknowledged(tablet, plan).await.cursor.unwrap();
    let hold = format!("{HOLD_ONE_READ} window.slow = {};", json!(plan));
    tablet.before_load(&hold).await;
    tablet.goto(&scene.plan()).await;
    tablet.until("the plan is being read", "window.held").await;

    let other = scene.other().await;
    let add = Command::AddTask {
        id: TaskId::from_bytes([7; 8]),
        parent: None,
        after: None,
        name: "from elsewhere".to_owned(),
        duration: 480,
    };
    other.perform(plan, add);
    let there = format!("now.cursor === {}", before + 1);
    Stored::when(tablet, plan, "it has come", &there).await;
    tablet.synced().await;
    tablet.eval("window.release()").await;
    tablet.task("here before").await;
    tablet.task("from elsewhere").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_what_is_typed_while_a_document_is_read_again_stays_on_the_screen() {
    let scene = Scene::new().await;
    let (plan, tablet) = (scene.project.plan, &scene.tablet);
    tablet.add_task("here before").await;
    tablet.before_load(HOLD_ONE_READ).await;
    tablet.open_plan(&scene.plan()).await;
    tablet.synced().await;
    scene.cable.pull();
    tablet.says_offline().await;
    // as another window says it that made the document anew
    let notice = json!({ "Rebuilt": plan }).to_string();
    let say = format!(
        "(() => {{ window.slow = {}; new BroadcastChannel('plumbline-{}').postMessage({}); }})()",
        json!(plan),
        scene.li.id,
        json!(notice)
    );
    tablet.eval(&say).await;
    tablet
        .until("the plan is being read again", "window.held")
        .await;
    tablet.add_task("typed meanwhile").await;
    tablet.until_waiting(1).await;
    tablet.eval("window.release()").await;
    tablet.add_task("typed afterwards").await;
    let rows = tablet.rows().await;
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(
        names,
        ["here before", "typed meanwhile", "typed afterwards"]
    );
    scene.cable.plug();
    scene.assert_all_at_the_server().await;
}
