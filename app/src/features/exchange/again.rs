//! A file that comes again: what it changes, chosen task by task, done as one step.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use leptos::prelude::*;
use shared::base::{ProjectId, TaskId};
use shared::doc::command::{Command, CommandError};
use shared::domain::plan::Plan;
use shared::domain::plan::difference::{Accepted, Comparison, Difference, Edit};
use shared::exchange::table::Mapping;

use super::commit::{self, Lost};
use super::differs::{Named, groups};
use super::job::{self, Preview, Slot, Trouble};
use crate::i18n::{t, t_string, use_i18n};
use crate::replica::{OpenPlan, Replica};
use crate::ui::each::For;
use crate::ui::show::Show;

/// So many tasks are listed.
const LISTED: usize = 400;

/// A file beside the plan that it comes into.
pub(super) struct Again {
    /// The file.
    pub(super) preview: Arc<Preview>,
    /// The plan as it was compared.
    ours: Plan,
    /// How they differ.
    pub(super) comparison: Comparison,
}

/// Compares a file with the plan.
pub(super) async fn compare(
    slot: Slot,
    replica: Replica,
    open: OpenPlan,
    project: ProjectId,
    preview: Arc<Preview>,
    mapping: Option<Mapping>,
) -> Result<Again, Trouble> {
    let view = open.view().get_untracked();
    let view = view.ok_or_else(|| Trouble::Other(CommandError::NotReady.to_string()))?;
    let ours = view.plan.clone();
    let tasks: Vec<TaskId> = ours.tasks.iter().map(|task| task.id).collect();
    let notes = replica.notes(project, &tasks).await;
    let notes = notes.map_err(|error| Trouble::Other(error.to_string()))?;
    let asked = serde_json::json!({
        "plan": ours,
        "notes": notes.texts,
        "notes_known": notes.missing == 0,
        "kind": preview.kind,
        "mapping": mapping,
        "read": preview.imported.plan,
        "read_notes": preview.imported.notes,
    });
    let comparison = job::ask(slot, "compare", &asked).await?;
    Ok(Again {
        preview,
        ours,
        comparison,
    })
}

/// What is chosen at first: all that takes nothing away.
pub(super) fn usual(comparison: &Comparison) -> BTreeSet<usize> {
    let all = comparison.differences.iter().enumerate();
    all.filter(|(_, of)| !matches!(of, Difference::Removed { .. }))
        .map(|(at, _)| at)
        .collect()
}

/// What was done.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Done {
    /// How many differences.
    pub(super) taken: usize,
    /// How many were chosen and could not be done by themselves.
    pub(super) left_out: usize,
    /// How many tasks have other dates.
    pub(super) moved: usize,
    /// What could not be kept.
    pub(super) lost: Lost,
}

/// Why nothing was done.
pub(super) enum NotDone {
    /// The Worker failed.
    Trouble(Trouble),
    /// The plan did not take it.
    Refused(CommandError),
}

#[derive(serde::Deserialize)]
struct AcceptedJson {
    accepted: Accepted,
    moved: usize,
}

/// Takes what was chosen over: one step of undo. The file's original takes the place of the one before.
pub(super) async fn take(
    slot: Slot,
    replica: Replica,
    open: OpenPlan,
    project: ProjectId,
    again: &Again,
    chosen: &BTreeSet<usize>,
) -> Result<Done, NotDone> {
    let asked = serde_json::json!({
        "plan": again.ours, "comparison": again.comparison, "chosen": chosen,
    });
    let answer: AcceptedJson = job::ask(slot, "accept", &asked)
        .await
        .map_err(NotDone::Trouble)?;
    let mut accepted = answer.accepted;
    let mut done = Done {
        taken: (chosen.len() + accepted.needed.len()).saturating_sub(accepted.left_out.len()),
        left_out: accepted.left_out.len(),
        moved: answer.moved,
        lost: Lost::default(),
    };
    match commit::keep(replica, project, &again.preview).await {
        Ok(document) => accepted.edits.push(Edit::Source(document)),
        Err(_) => done.lost.source = true,
    }
    let edits = accepted.edits;
    open.dispatch(Command::Update { edits })
        .map_err(NotDone::Refused)?;
    done.lost.notes = commit::notes(replica, project, &accepted.notes).await;
    Ok(done)
}

/// What differs, to be chosen.
#[component]
pub(super) fn AgainBody(
    /// The file beside the plan.
    again: Arc<Again>,
    /// Which differences are taken.
    chosen: RwSignal<BTreeSet<usize>>,
    /// Names of people by their ids.
    people: HashMap<String, String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let differences = &again.comparison.differences;
    let named = Named::of(i18n, &again.ours, &again.comparison, people);
    let groups = groups(differences);
    let (all, tasks) = (differences.len(), groups.len());
    let known = again.comparison.matches.len();
    let usual = usual(&again.comparison);
    let listed: Vec<_> = groups
        .into_iter()
        .take(LISTED)
        .map(|(task, members)| {
            let title = match task {
                Some(task) => named.task(task),
                None => t_string!(i18n, exchange.whole_plan).to_string(),
            };
            let lines: Vec<(usize, (String, String, String))> = members
                .iter()
                .filter_map(|at| Some((*at, named.words(differences.get(*at)?))))
                .collect();
            (title, members, lines)
        })
        .collect();
    view! {
        <section class="stack-2">
            <h3>{t!(i18n, exchange.again_title)}</h3>
            <p id="again-facts">{t_string!(i18n, exchange.again_facts, known = known, tasks = tasks, n = all).to_string()}</p>
            <p class="field-hint">{t!(i18n, exchange.again_hint)}</p>
            <div class="row">
                <button
                    type="button"
                    class="button button-quiet"
                    data-again="all"
                    on:click=move |_| chosen.set((0..all).collect())
                >
                    {t!(i18n, exchange.again_all)}
                </button>
                <button
                    type="button"
                    class="button button-quiet"
                    data-again="usual"
                    on:click=move |_| chosen.set(usual.clone())
                >
                    {t!(i18n, exchange.again_usual)}
                </button>
                <button
                    type="button"
                    class="button button-quiet"
                    data-again="none"
                    on:click=move |_| chosen.update(BTreeSet::clear)
                >
                    {t!(i18n, exchange.again_none)}
                </button>
                <span role="status">
                    {move || t_string!(i18n, exchange.again_chosen, n = chosen.with(BTreeSet::len), all = all).to_string()}
                </span>
            </div>
        </section>
        <ul class="exchange-again">
            {listed
                .into_iter()
                .map(|(title, members, lines)| {
                    view! { <Group title=title members=members lines=lines chosen=chosen /> }
                })
                .collect_view()}
        </ul>
        {(tasks > LISTED)
            .then(|| view! { <p class="muted">{t!(i18n, exchange.again_more, n = tasks - LISTED)}</p> })}
    }
}

/// What differs of one task.
#[component]
fn Group(
    title: String,
    members: Vec<usize>,
    lines: Vec<(usize, (String, String, String))>,
    chosen: RwSignal<BTreeSet<usize>>,
) -> impl IntoView {
    let name = title.clone();
    let (count, all) = (members.len(), Arc::new(members));
    let taken = {
        let all = Arc::clone(&all);
        Memo::new(move |_| {
            chosen.with(|chosen| all.iter().filter(|at| chosen.contains(at)).count())
        })
    };
    let turn = move |on: bool| {
        chosen.update(|chosen| {
            for at in all.iter() {
                match on {
                    true => chosen.insert(*at),
                    false => chosen.remove(at),
                };
            }
        });
    };
    view! {
        <li data-again-task=name>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || taken.get() == count
                    prop:indeterminate=move || { taken.get() > 0 && taken.get() < count }
                    on:change=move |ev| turn(event_target_checked(&ev))
                />
                <strong>{title}</strong>
            </label>
            <ul>
                <For each=move || lines.clone() key=|line| line.0 let:line>
                    {
                        let (at, (what, before, after)) = line;
                        let both = !(before.is_empty() && after.is_empty());
                        view! {
                            <li>
                                <label class="check">
                                    <input
                                        type="checkbox"
                                        prop:checked=move || chosen.with(|chosen| chosen.contains(&at))
                                        on:change=move |ev| {
                                            let on = event_target_checked(&ev);
                                            chosen.update(|chosen| {
                                                match on {
                                                    true => chosen.insert(at),
                                                    false => chosen.remove(&at),
                                                };
                                            });
                                        }
                                    />
                                    <span>{what}</span>
                                    <Show when=move || both>
                                        <span>
                                            <del>{before.clone()}</del>
                                            " → "
                                            <ins>{after.clone()}</ins>
                                        </span>
                                    </Show>
                                </label>
                            </li>
                        }
                    }
                </For>
            </ul>
        </li>
    }
}
