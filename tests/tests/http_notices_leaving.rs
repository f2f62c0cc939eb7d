//! Notices to groups and browsers, and from two nodes.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;
use ring::{hmac, signature};
use shared::api::{
    FailedDelivery, NewRobot, NoticePreferences, NoticeSettings, PushSubscription, Robot,
    RobotKind, Sent, WhyUnsent,
};
use shared::ledger::notice::Kind;
use shared::pack::text::Language;
use tests::office::Office;
use tests::postgres;
use tests::receivers::{Hook, Posted, Smtp};
use tests::server::{Person, TestServer};

use super::http_notices::{approve, by_mail, demand, leaving, prefer, quick};

const FLOW: &str = "operations_flow_v1";
const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;

pub(super) async fn office(hook: &Hook) -> Office {
    let server = TestServer::start_with(|options| {
        leaving(options, None, None);
        options.leaving.url = Some("https://plumbline.example.com".to_owned());
        options.leaving.hosts = vec![hook.host.clone()];
    });
    Office::open(server.await, FLOW).await
}

pub(super) fn robot(kind: RobotKind, url: String, secret: Option<&str>) -> NewRobot {
    NewRobot {
        kind,
        name: "项目群".to_owned(),
        url,
        secret: secret.map(str::to_owned),
        kinds: vec![Kind::Waits, Kind::Overdue],
        language: Language::Chinese,
        project: None,
    }
}

pub(super) async fn add(office: &Office, new: &NewRobot) -> Robot {
    let made = office.admin.http.post("/api/robots", new).await;
    made.expect(StatusCode::CREATED)
}

fn sign(key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

/// What stands in a path's query.
pub(super) fn asked(posted: &Posted, name: &str) -> String {
    let url = reqwest::Url::parse(&format!("http://x{}", posted.path)).unwrap();
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(known, _)| known == name);
    found.unwrap().1.into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_wecom_is_told_once_what_is_asked_of_whom() {
    let mut hook = Hook::start().await;
    let office = office(&hook).await;
    let director = office.who("sales_director");
    let vice = office.deputy(director, "vice").await;
    let url = format!("http://{}/cgi-bin/webhook/send?key=1", hook.host);
    add(&office, &robot(RobotKind::Wecom, url, None)).await;
    demand(&office, "<@all> [点](http://e) 官网").await;
    let posted = hook.next().await;
    assert_eq!(posted.path, "/cgi-bin/webhook/send?key=1");
    let body = posted.json();
    assert_eq!(body["msgtype"], "markdown");
    let text = body["markdown"]["content"].as_str().unwrap();
    assert!(
        text.contains("项目需求提交表") && text.contains("待处理"),
        "{text}"
    );
    // who decides, and who acts for them: one message names both
    assert!(
        text.contains(&office_name(&vice)) && text.contains("sales＿director"),
        "{text}"
    );
    assert!(!text.contains("<@all>") && !text.contains("[点]"), "{text}");
    demand(&office, "下一个").await;
    let next = hook.next().await.json();
    assert!(
        next["markdown"]["content"]
            .as_str()
            .unwrap()
            .contains("下一个")
    );
}

fn office_name(person: &Person) -> String {
    person.name.replace('_', "＿")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_dingtalk_gets_its_signature_in_the_address() {
    let mut hook = Hook::start().await;
    let office = office(&hook).await;
    let url = format!("http://{}/robot/send?access_token=1", hook.host);
    let made = add(&office, &robot(RobotKind::Dingtalk, url, Some("SECabc"))).await;
    let test = format!("/api/robots/{}/test", made.id);
    let sent: Sent = office
        .admin
        .http
        .post(&test, &())
        .await
        .expect(StatusCode::OK);
    assert!(sent.sent, "{sent:?}");
    let posted = hook.next().await;
    let stamp = asked(&posted, "timestamp");
    assert_eq!(
        asked(&posted, "sign"),
        sign("SECabc", &format!("{stamp}\nSECabc"))
    );
    assert_eq!(asked(&posted, "access_token"), "1");
    assert!((stamp.parse::<i64>().unwrap() - office.server.clock.now().0).abs() < MINUTE);
    let body = posted.json();
    assert!(body["msgtype"] == "markdown" && body["markdown"]["title"] == "准绳");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_feishu_gets_its_signature_in_the_body() {
    let mut hook = Hook::start().await;
    let office = office(&hook).await;
    let url = format!("http://{}/open-apis/bot/v2/hook/1", hook.host);
    add(&office, &robot(RobotKind::Feishu, url, Some("s3"))).await;
    demand(&office, "官网").await;
    let body = hook.next().await.json();
    let stamp = body["timestamp"].as_str().unwrap();
    assert_eq!(body["sign"], sign(&format!("{stamp}\ns3"), ""));
    assert_eq!(body["msg_type"], "text");
    assert!(body["content"]["text"].as_str().unwrap().contains("官网"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendors_refusal_with_a_status_of_success_is_a_failure_and_is_given_up_in_the_end() {
    let mut hook = Hook::start().await;
    let office = office(&hook).await;
    let url = format!("http://{}/robot/send", hook.host);
    let mut new = robot(RobotKind::Dingtalk, url, None);
    new.kinds = vec![Kind::Waits];
    let made = add(&office, &new).await;
    hook.answer("200 OK", r#"{"errcode":310000,"errmsg":"sign not match"}"#);
    demand(&office, "官网").await;
    for _ in 0..8 {
        hook.next().await;
        failed(&office, |failed| failed.ended.is_none()).await;
        office.server.clock.advance_ms(DAY);
    }
    hook.next().await;
    let failed = failed(&office, |failed| failed.ended.is_some()).await;
    assert_eq!((failed.to.as_str(), failed.attempts), ("项目群", 9));
    assert!(failed.error.contains("sign not match"), "{failed:?}");
    assert_eq!(
        (failed.why, failed.again),
        (Some(WhyUnsent::Security), None)
    );
    // nothing is sent to one that was ended
    let path = format!("/api/robots/{}", made.id);
    assert_eq!(
        office.admin.http.delete(&path).await.status,
        StatusCode::NO_CONTENT
    );
    let robots: Vec<Robot> = office
        .admin
        .http
        .get("/api/robots")
        .await
        .expect(StatusCode::OK);
    assert_eq!(robots, []);
}

/// The delivery that failed, once it is as a test waits for.
pub(super) async fn failed(
    office: &Office,
    as_wanted: impl Fn(&FailedDelivery) -> bool,
) -> FailedDelivery {
    loop {
        let got = office.admin.http.get("/api/notices/failures").await;
        let mut failed: Vec<FailedDelivery> = got.expect(StatusCode::OK);
        if failed.len() == 1 && as_wanted(&failed[0]) {
            return failed.remove(0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_is_of_its_vendor_and_no_redirect_is_followed() {
    let mut hook = Hook::start().await;
    let mut other = Hook::start().await;
    let office = office(&hook).await;
    for bad in [
        "https://example.com/robot/send".to_owned(),
        "http://oapi.dingtalk.com/robot/send".to_owned(),
        "https://127.0.0.1/robot/send".to_owned(),
        "https://oapi.dingtalk.com:8443/robot/send".to_owned(),
        format!("http://{}/robot/send", other.host),
    ] {
        let new = robot(RobotKind::Dingtalk, bad.clone(), None);
        let made = office.admin.http.post("/api/robots", &new).await;
        assert_eq!(made.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let url = format!("http://{}/robot/send", hook.host);
    let new = robot(RobotKind::Dingtalk, url, None);
    let by_other = office.who("design").http.post("/api/robots", &new).await;
    assert_eq!(by_other.status, StatusCode::FORBIDDEN);
    let made = add(&office, &new).await;
    hook.answer(
        &format!("302 Found\r\nlocation: http://{}/x", other.host),
        "",
    );
    let test = format!("/api/robots/{}/test", made.id);
    let sent: Sent = office
        .admin
        .http
        .post(&test, &())
        .await
        .expect(StatusCode::OK);
    assert!(!sent.sent && sent.said.contains("302"), "{sent:?}");
    hook.next().await;
    assert!(other.came().is_none());
}

/// A browser that can read one message.
struct Browser {
    key: EphemeralPrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    key.expand(info, Length(N)).unwrap().fill(&mut out).unwrap();
    out
}

impl Browser {
    fn new() -> Self {
        let key = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let public = key.compute_public_key().unwrap().as_ref().to_vec();
        Self {
            key,
            public,
            auth: server::random_bytes().unwrap(),
        }
    }

    fn subscription(&self, endpoint: String) -> PushSubscription {
        PushSubscription {
            endpoint,
            p256dh: URL_SAFE_NO_PAD.encode(&self.public),
            auth: URL_SAFE_NO_PAD.encode(self.auth),
        }
    }

    /// As RFC 8291 and RFC 8188 say it is read.
    fn read(self, body: &[u8]) -> serde_json::Value {
        let (salt, rest) = body.split_at(16);
        let theirs = &rest[5..70];
        assert_eq!((&rest[..4], rest[4]), (&[0, 0, 16, 0][..], 65));
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let auth = Salt::new(HKDF_SHA256, &self.auth);
        let shared = agree_ephemeral(self.key, &peer, |secret| auth.extract(secret)).unwrap();
        let input: [u8; 32] = expand(&shared, &[b"WebPush: info\0", &self.public, theirs]);
        let both = Salt::new(HKDF_SHA256, salt).extract(&input);
        let key: [u8; 16] = expand(&both, &[b"Content-Encoding: aes128gcm\0"]);
        let nonce: [u8; 12] = expand(&both, &[b"Content-Encoding: nonce\0"]);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut sealed = rest[70..].to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let open = key.open_in_place(nonce, Aad::empty(), &mut sealed).unwrap();
        let (last, message) = open.split_last().unwrap();
        assert_eq!(*last, 2);
        serde_json::from_slice(message).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_reads_what_it_is_told_and_is_forgotten_when_it_is_gone() {
    let mut hook = Hook::start().await;
    let office = office(&hook).await;
    let director = office.who("sales_director");
    let preferences = NoticePreferences {
        mail: None,
        mail_on: false,
        push_on: true,
        ..by_mail("director")
    };
    let settings = prefer(director, &preferences).await;
    let public = settings.push_key.unwrap();
    let browser = Browser::new();
    let endpoint = format!("http://{}/push/1", hook.host);
    for bad in [
        "https://localhost/x",
        "https://10.0.0.1/x",
        "http://push.example.com/x",
    ] {
        let put = director
            .http
            .put("/api/notices/push", &browser.subscription(bad.to_owned()))
            .await;
        assert_eq!(put.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let subscription = browser.subscription(endpoint);
    let put = director.http.put("/api/notices/push", &subscription).await;
    assert!(put.expect::<NoticeSettings>(StatusCode::OK).push_here);
    let (project, form) = demand(&office, "Website").await;
    let posted = hook.next().await;
    assert_eq!(posted.headers["content-encoding"], "aes128gcm");
    signed(&posted, &public, &hook.host);
    let read = browser.read(&posted.body);
    assert_eq!(read["path"], format!("/forms/{project}/{form}"));
    assert!(
        read["body"].as_str().unwrap().contains("waits for you"),
        "{read}"
    );

    hook.answer("410 Gone", "");
    demand(&office, "Other").await;
    hook.next().await;
    loop {
        let settings = director.http.get("/api/notices/settings").await;
        if !settings.expect::<NoticeSettings>(StatusCode::OK).push_here {
            break;
        }
    }
}

/// By the server's key, for this push service, for not long.
fn signed(posted: &Posted, public: &str, host: &str) {
    let header = &posted.headers["authorization"];
    let (token, key) = header
        .strip_prefix("vapid t=")
        .unwrap()
        .split_once(", k=")
        .unwrap();
    assert_eq!(key, public);
    let (signed, by) = token.rsplit_once('.').unwrap();
    let claims = signed.split_once('.').unwrap().1;
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["aud"], format!("http://{host}"));
    assert_eq!(claims["sub"], "https://plumbline.example.com");
    let key = URL_SAFE_NO_PAD.decode(key).unwrap();
    let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, key);
    let by = URL_SAFE_NO_PAD.decode(by).unwrap();
    key.verify(signed.as_bytes(), &by).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_sends_each_thing_once_also_when_one_is_cut_off() {
    let mut smtp = Smtp::start().await;
    let database = postgres::database().await;
    let server = quick(Some(database.clone()), Some(&smtp)).await;
    let clock = server.clock.clone();
    let office = Office::open(server, FLOW).await;
    let other = TestServer::start_with(|options| {
        leaving(options, Some(database), Some(&smtp));
        options.clock = clock.clone();
    })
    .await;
    for number in 0..6 {
        let (project, form) = demand(&office, &format!("P{number}")).await;
        approve(&office, "sales_director", project, form).await;
        approve(&office, "operations_head", project, form).await;
    }
    prefer(office.who("design"), &by_mail("design")).await;
    prefer(office.who("operations_head"), &by_mail("head")).await;
    clock.advance_ms(9 * DAY);
    let mut told = vec![smtp.next().await];
    // one of them is gone in the middle of it
    drop(other);
    let all = |told: &[tests::receivers::Mail], to: &str| {
        let texts: Vec<_> = told
            .iter()
            .filter(|mail| mail.to == to)
            .map(|mail| &mail.text)
            .collect();
        let lines = (0..6).map(|number| format!("Project: P{number}\n"));
        lines
            .map(|line| texts.iter().filter(|text| text.contains(&line)).count())
            .collect::<Vec<_>>()
    };
    let whole = |told: &[_]| {
        let (design, head) = (
            all(told, "design@example.com"),
            all(told, "head@example.com"),
        );
        design.iter().chain(&head).all(|count| *count > 0)
    };
    while !whole(&told) {
        // what the other one had taken is free again after its lease
        match smtp.within(Duration::from_secs(2)).await {
            Some(mail) => told.push(mail),
            None => clock.advance_ms(MINUTE + 1),
        }
        if told.len() > 40 {
            panic!("{told:?}");
        }
    }
    // the same mail may come twice from a node that was cut off; then it is known for the same
    told.sort_by(|a, b| a.headers["message-id"].cmp(&b.headers["message-id"]));
    told.dedup_by(|a, b| a.headers["message-id"] == b.headers["message-id"]);
    assert_eq!(all(&told, "design@example.com"), [1; 6]);
    assert_eq!(all(&told, "head@example.com"), [1; 6]);
}
