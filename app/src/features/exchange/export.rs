//! Export: the plan as a file of another program, made on this device.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_i18n::I18nContext;
use serde::Serialize;
use shared::base::{DocumentId, ProjectId, TaskId};
use shared::doc::view::plan::PlanView;
use shared::domain::plan::{FieldValue, Plan};
use shared::domain::schedule::Schedule;
use shared::exchange::xlsx::Labels;

use super::job::{self, Slot, Trouble};
use super::words;
use crate::i18n::{Locale, t, t_signal, t_string, use_i18n};
use crate::platform::download::download;
use crate::platform::worker::WorkerError;
use crate::replica::{Notes, OpenPlan, Replica};
use crate::ui::popover::Popover;

type I18n = I18nContext<Locale>;

/// A format that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Mspdi,
    Xlsx,
    Csv,
}

impl Format {
    /// The Worker's word for it.
    fn kind(self) -> &'static str {
        match self {
            Self::Mspdi => "mspdi",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Mspdi => "xml",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Mspdi => "application/xml",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv;charset=utf-8",
        }
    }
}

/// Where an export stands.
#[derive(Clone)]
enum State {
    Idle,
    Making,
    /// What happened; whether it is good; what else to know.
    Told(String, bool, Option<String>),
}

/// A menu of formats; the file goes to the downloads.
#[component]
pub fn ExportMenu(
    /// Which plan.
    plan: OpenPlan,
    /// Of which project.
    project: ProjectId,
) -> impl IntoView {
    let i18n = use_i18n();
    let replica = expect_context::<Replica>();
    let open = RwSignal::new(false);
    let state = RwSignal::new(State::Idle);
    let slot: Slot = StoredValue::new_local(None);
    let make = move |format: Format| {
        let Some(view) = plan
            .view()
            .get_untracked()
            .filter(|view| !view.plan.tasks.is_empty())
        else {
            let said = t_string!(i18n, exchange.export_empty).to_string();
            state.set(State::Told(said, false, None));
            return;
        };
        state.set(State::Making);
        spawn_local(async move {
            let told = match file(i18n, slot, replica, project, &view, format).await {
                Ok(made) => {
                    download(&made.name, format.media_type(), &made.bytes);
                    let mut missing = Vec::new();
                    if !made.whole {
                        missing.push(t_string!(i18n, exchange.export_no_source).to_string());
                    }
                    if made.notes_missing > 0 {
                        let n = made.notes_missing;
                        missing.push(t_string!(i18n, exchange.export_no_notes, n = n).to_string());
                    }
                    let said = t_string!(i18n, exchange.exported, name = made.name).to_string();
                    let missing = (!missing.is_empty()).then(|| missing.join(" "));
                    State::Told(said, true, missing)
                }
                Err(Trouble::Worker(WorkerError::Cancelled)) => State::Idle,
                Err(trouble) => {
                    let why = words::trouble(i18n, &trouble);
                    let said = t_string!(i18n, exchange.export_failed, why = why).to_string();
                    State::Told(said, false, None)
                }
            };
            state.try_set(told);
        });
    };
    // the kept original comes along with the plan, so that an export is whole with no network too
    Effect::new(move |asked: Option<Option<DocumentId>>| {
        let source = plan
            .view()
            .with(|view| view.as_ref().and_then(|view| view.plan.source));
        if let Some(document) = source
            && asked.flatten() != source
        {
            spawn_local(async move {
                replica.source(project, document).await;
            });
        }
        source
    });
    Effect::new(move |_| {
        if !open.get() {
            state.set(State::Idle);
        }
    });
    on_cleanup(move || {
        slot.try_update_value(|job| {
            if let Some(job) = job.take() {
                job.cancel();
            }
        });
    });
    let label = t_signal!(i18n, exchange.tools_export_label);
    view! {
        <Popover
            open=open
            label=label
            class="button button-quiet"
            button=move || view! { <span id="export-plan">{t!(i18n, exchange.tools_export)}</span> }
        >
            <div class="exchange-menu">
                <button type="button" id="export-mspdi" on:click=move |_| make(Format::Mspdi)>
                    <strong>{t!(i18n, exchange.export_mspdi)}</strong>
                    <small>{t!(i18n, exchange.export_mspdi_hint)}</small>
                </button>
                <button type="button" id="export-xlsx" on:click=move |_| make(Format::Xlsx)>
                    <strong>{t!(i18n, exchange.export_xlsx)}</strong>
                    <small>{t!(i18n, exchange.export_xlsx_hint)}</small>
                </button>
                <button type="button" id="export-csv" on:click=move |_| make(Format::Csv)>
                    <strong>{t!(i18n, exchange.export_csv)}</strong>
                    <small>{t!(i18n, exchange.export_csv_hint)}</small>
                </button>
                <div class="exchange-told" aria-live="polite" id="export-told">
                    {move || match state.get() {
                        State::Idle => ().into_any(),
                        State::Making => {
                            view! {
                                <p>{t!(i18n, exchange.exporting)}</p>
                                <progress class="exchange-progress"></progress>
                            }
                                .into_any()
                        }
                        State::Told(said, good, more) => {
                            view! {
                                <p class:error-text=!good>{said}</p>
                                {more.map(|more| view! { <p class="muted">{more}</p> })}
                            }
                                .into_any()
                        }
                    }}
                </div>
            </div>
        </Popover>
    }
}

/// What the Worker reads.
#[derive(Serialize)]
struct Shown<'a> {
    plan: &'a Plan,
    schedule: &'a Schedule,
    notes: &'a [(TaskId, String)],
    labels: Option<Labels>,
}

/// A file that was made.
struct Made {
    name: String,
    bytes: Vec<u8>,
    /// All that an imported file had beside is in it.
    whole: bool,
    /// Notes that the server has and that did not come to this device.
    notes_missing: usize,
}

async fn file(
    i18n: I18n,
    slot: Slot,
    replica: Replica,
    project: ProjectId,
    view: &PlanView,
    format: Format,
) -> Result<Made, Trouble> {
    let mut plan = view.plan.clone();
    // other programs know no ids of people
    let names = replica.names();
    for task in &mut plan.tasks {
        if let Some(name) = names.get(&task.owner) {
            task.owner.clone_from(name);
        }
    }
    let values = plan.fields.iter_mut();
    for value in values.flat_map(|field| field.values.values_mut()) {
        if let FieldValue::Person(person) = value
            && let Some(name) = names.get(person)
        {
            person.clone_from(name);
        }
    }
    let mut whole = true;
    let mut original = None;
    if format == Format::Mspdi
        && let Some(document) = plan.source
    {
        let kept = replica.source(project, document).await;
        original = kept
            .map(|(_, bytes)| bytes)
            .filter(|bytes| !bytes.is_empty());
        whole = original.is_some();
    }
    let notes = match format {
        Format::Mspdi | Format::Xlsx => {
            let tasks: Vec<TaskId> = plan.tasks.iter().map(|task| task.id).collect();
            let notes = replica.notes(project, &tasks).await;
            notes.map_err(|error| Trouble::Other(error.to_string()))?
        }
        Format::Csv => Notes::default(),
    };
    let shown = Shown {
        plan: &plan,
        schedule: &view.schedule,
        notes: &notes.texts,
        labels: (format == Format::Xlsx).then(|| labels(i18n)),
    };
    let text = serde_json::to_string(&shown).map_err(|error| Trouble::Other(error.to_string()))?;
    let bytes = job::export(slot, format.kind(), &text, original).await?;
    Ok(Made {
        name: name(&plan.name, format),
        bytes,
        whole,
        notes_missing: notes.missing,
    })
}

/// The words of a sheet.
fn labels(i18n: I18n) -> Labels {
    Labels {
        sheet: t_string!(i18n, exchange.sheet_plan).to_string(),
        columns: [
            t_string!(i18n, plan.column_number).to_string(),
            t_string!(i18n, plan.column_name).to_string(),
            t_string!(i18n, exchange.sheet_days).to_string(),
            t_string!(i18n, plan.column_start).to_string(),
            t_string!(i18n, plan.column_finish).to_string(),
            t_string!(i18n, exchange.sheet_late_start).to_string(),
            t_string!(i18n, exchange.sheet_late_finish).to_string(),
            t_string!(i18n, exchange.sheet_total_slack).to_string(),
            t_string!(i18n, exchange.sheet_free_slack).to_string(),
            t_string!(i18n, exchange.sheet_critical).to_string(),
            t_string!(i18n, plan.column_percent).to_string(),
            t_string!(i18n, plan.column_owner).to_string(),
            t_string!(i18n, plan.column_deliverable).to_string(),
            t_string!(i18n, exchange.notes).to_string(),
        ],
        yes: t_string!(i18n, exchange.sheet_yes).to_string(),
    }
}

/// A file name from the plan's title: what file systems refuse becomes a hyphen.
fn name(title: &str, format: Format) -> String {
    let cleaned: String = title
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            c if c.is_control() => '-',
            c => c,
        })
        .take(80)
        .collect();
    let stem = cleaned.trim().trim_matches('.');
    let stem = if stem.is_empty() { "plan" } else { stem };
    format!("{stem}.{}", format.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_file_systems_take() {
        assert_eq!(name("准绳: 一/二", Format::Csv), "准绳- 一-二.csv");
        assert_eq!(name("  ", Format::Xlsx), "plan.xlsx");
        assert_eq!(name("..", Format::Mspdi), "plan.xml");
    }
}
