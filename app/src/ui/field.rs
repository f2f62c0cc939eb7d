//! Fields of forms: a label, an input, and what is wrong with it.

use leptos::prelude::*;

use crate::i18n::{t, use_i18n};
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// One line of text.
#[component]
pub fn TextField(
    /// The input's id.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What it holds.
    value: RwSignal<String>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Must not be empty.
    #[prop(optional)]
    required: bool,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// A line of help below.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{move || label.get()}</label>
            <input
                id=id
                class="input"
                type=kind
                autocomplete=autocomplete
                required=required
                autofocus=autofocus
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {hint.map(|hint| view! { <span class="field-hint">{move || hint.get()}</span> })}
        </div>
    }
}

/// A password: shown on demand, with a word about Caps Lock.
#[component]
pub fn PasswordField(
    /// The input's id.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What it holds.
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// A line of help below.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(false);
    let caps = RwSignal::new(false);
    view! {
        <div class="field">
            <label for=id>{move || label.get()}</label>
            <div class="input-with-button">
                <input
                    id=id
                    class="input"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    required=true
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                    on:keydown=move |event| caps.set(event.get_modifier_state("CapsLock"))
                    on:keyup=move |event| caps.set(event.get_modifier_state("CapsLock"))
                />
                <button
                    type="button"
                    class="button button-quiet button-icon"
                    aria-pressed=move || shown.get().to_string()
                    aria-label=t!(i18n, shell.show_password)
                    title=t!(i18n, shell.show_password)
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    <Icon name="eye" />
                </button>
            </div>
            <Show when=move || caps.get()>
                <span class="field-hint" role="status">{t!(i18n, shell.caps_lock)}</span>
            </Show>
            {hint.map(|hint| view! { <span class="field-hint">{move || hint.get()}</span> })}
        </div>
    }
}

/// What went wrong, where there is something.
#[component]
pub fn ErrorNotice(
    /// What happened and what to do; `None` shows nothing.
    #[prop(into)]
    text: Signal<Option<String>>,
    /// It is only that there is no connection: said without alarm.
    #[prop(optional, into)]
    offline: Signal<bool>,
) -> impl IntoView {
    view! {
        <Show when=move || text.with(Option::is_some)>
            <div class="notice" class:notice-danger=move || !offline.get() role="alert">
                {move || {
                    let name = if offline.get() { "offline" } else { "failed" };
                    view! { <Icon name=name /> }
                }}
                <p>{move || text.get()}</p>
            </div>
        </Show>
    }
}
