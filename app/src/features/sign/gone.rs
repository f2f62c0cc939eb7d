//! Why there is nothing to sign: the link is not good, or the form is elsewhere.

use leptos::prelude::*;
use shared::api::ErrorCode;
use shared::ledger::project::Standing;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::http::HttpError;
use crate::ui::icon::Icon;
use crate::words::{self, Texts};

/// Why there is nothing to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gone {
    /// It was signed by this link already.
    Used,
    /// Its time is over.
    Over,
    /// There never was such a link.
    Unknown,
    /// Too many asked: wait so many seconds.
    Wait(u32),
    /// The server was not reached.
    Offline,
    /// Something else: what happened and what to do.
    Failed(HttpError),
}

impl Gone {
    /// Where a failure says that the link is not good.
    pub(super) fn of(error: &HttpError) -> Option<Self> {
        let HttpError::Failed(failure) = error else {
            return None;
        };
        match failure.code {
            ErrorCode::LinkUsed => Some(Self::Used),
            ErrorCode::LinkOver => Some(Self::Over),
            ErrorCode::NotFound => Some(Self::Unknown),
            _ => None,
        }
    }

    pub(super) fn why(error: HttpError) -> Self {
        match (Self::of(&error), error) {
            (Some(gone), _) => gone,
            (None, HttpError::Unreachable) => Self::Offline,
            (None, HttpError::Failed(failure)) if failure.code == ErrorCode::TooMany => {
                Self::Wait(failure.retry_after.unwrap_or(60))
            }
            (None, error) => Self::Failed(error),
        }
    }

    /// The word of it for tests and style sheets.
    const fn word(&self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Over => "over",
            Self::Unknown => "unknown",
            Self::Wait(_) => "wait",
            Self::Offline => "offline",
            Self::Failed(_) => "failed",
        }
    }

    fn words(&self, i18n: Texts) -> (&'static str, String) {
        match self {
            Self::Used => (
                t_string!(i18n, sign.used_title),
                t_string!(i18n, sign.used).to_owned(),
            ),
            Self::Over => (
                t_string!(i18n, sign.over_title),
                t_string!(i18n, sign.over).to_owned(),
            ),
            Self::Unknown => (
                t_string!(i18n, sign.unknown_title),
                t_string!(i18n, sign.unknown).to_owned(),
            ),
            Self::Wait(seconds) => (
                t_string!(i18n, sign.wait_title),
                t_string!(i18n, sign.wait, n = seconds).to_string(),
            ),
            Self::Offline => (
                t_string!(i18n, sign.offline_title),
                t_string!(i18n, sign.offline).to_owned(),
            ),
            Self::Failed(error) => (
                t_string!(i18n, sign.failed_title),
                words::failure(i18n, error),
            ),
        }
    }
}

/// There is nothing to sign, and why.
#[component]
pub(super) fn Nothing(gone: Gone, again: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let icon = match gone {
        Gone::Used => "check",
        Gone::Offline => "offline",
        _ => "failed",
    };
    let retry = matches!(gone, Gone::Offline | Gone::Wait(_) | Gone::Failed(_));
    let word = gone.word();
    let words = StoredValue::new(gone);
    view! {
        <section class="card empty" data-gone=word role="alert">
            <Icon name=icon />
            <h1>{move || words.with_value(|gone| gone.words(i18n).0)}</h1>
            <p>{move || words.with_value(|gone| gone.words(i18n).1)}</p>
            {retry.then(|| view! {
                <button type="button" class="button" id="try-again" on:click=move |_| again.run(())>{t!(i18n, sign.try_again)}</button>
            })}
        </section>
    }
}

/// The form is there, and nobody waits for who has the link.
#[component]
pub(super) fn NotNow(standing: Standing) -> impl IntoView {
    let i18n = use_i18n();
    let word = match standing {
        Standing::Draft(_) => "draft",
        Standing::UnderReview => "review",
        _ => "ended",
    };
    let text = move || match standing {
        Standing::Draft(_) => t_string!(i18n, sign.not_now_draft),
        Standing::UnderReview => t_string!(i18n, sign.not_now_review),
        _ => t_string!(i18n, sign.not_now_ended),
    };
    view! {
        <div class="notice notice-warn" role="status" data-not-now=word><Icon name="help" /><p>{text}</p></div>
    }
}
