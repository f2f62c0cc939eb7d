//! The root: shared state, what the window shows, and which address shows which place.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::features::frame::Frame;
use crate::features::home::Home;
use crate::features::lock::{self, Lock};
use crate::features::plan::PlanScreen;
use crate::features::project::{Members, Overview, ProjectFrame, project_of_address};
use crate::features::projects::{NewProject, Projects};
use crate::features::sign_in::{FirstPassword, SignIn};
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::later::{self, Later, NotLoaded, Starting};
use crate::platform::{page, screen, updates};
use crate::shell::{Shell, Stage, use_shell};

/// Where links for people outside lead to; a secret follows.
const SIGN: &str = "/sign/";

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let i18n = language::provide();
    let shell = Shell::provide();
    if let Some(secret) = page::path().strip_prefix(SIGN) {
        // whoever signs by a link has no account here, and sees nothing of anybody's
        return view! {
            <div class="app"><Later load=later::sign(secret.to_owned()) alone=true /></div>
            <Toasts />
        }
        .into_any();
    }
    updates::on_ready(move || shell.update_ready.set(true));
    lock::watch_idle();
    Effect::new(move |_| screen::set_title(t_string!(i18n, common.app)));
    spawn_local(shell.resume());
    view! {
        <div class="app">
            {move || match shell.stage.get() {
                Stage::Starting => view! { <Starting /> }.into_any(),
                Stage::SignIn => view! { <SignIn /> }.into_any(),
                Stage::ChangePassword => view! { <FirstPassword /> }.into_any(),
                Stage::Locked => view! { <Lock /> }.into_any(),
                Stage::In => ().into_any(),
            }}
            // stays behind the lock: what was typed there is kept
            <div class="work" hidden=move || shell.stage.get() != Stage::In>
                {move || shell.places.get().map(|make| match make {
                    Ok(make) => make(),
                    Err(()) => view! { <NotLoaded /> }.into_any(),
                })}
            </div>
        </div>
        <Toasts />
    }
    .into_any()
}

#[component]
fn Toasts() -> impl IntoView {
    let shell = use_shell();
    view! {
        <div class="toasts" role="status">
            {move || shell.toast.get().map(|text| view! { <p class="toast">{text}</p> })}
        </div>
    }
}

/// The places inside the frame.
#[component]
pub fn Places() -> impl IntoView {
    view! {
        <Router>
            <Frame>
                <Routes fallback=|| view! { <NoSuchPlace /> }.into_any()>
                    <Route path=path!("/") view=|| view! { <Home /> }.into_any() />
                    <Route path=path!("/projects") view=|| view! { <Projects /> }.into_any() />
                    <ParentRoute path=path!("/projects/:project") view=|| view! { <ProjectFrame /> }.into_any()>
                        <Route path=path!("") view=|| view! { <Overview /> }.into_any() />
                        <Route path=path!("plan") view=|| view! { <Later load=later::plan() /> }.into_any() />
                        <Route path=path!("forms") view=|| view! { <Later load=later::forms() /> }.into_any() />
                        <Route path=path!("registers/:register?") view=|| view! { <Later load=later::registers() /> }.into_any() />
                        <Route path=path!("members") view=|| view! { <Members /> }.into_any() />
                    </ParentRoute>
                    <Route path=path!("/regulations") view=|| view! { <Later load=later::regulations() /> }.into_any() />
                    <Route path=path!("/regulations/:pack") view=|| view! { <Later load=later::regulations() /> }.into_any() />
                    <Route path=path!("/regulations/:pack/:form") view=|| view! { <Later load=later::regulations() /> }.into_any() />
                    <Route path=path!("/forms/:project/:form") view=|| view! { <Later load=later::form() /> }.into_any() />
                    <Route path=path!("/inbox") view=|| view! { <Later load=later::inbox() /> }.into_any() />
                    <Route path=path!("/account") view=|| view! { <Later load=later::account() /> }.into_any() />
                    <Route path=path!("/admin/:place?") view=|| view! { <Later load=later::admin() /> }.into_any() />
                </Routes>
            </Frame>
            <NewProject />
        </Router>
    }
}

#[component]
fn NoSuchPlace() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="page">
            <div class="card empty">
                <h1>{t!(i18n, shell.no_such_place)}</h1>
                <a class="button" href="/">{t!(i18n, shell.home)}</a>
            </div>
        </section>
    }
}

/// The plan of the project of the address.
#[component]
pub fn ProjectPlan() -> impl IntoView {
    let project = project_of_address();
    move || {
        project.get().map(|project| {
            let tools = move || view! { <Later load=later::exchange(project) /> };
            view! { <PlanScreen project=project tools=tools /> }.into_any()
        })
    }
}
