//! A form that was submitted: what it says, where it stands, what was said of it, what I may do, and its paper.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use shared::base::{DocumentId, ProjectId};
use shared::ledger::project::Standing;
use shared::ledger::{Act, Hash};
use shared::pack::fill::fill;
use shared::pack::form::FormDef;
use shared::pack::id::FieldName;
use shared::pack::review::{Does, Draft, Holds, State};
use shared::pack::value::Answers;

use super::decide::{DecideBar, Mine, mine};
use super::draft::{self, Submit, writing_host};
use super::export::{Export, Head};
use super::host::host;
use super::outside::Outside;
use super::past::Record;
use super::places::key as row_key;
use super::recovered::Recovered;
use super::refused::Waits;
use super::remarks::comments;
use super::since::Since;
use super::{Known, wording};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{element, screen};
use crate::replica::{OpenForm, Seen};
use crate::shell::use_replica;
use crate::ui::form::paper::{OpinionBox, Paper};
use crate::ui::form::{Edit, FormEditor, Host, Writing, say, saying};
use crate::ui::icon::Icon;
use crate::ui::review::boxes;
use crate::ui::show::Show;

/// What is shown of a form, out of the ledger.
#[derive(Clone, PartialEq)]
struct Facts {
    pack: Known,
    hash: Hash,
    kind: shared::pack::id::FormName,
    standing: Standing,
    number: Option<String>,
    title: Option<String>,
    author: String,
    answers: Answers,
    submitted: Answers,
    /// The seats of the step: whose, what was said.
    seats: Vec<(String, Option<String>, Option<String>)>,
    step: Option<String>,
    last: u64,
    prints: usize,
    project: Option<String>,
}

/// A form that was submitted.
#[component]
pub(super) fn Sheet(project: ProjectId, form: DocumentId) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let facts = Memo::new(move |_| {
        ledger.with(|ledger| {
            let ledger = ledger.as_ref()?;
            ledger.look(|project| {
                let known = project.forms().get(&form)?;
                let pack = ledger.packs.get(&known.pack_hash)?.clone();
                let review = known.review.as_ref();
                // once it is decided: those of the step that did
                let seats = review.into_iter().flat_map(|review| match review.seats() {
                    [] => review.past().last().map_or(&[][..], |past| &past.seats),
                    seats => seats,
                });
                let seats = seats.filter(|seat| !seat.moot);
                let seats = seats.map(|seat| {
                    let who = match (&seat.role, &seat.holds) {
                        (Some(role), _) | (None, Holds::Role(role)) => {
                            wording::role(i18n, &pack, role)
                        }
                        (None, Holds::Person(id)) => wording::person(replica, Some(project), *id),
                    };
                    let said = seat.decided.as_ref().map(|decided| {
                        let name = wording::person(replica, Some(project), decided.by);
                        let said = wording::opinion(i18n, &pack, known.kind, &decided.opinion);
                        format!("{said} · {name}")
                    });
                    let signature = known
                        .past
                        .iter()
                        .rev()
                        .find_map(|past| match &past.act.does {
                            Does::Decide { seat: of, .. }
                                if *of == seat.id && past.late.is_none() =>
                            {
                                past.act.signature.clone()
                            }
                            _ => None,
                        });
                    (who, said, signature)
                });
                let at = |review: &shared::pack::review::Review<'_>| match review.state() {
                    State::At { .. } => review.step().map(|step| say(i18n, &step.name)),
                    _ => None,
                };
                Some(Facts {
                    hash: known.pack_hash,
                    kind: known.kind.id.clone(),
                    standing: known.standing(),
                    number: known.number.clone(),
                    title: known.title(),
                    author: wording::person(replica, Some(project), known.author),
                    answers: known.answers().cloned().unwrap_or_default(),
                    submitted: known
                        .submissions
                        .last()
                        .map(|last| last.answers.clone())
                        .unwrap_or_default(),
                    seats: seats.collect(),
                    step: review.and_then(at),
                    last: known.past.last().map_or(0, |past| past.seq),
                    prints: known.prints.len(),
                    project: project.number().map(str::to_owned),
                    pack: Known(pack),
                })
            })
        })
    });
    screen::scroll_to_top();
    let kind = Memo::new(move |_| {
        facts.with(|facts| facts.as_ref().map(|facts| (facts.hash, facts.kind.clone())))
    });
    move || {
        kind.get().and_then(|(_, kind)| {
            let pack =
                facts.with_untracked(|facts| facts.as_ref().map(|facts| facts.pack.0.clone()))?;
            let def = pack.form(&kind).cloned().map(Arc::new)?;
            Some(view! { <Body project=project form=form facts=facts def=def pack=pack /> })
        })
    }
}

#[component]
fn Body(
    project: ProjectId,
    form: DocumentId,
    facts: Memo<Option<Facts>>,
    def: Arc<FormDef>,
    pack: Arc<shared::pack::Pack>,
) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let paper = RwSignal::new(false);
    let me = replica.person();
    let seats = Memo::new(move |_| {
        replica.inbox().with(|inbox| {
            let waiting = inbox.iter().flat_map(|inbox| &inbox.waiting);
            let seats = waiting.filter(|item| item.form == form);
            seats.filter_map(|item| item.seat).collect::<Vec<u32>>()
        })
    });
    let acting = Memo::new(move |_| {
        replica.inbox().with(|inbox| {
            let waiting = inbox.iter().flat_map(|inbox| &inbox.waiting);
            let of = waiting.filter(|item| item.form == form);
            of.flat_map(|item| item.acting_for.clone())
                .collect::<Vec<_>>()
        })
    });
    let may: Memo<Option<Mine>> = Memo::new(move |_| {
        let seats = seats.get();
        ledger.with(|ledger| mine(ledger.as_ref()?, form, me, &seats))
    });
    // what a step opens is filled in here, and goes with the opinion
    let filled = RwSignal::new(Answers::new());
    let answers = Memo::new(move |_| {
        let mut answers = facts.with(|facts| {
            facts
                .as_ref()
                .map(|facts| facts.answers.clone())
                .unwrap_or_default()
        });
        filled.with(|filled| {
            answers.extend(
                filled
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            )
        });
        answers
    });
    let writing = Signal::derive(move || {
        may.with(|may| {
            may.as_ref()
                .map(|may| may.writing.clone())
                .unwrap_or_default()
        })
    });
    let left = {
        let def = def.clone();
        Memo::new(move |_| match writing.get().turn() {
            Some(turn) => answers.with(|answers| fill(&def, answers, turn).problems.len()),
            None => 0,
        })
    };
    let edit = Callback::new(move |edit: Edit| {
        let before = answers.get_untracked();
        let mut after = before.clone();
        edit.apply(&mut after);
        after.retain(|name, value| before.get(name) != Some(value));
        filled.update(|filled| filled.extend(after));
    });
    // back with its author: it is a draft again, in its document
    let back = Memo::new(move |_| {
        facts.with(|facts| {
            let standing = facts.as_ref()?.standing;
            matches!(
                standing,
                Standing::Draft(Draft::Returned | Draft::Withdrawn)
            )
            .then_some(())
        })
    });
    let key = RwSignal::new(None::<String>);
    leptos::task::spawn_local(async move {
        if let Some(found) = replica.form_key(project, form).await {
            let _ = key.try_set(Some(found));
        }
    });
    // beside what was submitted: what is remarked on it
    let open = Signal::derive(move || {
        let key = key.get()?;
        Some(replica.open_form(project, form, &key))
    });
    // what was seen before this look; what is seen now is remembered for the next one
    let (seen, read) = (RwSignal::new(None::<Seen>), RwSignal::new(false));
    leptos::task::spawn_local(async move {
        let before = replica.last_seen(project, form).await;
        let _ = seen.try_set(before);
        let _ = read.try_set(true);
    });
    Effect::new(move |_| {
        // what is there is read before it is written over
        let now = facts.with(|facts| {
            facts.as_ref().map(|facts| Seen {
                seq: facts.last,
                answers: facts.answers.clone(),
            })
        });
        if let Some(now) = now.filter(|_| read.get()) {
            replica.see(project, form, &now);
        }
    });
    let since = Memo::new(move |_| {
        let seen = seen.get()?;
        ledger.with(|ledger| {
            ledger.as_ref()?.look(|project| {
                let known = project.forms().get(&form)?;
                let answers = known.answers().cloned().unwrap_or_default();
                Some(Since::of(&seen, &known.past, &answers, me))
            })
        })
    });
    let before = move |name: FieldName| {
        let changed = since.with(|since| {
            let changed = since.as_ref().map(|since| since.fields.contains(&name));
            changed == Some(true)
        });
        let before = || seen.with(|seen| seen.as_ref()?.answers.get(&name).cloned());
        changed.then(before)
    };
    let reading = Host {
        before: Some(Callback::new(before)),
        row_keys: Some(Callback::new(move |table| rows(open.get(), facts, &table))),
        comments: Some(comments(move || open.get())),
        ..host(project, edit)
    };
    let title = move || {
        facts.with(|facts| {
            let facts = facts.as_ref()?;
            let number = facts.number.clone().map(|number| format!("{number} "));
            Some(format!(
                "{}{}",
                number.unwrap_or_default(),
                facts.title.clone().unwrap_or_default()
            ))
        })
    };
    let print = move |_| {
        let Some(of) = facts.with_untracked(|facts| facts.as_ref().map(|facts| facts.last)) else {
            return;
        };
        // a record of each print 打印留痕
        replica.wish(
            project,
            Act::Print {
                form,
                of,
                copies: 1,
            },
        );
        element::print();
    };
    let picture = reading.files;
    let shown = move |text: String| picture.and_then(|files| files.picture.run(text));
    let opinions = Signal::derive(move || -> Vec<OpinionBox> {
        ledger
            .with(|ledger| {
                let ledger = ledger.as_ref()?;
                ledger.look(|project| {
                    let known = project.forms().get(&form)?;
                    let name = |id| wording::person(replica, Some(project), id);
                    Some(boxes(i18n, known, &name, &shown))
                })
            })
            .unwrap_or_default()
    });
    let number = Signal::derive(move || {
        facts.with(|facts| facts.as_ref().and_then(|facts| facts.number.clone()))
    });
    let head = Signal::derive(move || {
        facts.with(|facts| {
            let head = facts.as_ref().map(|facts| Head {
                number: facts.number.clone(),
                title: facts.title.clone(),
                standing: wording::standing(i18n, facts.standing).to_owned(),
                author: Some(facts.author.clone()),
            });
            head.unwrap_or_default()
        })
    });
    let name = def.name.clone();
    let kind = def.id.clone();
    let book = def.clone();
    let (screen, sheet, again) = (def.clone(), def.clone(), def.clone());
    let pressed = move |on: bool| move || (paper.get() == on).to_string();
    view! {
        <div class="page stack regulations form-page" data-form=def.id.to_string()>
            <header class="page-head no-print">
                <A href=format!("/projects/{project}/forms") attr:class="project-back" attr:aria-label=t!(i18n, reviews.back)>
                    <Icon name="back" />
                </A>
                <div class="grow">
                    <h1>{saying(i18n, name)}</h1>
                    <p class="muted">{title}</p>
                </div>
                {move || facts.with(|facts| facts.as_ref().map(|facts| view! {
                    <span class=wording::standing_class(facts.standing) data-standing=format!("{:?}", facts.standing)>
                        {wording::standing(i18n, facts.standing)}
                    </span>
                }))}
                <Export def=book answers=answers host=reading head=head opinions=opinions />
                <div class="segmented" role="group" aria-label=t!(i18n, regulations.look)>
                    <button type="button" aria-pressed=pressed(false) on:click=move |_| paper.set(false)>{t!(i18n, regulations.on_screen)}</button>
                    <button type="button" data-look="paper" aria-pressed=pressed(true) on:click=move |_| paper.set(true)>{t!(i18n, regulations.on_paper)}</button>
                </div>
            </header>
            <div class="no-print"><Waits project=project form=Some(form) /></div>
            {move || since.get().and_then(|since| since.words(i18n)).map(|words| view! {
                <p class="no-print since" role="status" data-since="">{words}</p>
            })}
            <section class="card no-print review-chain">
                <div class="card-body">
                    {move || facts.with(|facts| facts.as_ref().map(|facts| view! {
                        <p>{t_string!(i18n, reviews.by, name = facts.author.clone()).to_string()}</p>
                        {facts.step.clone().map(|step| view! { <p>{t_string!(i18n, reviews.at_step, step = step).to_string()}</p> })}
                        <ul class="review-seats">
                            {facts.seats.iter().map(|(who, said, signature)| view! {
                                <li class:done=said.is_some()>
                                    <strong>{who.clone()}</strong>
                                    <span>{said.clone().unwrap_or_else(|| t_string!(i18n, reviews.waits).to_owned())}</span>
                                    {signature.clone().and_then(shown).map(|address| view! {
                                        <img class="review-signature" src=address alt=t!(i18n, remarks.signature) />
                                    })}
                                </li>
                            }).collect_view()}
                        </ul>
                    }))}
                </div>
            </section>
            <Outside project=project form=form />
            <div class="stack no-print" hidden=move || paper.get()>
                {move || match (back.get(), key.get()) {
                    (Some(()), Some(key)) => {
                        let open = replica.open_form(project, form, &key);
                        view! { <Again project=project form=form open=open def=again.clone() /> }.into_any()
                    }
                    _ => {
                        view! {
                            <Changed open=open facts=facts def=screen.clone() host=reading />
                            <FormEditor form=screen.clone() answers=answers writing=writing host=reading />
                        }.into_any()
                    }
                }}
            </div>
            <Show when=move || paper.get()>
                <div class="no-print form-foot">
                    <p class="grow muted">{move || t_string!(i18n, reviews.printed, n = facts.with(|facts| facts.as_ref().map_or(0, |facts| facts.prints))).to_string()}</p>
                    <button type="button" class="button button-primary" id="print-form" on:click=print>{t!(i18n, reviews.print)}</button>
                </div>
                <Paper form=sheet.clone() answers=answers host=reading number=number opinions=opinions />
            </Show>
            <DecideBar project=project form=form kind=kind pack=pack mine=may acting=acting filled=filled files=picture left=left />
            <div class="no-print"><Record project=project form=form /></div>
        </div>
    }
}

/// A form that came back to its author: it is changed and submitted again.
#[component]
fn Again(project: ProjectId, form: DocumentId, open: OpenForm, def: Arc<FormDef>) -> impl IntoView {
    let answers = draft::answers(open);
    let host: Host = writing_host(project, open);
    let writing = Signal::derive(move || match open.access().get() {
        shared::domain::permission::Access::Write => Writing::Draft,
        _ => Writing::Nothing,
    });
    view! {
        <Recovered open=open def=def.clone() host=host answers=true />
        <FormEditor form=def.clone() answers=answers writing=writing host=host />
        <Submit project=project form=form open=open def=def />
    }
}

/// What the rows of a submitted table are known by: those of the document, while it says the same.
fn rows(open: Option<OpenForm>, facts: Memo<Option<Facts>>, table: &FieldName) -> Vec<u64> {
    let Some(open) = open else {
        return Vec::new();
    };
    open.view().with(|view| {
        let Some(view) = view else {
            return Vec::new();
        };
        let same = facts.with(|facts| {
            let submitted = facts.as_ref().and_then(|facts| facts.submitted.get(table));
            submitted == view.answers.get(table)
        });
        let rows = view.rows.get(table).filter(|_| same);
        rows.into_iter()
            .flatten()
            .map(|row| row_key(*row))
            .collect()
    })
}

/// Whether the form's document says something else by now than what was submitted.
#[component]
fn Changed(
    open: Signal<Option<OpenForm>>,
    facts: Memo<Option<Facts>>,
    def: Arc<FormDef>,
    host: Host,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        open.get().map(|open| {
            let now = draft::answers(open);
            let changed = Memo::new(move |_| {
                let submitted =
                    facts.with(|facts| facts.as_ref().map(|facts| facts.submitted.clone()))?;
                now.with(|now| {
                    let differs = |name: &&FieldName| now.get(*name) != submitted.get(*name);
                    let count = submitted.keys().filter(differs).count();
                    (!now.is_empty() && count > 0).then_some(count)
                })
            });
            view! {
                <Recovered open=open def=def.clone() host=host answers=false />
                {move || changed.get().map(|n| view! {
                    <div class="notice notice-warn" role="status" data-changed-since=n.to_string()>
                        <Icon name="conflict" />
                        <p>{t_string!(i18n, reviews.changed_since, n = n).to_string()}</p>
                    </div>
                })}
            }
        })
    }
}
