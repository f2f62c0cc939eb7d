//! Posts, grants and who holds what: what two nodes decide at once, what moves with a copy, and what a database of before
//! comes to.

use std::path::Path;

use server::random_bytes;
use server::store::{Store, StoreError};
use shared::api::{Dates, Deputy, EditPerson, Grant};
use shared::base::{DepartmentId, DeputyId, GrantId, PersonId, PostId, Timestamp};
use shared::domain::organisation::Party;
use shared::pack::id::PackName;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection};

use super::{BY, NOW, Node, Place, on_each_store};

on_each_store!(
    a_grant_is_made_once_when_two_nodes_make_it,
    a_post_is_not_ended_under_a_grant,
    a_department_is_not_ended_under_its_head,
    everything_of_the_organisation_moves_with_a_copy,
    where_people_are_and_what_they_may_is_known_of_a_database_of_before,
    one_who_comes_and_goes_leaves_both_on_record,
);

fn pack() -> PackName {
    "rules".parse().unwrap()
}

async fn post(node: &Node, name: &str) -> PostId {
    let id = PostId::from_bytes(random_bytes().unwrap());
    node.store.add_post(id, name, &BY, NOW).await.unwrap().id
}

async fn department(node: &Node, name: &str) -> DepartmentId {
    let id = DepartmentId::from_bytes(random_bytes().unwrap());
    let made = node.store.add_department(id, name, &BY, NOW).await;
    made.unwrap().id
}

fn grant(role: &str, to: Party) -> Grant {
    Grant {
        id: GrantId::from_bytes(random_bytes().unwrap()),
        pack: "rules".to_owned(),
        role: role.to_owned(),
        to,
        project: None,
        since: NOW,
        until: None,
    }
}

async fn deciders(store: &Store, role: &str, at: Timestamp) -> Vec<PersonId> {
    let (held, _) = store.held_at(&pack(), None, at).await.unwrap();
    let by = held.decide.get(&role.parse().unwrap());
    by.into_iter().flat_map(|by| by.keys().copied()).collect()
}

async fn a_grant_is_made_once_when_two_nodes_make_it(place: Place) {
    let nodes = place.nodes(2).await;
    for n in 0..8 {
        let to = Party::Post(post(&nodes[0], &format!("post {n}")).await);
        let (one, two) = (grant("approve", to), grant("approve", to));
        let both = tokio::join!(
            nodes[0].store.add_grant(&one, &BY, NOW),
            nodes[1].store.add_grant(&two, &BY, NOW),
        );
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
        let failed = both.0.err().or(both.1.err());
        assert!(matches!(failed, Some(StoreError::Exists(_))), "{failed:?}");
    }
}

async fn a_post_is_not_ended_under_a_grant(place: Place) {
    let nodes = place.nodes(2).await;
    for n in 0..8 {
        let id = post(&nodes[0], &format!("post {n}")).await;
        let grant = grant("approve", Party::Post(id));
        let both = tokio::join!(
            nodes[0].store.end_post(id, &BY, NOW),
            nodes[1].store.add_grant(&grant, &BY, NOW),
        );
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
        let failed = both.0.err().or(both.1.err());
        assert!(
            matches!(
                failed,
                Some(StoreError::InUse(_) | StoreError::NotFound("post"))
            ),
            "{failed:?}"
        );
    }
}

async fn a_department_is_not_ended_under_its_head(place: Place) {
    let nodes = place.nodes(2).await;
    let li = nodes[0].person("li", true).await;
    for n in 0..8 {
        let id = department(&nodes[0], &format!("department {n}")).await;
        let dates = Dates::default();
        let both = tokio::join!(
            nodes[0].store.remove_department(id, &BY, NOW),
            nodes[1].store.put_head(id, li, &dates, &BY, NOW),
        );
        assert!(both.0.is_ok() != both.1.is_ok());
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

async fn everything_of_the_organisation_moves_with_a_copy(place: Place) {
    let node = place.node().await;
    let [li, wang, he] = [
        node.person("li", true).await,
        node.person("wang", false).await,
        node.person("he", false).await,
    ];
    let store = &node.store;
    let (finance, leader) = (
        department(&node, "finance").await,
        post(&node, "leader").await,
    );
    let gone = department(&node, "gone").await;
    store.remove_department(gone, &BY, NOW).await.unwrap();
    let into = EditPerson {
        department: Some(finance),
        ..EditPerson::default()
    };
    store.edit_person(he, &into, NOW).await.unwrap();
    let dates = Dates::default();
    store
        .put_head(finance, wang, &dates, &BY, NOW)
        .await
        .unwrap();
    store
        .put_holder(leader, li, &dates, &BY, NOW)
        .await
        .unwrap();
    for (role, to) in [
        ("review", Party::Department(finance)),
        ("approve", Party::Post(leader)),
        ("steward", Party::Person(he)),
    ] {
        store.add_grant(&grant(role, to), &BY, NOW).await.unwrap();
    }
    let deputy = Deputy {
        id: DeputyId::from_bytes([1; 16]),
        person: li,
        deputy: he,
        since: NOW,
        until: Some(NOW.plus_ms(9)),
        reason: "away".to_owned(),
    };
    store.add_deputy(&deputy, &BY, NOW).await.unwrap();
    let here = store.held_at(&pack(), None, NOW).await.unwrap();
    assert_eq!((here.0.decide.len(), here.0.deputies.len()), (3, 1));
    assert_eq!(here.0.keepers.len(), 1);
    for other in [Place::sqlite(), Place::postgres().await] {
        let moved = other.node().await;
        store.copy_into(&moved.store).await.unwrap();
        let there = &moved.store;
        assert_eq!(there.held_at(&pack(), None, NOW).await.unwrap(), here);
        assert_eq!(
            there.posts(NOW).await.unwrap(),
            store.posts(NOW).await.unwrap()
        );
        assert_eq!(
            there.heads(NOW).await.unwrap(),
            store.heads(NOW).await.unwrap()
        );
        assert_eq!(
            there.deputies(None, NOW).await.unwrap(),
            std::slice::from_ref(&deputy)
        );
        // one of before is known by its name there too
        assert_eq!(department(&moved, "gone").await, gone);
    }
}

/// The database as it was before there were posts, with one who may sign in and one who may not.
async fn before(place: &Place, people: [(PersonId, bool); 2], department: DepartmentId) {
    let kind = match place.url.starts_with("sqlite") {
        true => "sqlite",
        false => "postgres",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/migrations");
    let mut migrator = Migrator::new(folder.join(kind)).await.unwrap();
    let old = migrator.migrations.iter().filter(|m| m.version < 9);
    migrator.migrations = old.cloned().collect::<Vec<_>>().into();
    sqlx::any::install_default_drivers();
    let url = match kind {
        "sqlite" => format!("{}?mode=rwc", place.url),
        _ => place.url.clone(),
    };
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    migrator.run(&mut connection).await.unwrap();
    sqlx::query("INSERT INTO departments (id, name, place) VALUES ($1, 'finance', 1)")
        .bind(&department.as_bytes()[..])
        .execute(&mut connection)
        .await
        .unwrap();
    for (n, (person, active)) in people.into_iter().enumerate() {
        sqlx::query(
            "INSERT INTO people (id, name, name_key, display_name, department, administrator, active, password, since)
             VALUES ($1, $2, $2, $2, $3, $4, $4, '', $5)",
        )
        .bind(&person.as_bytes()[..])
        .bind(format!("person {n}"))
        .bind(&department.as_bytes()[..])
        .bind(i64::from(active))
        .bind(NOW.0)
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
}

async fn where_people_are_and_what_they_may_is_known_of_a_database_of_before(place: Place) {
    let [li, wang] = [1, 2].map(|n| PersonId::from_bytes([n; 16]));
    let finance = DepartmentId::from_bytes([3; 16]);
    before(&place, [(li, true), (wang, false)], finance).await;
    let node = place.node().await;
    let to = Party::Department(finance);
    let made = node.store.add_grant(&grant("review", to), &BY, NOW).await;
    made.unwrap();
    let (held, _) = node.store.held_at(&pack(), None, NOW).await.unwrap();
    assert_eq!(deciders(&node.store, "review", NOW).await, [li]);
    assert_eq!(held.keepers, [li].into());
    // and it goes on from there
    let active = EditPerson {
        active: Some(true),
        ..EditPerson::default()
    };
    let later = NOW.plus_ms(1);
    node.store.edit_person(wang, &active, later).await.unwrap();
    assert_eq!(deciders(&node.store, "review", later).await, [li, wang]);
}

async fn one_who_comes_and_goes_leaves_both_on_record(place: Place) {
    let node = place.node().await;
    node.person("boss", true).await;
    let li = node.person("li", false).await;
    let made = node
        .store
        .add_grant(&grant("approve", Party::Person(li)), &BY, NOW)
        .await;
    made.unwrap();
    let at = |ms: i64| NOW.plus_ms(ms);
    for (ms, active) in [
        (10, false),
        (20, false),
        (30, true),
        (30, false),
        (30, true),
    ] {
        let edit = EditPerson {
            active: Some(active),
            administrator: Some(active),
            ..EditPerson::default()
        };
        node.store.edit_person(li, &edit, at(ms)).await.unwrap();
    }
    for (ms, held) in [
        (0, true),
        (9, true),
        (10, false),
        (29, false),
        (30, true),
        (99, true),
    ] {
        let found = deciders(&node.store, "approve", at(ms)).await;
        assert_eq!(found == [li], held, "{ms}");
        let (found, _) = node.store.held_at(&pack(), None, at(ms)).await.unwrap();
        assert_eq!(found.keepers.contains(&li), ms >= 30, "{ms}");
    }
}
