//! The columns of the grid: which, how wide, which give way on a narrow screen. Pure.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shared::base::FieldId;

/// A column of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Column {
    Number,
    Name,
    Duration,
    Start,
    Finish,
    Predecessors,
    Owner,
    Resources,
    Percent,
    ActualStart,
    ActualFinish,
    Deliverable,
    Slack,
    Budget,
    Cost,
    AgreedStart,
    AgreedFinish,
    /// How much later than agreed it finishes.
    Later,
    /// A custom field of the plan.
    Own(FieldId),
}

/// All columns that every plan has, in their order on the screen.
pub(crate) const ALL: [Column; 18] = [
    Column::Number,
    Column::Name,
    Column::Duration,
    Column::Start,
    Column::Finish,
    Column::Predecessors,
    Column::Owner,
    Column::Resources,
    Column::Percent,
    Column::ActualStart,
    Column::ActualFinish,
    Column::Deliverable,
    Column::Slack,
    Column::Budget,
    Column::Cost,
    Column::AgreedStart,
    Column::AgreedFinish,
    Column::Later,
];

/// What is shown without a choice; the last give way first on a narrow screen.
const USUAL: [Column; 8] = [
    Column::Number,
    Column::Name,
    Column::Duration,
    Column::Start,
    Column::Finish,
    Column::Percent,
    Column::Owner,
    Column::Predecessors,
];

/// Which document a column is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    Plan,
    Progress,
    /// It is derived.
    Nothing,
}

impl Column {
    /// Its name in `data-field` and in the kept choice.
    pub(crate) fn key(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Own(id) => return Cow::Owned(format!("x-{id}")),
            Self::Number => "number",
            Self::Name => "name",
            Self::Duration => "duration",
            Self::Start => "start",
            Self::Finish => "finish",
            Self::Predecessors => "predecessors",
            Self::Owner => "owner",
            Self::Resources => "resources",
            Self::Percent => "percent",
            Self::ActualStart => "actual_start",
            Self::ActualFinish => "actual_finish",
            Self::Deliverable => "deliverable",
            Self::Slack => "slack",
            Self::Budget => "budget",
            Self::Cost => "cost",
            Self::AgreedStart => "agreed_start",
            Self::AgreedFinish => "agreed_finish",
            Self::Later => "later",
        })
    }

    /// The column of a name.
    fn of_key(key: &str) -> Option<Self> {
        if let Some(id) = key.strip_prefix("x-") {
            return id.parse().ok().map(Self::Own);
        }
        ALL.into_iter().find(|column| column.key() == key)
    }

    /// The field of the document behind it, as conflicts, presence and the journal name it.
    pub(crate) fn field(self) -> Cow<'static, str> {
        match self {
            Self::Start => "not_before".into(),
            Self::Number => "parent".into(),
            Self::Own(id) => format!("x/{id}").into(),
            other => other.key(),
        }
    }

    /// The column that shows a field of the document.
    pub(crate) fn of_field(field: &str) -> Option<Self> {
        if field.starts_with("use/") {
            return Some(Self::Resources);
        }
        if field.starts_with("base/") {
            return Some(Self::AgreedStart);
        }
        if let Some(id) = field.strip_prefix("x/") {
            return id.parse().ok().map(Self::Own);
        }
        ALL.into_iter().find(|column| column.field() == field)
    }

    /// Pixels at the usual text size, where no text is measured.
    pub(crate) fn width(self) -> f64 {
        match self {
            Self::Number => 72.0,
            Self::Name => 232.0,
            Self::Deliverable | Self::Resources => 180.0,
            _ => 110.0,
        }
    }

    /// The widest text that it shows, where that can be known: nothing of a figure or a date is ever cut.
    pub(crate) fn widest(self) -> &'static str {
        match self {
            Self::Duration | Self::Slack | Self::Later => "1234.25天",
            Self::Percent => "100%",
            Self::Budget | Self::Cost => "123,456,789.00",
            Self::Start
            | Self::Finish
            | Self::ActualStart
            | Self::ActualFinish
            | Self::AgreedStart
            | Self::AgreedFinish => "28 May 2028",
            _ => "",
        }
    }

    /// Which document it is written to.
    pub(crate) fn writes(self) -> Writes {
        match self {
            Self::Number
            | Self::Finish
            | Self::Slack
            | Self::AgreedStart
            | Self::AgreedFinish
            | Self::Later => Writes::Nothing,
            Self::Percent | Self::ActualStart | Self::ActualFinish | Self::Cost => Writes::Progress,
            _ => Writes::Plan,
        }
    }

    /// It shows figures: set to the right.
    pub(crate) fn is_figure(self) -> bool {
        matches!(
            self,
            Self::Duration | Self::Percent | Self::Slack | Self::Budget | Self::Cost | Self::Later
        )
    }

    /// It holds a date.
    pub(crate) fn is_date(self) -> bool {
        matches!(self, Self::Start | Self::ActualStart | Self::ActualFinish)
    }
}

/// The columns where nobody chose: as many as `room` pixels hold, but number and name.
pub(crate) fn usual(room: f64, wide: impl Fn(Column) -> f64) -> Vec<Column> {
    let mut sum = 0.0;
    let fits = USUAL.into_iter().enumerate().take_while(|(i, column)| {
        sum += wide(*column);
        *i < 2 || sum <= room
    });
    let chosen: Vec<Column> = fits.map(|(_, column)| column).collect();
    ALL.into_iter().filter(|c| chosen.contains(c)).collect()
}

/// A choice as text, to keep.
pub(crate) fn to_text(columns: &[Column]) -> String {
    let keys: Vec<_> = columns.iter().map(|c| c.key()).collect();
    keys.join(" ")
}

/// A kept choice; number and name are always there. `None` where there is none. Custom fields of whatever plan are in it,
/// after the others.
pub(crate) fn from_text(text: &str) -> Option<Vec<Column>> {
    let chosen: Vec<Column> = text.split_whitespace().filter_map(Column::of_key).collect();
    if text.trim().is_empty() {
        return None;
    }
    let always = [Column::Number, Column::Name];
    let usual = ALL.into_iter();
    let usual = usual.filter(|column| always.contains(column) || chosen.contains(column));
    let own = chosen
        .iter()
        .filter(|column| matches!(column, Column::Own(_)));
    Some(usual.chain(own.copied()).collect())
}

/// Pixels of columns.
pub(crate) type Widths = HashMap<Column, f64>;

/// Widths that somebody chose, as text, to keep.
pub(crate) fn widths_to_text(chosen: &Widths) -> String {
    let mut parts: Vec<String> = (chosen.iter())
        .map(|(column, wide)| format!("{}={wide}", column.key()))
        .collect();
    shared::base::sort::plain(&mut parts);
    parts.join(" ")
}

/// Kept widths.
pub(crate) fn widths_from_text(text: &str) -> Widths {
    let parts = text.split(' ').filter_map(|part| part.split_once('='));
    let widths = parts.filter_map(|(key, wide)| Some((Column::of_key(key)?, wide.parse().ok()?)));
    widths
        .filter(|(_, wide)| (40.0..=1_200.0).contains(wide))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_screen_keeps_number_and_name() {
        let usual = |room| usual(room, Column::width);
        assert_eq!(usual(300.0), [Column::Number, Column::Name]);
        assert!(usual(530.0).contains(&Column::Start));
        assert!(!usual(530.0).contains(&Column::Predecessors));
        assert_eq!(usual(1000.0).len(), USUAL.len());
    }

    #[test]
    fn a_choice_is_kept_in_the_order_of_the_screen() {
        let chosen = [Column::Number, Column::Name, Column::Percent, Column::Slack];
        assert_eq!(from_text(&to_text(&chosen)), Some(chosen.to_vec()));
        assert_eq!(
            from_text("slack nonsense"),
            Some(vec![Column::Number, Column::Name, Column::Slack])
        );
        assert_eq!(from_text(" "), None);
    }

    #[test]
    fn widths_are_kept_where_somebody_chose_them() {
        let own = Column::Own(FieldId::from_bytes([7; 8]));
        let chosen: Widths = [(Column::Name, 300.0), (own, 90.0)].into_iter().collect();
        let text = widths_to_text(&chosen);
        assert_eq!(widths_from_text(&text), chosen);
        assert_eq!(
            widths_from_text("name=x owner=5 nonsense=80"),
            Widths::new()
        );
    }

    #[test]
    fn custom_fields_stand_after_the_others() {
        let own = Column::Own(FieldId::from_bytes([7; 8]));
        let text = to_text(&[own, Column::Number, Column::Name]);
        let columns = [Column::Number, Column::Name, own];
        assert_eq!(from_text(&text), Some(columns.to_vec()));
        assert_eq!(Column::of_field(&own.field()), Some(own));
    }

    #[test]
    fn every_field_leads_back_to_its_column() {
        for column in ALL {
            assert_eq!(Column::of_field(&column.field()), Some(column));
        }
    }
}
