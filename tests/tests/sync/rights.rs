//! Who gets and who writes what, also when that changes under a live socket.

use shared::base::DocumentId;
use shared::domain::permission::{Access, DocumentKind, Role};
use shared::sync::wire::{Refusal, ToDevice};
use tests::server::TestServer;

use super::client::{Socket, Writer};

#[tokio::test]
async fn a_non_member_cannot_tell_a_document_from_none() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let plan = li.project("dam").await.plan;
    let mut socket = Socket::open(&server.url(), &wang.ticket().await).await;
    let none = DocumentId::from_bytes([9; 16]);
    assert_eq!(socket.join(plan).await, ToDevice::Denied { document: plan });
    assert_eq!(socket.join(none).await, ToDevice::Denied { document: none });
    // and what it pushes goes nowhere
    let (_, bytes) = Writer::new(DocumentKind::Plan, wang.id, 1).change();
    socket.push(plan, vec![bytes]).await;
    assert_eq!(socket.settled().await, []);
    let mut owner = Socket::open(&server.url(), &li.ticket().await).await;
    assert!(matches!(
        owner.join(plan).await,
        ToDevice::Joined { head: 0, .. }
    ));
}

#[tokio::test]
async fn a_readers_change_is_refused_not_stored_and_not_relayed() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    li.put_member(project.id, wang.id, Role::Reader).await;
    let mut owner = Socket::open(&server.url(), &li.ticket().await).await;
    owner.join(project.plan).await;
    let mut reader = Socket::open(&server.url(), &wang.ticket().await).await;
    let joined = reader.join(project.plan).await;
    assert!(
        matches!(
            joined,
            ToDevice::Joined {
                access: Access::Read,
                ..
            }
        ),
        "{joined:?}"
    );
    let (hash, bytes) = Writer::new(DocumentKind::Plan, wang.id, 1).change();
    reader.push(project.plan, vec![bytes]).await;
    let (document, change, reason) = (project.plan, hash, Refusal::NotAllowed);
    assert_eq!(
        reader.next().await,
        Some(ToDevice::Refused {
            document,
            change,
            reason
        })
    );
    assert_eq!(owner.settled().await, []);
    assert!(matches!(
        owner.join(document).await,
        ToDevice::Joined { head: 0, .. }
    ));
}

#[tokio::test]
async fn a_changed_role_counts_at_once_on_a_live_socket() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    let plan = project.plan;
    li.put_member(project.id, wang.id, Role::Planner).await;
    let mut socket = Socket::open(&server.url(), &wang.ticket().await).await;
    socket.join(plan).await;
    let mut writer = Writer::new(DocumentKind::Plan, wang.id, 1);
    socket.push(plan, vec![writer.change().1]).await;
    assert!(matches!(
        socket.next().await,
        Some(ToDevice::Acknowledged { .. })
    ));

    li.put_member(project.id, wang.id, Role::Reader).await;
    assert_eq!(socket.next().await, Some(ToDevice::Projects));
    let access = Access::Read;
    assert_eq!(
        socket.next().await,
        Some(ToDevice::AccessChanged {
            document: plan,
            access
        })
    );
    socket.push(plan, vec![writer.change().1]).await;
    let refused = socket.next().await;
    assert!(
        matches!(
            refused,
            Some(ToDevice::Refused {
                reason: Refusal::NotAllowed,
                ..
            })
        ),
        "{refused:?}"
    );

    let path = format!("/api/projects/{}/members/{}", project.id, wang.id);
    li.http.delete(&path).await;
    assert_eq!(socket.next().await, Some(ToDevice::Projects));
    assert_eq!(
        socket.next().await,
        Some(ToDevice::Denied { document: plan })
    );
    // what the others write does not reach it any more
    let mut owner = Socket::open(&server.url(), &li.ticket().await).await;
    owner.join(plan).await;
    let before = owner.next().await;
    assert!(
        matches!(before, Some(ToDevice::Changes { .. })),
        "{before:?}"
    );
    owner
        .push(
            plan,
            vec![Writer::new(DocumentKind::Plan, li.id, 2).change().1],
        )
        .await;
    assert!(matches!(
        owner.next().await,
        Some(ToDevice::Acknowledged { .. })
    ));
    assert_eq!(socket.settled().await, []);
}

#[tokio::test]
async fn who_is_added_to_a_project_is_told_to_look_again() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    let mut socket = Socket::open(&server.url(), &wang.ticket().await).await;
    li.put_member(project.id, wang.id, Role::Member).await;
    assert_eq!(socket.next().await, Some(ToDevice::Projects));
    assert!(matches!(
        socket.join(project.progress).await,
        ToDevice::Joined {
            access: Access::Write,
            ..
        }
    ));
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_live_sockets_of_that_person_alone() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let mut gone = Socket::open(&server.url(), &li.ticket().await).await;
    let mut stays = Socket::open(&server.url(), &wang.ticket().await).await;
    li.http.delete("/api/sessions").await;
    let bye = gone.next().await;
    assert!(
        matches!(bye, Some(ToDevice::Bye { retry: false, .. })),
        "{bye:?}"
    );
    assert_eq!(gone.next().await, None);
    assert_eq!(stays.settled().await, []);
}
