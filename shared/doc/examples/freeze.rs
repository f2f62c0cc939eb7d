//! Made the frozen first bytes, once. It never overwrites a file: documents in the field start with them.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ObjType, ROOT};

fn main() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("frozen");
    for kind in ["plan", "progress", "note", "source", "proposal", "form"] {
        let path = folder.join(format!("{kind}.automerge"));
        if path.exists() {
            println!("{kind}: exists, left alone");
            continue;
        }
        let mut doc = AutoCommit::new().with_actor(ActorId::from(b"plumbline-frozen"));
        doc.put(ROOT, "schema", 1_i64).unwrap();
        doc.put(ROOT, "kind", kind).unwrap();
        let objects: &[(&str, ObjType)] = match kind {
            "plan" => &[
                ("tasks", ObjType::Map),
                ("links", ObjType::Map),
                ("calendars", ObjType::Map),
                ("info", ObjType::Map),
            ],
            "progress" => &[("tasks", ObjType::Map)],
            "proposal" => &[("proposals", ObjType::Map)],
            "form" => &[("info", ObjType::Map), ("fields", ObjType::Map)],
            "note" => &[("text", ObjType::Text)],
            _ => &[("parts", ObjType::List)],
        };
        for (name, typ) in objects {
            doc.put_object(ROOT, *name, *typ).unwrap();
        }
        doc.commit_with(CommitOptions::default().with_time(0));
        let change = doc.get_last_local_change().unwrap();
        std::fs::write(&path, change.raw_bytes()).unwrap();
        println!(
            "{kind}: {} bytes, change {}",
            change.raw_bytes().len(),
            change.hash()
        );
    }
}
