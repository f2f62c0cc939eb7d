//! What of a file the plan does not carry, for the preview.

use base::TaskId;
use rustc_hash::FxHashMap;

use super::project::Project;
use super::row::{Row, scope};
use super::table::Tables;
use crate::mspdi::{Counter, Scope};

/// Tables of words and settings that say nothing of a project by themselves.
const WORDS: [&str; 36] = [
    "ACCOUNT",
    "ACTVCODE",
    "ACTVTYPE",
    "APPLYACTOPTIONS",
    "ASGNMNTCATTYPE",
    "ASGNMNTCATVAL",
    "CALENDAR",
    "COSTTYPE",
    "CURRTYPE",
    "DOCCATG",
    "DOCSTAT",
    "FINDATES",
    "FINTMPL",
    "FUNDSRC",
    "LOCATION",
    "MEMOTYPE",
    "NONWORK",
    "OBS",
    "PCATTYPE",
    "PCATVAL",
    "PHASE",
    "POBS",
    "RCATTYPE",
    "RCATVAL",
    "RISKTYPE",
    "ROLECATTYPE",
    "ROLECATVAL",
    "ROLELIMIT",
    "ROLERATE",
    "ROLES",
    "RSRCCURV",
    "RSRCCURVDATA",
    "SCHEDOPTIONS",
    "SHIFT",
    "SHIFTPER",
    "UMEASURE",
];

/// Counts what is not shown. `tasks` are the activities of the project that was read.
pub(super) fn count(
    tables: &Tables<'_>,
    project: &Project<'_>,
    tasks: &FxHashMap<&str, TaskId>,
    counter: &mut Counter,
) {
    let mut fields: FxHashMap<&str, &str> = FxHashMap::default();
    for row in tables.rows("UDFTYPE") {
        fields.insert(row.key("udf_type_id"), row.key("table_name"));
    }
    for table in &tables.list {
        let name = table.name.as_str();
        if WORDS.contains(&name) || matches!(name, "UDFTYPE" | "TASKMEMO" | "WBSMEMO") {
            continue;
        }
        let whole = !matches!(
            name,
            "PROJECT" | "PROJWBS" | "TASK" | "TASKPRED" | "TASKRSRC" | "RSRC" | "RSRCRATE"
        );
        for row in tables.of(table) {
            if row.text("proj_id").is_some_and(|id| id != project.id) {
                continue;
            }
            let of = |column: &str| tasks.get(row.key(column)).copied();
            if !whole {
                let task = match name {
                    "TASK" | "TASKPRED" | "TASKRSRC" => of("task_id"),
                    _ => None,
                };
                columns(&row, task, counter);
            } else if name == "UDFVALUE" {
                let table = fields.get(row.key("udf_type_id")).copied().unwrap_or("");
                let task = of("fk_id").filter(|_| table == "TASK");
                counter.one(scope(table), name, task);
            } else {
                counter.one(scope(name), name, of("task_id"));
            }
        }
    }
}

/// Counts the columns of a row that say something the plan does not carry.
fn columns(row: &Row<'_, '_>, task: Option<TaskId>, counter: &mut Counter) {
    let scope = scope(&row.table.name);
    let usual = |column: &str, value: &str| {
        matches!(
            (column, value),
            (_, "N" | "n") | ("est_wt", "1") | ("priority_num", "10")
        ) || value.parse().is_ok_and(|number: f64| number == 0.0)
            || (column == "rsrc_short_name" && row.text("rsrc_name") == Some(value))
            || (column == "wbs_short_name" && row.flag("proj_node_flag"))
    };
    for (column, value) in row.values() {
        let judged =
            column == "phys_complete_pct" && row.text("complete_pct_type") == Some("CP_Phys");
        if !carried(scope, &row.table.name, column) && !judged && !usual(column, value) {
            counter.one(scope, column, task);
        }
    }
}

/// Whether the plan carries a column, or we derive it ourselves, or it is of the program's own keeping.
fn carried(scope: Scope, table: &str, column: &str) -> bool {
    let kept = matches!(
        column,
        "guid"
            | "tmpl_guid"
            | "create_date"
            | "create_user"
            | "update_date"
            | "update_user"
            | "last_checksum"
            | "proj_id"
            | "rsrc_id"
            | "wbs_id"
            | "task_id"
            | "obs_id"
            | "pobs_id"
            | "clndr_id"
            | "seq_num"
    );
    kept || match (table, scope) {
        ("PROJECT", _) => !matches!(
            column,
            "sum_base_proj_id" | "proj_url" | "location_id" | "priority_num" | "acct_id"
        ),
        ("PROJWBS", _) => {
            column.starts_with("ev_")
                || matches!(
                    column,
                    "proj_node_flag"
                        | "sum_data_flag"
                        | "status_code"
                        | "wbs_name"
                        | "parent_wbs_id"
                        | "plan_open_state"
                        | "phase_id"
                        | "dscnt_period_type"
                )
        }
        ("TASK", _) => {
            [
                "early_",
                "late_",
                "rem_late_",
                "target_",
                "act_",
                "remain_",
                "external_",
                "float_path",
            ]
            .iter()
            .any(|begin| column.starts_with(begin))
                || matches!(
                    column,
                    "task_name"
                        | "task_type"
                        | "duration_type"
                        | "status_code"
                        | "complete_pct_type"
                        | "rev_fdbk_flag"
                        | "lock_plan_flag"
                        | "auto_compute_act_flag"
                        | "total_float_hr_cnt"
                        | "free_float_hr_cnt"
                        | "cstr_type"
                        | "cstr_date"
                        | "cstr_type2"
                        | "cstr_date2"
                        | "restart_date"
                        | "reend_date"
                        | "priority_type"
                        | "driving_path_flag"
                        | "crt_path_num"
                )
        }
        ("TASKPRED", _) => column != "comments",
        ("TASKRSRC", _) => {
            column.ends_with("_date")
                || column.ends_with("_flag")
                || matches!(
                    column,
                    "taskrsrc_id"
                        | "taskrsrc_sum_id"
                        | "remain_qty"
                        | "target_qty"
                        | "remain_qty_per_hr"
                        | "target_qty_per_hr"
                        | "act_ot_qty"
                        | "act_reg_qty"
                        | "act_this_per_qty"
                        | "ot_factor"
                        | "rate_type"
                        | "rsrc_type"
                        | "cost_per_qty_source_type"
                        | "has_rsrchours"
                )
        }
        ("RSRC", _) => {
            column.ends_with("_flag")
                || matches!(
                    column,
                    "rsrc_name"
                        | "rsrc_type"
                        | "rsrc_seq_num"
                        | "cost_qty_type"
                        | "curr_id"
                        | "unit_id"
                        | "shift_id"
                        | "user_id"
                        | "def_qty_per_hr"
                        | "ot_factor"
                )
        }
        _ => matches!(
            column,
            "rsrc_rate_id" | "max_qty_per_hr" | "cost_per_qty" | "start_date" | "shift_period_id"
        ),
    }
}
