//! A dialog over the screen: the browser's own `<dialog>`.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::{t, use_i18n};
use crate::platform::screen;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// A modal dialog. Its content is made afresh each time it opens.
#[component]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// The person closed it: Escape, or the cross.
    on_close: impl Fn() + Clone + Send + Sync + 'static,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// For tables and long texts.
    #[prop(optional)]
    wide: bool,
    /// Its content: a body, and often a foot with buttons.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        if let Some(dialog) = node.get() {
            screen::set_dialog(&dialog, open);
        }
    });
    let close = on_close.clone();
    view! {
        <dialog
            node_ref=node
            class="dialog"
            class:dialog-wide=wide
            aria-label=move || title.get()
            on:close=move |_| {
                if open.get_untracked() {
                    on_close();
                }
            }
        >
            <Show when=move || open.get()>
                <div class="dialog-head">
                    <h2>{move || title.get()}</h2>
                    <button
                        type="button"
                        class="button button-quiet button-icon"
                        aria-label=t!(i18n, common.close)
                        on:click={
                            let close = close.clone();
                            move |_| close()
                        }
                    >
                        <Icon name="close" />
                    </button>
                </div>
                {children()}
            </Show>
        </dialog>
    }
}
