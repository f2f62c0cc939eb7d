//! Several tabs of one person on one device: one holds the socket, all show the same.

use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Undoes, from the grid.
async fn undo(tablet: &Tablet, task: &str) {
    tablet.click_cell(task, "number").await;
    tablet.chord(&[Key::Control], 'z').await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_tabs_show_the_same_and_another_takes_over_when_the_leader_is_closed() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let cable = Cable::to(server.address).await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Desk, "en").await;
    tablet.sign_in(&cable.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("in the first").await;
    let first = tablet.web.window().await.unwrap();
    let second = tablet.new_tab().await;
    tablet.open_plan(&plan).await;
    tablet.task("in the first").await;
    tablet.synced().await;
    tablet.add_task("in the second").await;
    tablet.synced().await;
    tablet.to_tab(&first).await;
    tablet.task("in the second").await;
    tablet.synced().await;

    // with no network both write, in turn, and both show and count both
    cable.pull();
    tablet.says_offline().await;
    tablet.add_task("offline in the first").await;
    tablet.to_tab(&second).await;
    tablet.says_offline().await;
    let task = tablet.task("offline in the first").await;
    tablet.set(&task, "duration", "4d").await;
    tablet.add_task("offline in the second").await;
    tablet.until_waiting(3).await;
    tablet.to_tab(&first).await;
    tablet
        .until_row("the same row", &task, "duration", "4")
        .await;
    tablet.task("offline in the second").await;
    tablet.until_waiting(3).await;

    // the one in front holds the socket; it is closed, and the other goes on with all of it
    cable.plug();
    tablet.synced().await;
    cable.pull();
    tablet.says_offline().await;
    tablet.set(&task, "name", "before it is closed").await;
    tablet.until_waiting(1).await;
    tablet.web.close_window().await.unwrap();
    tablet.to_tab(&second).await;
    tablet
        .until_row("the last edit", &task, "name", "before it is closed")
        .await;
    tablet.until_waiting(1).await;
    cable.plug();
    tablet.synced().await;
    tablet.set(&task, "duration", "6d").await;
    tablet.synced().await;

    // the server has it all: a new device sees it
    let rows = tablet.rows().await;
    assert_eq!(rows.len(), 4);
    let other = Tablet::open(&driver, &profiles.path().join("b"), Screen::Desk, "en").await;
    other.sign_in(&server.url(), "li.planner").await;
    other
        .open_plan(&format!("{}/projects/{}/plan", server.url(), project.id))
        .await;
    other.until_row("all of it", &task, "duration", "6").await;
    assert_eq!(other.rows().await, rows);
}

/// A tab of the same address that is not the app: takes the app's lock, and answers who wants it.
async fn meddle(tablet: &Tablet, answer: &str) {
    let script = format!(
        "(async () => {{
            const [lead] = (await navigator.locks.query()).held.map(l => l.name).filter(n => n.endsWith('-lead'));
            window.channel ??= new BroadcastChannel(lead.slice(0, -'-lead'.length));
            {answer}
        }})().then(arguments[arguments.length - 1])"
    );
    tablet.web.execute_async(script, vec![]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_tabs_one_leads_whatever_becomes_of_who_had_the_lock_or_asked_for_it() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Desk, "en").await;
    tablet.sign_in(&server.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.add_task("pier").await;
    let task = tablet.task("pier").await;
    tablet.synced().await;
    let first = tablet.web.window().await.unwrap();
    let second = tablet.new_tab().await;
    tablet.goto(&format!("{}/healthz", server.url())).await;

    // who has the lock answers and lets go of it, a little sooner or later: the tab may get it twice
    for round in 1..=12 {
        tablet.to_tab(&second).await;
        meddle(
            &tablet,
            &format!(
                "await new Promise(held => navigator.locks.request(lead, {{steal: true}}, () => {{
                    held();
                    return new Promise(release => channel.onmessage = ({{data}}) => {{
                        if (!data.includes('WantLead')) return;
                        channel.onmessage = null;
                        channel.postMessage(data.replace('WantLead', 'Lead'));
                        const later = performance.now() + {round} / 5;
                        while (performance.now() < later);
                        release();
                    }});
                }}).catch(() => {{}}));"
            ),
        )
        .await;
        tablet.to_tab(&first).await;
        let duration = format!("{round}d");
        tablet.set(&task, "duration", &duration).await;
        tablet.synced().await;
    }

    // who asks is gone before it takes the lock: the hidden tab goes on
    tablet.to_tab(&second).await;
    meddle(
        &tablet,
        "const heard = what => new Promise(done => channel.onmessage = ({data}) => data.includes(what) && done());
         const given = heard('{\"Lead\":1}');
         channel.postMessage('{\"WantLead\":1}');
         await given;
         await heard('Synced');",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_tabs_undo_takes_back_ones_own_after_a_remote_edit_a_merge_and_a_reload() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let wang = server.person("wang.engineer", false).await;
    let project = li.project("Bridge").await;
    let put = li.put_member(project.id, wang.id, Role::Planner).await;
    assert!(put.status.is_success(), "{}", put.text);
    let path = format!("/projects/{}/plan", project.id);
    let cable = Cable::to(server.address).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let own = Tablet::open(&driver, &profiles.path().join("a"), Screen::Desk, "en").await;
    own.sign_in(&cable.url(), "li.planner").await;
    own.open_plan(&format!("{}{path}", cable.url())).await;
    own.synced().await;
    own.add_task("foundation").await;
    let task = own.task("foundation").await;
    own.set(&task, "duration", "3d").await;
    own.synced().await;
    own.starts_offline().await;
    let other = Tablet::open(&driver, &profiles.path().join("b"), Screen::Desk, "en").await;
    other.sign_in(&server.url(), "wang.engineer").await;
    other.open_plan(&format!("{}{path}", server.url())).await;
    other.until_row("the row", &task, "duration", "3").await;

    // both write the same row at once, then their work is merged, then the page is loaded anew in another tab
    cable.pull();
    own.says_offline().await;
    own.set(&task, "duration", "8d").await;
    other.set(&task, "name", "deep foundation").await;
    other.synced().await;
    cable.plug();
    own.until_row("merged", &task, "name", "deep foundation")
        .await;
    own.synced().await;
    own.new_tab().await;
    own.open_plan(&format!("{}{path}", cable.url())).await;
    own.until_row("own edit", &task, "duration", "8").await;
    own.until_row("the other's", &task, "name", "deep foundation")
        .await;
    own.synced().await;
    undo(&own, &task).await;
    own.until_row("taken back", &task, "duration", "3").await;
    other.until_row("everywhere", &task, "duration", "3").await;
    own.synced().await;
    for tablet in [&own, &other] {
        let row = tablet.rows().await.remove(0);
        assert_eq!(row.name, "deep foundation", "the other's edit stands");
    }
    // the other's undo takes back their own, and cannot touch the first one's
    undo(&other, &task).await;
    own.task("foundation").await;
    undo(&other, &task).await;
    other.synced().await;
    let row = own.rows().await.remove(0);
    assert_eq!(
        (row.name.as_str(), row.duration.as_str()),
        ("foundation", "3d")
    );
    // what was taken back can be done again
    own.click_cell(&task, "number").await;
    own.chord(&[Key::Control], 'y').await;
    own.until_row("again", &task, "duration", "8").await;
    other.until_row("again", &task, "duration", "8").await;
}
