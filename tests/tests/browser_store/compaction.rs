//! A document kept in one piece, and what may come between.

use shared::base::TaskId;
use shared::doc::command::{Command, TaskEdit};

use super::{Scene, Stored, harm};

/// Once the plan shows, what the app reads of all chunks of a document is kept from it until `window.release()`: what is
/// compacted then was read long ago. `window.held`: how many such reads there are.
const HOLD_THE_READ: &str = "
    (() => {
        const real = IDBObjectStore.prototype.getAll;
        window.held = 0;
        const released = new Promise(done => { window.release = done; });
        IDBObjectStore.prototype.getAll = function (range) {
            const request = real.call(this, range);
            const all = this.name === 'chunks' && range?.lower?.length === 1;
            if (!all || !document.querySelector('.plan:not([aria-busy]) .plan-row[data-task]')) return request;
            window.held += 1;
            const later = { get result() { return request.result; }, get error() { return request.error; } };
            request.onsuccess = () => released.then(() => later.onsuccess());
            request.onerror = () => later.onerror();
            return later;
        };
    })();";

/// The transaction that puts a whole document stays open, with all its steps carried out, and is never committed.
const HOLD_THE_WRITE: &str = "
    (() => {
        const real = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...row) {
            const request = real.apply(this, row);
            if (this.name === 'snapshots') {
                const again = () => { window.held = true; this.get('nothing').onsuccess = again; };
                again();
            }
            return request;
        };
    })();";

#[tokio::test(flavor = "multi_thread")]
async fn browser_compaction_races_with_appends_and_itself_and_loses_nothing() {
    let (scene, changes) = Scene::with_many_changes().await;
    let plan = scene.project.plan;
    let slow = &scene.tablet;
    let quick = slow.beside(&scene.driver).await;
    slow.before_load(HOLD_THE_READ).await;
    slow.open_plan(&scene.plan()).await;
    slow.until("it has read what it will put in one piece", "window.held")
        .await;

    // meanwhile: another device, another window with and without a network, and the other window's own compaction
    let other = scene.other().await;
    let id = TaskId::from_bytes(1_u64.to_be_bytes());
    let edit = TaskEdit::Duration(480 * 40);
    other.perform(plan, Command::EditTask { id, edit });
    quick.open_plan(&scene.plan()).await;
    quick
        .until_row("the other's", &id.to_string(), "duration", "40")
        .await;
    quick.add_task("in the quick window").await;
    quick.synced().await;
    let later = changes + 2;
    let there = format!("now.snapshots.length === 1 && now.cursor === {later}");
    let stored = Stored::when(&quick, plan, "the quick one is done", &there).await;
    stored.assert_dense();
    scene.cable.pull();
    quick.says_offline().await;
    quick.add_task("with no network").await;
    quick.until_waiting(1).await;

    // the slow one goes on with what it had read before all of that
    slow.eval("window.release()").await;
    let both = format!("now.snapshots.length === 2 && now.snapshots[0] === {changes}");
    let stored = Stored::when(&quick, plan, "both are done", &both).await;
    stored.assert_dense();
    assert_eq!((stored.cursor, stored.pending.len()), (Some(later), 1));
    for tablet in [slow, &quick] {
        tablet.open_plan(&scene.plan()).await;
        tablet.task("in the quick window").await;
        tablet.task("with no network").await;
        tablet
            .until_row("the other's", &id.to_string(), "duration", "40")
            .await;
    }
    scene.cable.plug();
    scene.assert_all_at_the_server().await;
    Stored::acknowledged(&quick, plan).await.assert_dense();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_what_was_read_of_a_log_that_is_another_one_by_now_is_not_put_in_one_piece() {
    let (scene, changes) = Scene::with_many_changes().await;
    let (plan, tablet) = (scene.project.plan, &scene.tablet);
    tablet.before_load(HOLD_THE_READ).await;
    tablet.open_plan(&scene.plan()).await;
    tablet
        .until("it has read what it will put in one piece", "window.held")
        .await;
    scene.cable.pull();
    tablet.says_offline().await;
    // as the device notes it when the server's log turns out to be another one
    harm(
        tablet,
        plan,
        "const [[key, row]] = await rows(tx, 'meta', of(document));
         row.j = JSON.stringify({ ...JSON.parse(row.j), epoch: 0, cursor: 0 });
         tx.objectStore('meta').put(row, key);",
    )
    .await;
    tablet
        .eval(
            "(() => { const real = IDBTransaction.prototype.abort;
               IDBTransaction.prototype.abort = function () { window.aborted = true; real.call(this); };
               window.release(); })()",
        )
        .await;
    tablet
        .until("it has thought better of it", "window.aborted")
        .await;
    let stored = Stored::on(tablet, plan).await;
    assert_eq!(
        (stored.chunks.len() as u64, stored.snapshots.len()),
        (changes, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_crash_between_the_two_steps_leaves_everything() {
    let (scene, changes) = Scene::with_many_changes().await;
    let (plan, tablet) = (scene.project.plan, &scene.tablet);
    let rows = tablet.rows().await;
    tablet.before_load(HOLD_THE_WRITE).await;
    tablet.open_plan(&scene.plan()).await;
    tablet
        .until("the steps are carried out, not committed", "window.held")
        .await;
    tablet.crash().await;

    // both steps are one transaction: neither was done
    tablet.goto(&scene.nowhere()).await;
    let stored = Stored::on(tablet, plan).await;
    assert_eq!(
        (stored.chunks.len() as u64, stored.snapshots.len()),
        (changes, 0)
    );
    stored.assert_dense();
    harm(
        tablet,
        plan,
        "tx.objectStore('cache').put(await rows(tx, 'chunks', of(document)), ['aside']);",
    )
    .await;
    tablet.open_plan(&scene.plan()).await;
    assert_eq!(tablet.rows().await, rows);

    // it begins again, and ends; who made the changes stays known
    let done = format!("now.snapshots[0] === {changes} && !now.chunks.length");
    let stored = Stored::when(tablet, plan, "it is in one piece", &done).await;
    assert_eq!(stored.receipts as u64, changes);
    tablet.open_plan(&scene.plan()).await;
    assert_eq!(tablet.rows().await, rows);

    // were it in two steps, the first of them done: the same plan, and the second is made up for
    tablet.goto(&scene.nowhere()).await;
    harm(
        tablet,
        plan,
        "const [[, aside]] = await rows(tx, 'cache', ['aside']);
         for (const [key, row] of aside) tx.objectStore('chunks').put(row, key);",
    )
    .await;
    assert_eq!(Stored::on(tablet, plan).await.chunks.len() as u64, changes);
    tablet.open_plan(&scene.plan()).await;
    assert_eq!(tablet.rows().await, rows);
    tablet.add_task("afterwards").await;
    tablet.synced().await;
    let done = "now.snapshots.length === 1 && now.chunks.every(([seq]) => seq > now.snapshots[0])";
    let stored = Stored::when(tablet, plan, "it is in one piece again", done).await;
    stored.assert_dense();
    scene.assert_all_at_the_server().await;
}
