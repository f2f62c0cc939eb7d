//! Decisions at the real server, on both databases: at once, twice, from two nodes; kept heads; undone.

use std::collections::BTreeSet;

use futures::future::join_all;
use reqwest::StatusCode;
use shared::api::{Decide, Decided, Inbox, LedgerKey, LedgerPart};
use shared::base::{DocumentId, ProjectId};
use shared::domain::permission::{ProjectState, Role};
use shared::ledger::project::Standing;
use shared::ledger::record::What;
use shared::ledger::{Act, Chain, Hash, Head, Refused, verify};
use shared::pack::review::{Opinion, Refusal};
use tests::office::{Office, ask, option, person, rows, text, wish};
use tests::offline::is_signed;
use tests::postgres;
use tests::server::{Client, PASSWORD, Person, TestServer};

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
    of_two_who_decide_at_once_one_wins_and_the_other_is_told_who,
    the_inbox_says_for_whom_a_deputy_decides,
    a_wish_sent_twice_is_taken_once,
    decisions_at_once_get_each_their_number_and_chains_verify,
    a_head_that_was_kept_is_signed_by_the_server_and_extended,
    an_approval_is_undone_with_what_it_did_to_the_members,
);

const FLOW: &str = "operations_flow_v1";
const RULES: &str = "project_and_operations_rules";

async fn send(http: &Client, ask: &Decide) -> Decided {
    let sent = http.post("/api/decisions", ask).await;
    sent.expect(StatusCode::OK)
}

/// A demand that waits for the sales director.
async fn demand(office: &Office, name: &str) -> (ProjectId, DocumentId) {
    let sales = office.who("sales_manager");
    let project = office.project(sales, name).await.id;
    let said = [("departments", option("design"))];
    let demand = office
        .submit(sales, project, "demand_submission", &said)
        .await;
    (project, demand)
}

/// The chain is what it was, and all that it says was done follows.
fn verifies(office: &Office, project: ProjectId, part: &LedgerPart) {
    let chain = Chain::Project(project);
    let (head, found) = verify::chain(Head::empty(chain), &part.entries);
    assert_eq!((head, found), (part.head.head, Vec::new()));
    let find = |hash: &Hash| (*hash == office.hash).then_some(&office.pack);
    assert_eq!(verify::project(project, &find, &part.entries).findings, []);
}

/// One of two was taken, the other refused because the first decided; both are in the ledger.
fn one_won(both: [(&Decided, &Person); 2]) {
    let [first, second] = both;
    let (taken, (late, _)) = match first.0 {
        Decided::Taken { .. } => (first, second),
        Decided::Refused { .. } => (second, first),
    };
    let Decided::Taken { entry: won, .. } = taken.0 else {
        panic!("{first:?} {second:?}", first = first.0, second = second.0);
    };
    match late {
        Decided::Refused {
            why,
            kept: Some(kept),
        } => {
            assert_eq!(*why, Refused::Review(Refusal::Decided(Some(taken.1.id))));
            assert!(*kept > won.seq);
        }
        other => panic!("{other:?}"),
    }
}

async fn of_two_who_decide_at_once_one_wins_and_the_other_is_told_who(server: TestServer) {
    let office = Office::open(server, FLOW).await;
    let director = office.who("sales_director");
    let vice = office.deputy(director, "vice").await;
    for round in 0..6 {
        let (project, demand) = demand(&office, &format!("项目 {round}")).await;
        let mut asks = Vec::new();
        for who in [director, &vice] {
            let act = office
                .opinion(who, project, demand, Opinion::Approve, &[])
                .await;
            asks.push(ask(project, act));
        }
        let (one, other) = tokio::join!(send(&director.http, &asks[0]), send(&vice.http, &asks[1]));
        one_won([(&one, director), (&other, &vice)]);
        let part = office.ledger(office.who("sales_manager"), project).await;
        verifies(&office, project, &part);
        let records = part.entries.iter().map(|entry| entry.record().unwrap());
        let late = records.filter(|record| matches!(record.what, What::Late { .. }));
        assert_eq!(late.count(), 1);
    }
}

async fn the_inbox_says_for_whom_a_deputy_decides(server: TestServer) {
    let office = Office::open(server, FLOW).await;
    let director = office.who("sales_director");
    let vice = office.deputy(director, "vice").await;
    demand(&office, "官网").await;
    let acting = async |who: &Person| {
        let inbox: Inbox = who.http.get("/api/inbox").await.expect(StatusCode::OK);
        let mut waiting = inbox.waiting.into_iter();
        waiting.next().unwrap().acting_for
    };
    assert_eq!(acting(&vice).await, [director.id]);
    assert_eq!(acting(director).await, []);
}

async fn a_wish_sent_twice_is_taken_once(server: TestServer) {
    let office = Office::open(server, FLOW).await;
    let director = office.who("sales_director");
    let lead = office.who("operations_head");
    let (project, form) = demand(&office, "官网").await;
    let act = office
        .opinion(director, project, form, Opinion::Approve, &[])
        .await;
    let first = wish(project, act.clone());
    let asked = Decide {
        wish: serde_json::to_string(&first).unwrap(),
        signature: None,
    };
    let all = join_all((0..5).map(|_| send(&director.http, &asked))).await;
    let entries: BTreeSet<u64> = all
        .iter()
        .map(|decided| match decided {
            Decided::Taken { entry, .. } => entry.seq,
            refused => panic!("{refused:?}"),
        })
        .collect();
    assert_eq!(entries.len(), 1);
    match send(&director.http, &asked).await {
        Decided::Taken { entry, head } => {
            assert_eq!(BTreeSet::from([entry.seq]), entries);
            assert_eq!(head.head.seq, entry.seq);
        }
        refused => panic!("{refused:?}"),
    }

    // the same key for something else, for another project, by somebody else
    let (elsewhere, _) = demand(&office, "商城").await;
    let again = |project, act| {
        let wish = shared::ledger::Wish {
            project,
            act,
            ..first.clone()
        };
        let wish = serde_json::to_string(&wish).unwrap();
        let signature = None;
        Decide { wish, signature }
    };
    let stage = "before_sale".parse().unwrap();
    let other = again(project, Act::Advance { stage });
    for (who, asked) in [
        (director, &other),
        (director, &again(elsewhere, act.clone())),
        (lead, &asked),
    ] {
        let answer = who.http.post("/api/decisions", asked).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    }
    // what was refused and not kept can be sent again under its key, once it may be done
    let early = office.submission(
        lead,
        DocumentId::from_bytes([1; 16]),
        "demand_feedback",
        &[],
    );
    let early = ask(project, early);
    assert!(matches!(
        send(&lead.http, &early).await,
        Decided::Refused {
            why: Refused::NotBegun,
            kept: None
        }
    ));
    office
        .through(office.who("sales_manager"), project, form)
        .await;
    assert!(matches!(
        send(&lead.http, &early).await,
        Decided::Taken { .. }
    ));
    let part = office.ledger(lead, project).await;
    verifies(&office, project, &part);
}

/// A project that was begun by these rules; its manager holds no other role.
async fn begun(office: &Office, name: &str, manager: &Person) -> ProjectId {
    let applicant = office.who("applicant");
    let project = office.project(applicant, name).await.id;
    let said = [("manager", person(manager))];
    let form = office
        .submit(applicant, project, "project_start_application", &said)
        .await;
    office.through(applicant, project, form).await;
    project
}

async fn decisions_at_once_get_each_their_number_and_chains_verify(server: TestServer) {
    let office = Office::open(server, RULES).await;
    let manager = office.server.person("manager").await;
    let projects = join_all(["甲", "乙", "丙"].map(|name| begun(&office, name, &manager))).await;
    // four requests in each, all at once
    let said = [("changes", option("scope"))];
    let places = projects.iter().flat_map(|project| [*project; 4]);
    let requests: Vec<(ProjectId, DocumentId)> = join_all(places.map(async |project| {
        let form = office
            .submit(&manager, project, "change_request", &said)
            .await;
        (project, form)
    }))
    .await;
    for role in ["pmo", "finance", "leader"] {
        let who = office.who(role);
        join_all(
            requests
                .iter()
                .map(|(project, form)| office.approve(who, *project, *form)),
        )
        .await;
    }
    let mut numbers = BTreeSet::new();
    for (project, form) in &requests {
        numbers.insert(office.number(&manager, *project, *form).await.unwrap());
    }
    let ends: BTreeSet<u32> = numbers
        .iter()
        .map(|number| number.rsplit('-').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(
        ends,
        (1..=12).collect(),
        "none twice, none left out: {numbers:?}"
    );
    let mut of_projects = BTreeSet::new();
    for project in &projects {
        of_projects.insert(office.row(&manager, *project).await.number.unwrap());
        let part = office.ledger(&manager, *project).await;
        // adopted, handed in, five opinions; four times: handed in, three opinions
        assert_eq!(part.entries.len(), 7 + 4 * 4);
        verifies(&office, *project, &part);
    }
    assert_eq!(of_projects.len(), 3);
}

async fn a_head_that_was_kept_is_signed_by_the_server_and_extended(server: TestServer) {
    let office = Office::open(server, FLOW).await;
    let sales = office.who("sales_manager");
    let (project, form) = demand(&office, "官网").await;
    let keys: Vec<LedgerKey> = sales
        .http
        .get("/api/ledger/keys")
        .await
        .expect(StatusCode::OK);
    let kept = office.ledger(sales, project).await.head;
    assert!(is_signed(&kept, &keys));
    // a signature is of that head only
    let mut other = kept.clone();
    other.head.seq += 1;
    assert!(!is_signed(&other, &keys));

    office
        .approve(office.who("sales_director"), project, form)
        .await;
    office.through(sales, project, form).await;
    let now = office.ledger(sales, project).await;
    assert!(is_signed(&now.head, &keys));
    assert!(now.head.head.seq > kept.head.seq);
    assert_eq!(verify::head(&kept.head, &now.entries), None);
    let path = format!("/api/projects/{project}/ledger?after={}", kept.head.seq);
    let rest: LedgerPart = sales.http.get(&path).await.expect(StatusCode::OK);
    let (head, found) = verify::chain(kept.head, &rest.entries);
    assert_eq!((head, found), (now.head.head, Vec::new()));

    // one byte of what the device kept is another: it is found
    let mut rewritten = now.entries.clone();
    let body = rewritten[1].body.as_mut().unwrap();
    let last = body.len() - 2;
    body[last] ^= 1;
    let chain = Chain::Project(project);
    let (_, found) = verify::chain(Head::empty(chain), &rewritten);
    assert!(found.iter().any(|found| found.seq == 2), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_stays_when_the_server_starts_anew() {
    let mut office = Office::open(TestServer::start().await, FLOW).await;
    let (project, form) = demand(&office, "官网").await;
    let keys: Vec<LedgerKey> = office
        .who("sales_manager")
        .http
        .get("/api/ledger/keys")
        .await
        .expect(StatusCode::OK);
    office.server.restart().await;
    office
        .approve(office.who("sales_director"), project, form)
        .await;
    let head = office
        .ledger(office.who("sales_manager"), project)
        .await
        .head;
    assert!(is_signed(&head, &keys));
}

async fn an_approval_is_undone_with_what_it_did_to_the_members(server: TestServer) {
    let office = Office::open(server, RULES).await;
    let (applicant, leader) = (office.who("applicant"), office.who("leader"));
    let manager = office.server.person("manager").await;
    let member = office.server.person("member").await;
    let project = office.project(applicant, "园区").await.id;
    let members = rows(&[&[("person", person(&member)), ("duty", text("开发"))]]);
    let said = [("manager", person(&manager)), ("members", members)];
    let form = office
        .submit(applicant, project, "project_start_application", &said)
        .await;
    office.through(applicant, project, form).await;
    let entry = office.ledger(&manager, project).await.head.head.seq;
    let plan = office
        .submit(&manager, project, "plan_statement", &[])
        .await;
    office.through(&manager, project, plan).await;
    let second = office.ledger(&manager, project).await.head.head.seq;
    let undo = |entry, words: &str| Act::Undo {
        entry,
        words: words.to_owned(),
    };

    // not by who did not decide last, not without words, not before what stands on it
    let refused = office.refused(&manager, project, undo(entry, "误批")).await;
    assert_eq!(refused, Refused::NotEntitled);
    let refused = office
        .refused(applicant, project, undo(entry, "误批"))
        .await;
    assert_eq!(refused, Refused::NotEntitled);
    let refused = office.refused(leader, project, undo(entry, " ")).await;
    assert_eq!(refused, Refused::NoWords);
    let refused = office.refused(leader, project, undo(entry, "误批")).await;
    assert_eq!(refused, Refused::NotLast);
    assert_eq!(
        office.stage(&manager, project).await.as_deref(),
        Some("execution")
    );

    office.done(leader, project, undo(second, "计划有误")).await;
    assert_eq!(
        office.stage(&manager, project).await.as_deref(),
        Some("planning")
    );
    assert_eq!(
        office.standing(&manager, project, plan).await,
        Standing::Undone
    );
    office.done(leader, project, undo(entry, "误批")).await;
    let refused = office.refused(leader, project, undo(entry, "误批")).await;
    assert_eq!(refused, Refused::NothingToUndo);

    // what the members table holds after: who was appointed is out, who made the project has it again
    let row = office.row(applicant, project).await;
    assert_eq!(row.state, ProjectState::Proposed);
    let first = row.number.clone().unwrap();
    let held: Vec<_> = row.members.iter().map(|m| (m.person, m.role)).collect();
    assert_eq!(held, [(applicant.id, Role::Manager)]);
    let path = format!("/api/projects/{project}");
    for out in [&manager, &member] {
        let ledger = format!("{path}/ledger");
        assert_eq!(out.http.get(&path).await.status, StatusCode::NOT_FOUND);
        let seen = out.http.get(&ledger).await.status;
        // who handed something in reads that still; who only was appointed reads nothing
        let expected = match out.id == manager.id {
            true => StatusCode::OK,
            false => StatusCode::NOT_FOUND,
        };
        assert_eq!(seen, expected, "{}", out.name);
    }

    // and it begins anew with another application, whose number is another one
    let again = office
        .submit(applicant, project, "project_start_application", &said)
        .await;
    office.through(applicant, project, again).await;
    let number = office.number(&manager, project, again).await.unwrap();
    assert_ne!(number, first, "a number is never given twice");
    assert_eq!(
        office.role_in(&manager, project, &manager).await,
        Some(Role::Manager)
    );
    assert_eq!(
        office.role_in(&manager, project, applicant).await,
        Some(Role::Member)
    );
    let part = office.ledger(&manager, project).await;
    verifies(&office, project, &part);
}

/// Somebody's device that is connected to another node.
async fn at(node: &TestServer, who: &Person) -> Client {
    let http = node.client();
    let signed_in = http.sign_in(&who.name, PASSWORD).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    http
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_on_one_database_let_one_win_and_give_no_number_twice() {
    let url = postgres::database().await;
    let first = |options: &mut server::serve::Options| options.database = Some(url.clone());
    let server = TestServer::start_with(first).await;
    let second = |options: &mut server::serve::Options| options.database = Some(url.clone());
    let node = TestServer::start_with(second).await;
    let office = Office::open(server, FLOW).await;
    let director = office.who("sales_director");
    let vice = office.deputy(director, "vice").await;
    let elsewhere = at(&node, &vice).await;
    let mut demands = Vec::new();
    for round in 0..6 {
        let (project, form) = demand(&office, &format!("项目 {round}")).await;
        let mut asks = Vec::new();
        for who in [director, &vice] {
            let act = office
                .opinion(who, project, form, Opinion::Approve, &[])
                .await;
            asks.push(ask(project, act));
        }
        let (one, other) = tokio::join!(send(&director.http, &asks[0]), send(&elsewhere, &asks[1]));
        one_won([(&one, director), (&other, &vice)]);
        demands.push((project, form));
    }

    // the same wish at both nodes is taken once
    let lead = office.who("operations_head");
    let (project, form) = demands[0];
    let people = [
        ("lead", person(lead)),
        ("operator", person(office.who("operator"))),
    ];
    let act = office
        .opinion(lead, project, form, Opinion::Approve, &people)
        .await;
    let asked = ask(project, act);
    let leads = at(&node, lead).await;
    let both = tokio::join!(send(&lead.http, &asked), send(&leads, &asked));
    match both {
        (Decided::Taken { entry: one, .. }, Decided::Taken { entry: other, .. }) => {
            assert_eq!(one, other);
        }
        other => panic!("{other:?}"),
    }

    // numbers given by both at once
    let design = office.who("design");
    let designs = at(&node, design).await;
    let mut asks = Vec::new();
    for (at, (project, form)) in demands.iter().enumerate() {
        if at > 0 {
            office.approve_with(lead, *project, *form, &people).await;
        }
        let act = office
            .opinion(design, *project, *form, Opinion::Approve, &[])
            .await;
        asks.push(ask(*project, act));
    }
    let nodes = [&design.http, &designs].into_iter().cycle();
    let all = join_all(
        asks.iter()
            .zip(nodes)
            .map(|(asked, node)| send(node, asked)),
    )
    .await;
    assert!(
        all.iter()
            .all(|decided| matches!(decided, Decided::Taken { .. })),
        "{all:?}"
    );
    let mut numbers = BTreeSet::new();
    for (project, _) in &demands {
        numbers.insert(office.row(lead, *project).await.number.unwrap());
        let part = office.ledger(lead, *project).await;
        verifies(&office, *project, &part);
    }
    assert_eq!(numbers.len(), demands.len(), "{numbers:?}");
}

/// One key for two wishes at once: one is taken, the other is told that its key was used.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_for_two_projects_at_once_is_used_once() {
    let url = postgres::database().await;
    let with = |options: &mut server::serve::Options| options.database = Some(url);
    let office = Office::open(TestServer::start_with(with).await, FLOW).await;
    let director = office.who("sales_director");
    for round in 0..6 {
        let mut asks = Vec::new();
        let key = shared::base::DecisionId::from_bytes([round; 16]);
        for name in ["甲", "乙"] {
            let (project, form) = demand(&office, name).await;
            let act = office
                .opinion(director, project, form, Opinion::Approve, &[])
                .await;
            let wish = shared::ledger::Wish {
                key,
                ..wish(project, act)
            };
            let wish = serde_json::to_string(&wish).unwrap();
            asks.push(Decide {
                wish,
                signature: None,
            });
        }
        let (one, other) = tokio::join!(
            director.http.post("/api/decisions", &asks[0]),
            director.http.post("/api/decisions", &asks[1])
        );
        let statuses = BTreeSet::from([one.status, other.status]);
        let expected = BTreeSet::from([StatusCode::OK, StatusCode::CONFLICT]);
        assert_eq!(statuses, expected, "{} {}", one.text, other.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_print_is_recorded_with_its_copies_and_only_of_an_entry_of_the_form() {
    let office = Office::open(TestServer::start().await, FLOW).await;
    let sales = office.who("sales_manager");
    let (project, form) = demand(&office, "官网").await;
    let of = office.ledger(sales, project).await.head.head.seq;
    for (of, copies) in [(of, 2), (of, 1)] {
        office
            .done(sales, project, Act::Print { form, of, copies })
            .await;
    }
    for wrong in [0, 1, of + 1, of + 100, u64::MAX] {
        let act = Act::Print {
            form,
            of: wrong,
            copies: 1,
        };
        assert_eq!(
            office.refused(sales, project, act).await,
            Refused::NoSuchEntry
        );
    }
    let copies: Vec<u32> = office
        .look(sales, project, |standing| {
            let prints = standing.forms()[&form].prints.iter();
            prints.map(|(_, _, _, copies)| *copies).collect()
        })
        .await;
    assert_eq!(copies, [2, 1]);
}
