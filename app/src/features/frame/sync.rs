//! The truth about sync, always visible: an icon, a word, a count, and what they mean.

use leptos::prelude::*;
use shared::sync::device::Status;
use shared::sync::wire::Refusal;

use crate::i18n::{t, t_string, use_i18n};
use crate::language::tag;
use crate::platform::intl;
use crate::replica::SyncState;
use crate::shell::{use_replica, use_shell};
use crate::ui::icon::Icon;
use crate::ui::popover::Popover;
use crate::ui::show::Show;
use crate::ui::ticker;
use crate::words::Texts;

/// The name of a state, for styles and tests.
fn name(status: &Status) -> &'static str {
    match status {
        Status::Offline { .. } => "offline",
        Status::Syncing => "syncing",
        Status::Synced { .. } => "synced",
        Status::Failed { .. } => "failed",
    }
}

fn word(i18n: Texts, state: &SyncState) -> String {
    match &state.status {
        Status::Offline { .. } => t_string!(i18n, shell.offline).to_owned(),
        Status::Syncing => t_string!(i18n, shell.syncing).to_owned(),
        Status::Synced { at } => {
            let time = intl::format_time(tag(i18n.get_locale()), *at);
            t_string!(i18n, shell.synced_at, time = time).to_string()
        }
        Status::Failed { .. } => t_string!(i18n, shell.failed).to_owned(),
    }
}

fn cause(i18n: Texts, refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotAllowed => t_string!(i18n, shell.refused_not_allowed),
        Refusal::Malformed | Refusal::Unresolved => t_string!(i18n, shell.refused_malformed),
        Refusal::DependsOnRefused => t_string!(i18n, shell.refused_depends),
        Refusal::ForeignActor => t_string!(i18n, shell.refused_actor),
        Refusal::Storage => t_string!(i18n, shell.refused_storage),
        Refusal::TooLarge | Refusal::Full => t_string!(i18n, shell.refused_large),
        Refusal::Crowded | Refusal::TooFast | Refusal::TooSlow => {
            t_string!(i18n, shell.refused_crowded)
        }
    }
}

/// State, count and time of the last sync; a click explains.
#[component]
pub(super) fn SyncChip() -> impl IntoView {
    let i18n = use_i18n();
    let state = use_replica().sync();
    let open = RwSignal::new(false);
    let state_name = Memo::new(move |_| state.with(|s| name(&s.status)));
    let label = Signal::derive(move || {
        state.with(|s| {
            let word = word(i18n, s);
            if s.waiting > 0 {
                let waiting = t_string!(i18n, shell.only_here_n, n = s.waiting);
                format!("{word}. {waiting}")
            } else {
                word
            }
        })
    });
    view! {
        <Popover
            open=open
            label=label
            class="sync-chip"
            button=move || {
                view! {
                    <span
                        class="sync-face"
                        id="sync"
                        data-sync=move || state_name.get()
                        data-waiting=move || state.with(|s| s.waiting).to_string()
                        data-saving=move || state.with(|s| s.saving).to_string()
                        title=move || label.get()
                    >
                        <span class:icon-spin=move || state_name.get() == "syncing" class="sync-icon">
                            {move || view! { <Icon name=state_name.get() /> }}
                        </span>
                        <span class="sync-word">{move || state.with(|s| word(i18n, s))}</span>
                        <Show when=move || { state.with(|s| s.waiting) > 0 }>
                            <span
                                class="sync-count num"
                                // drawn, not written: the button's name says it in words
                                data-count=move || state.with(|s| s.waiting).to_string()
                            ></span>
                        </Show>
                    </span>
                }
            }
        >
            <SyncPanel />
        </Popover>
        // said once when the state changes, not at every count
        <span class="sr-only" role="status">
            {move || {
                let _ = state_name.get();
                state.with_untracked(|s| word(i18n, s))
            }}
        </span>
    }
}

#[component]
fn SyncPanel() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let state = replica.sync();
    let now = ticker::every_second();
    let headline = move || {
        state.with(|s| match &s.status {
            Status::Offline { .. } => t_string!(i18n, shell.offline_explained).to_owned(),
            Status::Syncing => t_string!(i18n, shell.syncing_explained).to_owned(),
            Status::Synced { .. } => t_string!(i18n, shell.synced_explained).to_owned(),
            Status::Failed { cause: refusal } => {
                t_string!(i18n, shell.failed_explained, why = cause(i18n, *refusal)).to_string()
            }
        })
    };
    let next_try = move || {
        state.with(|s| match s.status {
            Status::Offline { next_try: Some(at) } => {
                let seconds = ticker::seconds_until(now.get(), at);
                (seconds > 0).then(|| t_string!(i18n, shell.next_try, n = seconds).to_string())
            }
            _ => None,
        })
    };
    view! {
        <div class="sync-panel">
            <h2 data-sync=move || state.with(|s| name(&s.status))>
                {move || state.with(|s| word(i18n, s))}
            </h2>
            <p>{headline}</p>
            <dl class="sync-states">
                <div>
                    <dt>
                        <Icon name="device" />
                        {t!(i18n, shell.saved_here)}
                    </dt>
                    <dd>
                        {move || match state.with(|s| s.saving) {
                            0 if shell.trouble.with(Option::is_none)
                                && replica.trouble().with(Option::is_none) => {
                                t_string!(i18n, shell.saved_here_all).to_owned()
                            }
                            0 => t_string!(i18n, shell.saved_here_trouble).to_owned(),
                            n => t_string!(i18n, shell.saved_here_n, n = n).to_string(),
                        }}
                    </dd>
                </div>
                <div>
                    <dt>
                        <Icon name="server" />
                        {t!(i18n, shell.received)}
                    </dt>
                    <dd>
                        {move || match state.with(|s| s.waiting) {
                            0 => t_string!(i18n, shell.received_all).to_owned(),
                            n => t_string!(i18n, shell.only_here_n, n = n).to_string(),
                        }}
                    </dd>
                </div>
                <div>
                    <dt>
                        <Icon name="check" />
                        {t!(i18n, shell.last_sync)}
                    </dt>
                    <dd class="num">
                        {move || match state.with(|s| s.last_sync) {
                            Some(at) => intl::format_timestamp(tag(i18n.get_locale()), at),
                            None => t_string!(i18n, shell.never).to_owned(),
                        }}
                    </dd>
                </div>
            </dl>
            <div class="row">
                <Show when=move || {
                    state.with(|s| !matches!(s.status, Status::Synced { .. } | Status::Syncing))
                }>
                    <button type="button" class="button" on:click=move |_| replica.refresh()>
                        <Icon name="syncing" />
                        {t!(i18n, shell.try_now)}
                    </button>
                </Show>
                <span class="muted num">{next_try}</span>
            </div>
        </div>
    }
}
