//! Several windows of one browser that write at once.

use tests::browser::Tablet;
use thirtyfour::prelude::*;

use super::{Scene, Stored};

/// Types some tasks, one after the other, without the mouse: rows that others write come between.
async fn types(tablet: &Tablet, of: &str) {
    tablet.click(".plan-row.new [data-field=name]").await;
    tablet.keys(Key::Escape).await;
    for n in 1..=EACH {
        tablet.chord(&[Key::Control], Key::End).await;
        tablet.keys(format!("{of} {n}")).await;
        tablet.keys(Key::Enter).await;
        tablet.task(&format!("{of} {n}")).await;
        tablet.saved_here().await;
    }
}

const EACH: u64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn browser_many_writers_on_one_document_leave_no_gap_and_no_double() {
    let scene = Scene::new().await;
    let plan = scene.project.plan;
    let first = &scene.tablet;
    // the first task of all says when the plan begins, too
    first.add_task("begin").await;
    first.synced().await;
    let before = Stored::acknowledged(first, plan).await.cursor.unwrap();
    let (second, third) = (
        first.beside(&scene.driver).await,
        first.beside(&scene.driver).await,
    );
    for tablet in [&second, &third] {
        tablet.open_plan(&scene.plan()).await;
        tablet.synced().await;
    }

    // with no network: each change is in the database once
    scene.cable.pull();
    for tablet in [first, &second, &third] {
        tablet.says_offline().await;
    }
    tokio::join!(types(first, "a"), types(&second, "b"), types(&third, "c"));
    for tablet in [first, &second, &third] {
        tablet.until_waiting(3 * EACH).await;
    }
    let stored = Stored::on(first, plan).await;
    assert_eq!(stored.pending.len() as u64, 3 * EACH);
    assert_eq!(stored.cursor, Some(before));
    stored.assert_dense();

    // after a reload every window has all of them
    for tablet in [first, &second, &third] {
        tablet.open_plan(&scene.plan()).await;
        tablet.task(&format!("c {EACH}")).await;
        let mut names: Vec<_> = tablet.rows().await.into_iter().map(|r| r.name).collect();
        names.sort();
        let all = ["a", "b", "c"].map(|of| (1..=EACH).map(move |n| format!("{of} {n}")));
        let mut all: Vec<_> = all.into_iter().flatten().collect();
        all.push("begin".to_owned());
        all.sort();
        assert_eq!(names, all);
        tablet.until_waiting(3 * EACH).await;
    }

    // with a network they write on: one window sends for all, and what is acknowledged has no gap
    scene.cable.plug();
    tokio::join!(types(first, "d"), types(&second, "e"), types(&third, "f"));
    for tablet in [first, &second, &third] {
        tablet.synced().await;
    }
    let stored = Stored::acknowledged(&third, plan).await;
    assert_eq!(stored.cursor, Some(before + 6 * EACH));
    assert!(stored.pending.is_empty());
    stored.assert_dense();
    let rows = first.rows().await;
    assert_eq!(rows.len() as u64, 1 + 6 * EACH);
    for tablet in [&second, &third] {
        assert_eq!(tablet.rows().await, rows);
    }
    scene.assert_all_at_the_server().await;
}
