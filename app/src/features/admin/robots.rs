//! The robots of groups 群机器人: what each tells, a test of it, changing and removing it.

use leptos::prelude::*;
use shared::api::{Robot, Sent};
use shared::ledger::notice::Kind;
use shared::pack::text::Language;

use super::notice_words as words;
use super::robot_form::RobotForm;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::http;
use crate::shell::use_shell;
use crate::ui::dialog::Dialog;
use crate::ui::fetched::{Fetched, Fetching};
use crate::ui::icon::Icon;
use crate::ui::sending::{Sending, Sent as Went};

/// What is open over the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    New,
    Edit(Robot),
    Remove(Robot),
}

#[component]
pub(super) fn Robots(
    robots: Fetched<Vec<Robot>>,
    /// One was made, changed or removed.
    changed: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let done = Callback::new(move |()| {
        open.set(None);
        changed.run(());
        shell.say(t_string!(i18n, shell.saved));
    });
    let title = Signal::derive(move || match open.get() {
        Some(Open::Edit(robot)) => {
            t_string!(i18n, notices.robot_edit_of, name = robot.name).to_string()
        }
        Some(Open::Remove(robot)) => {
            t_string!(i18n, notices.robot_remove_of, name = robot.name).to_string()
        }
        Some(Open::New) | None => t_string!(i18n, notices.robot_new).to_owned(),
    });
    let line = move |robot: Robot| {
        view! { <RobotLine robot=robot open=Callback::new(move |what| open.set(Some(what))) /> }
    };
    view! {
        <section class="card" id="robots">
            <div class="card-head">
                <h2 class="grow">{t!(i18n, notices.robots)}</h2>
                <button type="button" class="button button-primary" id="new-robot" on:click=move |_| open.set(Some(Open::New))>
                    <Icon name="plus" />
                    {t!(i18n, notices.robot_new)}
                </button>
            </div>
            <p class="card-body muted party-about">{t!(i18n, notices.robots_about)}</p>
            <Fetching
                here=Signal::derive(move || robots.here())
                failed=robots.failed()
                again=Callback::new(move |()| robots.load())
            />
            <ul class="plain-list parties">
                {move || robots.with(|all| all.cloned().unwrap_or_default()).into_iter().map(line).collect_view()}
            </ul>
            {move || (robots.with(|all| all.is_some_and(Vec::is_empty))).then(|| view! {
                <p class="card-body muted">{t!(i18n, notices.robots_none)}</p>
            })}
            <Dialog open=Signal::derive(move || open.with(Option::is_some)) on_close=move || open.set(None) title=title>
                {move || match open.get_untracked() {
                    Some(Open::Remove(robot)) => view! { <RemoveForm robot=robot done=done close=close /> }.into_any(),
                    Some(Open::Edit(robot)) => view! { <RobotForm robot=Some(robot) done=done close=close /> }.into_any(),
                    Some(Open::New) | None => view! { <RobotForm robot=None done=done close=close /> }.into_any(),
                }}
            </Dialog>
        </section>
    }
}

#[component]
fn RobotLine(robot: Robot, open: Callback<Open>) -> impl IntoView {
    let i18n = use_i18n();
    let testing = Sending::idle();
    let tested = RwSignal::new(None::<Sent>);
    let path = format!("/api/robots/{}/test", robot.id);
    let test = move |_| {
        let path = path.clone();
        tested.set(None);
        testing.send(
            async move { http::post::<_, Sent>(&path, &()).await },
            move |sent| tested.set(Some(sent)),
        );
    };
    let (kind, language, project) = (robot.kind, robot.language, robot.project_name.clone());
    let place = move || {
        project
            .clone()
            .unwrap_or_else(|| t_string!(i18n, notices.all_projects).to_owned())
    };
    let kinds = robot.kinds.clone();
    let tells = move || match kinds.len() == Kind::ALL.len() {
        true => t_string!(i18n, notices.tells_all).to_owned(),
        false => {
            let what: Vec<&str> = kinds.iter().map(|kind| words::kind(i18n, *kind)).collect();
            let what = what.join(t_string!(i18n, organisation.between));
            t_string!(i18n, notices.tells_what, what = what).to_string()
        }
    };
    let (edit, remove) = (Open::Edit(robot.clone()), Open::Remove(robot.clone()));
    let name = robot.name.clone();
    let label = move |what: &str| format!("{what} {name}");
    let (test_label, edit_label, remove_label) = (label.clone(), label.clone(), label);
    view! {
        <li class="party" data-robot=robot.name.clone()>
            <div class="party-head">
                <h3>{robot.name.clone()}</h3>
                <span class="badge">{move || words::vendor(i18n, kind)}</span>
                <span class="grow"></span>
                <button
                    type="button"
                    class="button"
                    data-do="test"
                    aria-label=move || test_label(t_string!(i18n, notices.test))
                    disabled=move || testing.busy()
                    on:click=test
                >
                    {t!(i18n, notices.test)}
                </button>
                <button
                    type="button"
                    class="button button-quiet"
                    data-do="edit"
                    aria-label=move || edit_label(t_string!(i18n, common.edit))
                    on:click=move |_| open.run(edit.clone())
                >
                    {t!(i18n, common.edit)}
                </button>
                <button
                    type="button"
                    class="button button-quiet"
                    data-do="remove"
                    aria-label=move || remove_label(t_string!(i18n, notices.remove))
                    on:click=move |_| open.run(remove.clone())
                >
                    {t!(i18n, notices.remove)}
                </button>
            </div>
            <p class="muted">
                {place}" · "{match language { Language::Chinese => "中文", Language::English => "English" }}" · "
                <span class="num">{robot.host}</span>
            </p>
            <p class="muted party-duties">{tells}</p>
            <Went of=testing />
            <div role="status">
                {move || testing.busy().then(|| view! { <p class="muted">{t!(i18n, notices.testing)}</p> })}
                {move || tested.get().map(|sent| view! { <Tested sent=sent /> })}
            </div>
        </li>
    }
}

/// What became of a test.
#[component]
fn Tested(sent: Sent) -> impl IntoView {
    let i18n = use_i18n();
    match sent.sent {
        true => view! {
            <div class="notice notice-ok" data-tested="sent">
                <Icon name="check" />
                <p>{t!(i18n, notices.test_sent)}</p>
            </div>
        }
        .into_any(),
        false => view! {
            <div class="notice notice-danger" data-tested="failed">
                <Icon name="failed" />
                <div class="stack-2 grow">
                    <p><strong>{t!(i18n, notices.test_failed)}</strong>" "{move || words::why(i18n, sent.why)}</p>
                    {move || words::said(i18n, &sent.said).map(|said| view! { <p class="said">{said}</p> })}
                </div>
            </div>
        }
        .into_any(),
    }
}

/// Whether it is to go.
#[component]
fn RemoveForm(robot: Robot, done: Callback<()>, close: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let sending = Sending::idle();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let path = format!("/api/robots/{}", robot.id);
        sending.send(async move { http::delete(&path).await }, move |()| {
            done.run(())
        });
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body">
                <Went of=sending />
                <p>{t!(i18n, notices.remove_explained)}</p>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>{t!(i18n, common.cancel)}</button>
                <button type="submit" id="robot-remove" class="button button-danger" disabled=move || sending.busy()>
                    {t!(i18n, notices.remove)}
                </button>
            </div>
        </form>
    }
}
