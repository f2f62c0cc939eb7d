//! Who could do what when 何时谁有何权: a regulation, a project and a moment; of each role who decided, who could begin, and what
//! gave it to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Grant, HeldBy, Holders};
use shared::base::{GrantId, PersonId};
use shared::pack::Pack;
use shared::pack::definition::{Holder, Role};

use super::audit_words::Named;
use super::parties::i18n_comma;
use super::rules::Rules;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::clock;
use crate::platform::http::{self, HttpError};
use crate::replica::Replica;
use crate::shell::use_replica;
use crate::ui::choose::{Choose, Group, name_of};
use crate::ui::dates;
use crate::ui::fetched::Fetching;
use crate::ui::form::say;
use crate::ui::span::span_words;
use crate::words::Texts;

/// An answer.
#[derive(Clone)]
struct Answer {
    pack: Arc<Pack>,
    holders: Arc<Holders>,
}

#[component]
pub(super) fn Then() -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let rules = Rules::load(replica, false);
    let pack = RwSignal::new(String::new());
    let project = RwSignal::new(String::new());
    let at = RwSignal::new(wall_now());
    let answer = RwSignal::new(None::<Answer>);
    let failed = RwSignal::new(None::<HttpError>);
    let asked = StoredValue::new(0_u32);
    let load = move || {
        let (of, project, at) = (pack.get(), project.get(), at.get());
        let Some(info) = rules
            .list
            .with(|list| list.iter().find(|info| info.id == of).cloned())
        else {
            answer.set(None);
            return;
        };
        let now = clock::local_now();
        let Some((at, _)) = dates::parse(&at, now, now) else {
            answer.set(None);
            return;
        };
        // all of the minute that is named, so that what was done in it counts
        let at = clock::absolute(at).plus_ms(59_999);
        let project = match project.is_empty() {
            true => String::new(),
            false => format!("&project={project}"),
        };
        let path = format!("/api/packs/{of}/holders?at={}{project}", at.0);
        asked.update_value(|n| *n += 1);
        let this = asked.get_value();
        spawn_local(async move {
            let found = http::get::<Holders>(&path).await;
            let pack = replica.pack(info.hash).await;
            if asked.try_get_value() != Some(this) {
                return;
            }
            match (found, pack) {
                (Ok(holders), Ok(pack)) => {
                    failed.set(None);
                    answer.set(Some(Answer {
                        pack,
                        holders: Arc::new(holders),
                    }));
                }
                (Err(error), _) => failed.set(Some(error)),
                (_, Err(_)) => failed.set(Some(HttpError::Unreachable)),
            }
        });
    };
    Effect::new(move |_| load());
    // the first one, until another is chosen
    Effect::new(move |_| {
        let first = rules
            .list
            .with(|list| list.first().map(|info| info.id.clone()));
        if let Some(first) = first
            && pack.with_untracked(String::is_empty)
        {
            pack.set(first);
        }
    });
    let packs = Signal::derive(move || {
        rules.list.with(|list| {
            let options = list
                .iter()
                .map(|info| (info.id.clone(), say(i18n, &info.name)));
            vec![Group {
                label: String::new(),
                options: options.collect(),
            }]
        })
    });
    let projects = Signal::derive(move || {
        replica.projects().with(|projects| {
            let all = projects.iter().flatten();
            let options = all.map(|of| (of.id.to_string(), of.name.clone()));
            vec![Group {
                label: String::new(),
                options: options.collect(),
            }]
        })
    });
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, organisation.then)}</h2></div>
            <div class="card-body filters">
                <Choose
                    id="then-pack"
                    label=t_signal!(i18n, organisation.regulation)
                    value=pack
                    none=t_signal!(i18n, organisation.choose_regulation)
                    groups=packs
                />
                <Choose
                    id="then-project"
                    label=t_signal!(i18n, organisation.grant_where)
                    value=project
                    none=t_signal!(i18n, organisation.any_project)
                    groups=projects
                />
                <div class="field">
                    <label for="then-at">{t!(i18n, organisation.moment)}</label>
                    <input
                        id="then-at"
                        class="input"
                        type="datetime-local"
                        prop:value=move || at.get()
                        on:input=move |event| at.set(event_target_value(&event))
                    />
                </div>
            </div>
            <p class="card-body muted party-about">{t!(i18n, organisation.then_about)}</p>
            <Fetching
                here=Signal::derive(move || answer.with(Option::is_some) || pack.with(String::is_empty))
                failed=Signal::derive(move || failed.get().or_else(|| rules.failed().get()))
                again=Callback::new(move |()| {
                    rules.again(false);
                    untrack(load);
                })
            />
            {move || answer.get().map(|answer| view! { <Held answer=answer replica=replica rules=rules /> })}
        </section>
    }
}

/// Now, as the field of a moment holds it.
fn wall_now() -> String {
    let now = clock::local_now();
    let minute = now.minute_of_day();
    format!("{}T{:02}:{:02}", dates::iso(now), minute / 60, minute % 60)
}

#[component]
fn Held(answer: Answer, replica: Replica, rules: Rules) -> impl IntoView {
    let i18n = use_i18n();
    let Answer { pack, holders } = answer;
    let organisation = replica.organisation();
    let given = |role: &&Role| matches!(role.holder, Holder::Department | Holder::Post);
    let roles: Vec<Role> = pack.roles.iter().filter(given).cloned().collect();
    let (of, keepers) = (holders.clone(), holders.clone());
    let row = move |role: Role| {
        let id = role.id.to_string();
        let holders = holders.clone();
        let cell = Arc::new(move |decide: bool| {
            organisation.with(|o| {
                let named = Named {
                    i18n,
                    organisation: o,
                    names: &holders.names,
                    grants: &[],
                    rules,
                };
                let mut roles = holders.roles.iter();
                let role = roles.find(|held| held.role == id)?;
                let grants: BTreeMap<GrantId, &Grant> =
                    role.grants.iter().map(|grant| (grant.id, grant)).collect();
                let of = if decide { &role.decide } else { &role.begin };
                let acting = |person: PersonId| {
                    let deputies = holders.deputies.iter();
                    let of = deputies.filter(|deputy| decide && deputy.person == person);
                    of.map(|deputy| name_of(o, deputy.deputy)).collect::<Vec<_>>()
                };
                let line = |held: &HeldBy| {
                    let by = held.grants.iter().filter_map(|id| grants.get(id));
                    let by: Vec<String> = by.map(|grant| gives(i18n, &named, grant)).collect();
                    let deputies = acting(held.person);
                    view! {
                        <li>
                            <strong>{name_of(o, held.person)}</strong>
                            <small class="muted">{by.join(" · ")}</small>
                            {(!deputies.is_empty()).then(|| {
                                let deputies = deputies.join(i18n_comma(i18n));
                                view! { <small>{t_string!(i18n, organisation.acting, deputies = deputies).to_string()}</small> }
                            })}
                        </li>
                    }
                };
                (!of.is_empty()).then(|| of.iter().map(line).collect_view())
            })
        });
        let (decide, begin) = (cell.clone(), cell);
        let name = role.name.clone();
        view! {
            <tr data-role=role.id.to_string()>
                <th scope="row">{move || say(i18n, &name)}</th>
                <td data-then="decide">
                    {move || match decide(true) {
                        Some(lines) => view! { <ul class="then-people">{lines}</ul> }.into_any(),
                        None => view! { <span class="badge badge-warn">{t!(i18n, organisation.nobody)}</span> }.into_any(),
                    }}
                </td>
                <td data-then="begin">
                    {move || match begin(false) {
                        Some(lines) => view! { <ul class="then-people">{lines}</ul> }.into_any(),
                        None => view! { <span class="muted">{t!(i18n, organisation.nobody)}</span> }.into_any(),
                    }}
                </td>
            </tr>
        }
    };
    let acting = move || {
        organisation.with(|o| {
            let line = |deputy: &shared::api::Deputy| {
                let (away, acts) = (name_of(o, deputy.person), name_of(o, deputy.deputy));
                let words =
                    t_string!(i18n, organisation.acts_for, deputy = acts, away = away).to_string();
                let span = span_words(i18n, deputy.since, deputy.until);
                view! { <li>{words}" "<small class="muted">{span}</small></li> }
            };
            of.deputies.iter().map(line).collect_view()
        })
    };
    let some = !keepers.deputies.is_empty();
    let keepers = move || {
        organisation.with(|o| {
            let names: Vec<String> = keepers.keepers.iter().map(|id| name_of(o, *id)).collect();
            t_string!(
                i18n,
                organisation.keepers,
                people = names.join(i18n_comma(i18n))
            )
            .to_string()
        })
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t!(i18n, organisation.then)>
            <table class="table then-table" id="then-roles">
                <thead><tr>
                    <th scope="col">{t!(i18n, organisation.role)}</th>
                    <th scope="col">{t!(i18n, organisation.decided)}</th>
                    <th scope="col">{t!(i18n, organisation.could_begin)}</th>
                </tr></thead>
                <tbody>{roles.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <div class="card-body stack-2">
            {some.then(|| view! {
                <h3>{t!(i18n, organisation.deputies_then)}</h3>
                <ul>{acting}</ul>
            })}
            <p class="muted">{keepers}</p>
        </div>
    }
}

/// What a grant gives a role to, from when on.
fn gives(i18n: Texts, named: &Named<'_>, grant: &Grant) -> String {
    let place = match grant.project {
        Some(_) => t_string!(i18n, organisation.for_this_project),
        None => t_string!(i18n, organisation.everywhere),
    };
    let span = span_words(i18n, grant.since, grant.until);
    format!("{} ({place}, {span})", named.party(grant.to))
}
