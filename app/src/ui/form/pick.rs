//! Picking somebody or something by typing a part of the name, also as Chinese is spelt in Latin letters.

use std::sync::Arc;

use leptos::prelude::*;
use shared::base::sort;
use shared::pack::form::Field;

use super::field::{Ways, place};
use super::host::Asked;
use super::state::Cx;
use super::typed::Candidate;
use crate::i18n::t;
use crate::platform::{pinyin, screen};
use crate::ui::show::Show;

/// At most so many are offered at once.
const MOST: usize = 40;

/// Those whose name, or what tells them apart, holds all words; whose name begins so come first.
pub(super) fn matching(
    all: &[Candidate],
    search: &str,
    spelt: impl Fn(&str) -> String,
) -> Vec<Candidate> {
    let search = search.trim().to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let latin = words.iter().any(|word| word.is_ascii());
    let holds = |one: &&Candidate| {
        let name = format!("{} {}", one.name, one.more).to_lowercase();
        let plain = words.iter().all(|word| name.contains(word));
        plain
            || latin && !name.is_ascii() && {
                let spelt = spelt(&name);
                let held = |word: &&str| name.contains(*word) || spelt.contains(*word);
                words.iter().all(held)
            }
    };
    let mut found: Vec<Candidate> = all.iter().filter(holds).cloned().collect();
    sort::by_key(&mut found, |one| {
        !one.name.to_lowercase().starts_with(&search)
    });
    found.truncate(MOST);
    found
}

/// The list below a field that is typed into. Which entry is marked, the field's keys say.
#[component]
pub(super) fn Offers(
    /// The list's id.
    id: String,
    /// What it offers.
    #[prop(into)]
    offers: Signal<Vec<Candidate>>,
    /// Which one is marked.
    at: RwSignal<usize>,
    /// One was chosen.
    pick: Callback<Candidate>,
    cx: Cx,
) -> impl IntoView {
    let i18n = cx.i18n;
    let entries = {
        let id = id.clone();
        move || {
            let offered = offers.get();
            let entries = offered.into_iter().enumerate().map(|(place, one)| {
                let (name, more) = (one.name.clone(), one.more.clone());
                view! {
                    <li
                        id=format!("{id}-{place}")
                        role="option"
                        aria-selected=move || (at.get() == place).to_string()
                        on:pointerdown=move |ev| {
                            // the field keeps the focus
                            ev.prevent_default();
                            pick.run(one.clone());
                        }
                    >
                        <span class="grow">{name}</span>
                        <span class="muted">{more}</span>
                    </li>
                }
            });
            entries.collect_view()
        }
    };
    view! {
        <ul id=id class="form-offers" role="listbox" aria-label=t!(i18n, forms.offers)>
            {entries}
        </ul>
        <Show when=move || offers.with(Vec::is_empty)>
            <p class="form-offers form-offers-none muted" role="status">{t!(i18n, forms.offers_none)}</p>
        </Show>
    }
}

/// A key for a list of offers: whether it was one.
pub(super) fn move_mark(key: &str, at: RwSignal<usize>, count: usize) -> bool {
    let now = at.get_untracked();
    let next = match key {
        "ArrowDown" if count > 0 => (now + 1) % count,
        "ArrowUp" if count > 0 => (now + count - 1) % count,
        _ => return false,
    };
    at.set(next);
    true
}

/// A person, a department, a task.
#[component]
pub(super) fn Picker(cx: Cx, field: Arc<Field>, ways: Ways, asked: Asked) -> impl IntoView {
    let standing = cx.standing(&field.id);
    let value = standing.value;
    let kept = StoredValue::new(place(&field));
    let asked = StoredValue::new(asked);
    let typed = RwSignal::new(None::<String>);
    let open = RwSignal::new(false);
    let at = RwSignal::new(0_usize);
    let list = StoredValue::new(format!("{}-list", ways.id));
    let name = Memo::new(move |_| {
        let value = value.get();
        value.map_or_else(String::new, |value| {
            cx.host.name.run(value).unwrap_or_else(|| "–".to_owned())
        })
    });
    let offers = Memo::new(move |_| {
        if !open.get() {
            return Vec::new();
        }
        let all = cx.host.candidates.run(asked.get_value());
        let search = typed.get().unwrap_or_default();
        matching(&all, &search, pinyin::spelt)
    });
    let pick = Callback::new(move |one: Candidate| {
        standing.unread.set(None);
        typed.set(None);
        open.set(false);
        cx.commit(&kept.get_value(), Some(one.value));
    });
    let leave = move || {
        // the form may be gone with the focus in it; what was typed is in the journal
        if open.try_set(false).is_some() {
            return;
        }
        let Some(text) = typed.get_untracked() else {
            return;
        };
        match cx.commit_text(&kept.get_value(), &text) {
            Ok(()) => {
                standing.unread.set(None);
                typed.set(None);
            }
            Err(unread) => standing.unread.set(Some(unread)),
        }
    };
    let input = move |ev: leptos::ev::Event| {
        let text = event_target_value(&ev);
        // half a name is nobody's: it waits until one is picked or the field is left
        cx.typed(&kept.get_value(), &text, || {});
        typed.set(Some(text));
        standing.unread.set(None);
        at.set(0);
        open.set(true);
    };
    let keys = move |ev: leptos::ev::KeyboardEvent| {
        if ev.is_composing() {
            return;
        }
        let key = ev.key();
        match key.as_str() {
            "Escape" if open.get_untracked() || typed.with_untracked(Option::is_some) => {
                ev.prevent_default();
                ev.stop_propagation();
                standing.unread.set(None);
                typed.set(None);
                open.set(false);
                cx.give_up(&kept.get_value());
            }
            "Enter" => {
                ev.prevent_default();
                let marked =
                    offers.with_untracked(|offers| offers.get(at.get_untracked()).cloned());
                let emptied = typed.with_untracked(|text| {
                    text.as_ref().is_some_and(|text| text.trim().is_empty())
                });
                match marked.filter(|_| open.get_untracked() && !emptied) {
                    Some(one) => pick.run(one),
                    None => leave(),
                }
            }
            _ if open.get_untracked() => {
                let count = offers.with_untracked(Vec::len);
                if move_mark(&key, at, count) {
                    ev.prevent_default();
                    let list = list.get_value();
                    screen::scroll_into_view(&format!("{list}-{}", at.get_untracked()));
                }
            }
            "ArrowDown" => {
                ev.prevent_default();
                at.set(0);
                open.set(true);
            }
            _ => {}
        }
    };
    view! {
        <div class="form-pick">
            <input
                id=ways.id
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                aria-autocomplete="list"
                aria-expanded=move || open.get().to_string()
                aria-controls=list.get_value()
                aria-activedescendant=move || {
                    let marked = at.get();
                    let there = offers.with(|offers| marked < offers.len());
                    there.then(|| format!("{}-{marked}", list.get_value()))
                }
                aria-describedby=ways.described
                aria-invalid=move || ways.invalid.get().then_some("true")
                aria-required=move || ways.required.get().then_some("true")
                placeholder=t!(cx.i18n, forms.pick)
                prop:value=move || typed.get().unwrap_or_else(|| name.get())
                on:input=input
                on:click=move |_| open.set(true)
                on:blur=move |_| leave()
                on:keydown=keys
            />
            <Show when=move || open.get()>
                <Offers id=list.get_value() offers=offers at=at pick=pick cx=cx />
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::base::PersonId;
    use shared::pack::value::Value;

    fn names(search: &str) -> Vec<String> {
        let one = |byte, name: &str, more: &str| Candidate {
            value: Value::Person(PersonId::from_bytes([byte; 16])),
            name: name.to_owned(),
            more: more.to_owned(),
        };
        let all = [
            one(1, "王建国", "经营计划部"),
            one(2, "李王", "商务部"),
            one(3, "Anna", "财务部"),
        ];
        let spelt = |text: &str| match text.starts_with("王建国") {
            true => "wangjianguo\nwjg".to_owned(),
            false => String::new(),
        };
        let found = matching(&all, search, spelt);
        found.into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn people_are_found_by_name_by_department_and_as_they_are_spelt() {
        assert_eq!(names("王"), ["王建国", "李王"]);
        assert_eq!(names("李"), ["李王"]);
        assert_eq!(names("商务"), ["李王"]);
        assert_eq!(names("wjg"), ["王建国"]);
        assert_eq!(names("ann 财务"), ["Anna"]);
        assert_eq!(names("nobody"), [""; 0]);
        assert_eq!(names(" ").len(), 3);
    }
}
