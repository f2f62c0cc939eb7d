//! The program as it is run: killed, stopped, and its other commands beside it.

use reqwest::Method;
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use shared::api::{Project, Session};
use shared::doc::Document;
use shared::doc::view::plan::PlanReader;
use shared::domain::permission::DocumentKind;
use tests::server::Program;

#[tokio::test]
async fn what_was_answered_survives_sigkill() {
    let mut program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let project = li.project("一号工程").await;
    program.kill().await;
    program.start_again().await;
    let list: Vec<Project> = li.http.get("/api/projects").await.expect(StatusCode::OK);
    assert_eq!(list, [project]);
}

#[tokio::test]
async fn sigterm_stops_it_in_order_and_a_second_server_on_the_data_is_refused() {
    let mut program = Program::start(&[]).await;
    let (done, text) = program
        .command(&["serve", "--listen", "127.0.0.1:0"], "")
        .await;
    assert!(!done && text.contains("another plumbline serves"), "{text}");
    assert_eq!(program.terminate().await, Some(0));
    program.start_again().await;
    assert_eq!(program.terminate().await, Some(0));
}

#[tokio::test]
async fn accounts_and_tokens_are_made_while_it_runs() {
    let program = Program::start(&[]).await;
    assert!(!program.first_password.is_empty());
    let (done, text) = program
        .command(
            &["user", "add", "li.wei", "--password-stdin"],
            "from the desk\n",
        )
        .await;
    assert!(done, "{text}");
    let http = tests::server::Client::new(program.url());
    let session: Session = http
        .sign_in("li.wei", "from the desk")
        .await
        .expect(StatusCode::OK);
    assert!(session.must_change_password);
    let (done, token) = program.command(&["token", "--user", "li.wei"], "").await;
    assert!(done, "{token}");
    let projects = || {
        http.request(Method::GET, "/api/projects")
            .header(AUTHORIZATION, format!("Bearer {}", token.trim()))
    };
    assert_eq!(http.send(projects()).await.status, StatusCode::OK);
    // a new password ends both, in the server that runs
    let (done, text) = program.command(&["user", "passwd", "li.wei"], "").await;
    assert!(done, "{text}");
    assert_eq!(
        http.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(http.send(projects()).await.status, StatusCode::UNAUTHORIZED);
    let password = text.lines().next().unwrap().rsplit(' ').next().unwrap();
    assert_eq!(
        http.sign_in("li.wei", password).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_backup_is_whole_and_replaces_nothing() {
    let program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let project = li.project("一号工程").await;
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join(server::store::FILE);
    let path = file.to_str().unwrap();
    let (done, text) = program.command(&["backup", path], "").await;
    assert!(done, "{text}");
    let (again, text) = program.command(&["backup", path], "").await;
    assert!(!again && text.contains("is there already"), "{text}");
    let store = server::store::Store::open(copy.path()).await.unwrap();
    assert_eq!(store.projects(li.id).await.unwrap(), [project]);
}

#[tokio::test]
async fn another_database_is_refused_with_a_reason() {
    let program = Program::start(&[]).await;
    let other = tempfile::tempdir().unwrap();
    let data = other.path().to_str().unwrap();
    let (done, text) = program
        .command(
            &[
                "serve",
                "--data",
                data,
                "--database",
                "mysql://li:secret@db/plumbline",
            ],
            "",
        )
        .await;
    assert!(!done && text.contains("give postgres://"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn the_demo_is_filled_once_and_a_second_start_changes_nothing() {
    let mut program = Program::start(&["--demo"]).await;
    let http = tests::server::Client::new(program.url());
    let session: Session = http
        .sign_in("wang.jianguo", server::demo::PASSWORD)
        .await
        .expect(StatusCode::OK);
    assert!(!session.must_change_password && !session.administrator);
    let list: Vec<Project> = http.get("/api/projects").await.expect(StatusCode::OK);
    assert_eq!(list.len(), 2);
    assert_eq!(list[0].members.len(), 20);
    let (done, before) = program.command(&["doc", "list"], "").await;
    assert!(done && before.lines().count() == 6, "{before}");
    assert_eq!(program.terminate().await, Some(0));
    program.start_again().await;
    let (_, after) = program.command(&["doc", "list"], "").await;
    assert_eq!(before, after);
    let again: Vec<Project> = http.get("/api/projects").await.expect(StatusCode::OK);
    assert_eq!(list, again);
}

#[tokio::test]
async fn an_exported_document_is_an_automerge_file_with_all_its_tasks() {
    let program = Program::start(&["--demo"]).await;
    let (_, list) = program.command(&["doc", "list"], "").await;
    let first = list
        .lines()
        .find(|line| line.contains("\tplan\t") && line.contains("滨江花园住宅小区"))
        .unwrap();
    let id = first.split('\t').next().unwrap();
    let file = program.folder.path().join("plan.automerge");
    let (done, text) = program
        .command(&["doc", "export", id, file.to_str().unwrap()], "")
        .await;
    assert!(done, "{text}");
    let bytes = std::fs::read(file).unwrap();
    let none: [Vec<u8>; 0] = [];
    let mut document = Document::load(DocumentKind::Plan, Some(&bytes), &none, [1; 16]).unwrap();
    let view = PlanReader::default().read(&mut document, None);
    assert_eq!(view.plan.tasks.len(), 2000);
}
