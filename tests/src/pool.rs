//! Plans that ask for resources, and what all of them leave.

use reqwest::StatusCode;
use shared::api::{PoolResource, Project};
use shared::base::{ProjectId, ResourceId, TaskId};
use shared::doc::command::Command;
use shared::domain::permission::DocumentKind;
use shared::domain::resource::{Resource, Use, WHOLE, work_of};

use crate::headless::{Address, Headless};
use crate::server::{Person, TestServer};

/// A plan of one task of ten working days from Monday 2026-03-02 that asks for so many of three engineers.
pub async fn asks(server: &TestServer, manager: &Person, name: &str, engineers: i64) -> Project {
    let project = manager.project(name).await;
    let address = Address {
        url: server.url(),
        token: manager.token().await.token,
    };
    let of = [
        (project.plan, DocumentKind::Plan),
        (project.progress, DocumentKind::Progress),
    ];
    let mut device = Headless::start(address, manager.id, &of);
    device.synced().await;
    let (task, resource) = (TaskId::from_bytes([1; 8]), ResourceId::from_bytes([2; 8]));
    let engineer = Resource {
        name: "运维工程师".to_owned(),
        units: 3 * WHOLE,
        ..Resource::new(resource)
    };
    for command in [
        Command::EditPlan {
            name: None,
            start: Some("2026-03-02T08:00".parse().unwrap()),
            calendar: None,
        },
        Command::AddTask {
            id: task,
            parent: None,
            after: None,
            name: "运维".to_owned(),
            duration: 10 * 480,
        },
        Command::AddResource {
            resource: Box::new(engineer),
        },
        Command::Assign {
            task,
            resource,
            part: Some(Use {
                units: engineers * WHOLE,
                work: work_of(10 * 480, engineers * WHOLE),
            }),
        },
    ] {
        device.perform(project.plan, command);
    }
    device.synced().await;
    project
}

/// What all plans leave in some days, as somebody who has a part in a project is told.
pub async fn pool(person: &Person, project: ProjectId, days: &str) -> Vec<PoolResource> {
    let path = format!("/api/projects/{project}/pool?{days}");
    person.http.get(&path).await.expect(StatusCode::OK)
}
