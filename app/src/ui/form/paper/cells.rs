//! One answer on paper; where there is none, room to write it by hand.

use leptos::prelude::*;
use shared::pack::form::{Choice, Field, FieldKind};
use shared::pack::value::Value;

use super::super::host::Host;
use super::super::words::say;
use super::super::{shown, state};
use crate::i18n::t;
use crate::words::Texts;

/// More options than this are not listed: only what was chosen is.
const LISTED: usize = 8;

/// The answer to a field; tracked.
pub(super) fn paper_value(i18n: Texts, host: Host, field: Field, value: Option<Value>) -> AnyView {
    match (&field.kind, &value) {
        (FieldKind::Choice { options, .. }, value) if options.len() <= LISTED => {
            let chosen = |option: &Choice| match value {
                Some(Value::Choice(chosen)) => chosen.contains(&option.id),
                _ => false,
            };
            let boxes = options
                .iter()
                .map(|option| tick(chosen(option), say(i18n, &option.name)));
            view! { <span class="paper-ticks">{boxes.collect_view()}</span> }.into_any()
        }
        (FieldKind::YesNo, value) => {
            let says = |yes: bool| *value == Some(Value::YesNo(yes));
            view! {
                <span class="paper-ticks">
                    {tick(says(true), t!(i18n, forms.yes)().to_owned())}
                    {tick(says(false), t!(i18n, forms.no)().to_owned())}
                </span>
            }
            .into_any()
        }
        (FieldKind::Signature, value) => {
            view! { <span class="paper-sign">{pictures(host, value.as_ref())}</span> }.into_any()
        }
        (FieldKind::Seal, value) => view! {
            <span class="paper-seal">
                {pictures(host, value.as_ref())}
                <span>{t!(i18n, forms.paper_seal)}</span>
                <span class="paper-day">{t!(i18n, forms.paper_day)}</span>
            </span>
        }
        .into_any(),
        (_, Some(value)) => {
            let locale = i18n.get_locale();
            let text = state::styled(locale, host, |style| {
                shown::shown(&field.kind, value, style)
            });
            view! { <span class="paper-text">{text}</span> }.into_any()
        }
        (FieldKind::Number { unit, .. }, None) => {
            let lang = crate::language::lang(i18n.get_locale());
            let unit = unit.get(shown::language(lang)).to_owned();
            view! { <span class="paper-unit">{unit}</span> }.into_any()
        }
        (FieldKind::Money { currency, .. }, None) => {
            let lang = crate::language::lang(i18n.get_locale());
            let unit = shown::currency_sign(currency, lang);
            view! { <span class="paper-unit">{unit}</span> }.into_any()
        }
        (FieldKind::Date, None) => {
            view! { <span class="paper-unit">{t!(i18n, forms.paper_day)}</span> }.into_any()
        }
        (_, None) => view! { <span class="paper-text">" "</span> }.into_any(),
    }
}

/// An option with the box before it.
fn tick(on: bool, name: String) -> impl IntoView {
    let sign = if on { "☑" } else { "□" };
    view! { <span class="paper-tick"><span class="paper-box">{sign}</span>{name}</span> }
}

/// The pictures of a signature or a seal, as far as they are on this device.
fn pictures(host: Host, value: Option<&Value>) -> impl IntoView + use<> {
    let hashes = match value {
        Some(Value::Files(files)) => files.clone(),
        _ => Vec::new(),
    };
    let pictures = hashes
        .into_iter()
        .filter_map(|hash| host.files?.picture.run(hash));
    pictures
        .map(|address| view! { <img src=address alt="" /> })
        .collect_view()
}
