//! One row of the plan document: the fields of a map, read in one pass.

use std::collections::BTreeMap;

use automerge::{AutoCommit, ObjId, ReadDoc, ValueRef};
use base::sort;
use base::{
    BaselineId, CalendarId, FieldId, LinkId, Minutes, Moment, PersonId, ResourceId, TaskId,
    Timestamp,
};
use domain::calendar::{Calendar, Exception, Hours};
use domain::money::Money;
use domain::plan::{
    Agreed, FieldValue, Lag, LagCalendar, Latest, Link, LinkKind, Logic, Rules, Task,
};
use domain::resource::{self, Changes, Resource, ResourceKind, Use};

use super::fields::{self, FieldRow};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Written;

/// What all rows have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct State {
    /// The mark of removal.
    pub(crate) deleted: Option<Deleted>,
    /// Fields with several values that differ.
    pub(crate) conflicts: Vec<(String, Vec<Written>)>,
    /// Fields whose value has the wrong type or range.
    pub(crate) unreadable: Vec<String>,
    /// Of a removed row: what was written without knowing of the removal, or after it.
    pub(crate) beside: Vec<(String, Written)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Deleted {
    pub(crate) at: Timestamp,
    pub(crate) by: Option<PersonId>,
}

#[derive(Debug, Clone)]
pub(crate) struct TaskRow {
    /// With the parent that is written, which need not be the one it is shown under.
    pub(crate) task: Task,
    /// What it asks of resources, by resource.
    pub(crate) uses: BTreeMap<ResourceId, Use>,
    /// What baselines hold of it.
    pub(crate) bases: BTreeMap<BaselineId, Agreed>,
    /// Its values of custom fields.
    pub(crate) custom: BTreeMap<FieldId, FieldValue>,
    /// The operation that wrote the parent.
    pub(crate) parent_op: Option<ObjId>,
    pub(crate) state: State,
}

#[derive(Debug, Clone)]
pub(crate) struct LinkRow {
    /// `None` where its ends cannot be read.
    pub(crate) link: Option<Link>,
    pub(crate) state: State,
}

#[derive(Debug, Clone)]
pub(crate) struct CalendarRow {
    pub(crate) calendar: Calendar,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct InfoRow {
    pub(crate) name: String,
    pub(crate) start: Option<Moment>,
    pub(crate) calendar: Option<CalendarId>,
    pub(crate) source: Option<base::DocumentId>,
    /// The people of the original are in the plan.
    pub(crate) people: bool,
    /// The costs and baselines of the original are in the plan.
    pub(crate) costs: bool,
    /// Without the data date, which is progress.
    pub(crate) rules: Rules,
    pub(crate) resources: BTreeMap<ResourceId, ResourceRow>,
    pub(crate) baselines: BTreeMap<BaselineId, BaselineRow>,
    pub(crate) fields: BTreeMap<FieldId, FieldRow>,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct BaselineRow {
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    pub(crate) number: Option<u8>,
    pub(crate) removed: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResourceRow {
    pub(crate) resource: Resource,
    pub(crate) removed: bool,
}

impl InfoRow {
    /// A resource that is there.
    pub(crate) fn resource(&self, id: ResourceId) -> Option<&Resource> {
        let row = self.resources.get(&id).filter(|row| !row.removed)?;
        Some(&row.resource)
    }

    /// Whether dates may differ between the two.
    pub(crate) fn dates_differ(&self, other: &Self) -> bool {
        let hours = |info: &Self| -> Vec<(ResourceId, bool, ResourceKind, Option<CalendarId>)> {
            let all = info.resources.iter();
            all.map(|(id, row)| (*id, row.removed, row.resource.kind, row.resource.calendar))
                .collect()
        };
        self.start != other.start
            || self.calendar != other.calendar
            || self.rules != other.rules
            || (self.rules.crews && hours(self) != hours(other))
    }
}

/// What is done with a field: its name, its value, and which operation wrote it; `false` where it cannot be read.
pub(crate) type Take<'a> = dyn FnMut(&str, Scalar, &dyn Fn() -> ObjId) -> bool + 'a;

/// Where a row is read from: the document as it is now, or its history.
pub(crate) trait Source {
    /// Hands each field to `take` in order, and gives what rows have in common.
    fn read(&mut self, take: &mut Take<'_>) -> State;
}

/// What rows have in common, put together field by field.
#[derive(Default)]
pub(crate) struct Common {
    pub(crate) state: State,
    at: Option<Timestamp>,
    by: Option<PersonId>,
}

impl Common {
    /// Takes a field in.
    pub(crate) fn take(
        &mut self,
        key: &str,
        value: Scalar,
        op: &dyn Fn() -> ObjId,
        take: &mut Take<'_>,
    ) {
        match key {
            schema::DELETED_AT => match value {
                Scalar::Null => {}
                Scalar::Int(ms) => self.at = Some(Timestamp(ms)),
                _ => {
                    self.state.unreadable.push(schema::DELETED_AT.to_owned());
                    self.at = Some(Timestamp(0));
                }
            },
            schema::DELETED_BY => self.by = text(&value).and_then(|t| t.parse().ok()),
            key => {
                if !take(key, value, op) {
                    self.state.unreadable.push(key.to_owned());
                }
            }
        }
    }

    /// Whether several values of a field are a conflict. A removal that stands is shown with what ran beside it.
    pub(crate) fn conflicts(&self, key: &str) -> bool {
        crate::history::counts(key) && (key != schema::DELETED_AT || self.at.is_none())
    }

    /// All of it, with the mark of removal.
    pub(crate) fn finish(mut self) -> State {
        let by = self.by;
        self.state.deleted = self.at.map(|at| Deleted { at, by });
        self.state
    }
}

/// A map of the document as it is now.
pub(crate) struct Live<'a> {
    pub(crate) inner: &'a mut AutoCommit,
    pub(crate) object: &'a ObjId,
    /// Objects found inside.
    pub(crate) nested: &'a mut Vec<ObjId>,
}

impl Source for Live<'_> {
    fn read(&mut self, take: &mut Take<'_>) -> State {
        let Self {
            inner,
            object,
            nested,
        } = self;
        let mut common = Common::default();
        let mut in_conflict = Vec::new();
        for item in inner.map_range(*object, ..) {
            if item.conflict {
                in_conflict.push(item.key.to_string());
            }
            if let ValueRef::Object(_) = item.value {
                nested.push(item.id());
            }
            let value = Scalar::from_ref(inner, &item.value, || item.id());
            common.take(&item.key, value, &|| item.id(), take);
        }
        for key in in_conflict {
            let all = inner.get_all(*object, key.as_str()).unwrap_or_default();
            nested.extend(
                all.into_iter()
                    .filter(|(v, _)| v.is_object())
                    .map(|(_, id)| id),
            );
            if common.conflicts(&key)
                && let Some(values) = super::conflict(inner, object, &key)
            {
                common.state.conflicts.push((key, values));
            }
        }
        let mut state = common.finish();
        if state.deleted.is_some() {
            state.beside = edited_beside(inner, object);
        }
        state
    }
}

/// Values of a removed row that no standing removal knew of.
fn edited_beside(inner: &mut AutoCommit, object: &ObjId) -> Vec<(String, Written)> {
    let removals: Vec<_> = super::all_values(inner, object, schema::DELETED_AT)
        .into_iter()
        .filter(|(value, _)| !value.is_null())
        .filter_map(|(_, id)| inner.hash_for_opid(&id))
        .collect();
    // what a removal knew is what stood in the document as it was with the removal as its only head
    let known: rustc_hash::FxHashMap<String, Vec<ObjId>> = {
        let mut known: rustc_hash::FxHashMap<String, Vec<ObjId>> = Default::default();
        for removal in &removals {
            let heads = [*removal];
            for item in inner.map_range_at(object, .., &heads) {
                let ids = known.entry(item.key.to_string()).or_default();
                if item.conflict {
                    let all = inner.get_all_at(object, item.key.as_ref(), &heads);
                    ids.extend(all.unwrap_or_default().into_iter().map(|(_, id)| id));
                } else {
                    ids.push(item.id());
                }
            }
        }
        known
    };
    let now: Vec<(String, bool, ObjId)> = inner
        .map_range(object, ..)
        .filter(|item| item.key != schema::DELETED_BY)
        .map(|item| (item.key.to_string(), item.conflict, item.id()))
        .collect();
    let mut beside = Vec::new();
    for (key, conflict, id) in now {
        let knows = |id: &ObjId| known.get(&key).is_some_and(|ids| ids.contains(id));
        if !conflict && knows(&id) {
            continue;
        }
        for (i, (value, id)) in super::all_values(inner, object, &key)
            .into_iter()
            .enumerate()
        {
            if knows(&id) || (key == schema::DELETED_AT && !value.is_null()) {
                continue;
            }
            let written = super::written(inner, &value, &id, i == 0);
            beside.push((key.clone(), written));
        }
    }
    beside
}

fn text(value: &Scalar) -> Option<&str> {
    match value {
        Scalar::Text(text) => Some(text),
        _ => None,
    }
}

/// Writes a text field; `false` where the value is none.
pub(super) fn put_text(to: &mut String, value: Scalar) -> bool {
    match value {
        Scalar::Text(text) => *to = text,
        Scalar::Null => {}
        Scalar::Int(number) => *to = number.to_string(),
        Scalar::Other(_) => return false,
    }
    true
}

/// Writes a field that is kept as 1 or nothing; `false` where it is neither.
pub(super) fn put_flag(to: &mut bool, value: &Scalar) -> bool {
    *to = *value == Scalar::Int(1);
    *to || matches!(value, Scalar::Null | Scalar::Int(0))
}

/// Writes a field that is kept as text; `false` where it cannot be read.
fn put_parsed<T: std::str::FromStr>(to: &mut Option<T>, value: &Scalar) -> bool {
    match value {
        Scalar::Null => true,
        Scalar::Text(text) => {
            *to = text.parse().ok();
            to.is_some()
        }
        _ => false,
    }
}

pub(crate) fn task(source: &mut dyn Source, id: TaskId) -> TaskRow {
    let mut task = Task::new(id);
    let mut uses = BTreeMap::new();
    let mut bases = BTreeMap::new();
    let mut custom = BTreeMap::new();
    let mut parent_op = None;
    let state = source.read(&mut |key, value, op| match key {
        schema::NAME => put_text(&mut task.name, value),
        schema::PARENT => {
            parent_op = Some(op());
            put_parsed(&mut task.parent, &value)
        }
        schema::ORDER => put_text(&mut task.order, value),
        schema::DURATION => put_minutes(&mut task.duration, &value),
        schema::NOT_BEFORE => put_parsed(&mut task.not_before, &value),
        schema::CONSTRAINT => put_parsed(&mut task.constraint, &value),
        schema::DEADLINE => put_parsed(&mut task.deadline, &value),
        schema::PLACED => put_parsed(&mut task.placed, &value),
        schema::INACTIVE => put_flag(&mut task.inactive, &value),
        schema::ELAPSED => put_flag(&mut task.elapsed, &value),
        schema::PAUSE => put_minutes(&mut task.pause, &value),
        schema::DELAY => put_minutes(&mut task.delay, &value),
        schema::OWN_HOURS => put_flag(&mut task.own_hours, &value),
        schema::STAYS => put_or_default(&mut task.stays, &value),
        schema::PRIORITY => match value {
            Scalar::Int(priority @ 0..=1_000) => {
                task.priority = Some(priority as u16);
                true
            }
            other => other.is_null(),
        },
        schema::OWNER => put_text(&mut task.owner, value),
        schema::DELIVERABLE => put_text(&mut task.deliverable, value),
        schema::BUDGET => put_money(&mut task.budget, &value),
        schema::CALENDAR => put_parsed(&mut task.calendar, &value),
        schema::UID => match value {
            Scalar::Int(uid) => {
                task.uid = Some(uid);
                true
            }
            Scalar::Null => true,
            _ => false,
        },
        key => match (schema::used(key), schema::in_baseline(key)) {
            (Some(resource), _) => {
                let mut part: Option<Use> = None;
                let read = put_parsed(&mut part, &value);
                uses.extend(part.map(|part| (resource, part)));
                read
            }
            (None, Some(baseline)) => {
                let mut agreed: Option<Agreed> = None;
                let read = put_parsed(&mut agreed, &value);
                bases.extend(agreed.map(|agreed| (baseline, agreed)));
                read
            }
            (None, None) => {
                let field = schema::in_custom(key);
                custom.extend(field.and_then(|field| Some((field, fields::value(&value)?))));
                true
            }
        },
    });
    TaskRow {
        task,
        uses,
        bases,
        custom,
        parent_op,
        state,
    }
}

pub(crate) fn link(source: &mut dyn Source, id: LinkId) -> LinkRow {
    let (mut pred, mut succ) = (None, None);
    let (mut kind, mut lag) = (LinkKind::FinishStart, Lag::Working(0));
    let state = source.read(&mut |key, value, _| match key {
        schema::PRED => put_parsed(&mut pred, &value),
        schema::SUCC => put_parsed(&mut succ, &value),
        schema::KIND => match text(&value).and_then(read_kind) {
            Some(read) => {
                kind = read;
                true
            }
            None => value.is_null(),
        },
        schema::LAG => match text(&value).and_then(read_lag) {
            Some(read) => {
                lag = read;
                true
            }
            None => value.is_null(),
        },
        _ => true,
    });
    let link = match (pred, succ) {
        (Some(pred), Some(succ)) => Some(Link {
            id,
            pred,
            succ,
            kind,
            lag,
        }),
        _ => None,
    };
    LinkRow { link, state }
}

pub(crate) fn calendar(source: &mut dyn Source) -> CalendarRow {
    let mut calendar = Calendar::default();
    let mut exceptions: Vec<(u32, String, Exception)> = Vec::new();
    let state = source.read(&mut |key, value, _| {
        if key == schema::NAME {
            return put_text(&mut calendar.name, value);
        }
        if let Some(day) = key.strip_prefix("week") {
            let day = day
                .parse::<usize>()
                .ok()
                .and_then(|d| calendar.week.get_mut(d));
            let hours = match &value {
                Scalar::Null => Some(Hours::new()),
                value => text(value).and_then(schema::read_hours),
            };
            return match (day, hours) {
                (Some(day), Some(hours)) => {
                    *day = hours;
                    true
                }
                (None, _) => true,
                (_, None) => false,
            };
        }
        if key.starts_with(schema::DAY) && !value.is_null() {
            let read = text(&value).and_then(|t| schema::read_exception(key, t));
            return match read {
                Some((rank, exception)) => {
                    exceptions.push((rank, key.to_owned(), exception));
                    true
                }
                None => false,
            };
        }
        true
    });
    sort::by(&mut exceptions, |a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    calendar.exceptions = exceptions.into_iter().map(|(_, _, e)| e).collect();
    CalendarRow { calendar, state }
}

pub(crate) fn info(source: &mut dyn Source) -> InfoRow {
    let mut info = InfoRow::default();
    info.state = source.read(&mut |key, value, _| match key {
        schema::NAME => put_text(&mut info.name, value),
        schema::START => put_parsed(&mut info.start, &value),
        schema::CALENDAR => put_parsed(&mut info.calendar, &value),
        schema::SOURCE => put_parsed(&mut info.source, &value),
        schema::LAG_CALENDAR => put_known(&mut info.rules.lag, &value, read_lag_calendar),
        schema::LOGIC => put_known(&mut info.rules.logic, &value, read_logic),
        schema::DATES_WIN => put_flag(&mut info.rules.dates_win, &value),
        schema::CRITICAL_SLACK => put_minutes(&mut info.rules.critical, &value),
        schema::NEAR_SLACK => put_minutes(&mut info.rules.near, &value),
        schema::LATEST => put_known(&mut info.rules.late, &value, read_latest),
        schema::FINISH_BY => put_parsed(&mut info.rules.finish_by, &value),
        schema::CREWS => put_flag(&mut info.rules.crews, &value),
        schema::PEOPLE => put_flag(&mut info.people, &value),
        schema::COSTS => put_flag(&mut info.costs, &value),
        key => match (schema::of_resource(key), schema::of_baseline(key)) {
            (Some((id, field)), _) => {
                let row = info.resources.entry(id).or_insert_with(|| ResourceRow {
                    resource: Resource::new(id),
                    removed: false,
                });
                put_resource(row, field, value)
            }
            (None, Some((id, field))) => {
                put_baseline(info.baselines.entry(id).or_default(), field, value)
            }
            (None, None) => match schema::of_field(key) {
                Some((id, part)) => fields::put(info.fields.entry(id).or_default(), part, value),
                None => true,
            },
        },
    });
    // what was never named was never there: taking back its making leaves empty fields
    info.resources
        .retain(|_, row| !row.resource.name.is_empty());
    info.baselines.retain(|_, row| !row.name.is_empty());
    info.fields.retain(|_, row| row.settle());
    info
}

fn put_baseline(row: &mut BaselineRow, field: &str, value: Scalar) -> bool {
    match field {
        schema::NAME => put_text(&mut row.name, value),
        schema::AT => match value {
            Scalar::Int(ms) => {
                row.at = Timestamp(ms);
                true
            }
            other => other.is_null(),
        },
        schema::NUMBER => match value {
            Scalar::Int(number) => {
                row.number = u8::try_from(number).ok();
                row.number.is_some()
            }
            other => other.is_null(),
        },
        schema::REMOVED => put_flag(&mut row.removed, &value),
        _ => true,
    }
}

/// Writes an amount; `false` where it is none that a plan can hold.
pub(super) fn put_money(to: &mut Option<Money>, value: &Scalar) -> bool {
    match value {
        Scalar::Null => true,
        Scalar::Int(parts) => {
            *to = (*parts >= 0).then_some(Money::from_parts(*parts));
            to.is_some()
        }
        _ => false,
    }
}

fn put_resource(row: &mut ResourceRow, field: &str, value: Scalar) -> bool {
    let resource = &mut row.resource;
    match field {
        schema::NAME => put_text(&mut resource.name, value),
        schema::KIND => put_or_default(&mut resource.kind, &value),
        schema::UNITS => match value {
            Scalar::Int(units @ 0..=resource::MOST) => {
                resource.units = units;
                true
            }
            other => other.is_null(),
        },
        schema::CHANGES => {
            let mut changes = Changes::default();
            let read = put_or_default(&mut changes, &value);
            resource.changes = changes.0;
            read
        }
        schema::CALENDAR => put_parsed(&mut resource.calendar, &value),
        schema::RATE => match value {
            Scalar::Int(rate) => {
                resource.rate = rate;
                true
            }
            other => other.is_null(),
        },
        schema::UID => match value {
            Scalar::Int(uid) => {
                resource.uid = Some(uid);
                true
            }
            other => other.is_null(),
        },
        schema::REMOVED => put_flag(&mut row.removed, &value),
        _ => true,
    }
}

/// Writes a field that is kept as text, nothing standing for what is usual; `false` where it cannot be read.
fn put_or_default<T: std::str::FromStr + Default>(to: &mut T, value: &Scalar) -> bool {
    let mut read = None;
    let readable = put_parsed(&mut read, value);
    *to = read.unwrap_or_default();
    readable
}

/// Writes a field that is kept as one of a few words; `false` where it is none of them.
fn put_known<T: Default>(to: &mut T, value: &Scalar, read: fn(&str) -> Option<T>) -> bool {
    let known = match value {
        Scalar::Null => Some(T::default()),
        value => text(value).and_then(read),
    };
    let is_known = known.is_some();
    *to = known.unwrap_or_default();
    is_known
}

fn put_minutes(to: &mut Minutes, value: &Scalar) -> bool {
    match value {
        Scalar::Null => true,
        Scalar::Int(minutes) if (0..=schema::MAX_MINUTES).contains(minutes) => {
            *to = *minutes;
            true
        }
        _ => false,
    }
}

pub(crate) fn write_lag_calendar(lag: LagCalendar) -> Option<&'static str> {
    match lag {
        LagCalendar::Predecessor => None,
        LagCalendar::Successor => Some("succ"),
        LagCalendar::Plan => Some("plan"),
        LagCalendar::Elapsed => Some("elapsed"),
    }
}

pub(crate) fn read_lag_calendar(text: &str) -> Option<LagCalendar> {
    Some(match text {
        "succ" => LagCalendar::Successor,
        "plan" => LagCalendar::Plan,
        "elapsed" => LagCalendar::Elapsed,
        _ => return None,
    })
}

pub(crate) fn write_logic(logic: Logic) -> Option<&'static str> {
    match logic {
        Logic::Retained => None,
        Logic::Override => Some("override"),
    }
}

pub(crate) fn read_logic(text: &str) -> Option<Logic> {
    (text == "override").then_some(Logic::Override)
}

pub(crate) fn write_latest(latest: Latest) -> Option<&'static str> {
    match latest {
        Latest::AllSlack => None,
        Latest::FreeSlack => Some("free"),
    }
}

pub(crate) fn read_latest(text: &str) -> Option<Latest> {
    (text == "free").then_some(Latest::FreeSlack)
}

pub(crate) fn write_kind(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::FinishStart => "FS",
        LinkKind::StartStart => "SS",
        LinkKind::FinishFinish => "FF",
        LinkKind::StartFinish => "SF",
    }
}

pub(crate) fn read_kind(text: &str) -> Option<LinkKind> {
    Some(match text {
        "FS" => LinkKind::FinishStart,
        "SS" => LinkKind::StartStart,
        "FF" => LinkKind::FinishFinish,
        "SF" => LinkKind::StartFinish,
        _ => return None,
    })
}

/// A lag as one value, `480w` or `480e`, so that number and unit cannot come from two writers.
pub(crate) fn write_lag(lag: Lag) -> String {
    match lag {
        Lag::Working(minutes) => format!("{minutes}w"),
        Lag::Elapsed(minutes) => format!("{minutes}e"),
    }
}

pub(crate) fn read_lag(text: &str) -> Option<Lag> {
    let (minutes, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let minutes: i64 = minutes.parse().ok()?;
    if minutes.abs() > schema::MAX_MINUTES {
        return None;
    }
    match unit {
        "w" => Some(Lag::Working(minutes)),
        "e" => Some(Lag::Elapsed(minutes)),
        _ => None,
    }
}
