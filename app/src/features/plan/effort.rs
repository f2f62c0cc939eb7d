//! What tasks ask of resources: as text in a cell, and what follows when work, duration or units change. Pure.

use shared::base::{Minutes, PersonId, ResourceId, TaskId, sort};
use shared::doc::command::{Command, TaskEdit};
use shared::domain::plan::Task;
use shared::domain::resource::{
    Assignment, Edit, Effort, MOST, Resource, ResourceKind, Share, Units, Use, WHOLE,
};

use super::holds;
use super::model::{Model, People};

/// The resource that a person is: the same in every plan, so that it is one pool.
pub(crate) fn of_person(person: PersonId) -> ResourceId {
    let mut id = [0; 8];
    for (i, byte) in person.as_bytes().iter().enumerate() {
        if let Some(to) = id.get_mut(i % 8) {
            *to ^= byte;
        }
    }
    ResourceId::from_bytes(id)
}

/// Work, duration and units of a task.
pub(crate) fn of(model: &Model, task: &Task) -> Effort {
    let works = |asked: &&Assignment| {
        let resource = model.resource(asked.resource);
        resource.is_some_and(|resource| resource.kind == ResourceKind::Work)
    };
    let shares = model.assignments(task.id).filter(works);
    Effort {
        kind: task.stays.kind,
        effort_driven: task.stays.effort_driven,
        duration: task.duration,
        shares: shares
            .map(|asked| Share {
                resource: asked.resource,
                units: asked.units,
                work: asked.work,
            })
            .collect(),
    }
}

/// The commands that bring a task from one effort to another.
fn between(task: &Task, before: &Effort, after: &Effort) -> Vec<Command> {
    let id = task.id;
    let mut commands = Vec::new();
    if after.duration != before.duration {
        let edits = holds::duration(task, after.duration).into_iter();
        commands.extend(edits.map(|edit| Command::EditTask { id, edit }));
    }
    let assign = |resource, part| Command::Assign {
        task: id,
        resource,
        part,
    };
    for share in &after.shares {
        if !before.shares.contains(share) {
            let (units, work) = (share.units, share.work);
            commands.push(assign(share.resource, Some(Use { units, work })));
        }
    }
    for share in &before.shares {
        if !after.shares.iter().any(|s| s.resource == share.resource) {
            commands.push(assign(share.resource, None));
        }
    }
    commands
}

/// What a change of work, duration or units of a task means; none where it changes nothing.
pub(crate) fn changed(model: &Model, task: &Task, edit: Edit) -> Vec<Command> {
    let before = of(model, task);
    between(task, &before, &before.edited(edit))
}

/// Another duration: work or units follow it.
pub(crate) fn duration(model: &Model, task: &Task, minutes: Minutes) -> Vec<Command> {
    let before = of(model, task);
    if before.shares.is_empty() {
        let id = task.id;
        let edits = holds::duration(task, minutes).into_iter();
        return edits.map(|edit| Command::EditTask { id, edit }).collect();
    }
    between(task, &before, &before.edited(Edit::Duration(minutes)))
}

/// Units as people read them: percent of work, a number of material.
pub(crate) fn units_text(units: Units, kind: ResourceKind) -> String {
    match kind {
        ResourceKind::Work if units % 10 == 0 => format!("{}%", units / 10),
        ResourceKind::Work => format!("{}%", decimal(units, 10)),
        ResourceKind::Material | ResourceKind::Cost => decimal(units, WHOLE),
    }
}

/// A number with as many decimals as it needs.
fn decimal(number: i64, one: i64) -> String {
    let digits = one.max(1).ilog10() as usize;
    let text = format!("{}.{:0digits$}", number / one, number % one);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Typed units; `None` where they are none.
pub(crate) fn parse_units(text: &str, kind: ResourceKind) -> Option<Units> {
    let text = text.trim();
    let (text, one) = match (text.strip_suffix(['%', '％']), kind) {
        (Some(percent), _) => (percent.trim(), 10),
        (None, ResourceKind::Work) => (text, 10),
        (None, _) => (text, WHOLE),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && part.is_empty() || part.len() > 9 {
        return None;
    }
    let figures = |text: &str| match text {
        "" => Some(0),
        text => text.parse::<u32>().ok().map(i64::from),
    };
    let over = 10_i64.pow(part.len() as u32);
    let units = figures(whole)?.checked_mul(one)? + figures(part)? * one / over;
    (0..=MOST).contains(&units).then_some(units)
}

/// The resources of a task as a cell shows them, by their names: `张伟[50%], 焊工班[300%]`.
pub(crate) fn shown(model: &Model, task: TaskId) -> String {
    let asked = model.assignments(task);
    let named = asked.filter_map(|asked| Some((model.resource(asked.resource)?, asked.units)));
    let mut texts: Vec<String> = named
        .map(|(resource, units)| match units {
            WHOLE => resource.name.clone(),
            units => format!("{}[{}]", resource.name, units_text(units, resource.kind)),
        })
        .collect();
    // not as their ids happen to be
    sort::plain(&mut texts);
    texts.join(", ")
}

/// Why a list of resources was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotUnits(pub(crate) String);

/// Typed names, with units where they are said.
fn parse(text: &str) -> Result<Vec<(&str, Option<&str>)>, NotUnits> {
    let mut all: Vec<(&str, Option<&str>)> = Vec::new();
    for part in text.split([',', '，', ';', '；', '、']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let (name, units) = match part.split_once(['[', '【']) {
            Some((name, rest)) => {
                let units = rest.trim().strip_suffix([']', '】']);
                let units = units.ok_or_else(|| NotUnits(part.to_owned()))?;
                (name.trim(), Some(units.trim()))
            }
            None => (part, None),
        };
        if name.is_empty() {
            return Err(NotUnits(part.to_owned()));
        }
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = units.or(known.1),
            None => all.push((name, units)),
        }
    }
    Ok(all)
}

/// The commands that a typed list of resources means. A name that is not known becomes a new resource, that of a person
/// of the organisation theirs.
pub(crate) fn commands(
    model: &Model,
    task: &Task,
    text: &str,
    people: &People,
    mut fresh: impl FnMut() -> ResourceId,
) -> Result<Vec<Command>, NotUnits> {
    let mut commands = Vec::new();
    let before = of(model, task);
    let mut after = before.clone();
    let mut named: Vec<ResourceId> = Vec::new();
    let mut others: Vec<Command> = Vec::new();
    for (name, units) in parse(text)? {
        let known = model.resource_named(name);
        let resource = match known {
            Some(resource) => resource.clone(),
            None => {
                let id = people.person(name).map_or_else(&mut fresh, of_person);
                match model.resource(id) {
                    // the same person under another name
                    Some(resource) => resource.clone(),
                    None => {
                        let mut resource = Resource::new(id);
                        name.clone_into(&mut resource.name);
                        let boxed = Box::new(resource.clone());
                        commands.push(Command::AddResource { resource: boxed });
                        resource
                    }
                }
            }
        };
        let kind = resource.kind;
        let units = match units {
            Some(text) => Some(parse_units(text, kind).ok_or_else(|| NotUnits(text.to_owned()))?),
            None => None,
        };
        named.push(resource.id);
        let now = model.assignments(task.id);
        let now = now.into_iter().find(|a| a.resource == resource.id);
        let units = units.unwrap_or(WHOLE);
        match (kind, now) {
            (_, Some(now)) if now.units == units => {}
            (ResourceKind::Work, None) => after = after.edited(Edit::Add(resource.id, units)),
            (ResourceKind::Work, Some(_)) => {
                after = after.edited(Edit::Units(resource.id, units));
            }
            (ResourceKind::Material | ResourceKind::Cost, _) => others.push(Command::Assign {
                task: task.id,
                resource: resource.id,
                part: Some(Use { units, work: 0 }),
            }),
        }
    }
    for asked in model.assignments(task.id) {
        if named.contains(&asked.resource) {
            continue;
        }
        if after.shares.iter().any(|s| s.resource == asked.resource) {
            after = after.edited(Edit::Remove(asked.resource));
        } else {
            others.push(Command::Assign {
                task: task.id,
                resource: asked.resource,
                part: None,
            });
        }
    }
    commands.extend(between(task, &before, &after));
    commands.extend(others);
    Ok(commands)
}

/// What of work, duration and units stays, written.
pub(crate) fn stays(task: TaskId, stays: shared::domain::resource::Stays) -> Command {
    Command::EditTask {
        id: task,
        edit: TaskEdit::Stays(stays),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::outline::tests::id;
    use super::*;

    fn crew(n: u8) -> ResourceId {
        ResourceId::from_bytes([n; 8])
    }

    fn named(n: u8, name: &str, kind: ResourceKind) -> Resource {
        Resource {
            name: name.to_owned(),
            kind,
            ..Resource::new(crew(n))
        }
    }

    /// Task 2 of 8 hours, with half a welder.
    fn model() -> Model {
        let model = super::super::edit::tests::model();
        let mut view = (*model.view).clone();
        view.plan.resources = vec![
            named(1, "Welder", ResourceKind::Work),
            named(2, "张伟", ResourceKind::Work),
            named(3, "Concrete", ResourceKind::Material),
        ];
        view.plan.assignments = vec![Assignment::of(id(2), crew(1), 500, 240)];
        Model::new(Arc::new(view))
    }

    fn typed(text: &str) -> Result<Vec<Command>, NotUnits> {
        let model = model();
        let task = model.by_id(id(2)).cloned();
        let task = task.unwrap_or_else(|| Task::new(id(2)));
        commands(&model, &task, text, &People::default(), || crew(9))
    }

    fn asks(of: u8, units: Units, work: Minutes) -> Command {
        Command::Assign {
            task: id(2),
            resource: crew(of),
            part: Some(Use { units, work }),
        }
    }

    fn asks_nothing(of: u8) -> Command {
        Command::Assign {
            task: id(2),
            resource: crew(of),
            part: None,
        }
    }

    #[test]
    fn a_typed_list_of_resources_says_who_and_how_much() {
        assert_eq!(shown(&model(), id(2)), "Welder[50%]");
        assert_eq!(typed("Welder[50%]"), Ok(vec![]));
        assert_eq!(
            typed("welder [50%]，张伟"),
            Ok(vec![asks(2, 1_000, 480)]),
            "names are found whatever their case, and commas of either script part them"
        );
        assert_eq!(
            typed("Concrete[2.5]"),
            Ok(vec![
                asks_nothing(1),
                Command::Assign {
                    task: id(2),
                    resource: crew(3),
                    part: Some(Use {
                        units: 2_500,
                        work: 0
                    })
                }
            ])
        );
        assert_eq!(typed(""), Ok(vec![asks_nothing(1)]));
    }

    #[test]
    fn a_name_that_is_not_known_becomes_a_resource() {
        let new = named(9, "Crane", ResourceKind::Work);
        assert_eq!(
            typed("Welder[50%]; Crane[200%]"),
            Ok(vec![
                Command::AddResource {
                    resource: Box::new(new)
                },
                asks(9, 2_000, 960)
            ])
        );
    }

    #[test]
    fn what_are_no_units_is_said() {
        for (text, why) in [
            ("Welder[50%", "Welder[50%"),
            ("Welder[x]", "x"),
            ("[50%]", "[50%]"),
        ] {
            assert_eq!(typed(text), Err(NotUnits(why.to_owned())), "{text}");
        }
    }

    #[test]
    fn units_are_read_as_they_are_shown() {
        for (units, kind, text) in [
            (500, ResourceKind::Work, "50%"),
            (335, ResourceKind::Work, "33.5%"),
            (3_000, ResourceKind::Work, "300%"),
            (2_500, ResourceKind::Material, "2.5"),
            (1_000, ResourceKind::Material, "1"),
        ] {
            assert_eq!(units_text(units, kind), text);
            assert_eq!(parse_units(text, kind), Some(units));
        }
        assert_eq!(parse_units("50", ResourceKind::Work), Some(500));
        for wrong in ["", "-5", "x", "1.2.3", "99999999999", "."] {
            assert_eq!(parse_units(wrong, ResourceKind::Work), None, "{wrong}");
        }
    }

    #[test]
    fn another_duration_takes_the_work_along() {
        let model = model();
        let task = model.by_id(id(2)).cloned();
        let task = task.unwrap_or_else(|| Task::new(id(2)));
        assert_eq!(
            duration(&model, &task, 960),
            [
                Command::EditTask {
                    id: id(2),
                    edit: TaskEdit::Duration(960)
                },
                asks(1, 500, 480)
            ]
        );
    }

    #[test]
    fn a_person_is_the_same_resource_everywhere() {
        let person = PersonId::from_bytes([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 9]);
        assert_eq!(
            of_person(person),
            ResourceId::from_bytes([0, 0, 0, 0, 0, 0, 0, 1])
        );
    }
}
