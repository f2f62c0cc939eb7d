//! The end of the page: what is said, the signature, one more look, and sending.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{DecideOutside, Decided};
use shared::ledger::{Act, Entry, FormAct, Refused, Wish};
use shared::pack::review::{Does, Opinion, Refusal};
use shared::pack::route::ReturnTo;
use shared::pack::value::Answers;

use super::gone::Gone;
use super::read::{Choice, Facts, Shown};
use super::signature::Signature;
use super::typed::Typed;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::clock;
use crate::platform::http::{self, HttpError};
use crate::ui::dialog::Dialog;
use crate::ui::field::ErrorNotice;
use crate::ui::form::{Files, say};
use crate::ui::review;
use crate::ui::show::Show;
use crate::words::{self, Texts};

/// What was sent and taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Receipt {
    pub(super) entry: Entry,
    pub(super) choice: Choice,
}

/// What the page does with what becomes of it.
#[derive(Clone, Copy)]
pub(super) struct Then {
    /// It is taken.
    pub(super) sent: Callback<Receipt>,
    /// The form is something else by now: it is to be read again, with a word about why.
    pub(super) again: Callback<String>,
    /// The link is not good any more.
    pub(super) gone: Callback<Gone>,
}

/// What one says, in a few words.
pub(super) fn label(i18n: Texts, shown: &Shown, facts: &Facts, choice: &Choice) -> String {
    match &choice.opinion {
        Opinion::Approve => t_string!(i18n, sign.agree).to_owned(),
        Opinion::Reject => t_string!(i18n, sign.reject).to_owned(),
        Opinion::Return(ReturnTo::Author) => t_string!(i18n, sign.return_author).to_owned(),
        Opinion::Return(ReturnTo::Step(id)) => {
            let step = review::step(i18n, &shown.0.pack, &facts.def, id);
            t_string!(i18n, sign.return_step, step = step).to_string()
        }
    }
}

/// The word of a choice for tests and style sheets.
const fn word(choice: &Choice) -> &'static str {
    match choice.opinion {
        Opinion::Approve => "approve",
        Opinion::Reject => "reject",
        Opinion::Return(_) => "return",
    }
}

/// Why something does not count, for who is outside.
fn refused(i18n: Texts, why: &Refused) -> String {
    match why {
        Refused::Changed { .. } => t_string!(i18n, sign.changed).to_owned(),
        Refused::Review(Refusal::Incomplete(_)) => {
            t_string!(i18n, reviews.no_incomplete).to_owned()
        }
        Refused::Handwriting => t_string!(i18n, remarks.no_handwriting).to_owned(),
        Refused::NoWords => t_string!(i18n, reviews.no_words).to_owned(),
        why if why.late() => t_string!(i18n, sign.moved_on).to_owned(),
        other => t_string!(i18n, sign.refused, why = other.to_string()).to_string(),
    }
}

/// The section in which is decided.
#[component]
pub(super) fn Decide(
    secret: String,
    shown: Shown,
    facts: Facts,
    typed: Typed,
    files: Files,
    /// How much of what the step asks for is missing or wrong.
    #[prop(into)]
    left: Signal<usize>,
    then: Then,
) -> impl IntoView {
    let i18n = use_i18n();
    let within = facts.signs_within;
    let refusals = facts.signs_refusals;
    let all = facts.choices.clone();
    let known = StoredValue::new((shown, facts));
    let secret = StoredValue::new(secret);
    let chosen = RwSignal::new(None::<Choice>);
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let offline = RwSignal::new(false);
    // what is missing before something can be said
    let missing = move |opinion: &Opinion| {
        let mut all = Vec::new();
        let agrees = *opinion == Opinion::Approve;
        let signs = match opinion {
            Opinion::Approve => !within,
            Opinion::Reject => refusals,
            Opinion::Return(_) => false,
        };
        if signs && typed.signature.with(Option::is_none) {
            all.push(t_string!(i18n, sign.needs_signature).to_owned());
        }
        if agrees && left.get() != 0 {
            all.push(t_string!(i18n, sign.needs_fields, n = left.get()).to_string());
        }
        if !agrees && typed.words.with(|words| words.trim().is_empty()) {
            all.push(t_string!(i18n, sign.needs_words).to_owned());
        }
        all
    };
    let send = move |choice: Choice| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let ask = known.with_value(|(shown, facts)| ask(shown, facts, typed, &choice));
        spawn_local(async move {
            let path = secret.with_value(|secret| format!("/api/outside/{secret}"));
            let answer = http::post::<_, Decided>(&path, &ask).await;
            if busy.try_set(false).is_some() {
                return;
            }
            offline.set(answer.as_ref().err() == Some(&HttpError::Unreachable));
            match answer {
                Ok(Decided::Taken { entry, .. }) => {
                    chosen.set(None);
                    typed.forget();
                    let entry = *entry;
                    then.sent.run(Receipt { entry, choice });
                }
                Ok(Decided::Refused { why, .. }) => {
                    typed.another();
                    let told = refused(i18n, &why);
                    match why.late() {
                        true => {
                            chosen.set(None);
                            then.again.run(told);
                        }
                        false => error.set(Some(told)),
                    }
                }
                Err(HttpError::Unreachable) => {
                    error.set(Some(t_string!(i18n, sign.unsent).to_owned()));
                }
                Err(failed) => match Gone::of(&failed) {
                    Some(gone) => then.gone.run(gone),
                    None => error.set(Some(words::failure(i18n, &failed))),
                },
            }
        });
    };
    let buttons = move || {
        let buttons = all.iter().map(|choice| {
            let agrees = choice.opinion == Opinion::Approve;
            let (one, shown, means) = (choice.clone(), choice.clone(), choice.opinion.clone());
            let text = move || known.with_value(|(form, facts)| label(i18n, form, facts, &shown));
            view! {
                <button
                    type="button"
                    class="button"
                    class:button-primary=agrees
                    data-say=word(choice)
                    disabled=move || busy.get() || !missing(&means).is_empty()
                    on:click=move |_| {
                        error.set(None);
                        chosen.set(Some(one.clone()));
                    }
                >
                    {text}
                </button>
            }
        });
        buttons.collect_view()
    };
    view! {
        <section class="card outside-decide no-print" id="sign" tabindex="-1" aria-labelledby="sign-title">
            <div class="card-head"><h2 id="sign-title">{t!(i18n, sign.decide)}</h2></div>
            <div class="card-body stack">
                <div class="field">
                    <label for="sign-words">{t!(i18n, sign.words)}</label>
                    <textarea
                        id="sign-words"
                        class="textarea"
                        rows="3"
                        maxlength="4000"
                        prop:value=move || typed.words.get()
                        on:input=move |ev| typed.words.set(event_target_value(&ev))
                    ></textarea>
                </div>
                <Show when=move || !within>
                    <Signature typed=typed files=files shown=known.with_value(|(shown, _)| shown.clone()) />
                </Show>
                <div class="outside-buttons">{buttons}</div>
                <p class="muted outside-missing" role="status">
                    {move || missing(&Opinion::Approve).join(" ")}
                    " "
                    {move || missing(&Opinion::Return(ReturnTo::Author)).join(" ")}
                </p>
            </div>
        </section>
        <Dialog
            open=Signal::derive(move || chosen.with(Option::is_some))
            on_close=move || chosen.set(None)
            title=t_signal!(i18n, sign.confirm_title)
        >
            <div class="dialog-body stack outside-confirm">
                {move || chosen.get().map(|choice| known.with_value(|(shown, facts)| {
                    let form = say(i18n, &facts.def.name);
                    let (organisation, name) = (shown.asker(), shown.0.name.clone());
                    let agrees = choice.opinion == Opinion::Approve;
                    let said = match agrees {
                        true => t_string!(i18n, sign.confirm_agree, name = name, organisation = organisation, form = form).to_string(),
                        false => t_string!(i18n, sign.confirm_not, name = name, organisation = organisation, form = form, what = label(i18n, shown, facts, &choice)).to_string(),
                    };
                    let words = typed.words.get().trim().to_owned();
                    let picture = typed.signature.get().and_then(|text| files.picture.run(text));
                    view! {
                        <p>{said}</p>
                        {(!words.is_empty()).then(|| view! { <blockquote>{words}</blockquote> })}
                        {picture.map(|address| view! { <img class="review-signature" src=address alt=t!(i18n, sign.signature) /> })}
                        <p class="muted">{t!(i18n, sign.confirm_final)}</p>
                    }
                }))}
                <ErrorNotice text=error offline=offline />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| chosen.set(None)>{t!(i18n, common.cancel)}</button>
                <button
                    type="button"
                    class="button button-primary"
                    id="sign-send"
                    disabled=move || busy.get()
                    on:click=move |_| {
                        if let Some(choice) = chosen.get_untracked() {
                            send(choice);
                        }
                    }
                >
                    {move || match busy.get() {
                        true => t_string!(i18n, sign.sending),
                        false => t_string!(i18n, sign.send),
                    }}
                </button>
            </div>
        </Dialog>
    }
}

/// The wish, with the pictures that it names.
fn ask(shown: &Shown, facts: &Facts, typed: Typed, choice: &Choice) -> DecideOutside {
    let form = &shown.0;
    let filled = match choice.opinion {
        Opinion::Approve => typed.filled.get_untracked(),
        _ => Answers::new(),
    };
    let act = Act::Form(FormAct {
        form: form.form,
        kind: facts.def.id.clone(),
        does: Does::Decide {
            seat: choice.seat,
            opinion: choice.opinion.clone(),
            filled,
        },
        of: facts.frozen,
        heads: Vec::new(),
        words: typed.words.get_untracked().trim().to_owned(),
        signature: typed.signature.get_untracked(),
        seen: facts.seq,
    });
    let named = act.attached();
    let pictures = typed.pictures.with_untracked(|all| {
        let hashes = named.iter().filter_map(|file| all.get(&file.hash));
        hashes.cloned().collect()
    });
    let wish = Wish {
        key: typed.key(),
        project: form.project,
        made: clock::now(),
        act,
    };
    DecideOutside {
        wish: serde_json::to_string(&wish).unwrap_or_default(),
        pictures,
    }
}
