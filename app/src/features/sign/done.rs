//! After it: what was signed and when, to be printed, and the way of a tablet back to whose it is.

use leptos::prelude::*;
use shared::ledger::Act;
use shared::ledger::record::What;
use shared::pack::review::Opinion;

use super::decide::{Receipt, label};
use super::host::host;
use super::read::Shown;
use super::typed::Typed;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::{element, page};
use crate::session::{self, Handed};
use crate::ui::dialog::Dialog;
use crate::ui::form::paper::Paper;
use crate::ui::form::{Edit, Files, say};
use crate::ui::icon::Icon;
use crate::ui::review;
use crate::ui::show::Show;

/// It is sent and taken.
#[component]
pub(super) fn Sent(
    /// The form, with what was just signed.
    shown: Shown,
    files: Files,
    receipt: Receipt,
) -> impl IntoView {
    let i18n = use_i18n();
    let facts = shown.facts();
    let host = host(files, &shown, Callback::new(|_: Edit| {}));
    let agreed = receipt.choice.opinion == Opinion::Approve;
    let Receipt { entry, choice } = receipt;
    let act = entry.record().and_then(|record| match record.what {
        What::Act(Act::Form(act)) => Some(act),
        _ => None,
    });
    let words = act
        .as_ref()
        .map(|act| act.words.clone())
        .unwrap_or_default();
    let signature = act.and_then(|act| act.signature);
    let picture = move |text: String| files.picture.run(text);
    let known = StoredValue::new(shown);
    let (seq, at) = (entry.seq, entry.at);
    let print: String = entry.hash.to_string().chars().take(16).collect();
    let lines = move || {
        known.with_value(|shown| {
            let facts = shown.facts()?;
            let form = [Some(say(i18n, &facts.def.name)), facts.title.clone()];
            let form: Vec<String> = form.into_iter().flatten().collect();
            let mut all = vec![
                (
                    t_string!(i18n, sign.organisation),
                    shown.0.organisation.clone(),
                ),
                (t_string!(i18n, sign.project), shown.0.project_name.clone()),
                (t_string!(i18n, sign.form), form.join(" · ")),
                (
                    t_string!(i18n, sign.number),
                    facts.number.clone().unwrap_or_default(),
                ),
                (t_string!(i18n, sign.signer), shown.0.name.clone()),
                (
                    t_string!(i18n, sign.what),
                    label(i18n, shown, &facts, &choice),
                ),
                (t_string!(i18n, sign.words_said), words.clone()),
                (t_string!(i18n, sign.signed_at), review::when(i18n, at)),
                (
                    t_string!(i18n, sign.record),
                    t_string!(i18n, sign.entry, seq = seq, hash = print.clone()).to_string(),
                ),
            ];
            all.retain(|(_, text)| !text.is_empty());
            let line =
                |(name, text): (&'static str, String)| view! { <dt>{name}</dt><dd>{text}</dd> };
            Some(all.into_iter().map(line).collect_view())
        })
    };
    let opinions = Signal::derive(move || known.with_value(|shown| shown.boxes(i18n, &picture)));
    view! {
        <section class="card outside-sent" data-sent="">
            <div class="card-body stack">
                <div class="notice notice-ok" role="status">
                    <Icon name="check" />
                    <div>
                        <h1 tabindex="-1" id="sent-title">
                            {move || match agreed {
                                true => t_string!(i18n, sign.sent_title),
                                false => t_string!(i18n, sign.sent_not_title),
                            }}
                        </h1>
                        <p class="no-print">{move || known.with_value(|shown| t_string!(i18n, sign.sent_explained, organisation = shown.asker()).to_string())}</p>
                    </div>
                </div>
                <dl class="outside-facts">
                    {lines}
                    {move || signature.clone().and_then(picture).map(|address| view! {
                        <dt>{t!(i18n, sign.signature)}</dt>
                        <dd><img class="review-signature" src=address alt=t!(i18n, sign.signature) /></dd>
                    })}
                </dl>
                <div class="row no-print">
                    <button type="button" class="button button-primary" id="sign-print" on:click=move |_| element::print()>
                        {t!(i18n, sign.print)}
                    </button>
                </div>
                <p class="muted no-print">{t!(i18n, sign.keep_hint)}</p>
            </div>
        </section>
        {facts.map(|facts| {
            let (answers, number) = (facts.answers.clone(), facts.number.clone());
            view! {
                <details class="outside-paper" open=true>
                    <summary class="no-print">{t!(i18n, sign.what_was_signed)}</summary>
                    <Paper
                        form=facts.def
                        answers=Signal::stored(answers)
                        host=host
                        number=Signal::stored(number)
                        opinions=opinions
                    />
                </details>
            }
        })}
    }
}

/// Whose tablet it is, and the way back to them.
#[component]
pub(super) fn HandBack(
    handed: Handed,
    /// It was signed, or cannot be: nothing is left to do here.
    #[prop(into)]
    over: Signal<bool>,
    typed: Typed,
) -> impl IntoView {
    let i18n = use_i18n();
    let asks = RwSignal::new(false);
    let Handed {
        owner, pin, back, ..
    } = handed;
    let owner = StoredValue::new(owner);
    let back = StoredValue::new(back);
    let go = move || {
        typed.forget();
        session::taken_back();
        back.with_value(|back| page::go(back));
    };
    let press = move |_| match pin {
        // the lock asks who it is
        true => go(),
        false => asks.set(true),
    };
    view! {
        <div class="notice no-print outside-handed" class:notice-ok=over data-handed="">
            <Icon name="device" />
            <p class="grow">
                {move || owner.with_value(|owner| match over.get() {
                    true => t_string!(i18n, sign.hand_back, owner = owner.clone()).to_string(),
                    false => t_string!(i18n, sign.handed, owner = owner.clone()).to_string(),
                })}
            </p>
            <button type="button" class="button" class:button-primary=over id="hand-back" on:click=press>
                {move || owner.with_value(|owner| match over.get() {
                    true => t_string!(i18n, sign.i_am_owner, owner = owner.clone()).to_string(),
                    false => t_string!(i18n, sign.leave).to_owned(),
                })}
            </button>
        </div>
        <Show when=move || !pin>
            <Dialog open=asks on_close=move || asks.set(false) title=t_signal!(i18n, sign.confirm_owner_title)>
                <div class="dialog-body">
                    <p>{move || owner.with_value(|owner| t_string!(i18n, sign.confirm_owner, owner = owner.clone()).to_string())}</p>
                </div>
                <div class="dialog-foot">
                    <button type="button" class="button" on:click=move |_| asks.set(false)>{t!(i18n, common.cancel)}</button>
                    <button type="button" class="button button-primary" id="confirm-owner" on:click=move |_| go()>
                        {move || owner.with_value(|owner| t_string!(i18n, sign.i_am_owner, owner = owner.clone()).to_string())}
                    </button>
                </div>
            </Dialog>
        </Show>
    }
}
