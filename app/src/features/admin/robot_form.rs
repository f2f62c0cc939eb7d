//! What is asked about a robot: whose it is, its address and secret, what it tells of which project, in which language.

use leptos::prelude::*;
use shared::api::{EditRobot, ErrorCode, NewRobot, Robot, RobotKind};
use shared::ledger::notice::Kind;
use shared::pack::text::Language;

use super::notice_words as words;
use super::party_form::Foot;
use crate::i18n::{Locale, t, t_signal, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::shell::use_replica;
use crate::ui::choose::{Choose, Group};
use crate::ui::field::TextField;
use crate::ui::sending::{Sending, Sent};

/// What a new robot tells where nothing else is said: what somebody is to do.
const TELLS: [Kind; 6] = [
    Kind::Waits,
    Kind::Vacant,
    Kind::Reminded,
    Kind::DueSoon,
    Kind::Overdue,
    Kind::Escalated,
];
const KINDS: [(RobotKind, &str); 3] = [
    (RobotKind::Wecom, "wecom"),
    (RobotKind::Dingtalk, "dingtalk"),
    (RobotKind::Feishu, "feishu"),
];

#[component]
pub(super) fn RobotForm(
    /// One that is there; none: a new one.
    robot: Option<Robot>,
    done: Callback<()>,
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let replica = use_replica();
    let known = robot.as_ref();
    let kind = RwSignal::new(known.map_or(RobotKind::Wecom, |robot| robot.kind));
    let name = RwSignal::new(known.map(|robot| robot.name.clone()).unwrap_or_default());
    let (url, secret) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let forget = RwSignal::new(false);
    let of =
        known.and_then(|robot| Some((robot.project?.to_string(), robot.project_name.clone()?)));
    let project = RwSignal::new(of.clone().map(|(id, _)| id).unwrap_or_default());
    let here = match i18n.get_locale_untracked() {
        Locale::en => Language::English,
        Locale::zh_CN => Language::Chinese,
    };
    let language = RwSignal::new(known.map_or(here, |robot| robot.language));
    let tells = RwSignal::new(known.map_or(TELLS.to_vec(), |robot| robot.kinds.clone()));
    let (id, host) = (
        known.map(|robot| robot.id.clone()),
        known.map(|robot| robot.host.clone()),
    );
    let signed = known.is_some_and(|robot| robot.signed);
    let new = id.is_none();
    let projects = Signal::derive(move || {
        let mut options: Vec<_> = replica.projects().with(|projects| {
            let all = projects.iter().flatten();
            all.map(|of| (of.id.to_string(), of.name.clone())).collect()
        });
        // the administrator may be no member of it
        options.extend(of.clone().filter(|of| !options.contains(of)));
        vec![Group {
            label: String::new(),
            options,
        }]
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let (name, url, secret) = (typed(name), typed(url), typed(secret));
        let kinds = tells.get_untracked();
        let missing = if name.is_empty() {
            Some(t_string!(i18n, notices.name_missing))
        } else if new && url.is_empty() {
            Some(t_string!(i18n, notices.url_missing))
        } else if kinds.is_empty() {
            Some(t_string!(i18n, notices.tells_missing))
        } else {
            None
        };
        if let Some(missing) = missing {
            return sending.refuse(missing);
        }
        let (kind, language) = (kind.get_untracked(), language.get_untracked());
        let project = project.get_untracked().parse().ok();
        let secret = (!secret.is_empty() && kind != RobotKind::Wecom).then_some(secret);
        let forget = forget.get_untracked();
        let id = id.clone();
        let ask = async move {
            let answer = match id {
                None => {
                    let new = NewRobot {
                        kind,
                        name,
                        url,
                        secret,
                        kinds,
                        language,
                        project,
                    };
                    http::post::<_, Robot>("/api/robots", &new).await
                }
                Some(id) => {
                    let edit = EditRobot {
                        name,
                        url: (!url.is_empty()).then_some(url),
                        secret: secret.or(forget.then(String::new)),
                        kinds,
                        language,
                        project,
                    };
                    http::put(&format!("/api/robots/{id}"), &edit).await
                }
            };
            match answer {
                // all else was looked at here
                Err(HttpError::Failed(failure)) if failure.code == ErrorCode::Invalid => Ok(false),
                other => other.map(|_| true),
            }
        };
        sending.send(ask, move |taken| match taken {
            true => done.run(()),
            false => {
                let vendor = words::vendor(i18n, kind);
                sending.refuse(t_string!(i18n, notices.url_refused, vendor = vendor).to_string());
            }
        });
    };
    let url_hint = Signal::derive(move || {
        let hint = match kind.get() {
            RobotKind::Wecom => t_string!(i18n, notices.url_wecom),
            RobotKind::Dingtalk => t_string!(i18n, notices.url_dingtalk),
            RobotKind::Feishu => t_string!(i18n, notices.url_feishu),
        };
        match &host {
            Some(host) => {
                let host = host.clone();
                t_string!(i18n, notices.url_kept, host = host).to_string()
            }
            None => hint.to_owned(),
        }
    });
    let secret_hint = Signal::derive(move || {
        let hint = match (new, signed) {
            (true, _) => t_string!(i18n, notices.secret_hint),
            (false, true) => t_string!(i18n, notices.secret_kept),
            (false, false) => t_string!(i18n, notices.secret_none),
        };
        hint.to_owned()
    });
    view! {
        <form on:submit=submit novalidate=true>
            <div class="dialog-body">
                <Sent of=sending />
                <div class:two=new>
                {new.then(|| view! {
                    <div class="field">
                        <label for="robot-kind">{t!(i18n, notices.kind)}</label>
                        <select
                            id="robot-kind"
                            class="select"
                            autofocus=true
                            on:change=move |event| {
                                let value = event_target_value(&event);
                                let found = KINDS.iter().find(|(_, word)| *word == value);
                                kind.set(found.map_or(RobotKind::Wecom, |(kind, _)| *kind));
                            }
                        >
                            {KINDS.map(|(of, word)| view! {
                                <option value=word selected=move || kind.get_untracked() == of>{move || words::vendor(i18n, of)}</option>
                            }).collect_view()}
                        </select>
                    </div>
                })}
                <TextField
                    id="robot-name"
                    label=t_signal!(i18n, notices.name)
                    value=name
                    required=true
                    hint=t_signal!(i18n, notices.name_hint)
                />
                </div>
                <TextField id="robot-url" label=t_signal!(i18n, notices.url) value=url kind="url" hint=url_hint />
                <div class="stack-2" hidden=move || kind.get() == RobotKind::Wecom>
                    <TextField
                        id="robot-secret"
                        label=t_signal!(i18n, notices.secret)
                        value=secret
                        kind="password"
                        autocomplete="new-password"
                        hint=secret_hint
                    />
                    {signed.then(|| view! {
                        <label class="check">
                            <input
                                type="checkbox"
                                id="robot-forget"
                                prop:checked=move || forget.get()
                                on:change=move |event| forget.set(event_target_checked(&event))
                            />
                            <span>{t!(i18n, notices.secret_drop)}</span>
                        </label>
                    })}
                </div>
                <div class="two">
                    <Choose
                        id="robot-project"
                        label=t_signal!(i18n, notices.project)
                        value=project
                        none=t_signal!(i18n, notices.all_projects)
                        groups=projects
                    />
                    <div class="field">
                        <label for="robot-language">{t!(i18n, notices.language)}</label>
                        <select
                            id="robot-language"
                            class="select"
                            on:change=move |event| language.set(match event_target_value(&event).as_str() {
                                "en" => Language::English,
                                _ => Language::Chinese,
                            })
                        >
                            <option value="zh-CN" selected=language.get_untracked() == Language::Chinese>"中文"</option>
                            <option value="en" selected=language.get_untracked() == Language::English>"English"</option>
                        </select>
                    </div>
                </div>
                <fieldset class="choices">
                    <legend class="field-label">{t!(i18n, notices.tells)}</legend>
                    <div class="tells">
                        {Kind::ALL.map(|of| view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    data-tells=of.word()
                                    prop:checked=move || tells.with(|tells| tells.contains(&of))
                                    on:change=move |event| tells.update(|tells| {
                                        tells.retain(|known| *known != of);
                                        if event_target_checked(&event) {
                                            tells.push(of);
                                        }
                                    })
                                />
                                <span>{move || words::kind(i18n, of)}</span>
                            </label>
                        }).collect_view()}
                    </div>
                </fieldset>
            </div>
            <Foot close=close sending=sending />
        </form>
    }
}
