//! Tables of people, taken in by the real server on both databases: all or nothing, and what is wrong is told by its place.

use reqwest::{Method, StatusCode};
use shared::api::{
    ErrorCode, Failure, Heads, MAX_TABLE, Organisation, Post, Session, TableLine, TableProblem,
    TableRead,
};
use shared::domain::organisation::import::{Becomes, Column, Row, What, Wrong};
use shared::exchange::{organisation, table};
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
    a_table_makes_departments_posts_and_people_who_sign_in_with_their_first_password,
    a_table_that_is_only_looked_at_changes_nothing,
    a_table_with_a_problem_changes_nothing_and_tells_where,
    the_organisation_as_a_workbook_comes_back_and_changes_what_was_changed_in_it,
    what_is_no_table_or_too_large_is_refused,
);

const TABLE: &str = "部门,岗位,姓名,账号,负责人,初始密码\n\
    技术部,技术总监,张伟,zhang.wei,是,first-password\n\
    技术部,工程师,赵强,zhao.qiang,否,first-password\n\
    质量部,,,zhang.wei,是,\n\
    财务部,会计,,,,\n";

async fn send(boss: &Person, query: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/api/organisation/import{query}");
    let request = boss.http.request(Method::POST, &path).body(bytes);
    boss.http.send(request).await
}

async fn take(boss: &Person, text: &str) -> TableRead {
    let answer = send(boss, "", text.as_bytes().to_vec()).await;
    answer.expect(StatusCode::OK)
}

async fn organisation_of(boss: &Person) -> (Organisation, Vec<Post>, Vec<Heads>) {
    (
        boss.http
            .get("/api/organisation")
            .await
            .expect(StatusCode::OK),
        boss.http.get("/api/posts").await.expect(StatusCode::OK),
        boss.http.get("/api/heads").await.expect(StatusCode::OK),
    )
}

fn count(read: &TableRead, becomes: Becomes, what: What) -> usize {
    let of = |line: &&TableLine| (line.becomes, line.what) == (becomes, what);
    read.lines.iter().filter(of).count()
}

async fn a_table_makes_departments_posts_and_people_who_sign_in_with_their_first_password(
    server: TestServer,
) {
    let boss = server.administrator("boss").await;
    let read = take(&boss, TABLE).await;
    assert_eq!((read.committed, &read.problems[..]), (true, &[][..]));
    for (what, added) in [
        (What::Department, 3),
        (What::Post, 3),
        (What::Person, 2),
        (What::Belongs, 2),
        (What::Holds, 2),
        (What::Heads, 2),
    ] {
        assert_eq!(count(&read, Becomes::Added, what), added, "{what:?}");
    }
    assert_eq!(read.lines.len(), 14);
    let (organisation, posts, heads) = organisation_of(&boss).await;
    assert_eq!(organisation.departments.len(), 3);
    let person = |name: &str| {
        let mut people = organisation.people.iter();
        people.find(|person| person.name == name).unwrap()
    };
    let zhang = person("zhang.wei");
    assert_eq!(
        (zhang.display_name.as_str(), zhang.post.as_str()),
        ("张伟", "技术总监")
    );
    assert!(!zhang.administrator && zhang.active);
    let home = organisation
        .departments
        .iter()
        .find(|d| Some(d.id) == zhang.department);
    assert_eq!(home.unwrap().name, "技术部");
    assert_eq!(heads.len(), 2);
    assert!(heads.iter().all(|of| of.heads[0].person == zhang.id));
    let held = posts.iter().filter(|post| !post.holders.is_empty());
    assert_eq!((posts.len(), held.count()), (3, 2));

    let client = server.client();
    let signed_in = client.sign_in("zhao.qiang", "first-password").await;
    assert!(
        signed_in
            .expect::<Session>(StatusCode::OK)
            .must_change_password
    );
    // again, it changes nothing
    let again = take(&boss, TABLE).await;
    assert!(again.committed && again.lines.iter().all(|line| line.becomes == Becomes::Left));
    assert_eq!(organisation_of(&boss).await, (organisation, posts, heads));
    let events = server.app().store.audit_tail(30).await.unwrap();
    let made = events.iter().filter(|row| row.event == "person_made");
    let made: Vec<_> = made.map(|row| row.name.as_str()).collect();
    assert_eq!(made, ["zhao.qiang", "zhang.wei"]);
}

async fn a_table_that_is_only_looked_at_changes_nothing(server: TestServer) {
    let boss = server.administrator("boss").await;
    let before = organisation_of(&boss).await;
    let looked = send(&boss, "?commit=false", TABLE.as_bytes().to_vec()).await;
    let looked: TableRead = looked.expect(StatusCode::OK);
    assert!(!looked.committed && looked.lines.len() == 14);
    assert_eq!(organisation_of(&boss).await, before);
    let read = take(&boss, TABLE).await;
    assert!(read.committed);
    assert_eq!(read.lines, looked.lines);
}

async fn a_table_with_a_problem_changes_nothing_and_tells_where(server: TestServer) {
    let boss = server.administrator("boss").await;
    let before = organisation_of(&boss).await;
    let bad = "Account,Name,Department,Head,First password\n\
        li,李敏,财务部,maybe,first-password\n\
        wang,王强,财务部,yes,\n\
        wu,吴磊,,,short\n\
        ,孙立平,财务部,,\n";
    let answer = send(&boss, "", bad.as_bytes().to_vec()).await;
    assert!(!answer.text.contains("first-password") && !answer.text.contains("short"));
    let read: TableRead = answer.expect(StatusCode::OK);
    assert!(!read.committed);
    let problem = |row, column, wrong| TableProblem {
        sheet: String::new(),
        row,
        column: Some(column),
        wrong,
    };
    let expected = [
        problem(2, Column::Head, Wrong::NotYesOrNo),
        problem(3, Column::Password, Wrong::NoPassword),
        problem(4, Column::Password, Wrong::BadPassword),
        problem(5, Column::Account, Wrong::NoAccount),
    ];
    assert_eq!(read.problems, expected);
    assert_eq!(organisation_of(&boss).await, before);
}

async fn the_organisation_as_a_workbook_comes_back_and_changes_what_was_changed_in_it(
    server: TestServer,
) {
    let boss = server.administrator("boss").await;
    assert!(take(&boss, TABLE).await.committed);
    let client = reqwest::Client::new();
    let token = boss.token().await.token;
    let get = async |query: &str| {
        let path = format!("{}/api/organisation/table?{query}", server.url());
        let answer = client.get(path).bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.unwrap()
    };
    // one to be filled in has headings only
    let empty = get("language=zh-CN&empty=true").await;
    let (rows, problems) = organisation::read(&table::open(&empty).unwrap());
    assert!(rows.is_empty() && problems.is_empty());
    let bytes = get("language=en").await;
    let (rows, problems) = organisation::read(&table::open(&bytes).unwrap());
    assert_eq!(problems, []);
    let same: TableRead = send(&boss, "", bytes.to_vec()).await.expect(StatusCode::OK);
    assert!(same.committed && same.lines.iter().all(|line| line.becomes == Becomes::Left));

    let changed: Vec<Row> = rows
        .into_iter()
        .map(
            |row| match (row.account.as_str(), row.department.as_str()) {
                ("zhao.qiang", _) => Row {
                    department: "质量部".to_owned(),
                    name: "赵小强".to_owned(),
                    post: "质量员".to_owned(),
                    ..row
                },
                ("zhang.wei", "技术部") => Row {
                    head: Some(false),
                    ..row
                },
                _ => row,
            },
        )
        .collect();
    let bytes = organisation::write(&changed, true).unwrap();
    let read: TableRead = send(&boss, "", bytes).await.expect(StatusCode::OK);
    assert_eq!((read.committed, &read.problems[..]), (true, &[][..]));
    let done: Vec<_> = read
        .lines
        .iter()
        .filter(|line| line.becomes != Becomes::Left)
        .map(|line| (line.what, line.account.as_str(), line.name.as_str()))
        .collect();
    let mut done = done;
    done.sort();
    let expected = [
        (What::Post, "", "质量员"),
        (What::Person, "zhao.qiang", "赵小强"),
        (What::Belongs, "zhao.qiang", "质量部"),
        (What::Holds, "zhao.qiang", "质量员"),
        (What::HeadsNoMore, "zhang.wei", "技术部"),
    ];
    assert_eq!(done, expected);
    let (organisation, posts, heads) = organisation_of(&boss).await;
    let zhao = organisation.people.iter().find(|p| p.name == "zhao.qiang");
    let zhao = zhao.unwrap();
    assert_eq!(zhao.display_name, "赵小强");
    // what a table does not say stays: he holds both posts
    let held = posts.iter().filter(|post| {
        let mut holders = post.holders.iter();
        holders.any(|holder| holder.person == zhao.id)
    });
    assert_eq!((held.count(), heads.len()), (2, 1));
}

async fn what_is_no_table_or_too_large_is_refused(server: TestServer) {
    let boss = server.administrator("boss").await;
    let old_office = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    for bytes in [b"PK\x03\x04nothing".to_vec(), old_office, Vec::new()] {
        let refused = send(&boss, "", bytes).await;
        let refused = refused.failure(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.code, ErrorCode::Invalid);
    }
    let refused: Failure = send(&boss, "", vec![b'a'; MAX_TABLE + 1])
        .await
        .failure(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused.code, ErrorCode::TooLarge);
    let refused = send(&boss, "?commit=perhaps", TABLE.as_bytes().to_vec()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let strange = take(&boss, "a,b\nc,d\n").await;
    assert_eq!(strange.problems[0].wrong, Wrong::NoHeadings);
}
