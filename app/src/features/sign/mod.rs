//! Somebody outside 外部人员 signs a form by a link: no account, nothing of anybody else, nothing kept but in this tab.

mod decide;
mod done;
mod gone;
mod host;
mod read;
mod signature;
mod typed;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::OutsideForm;
use shared::pack::fill::fill;
use shared::pack::value::Answers;

use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::language;
use crate::platform::http;
use crate::platform::{page, screen};
use crate::session::{self, Handed};
use crate::ui::form::{Edit, Files, FormEditor, say, saying};
use crate::ui::icon::{Icon, Mark};
use crate::ui::review;
use decide::{Decide, Receipt, Then};
use done::{HandBack, Sent};
use gone::{Gone, NotNow, Nothing};
use host::{files, host};
use read::{Facts, Shown};
use typed::Typed;

/// What the page shows.
#[derive(Clone, PartialEq)]
enum Look {
    Loading,
    Form(Shown),
    Sent(Shown, Receipt),
    Gone(Gone),
}

/// The page of a link.
#[component]
pub fn SignPage(
    /// What stands in the address: whoever knows it signs.
    secret: String,
) -> impl IntoView {
    page::add_style("plumbline-forms-style");
    let i18n = use_i18n();
    let look = RwSignal::new(Look::Loading);
    let told = RwSignal::new(None::<String>);
    let typed = Typed::of(&secret);
    let handed = session::handed(&session::mark(&secret));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let good = !secret.is_empty() && secret.chars().all(plain);
    let files = files(secret.clone(), typed);
    let secret = StoredValue::new(secret);
    let load = move || {
        spawn_local(async move {
            let path = secret.with_value(|secret| format!("/api/outside/{secret}"));
            let next = match good {
                true => match http::get::<OutsideForm>(&path).await {
                    Ok(form) => Look::Form(Shown(Arc::new(form))),
                    Err(error) => Look::Gone(Gone::why(error)),
                },
                false => Look::Gone(Gone::Unknown),
            };
            let _ = look.try_set(next);
        });
    };
    load();
    let then = Then {
        sent: Callback::new(move |receipt: Receipt| {
            let shown = look.with_untracked(|look| match look {
                Look::Form(shown) => Some(shown.with(receipt.entry.clone())),
                _ => None,
            });
            if let Some(shown) = shown {
                told.set(None);
                look.set(Look::Sent(shown, receipt));
                top("sent-title");
            }
        }),
        again: Callback::new(move |why: String| {
            told.set(Some(why));
            load();
            top("outside-told");
        }),
        gone: Callback::new(move |gone: Gone| look.set(Look::Gone(gone))),
    };
    Effect::new(move |_| {
        let name = look.with(|look| match look {
            Look::Form(shown) | Look::Sent(shown, _) => {
                let facts = shown.facts()?;
                Some(format!(
                    "{} · {}",
                    say(i18n, &facts.def.name),
                    shown.asker()
                ))
            }
            _ => None,
        });
        let title = name.unwrap_or_else(|| t_string!(i18n, sign.title).to_owned());
        screen::set_title(&title);
    });
    let over = Signal::derive(move || {
        look.with(|look| match look {
            Look::Sent(..) | Look::Gone(Gone::Used | Gone::Over | Gone::Unknown) => true,
            Look::Form(shown) => shown.facts().is_none_or(|facts| facts.choices.is_empty()),
            _ => false,
        })
    });
    let is_handed = handed.is_some();
    view! {
        <div class="outside">
            <header class="outside-top no-print">
                <p class="grow outside-brand">
                    {move || look.with(|look| match look {
                        Look::Form(shown) | Look::Sent(shown, _) => shown.asker(),
                        _ => t_string!(i18n, common.app).to_owned(),
                    })}
                </p>
                <OtherLanguage />
            </header>
            <main class="outside-main stack" id="main">
                {handed.map(|handed: Handed| view! { <HandBack handed=handed over=over typed=typed /> })}
                {(!is_handed).then(|| view! { <SignedIn look=look /> })}
                {move || told.get().map(|text| view! {
                    <div class="notice notice-warn" role="alert" id="outside-told" tabindex="-1" data-told=""><Icon name="conflict" /><p>{text}</p></div>
                })}
                {move || secret.with_value(|secret| match look.get() {
                    Look::Loading => view! { <p class="muted" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
                    Look::Form(shown) => match shown.facts() {
                        Some(facts) => view! { <Read secret=secret.clone() shown=shown facts=facts typed=typed files=files then=then /> }.into_any(),
                        None => view! { <Nothing gone=Gone::Unknown again=Callback::new(move |()| load()) /> }.into_any(),
                    },
                    Look::Sent(shown, receipt) => view! { <Sent shown=shown files=files receipt=receipt /> }.into_any(),
                    Look::Gone(gone) => view! { <Nothing gone=gone again=Callback::new(move |()| load()) /> }.into_any(),
                })}
            </main>
            <footer class="outside-foot no-print"><Mark /><span>{t!(i18n, common.app)}</span></footer>
        </div>
    }
}

/// Shows the page from its top, with the focus on what stands there once it is drawn.
fn top(id: &'static str) {
    crate::platform::element::next_frame(move || {
        screen::scroll_into_view("main");
        screen::focus(id);
    });
}

/// The other language: for this page, and not kept on a device that may be somebody else's.
#[component]
fn OtherLanguage() -> impl IntoView {
    let i18n = use_i18n();
    let other = move || match i18n.get_locale() {
        Locale::en => (Locale::zh_CN, "中文"),
        Locale::zh_CN => (Locale::en, "English"),
    };
    view! {
        <button
            type="button"
            class="button button-quiet"
            id="other-language"
            lang=move || language::tag(other().0)
            on:click=move |_| i18n.set_locale(untrack(other).0)
        >
            {move || other().1}
        </button>
    }
}

/// Somebody works on this device: it is said that they are not who signs.
#[component]
fn SignedIn(look: RwSignal<Look>) -> impl IntoView {
    let i18n = use_i18n();
    let owner = RwSignal::new(None::<String>);
    if screen::setting(session::IN_USE).is_some() {
        spawn_local(async move {
            if let Ok(Some(account)) = session::current().await {
                let _ = owner.try_set(Some(account.session.display_name));
            }
        });
    }
    move || {
        let name = look.with(|look| match look {
            Look::Form(shown) => Some(shown.0.name.clone()),
            _ => None,
        });
        name.zip(owner.get()).map(|(name, owner)| {
            let text = t_string!(i18n, sign.signed_in, owner = owner, name = name).to_string();
            view! { <div class="notice no-print" data-signed-in=""><Icon name="account" /><p>{text}</p></div> }
        })
    }
}

/// The form, what was said of it, and where one signs.
#[component]
fn Read(
    secret: String,
    shown: Shown,
    facts: Facts,
    typed: Typed,
    files: Files,
    then: Then,
) -> impl IntoView {
    let i18n = use_i18n();
    let given = facts.answers.clone();
    let answers = Memo::new(move |_| {
        let mut answers = given.clone();
        typed.filled.with(|filled| {
            answers.extend(
                filled
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        });
        answers
    });
    let edit = Callback::new(move |edit: Edit| {
        let before = answers.get_untracked();
        let mut after = before.clone();
        edit.apply(&mut after);
        let gone: Vec<_> = before
            .keys()
            .filter(|name| !after.contains_key(*name))
            .cloned()
            .collect();
        after.retain(|name, value| before.get(name) != Some(value));
        typed.filled.update(|filled| {
            filled.retain(|name, _| !gone.contains(name));
            filled.extend(after);
        });
    });
    let host = host(files, &shown, edit);
    let writing = facts.writing.clone();
    let left = {
        let (def, writing) = (facts.def.clone(), writing.clone());
        Memo::new(move |_| match writing.turn() {
            Some(turn) => {
                answers.with(|answers: &Answers| fill(&def, answers, turn).problems.len())
            }
            None => 0,
        })
    };
    let (def, open) = (facts.def.clone(), !facts.choices.is_empty());
    let (name, title) = (facts.def.name.clone(), facts.title.clone());
    let known = StoredValue::new((shown.clone(), facts.clone()));
    let lines = move || {
        known.with_value(|(shown, facts)| {
            let author = shown.name(i18n, facts.author);
            let at = review::when(i18n, facts.submitted);
            let mut all = vec![
                (t_string!(i18n, sign.project), shown.0.project_name.clone()),
                (
                    t_string!(i18n, sign.number),
                    facts.number.clone().unwrap_or_default(),
                ),
                (t_string!(i18n, sign.handed_in), format!("{author} · {at}")),
                (t_string!(i18n, sign.signer), shown.0.name.clone()),
            ];
            all.retain(|(_, text)| !text.is_empty());
            let line =
                |(name, text): (&'static str, String)| view! { <dt>{name}</dt><dd>{text}</dd> };
            all.into_iter().map(line).collect_view()
        })
    };
    let picture = move |text: String| files.picture.run(text);
    let said = move || {
        let boxes = known.with_value(|(shown, _)| shown.boxes(i18n, &picture));
        let given = boxes.into_iter().filter(|one| one.decision.is_some());
        let lines = given.map(|one| view! {
            <li>
                <strong>{one.title}</strong>
                <p>{one.decision}" · "{one.name}" · "{one.day}</p>
                {one.text.map(|text| view! { <blockquote>{text}</blockquote> })}
                {one.signature.map(|address| view! { <img class="review-signature" src=address alt=t!(i18n, remarks.signature) /> })}
            </li>
        });
        lines.collect_view()
    };
    view! {
        <section class="card outside-head">
            <div class="card-body stack">
                <div>
                    <p class="outside-asks">{move || known.with_value(|(shown, _)| t_string!(i18n, sign.asks, organisation = shown.asker()).to_string())}</p>
                    <h1>{saying(i18n, name)}</h1>
                    {title.map(|title| view! { <p class="muted">{title}</p> })}
                </div>
                <dl class="outside-facts">{lines}</dl>
                {match open {
                    true => view! {
                        <p class="muted">{move || known.with_value(|(shown, _)| t_string!(i18n, sign.good_until, at = review::when(i18n, shown.0.expires)).to_string())}</p>
                        <a class="button button-primary outside-go no-print" href="#sign" id="go-sign" on:click=move |ev| {
                            ev.prevent_default();
                            screen::scroll_into_view("sign");
                            screen::focus("sign");
                        }>{t!(i18n, sign.to_sign)}</a>
                    }.into_any(),
                    false => view! { <NotNow standing=facts.standing /> }.into_any(),
                }}
            </div>
        </section>
        <FormEditor form=def answers=answers writing=Signal::stored(writing) host=host />
        <section class="card outside-opinions">
            <div class="card-head"><h2>{t!(i18n, sign.said)}</h2></div>
            <ul class="card-body stack-2 outside-said">{said}</ul>
        </section>
        {open.then(|| view! {
            <Decide secret=secret shown=shown facts=facts typed=typed files=files left=left then=then />
        })}
    }
}
