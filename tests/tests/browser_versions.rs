//! A server of another version, and a device on which something is damaged.

use shared::sync::wire::Versions;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{TestServer, site};

#[tokio::test(flavor = "multi_thread")]
async fn browser_says_reload_when_the_server_is_of_another_version_and_keeps_what_is_unsent() {
    let mut server = TestServer::start_with(|options| options.site = Some(site())).await;
    let li = server.person("li").await;
    let project = li.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let home = profiles.path().join("a");
    let tablet = Tablet::open(&driver, &home, Screen::Desk, "zh-CN").await;
    tablet.sign_in(&server.url(), "li").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    let task = tablet.task("foundation").await;
    tablet.synced().await;
    tablet.starts_offline().await;
    server
        .restart_with(|options| {
            options.site = Some(site());
            options.versions = Versions {
                protocol: 2,
                oldest_protocol: 2,
                ..Versions::OURS
            };
        })
        .await;
    tablet.says("#outdated", "请重新加载").await;
    tablet.set(&task, "duration", "7d").await;
    tablet.until_waiting(1).await;
    // the server's app, which is of its version: here the one before again
    server
        .restart_with(|options| options.site = Some(site()))
        .await;
    tablet.eval("window.before = true").await;
    tablet.click("#outdated .button-primary").await;
    tablet
        .until(
            "the page is loaded anew",
            "window.before === undefined && document.querySelector('.plan-scroller')",
        )
        .await;
    tablet.synced().await;
    tablet.gone("#outdated").await;
    tablet.until_row("sent", &task, "duration", "7").await;
}

/// Whether first rows are kept of the plan, with its last task.
const KEPT: &str = "(window.__asked ??= (async () => {
    const name = (await indexedDB.databases()).map(d => d.name).find(n => n.startsWith('plumbline-') && n !== 'plumbline-device');
    const db = await new Promise((done, no) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = no; });
    const all = ask => new Promise(done => { const r = ask(db.transaction('extra').objectStore('extra')); r.onsuccess = () => done(r.result); });
    while (!window.__kept) {
        const keys = await all(store => store.getAllKeys());
        const rows = await all(store => store.getAll());
        window.__kept = rows.some((row, i) => keys[i]?.[0] === 'first' && row.j.includes('deck'));
        await new Promise(done => setTimeout(done, 50));
    }
    db.close();
})(), window.__kept)";

#[tokio::test(flavor = "multi_thread")]
async fn browser_storage_that_is_damaged_is_fetched_anew_and_unsent_edits_stay() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let li = server.person("li").await;
    let project = li.project("Bridge").await;
    let cable = Cable::to(server.address).await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let home = profiles.path().join("a");
    let tablet = Tablet::open(&driver, &home, Screen::Desk, "en").await;
    tablet.sign_in(&cable.url(), "li").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    for name in ["foundation", "columns", "deck"] {
        tablet.add_task(name).await;
    }
    let (foundation, deck) = (tablet.task("foundation").await, tablet.task("deck").await);
    tablet.synced().await;
    tablet.starts_offline().await;
    cable.pull();
    tablet.says_offline().await;
    tablet.set(&foundation, "duration", "7d").await;
    tablet.set(&deck, "duration", "9d").await;
    tablet.until_waiting(2).await;
    tablet.until("the first rows are kept", KEPT).await;
    // a chunk in the middle is missing, another one and an unsent edit are damaged
    let harmed = tablet
        .eval(
            "(async () => {
               const name = (await indexedDB.databases()).map(d => d.name).find(n => n.startsWith('plumbline-') && n !== 'plumbline-device');
               const db = await new Promise((done, no) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = no; });
               const tx = db.transaction(['chunks', 'pending'], 'readwrite');
               const all = s => new Promise(done => { const r = tx.objectStore(s).getAllKeys(); r.onsuccess = () => done(r.result); });
               const get = (s, k) => new Promise(done => { const r = tx.objectStore(s).get(k); r.onsuccess = () => done(r.result); });
               const [chunks, pending] = [await all('chunks'), await all('pending')];
               tx.objectStore('chunks').delete(chunks[0]);
               const row = await get('chunks', chunks[1]); row.b[12] ^= 255; tx.objectStore('chunks').put(row, chunks[1]);
               let last = null;
               for (const key of pending) { const row = await get('pending', key); if (!last || JSON.parse(row.j).n > JSON.parse(last[1].j).n) last = [key, row]; }
               last[1].b[12] ^= 255; tx.objectStore('pending').put(last[1], last[0]);
               await new Promise(done => { tx.oncomplete = done; });
               db.close();
               return chunks.length + ' ' + pending.length;
             })()",
        )
        .await;
    assert!(harmed.as_str().unwrap().ends_with(" 2"), "{harmed}");
    // with no network: nothing is said to be empty, and what happened is told
    tablet.goto(&plan).await;
    tablet.says(".banner", "damaged").await;
    tablet.says(".plan-wait", "not on this device").await;
    cable.plug();
    tablet.plan_shows().await;
    tablet.synced().await;
    tablet.gone(".banner").await;
    // everything is there again, and the sound one of the two edits
    tablet
        .until_row(
            "the unsent edit that was sound",
            &foundation,
            "duration",
            "7",
        )
        .await;
    assert_eq!(tablet.rows().await.len(), 3);
    // the damaged one is told
    tablet.says("[data-list=refused]", "1").await;
}
