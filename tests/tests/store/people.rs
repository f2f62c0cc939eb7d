//! What two nodes decide at once about people, and may not both decide.

use server::random_bytes;
use server::store::{Attempt, StoreError};
use shared::api::EditPerson;
use shared::base::{DepartmentId, DeviceId};
use shared::domain::permission::Role;
use tokio::task::JoinSet;

use super::{BY, NOW, Place, on_each_store, planner};

on_each_store!(
    a_project_keeps_a_manager_when_two_nodes_take_both_away,
    the_organisation_keeps_an_administrator_when_two_nodes_take_both_away,
    tries_at_once_on_two_nodes_get_no_more_than_their_number,
    a_session_is_not_opened_by_a_password_that_was_just_changed,
    a_department_is_not_removed_under_somebody,
    a_name_is_given_once,
);

async fn a_project_keeps_a_manager_when_two_nodes_take_both_away(place: Place) {
    let nodes = place.nodes(2).await;
    let (li, _) = planner(&nodes[0]).await;
    let wang = nodes[0].person("wang", false).await;
    for _ in 0..8 {
        let project = nodes[0].project(li).await.id;
        nodes[0]
            .store
            .put_member(project, wang, Role::Manager)
            .await
            .unwrap();
        let both = tokio::join!(
            nodes[0].store.remove_member(project, li),
            nodes[1].store.put_member(project, wang, Role::Reader),
        );
        let kept = |r: &Result<(), StoreError>| matches!(r, Err(StoreError::LastManager));
        assert!(kept(&both.0) != kept(&both.1), "{both:?}");
        assert!(both.0.is_ok() != both.1.is_ok());
    }
}

async fn the_organisation_keeps_an_administrator_when_two_nodes_take_both_away(place: Place) {
    let nodes = place.nodes(2).await;
    let li = nodes[0].person("li", true).await;
    let wang = nodes[0].person("wang", true).await;
    for _ in 0..8 {
        let step_down = EditPerson {
            administrator: Some(false),
            ..EditPerson::default()
        };
        let both = tokio::join!(
            nodes[0].store.edit_person(li, &step_down, NOW),
            nodes[1].store.edit_person(wang, &step_down, NOW),
        );
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
        let failed = both.0.err().or(both.1.err());
        assert!(matches!(failed, Some(StoreError::LastAdministrator)));
        for person in [li, wang] {
            let again = EditPerson {
                administrator: Some(true),
                ..EditPerson::default()
            };
            nodes[0]
                .store
                .edit_person(person, &again, NOW)
                .await
                .unwrap();
        }
    }
}

async fn tries_at_once_on_two_nodes_get_no_more_than_their_number(place: Place) {
    let nodes = place.nodes(2).await;
    let mut tasks = JoinSet::new();
    for n in 0..16 {
        let store = nodes[n % 2].store.clone();
        tasks.spawn(async move { store.attempt("li", "10.0.0.1", NOW).await.unwrap() });
    }
    let mut tried = 0;
    while let Some(attempt) = tasks.join_next().await {
        tried += usize::from(attempt.unwrap() == Attempt::May);
    }
    assert_eq!(tried, 3);
}

async fn a_session_is_not_opened_by_a_password_that_was_just_changed(place: Place) {
    let node = place.node().await;
    let li = node.person("li", true).await;
    let device = DeviceId::from_bytes(random_bytes().unwrap());
    node.store
        .set_password(li, "another hash", false, None, NOW)
        .await
        .unwrap();
    let open = async |password: &str| {
        node.store
            .open_session(device, li, password, [1; 32], "tablet", NOW)
            .await
    };
    assert!(matches!(open("hash").await, Err(StoreError::NotFound(_))));
    open("another hash").await.unwrap();
    let session = node.store.session([1; 32], NOW).await.unwrap().unwrap();
    assert_eq!(session.person, li);
}

async fn a_department_is_not_removed_under_somebody(place: Place) {
    let nodes = place.nodes(2).await;
    let li = nodes[0].person("li", true).await;
    for n in 0..8 {
        let id = DepartmentId::from_bytes(random_bytes().unwrap());
        nodes[0]
            .store
            .add_department(id, &format!("department {n}"), &BY, NOW)
            .await
            .unwrap();
        let into = EditPerson {
            department: Some(id),
            ..EditPerson::default()
        };
        let both = tokio::join!(
            nodes[0].store.remove_department(id, &BY, NOW),
            nodes[1].store.edit_person(li, &into, NOW),
        );
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
        let failed = both.0.err().or(both.1.err());
        assert!(
            matches!(
                failed,
                Some(StoreError::InUse(_) | StoreError::NotFound("department"))
            ),
            "{failed:?}"
        );
    }
}

async fn a_name_is_given_once(place: Place) {
    let nodes = place.nodes(2).await;
    let new = shared::api::NewPerson {
        name: "Li.Wei".to_owned(),
        display_name: "李伟".to_owned(),
        department: None,
        post: String::new(),
        administrator: false,
        password: String::new(),
    };
    let ids = [1, 2].map(|n| shared::base::PersonId::from_bytes([n; 16]));
    let both = tokio::join!(
        nodes[0].store.add_person(ids[0], &new, "", false, NOW),
        nodes[1].store.add_person(ids[1], &new, "", false, NOW),
    );
    assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
    let failed = both.0.err().or(both.1.err());
    assert!(matches!(failed, Some(StoreError::Exists(_))));
    let found = nodes[0].store.account_named("li.wei").await.unwrap();
    assert_eq!(found.unwrap().person.display_name, "李伟");
    // what no text column holds finds nobody
    let strange = nodes[0].store.account_named("no\0body").await.unwrap();
    assert!(strange.is_none());
}
