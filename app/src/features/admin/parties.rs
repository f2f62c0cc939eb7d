//! Departments and posts as one list each: what they are called, who heads or holds them, and what can be done about it.

use leptos::prelude::*;
use shared::base::{PersonId, Timestamp};

use super::party_form::{HoldForm, NameForm, RemoveForm};
use crate::i18n::{t, t_string, use_i18n};
use crate::shell::use_shell;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::span::{EndForm, Held, HeldList};
use crate::words::Texts;

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Department,
    Post,
}

/// A department or a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) id: String,
    pub(super) name: String,
    /// Who heads or holds it.
    pub(super) held: Vec<(PersonId, Held)>,
    /// The names of those who belong to a department.
    pub(super) members: Vec<String>,
}

impl Kind {
    /// The address of all of them.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Department => "/api/departments",
            Self::Post => "/api/posts",
        }
    }

    /// The address of a person who heads or holds one.
    pub(super) fn holder(self, id: &str, person: PersonId) -> String {
        match self {
            Self::Department => format!("/api/departments/{id}/heads/{person}"),
            Self::Post => format!("/api/posts/{id}/holders/{person}"),
        }
    }

    /// A line of who heads or holds one.
    pub(super) fn held(
        self,
        id: &str,
        (person, name): (PersonId, String),
        (since, until): (Timestamp, Option<Timestamp>),
    ) -> (PersonId, Held) {
        let held = Held {
            path: self.holder(id, person),
            name,
            note: String::new(),
            since,
            until,
        };
        (person, held)
    }

    fn title(self, i18n: Texts) -> &'static str {
        match self {
            Self::Department => t_string!(i18n, organisation.departments),
            Self::Post => t_string!(i18n, organisation.posts),
        }
    }

    pub(super) fn another(self, i18n: Texts) -> &'static str {
        match self {
            Self::Department => t_string!(i18n, organisation.department_new),
            Self::Post => t_string!(i18n, organisation.post_new),
        }
    }

    pub(super) fn give(self, i18n: Texts) -> &'static str {
        match self {
            Self::Department => t_string!(i18n, organisation.head_give),
            Self::Post => t_string!(i18n, organisation.post_give),
        }
    }

    fn about(self, i18n: Texts) -> &'static str {
        match self {
            Self::Department => t_string!(i18n, organisation.departments_about),
            Self::Post => t_string!(i18n, organisation.posts_about),
        }
    }

    fn nobody(self, i18n: Texts) -> &'static str {
        match self {
            Self::Department => t_string!(i18n, organisation.head_none),
            Self::Post => t_string!(i18n, organisation.post_none),
        }
    }

    fn none(self, i18n: Texts) -> &'static str {
        match self {
            Self::Department => t_string!(i18n, organisation.departments_none),
            Self::Post => t_string!(i18n, organisation.posts_none),
        }
    }
}

/// So many members are named at once; more of them when they are asked for.
const FEW: usize = 20;

/// What is open over the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    New,
    Rename(Party),
    Remove(Party),
    Give(Party),
    End(Held),
}

/// All departments, or all posts.
#[component]
pub(super) fn Parties(
    /// Which.
    kind: Kind,
    /// What there is.
    parties: Signal<Vec<Party>>,
    /// Whether that is known.
    here: Signal<bool>,
    /// Something was changed.
    changed: Callback<()>,
    /// What stands above the list.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let done = Callback::new(move |()| {
        open.set(None);
        changed.run(());
        shell.say(t_string!(i18n, shell.saved));
    });
    let title = Signal::derive(move || match open.get() {
        Some(Open::Rename(party)) => {
            t_string!(i18n, organisation.rename_of, name = party.name).to_string()
        }
        Some(Open::Remove(party)) => {
            t_string!(i18n, organisation.remove_of, name = party.name).to_string()
        }
        Some(Open::Give(party)) => format!("{} · {}", party.name, kind.give(i18n)),
        Some(Open::End(_)) => t_string!(i18n, organisation.end_title).to_owned(),
        Some(Open::New) | None => kind.another(i18n).to_owned(),
    });
    let line = move |party: Party| {
        view! { <PartyLine kind=kind party=party open=Callback::new(move |what| open.set(Some(what))) /> }
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 class="grow">{move || kind.title(i18n)}</h2>
                <button type="button" class="button button-primary" id="new-party" on:click=move |_| open.set(Some(Open::New))>
                    <Icon name="plus" />
                    {move || kind.another(i18n)}
                </button>
            </div>
            <p class="card-body muted party-about">{move || kind.about(i18n)}</p>
            {children()}
            <ul class="plain-list parties">
                {move || parties.get().into_iter().map(line).collect_view()}
            </ul>
            {move || (here.get() && parties.with(Vec::is_empty)).then(|| view! {
                <p class="card-body muted">{move || kind.none(i18n)}</p>
            })}
            <Dialog open=Signal::derive(move || open.with(Option::is_some)) on_close=move || open.set(None) title=title>
                {move || match open.get_untracked() {
                    Some(Open::End(held)) => view! { <EndForm held=held done=done close=close /> }.into_any(),
                    Some(Open::Give(party)) => view! { <HoldForm kind=kind party=party done=done close=close /> }.into_any(),
                    Some(Open::Remove(party)) => view! { <RemoveForm kind=kind party=party done=done close=close /> }.into_any(),
                    Some(Open::Rename(party)) => view! { <NameForm kind=kind party=Some(party) done=done close=close /> }.into_any(),
                    Some(Open::New) | None => view! { <NameForm kind=kind party=None done=done close=close /> }.into_any(),
                }}
            </Dialog>
        </section>
    }
}

#[component]
fn PartyLine(kind: Kind, party: Party, open: Callback<Open>) -> impl IntoView {
    let i18n = use_i18n();
    let held: Vec<Held> = party.held.iter().map(|(_, held)| held.clone()).collect();
    let nobody = held.is_empty();
    let count = party.members.len();
    let members = party.members.join(i18n_comma(i18n));
    // what needs a department still keeps it: the button is not there, rather than refused
    let may_remove = kind == Kind::Post || count == 0 && nobody;
    let button = move |class: &'static str,
                       what: Open,
                       label: String,
                       text: fn(Texts, Kind) -> &'static str| {
        view! {
            <button type="button" class=class aria-label=label on:click=move |_| open.run(what.clone())>
                {move || text(i18n, kind)}
            </button>
        }
    };
    let name = party.name.clone();
    let label = |text: &str| format!("{text} {name}");
    view! {
        <li class="party" data-party=party.name.clone()>
            <div class="party-head">
                <h3>{party.name.clone()}</h3>
                {(kind == Kind::Department).then(|| view! {
                    <span class="muted num">{move || t_string!(i18n, shell.people_n, n = count).to_string()}</span>
                })}
                <span class="grow"></span>
                {button("button", Open::Give(party.clone()), label(kind.give(i18n)), |i18n, kind| kind.give(i18n))}
                {button("button button-quiet", Open::Rename(party.clone()), label(t_string!(i18n, organisation.rename)), |i18n, _| t_string!(i18n, organisation.rename))}
                {may_remove.then(|| button("button button-quiet", Open::Remove(party.clone()), label(t_string!(i18n, organisation.remove)), |i18n, _| t_string!(i18n, organisation.remove)))}
            </div>
            {nobody.then(|| view! { <p class="muted party-nobody">{move || kind.nobody(i18n)}</p> })}
            <HeldList held=Signal::stored(held) end=Callback::new(move |held| open.run(Open::End(held))) />
            {match count {
                0 => ().into_any(),
                1..=FEW => view! {
                    <p class="muted party-members">
                        {move || t_string!(i18n, organisation.members_are, people = members.clone()).to_string()}
                    </p>
                }.into_any(),
                _ => view! {
                    <details class="party-members">
                        <summary>{t!(i18n, organisation.members)}</summary>
                        <p>{members}</p>
                    </details>
                }.into_any(),
            }}
        </li>
    }
}

/// What stands between names in a row.
pub(super) fn i18n_comma(i18n: Texts) -> &'static str {
    t_string!(i18n, organisation.between)
}
