//! An imported plan, added to what is there.

use base::TaskId;
use domain::plan::{Constraint, Plan};
use rustc_hash::{FxHashMap, FxHashSet};

use super::write::Write;
use super::{
    CommandError, RulesEdit, amount, calendar, check_duration, check_lag, check_text, link,
};
use crate::model::PlanModel;
use crate::order;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

pub(super) fn plan(model: &mut PlanModel, plan: &Plan) -> Result<Vec<Write>, CommandError> {
    check(model, plan)?;
    let mut writes = Vec::new();
    let (outline, model) = model.outlined();
    let empty = outline.order.is_empty();
    for (id, data) in &plan.calendars {
        writes.extend(calendar::put(model, *id, data)?);
    }
    let info = &model.info;
    let mut field = |field: &str, unset: bool, value: Scalar| {
        if (empty || unset) && !value.is_null() {
            writes.push(Write::set(Subject::Plan, field, value));
        }
    };
    field(
        schema::NAME,
        info.name.is_empty(),
        Scalar::text_or_null(&plan.name),
    );
    field(
        schema::START,
        info.start.is_none(),
        Scalar::show(Some(plan.start)),
    );
    field(
        schema::CALENDAR,
        info.calendar.is_none(),
        Scalar::show(plan.calendar),
    );
    field(
        schema::SOURCE,
        info.source.is_none(),
        Scalar::show(plan.source),
    );
    field(
        schema::PEOPLE,
        info.source.is_none(),
        Scalar::flag(plan.people),
    );
    field(
        schema::COSTS,
        info.source.is_none(),
        Scalar::flag(plan.costs),
    );
    if empty {
        let rules = plan.rules;
        for edit in [
            RulesEdit::Lag(rules.lag),
            RulesEdit::Logic(rules.logic),
            RulesEdit::DatesWin(rules.dates_win),
            RulesEdit::Critical(rules.critical),
            RulesEdit::Near(rules.near),
            RulesEdit::Late(rules.late),
            RulesEdit::FinishBy(rules.finish_by),
            RulesEdit::Crews(rules.crews),
        ] {
            writes.extend(super::plan::rules(edit)?);
        }
    }

    for resource in &plan.resources {
        writes.extend(super::resource::add(model, resource)?);
    }
    let mut uses = super::resource::by_task(&plan.assignments);
    for baseline in &plan.baselines {
        writes.extend(super::baseline::head(model, baseline)?);
    }

    writes.extend(super::field::import(model, &plan.fields)?);

    // order keys: the tasks of each parent, in the order in which they come
    let mut children: FxHashMap<Option<TaskId>, Vec<TaskId>> = FxHashMap::default();
    for task in &plan.tasks {
        children.entry(task.parent).or_default().push(task.id);
    }
    let mut keys: FxHashMap<TaskId, String> = FxHashMap::default();
    for (parent, ids) in &children {
        let siblings: Vec<(TaskId, &str)> = outline
            .children_of(*parent)
            .iter()
            .filter_map(|id| {
                model
                    .tasks
                    .get(id)
                    .map(|row| (*id, row.task.order.as_str()))
            })
            .collect();
        let there: Vec<&str> = siblings.iter().map(|(_, key)| *key).collect();
        let (new, others) = order::place(&there, there.len(), ids.len());
        keys.extend(ids.iter().copied().zip(new));
        for (i, key) in others {
            if let Some((id, _)) = siblings.get(i) {
                let task = Subject::Task(*id);
                writes.push(Write::set(task, schema::ORDER, Scalar::Text(key)));
            }
        }
    }
    for task in &plan.tasks {
        let subject = Subject::Task(task.id);
        writes.push(Write::Create(subject));
        let mut set = |field: &str, value: Scalar| {
            if !value.is_null() {
                writes.push(Write::set(subject, field, value));
            }
        };
        set(schema::NAME, Scalar::text(&task.name));
        set(schema::PARENT, Scalar::show(task.parent));
        set(
            schema::ORDER,
            Scalar::Text(keys.remove(&task.id).unwrap_or_default()),
        );
        set(schema::DURATION, Scalar::Int(task.duration));
        set(schema::UID, task.uid.map_or(Scalar::Null, Scalar::Int));
        let (not_before, constraint) = match task.constraint {
            Some(Constraint::StartNoEarlier(at)) => (task.not_before.max(Some(at)), None),
            constraint => (task.not_before, constraint),
        };
        set(schema::NOT_BEFORE, Scalar::show(not_before));
        set(schema::CONSTRAINT, Scalar::show(constraint));
        set(schema::DEADLINE, Scalar::show(task.deadline));
        set(schema::PLACED, Scalar::show(task.placed));
        set(schema::INACTIVE, Scalar::flag(task.inactive));
        set(schema::ELAPSED, Scalar::flag(task.elapsed));
        for (field, minutes) in [(schema::PAUSE, task.pause), (schema::DELAY, task.delay)] {
            let some = (minutes > 0).then_some(minutes);
            set(field, some.map_or(Scalar::Null, Scalar::Int));
        }
        set(schema::OWN_HOURS, Scalar::flag(task.own_hours));
        set(schema::STAYS, super::task::kept(task.stays));
        set(
            schema::PRIORITY,
            task.priority
                .map_or(Scalar::Null, |p| Scalar::Int(p.into())),
        );
        for (resource, part) in uses.remove(&task.id).unwrap_or_default() {
            set(&schema::use_field(resource), Scalar::show(Some(part)));
        }
        for baseline in &plan.baselines {
            let agreed = Scalar::show(baseline.tasks.get(&task.id));
            set(&schema::base_field(baseline.id), agreed);
        }
        for field in &plan.fields {
            set(
                &schema::custom(field.id),
                Scalar::show(field.values.get(&task.id)),
            );
        }
        set(schema::BUDGET, amount(schema::BUDGET, task.budget)?);
        set(schema::OWNER, Scalar::text_or_null(&task.owner));
        set(schema::DELIVERABLE, Scalar::text_or_null(&task.deliverable));
        set(schema::CALENDAR, Scalar::show(task.calendar));
    }
    for one in &plan.links {
        writes.push(Write::Create(Subject::Link(one.id)));
        writes.extend(link::fields(one));
    }
    Ok(writes)
}

fn check(model: &PlanModel, plan: &Plan) -> Result<(), CommandError> {
    if plan.tasks.len() > schema::MAX_ROWS || plan.links.len() > schema::MAX_ROWS {
        return Err(CommandError::invalid(
            "plan",
            "more than 100,000 tasks or links",
        ));
    }
    check_text(schema::NAME, &plan.name)?;
    let taken = || CommandError::invalid("id", "there is such an id already");
    let mut tasks: FxHashSet<TaskId> = FxHashSet::default();
    for task in &plan.tasks {
        check_text(schema::NAME, &task.name)?;
        check_text(schema::OWNER, &task.owner)?;
        check_text(schema::DELIVERABLE, &task.deliverable)?;
        check_duration(task.duration)?;
        check_duration(task.pause)?;
        check_duration(task.delay)?;
        // a parent comes before its children, so there can be no cycle
        if let Some(parent) = task.parent
            && !tasks.contains(&parent)
            && model.standing(parent).is_none()
        {
            return Err(CommandError::NoTask(parent));
        }
        if model.tasks.contains_key(&task.id) || !tasks.insert(task.id) {
            return Err(taken());
        }
    }
    let mut links = FxHashSet::default();
    for link in &plan.links {
        check_lag(link.lag)?;
        if model.links.contains_key(&link.id) || !links.insert(link.id) {
            return Err(taken());
        }
    }
    super::resource::check_import(model, plan, &tasks)?;
    super::baseline::check_import(model, plan, &tasks)?;
    super::field::check_import(model, plan, &tasks)?;
    for (id, data) in &plan.calendars {
        calendar::check(data)?;
        if model.calendars.contains_key(id) {
            return Err(taken());
        }
    }
    Ok(())
}
