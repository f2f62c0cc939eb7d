//! Calendar feeds: a project's dates for a calendar program.

use base::{ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// Which dates a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeedHolds {
    /// All tasks, milestones and deadlines.
    All,
    /// Those whose owner the feed's person is.
    Mine,
    /// Milestones and deadlines only.
    Dates,
}

/// In which language the texts of a feed are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FeedLanguage {
    /// 中文.
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

dto! {
    /// A calendar feed to make.
    pub struct NewFeed {
        /// Of which project.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub project: ProjectId,
        /// What it is for ("my phone"); may be empty.
        #[serde(default)]
        pub label: String,
        /// Which dates it holds.
        pub holds: FeedHolds,
        /// In which language.
        pub language: FeedLanguage,
    }

    /// A calendar feed, its address shown once.
    pub struct MadeFeed {
        /// As the list has it.
        pub feed: Feed,
        /// The path of its address at this server: `/api/feeds/....ics`. Whoever has it reads the dates.
        pub path: String,
    }

    /// A calendar feed in the list.
    pub struct Feed {
        /// Its id.
        pub id: String,
        /// Of which project; the feed gives nothing while its person is no member.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub project: ProjectId,
        /// What it is for.
        pub label: String,
        /// Which dates it holds.
        pub holds: FeedHolds,
        /// In which language.
        pub language: FeedLanguage,
        /// When it was made.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// When a calendar last asked for it.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub last_used: Option<Timestamp>,
    }
}
