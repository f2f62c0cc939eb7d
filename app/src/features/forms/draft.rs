//! A form that is not submitted: several people may fill it in together.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use shared::base::{DocumentId, ProjectId, RowId};
use shared::doc::command::Command;
use shared::doc::view::form::FormView;
use shared::domain::permission::Access;
use shared::ledger::document::handed_in;
use shared::ledger::{Act, FormAct};
use shared::pack::fill::fill;
use shared::pack::form::{FieldKind, FormDef, Turn};
use shared::pack::id::FieldName;
use shared::pack::review::Does;
use shared::pack::value::Answers;

use super::Known;
use super::export::{Export, Head};
use super::host::host;
use super::places::{Typed, key};
use super::recovered::Recovered;
use super::refused::Waits;
use super::remarks::comments;
use super::settle::Settle;
use super::steps::Steps;
use super::wording;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::random;
use crate::replica::OpenForm;
use crate::shell::{use_replica, use_shell};
use crate::ui::form::{Edit, FormEditor, Host, Place, Writing, say, saying};
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// What an edit on the screen is in the document.
pub(super) fn commands(view: &FormView, edit: Edit) -> Vec<Command> {
    let row =
        |table: &FieldName, at: usize| view.rows.get(table).and_then(|rows| rows.get(at)).copied();
    let new = |_: usize| RowId::from_bytes(random::bytes());
    match edit {
        Edit::Answer { field, value } => vec![Command::Answer { field, value }],
        Edit::Cell {
            table,
            row: at,
            column,
            value,
        } => match row(&table, at) {
            Some(row) => vec![Command::AnswerCell {
                table,
                row,
                column,
                value,
            }],
            None => Vec::new(),
        },
        Edit::Cells { table, cells } => {
            let cells = cells.into_iter();
            let cells =
                cells.filter_map(|(at, column, value)| Some((row(&table, at)?, column, value)));
            let cells = cells.collect();
            vec![Command::AnswerCells { table, cells }]
        }
        Edit::AddRows { table, after, rows } => {
            let after = after.and_then(|at| row(&table, at));
            let rows = rows.into_iter().enumerate();
            let rows = rows.map(|(at, answers)| (new(at), answers)).collect();
            vec![Command::AddRows { table, after, rows }]
        }
        Edit::RemoveRows { table, rows } => {
            let rows = rows.into_iter().filter_map(|at| row(&table, at)).collect();
            vec![Command::RemoveRows { table, rows }]
        }
        Edit::MoveRow { table, row: at, to } => {
            let Some(moved) = row(&table, at) else {
                return Vec::new();
            };
            // the row that is before it afterwards
            let before = match to {
                0 => None,
                to if to > at => row(&table, to),
                to => row(&table, to - 1),
            };
            vec![Command::MoveRow {
                table,
                row: moved,
                after: before,
            }]
        }
    }
}

/// A host whose edits go into a form's document, and whose keystrokes into its journal.
pub(super) fn writing_host(project: ProjectId, open: OpenForm) -> Host {
    let i18n = use_i18n();
    let shell = use_shell();
    let view = open.view();
    let edit = Callback::new(move |edit: Edit| {
        let Some(view) = view.get_untracked() else {
            return;
        };
        for command in commands(&view, edit) {
            if let Err(error) = open.dispatch(command) {
                shell.say(wording::command(i18n, &error));
            }
        }
    });
    let keys = move |table: FieldName| {
        view.with(|view| {
            let rows = view.as_ref().and_then(|view| view.rows.get(&table));
            let rows = rows.into_iter().flatten();
            rows.map(|row| key(*row)).collect()
        })
    };
    Host {
        keystroke: Some(Callback::new(move |(at, text): (Place, Option<String>)| {
            let typed = view.with_untracked(|view| Typed::of_place(&at, view.as_deref()));
            open.journal(&typed.key(), text);
        })),
        row_keys: Some(Callback::new(keys)),
        comments: Some(comments(move || Some(open))),
        ..host(project, edit)
    }
}

/// The answers of a form's document, in a signal of their own.
pub(super) fn answers(open: OpenForm) -> Memo<Answers> {
    let view = open.view();
    Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .map(|view| view.answers.clone())
                .unwrap_or_default()
        })
    })
}

/// A draft.
#[component]
pub(super) fn DraftPage(project: ProjectId, form: DocumentId, key: String) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let open = replica.open_form(project, form, &key);
    let view = open.view();
    let kind = Memo::new(move |_| {
        let (hash, name) = view.with(|view| {
            let view = view.as_ref()?;
            Some((view.pack.clone(), view.form.clone()?))
        })?;
        let hash = hash.parse().ok()?;
        ledger.with(|ledger| {
            let pack = ledger.as_ref()?.packs.get(&hash)?.clone();
            pack.form(&name)?;
            Some((Known(pack), name))
        })
    });
    move || {
        match kind.get() {
        None => view! { <p class="muted page-wait" role="status">{t!(i18n, reviews.draft_on_its_way)}</p> }.into_any(),
        Some((Known(pack), name)) => {
            let Some(def) = pack.form(&name).cloned().map(Arc::new) else {
                return ().into_any();
            };
            view! { <Body project=project form=form open=open def=def /> }.into_any()
        }
    }
    }
}

#[component]
fn Body(project: ProjectId, form: DocumentId, open: OpenForm, def: Arc<FormDef>) -> impl IntoView {
    let i18n = use_i18n();
    let answers = answers(open);
    let writing = Signal::derive(move || match open.access().get() {
        Access::Write => Writing::Draft,
        _ => Writing::Nothing,
    });
    let writes = Signal::derive(move || open.access().get() == Access::Write);
    let discarded = move || {
        open.view()
            .with(|view| view.as_ref().is_some_and(|view| view.discarded))
    };
    let host = writing_host(project, open);
    let titled = def.clone();
    let head = Signal::derive(move || Head {
        standing: t_string!(i18n, reviews.draft).to_owned(),
        title: open
            .view()
            .with(|view| view.as_ref().map(|view| title(view, &titled, i18n))),
        ..Head::default()
    });
    let (name, help, kind) = (def.name.clone(), def.help.clone(), def.id.to_string());
    let discard = move |_| {
        let _ = open.dispatch(if discarded() {
            Command::KeepForm
        } else {
            Command::DiscardForm
        });
    };
    view! {
        <div class="page stack regulations form-page" data-draft=kind>
            <header class="page-head">
                <A href=format!("/projects/{project}/forms") attr:class="project-back" attr:aria-label=t!(i18n, reviews.back)>
                    <Icon name="back" />
                </A>
                <div class="grow">
                    <h1>{saying(i18n, name)}</h1>
                    <p class="muted">{t!(i18n, reviews.draft_explained)}</p>
                </div>
                {move || writes.get().then(|| view! { <Steps open=open /> })}
                <Export def=def.clone() answers=answers host=host head=head opinions=Vec::new() />
                <button type="button" class="button button-quiet" on:click=discard>
                    {move || if discarded() { t_string!(i18n, reviews.keep) } else { t_string!(i18n, reviews.discard) }}
                </button>
            </header>
            <Recovered open=open def=def.clone() host=host answers=true />
            <Settle open=open def=def.clone() host=host writes=writes />
            <Show when=discarded>
                <div class="notice notice-warn" role="status"><Icon name="failed" /><p>{t!(i18n, reviews.discarded)}</p></div>
            </Show>
            {(!help.is_empty()).then(|| view! { <p class="form-purpose">{saying(i18n, help)}</p> })}
            <FormEditor form=def.clone() answers=answers writing=writing host=host />
            <Submit project=project form=form open=open def=def />
        </div>
    }
}

/// The foot of a draft: hands it in, where nothing is missing.
#[component]
pub(super) fn Submit(
    project: ProjectId,
    form: DocumentId,
    open: OpenForm,
    def: Arc<FormDef>,
) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let answers = answers(open);
    let ledger = replica.ledger(project).ledger();
    let left = {
        let def = def.clone();
        Memo::new(move |_| answers.with(|answers| fill(&def, answers, Turn::Draft).problems.len()))
    };
    let waits = Memo::new(move |_| {
        replica.wishes().with(|all| {
            all.iter()
                .any(|one| one.is_open() && one.form() == Some(form))
        })
    });
    let kind = def.id.clone();
    let hand_in = move |_: leptos::ev::MouseEvent| {
        let answers = answers.with_untracked(|answers| handed_in(&def, answers));
        let act = FormAct {
            form,
            kind: kind.clone(),
            does: Does::Submit { answers },
            of: None,
            heads: open.heads(),
            words: String::new(),
            signature: None,
            seen: ledger.with_untracked(|ledger| ledger.as_ref().map_or(0, |ledger| ledger.seq())),
        };
        replica.wish(project, Act::Form(act));
    };
    view! {
        <footer class="form-foot">
            <Waits project=project form=Some(form) />
            <p class="grow muted">
                {move || match left.get() {
                    0 => t_string!(i18n, reviews.complete).to_owned(),
                    n => t_string!(i18n, reviews.left, n = n).to_string(),
                }}
            </p>
            <button
                type="button"
                class="button button-primary"
                id="form-submit"
                disabled=move || left.get() != 0 || waits.get() || open.access().get() != Access::Write
                on:click=hand_in
            >
                {t!(i18n, reviews.submit)}
            </button>
        </footer>
    }
}

/// What a draft is called: the answer of its title, else the form's name.
pub(super) fn title(view: &FormView, def: &FormDef, i18n: crate::words::Texts) -> String {
    let told = def.title.as_ref().and_then(|name| view.answers.get(name));
    let told = told.and_then(|value| match value {
        shared::pack::value::Value::Text(text) => Some(text.clone()),
        shared::pack::value::Value::Choice(chosen) => {
            let field = def.title.as_ref().and_then(|name| def.field(name))?;
            let FieldKind::Choice { options, .. } = &field.kind else {
                return None;
            };
            let option = options
                .iter()
                .find(|option| Some(&option.id) == chosen.first())?;
            Some(say(i18n, &option.name))
        }
        _ => None,
    });
    told.filter(|told| !told.trim().is_empty())
        .unwrap_or_default()
}
