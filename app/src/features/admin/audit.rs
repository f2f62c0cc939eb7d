//! The record 审计: what happened to accounts and to the organisation, by person and day.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{AuditLine, AuditPage, Grant};
use shared::base::Moment;

use super::audit_words::{Named, happened};
use super::rules::Rules;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::language;
use crate::platform::http::{self, HttpError};
use crate::platform::{clock, intl};
use crate::shell::use_replica;
use crate::ui::choose::{Choose, Group, name_of};
use crate::ui::dates;
use crate::ui::fetched::Fetching;

/// What was fetched so far.
#[derive(Clone, Default)]
struct Record {
    lines: Vec<AuditLine>,
    names: BTreeMap<String, String>,
    grants: Vec<Grant>,
    more: bool,
}

/// The beginning of the day of a field, `days` later, as a part of an address.
fn from(name: &str, text: &str, days: i64) -> String {
    let near = Moment::default();
    dates::parse(text, near, near).map_or_else(String::new, |(day, _)| {
        let at = clock::absolute(Moment::from_day(day.day() + days));
        format!("&{name}={}", at.0)
    })
}

#[component]
pub(super) fn Audit() -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let organisation = replica.organisation();
    let rules = Rules::load(replica, false);
    let person = RwSignal::new(String::new());
    let (first, last) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let record = RwSignal::new(None::<Record>);
    let failed = RwSignal::new(None::<HttpError>);
    // an answer to an older question is not shown
    let asked = StoredValue::new(0_u32);
    let load = move |more: bool| {
        let before = match more {
            true => record.with_untracked(|r| r.as_ref()?.lines.last().map(|line| line.id)),
            false => None,
        };
        let before = before.map_or_else(String::new, |id| format!("&before={id}"));
        let path = format!(
            "/api/audit?person={}{}{}{before}",
            person.get_untracked(),
            first.with_untracked(|day| from("since", day, 0)),
            last.with_untracked(|day| from("until", day, 1)),
        );
        asked.update_value(|n| *n += 1);
        let this = asked.get_value();
        spawn_local(async move {
            let answer = http::get::<AuditPage>(&path).await;
            if asked.try_get_value() != Some(this) {
                return;
            }
            match answer {
                Ok(page) => {
                    let packs: Vec<String> = page.grants.iter().map(|g| g.pack.clone()).collect();
                    record.update(|record| {
                        let known = record.get_or_insert_default();
                        if !more {
                            *known = Record::default();
                        }
                        known.lines.extend(page.lines);
                        known.names.extend(page.names);
                        known.grants.extend(page.grants);
                        known.more = page.more;
                    });
                    failed.set(None);
                    for pack in packs {
                        if !rules
                            .known
                            .with_untracked(|known| known.contains_key(&pack))
                        {
                            rules.refresh(&pack);
                        }
                    }
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    Effect::new(move |_| {
        person.track();
        first.track();
        last.track();
        load(false);
    });
    let people = Signal::derive(move || {
        organisation.with(|o| {
            let all = o.iter().flat_map(|o| &o.people);
            let options = all.map(|p| (p.id.to_string(), p.display_name.clone()));
            vec![Group {
                label: String::new(),
                options: options.collect(),
            }]
        })
    });
    let day = move |id: &'static str, value: RwSignal<String>, label: Signal<String>| {
        view! {
            <div class="field">
                <label for=id>{move || label.get()}</label>
                <input
                    id=id
                    class="input"
                    type="date"
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </div>
        }
    };
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, organisation.audit)}</h2></div>
            <div class="card-body filters">
                <Choose
                    id="audit-person"
                    label=t_signal!(i18n, organisation.person)
                    value=person
                    none=t_signal!(i18n, organisation.everybody)
                    groups=people
                />
                {day("audit-first", first, t_signal!(i18n, organisation.from_day))}
                {day("audit-last", last, t_signal!(i18n, organisation.to_day))}
            </div>
            <Fetching
                here=Signal::derive(move || record.with(Option::is_some))
                failed=failed
                again=Callback::new(move |()| load(false))
            />
            <div class="table-wrap" tabindex="0" role="region" aria-label=t!(i18n, organisation.audit)>
                <table class="table" id="audit-lines">
                    <thead><tr>
                        <th scope="col">{t!(i18n, organisation.time)}</th>
                        <th scope="col">{t!(i18n, organisation.who)}</th>
                        <th scope="col">{t!(i18n, organisation.what_happened)}</th>
                        <th scope="col">{t!(i18n, organisation.address)}</th>
                    </tr></thead>
                    <tbody>
                        {move || record.with(|record| {
                            let record = record.as_ref()?;
                            let rows = organisation.with(|o| {
                                let named = Named {
                                    i18n,
                                    organisation: o,
                                    names: &record.names,
                                    grants: &record.grants,
                                    rules,
                                };
                                let row = |line: &AuditLine| {
                                    let who = line.by.map_or_else(
                                        || named.account(&line.name),
                                        |by| name_of(o, by),
                                    );
                                    view! {
                                        <tr data-event=line.event.clone()>
                                            <td class="audit-time">
                                                {intl::format_timestamp(language::tag(i18n.get_locale()), line.at)}
                                            </td>
                                            <td>{who}</td>
                                            <td>{happened(&named, line)}</td>
                                            <td class="muted">{line.address.clone()}</td>
                                        </tr>
                                    }
                                };
                                record.lines.iter().map(row).collect_view()
                            });
                            Some(rows)
                        })}
                    </tbody>
                </table>
            </div>
            {move || {
                let empty = record.with(|r| r.as_ref().is_some_and(|r| r.lines.is_empty()));
                empty.then(|| view! { <p class="card-body muted">{t!(i18n, organisation.audit_none)}</p> })
            }}
            {move || {
                let more = record.with(|r| r.as_ref().is_some_and(|r| r.more));
                more.then(|| view! {
                    <div class="card-body">
                        <button type="button" class="button" id="audit-more" on:click=move |_| load(true)>
                            {t!(i18n, organisation.earlier)}
                        </button>
                    </div>
                })
            }}
            <p class="card-body muted party-about">
                {move || t_string!(i18n, organisation.audit_about)}
            </p>
        </section>
    }
}
