//! Comments on a form: what the renderer shows of them, out of the form's document.

use std::collections::HashMap;

use leptos::prelude::*;
use shared::base::{CommentId, PersonId, Timestamp};
use shared::doc::command::Command;
use shared::doc::view::form::Thread;
use shared::domain::permission::Access;

use super::places::{Typed, place_spot, spot_place};
use super::wording;
use crate::i18n::{t_string, use_i18n};
use crate::platform::random;
use crate::replica::{OpenForm, Replica};
use crate::shell::{use_replica, use_shell};
use crate::ui::form::{Comments, Said, Talk, Unsaid};
use crate::words::Texts;

fn who(i18n: Texts, replica: Replica, person: Option<PersonId>) -> String {
    let nobody = || t_string!(i18n, remarks.somebody).to_owned();
    person.map_or_else(nobody, |person| wording::person(replica, None, person))
}

fn talk(i18n: Texts, replica: Replica, thread: &Thread) -> Option<Talk> {
    let when = |at: Timestamp| wording::when(i18n, at);
    let said = thread.said.iter().map(|one| Said {
        by: who(i18n, replica, one.by),
        at: when(one.at),
        text: one.text.clone(),
    });
    let settled = thread.settled.as_ref();
    Some(Talk {
        id: thread.id.to_string(),
        spot: place_spot(&thread.on)?,
        said: said.collect(),
        open: thread.is_open(),
        settled: settled.map(|by| (who(i18n, replica, by.by), when(by.at))),
    })
}

/// The comments of a form that is open, or will be.
pub(super) fn comments(
    open: impl Fn() -> Option<OpenForm> + Copy + Send + Sync + 'static,
) -> Comments {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let talks = Memo::new(move |_| {
        let Some(open) = open() else {
            return Vec::new();
        };
        open.view().with(|view| {
            let threads = view.iter().flat_map(|view| &view.comments);
            threads
                .filter_map(|thread| talk(i18n, replica, thread))
                .collect::<Vec<_>>()
        })
    });
    let may = Memo::new(move |_| {
        let open = open();
        open.is_some_and(|open| {
            open.access().get() == Access::Write
                && open
                    .view()
                    .with(|view| view.as_ref().is_some_and(|view| view.form.is_some()))
        })
    });
    let dispatch = move |command: Command| -> bool {
        let Some(open) = untrack(open) else {
            return false;
        };
        let done = open.dispatch(command);
        done.map_err(|error| shell.say(wording::command(i18n, &error)))
            .is_ok()
    };
    let say = move |(unsaid, text): (Unsaid, String)| {
        let id = CommentId::from_bytes(random::bytes());
        match unsaid {
            Unsaid::New(spot) => {
                let on = spot_place(&spot);
                dispatch(Command::Comment { id, on, text })
            }
            Unsaid::Answer(to) => match to.parse() {
                Ok(to) => dispatch(Command::ReplyComment { id, to, text }),
                Err(_) => false,
            },
        }
    };
    let settle = move |(id, settled): (String, bool)| {
        if let Ok(id) = id.parse() {
            dispatch(Command::SettleComment { id, settled });
        }
    };
    let keystroke = move |(unsaid, text): (Unsaid, Option<String>)| {
        if let (Some(open), Some(typed)) = (untrack(open), Typed::of_unsaid(&unsaid)) {
            open.journal(&typed.key(), text);
        }
    };
    Comments {
        talks: talks.into(),
        may: may.into(),
        say: Callback::new(say),
        settle: Callback::new(settle),
        keystroke: Callback::new(keystroke),
        unsaid: RwSignal::new(HashMap::new()),
        at: RwSignal::new(None),
    }
}
