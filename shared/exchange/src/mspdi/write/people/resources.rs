//! Resources: changed ones, new ones, and those that are gone.

use domain::resource::{Resource, ResourceKind, Units};

use super::super::calendars::{self, Numbers, date};
use super::super::patch::Patch;
use super::{Edits, People, Xml, hundredths, thousandths, uid};
use crate::xml::Element;

/// The order of a resource's elements as MS Project writes them, as far as any is written here.
const ORDER: [&str; 33] = [
    "UID",
    "GUID",
    "ID",
    "Name",
    "Type",
    "IsNull",
    "Initials",
    "Phonetics",
    "NTAccount",
    "MaterialLabel",
    "Code",
    "Group",
    "WorkGroup",
    "EmailAddress",
    "Hyperlink",
    "HyperlinkAddress",
    "HyperlinkSubAddress",
    "MaxUnits",
    "PeakUnits",
    "OverAllocated",
    "AvailableFrom",
    "AvailableTo",
    "CanLevel",
    "AccrueAt",
    "PercentWorkComplete",
    "StandardRate",
    "StandardRateFormat",
    "ACWP",
    "CalendarUID",
    "IsBudget",
    "Baseline",
    "OutlineCode",
    "AvailabilityPeriods",
];

/// When MS Project's availability begins and ends where nothing is said.
const ALWAYS: (&str, &str) = ("1984-01-01T00:00:00", "2049-12-31T23:59:00");

fn kind(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Material => "0",
        ResourceKind::Work => "1",
        ResourceKind::Cost => "2",
    }
}

impl People<'_> {
    pub(super) fn resources(&mut self, calendars: &mut Numbers, edits: &mut Edits) {
        let after = self.after;
        let mut seen = rustc_hash::FxHashSet::default();
        for element in self.file.members("Resources") {
            let was = uid(element).and_then(|uid| self.were.get(&uid).copied());
            // of two with one number the first was read
            let Some(was) = was.filter(|was| seen.insert(was.id)) else {
                continue;
            };
            let number = uid(element);
            let mut all = after.plan.resources.iter();
            let is = all.find(|is| self.numbers.get(&is.id).copied() == number);
            match is {
                Some(is) => edits.append(self.change_resource(element, was, is, calendars)),
                None if self.knows() => self.take_out(element, edits),
                None => {}
            }
        }
        for resource in &after.plan.resources {
            if let Some(number) = self.numbers.get(&resource.id).copied()
                && !self.were.contains_key(&number)
            {
                self.add_resource(number, resource, calendars);
            }
        }
    }

    fn change_resource(
        &mut self,
        element: &Element,
        was: &Resource,
        is: &Resource,
        calendars: &mut Numbers,
    ) -> Edits {
        let mut patch = Patch::of(self.file.source, &self.file.prefix, &ORDER, element);
        if was.name != is.name {
            patch.set("Name", Some(&is.name));
        }
        if was.kind != is.kind {
            patch.set("Type", Some(kind(is.kind)));
        }
        if (was.units, &was.changes) != (is.units, &is.changes) {
            patch.set("MaxUnits", Some(&thousandths(is.units)));
            let periods = !is.changes.is_empty() || element.child("AvailabilityPeriods").is_some();
            let periods = periods.then(|| periods_of(&self.file.prefix, is));
            patch.put("AvailabilityPeriods", periods);
        }
        if was.rate != is.rate {
            patch.set("StandardRate", Some(&hundredths(is.rate)));
        }
        if self.before.calendar(was.calendar) != self.after.calendar(is.calendar) {
            let number = self.calendar_of(is, calendars);
            patch.set("CalendarUID", number.as_deref());
        }
        patch.edits()
    }

    /// Adds a resource of which only the name is known; gives its number.
    pub(super) fn add_named(&mut self, name: &str) -> i64 {
        let number = self.new.next_resource;
        self.new.next_resource += 1;
        let mut xml = Xml::new(&self.file.prefix, 2);
        xml.open("Resource");
        xml.leaf("UID", &number.to_string());
        xml.leaf("ID", &number.to_string());
        xml.leaf("Name", name);
        xml.leaf("Type", "1");
        xml.leaf("IsNull", "0");
        xml.close("Resource");
        self.new.resources.push_str("\n\t\t");
        self.new.resources.push_str(&xml.finish());
        number
    }

    fn add_resource(&mut self, number: i64, resource: &Resource, calendars: &mut Numbers) {
        let calendar = self.calendar_of(resource, calendars);
        let mut xml = Xml::new(&self.file.prefix, 2);
        xml.open("Resource");
        xml.leaf("UID", &number.to_string());
        xml.leaf("ID", &number.to_string());
        xml.leaf("Name", &resource.name);
        xml.leaf("Type", kind(resource.kind));
        xml.leaf("IsNull", "0");
        if resource.kind == ResourceKind::Work {
            xml.leaf("MaxUnits", &thousandths(resource.units));
        }
        if resource.rate != 0 {
            xml.leaf("StandardRate", &hundredths(resource.rate));
            let by = match resource.kind {
                ResourceKind::Work => "2",
                ResourceKind::Material | ResourceKind::Cost => "8",
            };
            xml.leaf("StandardRateFormat", by);
        }
        if let Some(calendar) = calendar {
            xml.leaf("CalendarUID", &calendar);
        }
        if !resource.changes.is_empty() && resource.kind == ResourceKind::Work {
            xml.whole(&periods_of(&self.file.prefix, resource));
        }
        xml.close("Resource");
        self.new.resources.push_str("\n\t\t");
        self.new.resources.push_str(&xml.finish());
    }

    /// The number of a calendar for a resource: MS Project gives each resource one of its own, which follows another.
    fn calendar_of(&mut self, resource: &Resource, calendars: &mut Numbers) -> Option<String> {
        let follows = *calendars.after.get(&resource.calendar?)?;
        let mut members = self.file.members("Calendars").iter();
        let there = members.find(|element| uid(element) == Some(follows));
        let own = there
            .is_some_and(|calendar| matches!(calendar.text("IsBaseCalendar"), Some("0" | "false")));
        if own {
            return Some(follows.to_string());
        }
        let number = calendars.fresh();
        let text = calendars::following(&self.file.prefix, number, &resource.name, follows);
        self.new.calendars.push_str(&text);
        Some(number.to_string())
    }
}

/// How much there is of a resource from when on.
fn periods_of(prefix: &str, resource: &Resource) -> String {
    let mut changes = resource.changes.clone();
    base::sort::by_key(&mut changes, |(from, _)| *from);
    let mut parts: Vec<(String, Units)> = vec![(ALWAYS.0.to_owned(), resource.units)];
    parts.extend(changes.iter().map(|(from, units)| (date(*from), *units)));
    let ends = (changes.iter().map(|(from, _)| date(from.plus(-1)))).chain([ALWAYS.1.to_owned()]);
    let mut xml = Xml::new(prefix, 3);
    xml.open("AvailabilityPeriods");
    for ((from, units), to) in parts.iter().zip(ends) {
        xml.open("AvailabilityPeriod");
        xml.leaf("AvailabilityFrom", from);
        xml.leaf("AvailabilityTo", &to);
        xml.leaf("AvailabilityUnits", &thousandths(*units));
        xml.close("AvailabilityPeriod");
    }
    xml.close("AvailabilityPeriods");
    xml.finish()
}
