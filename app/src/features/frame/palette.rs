//! The command palette: find a project, a place or an action, and go.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::within::{self, Things};
use crate::i18n::{Locale, t, t_signal, t_string, use_i18n};
use crate::language::{self, Theme};
use crate::platform::screen;
use crate::shell::{Overlay, Shell, use_replica, use_shell};
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// What choosing an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Go(String),
    Open(Overlay),
    Lock,
    Colours(Theme),
    Language(Locale),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) icon: &'static str,
    pub(super) text: String,
    pub(super) kind: String,
    pub(super) act: Act,
}

/// Whether all words of the search occur in the text, without regard to case.
fn matches(text: &str, search: &str) -> bool {
    let text = text.to_lowercase();
    search
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

/// The palette, over the screen while it is open.
#[component]
pub(super) fn Palette() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    view! {
        <Dialog
            open=Signal::derive(move || shell.overlay.get() == Some(Overlay::Palette))
            on_close=move || shell.overlay.set(None)
            title=t_signal!(i18n, shell.find)
        >
            <Finder />
        </Dialog>
    }
}

fn entries(shell: Shell) -> Vec<Entry> {
    let i18n = use_i18n();
    let go = t_string!(i18n, shell.palette_place);
    let action = t_string!(i18n, shell.palette_action);
    let entry = |icon, text: &str, kind: &str, act| Entry {
        icon,
        text: text.to_owned(),
        kind: kind.to_owned(),
        act,
    };
    let mut all = Vec::new();
    use_replica().projects().with(|projects| {
        for project in projects.iter().flatten() {
            all.push(Entry {
                icon: "projects",
                text: project.name.clone(),
                kind: t_string!(i18n, shell.palette_project).to_owned(),
                act: Act::Go(format!("/projects/{}/plan", project.id)),
            });
        }
    });
    all.extend([
        entry("home", t_string!(i18n, shell.home), go, Act::Go("/".into())),
        entry(
            "projects",
            t_string!(i18n, shell.projects),
            go,
            Act::Go("/projects".into()),
        ),
        entry(
            "book",
            t_string!(i18n, shell.regulations),
            go,
            Act::Go("/regulations".into()),
        ),
        entry(
            "account",
            t_string!(i18n, shell.account),
            go,
            Act::Go("/account".into()),
        ),
    ]);
    if shell.administrator() {
        all.push(entry(
            "admin",
            t_string!(i18n, shell.admin),
            go,
            Act::Go("/admin".into()),
        ));
    }
    all.push(entry(
        "plus",
        t_string!(i18n, shell.new_project),
        action,
        Act::Open(Overlay::NewProject),
    ));
    all.push(entry(
        "help",
        t_string!(i18n, shell.keys),
        action,
        Act::Open(Overlay::Keys),
    ));
    if shell.has_pin() {
        all.push(entry(
            "lock",
            t_string!(i18n, shell.lock_now),
            action,
            Act::Lock,
        ));
    }
    let other = if i18n.get_locale() == Locale::en {
        Locale::zh_CN
    } else {
        Locale::en
    };
    all.push(entry(
        "more",
        t_string!(i18n, shell.switch_language),
        action,
        Act::Language(other),
    ));
    all.push(entry(
        "more",
        t_string!(i18n, shell.palette_light),
        action,
        Act::Colours(Theme::Light),
    ));
    all.push(entry(
        "more",
        t_string!(i18n, shell.palette_dark),
        action,
        Act::Colours(Theme::Dark),
    ));
    all.push(entry(
        "leave",
        t_string!(i18n, shell.sign_out),
        action,
        Act::Open(Overlay::SignOut),
    ));
    all
}

/// What can be found in the project that is looked at.
fn things() -> Option<Things> {
    let project = use_location()
        .pathname
        .with_untracked(|path| within::project(path))?;
    let replica = use_replica();
    let view = replica.open(project).view().get_untracked()?;
    Some(Things::of(project, &view, &replica.names()))
}

#[component]
fn Finder() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let navigate = use_navigate();
    let search = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    let all = Memo::new(move |_| entries(shell));
    // read once: the plan may be long
    let things = StoredValue::new(untrack(things));
    let found = Memo::new(move |_| {
        let search = search.get();
        let mut found = all.with(|all| {
            all.iter()
                .filter(|entry| matches(&entry.text, &search))
                .take(50)
                .cloned()
                .collect::<Vec<_>>()
        });
        found.extend(things.with_value(|things| {
            things
                .as_ref()
                .map_or_else(Vec::new, |things| things.find(&search))
        }));
        // what begins as it was typed comes first
        let search = search.trim().to_lowercase();
        let begins = |entry: &Entry| !entry.text.to_lowercase().starts_with(&search);
        shared::base::sort::by_key(&mut found, begins);
        found
    });
    let act = move |act: Act| {
        shell.overlay.set(None);
        match act {
            Act::Go(place) => navigate(&place, NavigateOptions::default()),
            Act::Open(overlay) => shell.overlay.set(Some(overlay)),
            Act::Lock => shell.lock(),
            Act::Colours(theme) => shell.choose_theme(theme),
            Act::Language(locale) => language::choose(i18n, locale),
        }
    };
    let act = StoredValue::new_local(act);
    let step = move |by: isize| {
        let count = found.with(Vec::len);
        if count > 0 {
            chosen.update(|at| *at = at.wrapping_add_signed(by).min(usize::MAX - 1) % count);
            screen::scroll_into_view(&format!("palette-{}", chosen.get_untracked()));
        }
    };
    view! {
        <div class="palette">
            <input
                class="input"
                type="search"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                aria-label=t!(i18n, shell.find)
                placeholder=t!(i18n, shell.find_placeholder)
                autocomplete="off"
                autofocus=true
                prop:value=move || search.get()
                on:input=move |event| {
                    search.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=move |event| {
                    if event.is_composing() {
                        return;
                    }
                    match event.key().as_str() {
                        "ArrowDown" => {
                            event.prevent_default();
                            step(1);
                        }
                        "ArrowUp" => {
                            event.prevent_default();
                            step(-1 + found.with_untracked(Vec::len) as isize);
                        }
                        "Enter" => {
                            event.prevent_default();
                            let entry = found.with_untracked(|f| f.get(chosen.get_untracked()).cloned());
                            if let Some(entry) = entry {
                                act.with_value(|act| act(entry.act));
                            }
                        }
                        _ => {}
                    }
                }
            />
            <ul id="palette-list" class="palette-list" role="listbox">
                {move || {
                    found
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, entry)| {
                            let what = entry.act.clone();
                            view! {
                                <li
                                    id=format!("palette-{index}")
                                    role="option"
                                    class="palette-item"
                                    aria-selected=move || (chosen.get() == index).to_string()
                                    on:click=move |_| act.with_value(|act| act(what.clone()))
                                >
                                    <Icon name=entry.icon />
                                    <span class="grow">{entry.text}</span>
                                    <span class="muted">{entry.kind}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
                <Show when=move || found.with(Vec::is_empty)>
                    <li class="palette-none muted">{t!(i18n, shell.palette_none)}</li>
                </Show>
            </ul>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn all_words_must_occur_in_any_order() {
        assert!(matches("House Claeys-Verhelst", "verhelst house"));
        assert!(matches("一号楼 设备安装", "设备"));
        assert!(!matches("House", "house tower"));
        assert!(matches("anything", "  "));
    }
}
