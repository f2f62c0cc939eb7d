//! People: resources, and what tasks ask of them.

mod assignments;
mod resources;

use base::ResourceId;
use domain::resource::{Resource, ResourceKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::calendars::Numbers;
use super::facts::Side;
use super::file::{File, uid};
use super::patch::{Edits, Xml, space_before};

/// Both sides, and what the file has.
pub(super) struct People<'a> {
    file: &'a File<'a>,
    before: &'a Side<'a>,
    after: &'a Side<'a>,
    /// For each task of the plan its row in the file.
    pairs: &'a [Option<usize>],
    /// The file's number of each resource of the plan.
    numbers: FxHashMap<ResourceId, i64>,
    /// The resources as the file was read, by its numbers.
    were: FxHashMap<i64, &'a Resource>,
    /// What comes at the end of the sections.
    new: New,
}

/// New members of sections.
#[derive(Default)]
pub(super) struct New {
    pub(super) calendars: String,
    resources: String,
    assignments: String,
    next_resource: i64,
    next_assignment: i64,
}

impl<'a> People<'a> {
    /// Finds the file's number for each resource of the plan: what was imported has it, others are known by their name.
    pub(super) fn new(
        file: &'a File<'a>,
        before: &'a Side<'a>,
        after: &'a Side<'a>,
        pairs: &'a [Option<usize>],
    ) -> Self {
        let number = |resource: &'a Resource| resource.uid.map(|uid| (uid, resource));
        let were: FxHashMap<i64, &Resource> =
            before.plan.resources.iter().filter_map(number).collect();
        let mut left = were.clone();
        let mut numbers: FxHashMap<ResourceId, i64> = FxHashMap::default();
        for resource in &after.plan.resources {
            if let Some(uid) = resource.uid.filter(|uid| left.remove(uid).is_some()) {
                numbers.insert(resource.id, uid);
            }
        }
        let mut by_name: FxHashMap<(&str, ResourceKind), i64> = FxHashMap::default();
        for (uid, resource) in left {
            let same = by_name
                .entry((&resource.name, resource.kind))
                .or_insert(uid);
            *same = uid.min(*same);
        }
        let planned = after.plan.resources.iter().filter_map(|r| r.uid);
        let planned = planned.filter(|uid| *uid < i64::from(i32::MAX)).max();
        let mut next = file.next_uid("Resources").max(planned.unwrap_or(0) + 1);
        let mut taken: FxHashSet<i64> = file.members("Resources").iter().filter_map(uid).collect();
        taken.extend(numbers.values().copied());
        for resource in &after.plan.resources {
            if numbers.contains_key(&resource.id) {
                continue;
            }
            let named = by_name.remove(&(resource.name.as_str(), resource.kind));
            let own = || resource.uid.filter(|uid| *uid > 0 && taken.insert(*uid));
            let uid = named.or_else(own).unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            numbers.insert(resource.id, uid);
        }
        Self {
            file,
            before,
            after,
            pairs,
            numbers,
            were,
            new: New {
                next_resource: next,
                next_assignment: file.next_uid("Assignments"),
                ..New::default()
            },
        }
    }

    /// Brings resources and assignments up to date. `removed` are tasks that are no longer in the plan. The calendars
    /// that resources came to need are the caller's to add.
    pub(super) fn write(
        mut self,
        calendars: &mut Numbers,
        removed: &FxHashSet<i64>,
        edits: &mut Edits,
    ) -> String {
        self.resources(calendars, edits);
        self.assignments(removed, edits);
        self.file.append("Resources", &self.new.resources, edits);
        self.file
            .append("Assignments", &self.new.assignments, edits);
        self.new.calendars
    }

    /// Whether the plan knows all that the file says of people.
    fn knows(&self) -> bool {
        self.after.plan.people
    }

    fn take_out(&self, element: &crate::xml::Element, edits: &mut Edits) {
        let from = space_before(self.file.source, element.span.start);
        edits.replace(from..element.span.end, String::new());
    }
}

/// A number of thousandths as MSPDI writes it.
fn thousandths(number: i64) -> String {
    decimal(number, 1_000, 3)
}

/// A number of hundredths.
fn hundredths(number: i64) -> String {
    decimal(number, 100, 2)
}

pub(super) fn decimal(number: i64, whole: i64, places: usize) -> String {
    let (sign, number) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
    let whole = whole.unsigned_abs();
    let text = format!("{}.{:0places$}", number / whole, number % whole);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_as_short_as_they_can_be() {
        let texts = [1_000, 500, 1_250, 0, 63].map(thousandths);
        assert_eq!(texts, ["1", "0.5", "1.25", "0", "0.063"]);
        assert_eq!([5_000, 1_250, 7].map(hundredths), ["50", "12.5", "0.07"]);
    }
}
