//! Registers: written by the members of a project beside each other and with no network, and by nobody else.

use shared::base::ProjectId;
use shared::doc::command::Command;
use shared::domain::permission::{DocumentKind, Role};
use shared::pack::value::Value;
use shared::sync::wire::Refusal;
use tests::headless::{Address, Event, Headless};
use tests::office::{Office, text};
use tests::server::{Person, TestServer};

const PACK: &str = "project_operating_procedure";

/// An organisation with a project that keeps a register of risks, and its manager.
async fn begun() -> (Office, ProjectId, Person) {
    let office = Office::open(TestServer::start().await, PACK).await;
    let applicant = office.who("applicant");
    let manager = office.server.person("manager").await;
    let project = office.project(applicant, "泵站改造").await.id;
    let said = [("manager", Value::Person(manager.id))];
    let application = office
        .submit(applicant, project, "project_application", &said)
        .await;
    assert_eq!(office.registers(applicant, project).await, []);
    office.through(applicant, project, application).await;
    assert_eq!(
        office.registers(&manager, project).await,
        [("risks".to_owned(), true)]
    );
    (office, project, manager)
}

fn risks(entries: &[shared::pack::value::Answers]) -> Vec<&Value> {
    let name = "risk".parse().unwrap();
    let mut risks: Vec<&Value> = entries.iter().map(|entry| &entry[&name]).collect();
    risks.sort_by_key(|risk| format!("{risk:?}"));
    risks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_begin_a_register_beside_each_other_with_no_network_write_in_one() {
    let (office, project, manager) = begun().await;
    let member = office.server.person("member").await;
    let role = Role::Member;
    manager.put_member(project, member.id, role).await;
    let mut a = office.keeper(&manager, project, "risks").await;
    let mut b = office.keeper(&member, project, "risks").await;
    for keeper in [&mut a, &mut b] {
        keeper.device.synced().await;
        keeper.device.offline(true);
    }
    a.enter(&[("risk", text("汛期"))]).await;
    b.enter(&[("risk", text("停电"))]).await;
    b.enter(&[("risk", text("涨价"))]).await;
    for keeper in [&mut a, &mut b] {
        keeper.device.offline(false);
    }
    let (of_a, of_b) = (a.until(3).await, b.until(3).await);
    assert_eq!(of_a, of_b);
    assert_eq!(risks(&of_a), [&text("停电"), &text("汛期"), &text("涨价")]);
    // both began it as the same
    let view = a.view().await;
    assert_eq!(view, b.view().await);
    assert_eq!(view.conflicts, []);
    assert_eq!(view.pack, office.hash.to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_say_of_one_entry_is_kept_and_settled() {
    let (office, project, manager) = begun().await;
    let member = office.server.person("member").await;
    manager.put_member(project, member.id, Role::Member).await;
    let mut a = office.keeper(&manager, project, "risks").await;
    a.device.synced().await;
    let row = a.enter(&[("risk", text("汛期"))]).await;
    a.until(1).await;
    let mut b = office.keeper(&member, project, "risks").await;
    b.until(1).await;
    let say = |words: &str| Command::AnswerCell {
        table: "risks".parse().unwrap(),
        row,
        column: "measures".parse().unwrap(),
        value: Some(text(words)),
    };
    for (keeper, words) in [(&mut a, "加高围堰"), (&mut b, "提前排水")] {
        keeper.device.offline(true);
        keeper.device.perform(keeper.document, say(words));
    }
    for keeper in [&mut a, &mut b] {
        keeper.device.offline(false);
        keeper.device.synced().await;
    }
    let conflicts = loop {
        let conflicts = a.view().await.conflicts;
        if !conflicts.is_empty() {
            break conflicts;
        }
        let applied = |event| matches!(event, Event::Applied(..)).then_some(());
        a.device.until("the other's answer", applied).await;
    };
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].values.len(), 2);
    a.device.perform(a.document, say("加高围堰，提前排水"));
    assert_eq!(a.view().await.conflicts, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_writes_nothing_in_a_register_and_others_do_not_see_it() {
    let (office, project, manager) = begun().await;
    let mut keeper = office.keeper(&manager, project, "risks").await;
    keeper.device.synced().await;
    keeper.enter(&[("risk", text("汛期"))]).await;
    keeper.until(1).await;
    let reader = office.server.person("reader").await;
    manager.put_member(project, reader.id, Role::Reader).await;
    let mut reads = office.keeper(&reader, project, "risks").await;
    reads.until(1).await;
    reads.enter(&[("risk", text("不该有"))]).await;
    let refused = |event| match event {
        Event::Refused(_, _, why) => Some(why),
        _ => None,
    };
    let why = reads.device.until("refused", refused).await;
    assert_eq!(why, Refusal::NotAllowed);
    assert_eq!(keeper.until(1).await.len(), 1);

    let other = office.server.person("other").await;
    let address = Address {
        url: office.server.url(),
        token: other.token().await.token,
    };
    let documents = [(keeper.document, DocumentKind::Form)];
    let mut device = Headless::start(address, other.id, &documents);
    let nothing = |event| match event {
        Event::Access(_, access) => Some(access),
        _ => None,
    };
    let access = device.until("what one may", nothing).await;
    assert_eq!(access, shared::domain::permission::Access::None);
}
