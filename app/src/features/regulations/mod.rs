//! Regulations 规程: read a pack as a rule book, look at its forms, try them, print them empty.

mod book;
mod condition;
mod duties;
mod form;
mod list;
mod registers;
mod route;
mod stages;
mod trial;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use shared::ledger::Hash;
use shared::pack::Pack;
use shared::pack::id::FormName;

use crate::i18n::{t, use_i18n};
use crate::platform::{page, screen};
use crate::replica::PackError;
use crate::shell::use_replica;
use crate::ui::icon::Icon;
use crate::words;
use book::Book;
use form::FormPage;
use list::List;

/// What the address names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    List,
    Book(Hash),
    Form(Hash, FormName),
    Nowhere,
}

/// The place of the regulations.
#[component]
pub fn Regulations() -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let params = use_params_map();
    let at = Memo::new(move |_| {
        let (pack, form) = params.with(|params| (params.get("pack"), params.get("form")));
        let Some(pack) = pack else { return At::List };
        let form = form.map(|form| form.parse::<FormName>());
        match (pack.parse::<Hash>(), form) {
            (Ok(hash), None) => At::Book(hash),
            (Ok(hash), Some(Ok(form))) => At::Form(hash, form),
            _ => At::Nowhere,
        }
    });
    Effect::new(move |_| {
        at.track();
        screen::scroll_to_top();
    });
    move || match at.get() {
        At::List => view! { <List /> }.into_any(),
        At::Book(hash) => view! { <Loaded hash=hash form=None /> }.into_any(),
        At::Form(hash, form) => view! { <Loaded hash=hash form=Some(form) /> }.into_any(),
        At::Nowhere => view! { <Nowhere /> }.into_any(),
    }
}

/// A regulation, or one of its forms, once it is here.
#[component]
fn Loaded(hash: Hash, form: Option<FormName>) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let loaded = RwSignal::new(None::<Result<Known, PackError>>);
    let load = move || {
        loaded.set(None);
        spawn_local(async move {
            let pack = replica.pack(hash).await;
            // the person may have gone elsewhere meanwhile
            let _ = loaded.try_set(Some(pack.map(|pack| Known(hash, pack))));
        });
    };
    load();
    move || match loaded.get() {
        None => view! { <p class="muted page-wait" role="status">{t!(i18n, shell.loading)}</p> }
            .into_any(),
        Some(Ok(Known(hash, pack))) => match &form {
            None => view! { <Book hash=hash pack=pack /> }.into_any(),
            Some(form) if pack.form(form).is_some() => {
                view! { <FormPage hash=hash pack=pack form=form.clone() /> }.into_any()
            }
            Some(_) => view! { <Nowhere /> }.into_any(),
        },
        Some(Err(error)) => {
            let why = match error {
                PackError::NotHere(error) => words::failure(i18n, &error),
                PackError::Other => t!(i18n, regulations.other)().to_owned(),
            };
            view! {
                <section class="page">
                    <div class="card empty" role="alert">
                        <Icon name="offline" />
                        <h1>{t!(i18n, regulations.not_here)}</h1>
                        <p>{why}</p>
                        <button type="button" class="button" on:click=move |_| load()>
                            {t!(i18n, regulations.again)}
                        </button>
                    </div>
                </section>
            }
            .into_any()
        }
    }
}

/// A regulation with its hash.
#[derive(Clone)]
struct Known(Hash, Arc<Pack>);

#[component]
fn Nowhere() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="page">
            <div class="card empty">
                <h1>{t!(i18n, shell.no_such_place)}</h1>
                <A href="/regulations" attr:class="button">{t!(i18n, regulations.title)}</A>
            </div>
        </section>
    }
}

/// The beginning of a hash: enough to tell versions apart by eye.
fn short(hash: &Hash) -> String {
    hash.to_string().chars().take(12).collect()
}
