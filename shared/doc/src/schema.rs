//! Names and bounds of the schema, and the compact texts that calendars are kept as.
//!
//! Plan: `tasks`, `links`, `calendars` are maps from id to a map of scalars, `info` is a map of scalars. Progress:
//! `tasks` is a map from `<task>/<field>` to a scalar, flat, because two devices may write a task's first progress
//! beside each other; `plan/data_date` is there too. What came later lies flat in maps that were there from the start,
//! because two devices may each make a new map, and one of the two would be lost: a task's `use/<resource>`,
//! `base/<baseline>` and `x/<field>`, and `resource/<resource>/<field>`, `baseline/<baseline>/<field>`, `field/<field>/<part>` and
//! `field/<field>/option/<option>/<part>` in `info`. Note: `text`. Source: `parts`. Proposal:
//! `proposals`, a map from id to a map of texts. Form: `info` holds `pack`, `form` and `removed` (1: discarded); `fields`
//! is flat: `a/<field>` an answer, `t/<table>/<row>/order`, `t/<table>/<row>/removed`, `t/<table>/<row>/c/<column>` a cell,
//! `r/<comment>/text`, `/on`, `/to` and `/settled` a comment.
//! An answer is one text that says itself what it is ([`crate::kept`]), so that no kind is taken for another; or, at
//! `a/<field>`, a text object that several people type into. Only who begins a form makes these, with `pack` and `form`.
//! A cleared field holds null: nothing is ever deleted.

use base::{BaselineId, FieldId, Moment, OptionId, ResourceId};
use domain::calendar::{Calendar, Exception, Hours};

pub(crate) const TASKS: &str = "tasks";
pub(crate) const LINKS: &str = "links";
pub(crate) const CALENDARS: &str = "calendars";
pub(crate) const INFO: &str = "info";
pub(crate) const TEXT: &str = "text";
pub(crate) const PARTS: &str = "parts";
pub(crate) const PROPOSALS: &str = "proposals";

pub(crate) const FIELDS: &str = "fields";

pub(crate) const NAME: &str = "name";
pub(crate) const PARENT: &str = "parent";
pub(crate) const ORDER: &str = "order";
pub(crate) const DURATION: &str = "duration";
pub(crate) const NOT_BEFORE: &str = "not_before";
/// Another constraint than that, as `fnlt 2026-03-02T17:00`.
pub(crate) const CONSTRAINT: &str = "constraint";
pub(crate) const DEADLINE: &str = "deadline";
/// 1: nothing waits for it.
pub(crate) const INACTIVE: &str = "inactive";
/// Where it stands by hand, as `2026-03-02T08:00/2026-03-05T17:00`.
pub(crate) const PLACED: &str = "placed";
/// 1: its duration counts day and night.
pub(crate) const ELAPSED: &str = "elapsed";
/// Working minutes between start and finish in which nobody works on it.
pub(crate) const PAUSE: &str = "pause";
/// Minutes by the clock that it waits after what its links ask for.
pub(crate) const DELAY: &str = "delay";
/// 1: its own calendar alone counts, whatever those of its resources say.
pub(crate) const OWN_HOURS: &str = "own_hours";
/// Which of work, duration and units stays, as `duration+`.
pub(crate) const STAYS: &str = "stays";
/// Who waits when a resource is short.
pub(crate) const PRIORITY: &str = "priority";
pub(crate) const OWNER: &str = "owner";
pub(crate) const DELIVERABLE: &str = "deliverable";
/// What it may cost, in ten-thousandths of the currency's unit.
pub(crate) const BUDGET: &str = "budget";
pub(crate) const CALENDAR: &str = "calendar";
pub(crate) const UID: &str = "uid";
pub(crate) const DELETED_AT: &str = "deleted_at";
pub(crate) const DELETED_BY: &str = "deleted_by";

/// The start of a task's fields that say what it asks of a resource: `use/<resource>` holds `1000 960`.
pub(crate) const USE: &str = "use/";
/// The start of the fields of `info` that hold resources: `resource/<resource>/name`.
pub(crate) const RESOURCE: &str = "resource/";
pub(crate) const UNITS: &str = "units";
pub(crate) const CHANGES: &str = "changes";
/// The start of a task's fields that say what a baseline holds of it: `base/<baseline>`.
pub(crate) const BASE: &str = "base/";
/// The start of the fields of `info` that hold baselines: `baseline/<baseline>/name`.
pub(crate) const BASELINE: &str = "baseline/";
/// When a baseline was set.
pub(crate) const AT: &str = "at";
/// MS Project's number of a baseline that was imported.
pub(crate) const NUMBER: &str = "number";
/// What it costs, in hundredths.
pub(crate) const RATE: &str = "rate";
/// The start of a task's fields that hold values of custom fields: `x/<field>`.
pub(crate) const CUSTOM: &str = "x/";
/// The start of the fields of `info` that hold custom fields: `field/<field>/name`.
pub(crate) const FIELD: &str = "field/";
/// The start of the parts of a custom field that hold its options: `option/<option>/name`.
pub(crate) const OPTION: &str = "option/";
/// 1: the resource, the baseline, the custom field or its option is not there any more.
pub(crate) const REMOVED: &str = "removed";

pub(crate) const PRED: &str = "pred";
pub(crate) const SUCC: &str = "succ";
pub(crate) const KIND: &str = "kind";
pub(crate) const LAG: &str = "lag";

pub(crate) const START: &str = "start";
pub(crate) const SOURCE: &str = "source";
/// `succ`, `plan` or `elapsed`; nothing: the predecessor's.
pub(crate) const LAG_CALENDAR: &str = "lag_calendar";
/// 1: no-later-than dates hold against links.
pub(crate) const DATES_WIN: &str = "dates_win";
/// `override`; nothing: retained.
pub(crate) const LOGIC: &str = "logic";
pub(crate) const CRITICAL_SLACK: &str = "critical_slack";
pub(crate) const NEAR_SLACK: &str = "near_slack";
/// `free`; nothing: all slack.
pub(crate) const LATEST: &str = "latest";
/// 1: tasks are worked on when their resources work.
pub(crate) const CREWS: &str = "crews";
/// 1: the people of the original are in the plan.
pub(crate) const PEOPLE: &str = "people";
/// 1: the costs and baselines of the original are in the plan.
pub(crate) const COSTS: &str = "costs";
/// When the plan must be finished.
pub(crate) const FINISH_BY: &str = "finish_by";

pub(crate) const PERCENT: &str = "percent";
pub(crate) const ACTUAL_START: &str = "actual_start";
pub(crate) const ACTUAL_FINISH: &str = "actual_finish";
/// Working minutes still to be done.
pub(crate) const REMAINING: &str = "remaining";
/// What it has cost so far, in ten-thousandths of the currency's unit.
pub(crate) const COST: &str = "cost";
/// The fields of a task in the progress document.
pub(crate) const PROGRESS: [&str; 5] = [PERCENT, ACTUAL_START, ACTUAL_FINISH, REMAINING, COST];
/// In the progress document, of the plan: how things stood.
pub(crate) const DATA_DATE: &str = "data_date";

/// In a form: the content hash of its pack.
pub(crate) const PACK: &str = "pack";
/// In a form: its name within the pack.
pub(crate) const FORM: &str = "form";
/// The start of the fields that hold answers of a form: `a/<field>`.
pub(crate) const ANSWER: &str = "a/";
/// The start of the fields that hold rows of its tables: `t/<table>/<row>/order`.
pub(crate) const TABLE: &str = "t/";
/// The start of the parts of a row that hold its cells: `c/<column>`.
pub(crate) const COLUMN: &str = "c/";
/// The start of the fields that hold comments on a form: `r/<comment>/text`.
pub(crate) const COMMENT: &str = "r/";
/// Of a comment: the place that it is on, as its key.
pub(crate) const ON: &str = "on";
/// Of a comment that answers another: which.
pub(crate) const TO: &str = "to";
/// Of a comment that begins a thread: 1, it is settled.
pub(crate) const SETTLED: &str = "settled";

/// Longest name, owner or deliverable, in characters.
pub(crate) const MAX_TEXT: usize = 2_000;
/// Longest duration and lag: 50 years of minutes.
pub(crate) const MAX_MINUTES: i64 = 50 * 366 * 24 * 60;
/// Longest note, in bytes.
pub(crate) const MAX_NOTE: usize = 1 << 20;
/// Most tasks, and most links, that one command may add.
pub(crate) const MAX_ROWS: usize = 100_000;
/// Most resources of a plan.
pub(crate) const MAX_RESOURCES: usize = 5_000;
/// Most baselines of a plan, removed ones too.
pub(crate) const MAX_BASELINES: usize = 100;
/// Most custom fields of a plan that are shown, those of imported files aside.
pub(crate) const MAX_FIELDS: usize = 50;
/// Most custom fields of a plan, removed ones too.
pub(crate) const MAX_FIELDS_EVER: usize = 200;
/// Most options of a custom field, removed ones too.
pub(crate) const MAX_OPTIONS: usize = 100;
/// Most changes of how much there is of a resource.
pub(crate) const MAX_CHANGES: usize = 200;
/// Most exceptions of a calendar.
pub(crate) const MAX_EXCEPTIONS: usize = 5_000;
pub(crate) const WORDS: &str = "words";
pub(crate) const COMMANDS: &str = "commands";
pub(crate) const DECISION: &str = "decision";

/// Longest proposal, in bytes of its commands and words.
pub(crate) const MAX_PROPOSAL: usize = 100_000;
/// Longest part of a source, and longest value of a custom field that is brought back, in bytes.
pub(crate) const MAX_PART: usize = 64 * 1024;

/// Most fields of a form that are answered, tables aside.
pub(crate) const MAX_ANSWERS: usize = 500;
/// Most tables of a form.
pub(crate) const MAX_TABLES: usize = 100;
/// Most rows of a table that stand.
pub(crate) const MAX_TABLE_ROWS: usize = 5_000;
/// Most rows of a table, removed ones too.
pub(crate) const MAX_TABLE_ROWS_EVER: usize = 20_000;
/// Most answers in a row of a table.
pub(crate) const MAX_COLUMNS: usize = 100;
/// Longest answer, in bytes; prose that people type together is longer ([`MAX_NOTE`]).
pub(crate) const MAX_ANSWER: usize = 64 * 1024;
/// Most options, and most files, of one answer.
pub(crate) const MAX_ITEMS: usize = 200;
/// Longest comment, in characters.
pub(crate) const MAX_COMMENT: usize = 4_000;
/// Most comments on a form, those that were taken back too.
pub(crate) const MAX_COMMENTS: usize = 2_000;
/// Longest content hash of a pack, in bytes.
pub(crate) const MAX_HASH: usize = 128;

/// The field of a task that says what it asks of a resource.
pub(crate) fn use_field(resource: ResourceId) -> String {
    format!("{USE}{resource}")
}

/// The resource that such a field names.
pub(crate) fn used(field: &str) -> Option<ResourceId> {
    field.strip_prefix(USE)?.parse().ok()
}

/// A field of a resource, as `info` holds it.
pub(crate) fn resource_field(resource: ResourceId, field: &str) -> String {
    format!("{RESOURCE}{resource}/{field}")
}

/// The resource and its field that a field of `info` holds.
pub(crate) fn of_resource(field: &str) -> Option<(ResourceId, &str)> {
    let (resource, field) = field.strip_prefix(RESOURCE)?.split_once('/')?;
    Some((resource.parse().ok()?, field))
}

/// The field of a task that says what a baseline holds of it.
pub(crate) fn base_field(baseline: BaselineId) -> String {
    format!("{BASE}{baseline}")
}

/// The baseline that such a field names.
pub(crate) fn in_baseline(field: &str) -> Option<BaselineId> {
    field.strip_prefix(BASE)?.parse().ok()
}

/// A field of a baseline, as `info` holds it.
pub(crate) fn baseline_field(baseline: BaselineId, field: &str) -> String {
    format!("{BASELINE}{baseline}/{field}")
}

/// The baseline and its field that a field of `info` holds.
pub(crate) fn of_baseline(field: &str) -> Option<(BaselineId, &str)> {
    let (baseline, field) = field.strip_prefix(BASELINE)?.split_once('/')?;
    Some((baseline.parse().ok()?, field))
}

/// The field of a task that holds its value of a custom field.
pub(crate) fn custom(field: FieldId) -> String {
    format!("{CUSTOM}{field}")
}

/// The custom field that such a field names.
pub(crate) fn in_custom(field: &str) -> Option<FieldId> {
    field.strip_prefix(CUSTOM)?.parse().ok()
}

/// A part of a custom field, as `info` holds it.
pub(crate) fn field_part(field: FieldId, part: &str) -> String {
    format!("{FIELD}{field}/{part}")
}

/// The custom field and its part that a field of `info` holds.
pub(crate) fn of_field(field: &str) -> Option<(FieldId, &str)> {
    let (field, part) = field.strip_prefix(FIELD)?.split_once('/')?;
    Some((field.parse().ok()?, part))
}

/// The part of a custom field that holds a part of an option.
pub(crate) fn option_part(option: OptionId, part: &str) -> String {
    format!("{OPTION}{option}/{part}")
}

/// The option and its part that a part of a custom field holds.
pub(crate) fn of_option(part: &str) -> Option<(OptionId, &str)> {
    let (option, part) = part.strip_prefix(OPTION)?.split_once('/')?;
    Some((option.parse().ok()?, part))
}

/// The field of a weekday's hours, Monday 0.
pub(crate) fn week_field(day: usize) -> String {
    format!("week{day}")
}

/// The start of the fields that hold exceptions: `day/2026-10-01`, and `day/2026-10-01/1` for a further one.
pub(crate) const DAY: &str = "day/";

pub(crate) fn write_hours(hours: &Hours) -> String {
    let spans: Vec<String> = hours
        .iter()
        .map(|(from, to)| format!("{from}-{to}"))
        .collect();
    spans.join(",")
}

/// `None` where the text is no list of ascending spans within a day.
pub(crate) fn read_hours(text: &str) -> Option<Hours> {
    let mut hours = Hours::new();
    for span in text.split(',').filter(|s| !s.is_empty()) {
        let (from, to) = span.split_once('-')?;
        hours.push((from.parse().ok()?, to.parse().ok()?));
    }
    are_hours(&hours).then_some(hours)
}

/// Whether hours are ascending, apart, and within a day.
pub(crate) fn are_hours(hours: &Hours) -> bool {
    let mut last = 0;
    hours.len() <= 100
        && hours.iter().all(|(from, to)| {
            let fits = last <= *from && from < to && *to <= base::time::DAY;
            last = *to;
            fits
        })
}

/// The date of a moment, `YYYY-MM-DD`.
pub(crate) fn date(moment: Moment) -> String {
    moment.to_string().chars().take(10).collect()
}

/// The fields of a calendar's exceptions. Their rank says which of two that overlap wins.
pub(crate) fn write_exceptions(calendar: &Calendar) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::with_capacity(calendar.exceptions.len());
    let mut before: Vec<(i64, i64, u32)> = Vec::new();
    for exception in &calendar.exceptions {
        let (first, last) = (exception.first.day(), exception.last.day());
        let rank = before
            .iter()
            .filter(|(f, l, _)| *f <= last && first <= *l)
            .map(|(_, _, rank)| rank + 1)
            .max()
            .unwrap_or(0);
        before.push((first, last, rank));
        let mut key = format!("{DAY}{}", date(exception.first));
        let taken = before.iter().filter(|(f, _, _)| *f == first).count() - 1;
        if taken > 0 {
            key = format!("{key}/{taken}");
        }
        let hours = write_hours(&exception.hours);
        let last = date(exception.last);
        out.push((key, format!("{rank};{last};{hours};{}", exception.name)));
    }
    out
}

/// An exception and its rank; `None` where key or text cannot be read.
pub(crate) fn read_exception(key: &str, text: &str) -> Option<(u32, Exception)> {
    let first = key.strip_prefix(DAY)?.split('/').next()?;
    let mut parts = text.splitn(4, ';');
    let rank = parts.next()?.parse().ok()?;
    let last: Moment = parts.next()?.parse().ok()?;
    let hours = read_hours(parts.next()?)?;
    let name = parts.next()?.to_owned();
    let first: Moment = first.parse().ok()?;
    (first <= last).then_some((
        rank,
        Exception {
            name,
            first,
            last,
            hours,
        },
    ))
}
