//! The posts of the organisation, and who holds them.

use leptos::prelude::*;
use shared::api::Post;

use super::parties::{Kind, Parties, Party};
use crate::shell::use_replica;
use crate::ui::choose::name_of;
use crate::ui::fetched::{Fetched, Fetching};

#[component]
pub(super) fn Posts() -> impl IntoView {
    let organisation = use_replica().organisation();
    let posts = Fetched::<Vec<Post>>::of("/api/posts");
    let parties = Signal::derive(move || {
        let party = |post: &Post| {
            let id = post.id.to_string();
            let held = post.holders.iter().map(|span| {
                let who = (span.person, organisation.with(|o| name_of(o, span.person)));
                Kind::Post.held(&id, who, (span.since, span.until))
            });
            Party {
                held: held.collect(),
                members: Vec::new(),
                name: post.name.clone(),
                id: id.clone(),
            }
        };
        posts.with(|posts| posts.into_iter().flatten().map(party).collect::<Vec<_>>())
    });
    view! {
        <Parties
            kind=Kind::Post
            parties=parties
            here=Signal::derive(move || posts.here())
            changed=Callback::new(move |()| posts.load())
        >
            <Fetching
                here=Signal::derive(move || posts.here())
                failed=posts.failed()
                again=Callback::new(move |()| posts.load())
            />
        </Parties>
    }
}
