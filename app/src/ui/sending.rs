//! Something that a form sends to the server, which only the server can do. What was typed stays until it is done.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::ErrorCode;
use shared::domain::organisation::Refusal;

use crate::i18n::{t_string, use_i18n};
use crate::platform::http::HttpError;
use crate::ui::field::ErrorNotice;
use crate::words::{self, Texts};

/// How far it is. A cheap handle.
#[derive(Clone, Copy)]
pub struct Sending {
    i18n: Texts,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    offline: RwSignal<bool>,
}

impl Sending {
    /// Nothing was sent.
    pub fn idle() -> Self {
        Self {
            i18n: use_i18n(),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            offline: RwSignal::new(false),
        }
    }

    /// Whether it is on its way, tracked.
    pub fn busy(self) -> bool {
        self.busy.get()
    }

    /// Says what is wrong with what was typed, before anything is sent.
    pub fn refuse(self, why: impl Into<String>) {
        self.offline.set(false);
        self.error.set(Some(why.into()));
    }

    /// Sends, and does something with what comes back; where nothing does, says why.
    pub fn send<T: 'static>(
        self,
        what: impl Future<Output = Result<T, HttpError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = what.await;
            // the person may have gone elsewhere meanwhile
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(answer) => done(answer),
                Err(failed) => {
                    self.offline.set(failed == HttpError::Unreachable);
                    self.error.set(Some(failure(self.i18n, &failed)));
                }
            }
        });
    }
}

/// What went wrong, above a form's fields.
#[component]
pub fn Sent(
    /// Of what.
    of: Sending,
) -> impl IntoView {
    view! { <ErrorNotice text=of.error offline=of.offline /> }
}

/// Why the organisation is not changed like that.
pub fn refusal(i18n: Texts, refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::EndsBeforeBegins => t_string!(i18n, organisation.refused_order),
        Refusal::Over => t_string!(i18n, organisation.refused_over),
        Refusal::EndedAlready => t_string!(i18n, organisation.refused_ended),
        Refusal::OwnDeputy => t_string!(i18n, organisation.refused_own),
        Refusal::EachOther => t_string!(i18n, organisation.refused_each_other),
        Refusal::Inactive => t_string!(i18n, organisation.refused_inactive),
    }
}

/// What happened, and what to do, where something of the organisation was to be changed.
fn failure(i18n: Texts, failed: &HttpError) -> String {
    let known = match failed {
        HttpError::Unreachable => Some(t_string!(i18n, organisation.unsent)),
        HttpError::Failed(failure) => match failure.code {
            ErrorCode::Exists => Some(t_string!(i18n, organisation.exists)),
            ErrorCode::InUse => Some(t_string!(i18n, organisation.in_use)),
            ErrorCode::Invalid => Refusal::said(&failure.message).map(|r| refusal(i18n, r)),
            _ => None,
        },
    };
    known.map_or_else(|| words::failure(i18n, failed), str::to_owned)
}
