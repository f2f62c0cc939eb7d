//! Notices through a real server, on both databases: kept with their entry, sent by mail, held back, in time.

use reqwest::StatusCode;
use server::serve::Options;
use shared::api::{
    FailedDelivery, NoticeList, NoticePreferences, NoticeSettings, ReadNotices, Sent,
};
use shared::base::{DocumentId, ProjectId};
use shared::ledger::notice::Kind;
use shared::ledger::{Act, FormAct};
use shared::pack::review::{Does, Opinion};
use shared::pack::text::Language;
use tests::office::{Office, option};
use tests::postgres;
use tests::receivers::{Mail, Smtp};
use tests::server::{Person, TestServer};

const FLOW: &str = "operations_flow_v1";
const DAY: i64 = 24 * 60 * 60 * 1000;
const MINUTE: i64 = 60 * 1000;

/// Makes of each test one with SQLite and one with PostgreSQL.
macro_rules! on_each_database {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(None).await;
                }
            )*
        }
        mod postgresql {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(Some(super::postgres::database().await)).await;
                }
            )*
        }
    };
}

on_each_database!(
    without_anything_configured_notices_are_in_the_app,
    mail_says_what_waits_and_where,
    a_mail_that_was_refused_comes_again_as_the_same_mail,
    quiet_hours_hold_back_and_then_all_comes_in_one_mail,
    the_digest_comes_once_a_day_and_urgent_mail_at_once,
    what_was_seen_or_is_over_is_not_sent,
    deadlines_are_told_once_and_escalate,
);

pub(super) async fn quick(database: Option<String>, smtp: Option<&Smtp>) -> TestServer {
    TestServer::start_with(|options| leaving(options, database, smtp)).await
}

pub(super) fn leaving(options: &mut Options, database: Option<String>, smtp: Option<&Smtp>) {
    options.database = database;
    options.leaving.smtp = smtp.map(|smtp| smtp.url.clone());
    options.leaving.mail_from = smtp.map(|_| "准绳 <plumbline@example.com>".to_owned());
    options.leaving.url = Some("http://plumbline.lan".to_owned());
    // some tests look again and again
    options.per_address.requests = 100_000;
    options.leaving.every = std::time::Duration::from_millis(50);
}

pub(super) fn by_mail(name: &str) -> NoticePreferences {
    NoticePreferences {
        mail: Some(format!("{name}@example.com")),
        mail_on: true,
        language: Language::English,
        zone: 0,
        ..NoticePreferences::none()
    }
}

pub(super) async fn prefer(person: &Person, preferences: &NoticePreferences) -> NoticeSettings {
    let put = person.http.put("/api/notices/settings", preferences).await;
    put.expect(StatusCode::OK)
}

async fn notices(person: &Person) -> NoticeList {
    person.http.get("/api/notices").await.expect(StatusCode::OK)
}

fn kinds(list: &NoticeList) -> Vec<Kind> {
    list.notices.iter().map(|notice| notice.kind).collect()
}

/// A demand that waits for the sales director.
pub(super) async fn demand(office: &Office, name: &str) -> (ProjectId, DocumentId) {
    let sales = office.who("sales_manager");
    let project = office.project(sales, name).await.id;
    let said = [("departments", option("design"))];
    let form = office
        .submit(sales, project, "demand_submission", &said)
        .await;
    (project, form)
}

pub(super) async fn approve(office: &Office, by: &str, project: ProjectId, form: DocumentId) {
    let by = office.who(by);
    let act = office
        .opinion(by, project, form, Opinion::Approve, &[])
        .await;
    office.done(by, project, act).await;
}

/// The author reminds those who hold open seats.
async fn remind(office: &Office, project: ProjectId, form: DocumentId) {
    let sales = office.who("sales_manager");
    let of = office
        .look(sales, project, |standing| standing.forms()[&form].frozen())
        .await;
    let kind = office.kind("demand_submission");
    let act = tests::office::act(form, kind, Does::Remind);
    office
        .done(sales, project, Act::Form(FormAct { of, ..act }))
        .await;
}

fn subject(mail: &Mail) -> &str {
    &mail.headers["subject"]
}

async fn without_anything_configured_notices_are_in_the_app(database: Option<String>) {
    let office = Office::open(quick(database, None).await, FLOW).await;
    let director = office.who("sales_director");
    let (project, form) = demand(&office, "Website").await;
    let told = notices(director).await;
    assert_eq!((kinds(&told), told.unread), (vec![Kind::Waits], 1));
    let notice = &told.notices[0];
    assert_eq!((notice.project, notice.form), (project, form));
    assert_eq!(notice.about.form.en, "Project demand");
    assert!(!notice.read && !notice.over && notice.due.is_some());

    // others have none of it, and cannot mark it as seen
    let other = office.who("design");
    let ids = vec![notice.id.clone()];
    other
        .http
        .post("/api/notices/read", &ReadNotices { ids: ids.clone() })
        .await;
    assert_eq!(notices(director).await.unread, 1);
    let read = director
        .http
        .post("/api/notices/read", &ReadNotices { ids })
        .await;
    let read: NoticeList = read.expect(StatusCode::OK);
    assert!(read.unread == 0 && read.notices[0].read);

    approve(&office, "sales_director", project, form).await;
    assert!(notices(director).await.notices[0].over);
    assert_eq!(
        kinds(&notices(office.who("operations_head")).await),
        [Kind::Waits]
    );

    // what cannot be sent is not offered
    let settings: NoticeSettings = director
        .http
        .get("/api/notices/settings")
        .await
        .expect(StatusCode::OK);
    assert!(!settings.mail && settings.push_key.is_none());
    let test: Sent = director
        .http
        .post("/api/notices/test", &())
        .await
        .expect(StatusCode::OK);
    assert!(!test.sent);
}

async fn mail_says_what_waits_and_where(database: Option<String>) {
    let mut smtp = Smtp::start().await;
    let office = Office::open(quick(database, Some(&smtp)).await, FLOW).await;
    let (director, sales) = (office.who("sales_director"), office.who("sales_manager"));
    prefer(director, &by_mail("director")).await;
    prefer(
        sales,
        &NoticePreferences {
            language: Language::Chinese,
            ..by_mail("sales")
        },
    )
    .await;
    let (project, form) = demand(&office, "Website").await;
    let mail = smtp.next().await;
    assert_eq!(mail.to, "director@example.com");
    assert!(subject(&mail).starts_with("Project demand"), "{mail:?}");
    assert!(subject(&mail).contains("waits for you"), "{mail:?}");
    let link = format!("http://plumbline.lan/forms/{project}/{form}");
    assert!(mail.text.contains(&link), "{}", mail.text);
    assert!(mail.text.contains("Project: Website"), "{}", mail.text);

    let test: Sent = director
        .http
        .post("/api/notices/test", &())
        .await
        .expect(StatusCode::OK);
    assert!(test.sent && test.said.contains("taken"), "{test:?}");
    assert!(subject(&smtp.next().await).contains("test"));

    let back = Opinion::Return(shared::pack::route::ReturnTo::Author);
    let mut act = office.opinion(director, project, form, back, &[]).await;
    if let Act::Form(act) = &mut act {
        act.words = "缺附件".to_owned();
    }
    office.done(director, project, act).await;
    let mail = smtp.next().await;
    assert_eq!(mail.to, "sales@example.com");
    assert!(mail.text.contains("项目：Website") && mail.text.contains("已退回"));
    assert!(!mail.text.contains("缺附件"));
}

async fn a_mail_that_was_refused_comes_again_as_the_same_mail(database: Option<String>) {
    let mut smtp = Smtp::start().await;
    let office = Office::open(quick(database, Some(&smtp)).await, FLOW).await;
    prefer(office.who("sales_director"), &by_mail("director")).await;
    smtp.refuse(1);
    demand(&office, "Website").await;
    let first = smtp.next().await;
    assert!(!first.taken);
    let failures = "/api/notices/failures";
    loop {
        let failed: Vec<FailedDelivery> =
            office.admin.http.get(failures).await.expect(StatusCode::OK);
        if let [failed] = &failed[..] {
            assert_eq!((failed.to.as_str(), failed.attempts), ("sales_director", 1));
            assert!(
                failed.error.contains("later") && failed.ended.is_none(),
                "{failed:?}"
            );
            break;
        }
    }
    let refused = office.who("design").http.get(failures).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    office.server.clock.advance_ms(MINUTE);
    let again = smtp.next().await;
    assert!(again.taken);
    assert_eq!(first.headers["message-id"], again.headers["message-id"]);
}

/// The minute of the day in UTC.
fn minute(server: &TestServer, more: i64) -> Option<u16> {
    let minute = server.clock.now().0.div_euclid(MINUTE) + more;
    u16::try_from(minute.rem_euclid(24 * 60)).ok()
}

async fn quiet_hours_hold_back_and_then_all_comes_in_one_mail(database: Option<String>) {
    let mut smtp = Smtp::start().await;
    let office = Office::open(quick(database, Some(&smtp)).await, FLOW).await;
    let quiet = NoticePreferences {
        quiet_from: minute(&office.server, -5),
        quiet_to: minute(&office.server, 60),
        ..by_mail("director")
    };
    prefer(office.who("sales_director"), &quiet).await;
    prefer(office.who("operations_head"), &by_mail("head")).await;
    let (project, form) = demand(&office, "One").await;
    demand(&office, "Two").await;
    demand(&office, "Three").await;
    approve(&office, "sales_director", project, form).await;
    // what was told in between would have come before this
    let mail = smtp.next().await;
    assert_eq!(mail.to, "head@example.com");
    assert!(smtp.came().is_none());
    office.server.clock.advance_ms(61 * MINUTE);
    let mail = smtp.next().await;
    assert_eq!(mail.to, "director@example.com");
    assert!(subject(&mail).contains("2 notices"), "{mail:?}");
    assert!(mail.text.contains("Project: Two") && mail.text.contains("Project: Three"));
    assert!(!mail.text.contains("Project: One"));
}

async fn the_digest_comes_once_a_day_and_urgent_mail_at_once(database: Option<String>) {
    let mut smtp = Smtp::start().await;
    let office = Office::open(quick(database, Some(&smtp)).await, FLOW).await;
    let daily = NoticePreferences {
        digest: minute(&office.server, 120),
        ..by_mail("director")
    };
    prefer(office.who("sales_director"), &daily).await;
    let (project, form) = demand(&office, "One").await;
    demand(&office, "Two").await;
    remind(&office, project, form).await;
    let mail = smtp.next().await;
    assert!(subject(&mail).contains("you are reminded"), "{mail:?}");
    office.server.clock.advance_ms(121 * MINUTE);
    let mail = smtp.next().await;
    assert!(subject(&mail).contains("2 notices"), "{mail:?}");
    demand(&office, "Three").await;
    remind(&office, project, form).await;
    assert!(subject(&smtp.next().await).contains("you are reminded"));
    assert!(smtp.came().is_none());
    office.server.clock.advance_ms(DAY);
    let mail = smtp.next().await;
    assert!(mail.text.contains("Project: Three"), "{mail:?}");
}

async fn what_was_seen_or_is_over_is_not_sent(database: Option<String>) {
    let mut smtp = Smtp::start().await;
    let office = Office::open(quick(database, Some(&smtp)).await, FLOW).await;
    let director = office.who("sales_director");
    let daily = NoticePreferences {
        digest: minute(&office.server, 120),
        ..by_mail("director")
    };
    prefer(director, &daily).await;
    demand(&office, "Seen").await;
    let ids = Vec::new();
    director
        .http
        .post("/api/notices/read", &ReadNotices { ids })
        .await;
    let (project, form) = demand(&office, "Over").await;
    approve(&office, "sales_director", project, form).await;
    demand(&office, "Open").await;
    office.server.clock.advance_ms(121 * MINUTE);
    let mail = smtp.next().await;
    assert!(mail.text.contains("Project: Open"), "{mail:?}");
    assert!(!mail.text.contains("Seen") && !mail.text.contains("Over"));
}

async fn deadlines_are_told_once_and_escalate(database: Option<String>) {
    let mut smtp = Smtp::start().await;
    let office = Office::open(quick(database, Some(&smtp)).await, FLOW).await;
    let (project, form) = demand(&office, "Website").await;
    approve(&office, "sales_director", project, form).await;
    approve(&office, "operations_head", project, form).await;
    prefer(office.who("design"), &by_mail("design")).await;
    prefer(office.who("operations_head"), &by_mail("head")).await;
    office.server.clock.advance_ms(9 * DAY);
    let mut told = [smtp.next().await, smtp.next().await];
    told.sort_by(|a, b| a.to.cmp(&b.to));
    let [design, head] = told;
    assert_eq!(
        (design.to.as_str(), head.to.as_str()),
        ("design@example.com", "head@example.com")
    );
    assert!(subject(&design).contains(": overdue"), "{design:?}");
    assert!(subject(&head).contains("decide in their place"), "{head:?}");
    // looked at many times since; the reminder is the next that comes
    office.server.clock.advance_ms(DAY);
    remind(&office, project, form).await;
    let both = [smtp.next().await, smtp.next().await];
    assert!(
        both.iter().all(|mail| subject(mail).contains("reminded")),
        "{both:?}"
    );
    let list = notices(office.who("design")).await;
    let overdue = kinds(&list)
        .into_iter()
        .filter(|kind| *kind == Kind::Overdue);
    assert_eq!(overdue.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_preferences_are_refused() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let bad = |change: fn(&mut NoticePreferences)| {
        let mut preferences = by_mail("li");
        change(&mut preferences);
        preferences
    };
    for bad in [
        bad(|p| p.mail = Some("li@example.com\r\nBcc: all@example.com".to_owned())),
        bad(|p| p.mail = Some("no address".to_owned())),
        bad(|p| p.mail = None),
        bad(|p| p.digest = Some(1440)),
        bad(|p| p.quiet_from = Some(0)),
        bad(|p| p.zone = 900),
    ] {
        let put = li.http.put("/api/notices/settings", &bad).await;
        assert_eq!(put.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
    }
}
