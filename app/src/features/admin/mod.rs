//! Administration of the organisation: people, departments and posts, who holds which role of a regulation, deputies, tables
//! of people, by which ways notices leave, the record, and who could do what when.

mod audit;
mod audit_words;
mod departments;
mod deputies;
mod grant_form;
mod grants;
mod import;
mod import_words;
mod notice_words;
mod notices;
mod organisation;
mod parties;
mod party_form;
mod people;
mod person_form;
mod posts;
mod robot_form;
mod robots;
mod rules;
mod then;
mod unsent;

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::page;
use crate::shell::{use_replica, use_shell};
use crate::ui::icon::Icon;
use crate::words::Texts;

/// Where one goes within the administration, by the end of the address.
const PLACES: [&str; 9] = [
    "",
    "departments",
    "posts",
    "grants",
    "deputies",
    "notices",
    "import",
    "audit",
    "then",
];

fn place_name(i18n: Texts, place: &str) -> &'static str {
    match place {
        "departments" => t_string!(i18n, organisation.departments),
        "posts" => t_string!(i18n, organisation.posts),
        "grants" => t_string!(i18n, organisation.grants),
        "deputies" => t_string!(i18n, organisation.deputies),
        "notices" => t_string!(i18n, notices.notices),
        "import" => t_string!(i18n, organisation.import),
        "audit" => t_string!(i18n, organisation.audit),
        "then" => t_string!(i18n, organisation.then),
        _ => t_string!(i18n, shell.people),
    }
}

/// Administration.
#[component]
pub fn Admin() -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let i18n = use_i18n();
    let shell = use_shell();
    let organisation = use_replica().organisation();
    let address = use_params_map();
    let place =
        Memo::new(move |_| address.with(|address| address.get("place").unwrap_or_default()));
    move || {
        if !shell.administrator() {
            return view! {
                <section class="page">
                    <div class="card empty">
                        <Icon name="lock" />
                        <p>{t!(i18n, shell.fail_not_allowed)}</p>
                    </div>
                </section>
            }
            .into_any();
        }
        view! {
            <div class="page stack" data-place="admin">
                <header class="page-head">
                    <div class="grow">
                        <h1>{t!(i18n, shell.admin)}</h1>
                        <p class="muted">
                            {move || organisation.with(|o| o.as_ref().map(|o| o.name.clone()))}
                        </p>
                    </div>
                </header>
                <nav class="tabs" aria-label=t!(i18n, organisation.places)>
                    {PLACES.map(|of| {
                        let path = if of.is_empty() { "/admin".to_owned() } else { format!("/admin/{of}") };
                        view! { <A href=path exact=true>{move || place_name(i18n, of)}</A> }
                    }).collect_view()}
                </nav>
                {move || match place.get().as_str() {
                    "departments" => view! { <departments::Departments /><organisation::Organisation /> }.into_any(),
                    "posts" => view! { <posts::Posts /> }.into_any(),
                    "grants" => view! { <grants::Grants /> }.into_any(),
                    "deputies" => view! { <deputies::Deputies /> }.into_any(),
                    "notices" => view! { <notices::Notices /> }.into_any(),
                    "import" => view! { <import::Import /> }.into_any(),
                    "audit" => view! { <audit::Audit /> }.into_any(),
                    "then" => view! { <then::Then /> }.into_any(),
                    _ => view! { <people::People /> }.into_any(),
                }}
            </div>
        }
        .into_any()
    }
}
