//! Proposals: what somebody would change and may not, for those who may.

use leptos::prelude::*;
use shared::base::{ChangeHash, PersonId, ProposalId};
use shared::doc::command::Command;
use shared::doc::command::proposal::Outcome;
use shared::doc::view::proposal::{Decision, Proposal};

use super::columns::Writes;
use super::cx::{Cx, use_cx};
use super::drafts::Beside;
use super::row::Face;
use crate::i18n::{t, t_string};
use crate::ui::each::For;
use crate::ui::notice::Tone;
use crate::ui::show::Show;

impl Cx {
    /// Who proposed what a change did, where it came of a proposal; tracked.
    pub(super) fn proposer(&self, change: ChangeHash) -> Option<PersonId> {
        self.open.proposals().with(|all| {
            let of = all.iter().find(|p| match &p.decision {
                Some(Decision {
                    outcome: Outcome::Accepted(made),
                    ..
                }) => made.contains(&change),
                _ => false,
            })?;
            self.author(of.change, of.by)
        })
    }
}

/// All proposals, the open ones first.
#[component]
pub(crate) fn Proposals() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    cx.read_receipts();
    let all = cx.open.proposals();
    let sorted = move || {
        let mut all = all.get();
        shared::base::sort::by_key(&mut all, |p| p.decision.is_some());
        all
    };
    view! {
        <p class="plan-lead">
            {move || {
                if cx.may_now(Writes::Plan) {
                    t_string!(i18n, history.proposals_lead).to_string()
                } else {
                    t_string!(i18n, history.proposals_lead_own).to_string()
                }
            }}
        </p>
        <Show when=move || all.with(Vec::is_empty)>
            <p class="plan-none">{t!(i18n, history.proposals_none)}</p>
        </Show>
        <For
            each=sorted
            key=|p| (p.id, p.decision.as_ref().map(|d| d.change))
            let:proposal
        >
            <Card proposal=proposal />
        </For>
    }
}

fn decide(cx: &Cx, id: ProposalId, outcome: Outcome, answer: String) {
    if let Err(error) = cx.open.decide(id, outcome, answer) {
        cx.notices.say(Tone::Trouble, cx.words(&error));
    }
}

#[component]
fn Card(proposal: Proposal) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let (id, change, says, at) = (proposal.id, proposal.change, proposal.by, proposal.at);
    let who = move || cx.author(change, says);
    let answer = RwSignal::new(String::new());
    let open = proposal.decision.is_none();
    let own = says == Some(cx.replica.person());
    let state = match proposal.decision.as_ref().map(|d| d.outcome.clone()) {
        None => "open",
        Some(Outcome::Accepted(_)) => "accepted",
        Some(Outcome::Declined) => "declined",
        Some(Outcome::Withdrawn) => "withdrawn",
    };
    let state_words = move || match state {
        "open" => t_string!(i18n, history.proposal_open).to_string(),
        "accepted" => t_string!(i18n, history.proposal_accepted).to_string(),
        "declined" => t_string!(i18n, history.proposal_declined).to_string(),
        _ => t_string!(i18n, history.proposal_withdrawn).to_string(),
    };
    let decision = proposal.decision.clone();
    let commands = proposal.commands.clone();
    let lines = match commands.clone() {
        Some(commands) => {
            let tried = StoredValue::new(commands.clone());
            // what could be done now, one after the other
            let why = Memo::new(move |_| {
                cx.live.track();
                if open && cx.may_now(Writes::Plan) {
                    tried.with_value(|commands| cx.open.try_out(commands))
                } else {
                    Vec::new()
                }
            });
            commands
                .into_iter()
                .enumerate()
                .map(|(n, command)| {
                    let error = move || why.with(|why| why.get(n).cloned().flatten());
                    view! {
                        <li>
                            <Proposed command=command open=open />
                            {move || error().map(|error| view! { <p class="plan-warn">{cx.words(&error)}</p> })}
                        </li>
                    }
                })
                .collect_view()
                .into_any()
        }
        None => {
            let words = proposal.words.clone().into_iter();
            words
                .map(|text| view! { <li><p>{text}</p></li> })
                .collect_view()
                .into_any()
        }
    };
    let readable = commands.is_some();
    let kept = StoredValue::new(proposal);
    let accept = move |_| {
        let answer = answer.get_untracked();
        match kept.with_value(|proposal| cx.open.accept(proposal, answer)) {
            Ok(failed) => {
                for error in failed {
                    cx.notices.say(Tone::Trouble, cx.words(&error));
                }
                cx.say_done(t_string!(i18n, history.accepted_done).to_string());
            }
            Err(error) => cx.notices.say(Tone::Trouble, cx.words(&error)),
        }
    };
    view! {
        <article class="plan-card" data-proposal=state>
            <header class="row">
                {move || who().map(|id| view! { <Face person=id /> })}
                <strong>{move || cx.person_words(who())}</strong>
                <small>{move || cx.when_words(at)}</small>
                <span
                    class="badge"
                    class:badge-ok=state == "accepted"
                    class:badge-danger=state == "declined"
                    class:badge-accent=open
                >
                    {state_words}
                </span>
            </header>
            <ul class="past-proposed">{lines}</ul>
            {decision.map(|decision| {
                let (change, by, at) = (decision.change, decision.by, decision.at);
                let said = decision.answer.clone();
                view! {
                    <p>
                        {move || {
                            t_string!(
                                i18n,
                                history.decided_by,
                                who = cx.person_words(cx.author(change, by)),
                                when = cx.when_words(at)
                            ).to_string()
                        }}
                    </p>
                    {(!said.is_empty()).then(|| view! { <blockquote>{said}</blockquote> })}
                }
            })}
            <Show when=move || open && cx.may_now(Writes::Plan)>
                <input
                    class="input"
                    data-answer=""
                    aria-label=t!(i18n, history.answer)
                    placeholder=t!(i18n, history.answer)
                    prop:value=answer
                    on:input=move |ev| answer.set(event_target_value(&ev))
                />
                <div class="row">
                    <button class="button button-primary" data-accept="" disabled=!readable on:click=accept>
                        {t!(i18n, history.accept)}
                    </button>
                    <button
                        class="button"
                        data-decline=""
                        on:click=move |_| decide(&cx, id, Outcome::Declined, answer.get_untracked())
                    >
                        {t!(i18n, history.decline)}
                    </button>
                </div>
            </Show>
            <Show when=move || open && own>
                <button
                    class="button"
                    data-withdraw=""
                    on:click=move |_| decide(&cx, id, Outcome::Withdrawn, String::new())
                >
                    {t!(i18n, history.withdraw)}
                </button>
            </Show>
        </article>
    }
}

/// One command of a proposal: against what stands while it is open, in words later.
#[component]
fn Proposed(command: Command, open: bool) -> impl IntoView {
    let cx = use_cx();
    if open {
        return view! { <Beside command=command own=false /> }.into_any();
    }
    view! { <p>{move || cx.command_words(Some(&command))}</p> }.into_any()
}
