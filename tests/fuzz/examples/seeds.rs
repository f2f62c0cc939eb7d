//! Writes what the fuzz targets begin with: honest frames, changes, documents, files. `cargo run --example seeds FOLDER`

use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, TaskId, Timestamp};
use shared::doc::command::{Command, perform};
use shared::doc::{Author, Document, bounds};
use shared::domain::permission::{Access, DocumentKind};
use shared::sync::foreign::address;
use shared::sync::wire::{Entry, Refusal, ToDevice, ToServer};

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "seeds".into());
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = std::path::Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    };
    let author = Author {
        person: PersonId::from_bytes([5; 16]),
        at: Timestamp(0),
    };
    let mut changes = Vec::new();
    for kind in [DocumentKind::Plan, DocumentKind::Note, DocumentKind::Progress] {
        let mut document = Document::new(kind, [2; 16]);
        let commands: Vec<Command> = match kind {
            DocumentKind::Plan => (1..6u64)
                .flat_map(|n| {
                    let id = TaskId::from_bytes(n.to_be_bytes());
                    let name = format!("task {n}");
                    let add = Command::AddTask { id, parent: None, after: None, name, duration: 480 };
                    [add, Command::RemoveTasks { ids: vec![id] }]
                })
                .collect(),
            DocumentKind::Note => ["a", "a line and another", "a line\n\nnone", "准绳"]
                .into_iter()
                .map(|text| Command::EditNote { text: text.to_owned() })
                .collect(),
            _ => Vec::new(),
        };
        for command in &commands {
            for change in perform(&mut document, command, author).unwrap().changes {
                let (_, body) = bounds::change_body(&change.bytes).unwrap();
                put("chunk", &format!("{kind:?}-{}", changes.len()), &body);
                changes.push(change);
            }
        }
        let saved = document.save();
        // magic, checksum, kind, then the length
        let mut reader = bounds::Reader(&saved[9..]);
        let length = reader.unsigned().unwrap();
        put("document", &format!("{kind:?}"), reader.take(length).unwrap());
    }
    let document = DocumentId::from_bytes([1; 16]);
    let hash = changes[0].hash;
    let blobs: Vec<Vec<u8>> = changes.iter().map(|c| c.bytes.clone()).collect();
    let (kind, key) = (DocumentKind::Note, "key".to_owned());
    let project = ProjectId::from_bytes([3; 16]);
    let to_server = [
        ToServer::Hello { protocol: 1, app: "app".into() },
        ToServer::Create { document, project, kind, key },
        ToServer::Join { document, epoch: 1, cursor: 7, heads: vec![hash, ChangeHash::from_bytes([1; 32])] },
        ToServer::Push { document, changes: blobs.clone() },
        ToServer::Presence { document, state: "row".into() },
        ToServer::Ping { nonce: u64::MAX },
    ];
    for (n, frame) in to_server.iter().enumerate() {
        put("wire", &format!("to-server-{n}"), &frame.to_bytes());
    }
    let entry = |(n, change): (usize, &Vec<u8>)| Entry {
        seq: n as u64 + 1,
        by: author.person,
        at: author.at,
        bytes: change.clone(),
    };
    let entries = blobs.iter().take(4).enumerate().map(entry).collect();
    let at = Timestamp(5);
    let to_device = [
        ToDevice::Joined { document, epoch: 1, head: 2, access: Access::Read, same_log: true },
        ToDevice::Changes { document, entries },
        ToDevice::Acknowledged { document, changes: vec![(hash, 1)], at },
        ToDevice::Refused { document, change: hash, reason: Refusal::NotAllowed },
        ToDevice::Reset { document, epoch: 1, snapshot: "00".repeat(32), seq: 5 },
        ToDevice::Denied { document },
        ToDevice::Presence { document, session: 1, person: author.person, state: "row".into() },
        ToDevice::Bye { reason: "why".into(), retry: true, cause: Some(Refusal::Crowded) },
    ];
    for (n, frame) in to_device.iter().enumerate() {
        put("wire", &format!("to-device-{n}"), &frame.to_bytes());
    }
    put("mspdi", "plan", MSPDI.as_bytes());
    put("pack", "small", include_bytes!("../corpus/pack/small"));
    // a join and a sync message of an automerge-repo client
    put("wire", "repo-join", b"\xa3dtypedjoinhsenderIdaax\x19supportedProtocolVersions\x81a1");
    let mut message = b"\xa4dtypedsynchsenderIdaajdocumentIdx".to_vec();
    let id = address::to_text(document);
    message.push(id.len() as u8);
    message.extend(id.as_bytes());
    message.extend(b"ddata\x47\x42\0\0\x01\0\0\0");
    put("wire", "repo-sync", &message);
    put("wire", "sync-message", b"\x42\0\0\x01\0\0\0");
    for (n, text) in [
        address::url(document),
        id,
        document.to_string(),
        "Bearer abcdefghijklmnopqrstuvwxyz".to_owned(),
        "a=b&ticket=abc&c".to_owned(),
        "10.0.0.1, 2001:db8::1, 192.168.1.7".to_owned(),
        "http://plan.lan:8080".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        put("credentials", &n.to_string(), text.as_bytes());
    }
}

/// A file of Project in small: a calendar, tasks under each other, links.
const MSPDI: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project"><Name>n</Name><StartDate>2026-03-02T08:00:00</StartDate>
<CalendarUID>1</CalendarUID><MinutesPerDay>480</MinutesPerDay><Calendars><Calendar><UID>1</UID><Name>c</Name>
<IsBaseCalendar>1</IsBaseCalendar><WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes>
<WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>
<Exceptions><Exception><TimePeriod><FromDate>2026-05-01T00:00:00</FromDate><ToDate>2026-05-02T23:59:00</ToDate>
</TimePeriod><DayWorking>0</DayWorking></Exception></Exceptions></Calendar></Calendars><Tasks>
<Task><UID>1</UID><ID>1</ID><Name>a &amp; b</Name><OutlineLevel>1</OutlineLevel><Duration>PT16H0M0S</Duration></Task>
<Task><UID>2</UID><ID>2</ID><Name>&#x51C6;</Name><OutlineLevel>2</OutlineLevel><ConstraintType>4</ConstraintType>
<ConstraintDate>2026-03-09T08:00:00</ConstraintDate><Duration>PT8H0M0S</Duration><PercentComplete>50</PercentComplete>
<PredecessorLink><PredecessorUID>3</PredecessorUID><Type>1</Type><LinkLag>4800</LinkLag><LagFormat>7</LagFormat>
</PredecessorLink></Task><Task><UID>3</UID><ID>3</ID><Milestone>1</Milestone><Notes><![CDATA[x]]></Notes></Task>
</Tasks></Project>"#;
