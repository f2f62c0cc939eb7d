//! Baselines of tasks, each under its number. MS Project knows eleven of them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, VecDeque};

use base::{Minutes, TaskId};
use domain::money::Money;
use domain::plan::{Agreed, Baseline};
use rustc_hash::{FxHashMap, FxHashSet};

use super::calendars::date;
use super::costs::{climb, hundredths};
use super::facts::{Side, duration};
use super::file::File;
use super::patch::{Edits, Patch, Xml};
use super::tasks::ORDER;
use crate::mspdi::baselines::{NAMES, named, usual_name};
use crate::mspdi::costs::{LAST, number};
use crate::xml::Element;

/// Work and budgets of all that lies below a summary.
type Below = FxHashMap<TaskId, (Minutes, Money)>;

/// What stands under one number.
#[derive(Default)]
struct Place<'a> {
    before: Option<&'a Baseline>,
    after: Option<&'a Baseline>,
    /// What the file has under it is of a baseline that is not in the plan any more.
    gone: bool,
    below: OnceCell<Below>,
}

/// The baselines of the file and of the plan by their numbers.
pub(super) struct Baselines<'a> {
    file: &'a File<'a>,
    before: &'a Side<'a>,
    after: &'a Side<'a>,
    places: Vec<Place<'a>>,
}

impl<'a> Baselines<'a> {
    /// Finds a number for each baseline of the plan. One that was imported has its own, so that it stays the same one; each
    /// of the others the lowest that is free, in the order in which they were set. Where these are more than there are
    /// numbers, the oldest of them are left out.
    pub(super) fn new(file: &'a File<'a>, before: &'a Side<'a>, after: &'a Side<'a>) -> Self {
        let mut places: Vec<Place<'a>> = (0..=LAST).map(|_| Place::default()).collect();
        for baseline in &before.plan.baselines {
            if let Some(place) = at(&mut places, baseline) {
                place.before = Some(baseline);
            }
        }
        let used = used(file);
        // what the file has under a number and no import reads is not in the plan, and stays
        let foreign = |number: usize, place: &Place<'_>| {
            used.contains(&number) && (place.before.is_none() || !after.plan.costs)
        };
        let mut others: VecDeque<&Baseline> = VecDeque::new();
        for baseline in &after.plan.baselines {
            let own = usize::from(baseline.number.unwrap_or(u8::MAX));
            match places.get_mut(own) {
                Some(place) if place.after.is_none() && !foreign(own, place) => {
                    place.after = Some(baseline);
                }
                // of one without any task of the plan nothing would be in the file
                _ if baseline.tasks.is_empty() => {}
                _ => others.push_back(baseline),
            }
        }
        let free = (places.iter().enumerate())
            .filter(|(number, place)| place.after.is_none() && !foreign(*number, place))
            .count();
        others.drain(..others.len().saturating_sub(free));
        for (number, place) in places.iter_mut().enumerate() {
            if place.after.is_none() && !foreign(number, place) {
                place.after = others.pop_front();
            }
            let same = |after: &Baseline| after.number.map(usize::from) == Some(number);
            place.gone =
                place.before.is_some() && after.plan.costs && !place.after.is_some_and(same);
        }
        Self {
            file,
            before,
            after,
            places,
        }
    }

    fn places(&self) -> impl Iterator<Item = (u8, &Place<'a>)> {
        (0..).zip(&self.places)
    }

    /// All baselines of a task that the file does not have.
    pub(super) fn whole(&self, row: usize) -> Vec<String> {
        let task = self.after.plan.tasks.get(row);
        let found = self.places().filter_map(|(number, place)| {
            let agreed = place.after?.tasks.get(&task?.id)?;
            Some(self.element((number, place), row, agreed))
        });
        found.collect()
    }

    /// Brings the baselines of a task of the file up to date: `old` and `new` are its rows in the plans.
    pub(super) fn change(
        &self,
        patch: &mut Patch<'_>,
        element: &Element,
        (old, new): (usize, usize),
    ) {
        let was = self.before.plan.tasks.get(old).map(|task| task.id);
        let is = self.after.plan.tasks.get(new).map(|task| task.id);
        for (number, place) in self.places() {
            let agreed = |of: Option<&'a Baseline>, task: Option<TaskId>| of?.tasks.get(&task?);
            let was = agreed(place.before, was);
            let is = agreed(place.after, is);
            let stays = was == is && (is.is_some() || !place.gone);
            if stays || (place.after.is_none() && !place.gone) {
                continue;
            }
            let is = is.map(|agreed| self.element((number, place), new, agreed));
            put(patch, element, number, is);
        }
    }

    /// Brings those of the project's own summary up to date.
    pub(super) fn project(&self, patch: &mut Patch<'_>, element: &Element) {
        for (number, place) in self.places() {
            let same = place.after.is_some() && place.before.is_some() && !place.gone;
            if same || (place.after.is_none() && !place.gone) {
                continue;
            }
            let is = place.after.and_then(|baseline| {
                let all = || baseline.tasks.values();
                let start = all().map(|agreed| agreed.start).min()?;
                let finish = all().map(|agreed| agreed.finish).max()?;
                let agreed = Agreed {
                    start,
                    finish,
                    work: all().fold(0, |sum, one| sum.saturating_add(one.work)),
                    budget: Some(all().filter_map(|one| one.budget).sum()),
                };
                let length = self.after.plan_work().between(start, finish);
                Some(self.written(number, &agreed, (length, "7"), None))
            });
            put(patch, element, number, is);
        }
    }

    /// Takes out what resources and assignments have of baselines that are gone.
    pub(super) fn forget(&self, edits: &mut Edits) {
        let gone: FxHashSet<u8> = (self.places().filter(|(_, place)| place.gone))
            .map(|(number, _)| number)
            .collect();
        if gone.is_empty() {
            return;
        }
        for section in ["Resources", "Assignments"] {
            for element in self.file.members(section) {
                let mut patch = Patch::of(self.file.source, &self.file.prefix, &ORDER, element);
                for baseline in element.all("Baseline") {
                    if number(baseline).is_some_and(|number| gone.contains(&number)) {
                        patch.remove(baseline.span.clone());
                    }
                }
                edits.append(patch.edits());
            }
        }
    }

    /// Names that MS Project has no place for, by number: as they are, out of those that the file has.
    fn names(&self, were: &BTreeMap<u8, String>) -> BTreeMap<u8, String> {
        let mut are = BTreeMap::new();
        for (number, place) in self.places() {
            let baseline = match place.gone {
                true => place.after,
                false => place.after.or(place.before),
            };
            let name = match baseline {
                Some(baseline) if baseline.tasks.is_empty() => None,
                Some(baseline) => Some(baseline.name.trim()),
                // of a number that nothing here has to do with
                None if !place.gone => were.get(&number).map(String::as_str),
                None => None,
            };
            if let Some(name) = name.filter(|name| *name != usual_name(number)) {
                are.insert(number, name.to_owned());
            }
        }
        are
    }

    /// Whether names want a custom field that the file does not have yet.
    pub(super) fn want_field(&self) -> bool {
        let mut fields = self.file.members("ExtendedAttributes").iter();
        let there = fields.any(|field| field.text("Alias") == Some(NAMES));
        !there && !self.names(&BTreeMap::new()).is_empty()
    }

    /// Brings the custom field with the names up to date. `free` is one that nothing uses. What comes new is the caller's
    /// to add.
    pub(super) fn name(&self, free: (i64, String), edits: &mut Edits) -> Option<String> {
        let mut fields = self.file.members("ExtendedAttributes").iter();
        let there = fields.find(|field| field.text("Alias") == Some(NAMES));
        let mut were = there.map(named).unwrap_or_default();
        were.retain(|number, name| *name != usual_name(*number));
        let are = self.names(&were);
        if were == are {
            return None;
        }
        let mut xml = Xml::new(&self.file.prefix, 3);
        xml.open("ValueList");
        for ((number, name), id) in are.iter().zip(1..) {
            let id: i64 = id;
            xml.open("Value");
            xml.leaf("ID", &id.to_string());
            xml.leaf("Value", &usual_name(*number));
            xml.leaf("Description", name);
            xml.close("Value");
        }
        xml.close("ValueList");
        let list = (!are.is_empty()).then(|| xml.finish());
        if let Some(there) = there {
            let mut patch = Patch::of(self.file.source, &self.file.prefix, &FIELD, there);
            patch.put("ValueList", list);
            edits.append(patch.edits());
            return None;
        }
        let mut xml = Xml::new(&self.file.prefix, 2);
        xml.open("ExtendedAttribute");
        xml.leaf("FieldID", &free.0.to_string());
        xml.leaf("FieldName", &free.1);
        xml.leaf("Alias", NAMES);
        xml.whole(&list?);
        xml.close("ExtendedAttribute");
        Some(format!("\n\t\t{}", xml.finish()))
    }

    fn element(&self, (number, place): (u8, &Place<'a>), row: usize, agreed: &Agreed) -> String {
        let work = self.after.work(row);
        let length = work.between(agreed.start, agreed.finish).max(0);
        let task = self.after.plan.tasks.get(row);
        let format = match task {
            Some(task) if task.elapsed => "8",
            _ => "7",
        };
        if self.after.is_summary(row) {
            let below = place.below.get_or_init(|| self.below(place.after));
            let below = task.and_then(|task| below.get(&task.id)).copied();
            let (work, cost) = below.unwrap_or_default();
            let own = agreed.budget.unwrap_or_default();
            let all = Agreed {
                work: agreed.work.saturating_add(work),
                budget: Some(own + cost),
                ..*agreed
            };
            return self.written(number, &all, (length, format), Some(own));
        }
        // where nobody works on it, its duration says its work; no work at all needs none
        let length = if agreed.work == 0 { 0 } else { length };
        let nobody = task.is_none_or(|task| self.after.asks(task) == 0);
        let agreed = Agreed {
            work: if nobody && agreed.work == length {
                0
            } else {
                agreed.work
            },
            ..*agreed
        };
        self.written(number, &agreed, (length, format), None)
    }

    /// `length` is the duration and its format; `fixed` is what a summary costs by itself.
    fn written(
        &self,
        number: u8,
        agreed: &Agreed,
        length: (Minutes, &str),
        fixed: Option<Money>,
    ) -> String {
        let mut xml = Xml::new(&self.file.prefix, 3);
        xml.open("Baseline");
        xml.leaf("Number", &number.to_string());
        xml.leaf("Start", &date(agreed.start));
        xml.leaf("Finish", &date(agreed.finish));
        xml.leaf("Duration", &duration(length.0));
        xml.leaf("DurationFormat", length.1);
        xml.leaf("Work", &duration(agreed.work));
        xml.leaf("Cost", &hundredths(agreed.budget.unwrap_or_default()));
        if let Some(fixed) = fixed.filter(|fixed| *fixed != Money::ZERO) {
            xml.leaf("FixedCost", &hundredths(fixed));
        }
        xml.close("Baseline");
        xml.finish()
    }

    fn below(&self, baseline: Option<&Baseline>) -> Below {
        let mut below = Below::default();
        climb(self.after.plan, |above, task| {
            let agreed = baseline.and_then(|baseline| baseline.tasks.get(&task.id));
            if let Some(agreed) = agreed {
                let sum = below.entry(above).or_default();
                sum.0 = sum.0.saturating_add(agreed.work);
                sum.1 = sum.1 + agreed.budget.unwrap_or_default();
            }
        });
        below
    }
}

/// The order of the elements of a custom field's definition, as far as any is written here.
const FIELD: [&str; 12] = [
    "FieldID",
    "FieldName",
    "Guid",
    "Alias",
    "PhoneticAlias",
    "RollupType",
    "CalculationType",
    "Formula",
    "RestrictValues",
    "ValuelistSortOrder",
    "AppendNewValues",
    "ValueList",
];

fn at<'p, 'a>(places: &'p mut [Place<'a>], baseline: &Baseline) -> Option<&'p mut Place<'a>> {
    places.get_mut(usize::from(baseline.number?))
}

/// The numbers under which the file has anything at all.
fn used(file: &File<'_>) -> FxHashSet<usize> {
    let sections = ["Tasks", "Resources", "Assignments"];
    let members = sections.iter().flat_map(|section| file.members(section));
    let baselines = members.flat_map(|element| element.all("Baseline"));
    baselines.filter_map(number).map(usize::from).collect()
}

/// Puts a baseline in the place of all that have its number.
fn put(patch: &mut Patch<'_>, element: &Element, own: u8, baseline: Option<String>) {
    for there in element.all("Baseline") {
        if number(there) == Some(own) {
            patch.remove(there.span.clone());
        }
    }
    if let Some(baseline) = baseline {
        patch.add("Baseline", &baseline);
    }
}
