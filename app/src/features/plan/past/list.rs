//! The list of what was changed, newest first.

use std::sync::Arc;

use leptos::prelude::*;
use shared::base::{ChangeHash, TaskId};
use shared::doc::history::{Page, Scope, Step, fold};

use super::super::columns::Writes;
use super::super::cx::{Asked, Cx, Looked, Side, use_cx};
use super::super::row::Face;
use super::deeds::Told;
use crate::i18n::{t, t_string};
use crate::language;
use crate::platform::{clock, intl};
use crate::ui::each::For;
use crate::ui::show::Show;

/// Steps that are read at first, and with each press on more.
const PAGE: usize = 60;
/// One person's steps within so many minutes are one entry.
const MINUTES: i64 = 5;
/// Lines of an entry that are shown before the others are asked for.
const LINES: usize = 6;

/// Details or history of a task.
#[component]
pub(crate) fn SideTabs(
    /// Which task.
    id: TaskId,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let tab = move |side: Side, label: &'static str| {
        let here = move || cx.side.get() == Some(side);
        view! {
            <button
                class="tab"
                role="tab"
                data-tab=label
                aria-selected=move || here().to_string()
                on:click=move |_| cx.side.set(Some(side))
            >
                {move || match label {
                    "details" => t_string!(i18n, history.tab_details).to_string(),
                    _ => t_string!(i18n, history.tab_history).to_string(),
                }}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist">
            {tab(Side::Task(id), "details")}
            {tab(Side::History(Some(id)), "history")}
        </div>
    }
}

/// What was changed, in the plan or in one task.
#[component]
pub(crate) fn History(
    /// Which task; `None` for the whole plan.
    of: Option<TaskId>,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let count = RwSignal::new(PAGE);
    // the first reading may take a moment: say so before it begins
    let begun = RwSignal::new(false);
    request_animation_frame(move || {
        request_animation_frame(move || {
            begun.try_set(true);
        });
    });
    let page = Memo::new(move |_| {
        cx.live.track();
        if !begun.get() {
            return None;
        }
        let count = count.get();
        cx.history(|history, _, _| Arc::new(history.page(of, 0, count)))
    });
    Effect::new(move |_| {
        cx.live.track();
        cx.read_receipts();
    });
    let groups = move || page.with(|page| page.as_deref().map(groups).unwrap_or_default());
    let left = move || {
        page.with(|page| {
            page.as_ref()
                .is_some_and(|page| page.total > page.steps.len())
        })
    };
    view! {
        {of.map(|id| view! { <SideTabs id=id /> })}
        {of.is_none().then(|| view! { <p class="plan-lead">{t!(i18n, history.lead)}</p> })}
        <Show
            when=move || page.with(Option::is_some)
            fallback=move || view! { <p class="plan-none" aria-busy="true">{t!(i18n, history.reading)}</p> }
        >
            <Show when=move || page.with(|page| page.as_ref().is_some_and(|p| p.total == 0))>
                <p class="plan-none">
                    {move || {
                        if of.is_some() {
                            t_string!(i18n, history.none_task).to_string()
                        } else {
                            t_string!(i18n, history.none).to_string()
                        }
                    }}
                </p>
            </Show>
        </Show>
        <ol class="past" id="history">
            <For each=groups key=Group::key let:group>
                {group.first_of_day.then(|| {
                    let at = group.day;
                    view! { <li class="past-day"><h3>{move || day_words(&cx, at)}</h3></li> }
                })}
                <Entry of=of steps=group.steps.clone() />
            </For>
        </ol>
        <Show when=left>
            <button class="button" id="history-more" on:click=move |_| count.update(|n| *n += PAGE)>
                {t!(i18n, history.more)}
            </button>
        </Show>
    }
}

/// One entry: steps of one person close to each other.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    steps: Arc<[Step]>,
    /// The first minute of its day, in this device's time zone.
    day: i64,
    first_of_day: bool,
}

impl Group {
    fn key(&self) -> (Option<ChangeHash>, Option<ChangeHash>, usize, bool) {
        (
            self.steps.first().map(|s| s.change),
            self.steps.last().map(|s| s.change),
            self.steps.len(),
            self.first_of_day,
        )
    }
}

fn groups(page: &Page) -> Vec<Group> {
    let mut last = None;
    fold(&page.steps, MINUTES)
        .into_iter()
        .filter_map(|(from, to)| {
            let steps: Arc<[Step]> = page.steps.get(from..to)?.into();
            let day = clock::local(steps.first()?.at).day();
            Some(Group {
                steps,
                day,
                first_of_day: last.replace(day) != Some(day),
            })
        })
        .collect()
}

fn day_words(cx: &Cx, day: i64) -> String {
    let today = clock::local_now().day();
    match today - day {
        0 => t_string!(cx.i18n, history.today).to_string(),
        1 => t_string!(cx.i18n, history.yesterday).to_string(),
        _ => crate::ui::dates::date(shared::base::Moment::from_day(day), cx.lang.get()),
    }
}

#[component]
fn Entry(of: Option<TaskId>, steps: Arc<[Step]>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let open = RwSignal::new(false);
    let Some(newest) = steps.first().cloned() else {
        return ().into_any();
    };
    let (change, at, says) = (newest.change, newest.at, newest.by);
    let first = steps.last().map_or(at, |s| s.at);
    let more: usize = steps.iter().map(|s| s.more).sum();
    let told = {
        let steps = steps.clone();
        Memo::new(move |_| cx.told(&steps))
    };
    let hashes: Vec<ChangeHash> = steps.iter().map(|s| s.change).collect();
    let who = move || cx.author(change, says);
    let only_here = move || {
        cx.live.track();
        let unsent = cx.open.unsent();
        hashes.iter().any(|hash| unsent.contains(hash))
    };
    let time = move || {
        let tag = language::tag(i18n.get_locale());
        let (from, to) = (intl::format_time(tag, first), intl::format_time(tag, at));
        if from == to {
            to
        } else {
            format!("{from} – {to}")
        }
    };
    let received = move || {
        cx.received(change)
            .map(|at| t_string!(i18n, history.received, when = cx.when_words(at)).to_string())
    };
    let shown = move || {
        let most = if open.get() { usize::MAX } else { LINES };
        told.with(|told| told.iter().take(most).cloned().collect::<Vec<_>>())
    };
    let looking = move || {
        cx.looked
            .with(|l| l.as_ref().is_some_and(|l| l.change == change))
    };
    let scope = of.map_or(Scope::Everything, Scope::Task);
    view! {
        <li class="past-entry" class:here=looking data-step=change.to_string()>
            <header>
                {move || who().map(|id| view! { <Face person=id /> })}
                <strong>{move || cx.person_words(who())}</strong>
                {move || {
                    cx.proposer(change).map(|id| {
                        let who = cx.person_words(Some(id));
                        view! { <span class="badge badge-accent">{t_string!(i18n, history.proposed_by, who = who).to_string()}</span> }
                    })
                }}
                <time title=received>{time}</time>
                <Show when=only_here>
                    <span class="badge">{t!(i18n, history.only_here)}</span>
                </Show>
            </header>
            <ul class="past-deeds">
                {move || shown().into_iter().map(|line| view! { <Line line=line one=of.is_some() /> }).collect_view()}
                {(more > 0).then(|| view! { <li class="muted">{move || t_string!(i18n, history.and_more, n = more).to_string()}</li> })}
            </ul>
            <Show when=move || { told.with(Vec::len) > LINES }>
                <button class="plan-link" on:click=move |_| open.update(|open| *open = !*open)>
                    {move || {
                        if open.get() {
                            t_string!(i18n, history.fewer).to_string()
                        } else {
                            t_string!(i18n, history.all_deeds, n = told.with(Vec::len)).to_string()
                        }
                    }}
                </button>
            </Show>
            <div class="row past-acts">
                <button
                    class="button"
                    data-look=""
                    aria-pressed=move || looking().to_string()
                    on:click=move |_| {
                        if looking() {
                            cx.look_now();
                        } else {
                            look(&cx, change, at, untrack(who));
                        }
                    }
                >
                    {move || {
                        if looking() {
                            t_string!(i18n, history.looking_here).to_string()
                        } else {
                            t_string!(i18n, history.look).to_string()
                        }
                    }}
                </button>
                <button
                    class="button"
                    data-restore-to=""
                    on:click=move |_| {
                        let moment = cx.history(|history, _, _| history.moment_after(change)).flatten();
                        if let Some(moment) = moment {
                            cx.asked.set(Some(Arc::new(Asked { moment, scope: scope.clone(), at })));
                        }
                    }
                >
                    {move || {
                        if of.is_some() {
                            t_string!(i18n, history.restore_task).to_string()
                        } else {
                            t_string!(i18n, history.restore_plan).to_string()
                        }
                    }}
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// Shows the plan as it was after a change.
fn look(
    cx: &Cx,
    change: ChangeHash,
    at: shared::base::Timestamp,
    by: Option<shared::base::PersonId>,
) {
    if !cx.finish() {
        return;
    }
    let found = cx.history(|history, plan, progress| {
        let moment = history.moment_after(change)?;
        let view = history.at(&moment, plan, progress)?;
        Some((moment, view))
    });
    if let Some(Some((moment, view))) = found {
        cx.looked.set(Some(Arc::new(Looked {
            moment,
            view: Arc::new(view),
            change,
            by,
            at,
        })));
    }
}

#[component]
fn Line(line: Told, one: bool) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let Told {
        what,
        about,
        task,
        values,
        back,
    } = line;
    let old = values
        .as_ref()
        .map(|(old, _)| old.clone())
        .unwrap_or_default();
    let back = back.filter(|(_, field, _)| field == "deleted_at" || !old.is_empty());
    // in the history of one task that goes without saying, but of its links
    let named = !one || task.is_none();
    let old_words = StoredValue::new(old);
    view! {
        <li>
            <span class="past-what">{what}</span>
            {named.then(|| match task {
                Some(id) => view! {
                    <button class="plan-link past-about" on:click=move |_| cx.jump(id)>{about}</button>
                }.into_any(),
                None => view! { <span class="past-about">{about}</span> }.into_any(),
            })}
            {values.map(|(old, new)| view! {
                <span class="past-values"><del>{old}</del>" → "<ins>{new}</ins></span>
            })}
            {back.map(|(subject, field, change)| view! {
                <Show when=move || cx.may_now(Writes::Plan) || cx.may_now(Writes::Progress)>
                    <button
                        class="past-back"
                        title=move || t_string!(i18n, history.restore_field, value = old_words.get_value()).to_string()
                        aria-label=move || t_string!(i18n, history.restore_field, value = old_words.get_value()).to_string()
                        on:click={
                            let field = field.clone();
                            move |_| {
                                let moment = cx.history(|history, _, _| history.moment_before(change)).flatten();
                                if let Some(moment) = moment {
                                    let scope = Scope::Field(subject, field.clone());
                                    let at = clock::now();
                                    cx.asked.set(Some(Arc::new(Asked { moment, scope, at })));
                                }
                            }
                        }
                    >
                        "↺"
                    </button>
                </Show>
            })}
        </li>
    }
}
