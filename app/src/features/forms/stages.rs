//! A project by its regulation: the stages, what is missing for the next gate, its forms, and those that can be begun.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};
use shared::api::PackInfo;
use shared::base::{DocumentId, ProjectId, Timestamp};
use shared::domain::calendar::holidays::chinese;
use shared::domain::permission::{Access, DocumentKind, ProjectState, Role, access};
use shared::ledger::project::Standing;
use shared::ledger::{Act, Hash};
use shared::pack::Pack;
use shared::pack::definition::{FormState, Holder};
use shared::pack::id::FormName;

use super::draft::title;
use super::duties::{self, Duties};
use super::newer::Newer;
use super::outside::OutsideRoles;
use super::refused::Waits;
use super::{Alarm, Known, wording};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{clock, page};
use crate::replica::Draft;
use crate::shell::{use_replica, use_shell};
use crate::ui::form::say;
use crate::ui::icon::Icon;
use crate::words;

/// One form that was submitted, as the list has it.
#[derive(Clone, PartialEq)]
struct Line {
    form: DocumentId,
    kind: FormName,
    name: String,
    title: Option<String>,
    number: Option<String>,
    standing: Standing,
    last: Timestamp,
    step: Option<String>,
}

/// What the page shows, out of the ledger.
#[derive(Clone, PartialEq)]
struct Facts {
    pack: Known,
    hash: Hash,
    stage: Option<usize>,
    missing: Vec<String>,
    number: Option<String>,
    forms: Vec<Line>,
    begin: Vec<FormName>,
    holders: Vec<(String, Vec<String>)>,
    duties: Vec<duties::Line>,
    /// The gate is open, and nothing has led the project on.
    open: bool,
}

/// The project's forms and gates.
#[component]
pub fn ProjectForms() -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let params = use_params_map();
    let project =
        Memo::new(move |_| params.with(|params| params.get("project")?.parse::<ProjectId>().ok()));
    move || {
        project
            .get()
            .map(|project| view! { <Of project=project /> })
    }
}

#[component]
fn Of(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let row = Memo::new(move |_| {
        replica
            .projects()
            .with(|all| all.iter().flatten().find(|p| p.id == project).cloned())
    });
    let holidays = StoredValue::new(chinese());
    let facts = Memo::new(move |_| {
        ledger.with(|ledger| {
            let ledger = ledger.as_ref()?;
            Some(ledger.look(|project| {
                let (hash, pack) = project.pack()?;
                let known = Known(ledger.packs.get(&hash)?.clone());
                let name = |pack: &Pack, form: &FormName| {
                    pack.form(form)
                        .map_or_else(|| form.to_string(), |form| say(i18n, &form.name))
                };
                let missing = project.missing().into_iter().map(|missing| {
                    let forms: Vec<String> =
                        missing.forms.iter().map(|form| name(pack, form)).collect();
                    let forms = forms.join(" / ");
                    match missing.state {
                        FormState::Approved => t_string!(
                            i18n,
                            reviews.needs_approved,
                            forms = forms,
                            n = missing.more
                        )
                        .to_string(),
                        FormState::Submitted => t_string!(
                            i18n,
                            reviews.needs_submitted,
                            forms = forms,
                            n = missing.more
                        )
                        .to_string(),
                    }
                });
                let missing: Vec<String> = missing.collect();
                let mut forms: Vec<Line> = project
                    .forms()
                    .iter()
                    .map(|(id, form)| Line {
                        form: *id,
                        kind: form.kind.id.clone(),
                        name: say(i18n, &form.kind.name),
                        title: form.title(),
                        number: form.number.clone(),
                        standing: form.standing(),
                        last: form.past.last().map(|past| past.at).unwrap_or_default(),
                        step: form
                            .review
                            .as_ref()
                            .and_then(|review| review.step())
                            .map(|step| say(i18n, &step.name)),
                    })
                    .collect();
                shared::base::sort::by_key(&mut forms, |line| std::cmp::Reverse(line.last));
                let here = project.stage();
                let stage =
                    here.and_then(|here| pack.stages.iter().position(|stage| stage.id == here.id));
                let fits = |form: &&shared::pack::form::FormDef| {
                    let in_stage = form.stages.is_empty()
                        || here.is_some_and(|here| form.stages.contains(&here.id));
                    // who may begin is asked again when it is handed in
                    in_stage && form.begins_project != project.is_begun()
                };
                let holders = pack
                    .roles
                    .iter()
                    .filter(|role| matches!(role.holder, Holder::Project | Holder::Outside));
                let holders = holders.filter_map(|role| {
                    let who = project
                        .holders()
                        .get(&role.id)
                        .filter(|who| !who.is_empty())?;
                    let who = who
                        .iter()
                        .map(|id| wording::person(replica, Some(project), *id))
                        .collect();
                    Some((say(i18n, &role.name), who))
                });
                Some(Facts {
                    hash,
                    stage,
                    open: missing.is_empty() && here.is_some(),
                    missing,
                    number: project.number().map(str::to_owned),
                    forms,
                    begin: pack
                        .forms
                        .iter()
                        .filter(fits)
                        .map(|form| form.id.clone())
                        .collect(),
                    holders: holders.collect(),
                    duties: holidays
                        .with_value(|days| duties::lines(i18n, project, pack, clock::now(), days)),
                    pack: known,
                })
            }))
        })
    });
    let drafts = RwSignal::new(Vec::<Draft>::new());
    spawn_local(async move {
        replica
            .drafts(project, |all| {
                let _ = drafts.try_set(all);
            })
            .await;
    });
    let proposed = move || {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.state == ProjectState::Proposed)
        })
    };
    let manages = move || row.with(|row| row.as_ref().is_some_and(|row| row.role == Role::Manager));
    view! {
        <div class="page stack regulations" data-place="forms">
            <Alarm ledger=ledger />
            <Waits project=project form=None />
            {move || match facts.get() {
                None => view! { <p class="muted" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
                Some(None) => view! { <Adopt project=project manages=Signal::derive(manages) /> }.into_any(),
                Some(Some(facts)) => {
                    let pack = facts.pack.0.clone();
                    let submitted: Vec<DocumentId> = facts.forms.iter().map(|line| line.form).collect();
                    view! {
                        {move || proposed().then(|| view! {
                            <div class="notice" role="status"><Icon name="help" /><p>{t!(i18n, reviews.proposed)}</p></div>
                        })}
                        <section class="card">
                            <div class="card-head">
                                <h2>{say(i18n, &pack.name)}</h2>
                                {facts.number.clone().map(|number| view! { <span class="badge" data-number="">{number}</span> })}
                                <A href=format!("/regulations/{}", facts.hash) attr:class="button button-quiet">{t!(i18n, reviews.read_regulation)}</A>
                            </div>
                            <ol class="stage-line card-body">
                                {pack.stages.iter().enumerate().map(|(at, stage)| {
                                    let place = facts.stage.unwrap_or(pack.stages.len());
                                    view! {
                                        <li class:done=at < place class:here=at == place aria-current=(at == place).then_some("step") data-stage=stage.id.to_string()>
                                            <span class="stage-number">{at + 1}</span>
                                            <span>{say(i18n, &stage.name)}</span>
                                        </li>
                                    }
                                }).collect_view()}
                            </ol>
                            <Gate project=project facts=facts.clone() manages=Signal::derive(manages) />
                        </section>
                        <Newer project=project hash=facts.hash pack=pack.clone() manages=Signal::derive(manages) />
                        <Begin project=project facts=facts.clone() />
                        {(!facts.duties.is_empty()).then(|| view! {
                            <Duties project=project hash=facts.hash pack=pack.clone() lines=facts.duties.clone() drafts=open_drafts(project, drafts, submitted.clone()) />
                        })}
                        <Drafts project=project pack=pack.clone() drafts=drafts submitted=submitted />
                        <Submitted project=project forms=facts.forms.clone() />
                        <OutsideRoles project=project />
                        {(!facts.holders.is_empty()).then(|| view! {
                            <section class="card">
                                <div class="card-head"><h2>{t!(i18n, reviews.appointed)}</h2></div>
                                <dl class="card-body review-holders">
                                    {facts.holders.iter().map(|(role, who)| view! { <dt>{role.clone()}</dt><dd>{who.join(", ")}</dd> }).collect_view()}
                                </dl>
                            </section>
                        })}
                    }.into_any()
                }
            }}
        </div>
    }
}

/// What the next gate needs still.
#[component]
fn Gate(project: ProjectId, facts: Facts, manages: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let stage = facts
        .stage
        .and_then(|at| facts.pack.0.stages.get(at).map(|stage| stage.id.clone()));
    let Some(stage) = stage else {
        return view! { <p class="card-body">{t!(i18n, reviews.all_left)}</p> }.into_any();
    };
    let advance = move |_| {
        replica.wish(
            project,
            Act::Advance {
                stage: stage.clone(),
            },
        )
    };
    match facts.open {
        true => view! {
            <div class="card-body form-foot">
                <p class="grow">{t!(i18n, reviews.gate_open)}</p>
                {move || manages.get().then(|| { let advance = advance.clone(); view! {
                    <button type="button" class="button button-primary" id="advance" on:click=advance>{t!(i18n, reviews.advance)}</button>
                }})}
            </div>
        }.into_any(),
        false => view! {
            <div class="card-body" data-gate="closed">
                <p class="muted">{t!(i18n, reviews.gate_needs)}</p>
                <ul>{facts.missing.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </div>
        }.into_any(),
    }
}

/// The forms that can be begun.
#[component]
fn Begin(project: ProjectId, facts: Facts) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let go = StoredValue::new(use_navigate());
    let may = Memo::new(move |_| {
        replica.projects().with(|all| {
            let row = all.iter().flatten().find(|row| row.id == project);
            row.is_some_and(|row| {
                access(Some(row.role), row.state, DocumentKind::Form) == Access::Write
            })
        })
    });
    let (hash, pack) = (facts.hash, facts.pack.0.clone());
    let begin = facts.begin;
    let buttons = move || {
        begin
            .iter()
            .filter_map(|name| {
                let def = Arc::new(pack.form(name)?.clone());
                let label = say(i18n, &def.name);
                let press = move |_| {
                    let def = def.clone();
                    spawn_local(async move {
                        match replica.begin_form(project, hash, &def).await {
                            Ok(form) => go.with_value(|go| {
                                go(&format!("/forms/{project}/{form}"), Default::default())
                            }),
                            Err(error) => shell.say(wording::command(i18n, &error)),
                        }
                    });
                };
                Some(view! {
                    <button type="button" class="button" data-begin=name.to_string() on:click=press>
                        <Icon name="plus" />{label}
                    </button>
                })
            })
            .collect_view()
    };
    view! {
        <section class="card" hidden=move || !may.get()>
            <div class="card-head"><h2>{t!(i18n, reviews.begin)}</h2></div>
            <div class="card-body form-begin">{buttons}</div>
        </section>
    }
    .into_any()
}

/// Drafts that were neither discarded nor handed in, with what they are.
fn open_drafts(
    project: ProjectId,
    drafts: RwSignal<Vec<Draft>>,
    submitted: Vec<DocumentId>,
) -> Signal<Vec<(DocumentId, FormName)>> {
    let replica = use_replica();
    Signal::derive(move || {
        let all = drafts.get().into_iter();
        let open = all.filter(|draft| !submitted.contains(&draft.document));
        open.filter_map(|draft| {
            let open = replica.open_form(project, draft.document, &draft.key);
            let view = open.view().get()?;
            (!view.discarded).then(|| Some((draft.document, view.form.clone()?)))?
        })
        .collect()
    })
}

/// The drafts.
#[component]
fn Drafts(
    project: ProjectId,
    pack: Arc<Pack>,
    drafts: RwSignal<Vec<Draft>>,
    submitted: Vec<DocumentId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let lines = move || {
        let all = drafts.get();
        let open = all
            .into_iter()
            .filter(|draft| !submitted.contains(&draft.document));
        open.filter_map(|draft| {
            let open = replica.open_form(project, draft.document, &draft.key);
            let view = open.view().get()?;
            let def = pack.form(view.form.as_ref()?)?;
            (!view.discarded).then(|| {
                let told = title(&view, def, i18n);
                let (kind, name) = (def.id.to_string(), say(i18n, &def.name));
                view! {
                    <li>
                        <A href=format!("/forms/{project}/{}", draft.document) attr:class="line" attr:data-draft=kind>
                            <span class="grow"><strong>{name}</strong><small class="muted">{told}</small></span>
                            <span class="badge">{t!(i18n, reviews.draft)}</span>
                        </A>
                    </li>
                }
                .into_any()
            })
        })
        .collect::<Vec<AnyView>>()
    };
    move || {
        let lines = lines();
        (!lines.is_empty()).then(|| {
            view! {
                <section class="card" data-list="drafts">
                    <div class="card-head"><h2>{t!(i18n, reviews.drafts)}</h2></div>
                    <ul class="plain-list">{lines}</ul>
                </section>
            }
        })
    }
}

/// The forms that were submitted.
#[component]
fn Submitted(project: ProjectId, forms: Vec<Line>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="card" data-list="submitted">
            <div class="card-head"><h2>{t!(i18n, reviews.submitted)}</h2></div>
            {match forms.is_empty() {
                true => view! { <p class="card-body muted">{t!(i18n, reviews.submitted_none)}</p> }.into_any(),
                false => view! {
                    <ul class="plain-list">
                        {forms.into_iter().map(|line| {
                            let more: Vec<String> = [line.number, line.title, line.step].into_iter().flatten().collect();
                            view! {
                                <li>
                                    <A href=format!("/forms/{project}/{}", line.form) attr:class="line" attr:data-form=line.kind.to_string()>
                                        <span class="grow"><strong>{line.name}</strong><small class="muted">{more.join(" · ")}</small></span>
                                        <small class="muted">{wording::when(i18n, line.last)}</small>
                                        <span class=wording::standing_class(line.standing)>{wording::standing(i18n, line.standing)}</span>
                                    </A>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </section>
    }
}

/// A project that is run by no regulation: its manager chooses one.
#[component]
fn Adopt(project: ProjectId, manages: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let packs = RwSignal::new(Vec::<PackInfo>::new());
    let failed = RwSignal::new(None::<String>);
    spawn_local(async move {
        let heard = replica
            .packs(|all| {
                let _ = packs.try_set(all);
            })
            .await;
        if let Err(error) = heard {
            let _ = failed.try_set(Some(words::failure(i18n, &error)));
        }
    });
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, reviews.no_pack)}</h2></div>
            <p class="card-body muted">{t!(i18n, reviews.no_pack_explained)}</p>
            <ul class="plain-list">
                {move || packs.get().into_iter().map(|pack| {
                    let hash = pack.hash;
                    view! {
                        <li class="line">
                            <span class="grow"><strong>{say(i18n, &pack.name)}" "{pack.version.clone()}</strong><small class="muted">{say(i18n, &pack.applies)}</small></span>
                            {move || manages.get().then(|| view! {
                                <button type="button" class="button" data-adopt=hash.to_string() on:click=move |_| replica.wish(project, Act::Adopt { pack: hash })>
                                    {t!(i18n, reviews.adopt)}
                                </button>
                            })}
                        </li>
                    }
                }).collect_view()}
            </ul>
            {move || failed.get().filter(|_| packs.with(Vec::is_empty)).map(|text| view! { <p class="card-body">{text}</p> })}
        </section>
    }
}
