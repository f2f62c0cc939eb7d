//! Saved documents of each version, which every later version must open: `tests/fixtures/vN`, made once by
//! `cargo xtask fixtures`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use shared::base::{LinkId, PersonId, ProposalId, RowId, TaskId, Timestamp};
use shared::doc::command::proposal::Outcome;
use shared::doc::command::{Command, ProgressEdit, TaskEdit, perform};
use shared::doc::view::plan::PlanReader;
use shared::doc::view::{form, note, proposal, source};
use shared::doc::{Author, Document};
use shared::domain::permission::DocumentKind;
use shared::domain::plan::{Lag, LinkKind};
use shared::pack::value::{Answers, Value};

/// The kinds of documents, by the names of their files.
pub const KINDS: [(&str, DocumentKind); 6] = [
    ("plan", DocumentKind::Plan),
    ("progress", DocumentKind::Progress),
    ("note", DocumentKind::Note),
    ("source", DocumentKind::Source),
    ("proposal", DocumentKind::Proposal),
    ("form", DocumentKind::Form),
];

/// The kinds that a version had: later ones have no files in its folder.
pub fn kinds_of(version: &Path) -> Vec<(&'static str, DocumentKind)> {
    let kinds = KINDS.into_iter();
    kinds
        .filter(|(name, _)| version.join(format!("{name}.txt")).exists())
        .collect()
}

/// Where the fixtures of all versions are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// What a document holds, in words: only what every later version must still read. A plan is read with its progress.
pub fn describe(document: &mut Document, progress: Option<&mut Document>) -> String {
    let mut out = String::new();
    match document.kind() {
        DocumentKind::Plan | DocumentKind::Progress => {
            let view = PlanReader::default().read(document, progress);
            let plan = &view.plan;
            writeln!(out, "plan {:?} from {}", plan.name, plan.start).unwrap();
            for ((task, dates), depth) in
                plan.tasks.iter().zip(&view.schedule.rows).zip(&view.depth)
            {
                writeln!(
                    out,
                    "task {} {:?} depth {depth} duration {} owner {:?} delivers {:?} percent {} started {:?}: {} to {}, slack {}",
                    task.id,
                    task.name,
                    task.duration,
                    task.owner,
                    task.deliverable,
                    task.percent,
                    task.actual_start.map(|at| at.to_string()),
                    dates.early_start,
                    dates.early_finish,
                    dates.total_slack
                )
                .unwrap();
            }
            for link in &plan.links {
                writeln!(
                    out,
                    "link {} {} to {}: {:?} {:?}",
                    link.id, link.pred, link.succ, link.kind, link.lag
                )
                .unwrap();
            }
            for (id, calendar) in &plan.calendars {
                writeln!(out, "calendar {id} {:?}", calendar.name).unwrap();
            }
            for conflict in &view.conflicts {
                let values: Vec<_> = conflict.values.iter().map(|v| (&v.value, v.by)).collect();
                writeln!(
                    out,
                    "conflict {:?} {}: {values:?}",
                    conflict.subject, conflict.field
                )
                .unwrap();
            }
            for removed in &view.removed {
                writeln!(
                    out,
                    "removed {} {:?} by {:?}",
                    removed.task, removed.name, removed.by
                )
                .unwrap();
            }
        }
        DocumentKind::Note => writeln!(out, "note {:?}", note::read(document)).unwrap(),
        DocumentKind::Source => {
            let (name, bytes) = source::read(document);
            writeln!(out, "source {name:?} {bytes:?}").unwrap();
        }
        DocumentKind::Proposal => {
            for proposal in proposal::read(document) {
                let decision = proposal.decision.map(|d| (d.outcome, d.answer, d.by));
                writeln!(
                    out,
                    "proposal {} by {:?} at {}: {:?} {decision:?}",
                    proposal.id, proposal.by, proposal.at.0, proposal.words
                )
                .unwrap();
            }
        }
        DocumentKind::Form => describe_form(&mut out, document),
    }
    out
}

fn describe_form(out: &mut String, document: &mut Document) {
    let (view, problems) = form::read(document);
    let form = view.form.map(|form| form.to_string());
    writeln!(
        out,
        "form {form:?} of {}, discarded {}",
        view.pack, view.discarded
    )
    .unwrap();
    for (field, answer) in &view.answers {
        writeln!(out, "{field}: {answer:?}").unwrap();
    }
    for (table, rows) in &view.rows {
        writeln!(out, "rows of {table}: {rows:?}").unwrap();
    }
    for removed in &view.removed {
        writeln!(
            out,
            "removed {} of {} by {:?}: {:?}",
            removed.row, removed.table, removed.by, removed.answers
        )
        .unwrap();
        for (place, written) in &removed.edited_beside {
            writeln!(
                out,
                "beside {place}: {:?} by {:?}",
                written.value, written.by
            )
            .unwrap();
        }
    }
    for conflict in &view.conflicts {
        let values: Vec<_> = conflict.values.iter().map(|v| (&v.value, v.by)).collect();
        writeln!(out, "conflict {}: {values:?}", conflict.place).unwrap();
    }
    for problem in &problems {
        writeln!(out, "problem {problem:?}").unwrap();
    }
}

const LI: PersonId = PersonId::from_bytes([1; 16]);
const WANG: PersonId = PersonId::from_bytes([2; 16]);

fn at(person: PersonId, seconds: i64) -> Author {
    Author {
        person,
        at: Timestamp(1_790_000_000_000 + seconds * 1000),
    }
}

fn task(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

fn rename(n: u8, name: &str) -> Command {
    Command::EditTask {
        id: task(n),
        edit: TaskEdit::Name(name.to_owned()),
    }
}

/// A document of each kind, such as people make them: two who work beside each other, conflicts and removals included.
pub fn make() -> Vec<Document> {
    KINDS.iter().map(|(_, kind)| one(*kind)).collect()
}

fn one(kind: DocumentKind) -> Document {
    let mut li = Document::new(kind, [11; 16]);
    for (n, command) in first(kind).into_iter().enumerate() {
        perform(&mut li, &command, at(LI, n as i64)).unwrap();
    }
    let mut wang = li.fork([22; 16]);
    let (of_li, of_wang) = beside(kind);
    for (n, command) in of_li.into_iter().enumerate() {
        perform(&mut li, &command, at(LI, 100 + n as i64)).unwrap();
    }
    let heads = li.heads();
    for (n, command) in of_wang.into_iter().enumerate() {
        perform(&mut wang, &command, at(WANG, 200 + n as i64)).unwrap();
    }
    let theirs: Vec<_> = wang
        .changes_since(&heads)
        .into_iter()
        .map(|c| c.bytes)
        .collect();
    li.apply(&theirs).unwrap();
    li
}

/// What one person does first.
fn first(kind: DocumentKind) -> Vec<Command> {
    match kind {
        DocumentKind::Plan => vec![
            Command::ImportPlan {
                plan: Box::new(shared::doc::sample::plan(12, 3)),
            },
            Command::AddTask {
                id: task(1),
                parent: None,
                after: None,
                name: "大坝浇筑 dam".to_owned(),
                duration: 4800,
            },
            Command::AddTask {
                id: task(2),
                parent: Some(task(1)),
                after: None,
                name: "基础开挖".to_owned(),
                duration: 960,
            },
            Command::AddTask {
                id: task(3),
                parent: Some(task(1)),
                after: Some(task(2)),
                name: "removed beside an edit".to_owned(),
                duration: 480,
            },
            Command::AddTask {
                id: task(4),
                parent: None,
                after: Some(task(1)),
                name: "验收".to_owned(),
                duration: 0,
            },
            Command::AddLink {
                id: LinkId::from_bytes([9; 8]),
                pred: task(2),
                succ: task(4),
                kind: LinkKind::FinishStart,
                lag: Lag::Working(480),
            },
        ],
        DocumentKind::Progress => vec![Command::EditProgress {
            id: task(2),
            edit: ProgressEdit::Percent(40),
        }],
        DocumentKind::Note => vec![Command::EditNote {
            text: "第一行\nsecond line\n".to_owned(),
        }],
        DocumentKind::Source => vec![Command::AddSource {
            name: "进度.xml".to_owned(),
            parts: vec![vec![1, 2, 3], vec![4, 5]],
        }],
        DocumentKind::Proposal => vec![Command::Propose {
            id: ProposalId::from_bytes([5; 8]),
            words: vec!["将“验收”改名".to_owned()],
            commands: vec![rename(4, "竣工验收")],
        }],
        DocumentKind::Form => vec![
            Command::BeginForm {
                pack: "ab".repeat(32),
                form: "request".parse().unwrap(),
                prose: vec!["reason".parse().unwrap()],
            },
            answer("budget", Value::Money("12000.5".parse().unwrap())),
            prose("桥老了。\n"),
            Command::AddRows {
                table: "costs".parse().unwrap(),
                after: None,
                rows: (1..4).map(|n| (row(n), Answers::new())).collect(),
            },
            cell(1, "水泥"),
        ],
    }
}

fn answer(field: &str, value: Value) -> Command {
    Command::Answer {
        field: field.parse().unwrap(),
        value: Some(value),
    }
}

fn prose(text: &str) -> Command {
    Command::EditProse {
        field: "reason".parse().unwrap(),
        text: text.to_owned(),
    }
}

fn row(n: u8) -> RowId {
    RowId::from_bytes([n; 8])
}

fn cell(n: u8, text: &str) -> Command {
    Command::AnswerCell {
        table: "costs".parse().unwrap(),
        row: row(n),
        column: "item".parse().unwrap(),
        value: Some(Value::Text(text.to_owned())),
    }
}

/// What two people do beside each other.
fn beside(kind: DocumentKind) -> (Vec<Command>, Vec<Command>) {
    match kind {
        DocumentKind::Plan => (
            vec![
                rename(2, "基坑开挖"),
                Command::RemoveTasks { ids: vec![task(3)] },
            ],
            vec![
                rename(2, "基础土方"),
                rename(3, "edited beside the removal"),
                Command::MoveTasks {
                    ids: vec![task(4)],
                    parent: Some(task(1)),
                    after: Some(task(2)),
                },
            ],
        ),
        DocumentKind::Progress => (
            vec![],
            vec![Command::EditProgress {
                id: task(2),
                edit: ProgressEdit::Percent(60),
            }],
        ),
        DocumentKind::Note => (
            vec![Command::EditNote {
                text: "第一行（改）\nsecond line\n".to_owned(),
            }],
            vec![Command::EditNote {
                text: "第一行\nsecond line\nthird, by Wang\n".to_owned(),
            }],
        ),
        DocumentKind::Source => (vec![], vec![]),
        DocumentKind::Proposal => (
            vec![Command::Decide {
                id: ProposalId::from_bytes([5; 8]),
                outcome: Outcome::Accepted(Vec::new()),
                answer: "好".to_owned(),
            }],
            vec![],
        ),
        DocumentKind::Form => (
            vec![
                answer("budget", Value::Money("13000".parse().unwrap())),
                prose("桥很老了。\n"),
                Command::RemoveRows {
                    table: "costs".parse().unwrap(),
                    rows: vec![row(2)],
                },
            ],
            vec![
                answer("budget", Value::Money("14000".parse().unwrap())),
                prose("桥老了。\n漏水。\n"),
                cell(2, "beside the removal"),
                Command::MoveRow {
                    table: "costs".parse().unwrap(),
                    row: row(3),
                    after: None,
                },
            ],
        ),
    }
}

/// Changes in one file: each after its length, four bytes, the lowest first.
pub fn pack(changes: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for change in changes {
        out.extend_from_slice(&(change.len() as u32).to_le_bytes());
        out.extend_from_slice(change);
    }
    out
}

/// The changes of such a file.
pub fn unpack(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut changes = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let (change, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        changes.push(change.to_vec());
        bytes = rest;
    }
    changes
}
