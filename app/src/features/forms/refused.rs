//! What waits for the server 待确认, and what it refused.

use leptos::prelude::*;
use shared::base::{DocumentId, ProjectId};

use super::wording;
use crate::i18n::{t, t_string, use_i18n};
use crate::shell::use_replica;
use crate::ui::icon::Icon;

/// What somebody wished about a form (none: about the project) and is not in the ledger: provisional, or refused with the reason.
#[component]
pub(super) fn Waits(project: ProjectId, form: Option<DocumentId>) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let mine = Memo::new(move |_| {
        replica.wishes().with(|all| {
            let mine = all
                .iter()
                .filter(|one| one.wish.project == project && one.form() == form);
            mine.cloned().collect::<Vec<_>>()
        })
    });
    move || {
        mine.get()
            .into_iter()
            .map(|one| {
                let key = one.wish.key;
                let why = match (&one.refused, &one.failed) {
                    (Some(why), _) => Some(wording::refused(i18n, replica, why)),
                    (None, failed) => failed.clone(),
                };
                match why {
                    None => view! {
                        <div class="notice" role="status" data-wish="waiting">
                            <Icon name="syncing" />
                            <p>{t!(i18n, reviews.provisional)}</p>
                        </div>
                    }
                    .into_any(),
                    Some(why) => {
                        let kept = one.kept.map(|seq| t_string!(i18n, reviews.kept_as, seq = seq).to_string());
                        view! {
                            <div class="notice notice-warn" role="alert" data-wish="refused">
                                <Icon name="failed" />
                                <p class="grow">{why}" "{kept}</p>
                                <button type="button" class="button" on:click=move |_| replica.seen(key)>
                                    {t!(i18n, reviews.seen)}
                                </button>
                            </div>
                        }
                        .into_any()
                    }
                }
            })
            .collect_view()
    }
}
