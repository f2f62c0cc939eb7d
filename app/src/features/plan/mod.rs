//! The plan 计划: grid and Gantt.

use leptos::prelude::*;
use shared::base::ProjectId;

/// The plan of a project.
#[component]
pub fn PlanScreen(
    /// Which project.
    project: ProjectId,
) -> impl IntoView {
    let _ = project;
    view! { <section class="plan"></section> }
}
