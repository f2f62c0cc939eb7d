//! Assignments: changed ones, new ones, and those that are gone.

use base::{Minutes, ResourceId};
use domain::money::Money;
use domain::resource::{Resource, ResourceKind, Units};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::calendars::date;
use super::super::costs::hundredths;
use super::super::facts::{Side, duration};
use super::super::patch::Patch;
use super::{Edits, People, Xml, thousandths};
use crate::mspdi::values;
use crate::xml::Element;

/// The order of an assignment's elements as MS Project writes them, as far as any is written here.
const ORDER: [&str; 24] = [
    "UID",
    "GUID",
    "TaskUID",
    "ResourceUID",
    "PercentWorkComplete",
    "ActualWork",
    "Cost",
    "Delay",
    "Finish",
    "HasFixedRateUnits",
    "RegularWork",
    "RemainingCost",
    "RemainingWork",
    "Start",
    "Stop",
    "Resume",
    "Units",
    "UpdateNeeded",
    "Work",
    "WorkContour",
    "CreationDate",
    "ExtendedAttribute",
    "Baseline",
    "TimephasedData",
];

/// Who nobody is.
const NOBODY: i64 = -65_535;

/// The file's numbers of a task and a resource.
pub(super) type Key = (i64, i64);

/// What a task asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    kind: ResourceKind,
    units: Units,
    work: Minutes,
    /// Hundredths of the currency's unit.
    cost: i64,
    /// The task's row in the plan.
    row: usize,
}

impl Asked {
    /// Whether the file says the same of both.
    fn same(&self, other: &Self) -> bool {
        (self.kind, self.units, self.work) == (other.kind, other.units, other.work)
    }

    /// Work as MSPDI has it: a whole of material is an hour of it.
    fn written_work(&self) -> Minutes {
        match self.kind {
            ResourceKind::Work | ResourceKind::Cost => self.work,
            ResourceKind::Material => (self.units * 60 + 500) / 1_000,
        }
    }
}

/// The names that an owner is made of.
fn names(owner: &str) -> impl Iterator<Item = &str> {
    let names = owner.split(", ").map(str::trim);
    names.filter(|name| !name.is_empty())
}

fn key_of(element: &Element) -> Option<Key> {
    let number = |name| element.text(name)?.parse::<i64>().ok();
    number("TaskUID").zip(number("ResourceUID"))
}

impl People<'_> {
    pub(super) fn assignments(&mut self, removed: &FxHashSet<i64>, edits: &mut Edits) {
        let own: FxHashMap<ResourceId, i64> = (self.before.plan.resources.iter())
            .filter_map(|resource| Some((resource.id, resource.uid?)))
            .collect();
        let (were, _) = asked(self.before, &own);
        let (are, mut new) = asked(self.after, &self.numbers);
        new.retain(|key| !were.contains_key(key));
        let (mut others, gone) = self.owners(&are);
        let mut gains: FxHashMap<i64, Key> = FxHashMap::default();
        for key in new.iter().chain(&others) {
            gains.entry(key.0).or_insert(*key);
        }
        let mut seen: FxHashSet<Key> = FxHashSet::default();
        for element in self.file.members("Assignments") {
            let Some(key) = key_of(element) else {
                continue;
            };
            let again = !seen.insert(key);
            let leaves = match (were.get(&key), are.get(&key)) {
                _ if removed.contains(&key.0) => true,
                (Some(was), Some(is)) if was.same(is) => false,
                // the first of several is what they all were
                (Some(_), Some(_)) if again => true,
                (Some(_), Some(is)) => {
                    edits.append(self.change_assignment(element, key.1, Some(is)));
                    false
                }
                (Some(_), None) => self.knows() || gone.contains(&key),
                // what nobody did yet somebody does
                (None, _) if key.1 == NOBODY => {
                    if let Some(gained) = gains.remove(&key.0) {
                        let is = are.get(&gained);
                        edits.append(self.change_assignment(element, gained.1, is));
                        new.retain(|key| *key != gained);
                        others.retain(|key| *key != gained);
                    }
                    false
                }
                (None, _) => false,
            };
            if leaves {
                self.take_out(element, edits);
            }
        }
        for key in new {
            if let Some(is) = are.get(&key).copied() {
                self.add_assignment(key, Some(is));
            }
        }
        for (task, resource) in others {
            self.add_assignment((task, resource), None);
        }
        self.splits_of_nobody(&are);
    }

    /// Owners that are no resources of their tasks yet, and with a plan that does not know people, the assignments of
    /// those that are no owners any more.
    fn owners(&mut self, are: &FxHashMap<Key, Asked>) -> (Vec<Key>, FxHashSet<Key>) {
        let after = self.after;
        let mut known: FxHashMap<String, i64> = FxHashMap::default();
        for (uid, resource) in &self.were {
            let first = known.entry(resource.name.clone()).or_insert(*uid);
            *first = (*uid).min(*first);
        }
        for resource in &after.plan.resources {
            if let Some(uid) = self.numbers.get(&resource.id) {
                known.insert(resource.name.clone(), *uid);
            }
        }
        let (mut new, mut gone) = (Vec::new(), FxHashSet::default());
        for ((task, uid), pair) in after.plan.tasks.iter().zip(after.uids).zip(self.pairs) {
            let old = pair.and_then(|row| self.before.plan.tasks.get(row));
            let was: FxHashSet<&str> = names(old.map_or("", |old| &old.owner)).collect();
            let is: FxHashSet<&str> = names(&task.owner).collect();
            let mut seen: FxHashSet<&str> = FxHashSet::default();
            // in the order of the text
            for name in names(&task.owner) {
                if was.contains(name) || !seen.insert(name) {
                    continue;
                }
                let number = match known.get(name) {
                    Some(number) => *number,
                    None => {
                        let number = self.add_named(name);
                        known.insert(name.to_owned(), number);
                        number
                    }
                };
                if !are.contains_key(&(*uid, number)) {
                    new.push((*uid, number));
                }
            }
            for name in was.difference(&is) {
                gone.extend(known.get(*name).map(|number| (*uid, *number)));
            }
        }
        (new, gone)
    }

    /// `resource` is who does it now; of an owner nothing else is known.
    fn change_assignment(&self, element: &Element, resource: i64, is: Option<&Asked>) -> Edits {
        let mut patch = Patch::of(self.file.source, &self.file.prefix, &ORDER, element);
        let number = resource.to_string();
        if element.text("ResourceUID") != Some(&number) {
            patch.set("ResourceUID", Some(&number));
        }
        let Some(is) = is else {
            return patch.edits();
        };
        // who does it now costs something else
        let cost = self.told_cost(is);
        if element.text("ResourceUID") != Some(&number)
            && (cost.is_some() || element.child("Cost").is_some())
        {
            patch.set("Cost", Some(cost.as_deref().unwrap_or("0")));
        }
        patch.set("Units", Some(&thousandths(is.units)));
        let work = is.written_work();
        let done = element.text("ActualWork").and_then(values::duration);
        let done = done.map_or(0, |done| done.minutes);
        patch.set("Work", Some(&duration(work)));
        for (name, minutes) in [("RegularWork", work), ("RemainingWork", work - done)] {
            if element.child(name).is_some() {
                patch.set(name, Some(&duration(minutes.max(0))));
            }
        }
        // values over time are of the work as it was
        let old: Vec<&Element> = (element.all("TimephasedData"))
            .filter(|part| part.text("Type") == Some("1"))
            .collect();
        if !old.is_empty() {
            for part in old {
                patch.remove(part.span.clone());
            }
            for part in self.split(is.row, Some(is)) {
                patch.add("TimephasedData", &part);
            }
        }
        patch.edits()
    }

    /// What an assignment costs, where its task has a budget: which part of it this is.
    fn told_cost(&self, asked: &Asked) -> Option<String> {
        let task = self.after.plan.tasks.get(asked.row)?;
        let some = |amount: &Money| *amount != Money::ZERO;
        task.budget.filter(some)?;
        let cost = Some(Money::from_hundredths(asked.cost)).filter(some)?;
        Some(hundredths(cost))
    }

    /// A new assignment; where only the owner is known, one whole of that.
    fn add_assignment(&mut self, (task, resource): Key, asked: Option<Asked>) {
        let number = self.new.next_assignment;
        self.new.next_assignment += 1;
        let mut xml = Xml::new(&self.file.prefix, 2);
        xml.open("Assignment");
        xml.leaf("UID", &number.to_string());
        xml.leaf("TaskUID", &task.to_string());
        xml.leaf("ResourceUID", &resource.to_string());
        if let Some(cost) = asked.as_ref().and_then(|asked| self.told_cost(asked)) {
            xml.leaf("Cost", &cost);
        }
        xml.leaf(
            "Units",
            &thousandths(asked.map_or(1_000, |asked| asked.units)),
        );
        if let Some(asked) = &asked {
            xml.leaf("Work", &duration(asked.written_work()));
            for part in self.split(asked.row, Some(asked)) {
                xml.whole(&part);
            }
        }
        xml.close("Assignment");
        self.new.assignments.push_str("\n\t\t");
        self.new.assignments.push_str(&xml.finish());
    }

    /// The work of a task with a pause over time: half of it before the pause, half of it after.
    fn split(&self, row: usize, asked: Option<&Asked>) -> Vec<String> {
        let rows = (self.after.plan.tasks.get(row)).zip(self.after.schedule.rows.get(row));
        let Some((task, dates)) = rows.filter(|(task, dates)| {
            task.pause > 0 && task.duration > 1 && task.placed.is_none() && !dates.summary
        }) else {
            return Vec::new();
        };
        let work = self.after.work(row);
        let half = task.duration / 2;
        let from = work.work_at(dates.early_start);
        let stop = from + half;
        let go_on = stop + task.pause;
        let total = asked.map_or(task.duration, Asked::written_work);
        let part = |from, to, minutes: Minutes| {
            let mut xml = Xml::new(&self.file.prefix, 3);
            xml.open("TimephasedData");
            xml.leaf("Type", "1");
            xml.leaf("Start", &date(work.start_of(from)));
            xml.leaf("Finish", &date(work.end_of(to)));
            xml.leaf("Unit", "2");
            xml.leaf("Value", &duration(minutes));
            xml.close("TimephasedData");
            xml.finish()
        };
        let first = (total / 2).max(1);
        vec![
            part(from, stop, first),
            part(stop, go_on, 0),
            part(go_on, go_on + task.duration - half, (total - first).max(1)),
        ]
    }

    /// New tasks with pauses that nobody works on yet.
    fn splits_of_nobody(&mut self, are: &FxHashMap<Key, Asked>) {
        let asking: FxHashSet<i64> = are.keys().map(|(task, _)| *task).collect();
        for (row, (uid, pair)) in self.after.uids.iter().zip(self.pairs).enumerate() {
            let parts = match pair.is_none() && !asking.contains(uid) {
                true => self.split(row, None),
                false => Vec::new(),
            };
            if parts.is_empty() {
                continue;
            }
            let number = self.new.next_assignment;
            self.new.next_assignment += 1;
            let mut xml = Xml::new(&self.file.prefix, 2);
            xml.open("Assignment");
            xml.leaf("UID", &number.to_string());
            xml.leaf("TaskUID", &uid.to_string());
            xml.leaf("ResourceUID", &NOBODY.to_string());
            parts.iter().for_each(|part| xml.whole(part));
            xml.close("Assignment");
            self.new.assignments.push_str("\n\t\t");
            self.new.assignments.push_str(&xml.finish());
        }
    }
}

/// What tasks ask for by the file's numbers, and in which order.
fn asked(
    side: &Side<'_>,
    numbers: &FxHashMap<ResourceId, i64>,
) -> (FxHashMap<Key, Asked>, Vec<Key>) {
    let rows: FxHashMap<base::TaskId, usize> = (side.plan.tasks.iter().enumerate())
        .map(|(row, task)| (task.id, row))
        .collect();
    let resources: FxHashMap<ResourceId, &Resource> = (side.plan.resources.iter())
        .map(|resource| (resource.id, resource))
        .collect();
    let (mut found, mut order) = (FxHashMap::default(), Vec::new());
    for asked in &side.plan.assignments {
        let row = rows.get(&asked.task).copied();
        let task = row.and_then(|row| Some((row, *side.uids.get(row)?)));
        let resource = numbers.get(&asked.resource);
        let (Some((row, task)), Some(resource)) = (task, resource) else {
            continue;
        };
        let of = resources.get(&asked.resource);
        let is = Asked {
            kind: of.map_or_else(ResourceKind::default, |of| of.kind),
            cost: of.map_or(0, |of| of.cost(asked)),
            units: asked.units,
            work: asked.work,
            row,
        };
        let key = (task, *resource);
        if found.insert(key, is).is_none() {
            order.push(key);
        }
    }
    (found, order)
}
