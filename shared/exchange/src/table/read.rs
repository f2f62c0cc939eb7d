//! From a sheet to a plan.

use base::{CalendarId, LinkId, Minutes, Moment, TaskId};
use domain::calendar::Calendar;
use domain::duration::{self, Units};
use domain::plan::{Lag, Link, Plan, Rules, Task};
use domain::schedule::{WorkTimes, schedule};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::days::Day;
use super::links::{self, Keys, WrittenLag};
use super::mapping::{Field, Mapping, Outline};
use super::told::{CellNote, Kept, Told};
use super::{Row, Sheet, Value, days, lengths, money, numbers, outline};
use crate::mspdi::{Imported, MAX_LINKS, MAX_TASKS, Stored, order};
use cells::{Percent, names, names_of, short, yes};

mod cells;
mod finish;

/// The most characters of a name, an owner and a deliverable, as plans hold them.
const MAX_NAME: usize = 2_000;

/// What a table does not say of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Options {
    /// The plan's title.
    pub name: String,
    /// When the plan starts.
    pub start: Moment,
    /// It starts then whatever the table says, since it has tasks already; otherwise with the table's first date, and at
    /// `start` where the table has none.
    pub keep_start: bool,
    /// The calendar of the plan that the tasks will belong to: what a day and a week of work are, and when. Five days of
    /// eight hours when `None`. It is not part of what is read.
    pub calendar: Option<Calendar>,
    /// How that plan derives its dates.
    pub rules: Rules,
}

/// What a row says of its task beside the task itself.
struct Said<'a> {
    row: &'a Row,
    start: Option<Day>,
    finish: Option<Day>,
    summary: bool,
    /// Which of the columns of names it stands in.
    level: usize,
    /// Of the row it has the name alone: the rest is of a task below it.
    bare: bool,
}

/// Reads a sheet as its mapping says. Total: what is not understood is in the report
/// ([`crate::mspdi::ImportReport::cells`]), and the rest is read. Ids come from `new_id`, one call each: those of the
/// tasks in the order of the rows, then those of the links; the same numbers make the same plan.
///
/// Tasks follow the calendar of the plan that they are put into; the plan that is read has none of its own, and stands
/// already as it will there (no [`Imported::added_to`] is needed). A start date
/// holds a task that waits for nothing (start no earlier than), later dates are compared with our schedule.
pub fn read(
    sheet: &Sheet,
    mapping: &Mapping,
    options: &Options,
    new_id: &mut dyn FnMut() -> u64,
) -> Imported {
    let mut reader = Reader {
        mapping,
        units: duration::units(options.calendar.as_ref()),
        keep_start: options.keep_start,
        told: Told::default(),
        tasks: Vec::new(),
        said: Vec::new(),
        notes: Vec::new(),
    };
    reader.rows(sheet, new_id);
    let order = reader.outline();
    let plan = Plan {
        name: options.name.clone(),
        start: match options.keep_start {
            true => options.start,
            false => reader.first_date().unwrap_or(options.start),
        },
        rules: options.rules,
        people: true,
        ..Plan::default()
    };
    let own = options.calendar.clone().map(|calendar| {
        let id = CalendarId::from_bytes([0; 8]);
        (id, calendar)
    });
    reader.finish(plan, own, &order, new_id)
}

struct Reader<'a> {
    mapping: &'a Mapping,
    units: Units,
    keep_start: bool,
    told: Told,
    tasks: Vec<Task>,
    said: Vec<Said<'a>>,
    notes: Vec<(TaskId, String)>,
}

impl<'a> Reader<'a> {
    fn value(&self, row: &'a Row, field: Field) -> &'a Value {
        let column = self.mapping.column(field);
        column.map_or(&Value::Empty, |column| row.value(column))
    }

    fn tell(&mut self, row: &Row, field: Field, task: Option<TaskId>, kept: Kept) {
        let column = self.mapping.column(field);
        let text = column.map_or_else(String::new, |column| row.value(column).shown());
        self.told.add(CellNote {
            row: row.number,
            column: column.and_then(|column| u32::try_from(column).ok()),
            field,
            text: text.chars().take(80).collect(),
            task,
            kept,
        });
    }

    /// Makes tasks of the rows that have names.
    fn rows(&mut self, sheet: &'a Sheet, new_id: &mut dyn FnMut() -> u64) {
        let heading = self.mapping.heading.and_then(|at| sheet.rows.get(at));
        let mut uids: FxHashSet<i64> = FxHashSet::default();
        let percent = Percent::of(sheet, self.mapping);
        let all = self.mapping.columns.iter().enumerate();
        let named = all.filter(|(_, field)| **field == Field::Name);
        let mut columns: Vec<usize> = named.map(|(column, _)| column).collect();
        if self.mapping.outline != Outline::Columns {
            columns.truncate(1);
        }
        let mut above: Vec<String> = Vec::new();
        for row in sheet.rows.iter().skip(self.mapping.first) {
            // headings are repeated on each page of some tables
            if heading.is_some_and(|heading| heading.cells == row.cells) {
                continue;
            }
            let names = names_of(row, &columns, &mut above);
            if names.is_empty() {
                let says = |field: &Field| {
                    let place = [
                        Field::Ignore,
                        Field::Name,
                        Field::Number,
                        Field::Wbs,
                        Field::Level,
                    ];
                    !place.contains(field) && !self.value(row, *field).is_empty()
                };
                if Field::ALL.iter().any(says) {
                    self.tell(row, Field::Name, None, Kept::NoRow);
                }
                continue;
            }
            if self.tasks.len() + names.len() > MAX_TASKS {
                self.tell(row, Field::Name, None, Kept::TooMany);
                break;
            }
            let last = names.len() - 1;
            for (level, name) in names.iter().take(last) {
                let mut task = Task::new(TaskId::from_bytes(new_id().to_be_bytes()));
                task.name = short(name).to_owned();
                self.tasks.push(task);
                self.said.push(Said {
                    row,
                    start: None,
                    finish: None,
                    summary: false,
                    level: *level,
                    bare: true,
                });
            }
            let Some((level, name)) = names.into_iter().next_back() else {
                continue;
            };
            let mut task = Task::new(TaskId::from_bytes(new_id().to_be_bytes()));
            self.texts(row, name, &mut task);
            self.uid(row, &mut task, &mut uids);
            self.figures(row, &mut task, percent);
            let date = |reader: &mut Self, field| reader.date(row, field, task.id);
            let said = Said {
                row,
                start: date(self, Field::Start),
                finish: date(self, Field::Finish),
                summary: false,
                level,
                bare: false,
            };
            let started = date(self, Field::ActualStart);
            let finished = date(self, Field::ActualFinish);
            let deadline = date(self, Field::Deadline);
            let actual = |day: Option<Day>| day.filter(|day| day.actual);
            task.actual_start = started.or(actual(said.start)).map(|day| day.at);
            task.actual_finish = finished.or(actual(said.finish)).map(|day| day.at);
            task.deadline = deadline.map(|day| day.at);
            self.tasks.push(task);
            self.said.push(said);
        }
    }

    fn texts(&mut self, row: &'a Row, name: String, task: &mut Task) {
        let text = |reader: &mut Self, field, text: String| {
            let kept = short(&text);
            if kept.len() < text.len() {
                reader.tell(row, field, Some(task.id), Kept::Cut);
            }
            kept.to_owned()
        };
        let name = text(self, Field::Name, name);
        let owner = self.value(row, Field::Owner).shown();
        let owner = text(self, Field::Owner, owner);
        let deliverable = self.value(row, Field::Deliverable).shown();
        let deliverable = text(self, Field::Deliverable, deliverable);
        task.name = name;
        task.deliverable = deliverable;
        task.owner = names(&owner);
        if owner.contains('[') && task.owner != owner {
            let kept = Kept::ReadAs(task.owner.clone());
            self.tell(row, Field::Owner, Some(task.id), kept);
        }
        let note = match self.value(row, Field::Notes) {
            Value::Text(text) => text.trim().to_owned(),
            value => value.shown(),
        };
        if !note.is_empty() {
            self.notes.push((task.id, note));
        }
    }

    fn uid(&mut self, row: &'a Row, task: &mut Task, seen: &mut FxHashSet<i64>) {
        let value = self.value(row, Field::Uid);
        if value.is_empty() {
            return;
        }
        let uid = numbers::parse(&value.shown()).filter(|uid| {
            // as far as numbers of a table are exact
            uid.fract() == 0.0 && (1.0..9e15).contains(uid)
        });
        match uid.map(|uid| uid as i64) {
            Some(uid) if seen.insert(uid) => task.uid = Some(uid),
            Some(_) => self.tell(row, Field::Uid, Some(task.id), Kept::Taken),
            None => self.tell(row, Field::Uid, Some(task.id), Kept::Nothing),
        }
    }

    fn figures(&mut self, row: &'a Row, task: &mut Task, percent: Percent) {
        let said = |value: &Value| !value.is_empty() && !numbers::is_nothing(&value.shown());
        let value = self.value(row, Field::Percent);
        if said(value) {
            match percent.read(value) {
                Some(percent) => task.percent = percent,
                None => self.tell(row, Field::Percent, Some(task.id), Kept::Nothing),
            }
        }
        for field in [Field::Budget, Field::Cost] {
            let value = self.value(row, field);
            let amount = match said(value) {
                true => money::read(value, self.mapping.money),
                false => continue,
            };
            match (amount, field) {
                (None, _) => self.tell(row, field, Some(task.id), Kept::Nothing),
                (amount, Field::Budget) => task.budget = amount,
                (amount, _) => task.cost = amount,
            }
        }
    }

    fn date(&mut self, row: &'a Row, field: Field, task: TaskId) -> Option<Day> {
        let value = self.value(row, field);
        if value.is_empty() || numbers::is_nothing(&value.shown()) {
            return None;
        }
        let day = days::read(value, self.mapping.days);
        if day.is_none() {
            self.tell(row, field, Some(task), Kept::Nothing);
        }
        day
    }

    /// Says which task lies under which; the places of the tasks in the order of the outline.
    fn outline(&mut self) -> Vec<usize> {
        let rows: Vec<&Row> = self.said.iter().map(|said| said.row).collect();
        let levels: Vec<usize> = self.said.iter().map(|said| said.level).collect();
        let tree = outline::tree(&rows, &levels, self.mapping);
        let field = match self.mapping.outline {
            Outline::Wbs => Field::Wbs,
            Outline::Number => Field::Number,
            _ => Field::Level,
        };
        for (at, read_as) in tree.told {
            if let (Some(row), Some(task)) = (rows.get(at), self.tasks.get(at)) {
                let kept = read_as.map_or(Kept::Nothing, Kept::ReadAs);
                let id = task.id;
                self.tell(row, field, Some(id), kept);
            }
        }
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.tasks.len()];
        let mut top = Vec::new();
        for (at, parent) in tree.parents.iter().enumerate() {
            match parent.and_then(|parent| children.get_mut(parent)) {
                Some(below) => below.push(at),
                None => top.push(at),
            }
        }
        let mut sorted = Vec::with_capacity(self.tasks.len());
        let mut open: Vec<usize> = top.iter().rev().copied().collect();
        while let Some(at) = open.pop() {
            sorted.push(at);
            open.extend(children.get(at).into_iter().flatten().rev());
        }
        let ids: Vec<TaskId> = self.tasks.iter().map(|task| task.id).collect();
        let groups = (children.iter().enumerate()).map(|(at, below)| (Some(at), below));
        for (parent, below) in groups.chain([(None, &top)]) {
            let parent = parent.filter(|_| !below.is_empty());
            if let Some(said) = parent.and_then(|parent| self.said.get_mut(parent)) {
                said.summary = true;
            }
            let parent = parent.and_then(|parent| ids.get(parent).copied());
            for (place, at) in below.iter().enumerate() {
                if let Some(task) = self.tasks.get_mut(*at) {
                    task.parent = parent;
                    task.order = order(place + 1);
                }
            }
        }
        sorted
    }

    /// The first date that any task has.
    fn first_date(&self) -> Option<Moment> {
        let starts = self
            .said
            .iter()
            .filter_map(|said| said.start.map(|day| day.at));
        let begun = self.tasks.iter().filter_map(|task| task.actual_start);
        starts.chain(begun).min()
    }
}
