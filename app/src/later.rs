//! What the app loads later: each function here is a place where `cargo xtask` cuts the module. What only it
//! needs becomes a part of its own; the service worker fetches all parts beforehand, so that they are there offline.
//! Few parts: every one more multiplies the files for what parts share.
#![allow(
    unsafe_code,
    reason = "the split points are imports and exports of the module, which Rust calls unsafe"
)]

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::api::Session;
use shared::base::ProjectId;

use crate::app::{Places, ProjectPlan};
use crate::features::account::AccountPage;
use crate::features::admin::Admin;
use crate::features::exchange::ExchangeTools;
use crate::features::forms::{FormPlace, Inbox, InboxCard, ProjectForms, RegistersPlace};
use crate::features::plan::{LensBar, RestoreDialog, ShapeBody, SideBody};
use crate::features::regulations::Regulations;
use crate::features::sign::SignPage;
use crate::i18n::{t, use_i18n};
use crate::platform::page;
use crate::shell::Shell;

/// Makes a view.
pub type Make = Arc<dyn Fn() -> AnyView + Send + Sync>;

/// The work: the device's documents and the places that show them. Loaded when somebody is signed in.
#[wasm_split(
    work,
    wasm_split_path = ::leptos::wasm_split,
    fallible,
    preload(
        /// Loads the work's part ahead of its use.
        fetch_work
    )
)]
pub fn work(shell: Shell, session: Session) -> Result<Make, SplitLoaderError> {
    shell.begin(session);
    Ok(Arc::new(|| view! { <Places /> }.into_any()))
}

/// The plan of a project.
#[wasm_split(
    plan,
    wasm_split_path = ::leptos::wasm_split,
    fallible,
    preload(
        /// Loads the plan's part ahead of its use.
        fetch_plan
    )
)]
pub fn plan() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <ProjectPlan /> }.into_any()))
}

/// What the sheet beside the plan shows: a task's details, lists.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn side() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <SideBody /> }.into_any()))
}

/// The plan as something else than grid and chart.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn shapes() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <ShapeBody /> }.into_any()))
}

/// The bar that finds, filters and groups tasks.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn lens() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <LensBar /> }.into_any()))
}

/// The question before something of the plan is restored.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn restoring() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <RestoreDialog /> }.into_any()))
}

/// Import and export of the project's plan. Begins once the plan stands.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn exchange(project: ProjectId) -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(move || {
        view! { <ExchangeTools project=project /> }.into_any()
    }))
}

/// The place of one's own account.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn account() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <AccountPage /> }.into_any()))
}

/// The place of those who administer the organisation.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn admin() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <Admin /> }.into_any()))
}

/// The place of the regulations, with their forms.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn regulations() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <Regulations /> }.into_any()))
}

/// A project by its regulation: stages, gates, forms.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn forms() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <ProjectForms /> }.into_any()))
}

/// The registers of a project.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn registers() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <RegistersPlace /> }.into_any()))
}

/// One form of a project.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn form() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <FormPlace /> }.into_any()))
}

/// The place of reviews.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn inbox() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <Inbox /> }.into_any()))
}

/// What waits for me, on the home page.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn inbox_card() -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(|| view! { <InboxCard /> }.into_any()))
}

/// The page of somebody outside who signs by a link: beside the work, of which nothing is loaded for it.
#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn sign(secret: String) -> Result<Make, SplitLoaderError> {
    Ok(Arc::new(move || {
        let secret = secret.clone();
        view! { <SignPage secret=secret /> }.into_any()
    }))
}

/// Shows a place that is loaded on use.
#[component]
pub fn Later<F>(
    /// Loads it.
    load: F,
    /// Says meanwhile that it comes: where nothing else is on the screen.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView
where
    F: Future<Output = Result<Make, SplitLoaderError>> + 'static,
{
    let loaded = RwSignal::new(None::<Result<Make, ()>>);
    spawn_local(async move {
        let made = load.await.map_err(|_| ());
        // the person may have gone elsewhere meanwhile
        let _ = loaded.try_set(Some(made));
    });
    move || match loaded.get() {
        None if alone => view! { <Starting /> }.into_any(),
        None => ().into_any(),
        Some(Ok(make)) => make(),
        Some(Err(())) => view! { <NotLoaded /> }.into_any(),
    }
}

/// Something comes.
#[component]
pub fn Starting() -> impl IntoView {
    let i18n = use_i18n();
    view! { <p class="starting muted" role="status">{t!(i18n, shell.loading)}</p> }
}

/// A part of the app could not be loaded.
#[component]
pub fn NotLoaded() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="page">
            <div class="card empty" role="alert">
                <p>{t!(i18n, shell.part_not_loaded)}</p>
                <button type="button" class="button" on:click=|_| page::reload()>
                    {t!(i18n, shell.update_reload)}
                </button>
            </div>
        </section>
    }
}
