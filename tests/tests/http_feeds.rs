//! Calendar feeds of the real server, on both databases: who has the address reads the dates, as long as its person may.

use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use shared::api::{
    EditPerson, EditProject, ErrorCode, Feed, FeedHolds, FeedLanguage, MadeFeed, NewFeed, Project,
};
use shared::base::{ProjectId, TaskId};
use shared::doc::command::{Command, ProgressEdit, TaskEdit};
use shared::domain::permission::{DocumentKind, Role};
use tests::headless::{Address, Headless};
use tests::postgres;
use tests::server::{Answer, Person, TestServer};

/// Makes of each test one with SQLite and one with PostgreSQL.
macro_rules! on_each_database {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(super::TestServer::start().await).await;
                }
            )*
        }
        mod postgresql {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let url = super::postgres::database().await;
                    let with = |options: &mut server::serve::Options| options.database = Some(url);
                    super::$test(super::TestServer::start_with(with).await).await;
                }
            )*
        }
    };
}

on_each_database!(
    a_feed_is_made_and_read_without_a_session_and_follows_the_plan,
    a_feed_that_has_not_changed_is_not_sent_again,
    a_feed_that_is_taken_back_or_never_was_is_not_there,
    who_is_out_of_a_project_reads_nothing_by_its_feed,
    who_is_made_inactive_or_signs_out_everywhere_has_no_feeds,
    nobody_lists_or_takes_back_anothers_feed,
    a_feed_holds_what_was_chosen_in_the_chosen_language,
);

async fn make(person: &Person, project: ProjectId, holds: FeedHolds) -> MadeFeed {
    let new = NewFeed {
        project,
        label: "phone".to_owned(),
        holds,
        language: FeedLanguage::Chinese,
    };
    let made = person.http.post("/api/feeds", &new).await;
    made.expect(StatusCode::CREATED)
}

/// As a calendar program asks: with nothing but the address.
async fn fetch(server: &TestServer, made: &MadeFeed) -> Answer {
    server.client().get(&made.path).await
}

/// What the server says of addresses that it does not have.
async fn nothing(server: &TestServer) -> (StatusCode, String) {
    let answer = server.client().get("/api/feeds/nothing.ics").await;
    (answer.status, answer.text)
}

async fn is_gone(server: &TestServer, made: &MadeFeed) {
    let answer = fetch(server, made).await;
    assert_eq!((answer.status, answer.text), nothing(server).await);
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!answer.headers.contains_key(ETAG));
}

const fn task(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

/// A device of a person with both documents of a project.
async fn device(server: &TestServer, person: &Person, project: &Project) -> Headless {
    let address = Address {
        url: server.url(),
        token: person.token().await.token,
    };
    let of = [
        (project.plan, DocumentKind::Plan),
        (project.progress, DocumentKind::Progress),
    ];
    let mut device = Headless::start(address, person.id, &of);
    device.synced().await;
    device
}

fn add(n: u8, name: &str, duration: i64) -> Command {
    Command::AddTask {
        id: task(n),
        parent: None,
        after: None,
        name: name.to_owned(),
        duration,
    }
}

fn start() -> Command {
    Command::EditPlan {
        name: None,
        start: Some("2026-03-02T08:00".parse().unwrap()),
        calendar: None,
    }
}

async fn a_feed_is_made_and_read_without_a_session_and_follows_the_plan(server: TestServer) {
    let li = server.person("li").await;
    let project = li.project("一号工程").await;
    let made = make(&li, project.id, FeedHolds::All).await;
    let empty = fetch(&server, &made).await;
    assert_eq!(empty.status, StatusCode::OK);
    let kind = "text/calendar; charset=utf-8";
    assert_eq!(empty.headers[CONTENT_TYPE], kind);
    let cached = empty.headers[CACHE_CONTROL].to_str().unwrap();
    assert!(cached.contains("private"), "{cached}");
    assert!(!empty.text.contains("VEVENT"));

    let mut device = device(&server, &li, &project).await;
    device.perform(project.plan, start());
    device.perform(project.plan, add(1, "打桩", 2 * 480));
    device.synced().await;
    let first = fetch(&server, &made).await.text;
    let uid = format!("UID:{}@{}\r\n", task(1), project.id);
    for line in [
        uid.as_str(),
        "X-WR-CALNAME:一号工程\r\n",
        "DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260304\r\n",
        "SUMMARY:打桩 · 一号工程\r\n",
        "DESCRIPTION:完成：0%\r\n",
    ] {
        assert!(first.contains(line), "{line} in {first}");
    }

    let edit = TaskEdit::Duration(3 * 480);
    device.perform(project.plan, Command::EditTask { id: task(1), edit });
    let edit = ProgressEdit::Percent(40);
    let progress = Command::EditProgress { id: task(1), edit };
    device.perform(project.progress, progress);
    device.synced().await;
    let second = fetch(&server, &made).await.text;
    assert!(second.contains("DTEND;VALUE=DATE:20260305\r\n"), "{second}");
    assert!(second.contains("DESCRIPTION:完成：40%\r\n"), "{second}");
    assert!(second.contains(&uid), "the same event as before");

    let ids = vec![task(1)];
    device.perform(project.plan, Command::RemoveTasks { ids });
    device.synced().await;
    assert!(!fetch(&server, &made).await.text.contains("VEVENT"));
    let list: Vec<Feed> = li.http.get("/api/feeds").await.expect(StatusCode::OK);
    assert!(list[0].last_used.is_some());
}

async fn a_feed_that_has_not_changed_is_not_sent_again(server: TestServer) {
    let li = server.person("li").await;
    let project = li.project("dam").await;
    let made = make(&li, project.id, FeedHolds::All).await;
    let ask = async |tag: &str| {
        let request = server.client().request(Method::GET, &made.path);
        server
            .client()
            .send(request.header(IF_NONE_MATCH, tag))
            .await
    };
    let first = fetch(&server, &made).await;
    let tag = first.headers[ETAG].to_str().unwrap().to_owned();
    let again = ask(&tag).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(
        (again.text.as_str(), &again.headers[ETAG]),
        ("", &first.headers[ETAG])
    );
    assert_eq!(ask("\"another\"").await.status, StatusCode::OK);

    let head = server.client().request(Method::HEAD, &made.path);
    let head = server.client().send(head).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.headers[ETAG], first.headers[ETAG]);
    assert_eq!(head.headers[CONTENT_TYPE], first.headers[CONTENT_TYPE]);

    let mut device = device(&server, &li, &project).await;
    device.perform(project.plan, add(1, "one", 480));
    device.synced().await;
    let changed = ask(&tag).await;
    assert_eq!(changed.status, StatusCode::OK);
    let tag = changed.headers[ETAG].to_str().unwrap().to_owned();
    assert_eq!(ask(&tag).await.status, StatusCode::NOT_MODIFIED);
    // another name is another calendar
    let edit = EditProject {
        name: Some("weir".to_owned()),
        ..EditProject::default()
    };
    let path = format!("/api/projects/{}", project.id);
    assert!(li.http.patch(&path, &edit).await.status.is_success());
    assert_eq!(ask(&tag).await.status, StatusCode::OK);
}

async fn a_feed_that_is_taken_back_or_never_was_is_not_there(server: TestServer) {
    let li = server.person("li").await;
    let project = li.project("dam").await;
    let made = make(&li, project.id, FeedHolds::All).await;
    let other = make(&li, project.id, FeedHolds::Dates).await;
    assert_eq!(fetch(&server, &made).await.status, StatusCode::OK);
    let without = made.path.strip_suffix(".ics").unwrap();
    let id = format!("/api/feeds/{}.ics", made.feed.id);
    for path in [without, &id, "/api/feeds/.ics"] {
        let answer = server.client().get(path).await;
        assert_eq!(
            (answer.status, answer.text),
            nothing(&server).await,
            "{path}"
        );
    }
    let path = format!("/api/feeds/{}", made.feed.id);
    assert_eq!(li.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    is_gone(&server, &made).await;
    let again = li.http.delete(&path).await;
    assert_eq!(
        again.failure(StatusCode::NOT_FOUND).code,
        ErrorCode::NotFound
    );
    assert_eq!(fetch(&server, &other).await.status, StatusCode::OK);
    let list: Vec<Feed> = li.http.get("/api/feeds").await.expect(StatusCode::OK);
    let left: Vec<_> = list.iter().map(|feed| &feed.id).collect();
    assert_eq!(left, [&other.feed.id]);
    let events = server.app().store.audit_tail(3).await.unwrap();
    let events: Vec<_> = (events.iter())
        .map(|row| (row.event.as_str(), row.name.as_str()))
        .collect();
    let made = ("feed_made", "li");
    assert_eq!(events, [("feed_revoked", "li"), made, made]);
}

async fn who_is_out_of_a_project_reads_nothing_by_its_feed(server: TestServer) {
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    let new = NewFeed {
        project: project.id,
        label: String::new(),
        holds: FeedHolds::All,
        language: FeedLanguage::English,
    };
    let stranger = wang.http.post("/api/feeds", &new).await;
    let none = NewFeed {
        project: ProjectId::from_bytes([9; 16]),
        ..new.clone()
    };
    let none = wang.http.post("/api/feeds", &none).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert_eq!((stranger.status, stranger.text), (none.status, none.text));

    li.put_member(project.id, wang.id, Role::Reader).await;
    let made = make(&wang, project.id, FeedHolds::All).await;
    assert_eq!(fetch(&server, &made).await.status, StatusCode::OK);
    li.remove_member(project.id, wang.id).await;
    is_gone(&server, &made).await;
    // whoever asks: it is the person of the feed who may
    let asked = li.http.get(&made.path).await;
    assert_eq!(asked.status, StatusCode::NOT_FOUND);
    li.put_member(project.id, wang.id, Role::Member).await;
    assert_eq!(fetch(&server, &made).await.status, StatusCode::OK);
}

async fn who_is_made_inactive_or_signs_out_everywhere_has_no_feeds(server: TestServer) {
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let boss = server.administrator("boss").await;
    let project = li.project("dam").await;
    li.put_member(project.id, wang.id, Role::Reader).await;
    let made = make(&wang, project.id, FeedHolds::All).await;
    for active in [false, true] {
        let edit = EditPerson {
            active: Some(active),
            ..EditPerson::default()
        };
        let path = format!("/api/people/{}", wang.id);
        assert!(boss.http.patch(&path, &edit).await.status.is_success());
        is_gone(&server, &made).await;
    }
    let made = make(&li, project.id, FeedHolds::All).await;
    assert_eq!(fetch(&server, &made).await.status, StatusCode::OK);
    assert!(li.http.delete("/api/sessions").await.status.is_success());
    is_gone(&server, &made).await;
}

async fn nobody_lists_or_takes_back_anothers_feed(server: TestServer) {
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    li.put_member(project.id, wang.id, Role::Manager).await;
    let made = make(&li, project.id, FeedHolds::All).await;
    let list: Vec<Feed> = wang.http.get("/api/feeds").await.expect(StatusCode::OK);
    assert_eq!(list, []);
    let path = format!("/api/feeds/{}", made.feed.id);
    assert_eq!(wang.http.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fetch(&server, &made).await.status, StatusCode::OK);
    // what a program holds makes no further secrets, and does not see which there are
    let token = li.token().await.token;
    let bearer = server.client();
    for (method, path) in [
        (Method::GET, "/api/feeds"),
        (Method::POST, "/api/feeds"),
        (Method::DELETE, path.as_str()),
    ] {
        let new = serde_json::json!({
            "project": project.id, "holds": "all", "language": "en",
        });
        let request = bearer.request(method, path).bearer_auth(&token).json(&new);
        let answer = bearer.send(request).await;
        let refused = answer.failure(StatusCode::FORBIDDEN);
        assert_eq!(refused.code, ErrorCode::NotAllowed);
    }
    let list = li.http.get("/api/feeds").await;
    let secret = made.path.rsplit('/').next().unwrap();
    let secret = secret.strip_suffix(".ics").unwrap();
    assert!(secret.len() >= 43 && !list.text.contains(secret));
    let list: Vec<Feed> = list.expect(StatusCode::OK);
    let expected = Feed {
        last_used: list[0].last_used,
        ..made.feed
    };
    assert_eq!(list, [expected]);
}

async fn a_feed_holds_what_was_chosen_in_the_chosen_language(server: TestServer) {
    let li = server.person("li").await;
    let project = li.project("dam").await;
    let mut device = device(&server, &li, &project).await;
    device.perform(project.plan, start());
    for (n, name, duration) in [(1, "mine", 480), (2, "other", 480), (3, "start", 0)] {
        device.perform(project.plan, add(n, name, duration));
    }
    let edit = TaskEdit::Owner(li.id.to_string());
    device.perform(project.plan, Command::EditTask { id: task(1), edit });
    let deadline = "2026-03-06T17:00".parse().unwrap();
    let edit = TaskEdit::Deadline(Some(deadline));
    device.perform(project.plan, Command::EditTask { id: task(2), edit });
    device.synced().await;
    let events = async |holds, language| {
        let new = NewFeed {
            project: project.id,
            label: String::new(),
            holds,
            language,
        };
        let made = li.http.post("/api/feeds", &new).await;
        let made: MadeFeed = made.expect(StatusCode::CREATED);
        let text = fetch(&server, &made).await.text;
        let lines = text.lines();
        let found = lines.filter(|l| {
            ["SUMMARY", "DESCRIPTION", "X-WR"]
                .iter()
                .any(|p| l.starts_with(p))
        });
        let mut found: Vec<String> = found.map(str::to_owned).collect();
        found.sort();
        found
    };
    let mine = [
        "DESCRIPTION:Complete: 0%\\nOwner: li",
        "SUMMARY:mine · dam",
        "X-WR-CALNAME:dam · my tasks",
    ];
    assert_eq!(events(FeedHolds::Mine, FeedLanguage::English).await, mine);
    let dates = [
        "DESCRIPTION:完成：0%",
        "DESCRIPTION:完成：0%",
        "SUMMARY:期限：other · dam",
        "SUMMARY:里程碑：start · dam",
        "X-WR-CALNAME:dam · 里程碑与期限",
    ];
    assert_eq!(events(FeedHolds::Dates, FeedLanguage::Chinese).await, dates);
    let all = events(FeedHolds::All, FeedLanguage::English).await;
    assert_eq!(all.iter().filter(|l| l.starts_with("SUMMARY")).count(), 4);
    for (holds, language) in [("some", "en"), ("all", "fr")] {
        let new = serde_json::json!({
            "project": project.id, "holds": holds, "language": language,
        });
        let answer = li.http.post("/api/feeds", &new).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
