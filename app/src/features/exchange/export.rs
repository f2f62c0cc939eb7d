//! Export: the plan as a file of another program, made on this device.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use shared::doc::view::plan::PlanView;
use shared::domain::plan::Plan;
use shared::domain::schedule::Schedule;

use super::job::{self, Slot, Trouble};
use super::words;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::language;
use crate::platform::download::download;
use crate::platform::worker::WorkerError;
use crate::replica::OpenPlan;
use crate::ui::popover::Popover;

/// A format that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
}

impl Format {
    /// The Worker's word for it.
    fn kind(self) -> &'static str {
        match self {
            Self::Csv => "csv",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
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
) -> impl IntoView {
    let i18n = use_i18n();
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
            let told = match file(slot, &view, format).await {
                Ok((name, bytes)) => {
                    download(&name, format.media_type(), &bytes);
                    let said = t_string!(i18n, exchange.exported, name = name).to_string();
                    State::Told(said, true, None)
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
    language: &'static str,
}

/// The file: its name and its content.
async fn file(slot: Slot, view: &PlanView, format: Format) -> Result<(String, Vec<u8>), Trouble> {
    let shown = Shown {
        plan: &view.plan,
        schedule: &view.schedule,
        language: language::current_tag(),
    };
    let text = serde_json::to_string(&shown).map_err(|error| Trouble::Other(error.to_string()))?;
    let bytes = job::export(slot, format.kind(), &text, None).await?;
    Ok((name(&view.plan.name, format), bytes))
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
        assert_eq!(name("  ", Format::Csv), "plan.csv");
        assert_eq!(name("..", Format::Csv), "plan.csv");
    }
}
