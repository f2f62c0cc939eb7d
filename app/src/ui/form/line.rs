//! Fields that are typed into: a line, prose, a day.

use std::sync::Arc;

use leptos::prelude::*;
use shared::base::Moment;
use shared::pack::form::{Field, FieldKind};
use shared::pack::value::Value;

use super::field::{Ways, place};
use super::shown;
use super::state::Cx;
use crate::i18n::t_string;
use crate::language;
use crate::platform::{clock, element};
use crate::ui::dates;

/// A text that is being typed as the answer to a field.
#[derive(Clone, Copy)]
struct Typing {
    cx: Cx,
    field: StoredValue<Arc<Field>>,
    /// What stands in the element.
    text: RwSignal<String>,
    /// Something was typed since it was last written down.
    fresh: StoredValue<bool>,
    /// Somebody is in it: the text stays as they write it.
    inside: StoredValue<bool>,
    /// An input method composes: nothing is final.
    composing: StoredValue<bool>,
}

impl Typing {
    fn new(cx: Cx, field: &Arc<Field>) -> Self {
        let this = Self {
            cx,
            field: StoredValue::new(field.clone()),
            text: RwSignal::new(String::new()),
            fresh: StoredValue::new(false),
            inside: StoredValue::new(false),
            composing: StoredValue::new(false),
        };
        let value = cx.standing(&field.id).value;
        Effect::new(move |_| {
            let written = this.written(value.get().as_ref());
            let typed = this.text.with_untracked(|text| this.same(text, value));
            // what was typed as `1.25万` stays so until the field is left
            if this.fresh.get_value() || this.inside.get_value() && typed {
                return;
            }
            this.text.set(written);
        });
        this
    }

    /// Whether a text is the answer that stands.
    fn same(&self, text: &str, value: RwSignal<Option<Value>>) -> bool {
        let kind = self.field.with_value(|field| field.kind.clone());
        let read = self.cx.read(&kind, text);
        value.with_untracked(|value| read.as_ref() == Ok(value))
    }

    /// The answer as it is typed.
    fn written(&self, value: Option<&Value>) -> String {
        let locale = self.cx.i18n.get_locale();
        let kind = self.field.with_value(|field| field.kind.clone());
        value.map_or_else(String::new, |value| {
            super::state::styled(locale, self.cx.host, |style| {
                shown::typed(&kind, value, style)
            })
        })
    }

    fn typed(self, text: String) {
        self.text.set(text.clone());
        self.fresh.set_value(true);
        if self.composing.get_value() {
            return;
        }
        let field = self.field.get_value();
        let standing = self.cx.standing(&field.id);
        if standing.unread.with_untracked(Option::is_some) {
            standing.unread.set(None);
        }
        let then = move || {
            if self.fresh.try_get_value() == Some(true)
                && self.composing.try_get_value() == Some(false)
            {
                self.keep(true);
            }
        };
        self.cx.typed(&place(&field), &text, then);
    }

    /// Writes down what was typed. While somebody is still in it, half a number is no fault.
    fn keep(self, inside: bool) {
        if !self.fresh.get_value() {
            return;
        }
        let field = self.field.get_value();
        let text = self.text.get_untracked();
        match self.cx.commit_text(&place(&field), &text) {
            Ok(()) => {
                self.fresh.set_value(false);
            }
            Err(unread) if !inside => {
                self.cx.standing(&field.id).unread.set(Some(unread));
            }
            Err(_) => {}
        }
    }

    fn leave(self) {
        // the form may be gone with the focus in it; what was typed is in the journal
        if self.fresh.try_get_value().is_none() {
            return;
        }
        self.keep(false);
        self.inside.set_value(false);
        if !self.fresh.get_value() {
            let field = self.field.get_value();
            let standing = self.cx.standing(&field.id);
            standing.touched.set(true);
            let value = standing.value.get_untracked();
            let written = untrack(|| self.written(value.as_ref()));
            self.text.set(written);
        }
    }

    /// Gives up what was typed.
    fn cancel(self) {
        let field = self.field.get_value();
        let standing = self.cx.standing(&field.id);
        standing.unread.set(None);
        self.fresh.set_value(false);
        self.cx.give_up(&place(&field));
        let value = standing.value.get_untracked();
        let written = untrack(|| self.written(value.as_ref()));
        self.text.set(written);
    }
}

/// The longest text that a field takes.
fn longest(field: &Field) -> Option<u32> {
    match field.kind {
        FieldKind::Text { longest } | FieldKind::Prose { longest } => Some(longest),
        _ => None,
    }
}

/// How much of a text's room is used, once it is nearly full.
#[component]
fn Room(cx: Cx, text: RwSignal<String>, longest: Option<u32>) -> impl IntoView {
    let i18n = cx.i18n;
    let used = Memo::new(move |_| {
        let longest = longest? as usize;
        let used = text.with(|text| text.chars().count());
        (used * 10 >= longest * 9).then_some((used, longest))
    });
    move || {
        used.get().map(|(used, longest)| {
            view! {
                <p class="form-room num">
                    {move || t_string!(i18n, forms.room, used = used, longest = longest).to_string()}
                </p>
            }
        })
    }
}

/// One line: a text, a number, an amount.
#[component]
pub(super) fn Line(cx: Cx, field: Arc<Field>, ways: Ways) -> impl IntoView {
    let typing = Typing::new(cx, &field);
    let number = !matches!(field.kind, FieldKind::Text { .. });
    let longest = longest(&field);
    let unit = {
        let field = field.clone();
        move || {
            let lang = language::lang(cx.i18n.get_locale());
            match &field.kind {
                FieldKind::Money { currency, .. } => shown::currency_sign(currency, lang),
                FieldKind::Number { unit, .. } => unit.get(shown::language(lang)).to_owned(),
                _ => String::new(),
            }
        }
    };
    let unit = number.then(|| view! { <span class="form-unit">{unit}</span> });
    view! {
        <div class="form-line" class:form-number=number>
            <input
                id=ways.id
                class="input"
                type="text"
                autocomplete="off"
                inputmode=if number { "decimal" } else { "text" }
                aria-describedby=ways.described
                aria-invalid=move || ways.invalid.get().then_some("true")
                aria-required=move || ways.required.get().then_some("true")
                prop:value=move || typing.text.get()
                on:focus=move |_| typing.inside.set_value(true)
                on:input=move |ev| typing.typed(event_target_value(&ev))
                on:compositionstart=move |_| typing.composing.set_value(true)
                on:compositionend=move |ev| {
                    typing.composing.set_value(false);
                    typing.typed(event_target_value(&ev));
                }
                on:blur=move |_| typing.leave()
                on:keydown=move |ev| {
                    if ev.is_composing() {
                        return;
                    }
                    match ev.key().as_str() {
                        "Enter" => {
                            ev.prevent_default();
                            typing.leave();
                            typing.inside.set_value(true);
                        }
                        "Escape" => typing.cancel(),
                        _ => {}
                    }
                }
            />
            {unit}
        </div>
        <Room cx=cx text=typing.text longest=longest />
    }
}

/// Paragraphs.
#[component]
pub(super) fn Prose(cx: Cx, field: Arc<Field>, ways: Ways) -> impl IntoView {
    let typing = Typing::new(cx, &field);
    let longest = longest(&field);
    view! {
        <textarea
            id=ways.id
            class="textarea form-prose-text"
            rows="3"
            aria-describedby=ways.described
            aria-invalid=move || ways.invalid.get().then_some("true")
            aria-required=move || ways.required.get().then_some("true")
            prop:value=move || typing.text.get()
            on:focus=move |_| typing.inside.set_value(true)
            on:input=move |ev| typing.typed(event_target_value(&ev))
            on:compositionstart=move |_| typing.composing.set_value(true)
            on:compositionend=move |ev| {
                typing.composing.set_value(false);
                typing.typed(event_target_value(&ev));
            }
            on:blur=move |_| typing.leave()
            on:keydown=move |ev| {
                if !ev.is_composing() && ev.key() == "Escape" {
                    typing.cancel();
                }
            }
        ></textarea>
        <Room cx=cx text=typing.text longest=longest />
    }
}

/// A day, in the browser's own field.
#[component]
pub(super) fn Day(cx: Cx, field: Arc<Field>, ways: Ways) -> impl IntoView {
    let value = cx.standing(&field.id).value;
    let shown = move || match value.get() {
        Some(Value::Date(day)) => dates::iso(day),
        _ => String::new(),
    };
    let place = place(&field);
    let change = move |ev: leptos::ev::Event| {
        // a day that is half typed is no day yet, and takes none away
        if element::half_typed(&ev) {
            return;
        }
        let text = event_target_value(&ev);
        let today = clock::local_now();
        let day = dates::parse(&text, today, today);
        let day = day.map(|(day, _)| Value::Date(Moment::from_day(day.day())));
        if day.is_some() || text.is_empty() {
            cx.commit(&place, day);
        }
    };
    view! {
        <input
            id=ways.id
            class="input form-date-input"
            type="date"
            aria-describedby=ways.described
            aria-invalid=move || ways.invalid.get().then_some("true")
            aria-required=move || ways.required.get().then_some("true")
            prop:value=shown
            on:change=change
        />
    }
}
