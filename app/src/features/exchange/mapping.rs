//! A table is read as a person says: which sheet, where the headings are, what each column holds.

use leptos::prelude::*;
use leptos_i18n::I18nContext;
use shared::exchange::table::{DayOrder, Field, Lengths, Mapping, MoneyUnit, Outline, Row};

use super::job::{SheetHead, Tables};
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::ui::each::For;
use crate::ui::show::Show;

/// How many rows are shown below the headings.
const SHOWN: usize = 8;
/// Headings are looked for in so many rows.
const HEADINGS: usize = 20;

type I18n = I18nContext<Locale>;

/// What a column may hold, in words.
pub(super) fn field(i18n: I18n, field: Field) -> String {
    match field {
        Field::Ignore => t_string!(i18n, exchange.field_ignore),
        Field::Name => t_string!(i18n, exchange.field_name),
        Field::Number => t_string!(i18n, exchange.field_number),
        Field::Uid => t_string!(i18n, exchange.field_uid),
        Field::Wbs => t_string!(i18n, exchange.field_wbs),
        Field::Level => t_string!(i18n, exchange.field_level),
        Field::Duration => t_string!(i18n, plan.column_duration),
        Field::Start => t_string!(i18n, plan.column_start),
        Field::Finish => t_string!(i18n, plan.column_finish),
        Field::Predecessors => t_string!(i18n, plan.column_predecessors),
        Field::Successors => t_string!(i18n, exchange.field_successors),
        Field::Percent => t_string!(i18n, plan.column_percent),
        Field::Owner => t_string!(i18n, plan.column_owner),
        Field::Deliverable => t_string!(i18n, plan.column_deliverable),
        Field::Notes => t_string!(i18n, exchange.notes),
        Field::Budget => t_string!(i18n, earned.budget),
        Field::Cost => t_string!(i18n, earned.cost),
        Field::ActualStart => t_string!(i18n, plan.column_actual_start),
        Field::ActualFinish => t_string!(i18n, plan.column_actual_finish),
        Field::Deadline => t_string!(i18n, exchange.elem_deadline),
        Field::Milestone => t_string!(i18n, exchange.field_milestone),
    }
    .to_string()
}

/// The letter of a column, as Excel has it.
pub(super) fn letter(column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters
}

/// A list of things to choose from, by their places.
#[component]
fn Pick<T: Copy + PartialEq + Send + Sync + 'static>(
    /// Its name for tests.
    name: &'static str,
    /// What it is about.
    label: Signal<String>,
    /// The things.
    all: Vec<T>,
    /// What each says.
    words: Callback<T, String>,
    /// Which it is.
    now: Signal<T>,
    /// Another was chosen.
    choose: Callback<T>,
) -> impl IntoView {
    let things = all.clone();
    view! {
        <label class="field">
            <span class="field-label">{move || label.get()}</span>
            <select
                class="select"
                data-mapping=name
                on:change=move |ev| {
                    let at: Option<usize> = event_target_value(&ev).parse().ok();
                    if let Some(one) = at.and_then(|at| things.get(at)) {
                        choose.run(*one);
                    }
                }
            >
                {all
                    .into_iter()
                    .enumerate()
                    .map(|(at, one)| {
                        view! {
                            <option value=at.to_string() selected=move || now.get() == one>
                                {move || words.run(one)}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}

/// The step of a table between file and preview.
#[component]
pub(super) fn MappingBody(
    /// What the file has.
    tables: RwSignal<Tables>,
    /// Another row has the headings: of the sheet that is shown; none has where there is none.
    headings: Callback<Option<usize>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sheet = Memo::new(move |_| tables.with(|t| t.sheets.get(t.chosen).cloned()));
    let head = move |f: &dyn Fn(&SheetHead) -> String| {
        sheet.with(|sheet| sheet.as_ref().map_or_else(String::new, f))
    };
    let mapping = Memo::new(move |_| {
        sheet.with(|sheet| {
            sheet
                .as_ref()
                .map(|s| s.mapping.clone())
                .unwrap_or_default()
        })
    });
    let change = move |f: &dyn Fn(&mut Mapping)| {
        tables.update(|tables| {
            let chosen = tables.chosen;
            if let Some(sheet) = tables.sheets.get_mut(chosen) {
                f(&mut sheet.mapping);
            }
        });
    };
    let sheets = move || tables.with(|t| t.sheets.len());
    let named = move || mapping.with(|m| m.columns.contains(&Field::Name));
    let columns = Memo::new(move |_| {
        let columns = sheet.with(|sheet| sheet.as_ref().map_or(0, |s| s.columns));
        columns.min(64)
    });
    let rows = Memo::new(move |_| {
        let first = mapping.with(|m| m.first);
        sheet.with(|sheet| {
            let rows = sheet.iter().flat_map(|sheet| &sheet.head.rows);
            rows.skip(first).take(SHOWN).cloned().collect::<Vec<Row>>()
        })
    });
    let cut = move |text: String| match text.chars().count() {
        0..=60 => text,
        _ => text.chars().take(59).chain(['…']).collect(),
    };
    let heading_words = move |row: &Row| {
        let cells = row.cells.iter().map(|cell| cell.value.shown());
        let cells: Vec<String> = cells.filter(|text| !text.is_empty()).take(6).collect();
        let text = cut(cells.join(" · "));
        t_string!(i18n, exchange.row_words, n = row.number, text = text).to_string()
    };
    let outline = move |of: Outline| {
        match of {
            Outline::Flat => t_string!(i18n, exchange.outline_flat),
            Outline::Wbs => t_string!(i18n, exchange.outline_wbs),
            Outline::Number => t_string!(i18n, exchange.outline_number),
            Outline::Level => t_string!(i18n, exchange.outline_level),
            Outline::Indent => t_string!(i18n, exchange.outline_indent),
            Outline::Rows => t_string!(i18n, exchange.outline_rows),
            Outline::Spaces => t_string!(i18n, exchange.outline_spaces),
            Outline::Columns => t_string!(i18n, exchange.outline_columns),
        }
        .to_string()
    };
    let lengths = move |of: Lengths| {
        match of {
            Lengths::WorkingDays => t_string!(i18n, exchange.lengths_days),
            Lengths::Hours => t_string!(i18n, exchange.lengths_hours),
            Lengths::Weeks => t_string!(i18n, exchange.lengths_weeks),
            Lengths::Months => t_string!(i18n, exchange.lengths_months),
            Lengths::CalendarDays => t_string!(i18n, exchange.lengths_calendar),
        }
        .to_string()
    };
    let days = move |of: DayOrder| {
        match of {
            DayOrder::MonthFirst => t_string!(i18n, exchange.days_month_first),
            DayOrder::DayFirst => t_string!(i18n, exchange.days_day_first),
        }
        .to_string()
    };
    let money = move |of: MoneyUnit| {
        match of {
            MoneyUnit::One => t_string!(i18n, exchange.money_one),
            MoneyUnit::TenThousand => t_string!(i18n, exchange.money_ten_thousand),
        }
        .to_string()
    };
    let label = move |text: fn(I18n) -> String| Signal::derive(move || text(i18n));
    view! {
        <p>{t!(i18n, exchange.mapping_lead)}</p>
        <div class="exchange-mapping-fields">
            <Show when=move || { sheets() > 1 }>
                <label class="field">
                    <span class="field-label">{t!(i18n, exchange.sheet)}</span>
                    <select
                        class="select"
                        data-mapping="sheet"
                        on:change=move |ev| {
                            let at = event_target_value(&ev).parse().unwrap_or(0);
                            tables.update(|tables| tables.chosen = at);
                        }
                    >
                        {move || {
                            tables
                                .with(|tables| {
                                    let all = tables.sheets.iter().enumerate();
                                    all.map(|(at, sheet)| {
                                        view! {
                                            <option value=at.to_string() selected=at == tables.chosen>
                                                {sheet.head.name.clone()}
                                            </option>
                                        }
                                    })
                                        .collect_view()
                                })
                        }}
                    </select>
                </label>
            </Show>
            <label class="field">
                <span class="field-label">{t!(i18n, exchange.headings)}</span>
                <select
                    class="select"
                    data-mapping="heading"
                    on:change=move |ev| headings.run(event_target_value(&ev).parse().ok())
                >
                    <option value="" selected=move || mapping.with(|m| m.heading.is_none())>
                        {t!(i18n, exchange.headings_none)}
                    </option>
                    {move || {
                        let now = mapping.with(|m| m.heading);
                        sheet
                            .with(|sheet| {
                                let rows = sheet.iter().flat_map(|sheet| &sheet.head.rows);
                                rows.take(HEADINGS)
                                    .enumerate()
                                    .map(|(at, row)| {
                                        view! {
                                            <option value=at.to_string() selected=Some(at) == now>
                                                {heading_words(row)}
                                            </option>
                                        }
                                    })
                                    .collect_view()
                            })
                    }}
                </select>
            </label>
            <Pick
                name="outline"
                label=label(|i18n| t_string!(i18n, exchange.outline).to_string())
                all=vec![Outline::Flat, Outline::Wbs, Outline::Number, Outline::Level, Outline::Indent, Outline::Rows, Outline::Spaces, Outline::Columns]
                words=Callback::new(outline)
                now=Signal::derive(move || mapping.with(|m| m.outline))
                choose=Callback::new(move |of| change(&|m| m.outline = of))
            />
            <Pick
                name="lengths"
                label=label(|i18n| t_string!(i18n, exchange.lengths).to_string())
                all=vec![Lengths::WorkingDays, Lengths::CalendarDays, Lengths::Hours, Lengths::Weeks, Lengths::Months]
                words=Callback::new(lengths)
                now=Signal::derive(move || mapping.with(|m| m.lengths))
                choose=Callback::new(move |of| change(&|m| m.lengths = of))
            />
            <Pick
                name="days"
                label=label(|i18n| t_string!(i18n, exchange.day_order).to_string())
                all=vec![DayOrder::MonthFirst, DayOrder::DayFirst]
                words=Callback::new(days)
                now=Signal::derive(move || mapping.with(|m| m.days))
                choose=Callback::new(move |of| change(&|m| m.days = of))
            />
            <Show when=move || {
                mapping.with(|m| m.columns.contains(&Field::Budget) || m.columns.contains(&Field::Cost))
            }>
                <Pick
                    name="money"
                    label=label(|i18n| t_string!(i18n, exchange.money).to_string())
                    all=vec![MoneyUnit::One, MoneyUnit::TenThousand]
                    words=Callback::new(money)
                    now=Signal::derive(move || mapping.with(|m| m.money))
                    choose=Callback::new(move |of| change(&|m| m.money = of))
                />
            </Show>
        </div>
        <Show when=move || !named()>
            <p class="notice notice-warn" role="alert">{t!(i18n, exchange.mapping_no_name)}</p>
        </Show>
        <div class="table-wrap exchange-table exchange-mapping" tabindex="0" role="region" aria-label=t!(i18n, exchange.mapping_title)>
            <table class="table">
                <thead>
                    <tr>
                        <th></th>
                        <For each=move || 0..columns.get() key=|column| *column let:column>
                            <th>
                                <span class="muted">
                                    {letter(column)} " "
                                    {move || mapping.with(|m| m.titles.get(column).cloned().map(cut))}
                                </span>
                                <select
                                    class="select"
                                    data-mapping-column=column.to_string()
                                    aria-label=move || t_string!(i18n, exchange.column_holds, letter = letter(column)).to_string()
                                    class:mapped=move || {
                                        mapping.with(|m| m.columns.get(column).is_some_and(|f| *f != Field::Ignore))
                                    }
                                    on:change=move |ev| {
                                        let at: Option<usize> = event_target_value(&ev).parse().ok();
                                        let to = at.and_then(|at| Field::ALL.get(at).copied());
                                        change(&|m| choose(m, column, to.unwrap_or_default()));
                                    }
                                >
                                    {Field::ALL
                                        .into_iter()
                                        .enumerate()
                                        .map(|(at, one)| {
                                            view! {
                                                <option
                                                    value=at.to_string()
                                                    selected=move || {
                                                        let now = mapping.with(|m| m.columns.get(column).copied());
                                                        now.unwrap_or_default() == one
                                                    }
                                                >
                                                    {move || field(i18n, one)}
                                                </option>
                                            }
                                        })
                                        .collect_view()}
                                </select>
                            </th>
                        </For>
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        rows.get()
                            .into_iter()
                            .map(|row| {
                                let cells = (0..columns.get())
                                    .map(|column| view! { <td>{cut(row.value(column).shown())}</td> })
                                    .collect_view();
                                view! {
                                    <tr>
                                        <td class="muted num">{row.number}</td>
                                        {cells}
                                    </tr>
                                }
                            })
                            .collect_view()
                    }}
                </tbody>
            </table>
        </div>
        <p class="field-hint">
            {move || head(&|sheet| t_string!(i18n, exchange.sheet_rows, n = sheet.rows).to_string())}
        </p>
    }
}

/// Says what a column holds; another that held the same holds nothing then.
fn choose(mapping: &mut Mapping, column: usize, to: Field) {
    // several columns of names are one for each level
    let levels = to == Field::Name && mapping.outline == Outline::Columns;
    if to != Field::Ignore && !levels {
        for other in &mut mapping.columns {
            if *other == to {
                *other = Field::Ignore;
            }
        }
    }
    if mapping.columns.len() <= column {
        mapping.columns.resize(column + 1, Field::Ignore);
    }
    if let Some(slot) = mapping.columns.get_mut(column) {
        *slot = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_excel() {
        let letters = [0, 25, 26, 51, 52, 701, 702].map(letter);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn no_two_columns_hold_the_same() {
        let mut mapping = Mapping {
            columns: vec![Field::Name, Field::Duration],
            ..Mapping::default()
        };
        choose(&mut mapping, 3, Field::Name);
        assert_eq!(
            mapping.columns,
            [Field::Ignore, Field::Duration, Field::Ignore, Field::Name]
        );
        choose(&mut mapping, 3, Field::Ignore);
        assert_eq!(mapping.columns[3], Field::Ignore);
    }
}
