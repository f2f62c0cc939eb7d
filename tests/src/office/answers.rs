//! What tests answer in forms, and what they attach.

use reqwest::{Method, StatusCode};
use sha2::{Digest, Sha256};
use shared::api::{AttachmentState, NewAttachment};
use shared::base::{Moment, PersonId, ProjectId};
use shared::domain::number::Number;
use shared::pack::form::{Field, FieldKind, Required};
use shared::pack::value::{Answers, Attached, Value};

use crate::server::{Client, Person};

/// What a test says of a field beside what is filled in by itself.
pub type Said<'a> = &'a [(&'a str, Value)];

/// A text.
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The option of a choice.
pub fn option(id: &str) -> Value {
    Value::Choice(vec![id.parse().unwrap()])
}

/// An amount.
pub fn money(text: &str) -> Value {
    Value::Money(text.parse().unwrap())
}

/// The person.
pub const fn person(of: &Person) -> Value {
    Value::Person(of.id)
}

/// What is attached where nothing else is said.
pub(super) const PAPER: &[u8] = "附件".as_bytes();

/// The file that is attached where nothing else is said.
pub fn paper() -> Value {
    file(PAPER, "附件.txt")
}

pub(super) fn paper_hash() -> String {
    hash_of(PAPER)
}

fn hash_of(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file, as an answer.
pub fn file(bytes: &[u8], name: &str) -> Value {
    let attached = Attached {
        hash: hash_of(bytes),
        size: bytes.len() as u64,
        name: name.to_owned(),
    };
    Value::Files(vec![attached.to_string()])
}

/// Uploads a file of one part to a project; whether it is there then.
pub async fn attach(http: &Client, project: ProjectId, bytes: &[u8]) -> bool {
    let path = format!("/api/projects/{project}/attachments/{}", hash_of(bytes));
    let size = bytes.len() as u64;
    let begun = http.put(&path, &NewAttachment { size }).await;
    if begun.status != StatusCode::OK {
        return false;
    }
    let state: AttachmentState = begun.expect(StatusCode::OK);
    if state.whole {
        return true;
    }
    let part = http.request(Method::PUT, &format!("{path}/parts/0"));
    let put = http.send(part.body(bytes.to_vec())).await;
    put.expect::<AttachmentState>(StatusCode::OK).whole
}

/// Rows of a table.
pub fn rows(rows: &[&[(&str, Value)]]) -> Value {
    let row = |cells: &&[(&str, Value)]| -> Answers {
        let cells = cells.iter();
        cells
            .map(|(name, value)| (name.parse().unwrap(), value.clone()))
            .collect()
    };
    Value::Table(rows.iter().map(row).collect())
}

/// Something plain that a field takes.
pub(super) fn plain(field: &Field, by: PersonId) -> Value {
    match &field.kind {
        FieldKind::Text { .. } | FieldKind::Prose { .. } => Value::Text(field.name.zh.clone()),
        FieldKind::Number { min, .. } => Value::Number(min.unwrap_or(Number::from_whole(1))),
        FieldKind::Money { min, .. } => Value::Money(min.unwrap_or("100".parse().unwrap())),
        FieldKind::Date => Value::Date(Moment::from_day(23_741)),
        FieldKind::YesNo => Value::YesNo(true),
        FieldKind::Choice { options, .. } => Value::Choice(vec![options[0].id.clone()]),
        FieldKind::Person { .. } => Value::Person(by),
        FieldKind::Department => Value::Department(shared::base::DepartmentId::from_bytes([1; 16])),
        FieldKind::Task => Value::Task(shared::base::TaskId::from_bytes([1; 8])),
        FieldKind::Table { columns, .. } => {
            let asked =
                |column: &&Field| column.required != Required::No && column.kind.is_written();
            let cells = columns.iter().filter(asked);
            let cells = cells.map(|column| (column.id.clone(), plain(column, by)));
            Value::Table(vec![cells.collect()])
        }
        FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal => paper(),
        FieldKind::Capitals { .. } | FieldKind::Computed { .. } => unreachable!(),
    }
}
