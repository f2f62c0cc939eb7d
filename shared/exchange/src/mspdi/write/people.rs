//! Who answers for a task: resources and assignments.

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::Side;
use super::file::{File, uid};
use super::patch::{Edits, Xml, space_before};

/// What a task's owners were, and are.
type Names<'a> = (FxHashSet<&'a str>, FxHashSet<&'a str>);

fn names(owner: &str) -> FxHashSet<&str> {
    let names = owner.split(", ").map(str::trim);
    names.filter(|name| !name.is_empty()).collect()
}

/// Takes out the assignments of removed tasks and owners, and adds new ones. `pairs` has for each task of the plan
/// its row in the file.
pub(super) fn people(
    file: &File<'_>,
    before: &Side<'_>,
    after: &Side<'_>,
    pairs: &[Option<usize>],
    removed: &FxHashSet<i64>,
    edits: &mut Edits,
) {
    let mut changed: FxHashMap<i64, Names<'_>> = FxHashMap::default();
    let mut new: Vec<(i64, &str)> = Vec::new();
    for ((task, uid), pair) in after.plan.tasks.iter().zip(after.uids).zip(pairs) {
        let old = pair.and_then(|row| before.plan.tasks.get(row));
        let was = names(old.map_or("", |old| &old.owner));
        let is = names(&task.owner);
        // in the order of the text
        for name in task.owner.split(", ").map(str::trim) {
            if is.contains(name) && !was.contains(name) && !new.contains(&(*uid, name)) {
                new.push((*uid, name));
            }
        }
        if was != is {
            changed.insert(*uid, (was, is));
        }
    }
    let mut by_name: FxHashMap<String, i64> = FxHashMap::default();
    let mut by_uid: FxHashMap<i64, &str> = FxHashMap::default();
    for resource in file.members("Resources") {
        if let (Some(uid), Some(name)) = (uid(resource), resource.text("Name")) {
            by_name.entry(name.to_owned()).or_insert(uid);
            by_uid.insert(uid, name);
        }
    }
    for assignment in file.members("Assignments") {
        let number = |name| assignment.text(name)?.parse::<i64>().ok();
        let Some(task) = number("TaskUID") else {
            continue;
        };
        let name = number("ResourceUID").and_then(|uid| by_uid.get(&uid));
        let gone = (changed.get(&task).zip(name))
            .is_some_and(|((was, is), name)| was.contains(name) && !is.contains(name));
        if gone || removed.contains(&task) {
            let from = space_before(file.source, assignment.span.start);
            edits.replace(from..assignment.span.end, String::new());
        }
    }
    let mut resources = String::new();
    let mut assignments = String::new();
    let mut next_resource = file.next_uid("Resources");
    for (number, (task, name)) in (file.next_uid("Assignments")..).zip(new) {
        let resource = *by_name.entry(name.to_owned()).or_insert_with(|| {
            let mut xml = Xml::new(&file.prefix, 2);
            xml.open("Resource");
            xml.leaf("UID", &next_resource.to_string());
            xml.leaf("ID", &next_resource.to_string());
            xml.leaf("Name", name);
            xml.leaf("Type", "1");
            xml.leaf("IsNull", "0");
            xml.close("Resource");
            resources.push_str("\n\t\t");
            resources.push_str(&xml.finish());
            next_resource += 1;
            next_resource - 1
        });
        let mut xml = Xml::new(&file.prefix, 2);
        xml.open("Assignment");
        xml.leaf("UID", &number.to_string());
        xml.leaf("TaskUID", &task.to_string());
        xml.leaf("ResourceUID", &resource.to_string());
        xml.leaf("Units", "1");
        xml.close("Assignment");
        assignments.push_str("\n\t\t");
        assignments.push_str(&xml.finish());
    }
    file.append("Resources", &resources, edits);
    file.append("Assignments", &assignments, edits);
}
