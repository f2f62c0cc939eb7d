//! Naming a deputy: who acts for somebody who is away, from when until when, and why.

use leptos::prelude::*;
use shared::api::{Deputy, NewDeputy, Organisation};
use shared::base::PersonId;
use shared::domain::organisation::Refusal;

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http;
use crate::ui::choose::ChoosePerson;
use crate::ui::field::TextField;
use crate::ui::sending::{Sending, Sent, refusal};
use crate::ui::span::{Days, DaysFields};

/// A form that names a deputy.
#[component]
pub fn DeputyForm(
    /// Who is away, where that is settled.
    away: Option<PersonId>,
    /// Among whom.
    organisation: Signal<Option<Organisation>>,
    /// There is one now.
    done: Callback<()>,
    /// Leaves it.
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let person = RwSignal::new(String::new());
    let deputy = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let days = Days::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let person = away.or_else(|| person.get_untracked().parse().ok());
        let (Some(person), Ok(deputy)) = (person, deputy.get_untracked().parse::<PersonId>())
        else {
            sending.refuse(t_string!(i18n, organisation.person_missing));
            return;
        };
        if person == deputy {
            sending.refuse(refusal(i18n, Refusal::OwnDeputy));
            return;
        }
        let (since, until) = match days.read() {
            Ok(days) => days,
            Err(refused) => {
                sending.refuse(refusal(i18n, refused));
                return;
            }
        };
        let new = NewDeputy {
            person: Some(person),
            deputy,
            since,
            until,
            reason: reason.get_untracked().trim().to_owned(),
        };
        sending.send(
            async move { http::post::<_, Deputy>("/api/deputies", &new).await },
            move |_| done.run(()),
        );
    };
    view! {
        <form on:submit=submit novalidate=true>
            <div class="dialog-body">
                <Sent of=sending />
                {away.is_none().then(|| view! {
                    <ChoosePerson
                        id="deputy-away"
                        label=t_signal!(i18n, organisation.away_who)
                        value=person
                        organisation=organisation
                    />
                })}
                {match away {
                    Some(away) => view! {
                        <ChoosePerson
                            id="deputy-who"
                            label=t_signal!(i18n, organisation.deputy)
                            value=deputy
                            organisation=organisation
                            without=away
                        />
                    }.into_any(),
                    None => view! {
                        <ChoosePerson
                            id="deputy-who"
                            label=t_signal!(i18n, organisation.deputy)
                            value=deputy
                            organisation=organisation
                        />
                    }.into_any(),
                }}
                <DaysFields days=days />
                <TextField
                    id="deputy-reason"
                    label=t_signal!(i18n, organisation.reason)
                    value=reason
                    hint=t_signal!(i18n, organisation.reason_hint)
                />
                <p class="field-hint">{t!(i18n, organisation.deputy_may)}</p>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>{t!(i18n, common.cancel)}</button>
                <button type="submit" id="deputy-go" class="button button-primary" disabled=move || sending.busy()>
                    {t!(i18n, organisation.deputy_name)}
                </button>
            </div>
        </form>
    }
}
