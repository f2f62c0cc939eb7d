//! How a device that has nothing yet gets a long document.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode};
use shared::api::{Receipts, SNAPSHOT_EPOCH, SNAPSHOT_SEQ};
use shared::base::DocumentId;
use shared::doc::command::{Command, ProgressEdit};
use shared::doc::view::first::FirstRows;
use shared::doc::view::plan::PlanReader;
use shared::doc::{Document, sample};
use shared::domain::permission::{DocumentKind, Role};
use tests::headless::{Address, Headless};
use tests::server::{Person, TestServer};

/// Status, (epoch, seq) where they are told, and the bytes.
async fn newest(
    person: &Person,
    document: DocumentId,
) -> (StatusCode, Option<(u64, u64)>, Vec<u8>) {
    let path = format!("/api/documents/{document}/snapshots/newest");
    let answer = person
        .http
        .request(Method::GET, &path)
        .send()
        .await
        .unwrap();
    let number = |name| answer.headers().get(name)?.to_str().ok()?.parse().ok();
    let at = number(SNAPSHOT_EPOCH).zip(number(SNAPSHOT_SEQ));
    let status = answer.status();
    (status, at, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_new_device_gets_a_long_document_in_one_piece_and_joins_from_its_end() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let plan = li.project("dam").await.plan;
    let (status, at, _) = newest(&li, plan).await;
    assert_eq!(
        (status, at),
        (StatusCode::NO_CONTENT, None),
        "a short log is joined"
    );
    let address = Address {
        url: server.url().replace("localhost", "127.0.0.1"),
        token: li.token().await.token,
    };
    let of = [(plan, DocumentKind::Plan)];
    let mut first = Headless::start(address.clone(), li.id, &of);
    first.synced().await;
    let imported = Box::new(sample::plan(2_000, 3));
    first.perform(plan, Command::ImportPlan { plan: imported });
    first.synced().await;
    let (heads, saved) = first.with(plan, |d| (d.heads(), d.save().len())).await;

    let (status, at, bytes) = newest(&li, plan).await;
    assert_eq!(status, StatusCode::OK);
    let (epoch, seq) = at.unwrap();
    assert!(epoch > 0 && seq > 0);
    let mut whole =
        Document::load::<&[u8]>(DocumentKind::Plan, Some(&bytes), &[], [7; 16]).unwrap();
    assert_eq!(whole.heads(), heads);

    let mut second = Headless::start(address, li.id, &of);
    second.synced().await;
    assert_eq!(second.with(plan, |d| d.heads()).await, heads);
    let received = second.bytes().await.down as usize;
    assert!(
        received < saved + saved / 10,
        "{received} bytes for a document of {saved}"
    );

    let (status, _, _) = newest(&wang, plan).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "not for who is no member");
}

#[tokio::test]
async fn a_new_device_is_given_the_first_rows_of_a_plan_as_they_are_read_there() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    let (plan, progress) = (project.plan, project.progress);
    let path = format!("/api/projects/{}/plan/first", project.id);
    let none: FirstRows = li.http.get(&path).await.expect(StatusCode::OK);
    assert!(none.is_empty());
    let address = Address {
        url: server.url().replace("localhost", "127.0.0.1"),
        token: li.token().await.token,
    };
    let of = [
        (plan, DocumentKind::Plan),
        (progress, DocumentKind::Progress),
    ];
    let mut device = Headless::start(address, li.id, &of);
    device.synced().await;
    let imported = Box::new(sample::plan(300, 3));
    device.perform(plan, Command::ImportPlan { plan: imported });
    device.synced().await;
    let first: FirstRows = li.http.get(&path).await.expect(StatusCode::OK);
    let task = first.view().plan.tasks.last().unwrap().id;
    let work = Command::EditProgress {
        id: task,
        edit: ProgressEdit::Percent(40),
    };
    device.perform(progress, work);
    device.synced().await;

    let mut plan = device.with(plan, |d| d.fork([8; 16])).await;
    let mut progress = device.with(progress, |d| d.fork([9; 16])).await;
    let view = PlanReader::default().read(&mut plan, Some(&mut progress));
    let here = FirstRows::of(&view);
    let there: FirstRows = li.http.get(&path).await.expect(StatusCode::OK);
    assert_eq!(there, here, "what came since is in them");
    let view = there.view();
    let row = view.plan.tasks.iter().find(|row| row.id == task);
    assert_eq!(row.map(|row| row.percent), Some(40));

    let answer = wang.http.get(&path).await;
    assert_eq!(
        answer.status,
        StatusCode::NOT_FOUND,
        "not for who is no member"
    );
}

#[tokio::test]
async fn who_made_the_changes_inside_a_snapshot_and_when_they_came_is_told_by_the_servers_record() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    let plan = project.plan;
    let put = li.put_member(project.id, wang.id, Role::Planner).await;
    assert!(put.status.is_success(), "{}", put.text);
    let of = [(plan, DocumentKind::Plan)];
    let mut persons = BTreeMap::new();
    for (person, tasks) in [(&li, 600), (&wang, 1), (&li, 2)] {
        let address = Address {
            url: server.url().replace("localhost", "127.0.0.1"),
            token: person.token().await.token,
        };
        let mut device = Headless::start(address, person.id, &of);
        device.synced().await;
        let before = device.with(plan, |d| d.numbered()).await;
        let imported = Box::new(sample::plan(tasks, tasks as u64));
        device.perform(plan, Command::ImportPlan { plan: imported });
        device.synced().await;
        for change in device.with(plan, |d| d.numbered()).await {
            if !before.contains(&change) {
                persons.insert((change.0, change.1), person.id);
            }
        }
    }
    let path = format!("/api/documents/{plan}/receipts");
    let answer = li.http.request(Method::GET, &path).send().await.unwrap();
    let receipts: Receipts = answer.json().await.unwrap();
    assert_eq!(receipts.by.len(), persons.len());
    assert_eq!(receipts.after.len(), persons.len());
    assert!(
        receipts.writers.len() >= 3,
        "each device has an actor of its own"
    );
    assert!(receipts.after.iter().all(|ms| *ms >= 0));
    let mut numbers = vec![0; receipts.writers.len()];
    for place in receipts.by {
        let place = place as usize;
        numbers[place] += 1;
        let writer = &receipts.writers[place];
        let actor: [u8; 16] = writer.actor.as_slice().try_into().unwrap();
        assert_eq!(
            persons.remove(&(actor, numbers[place])),
            Some(writer.person)
        );
    }
    assert!(persons.is_empty());

    let chen = server.person("chen").await;
    let answer = chen.http.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(
        answer.status(),
        StatusCode::NOT_FOUND,
        "not for who is no member"
    );
}
