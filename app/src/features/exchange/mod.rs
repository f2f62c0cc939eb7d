//! Plans from and to other programs: MS Project XML in and out, Primavera XER in, Excel and CSV in and out. The work runs in a
//! Worker, on this device, with or without a network; nothing is committed before the person has seen what would come.

mod adjusted;
mod again;
mod cells;
mod commit;
mod differs;
mod export;
mod import;
mod insert;
mod job;
mod mapping;
mod preview;
mod words;

use leptos::prelude::*;
use shared::base::ProjectId;

use crate::i18n::{t, use_i18n};
use crate::replica::Replica;
use crate::ui::show::Show;
use export::ExportMenu;
use import::ImportDialog;

/// Import and export, for the toolbar of a plan.
#[component]
pub fn ExchangeTools(
    /// Whose plan.
    project: ProjectId,
) -> impl IntoView {
    let i18n = use_i18n();
    let plan = expect_context::<Replica>().open(project);
    let importing = RwSignal::new(false);
    let may_import =
        Signal::derive(move || plan.access().get().0 == shared::domain::permission::Access::Write);
    view! {
        <Show when=move || may_import.get()>
            <button
                type="button"
                class="button button-quiet"
                id="import-plan"
                title=t!(i18n, exchange.tools_import_label)
                on:click=move |_| importing.set(true)
            >
                {t!(i18n, exchange.tools_import)}
            </button>
        </Show>
        <ExportMenu plan=plan project=project />
        <ImportDialog open=importing plan=plan project=project />
    }
}
