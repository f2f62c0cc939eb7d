//! Links between the chosen tasks, one after the other, as MS Project makes them (Ctrl+F2, Ctrl+Shift+F2).

use std::collections::HashSet;

use leptos::prelude::*;
use shared::base::TaskId;
use shared::doc::command::Command;
use shared::domain::plan::{Lag, LinkKind};

use super::cx::Cx;
use crate::i18n::t_string;
use crate::platform::random;
use crate::ui::notice::Tone;

/// The pairs that follow each other and are not linked yet, either way; a summary and what lies below it are no pair.
fn pairs(
    chosen: &[TaskId],
    linked: &HashSet<(TaskId, TaskId)>,
    within: impl Fn(TaskId, TaskId) -> bool,
) -> Vec<(TaskId, TaskId)> {
    let pairs = chosen.iter().zip(chosen.iter().skip(1));
    pairs
        .map(|(pred, succ)| (*pred, *succ))
        .filter(|(pred, succ)| {
            let known = linked.contains(&(*pred, *succ)) || linked.contains(&(*succ, *pred));
            !known && !within(*pred, *succ) && !within(*succ, *pred)
        })
        .collect()
}

impl Cx {
    /// The chosen tasks, by row.
    fn chosen_rows(&self) -> Vec<TaskId> {
        let chosen = self.chosen_now();
        let model = self.model.get_untracked();
        let rows = self.rows.get_untracked();
        let ids = rows.tasks().filter_map(|i| model.outline.id(i));
        ids.filter(|id| chosen.contains(id)).collect()
    }

    /// Lets each of the chosen tasks wait for the one above it.
    pub(crate) fn link_chosen(&self) {
        let chosen = self.chosen_rows();
        if chosen.len() < 2 {
            let text = t_string!(self.i18n, plan.link_choose).to_string();
            return self.notices.say(Tone::Trouble, text);
        }
        if !self.may_plan() || !self.finish() {
            return;
        }
        let linked = self.model.with_untracked(|model| {
            let links = model.view.plan.links.iter();
            links.map(|link| (link.pred, link.succ)).collect()
        });
        let model = self.model.get_untracked();
        let within = |task: TaskId, summary: TaskId| {
            let place = |id| model.outline.index_of(id);
            let both = place(task).zip(place(summary));
            both.is_some_and(|(task, summary)| model.outline.is_below(task, summary))
        };
        let commands: Vec<Command> = pairs(&chosen, &linked, within)
            .into_iter()
            .map(|(pred, succ)| Command::AddLink {
                id: random::link_id(),
                pred,
                succ,
                kind: LinkKind::FinishStart,
                lag: Lag::Working(0),
            })
            .collect();
        let n = commands.len();
        if self.dispatch_all(commands) {
            self.say_done(t_string!(self.i18n, plan.linked, n = n).to_string());
        }
    }

    /// Takes the links between the chosen tasks away.
    pub(crate) fn unlink_chosen(&self) {
        let chosen: HashSet<TaskId> = self.chosen_rows().into_iter().collect();
        if !self.may_plan() || !self.finish() {
            return;
        }
        let commands: Vec<Command> = self.model.with_untracked(|model| {
            let links = model.view.plan.links.iter();
            let within = links.filter(|l| chosen.contains(&l.pred) && chosen.contains(&l.succ));
            within
                .map(|link| Command::RemoveLink { id: link.id })
                .collect()
        });
        let n = commands.len();
        if n > 0 && self.dispatch_all(commands) {
            self.say_done(t_string!(self.i18n, plan.unlinked, n = n).to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_task_waits_for_the_one_above_it_and_what_is_linked_stays() {
        let id = |n: u8| TaskId::from_bytes([n; 8]);
        let linked = [(id(1), id(2)), (id(4), id(3))].into_iter().collect();
        let all = [1, 2, 3, 4, 5].map(id);
        let apart = |_, _| false;
        let made = pairs(&all, &linked, apart);
        assert_eq!(made, [(id(2), id(3)), (id(4), id(5))]);
        assert_eq!(pairs(&all[..1], &HashSet::new(), apart), []);
        // the first is a summary of the second
        let below = |task, summary| (task, summary) == (id(2), id(1));
        assert_eq!(pairs(&all[..3], &HashSet::new(), below), [(id(2), id(3))]);
    }
}
