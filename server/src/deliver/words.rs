//! What notices say, in both languages. Plain text; nothing of what a form holds but what it is called.

use shared::api::Notice;
use shared::base::{Moment, Timestamp};
use shared::ledger::notice::Kind;
use shared::pack::text::Language;

use crate::store::Item;

/// The most that one message names: the app has the rest.
const MOST: usize = 15;
/// The longest that a name gets.
const LONGEST: usize = 120;

/// A text of the test that somebody asks for.
pub(super) const fn test(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Chinese => (
            "准绳：测试通知",
            "这是一条测试通知。收到它，说明通知可以送达。",
        ),
        Language::English => (
            "Plumbline: test",
            "This is a test. If you read it, notices reach you.",
        ),
    }
}

/// What happened, in a few words.
const fn what(kind: Kind, language: Language) -> &'static str {
    match (language, kind) {
        (Language::Chinese, kind) => match kind {
            Kind::Waits => "待您处理",
            Kind::Vacant => "无人可处理，请指派",
            Kind::Returned => "已退回",
            Kind::Rejected => "已驳回",
            Kind::Approved => "已通过",
            Kind::Undone => "决定已撤销",
            Kind::Copied => "抄送给您",
            Kind::Reminded => "催办",
            Kind::DueSoon => "即将到期",
            Kind::Overdue => "已逾期",
            Kind::Escalated => "逾期升级，请您处理",
            Kind::LateOpinion => "您的意见已过时，未计入",
        },
        (Language::English, kind) => match kind {
            Kind::Waits => "waits for you",
            Kind::Vacant => "nobody can decide: name somebody",
            Kind::Returned => "was returned",
            Kind::Rejected => "was refused",
            Kind::Approved => "was approved",
            Kind::Undone => "the decision was undone",
            Kind::Copied => "a copy for you",
            Kind::Reminded => "you are reminded",
            Kind::DueSoon => "due soon",
            Kind::Overdue => "overdue",
            Kind::Escalated => "overdue: decide in their place",
            Kind::LateOpinion => "your opinion came too late and does not count",
        },
    }
}

/// The same for a group, which is not who decides.
const fn for_group(kind: Kind, language: Language) -> &'static str {
    match (language, kind) {
        (Language::Chinese, Kind::Waits) => "待处理",
        (Language::Chinese, Kind::Copied) => "抄送",
        (Language::Chinese, Kind::Escalated) => "逾期升级",
        (Language::Chinese, Kind::LateOpinion) => "意见过时，未计入",
        (Language::English, Kind::Waits) => "to be decided",
        (Language::English, Kind::Copied) => "a copy",
        (Language::English, Kind::Reminded) => "reminded",
        (Language::English, Kind::Escalated) => "overdue, escalated",
        (Language::English, Kind::LateOpinion) => "an opinion came too late",
        (_, kind) => what(kind, language),
    }
}

/// What a form is called: its kind, its number, what tells it from others.
fn name(notice: &Notice, language: Language) -> String {
    let mut name = line(notice.about.form.get(language));
    for more in [&notice.about.number, &notice.about.title]
        .into_iter()
        .flatten()
    {
        name.push(' ');
        name.push_str(&line(more));
    }
    name
}

/// On one line, and not endless: names come from people.
fn line(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(LONGEST).collect()
}

/// The local time, to the minute.
fn time(at: Timestamp, zone: i16) -> String {
    let minutes = at.0.div_euclid(60_000).saturating_add(i64::from(zone));
    Moment::from_minutes(minutes).to_string().replace('T', " ")
}

fn due(notice: &Notice, language: Language, zone: i16) -> String {
    let Some(at) = notice.due else {
        return String::new();
    };
    let at = time(at, zone);
    match language {
        Language::Chinese => format!("，期限 {at}"),
        Language::English => format!(", due {at}"),
    }
}

/// Where the form is, of a server that knows its address.
pub(super) fn link(url: Option<&str>, notice: &Notice) -> Option<String> {
    let url = url?.trim_end_matches('/');
    Some(format!("{url}{}", path(notice)))
}

/// The form's place in the app.
pub(super) fn path(notice: &Notice) -> String {
    format!("/forms/{}/{}", notice.project, notice.form)
}

/// The subject of a message.
pub(super) fn subject(items: &[Item], language: Language) -> String {
    match (items, language) {
        ([one], Language::Chinese) => format!(
            "{}：{}（{}）",
            what(one.notice.kind, language),
            name(&one.notice, language),
            line(&one.notice.project_name)
        ),
        ([one], Language::English) => format!(
            "{}: {} ({})",
            name(&one.notice, language),
            what(one.notice.kind, language),
            line(&one.notice.project_name)
        ),
        (many, Language::Chinese) => format!("准绳：{} 条通知", many.len()),
        (many, Language::English) => format!("Plumbline: {} notices", many.len()),
    }
}

/// The text of a message to one person.
pub(super) fn body(items: &[Item], language: Language, zone: i16, url: Option<&str>) -> String {
    let mut body = String::new();
    let mut project = None;
    for item in items.iter().take(MOST) {
        let notice = &item.notice;
        if project != Some(notice.project) {
            project = Some(notice.project);
            let name = line(&notice.project_name);
            body.push_str(&match language {
                Language::Chinese => format!("项目：{name}\n"),
                Language::English => format!("Project: {name}\n"),
            });
        }
        let (name, due) = (name(notice, language), due(notice, language, zone));
        let what = what(notice.kind, language);
        body.push_str(&match language {
            Language::Chinese => format!("- {name}：{what}{due}\n"),
            Language::English => format!("- {name}: {what}{due}\n"),
        });
        if let Some(link) = link(url, notice) {
            body.push_str(&format!("  {link}\n"));
        }
    }
    body.push_str(&rest(items.len(), language));
    body
}

/// A line of a group's message: project, form, what is asked of whom.
pub(super) fn group(items: &[Item], language: Language, zone: i16) -> Vec<String> {
    let mut lines: Vec<String> = items
        .iter()
        .take(MOST)
        .map(|item| {
            let notice = &item.notice;
            let (name, due) = (name(notice, language), due(notice, language, zone));
            let (project, what) = (line(&notice.project_name), for_group(notice.kind, language));
            let people: Vec<String> = item.people.iter().map(|name| line(name)).collect();
            match language {
                Language::Chinese => {
                    format!("【{project}】{name}：{what}（{}）{due}", people.join("、"))
                }
                Language::English => {
                    format!("{project} / {name}: {what} ({}){due}", people.join(", "))
                }
            }
        })
        .collect();
    let rest = rest(items.len(), language);
    lines.extend((!rest.is_empty()).then(|| rest.trim_end().to_owned()));
    lines
}

fn rest(all: usize, language: Language) -> String {
    match (all.saturating_sub(MOST), language) {
        (0, _) => String::new(),
        (more, Language::Chinese) => format!("另有 {more} 条，请在准绳中查看。\n"),
        (more, Language::English) => format!("{more} more: see Plumbline.\n"),
    }
}

/// What a server calls itself where it names nothing else.
pub(super) const fn product(language: Language) -> &'static str {
    match language {
        Language::Chinese => "准绳",
        Language::English => "Plumbline",
    }
}
