//! The departments of the organisation, with their heads and who belongs to them.

use leptos::prelude::*;
use shared::api::Heads;

use super::parties::{Kind, Parties, Party};
use crate::shell::use_replica;
use crate::ui::choose::name_of;
use crate::ui::fetched::{Fetched, Fetching};

#[component]
pub(super) fn Departments() -> impl IntoView {
    let replica = use_replica();
    let organisation = replica.organisation();
    let heads = Fetched::<Vec<Heads>>::of("/api/heads");
    let parties = Signal::derive(move || {
        organisation.with(|o| {
            let departments = o.iter().flat_map(|o| &o.departments);
            let party = |department: &shared::api::Department| {
                let id = department.id.to_string();
                let held = heads.with(|all| {
                    let of = all.into_iter().flatten();
                    let of = of.filter(|of| of.department == department.id);
                    let spans = of.flat_map(|of| &of.heads);
                    spans
                        .map(|span| {
                            let who = (span.person, name_of(o, span.person));
                            Kind::Department.held(&id, who, (span.since, span.until))
                        })
                        .collect()
                });
                let people = o.iter().flat_map(|o| &o.people);
                let members = people.filter(|p| p.active && p.department == Some(department.id));
                Party {
                    held,
                    members: members.map(|p| p.display_name.clone()).collect(),
                    name: department.name.clone(),
                    id,
                }
            };
            departments.map(party).collect::<Vec<_>>()
        })
    });
    let changed = Callback::new(move |()| {
        replica.refresh();
        heads.load();
    });
    view! {
        <Parties
            kind=Kind::Department
            parties=parties
            here=Signal::derive(move || organisation.with(Option::is_some))
            changed=changed
        >
            <Fetching
                here=Signal::derive(move || heads.here())
                failed=heads.failed()
                again=Callback::new(move |()| heads.load())
            />
        </Parties>
    }
}
