//! What a regulation has done again and again.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::Pack;
use shared::pack::definition::FormState;
use shared::pack::duty::{DutyDef, Every, Weekday};

use super::book::role;
use crate::i18n::{t_string, use_i18n};
use crate::ui::form::{say, saying};
use crate::words::Texts;

/// The duties, one under the other.
#[component]
pub(super) fn Duties(pack: Arc<Pack>) -> impl IntoView {
    let lines = pack
        .duties
        .iter()
        .map(|duty| view! { <One pack=pack.clone() duty=duty.clone() /> })
        .collect_view();
    view! { <ul class="regulation-roles">{lines}</ul> }
}

#[component]
fn One(pack: Arc<Pack>, duty: DutyDef) -> impl IntoView {
    let i18n = use_i18n();
    let (name, help, id) = (duty.name.clone(), duty.help.clone(), duty.id.to_string());
    let often = duty.every;
    let facts = move || {
        let who = role(i18n, &pack, &duty.role);
        let form = pack.form(&duty.form);
        let form = form.map_or_else(|| duty.form.to_string(), |form| say(i18n, &form.name));
        let state = match duty.done {
            FormState::Submitted => t_string!(i18n, regulations.submitted),
            FormState::Approved => t_string!(i18n, regulations.approved),
        };
        let mut facts = t_string!(
            i18n,
            regulations.duty_by,
            who = who,
            form = form,
            state = state
        )
        .to_string();
        if let Some(within) = duty.within {
            facts.push(' ');
            facts.push_str(&match within.working_days {
                true => {
                    t_string!(i18n, regulations.duty_within_working, n = within.days).to_string()
                }
                false => t_string!(i18n, regulations.duty_within, n = within.days).to_string(),
            });
        }
        facts
    };
    view! {
        <li data-duty=id>
            <span class="regulation-role">
                <strong>{saying(i18n, name)}</strong>
                <span class="badge">{move || every(i18n, often)}</span>
            </span>
            {(!help.is_empty()).then(|| view! { <p>{saying(i18n, help)}</p> })}
            <p class="muted">{facts}</p>
        </li>
    }
}

/// How often, and on which day a turn begins; tracked.
fn every(i18n: Texts, every: Every) -> String {
    match every {
        Every::Day => t_string!(i18n, regulations.every_day).to_owned(),
        Every::Week { on } => {
            t_string!(i18n, regulations.every_week, on = weekday(i18n, on)).to_string()
        }
        Every::Month { on } => t_string!(i18n, regulations.every_month, on = on).to_string(),
        Every::Quarter { on } => t_string!(i18n, regulations.every_quarter, on = on).to_string(),
        Every::Year { month, on } => {
            t_string!(i18n, regulations.every_year, month = month, on = on).to_string()
        }
    }
}

fn weekday(i18n: Texts, day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => t_string!(i18n, regulations.monday),
        Weekday::Tuesday => t_string!(i18n, regulations.tuesday),
        Weekday::Wednesday => t_string!(i18n, regulations.wednesday),
        Weekday::Thursday => t_string!(i18n, regulations.thursday),
        Weekday::Friday => t_string!(i18n, regulations.friday),
        Weekday::Saturday => t_string!(i18n, regulations.saturday),
        Weekday::Sunday => t_string!(i18n, regulations.sunday),
    }
}
