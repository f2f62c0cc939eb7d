//! Beside a table of resources: what the plans of all projects leave of them, to be taken over.

use leptos::prelude::*;
use shared::api::PoolResource;
use shared::base::Moment;
use shared::domain::number::Number;
use shared::domain::resource::{Units, WHOLE};
use shared::pack::form::{FieldKind, FromPool};
use shared::pack::value::{Answers, Value};

use super::super::edit::Edit;
use super::super::host::PoolAsk;
use super::super::shown;
use super::grid::Grid;
use crate::i18n::t;
use crate::platform::{clock, element};
use crate::ui::dates;
use crate::ui::show::Show;

/// So many days are looked at, unless others are asked for: a quarter.
const SPAN: i64 = 91;

/// What came of asking.
#[derive(Clone, PartialEq)]
enum Came {
    Asked,
    Rows(Vec<PoolResource>),
    Not(String),
}

/// So much of a resource, with no more digits than a column takes; what is cut off is not promised.
fn amount(units: Units, digits: u8) -> Option<Number> {
    let cut = 10_i64.pow(3 - u32::from(digits.min(3)));
    let units = units - units.rem_euclid(cut);
    let (whole, part) = (units.div_euclid(WHOLE), units.rem_euclid(WHOLE));
    format!("{whole}.{part:03}").parse().ok()
}

/// A resource goes into the row that has its name, or into a new one.
fn taken(grid: Grid, pool: &FromPool, row: &PoolResource) {
    let columns = grid.columns();
    let free = columns.iter().find(|column| column.id == pool.free);
    let digits = match free.map(|column| &column.kind) {
        Some(FieldKind::Number { digits, .. }) => *digits,
        _ => 0,
    };
    let Some(free) = amount(row.free, digits).map(Value::Number) else {
        return;
    };
    let table = grid.table();
    let named = |answers: &Answers| match answers.get(&pool.resource) {
        Some(Value::Text(name)) => name.trim().to_lowercase() == row.name.to_lowercase(),
        _ => false,
    };
    let (known, count) = grid
        .cx
        .with_rows(&table, |rows| (rows.iter().position(named), rows.len()));
    let edit = match known {
        Some(at) => Edit::Cell {
            table: table.clone(),
            row: at,
            column: pool.free.clone(),
            value: Some(free),
        },
        None => Edit::AddRows {
            table: table.clone(),
            after: count.checked_sub(1),
            rows: vec![Answers::from([
                (pool.resource.clone(), Value::Text(row.name.clone())),
                (pool.free.clone(), free),
            ])],
        },
    };
    grid.cx.edit_rows(&table, vec![edit]);
}

/// What is left of resources; asked for when it is opened, as it needs a network.
#[component]
pub(super) fn PoolSide(grid: Grid, pool: FromPool) -> impl IntoView {
    let i18n = grid.cx.i18n;
    let ask = grid.cx.host.pool?;
    let today = Moment::from_day(clock::local_now().day());
    let first = RwSignal::new(today);
    let last = RwSignal::new(Moment::from_day(today.day() + SPAN));
    let came = RwSignal::new(None::<Came>);
    let look = move || {
        came.set(Some(Came::Asked));
        let (from, to) = (first.get_untracked(), last.get_untracked());
        let done = move |rows: Result<Vec<PoolResource>, String>| {
            // the form may be gone, or other days asked for, meanwhile
            let same =
                first.try_get_untracked() == Some(from) && last.try_get_untracked() == Some(to);
            if same {
                came.set(Some(rows.map_or_else(Came::Not, Came::Rows)));
            }
        };
        ask.run(PoolAsk {
            first: from,
            last: to,
            done: Callback::new(done),
        });
    };
    let day = move |signal: RwSignal<Moment>| {
        move |ev: leptos::ev::Event| {
            if element::half_typed(&ev) {
                return;
            }
            let today = clock::local_now();
            let day = dates::parse(&event_target_value(&ev), today, today);
            if let Some((day, _)) = day {
                signal.set(Moment::from_day(day.day()));
                if last.get_untracked() < first.get_untracked() {
                    last.set(first.get_untracked());
                }
                look();
            }
        }
    };
    let units = |units: Units| amount(units, 3).map_or_else(String::new, shown::figures);
    let rows = Memo::new(move |_| match came.get() {
        Some(Came::Rows(rows)) => rows,
        _ => Vec::new(),
    });
    let pool = StoredValue::new(pool);
    let line = move |row: PoolResource| {
        let name = row.name.clone();
        let short = row.busiest > row.there;
        let numbers = [row.there, row.busiest, row.free];
        let numbers =
            numbers.map(|number| view! { <td class="form-pool-number">{units(number)}</td> });
        let take = move |_| pool.with_value(|pool| taken(grid, pool, &row));
        view! {
            <tr class:form-pool-short=short>
                <th scope="row">{name.clone()}</th>
                {numbers}
                <td>
                    <button type="button" class="button button-quiet" data-take=name on:click=take>
                        {t!(i18n, forms.pool_take)}
                    </button>
                </td>
            </tr>
        }
    };
    let opened = move |ev: leptos::ev::Event| {
        if element::is_open(&ev) && came.get_untracked().is_none() {
            look();
        }
    };
    let none = move || matches!(came.get(), Some(Came::Rows(rows)) if rows.is_empty());
    Some(view! {
        <details class="form-pool" on:toggle=opened>
            <summary>{t!(i18n, forms.pool)}</summary>
            <p class="form-help">{t!(i18n, forms.pool_help)}</p>
            <div class="form-pool-days">
                <label>
                    {t!(i18n, forms.pool_first)}
                    <input type="date" class="input form-date-input" prop:value=move || dates::iso(first.get()) on:change=day(first) />
                </label>
                <label>
                    {t!(i18n, forms.pool_last)}
                    <input type="date" class="input form-date-input" prop:value=move || dates::iso(last.get()) on:change=day(last) />
                </label>
            </div>
            {move || match came.get() {
                Some(Came::Asked) => Some(view! { <p class="form-help" role="status">{t!(i18n, forms.pool_asked)}</p> }.into_any()),
                Some(Came::Not(why)) => Some(view! { <p class="form-error" role="alert">{why}</p> }.into_any()),
                _ => None,
            }}
            <Show when=none>
                <p class="form-help">{t!(i18n, forms.pool_none)}</p>
            </Show>
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <table class="form-pool-rows">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, forms.pool_name)}</th>
                            <th scope="col" class="form-pool-number">{t!(i18n, forms.pool_there)}</th>
                            <th scope="col" class="form-pool-number">{t!(i18n, forms.pool_busiest)}</th>
                            <th scope="col" class="form-pool-number">{t!(i18n, forms.pool_free)}</th>
                            <td></td>
                        </tr>
                    </thead>
                    <tbody>{move || rows.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </Show>
        </details>
    })
}
