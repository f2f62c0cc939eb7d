//! A real client of another make: `@automerge/automerge-repo` with its WebSocket adapter, in Node.

use serde_json::{Value, json};
use shared::base::{DocumentId, TaskId};
use shared::doc::command::{Command, TaskEdit};
use shared::doc::view::plan::{PlanReader, PlanView};
use shared::domain::permission::{DocumentKind, Role};
use shared::sync::foreign::address;
use tests::headless::{Address, Headless};
use tests::peers::RepoClient;
use tests::server::{Person, Program, TestServer};

async fn address_of(server: &TestServer, person: &Person) -> String {
    let token = person.token().await.token;
    let url = server.url().replacen("http", "ws", 1);
    format!("{url}/sync/automerge-repo?ticket={token}")
}

async fn device(server: &TestServer, person: &Person, plan: DocumentId) -> Headless {
    let address = Address {
        url: server.url(),
        token: person.token().await.token,
    };
    let mut device = Headless::start(address, person.id, &[(plan, DocumentKind::Plan)]);
    device.synced().await;
    device
}

const TASK: TaskId = TaskId::from_bytes([7; 8]);

fn task(name: &str) -> Command {
    Command::AddTask {
        id: TASK,
        parent: None,
        after: None,
        name: name.to_owned(),
        duration: 480,
    }
}

async fn view(device: &Headless, plan: DocumentId) -> PlanView {
    let read = |document: &mut shared::doc::Document| PlanReader::default().read(document, None);
    device.with(plan, read).await
}

fn name(doc: &Value) -> Option<&str> {
    doc["tasks"][TASK.to_string()]["name"].as_str()
}

fn named(wanted: &'static str) -> impl Fn(&Value) -> Option<()> {
    move |doc| (name(doc) == Some(wanted)).then_some(())
}

#[tokio::test]
async fn an_automerge_repo_client_finds_reads_and_edits_a_plan_and_sees_our_edits() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut device = device(&server, &li, plan).await;
    device.perform(plan, task("浇筑"));
    device.synced().await;

    let mut client = RepoClient::connect(&address_of(&server, &li).await).await;
    let found = client
        .tell("find", json!(address::url(plan)))
        .await
        .unwrap();
    assert_eq!(name(&found), Some("浇筑"));

    // its edit reaches our device, as a task's name like any other
    let path = json!(["tasks", TASK.to_string(), "name"]);
    let edit = json!({ "path": path, "value": "浇筑基础" });
    client.tell("set", edit).await.unwrap();
    let seen = |event| matches!(event, tests::headless::Event::Applied(..)).then_some(());
    device.until("the client's edit", seen).await;
    assert_eq!(view(&device, plan).await.plan.tasks[0].name, "浇筑基础");

    // ours reaches it, also on top of its own
    let edit = TaskEdit::Name("浇筑承台".to_owned());
    device.perform(plan, Command::EditTask { id: TASK, edit });
    client.until("our edit", named("浇筑承台")).await;
    device.synced().await;

    // many edits at once, in one message
    for n in 0..30 {
        let edit =
            json!({ "path": ["tasks", TASK.to_string(), "owner"], "value": format!("o{n}") });
        client.tell("set", edit).await.unwrap();
    }
    loop {
        device.until("more of its edits", seen).await;
        if view(&device, plan).await.plan.tasks[0].owner == "o29" {
            break;
        }
    }
}

#[tokio::test]
async fn an_exported_document_opens_in_the_javascript_library() {
    let program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let plan = li.project("dam").await.plan;
    let address = Address {
        url: program.url(),
        token: li.token().await.token,
    };
    let mut device = Headless::start(address, li.id, &[(plan, DocumentKind::Plan)]);
    device.synced().await;
    device.perform(plan, task("浇筑"));
    device.synced().await;
    let file = program.folder.path().join("plan.automerge");
    let file = file.to_str().unwrap();
    let export = ["doc", "export", &plan.to_string(), file];
    let (exported, words) = program.command(&export, "").await;
    assert!(exported, "{words}");
    let (_, list) = program.command(&["doc", "list"], "").await;
    assert!(list.contains(&address::url(plan)), "{list}");
    let mut client = RepoClient::start().await;
    let document = client.tell("load", json!(file)).await.unwrap();
    assert_eq!(name(&document), Some("浇筑"));
}

#[tokio::test]
async fn an_automerge_repo_client_is_refused_where_it_may_not_write_or_read() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let reader = server.person("reader").await;
    let stranger = server.person("stranger").await;
    let project = li.project("dam").await;
    li.put_member(project.id, reader.id, Role::Reader).await;
    let plan = project.plan;
    let mut device = device(&server, &li, plan).await;
    device.perform(plan, task("浇筑"));
    device.synced().await;

    // no member: there is no such document
    let mut client = RepoClient::connect(&address_of(&server, &stranger).await).await;
    let answer = client.tell("find", json!(address::url(plan))).await;
    assert!(answer.unwrap_err().contains("unavailable"));

    // a reader reads, and what it writes for itself goes nowhere; what others write still comes
    let mut client = RepoClient::connect(&address_of(&server, &reader).await).await;
    let found = client
        .tell("find", json!(address::url(plan)))
        .await
        .unwrap();
    assert_eq!(name(&found), Some("浇筑"));
    let path = json!(["tasks", TASK.to_string(), "owner"]);
    client
        .tell("set", json!({ "path": path, "value": "forged" }))
        .await
        .unwrap();
    let edit = TaskEdit::Name("浇筑承台".to_owned());
    device.perform(plan, Command::EditTask { id: TASK, edit });
    client.until("our edit", named("浇筑承台")).await;
    device.synced().await;
    assert_eq!(view(&device, plan).await.plan.tasks[0].owner, "");

    // a writer who removes what documents keep is told why, and nobody else sees it
    let mut client = RepoClient::connect(&address_of(&server, &li).await).await;
    client
        .tell("find", json!(address::url(plan)))
        .await
        .unwrap();
    client
        .tell("remove", json!(["tasks", TASK.to_string()]))
        .await
        .unwrap();
    client.event("Unresolved").await;
    let edit = TaskEdit::Name("浇筑桩基".to_owned());
    device.perform(plan, Command::EditTask { id: TASK, edit });
    device.synced().await;
    assert_eq!(view(&device, plan).await.plan.tasks[0].name, "浇筑桩基");
}

#[tokio::test]
async fn an_automerge_repo_client_loses_access_at_once_with_its_membership() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let planner = server.person("planner").await;
    let project = li.project("dam").await;
    li.put_member(project.id, planner.id, Role::Planner).await;
    let mut client = RepoClient::connect(&address_of(&server, &planner).await).await;
    client
        .tell("find", json!(address::url(project.plan)))
        .await
        .unwrap();
    let path = format!("/api/projects/{}/members/{}", project.id, planner.id);
    li.http.delete(&path).await;
    // its connection ends with the reason, or the document is no longer there for it
    client.event("doc-unavailable").await;
}
