//! A link for somebody outside: shown once to be sent, or opened here in their hands.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::OutsideLink;
use shared::base::{DocumentId, PersonId, ProjectId};

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::{page, screen};
use crate::session::{self, Handed};
use crate::shell::use_shell;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::review::when;

/// Where links lead to; what follows is secret.
const PLACE: &str = "/sign/";

/// For whom a link is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signer {
    pub(super) id: PersonId,
    pub(super) name: String,
}

/// A link that was just made: shown this once.
#[component]
pub(super) fn Made(made: RwSignal<Option<(Signer, OutsideLink)>>) -> impl IntoView {
    let i18n = use_i18n();
    let copied = RwSignal::new(None::<bool>);
    let close = move || {
        made.set(None);
        copied.set(None);
    };
    let title = Signal::derive(move || {
        made.with(|made| {
            let name = made.as_ref().map(|(signer, _)| signer.name.clone());
            name.map_or_else(String::new, |name| {
                t_string!(i18n, sign.link_for, name = name).to_string()
            })
        })
    });
    let address = move || {
        made.with(|made| {
            let path = made.as_ref().map(|(_, link)| link.path.clone());
            format!("{}{}", page::origin(), path.unwrap_or_default())
        })
    };
    view! {
        <Dialog open=Signal::derive(move || made.with(Option::is_some)) on_close=close title=title>
            <div class="dialog-body" data-made-link="">
                <p>{move || made.get().map(|(signer, link)| {
                    let at = when(i18n, link.expires);
                    t_string!(i18n, sign.link_once, name = signer.name, at = at).to_string()
                })}</p>
                <div class="row outside-link">
                    <input
                        id="made-link"
                        class="input grow"
                        readonly=true
                        aria-label=move || title.get()
                        prop:value=address
                        on:focus=move |_| screen::focus("made-link")
                    />
                    <button type="button" class="button button-primary" id="copy-link" on:click=move |_| {
                        copied.set(Some(screen::copy(&untrack(address))));
                    }>{t!(i18n, sign.link_copy)}</button>
                </div>
                <p class="muted" role="status">{move || copied.get().map(|copied| match copied {
                    true => t_string!(i18n, sign.link_copied),
                    false => t_string!(i18n, sign.link_not_copied),
                })}</p>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" id="close-link" on:click=move |_| close()>{t!(i18n, sign.link_close)}</button>
            </div>
        </Dialog>
    }
}

/// What `make` takes: for whom, and what is done with the link.
pub(super) type Making = (Signer, Callback<(Signer, OutsideLink)>);

/// Before the tablet goes into other hands: what they see, and what stands before one's own work meanwhile.
#[component]
pub(super) fn HandOver(
    project: ProjectId,
    form: DocumentId,
    hands: RwSignal<Option<Signer>>,
    make: Callback<Making>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let go = Callback::new(move |(_, link): (Signer, OutsideLink)| {
        let secret = link.path.strip_prefix(PLACE).unwrap_or_default();
        let owner = shell.account.with_untracked(|account| {
            let name = account
                .as_ref()
                .map(|account| account.session.display_name.clone());
            name.unwrap_or_default()
        });
        session::hand_over(&Handed {
            link: session::mark(secret),
            owner,
            pin: untrack(|| shell.has_pin()),
            back: format!("/forms/{project}/{form}"),
        });
        spawn_local(async move {
            // what was written here is on the disk before the page goes
            shell.settled().await;
            shell.lock();
            page::go(&link.path);
        });
    });
    let press = move |_| {
        if let Some(signer) = hands.get_untracked() {
            make.run((signer, go));
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || hands.with(Option::is_some))
            on_close=move || hands.set(None)
            title=t_signal!(i18n, sign.hand_title)
        >
            <div class="dialog-body" data-hand-over="">
                <p>{move || hands.get().map(|signer| t_string!(i18n, sign.hand_explained, name = signer.name).to_string())}</p>
                {move || match shell.has_pin() {
                    true => view! { <p>{t!(i18n, sign.hand_pin)}</p> }.into_any(),
                    false => view! {
                        <div class="notice notice-warn"><Icon name="lock" /><p>{t!(i18n, sign.hand_no_pin)}</p></div>
                    }.into_any(),
                }}
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| hands.set(None)>{t!(i18n, common.cancel)}</button>
                <button type="button" class="button button-primary" id="hand-over" on:click=press>
                    {move || match shell.has_pin() {
                        true => t_string!(i18n, sign.hand_go),
                        false => t_string!(i18n, sign.hand_go_open),
                    }}
                </button>
            </div>
        </Dialog>
    }
}
