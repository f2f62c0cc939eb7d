//! Forms 表单 and reviews 评审: a project's stages and forms, a form as a draft or under review, what waits for me.

mod decide;
mod draft;
mod duties;
mod export;
mod handwriting;
mod host;
mod inbox;
mod links;
mod newer;
mod outside;
mod past;
mod pin;
mod places;
mod recovered;
mod refused;
mod registers;
mod remarks;
mod settle;
mod sheet;
mod since;
mod stages;
mod steps;
mod thumbnails;
mod wording;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use shared::base::{DocumentId, ProjectId};
use shared::ledger::verify::Wrong;
use shared::pack::Pack;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::page;
use crate::replica::Ledger;
use crate::shell::use_replica;
use crate::ui::icon::Icon;
use crate::words;

pub use inbox::{Inbox, InboxCard};
pub use registers::RegistersPlace;
pub use stages::ProjectForms;

/// A pack, compared by what it is: its hash was checked.
#[derive(Clone)]
struct Known(Arc<Pack>);

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// What is wrong with the history that the server gives; nothing where nothing is.
#[component]
fn Alarm(#[prop(into)] ledger: Signal<Option<Arc<Ledger>>>) -> impl IntoView {
    let i18n = use_i18n();
    let found = move || {
        ledger.with(|ledger| {
            let finding = ledger.as_ref()?.findings.first()?;
            let what = match &finding.what {
                Wrong::OtherHead | Wrong::CutOff => t_string!(i18n, reviews.rewritten),
                Wrong::HeadSignature => t_string!(i18n, reviews.not_signed),
                _ => t_string!(i18n, reviews.changed_history),
            };
            Some(t_string!(i18n, reviews.finding, seq = finding.seq, what = what).to_string())
        })
    };
    move || {
        found().map(|text| {
            view! {
                <div class="notice notice-danger" role="alert" data-ledger="wrong">
                    <Icon name="failed" />
                    <div class="grow">
                        <p>{text}</p>
                        <p>{t!(i18n, reviews.heads_are_proof)}</p>
                    </div>
                    <A href="/account#kept-heads" attr:class="button">{t!(i18n, reviews.to_heads)}</A>
                </div>
            }
        })
    }
}

/// One form of a project: a draft, or what became of it.
#[component]
pub fn FormPlace() -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let params = use_params_map();
    let at = Memo::new(move |_| {
        let (project, form) = params.with(|params| (params.get("project"), params.get("form")));
        let project: Option<ProjectId> = project?.parse().ok();
        let form: Option<DocumentId> = form?.parse().ok();
        project.zip(form)
    });
    move || match at.get() {
        Some((project, form)) => view! { <Of project=project form=form /> }.into_any(),
        None => view! { <Nowhere /> }.into_any(),
    }
}

/// What a form's page is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    /// It was submitted.
    Sheet,
    /// A draft, by its key.
    Draft(String),
    /// This device knows nothing of it.
    Nowhere,
    /// Not known yet.
    Unknown,
}

#[component]
fn Of(project: ProjectId, form: DocumentId) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let open = replica.ledger(project);
    let ledger = open.ledger();
    // a draft has a key; what others submitted may have none here
    let key = RwSignal::new(None::<Option<String>>);
    spawn_local(async move {
        let found = replica.form_key(project, form).await;
        let _ = key.try_set(Some(found));
    });
    let submitted = Memo::new(move |_| {
        ledger.with(|ledger| {
            let ledger = ledger.as_ref()?;
            Some(ledger.look(|project| project.forms().contains_key(&form)))
        })
    });
    let failed = open.failed();
    // what is known later of the same page does not make it anew: what was last seen, and what is typed, would be gone
    let page = Memo::new(move |_| match (submitted.get(), key.get()) {
        (Some(true), _) => Page::Sheet,
        (Some(false), Some(Some(key))) => Page::Draft(key),
        (Some(false), Some(None)) => Page::Nowhere,
        _ => Page::Unknown,
    });
    view! {
        <Alarm ledger=ledger />
        {move || match page.get() {
            Page::Sheet => view! { <sheet::Sheet project=project form=form /> }.into_any(),
            Page::Draft(key) => {
                view! { <draft::DraftPage project=project form=form key=key /> }.into_any()
            }
            Page::Nowhere => match failed.get() {
                Some(error) => view! {
                    <section class="page"><div class="card empty" role="alert">
                        <Icon name="offline" />
                        <h1>{t!(i18n, reviews.not_here)}</h1>
                        <p>{words::failure(i18n, &error)}</p>
                    </div></section>
                }.into_any(),
                None => view! { <Nowhere /> }.into_any(),
            },
            Page::Unknown => view! { <p class="muted page-wait" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
        }}
    }
}

#[component]
fn Nowhere() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="page">
            <div class="card empty">
                <h1>{t!(i18n, shell.no_such_place)}</h1>
                <A href="/inbox" attr:class="button">{t!(i18n, reviews.inbox)}</A>
            </div>
        </section>
    }
}
