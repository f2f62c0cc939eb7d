//! Who holds the roles of the regulations 授权: roles that nobody holds stand first.

use leptos::prelude::*;
use shared::api::{Grant, PackInfo, Post};
use shared::domain::organisation::Party;
use shared::pack::definition::{Holder, Role};

use super::grant_form::GrantForm;
use super::parties::i18n_comma;
use super::rules::{Rule, Rules};
use crate::i18n::{t, t_string, use_i18n};
use crate::replica::Replica;
use crate::shell::{use_replica, use_shell};
use crate::ui::choose::name_of;
use crate::ui::dialog::Dialog;
use crate::ui::fetched::{Fetched, Fetching};
use crate::ui::form::say;
use crate::ui::icon::Icon;
use crate::ui::span::{EndForm, Held, HeldList};
use crate::words::Texts;

/// What is open over the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    /// A role is granted: its name, and what people call it.
    Grant(String, String),
    End(Held),
}

/// What names parties and projects.
#[derive(Clone, Copy)]
pub(super) struct Names {
    pub(super) i18n: Texts,
    pub(super) replica: Replica,
    pub(super) posts: Fetched<Vec<Post>>,
}

impl Names {
    pub(super) fn party(self, to: Party) -> String {
        let organisation = self.replica.organisation();
        let ended = || t_string!(self.i18n, organisation.gone).to_owned();
        match to {
            Party::Person(person) => organisation.with(|o| name_of(o, person)),
            Party::Department(id) => organisation.with(|o| {
                let mut all = o.iter().flat_map(|o| &o.departments);
                let found = all.find(|department| department.id == id);
                found.map_or_else(ended, |department| department.name.clone())
            }),
            Party::Post(id) => self.posts.with(|posts| {
                let mut all = posts.into_iter().flatten();
                let found = all.find(|post| post.id == id);
                found.map_or_else(ended, |post| post.name.clone())
            }),
        }
    }

    pub(super) fn place(self, grant: &Grant) -> String {
        let Some(project) = grant.project else {
            return t_string!(self.i18n, organisation.everywhere).to_owned();
        };
        let name = self.replica.projects().with(|projects| {
            let mut all = projects.iter().flatten();
            all.find(|row| row.id == project)
                .map(|row| row.name.clone())
        });
        match name {
            Some(name) => t_string!(self.i18n, organisation.in_project, name = name).to_string(),
            None => t_string!(self.i18n, organisation.in_other_project).to_owned(),
        }
    }
}

/// What a kind of party is called.
pub(super) fn kind_name(i18n: Texts, to: Party) -> &'static str {
    match to {
        Party::Department(_) => t_string!(i18n, organisation.kind_department),
        Party::Post(_) => t_string!(i18n, organisation.kind_post),
        Party::Person(_) => t_string!(i18n, organisation.kind_person),
    }
}

#[component]
pub(super) fn Grants() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let rules = Rules::load(replica, true);
    let grants = Fetched::<Vec<Grant>>::of("/api/grants");
    let names = Names {
        i18n,
        replica,
        posts: Fetched::of("/api/posts"),
    };
    let asked = RwSignal::new(None::<String>);
    let chosen = Memo::new(move |_| {
        asked.get().or_else(|| {
            rules
                .list
                .with(|list| list.first().map(|info| info.id.clone()))
        })
    });
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let done = Callback::new(move |()| {
        open.set(None);
        grants.load();
        if let Some(chosen) = chosen.get_untracked() {
            rules.refresh(&chosen);
        }
        shell.say(t_string!(i18n, shell.saved));
    });
    let choice = move |info: PackInfo| {
        let id = info.id.clone();
        let (of, pressed) = (id.clone(), id.clone());
        let vacant = move || {
            rules.known.with(|known| {
                let rule = known.get(&of);
                rule.map_or(0, |rule| {
                    rule.given().filter(|role| rule.vacant(role)).count()
                })
            })
        };
        view! {
            <button
                type="button"
                class="rule-choice"
                data-pack=id.clone()
                aria-pressed=move || (chosen.get().as_ref() == Some(&pressed)).to_string()
                on:click=move |_| asked.set(Some(id.clone()))
            >
                <span class="grow">{move || say(i18n, &info.name)}</span>
                {move || { let n = vacant(); (n != 0).then(|| view! {
                    <span class="badge badge-warn">{t_string!(i18n, organisation.vacant_n, n = n).to_string()}</span>
                }) }}
            </button>
        }
    };
    let open_one = Callback::new(move |what| open.set(Some(what)));
    let title = Signal::derive(move || match open.get() {
        Some(Open::Grant(_, name)) => {
            t_string!(i18n, organisation.grant_of, name = name).to_string()
        }
        _ => t_string!(i18n, organisation.end_title).to_owned(),
    });
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, organisation.grants)}</h2></div>
            <p class="card-body muted party-about">{t!(i18n, organisation.grants_about)}</p>
            <Fetching
                here=Signal::derive(move || grants.here() && rules.list.with(|list| !list.is_empty()))
                failed=Signal::derive(move || grants.failed().get().or_else(|| rules.failed().get()))
                again=Callback::new(move |()| {
                    grants.load();
                    names.posts.load();
                    rules.again(true);
                })
            />
            <div class="rules">
                <div class="rule-choices" role="group" aria-label=t!(i18n, shell.regulations)>
                    {move || rules.list.get().into_iter().map(choice).collect_view()}
                </div>
                <div class="rule-roles">
                    {move || {
                        let chosen = chosen.get().unwrap_or_default();
                        match rules.known.with(|known| known.get(&chosen).cloned()) {
                            Some(rule) => {
                                view! { <Roles rule=rule grants=grants names=names open=open_one /> }.into_any()
                            }
                            None if rules.failed().with(Option::is_some) => ().into_any(),
                            None => view! {
                                <p class="muted card-body" role="status">{t!(i18n, shell.loading)}</p>
                            }.into_any(),
                        }
                    }}
                </div>
            </div>
            <Dialog open=Signal::derive(move || open.with(Option::is_some)) on_close=move || open.set(None) title=title>
                {move || match (open.get_untracked(), chosen.get_untracked()) {
                    (Some(Open::Grant(role, _)), Some(pack)) => view! { <GrantForm pack=pack role=role names=names done=done close=close /> }.into_any(),
                    (Some(Open::End(held)), _) => view! { <EndForm held=held done=done close=close /> }.into_any(),
                    _ => ().into_any(),
                }}
            </Dialog>
        </section>
    }
}

/// The roles of a regulation, those that nobody holds first.
#[component]
fn Roles(
    rule: Rule,
    grants: Fetched<Vec<Grant>>,
    names: Names,
    open: Callback<Open>,
) -> impl IntoView {
    let i18n = names.i18n;
    let mut roles: Vec<Role> = rule.given().cloned().collect();
    roles.sort_by_key(|role| !rule.vacant(role));
    let others = rule.pack.roles.iter();
    let others = others.filter(|role| role.holder == Holder::Project);
    let others: Vec<_> = others.map(|role| role.name.clone()).collect();
    let pack = rule.pack.id.to_string();
    let line = move |role: Role| {
        view! { <RoleLine role=role rule=rule.clone() pack=pack.clone() grants=grants names=names open=open /> }
    };
    view! {
        <ul class="plain-list parties">{roles.into_iter().map(line).collect_view()}</ul>
        {(!others.is_empty()).then(|| view! {
            <p class="card-body muted">
                {move || {
                    let others: Vec<String> = others.iter().map(|name| say(i18n, name)).collect();
                    let roles = others.join(i18n_comma(i18n));
                    t_string!(i18n, organisation.roles_in_projects, roles = roles).to_string()
                }}
            </p>
        })}
    }
}

#[component]
fn RoleLine(
    role: Role,
    rule: Rule,
    pack: String,
    grants: Fetched<Vec<Grant>>,
    names: Names,
    open: Callback<Open>,
) -> impl IntoView {
    let i18n = names.i18n;
    let vacant = rule.vacant(&role);
    let deciders = rule.held(&role).into_iter().flat_map(|held| &held.decide);
    let deciders: Vec<_> = deciders.map(|held| held.person).collect();
    let (name, duties) = (role.name.clone(), role.duties.clone());
    let (called, label, warned) = (name.clone(), name.clone(), name.clone());
    let id = role.id.to_string();
    let (of, shown) = (id.clone(), id.clone());
    let held = Signal::derive(move || {
        grants.with(|all| {
            let all = all.into_iter().flatten();
            let here = all.filter(|grant| grant.pack == pack && grant.role == of);
            here.map(|grant| Held {
                path: format!("/api/grants/{}", grant.id),
                name: names.party(grant.to),
                note: format!("{} · {}", kind_name(i18n, grant.to), names.place(grant)),
                since: grant.since,
                until: grant.until,
            })
            .collect::<Vec<_>>()
        })
    });
    let granted = rule.held(&role).is_some();
    let who = move || {
        let people: Vec<String> = names
            .replica
            .organisation()
            .with(|o| deciders.iter().map(|id| name_of(o, *id)).collect());
        t_string!(
            i18n,
            organisation.decides_now,
            people = people.join(i18n_comma(i18n))
        )
        .to_string()
    };
    view! {
        <li class="party" data-role=shown class:party-vacant=vacant>
            <div class="party-head">
                <h3>{move || say(i18n, &name)}</h3>
                <span class="badge">
                    {move || match role.holder {
                        Holder::Post => t_string!(i18n, organisation.kind_post),
                        _ => t_string!(i18n, organisation.kind_department),
                    }}
                </span>
                <span class="grow"></span>
                <button
                    type="button"
                    class="button"
                    aria-label=move || t_string!(i18n, organisation.grant_of, name = say(i18n, &label)).to_string()
                    on:click=move |_| open.run(Open::Grant(id.clone(), say(i18n, &called)))
                >
                    {t!(i18n, organisation.grant)}
                </button>
            </div>
            {move || { let duties = say(i18n, &duties); (!duties.is_empty()).then(|| view! { <p class="muted party-duties">{duties}</p> }) }}
            {match vacant {
                true => view! {
                    <div class="notice notice-warn">
                        <Icon name="failed" />
                        <p>
                            {move || {
                                let name = say(i18n, &warned);
                                match granted {
                                    true => t_string!(i18n, organisation.vacant_granted, name = name).to_string(),
                                    false => t_string!(i18n, organisation.vacant, name = name).to_string(),
                                }
                            }}
                        </p>
                    </div>
                }.into_any(),
                false => view! { <p class="party-deciders">{who}</p> }.into_any(),
            }}
            <HeldList held=held end=Callback::new(move |held| open.run(Open::End(held))) />
        </li>
    }
}
