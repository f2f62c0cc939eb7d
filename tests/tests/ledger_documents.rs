//! What is handed in is what the form's document holds at the heads that are named.

use reqwest::{Method, StatusCode};
use shared::api::{AttachmentState, Decided, NewAttachment};
use shared::base::{ChangeHash, DocumentId, ProjectId};
use shared::doc::command::Command;
use shared::domain::permission::DocumentKind;
use shared::ledger::document::handed_in;
use shared::ledger::{Act, Refused};
use shared::pack::review::Does;
use shared::pack::value::{Answers, Attached, Value};
use tests::headless::{Address, Event, Headless};
use tests::office::{Office, ask, attach, option, paper, text};
use tests::postgres;
use tests::server::TestServer;

const FLOW: &str = "operations_flow_v1";
const KIND: &str = "demand_submission";

/// A form that somebody fills in on a device.
struct Draft {
    office: Office,
    project: ProjectId,
    form: DocumentId,
    device: Headless,
    answers: Answers,
}

impl Draft {
    async fn begun(server: TestServer) -> Self {
        let office = Office::open(server, FLOW).await;
        let sales = office.who("sales_manager");
        let project = office.project(sales, "官网").await.id;
        let address = Address {
            url: office.server.url(),
            token: sales.token().await.token,
        };
        let kind = DocumentKind::Form;
        let key = "0123456789abcdef0123456789abcdef";
        let (mut device, form) = Headless::start_beginning(address, sales.id, project, kind, key);
        device.synced().await;
        let begin = Command::BeginForm {
            pack: office.hash.to_string(),
            form: KIND.parse().unwrap(),
            prose: Vec::new(),
        };
        device.perform(form, begin);
        let said = [("departments", option("design"))];
        let Act::Form(act) = office.submission(sales, form, KIND, &said) else {
            unreachable!();
        };
        let Does::Submit { answers } = act.does else {
            unreachable!();
        };
        for (field, value) in answers.clone() {
            // tables are rows of their own; what is asked for here has none
            assert!(!matches!(value, Value::Table(_)));
            let value = Some(value);
            device.perform(form, Command::Answer { field, value });
        }
        let mut draft = Self {
            office,
            project,
            form,
            device,
            answers,
        };
        draft.arrived().await;
        draft
    }

    /// Waits until the last edit is at the server.
    async fn arrived(&mut self) {
        for head in self.heads().await {
            let wanted = Event::Acknowledged(self.form, head);
            let is = |event| (event == wanted).then_some(());
            self.device.until("acknowledged", is).await;
        }
    }

    async fn heads(&self) -> Vec<ChangeHash> {
        self.device
            .with(self.form, |document| document.heads())
            .await
    }

    fn act(&self, answers: &Answers, heads: &[ChangeHash]) -> Act {
        let sales = self.office.who("sales_manager");
        let Act::Form(mut act) = self.office.submission(sales, self.form, KIND, &[]) else {
            unreachable!();
        };
        let answers = answers.clone();
        act.does = Does::Submit { answers };
        act.heads = heads.to_vec();
        Act::Form(act)
    }

    async fn refused(&self, act: Act) -> Refused {
        let sales = self.office.who("sales_manager");
        self.office.refused(sales, self.project, act).await
    }

    async fn taken(&self, act: Act) {
        let sales = self.office.who("sales_manager");
        self.office.done(sales, self.project, act).await;
    }

    /// The answers, with another text.
    fn other(&self) -> Answers {
        let mut other = self.answers.clone();
        let texts = other.values_mut().find_map(|value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        });
        texts.unwrap().push_str("，另加一项");
        other
    }

    /// Writes the other text on the device.
    fn write(&self, answers: &Answers) {
        for (field, value) in answers.clone() {
            if self.answers.get(&field) != Some(&value) {
                let value = Some(value);
                self.device
                    .perform(self.form, Command::Answer { field, value });
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_answers_than_those_of_the_document_are_not_taken() {
    let draft = Draft::begun(TestServer::start().await).await;
    let heads = draft.heads().await;
    let other = draft.other();
    assert_eq!(
        draft.refused(draft.act(&other, &heads)).await,
        Refused::NotTheDocument
    );
    // one that is left out, one that the document never had
    let mut fewer = draft.answers.clone();
    fewer.pop_last();
    assert_eq!(
        draft.refused(draft.act(&fewer, &heads)).await,
        Refused::NotTheDocument
    );
    draft.taken(draft.act(&draft.answers, &heads)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_held_against_the_document_as_it_was_at_the_heads() {
    let mut draft = Draft::begun(TestServer::start().await).await;
    let before = draft.heads().await;
    let other = draft.other();
    draft.write(&other);
    draft.arrived().await;
    let after = draft.heads().await;
    assert_ne!(before, after);
    for (answers, heads) in [(&draft.answers, &after), (&other, &before)] {
        assert_eq!(
            draft.refused(draft.act(answers, heads)).await,
            Refused::NotTheDocument
        );
    }
    // what somebody wrote meanwhile does not hinder who handed in what they saw
    draft.taken(draft.act(&draft.answers, &before)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_that_have_not_arrived_are_waited_for_and_the_same_wish_is_taken_then() {
    let mut draft = Draft::begun(TestServer::start().await).await;
    draft.device.offline(true);
    let other = draft.other();
    draft.write(&other);
    let heads = draft.heads().await;
    let wish = ask(draft.project, draft.act(&other, &heads));
    let send = async |draft: &Draft| -> Decided {
        let sales = draft.office.who("sales_manager");
        let sent = sales.http.post("/api/decisions", &wish).await;
        sent.expect(StatusCode::OK)
    };
    let why = Refused::NotArrived;
    let kept = None;
    assert_eq!(send(&draft).await, Decided::Refused { why, kept });
    draft.device.offline(false);
    draft.arrived().await;
    assert!(matches!(send(&draft).await, Decided::Taken { .. }));
    // and sent once more, its answer having been lost
    assert!(matches!(send(&draft).await, Decided::Taken { .. }));
}

/// Who uses the interface may hand in a form that has no document; of one that has, what stands in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_heads_the_document_counts_as_it_is_now_where_there_is_one() {
    let draft = Draft::begun(TestServer::start().await).await;
    let other = draft.other();
    assert_eq!(
        draft.refused(draft.act(&other, &[])).await,
        Refused::NotTheDocument
    );
    draft.taken(draft.act(&draft.answers, &[])).await;
    // a second one, of which there is no document
    let sales = draft.office.who("sales_manager");
    let said = [("departments", option("design"))];
    let project = draft.office.project(sales, "商城").await.id;
    draft.office.submit(sales, project, KIND, &said).await;
    // and one that says that there is
    let nowhere = DocumentId::from_bytes([7; 16]);
    let Act::Form(mut act) = draft.office.submission(sales, nowhere, KIND, &said) else {
        unreachable!();
    };
    act.heads = draft.heads().await;
    let project = draft.office.project(sales, "小程序").await.id;
    let refused = draft.office.refused(sales, project, Act::Form(act)).await;
    assert_eq!(refused, Refused::NotArrived);
}

/// Heads of another form's document are none of this one's, and a document of another project is nobody's here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_of_another_project_is_not_looked_into() {
    let draft = Draft::begun(TestServer::start().await).await;
    let heads = draft.heads().await;
    let sales = draft.office.who("sales_manager");
    let elsewhere = draft.office.project(sales, "商城").await.id;
    let act = draft.act(&draft.answers, &heads);
    let refused = draft.office.refused(sales, elsewhere, act).await;
    assert_eq!(refused, Refused::NotArrived);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_filled_in_at_a_step_is_not_handed_in_and_not_smuggled_in() {
    let url = postgres::database().await;
    let with = |options: &mut server::serve::Options| options.database = Some(url);
    let draft = Draft::begun(TestServer::start_with(with).await).await;
    let kind = draft.office.kind(KIND);
    let heads = draft.heads().await;
    let at_steps = kind
        .fields()
        .filter(|(section, _)| !section.steps.is_empty());
    for (_, field) in at_steps {
        let mut more = draft.answers.clone();
        more.insert(field.id.clone(), text("同意"));
        assert_eq!(handed_in(kind, &more), draft.answers);
        let refused = draft.refused(draft.act(&more, &heads)).await;
        assert_eq!(refused, Refused::NotTheDocument);
    }
    // what the form does not have is nothing on either side
    let mut unknown = draft.answers.clone();
    unknown.insert("nowhere_in_the_form".parse().unwrap(), text("?"));
    assert_eq!(handed_in(kind, &unknown), draft.answers);
    draft.taken(draft.act(&unknown, &heads)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attachment_of_another_size_than_is_said_is_refused() {
    let office = Office::open(TestServer::start().await, FLOW).await;
    let sales = office.who("sales_manager");
    let project = office.project(sales, "官网").await.id;
    let Value::Files(files) = paper() else {
        unreachable!();
    };
    let mut file: Attached = files[0].parse().unwrap();
    file.size += 1;
    let submission = |file: String| {
        let said = [
            ("departments", option("design")),
            ("files", Value::Files(vec![file])),
        ];
        office.submission(sales, DocumentId::from_bytes([7; 16]), KIND, &said)
    };
    let refused = office
        .refused(sales, project, submission(file.to_string()))
        .await;
    assert_eq!(refused, Refused::OtherSize(file.name));
    office
        .done(sales, project, submission(files[0].clone()))
        .await;
}

async fn goes_on_with_its_own_size(server: TestServer) {
    let office = Office::open(server, FLOW).await;
    let sales = office.who("sales_manager");
    let project = office.project(sales, "官网").await.id;
    let bytes = "招标文件".repeat(100);
    let hash = shared::ledger::hash::of_file(bytes.as_bytes());
    let path = format!("/api/projects/{project}/attachments/{hash}");
    let begun = sales.http.put(&path, &NewAttachment { size: 5 }).await;
    begun.expect::<AttachmentState>(StatusCode::OK);
    let part = sales
        .http
        .request(Method::PUT, &format!("{path}/parts/0"))
        .body("other");
    let put = sales.http.send(part).await;
    assert_eq!(put.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(attach(&sales.http, project, bytes.as_bytes()).await);
    // once it is whole, nobody begins it anew
    let begun = sales.http.put(&path, &NewAttachment { size: 5 }).await;
    let state: AttachmentState = begun.expect(StatusCode::OK);
    assert!(state.whole && state.size == bytes.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_was_begun_with_another_size_begins_anew() {
    goes_on_with_its_own_size(TestServer::start().await).await;
    let url = postgres::database().await;
    let server = TestServer::start_with(|options| options.database = Some(url)).await;
    goes_on_with_its_own_size(server).await;
}
