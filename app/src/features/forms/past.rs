//! What was done to a form: every entry of the ledger about it.

use leptos::prelude::*;
use shared::base::{DocumentId, ProjectId};
use shared::ledger::project::Past;

use super::{Known, wording};
use crate::i18n::{t, t_string, use_i18n};
use crate::shell::use_replica;

/// The record of a form.
#[component]
pub(super) fn Record(project: ProjectId, form: DocumentId) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let ledger = replica.ledger(project).ledger();
    let past = Memo::new(move |_| {
        ledger.with(|ledger| {
            let ledger = ledger.as_ref()?;
            let (hash, past, outside) = ledger.look(|project| {
                let form = project.forms().get(&form)?;
                let past: Vec<Past> = form.past.clone();
                Some((form.pack_hash, past, project.outside().clone()))
            })?;
            Some((Known(ledger.packs.get(&hash)?.clone()), past, outside))
        })
    });
    let lines = move || {
        let Some((Known(pack), past, outside)) = past.get() else {
            return Vec::new();
        };
        past.into_iter()
            .map(|one| {
                let name = outside.get(&one.by).cloned();
                let name = name.unwrap_or_else(|| wording::person(replica, None, one.by));
                let what = pack.form(&one.act.kind).map(|kind| wording::act(i18n, replica, &pack, kind, &one.act));
                let muted = one.late.is_some();
                let late = one.late.as_ref().map(|why| {
                    let why = wording::refused(i18n, replica, why);
                    view! { <p class="muted">{t_string!(i18n, reviews.came_late, why = why).to_string()}</p> }
                });
                view! {
                    <li class:muted=muted data-entry=one.seq.to_string()>
                        <p><strong>{name}</strong>" "{what}</p>
                        {(!one.act.words.is_empty()).then(|| view! { <blockquote>{one.act.words.clone()}</blockquote> })}
                        {late}
                        <small class="muted">{wording::when(i18n, one.at)}" · "{t_string!(i18n, reviews.entry, seq = one.seq).to_string()}</small>
                    </li>
                }
            })
            .collect()
    };
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, reviews.record)}</h2></div>
            <ol class="review-record card-body">{move || lines().into_iter().collect_view()}</ol>
        </section>
    }
}
