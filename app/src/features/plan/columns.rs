//! The columns of the grid: which, how wide, which give way on a narrow screen. Pure.

/// A column of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    Number,
    Name,
    Duration,
    Start,
    Finish,
    Predecessors,
    Owner,
    Percent,
    ActualStart,
    ActualFinish,
    Deliverable,
    Slack,
}

/// All columns, in their order on the screen.
pub(crate) const ALL: [Column; 12] = [
    Column::Number,
    Column::Name,
    Column::Duration,
    Column::Start,
    Column::Finish,
    Column::Predecessors,
    Column::Owner,
    Column::Percent,
    Column::ActualStart,
    Column::ActualFinish,
    Column::Deliverable,
    Column::Slack,
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
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Duration => "duration",
            Self::Start => "start",
            Self::Finish => "finish",
            Self::Predecessors => "predecessors",
            Self::Owner => "owner",
            Self::Percent => "percent",
            Self::ActualStart => "actual_start",
            Self::ActualFinish => "actual_finish",
            Self::Deliverable => "deliverable",
            Self::Slack => "slack",
        }
    }

    /// The field of the document behind it, as conflicts, presence and the journal name it.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Start => "not_before",
            Self::Number => "parent",
            other => other.key(),
        }
    }

    /// The column that shows a field of the document.
    pub(crate) fn of_field(field: &str) -> Option<Self> {
        ALL.into_iter().find(|column| column.field() == field)
    }

    /// Pixels.
    pub(crate) fn width(self) -> u32 {
        match self {
            Self::Number => 72,
            Self::Name => 232,
            Self::Duration | Self::Percent | Self::Slack => 78,
            Self::Start | Self::Finish | Self::ActualStart | Self::ActualFinish => 114,
            Self::Predecessors => 110,
            Self::Owner => 110,
            Self::Deliverable => 180,
        }
    }

    /// Which document it is written to.
    pub(crate) fn writes(self) -> Writes {
        match self {
            Self::Number | Self::Finish | Self::Slack => Writes::Nothing,
            Self::Percent | Self::ActualStart | Self::ActualFinish => Writes::Progress,
            _ => Writes::Plan,
        }
    }

    /// It shows figures: set to the right.
    pub(crate) fn is_figure(self) -> bool {
        matches!(self, Self::Duration | Self::Percent | Self::Slack)
    }

    /// It holds a date.
    pub(crate) fn is_date(self) -> bool {
        matches!(self, Self::Start | Self::ActualStart | Self::ActualFinish)
    }
}

/// The columns for a screen `width` pixels wide, where nobody chose.
pub(crate) fn usual(width: f64) -> Vec<Column> {
    let count = match width {
        w if w >= 1200.0 => 8,
        w if w >= 1000.0 => 6,
        w if w >= 760.0 => 4,
        w if w >= 560.0 => 3,
        _ => 2,
    };
    let chosen: Vec<Column> = USUAL.into_iter().take(count).collect();
    ALL.into_iter().filter(|c| chosen.contains(c)).collect()
}

/// A choice as text, to keep.
pub(crate) fn to_text(columns: &[Column]) -> String {
    let keys: Vec<&str> = columns.iter().map(|c| c.key()).collect();
    keys.join(" ")
}

/// A kept choice; number and name are always there. `None` where there is none.
pub(crate) fn from_text(text: &str) -> Option<Vec<Column>> {
    let keys: Vec<&str> = text.split_whitespace().collect();
    if keys.is_empty() {
        return None;
    }
    let always = [Column::Number, Column::Name];
    Some(
        ALL.into_iter()
            .filter(|c| always.contains(c) || keys.contains(&c.key()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_screen_keeps_number_and_name() {
        assert_eq!(usual(400.0), [Column::Number, Column::Name]);
        assert!(usual(820.0).contains(&Column::Start));
        assert!(!usual(820.0).contains(&Column::Predecessors));
        assert!(usual(1280.0).contains(&Column::Predecessors));
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
    fn every_field_leads_back_to_its_column() {
        for column in ALL {
            assert_eq!(Column::of_field(column.field()), Some(column));
        }
    }
}
