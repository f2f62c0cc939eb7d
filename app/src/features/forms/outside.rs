//! A step waits for somebody outside 外部人员: who that is, a link for them, and the tablet in their hands.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{NewOutsideLink, OutsideLink};
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::domain::permission::Role;
use shared::ledger::{Act, Project};
use shared::pack::Pack;
use shared::pack::definition::Holder;
use shared::pack::id::RoleName;
use shared::pack::review::Holds;

use super::links::{HandOver, Made, Signer};
use super::wording;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::shell::use_replica;
use crate::ui::field::ErrorNotice;
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

/// A role that somebody outside holds, and who does in this project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    role: RoleName,
    name: String,
    people: Vec<(PersonId, String)>,
}

fn asked(i18n: words::Texts, project: &Project<'_>, pack: &Pack, role: &RoleName) -> Option<Asked> {
    let known = pack.role(role)?;
    if known.holder != Holder::Outside {
        return None;
    }
    let holders = project.holders().get(role).into_iter().flatten();
    let people = holders.filter_map(|id| Some((*id, project.outside().get(id)?.clone())));
    Some(Asked {
        role: role.clone(),
        name: wording::role(i18n, pack, role),
        people: people.collect(),
    })
}

/// Whether a person may name somebody outside: they manage the project, or hold a role in it.
fn may_name(project: ProjectId) -> Memo<bool> {
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let me = replica.person();
    Memo::new(move |_| {
        let manages = replica.projects().with(|all| {
            let row = all.iter().flatten().find(|row| row.id == project);
            row.is_some_and(|row| row.role == Role::Manager)
        });
        let holds = |project: &Project<'_>| project.holders().values().any(|who| who.contains(&me));
        manages || ledger.with(|ledger| ledger.as_ref().is_some_and(|ledger| ledger.look(holds)))
    })
}

/// The roles of the project's regulation that people outside hold, with who does.
#[component]
pub(super) fn OutsideRoles(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let ledger = use_replica().ledger(project).ledger();
    let all = Memo::new(move |_| {
        ledger.with(|ledger| {
            let look = |project: &Project<'_>| {
                let (_, pack) = project.pack()?;
                let roles = pack.roles.iter();
                let all = roles.filter_map(|role| asked(i18n, project, pack, &role.id));
                Some(all.collect::<Vec<Asked>>())
            };
            ledger.as_ref()?.look(look)
        })
    });
    let names = may_name(project);
    move || {
        let all = all.get().filter(|all| !all.is_empty() && names.get())?;
        let lines = all.into_iter().map(|one| view! {
            <li>
                <strong>{one.name.clone()}</strong>
                {one.people.iter().map(|(_, name)| view! { <p>{name.clone()}</p> }).collect_view()}
                <Name project=project of=one />
            </li>
        });
        Some(view! {
            <section class="card" data-list="outside">
                <div class="card-head"><h2>{t!(i18n, sign.outside)}</h2></div>
                <ul class="card-body outside-asked">{lines.collect_view()}</ul>
            </section>
        })
    }
}

/// Names somebody for a role.
#[component]
fn Name(project: ProjectId, of: Asked) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let name = RwSignal::new(String::new());
    let id = format!("name-{}", of.role);
    let hint = format!("{id}-hint");
    let title = of.name;
    let role = of.role;
    let waits = Memo::new({
        let role = role.clone();
        move |_| {
            replica.wishes().with(|all| {
                let of = |act: &Act| matches!(act, Act::Invite { role: of, .. } if *of == role);
                all.iter().any(|one| one.is_open() && of(&one.wish.act))
            })
        }
    });
    let word = role.to_string();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = name.get_untracked().trim().to_owned();
        if text.is_empty() || waits.get_untracked() {
            return;
        }
        let act = Act::Invite {
            role: role.clone(),
            person: crate::platform::random::person_id(),
            name: text,
        };
        replica.wish(project, act);
        name.set(String::new());
    };
    view! {
        <form class="outside-name" data-name-outside=word on:submit=submit>
            <label for=id.clone()>{move || t_string!(i18n, sign.name_label, role = title.clone()).to_string()}</label>
            <div class="row">
                <input
                    id=id
                    class="input grow"
                    maxlength="200"
                    autocomplete="off"
                    aria-describedby=hint.clone()
                    prop:value=move || name.get()
                    on:input=move |ev| name.set(event_target_value(&ev))
                />
                <button type="submit" class="button" disabled=move || waits.get() || name.with(|name| name.trim().is_empty())>
                    {t!(i18n, sign.name_button)}
                </button>
            </div>
            <span class="field-hint" id=hint>{t!(i18n, sign.name_hint)}</span>
        </form>
    }
}

/// What is asked of people outside at the step where a form stands.
#[component]
pub(super) fn Outside(project: ProjectId, form: DocumentId) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let waiting = Memo::new(move |_| {
        ledger.with(|ledger| {
            let look = |project: &Project<'_>| {
                let known = project.forms().get(&form)?;
                let seats = known.review.as_ref()?.seats().iter();
                let roles = seats.filter_map(|seat| match &seat.holds {
                    Holds::Role(role) if seat.is_open() => Some(role),
                    _ => None,
                });
                let all = roles.filter_map(|role| asked(i18n, project, known.pack, role));
                Some(all.collect::<Vec<Asked>>())
            };
            let all = ledger.as_ref()?.look(look);
            all.filter(|all| !all.is_empty())
        })
    });
    let member = Memo::new(move |_| {
        let of = |all: &Option<Vec<shared::api::Project>>| {
            all.iter().flatten().any(|row| row.id == project)
        };
        replica.projects().with(of)
    });
    let names = may_name(project);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let offline = RwSignal::new(false);
    let made = RwSignal::new(None::<(Signer, OutsideLink)>);
    let hands = RwSignal::new(None::<Signer>);
    let make = move |signer: Signer, then: Callback<(Signer, OutsideLink)>| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let new = NewOutsideLink {
                person: signer.id,
                form,
            };
            let path = format!("/api/projects/{project}/outside");
            let answer = http::post::<_, OutsideLink>(&path, &new).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(link) => then.run((signer, link)),
                Err(failed) => {
                    offline.set(failed == HttpError::Unreachable);
                    error.set(Some(match failed {
                        HttpError::Unreachable => t_string!(i18n, sign.link_offline).to_owned(),
                        failed => words::failure(i18n, &failed),
                    }));
                    hands.set(None);
                }
            }
        });
    };
    let show = Callback::new(move |link| made.set(Some(link)));
    let lines = move || {
        let all = waiting.get().unwrap_or_default().into_iter();
        let lines = all.map(|one| {
            let title = one.name.clone();
            let nobody = one.people.is_empty().then(|| {
                let title = title.clone();
                view! { <p>{move || t_string!(i18n, sign.outside_none, role = title.clone()).to_string()}</p> }
            });
            let people = one.people.clone().into_iter().map(|(id, name)| {
                let signer = Signer { id, name };
                let (link, tablet) = (signer.clone(), signer.clone());
                view! {
                    <div class="outside-signer" data-signer=id.to_string()>
                        <strong class="grow">{signer.name}</strong>
                        <Show when=move || member.get()>
                            {
                                let (link, tablet) = (link.clone(), tablet.clone());
                                view! {
                                    <button type="button" class="button" data-link="make" disabled=move || busy.get() on:click=move |_| make(link.clone(), show)>
                                        {t!(i18n, sign.link_make)}
                                    </button>
                                    <button type="button" class="button" data-link="tablet" disabled=move || busy.get() on:click=move |_| hands.set(Some(tablet.clone()))>
                                        <Icon name="device" />{t!(i18n, sign.link_here)}
                                    </button>
                                }
                            }
                        </Show>
                    </div>
                }
            });
            let people = people.collect_view();
            view! {
                <li>
                    <p>{move || t_string!(i18n, sign.outside_waits, role = title.clone()).to_string()}</p>
                    {nobody}
                    {people}
                    {move || match names.get() {
                        true if one.people.is_empty() => view! { <Name project=project of=one.clone() /> }.into_any(),
                        true => view! {
                            <details>
                                <summary>{t!(i18n, sign.name_another)}</summary>
                                <Name project=project of=one.clone() />
                            </details>
                        }.into_any(),
                        false if one.people.is_empty() => view! { <p class="muted">{t!(i18n, sign.name_not)}</p> }.into_any(),
                        false => ().into_any(),
                    }}
                </li>
            }
        });
        lines.collect_view()
    };
    view! {
        <Show when=move || waiting.with(Option::is_some)>
            <section class="card no-print" data-outside="">
                <div class="card-head"><h2>{t!(i18n, sign.outside)}</h2></div>
                <div class="card-body stack-2">
                    <ErrorNotice text=error offline=offline />
                    <ul class="outside-asked">{lines}</ul>
                    <Show when=move || !member.get()>
                        <p class="muted">{t!(i18n, sign.link_members)}</p>
                    </Show>
                </div>
            </section>
        </Show>
        <Made made=made />
        <HandOver project=project form=form hands=hands make=Callback::new(move |(signer, then)| make(signer, then)) />
    }
}
