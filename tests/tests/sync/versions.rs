//! Apps and servers of different versions, over real sockets.

use shared::base::TaskId;
use shared::doc::command::Command;
use shared::domain::permission::DocumentKind;
use shared::sync::wire::{ToDevice, ToServer, Versions};
use tests::headless::{Address, Event, Headless};
use tests::server::TestServer;

use super::client::Socket;

fn add() -> Command {
    Command::AddTask {
        id: TaskId::from_bytes([7; 8]),
        parent: None,
        after: None,
        name: "浇筑".to_owned(),
        duration: 480,
    }
}

/// A later build, which works with this one or not.
fn later(oldest: u32) -> Versions {
    Versions {
        protocol: 9,
        oldest_protocol: oldest,
        schema: 9,
        oldest_schema: oldest,
    }
}

#[tokio::test]
async fn an_older_and_a_newer_app_work_with_a_server_that_works_with_them() {
    let mut server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut socket = Socket::raw(&server.url(), &li.ticket().await).await;
    // of a version before schemas were told, and one that is far ahead
    let hello = |protocol, schema| ToServer::Hello {
        protocol,
        app: "other".to_owned(),
        schema,
    };
    socket.send(hello(1, None)).await;
    let welcome = socket.next().await;
    assert!(matches!(
        welcome,
        Some(ToDevice::Welcome {
            protocol: 1,
            schema: Some(1),
            ..
        })
    ));
    let mut socket = Socket::raw(&server.url(), &li.ticket().await).await;
    socket.send(hello(9, Some(9))).await;
    let welcome = socket.next().await;
    assert!(matches!(
        welcome,
        Some(ToDevice::Welcome {
            protocol: 1,
            schema: Some(1),
            ..
        })
    ));
    // a server that is ahead, and takes the app of today
    server
        .restart_with(|options| options.versions = later(1))
        .await;
    let address = Address {
        url: server.url(),
        token: li.token().await.token,
    };
    let mut device = Headless::start(address, li.id, &[(plan, DocumentKind::Plan)]);
    device.synced().await;
    device.perform(plan, add());
    device.synced().await;
}

#[tokio::test]
async fn who_is_too_old_is_told_to_load_anew_and_what_waits_is_sent_afterwards() {
    let mut server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let address = Address {
        url: server.url(),
        token: li.token().await.token,
    };
    let documents = [(plan, DocumentKind::Plan)];
    // the app is too old for the server
    server
        .restart_with(|options| options.versions = later(9))
        .await;
    let mut socket = Socket::raw(&server.url(), &li.ticket().await).await;
    socket
        .send(ToServer::Hello {
            protocol: 1,
            app: "old".to_owned(),
            schema: Some(1),
        })
        .await;
    let answer = socket.next().await;
    assert_eq!(
        answer,
        Some(ToDevice::Outdated {
            protocol: 9,
            schema: 9
        })
    );
    assert_eq!(socket.next().await, None, "and closed");
    let mut device = Headless::start(address.clone(), li.id, &documents);
    device
        .until("told", |event| {
            matches!(event, Event::Outdated).then_some(())
        })
        .await;
    // what is written meanwhile waits, and goes to a server that works with it
    device.perform(plan, add());
    server.restart().await;
    device.offline(true);
    device.offline(false);
    device.synced().await;

    // the server is too old for the app
    let mut ahead = Headless::start_speaking(later(9), address, li.id, &documents);
    ahead
        .until("told", |event| {
            matches!(event, Event::Outdated).then_some(())
        })
        .await;
    server
        .restart_with(|options| options.versions = later(9))
        .await;
    ahead.offline(true);
    ahead.offline(false);
    ahead.synced().await;
    let has = ahead.with(plan, |document| document.heads()).await;
    assert_eq!(device.with(plan, |document| document.heads()).await, has);
}
