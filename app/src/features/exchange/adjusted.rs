//! What is taken over with changes: grouped by what was done, with the tasks.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::exchange::mspdi;

use super::preview::{More, Names, ROWS};
use super::words;
use crate::i18n::{t, t_string, use_i18n};

/// How many tasks are named in one row.
const NAMED: usize = 12;

/// What is taken over with changes.
#[component]
pub(super) fn Adjusted(
    /// All of it.
    adjusted: Vec<mspdi::Adjusted>,
    /// Names of tasks.
    names: Names,
) -> impl IntoView {
    let i18n = use_i18n();
    let count = adjusted.len();
    if count == 0 {
        return ().into_any();
    }
    let mut groups: BTreeMap<mspdi::Adjustment, Vec<String>> = BTreeMap::new();
    for one in adjusted {
        let name = match one.task {
            Some(task) => names.get(task),
            None => t_string!(i18n, exchange.whole_plan).to_string(),
        };
        groups.entry(one.what).or_default().push(name);
    }
    let kinds = groups.len();
    let rows = groups
        .into_iter()
        .take(ROWS)
        .map(|(what, mut at)| {
            let all = at.len();
            at.truncate(NAMED);
            if all > NAMED {
                at.push(t_string!(i18n, exchange.more, n = all - NAMED).to_string());
            }
            view! {
                <tr>
                    <td>{words::adjustment(i18n, &what)}</td>
                    <td class="num">{all}</td>
                    <td>{at.join(", ")}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack-2" id="import-adjusted">
            <h3>{t!(i18n, exchange.adjusted, n = count)}</h3>
            <div class="table-wrap exchange-table">
                <table class="table">
                    <thead>
                        <tr>
                            <th>{t!(i18n, exchange.what)}</th>
                            <th class="num">{t!(i18n, exchange.count)}</th>
                            <th>{t!(i18n, exchange.at_tasks)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <More all=kinds />
        </section>
    }
    .into_any()
}
