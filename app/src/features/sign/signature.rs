//! The handwritten signature that goes with an opinion.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::pack::value::Attached;

use super::host::taken;
use super::read::Shown;
use super::typed::Typed;
use crate::i18n::{t, use_i18n};
use crate::ui::field::ErrorNotice;
use crate::ui::form::{Content, Files, SignPad, written};
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// The handwritten signature: drawn, chosen as a picture, or the name in letters.
#[component]
pub(super) fn Signature(typed: Typed, files: Files, shown: Shown) -> impl IntoView {
    let i18n = use_i18n();
    let by_keys = RwSignal::new(false);
    let name = RwSignal::new(shown.0.name.clone());
    let error = RwSignal::new(None::<String>);
    let keep = move |name: String, content: Content| {
        spawn_local(async move {
            match taken(i18n, name, &content).await {
                Ok((name, bytes)) => {
                    let text = typed.keep(&name, &bytes);
                    let _ = error.try_set(None);
                    typed.signature.set(Some(text));
                }
                Err(why) => {
                    let _ = error.try_set(Some(why));
                }
            }
        });
    };
    let take = Callback::new(move |(name, content): (String, Content)| keep(name, content));
    let write = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = name.get_untracked().trim().to_owned();
        if text.is_empty() {
            return;
        }
        spawn_local(async move {
            if let Some(bytes) = written(&text).await {
                keep(String::new(), Content::Picture(bytes));
            }
        });
    };
    let again = move |_| {
        if let Some(Ok(file)) = typed
            .signature
            .get_untracked()
            .map(|text| text.parse::<Attached>())
        {
            typed.pictures.update(|all| drop(all.remove(&file.hash)));
        }
        typed.signature.set(None);
    };
    let picture = move || {
        let address = typed
            .signature
            .get()
            .and_then(|text| files.picture.run(text));
        address.map(|address| {
            view! { <img class="outside-signature" src=address alt=t!(i18n, sign.signature) data-signed="" /> }
        })
    };
    view! {
        <div class="field">
            <span class="field-label" id="sign-pad">{t!(i18n, sign.signature)}</span>
            <ErrorNotice text=error />
            <Show when=move || typed.signature.with(Option::is_some)>
                <div class="outside-signed">
                    {picture}
                    <button type="button" class="button" data-sign="again" on:click=again>{t!(i18n, forms.sign_again)}</button>
                </div>
            </Show>
            <Show when=move || typed.signature.with(Option::is_none)>
                <Show when=move || !by_keys.get()>
                    <div class="form-sign"><SignPad label="sign-pad".to_owned() take=take /></div>
                    <button type="button" class="button button-quiet outside-way" data-sign="keys" on:click=move |_| by_keys.set(true)>
                        <Icon name="account" />{t!(i18n, sign.type_name)}
                    </button>
                </Show>
                <Show when=move || by_keys.get()>
                    <form class="outside-typed" on:submit=write>
                        <label for="sign-name">{t!(i18n, sign.typed_name)}</label>
                        <input
                            id="sign-name"
                            class="input"
                            maxlength="60"
                            autocomplete="name"
                            prop:value=move || name.get()
                            on:input=move |ev| name.set(event_target_value(&ev))
                        />
                        <div class="row">
                            <button type="submit" class="button button-primary" id="sign-use-name">{t!(i18n, sign.use_name)}</button>
                            <button type="button" class="button button-quiet" data-sign="draw" on:click=move |_| by_keys.set(false)>
                                {t!(i18n, sign.draw)}
                            </button>
                        </div>
                    </form>
                </Show>
            </Show>
        </div>
    }
}
