//! What is told because time passed, or because somebody came to hold a role.

use pack::review::Now;

use super::{Kind, Notice, about, in_time, of_role};
use crate::project::Project;

/// The most that is left of the time when somebody is told that it ends soon, in milliseconds: a day.
const SOON: i64 = 24 * 60 * 60 * 1000;

/// All that a project's people are to be told at a moment, or were to be told before: the caller keeps what was told.
/// `now.people` as [`Project::people`] gives it.
pub fn of_time(project: &Project<'_>, now: &Now<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (form, known) in project.forms() {
        let Some(review) = known.review.as_ref().filter(|_| known.undone.is_none()) else {
            continue;
        };
        let later = review.waiting(now);
        for seat in in_time(review, now) {
            let since = seat.since.0;
            if of_role(review, seat.seat) {
                notices.extend(about(Kind::Waits, *form, &seat, since, &seat.who));
            }
            notices.extend(about(Kind::Vacant, *form, &seat, since, &seat.stewards));
            let Some(due) = seat.due else { continue };
            let left = due.since(now.at);
            let soon = (due.since(seat.since) / 4).min(SOON);
            if left < 0 {
                notices.extend(about(Kind::Overdue, *form, &seat, since, &seat.who));
                let later = later.iter().find(|later| later.seat == seat.seat);
                let who = later.map(|later| &later.who - &seat.who);
                let who = who.unwrap_or_default();
                notices.extend(about(Kind::Escalated, *form, &seat, since, &who));
            } else if left <= soon {
                notices.extend(about(Kind::DueSoon, *form, &seat, since, &seat.who));
            }
        }
    }
    notices
}
