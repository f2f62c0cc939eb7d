//! S07 项目运营管理制度及流程, from the application to the improvement of the process, through the real server with an account
//! for each role.

use reqwest::StatusCode;
use shared::api::{Decided, Inbox};
use shared::base::{DocumentId, ProjectId};
use shared::domain::permission::{ProjectState, Role};
use shared::domain::resource::WHOLE;
use shared::ledger::project::Standing;
use shared::ledger::{Act, Refused, verify};
use shared::pack::review::{Draft, Opinion, Refusal};
use shared::pack::route::ReturnTo;
use shared::pack::value::Value;
use tests::office::{Office, money, option, person, rows, text, wish};
use tests::offline::{Device, taken_signed, too_late};
use tests::pool::{asks, pool};
use tests::server::{Person, TestServer};

const PACK: &str = "operations_management_flow";

fn id(n: u8) -> DocumentId {
    DocumentId::from_bytes([n; 16])
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

/// What the operations team finds: three people needed, so many there.
fn evaluation(available: &str, there: &str) -> Vec<(&'static str, Value)> {
    let pool = rows(&[&[
        ("resource", text("运维工程师")),
        ("needed", number("3")),
        ("there", number(there)),
    ]]);
    let risks = rows(&[&[
        ("risk", text("供货延迟")),
        ("assessment", option("high")),
        ("measure", text("备选供应商")),
    ]]);
    vec![
        ("available", option(available)),
        ("pool", pool),
        ("risks", risks),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s07_an_application_is_evaluated_decided_given_resources_followed_and_improved() {
    let office = Office::open(TestServer::start().await, PACK).await;
    let initiator = office.who("initiator");
    let manager = office.server.person("manager").await;
    let project = office.project(initiator, "充电站运营").await;
    let p = project.id;

    decision(&office, p, &manager).await;
    not_started(&office).await;
    preparation(&office, p, &manager).await;
    operation(&office, p, &manager).await;

    let part = office.ledger(&manager, p).await;
    let find = |hash: &shared::ledger::Hash| (*hash == office.hash).then_some(&office.pack);
    assert_eq!(verify::project(p, &find, &part.entries).findings, []);
}

/// 3.1: application, evaluation, decision.
async fn decision(office: &Office, p: ProjectId, manager: &Person) {
    let initiator = office.who("initiator");
    let (operations, head) = (office.who("operations"), office.who("operations_head"));
    let early = office.submission(operations, id(1), "progress_report", &[]);
    assert_eq!(
        office.refused(operations, p, early).await,
        Refused::NotBegun
    );
    let other = office.submission(head, id(2), "project_application", &[]);
    assert_eq!(office.refused(head, p, other).await, Refused::NotAStarter);
    let resources = rows(&[
        &[
            ("kind", option("people")),
            ("what", text("运维工程师")),
            ("quantity", number("3")),
        ],
        &[
            ("kind", option("funds")),
            ("what", text("备件")),
            ("cost", money("42000")),
        ],
    ]);
    let said = [("manager", person(manager)), ("resources", resources)];
    let application = office
        .submit(initiator, p, "project_application", &said)
        .await;

    // the evaluation comes before the decision
    let wrong_order = office
        .in_any_seat(head, p, application, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(head, p, wrong_order).await,
        Refused::Review(Refusal::NotEntitled)
    );
    office.send_back(operations, p, application).await;
    assert_eq!(
        office.standing(initiator, p, application).await,
        Standing::Draft(Draft::Returned)
    );
    let again = office.submission(initiator, application, "project_application", &said);
    office.done(initiator, p, again).await;

    // another project has two of the three engineers until the middle of March: the team, which is no member of it, is told
    asks(&office.server, &office.admin, "一号站", 2).await;
    let busy = pool(operations, p, "first=2026-03-02&last=2026-03-31").await;
    let [engineers] = &*busy else {
        panic!("one resource: {busy:?}");
    };
    assert_eq!((&*engineers.name, engineers.free), ("运维工程师", WHOLE));

    // what is short in the pool is not available, and what comes later has its date
    let said = evaluation("available", "1");
    let short = office
        .opinion(operations, p, application, Opinion::Approve, &said)
        .await;
    let refused = office.refused(operations, p, short).await;
    assert!(
        matches!(refused, Refused::Review(Refusal::Incomplete(_))),
        "{refused:?}"
    );
    let mut said = evaluation("later", "1");
    said.push(("available_from", Value::Date("2027-03-01".parse().unwrap())));
    office.approve_with(operations, p, application, &said).await;

    // the head asks for a second evaluation; two of the team: one with no network comes too late
    let second = office.server.person("second").await;
    office.also("operations", &second).await;
    let back = Opinion::Return(ReturnTo::Step("evaluation".parse().unwrap()));
    let back = office.opinion(head, p, application, back, &[]).await;
    office.done(head, p, back).await;
    let said = evaluation("available", "3");
    let tablet = Device::of(second.http.clone()).await;
    let late = office
        .opinion(&second, p, application, Opinion::Approve, &said)
        .await;
    let late = tablet.signed(&wish(p, late));
    office.approve_with(operations, p, application, &said).await;
    let (why, _) = too_late(tablet.send(&late).await);
    assert_eq!(why, Refused::Review(Refusal::Decided(Some(operations.id))));

    // nobody decides about their own request; the head's decision was made in the train
    let grant = office.also("operations_head", initiator).await;
    let own = office
        .in_any_seat(initiator, p, application, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(initiator, p, own).await,
        Refused::Review(Refusal::OwnRequest)
    );
    office.no_more(&grant).await;
    let tablet = Device::of(head.http.clone()).await;
    let yes = office
        .opinion(head, p, application, Opinion::Approve, &[])
        .await;
    let yes = tablet.signed(&wish(p, yes));
    let mut changed = yes.clone();
    changed.wish = changed.wish.replace("同意", "不同意");
    match tablet.send(&changed).await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::Signature),
        taken => panic!("{taken:?}"),
    }
    taken_signed(tablet.send(&yes).await, &yes);

    let row = office.row(manager, p).await;
    assert!(
        row.number
            .is_some_and(|n| n.starts_with("YY-") && n.ends_with("-0001"))
    );
    assert_eq!(row.state, ProjectState::Open);
    // 3.4: risks are kept in a register from now on
    assert_eq!(
        office.registers(manager, p).await,
        [("risks".to_owned(), true)]
    );
    let mut register = office.keeper(manager, p, "risks").await;
    register.device.synced().await;
    register.enter(&[("risk", text("关键人员离职"))]).await;
    assert_eq!(register.until(1).await.len(), 1);
    assert_eq!(
        office.role_in(manager, p, manager).await,
        Some(Role::Manager)
    );
    assert_eq!(
        office.stage(manager, p).await.as_deref(),
        Some("preparation")
    );
    // 相关部门 got a copy
    let copies: Inbox = office
        .who("department")
        .http
        .get("/api/inbox")
        .await
        .expect(StatusCode::OK);
    assert!(
        copies.copies.iter().any(|item| item.form == application),
        "{copies:?}"
    );
}

/// 3.1: 决定是否启动该项目: and one that is not.
async fn not_started(office: &Office) {
    let initiator = office.who("initiator");
    let (operations, head) = (office.who("operations"), office.who("operations_head"));
    let other = office.project(initiator, "换电站").await.id;
    let said = [("manager", person(initiator))];
    let application = office
        .submit(initiator, other, "project_application", &said)
        .await;
    let found = evaluation("not_available", "0");
    office
        .approve_with(operations, other, application, &found)
        .await;
    let no = office
        .opinion(head, other, application, Opinion::Reject, &[])
        .await;
    office.done(head, other, no).await;
    let row = office.row(initiator, other).await;
    assert_eq!((row.number, row.state), (None, ProjectState::Proposed));
    let early = office.submission(operations, id(3), "resource_schedule", &[]);
    assert_eq!(
        office.refused(operations, other, early).await,
        Refused::NotBegun
    );
}

/// 3.2, 3.4, 3.5: resources, risks and standards are there before work begins.
async fn preparation(office: &Office, p: ProjectId, manager: &Person) {
    let (operations, head) = (office.who("operations"), office.who("operations_head"));
    let department = office.who("department");
    let early = office.submission(manager, id(4), "progress_report", &[]);
    assert_eq!(office.refused(manager, p, early).await, Refused::OtherStage);
    let theirs = office.submission(manager, id(5), "quality_standards", &[]);
    assert_eq!(
        office.refused(manager, p, theirs).await,
        Refused::NotAStarter
    );

    let schedule = office.submit(manager, p, "resource_schedule", &[]).await;
    office.send_back(department, p, schedule).await;
    let again = office.submission(manager, schedule, "resource_schedule", &[]);
    office.done(manager, p, again).await;
    office.approve(department, p, schedule).await;
    office.approve(head, p, schedule).await;
    assert_eq!(office.missing(manager, p).await, [1, 2]);
    let risks = rows(&[&[
        ("risk", text("雷击")),
        ("assessment", option("high")),
        ("measure", text("防雷检测")),
        ("contingency", text("停运并切换备用线路")),
        ("review_on", Value::Date("2027-01-15".parse().unwrap())),
    ]]);
    let said = [("risks", risks)];
    let measures = office.submit(manager, p, "risk_measures", &said).await;
    office.through(manager, p, measures).await;
    match office.advance(manager, p, "preparation").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::GateClosed(vec![2])),
        taken => panic!("{taken:?}"),
    }
    let standards = office.submit(operations, p, "quality_standards", &[]).await;
    office.through(manager, p, standards).await;
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("operation"));
}

/// 3.3—3.5 and 2.2: reports to departments and management, quality, improvement; then the end.
async fn operation(office: &Office, p: ProjectId, manager: &Person) {
    let (operations, head) = (office.who("operations"), office.who("operations_head"));
    // 3.3: progress is reported every week, by whomever
    office.next_turn("progress", &[manager]).await;
    let due = office.duty(operations, p, "progress").await.unwrap();
    assert_eq!((due.kind.as_str(), due.overdue), ("progress_report", false));
    assert_eq!(office.duty(manager, p, "progress").await, None);
    let report = office.submit(manager, p, "progress_report", &[]).await;
    assert_eq!(office.duty(operations, p, "progress").await, None);
    office.approve(head, p, report).await;
    for role in ["department", "management"] {
        let told: Inbox = office
            .who(role)
            .http
            .get("/api/inbox")
            .await
            .expect(StatusCode::OK);
        assert!(
            told.copies.iter().any(|item| item.form == report),
            "{role}: {told:?}"
        );
    }

    let scores = rows(&[
        &[
            ("standard", text("可用率")),
            ("weight", number("3")),
            ("score", number("90")),
        ],
        &[
            ("standard", text("投诉")),
            ("weight", number("1")),
            ("score", number("70")),
        ],
    ]);
    let said = [("standards", scores)];
    office.next_turn("quality", &[manager]).await;
    let quality_due = office.duty(operations, p, "quality").await.unwrap();
    let quality = office
        .submit(operations, p, "quality_evaluation", &said)
        .await;
    // 3.5: evaluated every month, which is done once it is read
    assert_eq!(
        office.duty(operations, p, "quality").await,
        Some(quality_due)
    );
    office.approve(head, p, quality).await;
    assert_eq!(office.duty(operations, p, "quality").await, None);
    office.next_turn("progress", &[manager]).await;
    let next = office.duty(operations, p, "progress").await.unwrap();
    assert!(next.begins > due.begins);
    let result = office
        .look(manager, p, |standing| {
            let answers = standing.forms()[&quality].answers().unwrap();
            answers.get(&"result".parse().unwrap()).cloned()
        })
        .await;
    assert_eq!(result, Some(number("85")));

    let improvement = office.submit(manager, p, "process_improvement", &[]).await;
    office.approve(head, p, improvement).await;
    let given = office.number(manager, p, improvement).await.unwrap();
    assert!(given.starts_with("YH-"), "{given}");

    let of = office
        .look(manager, p, |standing| {
            standing.forms()[&report].past.last().unwrap().seq
        })
        .await;
    let print = |form, of| Act::Print {
        form,
        of,
        copies: 1,
    };
    office.done(manager, p, print(report, of)).await;
    let wrong = office.refused(manager, p, print(quality, of)).await;
    assert_eq!(wrong, Refused::NoSuchEntry);

    match office.advance(operations, p, "operation").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::NotManager),
        taken => panic!("{taken:?}"),
    }
    let ended = office.advance(manager, p, "operation").await;
    assert!(matches!(ended, Decided::Taken { .. }), "{ended:?}");
    assert_eq!(office.stage(manager, p).await, None);
}
