//! Robots of groups are changed, tell of one project, and what they could not tell is tried again.

use reqwest::StatusCode;
use shared::api::{EditRobot, FailedDelivery, Robot, RobotKind, WhyUnsent};
use shared::ledger::notice::Kind;
use shared::pack::text::Language;
use tests::office::Office;
use tests::receivers::Hook;
use tests::server::TestServer;

use super::http_notices::{demand, leaving};
use super::http_notices_leaving::{add, asked, failed, office, robot};

const FLOW: &str = "operations_flow_v1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_that_was_mended_tells_what_had_been_given_up() {
    let (mut wrong, mut right) = (Hook::start().await, Hook::start().await);
    let server = TestServer::start_with(|options| {
        leaving(options, None, None);
        options.leaving.hosts = vec![wrong.host.clone(), right.host.clone()];
    });
    let office = Office::open(server.await, FLOW).await;
    let url = format!("http://{}/robot/send", wrong.host);
    let made = add(&office, &robot(RobotKind::Dingtalk, url, Some("s"))).await;
    assert!(made.signed && made.host == wrong.host, "{made:?}");
    wrong.answer(
        "200 OK",
        r#"{"errcode":300001,"errmsg":"token is not exist"}"#,
    );
    demand(&office, "官网").await;
    wrong.next().await;
    let gone = failed(&office, |failed| failed.why == Some(WhyUnsent::NoRobot)).await;
    assert!(
        gone.again.is_some_and(|again| again > gone.since),
        "{gone:?}"
    );

    // an address of another vendor is refused, and what is not named stays
    let path = format!("/api/robots/{}", made.id);
    let mut edit = EditRobot {
        name: "新群".to_owned(),
        url: Some("https://open.feishu.cn/x".to_owned()),
        secret: None,
        kinds: vec![Kind::Waits],
        language: Language::English,
        project: None,
    };
    let put = office.admin.http.put(&path, &edit).await;
    assert_eq!(put.status, StatusCode::UNPROCESSABLE_ENTITY);
    edit.url = Some(format!("http://{}/robot/send", right.host));
    let by_other = office.who("design").http.put(&path, &edit).await;
    assert_eq!(by_other.status, StatusCode::FORBIDDEN);
    let changed: Robot = office
        .admin
        .http
        .put(&path, &edit)
        .await
        .expect(StatusCode::OK);
    assert!(changed.signed && changed.host == right.host, "{changed:?}");
    assert_eq!(
        (changed.name.as_str(), changed.kinds),
        ("新群", vec![Kind::Waits])
    );

    let again = format!("/api/notices/failures/{}/again", gone.message);
    let by_other = office.who("design").http.post(&again, &()).await;
    assert_eq!(by_other.status, StatusCode::FORBIDDEN);
    let tried = office.admin.http.post(&again, &()).await;
    assert_eq!(tried.status, StatusCode::NO_CONTENT);
    let posted = right.next().await;
    assert!(!asked(&posted, "sign").is_empty());
    let title = &posted.json()["markdown"]["title"];
    assert_eq!(title, "Plumbline");
    loop {
        let got = office.admin.http.get("/api/notices/failures").await;
        if got.expect::<Vec<FailedDelivery>>(StatusCode::OK).is_empty() {
            break;
        }
    }
    // what was sent is not sent once more
    let twice = office.admin.http.post(&again, &()).await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    edit.secret = Some(String::new());
    let changed: Robot = office
        .admin
        .http
        .put(&path, &edit)
        .await
        .expect(StatusCode::OK);
    assert!(!changed.signed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_of_one_project_tells_of_no_other() {
    let mut hook = Hook::start().await;
    let office = office(&hook).await;
    let (project, _) = demand(&office, "甲").await;
    let url = format!("http://{}/cgi-bin/webhook/send?key=1", hook.host);
    let mut new = robot(RobotKind::Wecom, url, None);
    new.project = Some(shared::base::ProjectId::from_bytes([9; 16]));
    let nowhere = office.admin.http.post("/api/robots", &new).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    new.project = Some(project);
    let made = add(&office, &new).await;
    assert_eq!(
        (made.project, made.project_name.as_deref()),
        (Some(project), Some("甲"))
    );
    demand(&office, "乙").await;
    let sales = office.who("sales_manager");
    let said = [("departments", tests::office::option("design"))];
    office
        .submit(sales, project, "demand_submission", &said)
        .await;
    let text = hook.next().await.json()["markdown"]["content"].to_string();
    assert!(text.contains("甲") && !text.contains("乙"), "{text}");
    assert!(hook.came().is_none());
}
