//! The question before something is restored: what would change, and whose newer work that would overwrite.

use std::sync::Arc;

use leptos::prelude::*;
use shared::doc::command::Command;
use shared::doc::history::{Difference, Preview, Scope};

use super::super::columns::Writes;
use super::super::cx::{Cx, use_cx};
use crate::i18n::{t, t_string};
use crate::ui::dialog::Dialog;
use crate::ui::notice::Tone;
use crate::ui::show::Show;

/// Differences that are listed; the others are counted.
const MOST: usize = 200;

fn preview(cx: &Cx) -> Option<Arc<Preview>> {
    cx.live.track();
    let asked = cx.asked.get()?;
    cx.history(|history, plan, progress| {
        history.preview(&asked.moment, &asked.scope, plan, progress)
    })?
    .map(Arc::new)
}

/// The question.
#[component]
pub fn RestoreDialog() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    cx.read_receipts();
    let preview = Memo::new(move |_| preview(&cx));
    let title = move || match cx.asked.get().map(|asked| asked.scope.clone()) {
        Some(Scope::Task(id)) => t_string!(i18n, history.ask_task, task = cx.named(id)).to_string(),
        Some(Scope::Field(..)) => t_string!(i18n, history.ask_field).to_string(),
        _ => t_string!(i18n, history.ask_plan).to_string(),
    };
    let others = Memo::new(move |_| {
        let me = cx.replica.person();
        // counted as the server recorded, not as the changes say
        let mut count: Vec<(Option<shared::base::PersonId>, usize)> = Vec::new();
        let preview = preview.get();
        let all = preview
            .iter()
            .flat_map(|p| p.differences.iter())
            .flat_map(|d| &d.newer);
        for newer in all {
            let who = cx.author(newer.change, newer.by);
            match count.iter_mut().find(|(id, _)| *id == who) {
                Some(one) => one.1 += 1,
                None => count.push((who, 1)),
            }
        }
        let own = count.iter().any(|(id, _)| *id == Some(me));
        count.retain(|(id, _)| *id != Some(me));
        shared::base::sort::by(&mut count, |a, b| b.1.cmp(&a.1));
        (count, own)
    });
    let allowed = move || {
        preview.with(|p| match p.as_ref().and_then(|p| p.command.as_ref()) {
            Some(Command::Restore { plan, progress }) => {
                (plan.is_empty() || cx.may_now(Writes::Plan))
                    && (progress.is_empty() || cx.may_now(Writes::Progress))
            }
            _ => true,
        })
    };
    let any = move || preview.with(|p| p.as_ref().is_some_and(|p| p.command.is_some()));
    let lead = move || {
        preview.with(|p| match p.as_deref() {
            None => t_string!(i18n, history.ask_gone).to_string(),
            Some(p) if p.absent => t_string!(i18n, history.ask_absent).to_string(),
            Some(p) if p.command.is_none() => t_string!(i18n, history.ask_nothing).to_string(),
            Some(p) => t_string!(
                i18n,
                history.ask_lead,
                when = cx
                    .asked
                    .get()
                    .map_or_else(String::new, |a| cx.when_words(a.at)),
                n = p.differences.len()
            )
            .to_string(),
        })
    };
    let restore = move |_| {
        let command = preview.with_untracked(|p| p.as_ref().and_then(|p| p.command.clone()));
        let Some(command) = command else { return };
        match cx.open.dispatch(command) {
            Ok(()) => {
                cx.asked.set(None);
                cx.look_now();
                cx.say_done(t_string!(i18n, history.restored).to_string());
            }
            Err(error) => cx.notices.say(Tone::Trouble, cx.words(&error)),
        }
    };
    let rows = move || {
        let preview = preview.get();
        let all = preview
            .iter()
            .flat_map(|p| p.differences.iter().take(MOST).cloned());
        all.map(|one| view! { <Row one=one /> }).collect_view()
    };
    let left = move || {
        preview.with(|p| {
            p.as_ref()
                .map_or(0, |p| p.differences.len().saturating_sub(MOST))
        })
    };
    view! {
        <Dialog
            open=Signal::derive(move || cx.asked.with(Option::is_some))
            on_close=move || cx.asked.set(None)
            title=Signal::derive(title)
            wide=true
        >
            <div class="dialog-body past-ask">
                <p id="restore-lead">{lead}</p>
                <Show when=any>
                    <div
                        class="past-newer"
                        class:warn=move || others.with(|o| !o.0.is_empty())
                        id="restore-newer"
                        role="note"
                    >
                        {move || {
                            let (others, own) = others.get();
                            if others.is_empty() && own {
                                return view! { <p>{t!(i18n, history.newer_own)}</p> }.into_any();
                            }
                            if others.is_empty() {
                                return view! { <p>{t!(i18n, history.newer_none)}</p> }.into_any();
                            }
                            let lines = others.into_iter().map(|(id, n)| {
                                let who = cx.person_words(id);
                                view! { <li>{t_string!(i18n, history.newer_of, who = who, n = n).to_string()}</li> }
                            }).collect_view();
                            view! {
                                <strong>{t!(i18n, history.newer_others)}</strong>
                                <ul>{lines}</ul>
                            }.into_any()
                        }}
                    </div>
                    <div class="past-scroll">
                        <table class="past-table">
                            <thead>
                                <tr>
                                    <th>{t!(i18n, history.field)}</th>
                                    <th>{t!(i18n, history.now)}</th>
                                    <th>{t!(i18n, history.then)}</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                        <Show when=move || { left() > 0 }>
                            <p class="muted">{move || t_string!(i18n, history.and_more, n = left()).to_string()}</p>
                        </Show>
                    </div>
                </Show>
                <Show when=move || !allowed()>
                    <p class="plan-warn" role="alert">{t!(i18n, history.not_allowed)}</p>
                </Show>
            </div>
            <div class="dialog-foot">
                <button class="button" on:click=move |_| cx.asked.set(None)>
                    {t!(i18n, history.cancel)}
                </button>
                <button
                    class="button button-primary"
                    id="restore-now"
                    disabled=move || !any() || !allowed()
                    on:click=restore
                >
                    {move || {
                        if others.with(|o| o.0.is_empty()) {
                            t_string!(i18n, history.restore).to_string()
                        } else {
                            t_string!(i18n, history.restore_over).to_string()
                        }
                    }}
                </button>
            </div>
        </Dialog>
    }
}

#[component]
fn Row(one: Difference) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let one = StoredValue::new(one);
    let me = cx.replica.person();
    let newer = move || {
        let others: Vec<String> = one.with_value(|one| {
            let newer = one.newer.iter();
            newer
                .map(|w| (cx.author(w.change, w.by), w.at))
                .filter(|(who, _)| *who != Some(me))
                .map(|(who, at)| {
                    t_string!(
                        i18n,
                        history.newer_by,
                        who = cx.person_words(who),
                        when = cx.when_words(at)
                    )
                    .to_string()
                })
                .collect()
        });
        others
            .into_iter()
            .map(|text| view! { <small class="past-since">{text}</small> })
            .collect_view()
    };
    let value = move |then: bool| {
        one.with_value(|one| cx.worth(&one.field, if then { &one.then } else { &one.now }))
    };
    view! {
        <tr>
            <th scope="row">
                {move || one.with_value(|one| cx.about(one.subject))}
                <small>{move || one.with_value(|one| cx.field_words(&one.field))}</small>
            </th>
            <td><del>{move || value(false)}</del>{newer}</td>
            <td><ins>{move || value(true)}</ins></td>
        </tr>
    }
}
