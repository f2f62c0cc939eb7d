//! What the screen does with its lens: looks, finds, says what groups have in common, keeps views.

use std::collections::HashSet;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::base::TaskId;
use shared::domain::plan::Task;

use super::columns::Column;
use super::cx::{Cx, Line};
use super::lens::{Group, Lens, Only, Shared};
use super::model::Model;
use super::rows::Head;
use crate::i18n::t_string;
use crate::platform::screen;
use crate::ui::dates::{self, Lang};
use crate::ui::notice::Tone;

/// A view that somebody named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) name: String,
    pub(crate) lens: Lens,
    /// The columns; the usual ones where `None`.
    pub(crate) columns: Option<Vec<Column>>,
}

impl Cx {
    /// Looks at something else.
    pub(crate) fn look(&self, change: impl FnOnce(&mut Lens)) {
        if !self.finish() {
            return;
        }
        self.kept.update(HashSet::clear);
        self.chosen.update(HashSet::clear);
        let before = self.cursor.get_untracked().line;
        if self.lens.with_untracked(|lens| *lens == Lens::default()) {
            self.looked_from.set_value(before);
        }
        self.lens.update(change);
        // where nothing was found the cursor stood nowhere: it goes back
        if before == Line::New && untrack(|| self.row_of(self.looked_from.get_value())).is_some() {
            let line = self.looked_from.get_value();
            self.cursor.update(|cursor| cursor.line = line);
        }
        let this = *self;
        request_animation_frame(move || {
            let current = this.cursor.get_untracked().line;
            if let Some(row) = untrack(|| this.row_of(current)) {
                this.reveal(row);
            }
            this.follow();
        });
    }

    /// Opens the field that finds.
    pub(crate) fn find(&self) {
        self.lens_open.set(true);
        // the bar comes when its part of the app is there
        request_animation_frame(|| screen::focus("plan-find"));
    }

    /// Opens the bar of filters, or closes it and shows everything.
    pub(crate) fn toggle_lens(&self) {
        if self.lens_open.get_untracked() {
            self.show_everything();
        } else {
            self.find();
        }
    }

    /// All tasks in the order of the outline.
    pub(crate) fn show_everything(&self) {
        self.lens_open.set(false);
        self.look(|lens| *lens = Lens::default());
        self.focus();
    }

    /// A task that is being written stays in sight, whatever it becomes.
    pub(crate) fn keep_in_sight(&self, id: TaskId) {
        let looks = self.lens.with_untracked(Lens::filters);
        if looks && !self.kept.with_untracked(|kept| kept.contains(&id)) {
            self.kept.update(|kept| {
                kept.insert(id);
            });
        }
    }

    /// Whether rows may be put elsewhere; says why not.
    pub(crate) fn may_reorder(&self) -> bool {
        let outline = self.rows.with_untracked(|rows| rows.outline);
        if !outline {
            let text = t_string!(self.i18n, lens.not_in_order).to_string();
            self.notices.say(Tone::Trouble, text);
        }
        outline
    }

    /// The first row with a task, else the empty line; tracked.
    pub(crate) fn first_line(&self) -> Line {
        let first = self.rows.with(|rows| rows.tasks().next());
        let id = first.and_then(|i| self.model.with(|m| m.outline.id(i)));
        id.map_or(Line::New, Line::Task)
    }

    /// The task that a new last one comes after: that of the last row, or the last of the outline where rows stand in
    /// another order.
    pub(crate) fn last_task<'a>(&self, model: &'a Model) -> Option<&'a Task> {
        let last = self.rows.with_untracked(|rows| match rows.outline {
            true => rows.tasks().next_back(),
            false => model.outline.last_child(None),
        });
        model.task(last?)
    }

    /// Folds a group, or unfolds it.
    pub(crate) fn fold_group(&self, of: &Shared) {
        self.folded_groups.update(|folded| {
            if !folded.remove(of) {
                folded.insert(of.clone());
            }
        });
    }

    /// What the tasks under a heading have in common; tracked.
    pub(crate) fn head_words(&self, head: &Head) -> String {
        self.shared_words(&head.of)
    }

    /// What a group has in common; tracked.
    pub(crate) fn shared_words(&self, of: &Shared) -> String {
        let i18n = self.i18n;
        match of {
            Shared::Text(text) if text.is_empty() => match self.lens.with(|lens| lens.group) {
                Some(Group::Owner) => t_string!(i18n, lens.nobody).to_string(),
                _ => t_string!(i18n, lens.nothing).to_string(),
            },
            Shared::Text(text) => text.clone(),
            Shared::Progress(0) => t_string!(i18n, lens.not_begun).to_string(),
            Shared::Progress(1) => t_string!(i18n, lens.under_way).to_string(),
            Shared::Progress(_) => t_string!(i18n, lens.done).to_string(),
            Shared::Branch(id) => self.task_words(*id),
            Shared::Month(year, month) => match self.lang.get() {
                Lang::En => format!("{} {year}", dates::month(*month)),
                Lang::Zh => format!("{year}年{month}月"),
            },
        }
    }

    /// The name of a condition; tracked.
    pub(crate) fn only_words(&self, only: Only) -> String {
        let i18n = self.i18n;
        match only {
            Only::Late => t_string!(i18n, lens.late),
            Only::Critical => t_string!(i18n, lens.critical),
            Only::Soon => t_string!(i18n, lens.soon),
            Only::Mine => t_string!(i18n, lens.mine),
            Only::Open => t_string!(i18n, lens.open),
            Only::Problem => t_string!(i18n, lens.problem),
            Only::Conflict => t_string!(i18n, lens.conflict),
        }
        .to_string()
    }

    /// The name of a way to group; tracked.
    pub(crate) fn group_words(&self, group: Group) -> String {
        let i18n = self.i18n;
        match group {
            Group::Owner => t_string!(i18n, lens.by_owner),
            Group::Resources => t_string!(i18n, lens.by_resources),
            Group::Progress => t_string!(i18n, lens.by_progress),
            Group::Branch => t_string!(i18n, lens.by_branch),
            Group::Month => t_string!(i18n, lens.by_month),
            Group::Own(id) => return self.title(Column::Own(id)),
        }
        .to_string()
    }

    /// Where this person's views of this plan are kept, in this browser.
    fn views_key(&self) -> String {
        format!("plumbline.views.{}.{}", self.replica.person(), self.project)
    }

    /// The views that this person kept.
    pub(crate) fn saved_views(&self) -> Vec<Saved> {
        let text = screen::setting(&self.views_key()).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Keeps views, in the place of all that were kept.
    pub(crate) fn keep_views(&self, views: &[Saved]) {
        let text = serde_json::to_string(views).ok();
        screen::keep_setting(&self.views_key(), text.as_deref());
    }

    /// What is looked at now, under a name.
    pub(crate) fn view_now(&self, name: String) -> Saved {
        Saved {
            name,
            lens: self.lens.get_untracked(),
            columns: self.columns_chosen(),
        }
    }

    /// Looks as a view says.
    pub(crate) fn look_as(&self, view: &Saved) {
        let lens = view.lens.clone();
        self.choose_columns(view.columns.clone());
        self.lens_open.set(true);
        self.look(move |now| *now = lens);
    }
}
