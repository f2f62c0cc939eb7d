//! A file of unsent edits that is none, or was damaged or made to harm: refused in a sentence, and nothing on the device is
//! changed.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::base::ChangeHash;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{Program, site};
use tests::unsent::exported;

/// All rows of the person's database.
async fn rows(tablet: &Tablet) -> Value {
    tablet
        .eval(
            "(async () => {
               const name = (await indexedDB.databases()).map(d => d.name).find(n => n.startsWith('plumbline-') && n !== 'plumbline-device');
               const db = await new Promise((done, no) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = no; });
               const stores = ['meta', 'chunks', 'snapshots', 'pending', 'journal', 'refused'];
               const tx = db.transaction(stores);
               const all = store => new Promise(done => { const r = tx.objectStore(store).getAll(); r.onsuccess = () => done(r.result.map(row => row.j)); });
               const found = await Promise.all(stores.map(all));
               db.close();
               return found;
             })()",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_hostile_file_of_unsent_edits_is_refused_and_changes_nothing() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let cable = Cable::to(server.address).await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    let driver = Driver::start().await;
    let folder = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &folder.path().join("a"), Screen::Desk, "en").await;
    tablet.sign_in(&cable.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    let foundation = tablet.task("foundation").await;
    tablet.synced().await;
    cable.pull();
    tablet.says_offline().await;
    tablet.set(&foundation, "duration", "7d").await;
    tablet.set(&foundation, "name", "deep foundation").await;
    tablet.until_waiting(2).await;
    let good = exported(&tablet, &folder.path().join("downloads")).await;
    assert_eq!(good["changes"].as_array().unwrap().len(), 2, "{good}");
    cable.plug();

    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sync/tests/corpus");
    let with = |bytes: Vec<u8>| {
        let mut file = good.clone();
        let header = shared::sync::check::header(&bytes);
        let hash = header.map_or(ChangeHash::from_bytes([7; 32]), |header| header.hash);
        file["changes"][0]["bytes"] = json!(STANDARD.encode(&bytes));
        file["changes"][0]["about"]["hash"] = json!(hash);
        file.to_string().into_bytes()
    };
    let turned = |turn: &dyn Fn(&mut Value)| {
        let mut file = good.clone();
        turn(&mut file);
        file.to_string().into_bytes()
    };
    let whole = good.to_string().into_bytes();
    let mut first = STANDARD
        .decode(good["changes"][0]["bytes"].as_str().unwrap())
        .unwrap();
    first[20] ^= 1;
    let five = "five-million-operations";
    let hostile: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("no text", vec![0xff; 3_000]),
        ("an archive", [b"PK\x03\x04".as_slice(), &[0; 300]].concat()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("nested without end", b"[".repeat(3_000_000)),
        ("longer than any", vec![b' '; 65 * 1024 * 1024]),
        (
            "another format",
            turned(&|file| file["format"] = json!("plumbline-unsent-9")),
        ),
        ("no list", turned(&|file| file["changes"] = json!(7))),
        (
            "a place beyond all",
            turned(&|file| file["changes"][0]["about"]["n"] = json!(u64::MAX)),
        ),
        (
            "a flipped bit",
            turned(&|file| file["changes"][0]["bytes"] = json!(STANDARD.encode(&first))),
        ),
        (
            "no base64",
            turned(&|file| file["changes"][0]["bytes"] = json!("../../etc/passwd")),
        ),
        (
            "a hundred bytes of five million operations",
            with(std::fs::read(corpus.join(format!("{five}.change"))).unwrap()),
        ),
        (
            "the same, deflated",
            with(std::fs::read(corpus.join(format!("{five}--deflated.change"))).unwrap()),
        ),
        (
            "a whole document",
            with(std::fs::read(corpus.join(format!("{five}.document"))).unwrap()),
        ),
    ];
    tablet.goto(&format!("{}/account", cable.url())).await;
    tablet.synced().await;
    let before = rows(&tablet).await;
    for (n, (what, bytes)) in hostile.into_iter().enumerate() {
        let file = folder.path().join(format!("{n}.json"));
        std::fs::write(&file, bytes).unwrap();
        // each with a page of its own, so that the answer is to this one
        tablet.goto(&format!("{}/account", cable.url())).await;
        let field = tablet.find("#import-unsent").await;
        field.send_keys(file.to_str().unwrap()).await.unwrap();
        tablet.says("[role=alert]", "Nothing was changed").await;
        assert_eq!(rows(&tablet).await, before, "{what}");
    }
    // somebody else's
    let file = folder.path().join("other.json");
    let other = server.person("wang.planner", false).await;
    std::fs::write(&file, turned(&|file| file["person"] = json!(other.id))).unwrap();
    let field = tablet.find("#import-unsent").await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    tablet.says("[role=alert]", "made by another account").await;
    assert_eq!(rows(&tablet).await, before);
    // the app goes on, and takes the one that is sound
    let file = folder.path().join("good.json");
    std::fs::write(&file, good.to_string()).unwrap();
    let field = tablet.find("#import-unsent").await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    tablet.says("[role=status]", "Edits taken in: 2").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    assert_eq!(tablet.rows().await[0].name, "deep foundation");
}
