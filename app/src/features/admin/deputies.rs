//! Who acts for whom, of everybody.

use leptos::prelude::*;
use shared::api::Deputy;

use crate::i18n::{t, t_string, use_i18n};
use crate::shell::{use_replica, use_shell};
use crate::ui::choose::name_of;
use crate::ui::deputy::DeputyForm;
use crate::ui::dialog::Dialog;
use crate::ui::fetched::{Fetched, Fetching};
use crate::ui::icon::Icon;
use crate::ui::span::{EndForm, Held, HeldList};

/// What is open over the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    Naming,
    Ending(Held),
}

#[component]
pub(super) fn Deputies() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let organisation = use_replica().organisation();
    let deputies = Fetched::<Vec<Deputy>>::of("/api/deputies?all=true");
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let done = Callback::new(move |()| {
        open.set(None);
        deputies.load();
        shell.say(t_string!(i18n, shell.saved));
    });
    let held = Signal::derive(move || {
        let line = |deputy: &Deputy| {
            let (away, acts) =
                organisation.with(|o| (name_of(o, deputy.person), name_of(o, deputy.deputy)));
            Held {
                path: format!("/api/deputies/{}", deputy.id),
                name: t_string!(i18n, organisation.acts_for, deputy = acts, away = away)
                    .to_string(),
                note: deputy.reason.clone(),
                since: deputy.since,
                until: deputy.until,
            }
        };
        deputies.with(|all| all.into_iter().flatten().map(line).collect::<Vec<_>>())
    });
    let title = Signal::derive(move || match open.get() {
        Some(Open::Ending(_)) => t_string!(i18n, organisation.end_title).to_owned(),
        _ => t_string!(i18n, organisation.deputy_name).to_owned(),
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 class="grow">{t!(i18n, organisation.deputies)}</h2>
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
            <p class="card-body muted party-about">{t!(i18n, organisation.deputies_about)}</p>
            <Fetching
                here=Signal::derive(move || deputies.here())
                failed=deputies.failed()
                again=Callback::new(move |()| deputies.load())
            />
            <div class="card-body parties-list">
                <HeldList held=held end=Callback::new(move |held| open.set(Some(Open::Ending(held)))) />
                {move || (deputies.here() && held.with(Vec::is_empty)).then(|| view! {
                    <p class="muted">{t!(i18n, organisation.deputies_none)}</p>
                })}
            </div>
            <Dialog open=Signal::derive(move || open.with(Option::is_some)) on_close=move || open.set(None) title=title>
                {move || match open.get_untracked() {
                    Some(Open::Ending(held)) => view! { <EndForm held=held done=done close=close /> }.into_any(),
                    _ => view! { <DeputyForm away=None organisation=organisation done=done close=close /> }.into_any(),
                }}
            </Dialog>
        </section>
    }
}
