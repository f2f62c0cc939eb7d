//! A form as an Excel file, made by the Worker.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::pack::form::FormDef;
use shared::pack::value::Answers;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::download;
use crate::platform::worker::{Input, Job, WorkerError};
use crate::shell::use_shell;
use crate::ui::form::paper::{About, OpinionBox, book};
use crate::ui::form::{Host, say};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is written above the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Head {
    /// Its number.
    pub(super) number: Option<String>,
    /// What it is called.
    pub(super) title: Option<String>,
    /// How it stands.
    pub(super) standing: String,
    /// Who submitted it.
    pub(super) author: Option<String>,
}

async fn run(text: String) -> Result<Vec<u8>, String> {
    let job = Job::start("form", &text, Input::None).map_err(|error| error.to_string())?;
    let answer = job
        .answer()
        .await
        .map_err(|error: WorkerError| error.to_string())?;
    match (answer.ok, answer.bytes) {
        (true, Some(bytes)) => Ok(bytes),
        _ => Err(answer.json.unwrap_or_default()),
    }
}

/// A name that every system takes for a file.
fn file_name(parts: &[Option<String>]) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(|part| part.trim()).collect();
    let name: String = parts
        .join(" ")
        .chars()
        .map(|c| match c.is_control() || "/\\:*?\"<>|".contains(c) {
            true => '_',
            false => c,
        })
        .take(100)
        .collect();
    format!("{}.xlsx", name.trim())
}

/// The button that writes the form as it is shown.
#[component]
pub(super) fn Export(
    def: Arc<FormDef>,
    #[prop(into)] answers: Signal<Answers>,
    host: Host,
    #[prop(into)] head: Signal<Head>,
    #[prop(into)] opinions: Signal<Vec<OpinionBox>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let busy = RwSignal::new(false);
    let press = move |_| {
        let head = head.get_untracked();
        let fact =
            |label: &str, value: Option<String>| value.map(|value| (label.to_owned(), value));
        let facts = [
            fact(t_string!(i18n, remarks.book_number), head.number.clone()),
            fact(
                t_string!(i18n, remarks.book_standing),
                Some(head.standing.clone()),
            ),
            fact(t_string!(i18n, remarks.book_author), head.author.clone()),
        ];
        let opinions = opinions.get_untracked();
        let about = About {
            facts: facts.into_iter().flatten().collect(),
            opinions: match def.print.opinions {
                true => &opinions,
                false => &[],
            },
        };
        let book = answers.with_untracked(|answers| book(i18n, host, &def, answers, about));
        let name = file_name(&[head.number, Some(say(i18n, &def.name)), head.title]);
        busy.set(true);
        spawn_local(async move {
            let text = serde_json::to_string(&book).unwrap_or_default();
            match run(text).await {
                Ok(bytes) => {
                    download::download(&name, XLSX, &bytes);
                }
                Err(why) => shell.say(t_string!(i18n, remarks.book_failed, why = why).to_string()),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <button type="button" class="button button-quiet" data-export="xlsx" disabled=busy on:click=press>
            {t!(i18n, remarks.book)}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_one_that_every_system_takes() {
        let part = |text: &str| Some(text.to_owned());
        let name = file_name(&[part("LX-1"), None, part("申请: a/b?")]);
        assert_eq!(name, "LX-1 申请_ a_b_.xlsx");
        assert!(file_name(&[part(&"长".repeat(500))]).chars().count() < 110);
    }
}
