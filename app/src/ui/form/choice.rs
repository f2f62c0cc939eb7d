//! Fields that are chosen: yes or no, one of some options, or several.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::form::{Choice, Field, FieldKind};
use shared::pack::id::OptionName;
use shared::pack::value::Value;

use super::field::{Ways, place};
use super::state::Cx;
use super::words::saying;
use crate::i18n::t;
use crate::ui::show::Show;

/// Yes or no.
#[component]
pub(super) fn YesNo(cx: Cx, field: Arc<Field>, ways: Ways) -> impl IntoView {
    let i18n = cx.i18n;
    let value = cx.standing(&field.id).value;
    let place = place(&field);
    let says = move |yes: bool| value.with(|value| *value == Some(Value::YesNo(yes)));
    let group = ways.id.clone();
    let both = [true, false].map(|yes| {
        let (place, group) = (place.clone(), group.clone());
        // the first can be jumped to
        let id = yes.then(|| group.clone());
        view! {
            <label class="form-option">
                <input
                    id=id
                    type="radio"
                    name=group
                    prop:checked=move || says(yes)
                    on:change=move |_| cx.commit(&place, Some(Value::YesNo(yes)))
                />
                <span>{move || if yes { t!(i18n, forms.yes)() } else { t!(i18n, forms.no)() }}</span>
            </label>
        }
    });
    view! {
        <div
            class="form-options"
            role="radiogroup"
            aria-labelledby=ways.label
            aria-describedby=ways.described
            aria-invalid=move || ways.invalid.get().then_some("true")
            aria-required=move || ways.required.get().then_some("true")
        >
            {both.collect_view()}
            <Clear cx=cx field=field />
        </div>
    }
}

/// Takes an answer away.
#[component]
fn Clear(cx: Cx, field: Arc<Field>) -> impl IntoView {
    let i18n = cx.i18n;
    let value = cx.standing(&field.id).value;
    let place = place(&field);
    view! {
        <Show when=move || value.with(Option::is_some)>
            <button
                type="button"
                class="form-clear"
                on:click={
                    let place = place.clone();
                    move |_| cx.commit(&place, None)
                }
            >
                {t!(i18n, forms.clear)}
            </button>
        </Show>
    }
}

/// One of some options, or several.
#[component]
pub(super) fn Choices(cx: Cx, field: Arc<Field>, ways: Ways) -> impl IntoView {
    let FieldKind::Choice { options, many } = field.kind.clone() else {
        return ().into_any();
    };
    match (many, options.len()) {
        (false, 5..) => view! { <List cx=cx field=field ways=ways options=options /> }.into_any(),
        _ => view! { <Boxes cx=cx field=field ways=ways options=options many=many /> }.into_any(),
    }
}

fn chosen(value: Option<&Value>) -> Vec<OptionName> {
    match value {
        Some(Value::Choice(chosen)) => chosen.clone(),
        _ => Vec::new(),
    }
}

/// All options beside each other.
#[component]
fn Boxes(cx: Cx, field: Arc<Field>, ways: Ways, options: Vec<Choice>, many: bool) -> impl IntoView {
    let value = cx.standing(&field.id).value;
    let place = place(&field);
    let order: Arc<Vec<OptionName>> = Arc::new(options.iter().map(|o| o.id.clone()).collect());
    let group = ways.id.clone();
    let boxes = options.into_iter().enumerate().map(|(at, option)| {
        let (place, order, group) = (place.clone(), order.clone(), group.clone());
        let id = (at == 0).then(|| group.clone());
        let (known, pressed) = (option.id.clone(), option.id.clone());
        let checked = move || value.with(|value| chosen(value.as_ref()).contains(&known));
        let change = move |ev: leptos::ev::Event| {
            let on = event_target_checked(&ev);
            let mut all = match many {
                true => value.with_untracked(|value| chosen(value.as_ref())),
                false => Vec::new(),
            };
            all.retain(|one| *one != pressed);
            if on {
                all.push(pressed.clone());
            }
            // as the form lists them, whatever the order of the presses
            let place_of = |one: &OptionName| order.iter().position(|known| known == one);
            shared::base::sort::by_key(&mut all, |one| place_of(one).unwrap_or(usize::MAX));
            cx.commit(&place, (!all.is_empty()).then_some(Value::Choice(all)));
        };
        view! {
            <label class="form-option">
                <input
                    id=id
                    type=if many { "checkbox" } else { "radio" }
                    name=group
                    prop:checked=checked
                    on:change=change
                />
                <span>{saying(cx.i18n, option.name)}</span>
            </label>
        }
    });
    view! {
        <div
            class="form-options"
            role=if many { "group" } else { "radiogroup" }
            aria-labelledby=ways.label
            aria-describedby=ways.described
        >
            {boxes.collect_view()}
            {(!many).then(|| view! { <Clear cx=cx field=field.clone() /> })}
        </div>
    }
}

/// One of many options, in a list that opens.
#[component]
fn List(cx: Cx, field: Arc<Field>, ways: Ways, options: Vec<Choice>) -> impl IntoView {
    let value = cx.standing(&field.id).value;
    let place = place(&field);
    let ids: Vec<OptionName> = options.iter().map(|option| option.id.clone()).collect();
    let now = move || {
        value.with(|value| {
            let first = chosen(value.as_ref()).into_iter().next();
            first.map_or_else(String::new, |first| first.to_string())
        })
    };
    let entries = options.into_iter().map(|option| {
        let id = option.id.to_string();
        let selected = {
            let id = id.clone();
            move || now() == id
        };
        view! { <option value=id selected=selected>{saying(cx.i18n, option.name)}</option> }
    });
    view! {
        <select
            id=ways.id
            class="select"
            aria-describedby=ways.described
            aria-invalid=move || ways.invalid.get().then_some("true")
            aria-required=move || ways.required.get().then_some("true")
            on:change=move |ev| {
                let text = event_target_value(&ev);
                let one = ids.iter().find(|id| id.as_str() == text);
                cx.commit(&place, one.map(|one| Value::Choice(vec![one.clone()])));
            }
        >
            <option value="" selected=move || now().is_empty()></option>
            {entries.collect_view()}
        </select>
    }
}
