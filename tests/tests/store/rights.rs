//! An append holds under the rights it was allowed under, or not at all.

use server::store::documents::{Append, Appended, DocumentLog};
use server::store::{AuditEvent, Store, StoreError};
use shared::api::EditPerson;
use shared::base::ProjectId;
use shared::domain::permission::{Access, DocumentKind, ProjectState, Role};
use tempfile::TempDir;

use super::{NOW, Node, Place, ROLE, change, done, on_each_store, planner, writer};

on_each_store!(
    an_append_under_a_past_policy_stores_nothing_and_says_which_is_current,
    an_append_against_a_past_head_stores_nothing_and_says_which_is_current,
    everything_that_changes_a_right_raises_the_policy_version,
    nothing_is_appended_under_the_old_right_after_a_membership_change,
    who_is_inactive_has_no_role_anywhere,
    a_template_stays_one_in_a_backup_and_changes_nobodys_right,
);

async fn an_append_under_a_past_policy_stores_nothing_and_says_which_is_current(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let wang = node.person("wang", false).await;
    let old = node.policy(li, project.id).await;
    node.store.put_member(project.id, wang, ROLE).await.unwrap();
    let new = node.policy(li, project.id).await;
    assert!(new > old);
    let one = change(&mut writer(li));
    let stale = node.offer(project.plan, li, old, vec![one.clone()]).await;
    let (policy, head) = (new, 0);
    assert_eq!(stale.unwrap(), Appended::Stale { policy, head });
    assert_eq!(node.head(project.plan).await, 0);
    let taken = node.offer(project.plan, li, new, vec![one]).await;
    assert_eq!(done(taken.unwrap()).len(), 1);
    assert_eq!(node.head(project.plan).await, 1);
}

async fn an_append_against_a_past_head_stores_nothing_and_says_which_is_current(place: Place) {
    let nodes = place.nodes(2).await;
    let (li, project) = planner(&nodes[0]).await;
    let append = |head, change| Append {
        document: project.plan,
        person: li,
        at: NOW,
        policy: 1,
        head: Some(head),
        changes: vec![change],
    };
    // two nodes that both have the empty document loaded
    let (mut one, mut other) = (writer(li), writer(li));
    let (here, there) = tokio::join!(
        nodes[0].log.append(append(0, change(&mut one))),
        nodes[1].log.append(append(0, change(&mut other))),
    );
    let both = [here.unwrap(), there.unwrap()];
    let (policy, head) = (1, 1);
    let stale = both
        .iter()
        .filter(|a| **a == Appended::Stale { policy, head });
    assert_eq!(stale.count(), 1, "{both:?}");
    assert_eq!(nodes[0].entries(project.plan).await.len(), 1);
    let again = nodes[1]
        .log
        .append(append(1, change(&mut writer(li))))
        .await;
    assert_eq!(done(again.unwrap()).len(), 1);
}

async fn everything_that_changes_a_right_raises_the_policy_version(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let wang = node.person("wang", false).await;
    let mut last = node.policy(li, project.id).await;
    let mut raised = async |what: &str| {
        let now = node.policy(li, project.id).await;
        assert!(now > last, "{what}");
        last = now;
    };
    node.store.put_member(project.id, wang, ROLE).await.unwrap();
    raised("a member more").await;
    let reader = Role::Reader;
    node.store
        .put_member(project.id, wang, reader)
        .await
        .unwrap();
    raised("another role").await;
    for active in [false, true] {
        let edit = EditPerson {
            active: Some(active),
            ..EditPerson::default()
        };
        node.store.edit_person(wang, &edit, NOW).await.unwrap();
        raised("a member inactive, and active again").await;
    }
    node.store.remove_member(project.id, wang).await.unwrap();
    raised("a member less").await;
    for state in [ProjectState::Closed, ProjectState::Open] {
        let by = AuditEvent {
            event: "project_state",
            name: "li",
            by: Some(li),
            address: "",
            detail: "",
        };
        node.store
            .set_project_state(project.id, state, &by, NOW)
            .await
            .unwrap();
        raised("closed, and opened again").await;
        let standing = node.store.standing(li, project.id).await.unwrap();
        let writes = standing.access(DocumentKind::Plan) == Access::Write;
        assert_eq!(writes, state == ProjectState::Open);
    }
}

/// Appends as a node does that looks the right up first, until it finds that there is none.
async fn write_while_allowed(
    node: Node,
    person: shared::base::PersonId,
    project: shared::api::Project,
) {
    let mut writer = writer(person);
    let mut next = change(&mut writer);
    loop {
        let standing = node.store.standing(person, project.id).await.unwrap();
        if standing.access(DocumentKind::Plan) != Access::Write {
            return;
        }
        while let Appended::Done(_) = node
            .offer(project.plan, person, standing.policy, vec![next.clone()])
            .await
            .unwrap()
        {
            next = change(&mut writer);
        }
    }
}

async fn nothing_is_appended_under_the_old_right_after_a_membership_change(place: Place) {
    let nodes = place.nodes(3).await;
    let (li, project) = planner(&nodes[0]).await;
    let wang = nodes[0].person("wang", false).await;
    for round in 0..6 {
        nodes[0]
            .store
            .put_member(project.id, wang, ROLE)
            .await
            .unwrap();
        let before = nodes[0].head(project.plan).await;
        let writers: Vec<_> = nodes[1..]
            .iter()
            .map(|node| tokio::spawn(write_while_allowed(node.clone(), wang, project.clone())))
            .collect();
        // amidst their appends
        while nodes[0].head(project.plan).await < before + 5 {
            tokio::task::yield_now().await;
        }
        if round % 2 == 0 {
            nodes[0]
                .store
                .remove_member(project.id, wang)
                .await
                .unwrap();
        } else {
            let reader = Role::Reader;
            nodes[0]
                .store
                .put_member(project.id, wang, reader)
                .await
                .unwrap();
        }
        let at_the_change = nodes[0].head(project.plan).await;
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(nodes[0].head(project.plan).await, at_the_change);
        // the others' right is as it was
        let policy = nodes[1].policy(li, project.id).await;
        let taken = nodes[1]
            .offer(project.plan, li, policy, vec![change(&mut writer(li))])
            .await;
        assert_eq!(done(taken.unwrap()).len(), 1);
    }
}

async fn a_template_stays_one_in_a_backup_and_changes_nobodys_right(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let plain = node.project(li).await;
    let policy = node.policy(li, project.id).await;
    let by = AuditEvent {
        event: "project_made_template",
        name: "li",
        by: Some(li),
        address: "",
        detail: "",
    };
    let set = node.store.set_project_template(project.id, true, &by, NOW);
    set.await.unwrap();
    assert_eq!(node.policy(li, project.id).await, policy);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("copy.db");
    node.store.backup(&file).await.unwrap();
    let url = format!("sqlite:{}", file.display());
    for store in [node.store, Store::open_url(&url).await.unwrap()] {
        let is = async |id| store.project(id, li).await.unwrap().unwrap().template;
        assert!(is(project.id).await);
        assert!(!is(plain.id).await);
    }
    let none = ProjectId::from_bytes([0; 16]);
    let store = place.node().await.store;
    let missing = store.set_project_template(none, true, &by, NOW).await;
    assert!(matches!(missing, Err(StoreError::NotFound("project"))));
}

async fn who_is_inactive_has_no_role_anywhere(place: Place) {
    let node = place.node().await;
    let (_, project) = planner(&node).await;
    let wang = node.person("wang", false).await;
    node.store.put_member(project.id, wang, ROLE).await.unwrap();
    let role = async || node.store.standing(wang, project.id).await.unwrap().role;
    assert_eq!(role().await, Some(ROLE));
    let edit = EditPerson {
        active: Some(false),
        ..EditPerson::default()
    };
    node.store.edit_person(wang, &edit, NOW).await.unwrap();
    assert_eq!(role().await, None);
}
