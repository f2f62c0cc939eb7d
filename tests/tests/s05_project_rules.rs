//! S05 项目管理与运营规范制度, from the application with its feasibility to the operation, through the real server with an
//! account for each role.

use shared::api::Decided;
use shared::base::{DocumentId, ProjectId};
use shared::domain::permission::{ProjectState, Role};
use shared::ledger::project::Standing;
use shared::ledger::{Act, FormAct, Refused, verify};
use shared::pack::review::{Does, Draft, Opinion, Refusal};
use shared::pack::route::ReturnTo;
use shared::pack::value::Value;
use tests::office::{Office, money, option, paper, person, rows, text, wish};
use tests::offline::{Device, taken_signed, too_late};
use tests::server::{Person, TestServer};

const PACK: &str = "project_and_operations_rules";

fn id(n: u8) -> DocumentId {
    DocumentId::from_bytes([n; 16])
}

fn to_step(step: &str) -> Opinion {
    Opinion::Return(ReturnTo::Step(step.parse().unwrap()))
}

/// An opinion that fills in one more field.
fn with(act: Act, field: &str, value: Value) -> Act {
    let Act::Form(FormAct { does, .. }) = &act else {
        panic!("{act:?}");
    };
    let mut does = does.clone();
    if let Does::Decide { filled, .. } = &mut does {
        filled.insert(field.parse().unwrap(), value);
    }
    match act {
        Act::Form(act) => Act::Form(FormAct { does, ..act }),
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s05_a_project_is_found_feasible_planned_changed_only_by_request_accepted_closed_and_operated()
 {
    let office = Office::open(TestServer::start().await, PACK).await;
    let applicant = office.who("applicant");
    let manager = office.server.person("manager").await;
    let member = office.server.person("member").await;
    let project = office.project(applicant, "智慧园区").await;
    let p = project.id;

    initiation(&office, p, &manager, &member).await;
    planning(&office, p, &manager, &member).await;
    change(&office, p, &manager, &member).await;
    acceptance(&office, p, &manager).await;
    closing_and_operation(&office, p, &manager).await;

    let part = office.ledger(&manager, p).await;
    let find = |hash: &shared::ledger::Hash| (*hash == office.hash).then_some(&office.pack);
    assert_eq!(verify::project(p, &find, &part.entries).findings, []);
}

/// 2.1: 项目启动申请、项目可行性分析和立项审批.
async fn initiation(office: &Office, p: ProjectId, manager: &Person, member: &Person) {
    let applicant = office.who("applicant");
    let (finance, technical) = (office.who("finance"), office.who("technical"));
    let (market, pmo) = (office.who("market"), office.who("pmo"));
    let leader = office.who("leader");
    let early = office.submission(applicant, id(1), "change_request", &[]);
    assert_eq!(office.refused(applicant, p, early).await, Refused::NotBegun);
    let members = rows(&[&[("person", person(member)), ("duty", text("开发"))]]);
    let said = [("manager", person(manager)), ("members", members)];

    // 2.1.2, 2.1.3: nothing of it is left out
    let act = office.submission(applicant, id(2), "project_start_application", &said);
    let Act::Form(mut act) = act else { panic!() };
    if let Does::Submit { answers } = &mut act.does {
        for gone in ["key_risks", "market", "report"] {
            answers.remove(&gone.parse().unwrap());
        }
    }
    let refused = office.refused(applicant, p, Act::Form(act)).await;
    assert!(matches!(refused, Refused::Review(Refusal::Incomplete(told)) if told.len() == 3));

    let application = office
        .submit(applicant, p, "project_start_application", &said)
        .await;
    // economic, technical and market beside each other, each in its own words
    let theirs = office
        .opinion(technical, p, application, Opinion::Approve, &[])
        .await;
    let refused = office
        .refused(
            technical,
            p,
            with(theirs, "economic_found", option("feasible")),
        )
        .await;
    let of_finance = "economic_found".parse().unwrap();
    assert_eq!(refused, Refused::Review(Refusal::FieldNotOpen(of_finance)));
    let wrong_order = office
        .in_any_seat(pmo, p, application, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(pmo, p, wrong_order).await,
        Refused::Review(Refusal::NotEntitled)
    );
    office.approve(finance, p, application).await;
    office.send_back(technical, p, application).await;
    office.approve(market, p, application).await;
    assert_eq!(
        office.standing(applicant, p, application).await,
        Standing::Draft(Draft::Returned)
    );
    let again = office.submission(applicant, application, "project_start_application", &said);
    office.done(applicant, p, again).await;
    for who in [market, finance, technical] {
        office.approve(who, p, application).await;
    }
    // whoever hands in does not decide, though they hold that role too
    let grant = office.also("pmo", applicant).await;
    let own = office
        .in_any_seat(applicant, p, application, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(applicant, p, own).await,
        Refused::Review(Refusal::OwnRequest)
    );
    office.no_more(&grant).await;
    office.approve(pmo, p, application).await;
    assert_eq!(office.row(applicant, p).await.state, ProjectState::Proposed);
    office.approve(leader, p, application).await;

    let row = office.row(manager, p).await;
    assert!(
        row.number
            .is_some_and(|n| n.starts_with("LX-") && n.ends_with("-0001"))
    );
    assert_eq!(row.state, ProjectState::Open);
    // 2.1、3.3: key risks are kept in a register from now on
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
    assert_eq!(office.role_in(manager, p, member).await, Some(Role::Member));
    assert_eq!(
        office.role_in(manager, p, applicant).await,
        Some(Role::Member)
    );
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("planning"));
}

/// 2.2.1: 目标、范围、时间、质量和本钱.
async fn planning(office: &Office, p: ProjectId, manager: &Person, member: &Person) {
    let (pmo, leader) = (office.who("pmo"), office.who("leader"));
    let early = office.submission(manager, id(3), "acceptance_report", &[]);
    assert_eq!(office.refused(manager, p, early).await, Refused::OtherStage);
    let by_member = office.submission(member, id(4), "plan_statement", &[]);
    assert_eq!(
        office.refused(member, p, by_member).await,
        Refused::NotAStarter
    );

    let said = [("cost", money("860000"))];
    let plan = office.submit(manager, p, "plan_statement", &said).await;
    office.approve(pmo, p, plan).await;
    let back = office.opinion(leader, p, plan, to_step("pmo"), &[]).await;
    office.done(leader, p, back).await;
    match office.advance(manager, p, "planning").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::GateClosed(vec![0])),
        taken => panic!("{taken:?}"),
    }
    office.approve(pmo, p, plan).await;
    office.approve(leader, p, plan).await;
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("execution"));
}

/// 2.3: 任何人不得擅自修改项目的目标、范围、时间、质量和本钱.
async fn change(office: &Office, p: ProjectId, manager: &Person, member: &Person) {
    let (pmo, finance) = (office.who("pmo"), office.who("finance"));
    let leader = office.who("leader");
    // the plan that was approved is not handed in anew, by nobody
    for who in [manager, leader, pmo] {
        let anew = office.submission(who, id(5), "plan_statement", &[]);
        assert_eq!(office.refused(who, p, anew).await, Refused::OtherStage);
    }
    let by_member = office.submission(member, id(6), "change_request", &[]);
    assert_eq!(
        office.refused(member, p, by_member).await,
        Refused::NotAStarter
    );

    let both = Value::Choice(vec!["time".parse().unwrap(), "cost".parse().unwrap()]);
    let said = [("changes", both), ("cost_change", money("52000"))];
    let request = office.submit(manager, p, "change_request", &said).await;
    // 2.3.2: the assessment has no part left out, and finance says what it costs
    let act = office.opinion(pmo, p, request, Opinion::Approve, &[]).await;
    let refused = office
        .refused(pmo, p, with(act, "cost_impact", text("无")))
        .await;
    let of_finance = "cost_impact".parse().unwrap();
    assert_eq!(refused, Refused::Review(Refusal::FieldNotOpen(of_finance)));
    let early = office
        .in_any_seat(leader, p, request, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(leader, p, early).await,
        Refused::Review(Refusal::NotEntitled)
    );

    // two who may speak for the project management: one decides on a tablet with no network, one in the office
    let second = office.server.person("second").await;
    office.also("pmo", &second).await;
    let tablet = Device::of(second.http.clone()).await;
    let offline = office
        .opinion(&second, p, request, Opinion::Approve, &[])
        .await;
    let offline = tablet.signed(&wish(p, offline));
    office.approve(pmo, p, request).await;
    let (why, kept) = too_late(tablet.send(&offline).await);
    assert_eq!(why, Refused::Review(Refusal::Decided(Some(pmo.id))));
    // sent once more it is told the same, and is there once
    assert_eq!(too_late(tablet.send(&offline).await), (why, kept));

    // and one that comes in time
    let tablet = Device::of(finance.http.clone()).await;
    let impact = [("cost_impact", text("增加 5.2 万元"))];
    let offline = office
        .opinion(finance, p, request, Opinion::Approve, &impact)
        .await;
    let offline = tablet.signed(&wish(p, offline));
    taken_signed(tablet.send(&offline).await, &offline);

    let no = office
        .opinion(leader, p, request, Opinion::Reject, &[])
        .await;
    office.done(leader, p, no).await;
    assert_eq!(
        office.standing(manager, p, request).await,
        Standing::Rejected
    );
    assert_eq!(office.number(manager, p, request).await, None);
    let closed = office.submission(manager, request, "change_request", &said);
    assert!(matches!(
        office.refused(manager, p, closed).await,
        Refused::Review(Refusal::Ended(_))
    ));

    let second_try = office.submit(manager, p, "change_request", &said).await;
    office.through(manager, p, second_try).await;
    assert_eq!(
        office.standing(manager, p, second_try).await,
        Standing::Approved
    );
    let number = office.number(manager, p, second_try).await.unwrap();
    assert!(
        number.starts_with("GG-") && number.ends_with("-0001"),
        "{number}"
    );
}

/// 2.2.2, 2.4.1: monitoring, and the acceptance by one standard.
async fn acceptance(office: &Office, p: ProjectId, manager: &Person) {
    let pmo = office.who("pmo");
    let criterion = |met| {
        rows(&[&[
            ("criterion", text("并发 1000")),
            ("result", text("实测 1200")),
            ("met", Value::YesNo(met)),
        ]])
    };
    let said = [("criteria", criterion(false))];
    let unmet = office.submission(manager, id(7), "acceptance_report", &said);
    let refused = office.refused(manager, p, unmet).await;
    assert!(
        matches!(refused, Refused::Review(Refusal::Incomplete(_))),
        "{refused:?}"
    );
    let said = [("criteria", criterion(true)), ("documents", paper())];
    let report = office.submit(manager, p, "acceptance_report", &said).await;
    office.through(manager, p, report).await;
    // accepted, but nobody watched progress and quality: the gate stays closed
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("execution"));
    assert_eq!(office.missing(manager, p).await, [0]);
    match office.advance(manager, p, "execution").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::GateClosed(vec![0])),
        taken => panic!("{taken:?}"),
    }
    let problems = rows(&[&[
        ("problem", text("接口不稳定")),
        ("solution", text("更换供应商")),
        ("owner", person(manager)),
        ("solved", Value::YesNo(true)),
    ]]);
    let said = [
        ("deviates", Value::YesNo(true)),
        ("measures", text("加班两周")),
        ("problems", problems),
    ];
    let monitoring = office.submit(manager, p, "monitoring_report", &said).await;
    office.approve(pmo, p, monitoring).await;
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("closing"));

    // what was printed is on record
    let of = office
        .look(manager, p, |standing| {
            standing.forms()[&report].past.last().unwrap().seq
        })
        .await;
    let print = |of| Act::Print {
        form: report,
        of,
        copies: 3,
    };
    office.done(manager, p, print(of)).await;
    assert_eq!(
        office.refused(manager, p, print(1)).await,
        Refused::NoSuchEntry
    );
    let prints = office
        .look(manager, p, |standing| {
            standing.forms()[&report].prints.len()
        })
        .await;
    assert_eq!(prints, 1);
}

/// 2.4.2 and 3: lessons; then operations by their plan.
async fn closing_and_operation(office: &Office, p: ProjectId, manager: &Person) {
    let operations = office.who("operations");
    let summary = office.submit(manager, p, "closing_summary", &[]).await;
    office.through(manager, p, summary).await;
    assert_eq!(
        office.stage(manager, p).await.as_deref(),
        Some("operations_planning")
    );
    let early = office.submission(operations, id(8), "operations_evaluation", &[]);
    assert_eq!(
        office.refused(operations, p, early).await,
        Refused::OtherStage
    );

    let lead = office.server.person("operations lead").await;
    let said = [("lead", person(&lead))];
    let plan = office.submit(operations, p, "operations_plan", &said).await;
    office.through(manager, p, plan).await;
    assert_eq!(office.role_in(manager, p, &lead).await, Some(Role::Planner));
    assert_eq!(office.missing(manager, p).await, [1]);
    let risks = office.submit(&lead, p, "operations_risk", &[]).await;
    office.through(manager, p, risks).await;
    assert_eq!(office.stage(manager, p).await.as_deref(), Some("operation"));

    let said = [
        ("revenue", money("320000.50")),
        ("expense", money("210000")),
    ];
    let evaluation = office
        .submit(&lead, p, "operations_evaluation", &said)
        .await;
    office.through(manager, p, evaluation).await;
    let benefit = office
        .look(manager, p, |standing| {
            let answers = standing.forms()[&evaluation].answers().unwrap();
            answers.get(&"benefit".parse().unwrap()).cloned()
        })
        .await;
    assert_eq!(benefit, Some(money("110000.50")));
    match office.advance(&lead, p, "operation").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::NotManager),
        taken => panic!("{taken:?}"),
    }
    let done = office.advance(manager, p, "operation").await;
    assert!(matches!(done, Decided::Taken { .. }), "{done:?}");
    assert_eq!(office.stage(manager, p).await, None);
}
