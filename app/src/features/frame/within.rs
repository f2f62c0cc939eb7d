//! What can be found in the project that is looked at: its tasks, its resources, the parts of its plan.

use std::collections::HashMap;

use shared::base::ProjectId;
use shared::doc::view::plan::PlanView;

use super::palette::{Act, Entry};
use crate::i18n::{t_string, use_i18n};
use crate::platform::pinyin;

/// The most that is shown of a project.
const MOST: usize = 40;

/// The project of an address.
pub(super) fn project(path: &str) -> Option<ProjectId> {
    let rest = path.strip_prefix("/projects/")?;
    rest.split('/').next()?.parse().ok()
}

/// A thing of a plan, with the words by which it is found.
struct Thing {
    words: String,
    name: String,
    more: String,
    show: String,
}

/// Everything of a plan that has a name.
pub(super) struct Things {
    project: ProjectId,
    all: Vec<Thing>,
}

impl Things {
    /// Those of a plan; `names` has the names of people by their ids.
    pub(super) fn of(project: ProjectId, view: &PlanView, names: &HashMap<String, String>) -> Self {
        let plan = &view.plan;
        let mut all = Vec::with_capacity(plan.tasks.len());
        let mut numbers: Vec<u32> = Vec::new();
        for (task, depth) in plan.tasks.iter().zip(&view.depth) {
            numbers.resize(usize::from(*depth) + 1, 0);
            if let Some(last) = numbers.last_mut() {
                *last += 1;
            }
            let number = numbers
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(".");
            let who = names.get(&task.owner).unwrap_or(&task.owner).clone();
            all.push(Thing {
                words: format!("{number} {}\n{who}\n{}", task.name, task.deliverable)
                    .to_lowercase(),
                name: format!("{number} {}", task.name),
                more: who,
                show: format!("task-{}", task.id),
            });
        }
        let i18n = use_i18n();
        let mut named = |name: &str, more: &str, show: &str| {
            all.push(Thing {
                words: name.to_lowercase(),
                name: name.to_owned(),
                more: more.to_owned(),
                show: show.to_owned(),
            });
        };
        for resource in &plan.resources {
            named(
                &resource.name,
                t_string!(i18n, resources.title),
                "resources",
            );
        }
        for (_, calendar) in &plan.calendars {
            named(
                &calendar.name,
                t_string!(i18n, shell.palette_calendar),
                "calendars",
            );
        }
        for baseline in &plan.baselines {
            named(
                &baseline.name,
                t_string!(i18n, earned.baselines),
                "baselines",
            );
        }
        let place = t_string!(i18n, shell.palette_view);
        for (name, show) in [
            (t_string!(i18n, shapes.gantt), "gantt"),
            (t_string!(i18n, shapes.board), "board"),
            (t_string!(i18n, shapes.month), "month"),
            (t_string!(i18n, shapes.milestones), "milestones"),
            (t_string!(i18n, shapes.load), "load"),
            (t_string!(i18n, shapes.network), "network"),
            (t_string!(i18n, resources.title), "resources"),
            (t_string!(i18n, resources.levels), "levels"),
            (t_string!(i18n, earned.baselines), "baselines"),
            (t_string!(i18n, earned.title), "earned"),
            (t_string!(i18n, fields.title), "fields"),
            (t_string!(i18n, plan.settings), "settings"),
            (t_string!(i18n, history.history_tool), "history"),
        ] {
            named(name, place, show);
        }
        Self { project, all }
    }

    /// What all words occur in, also as Chinese is spelt in Latin letters; whose name begins so comes first.
    pub(super) fn find(&self, search: &str) -> Vec<Entry> {
        let search = search.to_lowercase();
        let words: Vec<&str> = search.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let latin = words.iter().any(|word| word.is_ascii());
        let says = |thing: &&Thing| {
            let plain = words.iter().all(|word| thing.words.contains(word));
            plain
                || latin && !thing.words.is_ascii() && {
                    let spelt = pinyin::spelt(&thing.words);
                    (words.iter()).all(|word| thing.words.contains(word) || spelt.contains(word))
                }
        };
        let mut found: Vec<&Thing> = self.all.iter().filter(says).collect();
        let begins = |thing: &&Thing| !thing.name.to_lowercase().starts_with(&search);
        shared::base::sort::by_key(&mut found, begins);
        let entries = found.into_iter().take(MOST).map(|thing| Entry {
            icon: "check",
            text: thing.name.clone(),
            kind: thing.more.clone(),
            act: Act::Go(format!(
                "/projects/{}/plan?show={}",
                self.project, thing.show
            )),
        });
        entries.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_the_one_of_the_address() {
        let id = ProjectId::from_bytes([3; 16]);
        assert_eq!(project(&format!("/projects/{id}/plan")), Some(id));
        assert_eq!(project(&format!("/projects/{id}")), Some(id));
        assert_eq!(project("/projects"), None);
        assert_eq!(project("/account"), None);
    }
}
