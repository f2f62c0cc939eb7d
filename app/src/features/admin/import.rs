//! A table of people: looked at first, then taken in whole or not at all.

use leptos::prelude::*;
use shared::api::{MAX_TABLE, TableLine, TableRead};
use shared::domain::organisation::import::Becomes;

use super::import_words;
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::platform::http;
use crate::platform::worker::PickedFile;
use crate::shell::{use_replica, use_shell};
use crate::ui::icon::Icon;
use crate::ui::sending::{Sending, Sent};

/// A file that was looked at.
#[derive(Clone)]
struct Looked {
    file: String,
    bytes: std::sync::Arc<Vec<u8>>,
    read: TableRead,
}

#[component]
pub(super) fn Import() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let sending = Sending::idle();
    let looked = RwSignal::new(None::<Looked>);
    let over = RwSignal::new(false);
    let look = move |file: PickedFile| {
        if file.size() > MAX_TABLE as f64 {
            let limit = MAX_TABLE >> 10;
            sending
                .refuse(t_string!(i18n, organisation.table_too_large, limit = limit).to_string());
            return;
        }
        let name = file.name();
        let ask = async move {
            let bytes = file.bytes().await.unwrap_or_default();
            let read =
                http::post_bytes::<TableRead>("/api/organisation/import?commit=false", &bytes);
            let read = read.await?;
            Ok((bytes, read))
        };
        sending.send(ask, move |(bytes, read): (Vec<u8>, TableRead)| {
            looked.set(Some(Looked {
                file: name,
                bytes: std::sync::Arc::new(bytes),
                read,
            }));
        });
    };
    let commit = move |_| {
        let Some(of) = looked.get_untracked() else {
            return;
        };
        let bytes = of.bytes.clone();
        let ask =
            async move { http::post_bytes::<TableRead>("/api/organisation/import", &bytes).await };
        sending.send(ask, move |read: TableRead| {
            if read.committed {
                replica.refresh();
                shell.say(t_string!(i18n, organisation.table_taken));
            }
            looked.set(Some(Looked { read, ..of }));
        });
    };
    let template = move |empty: bool| {
        let language = language::tag(i18n.get_locale());
        format!("/api/organisation/table?language={language}&empty={empty}")
    };
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, organisation.import)}</h2></div>
            <div class="card-body stack">
                <p class="muted">{t!(i18n, organisation.table_about)}</p>
                <div class="row">
                    <a class="button" id="table-template" rel="external" href=move || template(true) download=move || t_string!(i18n, organisation.table_template_file)>
                        {t!(i18n, organisation.table_template)}
                    </a>
                    <a class="button" id="table-present" rel="external" href=move || template(false) download=move || t_string!(i18n, organisation.table_present_file)>
                        {t!(i18n, organisation.table_present)}
                    </a>
                </div>
                <Sent of=sending />
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
                            look(file);
                        }
                    }
                >
                    <input
                        type="file"
                        id="table-file"
                        class="sr-only"
                        accept=".xlsx,.xlsm,.csv,.tsv,.txt,text/csv"
                        on:change=move |event| {
                            if let Some(file) = PickedFile::from_input(&event) {
                                look(file);
                            }
                        }
                    />
                    <span class="button button-primary">{t!(i18n, organisation.table_choose)}</span>
                    <span class="muted">{t!(i18n, organisation.table_drop)}</span>
                </label>
                {move || sending.busy().then(|| view! {
                    <p class="muted" role="status">{t!(i18n, organisation.table_reading)}</p>
                })}
            </div>
        </section>
        {move || looked.get().map(|looked| view! { <Outcome looked=looked commit=Callback::new(move |()| commit(())) sending=sending /> })}
    }
}

/// What a table would change or has changed, or what is wrong with it.
#[component]
fn Outcome(looked: Looked, commit: Callback<()>, sending: Sending) -> impl IntoView {
    let i18n = use_i18n();
    let Looked { file, read, .. } = looked;
    let TableRead {
        committed,
        lines,
        problems,
    } = read;
    let of = |becomes: Becomes| -> Vec<TableLine> {
        let lines = lines.iter().filter(|line| line.becomes == becomes);
        lines.cloned().collect()
    };
    let (added, changed, left) = (of(Becomes::Added), of(Becomes::Changed), of(Becomes::Left));
    let counts = [added.len(), changed.len(), left.len()];
    let good = problems.is_empty();
    let nothing = added.is_empty() && changed.is_empty();
    let n = problems.len();
    let list = move |lines: Vec<TableLine>| {
        let line = move |line: TableLine| {
            view! {
                <tr>
                    <td>{move || import_words::becomes(i18n, line.becomes)}</td>
                    <td>{move || import_words::what(i18n, line.what)}</td>
                    <td><strong>{line.name}</strong></td>
                    <td class="muted">{line.account}</td>
                </tr>
            }
        };
        lines.into_iter().map(line).collect_view()
    };
    let problem = move |problem: shared::api::TableProblem| {
        let row = problem.row;
        view! {
            <tr>
                <td>{problem.sheet}</td>
                <td class="num">{(row != 0).then_some(row)}</td>
                <td>{move || problem.column.map(|column| import_words::column(i18n, column))}</td>
                <td>{move || import_words::wrong(i18n, problem.wrong)}</td>
            </tr>
        }
    };
    view! {
        <section class="card" id="table-outcome" data-good=good.to_string() data-committed=committed.to_string()>
            <div class="card-head">
                <h2 class="grow">{file}</h2>
                {(good && !committed && !nothing).then(|| view! {
                    <button
                        type="button"
                        id="table-commit"
                        class="button button-primary"
                        disabled=move || sending.busy()
                        on:click=move |_| commit.run(())
                    >
                        {t!(i18n, organisation.table_commit)}
                    </button>
                })}
            </div>
            <div class="card-body stack" role="status">
                {match (good, committed, nothing) {
                    (false, ..) => view! {
                        <div class="notice notice-danger">
                            <Icon name="failed" />
                            <p>{move || t_string!(i18n, organisation.table_wrong, n = n).to_string()}</p>
                        </div>
                    }.into_any(),
                    (true, true, _) => view! {
                        <div class="notice notice-ok"><Icon name="check" /><p>{t!(i18n, organisation.table_done)}</p></div>
                    }.into_any(),
                    (true, false, true) => view! {
                        <div class="notice"><Icon name="check" /><p>{t!(i18n, organisation.table_same)}</p></div>
                    }.into_any(),
                    (true, false, false) => view! {
                        <div class="notice"><Icon name="eye" /><p>{t!(i18n, organisation.table_would)}</p></div>
                    }.into_any(),
                }}
                <dl class="exchange-facts">
                    <div><dt>{t!(i18n, organisation.becomes_added)}</dt><dd class="num">{counts[0]}</dd></div>
                    <div><dt>{t!(i18n, organisation.becomes_changed)}</dt><dd class="num">{counts[1]}</dd></div>
                    <div><dt>{t!(i18n, organisation.becomes_left)}</dt><dd class="num">{counts[2]}</dd></div>
                </dl>
            </div>
            {(!good).then(|| view! {
                <div class="table-wrap" tabindex="0" role="region" aria-label=t!(i18n, organisation.table_problems)>
                    <table class="table" id="table-problems">
                        <thead><tr>
                            <th scope="col">{t!(i18n, organisation.sheet)}</th>
                            <th scope="col" class="num">{t!(i18n, organisation.row)}</th>
                            <th scope="col">{t!(i18n, organisation.column)}</th>
                            <th scope="col">{t!(i18n, organisation.problem)}</th>
                        </tr></thead>
                        <tbody>{problems.into_iter().map(problem).collect_view()}</tbody>
                    </table>
                </div>
            })}
            {(!nothing).then(|| view! {
                <div class="table-wrap" tabindex="0" role="region" aria-label=t!(i18n, organisation.table_changes)>
                    <table class="table" id="table-lines">
                        <thead><tr>
                            <th scope="col">{t!(i18n, organisation.becomes)}</th>
                            <th scope="col">{t!(i18n, organisation.what)}</th>
                            <th scope="col">{t!(i18n, organisation.name)}</th>
                            <th scope="col">{t!(i18n, organisation.account)}</th>
                        </tr></thead>
                        <tbody>{list(added)}{list(changed)}</tbody>
                    </table>
                </div>
            })}
        </section>
    }
}
