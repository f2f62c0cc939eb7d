//! Sections and fields: label, what is to be written, what is wrong.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::fill::FillWrong;
use shared::pack::form::{Field, FieldKind, Section};
use shared::pack::id::FieldName;
use shared::pack::value::Value;

use super::choice::{Choices, YesNo};
use super::comments::{Mark, Panel};
use super::files::{FileList, Holding, Seal};
use super::host::{Asked, Place};
use super::line::{Day, Line, Prose};
use super::pick::Picker;
use super::sign::Signature;
use super::state::Cx;
use super::table::Table;
use super::words::{self, saying};
use super::{shown, state};
use crate::i18n::{t, t_string};
use crate::ui::show::Show;

/// The id of the element that takes the answer to a field.
pub(super) fn id(field: &FieldName) -> String {
    format!("form-{field}")
}

/// How many of four columns a field takes.
pub(super) fn width(field: &Field) -> u8 {
    match field.width {
        0 => match &field.kind {
            FieldKind::Prose { .. }
            | FieldKind::Table { .. }
            | FieldKind::Attachment { .. }
            | FieldKind::Capitals { .. } => 4,
            FieldKind::Choice { options, many } if *many || options.len() > 4 => match many {
                true => 4,
                false => 2,
            },
            _ => 2,
        },
        width => width.min(4),
    }
}

/// A part of the form.
#[component]
pub(super) fn SectionView(cx: Cx, at: usize) -> impl IntoView {
    let form = cx.form.get_value();
    let Some(section) = form.sections.get(at).cloned() else {
        return ().into_any();
    };
    let names: Vec<FieldName> = section
        .fields
        .iter()
        .map(|field| field.id.clone())
        .collect();
    // a section goes with all that is in it
    let there = Memo::new({
        let standings: Vec<_> = names.iter().map(|name| cx.standing(name)).collect();
        move |_| standings.iter().any(|standing| !standing.hidden.get())
    });
    let opens = Memo::new({
        let section = section.clone();
        move |_| {
            cx.writing
                .with(|writing| writing.turn().is_some_and(|turn| turn.opens(&section)))
        }
    });
    let note = {
        let section = section.id.clone();
        move || {
            let asked = cx.host.section_note.filter(|_| !opens.get())?;
            asked.run(section.clone())
        }
    };
    let heading = format!("form-section-{}", section.id);
    let section = Arc::new(section);
    view! {
        <Show when=move || there.get()>
            <Parts cx=cx section=section.clone() opens=opens heading=heading.clone() note=Signal::derive(note.clone()) />
        </Show>
    }
    .into_any()
}

#[component]
fn Parts(
    cx: Cx,
    section: Arc<Section>,
    opens: Memo<bool>,
    heading: String,
    note: Signal<Option<String>>,
) -> impl IntoView {
    let labelled = heading.clone();
    let fields = section.fields.iter().cloned().map(Arc::new);
    let fields = fields
        .map(|field| view! { <FieldView cx=cx field=field opens=opens /> })
        .collect_view();
    view! {
        <section class="form-section" aria-labelledby=labelled class:form-section-closed=move || !opens.get()>
            <h2 id=heading>{saying(cx.i18n, section.name.clone())}</h2>
            {move || note.get().map(|note| view! { <p class="form-note">{note}</p> })}
            <div class="form-grid">{fields}</div>
        </section>
    }
}

#[component]
fn FieldView(cx: Cx, field: Arc<Field>, opens: Memo<bool>) -> impl IntoView {
    let standing = cx.standing(&field.id);
    view! {
        <Show when=move || !standing.hidden.get()>
            <Shown cx=cx field=field.clone() opens=opens />
        </Show>
    }
}

/// The words below a field that say what is wrong with it; tracked.
fn complaint(cx: Cx, field: &Field) -> Option<String> {
    let standing = cx.standing(&field.id);
    if let Some(unread) = standing.unread.get() {
        return Some(words::unread(cx.i18n, unread));
    }
    let may_tell = standing.touched.get() || cx.told.get();
    standing.wrong.with(|wrong| {
        let told = |what: &&FillWrong| match what {
            FillWrong::Missing | FillWrong::TooFewRows(_) => may_tell,
            _ => true,
        };
        let told = wrong.iter().filter(told);
        let said = told.map(|what| words::wrong(cx.i18n, &field.kind, what));
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(" "))
    })
}

#[component]
fn Shown(cx: Cx, field: Arc<Field>, opens: Memo<bool>) -> impl IntoView {
    let i18n = cx.i18n;
    let standing = cx.standing(&field.id);
    let complaint = Memo::new({
        let field = field.clone();
        move |_| complaint(cx, &field)
    });
    let one = id(&field.id);
    let (label, help, error) = (
        format!("{one}-label"),
        format!("{one}-help"),
        format!("{one}-error"),
    );
    let helped = !field.help.is_empty();
    let described = {
        let (help, error) = (help.clone(), error.clone());
        Signal::derive(move || {
            let complains = complaint.with(Option::is_some);
            match (helped, complains) {
                (true, true) => Some(format!("{help} {error}")),
                (true, false) => Some(help.clone()),
                (false, true) => Some(error.clone()),
                (false, false) => None,
            }
        })
    };
    let ways = Ways {
        id: one.clone(),
        label: label.clone(),
        described,
        invalid: Signal::derive(move || complaint.with(Option::is_some)),
        required: standing.required.into(),
    };
    // what is one element takes a real label; the rest is a group that is named
    let single = match &field.kind {
        FieldKind::Choice { options, many } => !many && options.len() > 4,
        kind => matches!(
            kind,
            FieldKind::Text { .. }
                | FieldKind::Prose { .. }
                | FieldKind::Number { .. }
                | FieldKind::Money { .. }
                | FieldKind::Date
                | FieldKind::Person { .. }
                | FieldKind::Department
                | FieldKind::Task
        ),
    };
    let name = saying(i18n, field.name.clone());
    let mark = move || {
        (standing.required.get() && opens.get()).then(|| {
            view! { <span class="form-required" title=t!(i18n, forms.required) aria-hidden="true">"*"</span> }
        })
    };
    let head = match single {
        true => view! { <label id=label for=one.clone()>{name}{mark}</label> }.into_any(),
        false => view! { <span id=label class="form-label">{name}{mark}</span> }.into_any(),
    };
    let comments = cx.host.comments;
    let (marked, panel, told) = (field.clone(), field.clone(), field.clone());
    let class = format!(
        "form-field form-w{} form-{}",
        width(&field),
        field.kind.word()
    );
    let help_words = saying(i18n, field.help.clone());
    let named = field.id.to_string();
    view! {
        <div class=class class:form-wrong=move || complaint.with(Option::is_some) data-field=named>
            {match comments {
                Some(comments) => view! {
                    <div class="form-head">{head}<Mark cx=cx comments=comments field=marked /></div>
                }.into_any(),
                None => head,
            }}
            {helped.then(|| view! { <p id=help class="form-help">{help_words}</p> })}
            {move || match opens.get() {
                true => control(cx, field.clone(), ways.clone()),
                false => reading(cx, field.clone(), ways.clone()),
            }}
            {move || complaint.get().map(|words| {
                view! { <p id=error.clone() class="form-error" role="alert">{words}</p> }
            })}
            {cx.host.before.map(|before| view! { <Before cx=cx field=told before=before /> })}
            {comments.map(|comments| view! { <Panel cx=cx comments=comments field=panel /> })}
        </div>
    }
}

/// That a field was answered otherwise when the person last looked.
#[component]
fn Before(
    cx: Cx,
    field: Arc<Field>,
    before: Callback<FieldName, Option<Option<Value>>>,
) -> impl IntoView {
    let i18n = cx.i18n;
    let words = move || {
        let before = before.run(field.id.clone())?;
        let locale = i18n.get_locale();
        Some(match before {
            _ if matches!(field.kind, FieldKind::Table { .. }) => {
                t_string!(i18n, remarks.rows_changed).to_owned()
            }
            None => t_string!(i18n, remarks.was_empty).to_owned(),
            Some(value) => {
                let was = state::styled(locale, cx.host, |style| {
                    shown::shown(&field.kind, &value, style)
                });
                t_string!(i18n, remarks.was, was = was).to_string()
            }
        })
    };
    move || words().map(|words| view! { <p class="form-before" data-before="">{words}</p> })
}

/// What ties an element to its label and to what is said of it.
#[derive(Clone)]
pub(super) struct Ways {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) described: Signal<Option<String>>,
    pub(super) invalid: Signal<bool>,
    pub(super) required: Signal<bool>,
}

/// What takes the answer.
fn control(cx: Cx, field: Arc<Field>, ways: Ways) -> AnyView {
    match &field.kind {
        FieldKind::Text { .. } | FieldKind::Number { .. } | FieldKind::Money { .. } => {
            view! { <Line cx=cx field=field ways=ways /> }.into_any()
        }
        FieldKind::Prose { .. } => view! { <Prose cx=cx field=field ways=ways /> }.into_any(),
        FieldKind::Date => view! { <Day cx=cx field=field ways=ways /> }.into_any(),
        FieldKind::YesNo => view! { <YesNo cx=cx field=field ways=ways /> }.into_any(),
        FieldKind::Choice { .. } => view! { <Choices cx=cx field=field ways=ways /> }.into_any(),
        FieldKind::Person { .. } | FieldKind::Department | FieldKind::Task => {
            match Asked::of(&field.kind) {
                Some(asked) => {
                    view! { <Picker cx=cx field=field ways=ways asked=asked /> }.into_any()
                }
                None => ().into_any(),
            }
        }
        FieldKind::Table { .. } => {
            view! { <Table cx=cx field=field ways=ways writes=true /> }.into_any()
        }
        FieldKind::Attachment { .. } => {
            view! { <FileList cx=cx holding=Holding::of_field(cx, &field) ways=ways writes=true /> }.into_any()
        }
        FieldKind::Signature => {
            view! { <Signature cx=cx holding=Holding::of_field(cx, &field) ways=ways writes=true /> }.into_any()
        }
        FieldKind::Seal => view! { <Seal cx=cx holding=Holding::of_field(cx, &field) ways=ways writes=true /> }.into_any(),
        FieldKind::Capitals { .. } | FieldKind::Computed { .. } => reading(cx, field, ways),
    }
}

/// An answer to be read.
fn reading(cx: Cx, field: Arc<Field>, ways: Ways) -> AnyView {
    match &field.kind {
        FieldKind::Table { .. } => {
            view! { <Table cx=cx field=field ways=ways writes=false /> }.into_any()
        }
        FieldKind::Attachment { .. } => {
            view! { <FileList cx=cx holding=Holding::of_field(cx, &field) ways=ways writes=false /> }.into_any()
        }
        FieldKind::Signature => {
            view! { <Signature cx=cx holding=Holding::of_field(cx, &field) ways=ways writes=false /> }.into_any()
        }
        FieldKind::Seal => view! { <Seal cx=cx holding=Holding::of_field(cx, &field) ways=ways writes=false /> }.into_any(),
        _ => {
            let value = cx.standing(&field.id).value;
            let text = move || {
                let locale = cx.i18n.get_locale();
                value.with(|value| {
                    value.as_ref().map(|value| {
                        state::styled(locale, cx.host, |style| shown::shown(&field.kind, value, style))
                    })
                })
            };
            view! {
                <output id=ways.id class="form-value" aria-labelledby=ways.label>
                    {move || text().unwrap_or_else(|| "–".to_owned())}
                </output>
            }
            .into_any()
        }
    }
}

/// The place of a field.
pub(super) fn place(field: &Field) -> Place {
    Place::Field(field.id.clone())
}
