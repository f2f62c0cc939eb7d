//! What the plans of all projects leave of resources, through the real server.

use std::slice::from_ref;

use reqwest::StatusCode;
use shared::api::{EditProject, ErrorCode, PoolResource, Project};
use shared::domain::permission::ProjectState;
use shared::domain::resource::WHOLE;
use tests::pool::{asks, pool};
use tests::server::TestServer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_sums_what_all_plans_ask_and_names_no_project() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let one = asks(&server, &li, "一号站", 1).await;
    let other = asks(&server, &wang, "二号站", 1).await;

    // each sees the sum, though not the other's project
    let busy = "first=2026-03-02&last=2026-03-31";
    let expected = PoolResource {
        name: "运维工程师".to_owned(),
        there: 3 * WHOLE,
        busiest: 2 * WHOLE,
        free: WHOLE,
        plans: 2,
    };
    assert_eq!(&*pool(&li, one.id, busy).await, from_ref(&expected));
    assert_eq!(&*pool(&wang, other.id, busy).await, from_ref(&expected));
    // weeks later nobody asks for anything
    let later = pool(&li, one.id, "first=2026-05-01&last=2026-05-31").await;
    assert_eq!((later[0].busiest, later[0].free), (0, 3 * WHOLE));

    // of a project that is over nothing is asked any more
    let close = EditProject {
        state: Some(ProjectState::Closed),
        ..EditProject::default()
    };
    let path = format!("/api/projects/{}", other.id);
    let closed = wang.http.patch(&path, &close).await;
    closed.expect::<Project>(StatusCode::OK);
    let left = pool(&li, one.id, busy).await;
    assert_eq!((left[0].free, left[0].plans), (2 * WHOLE, 1));

    // to who has no part in a project it is not there, and days must be days
    let path = format!("/api/projects/{}/pool?{busy}", one.id);
    let stranger = wang.http.get(&path).await;
    assert_eq!(
        stranger.failure(StatusCode::NOT_FOUND).code,
        ErrorCode::NotFound
    );
    for days in [
        "first=2026-03-31&last=2026-03-02",
        "first=tomorrow&last=2026-03-02",
        "first=2026-03-02",
    ] {
        let path = format!("/api/projects/{}/pool?{days}", one.id);
        let refused = li.http.get(&path).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{days}");
    }
}
