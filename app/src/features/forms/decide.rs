//! What I may do with a form under review: buttons for exactly that, within reach of a thumb.

use std::sync::Arc;

use leptos::prelude::*;
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::ledger::{Act as Wanted, FormAct};
use shared::pack::Pack;
use shared::pack::id::FormName;
use shared::pack::review::{Does, Holds, MayDo, Now, Opinion, People, Place, SeatId};
use shared::pack::route::Act;
use shared::pack::value::Answers;

use super::handwriting::Handwriting;
use super::pin::{AskPin, Signing};
use super::{Known, wording};
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::clock;
use crate::replica::Ledger;
use crate::shell::use_replica;
use crate::ui::form::{Files, Writing};
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words::Texts;

/// What I may do, as far as this device knows.
#[derive(Clone, PartialEq)]
pub(super) struct Mine {
    pub(super) may: Vec<MayDo>,
    /// My seat, with the sections that it opens.
    pub(super) seat: Option<SeatId>,
    pub(super) writing: Writing,
    pub(super) frozen: Option<shared::ledger::Hash>,
    /// Who agrees or refuses signs by hand.
    pub(super) signs: bool,
}

/// What a person may do with a form. Which seats are theirs the server said in the inbox: where there is no network, that
/// stands as it was heard.
pub(super) fn mine(ledger: &Ledger, form: DocumentId, me: PersonId, seats: &[u32]) -> Option<Mine> {
    ledger.look(|project| {
        let known = project.forms().get(&form)?;
        let review = known.review.as_ref()?;
        let mut people = project.people(&People::default());
        for seat in review
            .seats()
            .iter()
            .filter(|seat| seats.contains(&seat.id.0))
        {
            if let Holds::Role(role) = &seat.holds {
                people.roles.entry(role.clone()).or_default().insert(me);
            }
        }
        let due = |since, _: &_| since;
        let now = Now {
            people: &people,
            at: clock::now(),
            due: &due,
        };
        let may = review.may(me, &now);
        let seat = may.iter().find_map(|may| match may {
            MayDo::Act(seat, Act::Approve) => Some(*seat),
            _ => None,
        });
        let of = review.seats().iter().find(|known| Some(known.id) == seat);
        let step = review.step().map(|step| step.id.clone());
        let writing = match (&step, of) {
            (Some(step), Some(of)) if !review.opened(of).is_empty() => {
                Writing::Step(step.clone(), of.role.clone())
            }
            _ => Writing::Nothing,
        };
        Some(Mine {
            may,
            seat,
            writing,
            frozen: known.frozen(),
            signs: review.step().is_some_and(|step| step.signed),
        })
    })
}

/// What one button does.
#[derive(Clone, PartialEq)]
enum Button {
    Opinion(SeatId, Opinion),
    To(SeatId, Act),
    Assign(SeatId),
    Withdraw,
    Remind,
}

/// The buttons, what decides first.
fn buttons(may: &[MayDo]) -> Vec<Button> {
    let mut all: Vec<Button> = may
        .iter()
        .filter_map(|may| match may {
            MayDo::Act(seat, Act::Approve) => Some(Button::Opinion(*seat, Opinion::Approve)),
            MayDo::Act(seat, Act::Reject) => Some(Button::Opinion(*seat, Opinion::Reject)),
            MayDo::Return(seat, to) => Some(Button::Opinion(*seat, Opinion::Return(to.clone()))),
            MayDo::Act(seat, act) => Some(Button::To(*seat, *act)),
            MayDo::Assign(seat) => Some(Button::Assign(*seat)),
            MayDo::Withdraw => Some(Button::Withdraw),
            MayDo::Remind => Some(Button::Remind),
            MayDo::Submit => None,
        })
        .collect();
    shared::base::sort::by_key(&mut all, |button| match button {
        Button::Opinion(_, Opinion::Approve) => 0,
        Button::Opinion(_, Opinion::Return(_)) => 1,
        Button::Opinion(_, Opinion::Reject) => 2,
        Button::Withdraw | Button::Remind => 3,
        Button::To(..) | Button::Assign(_) => 4,
    });
    all
}

fn label(i18n: Texts, pack: &Pack, kind: &FormName, button: &Button) -> String {
    match button {
        Button::Opinion(_, opinion) => pack.form(kind).map_or_else(String::new, |kind| {
            wording::opinion(i18n, pack, kind, opinion)
        }),
        Button::To(_, Act::Transfer) => t_string!(i18n, reviews.transfer).to_owned(),
        Button::To(_, Act::AddBefore) => t_string!(i18n, reviews.add_before).to_owned(),
        Button::To(_, Act::AddAfter) => t_string!(i18n, reviews.add_after).to_owned(),
        Button::To(..) => t_string!(i18n, reviews.copy).to_owned(),
        Button::Assign(_) => t_string!(i18n, reviews.assign).to_owned(),
        Button::Withdraw => t_string!(i18n, reviews.withdraw).to_owned(),
        Button::Remind => t_string!(i18n, reviews.remind).to_owned(),
    }
}

/// The word of a button for tests and style sheets.
const fn word(button: &Button) -> &'static str {
    match button {
        Button::Opinion(_, Opinion::Approve) => "approve",
        Button::Opinion(_, Opinion::Reject) => "reject",
        Button::Opinion(_, Opinion::Return(_)) => "return",
        Button::To(_, Act::Transfer) => "transfer",
        Button::To(_, Act::AddBefore) => "add-before",
        Button::To(_, Act::AddAfter) => "add-after",
        Button::To(..) => "copy",
        Button::Assign(_) => "assign",
        Button::Withdraw => "withdraw",
        Button::Remind => "remind",
    }
}

/// The bar with what I may do.
#[component]
pub(super) fn DecideBar(
    project: ProjectId,
    form: DocumentId,
    kind: FormName,
    pack: Arc<Pack>,
    #[prop(into)] mine: Signal<Option<Mine>>,
    /// For whom I decide as their deputy.
    #[prop(into)]
    acting: Signal<Vec<PersonId>>,
    /// What I filled in of what the step opens.
    filled: RwSignal<Answers>,
    /// Where signatures are kept.
    files: Option<Files>,
    /// How much of that is missing or wrong.
    #[prop(into)]
    left: Signal<usize>,
) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let words = RwSignal::new(String::new());
    let person = RwSignal::new(None::<PersonId>);
    let signature = RwSignal::new(None::<String>);
    let waits = Memo::new(move |_| {
        replica.wishes().with(|all| {
            all.iter()
                .any(|one| one.is_open() && one.form() == Some(form))
        })
    });
    let all = Memo::new(move |_| {
        mine.with(|mine| {
            mine.as_ref()
                .map(|mine| buttons(&mine.may))
                .unwrap_or_default()
        })
    });
    let signing = Signing::new(
        project,
        Callback::new(move |()| {
            words.set(String::new());
            person.set(None);
            signature.set(None);
        }),
    );
    let names_somebody = |button: &Button| matches!(button, Button::To(..) | Button::Assign(_));
    let shown = kind.clone();
    let press = move |button: Button| {
        let of = mine.with_untracked(|mine| mine.as_ref().and_then(|mine| mine.frozen));
        let somebody = person.get_untracked();
        let does = match (button, somebody) {
            (Button::Opinion(seat, opinion), _) => {
                let filled = match opinion {
                    Opinion::Approve => filled.get_untracked(),
                    _ => Answers::new(),
                };
                Does::Decide {
                    seat,
                    opinion,
                    filled,
                }
            }
            (Button::To(seat, Act::Transfer), Some(to)) => Does::Transfer { seat, to },
            (Button::To(seat, Act::AddBefore), Some(person)) => {
                let place = Place::Before;
                Does::Add {
                    seat,
                    person,
                    place,
                }
            }
            (Button::To(seat, Act::AddAfter), Some(person)) => {
                let place = Place::After;
                Does::Add {
                    seat,
                    person,
                    place,
                }
            }
            (Button::To(..), Some(to)) => Does::Copy { to },
            (Button::Assign(seat), Some(to)) => Does::Assign { seat, to },
            (Button::To(..) | Button::Assign(_), None) => return,
            (Button::Withdraw, _) => Does::Withdraw,
            (Button::Remind, _) => Does::Remind,
        };
        let signed = match &does {
            Does::Decide { .. } => signature.get_untracked(),
            _ => None,
        };
        let act = FormAct {
            form,
            kind: kind.clone(),
            does,
            of,
            heads: Vec::new(),
            words: words.get_untracked().trim().to_owned(),
            signature: signed,
            seen: ledger.with_untracked(|ledger| ledger.as_ref().map_or(0, |ledger| ledger.seq())),
        };
        match act.does {
            Does::Decide { .. } => signing.decide(Wanted::Form(act), i18n),
            _ => signing.go(Wanted::Form(act)),
        }
    };
    let press = StoredValue::new(press);
    let pack = StoredValue::new(Known(pack));
    let named = StoredValue::new(shown);
    let decides = move || all.with(|all| all.iter().any(|one| matches!(one, Button::Opinion(..))));
    let people = move || {
        replica.organisation().with(|organisation| {
            let people = organisation.iter().flat_map(|of| &of.people);
            let people = people.filter(|known| known.active && known.id != replica.person());
            people
                .map(|known| (known.id, known.display_name.clone()))
                .collect::<Vec<_>>()
        })
    };
    let signs = move || mine.with(|mine| mine.as_ref().is_some_and(|mine| mine.signs));
    let unsigned = move || signs() && signature.with(Option::is_none);
    let chooses = move || all.with(|all| all.iter().any(names_somebody));
    // the buttons that name somebody, or the others
    let row = move |somebody: bool| {
        all.get()
            .into_iter()
            .filter(|button| names_somebody(button) == somebody)
            .map(|button| {
                let primary = word(&button) == "approve";
                let text = {
                    let button = button.clone();
                    move || {
                        pack.with_value(|pack| {
                            named.with_value(|kind| label(i18n, &pack.0, kind, &button))
                        })
                    }
                };
                // who does not consent says why; who is named must be chosen
                let needs = {
                    let button = button.clone();
                    move || match &button {
                        Button::Opinion(_, Opinion::Approve) => left.get() > 0 || unsigned(),
                        Button::Opinion(_, opinion) => {
                            let silent = words.with(|words| words.trim().is_empty());
                            silent || (*opinion == Opinion::Reject && unsigned())
                        }
                        Button::To(..) | Button::Assign(_) => person.with(Option::is_none),
                        _ => false,
                    }
                };
                view! {
                    <button
                        type="button"
                        class="button"
                        class:button-primary=primary
                        data-decide=word(&button)
                        disabled=move || waits.get() || needs()
                        on:click=move |_| press.with_value(|press| press(button.clone()))
                    >
                        {text}
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <AskPin signing=signing />
        <Show when=move || !all.with(Vec::is_empty)>
            <section class="decide-bar no-print" aria-label=t!(i18n, reviews.what_i_may)>
                {move || (decides() && acting.with(|acting| !acting.is_empty())).then(|| view! {
                    <p class="decide-for" data-acting="">
                        <Icon name="admin" />
                        {move || acting.with(|acting| wording::decides_for(i18n, replica, acting))}
                    </p>
                })}
                <Show when=decides>
                    <label class="decide-words">
                        <span>{t!(i18n, reviews.words)}</span>
                        <textarea
                            id="decide-words"
                            rows="2"
                            maxlength="4000"
                            prop:value=move || words.get()
                            on:input=move |ev| words.set(event_target_value(&ev))
                        ></textarea>
                    </label>
                    <Handwriting project=project signature=signature files=files required=Signal::derive(signs) />
                </Show>
                <div class="decide-buttons">
                    {move || row(false)}
                </div>
                <Show when=chooses>
                    <details class="decide-more">
                    <summary>{t!(i18n, reviews.more)}</summary>
                    <label class="decide-person">
                        <span>{t!(i18n, reviews.somebody)}</span>
                        <select
                            id="decide-person"
                            class="select"
                            on:change=move |ev| person.set(event_target_value(&ev).parse().ok())
                        >
                            <option value="" selected=move || person.with(Option::is_none)>"–"</option>
                            {move || people().into_iter().map(|(id, name)| view! {
                                <option value=id.to_string()>{name}</option>
                            }).collect_view()}
                        </select>
                    </label>
                <div class="decide-buttons">
                    {move || row(true)}
                </div>
                    </details>
                </Show>
                <Show when=move || left.get() != 0 && decides()>
                    <p class="muted">{move || t_string!(i18n, reviews.left, n = left.get()).to_string()}</p>
                </Show>
            </section>
        </Show>
    }
}
