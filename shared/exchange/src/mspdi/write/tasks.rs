//! One task: a new element, or changes to the one that is there.

use domain::plan::{Lag, LinkKind};
use rustc_hash::FxHashSet;

use super::super::values::percent;
use super::baselines::Baselines;
use super::costs::{comes, is_cost};
use super::deliverable;
use super::facts::{Field, Side, Waits, follows, left_to_the_file};
use super::fields::Fields;
use super::file::File;
use super::patch::{Edits, Patch, Xml};
use crate::xml::Element;

/// The order of a task's elements as MS Project itself writes them, as far as any is written here.
pub(super) const ORDER: [&str; 93] = [
    "UID",
    "GUID",
    "ID",
    "Name",
    "Active",
    "Manual",
    "Type",
    "IsNull",
    "CreateDate",
    "Contact",
    "WBS",
    "WBSLevel",
    "OutlineNumber",
    "OutlineLevel",
    "Priority",
    "Start",
    "Finish",
    "Duration",
    "ManualStart",
    "ManualFinish",
    "ManualDuration",
    "DurationFormat",
    "Work",
    "Stop",
    "Resume",
    "ResumeValid",
    "EffortDriven",
    "Recurring",
    "OverAllocated",
    "Estimated",
    "Milestone",
    "Summary",
    "DisplayAsSummary",
    "Critical",
    "IsSubproject",
    "IsSubprojectReadOnly",
    "SubprojectName",
    "ExternalTask",
    "ExternalTaskProject",
    "EarlyStart",
    "EarlyFinish",
    "LateStart",
    "LateFinish",
    "StartVariance",
    "FinishVariance",
    "WorkVariance",
    "FreeSlack",
    "TotalSlack",
    "StartSlack",
    "FinishSlack",
    "FixedCost",
    "FixedCostAccrual",
    "PercentComplete",
    "PercentWorkComplete",
    "Cost",
    "OvertimeCost",
    "OvertimeWork",
    "ActualStart",
    "ActualFinish",
    "ActualDuration",
    "ActualCost",
    "ActualOvertimeCost",
    "ActualWork",
    "ActualOvertimeWork",
    "RegularWork",
    "RemainingDuration",
    "RemainingCost",
    "RemainingWork",
    "RemainingOvertimeCost",
    "RemainingOvertimeWork",
    "ACWP",
    "ConstraintType",
    "CalendarUID",
    "ConstraintDate",
    "Deadline",
    "LevelAssignments",
    "LevelingCanSplit",
    "LevelingDelay",
    "LevelingDelayFormat",
    "IgnoreResourceCalendar",
    "Notes",
    "HideBar",
    "EarnedValueMethod",
    "PredecessorLink",
    "ActualWorkProtected",
    "ActualOvertimeWorkProtected",
    "IsPublished",
    "StatusManager",
    "CommitmentStart",
    "CommitmentFinish",
    "CommitmentType",
    "ExtendedAttribute",
    "Baseline",
];

/// What the changes of all tasks are made with.
pub(super) struct Context<'a> {
    pub(super) file: &'a File<'a>,
    pub(super) before: &'a Side<'a>,
    pub(super) after: &'a Side<'a>,
    /// Tasks that are no longer in the plan.
    pub(super) removed: &'a FxHashSet<i64>,
    /// Tasks whose duration changed.
    pub(super) longer: &'a FxHashSet<i64>,
    /// Tasks came, went or moved.
    pub(super) restructured: bool,
    /// The number of the custom field for deliverables.
    pub(super) field: &'a str,
    pub(super) baselines: &'a Baselines<'a>,
    /// The other custom fields.
    pub(super) fields: &'a Fields<'a>,
    /// Dates that the file stores otherwise than they are computed are written too.
    pub(super) all_dates: bool,
}

impl Context<'_> {
    /// A task that the file does not have. `id` is its row in the file.
    pub(super) fn new_task(&self, row: usize, id: usize, notes: Option<&str>) -> String {
        let mut xml = Xml::new(&self.file.prefix, 2);
        let uid = self.after.uids.get(row).copied().unwrap_or_default();
        xml.open("Task");
        xml.leaf("UID", &uid.to_string());
        xml.leaf("ID", &id.to_string());
        let task = self.after.plan.tasks.get(row);
        for (name, text) in self.after.fields(row) {
            let Some(text) = text.filter(|_| !follows(name, task)) else {
                continue;
            };
            // what costs nothing says nothing of it
            let summary = self.after.is_summary(row);
            if is_cost(name) && (text == "0" || !comes(task, summary, (name, &text))) {
                continue;
            }
            if name == "OutlineNumber" {
                xml.leaf("WBS", &text);
            }
            xml.leaf(name, &text);
            if name == "Type" {
                xml.leaf("IsNull", "0");
            }
        }
        if let Some(notes) = notes.filter(|notes| !notes.trim().is_empty()) {
            xml.leaf("Notes", notes);
        }
        for waits in self.after.waits(row) {
            xml.whole(&link(&self.file.prefix, waits));
        }
        for value in task.iter().flat_map(|task| self.fields.values(task)) {
            xml.whole(&value);
        }
        if let Some(task) = task.filter(|task| !task.deliverable.trim().is_empty()) {
            let value = deliverable::value(&self.file.prefix, self.field, &task.deliverable);
            xml.whole(&value);
        }
        for baseline in self.baselines.whole(row) {
            xml.whole(&baseline);
        }
        xml.close("Task");
        xml.finish()
    }

    /// Changes to a task of the file: `old` and `new` are its rows in the plans. `id` is its row in the file where
    /// that changed. `notes` is `None` where they are to stay.
    pub(super) fn changes(
        &self,
        element: &Element,
        (old, new): (usize, usize),
        id: Option<usize>,
        notes: Option<&str>,
    ) -> Edits {
        let mut patch = Patch::of(self.file.source, &self.file.prefix, &ORDER, element);
        if let Some(id) = id {
            patch.set("ID", Some(&id.to_string()));
        }
        let is = self.before.fields(old);
        let task = self.after.plan.tasks.get(new);
        let mut fields: Vec<(Field, bool)> = (is.iter().zip(self.after.fields(new)))
            .map(|(old, new)| (old.1 != new.1, new))
            .map(|(changed, field)| {
                let text = field.1.as_deref().unwrap_or_default();
                let comes = match is_cost(field.0) {
                    true => comes(task, self.after.is_summary(new), (field.0, text)),
                    false => !follows(field.0, task),
                };
                let there = comes || element.child(field.0).is_some();
                let own = !left_to_the_file(self.after, new, &field);
                (field, changed && there && own)
            })
            .collect();
        if self.all_dates {
            self.outdated(&mut fields, element, new);
        }
        let level = self.after.level(new).to_string();
        if self.restructured && element.text("OutlineLevel") != Some(&level) {
            force(&mut fields, &["OutlineLevel"]);
        }
        self.links(&mut patch, element, old, new);
        let changed = |name: &str| fields.iter().any(|(field, yes)| *yes && field.0 == name);
        let number = changed("OutlineNumber");
        if changed("ConstraintType") || changed("ConstraintDate") {
            force(&mut fields, &["ConstraintType", "ConstraintDate"]);
        }
        // a WBS code that a person made up stays
        if number
            && element
                .text("WBS")
                .is_some_and(|wbs| element.text("OutlineNumber") == Some(wbs))
        {
            let own = fields.iter().find(|(field, _)| field.0 == "OutlineNumber");
            patch.set("WBS", own.and_then(|(field, _)| field.1.as_deref()));
        }
        for ((name, text), _) in fields.iter().filter(|(_, changed)| *changed) {
            patch.set(name, text.as_deref());
        }
        if let Some(notes) = notes {
            patch.set(
                "Notes",
                Some(notes).filter(|notes| !notes.trim().is_empty()),
            );
        }
        let was = self.before.plan.tasks.get(old);
        self.fields
            .change(&mut patch, (self.file.source, element), was, task);
        let deliverable = |side: &Side<'_>, row: usize| {
            let task = side.plan.tasks.get(row);
            task.map_or_else(String::new, |task| task.deliverable.trim().to_owned())
        };
        let own = deliverable(self.after, new);
        if own != deliverable(self.before, old) {
            deliverable::change(&mut patch, element, &self.file.prefix, self.field, &own);
        }
        self.baselines.change(&mut patch, element, (old, new));
        patch.edits()
    }

    /// Marks computed values that the file stores otherwise.
    fn outdated(&self, fields: &mut [(Field, bool)], element: &Element, new: usize) {
        let says =
            |name: &str, flag: &str| matches!(element.text(name), Some(text) if text == flag);
        let held = says("Manual", "1") || says("Manual", "true");
        let inactive = says("Active", "0") || says("Active", "false");
        let row = self.after.schedule.rows.get(new);
        let Some(dates) = row.filter(|_| !held && !inactive) else {
            return;
        };
        let work = self.after.work(new);
        for ((name, text), changed) in fields {
            let (Some(stored), Some(ours)) = (element.text(name), text.as_deref()) else {
                continue;
            };
            *changed |= match *name {
                "Start" | "Finish" | "EarlyStart" | "EarlyFinish" | "LateStart" | "LateFinish" => {
                    let number = |text: &str| text.parse().ok().map(|at| work.work_at(at));
                    number(stored) != number(ours)
                }
                "FreeSlack" | "TotalSlack" | "StartSlack" | "FinishSlack" => stored != ours,
                "Critical" => {
                    stored != ours && !matches!((stored, ours), ("true", "1") | ("false", "0"))
                }
                "Duration" => dates.summary && stored != ours,
                _ => false,
            };
        }
    }

    /// Takes out and adds links.
    fn links(&self, patch: &mut Patch<'_>, element: &Element, old: usize, new: usize) {
        let (was, is) = (self.before.waits(old), self.after.waits(new));
        let mut add: Vec<&Waits> = is.iter().filter(|waits| !was.contains(waits)).collect();
        let gone: Vec<&Waits> = was.iter().filter(|waits| !is.contains(waits)).collect();
        for link in element.all("PredecessorLink") {
            let number = |name| link.text(name).and_then(|text| text.parse::<i64>().ok());
            let Some(pred) = number("PredecessorUID") else {
                continue;
            };
            if matches!(link.text("CrossProject"), Some("1" | "true")) {
                continue;
            }
            let kind = match number("Type").unwrap_or(1) {
                0 => LinkKind::FinishFinish,
                2 => LinkKind::StartFinish,
                3 => LinkKind::StartStart,
                _ => LinkKind::FinishStart,
            };
            let same = |waits: &&Waits| waits.0 == pred && waits.1 == kind;
            // a share of a duration that changed: the lag stays what the plan has
            let share = number("LagFormat").is_some_and(percent) && self.longer.contains(&pred);
            let kept = is.iter().find(same);
            if let Some(kept) = kept.filter(|kept| share && !add.contains(kept)) {
                add.push(kept);
                patch.remove(link.span.clone());
            } else if gone.iter().any(same) || self.removed.contains(&pred) && kept.is_none() {
                patch.remove(link.span.clone());
            }
        }
        for waits in add {
            patch.add("PredecessorLink", &self::link(&self.file.prefix, waits));
        }
    }
}

/// Marks fields as to be written.
fn force(fields: &mut [(Field, bool)], names: &[&str]) {
    for (field, changed) in fields {
        *changed |= names.contains(&field.0);
    }
}

fn link(prefix: &str, (pred, kind, lag): &Waits) -> String {
    let kind = match kind {
        LinkKind::FinishFinish => "0",
        LinkKind::FinishStart => "1",
        LinkKind::StartFinish => "2",
        LinkKind::StartStart => "3",
    };
    // tenths of minutes, shown as days or as days by the clock
    let (lag, format) = match lag {
        Lag::Working(minutes) => (minutes * 10, "7"),
        Lag::Elapsed(minutes) => (minutes * 10, "8"),
    };
    let mut xml = Xml::new(prefix, 3);
    xml.open("PredecessorLink");
    xml.leaf("PredecessorUID", &pred.to_string());
    xml.leaf("Type", kind);
    xml.leaf("CrossProject", "0");
    xml.leaf("LinkLag", &lag.to_string());
    xml.leaf("LagFormat", format);
    xml.close("PredecessorLink");
    xml.finish()
}
