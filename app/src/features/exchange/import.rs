//! The import dialog: choose a file, see what it would bring, import it or leave it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{Moment, ProjectId};
use shared::exchange::mspdi::MAX_BYTES;
use shared::exchange::table::{Field, Options};

use super::again::{self, Again, AgainBody, NotDone};
use super::insert::Insert;
use super::job::{self, Preview, Slot, Trouble};
use super::job::{Found, Tables};
use super::mapping::MappingBody;
use super::preview::PreviewBody;
use super::{commit, words};
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::clock;
use crate::platform::worker::{PickedFile, WorkerError};
use crate::replica::{OpenPlan, Replica};
use crate::ui::dialog::Dialog;

/// Where the person is.
#[derive(Clone)]
enum Phase {
    Choose,
    Reading(String),
    /// A file of tables: how it is to be read.
    Tables(PickedFile),
    Preview(Arc<Preview>),
    /// It came before: what it changes.
    Again(Arc<Again>),
    Importing,
    /// Title line and what happened.
    Failed(Trouble),
    Refused(String),
    /// What was imported, and what could not be kept.
    Done(String, Option<String>),
}

/// Choose a file, see what it would bring, import it.
#[component]
pub fn ImportDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Into which plan.
    plan: OpenPlan,
    /// Of which project.
    project: ProjectId,
) -> impl IntoView {
    let i18n = use_i18n();
    let phase = RwSignal::new(Phase::Choose);
    let slot: Slot = StoredValue::new_local(None);
    let cancel = move || {
        slot.try_update_value(|job| {
            if let Some(job) = job.take() {
                job.cancel();
            }
        });
    };
    on_cleanup(cancel);
    let close = move || {
        cancel();
        phase.set(Phase::Choose);
        open.set(false);
    };
    let replica = expect_context::<Replica>();
    let tables = RwSignal::new(Tables::default());
    // the file of the tables, to come back to it
    let table_file = StoredValue::new(None::<PickedFile>);
    let read_as = move |file: PickedFile, table: Option<job::Table>| {
        phase.set(Phase::Reading(file.name()));
        let into = plan.view().with_untracked(|view| {
            let plan = &view.as_ref()?.plan;
            (!plan.tasks.is_empty()).then_some((plan.start, plan.rules))
        });
        spawn_local(async move {
            let next = match job::read(slot, file.clone(), into, table).await {
                Ok(Found::Plan(mut preview)) => {
                    own_people(replica, &mut preview);
                    Phase::Preview(Arc::from(preview))
                }
                Ok(Found::Tables(found)) => {
                    tables.try_set(found);
                    table_file.try_set_value(Some(file.clone()));
                    Phase::Tables(file)
                }
                Err(Trouble::Worker(WorkerError::Cancelled)) => return,
                Err(trouble) => Phase::Failed(trouble),
            };
            // closed meanwhile: nobody to tell
            if open.try_get_untracked() == Some(true) {
                phase.try_set(next);
            }
        });
    };
    let read = move |file: PickedFile| {
        table_file.set_value(None);
        read_as(file, None);
    };
    let read_table = move |file: PickedFile| {
        let (sheet, mapping) = tables.with_untracked(|tables| {
            let sheet = tables.sheets.get(tables.chosen);
            (
                tables.chosen,
                sheet.map(|s| s.mapping.clone()).unwrap_or_default(),
            )
        });
        let options = options(plan, &file.name());
        read_as(
            file,
            Some(job::Table {
                sheet,
                mapping,
                options,
            }),
        );
    };
    let headings = move |heading: Option<usize>| {
        let Some(file) = table_file.get_value() else {
            return;
        };
        let chosen = tables.with_untracked(|tables| tables.chosen);
        spawn_local(async move {
            if let Ok(mapping) = job::headings(slot, file, chosen, heading).await {
                tables.try_update(|tables| {
                    if let Some(sheet) = tables.sheets.get_mut(chosen) {
                        sheet.mapping = mapping;
                    }
                });
            }
        });
    };
    // from a preview back to how its table is read, or to another file
    let back = move || match table_file.get_value() {
        Some(file) => phase.set(Phase::Tables(file)),
        None => phase.set(Phase::Choose),
    };
    let chosen = RwSignal::new(BTreeSet::new());
    let compare = move |preview: Arc<Preview>| {
        phase.set(Phase::Reading(preview.name.clone()));
        let mapping = tables.with_untracked(|tables| {
            let sheet = tables.sheets.get(tables.chosen);
            sheet.map(|sheet| sheet.mapping.clone())
        });
        spawn_local(async move {
            let next = match again::compare(slot, replica, plan, project, preview, mapping).await {
                Ok(found) => {
                    chosen.try_set(again::usual(&found.comparison));
                    Phase::Again(Arc::new(found))
                }
                Err(Trouble::Worker(WorkerError::Cancelled)) => return,
                Err(trouble) => Phase::Failed(trouble),
            };
            phase.try_set(next);
        });
    };
    let update = move |found: Arc<Again>| {
        phase.set(Phase::Importing);
        let chosen = chosen.get_untracked();
        spawn_local(async move {
            clock::wait(30).await;
            let next = match again::take(slot, replica, plan, project, &found, &chosen).await {
                Ok(done) => {
                    let (n, moved) = (done.taken, done.moved);
                    let mut said =
                        t_string!(i18n, exchange.again_done, n = n, moved = moved).to_string();
                    if done.left_out > 0 {
                        let n = done.left_out;
                        said += &t_string!(i18n, exchange.again_left_out, n = n).to_string();
                    }
                    Phase::Done(said, words::lost(i18n, done.lost))
                }
                Err(NotDone::Trouble(trouble)) => Phase::Failed(trouble),
                Err(NotDone::Refused(error)) => Phase::Refused(words::refusal(i18n, &error)),
            };
            phase.try_set(next);
        });
    };
    let import = move |preview: Arc<Preview>| {
        phase.set(Phase::Importing);
        spawn_local(async move {
            // lets the screen show that something happens before the document takes the thread
            clock::wait(30).await;
            let next = match commit::import(replica, plan, project, &preview).await {
                Ok(lost) => {
                    let report = &preview.imported.report;
                    let said = t_string!(
                        i18n,
                        exchange.done,
                        tasks = report.tasks,
                        links = report.links
                    );
                    Phase::Done(said.to_string(), words::lost(i18n, lost))
                }
                Err(error) => Phase::Refused(words::refusal(i18n, &error)),
            };
            phase.try_set(next);
        });
    };
    let title = t_signal!(i18n, exchange.title);
    let existing =
        Signal::derive(move || plan.view().get().map_or(0, |view| view.plan.tasks.len()));
    view! {
        <Dialog open=open on_close=close title=title wide=true>
            {move || match phase.get() {
                Phase::Choose => {
                    view! {
                        <Choose read=read />
                        <Insert plan=plan project=project close=Callback::new(move |()| close()) />
                    }
                        .into_any()
                }
                Phase::Reading(name) => {
                    let cancel = move |_| {
                        cancel();
                        phase.set(Phase::Choose);
                    };
                    view! {
                        <div class="dialog-body" aria-live="polite">
                            <p>{t!(i18n, exchange.reading, name = name.clone())}</p>
                            <progress class="exchange-progress"></progress>
                            <p class="field-hint">{t!(i18n, exchange.reading_hint)}</p>
                        </div>
                        <div class="dialog-foot">
                            <button type="button" class="button" on:click=cancel>
                                {t!(i18n, exchange.cancel)}
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Phase::Tables(file) => {
                    view! {
                        <div class="dialog-body exchange-preview" id="import-tables">
                            <MappingBody tables=tables headings=Callback::new(headings) />
                        </div>
                        <div class="dialog-foot">
                            <button type="button" class="button" on:click=move |_| phase.set(Phase::Choose)>
                                {t!(i18n, exchange.back)}
                            </button>
                            <button
                                type="button"
                                class="button button-primary"
                                id="import-mapped"
                                disabled=move || {
                                    tables
                                        .with(|t| {
                                            let sheet = t.sheets.get(t.chosen);
                                            !sheet.is_some_and(|s| s.mapping.columns.contains(&Field::Name))
                                        })
                                }
                                on:click=move |_| read_table(file.clone())
                            >
                                {t!(i18n, exchange.next)}
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Phase::Again(found) => {
                    let taken = Arc::clone(&found);
                    let before = Arc::clone(&found.preview);
                    view! {
                        <div class="dialog-body exchange-preview" id="import-again">
                            <AgainBody again=found chosen=chosen people=replica.names() />
                        </div>
                        <div class="dialog-foot">
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| phase.set(Phase::Preview(Arc::clone(&before)))
                            >
                                {t!(i18n, exchange.back_step)}
                            </button>
                            <button
                                type="button"
                                class="button button-primary"
                                id="again-commit"
                                disabled=move || chosen.with(BTreeSet::is_empty)
                                on:click=move |_| update(Arc::clone(&taken))
                            >
                                {t!(i18n, exchange.again_commit)}
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Phase::Preview(preview) => {
                    let commit = Arc::clone(&preview);
                    let other = Arc::clone(&preview);
                    view! {
                        <div class="dialog-body exchange-preview">
                            <PreviewBody preview=preview existing=existing />
                        </div>
                        <div class="dialog-foot">
                            <button type="button" class="button" id="import-back" on:click=move |_| back()>
                                {move || match table_file.with_value(Option::is_some) {
                                    true => t_string!(i18n, exchange.back_step),
                                    false => t_string!(i18n, exchange.back),
                                }}
                            </button>
                            {(existing.get_untracked() > 0)
                                .then(|| {
                                    view! {
                                        <button
                                            type="button"
                                            class="button button-primary"
                                            id="import-compare"
                                            on:click=move |_| compare(Arc::clone(&other))
                                        >
                                            {t!(i18n, exchange.compare)}
                                        </button>
                                    }
                                })}
                            <button
                                type="button"
                                class="button"
                                class:button-primary=move || existing.get() == 0
                                id="import-commit"
                                on:click=move |_| import(Arc::clone(&commit))
                            >
                                {move || match existing.get() {
                                    0 => t_string!(i18n, exchange.import),
                                    _ => t_string!(i18n, exchange.import_adds),
                                }}
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Phase::Importing => {
                    view! {
                        <div class="dialog-body" aria-live="polite">
                            <p>{t!(i18n, exchange.importing)}</p>
                            <progress class="exchange-progress"></progress>
                        </div>
                    }
                        .into_any()
                }
                Phase::Failed(trouble) => {
                    let said = words::trouble(i18n, &trouble);
                    view! {
                        <div class="dialog-body">
                            <div class="notice notice-danger" role="alert" id="import-failed">
                                <div class="stack-2">
                                    <strong>{t!(i18n, exchange.failed_title)}</strong>
                                    <p>{said}</p>
                                    <p>{t!(i18n, exchange.nothing_changed)}</p>
                                </div>
                            </div>
                        </div>
                        <div class="dialog-foot">
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| phase.set(Phase::Choose)
                            >
                                {t!(i18n, exchange.back)}
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Phase::Refused(said) => {
                    view! {
                        <div class="dialog-body">
                            <div class="notice notice-danger" role="alert">
                                <p>{said}</p>
                            </div>
                        </div>
                        <CloseFoot close=close />
                    }
                        .into_any()
                }
                Phase::Done(said, lost) => {
                    view! {
                        <div class="dialog-body" aria-live="polite">
                            <div class="notice notice-ok" id="import-done">
                                <p>{said}</p>
                            </div>
                            {lost
                                .map(|lost| {
                                    view! {
                                        <div class="notice notice-warn" role="alert">
                                            <p>{lost}</p>
                                        </div>
                                    }
                                })}
                        </div>
                        <CloseFoot close=close />
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
}

/// Whose name is that of a person here is that person.
fn own_people(replica: Replica, preview: &mut Preview) {
    let names = replica.names();
    let ids: HashMap<&str, &String> = (names.iter())
        .map(|(id, name)| (name.as_str(), id))
        .collect();
    for task in &mut preview.imported.plan.tasks {
        if let Some(id) = ids.get(task.owner.trim()) {
            task.owner.clone_from(id);
        }
    }
}

/// What a table does not say: the name of the file is that of the plan, whatever day the plan that it comes into starts.
fn options(plan: OpenPlan, file: &str) -> Options {
    let name = file
        .rsplit_once('.')
        .map_or(file, |(name, _)| name)
        .to_owned();
    let today = Moment::from_day(clock::local_now().day()).plus(8 * 60);
    plan.view().with_untracked(|view| {
        let Some(plan) = view.as_ref().map(|view| &view.plan) else {
            return Options {
                name,
                start: today,
                ..Options::default()
            };
        };
        let calendar = plan
            .calendars
            .iter()
            .find(|(id, _)| Some(*id) == plan.calendar);
        let begun = plan.start != Moment::default();
        Options {
            name,
            start: if begun { plan.start } else { today },
            keep_start: !plan.tasks.is_empty(),
            calendar: calendar.map(|(_, calendar)| calendar.clone()),
            rules: plan.rules,
        }
    })
}

#[component]
fn CloseFoot(
    /// Closes the dialog.
    close: impl Fn() + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="dialog-foot">
            <button
                type="button"
                class="button button-primary"
                id="import-close"
                on:click=move |_| close()
            >
                {t!(i18n, exchange.close)}
            </button>
        </div>
    }
}

#[component]
fn Choose(
    /// What to do with the file.
    read: impl Fn(PickedFile) + Copy + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let over = RwSignal::new(false);
    view! {
        <div class="dialog-body">
            <p>{t!(i18n, exchange.choose_lead)}</p>
            <label
                class="exchange-drop"
                class:exchange-drop-over=move || over.get()
                on:dragover=move |event| {
                    event.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=move |event| {
                    event.prevent_default();
                    over.set(false);
                    if let Some(file) = PickedFile::from_drop(&event) {
                        read(file);
                    }
                }
            >
                <input
                    type="file"
                    id="import-file"
                    class="sr-only"
                    accept=".xml,.xer,.xlsx,.xlsm,.csv,.tsv,.txt,text/xml,application/xml,text/csv"
                    on:change=move |event| {
                        if let Some(file) = PickedFile::from_input(&event) {
                            read(file);
                        }
                    }
                />
                <span class="button button-primary">{t!(i18n, exchange.choose)}</span>
                <span class="muted">{t!(i18n, exchange.drop)}</span>
            </label>
            <p class="field-hint">
                {t!(i18n, exchange.choose_hint, limit = MAX_BYTES >> 20)}
            </p>
        </div>
    }
}
