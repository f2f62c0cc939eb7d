//! What nodes on one PostgreSQL hear of each other.

use server::{Notice, Notices};
use shared::base::DeviceId;
use tests::postgres;
use tokio::sync::broadcast::Receiver;

use super::{NOW, Node, Place, ROLE, change, planner, writer};

/// A node that hears, and what it hears.
async fn hearing(place: &Place) -> (Node, Receiver<Notice>) {
    let node = place.node().await;
    let notices = Notices::default();
    let heard = notices.subscribe();
    let ears = node.store.ears().await.unwrap();
    tokio::spawn(ears.hear(notices));
    (node, heard)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_hears_what_others_commit_and_nothing_of_its_own() {
    let place = Place::postgres().await;
    let (one, mut at_one) = hearing(&place).await;
    let (li, project) = planner(&one).await;
    let wang = one.person("wang", false).await;
    let (two, mut at_two) = hearing(&place).await;

    one.append(project.plan, li, vec![change(&mut writer(li))])
        .await;
    let (document, head) = (project.plan, 1);
    assert_eq!(
        at_two.recv().await.unwrap(),
        Notice::Grown { document, head }
    );

    one.store.put_member(project.id, wang, ROLE).await.unwrap();
    one.store.remove_member(project.id, wang).await.unwrap();
    for _ in 0..2 {
        let Notice::ProjectChanged {
            project: id,
            people,
        } = at_two.recv().await.unwrap()
        else {
            panic!("not of the members");
        };
        assert_eq!(id, project.id);
        // who is out must hear it too
        assert!(people.contains(&li) && people.contains(&wang));
    }

    let device = DeviceId::from_bytes([5; 16]);
    one.store
        .open_session(device, wang, "hash", [5; 32], "tablet", NOW)
        .await
        .unwrap();
    one.store
        .add_token([6; 16], wang, [6; 32], "report", NOW)
        .await
        .unwrap();
    one.store.end_everything(wang, NOW).await.unwrap();
    let (person, token) = (wang, [6; 16]);
    assert_eq!(
        [at_two.recv().await.unwrap(), at_two.recv().await.unwrap()],
        [
            Notice::DeviceEnded { person, device },
            Notice::TokenEnded { person, token }
        ]
    );

    // the first thing that the first node hears is the second's
    let policy = two.policy(li, project.id).await;
    two.offer(project.plan, li, policy, vec![change(&mut writer(li))])
        .await
        .unwrap();
    let head = 2;
    assert_eq!(
        at_one.recv().await.unwrap(),
        Notice::Grown { document, head }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_that_is_not_committed_is_not_heard() {
    let place = Place::postgres().await;
    let (one, _) = hearing(&place).await;
    let (li, project) = planner(&one).await;
    let (_two, mut at_two) = hearing(&place).await;
    let change = change(&mut writer(li));
    // under a policy version that never was: nothing is stored
    one.offer(project.plan, li, 99, vec![change.clone()])
        .await
        .unwrap();
    one.append(project.plan, li, vec![change.clone()]).await;
    // present already: nothing grows
    one.append(project.plan, li, vec![change]).await;
    one.store
        .rename_project(project.id, "another")
        .await
        .unwrap();
    let (document, head) = (project.plan, 1);
    assert_eq!(
        at_two.recv().await.unwrap(),
        Notice::Grown { document, head }
    );
    assert!(matches!(
        at_two.recv().await.unwrap(),
        Notice::ProjectChanged { .. }
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_could_not_hear_for_a_while_says_so_and_hears_again() {
    let place = Place::postgres().await;
    let (one, _) = hearing(&place).await;
    let (li, project) = planner(&one).await;
    let (_two, mut at_two) = hearing(&place).await;
    postgres::cut_connections(&place.url).await;
    assert_eq!(at_two.recv().await.unwrap(), Notice::Missed);
    let append = async |change| one.offer(project.plan, li, 1, vec![change]).await;
    let change = change(&mut writer(li));
    // its own connections were cut too
    while append(change.clone()).await.is_err() {}
    let (document, head) = (project.plan, 1);
    assert_eq!(
        at_two.recv().await.unwrap(),
        Notice::Grown { document, head }
    );
}
