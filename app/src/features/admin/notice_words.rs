//! What people read about notices: what they tell, by which way, why not.

use shared::api::{NoticeChannel, RobotKind, WhyUnsent};
use shared::base::Timestamp;
use shared::ledger::notice::Kind;

use crate::i18n::t_string;
use crate::language;
use crate::platform::intl;
use crate::words::Texts;

/// What a notice tells, in a word.
pub(super) fn kind(i18n: Texts, kind: Kind) -> &'static str {
    match kind {
        Kind::Waits => t_string!(i18n, notices.kind_waits),
        Kind::Vacant => t_string!(i18n, notices.kind_vacant),
        Kind::Returned => t_string!(i18n, notices.kind_returned),
        Kind::Rejected => t_string!(i18n, notices.kind_rejected),
        Kind::Approved => t_string!(i18n, notices.kind_approved),
        Kind::Undone => t_string!(i18n, notices.kind_undone),
        Kind::Copied => t_string!(i18n, notices.kind_copied),
        Kind::Reminded => t_string!(i18n, notices.kind_reminded),
        Kind::DueSoon => t_string!(i18n, notices.kind_due_soon),
        Kind::Overdue => t_string!(i18n, notices.kind_overdue),
        Kind::Escalated => t_string!(i18n, notices.kind_escalated),
        Kind::LateOpinion => t_string!(i18n, notices.kind_late_opinion),
    }
}

/// Where a robot's group is.
pub(super) fn vendor(i18n: Texts, kind: RobotKind) -> &'static str {
    match kind {
        RobotKind::Wecom => t_string!(i18n, notices.wecom),
        RobotKind::Dingtalk => t_string!(i18n, notices.dingtalk),
        RobotKind::Feishu => t_string!(i18n, notices.feishu),
    }
}

/// By which way.
pub(super) fn channel(i18n: Texts, channel: NoticeChannel) -> &'static str {
    match channel {
        NoticeChannel::Mail => t_string!(i18n, notices.by_mail),
        NoticeChannel::Push => t_string!(i18n, notices.by_push),
        NoticeChannel::Robot => t_string!(i18n, notices.by_robot),
    }
}

/// Why something was not sent, and what to do.
pub(super) fn why(i18n: Texts, why: Option<WhyUnsent>) -> &'static str {
    match why {
        Some(WhyUnsent::Off) => t_string!(i18n, notices.why_off),
        Some(WhyUnsent::Address) => t_string!(i18n, notices.why_address),
        Some(WhyUnsent::Unreachable) => t_string!(i18n, notices.why_unreachable),
        Some(WhyUnsent::NoRobot) => t_string!(i18n, notices.why_no_robot),
        Some(WhyUnsent::Security) => t_string!(i18n, notices.why_security),
        Some(WhyUnsent::TooOften) => t_string!(i18n, notices.why_too_often),
        Some(WhyUnsent::Refused) | None => t_string!(i18n, notices.why_refused),
    }
}

/// What the other side said, where it said anything.
pub(super) fn said(i18n: Texts, said: &str) -> Option<String> {
    let said = said.trim().to_owned();
    (!said.is_empty()).then(|| t_string!(i18n, notices.said, said = said).to_string())
}

/// A moment as people here read it.
pub(super) fn at(i18n: Texts, at: Timestamp) -> String {
    intl::format_timestamp(language::tag(i18n.get_locale()), at)
}
