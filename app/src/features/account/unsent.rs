//! A file of edits that were not sent, taken back in (see the dialog of signing out).

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{page, screen};
use crate::session::{self, ImportError};
use crate::shell::use_shell;
use crate::ui::field::ErrorNotice;
use crate::ui::show::Show;
use crate::words;

#[component]
pub(super) fn Unsent() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let error = RwSignal::new(None::<String>);
    let taken = RwSignal::new(None::<usize>);
    let input = NodeRef::<html::Input>::new();
    let take = move |_| {
        let person = shell
            .account
            .with_untracked(|a| a.as_ref().map(|a| a.session.person));
        let (Some(person), Some(input)) = (person, input.get_untracked()) else {
            return;
        };
        error.set(None);
        spawn_local(async move {
            let Some(chosen) = screen::chosen_file(&input, session::LONGEST_UNSENT).await else {
                return;
            };
            let imported = match chosen {
                Ok(bytes) => session::import_unsent(person, &bytes).await,
                Err(screen::TooLong) => Err(ImportError::NotAFile),
            };
            match imported {
                Ok(count) => {
                    let _ = taken.try_set(Some(count));
                }
                Err(failed) => {
                    let text = match failed {
                        ImportError::NotAFile => t_string!(i18n, shell.import_no_file).to_owned(),
                        ImportError::OtherPerson => t_string!(i18n, shell.import_other).to_owned(),
                        ImportError::Device(trouble) => words::trouble(i18n, &trouble),
                    };
                    let _ = error.try_set(Some(text));
                }
            }
        });
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{t!(i18n, shell.import_unsent)}</h2>
            </div>
            <div class="card-body stack">
                <p class="muted">{t!(i18n, shell.import_explained)}</p>
                <ErrorNotice text=error />
                <Show
                    when=move || taken.get().is_some()
                    fallback=move || {
                        view! {
                            <input
                                id="import-unsent"
                                type="file"
                                accept=".json,application/json"
                                aria-label=t!(i18n, shell.import_unsent)
                                node_ref=input
                                on:change=take
                            />
                        }
                    }
                >
                    <div class="notice notice-ok" role="status">
                        <p class="grow">
                            {move || {
                                t_string!(i18n, shell.import_taken, n = taken.get().unwrap_or(0)).to_string()
                            }}
                        </p>
                        <button type="button" class="button" on:click=move |_| page::reload()>
                            {t!(i18n, shell.update_reload)}
                        </button>
                    </div>
                </Show>
            </div>
        </section>
    }
}
