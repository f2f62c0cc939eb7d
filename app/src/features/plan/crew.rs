//! Resources in words, and what is asked of them.

use leptos::prelude::*;
use shared::base::{Minutes, ProjectId, ResourceId};
use shared::domain::resource::{Changes, ResourceKind, Stays, TaskType, Use};
use shared::domain::schedule::level::{self, Load};

use super::cx::Cx;
use super::effort;
use super::model::Model;
use crate::i18n::t_string;
use crate::ui::dates;

/// Minutes of work in hours, to a tenth; tracked.
pub(crate) fn work_words(cx: &Cx, work: Minutes) -> String {
    let tenths = (work * 10 + 30).div_euclid(60);
    let hours = match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    };
    t_string!(cx.i18n, resources.hours, n = hours).to_string()
}

/// What the plan asks of its resources, day by day.
pub(crate) fn loads(model: &Model, project: ProjectId) -> Vec<Load> {
    let plan = &model.view.plan;
    let pool = level::pool(&[plan]);
    let priorities = level::priorities(plan);
    let project = level::Project {
        id: project,
        plan,
        assignments: &plan.assignments,
        priority: level::NORMAL,
        priorities: &priorities,
    };
    let schedules = [model.view.schedule.clone()];
    level::load(&pool, &[project], &schedules).0
}

impl Cx {
    /// A resource's name, removed ones too; tracked.
    pub(crate) fn resource_words(&self, id: ResourceId) -> String {
        let model = self.model.get();
        let view = &model.view;
        let mut all = view.plan.resources.iter().chain(&view.removed_resources);
        let found = all.find(|resource| resource.id == id);
        found.map_or_else(|| id.to_string(), |resource| resource.name.clone())
    }

    /// What a resource is; tracked.
    pub(crate) fn kind_words(&self, kind: ResourceKind) -> String {
        match kind {
            ResourceKind::Work => t_string!(self.i18n, resources.kind_work),
            ResourceKind::Material => t_string!(self.i18n, resources.kind_material),
            ResourceKind::Cost => t_string!(self.i18n, resources.kind_cost),
        }
        .to_string()
    }

    /// What of work, duration and units stays; tracked.
    pub(crate) fn stays_words(&self, written: &str) -> String {
        let stays: Stays = written.parse().unwrap_or_default();
        let kind = match stays.kind {
            TaskType::FixedUnits => t_string!(self.i18n, resources.stays_units),
            TaskType::FixedDuration => t_string!(self.i18n, resources.stays_duration),
            TaskType::FixedWork => t_string!(self.i18n, resources.stays_work),
        };
        match stays.effort_driven {
            true => format!("{kind}, {}", t_string!(self.i18n, resources.effort_driven)),
            false => kind.to_string(),
        }
    }

    /// What is asked of a resource; tracked.
    pub(crate) fn use_words(&self, written: &str) -> String {
        match written.parse::<Use>() {
            Ok(part) => {
                let units = effort::units_text(part.units, ResourceKind::Work);
                format!("{units}, {}", work_words(self, part.work))
            }
            Err(_) => t_string!(self.i18n, resources.nothing_asked).to_string(),
        }
    }

    /// The name of a field `resource/<id>/<field>`; tracked.
    pub(crate) fn resource_field_words(&self, field: &str) -> String {
        let i18n = self.i18n;
        let mut parts = field.splitn(3, '/').skip(1);
        let id = parts.next().and_then(|id| id.parse().ok());
        let name = id.map_or_else(String::new, |id| self.resource_words(id));
        let field = match parts.next().unwrap_or_default() {
            "name" => t_string!(i18n, resources.name).to_string(),
            "kind" => t_string!(i18n, resources.kind).to_string(),
            "units" => t_string!(i18n, resources.units).to_string(),
            "changes" => t_string!(i18n, resources.changes).to_string(),
            "calendar" => t_string!(i18n, plan.field_calendar).to_string(),
            "rate" => t_string!(i18n, resources.field_rate).to_string(),
            "removed" => t_string!(i18n, plan.field_removed).to_string(),
            other => other.to_owned(),
        };
        t_string!(i18n, resources.field, name = name, field = field).to_string()
    }

    /// A written value of such a field; tracked.
    pub(crate) fn resource_value_words(&self, field: &str, value: &str) -> String {
        match field.rsplit('/').next().unwrap_or_default() {
            "kind" => self.kind_words(value.parse().unwrap_or_default()),
            "units" => {
                let units = value.parse().unwrap_or(shared::domain::resource::WHOLE);
                effort::units_text(units, ResourceKind::Work)
            }
            "changes" => {
                let changes: Changes = value.parse().unwrap_or_default();
                let lang = self.lang.get();
                let each = changes.0.iter().map(|(from, units)| {
                    let units = effort::units_text(*units, ResourceKind::Work);
                    format!("{} {units}", dates::date(*from, lang))
                });
                each.collect::<Vec<_>>().join(", ")
            }
            "calendar" if value.is_empty() => {
                t_string!(self.i18n, resources.calendar_of_plan).to_string()
            }
            "calendar" => self.value_words("calendar", value),
            "removed" if value == "1" => t_string!(self.i18n, plan.value_removed).to_string(),
            "removed" => t_string!(self.i18n, plan.value_there).to_string(),
            _ => value.to_owned(),
        }
    }
}
