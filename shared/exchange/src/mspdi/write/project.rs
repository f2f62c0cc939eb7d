//! What the file says of the whole project.

use super::calendars::date;
use super::facts::{Side, duration};
use super::file::File;
use super::patch::{Edits, Patch};
use super::tasks::{self, Context};
use crate::mspdi::costs::amount;
use crate::xml::Element;

const ORDER: [&str; 40] = [
    "SaveVersion",
    "BuildNumber",
    "UID",
    "Name",
    "GUID",
    "Title",
    "Subject",
    "Category",
    "Company",
    "Manager",
    "Author",
    "CreationDate",
    "Revision",
    "LastSaved",
    "ScheduleFromStart",
    "StartDate",
    "FinishDate",
    "FYStartDate",
    "CriticalSlackLimit",
    "CurrencyDigits",
    "CurrencySymbol",
    "CurrencyCode",
    "CurrencySymbolPosition",
    "CalendarUID",
    "DefaultStartTime",
    "DefaultFinishTime",
    "MinutesPerDay",
    "MinutesPerWeek",
    "DaysPerMonth",
    "DefaultTaskType",
    "DefaultFixedCostAccrual",
    "DefaultStandardRate",
    "DefaultOvertimeRate",
    "DurationFormat",
    "WorkFormat",
    "EditableActualCosts",
    "HonorConstraints",
    "InsertedProjectsLikeSummary",
    "MultipleCriticalPaths",
    "NewTasksEffortDriven",
];

/// Title, start, finish and calendar of the project. `spent`: actual costs were told here, and MS Project would count them
/// anew from work and rates if it were not said that people tell them.
pub(super) fn properties(
    file: &File<'_>,
    before: &Side<'_>,
    after: &Side<'_>,
    (all_dates, spent): (bool, bool),
    edits: &mut Edits,
) {
    let children = file.properties.iter();
    let mut patch = Patch::new(
        file.source,
        &file.prefix,
        &ORDER,
        file.head(),
        children.map(|(name, span)| (name.as_str(), span.clone())),
    );
    if before.plan.name != after.plan.name {
        patch.set("Title", Some(&after.plan.name));
    }
    if before.plan.start != after.plan.start {
        patch.set("StartDate", Some(&date(after.plan.start)));
    }
    let finish = date(after.schedule.finish);
    let stored = file
        .properties
        .iter()
        .find(|(name, _)| name == "FinishDate");
    let stored = stored.and_then(|(_, span)| file.source.get(span.clone()));
    let outdated = all_dates && stored.is_some_and(|stored| !stored.contains(&finish));
    if before.schedule.finish != after.schedule.finish || outdated {
        patch.set("FinishDate", Some(&finish));
    }
    let calendar = after.calendar(after.plan.calendar);
    if before.calendar(before.plan.calendar) != calendar {
        patch.set("CalendarUID", Some(&calendar));
    }
    if spent {
        patch.set("EditableActualCosts", Some("1"));
    }
    edits.append(patch.edits());
}

/// The project's own summary task: what it has of name and dates is brought up to date.
pub(super) fn summary(context: &Context<'_>, element: &Element) -> Edits {
    let (before, after, file) = (context.before, context.after, context.file);
    let mut patch = Patch::of(file.source, &file.prefix, &tasks::ORDER, element);
    let name = &after.plan.name;
    if before.plan.name != *name && element.text("Name") == Some(&before.plan.name) {
        patch.set("Name", Some(name));
    }
    let dates = |side: &Side<'_>| {
        let (from, to) = (side.schedule.start, side.schedule.finish);
        let length = side.plan_work().between(from, to).max(0);
        let (start, finish) = (date(from), date(to));
        [
            ("Start", start.clone()),
            ("Finish", finish.clone()),
            ("Duration", duration(length)),
            ("EarlyStart", start.clone()),
            ("EarlyFinish", finish.clone()),
            ("LateStart", start),
            ("LateFinish", finish),
            ("RemainingDuration", duration(length)),
        ]
    };
    for (old, (name, text)) in dates(before).iter().zip(dates(after)) {
        let outdated = context.all_dates && element.text(name) != Some(&text);
        if (old.1 != text || outdated) && element.child(name).is_some() {
            patch.set(name, Some(&text));
        }
    }
    let fixed = amount(element, "FixedCost").unwrap_or_default();
    let (were, are) = (before.project_costs(fixed), after.project_costs(fixed));
    for (old, (name, text)) in were.iter().zip(are) {
        if after.plan.costs && old.1 != text && element.child(name).is_some() {
            patch.set(name, text.as_deref());
        }
    }
    context.baselines.project(&mut patch, element);
    patch.edits()
}

/// An empty row, which may have another place.
pub(super) fn empty_row(file: &File<'_>, element: &Element, id: Option<usize>) -> Edits {
    let mut patch = Patch::of(file.source, &file.prefix, &tasks::ORDER, element);
    if let Some(id) = id.filter(|_| element.child("ID").is_some()) {
        patch.set("ID", Some(&id.to_string()));
    }
    patch.edits()
}
