//! Reading: from bytes to a plan with its report.

use base::{CalendarId, LinkId, Moment, ResourceId, TaskId};
use domain::plan::{Lag, LagCalendar, Link, LinkKind, Plan, Rules};
use domain::schedule::WorkTimes;
use rustc_hash::{FxHashMap, FxHashSet};

use super::costs::{self, Assigned};
use super::fields::{self, Definition, Value};
use super::people::People;
use super::report::{Adjusted, Adjustment, Counter, Scope};
use super::tasks::{self, RawLag, RawTask};
use super::values::Context;
use super::{Imported, MAX_CALENDARS, MAX_LINKS, MAX_TASKS, ReadError, Stored};
use super::{baselines, calendars, pauses};
use crate::xml::{self, Element, Item};

/// Sections that are read member by member.
pub(super) const SECTIONS: [&str; 5] = [
    "Calendars",
    "Tasks",
    "Resources",
    "Assignments",
    "ExtendedAttributes",
];

/// The alias of the custom field in which a deliverable travels.
pub(super) const DELIVERABLE: &str = "Plumbline deliverable";

/// Reads a file. Ids come from `new_id`, one call each; the same numbers make the same plan. On an error
/// nothing is returned but the error.
pub fn read(bytes: &[u8], new_id: &mut dyn FnMut() -> u64) -> Result<Imported, ReadError> {
    let source = xml::text(bytes)?;
    Ok(read_text(&source, new_id)?.0)
}

/// What the file says of the whole project.
#[derive(Default)]
struct Project {
    name: Option<String>,
    title: Option<String>,
    start: Option<Moment>,
    calendar: Option<i64>,
}

#[derive(Default)]
struct Raw {
    project: Project,
    calendars: Vec<calendars::Raw>,
    tasks: Vec<RawTask>,
    /// Tasks by the file's numbers.
    by_uid: FxHashMap<i64, usize>,
    people: People,
    /// What assignments cost, by the file's numbers of tasks.
    assigned: FxHashMap<i64, Assigned>,
    baselines: baselines::Project,
    /// The custom field of [`DELIVERABLE`].
    field: Option<String>,
    /// The other custom fields.
    fields: Vec<Definition>,
    /// Values of custom fields, until the fields are known.
    values: Vec<Value>,
    counter: Counter,
    adjusted: Vec<Adjusted>,
}

/// What the file's numbers became.
pub(super) struct Numbers {
    pub(super) calendars: FxHashMap<i64, CalendarId>,
    pub(super) resources: FxHashMap<i64, ResourceId>,
}

/// Reads a text; also gives the ids by the file's numbers.
pub(super) fn read_text(
    source: &str,
    new_id: &mut dyn FnMut() -> u64,
) -> Result<(Imported, Numbers), ReadError> {
    let mut raw = Raw::default();
    let mut exceptions = MAX_CALENDARS;
    let mut links = 0;
    xml::walk(source, "Project", &SECTIONS, |item| {
        match item {
            Item::Property(element) => raw.property(source, &element)?,
            Item::Member("Calendars", element) => {
                raw.counter.children(Scope::Calendar, &element, None);
                let calendar = calendars::raw(source, &element, &mut exceptions)?;
                raw.calendars.push(calendar);
            }
            Item::Member("Tasks", element) => {
                raw.task(source, &element, new_id)?;
                links += raw.tasks.last().map_or(0, |task| task.links.len());
                for (count, limit, what) in [
                    (raw.tasks.len(), MAX_TASKS, "tasks"),
                    (links, MAX_LINKS, "links"),
                ] {
                    if count > limit {
                        return Err(ReadError::TooMany {
                            what: what.to_owned(),
                            limit: limit as u64,
                        });
                    }
                }
            }
            Item::Section(..) => {}
            Item::Member("Resources", element) => raw.resource(source, &element)?,
            Item::Member("Assignments", element) => raw.assignment(source, &element)?,
            Item::Member(_, element) => match element.text("Alias") {
                Some(DELIVERABLE) => {
                    raw.field = element.text("FieldID").map(str::to_owned);
                }
                Some(baselines::NAMES) => raw.baselines.names = baselines::named(&element),
                _ => match Definition::read(&element) {
                    Some(field) => raw.fields.push(field),
                    None => raw.counter.one(Scope::Project, "ExtendedAttribute", None),
                },
            },
        }
        Ok(())
    })?;
    Ok(raw.finish(new_id))
}

impl Raw {
    fn property(&mut self, source: &str, element: &Element) -> Result<(), ReadError> {
        let holder = Element {
            children: vec![Element {
                name: element.name.clone(),
                text: element.text.clone(),
                span: element.span.clone(),
                ..Element::default()
            }],
            ..Element::default()
        };
        let context = Context {
            source,
            scope: Scope::Project,
            owner: "",
        };
        let text = element.text.trim();
        match element.name.as_str() {
            "Name" => self.project.name = Some(text.to_owned()),
            "Title" => self.project.title = Some(text.to_owned()),
            "StartDate" => self.project.start = context.moment(&holder, "StartDate")?,
            "CalendarUID" => self.project.calendar = context.number(&holder, "CalendarUID")?,
            "LastSaved" | "CreationDate" => {
                self.baselines.at = self.baselines.at.max(text.parse().ok());
            }
            "BaselineForEarnedValue" => {
                self.baselines.measured = text.parse().unwrap_or_default();
            }
            "ScheduleFromStart" if text == "0" => self.adjusted.push(Adjusted {
                task: None,
                what: Adjustment::ScheduledFromFinish,
            }),
            name => {
                // settings of the program itself say nothing of the plan
                let of_the_plan = !element.children.is_empty()
                    || matches!(
                        name,
                        "Subject"
                            | "Category"
                            | "Company"
                            | "Manager"
                            | "Author"
                            | "StatusDate"
                            | "CurrencyCode"
                            | "Keywords"
                            | "Comments"
                    );
                if of_the_plan {
                    let mut holder = holder;
                    for child in &mut holder.children {
                        child.children.clear();
                        if !element.children.is_empty() {
                            child.text = "...".to_owned();
                        }
                    }
                    self.counter.children(Scope::Project, &holder, None);
                }
            }
        }
        Ok(())
    }

    fn task(
        &mut self,
        source: &str,
        element: &Element,
        new_id: &mut dyn FnMut() -> u64,
    ) -> Result<(), ReadError> {
        let Some(task) = tasks::raw(source, element, new_id, &mut self.counter)? else {
            if element.text("IsNull") == Some("1") {
                self.adjusted.push(Adjusted {
                    task: None,
                    what: Adjustment::EmptyRow,
                });
            }
            return Ok(());
        };
        self.values.extend(Value::all(task.task.id, element));
        self.adjusted
            .extend(task.adjusted.iter().map(|what| Adjusted {
                task: Some(task.task.id),
                what: what.clone(),
            }));
        if let Some(uid) = task.task.uid {
            self.by_uid.entry(uid).or_insert(self.tasks.len());
        }
        self.tasks.push(task);
        Ok(())
    }

    fn resource(&mut self, source: &str, element: &Element) -> Result<(), ReadError> {
        self.counter.children(Scope::Resource, element, None);
        self.people.resource(source, element)
    }

    fn assignment(&mut self, source: &str, element: &Element) -> Result<(), ReadError> {
        let task = element.text("TaskUID").and_then(|uid| uid.parse().ok());
        let at = task.and_then(|uid: i64| self.by_uid.get(&uid));
        let id = at.and_then(|at| self.tasks.get(*at)).map(|raw| raw.task.id);
        self.counter.children(Scope::Assignment, element, id);
        // what nobody does costs nothing beside the task's fixed cost
        let somebody = element.text("ResourceUID").and_then(|uid| uid.parse().ok());
        if let (Some(task), Some(0..)) = (task, somebody.map(|uid: i64| uid)) {
            self.assigned.entry(task).or_default().add(element);
        }
        self.people.assignment(source, element)
    }

    fn finish(mut self, new_id: &mut dyn FnMut() -> u64) -> (Imported, Numbers) {
        let used: FxHashSet<i64> = (self.tasks.iter().filter_map(|task| task.calendar))
            .chain(self.project.calendar)
            .collect();
        let mut calendars = calendars::compose(
            &self.calendars,
            |raw| raw.is_base || used.contains(&raw.uid),
            new_id,
            &mut self.adjusted,
        );
        let index = std::mem::take(&mut self.by_uid);
        let links = self.links(&index, new_id);
        self.people.limit(&mut self.counter);
        let own = calendars::Own::new(&self.calendars);
        let asked: FxHashSet<i64> = self.people.calendars().map(|uid| own.of(uid)).collect();
        calendars.add(calendars::compose(
            &self.calendars,
            |raw| asked.contains(&raw.uid) && !raw.is_base && !used.contains(&raw.uid),
            new_id,
            &mut self.adjusted,
        ));
        self.owners(&index);
        self.deliverables();
        let named = |text: Option<String>| text.filter(|text| !text.is_empty());
        let file_name = named(self.project.name.take())
            .map(|name| name.strip_suffix(".xml").unwrap_or(&name).to_owned());
        let first = || self.tasks.iter().filter_map(|raw| raw.start).min();
        let mut plan = Plan {
            name: named(self.project.title.take())
                .or(file_name)
                .unwrap_or_default(),
            start: self.project.start.or_else(first).unwrap_or_default(),
            calendar: self
                .project
                .calendar
                .and_then(|uid| calendars.by_uid.get(&uid))
                .copied(),
            calendars: calendars.list,
            tasks: Vec::new(),
            links,
            source: None,
            // MS Project's: https://support.microsoft.com, "Set task start or finish date constraints"
            rules: Rules {
                lag: LagCalendar::Successor,
                dates_win: true,
                crews: true,
                ..Rules::default()
            },
            people: true,
            costs: true,
            ..Plan::default()
        };
        let calendar = |uid| calendars.by_uid.get(&own.of(uid)).copied();
        let resources = self.people.put_resources(&mut plan, calendar, new_id);
        let numbers = Numbers {
            calendars: calendars.by_uid,
            resources,
        };
        let values = std::mem::take(&mut self.values);
        let (fields, unshown) = fields::fields(&self.fields, values, new_id);
        let used = |of: &&Definition| fields.iter().any(|field| field.uid == Some(of.number));
        for _ in self.fields.iter().filter(|of| !used(of)) {
            self.counter.one(Scope::Project, "ExtendedAttribute", None);
        }
        for value in unshown {
            let task = Some(value.task);
            self.counter.one(Scope::Task, "ExtendedAttribute", task);
        }
        plan.fields = fields;
        let imported = self.imported(plan, &index, &numbers, new_id);
        (imported, numbers)
    }

    fn links(
        &mut self,
        index: &FxHashMap<i64, usize>,
        new_id: &mut dyn FnMut() -> u64,
    ) -> Vec<Link> {
        let mut links = Vec::new();
        let mut seen: FxHashSet<(TaskId, TaskId, LinkKind)> = FxHashSet::default();
        for raw in &self.tasks {
            for link in &raw.links {
                let pred = index.get(&link.pred).and_then(|at| self.tasks.get(*at));
                let mut note = |what| {
                    self.adjusted.push(Adjusted {
                        task: Some(raw.task.id),
                        what,
                    });
                };
                let Some(pred) = pred.filter(|_| !link.other_project) else {
                    note(Adjustment::LinkDropped);
                    continue;
                };
                let lag = match link.lag {
                    RawLag::Time(lag) => lag,
                    RawLag::Percent(percent, elapsed) => {
                        note(Adjustment::PercentLag);
                        let minutes = percent.saturating_mul(pred.task.duration) / 100;
                        if elapsed {
                            Lag::Elapsed(minutes)
                        } else {
                            Lag::Working(minutes)
                        }
                    }
                };
                if !seen.insert((pred.task.id, raw.task.id, link.kind)) {
                    note(Adjustment::LinkDropped);
                    continue;
                }
                links.push(Link {
                    id: LinkId::from_bytes(new_id().to_be_bytes()),
                    pred: pred.task.id,
                    succ: raw.task.id,
                    kind: link.kind,
                    lag,
                });
            }
        }
        links
    }

    /// The names of a task's resources are its owner.
    fn owners(&mut self, index: &FxHashMap<i64, usize>) {
        let names = self.people.names();
        for (task, resource) in self.people.pairs() {
            let raw = index.get(&task).and_then(|at| self.tasks.get_mut(*at));
            if let (Some(raw), Some(name)) = (raw, names.get(&resource)) {
                let owner = &mut raw.task.owner;
                if !owner.split(", ").any(|known| known == *name) {
                    if !owner.is_empty() {
                        owner.push_str(", ");
                    }
                    owner.push_str(name);
                }
            }
        }
    }

    fn deliverables(&mut self) {
        let mut by_task: FxHashMap<TaskId, String> = FxHashMap::default();
        for value in std::mem::take(&mut self.values) {
            match Some(&value.field) == self.field.as_ref() {
                true => drop(by_task.insert(value.task, value.text)),
                false => self.values.push(value),
            }
        }
        for raw in &mut self.tasks {
            raw.task.deliverable = by_task.remove(&raw.task.id).unwrap_or_default();
        }
    }

    /// Puts the outline in order, and compares our dates with those of the file.
    fn imported(
        mut self,
        mut plan: Plan,
        index: &FxHashMap<i64, usize>,
        numbers: &Numbers,
        new_id: &mut dyn FnMut() -> u64,
    ) -> Imported {
        let mut result = Imported::default();
        let calendars = &numbers.calendars;
        // the open summaries, with their levels and how many children each has so far
        let mut open: Vec<(usize, TaskId, usize)> = Vec::new();
        let mut top = 0;
        let mut put_off = Vec::with_capacity(self.tasks.len());
        let (mut costs, mut agreed) = (Vec::new(), Vec::new());
        for raw in std::mem::take(&mut self.tasks) {
            let mut task = raw.task;
            while open.last().is_some_and(|above| above.0 >= raw.level) {
                open.pop();
            }
            let place = match open.last_mut() {
                Some(above) => {
                    task.parent = Some(above.1);
                    &mut above.2
                }
                None => &mut top,
            };
            *place += 1;
            task.order = order(*place);
            open.push((raw.level, task.id, 0));
            if task.calendar.is_none() {
                task.calendar = raw.calendar.and_then(|uid| calendars.get(&uid)).copied();
            }
            result.notes.extend(raw.notes.map(|text| (task.id, text)));
            put_off.push(raw.put_off);
            costs.push(raw.costs);
            agreed.push(raw.baselines);
            result.stored.push(Stored {
                task: task.id,
                start: raw.start,
                finish: raw.finish,
            });
            plan.tasks.push(task);
        }
        (self.people).put_assignments(&mut plan, index, &numbers.resources, &mut self.adjusted);
        let assigned: FxHashMap<usize, Assigned> = (std::mem::take(&mut self.assigned).into_iter())
            .filter_map(|(uid, assigned)| Some((*index.get(&uid)?, assigned)))
            .collect();
        costs::put(&mut plan, &costs, &assigned, &mut self.counter);
        let project = &self.baselines;
        baselines::put(
            &mut plan,
            &agreed,
            &assigned,
            project,
            new_id,
            &mut self.counter,
        );
        let times = WorkTimes::new(&plan);
        for (at, task) in plan.tasks.iter_mut().enumerate() {
            if let Some(placed) = &mut task.placed {
                // where its duration says the same, it follows that
                let after = times.of(at).add(placed.start, task.duration);
                placed.finish = placed.finish.filter(|finish| *finish != after);
            }
        }
        let mut values = self.people.values(index);
        for (at, put_off) in put_off.iter().enumerate() {
            if let Some(put_off) = put_off {
                values.entry(at).or_default().push(put_off);
            }
        }
        pauses::put(&mut plan, values, &times);
        let uneven = self.people.uneven(index);
        pauses::put_unequal(&mut plan, &result.stored, &times, &uneven);
        result.report.tasks = plan.tasks.len();
        result.report.links = plan.links.len();
        result.report.calendars = plan.calendars.len();
        result.report.unshown = self.counter.finish();
        result.report.adjusted = self.adjusted;
        result.plan = plan;
        result.compare();
        result
    }
}

/// The n-th order key: ascending as text, and with room before, between and behind for fractional indexing.
pub(crate) fn order(n: usize) -> String {
    format!("{n:06x}80")
}
