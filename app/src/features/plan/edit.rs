//! Cells as text, and typed text as commands. Pure.

use shared::base::{LinkId, Moment, ResourceId};
use shared::doc::command::{Command, ProgressEdit, TaskEdit};
use shared::domain::money::Money;
use shared::domain::plan::{FieldKind, FieldProblem, Link};

use super::columns::{Column, Writes};
use super::duration;
use super::effort;
use super::holds;
use super::model::{Model, People};
use super::own;
use super::predecessors::{self, Unread};
use super::work;
use crate::ui::dates::{self, Lang};
use crate::ui::money;

/// What cells are written with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'a> {
    /// The language.
    pub(crate) lang: Lang,
    /// Names of people.
    pub(crate) people: &'a People,
}

/// Why typed text was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// A task needs a name.
    NoName,
    /// This is no duration.
    Duration,
    /// This is no date.
    Date,
    /// This is no number from 0 to 100.
    Percent,
    /// This is no amount of money.
    Money,
    /// This is no value of a custom field.
    Own(FieldProblem),
    /// This is no list of predecessors.
    Predecessors(Unread),
    /// This is no list of resources.
    Resources(effort::NotUnits),
    /// This cell is derived.
    Derived,
}

/// What a cell shows.
pub(crate) fn shown(model: &Model, i: usize, column: Column, style: Style<'_>) -> String {
    let Some(task) = model.task(i) else {
        return String::new();
    };
    let dates = model.dates(i);
    let day = |at: Moment| dates::date(at, style.lang);
    match column {
        Column::Number => model.outline.number(i),
        Column::Name => task.name.clone(),
        Column::Duration => {
            let minutes = if model.is_summary(i) {
                model.span_of(i)
            } else {
                task.duration
            };
            duration::format(minutes, model.units, style.lang)
        }
        Column::Start => day(dates.early_start),
        Column::Finish => day(dates.early_finish),
        Column::Predecessors => {
            predecessors::format(model.incoming(task.id), &model.outline, model.units)
        }
        Column::Owner => style.people.owner(&task.owner).to_owned(),
        Column::Percent => format!("{}%", model.percent(i)),
        Column::Resources => effort::shown(model, task.id),
        Column::ActualStart => task.actual_start.map(day).unwrap_or_default(),
        Column::ActualFinish => task.actual_finish.map(day).unwrap_or_default(),
        Column::Deliverable => task.deliverable.clone(),
        Column::Slack => duration::format(dates.total_slack, model.units, style.lang),
        Column::Own(id) => own::shown(model, id, task.id, style),
        Column::Budget => model.budget(i).map(money::format).unwrap_or_default(),
        Column::Cost => model.cost(i).map(money::format).unwrap_or_default(),
        Column::AgreedStart => model.agreed(i).map(|a| day(a.start)).unwrap_or_default(),
        Column::AgreedFinish => model.agreed(i).map(|a| day(a.finish)).unwrap_or_default(),
        Column::Later => {
            let later = model.later(i).map(|minutes| {
                let text = duration::format(minutes, model.units, style.lang);
                if minutes > 0 {
                    format!("+{text}")
                } else {
                    text
                }
            });
            later.unwrap_or_default()
        }
    }
}

/// What stands in the field when editing begins.
pub(crate) fn editable(model: &Model, i: usize, column: Column, style: Style<'_>) -> String {
    let Some(task) = model.task(i) else {
        return String::new();
    };
    match column {
        Column::Start => dates::iso(model.dates(i).early_start),
        Column::ActualStart => task.actual_start.map(dates::iso).unwrap_or_default(),
        Column::ActualFinish => task.actual_finish.map(dates::iso).unwrap_or_default(),
        Column::Own(id) => own::editable(model, id, task.id, style),
        other => shown(model, i, other, style),
    }
}

/// Whether typing into the cell can mean anything at all (rights aside).
pub(crate) fn takes_text(model: &Model, i: usize, column: Column) -> bool {
    match column {
        column if column.writes() == Writes::Nothing => false,
        Column::Duration
        | Column::Start
        | Column::Percent
        | Column::Resources
        | Column::Budget
        | Column::Cost => !model.is_summary(i),
        // what a newer version knows is only shown
        Column::Own(id) => {
            (model.own_field(id)).is_some_and(|field| !matches!(field.kind, FieldKind::Other(_)))
        }
        _ => true,
    }
}

/// The commands that typed text means; none where it changes nothing.
pub(crate) fn commands(
    model: &Model,
    i: usize,
    column: Column,
    text: &str,
    style: Style<'_>,
    today: Moment,
    fresh: impl FnMut() -> LinkId,
) -> Result<Vec<Command>, NotTaken> {
    let Some(task) = model.task(i) else {
        return Ok(Vec::new());
    };
    let id = task.id;
    let text = text.trim();
    if text == editable(model, i, column, style).trim() {
        return Ok(Vec::new());
    }
    let plan = |edit| Ok(vec![Command::EditTask { id, edit }]);
    let progress = |edit| Ok(vec![Command::EditProgress { id, edit }]);
    match column {
        Column::Name if text.is_empty() => Err(NotTaken::NoName),
        Column::Name => plan(TaskEdit::Name(text.to_owned())),
        Column::Duration => {
            let minutes = duration::parse(text, model.units).ok_or(NotTaken::Duration)?;
            Ok(effort::duration(model, task, minutes))
        }
        Column::Resources => {
            let mut fresh = fresh;
            let fresh = || ResourceId::from_bytes(*fresh().as_bytes());
            effort::commands(model, task, text, style.people, fresh).map_err(NotTaken::Resources)
        }
        Column::Start => {
            let at = moment(model, i, text, today, false)?;
            plan(holds::start(model, task, at))
        }
        Column::Predecessors => {
            let typed = predecessors::parse(text, &model.outline, model.units)
                .map_err(NotTaken::Predecessors)?;
            let now: Vec<Link> = model.incoming(id).cloned().collect();
            Ok(predecessors::changes(id, &now, &typed, fresh))
        }
        Column::Owner => plan(TaskEdit::Owner(style.people.to_owner(text))),
        Column::Deliverable => plan(TaskEdit::Deliverable(text.to_owned())),
        Column::Percent => {
            let figures = text.trim_end_matches(['%', '％']).trim();
            let percent = figures.parse().ok().filter(|p| *p <= 100);
            progress(ProgressEdit::Percent(percent.ok_or(NotTaken::Percent)?))
        }
        Column::ActualStart => {
            let at = moment(model, i, text, today, false)?;
            progress(ProgressEdit::ActualStart(at))
        }
        Column::ActualFinish => {
            let at = moment(model, i, text, today, true)?;
            progress(ProgressEdit::ActualFinish(at))
        }
        Column::Budget => plan(TaskEdit::Budget(amount(text)?)),
        Column::Cost => progress(ProgressEdit::Cost(amount(text)?)),
        Column::Own(field) => {
            let field = model.own_field(field).ok_or(NotTaken::Derived)?;
            plan(own::edit(field, text, today, style).map_err(NotTaken::Own)?)
        }
        Column::Number
        | Column::Finish
        | Column::Slack
        | Column::AgreedStart
        | Column::AgreedFinish
        | Column::Later => Err(NotTaken::Derived),
    }
}

/// A typed amount; nothing where nothing is typed.
fn amount(text: &str) -> Result<Option<Money>, NotTaken> {
    match text {
        "" => Ok(None),
        text => money::parse(text).map(Some).ok_or(NotTaken::Money),
    }
}

/// What a typed percentage says of a task's actual dates, as in MS Project: what is begun began where it stands, what is
/// done ended there, what is not begun did neither. Dates that somebody reported stand as long as they can.
pub(crate) fn with_actuals(model: &Model, i: usize, mut commands: Vec<Command>) -> Vec<Command> {
    let Some(task) = model.task(i) else {
        return commands;
    };
    let [
        Command::EditProgress {
            id,
            edit: ProgressEdit::Percent(percent),
        },
    ] = commands[..]
    else {
        return commands;
    };
    let dates = model.dates(i);
    let start = task.actual_start.unwrap_or(dates.early_start);
    // a finish goes before its start goes, and comes after it has come
    let edits = match (percent, task.actual_start, task.actual_finish) {
        (0, start, finish) => [
            finish.map(|_| ProgressEdit::ActualFinish(None)),
            start.map(|_| ProgressEdit::ActualStart(None)),
        ],
        (100, began, None) => [
            began
                .is_none()
                .then_some(ProgressEdit::ActualStart(Some(start))),
            Some(ProgressEdit::ActualFinish(Some(
                dates.early_finish.max(start),
            ))),
        ],
        (100, None, Some(finish)) => [
            Some(ProgressEdit::ActualStart(Some(start.min(finish)))),
            None,
        ],
        (100, Some(_), Some(_)) => [None, None],
        (_, began, finish) => [
            finish.map(|_| ProgressEdit::ActualFinish(None)),
            began
                .is_none()
                .then_some(ProgressEdit::ActualStart(Some(start))),
        ],
    };
    let more = edits.into_iter().flatten();
    commands.extend(more.map(|edit| Command::EditProgress { id, edit }));
    commands
}

/// A typed date; a day alone means its first working minute, or the end of its last working hour.
fn moment(
    model: &Model,
    i: usize,
    text: &str,
    today: Moment,
    end: bool,
) -> Result<Option<Moment>, NotTaken> {
    if text.is_empty() {
        return Ok(None);
    }
    let near = model.dates(i).early_start;
    let (at, timed) = dates::parse(text, near, today).ok_or(NotTaken::Date)?;
    let working = model.work_of(model.task(i));
    Ok(Some(match (timed, end) {
        (true, _) => at,
        (false, false) => work::day_start(&working, at),
        (false, true) => work::day_end(&working, at),
    }))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use shared::doc::view::plan::PlanView;

    use super::super::outline::tests::{id, plan};
    use super::*;

    pub(crate) fn model() -> Model {
        let plan = plan(&[0, 1, 0]);
        let start = Moment::ymd_hm(2026, 1, 5, 8, 0).unwrap_or_default();
        let dates = shared::domain::schedule::Dates {
            early_start: start,
            early_finish: start.plus(9 * 60),
            ..Default::default()
        };
        Model::new(Arc::new(PlanView {
            depth: vec![0, 1, 0],
            summary: vec![true, false, false],
            schedule: shared::domain::schedule::Schedule {
                rows: vec![dates; 3],
                start,
                finish: start,
            },
            plan,
            ..Default::default()
        }))
    }

    fn typed(column: Column, text: &str) -> Result<Vec<Command>, NotTaken> {
        let people = People::default();
        let style = Style {
            lang: Lang::En,
            people: &people,
        };
        let fresh = || LinkId::from_bytes([9; 8]);
        commands(&model(), 1, column, text, style, Moment::default(), fresh)
    }

    #[test]
    fn typed_text_becomes_one_command() {
        let edit = |edit| Ok(vec![Command::EditTask { id: id(2), edit }]);
        assert_eq!(
            typed(Column::Name, " Dig "),
            edit(TaskEdit::Name("Dig".into()))
        );
        assert_eq!(typed(Column::Duration, "2d"), edit(TaskEdit::Duration(960)));
        assert_eq!(
            typed(Column::Start, "2026-01-06"),
            edit(TaskEdit::NotBefore(Moment::ymd_hm(2026, 1, 6, 8, 0)))
        );
        assert_eq!(typed(Column::Start, ""), edit(TaskEdit::NotBefore(None)));
        assert_eq!(
            typed(Column::Percent, "45%"),
            Ok(vec![Command::EditProgress {
                id: id(2),
                edit: ProgressEdit::Percent(45)
            }])
        );
        assert_eq!(
            typed(Column::ActualFinish, "1-7"),
            Ok(vec![Command::EditProgress {
                id: id(2),
                edit: ProgressEdit::ActualFinish(Moment::ymd_hm(2026, 1, 7, 17, 0))
            }])
        );
    }

    #[test]
    fn a_percentage_says_when_a_task_began_and_ended_as_in_ms_project() {
        let mut model = model();
        let place = 1;
        let typed = |model: &Model, percent| {
            let first = Command::EditProgress {
                id: id(2),
                edit: ProgressEdit::Percent(percent),
            };
            let all = with_actuals(model, place, vec![first.clone()]);
            assert_eq!(all[0], first);
            let edits = all.into_iter().skip(1).map(|command| match command {
                Command::EditProgress { edit, .. } => edit,
                other => panic!("{other:?}"),
            });
            edits.collect::<Vec<_>>()
        };
        let dates = model.dates(place);
        let (start, finish) = (Some(dates.early_start), Some(dates.early_finish));
        assert_eq!(typed(&model, 0), []);
        assert_eq!(typed(&model, 40), [ProgressEdit::ActualStart(start)]);
        assert_eq!(
            typed(&model, 100),
            [
                ProgressEdit::ActualStart(start),
                ProgressEdit::ActualFinish(finish)
            ]
        );
        // what was reported stands
        let mut report = |start, finish| {
            let view = Arc::make_mut(&mut model.view);
            view.plan.tasks[place].actual_start = start;
            view.plan.tasks[place].actual_finish = finish;
            [0, 40, 100].map(|percent| typed(&model, percent))
        };
        assert_eq!(
            report(start, None),
            [
                vec![ProgressEdit::ActualStart(None)],
                vec![],
                vec![ProgressEdit::ActualFinish(finish)]
            ]
        );
        assert_eq!(
            report(start, finish),
            [
                vec![
                    ProgressEdit::ActualFinish(None),
                    ProgressEdit::ActualStart(None)
                ],
                vec![ProgressEdit::ActualFinish(None)],
                vec![]
            ]
        );
    }

    #[test]
    fn what_is_later_than_agreed_is_told_and_amounts_add_up() {
        let mut view = (*model().view).clone();
        let dates = view.schedule.rows[1];
        let agreed = shared::domain::plan::Agreed {
            start: dates.early_start,
            finish: dates.early_finish.plus(-120),
            work: 480,
            budget: None,
        };
        view.plan.baselines = vec![shared::domain::plan::Baseline {
            id: shared::base::BaselineId::from_bytes([1; 8]),
            name: "agreed".to_owned(),
            at: shared::base::Timestamp(0),
            number: None,
            tasks: [(id(2), agreed)].into_iter().collect(),
        }];
        view.plan.tasks[1].budget = Some(Money::from_hundredths(1_234_550));
        view.plan.tasks[0].budget = Some(Money::from_hundredths(100));
        let model = Model::new(Arc::new(view));
        let people = People::default();
        let style = Style {
            lang: Lang::En,
            people: &people,
        };
        let shows = |i, column| shown(&model, i, column, style);
        assert_eq!(shows(1, Column::Later), "+0.25d");
        assert_eq!(shows(2, Column::Later), "", "it was not agreed");
        assert_eq!(shows(1, Column::AgreedStart), "5 Jan 2026");
        assert_eq!(shows(1, Column::Budget), "12,345.50");
        assert_eq!(
            shows(0, Column::Budget),
            "12,346.50",
            "with what lies below"
        );
        assert_eq!(shows(2, Column::Budget), "");
    }

    #[test]
    fn what_stands_there_already_is_no_change() {
        for column in super::super::columns::ALL {
            if takes_text(&model(), 1, column) {
                let people = People::default();
                let style = Style {
                    lang: Lang::En,
                    people: &people,
                };
                let text = editable(&model(), 1, column, style);
                assert_eq!(typed(column, &text), Ok(vec![]), "{column:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_kind() {
        assert_eq!(typed(Column::Name, " "), Err(NotTaken::NoName));
        assert_eq!(typed(Column::Duration, "soon"), Err(NotTaken::Duration));
        assert_eq!(typed(Column::Start, "soon"), Err(NotTaken::Date));
        assert_eq!(typed(Column::Percent, "101"), Err(NotTaken::Percent));
        assert_eq!(typed(Column::Finish, "1-1"), Err(NotTaken::Derived));
        assert_eq!(typed(Column::Budget, "-5"), Err(NotTaken::Money));
        assert_eq!(typed(Column::Later, "1d"), Err(NotTaken::Derived));
    }
}
