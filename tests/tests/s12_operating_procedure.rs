//! S12 项目管理操作规程 (立项、执行、收尾), from the application to the filed documents, through the real server with an account
//! for each role; who accepts signs by a link.

use shared::api::Decided;
use shared::base::{DocumentId, ProjectId};
use shared::domain::permission::{ProjectState, Role};
use shared::ledger::project::Standing;
use shared::ledger::{Act, Refused, verify};
use shared::pack::review::{Draft, Opinion, Refusal};
use shared::pack::route::ReturnTo;
use shared::pack::value::Value;
use tests::office::{Office, attach, file, option, person, rows, text, wish};
use tests::offline::{Device, taken_signed, too_late};
use tests::server::{Person, TestServer};

const PACK: &str = "project_operating_procedure";

fn id(n: u8) -> DocumentId {
    DocumentId::from_bytes([n; 16])
}

fn to_step(step: &str) -> Opinion {
    Opinion::Return(ReturnTo::Step(step.parse().unwrap()))
}

fn yes(yes: bool) -> Value {
    Value::YesNo(yes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s12_a_project_is_applied_for_launched_carried_out_accepted_and_filed() {
    let office = Office::open(TestServer::start().await, PACK).await;
    let applicant = office.who("applicant");
    let manager = office.server.person("manager").await;
    let member = office.server.person("member").await;
    let project = office.project(applicant, "泵站改造").await;
    let p = project.id;

    application(&office, p, &manager).await;
    launch(&office, p, &manager, &member).await;
    execution(&office, p, &manager, &member).await;
    let acceptance = acceptance(&office, p, &manager, &member).await;
    closing(&office, p, &manager, acceptance).await;

    let part = office.ledger(&manager, p).await;
    let find = |hash: &shared::ledger::Hash| (*hash == office.hash).then_some(&office.pack);
    assert_eq!(verify::project(p, &find, &part.entries).findings, []);
}

/// 二、1: overview report, documents, application; the superior; the formal initiation.
async fn application(office: &Office, p: ProjectId, manager: &Person) {
    let applicant = office.who("applicant");
    let (superior, pmo) = (office.who("superior"), office.who("pmo"));
    let early = office.submission(applicant, id(1), "project_charter", &[]);
    assert_eq!(office.refused(applicant, p, early).await, Refused::NotBegun);
    let said = [("manager", person(manager))];
    let other = office.submission(superior, id(2), "project_application", &said);
    assert_eq!(
        office.refused(superior, p, other).await,
        Refused::NotAStarter
    );

    let application = office
        .submit(applicant, p, "project_application", &said)
        .await;
    let wrong_order = office
        .in_any_seat(pmo, p, application, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(pmo, p, wrong_order).await,
        Refused::Review(Refusal::NotEntitled)
    );
    office.send_back(superior, p, application).await;
    assert_eq!(
        office.standing(applicant, p, application).await,
        Standing::Draft(Draft::Returned)
    );

    // what the superior signed on the tablet was about the application before it was changed
    let again = office.submission(applicant, application, "project_application", &said);
    office.done(applicant, p, again).await;
    let tablet = Device::of(superior.http.clone()).await;
    let old = office
        .opinion(superior, p, application, Opinion::Approve, &[])
        .await;
    let old = tablet.signed(&wish(p, old));
    let back = office
        .in_any_seat(applicant, p, application, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(applicant, p, back).await,
        Refused::Review(Refusal::OwnRequest)
    );
    let withdraw = office
        .act_on(
            applicant,
            p,
            application,
            shared::pack::review::Does::Withdraw,
        )
        .await;
    office.done(applicant, p, withdraw).await;
    let changed = [
        ("manager", person(manager)),
        ("goals", text("提升排涝能力")),
    ];
    let anew = office.submission(applicant, application, "project_application", &changed);
    office.done(applicant, p, anew).await;
    let (why, _) = too_late(tablet.send(&old).await);
    assert!(matches!(why, Refused::Changed { now: Some(_) }), "{why:?}");

    // the same again, about what it holds now
    let now = office
        .opinion(superior, p, application, Opinion::Approve, &[])
        .await;
    let now = tablet.signed(&wish(p, now));
    taken_signed(tablet.send(&now).await, &now);

    // the formal initiation, which asks the superior once more
    let back = office
        .opinion(pmo, p, application, to_step("superior"), &[])
        .await;
    office.done(pmo, p, back).await;
    office.approve(superior, p, application).await;
    assert_eq!(office.row(applicant, p).await.state, ProjectState::Proposed);
    office.approve(pmo, p, application).await;
    let row = office.row(manager, p).await;
    assert!(
        row.number
            .is_some_and(|n| n.starts_with("SQ-") && n.ends_with("-0001"))
    );
    assert_eq!(row.state, ProjectState::Open);
    assert_eq!(
        office.role_in(manager, p, manager).await,
        Some(Role::Manager)
    );
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("launch"));
    // 三、2: risks are found, assessed, met with measures by somebody, from now on
    assert_eq!(
        office.registers(manager, p).await,
        [("risks".to_owned(), true)]
    );
    let mut register = office.keeper(manager, p, "risks").await;
    register.device.synced().await;
    register.enter(&risk("汛期来水", "high", manager)).await;
    assert_eq!(register.until(1).await.len(), 1);
    let missing = register.problems().await;
    // what is likely to hurt needs measures
    assert!(
        missing.iter().all(|problem| problem
            .cell
            .as_ref()
            .is_some_and(|(_, column)| column.as_str() == "measures")),
        "{missing:?}"
    );
    assert_eq!(missing.len(), 1);
}

/// An entry of the register of risks.
fn risk(what: &str, impact: &str, owner: &Person) -> [(&'static str, Value); 6] {
    let found = Value::Date("2026-03-02T00:00".parse().unwrap());
    [
        ("risk", text(what)),
        ("found", found),
        ("probability", option("medium")),
        ("impact", option(impact)),
        ("owner", person(owner)),
        ("state", option("open")),
    ]
}

/// 二、2: team, project files, communication plan, kick-off.
async fn launch(office: &Office, p: ProjectId, manager: &Person, member: &Person) {
    let superior = office.who("superior");
    let early = office.submission(manager, id(3), "acceptance_record", &[]);
    assert_eq!(office.refused(manager, p, early).await, Refused::OtherStage);
    let by_other = office.submission(superior, id(4), "project_charter", &[]);
    assert_eq!(
        office.refused(superior, p, by_other).await,
        Refused::NotAStarter
    );

    // the kick-off announces the start
    let said = [("announced", yes(false))];
    let silent = office.submission(manager, id(5), "kickoff_minutes", &said);
    let refused = office.refused(manager, p, silent).await;
    assert!(
        matches!(refused, Refused::Review(Refusal::Incomplete(_))),
        "{refused:?}"
    );
    let minutes = office.submit(manager, p, "kickoff_minutes", &[]).await;
    assert_eq!(
        office.standing(manager, p, minutes).await,
        Standing::Approved
    );
    assert_eq!(office.missing(manager, p).await, [0, 1, 2]);

    let channel = rows(&[&[
        ("with", text("建设单位")),
        ("channel", text("例会")),
        ("frequency", Value::Choice(vec!["weekly".parse().unwrap()])),
    ]]);
    let said = [("lines", channel)];
    office.submit(manager, p, "communication_plan", &said).await;
    let charter = office.submit(manager, p, "project_charter", &[]).await;
    office.send_back(superior, p, charter).await;
    let again = office.submission(manager, charter, "project_charter", &[]);
    office.done(manager, p, again).await;
    office.approve(superior, p, charter).await;
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("launch"));
    match office.advance(manager, p, "launch").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::GateClosed(vec![0])),
        taken => panic!("{taken:?}"),
    }

    let members = rows(&[&[
        ("person", person(member)),
        ("duty", text("电气安装")),
        ("reports_to", person(manager)),
    ]]);
    let said = [("members", members)];
    let team = office.submit(manager, p, "project_team", &said).await;
    office.approve(superior, p, team).await;
    assert_eq!(office.role_in(manager, p, member).await, Some(Role::Member));
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("execution"));
}

/// 三: plan, risks, resources, quality.
async fn execution(office: &Office, p: ProjectId, manager: &Person, member: &Person) {
    let (superior, pmo) = (office.who("superior"), office.who("pmo"));
    let package = |critical| {
        rows(&[&[
            ("work", text("更换水泵")),
            ("days", Value::Number("20".parse().unwrap())),
            ("deliverable", text("水泵 4 台")),
            ("critical", yes(critical)),
        ]])
    };
    let said = [("packages", package(false))];
    let pathless = office.submission(manager, id(6), "work_plan", &said);
    let refused = office.refused(manager, p, pathless).await;
    assert!(
        matches!(refused, Refused::Review(Refusal::Incomplete(_))),
        "{refused:?}"
    );
    let plan = office
        .submit(manager, p, "work_plan", &[("packages", package(true))])
        .await;
    office.approve(superior, p, plan).await;
    let review = office.submit(manager, p, "progress_review", &[]).await;
    office.approve(superior, p, review).await;

    // what is short is replenished
    let lines = rows(&[&[
        ("kind", Value::Choice(vec!["goods".parse().unwrap()])),
        ("what", text("电缆")),
        ("needed", Value::Number("500".parse().unwrap())),
        ("supplied", Value::Number("320".parse().unwrap())),
    ]]);
    let supply = office.submission(manager, id(7), "resource_supply", &[("lines", lines)]);
    if let Act::Form(shared::ledger::FormAct {
        does: shared::pack::review::Does::Submit { answers },
        ..
    }) = &supply
    {
        assert!(answers.contains_key(&"adjustment".parse().unwrap()));
    }
    office.done(manager, p, supply).await;
    office.approve(superior, p, id(7)).await;

    // quality: a check by a member, and a problem that is rectified before it is through
    let by_superior = office.submission(superior, id(8), "quality_check", &[]);
    assert_eq!(
        office.refused(superior, p, by_superior).await,
        Refused::NotAStarter
    );
    let check = office.submit(member, p, "quality_check", &[]).await;
    office.approve(pmo, p, check).await;
    let problem = office.submit(member, p, "rectification", &[]).await;
    let said = [("solved", yes(false))];
    let not_yet = office
        .opinion(pmo, p, problem, Opinion::Approve, &said)
        .await;
    let refused = office.refused(pmo, p, not_yet).await;
    assert!(
        matches!(refused, Refused::Review(Refusal::Incomplete(_))),
        "{refused:?}"
    );
    office.send_back(pmo, p, problem).await;
    let again = office.submission(member, problem, "rectification", &[]);
    office.done(member, p, again).await;
    office.approve(pmo, p, problem).await;
    assert_eq!(
        office.standing(member, p, problem).await,
        Standing::Approved
    );
}

/// 四、1: deliverables that meet quality and function, signed by who accepts them.
async fn acceptance(
    office: &Office,
    p: ProjectId,
    manager: &Person,
    member: &Person,
) -> DocumentId {
    let (superior, pmo) = (office.who("superior"), office.who("pmo"));
    let pump = |function| {
        rows(&[&[
            ("deliverable", text("水泵 4 台")),
            ("quality_met", yes(true)),
            ("function_met", yes(function)),
        ]])
    };
    let said = [("deliverables", pump(false))];
    let unmet = office.submission(manager, id(9), "acceptance_record", &said);
    let refused = office.refused(manager, p, unmet).await;
    assert!(
        matches!(refused, Refused::Review(Refusal::Incomplete(_))),
        "{refused:?}"
    );
    let said = [("deliverables", pump(true))];
    let record = office.submit(manager, p, "acceptance_record", &said).await;
    office.approve(pmo, p, record).await;
    // nobody inside accepts for those outside
    let forged = office
        .in_any_seat(manager, p, record, Opinion::Return(ReturnTo::Author))
        .await;
    assert_eq!(
        office.refused(manager, p, forged).await,
        Refused::Review(Refusal::OwnRequest)
    );
    let customer = office.invite(manager, p, "customer", "建设单位 刘工").await;
    office
        .customer_says(manager, p, &customer, record, to_step("pmo"))
        .await;
    office.approve(pmo, p, record).await;

    // on the tablet in hand: the signature is uploaded first
    let ink = "签名：刘工".as_bytes();
    let said = [("accepted_by", file(ink, "签名.png"))];
    let link = office.link(member, p, &customer, record).await;
    match office
        .signs(&member.http, &link, Opinion::Approve, &said)
        .await
    {
        Decided::Refused { why, .. } => assert!(matches!(why, Refused::NoAttachment(_)), "{why:?}"),
        taken => panic!("{taken:?}"),
    }
    assert!(attach(&member.http, p, ink).await);
    let signed = office
        .signs(&member.http, &link, Opinion::Approve, &said)
        .await;
    assert!(matches!(signed, Decided::Taken { .. }), "{signed:?}");
    assert_eq!(
        office.standing(manager, p, record).await,
        Standing::Approved
    );

    // accepted, but the quality plan is not there: the gate stays closed until it is
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("execution"));
    assert_eq!(office.missing(manager, p).await, [1]);
    let plan = office.submit(manager, p, "quality_plan", &[]).await;
    office.approve(superior, p, plan).await;
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("closing"));
    record
}

/// 四、1(3): filed; and what was printed is on record.
async fn closing(office: &Office, p: ProjectId, manager: &Person, record: DocumentId) {
    let pmo = office.who("pmo");
    let of = office
        .look(manager, p, |standing| {
            standing.forms()[&record].past.last().unwrap().seq
        })
        .await;
    let print = |of| Act::Print {
        form: record,
        of,
        copies: 4,
    };
    office.done(manager, p, print(of)).await;
    // the entry of another form
    let files = office.submit(manager, p, "filing_list", &[]).await;
    let other = office
        .look(manager, p, |standing| standing.forms()[&files].past[0].seq)
        .await;
    assert_eq!(
        office.refused(manager, p, print(other)).await,
        Refused::NoSuchEntry
    );
    office.send_back(pmo, p, files).await;
    let again = office.submission(manager, files, "filing_list", &[]);
    office.done(manager, p, again).await;
    office.approve(pmo, p, files).await;
    assert_eq!(office.stage(manager, p).await, None);
    let prints = office
        .look(manager, p, |standing| {
            standing.forms()[&record].prints.clone()
        })
        .await;
    assert_eq!(prints.len(), 1);
    assert_eq!((prints[0].2, prints[0].3), (manager.id, 4));
}
