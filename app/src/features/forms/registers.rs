//! Registers 台账 of a project: which there are, and one with its entries.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use shared::base::{ProjectId, Timestamp};
use shared::domain::permission::Access;
use shared::ledger::Hash;
use shared::pack::form::FormDef;
use shared::pack::id::RegisterName;
use shared::pack::register::RegisterDef;

use super::draft::{answers, writing_host};
use super::export::{Export, Head};
use super::recovered::Recovered;
use super::settle::Settle;
use super::steps::Steps;
use super::{Alarm, wording};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::page;
use crate::replica::OpenForm;
use crate::shell::use_replica;
use crate::ui::form::{FormEditor, Writing, saying};
use crate::ui::icon::Icon;

/// A register, as the list has it.
#[derive(Clone, PartialEq)]
struct Line {
    pack: Hash,
    register: Arc<RegisterDef>,
    since: Timestamp,
    kept: bool,
    keeper: String,
    /// Who holds that role in the project; none: nobody yet, or a post or a department does.
    held_by: Vec<String>,
}

/// The registers of the project of the address, or the one that it names.
#[component]
pub fn RegistersPlace() -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let params = use_params_map();
    let at = Memo::new(move |_| {
        params.with(|params| {
            let project: ProjectId = params.get("project")?.parse().ok()?;
            let register: Option<RegisterName> = match params.get("register") {
                Some(name) => Some(name.parse().ok()?),
                None => None,
            };
            Some((project, register))
        })
    });
    move || match at.get() {
        Some((project, register)) => view! { <Of project=project register=register /> }.into_any(),
        None => view! { <NoSuchRegister /> }.into_any(),
    }
}

#[component]
fn Of(project: ProjectId, register: Option<RegisterName>) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let lines = Memo::new(move |_| {
        ledger.with(|ledger| {
            let ledger = ledger.as_ref()?;
            Some(ledger.look(|project_| {
                let Some((pack, of)) = project_.pack() else {
                    return Vec::new();
                };
                let all = project_.registers().into_iter();
                all.map(|one| Line {
                    pack,
                    keeper: wording::role(i18n, of, &one.register.keeper),
                    held_by: project_
                        .holders()
                        .get(&one.register.keeper)
                        .into_iter()
                        .flatten()
                        .map(|id| wording::person(replica, Some(project_), *id))
                        .collect(),
                    register: Arc::new(one.register.clone()),
                    since: one.since,
                    kept: one.kept,
                })
                .collect::<Vec<Line>>()
            }))
        })
    });
    let wanted = register.clone();
    let line = Memo::new(move |_| {
        let wanted = wanted.as_ref()?;
        lines.with(|lines| {
            let mut lines = lines.iter().flatten();
            lines.find(|line| line.register.id == *wanted).cloned()
        })
    });
    view! {
        <Alarm ledger=ledger />
        {move || match (lines.with(Option::is_some), register.is_some()) {
            (false, _) => view! { <p class="muted page-wait" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
            (true, false) => view! { <List project=project lines=lines /> }.into_any(),
            (true, true) => match line.get() {
                Some(line) => view! { <Register project=project line=line /> }.into_any(),
                None => view! { <NoSuchRegister /> }.into_any(),
            },
        }}
    }
}

/// How many entries there are.
fn count(open: OpenForm, def: &RegisterDef) -> usize {
    let table = def.table();
    open.view().with(|view| {
        let rows = view.as_ref().and_then(|view| view.rows.get(&table));
        rows.map_or(0, Vec::len)
    })
}

/// Who sees to it that a register is kept.
fn kept_by(i18n: crate::words::Texts, line: &Line) -> String {
    match line.held_by.is_empty() {
        true => t_string!(i18n, registers.kept_by, who = line.keeper.clone()).to_string(),
        false => {
            let who = format!(
                "{} {}",
                line.keeper,
                line.held_by.join(t_string!(i18n, organisation.between))
            );
            t_string!(i18n, registers.kept_by, who = who).to_string()
        }
    }
}

#[component]
fn List(project: ProjectId, lines: Memo<Option<Vec<Line>>>) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let one = move |line: Line| {
        let def = line.register.clone();
        // opened, it comes to this device, and is there with no network
        let open = replica.open_register(project, line.pack, &def);
        let (name, help, id) = (def.name.clone(), def.help.clone(), def.id.to_string());
        let about = {
            let line = line.clone();
            move || {
                let since = t_string!(i18n, registers.since, at = wording::day(i18n, line.since));
                format!("{} · {since}", kept_by(i18n, &line))
            }
        };
        view! {
            <li class="register-line" data-register=id.clone()>
                <A href=format!("/projects/{project}/registers/{id}") attr:class="register-link">
                    <span class="register-name">{saying(i18n, name)}</span>
                    <span class="muted">{about}</span>
                    {(!help.is_empty()).then(|| view! { <span class="muted register-help">{saying(i18n, help)}</span> })}
                </A>
                {(!line.kept).then(|| view! { <span class="badge">{t!(i18n, registers.closed)}</span> })}
                <span class="register-count" data-entries=move || count(open, &def).to_string()>
                    {let def = line.register.clone(); move || t_string!(i18n, registers.entries, n = count(open, &def)).to_string()}
                </span>
            </li>
        }
    };
    view! {
        <div class="page stack regulations" data-place="registers">
            {move || {
                let all = lines.get().unwrap_or_default();
                match all.is_empty() {
                    true => view! {
                        <div class="card empty">
                            <Icon name="file" />
                            <h2>{t!(i18n, registers.none)}</h2>
                            <p>{t!(i18n, registers.none_explained)}</p>
                            <A href=format!("/projects/{project}/forms") attr:class="button">{t!(i18n, reviews.forms_and_gates)}</A>
                        </div>
                    }.into_any(),
                    false => view! {
                        <section class="card">
                            <div class="card-head"><h2>{t!(i18n, shell.registers)}</h2></div>
                            <ul class="register-list">{all.into_iter().map(one).collect_view()}</ul>
                        </section>
                    }.into_any(),
                }
            }}
        </div>
    }
}

/// One register with its entries.
#[component]
fn Register(project: ProjectId, line: Line) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let open = replica.open_register(project, line.pack, &line.register);
    let def: Arc<FormDef> = Arc::new(line.register.sheet());
    let kept = line.kept;
    let answers = answers(open);
    let writes = Signal::derive(move || kept && open.access().get() == Access::Write);
    let writing = Signal::derive(move || match writes.get() {
        true => Writing::Draft,
        false => Writing::Nothing,
    });
    let host = writing_host(project, open);
    let head = Signal::derive(move || Head {
        standing: match kept {
            true => t_string!(i18n, registers.kept).to_owned(),
            false => t_string!(i18n, registers.closed).to_owned(),
        },
        ..Head::default()
    });
    let (name, help, id) = (def.name.clone(), def.help.clone(), def.id.to_string());
    let shown = def.clone();
    let here = Memo::new(move |_| open.view().with(Option::is_some));
    let counted = line.register.clone();
    let about = move || {
        let entries = t_string!(i18n, registers.entries, n = count(open, &counted)).to_string();
        format!("{} · {entries}", kept_by(i18n, &line))
    };
    view! {
        <div class="page stack regulations form-page register-page" data-register=id>
            <header class="page-head">
                <A href=format!("/projects/{project}/registers") attr:class="project-back" attr:aria-label=t!(i18n, registers.back)>
                    <Icon name="back" />
                </A>
                <div class="grow">
                    <h2>{saying(i18n, name)}</h2>
                    <p class="muted">{about}</p>
                </div>
                {move || writes.get().then(|| view! { <Steps open=open /> })}
                <Export def=def.clone() answers=answers host=host head=head opinions=Vec::new() />
            </header>
            {(!kept).then(|| view! {
                <div class="notice" role="status"><Icon name="lock" /><p>{t!(i18n, registers.closed_explained)}</p></div>
            })}
            <Recovered open=open def=def.clone() host=host answers=kept />
            <Settle open=open def=def.clone() host=host writes=writes />
            {(!help.is_empty()).then(|| view! { <p class="form-purpose">{saying(i18n, help)}</p> })}
            {move || match here.get() {
                true => view! { <FormEditor form=shown.clone() answers=answers writing=writing host=host /> }.into_any(),
                false => view! { <p class="muted page-wait" role="status">{t!(i18n, registers.on_its_way)}</p> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn NoSuchRegister() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="page">
            <div class="card empty"><h2>{t!(i18n, registers.no_such)}</h2><p>{t!(i18n, registers.none_explained)}</p></div>
        </section>
    }
}
