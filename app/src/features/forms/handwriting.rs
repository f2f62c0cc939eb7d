//! A handwritten signature 手写签名 that goes with an opinion.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::ProjectId;
use shared::ledger::record::LARGEST_SIGNATURE;

use crate::i18n::{t, t_string, use_i18n};
use crate::shell::{use_replica, use_shell};
use crate::ui::form::{Content, Files, SignPad};
use crate::ui::show::Show;
use crate::words;

/// The pad, opened on a press; and what was signed.
#[component]
pub(super) fn Handwriting(
    project: ProjectId,
    /// The picture, as acts name it.
    signature: RwSignal<Option<String>>,
    files: Option<Files>,
    /// The step asks for one.
    required: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let open = RwSignal::new(false);
    let take = Callback::new(move |(name, content): (String, Content)| {
        spawn_local(async move {
            let bytes = match &content {
                Content::File(file) if file.size() > LARGEST_SIGNATURE as f64 => {
                    let most = LARGEST_SIGNATURE >> 10;
                    return shell
                        .say(t_string!(i18n, remarks.signature_large, most = most).to_string());
                }
                Content::File(file) => file.bytes().await,
                Content::Picture(bytes) => Some(bytes.clone()),
            };
            let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
                return shell.say(t_string!(i18n, reviews.file_unread).to_owned());
            };
            let name = match name.is_empty() {
                true => t_string!(i18n, reviews.signature_name).to_owned(),
                false => name,
            };
            match replica.attach(project, &name, bytes).await {
                // the person may have gone elsewhere meanwhile
                Ok(file) => {
                    let _ = signature.try_set(Some(file.to_string()));
                    let _ = open.try_set(false);
                }
                Err(trouble) => shell.say(words::trouble(i18n, &trouble)),
            }
        });
    });
    let picture = move || {
        let address = signature.get().and_then(|text| files?.picture.run(text));
        address.map(|address| {
            view! { <img class="review-signature" src=address alt=t!(i18n, remarks.signature) data-signed="" /> }
        })
    };
    view! {
        <div class="decide-sign">
            <Show when=move || signature.with(Option::is_some)>
                {picture}
                <button type="button" class="button button-quiet" data-sign="again" on:click=move |_| {
                    signature.set(None);
                    open.set(true);
                }>{t!(i18n, forms.sign_again)}</button>
                <Show when=move || !required.get()>
                    <button type="button" class="button button-quiet" data-sign="none" on:click=move |_| signature.set(None)>
                        {t!(i18n, remarks.signature_none)}
                    </button>
                </Show>
            </Show>
            <Show when=move || signature.with(Option::is_none)>
                <button
                    type="button"
                    class="button button-quiet"
                    id="decide-sign"
                    data-sign="open"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {t!(i18n, remarks.sign)}
                </button>
                <Show when=move || required.get()>
                    <span class="muted" data-sign="required">{t!(i18n, remarks.sign_required)}</span>
                </Show>
                <Show when=move || open.get()>
                    <div class="form-sign"><SignPad label="decide-sign".to_owned() take=take /></div>
                </Show>
            </Show>
        </div>
    }
}
