//! What the address asks to be shown, as `?show=task-…` or `?show=board`: links to a task, and what is found from
//! elsewhere. It leaves the address once it is shown.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use shared::base::TaskId;

use super::cx::{Cx, Line, Side};
use super::shapes::{SHAPES, Shape};

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Task(TaskId),
    Shape(Shape),
    Side(Side),
}

fn parse(show: &str) -> Option<Asked> {
    if let Some(id) = show.strip_prefix("task-") {
        return id.parse().ok().map(Asked::Task);
    }
    if let Some(shape) = SHAPES.into_iter().find(|shape| shape.key() == show) {
        return Some(Asked::Shape(shape));
    }
    Some(Asked::Side(match show {
        "resources" => Side::Resources,
        "calendars" => Side::Calendars,
        "levels" => Side::Levels,
        "baselines" => Side::Baselines,
        "earned" => Side::Earned,
        "fields" => Side::Fields,
        "settings" => Side::Settings,
        "history" => Side::History(None),
        _ => return None,
    }))
}

impl Cx {
    /// Shows a task and its sheet, whatever hides it.
    fn show_task(&self, id: TaskId) {
        if self.model.with_untracked(|model| model.by_id(id).is_none()) {
            return;
        }
        self.jump(id);
        if untrack(|| self.row_of(Line::Task(id))).is_none() {
            self.show_everything();
            self.jump(id);
        }
        self.side.set(Some(Side::Task(id)));
    }
}

/// Follows the address while the plan is shown.
pub(crate) fn follow(cx: Cx) {
    let query = use_query_map();
    let path = use_location().pathname;
    let navigate = use_navigate();
    let asked = Memo::new(move |_| query.with(|query| query.get("show")));
    Effect::new(move |_| {
        let Some(show) = asked.get() else { return };
        // nothing can be shown before the plan is here
        if cx.live.with(Option::is_none) {
            return;
        }
        if untrack(|| cx.finish()) {
            match parse(&show) {
                Some(Asked::Task(id)) => untrack(|| cx.show_task(id)),
                Some(Asked::Shape(shape)) => cx.shape.set(shape),
                Some(Asked::Side(side)) => cx.side.set(Some(side)),
                None => {}
            }
        }
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&path.get_untracked(), options);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_task_a_view_or_a_sheet() {
        let id = TaskId::from_bytes([7; 8]);
        assert_eq!(parse(&format!("task-{id}")), Some(Asked::Task(id)));
        assert_eq!(parse("board"), Some(Asked::Shape(Shape::Board)));
        assert_eq!(parse("resources"), Some(Asked::Side(Side::Resources)));
        assert_eq!(parse("task-x"), None);
        assert_eq!(parse(""), None);
    }
}
