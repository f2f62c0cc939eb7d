//! What is asked about a department or a post: its name, who heads or holds it from when on, whether it is to end.

use leptos::prelude::*;
use shared::api::{Dates, NewPost};
use shared::base::PersonId;

use super::parties::{Kind, Party};
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http;
use crate::shell::use_replica;
use crate::ui::choose::ChoosePerson;
use crate::ui::field::TextField;
use crate::ui::sending::{Sending, Sent, refusal};
use crate::ui::span::{Days, DaysFields};

/// A name, for a new one or one that is there.
#[component]
pub(super) fn NameForm(
    kind: Kind,
    party: Option<Party>,
    done: Callback<()>,
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let name = RwSignal::new(party.as_ref().map(|p| p.name.clone()).unwrap_or_default());
    let id = party.map(|party| party.id);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // departments are named alike
        let new = NewPost {
            name: name.get_untracked().trim().to_owned(),
        };
        let id = id.clone();
        let ask = async move {
            match id {
                Some(id) => http::patch_only(&format!("{}/{id}", kind.path()), &new).await,
                None => http::post_only(kind.path(), &new).await,
            }
        };
        sending.send(ask, move |()| done.run(()));
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body">
                <Sent of=sending />
                <TextField id="party-name" label=t_signal!(i18n, organisation.name) value=name required=true autofocus=true />
            </div>
            <Foot close=close sending=sending />
        </form>
    }
}

/// Who heads or holds it, from when until when.
#[component]
pub(super) fn HoldForm(
    kind: Kind,
    party: Party,
    done: Callback<()>,
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let organisation = use_replica().organisation();
    let person = RwSignal::new(String::new());
    let days = Days::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(person) = person.get_untracked().parse::<PersonId>() else {
            sending.refuse(t_string!(i18n, organisation.person_missing));
            return;
        };
        let dates = match days.read() {
            Ok((since, until)) => Dates { since, until },
            Err(refused) => {
                sending.refuse(refusal(i18n, refused));
                return;
            }
        };
        let path = kind.holder(&party.id, person);
        sending.send(
            async move { http::put_only(&path, &dates).await },
            move |()| done.run(()),
        );
    };
    view! {
        <form on:submit=submit novalidate=true>
            <div class="dialog-body">
                <Sent of=sending />
                <ChoosePerson id="hold-person" label=t_signal!(i18n, organisation.person) value=person organisation=organisation />
                <DaysFields days=days />
            </div>
            <Foot close=close sending=sending />
        </form>
    }
}

/// Whether it is to end.
#[component]
pub(super) fn RemoveForm(
    kind: Kind,
    party: Party,
    done: Callback<()>,
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let path = format!("{}/{}", kind.path(), party.id);
        sending.send(async move { http::delete(&path).await }, move |()| {
            done.run(())
        });
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body">
                <Sent of=sending />
                <p>{move || match kind {
                    Kind::Department => t_string!(i18n, organisation.department_remove_explained),
                    Kind::Post => t_string!(i18n, organisation.post_remove_explained),
                }}</p>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>{t!(i18n, common.cancel)}</button>
                <button type="submit" id="party-remove" class="button button-danger" disabled=move || sending.busy()>
                    {t!(i18n, organisation.remove)}
                </button>
            </div>
        </form>
    }
}

/// The buttons of a form.
#[component]
pub(super) fn Foot(close: Callback<()>, sending: Sending) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| close.run(())>{t!(i18n, common.cancel)}</button>
            <button type="submit" id="form-save" class="button button-primary" disabled=move || sending.busy()>
                {t!(i18n, common.save)}
            </button>
        </div>
    }
}
