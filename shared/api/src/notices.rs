//! Notices: what somebody is told, how they want to be told, and what could not be sent.

use base::{DocumentId, ProjectId, Timestamp};
use ledger::notice::Kind;
use pack::text::{Language, Texts};
use serde::{Deserialize, Serialize};

/// The most notices that are listed at once.
pub const MOST_NOTICES: usize = 100;

/// Whose robot it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RobotKind {
    /// 企业微信.
    Wecom,
    /// 钉钉.
    Dingtalk,
    /// 飞书.
    Feishu,
}

/// Where something is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeChannel {
    /// By mail.
    Mail,
    /// To a browser.
    Push,
    /// To a group.
    Robot,
}

/// Why something was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WhyUnsent {
    /// This server does not send that way.
    Off,
    /// The address is none, or none to which something may be sent.
    Address,
    /// The other side was not reached.
    Unreachable,
    /// The group's robot is not there any more, or its address is another.
    NoRobot,
    /// What the robot's settings for security ask for does not fit: signature 加签, keyword 关键词 or address of the server.
    Security,
    /// Too much was sent in a short time.
    TooOften,
    /// The other side did not take it, for another reason.
    Refused,
}

dto! {
    /// Something that one is told.
    pub struct Notice {
        /// Its id.
        pub id: String,
        /// What it tells.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub kind: Kind,
        /// In which project.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub project: ProjectId,
        /// What that is called.
        pub project_name: String,
        /// Of which form.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub form: DocumentId,
        /// What is known of the form.
        pub about: AboutForm,
        /// By when to decide.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub due: Option<Timestamp>,
        /// When it was made.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub created: Timestamp,
        /// One has seen it.
        pub read: bool,
        /// Nothing waits there any more.
        pub over: bool,
    }

    /// What a notice says of its form.
    pub struct AboutForm {
        /// What such a form is called.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub form: Texts,
        /// What tells it from others of its kind.
        #[serde(default)]
        pub title: Option<String>,
        /// Its number.
        #[serde(default)]
        pub number: Option<String>,
    }

    /// One's newest notices.
    pub struct NoticeList {
        /// The newest first, at most [`MOST_NOTICES`].
        pub notices: Vec<Notice>,
        /// How many were not seen, and are not over.
        pub unread: u32,
    }

    /// Notices that were seen.
    pub struct ReadNotices {
        /// Their ids; none: all.
        #[serde(default)]
        pub ids: Vec<String>,
    }

    /// How somebody wants to be told. Minutes are those of their day, 0 to 1439.
    pub struct NoticePreferences {
        /// Their mail address.
        #[serde(default)]
        pub mail: Option<String>,
        /// By mail.
        pub mail_on: bool,
        /// To the browsers that they registered.
        pub push_on: bool,
        /// Nothing is sent from this minute on.
        #[serde(default)]
        pub quiet_from: Option<u16>,
        /// To before this one.
        #[serde(default)]
        pub quiet_to: Option<u16>,
        /// What is not urgent comes together, once a day, at this minute.
        #[serde(default)]
        pub digest: Option<u16>,
        /// Minutes that their time is ahead of UTC.
        pub zone: i16,
        /// In which language.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub language: Language,
    }

    /// How one is told, and what this server can do.
    pub struct NoticeSettings {
        /// One's wishes.
        pub preferences: NoticePreferences,
        /// Whether this server sends mail.
        pub mail: bool,
        /// The key to register a browser with (base64url); none: this server sends nothing to browsers.
        pub push_key: Option<String>,
        /// Whether this device is registered.
        pub push_here: bool,
    }

    /// A browser that wants to be told, as its push service gave it.
    pub struct PushSubscription {
        /// Where to send.
        pub endpoint: String,
        /// Its public key (base64url).
        pub p256dh: String,
        /// Its secret (base64url).
        pub auth: String,
    }

    /// What became of a test.
    pub struct Sent {
        /// Whether it was taken.
        pub sent: bool,
        /// What the other side said.
        pub said: String,
        /// Why it was not taken.
        #[serde(default)]
        pub why: Option<WhyUnsent>,
    }

    /// A robot of a group, to make.
    pub struct NewRobot {
        /// Whose.
        pub kind: RobotKind,
        /// What people here call it.
        pub name: String,
        /// Its webhook.
        pub url: String,
        /// The secret by which it is signed (钉钉, 飞书), where it has one.
        #[serde(default)]
        pub secret: Option<String>,
        /// What it tells.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub kinds: Vec<Kind>,
        /// In which language.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub language: Language,
        /// Of which project; none: of all.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub project: Option<ProjectId>,
    }

    /// What a robot is to be from now on. Whose it is stays.
    pub struct EditRobot {
        /// What people here call it.
        pub name: String,
        /// Its webhook; none: as it was.
        #[serde(default)]
        pub url: Option<String>,
        /// Its secret; none: as it was, empty: it has none any more.
        #[serde(default)]
        pub secret: Option<String>,
        /// What it tells.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub kinds: Vec<Kind>,
        /// In which language.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub language: Language,
        /// Of which project; none: of all.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub project: Option<ProjectId>,
    }

    /// A robot of a group; its address and secret are not shown again.
    pub struct Robot {
        /// Its id.
        pub id: String,
        /// Whose.
        pub kind: RobotKind,
        /// What people here call it.
        pub name: String,
        /// The host of its webhook.
        pub host: String,
        /// Whether it has a secret.
        pub signed: bool,
        /// Of which project; none: of all.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub project: Option<ProjectId>,
        /// What that is called.
        pub project_name: Option<String>,
        /// What it tells.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub kinds: Vec<Kind>,
        /// In which language.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub language: Language,
        /// When it was made.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
    }

    /// Something that could not be sent.
    pub struct FailedDelivery {
        /// The message that it would have been part of: what has the same was to be sent together.
        pub message: String,
        /// By what.
        pub channel: NoticeChannel,
        /// To whom: a person's name, or a robot's.
        pub to: String,
        /// What it would have told.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub kind: Kind,
        /// In which project.
        pub project_name: String,
        /// How often it was tried.
        pub attempts: u32,
        /// Why not; none: it was tried by an older version.
        pub why: Option<WhyUnsent>,
        /// What went wrong last, as the other side said it.
        pub error: String,
        /// Since when it was to be told.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// When it is tried again; none: now, or it was given up.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub again: Option<Timestamp>,
        /// When it was given up.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub ended: Option<Timestamp>,
    }
}

impl NoticePreferences {
    /// Of who said nothing: in the app only, in Chinese, in China's time.
    pub const fn none() -> Self {
        Self {
            mail: None,
            mail_on: false,
            push_on: false,
            quiet_from: None,
            quiet_to: None,
            digest: None,
            zone: 480,
            language: Language::Chinese,
        }
    }

    /// When they want to be told.
    pub fn hours(&self) -> ledger::notice::when::Hours {
        ledger::notice::when::Hours {
            quiet: self.quiet_from.zip(self.quiet_to),
            digest: self.digest,
            offset: self.zone,
        }
    }
}
