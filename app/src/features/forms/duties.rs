//! What is done again and again 例行事项: mine that is due, and how far a project is with its own.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use shared::api::InboxDuty;
use shared::base::{DocumentId, Moment, ProjectId, Timestamp};
use shared::domain::calendar::holidays::Holidays;
use shared::domain::permission::{Access, DocumentKind, access};
use shared::ledger::due::{CHINA, works};
use shared::ledger::project::DutyStanding;
use shared::ledger::{Hash, Project};
use shared::pack::Pack;
use shared::pack::form::FormDef;
use shared::pack::id::{DutyName, FormName};

use super::wording;
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::shell::{use_replica, use_shell};
use crate::ui::dates;
use crate::ui::form::say;
use crate::ui::icon::Icon;
use crate::words::Texts;

/// A duty of a project, as the list has it.
#[derive(Clone, PartialEq)]
pub(super) struct Line {
    duty: String,
    name: String,
    role: String,
    form: FormName,
    form_name: String,
    last: Option<(DocumentId, Timestamp)>,
    due: Option<Timestamp>,
    done: bool,
    overdue: bool,
    next: Option<Timestamp>,
    missed: u32,
}

/// How far a project is with what is done in it again and again; tracked by the language.
pub(super) fn lines(
    i18n: Texts,
    project: &Project<'_>,
    pack: &Pack,
    at: Timestamp,
    holidays: &Holidays,
) -> Vec<Line> {
    let all = project.due_duties(at, CHINA, &|day| works(day, holidays));
    let line = |standing: DutyStanding<'_>| {
        let duty = standing.duty;
        let form = pack.form(&duty.form);
        Line {
            duty: duty.id.to_string(),
            name: say(i18n, &duty.name),
            role: wording::role(i18n, pack, &duty.role),
            form: duty.form.clone(),
            form_name: form.map_or_else(String::new, |form| say(i18n, &form.name)),
            last: standing.last,
            due: standing.turn.map(|turn| turn.due),
            done: standing.turn.is_some_and(|turn| turn.done.is_some()),
            overdue: standing.turn.is_some_and(|turn| turn.overdue),
            next: standing.next,
            missed: standing.missed,
        }
    };
    all.into_iter().map(line).collect()
}

/// A day of turns: they begin at midnight where the organisation is, wherever this device is.
fn day(i18n: Texts, at: Timestamp) -> String {
    let local = Moment::from_minutes(at.0.div_euclid(60_000).saturating_add(CHINA));
    dates::date(local, language::lang(i18n.get_locale()))
}

/// The last day on which something is in time: it is due when that is over.
fn until(i18n: Texts, due: Timestamp) -> String {
    day(i18n, due.plus_ms(-1))
}

/// Whether the person may write forms in a project.
fn may_write(project: ProjectId) -> Memo<bool> {
    let replica = use_replica();
    Memo::new(move |_| {
        replica.projects().with(|all| {
            let row = all.iter().flatten().find(|row| row.id == project);
            row.is_some_and(|row| {
                access(Some(row.role), row.state, DocumentKind::Form) == Access::Write
            })
        })
    })
}

/// Begins a form and goes there.
#[component]
fn FillIn(project: ProjectId, pack: Hash, form: Arc<FormDef>) -> impl IntoView {
    let i18n = use_i18n();
    let (shell, replica) = (use_shell(), use_replica());
    let go = StoredValue::new(use_navigate());
    let kind = form.id.to_string();
    let press = move |_| {
        let form = form.clone();
        spawn_local(async move {
            match replica.begin_form(project, pack, &form).await {
                Ok(form) => go.with_value(|go| {
                    go(&format!("/forms/{project}/{form}"), Default::default());
                }),
                Err(error) => shell.say(wording::command(i18n, &error)),
            }
        });
    };
    view! {
        <button type="button" class="button" data-fill-in=kind on:click=press>
            <Icon name="plus" />{t!(i18n, reviews.fill_in)}
        </button>
    }
}

/// In a project: what is done in it again and again.
#[component]
pub(super) fn Duties(
    project: ProjectId,
    hash: Hash,
    pack: Arc<Pack>,
    lines: Vec<Line>,
    /// The drafts that are open here.
    drafts: Signal<Vec<(DocumentId, FormName)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let may = may_write(project);
    let one = move |line: Line| {
        let mut more = vec![line.role, line.form_name];
        if let Some((_, at)) = line.last {
            let day = wording::day(i18n, at);
            more.push(t_string!(i18n, reviews.duty_last, at = day).to_string());
        }
        let when = match (line.due, line.next) {
            (Some(due), _) if !line.done => {
                t_string!(i18n, reviews.due, at = until(i18n, due)).to_string()
            }
            (_, Some(next)) => t_string!(i18n, reviews.duty_next, at = day(i18n, next)).to_string(),
            (_, None) => t_string!(i18n, reviews.duty_rests).to_owned(),
        };
        let missed = line.missed;
        let form = pack.form(&line.form).cloned().map(Arc::new);
        let open = line.due.is_some() && !line.done;
        let kind = line.form.clone();
        // who began one goes on with it
        let begun = Memo::new(move |_| {
            let found = |drafts: &Vec<(DocumentId, FormName)>| {
                drafts
                    .iter()
                    .find(|(_, of)| *of == kind)
                    .map(|(form, _)| *form)
            };
            drafts.with(found)
        });
        let last = line
            .last
            .map(|(form, _)| format!("/forms/{project}/{form}"));
        view! {
            <li class="line" data-duty=line.duty data-overdue=line.overdue.then_some("")>
                <span class="grow">
                    <strong>{line.name}</strong>
                    <small class="muted">{more.join(" · ")}</small>
                    <small class="muted">{when}</small>
                </span>
                {last.map(|href| view! { <A href=href attr:class="button button-quiet">{t!(i18n, reviews.duty_look)}</A> })}
                {line.done.then(|| view! { <span class="badge">{t!(i18n, reviews.duty_done)}</span> })}
                {line.overdue.then(|| view! { <span class="badge badge-warn"><Icon name="failed" />{t!(i18n, reviews.late)}</span> })}
                {(missed != 0).then(|| view! { <span class="badge badge-warn">{t!(i18n, reviews.duty_missed, n = missed)}</span> })}
                {move || form.clone().filter(|_| open && may.get()).map(|form| match begun.get() {
                    Some(draft) => view! {
                        <A href=format!("/forms/{project}/{draft}") attr:class="button">{t!(i18n, reviews.go_on)}</A>
                    }.into_any(),
                    None => view! { <FillIn project=project pack=hash form=form /> }.into_any(),
                })}
            </li>
        }
    };
    view! {
        <section class="card" data-list="duties">
            <div class="card-head"><h2>{t!(i18n, reviews.duties)}</h2></div>
            <ul class="plain-list">{lines.into_iter().map(one).collect_view()}</ul>
        </section>
    }
}

/// In the inbox: what I do again and again, and have not done in the turn that goes on.
#[component]
pub(super) fn MyDuties() -> impl IntoView {
    let i18n = use_i18n();
    let inbox = use_replica().inbox();
    let duties = Memo::new(move |_| {
        inbox.with(|inbox| {
            inbox
                .as_ref()
                .map_or_else(Vec::new, |inbox| inbox.duties.clone())
        })
    });
    view! {
        <section class="card" data-inbox="duties" hidden=move || duties.with(Vec::is_empty)>
            <div class="card-head">
                <h2>{t!(i18n, reviews.duties)}</h2>
                <span class="badge">{move || duties.with(Vec::len)}</span>
            </div>
            <ul class="plain-list">
                {move || duties.get().into_iter().map(|duty| view! { <Mine duty=duty /> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Mine(duty: InboxDuty) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let (project, hash) = (duty.project, duty.pack);
    let pack = LocalResource::new(move || async move { replica.pack(hash).await.ok() });
    let may = may_write(project);
    let (id, kind) = (duty.duty.clone(), duty.kind.clone());
    let name = move || {
        let id: DutyName = id.parse().ok()?;
        Some(say(i18n, &pack.get()??.duty(&id)?.name))
    };
    let form = move || {
        let kind: FormName = kind.parse().ok()?;
        let form = pack.get()??.form(&kind)?.clone();
        may.get().then(|| Arc::new(form))
    };
    let (due, missed) = (duty.due, duty.missed);
    view! {
        <li class="line" data-duty=duty.duty data-overdue=duty.overdue.then_some("")>
            <span class="grow">
                <strong>{name}</strong>
                <small class="muted"><A href=format!("/projects/{project}/forms")>{duty.project_name}</A></small>
                <small class="muted">{move || t_string!(i18n, reviews.due, at = until(i18n, due)).to_string()}</small>
            </span>
            {duty.overdue.then(|| view! { <span class="badge badge-warn"><Icon name="failed" />{t!(i18n, reviews.late)}</span> })}
            {(missed != 0).then(|| view! { <span class="badge badge-warn">{t!(i18n, reviews.duty_missed, n = missed)}</span> })}
            {move || form().map(|form| view! { <FillIn project=project pack=hash form=form /> })}
        </li>
    }
}
