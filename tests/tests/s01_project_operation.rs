//! S01 项目运行流程及操作规范 (2007), from the proposal to the accounting, through the real server with an account for each
//! role.

use reqwest::StatusCode;
use shared::api::{Decided, Inbox, Project};
use shared::base::ProjectId;
use shared::domain::permission::{ProjectState, Role};
use shared::ledger::project::Standing;
use shared::ledger::{Act, Refused};
use shared::pack::review::{Draft, Opinion, Refusal};
use shared::pack::value::Value;
use tests::office::{Office, ask, money, option, rows, text, wish};
use tests::offline::{Device, taken_signed};
use tests::server::{Person, TestServer};

const PACK: &str = "project_operation_2007";

async fn project_of(person: &Person, id: shared::base::ProjectId) -> Project {
    let path = format!("/api/projects/{id}");
    person.http.get(&path).await.expect(StatusCode::OK)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s01_a_tender_is_proposed_reviewed_begun_run_and_accounted_for() {
    let office = Office::open(TestServer::start().await, PACK).await;
    let (business, planning) = (office.who("business"), office.who("planning"));
    let (commerce, leader) = (office.who("commerce"), office.who("leader"));
    let manager = office.server.person("manager").await;
    let member = office.server.person("member").await;
    let other = office.server.person("other").await;

    // 4.1: the proposal, and operations planning takes it in
    let project = office.project(business, "污水处理厂自控系统").await;
    let id = project.id;
    assert_eq!(project.state, ProjectState::Proposed);
    let tender = option("tender");
    let early = office.submission(
        business,
        shared::base::DocumentId::from_bytes([7; 16]),
        "initiation_application",
        &[],
    );
    assert_eq!(office.refused(business, id, early).await, Refused::NotBegun);
    let said = [
        ("origin", tender.clone()),
        ("project_name", text("污水处理厂自控系统")),
    ];
    let proposal = office
        .submit(business, id, "initiation_proposal", &said)
        .await;
    office.send_back(planning, id, proposal).await;
    assert_eq!(
        office.standing(business, id, proposal).await,
        Standing::Draft(Draft::Returned)
    );
    let again = office.submission(business, proposal, "initiation_proposal", &said);
    office.done(business, id, again).await;
    office.approve(planning, id, proposal).await;

    // 4.2.1: the application with budget and cost breakdown; the tender file is asked for
    let goods = rows(&[
        &[
            ("goods_name", text("PLC 控制柜")),
            ("quantity", number("2")),
            ("price", money("125000")),
            ("tax_rate", number("13")),
        ],
        &[
            ("goods_name", text("液位计")),
            ("quantity", number("12")),
            ("price", money("3860.50")),
            ("tax_rate", number("13")),
        ],
    ]);
    let said = [
        ("project_name", text("污水处理厂自控系统")),
        ("origin", tender),
        ("revenue", money("680000")),
        ("goods", goods),
        ("manager", Value::Person(manager.id)),
        (
            "members",
            rows(&[&[("person", Value::Person(member.id)), ("duty", text("调试"))]]),
        ),
    ];
    let application = office
        .submit(business, id, "initiation_application", &said)
        .await;

    // 4.2.2: the four departments beside each other; one sends it back, and the others' opinions stay
    office
        .approve(office.who("technical"), id, application)
        .await;
    office
        .send_back(office.who("finance"), id, application)
        .await;
    assert_eq!(
        office.standing(business, id, application).await,
        Standing::UnderReview,
        "all four are heard"
    );
    office.approve(commerce, id, application).await;
    office.approve(office.who("quality"), id, application).await;
    assert_eq!(
        office.standing(business, id, application).await,
        Standing::Draft(Draft::Returned)
    );
    let again = office.submission(business, application, "initiation_application", &said);
    office.done(business, id, again).await;

    // who has no say
    let stranger = office.server.person("stranger").await;
    let path = format!("/api/projects/{id}/ledger");
    assert_eq!(stranger.http.get(&path).await.status, StatusCode::NOT_FOUND);
    let act = office
        .opinion(commerce, id, application, Opinion::Approve, &[])
        .await;
    assert_eq!(
        office.refused(planning, id, act.clone()).await,
        Refused::Review(Refusal::NotEntitled)
    );
    let answer = stranger
        .http
        .post("/api/decisions", &ask(id, act.clone()))
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    office.done(commerce, id, act.clone()).await;
    // the same opinion again, as another wish, comes too late and is kept
    match office.wish(commerce, id, act).await {
        Decided::Refused { why, kept } => {
            assert_eq!(why, Refused::Review(Refusal::Decided(Some(commerce.id))));
            assert!(kept.is_some());
        }
        taken => panic!("{taken:?}"),
    }
    // finance decided on a tablet with no network, and it counts once it is back in range
    let finance = office.who("finance");
    let tablet = Device::of(finance.http.clone()).await;
    let offline = office
        .opinion(finance, id, application, Opinion::Approve, &[])
        .await;
    let offline = tablet.signed(&wish(id, offline));
    for role in ["technical", "quality"] {
        office.approve(office.who(role), id, application).await;
    }
    taken_signed(tablet.send(&offline).await, &offline);
    office.approve(planning, id, application).await;
    let before = project_of(business, id).await;
    assert_eq!(
        (before.number, before.state),
        (None, ProjectState::Proposed)
    );
    office.approve(leader, id, application).await;

    // 2.1: the manager and the team are appointed, the project has its number and its plan
    let begun = project_of(&manager, id).await;
    assert!(
        begun
            .number
            .as_ref()
            .is_some_and(|number| number.starts_with("XM-") && number.ends_with("-0001")),
        "{begun:?}"
    );
    assert_eq!(begun.state, ProjectState::Open);
    let role = |person: &Person| {
        let found = begun.members.iter().find(|known| known.person == person.id);
        found.map(|found| found.role)
    };
    assert_eq!(role(&manager), Some(Role::Manager));
    assert_eq!(role(&member), Some(Role::Member));
    assert_eq!(role(business), Some(Role::Member));
    assert_eq!(office.stage(&manager, id).await.as_deref(), Some("scheme"));

    // the approved application is printed for the files, and that is on record
    let of = office
        .look(&manager, id, |standing| {
            standing.forms()[&application].past.last().unwrap().seq
        })
        .await;
    let print = Act::Print {
        form: application,
        of,
        copies: 2,
    };
    office.done(&manager, id, print).await;
    let prints = office
        .look(&manager, id, |standing| {
            let prints = standing.forms()[&application].prints.iter();
            prints
                .map(|(_, _, by, copies)| (*by, *copies))
                .collect::<Vec<_>>()
        })
        .await;
    assert_eq!(prints, [(manager.id, 2)]);

    // 2.3.2: the manager chooses a member and returns an unfit one
    let said = [("person", Value::Person(other.id))];
    let choice = office.submit(&manager, id, "member_choice", &said).await;
    office.through(&manager, id, choice).await;
    assert_eq!(project_of(&other, id).await.role, Role::Member);
    let said = [("person", Value::Person(member.id))];
    let back = office.submit(&manager, id, "member_return", &said).await;
    office.through(&manager, id, back).await;
    let path = format!("/api/projects/{id}");
    assert_eq!(member.http.get(&path).await.status, StatusCode::NOT_FOUND);
    // and nobody else does
    let by_member = office.submission(
        &other,
        shared::base::DocumentId::from_bytes([8; 16]),
        "member_choice",
        &[],
    );
    assert_eq!(
        office.refused(&other, id, by_member).await,
        Refused::NotAStarter
    );

    // 2.3.3: allocates what was approved; 2.3.5: asks for more
    let lines = rows(&[&[
        ("resource", option("funds")),
        ("what", text("差旅")),
        ("amount", money("8000")),
    ]]);
    let allocation = office
        .submit(&manager, id, "resource_allocation", &[("lines", lines)])
        .await;
    assert_eq!(
        office.standing(&manager, id, allocation).await,
        Standing::Approved
    );
    let lines = rows(&[&[("what", text("备用电源")), ("amount", money("15000"))]]);
    let more = office
        .submit(&manager, id, "extra_resources", &[("lines", lines)])
        .await;
    office.approve(planning, id, more).await;
    let no = office.opinion(leader, id, more, Opinion::Reject, &[]).await;
    office.done(leader, id, no).await;
    assert_eq!(
        office.standing(&manager, id, more).await,
        Standing::Rejected
    );

    // 3: the seven stages, each left by its review (2.3.4)
    let wrong = office.submission(
        &manager,
        shared::base::DocumentId::from_bytes([9; 16]),
        "acceptance_review",
        &[],
    );
    assert_eq!(
        office.refused(&manager, id, wrong).await,
        Refused::OtherStage
    );
    for stage in ["scheme", "contract", "implementation"] {
        assert_eq!(office.stage(&manager, id).await.as_deref(), Some(stage));
        let review = office
            .submit(&manager, id, "stage_review", &[("stage", option(stage))])
            .await;
        office.through(&manager, id, review).await;
    }
    let acceptance = office.submit(&manager, id, "acceptance_review", &[]).await;
    office.through(&manager, id, acceptance).await;
    assert_eq!(office.stage(&manager, id).await.as_deref(), Some("summary"));

    // 2.2.4: the summary is left only when the members were appraised
    let review = office
        .submit(
            &manager,
            id,
            "stage_review",
            &[("stage", option("summary"))],
        )
        .await;
    office.through(&manager, id, review).await;
    assert_eq!(office.stage(&manager, id).await.as_deref(), Some("summary"));
    let stage = "summary".parse().unwrap();
    let early = office.refused(&manager, id, Act::Advance { stage }).await;
    assert_eq!(early, Refused::GateClosed(vec![1]));
    let members = rows(&[&[
        ("person", Value::Person(other.id)),
        ("score", number("92.5")),
    ]]);
    let appraisal = office
        .submit(&manager, id, "member_appraisal", &[("members", members)])
        .await;
    office.through(&manager, id, appraisal).await;
    let stage = "summary".parse().unwrap();
    office.done(&manager, id, Act::Advance { stage }).await;
    appraised_every_month(&office, id, &manager, &other).await;
    let review = office
        .submit(
            &manager,
            id,
            "stage_review",
            &[("stage", option("accounting"))],
        )
        .await;
    office.through(&manager, id, review).await;
    assert_eq!(office.stage(&manager, id).await, None);
    // what is over has no duties
    assert_eq!(office.duty(&manager, id, "appraisal").await, None);

    // nothing waits for anybody any more
    for person in office.people.values() {
        let inbox: Inbox = person.http.get("/api/inbox").await.expect(StatusCode::OK);
        assert_eq!(inbox.waiting, []);
    }
}

/// 2.2.4: from the beginning on, the manager appraises the members every month.
async fn appraised_every_month(office: &Office, id: ProjectId, manager: &Person, other: &Person) {
    let others = [manager, other];
    office.next_turn("appraisal", &others).await;
    let due = office.duty(manager, id, "appraisal").await.unwrap();
    assert_eq!(
        (due.kind.as_str(), due.overdue),
        ("member_appraisal", false)
    );
    assert_eq!(office.duty(other, id, "appraisal").await, None);
    office.until(due.due, &others).await;
    let late = office.duty(manager, id, "appraisal").await.unwrap();
    assert!(late.overdue && late.begins == due.begins);
    let members = rows(&[&[("person", Value::Person(other.id)), ("score", number("95"))]]);
    let appraisal = office
        .submit(manager, id, "member_appraisal", &[("members", members)])
        .await;
    assert_eq!(office.duty(manager, id, "appraisal").await, None);
    // sent back it is not done; handed in again it is, in its turn
    office
        .send_back(office.who("planning"), id, appraisal)
        .await;
    assert!(office.duty(manager, id, "appraisal").await.is_some());
    let members = rows(&[&[("person", Value::Person(other.id)), ("score", number("90"))]]);
    let again = [("members", members)];
    let again = office.submission(manager, appraisal, "member_appraisal", &again);
    office.done(manager, id, again).await;
    assert_eq!(office.duty(manager, id, "appraisal").await, None);
    office.through(manager, id, appraisal).await;
    office.next_turn("appraisal", &others).await;
    let next = office.duty(manager, id, "appraisal").await.unwrap();
    assert!(next.begins > due.begins && !next.overdue);
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}
