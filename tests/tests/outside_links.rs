//! Links of people outside, at the server: what comes with an opinion, what a link gives, what becomes of one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use shared::api::{DecideOutside, Decided, ErrorCode, Failure, OutsideForm};
use shared::ledger::hash::of_file;
use shared::ledger::project::Standing;
use shared::ledger::record::LARGEST_SIGNATURE;
use shared::ledger::{Act, Refused};
use shared::pack::review::{Opinion, Refusal};
use shared::pack::route::ReturnTo;
use tests::office::{Office, attach};
use tests::outside::{Asked, Link, WITH_CUSTOMER};
use tests::server::{Client, TestServer};

const INK: &[u8] = b"\x89PNG\r\n\x1a\n a name, drawn";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

async fn asked() -> (Office, Asked) {
    let office = Office::open(TestServer::start().await, WITH_CUSTOMER).await;
    let asked = office.asks_a_customer().await;
    (office, asked)
}

async fn link(office: &Office, asked: &Asked) -> Link {
    let by = office.who("sales_manager");
    office
        .link(by, asked.project, &asked.customer, asked.form)
        .await
}

async fn send(device: &Client, link: &Link, ask: &DecideOutside) -> Decided {
    device.post(&link.path, ask).await.expect(StatusCode::OK)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_comes_with_an_opinion_by_link_and_is_read_by_members() {
    let (office, asked) = asked().await;
    let (link, guest) = (link(&office, &asked).await, office.server.client());
    let signed = office
        .by_hand(&guest, &link, Opinion::Approve, Some(INK))
        .await;

    // what the opinion does not name, what is none, what is too large, and too many
    let other = DecideOutside {
        pictures: vec![STANDARD.encode(b"another")],
        ..signed.clone()
    };
    let garbled = DecideOutside {
        pictures: vec!["?".to_owned()],
        ..signed.clone()
    };
    let many = DecideOutside {
        pictures: vec![STANDARD.encode(INK); 4],
        ..signed.clone()
    };
    let large = vec![7_u8; LARGEST_SIGNATURE as usize + 1];
    let large = office
        .by_hand(&guest, &link, Opinion::Approve, Some(&large))
        .await;
    for wrong in [other, garbled, many, large] {
        let answer = guest.post(&link.path, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    // named, and not there
    let without = DecideOutside {
        pictures: Vec::new(),
        ..signed.clone()
    };
    match send(&guest, &link, &without).await {
        Decided::Refused { why, .. } => assert!(matches!(why, Refused::NoAttachment(_)), "{why}"),
        taken => panic!("{taken:?}"),
    }

    assert!(matches!(
        send(&guest, &link, &signed).await,
        Decided::Taken { .. }
    ));
    let sales = office.who("sales_manager");
    let path = format!(
        "/api/projects/{}/attachments/{}",
        asked.project,
        of_file(INK)
    );
    let kept = sales.http.get(&path).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert_eq!(
        office.standing(sales, asked.project, asked.form).await,
        Standing::Approved
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opinion_by_link_that_is_sent_again_is_answered_as_it_was() {
    let (office, asked) = asked().await;
    let (link, guest) = (link(&office, &asked).await, office.server.client());
    let signed = office.by_hand(&guest, &link, Opinion::Approve, None).await;
    let first = send(&guest, &link, &signed).await;
    let second = send(&guest, &link, &signed).await;
    match (first, second) {
        (Decided::Taken { entry, .. }, Decided::Taken { entry: again, .. }) => {
            assert_eq!(entry, again);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_says_whether_it_was_used_is_too_old_or_never_was() {
    let (office, asked) = asked().await;
    let guest = office.server.client();
    let (used, old) = (link(&office, &asked).await, link(&office, &asked).await);
    let signed = office.by_hand(&guest, &used, Opinion::Approve, None).await;
    send(&guest, &used, &signed).await;
    let code = |failure: Failure| failure.code;
    let answer = guest.get(&used.path).await;
    assert_eq!(code(answer.failure(StatusCode::GONE)), ErrorCode::LinkUsed);
    office.server.clock.advance_ms(14 * DAY_MS);
    let answer = guest.get(&old.path).await;
    assert_eq!(code(answer.failure(StatusCode::GONE)), ErrorCode::LinkOver);
    let answer = guest.get("/api/outside/never").await;
    assert_eq!(
        code(answer.failure(StatusCode::NOT_FOUND)),
        ErrorCode::NotFound
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_many_links_that_never_were_waits() {
    let server = TestServer::start().await;
    let guest = server.client();
    for n in 0..10 {
        let answer = guest.get(&format!("/api/outside/guess-{n}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let answer = guest.get("/api/outside/guess-more").await;
    let failure = answer.failure(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        (failure.code, failure.retry_after),
        (ErrorCode::TooMany, Some(1))
    );
    server.clock.advance_ms(1_000);
    let answer = guest.get("/api/outside/guess-more").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_gives_the_files_that_its_form_names_and_no_others() {
    let (office, asked) = asked().await;
    let (link, guest) = (link(&office, &asked).await, office.server.client());
    let paper = of_file("附件".as_bytes());
    let shown = guest
        .get(&format!("{}/attachments/{paper}", link.path))
        .await;
    assert_eq!(
        (shown.status, shown.text.as_str()),
        (StatusCode::OK, "附件")
    );
    assert_eq!(shown.headers["cache-control"], "no-store");
    assert_eq!(shown.headers["content-disposition"], "attachment");

    let inside = b"minutes of a meeting inside";
    assert!(attach(&office.who("sales_manager").http, asked.project, inside).await);
    let path = format!("{}/attachments/{}", link.path, of_file(inside));
    assert_eq!(guest.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_names_who_has_a_part_in_its_form_and_nobody_else() {
    let (office, asked) = asked().await;
    let (link, guest) = (link(&office, &asked).await, office.server.client());
    let shown: OutsideForm = guest.get(&link.path).await.expect(StatusCode::OK);
    assert_eq!(shown.project_name, "官网改版");
    let mut names: Vec<&str> = shown.people.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    // who handed it in, and who decided before
    assert_eq!(
        names,
        ["design", "designer", "operations_head", "sales_manager"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opinion_by_link_that_comes_too_late_is_kept_and_leaves_the_link_good() {
    let (office, asked) = asked().await;
    let (first, second) = (link(&office, &asked).await, link(&office, &asked).await);
    let guest = office.server.client();
    let late = office
        .by_hand(&guest, &second, Opinion::Approve, None)
        .await;
    let no = Opinion::Return(ReturnTo::Author);
    let no = office.by_hand(&guest, &first, no, None).await;
    assert!(matches!(
        send(&guest, &first, &no).await,
        Decided::Taken { .. }
    ));
    match send(&guest, &second, &late).await {
        Decided::Refused { why, kept } => {
            assert!(
                matches!(why, Refused::Review(Refusal::NotSubmitted)),
                "{why}"
            );
            assert!(kept.is_some());
        }
        taken => panic!("{taken:?}"),
    }
    let sales = office.who("sales_manager");
    let part = office.ledger(sales, asked.project).await;
    let entries = part.entries.iter().filter_map(|entry| entry.record());
    let opinions = entries.filter(|record| {
        record.by == Some(asked.customer.id) && matches!(record.act(), Some(Act::Form(_)))
    });
    assert_eq!(opinions.count(), 2);
    assert_eq!(guest.get(&second.path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_stands_behind_a_link_is_in_no_index_and_no_cache_and_told_to_nobody() {
    let server = TestServer::start().await;
    let guest = server.client();
    for path in ["/sign/secret", "/api/outside/secret"] {
        let headers = guest.get(path).await.headers;
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert!(
            headers["x-robots-tag"]
                .to_str()
                .unwrap()
                .contains("noindex"),
            "{path}"
        );
    }
    let elsewhere = guest.get("/projects").await.headers;
    assert_eq!(elsewhere["referrer-policy"], "same-origin");
}
