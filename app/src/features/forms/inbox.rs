//! What waits for me, and where my own requests stand.

use leptos::prelude::*;
use leptos_router::components::A;
use shared::api::InboxItem;
use shared::pack::id::FormName;

use super::duties::MyDuties;
use super::{since, wording};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::page;
use crate::shell::use_replica;
use crate::ui::form::say;
use crate::ui::icon::Icon;
use crate::words::Texts;

/// The place of reviews 评审.
#[component]
pub fn Inbox() -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let i18n = use_i18n();
    let inbox = use_replica().inbox();
    let list = move |pick: fn(&shared::api::Inbox) -> &Vec<InboxItem>| {
        Signal::derive(move || {
            inbox.with(|inbox| inbox.as_ref().map(pick).cloned().unwrap_or_default())
        })
    };
    view! {
        <section class="page stack" data-place="inbox">
            <header class="page-head"><h1>{t!(i18n, reviews.inbox)}</h1></header>
            <Lines id="waiting" title=words(i18n, Which::Waiting) none=words(i18n, Which::NoWaiting) items=list(|inbox| &inbox.waiting) />
            <MyDuties />
            <Lines id="mine" title=words(i18n, Which::Mine) none=words(i18n, Which::NoMine) items=list(|inbox| &inbox.mine) />
            <Lines id="copies" title=words(i18n, Which::Copies) none=words(i18n, Which::NoCopies) items=list(|inbox| &inbox.copies) />
        </section>
    }
}

/// On the home page: what waits for me, and what I do again and again.
#[component]
pub fn InboxCard() -> impl IntoView {
    let i18n = use_i18n();
    let inbox = use_replica().inbox();
    let items = Signal::derive(move || {
        inbox.with(|inbox| {
            inbox
                .as_ref()
                .map(|inbox| inbox.waiting.clone())
                .unwrap_or_default()
        })
    });
    view! {
        <Lines id="waiting" title=words(i18n, Which::Waiting) none=words(i18n, Which::NoWaiting) items=items />
        <MyDuties />
    }
}

#[derive(Clone, Copy)]
enum Which {
    Waiting,
    NoWaiting,
    Mine,
    NoMine,
    Copies,
    NoCopies,
}

fn words(i18n: Texts, which: Which) -> Signal<String> {
    Signal::derive(move || {
        let text = match which {
            Which::Waiting => t_string!(i18n, reviews.waiting),
            Which::NoWaiting => t_string!(i18n, reviews.waiting_none),
            Which::Mine => t_string!(i18n, reviews.mine),
            Which::NoMine => t_string!(i18n, reviews.mine_none),
            Which::Copies => t_string!(i18n, reviews.copies),
            Which::NoCopies => t_string!(i18n, reviews.copies_none),
        };
        text.to_owned()
    })
}

#[component]
fn Lines(
    id: &'static str,
    title: Signal<String>,
    none: Signal<String>,
    items: Signal<Vec<InboxItem>>,
) -> impl IntoView {
    view! {
        <section class="card" data-inbox=id>
            <div class="card-head">
                <h2>{title}</h2>
                {move || { let n = items.with(Vec::len); (n > 0).then(|| view! { <span class="badge">{n}</span> }) }}
            </div>
            {move || match items.get() {
                items if items.is_empty() => view! { <p class="card-body muted">{none}</p> }.into_any(),
                items => view! {
                    <ul class="plain-list">{items.into_iter().map(|item| view! { <Line item=item /> }).collect_view()}</ul>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Line(item: InboxItem) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let pack = LocalResource::new(move || async move { replica.pack(item.pack).await.ok() });
    let kind = item.kind.clone();
    let name = move || {
        let kind: FormName = kind.parse().ok()?;
        let pack = pack.get()??;
        Some(say(i18n, &pack.form(&kind)?.name))
    };
    let mut more: Vec<String> = [item.number.clone(), item.title.clone()]
        .into_iter()
        .flatten()
        .collect();
    more.push(item.project_name.clone());
    let author = item.author;
    let acting = StoredValue::new(item.acting_for.clone());
    let acts_for = move || {
        acting.with_value(|acting| {
            (!acting.is_empty()).then(|| wording::acts_for(i18n, replica, acting))
        })
    };
    let (since, due, late, vacant) = (item.since, item.due, item.late, item.vacant);
    let times = move || {
        let mut times = t_string!(i18n, reviews.since, at = wording::when(i18n, since)).to_string();
        if let Some(due) = due {
            times.push_str(" · ");
            times
                .push_str(&t_string!(i18n, reviews.due, at = wording::when(i18n, due)).to_string());
        }
        times
    };
    let since = since::told(i18n, replica, item.project, item.form);
    view! {
        <li>
            <A href=format!("/forms/{}/{}", item.project, item.form) attr:class="line" attr:data-form=item.kind.clone()>
                <span class="grow">
                    <strong>{name}</strong>
                    <small class="muted">{more.join(" · ")}</small>
                    <small class="muted">{move || wording::person(replica, None, author)}" · "{times}</small>
                    {move || since().map(|words| view! { <small class="since" data-since="">{words}</small> })}
                </span>
                {move || acts_for().map(|words| view! { <span class="badge badge-accent" data-acting="">{words}</span> })}
                {late.then(|| view! { <span class="badge badge-warn"><Icon name="failed" />{t!(i18n, reviews.late)}</span> })}
                {vacant.then(|| view! { <span class="badge badge-warn">{t!(i18n, reviews.vacant)}</span> })}
            </A>
        </li>
    }
}
