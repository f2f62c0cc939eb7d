//! The program as it is run: killed, stopped, and its other commands beside it.

use reqwest::Method;
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use shared::api::{Project, Session};
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
                "postgres://db/plumbline",
            ],
            "",
        )
        .await;
    assert!(!done && text.contains("next version"), "{text}");
}
