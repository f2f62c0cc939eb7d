//! Which project of a file is read, and the rules by which its dates are derived.

use base::Moment;
use domain::plan::{LagCalendar, Latest, Logic, Rules};
use rustc_hash::FxHashMap;

use super::row::Row;
use super::table::Tables;
use crate::mspdi::{Adjustment, ReadError};

/// The project that is read.
pub(super) struct Project<'a> {
    /// The file's number of it.
    pub(super) id: &'a str,
    pub(super) name: String,
    pub(super) start: Option<Moment>,
    /// The number of its calendar.
    pub(super) calendar: &'a str,
    pub(super) rules: Rules,
    /// Dates that links to other projects once gave hold tasks.
    pub(super) outer_dates: bool,
    /// Activities last until the date on which they are expected to finish.
    pub(super) expected_finishes: bool,
    /// What the plan carries only nearly, and which projects there are beside.
    pub(super) adjusted: Vec<Adjustment>,
}

/// What a person may call a project: its short name, its full name, the file's number.
struct Names<'a> {
    id: &'a str,
    short: String,
    full: String,
    /// Only there because tasks of the exported ones wait for tasks of it.
    reference: bool,
}

impl Names<'_> {
    fn is(&self, wanted: &str) -> bool {
        let wanted = wanted.trim().to_lowercase();
        [self.id, &self.short, &self.full]
            .iter()
            .any(|name| name.to_lowercase() == wanted)
    }

    fn shown(&self) -> String {
        match (self.short.is_empty(), self.full.is_empty()) {
            (true, _) => self.full.clone(),
            (false, true) => self.short.clone(),
            _ if self.short == self.full => self.short.clone(),
            _ => format!("{} {}", self.short, self.full),
        }
    }
}

impl<'a> Project<'a> {
    /// The project of a name, or the first that was exported. `None` where the file has no project.
    pub(super) fn choose(
        tables: &Tables<'a>,
        wanted: Option<&str>,
    ) -> Result<Option<Self>, ReadError> {
        // the full name is that of the root of its branches
        let mut full: FxHashMap<&str, String> = FxHashMap::default();
        for row in tables.rows("PROJWBS") {
            if row.flag("proj_node_flag")
                && let Some(name) = row.words("wbs_name")
            {
                full.entry(row.key("proj_id")).or_insert(name);
            }
        }
        let all: Vec<Names<'a>> = (tables.rows("PROJECT"))
            .map(|row| {
                let id = row.key("proj_id");
                Names {
                    id,
                    short: row.words("proj_short_name").unwrap_or_default(),
                    full: (full.remove(id).or_else(|| row.words("proj_name"))).unwrap_or_default(),
                    reference: row.text("export_flag").is_some() && !row.flag("export_flag"),
                }
            })
            .collect();
        let at = match wanted {
            Some(wanted) => {
                let at = all.iter().position(|names| names.is(wanted));
                Some(at.ok_or_else(|| ReadError::NoProject {
                    name: wanted.chars().take(64).collect(),
                    others: all.iter().take(20).map(Names::shown).collect(),
                })?)
            }
            None => {
                let exported = all.iter().position(|names| !names.reference);
                exported.or((!all.is_empty()).then_some(0))
            }
        };
        let Some(at) = at else { return Ok(None) };
        let (Some(names), Some(row)) = (all.get(at), tables.rows("PROJECT").nth(at)) else {
            return Ok(None);
        };
        let others = all.iter().enumerate().filter(|(other, _)| *other != at);
        let mut project = Self {
            id: names.id,
            name: match names.full.is_empty() {
                true => names.short.clone(),
                false => names.full.clone(),
            },
            start: row.moment("plan_start_date")?,
            calendar: match row.key("clndr_id") {
                "" => super::calendars::default_of(tables).unwrap_or(""),
                own => own,
            },
            rules: Rules {
                data_date: row.moment("last_recalc_date")?,
                critical: (row.hours("critical_drtn_hr_cnt")?).map_or(0, |length| length.minutes),
                finish_by: row.moment("plan_end_date")?,
                late: Latest::FreeSlack,
                ..Rules::default()
            },
            outer_dates: true,
            expected_finishes: false,
            adjusted: others
                .map(|(_, names)| Adjustment::OtherProject {
                    name: names.shown(),
                })
                .collect(),
        };
        if row.text("critical_path_type") == Some("CT_DrivPath") {
            project.adjusted.push(Adjustment::LongestPath);
        }
        let mut options = tables.rows("SCHEDOPTIONS");
        if let Some(options) = options.find(|row| row.key("proj_id") == names.id) {
            project.options(&options);
        }
        Ok(Some(project))
    }

    fn options(&mut self, row: &Row<'a, '_>) {
        self.rules.lag = match row.text("sched_calendar_on_relationship_lag") {
            Some("rcal_Successor") => LagCalendar::Successor,
            Some("rcal_ProjDefault") => LagCalendar::Plan,
            Some("rcal_24Hour") => LagCalendar::Elapsed,
            _ => LagCalendar::Predecessor,
        };
        let retained = row.flag("sched_retained_logic");
        if row.flag("sched_progress_override") && !retained {
            self.rules.logic = Logic::Override;
        } else if row.text("sched_retained_logic").is_some() && !retained {
            self.adjusted.push(Adjustment::ActualDates);
        }
        self.expected_finishes = row.flag("sched_use_expect_end_flag");
        self.outer_dates = row.text("sched_outer_depend_type") != Some("SD_None");
        if row.flag("sched_open_critical_flag") {
            self.adjusted.push(Adjustment::OpenEnds);
        }
    }

    /// Whether a row belongs to it; one that names no project does.
    pub(super) fn has(&self, row: &Row<'a, '_>) -> bool {
        row.text("proj_id").is_none_or(|id| id == self.id)
    }
}
