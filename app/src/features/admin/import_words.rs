//! What people read about a table of people.

use shared::domain::organisation::import::{Becomes, Column, What, Wrong};

use crate::i18n::t_string;
use crate::words::Texts;

pub(super) fn becomes(i18n: Texts, becomes: Becomes) -> &'static str {
    match becomes {
        Becomes::Added => t_string!(i18n, organisation.becomes_added),
        Becomes::Changed => t_string!(i18n, organisation.becomes_changed),
        Becomes::Left => t_string!(i18n, organisation.becomes_left),
    }
}

pub(super) fn what(i18n: Texts, what: What) -> &'static str {
    match what {
        What::Department => t_string!(i18n, organisation.what_department),
        What::Post => t_string!(i18n, organisation.what_post),
        What::Person => t_string!(i18n, organisation.what_person),
        What::Belongs => t_string!(i18n, organisation.what_belongs),
        What::Holds => t_string!(i18n, organisation.what_holds),
        What::Heads => t_string!(i18n, organisation.what_heads),
        What::HeadsNoMore => t_string!(i18n, organisation.what_heads_no_more),
    }
}

pub(super) fn column(i18n: Texts, column: Column) -> &'static str {
    match column {
        Column::Department => t_string!(i18n, organisation.column_department),
        Column::Post => t_string!(i18n, organisation.column_post),
        Column::Name => t_string!(i18n, organisation.column_name),
        Column::Account => t_string!(i18n, organisation.column_account),
        Column::Head => t_string!(i18n, organisation.column_head),
        Column::Password => t_string!(i18n, organisation.column_password),
    }
}

pub(super) fn wrong(i18n: Texts, wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::NoHeadings => t_string!(i18n, organisation.wrong_headings),
        Wrong::NotYesOrNo => t_string!(i18n, organisation.wrong_yes_no),
        Wrong::NoAccount => t_string!(i18n, organisation.wrong_no_account),
        Wrong::BadAccount => t_string!(i18n, organisation.wrong_account),
        Wrong::NoName => t_string!(i18n, organisation.wrong_no_name),
        Wrong::NoPassword => t_string!(i18n, organisation.wrong_no_password),
        Wrong::BadPassword => t_string!(i18n, organisation.wrong_password),
        Wrong::BadText => t_string!(i18n, organisation.wrong_text),
        Wrong::TwoNames => t_string!(i18n, organisation.wrong_two_names),
        Wrong::TwoDepartments => t_string!(i18n, organisation.wrong_two_departments),
        Wrong::Contradicts => t_string!(i18n, organisation.wrong_contradicts),
        Wrong::NoDepartment => t_string!(i18n, organisation.wrong_no_department),
        Wrong::Inactive => t_string!(i18n, organisation.wrong_inactive),
        Wrong::TooMany => t_string!(i18n, organisation.wrong_too_many),
    }
}
