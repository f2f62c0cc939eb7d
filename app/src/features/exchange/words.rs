//! What happened, in the person's language.

use leptos_i18n::I18nContext;
use shared::base::Minutes;
use shared::doc::command::CommandError;
use shared::domain::schedule::Problem;
use shared::exchange::mspdi::{Adjustment, Expected, ReadError, Scope};
use shared::exchange::table::OpenError;

use super::commit::Lost;
use super::job::Trouble;
use super::preview::{DAY, Names};
use crate::i18n::{Locale, t_string};
use crate::platform::worker::WorkerError;

type I18n = I18nContext<Locale>;

const MEBIBYTE: u64 = 1 << 20;

/// Why a file was not read or not made.
pub(super) fn trouble(i18n: I18n, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Empty => t_string!(i18n, exchange.err_empty).to_string(),
        Trouble::NoTasks => t_string!(i18n, exchange.err_no_tasks).to_string(),
        Trouble::Read(error) => unread(i18n, error),
        Trouble::Worker(WorkerError::Crashed(_)) => {
            t_string!(i18n, exchange.err_crashed).to_string()
        }
        Trouble::Worker(WorkerError::NotLoaded | WorkerError::Cancelled) => {
            t_string!(i18n, exchange.err_not_loaded).to_string()
        }
        Trouble::Other(why) => t_string!(i18n, exchange.err_unknown, why = why.clone()).to_string(),
    }
}

fn unread(i18n: I18n, error: &ReadError) -> String {
    match error.clone() {
        ReadError::TooLarge { bytes, limit } => {
            let (size, limit) = (bytes.div_ceil(MEBIBYTE), limit / MEBIBYTE);
            t_string!(i18n, exchange.err_too_large, size = size, limit = limit).to_string()
        }
        ReadError::NotXml => t_string!(i18n, exchange.err_not_xml).to_string(),
        ReadError::Encoding { byte } => {
            t_string!(i18n, exchange.err_encoding, byte = byte).to_string()
        }
        ReadError::Dtd { at } => t_string!(i18n, exchange.err_dtd, line = at.line).to_string(),
        ReadError::Entity { at, name } => {
            t_string!(i18n, exchange.err_entity, name = name, line = at.line).to_string()
        }
        ReadError::Syntax { at, why } => {
            let (line, column) = (at.line, at.column);
            t_string!(
                i18n,
                exchange.err_syntax,
                line = line,
                column = column,
                why = why
            )
            .to_string()
        }
        ReadError::Truncated { at, inside } => t_string!(
            i18n,
            exchange.err_truncated,
            line = at.line,
            inside = inside
        )
        .to_string(),
        ReadError::WrongRoot { found } => {
            t_string!(i18n, exchange.err_root, found = found).to_string()
        }
        ReadError::TooDeep { at, limit } => {
            t_string!(i18n, exchange.err_deep, limit = limit, line = at.line).to_string()
        }
        ReadError::TooMany { what, limit } => {
            let what = match what.as_str() {
                "tasks" => t_string!(i18n, exchange.tasks).to_string(),
                "links" => t_string!(i18n, exchange.links).to_string(),
                "calendars and exceptions" => t_string!(i18n, exchange.calendars).to_string(),
                "assignments" => t_string!(i18n, exchange.assignments).to_string(),
                "rows" | "tables" | "columns" => t_string!(i18n, exchange.table_parts).to_string(),
                // an element, by its name in the file
                _ => t_string!(i18n, exchange.parts_of, what = what).to_string(),
            };
            t_string!(i18n, exchange.err_too_many, limit = limit, what = what).to_string()
        }
        ReadError::NoProject { name, others } => t_string!(
            i18n,
            exchange.err_no_project,
            name = name,
            others = others.join(", ")
        )
        .to_string(),
        ReadError::Table(error) => unopened(i18n, error),
        ReadError::Value {
            at,
            scope,
            owner,
            element,
            text,
            expected,
        } => t_string!(
            i18n,
            exchange.err_value,
            owner = format!("{} {owner}", self::scope(i18n, scope))
                .trim()
                .to_owned(),
            element = element,
            text = text,
            line = at.line,
            expected = self::expected(i18n, expected)
        )
        .to_string(),
    }
}

/// Why a file of tables was not opened.
fn unopened(i18n: I18n, error: OpenError) -> String {
    match error {
        OpenError::TooLarge { bytes, limit } => {
            let (size, limit) = (bytes.div_ceil(MEBIBYTE), limit / MEBIBYTE);
            t_string!(i18n, exchange.err_too_large, size = size, limit = limit).to_string()
        }
        OpenError::TooMany { limit, .. } => {
            let what = t_string!(i18n, exchange.table_parts).to_string();
            t_string!(i18n, exchange.err_too_many, limit = limit, what = what).to_string()
        }
        OpenError::OldOffice => t_string!(i18n, exchange.err_old_office).to_string(),
        OpenError::OtherPackage => t_string!(i18n, exchange.err_package).to_string(),
        OpenError::Damaged { part, why } => {
            t_string!(i18n, exchange.err_damaged, part = part, why = why).to_string()
        }
        OpenError::NotATable => t_string!(i18n, exchange.err_not_xml).to_string(),
        OpenError::Empty => t_string!(i18n, exchange.err_empty).to_string(),
    }
}

/// What a value should be.
fn expected(i18n: I18n, expected: Expected) -> String {
    match expected {
        Expected::Number => t_string!(i18n, exchange.expected_number),
        Expected::Flag => t_string!(i18n, exchange.expected_flag),
        Expected::Moment => t_string!(i18n, exchange.expected_moment),
        Expected::Duration => t_string!(i18n, exchange.expected_duration),
        Expected::Time => t_string!(i18n, exchange.expected_time),
        Expected::Hours => t_string!(i18n, exchange.expected_hours),
    }
    .to_string()
}

/// Why the plan did not take the import.
pub(super) fn refusal(i18n: I18n, error: &CommandError) -> String {
    let why = match error {
        CommandError::NotAllowed => t_string!(i18n, exchange.why_not_allowed).to_string(),
        CommandError::NotReady => t_string!(i18n, exchange.why_not_ready).to_string(),
        other => other.to_string(),
    };
    t_string!(i18n, exchange.refused, why = why).to_string()
}

/// What could not be kept beside the plan; `None` when all was.
pub(super) fn lost(i18n: I18n, lost: Lost) -> Option<String> {
    let mut parts = Vec::new();
    if lost.source {
        parts.push(t_string!(i18n, exchange.part_source).to_string());
    }
    if lost.notes > 0 {
        parts.push(t_string!(i18n, exchange.part_notes, n = lost.notes).to_string());
    }
    (!parts.is_empty())
        .then(|| t_string!(i18n, exchange.done_partly, what = parts.join("; ")).to_string())
}

/// What an element belongs to.
pub(super) fn scope(i18n: I18n, scope: Scope) -> String {
    match scope {
        Scope::Project => t_string!(i18n, exchange.scope_project),
        Scope::Task => t_string!(i18n, exchange.scope_task),
        Scope::Link => t_string!(i18n, exchange.scope_link),
        Scope::Calendar => t_string!(i18n, exchange.scope_calendar),
        Scope::Resource => t_string!(i18n, exchange.scope_resource),
        Scope::Assignment => t_string!(i18n, exchange.scope_assignment),
    }
    .to_string()
}

/// A person's word for an element of MSPDI, or a table or column of XER; empty where its own name says as much.
pub(super) fn element(i18n: I18n, name: &str) -> String {
    let word = match name {
        "Baseline" | "Baselines" => t_string!(i18n, exchange.elem_baseline),
        "ExtendedAttribute" | "ExtendedAttributes" | "UDFVALUE" => {
            t_string!(i18n, exchange.elem_extended)
        }
        "task_code" => t_string!(i18n, exchange.elem_task_code),
        "wbs_short_name" => t_string!(i18n, exchange.elem_wbs_code),
        "rsrc_short_name" | "employee_code" => t_string!(i18n, exchange.elem_resource_code),
        "TASKACTV" => t_string!(i18n, exchange.elem_activity_codes),
        "TASKPROC" => t_string!(i18n, exchange.elem_steps),
        "expect_end_date" => t_string!(i18n, exchange.elem_expected_finish),
        "suspend_date" | "resume_date" => t_string!(i18n, exchange.elem_suspended),
        "comments" => t_string!(i18n, exchange.elem_comments),
        "role_id" => t_string!(i18n, exchange.elem_role),
        "curv_id" => t_string!(i18n, exchange.elem_timephased),
        "target_cost" | "remain_cost" | "act_reg_cost" | "PROJCOST" | "orig_cost" => {
            t_string!(i18n, exchange.elem_cost)
        }
        "Work" | "RemainingWork" | "RegularWork" | "ActualWork" => {
            t_string!(i18n, exchange.elem_work)
        }
        "Cost" | "RemainingCost" | "FixedCost" | "ActualCost" => {
            t_string!(i18n, exchange.elem_cost)
        }
        "OvertimeWork" | "OvertimeCost" => t_string!(i18n, exchange.elem_overtime),
        "TimephasedData" => t_string!(i18n, exchange.elem_timephased),
        "OutlineCode" | "OutlineCodes" => t_string!(i18n, exchange.elem_outline_code),
        "Priority" => t_string!(i18n, exchange.elem_priority),
        "Deadline" => t_string!(i18n, exchange.elem_deadline),
        "Hyperlink" | "HyperlinkAddress" => t_string!(i18n, exchange.elem_hyperlink),
        "Author" | "Company" | "Manager" => t_string!(i18n, exchange.elem_author),
        "CurrencySymbol" | "CurrencyCode" => t_string!(i18n, exchange.elem_currency),
        _ => "",
    };
    word.to_string()
}

/// What was done with something that the plan cannot carry as it is.
pub(super) fn adjustment(i18n: I18n, what: &Adjustment) -> String {
    match what {
        Adjustment::Manual => t_string!(i18n, exchange.adj_manual).to_string(),
        Adjustment::EmptyRow => t_string!(i18n, exchange.adj_empty).to_string(),
        Adjustment::ConstraintDropped { constraint } => {
            let kind = self::constraint(i18n, *constraint);
            t_string!(i18n, exchange.adj_dropped, kind = kind).to_string()
        }
        Adjustment::PercentLag => t_string!(i18n, exchange.adj_percent_lag).to_string(),
        Adjustment::Rounded => t_string!(i18n, exchange.adj_rounded).to_string(),
        Adjustment::LinkDropped => t_string!(i18n, exchange.adj_link).to_string(),
        Adjustment::ScheduledFromFinish => t_string!(i18n, exchange.adj_from_finish).to_string(),
        Adjustment::CalendarException { calendar } => {
            t_string!(i18n, exchange.adj_exception, name = calendar.clone()).to_string()
        }
        Adjustment::OtherProject { name } => {
            t_string!(i18n, exchange.adj_other_project, name = name.clone()).to_string()
        }
        Adjustment::NoEnd => t_string!(i18n, exchange.adj_no_end).to_string(),
        Adjustment::EmptyBranch { name } => {
            t_string!(i18n, exchange.adj_empty_branch, name = name.clone()).to_string()
        }
        Adjustment::CalendarData { calendar } => {
            t_string!(i18n, exchange.adj_calendar_data, name = calendar.clone()).to_string()
        }
        Adjustment::ConstraintUnknown { kind } => {
            t_string!(i18n, exchange.adj_dropped, kind = kind.clone()).to_string()
        }
        Adjustment::ConstraintMoved => t_string!(i18n, exchange.adj_moved).to_string(),
        Adjustment::OuterDate => t_string!(i18n, exchange.adj_outer_date).to_string(),
        Adjustment::Spans => t_string!(i18n, exchange.adj_spans).to_string(),
        Adjustment::ResourceCalendars => {
            t_string!(i18n, exchange.adj_resource_calendars).to_string()
        }
        Adjustment::ExpectedFinish => t_string!(i18n, exchange.adj_expected_finish).to_string(),
        Adjustment::UnitsCut => t_string!(i18n, exchange.adj_units_cut).to_string(),
        Adjustment::ActualDates => t_string!(i18n, exchange.adj_actual_dates).to_string(),
        Adjustment::LongestPath => t_string!(i18n, exchange.adj_longest_path).to_string(),
        Adjustment::OpenEnds => t_string!(i18n, exchange.adj_open_ends).to_string(),
    }
}

/// MSPDI's constraint types by number.
fn constraint(i18n: I18n, number: i64) -> String {
    match number {
        1 => t_string!(i18n, exchange.constraint_alap).to_string(),
        2 => t_string!(i18n, exchange.constraint_mso).to_string(),
        3 => t_string!(i18n, exchange.constraint_mfo).to_string(),
        5 => t_string!(i18n, exchange.constraint_snlt).to_string(),
        6 => t_string!(i18n, exchange.constraint_fnet).to_string(),
        7 => t_string!(i18n, exchange.constraint_fnlt).to_string(),
        other => other.to_string(),
    }
}

/// What the schedule found wrong.
pub(super) fn problem(i18n: I18n, problem: &Problem, names: &Names) -> String {
    match problem {
        Problem::Cycle { tasks, .. } => {
            let tasks: Vec<String> = tasks.iter().map(|task| names.get(*task)).collect();
            t_string!(i18n, exchange.problem_cycle, tasks = tasks.join(" → ")).to_string()
        }
        Problem::MissingTask { .. } => t_string!(i18n, exchange.problem_missing).to_string(),
        Problem::NoCalendar { task } => {
            let task = match task {
                Some(task) => names.get(*task),
                None => t_string!(i18n, exchange.whole_plan).to_string(),
            };
            t_string!(i18n, exchange.problem_calendar, task = task).to_string()
        }
        Problem::Late { task, tasks, .. } => {
            let (task, n) = (names.get(*task), tasks.len());
            t_string!(i18n, exchange.problem_late, task = task, n = n).to_string()
        }
        Problem::FinishBy { tasks, .. } => {
            t_string!(i18n, exchange.problem_finish_by, n = tasks.len()).to_string()
        }
        Problem::Broken { .. } => t_string!(i18n, exchange.problem_broken).to_string(),
        Problem::OutOfRange { task } => {
            t_string!(i18n, exchange.problem_range, task = names.get(*task)).to_string()
        }
    }
}

/// A difference in days by the clock, with its sign: `+1.5`.
pub(super) fn days(minutes: Minutes) -> String {
    let tenths = (minutes * 10).div_euclid(DAY);
    let sign = if tenths > 0 { "+" } else { "" };
    format!("{sign}{}", tenths as f64 / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_in_days_with_its_sign() {
        assert_eq!(days(36 * 60), "+1.5");
        assert_eq!(days(-48 * 60), "-2");
        assert_eq!(days(0), "0");
    }
}
