//! Cells of a table that were not taken as they are.

use leptos::prelude::*;
use shared::exchange::table::{CellNote, Kept};

use super::mapping::{field, letter};
use super::preview::{More, ROWS};
use crate::i18n::{t, t_string, use_i18n};

/// The list of them.
#[component]
pub(super) fn Cells(
    /// Which.
    cells: Vec<CellNote>,
    /// How many more there are.
    more: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    let all = cells.len() + more;
    let kept = move |kept: &Kept| match kept {
        Kept::Nothing => t_string!(i18n, exchange.kept_nothing).to_string(),
        Kept::NoRow => t_string!(i18n, exchange.kept_no_row).to_string(),
        Kept::OneDay => t_string!(i18n, exchange.kept_one_day).to_string(),
        Kept::Dates => t_string!(i18n, exchange.kept_dates).to_string(),
        Kept::ReadAs(text) => {
            t_string!(i18n, exchange.kept_read_as, text = text.clone()).to_string()
        }
        Kept::WithoutLinks(links) => {
            t_string!(i18n, exchange.kept_without, links = links.join("; ")).to_string()
        }
        Kept::Repeated(links) => {
            t_string!(i18n, exchange.kept_repeated, links = links.join("; ")).to_string()
        }
        Kept::BeforeStart => t_string!(i18n, exchange.kept_before_start).to_string(),
        Kept::Taken => t_string!(i18n, exchange.kept_taken).to_string(),
        Kept::Cut => t_string!(i18n, exchange.kept_cut).to_string(),
        Kept::TooMany => t_string!(i18n, exchange.kept_too_many).to_string(),
    };
    if all == 0 {
        return ().into_any();
    }
    let rows = cells
        .into_iter()
        .take(ROWS)
        .map(|cell| {
            let column = cell.column.and_then(|column| usize::try_from(column).ok());
            let place = format!("{}{}", column.map(letter).unwrap_or_default(), cell.row);
            view! {
                <tr>
                    <td class="num">{place}</td>
                    <td>{move || field(i18n, cell.field)}</td>
                    <td>{cell.text}</td>
                    <td>{move || kept(&cell.kept)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack-2" id="import-cells">
            <h3>{t!(i18n, exchange.cells, n = all)}</h3>
            <p class="field-hint">{t!(i18n, exchange.cells_hint)}</p>
            <div class="table-wrap exchange-table">
                <table class="table">
                    <thead>
                        <tr>
                            <th class="num">{t!(i18n, exchange.cell)}</th>
                            <th>{t!(i18n, exchange.cell_field)}</th>
                            <th>{t!(i18n, exchange.in_file)}</th>
                            <th>{t!(i18n, exchange.what)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <More all=all />
        </section>
    }
    .into_any()
}
