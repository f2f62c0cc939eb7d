//! While I am away 外出代理: who acts for me, and for whom I act.

use leptos::prelude::*;
use shared::api::Deputy;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::page;
use crate::shell::{use_replica, use_shell};
use crate::ui::choose::name_of;
use crate::ui::deputy::DeputyForm;
use crate::ui::dialog::Dialog;
use crate::ui::fetched::{Fetched, Fetching};
use crate::ui::icon::Icon;
use crate::ui::span::{EndForm, Held, HeldList};

/// What is open over the place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    Naming,
    Ending(Held),
}

#[component]
pub(super) fn Away() -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let me = replica.person();
    let organisation = replica.organisation();
    let deputies = Fetched::<Vec<Deputy>>::of("/api/deputies");
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let done = Callback::new(move |()| {
        open.set(None);
        deputies.load();
        shell.say(t_string!(i18n, shell.saved));
    });
    // those who act for me, or those whom I act for
    let held = move |mine: bool| {
        Signal::derive(move || {
            deputies.with(|all| {
                let all = all.into_iter().flatten();
                let of = all.filter(|deputy| (deputy.person == me) == mine);
                of.map(|deputy| Held {
                    path: format!("/api/deputies/{}", deputy.id),
                    name: organisation
                        .with(|o| name_of(o, if mine { deputy.deputy } else { deputy.person })),
                    note: deputy.reason.clone(),
                    since: deputy.since,
                    until: deputy.until,
                })
                .collect::<Vec<_>>()
            })
        })
    };
    let (mine, others) = (held(true), held(false));
    let end = Callback::new(move |held: Held| open.set(Some(Open::Ending(held))));
    let title = Signal::derive(move || match open.get() {
        Some(Open::Ending(_)) => t_string!(i18n, organisation.end_title).to_owned(),
        _ => t_string!(i18n, organisation.deputy_name).to_owned(),
    });
    view! {
        <section class="card" id="away">
            <div class="card-head">
                <h2 class="grow">{t!(i18n, organisation.away)}</h2>
                <button
                    type="button"
                    class="button button-primary"
                    id="name-deputy"
                    on:click=move |_| open.set(Some(Open::Naming))
                >
                    <Icon name="plus" />
                    {t!(i18n, organisation.deputy_name)}
                </button>
            </div>
            <div class="card-body stack">
                <p class="muted">{t!(i18n, organisation.away_explained)}</p>
                <Fetching
                    here=Signal::derive(move || deputies.here())
                    failed=deputies.failed()
                    again=Callback::new(move |()| deputies.load())
                />
                {move || (deputies.here() && mine.with(Vec::is_empty)).then(|| view! {
                    <p>{t!(i18n, organisation.away_none)}</p>
                })}
                {move || (!mine.with(Vec::is_empty)).then(|| view! {
                    <div data-deputies="mine"><HeldList held=mine end=end /></div>
                })}
                {move || (!others.with(Vec::is_empty)).then(|| view! {
                    <div class="stack-2" data-deputies="others">
                        <h3>{t!(i18n, organisation.acting_for)}</h3>
                        <HeldList held=others end=end />
                    </div>
                })}
            </div>
            <Dialog open=Signal::derive(move || open.with(Option::is_some)) on_close=move || open.set(None) title=title>
                {move || match open.get_untracked() {
                    Some(Open::Ending(held)) => view! { <EndForm held=held done=done close=close /> }.into_any(),
                    _ => view! { <DeputyForm away=Some(me) organisation=organisation done=done close=close /> }.into_any(),
                }}
            </Dialog>
        </section>
    }
}
