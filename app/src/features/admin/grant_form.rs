//! A role of a regulation is granted: to whom, where, from when until when.

use leptos::prelude::*;
use shared::api::{Grant, NewGrant};
use shared::domain::organisation::Party;

use super::grants::Names;
use super::party_form::Foot;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http;
use crate::ui::choose::{Choose, Group, people};
use crate::ui::sending::{Sending, Sent, refusal};
use crate::ui::span::{Days, DaysFields};

/// How values of departments, posts and people begin.
const DEPARTMENT: &str = "department:";
const POST: &str = "post:";
const PERSON: &str = "person:";

fn party(value: &str) -> Option<Party> {
    if let Some(id) = value.strip_prefix(DEPARTMENT) {
        id.parse().ok().map(Party::Department)
    } else if let Some(id) = value.strip_prefix(POST) {
        id.parse().ok().map(Party::Post)
    } else {
        value.strip_prefix(PERSON)?.parse().ok().map(Party::Person)
    }
}

#[component]
pub(super) fn GrantForm(
    pack: String,
    role: String,
    names: Names,
    done: Callback<()>,
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let to = RwSignal::new(String::new());
    let project = RwSignal::new(String::new());
    let days = Days::default();
    let parties = Signal::derive(move || {
        let mut groups = Vec::new();
        names.replica.organisation().with(|o| {
            let Some(o) = o else { return };
            let departments = o.departments.iter();
            groups.push(Group {
                label: t_string!(i18n, organisation.departments).to_owned(),
                options: departments
                    .map(|of| (format!("{DEPARTMENT}{}", of.id), of.name.clone()))
                    .collect(),
            });
        });
        names.posts.with(|posts| {
            let posts = posts.into_iter().flatten();
            groups.push(Group {
                label: t_string!(i18n, organisation.posts).to_owned(),
                options: posts
                    .map(|of| (format!("{POST}{}", of.id), of.name.clone()))
                    .collect(),
            });
        });
        names.replica.organisation().with(|o| {
            groups.extend(o.iter().flat_map(|o| people(i18n, o, PERSON)));
        });
        groups
    });
    let projects = Signal::derive(move || {
        names.replica.projects().with(|projects| {
            let all = projects.iter().flatten();
            let options: Vec<_> = all.map(|of| (of.id.to_string(), of.name.clone())).collect();
            vec![Group {
                label: String::new(),
                options,
            }]
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(to) = party(&to.get_untracked()) else {
            sending.refuse(t_string!(i18n, organisation.party_missing));
            return;
        };
        let (since, until) = match days.read() {
            Ok(days) => days,
            Err(refused) => {
                sending.refuse(refusal(i18n, refused));
                return;
            }
        };
        let new = NewGrant {
            pack: pack.clone(),
            role: role.clone(),
            to,
            project: project.get_untracked().parse().ok(),
            since,
            until,
        };
        sending.send(
            async move { http::post::<_, Grant>("/api/grants", &new).await },
            move |_| done.run(()),
        );
    };
    view! {
        <form on:submit=submit novalidate=true>
            <div class="dialog-body">
                <Sent of=sending />
                <Choose
                    id="grant-to"
                    label=t_signal!(i18n, organisation.grant_to)
                    value=to
                    none=t_signal!(i18n, organisation.choose_party)
                    groups=parties
                />
                <p class="field-hint">{t!(i18n, organisation.grant_to_hint)}</p>
                <Choose
                    id="grant-project"
                    label=t_signal!(i18n, organisation.grant_where)
                    value=project
                    none=t_signal!(i18n, organisation.everywhere)
                    groups=projects
                />
                <DaysFields days=days />
            </div>
            <Foot close=close sending=sending />
        </form>
    }
}
