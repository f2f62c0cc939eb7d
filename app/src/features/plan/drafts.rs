//! Edits that the server refused: seen beside what the plan says now, tried again, proposed, copied out or discarded.

use std::borrow::Cow;

use leptos::prelude::*;
use shared::base::TaskId;
use shared::doc::command::Command;
use shared::doc::command::edits::{custom_value_of, value_of};
use shared::domain::permission::Access;

use super::columns::Writes;
use super::cx::{Cx, use_cx};
use crate::i18n::{t, t_string};
use crate::platform::screen;
use crate::replica::RefusedEdit;
use crate::ui::notice::Tone;
use crate::ui::show::Show;

/// The one field that a command writes: whose, which, what stands there now and what it would be.
pub(super) struct Against {
    pub(super) task: TaskId,
    pub(super) field: Cow<'static, str>,
    pub(super) now: String,
    pub(super) then: String,
}

impl Cx {
    /// What a command would write over; `None` where it writes more than one field, or its task is gone. Tracked.
    pub(super) fn against(&self, command: &Command) -> Option<Against> {
        let model = self.model.get();
        let (task, field, now, then) = match command {
            Command::EditTask { id, edit } => {
                let task = model.by_id(*id)?;
                let (field, then) = edit.written();
                let custom = custom_value_of(&model.view.plan, *id, &field);
                let now = custom.unwrap_or_else(|| value_of(task, &field));
                (*id, field, now, then)
            }
            Command::EditProgress { id, edit } => {
                let task = model.by_id(*id)?;
                let (field, then) = edit.written();
                let now = value_of(task, field);
                (*id, Cow::Borrowed(field), now, then)
            }
            _ => return None,
        };
        Some(Against {
            task,
            field,
            now,
            then,
        })
    }

    fn may_do(&self, command: &Command) -> bool {
        self.may_now(match command {
            Command::EditProgress { .. } | Command::SetDataDate { .. } => Writes::Progress,
            _ => Writes::Plan,
        })
    }
}

/// What the plan says now beside what was written.
#[component]
pub(super) fn Beside(
    /// The command.
    command: Command,
    /// It is one's own.
    own: bool,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    move || {
        let Some(Against {
            task,
            field,
            now,
            then,
        }) = cx.against(&command)
        else {
            return view! { <p>{cx.command_words(Some(&command))}</p> }.into_any();
        };
        view! {
            <header>
                <button class="plan-link plan-card-about" on:click=move |_| cx.jump(task)>
                    {cx.task_words(task)}
                </button>
                <h3>{cx.field_words(&field)}</h3>
            </header>
            <table class="past-table">
                <thead>
                    <tr>
                        <th>{t!(i18n, history.says_now)}</th>
                        <th>
                            {if own {
                                t_string!(i18n, history.you_wrote).to_string()
                            } else {
                                t_string!(i18n, history.is_proposed).to_string()
                            }}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <td>{cx.worth(&field, &now)}</td>
                        <td><ins>{cx.worth(&field, &then)}</ins></td>
                    </tr>
                </tbody>
            </table>
        }
        .into_any()
    }
}

/// Tries a refused edit again; `true` where it is done.
fn again(cx: &Cx, edit: &RefusedEdit) -> bool {
    let Some(command) = edit.command.clone() else {
        return false;
    };
    let done = match cx.open.dispatch(command.clone()) {
        // the place it was to go to is gone: at the end, then
        Err(shared::doc::command::CommandError::NoTask(_)) => match command {
            Command::AddTask {
                id, name, duration, ..
            } => {
                let model = cx.model.get_untracked();
                let after = model
                    .outline
                    .last_child(None)
                    .and_then(|i| model.outline.id(i));
                cx.open.dispatch(Command::AddTask {
                    id,
                    parent: None,
                    after,
                    name,
                    duration,
                })
            }
            _ => Err(shared::doc::command::CommandError::NotReady),
        },
        other => other,
    };
    match done {
        Ok(()) => true,
        Err(error) => {
            cx.notices.say(Tone::Trouble, cx.words(&error));
            false
        }
    }
}

/// Proposes refused edits together; the drafts go.
fn propose(cx: &Cx, which: &[usize]) {
    let all = cx.open.refused().get_untracked();
    let edits = || which.iter().filter_map(|i| all.get(*i)?.command.clone());
    let words = edits().map(|command| untrack(|| cx.command_words(Some(&command))));
    match cx.open.propose(words.collect(), edits().collect()) {
        Ok(()) => {
            for index in which.iter().rev() {
                if all.get(*index).is_some_and(|edit| edit.command.is_some()) {
                    cx.open.discard_refused(*index);
                }
            }
            let said = t_string!(cx.i18n, history.proposed).to_string();
            cx.notices.say(Tone::Done, said);
        }
        Err(error) => cx.notices.say(Tone::Trouble, cx.words(&error)),
    }
}

/// Edits that the server refused.
#[component]
pub(crate) fn Refused() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let refused = cx.open.refused();
    let proposing = cx.open.proposal_access();
    let may_propose = move || proposing.get() == Access::Write;
    let may_any = move || {
        refused.with(|all| {
            all.iter()
                .filter_map(|e| e.command.as_ref())
                .any(|c| cx.may_do(c))
        })
    };
    let several =
        move || refused.with(|all| all.iter().filter(|e| e.command.is_some()).count() > 1);
    let again_all = move |_| {
        let all = refused.get_untracked();
        let _one = cx.open.one_step();
        let mut done = Vec::new();
        for (index, edit) in all.iter().enumerate() {
            if edit
                .command
                .as_ref()
                .is_some_and(|c| untrack(|| cx.may_do(c)))
                && again(&cx, edit)
            {
                done.push(index);
            }
        }
        for index in done.into_iter().rev() {
            cx.open.discard_refused(index);
        }
    };
    let propose_all = move |_| {
        let count = refused.with_untracked(Vec::len);
        propose(&cx, &(0..count).collect::<Vec<_>>());
    };
    view! {
        <p class="plan-lead">{t!(i18n, history.refused_lead)}</p>
        <Show when=several>
            <div class="row">
                <Show when=may_any>
                    <button class="button" id="again-all" on:click=again_all>
                        {t!(i18n, history.again_all)}
                    </button>
                </Show>
                <Show when=move || may_propose() && !may_any()>
                    <button class="button button-primary" id="propose-all" on:click=propose_all>
                        {t!(i18n, history.propose_all)}
                    </button>
                </Show>
            </div>
        </Show>
        {move || {
            refused
                .get()
                .into_iter()
                .enumerate()
                .map(|(index, edit)| view! { <Draft index=index edit=edit /> })
                .collect_view()
        }}
    }
}

#[component]
fn Draft(index: usize, edit: RefusedEdit) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let words = cx.command_words(edit.command.as_ref());
    let can = {
        let command = edit.command.clone();
        move || command.as_ref().is_some_and(|c| cx.may_do(c))
    };
    let cannot = can.clone();
    let proposing = cx.open.proposal_access();
    let some = edit.command.is_some();
    let kept = StoredValue::new(edit.clone());
    let title = words.clone();
    view! {
        <article class="plan-card" data-draft="">
            {match edit.command.clone() {
                Some(command) => view! { <Beside command=command own=true /> }.into_any(),
                None => view! { <h3>{title}</h3> }.into_any(),
            }}
            <small>{cx.when_words(edit.at)}</small>
            <p>{cx.refusal_words(&edit.reason)}</p>
            <div class="row">
                <Show when=can>
                    <button
                        class="button button-primary"
                        data-again=""
                        on:click=move |_| {
                            if kept.with_value(|edit| again(&cx, edit)) {
                                cx.open.discard_refused(index);
                            }
                        }
                    >
                        {t!(i18n, history.again)}
                    </button>
                </Show>
                <Show when=move || some && !cannot() && proposing.get() == Access::Write>
                    <button class="button" data-propose="" on:click=move |_| propose(&cx, &[index])>
                        {t!(i18n, history.propose)}
                    </button>
                </Show>
                <button class="button" on:click=move |_| { screen::copy(&words); }>
                    {t!(i18n, plan.copy)}
                </button>
                <button class="button" on:click=move |_| cx.open.discard_refused(index)>
                    {t!(i18n, plan.discard)}
                </button>
            </div>
        </article>
    }
}
