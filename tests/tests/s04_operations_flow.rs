//! S04 项目运营管理流程及规范 V1.0, before, during and after the sale, through the real server with an account for each role;
//! the customer signs by links.

use reqwest::StatusCode;
use shared::api::Decided;
use shared::base::{DocumentId, ProjectId};
use shared::domain::permission::{ProjectState, Role};
use shared::ledger::project::Standing;
use shared::ledger::record::What;
use shared::ledger::{Act, Refused, verify};
use shared::pack::review::{Draft, Opinion, Refusal};
use shared::pack::route::ReturnTo;
use shared::pack::value::Value;
use tests::office::{Office, ask, money, option, paper, person, rows, text, wish};
use tests::offline::{Device, taken_signed, too_late};
use tests::outside::{Customer, invitation};
use tests::server::{PASSWORD, Person, TestServer};

const PACK: &str = "operations_flow_v1";

const NO: Opinion = Opinion::Return(ReturnTo::Author);

fn id(n: u8) -> DocumentId {
    DocumentId::from_bytes([n; 16])
}

fn options(ids: &[&str]) -> Value {
    Value::Choice(ids.iter().map(|id| id.parse().unwrap()).collect())
}

fn departments() -> Value {
    options(&["design", "product"])
}

/// The whole of the middle, once more: initiation, plan, one draft, go-live.
async fn during_the_sale(office: &Office, project: ProjectId, customer: &Customer) {
    let (sales, lead) = (office.who("sales_manager"), office.who("operations_head"));
    let sheet = office.submit(sales, project, "initiation_sheet", &[]).await;
    office.through(sales, project, sheet).await;
    let said = [("departments", options(&["design"]))];
    let plan = office.submit(lead, project, "plan_schedule", &said).await;
    office.through(lead, project, plan).await;
    let designer = office.member_of("design", "another designer").await;
    let draft = office
        .submit(&designer, project, "department_draft", &[])
        .await;
    office.through(sales, project, draft).await;
    office
        .customer_says(sales, project, customer, draft, Opinion::Approve)
        .await;
    let go_live = office
        .submit(lead, project, "go_live_confirmation", &[])
        .await;
    office.through(lead, project, go_live).await;
    office
        .customer_says(sales, project, customer, go_live, Opinion::Approve)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s04_a_demand_becomes_a_contract_goes_live_and_a_new_wish_goes_through_the_middle_again() {
    let office = Office::open(TestServer::start().await, PACK).await;
    let sales = office.who("sales_manager");
    let director = office.who("sales_director");
    let lead = office.who("operations_head");
    let operator = office.who("operator");
    let project = office.project(sales, "官网改版").await;
    let p = project.id;

    let (demand, vice) = before_the_sale(&office, p).await;
    contract(&office, p, &vice).await;
    initiation_and_plan(&office, p).await;
    let (customer, draft) = drafts(&office, p).await;
    go_live(&office, p, &customer).await;

    // 售后：数据报告 by kind of customer → 运营主管 → 商务 → 客户; it is no last one, so the project stays
    let said = [
        ("customer_type", option("key")),
        ("last_report", Value::YesNo(false)),
    ];
    let report = office.submit(operator, p, "data_report", &said).await;
    office.send_back(lead, p, report).await;
    let again = office.submission(operator, report, "data_report", &said);
    office.done(operator, p, again).await;
    office.through(operator, p, report).await;
    office
        .customer_says(operator, p, &customer, report, Opinion::Approve)
        .await;
    assert!(
        office
            .number(lead, p, report)
            .await
            .unwrap()
            .starts_with("SJ-")
    );
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("after_sale"));

    // 备注 2: a small adjustment goes through the normal flow of the middle, from the initiation on
    let early = office.submission(sales, id(30), "initiation_sheet", &[]);
    assert_eq!(office.refused(sales, p, early).await, Refused::OtherStage);
    let said = [("kind", option("adjustment"))];
    let new = office.submit(sales, p, "new_wish", &said).await;
    office.approve(director, p, new).await;
    office.approve(lead, p, new).await;
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("initiation"));
    // what was there the first time does not open the gates again
    assert_eq!(office.missing(lead, p).await, [0, 1]);
    match office.advance(lead, p, "initiation").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::GateClosed(vec![0, 1])),
        taken => panic!("{taken:?}"),
    }
    during_the_sale(&office, p, &customer).await;
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("after_sale"));

    // 存档, 项目结束: the last report and the archive
    let archive = office.submit(operator, p, "archive_record", &[]).await;
    assert_eq!(
        office.standing(operator, p, archive).await,
        Standing::Approved
    );
    assert_eq!(office.missing(operator, p).await, [0]);
    let said = [
        ("customer_type", option("regular")),
        ("last_report", Value::YesNo(true)),
    ];
    let last = office.submit(operator, p, "data_report", &said).await;
    office.through(operator, p, last).await;
    // N of the customer, then Y
    office.customer_says(operator, p, &customer, last, NO).await;
    let again = office.submission(operator, last, "data_report", &said);
    office.done(operator, p, again).await;
    office.through(operator, p, last).await;
    office
        .customer_says(operator, p, &customer, last, Opinion::Approve)
        .await;
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("archived"));

    // what was printed is in the ledger; what is no entry of the form is not printed
    printed(&office, p, draft, demand).await;

    let part = office.ledger(lead, p).await;
    let find = |hash: &shared::ledger::Hash| (*hash == office.hash).then_some(&office.pack);
    assert_eq!(verify::project(p, &find, &part.entries).findings, []);
}

/// 项目需求提交表 → 商务总监/副 → 运营主管 → 需求涉及部门. The demand, and who acts for the director.
async fn before_the_sale(office: &Office, p: ProjectId) -> (DocumentId, Person) {
    let sales = office.who("sales_manager");
    let director = office.who("sales_director");
    let lead = office.who("operations_head");
    let operator = office.who("operator");
    let early = office.submission(sales, id(1), "initiation_sheet", &[]);
    assert_eq!(office.refused(sales, p, early).await, Refused::NotBegun);
    let other = office.submission(operator, id(2), "demand_submission", &[]);
    assert_eq!(
        office.refused(operator, p, other).await,
        Refused::NotAStarter
    );

    let said = [("departments", departments())];
    let demand = office.submit(sales, p, "demand_submission", &said).await;
    // not the one who is asked, and before their turn
    let act = office.in_any_seat(sales, p, demand, Opinion::Approve).await;
    let not_theirs = office.refused(lead, p, act).await;
    assert_eq!(not_theirs, Refused::Review(Refusal::NotEntitled));

    // “商务总监/副”: the deputy decides on the tablet with no network, the director too, and the deputy's comes first
    let vice = office.deputy(director, "vice").await;
    let tablet = Device::of(director.http.clone()).await;
    let other_tablet = Device::of(vice.http.clone()).await;
    let directors = office
        .opinion(director, p, demand, Opinion::Approve, &[])
        .await;
    let directors = tablet.signed(&wish(p, directors));
    let deputys = office
        .opinion(&vice, p, demand, Opinion::Approve, &[])
        .await;
    let deputys = other_tablet.signed(&wish(p, deputys));

    // a signature that is not by the device's key, or not over this text
    let mut forged = deputys.clone();
    forged.signature = directors.signature.clone();
    match other_tablet.send(&forged).await {
        Decided::Refused { why, kept } => assert_eq!((why, kept), (Refused::Signature, None)),
        taken => panic!("{taken:?}"),
    }
    // a device that was signed out
    let lost = Device::of(vice.another_device().await).await;
    let from_lost = office
        .opinion(&vice, p, demand, Opinion::Approve, &[])
        .await;
    let from_lost = lost.signed(&wish(p, from_lost));
    lost.http.delete("/api/session").await;
    let answer = lost.http.post("/api/decisions", &from_lost).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // nor from there once somebody is signed in anew: it is another device, and has no key
    lost.http.sign_in(&vice.name, PASSWORD).await;
    match lost.send(&from_lost).await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::Signature),
        taken => panic!("{taken:?}"),
    }

    taken_signed(other_tablet.send(&deputys).await, &deputys);
    let (why, kept) = too_late(tablet.send(&directors).await);
    assert_eq!(why, Refused::Review(Refusal::Decided(Some(vice.id))));
    let part = office.ledger(sales, p).await;
    let entry = part.entries.iter().find(|entry| entry.seq == kept).unwrap();
    let record = entry.record().unwrap();
    assert!(matches!(record.what, What::Late { .. }));
    assert_eq!(record.signed.unwrap().wish, directors.wish);

    // 运营主管 sends it back; then all again
    office.send_back(lead, p, demand).await;
    assert_eq!(
        office.standing(sales, p, demand).await,
        Standing::Draft(Draft::Returned)
    );
    let again = office.submission(sales, demand, "demand_submission", &said);
    office.done(sales, p, again).await;
    office.approve(&vice, p, demand).await;
    let people = [("lead", person(lead)), ("operator", person(operator))];
    office.approve_with(lead, p, demand, &people).await;
    // only the departments concerned
    assert!(!office.waits_for(office.who("copywriting"), demand).await);
    office.approve(office.who("design"), p, demand).await;
    office.approve(office.who("product"), p, demand).await;

    let row = office.row(lead, p).await;
    assert!(
        row.number
            .is_some_and(|n| n.starts_with("XQ-") && n.ends_with("-0001"))
    );
    assert_eq!(
        row.state,
        ProjectState::Proposed,
        "its plan begins with the initiation sheet"
    );
    assert_eq!(office.role_in(lead, p, lead).await, Some(Role::Manager));
    assert_eq!(office.role_in(lead, p, operator).await, Some(Role::Member));
    assert_eq!(office.role_in(lead, p, sales).await, Some(Role::Member));
    let denied = sales.put_member(p, operator.id, Role::Manager).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    (demand, vice)
}

/// 项目需求反馈表 → 签订销售合同.
async fn contract(office: &Office, p: ProjectId, vice: &Person) {
    let director = office.who("sales_director");
    let lead = office.who("operations_head");
    // what cannot be met gets no contract, and the gate stays closed
    let said = [("feasible", option("no"))];
    let no = office.submit(lead, p, "demand_feedback", &said).await;
    office.approve(director, p, no).await;
    assert_eq!(office.standing(lead, p, no).await, Standing::Approved);
    match office.advance(lead, p, "before_sale").await {
        Decided::Refused { why, .. } => assert_eq!(why, Refused::GateClosed(vec![0])),
        taken => panic!("{taken:?}"),
    }

    // whoever hands in does not decide, though they hold that role too
    let grant = office.also("sales_director", lead).await;
    let said = [("feasible", option("yes"))];
    let feedback = office.submit(lead, p, "demand_feedback", &said).await;
    let own = office
        .in_any_seat(lead, p, feedback, Opinion::Approve)
        .await;
    assert_eq!(
        office.refused(lead, p, own).await,
        Refused::Review(Refusal::OwnRequest)
    );
    office.no_more(&grant).await;

    // the contract is attached by who signs it
    let act = office
        .opinion(vice, p, feedback, Opinion::Approve, &[])
        .await;
    let Act::Form(mut empty) = act else { panic!() };
    if let shared::pack::review::Does::Decide { filled, .. } = &mut empty.does {
        filled.clear();
    }
    let refused = office.refused(director, p, Act::Form(empty)).await;
    assert!(matches!(refused, Refused::Review(Refusal::Incomplete(told)) if told.len() == 3));
    let said = [("contract", paper()), ("amount", money("188000"))];
    office.approve_with(director, p, feedback, &said).await;
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("initiation"));
}

/// 立项并确定需求 → 项目计划安排表.
async fn initiation_and_plan(office: &Office, p: ProjectId) {
    let sales = office.who("sales_manager");
    let director = office.who("sales_director");
    let lead = office.who("operations_head");
    let wrong = office.submission(office.who("design"), id(3), "department_draft", &[]);
    let refused = office.refused(office.who("design"), p, wrong).await;
    assert_eq!(refused, Refused::OtherStage);

    // 备注 1: it does not go to the head of operations
    let sheet = office.submit(sales, p, "initiation_sheet", &[]).await;
    assert!(!office.waits_for(lead, sheet).await);
    office.approve(director, p, sheet).await;
    assert_eq!(office.row(lead, p).await.state, ProjectState::Open);
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("initiation"));
    assert_eq!(office.missing(lead, p).await, [1]);

    let said = [("departments", departments())];
    let plan = office.submit(lead, p, "plan_schedule", &said).await;
    office.send_back(office.who("product"), p, plan).await;
    office.approve(office.who("design"), p, plan).await;
    let again = office.submission(lead, plan, "plan_schedule", &said);
    office.done(lead, p, again).await;
    office.through(lead, p, plan).await;
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("drafts"));
}

/// 各部门预案文档 → 各部负责 → 运营主管 → 商务、客户; N: 修改完善. The customer, and a draft.
async fn drafts(office: &Office, p: ProjectId) -> (Customer, DocumentId) {
    let sales = office.who("sales_manager");
    let lead = office.who("operations_head");
    let design = office.who("design");

    // the customer is named by who works on the project, and is nobody with an account here
    let (_, act) = invitation("customer", "某公司 王经理");
    let by_other = office.refused(office.who("copywriting"), p, act).await;
    assert_eq!(by_other, Refused::NotEntitled);
    let insider = Act::Invite {
        role: "customer".parse().unwrap(),
        person: office.who("operator").id,
        name: "某公司".to_owned(),
    };
    assert_eq!(office.refused(lead, p, insider).await, Refused::Insider);
    let (_, inside) = invitation("operator", "某公司");
    assert_eq!(office.refused(lead, p, inside).await, Refused::NotOutside);
    let customer = office.invite(lead, p, "customer", "某公司 王经理").await;

    let designer = office.member_of("design", "designer").await;
    let said = [("kind", option("design")), ("files", paper())];
    let draft = office.submit(&designer, p, "department_draft", &said).await;
    assert!(
        !office.waits_for(office.who("product"), draft).await,
        "the draft of another department"
    );
    office.approve(design, p, draft).await;
    let incomplete = [("all_there", Value::YesNo(false))];
    office.approve_with(lead, p, draft, &incomplete).await;
    // the link is good for this form, however often it comes back
    let link = office.link(sales, p, &customer, draft).await;
    office.approve(sales, p, draft).await;
    // N: modified and completed, and all again
    office.customer_says(sales, p, &customer, draft, NO).await;
    assert_eq!(
        office.standing(sales, p, draft).await,
        Standing::Draft(Draft::Returned)
    );
    let again = office.submission(&designer, draft, "department_draft", &said);
    office.done(&designer, p, again).await;
    office.approve(design, p, draft).await;
    office.approve_with(lead, p, draft, &incomplete).await;
    office.approve(sales, p, draft).await;

    // who is nobody in the project makes no links
    let denied = office
        .ask_for_link(office.who("copywriting"), p, &customer, draft)
        .await;
    assert_eq!(denied.status, StatusCode::NOT_FOUND);
    // nobody inside signs as the customer
    let forged = office.in_any_seat(sales, p, draft, Opinion::Approve).await;
    let refused = office.refused(sales, p, forged.clone()).await;
    assert_eq!(refused, Refused::Review(Refusal::NotEntitled));

    // Y, by the link, which is good once and for an opinion only
    let outside = office.server.client();
    let wrong = Act::Print {
        form: draft,
        of: 1,
        copies: 1,
    };
    let answer = outside.post(&link.path, &ask(p, wrong)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let decided = office.signs(&outside, &link, Opinion::Approve, &[]).await;
    assert!(matches!(decided, Decided::Taken { .. }), "{decided:?}");
    assert_eq!(outside.get(&link.path).await.status, StatusCode::GONE);
    let twice = outside.post(&link.path, &ask(p, forged)).await;
    assert_eq!(twice.status, StatusCode::GONE);
    assert_eq!(office.standing(sales, p, draft).await, Standing::Approved);
    assert_eq!(
        office.stage(sales, p).await.as_deref(),
        Some("drafts"),
        "one more is to come"
    );

    // the other department's, signed on the tablet in hand
    let said = [("kind", option("functions"))];
    let developer = office.member_of("product", "developer").await;
    let functions = office
        .submit(&developer, p, "department_draft", &said)
        .await;
    office.approve(office.who("product"), p, functions).await;
    office
        .approve_with(lead, p, functions, &[("all_there", Value::YesNo(true))])
        .await;
    office.approve(sales, p, functions).await;
    let link = office.link(sales, p, &customer, functions).await;
    let decided = office
        .signs(&sales.http, &link, Opinion::Approve, &[])
        .await;
    match decided {
        Decided::Taken { entry, .. } => assert_eq!(entry.record().unwrap().by, Some(customer.id)),
        refused => panic!("{refused:?}"),
    }
    assert_eq!(office.stage(sales, p).await.as_deref(), Some("execution"));
    (customer, draft)
}

/// 预案执行 → 功能测试 → 商务、客户 → 确认上线.
async fn go_live(office: &Office, p: ProjectId, customer: &Customer) {
    let sales = office.who("sales_manager");
    let lead = office.who("operations_head");
    let failed = rows(&[&[
        ("case", text("下单")),
        ("expected", text("成功")),
        ("passed", Value::YesNo(false)),
        ("remark", text("超时")),
    ]]);
    let act = office.submission(lead, id(5), "go_live_confirmation", &[("cases", failed)]);
    let refused = office.refused(lead, p, act).await;
    assert!(
        matches!(refused, Refused::Review(Refusal::Incomplete(_))),
        "{refused:?}"
    );
    let test = office.submit(lead, p, "go_live_confirmation", &[]).await;
    office.approve(sales, p, test).await;
    // N goes back to sales, who go on
    let to_sales = Opinion::Return(ReturnTo::Step("sales".parse().unwrap()));
    office
        .customer_says(sales, p, customer, test, to_sales)
        .await;
    office.approve(sales, p, test).await;
    office
        .customer_says(sales, p, customer, test, Opinion::Approve)
        .await;
    assert_eq!(office.stage(lead, p).await.as_deref(), Some("after_sale"));
}

async fn printed(office: &Office, p: ProjectId, form: DocumentId, other: DocumentId) {
    let lead = office.who("operations_head");
    let entries = office
        .look(lead, p, |standing| {
            let last = |form: &DocumentId| standing.forms()[form].past.last().unwrap().seq;
            (last(&form), last(&other))
        })
        .await;
    let print = |of| Act::Print {
        form,
        of,
        copies: 2,
    };
    office.done(lead, p, print(entries.0)).await;
    let wrong = office.refused(lead, p, print(entries.1)).await;
    assert_eq!(wrong, Refused::NoSuchEntry);
    let none = Act::Print {
        form: id(99),
        of: entries.0,
        copies: 1,
    };
    assert_eq!(office.refused(lead, p, none).await, Refused::NoSuchForm);
    let prints = office
        .look(lead, p, |standing| {
            let prints = standing.forms()[&form].prints.iter();
            prints
                .map(|(_, _, by, copies)| (*by, *copies))
                .collect::<Vec<_>>()
        })
        .await;
    assert_eq!(prints, [(lead.id, 2)]);
}
