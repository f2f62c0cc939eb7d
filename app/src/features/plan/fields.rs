//! Custom fields 自定义字段: which a plan has, and what tasks hold of them.

use leptos::prelude::*;
use shared::base::{FieldId, OptionId, TaskId};
use shared::doc::command::{Command, CustomFieldEdit};
use shared::domain::plan::{CustomField, FieldKind, FieldProblem};

use super::columns::{Column, Writes};
use super::cx::{Cursor, Cx, Line, use_cx};
use super::edit;
use super::own;
use super::task::Field;
use crate::i18n::{t, t_string};
use crate::platform::random;
use crate::ui::each::For;
use crate::ui::notice::Tone;
use crate::ui::show::Show;

/// The kinds that can be chosen.
const KINDS: [FieldKind; 7] = [
    FieldKind::Text,
    FieldKind::Number,
    FieldKind::Money,
    FieldKind::Date,
    FieldKind::YesNo,
    FieldKind::Choice,
    FieldKind::Person,
];

impl Cx {
    /// Why a text is no value of a custom field.
    pub(crate) fn not_own(&self, why: FieldProblem) -> String {
        let i18n = self.i18n;
        match why {
            FieldProblem::TooLong => t_string!(i18n, fields.not_short),
            FieldProblem::Number => t_string!(i18n, fields.not_number),
            FieldProblem::Money => t_string!(i18n, earned.not_money),
            FieldProblem::Date => t_string!(i18n, plan.not_date),
            FieldProblem::YesNo => t_string!(i18n, fields.not_yes_no),
            FieldProblem::NoOption => t_string!(i18n, fields.not_option),
            FieldProblem::Newer => t_string!(i18n, fields.newer),
        }
        .to_string()
    }

    /// Shows the column of a field.
    fn show_field(&self, id: FieldId) {
        let column = Column::Own(id);
        let mut columns = self.columns.get_untracked();
        if !columns.contains(&column) {
            columns.push(column);
            self.choose_columns(Some(columns));
        }
    }
}

/// The fields of the plan.
#[component]
pub(crate) fn Fields() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(Writes::Plan);
    let ids = move |of: fn(&super::model::Model) -> &[CustomField]| {
        Memo::new(move |_| {
            let model = cx.model.get();
            let fields = of(&model).iter();
            fields
                .map(|field| (field.id, field.name.clone()))
                .collect::<Vec<_>>()
        })
    };
    let all = ids(|model| &model.view.plan.fields);
    let removed = ids(|model| &model.view.removed_fields);
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new(FieldKind::Text);
    let add = move || {
        let text = name.get_untracked().trim().to_owned();
        if text.is_empty() || !cx.finish() {
            return;
        }
        let id = random::field_id();
        let field = CustomField::new(id, text.clone(), kind.get_untracked());
        let after = all.with_untracked(|all| all.last().map(|(id, _)| *id));
        let field = Box::new(field);
        if cx.dispatch(Command::AddField { field, after }) {
            name.set(String::new());
            cx.show_field(id);
            cx.say_done(t_string!(i18n, fields.added, name = text).to_string());
        }
    };
    view! {
        <p class="plan-lead">{t!(i18n, fields.lead)}</p>
        <Show when=move || all.with(Vec::is_empty)>
            <p class="plan-none">{t!(i18n, fields.none)}</p>
        </Show>
        <Show when=may>
            <form
                class="plan-add plan-add-field"
                on:submit=move |ev| {
                    ev.prevent_default();
                    add();
                }
            >
                <input
                    class="input"
                    data-own-field="new"
                    aria-label=t!(i18n, fields.name)
                    placeholder=t!(i18n, fields.name)
                    prop:value=move || name.get()
                    on:input=move |ev| name.set(event_target_value(&ev))
                />
                <KindList now=move || kind.get() choose=move |to| kind.set(to) />
                <button class="button button-primary" type="submit">{t!(i18n, fields.add)}</button>
            </form>
        </Show>
        <ul class="plan-crew" data-own-fields>
            <For each=move || all.get() key=|field| field.0 let:field>
                <One id=field.0 />
            </For>
        </ul>
        <Show when=may>
            // one without a name was taken back by who added it
            <For
                each=move || {
                    let all = removed.get().into_iter();
                    all.filter(|(_, name)| !name.is_empty()).collect::<Vec<_>>()
                }
                key=|field| field.0
                let:field
            >
                <button
                    class="plan-link"
                    on:click=move |_| {
                        cx.dispatch(Command::RestoreField { id: field.0 });
                    }
                >
                    {
                        let name = field.1.clone();
                        move || t_string!(i18n, fields.bring_back, name = name.clone()).to_string()
                    }
                </button>
            </For>
        </Show>
    }
}

/// A list of kinds.
#[component]
fn KindList(
    now: impl Fn() -> FieldKind + Copy + Send + Sync + 'static,
    choose: impl Fn(FieldKind) + Copy + 'static,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let kinds = move || {
        // one that only a newer version knows stays what it is
        let newer = Some(now()).filter(|kind| matches!(kind, FieldKind::Other(_)));
        KINDS.into_iter().chain(newer).collect::<Vec<_>>()
    };
    view! {
        <select
            class="select"
            data-own-field="kind"
            aria-label=t!(i18n, fields.kind)
            on:change=move |ev| {
                let Ok(kind) = event_target_value(&ev).parse::<FieldKind>();
                choose(kind);
            }
        >
            {move || {
                let now = now();
                let kinds = kinds().into_iter();
                kinds
                    .map(|kind| {
                        let words = cx.custom_kind_words(&kind);
                        view! {
                            <option value=kind.to_string() selected=kind == now>{words}</option>
                        }
                    })
                    .collect_view()
            }}
        </select>
    }
}

/// A field, with what can be changed of it.
#[component]
fn One(id: FieldId) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(Writes::Plan);
    let field = Memo::new(move |_| {
        cx.model.with(|model| {
            let field = model.own_field(id)?;
            let count = field.values.len();
            // values stay where they are: they can be many
            let mut head = CustomField::new(id, field.name.clone(), field.kind.clone());
            head.options.clone_from(&field.options);
            Some((head, count))
        })
    });
    let name = move || field.with(|f| f.as_ref().map_or_else(String::new, |f| f.0.name.clone()));
    let kind = move || field.with(|f| f.as_ref().map_or(FieldKind::Text, |f| f.0.kind.clone()));
    let count = move || field.with(|f| f.as_ref().map_or(0, |f| f.1));
    let change = move |edit: CustomFieldEdit| cx.dispatch(Command::EditField { id, edit });
    let place = move |up: bool| {
        let ids: Vec<FieldId> = cx.model.with_untracked(|model| {
            let fields = model.view.plan.fields.iter();
            fields.map(|field| field.id).collect()
        });
        let Some(at) = ids.iter().position(|other| *other == id) else {
            return;
        };
        let after = match up {
            true if at == 0 => return,
            true => at.checked_sub(2).and_then(|at| ids.get(at).copied()),
            false if at + 1 == ids.len() => return,
            false => ids.get(at + 1).copied(),
        };
        cx.dispatch(Command::MoveField { id, after });
    };
    let remove = move |_| {
        let name = untrack(name);
        if cx.dispatch(Command::RemoveField { id }) {
            cx.say_done(t_string!(i18n, fields.removed, name = name).to_string());
        }
    };
    let summary = move || {
        let kind = cx.custom_kind_words(&kind());
        t_string!(i18n, fields.count, kind = kind, n = count()).to_string()
    };
    view! {
        <li>
            <details data-own=name>
                <summary>
                    <span class="plan-crew-name">{name}</span>
                    <small>{summary}</small>
                </summary>
                <Show when=may>
                    <div class="plan-fields">
                        <label class="field wide">
                            <span class="field-label">{t!(i18n, fields.name)}</span>
                            <input
                                class="input"
                                data-own-field="name"
                                prop:value=name
                                on:change=move |ev| {
                                    let to = event_target_value(&ev).trim().to_owned();
                                    if to != untrack(name) {
                                        change(CustomFieldEdit::Name(to));
                                    }
                                }
                            />
                        </label>
                        <label class="field wide">
                            <span class="field-label">{t!(i18n, fields.kind)}</span>
                            <KindList
                                now=kind
                                choose=move |to| {
                                    change(CustomFieldEdit::Kind(to));
                                }
                            />
                        </label>
                    </div>
                    <Show when=move || kind() == FieldKind::Choice>
                        <Options id=id field=field />
                    </Show>
                    <div class="row plan-own-deeds">
                        <button class="button button-quiet" on:click=move |_| cx.show_field(id)>
                            {t!(i18n, fields.show)}
                        </button>
                        <button class="button button-quiet" aria-label=t!(i18n, plan.move_up) on:click=move |_| place(true)>"↑"</button>
                        <button class="button button-quiet" aria-label=t!(i18n, plan.move_down) on:click=move |_| place(false)>"↓"</button>
                        <button class="button button-quiet" data-own-field="remove" on:click=remove>
                            {t!(i18n, fields.remove)}
                        </button>
                    </div>
                </Show>
            </details>
        </li>
    }
}

/// The options of a choice.
#[component]
fn Options(id: FieldId, field: Memo<Option<(CustomField, usize)>>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let all = move |removed: bool| {
        field.with(|field| {
            let options = field.iter().flat_map(|(field, _)| &field.options);
            let options = options.filter(|option| option.removed == removed);
            options
                .map(|option| (option.key, option.name.clone()))
                .collect::<Vec<_>>()
        })
    };
    let change = move |edit: CustomFieldEdit| cx.dispatch(Command::EditField { id, edit });
    let typed = RwSignal::new(String::new());
    let add = move || {
        let after = untrack(|| all(false)).last().map(|(key, _)| *key);
        // several may be typed, or pasted, at once
        let text = typed.get_untracked();
        let names = text
            .split(['\n', ',', '，', ';', '；', '、'])
            .map(str::trim);
        let one = cx.open.one_step();
        let mut last = after;
        for name in names.filter(|name| !name.is_empty()) {
            let key: OptionId = random::option_id();
            let edit = CustomFieldEdit::AddOption {
                key,
                name: name.to_owned(),
                after: last,
            };
            if !change(edit) {
                break;
            }
            last = Some(key);
        }
        drop(one);
        if last != after {
            typed.set(String::new());
        }
    };
    view! {
        <p class="field-label">{t!(i18n, fields.options)}</p>
        <ul class="plan-own-options" data-own-options>
            <For each=move || all(false) key=|option| option.0 let:option>
                {
                    let key = option.0;
                    let name = move || {
                        let now = all(false).into_iter().find(|(other, _)| *other == key);
                        now.map_or_else(String::new, |(_, name)| name)
                    };
                    view! {
                        <li>
                            <input
                                class="input"
                                aria-label=t!(i18n, fields.option)
                                prop:value=name
                                on:change=move |ev| {
                                    let to = event_target_value(&ev).trim().to_owned();
                                    if to != untrack(name) {
                                        change(CustomFieldEdit::RenameOption { key, name: to });
                                    }
                                }
                            />
                            <button
                                class="button button-quiet button-icon"
                                aria-label=move || t_string!(i18n, fields.remove_option, name = name()).to_string()
                                on:click=move |_| {
                                    change(CustomFieldEdit::RemoveOption(key));
                                }
                            >
                                "×"
                            </button>
                        </li>
                    }
                }
            </For>
        </ul>
        <form
            class="plan-add"
            on:submit=move |ev| {
                ev.prevent_default();
                add();
            }
        >
            <input
                class="input"
                data-own-field="option"
                aria-label=t!(i18n, fields.option)
                placeholder=t!(i18n, fields.option_hint)
                prop:value=move || typed.get()
                on:input=move |ev| typed.set(event_target_value(&ev))
            />
            <button class="button" type="submit">{t!(i18n, fields.add)}</button>
        </form>
        <For each=move || all(true) key=|option| option.0 let:option>
            <button
                class="plan-link"
                on:click=move |_| {
                    change(CustomFieldEdit::RestoreOption(option.0));
                }
            >
                {
                    let name = option.1.clone();
                    move || t_string!(i18n, fields.bring_back, name = name.clone()).to_string()
                }
            </button>
        </For>
    }
}

/// What a task holds of a field, in its sheet.
#[component]
pub(crate) fn OwnField(
    /// Whose.
    id: TaskId,
    /// Of which field.
    field: FieldId,
    /// Of which kind.
    kind: FieldKind,
) -> impl IntoView {
    let column = Column::Own(field);
    match kind {
        FieldKind::Choice | FieldKind::YesNo => view! { <Choose id=id field=field /> }.into_any(),
        FieldKind::Date => view! { <Field id=id column=column date=true /> }.into_any(),
        _ => view! { <Field id=id column=column /> }.into_any(),
    }
}

/// A field with something to choose from.
#[component]
fn Choose(id: TaskId, field: FieldId) -> impl IntoView {
    let cx = use_cx();
    let column = Column::Own(field);
    let now = Memo::new(move |_| {
        let model = cx.model.get();
        let place = model.outline.index_of(id);
        place.map_or_else(String::new, |i| {
            cx.styled(|style| edit::editable(&model, i, column, style))
        })
    });
    let options = Memo::new(move |_| {
        let words = own::yes_no(cx.lang.get());
        let mut options = cx.model.with(|model| match model.own_field(field) {
            Some(field) if field.kind == FieldKind::YesNo => {
                vec![words.yes.to_owned(), words.no.to_owned()]
            }
            Some(field) => {
                let offered = field.options.iter().filter(|option| !option.removed);
                offered.map(|option| option.name.clone()).collect()
            }
            None => Vec::new(),
        });
        // what is offered no more, or does not fit, is shown all the same
        let now = now.get();
        if !now.is_empty() && !options.contains(&now) {
            options.push(now);
        }
        options
    });
    let write = move |text: String| {
        let line = Line::Task(id);
        if let Err(why) = cx.write(Cursor { line, column }, &text, None) {
            cx.notices.say(Tone::Trouble, why);
        }
    };
    view! {
        <label class="field">
            <span class="field-label">{move || cx.title(column)}</span>
            <select
                class="select"
                data-panel-field=column.key()
                disabled=move || !cx.may(Writes::Plan)
                on:change=move |ev| write(event_target_value(&ev))
            >
                <option value="" selected=move || now.with(String::is_empty)></option>
                <For each=move || options.get() key=|option| option.clone() let:option>
                    {
                        let words = option.clone();
                        view! {
                            <option value=option.clone() selected=move || now.get() == option>
                                {words}
                            </option>
                        }
                    }
                </For>
            </select>
        </label>
    }
}
