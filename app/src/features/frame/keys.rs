//! Keys that work everywhere, and the dialog that lists them.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::i18n::{t, t_signal, use_i18n};
use crate::platform::{clock, screen};
use crate::shell::{Overlay, Stage, use_shell};
use crate::ui::dialog::Dialog;

/// How long after `g` the letter may come, in milliseconds.
const PAIR: i64 = 1500;

/// Where `g` and then a letter goes.
fn place(letter: &str) -> Option<&'static str> {
    match letter {
        "h" => Some("/"),
        "p" => Some("/projects"),
        "a" => Some("/account"),
        "m" => Some("/admin"),
        "r" => Some("/regulations"),
        _ => None,
    }
}

/// Listens for the keys that work everywhere, for as long as the frame is shown.
pub(super) fn listen() {
    let shell = use_shell();
    let navigate = use_navigate();
    let started = StoredValue::new(None);
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.is_composing()
            || event.default_prevented()
            || shell.stage.get_untracked() != Stage::In
        {
            return;
        }
        let key = event.key();
        if (event.ctrl_key() || event.meta_key())
            && !event.shift_key()
            && key.eq_ignore_ascii_case("k")
        {
            event.prevent_default();
            shell.overlay.set(Some(Overlay::Palette));
            return;
        }
        let free = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if !free || screen::typing() || screen::dialog_open() {
            return;
        }
        let now = clock::now();
        let pair = started.get_value().is_some_and(|at| now.since(at) < PAIR);
        started.set_value(None);
        if pair && let Some(place) = place(&key) {
            event.prevent_default();
            navigate(place, NavigateOptions::default());
            return;
        }
        match key.as_str() {
            "g" => started.set_value(Some(now)),
            "?" => {
                event.prevent_default();
                shell.overlay.set(Some(Overlay::Keys));
            }
            "c" => {
                event.prevent_default();
                shell.overlay.set(Some(Overlay::NewProject));
            }
            "/" | "s" => {
                event.prevent_default();
                shell.overlay.set(Some(Overlay::Palette));
            }
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}

/// The dialog that lists the keys.
#[component]
pub(super) fn Keys() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    view! {
        <Dialog
            open=Signal::derive(move || shell.overlay.get() == Some(Overlay::Keys))
            on_close=move || shell.overlay.set(None)
            title=t_signal!(i18n, shell.keys)
        >
            <div class="dialog-body keys">
                <section>
                    <h3>{t!(i18n, shell.keys_everywhere)}</h3>
                    <dl>
                        <div><dt><kbd>"Ctrl"</kbd>" "<kbd>"K"</kbd></dt><dd>{t!(i18n, shell.key_palette)}</dd></div>
                        <div><dt><kbd>"/"</kbd>" "<kbd>"s"</kbd></dt><dd>{t!(i18n, shell.key_search)}</dd></div>
                        <div><dt><kbd>"c"</kbd></dt><dd>{t!(i18n, shell.new_project)}</dd></div>
                        <div><dt><kbd>"?"</kbd></dt><dd>{t!(i18n, shell.key_help)}</dd></div>
                        <div><dt><kbd>"g"</kbd>" "<kbd>"h"</kbd></dt><dd>{t!(i18n, shell.home)}</dd></div>
                        <div><dt><kbd>"g"</kbd>" "<kbd>"p"</kbd></dt><dd>{t!(i18n, shell.projects)}</dd></div>
                        <div><dt><kbd>"g"</kbd>" "<kbd>"r"</kbd></dt><dd>{t!(i18n, shell.regulations)}</dd></div>
                        <div><dt><kbd>"g"</kbd>" "<kbd>"a"</kbd></dt><dd>{t!(i18n, shell.account)}</dd></div>
                    </dl>
                </section>
                <section>
                    <h3>{t!(i18n, shell.keys_plan)}</h3>
                    <dl>
                        <div><dt><kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" "<kbd>"←"</kbd>" "<kbd>"→"</kbd></dt><dd>{t!(i18n, shell.key_cells)}</dd></div>
                        <div><dt><kbd>"Enter"</kbd></dt><dd>{t!(i18n, shell.key_edit)}</dd></div>
                        <div><dt><kbd>"Tab"</kbd>" "<kbd>"Shift Tab"</kbd></dt><dd>{t!(i18n, shell.key_indent)}</dd></div>
                        <div><dt><kbd>"Ins"</kbd>" "<kbd>"Del"</kbd></dt><dd>{t!(i18n, shell.key_rows)}</dd></div>
                        <div><dt><kbd>"Shift ↑"</kbd>" "<kbd>"Shift ↓"</kbd></dt><dd>{t!(i18n, shell.key_choose)}</dd></div>
                        <div><dt><kbd>"Alt Shift ↑"</kbd>" "<kbd>"Alt Shift ↓"</kbd></dt><dd>{t!(i18n, shell.key_move)}</dd></div>
                        <div><dt><kbd>"Ctrl F2"</kbd>" "<kbd>"Ctrl Shift F2"</kbd></dt><dd>{t!(i18n, shell.key_link)}</dd></div>
                        <div><dt><kbd>"Shift F2"</kbd></dt><dd>{t!(i18n, shell.key_sheet)}</dd></div>
                        <div><dt><kbd>"Ctrl F"</kbd></dt><dd>{t!(i18n, shell.key_filter)}</dd></div>
                        <div><dt><kbd>"Ctrl D"</kbd></dt><dd>{t!(i18n, shell.key_fill)}</dd></div>
                        <div><dt><kbd>"Ctrl C"</kbd>" "<kbd>"Ctrl X"</kbd>" "<kbd>"Ctrl V"</kbd></dt><dd>{t!(i18n, shell.key_clipboard)}</dd></div>
                        <div><dt><kbd>"Ctrl Z"</kbd>" "<kbd>"Ctrl Shift Z"</kbd></dt><dd>{t!(i18n, shell.key_undo)}</dd></div>
                        <div><dt><kbd>"Esc"</kbd></dt><dd>{t!(i18n, shell.key_escape)}</dd></div>
                    </dl>
                </section>
                <p class="muted">{t!(i18n, shell.keys_note)}</p>
            </div>
        </Dialog>
    }
}
