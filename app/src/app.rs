//! The root: shared state, and which address shows which place.

use leptos::prelude::*;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::hooks::use_params_map;
use leptos_router::path;
use shared::base::ProjectId;

use crate::features::frame::TopBar;
use crate::features::plan::PlanScreen;
use crate::language;

use crate::shell::Shell;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    language::provide();
    let _shell = Shell::provide();

    view! {
        <Router>
            <TopBar />
            <main id="main" class="main" tabindex="-1">
                <Routes fallback=|| view! { <p>"404"</p> }.into_any()>
                    <Route path=path!("/") view=|| view! { <p>"home"</p> }.into_any() />
                    <ParentRoute path=path!("/projects/:project") view=|| view! { <Outlet /> }.into_any()>
                        <Route path=path!("") view=|| view! { <p>"overview"</p> }.into_any() />
                        <Route path=path!("plan") view=|| view! { <ProjectPlan /> }.into_any() />
                    </ParentRoute>
                </Routes>
            </main>
        </Router>
    }
}

/// The project of the address.
fn project() -> Memo<Option<ProjectId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|p| p.get("project"))?.parse().ok())
}

#[component]
fn ProjectPlan() -> impl IntoView {
    let project = project();
    move || {
        project
            .get()
            .map(|project| view! { <PlanScreen project=project /> }.into_any())
    }
}
