//! A panel that hangs from a button. (The popover attribute is not in Firefox 115.)

use crate::ui::show::Show;
use leptos::prelude::*;

/// A button with a panel; a click elsewhere or Escape closes it.
#[component]
pub fn Popover(
    /// Whether the panel is open.
    open: RwSignal<bool>,
    /// What the button and the panel are, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Classes of the button.
    class: &'static str,
    /// What the button shows.
    #[prop(into)]
    button: ViewFn,
    /// What the panel shows.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <div
            class="pop"
            on:keydown=move |event| {
                if event.key() == "Escape" && open.get_untracked() {
                    event.prevent_default();
                    event.stop_propagation();
                    open.set(false);
                }
            }
        >
            <button
                type="button"
                class=class
                aria-haspopup="dialog"
                aria-expanded=move || open.get().to_string()
                aria-label=move || label.get()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {button.run()}
            </button>
            <Show when=move || open.get()>
                <div class="pop-away" on:click=move |_| open.set(false)></div>
                <div class="pop-panel" role="dialog" aria-label=move || label.get()>
                    {children()}
                </div>
            </Show>
        </div>
    }
}
