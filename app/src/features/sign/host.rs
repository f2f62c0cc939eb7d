//! What a form needs of the page where somebody outside reads it: names that the server gave, files by their link.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;
use shared::ledger::record::LARGEST_SIGNATURE;
use shared::pack::value::{Attached, Value};

use super::read::Shown;
use super::typed::Typed;
use crate::i18n::{t_string, use_i18n};
use crate::platform::object::ObjectUrl;
use crate::platform::{download, http, picture};
use crate::shell::use_shell;
use crate::ui::form::{Asked, Attach, Content, Edit, FileFacts, Files, Host};
use crate::ui::review::PICTURES;
use crate::words::{self, Texts};

/// The host of the form of a link.
pub(super) fn host(files: Files, shown: &Shown, edit: Callback<Edit>) -> Host {
    let shown = StoredValue::new(shown.clone());
    Host {
        edit,
        keystroke: None,
        // who has a link picks nobody
        candidates: Callback::new(|_: Asked| Vec::new()),
        name: Callback::new(move |value: Value| shown.with_value(|shown| shown.named(&value))),
        files: Some(files),
        row_keys: None,
        pool: None,
        section_note: None,
        before: None,
        comments: None,
    }
}

/// A picture that was drawn or chosen, with its name, small enough to go with an opinion; else what to do.
pub(super) async fn taken(
    i18n: Texts,
    name: String,
    content: &Content,
) -> Result<(String, Vec<u8>), String> {
    let most = LARGEST_SIGNATURE as usize;
    let own = match name.is_empty() {
        true => t_string!(i18n, reviews.signature_name).to_owned(),
        false => name,
    };
    let bytes = match content {
        Content::File(file) => file.bytes().await,
        Content::Picture(bytes) => Some(bytes.clone()),
    };
    let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
        return Err(t_string!(i18n, reviews.file_unread).to_owned());
    };
    if bytes.len() <= most {
        return Ok((own, bytes));
    }
    // a photograph: smaller, it says the same
    let small = match media_type(&own) {
        Some(kind) => picture::jpeg(&bytes, kind, most).await,
        None => None,
    };
    let stem = own.rsplit_once('.').map_or(own.as_str(), |(stem, _)| stem);
    match small {
        Some(bytes) => Ok((format!("{stem}.jpg"), bytes)),
        None => Err(t_string!(i18n, sign.too_large, most = most >> 10).to_string()),
    }
}

fn media_type(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_lowercase();
    let known = PICTURES.iter().find(|(known, _)| *known == ending)?;
    Some(known.1)
}

/// The files of a link: those of the form, and those made here. What was looked at stays once the link is used up.
pub(super) fn files(secret: String, typed: Typed) -> Files {
    let i18n = use_i18n();
    let shell = use_shell();
    let secret = StoredValue::new(secret);
    let address = move |hash: &str| {
        secret.with_value(|secret| format!("/api/outside/{secret}/attachments/{hash}"))
    };
    let bytes = move |hash: String| async move {
        match untrack(|| typed.picture(&hash)) {
            Some(bytes) => Ok(bytes),
            None => http::get_bytes(&address(&hash)).await,
        }
    };
    let shown: StoredValue<HashMap<String, Option<ObjectUrl>>, LocalStorage> =
        StoredValue::new_local(HashMap::new());
    let came = RwSignal::new(0_u32);
    let facts = |text: String| {
        let file: Attached = text.parse().ok()?;
        Some(FileFacts {
            bytes: file.size,
            sent: None,
            name: file.name,
        })
    };
    let attach = move |attach: Attach| {
        spawn_local(async move {
            let name = match &attach.content {
                Content::File(file) => file.name(),
                Content::Picture(_) => String::new(),
            };
            let kept = taken(i18n, name, &attach.content).await;
            attach
                .done
                .run(kept.map(|(name, bytes)| typed.keep(&name, &bytes)));
        });
    };
    let open = move |text: String| {
        let Ok(file) = text.parse::<Attached>() else {
            return;
        };
        spawn_local(async move {
            match bytes(file.hash.clone()).await {
                Ok(bytes) => {
                    download::download(&file.name, "application/octet-stream", &bytes);
                }
                Err(error) => shell.say(words::failure(i18n, &error)),
            }
        });
    };
    let picture = move |text: String| {
        came.track();
        let file: Attached = text.parse().ok()?;
        let kind = media_type(&file.name)?;
        let known = shown.with_value(|all| {
            let known = all.get(&file.hash)?;
            Some(known.as_ref().map(|url| url.as_str().to_owned()))
        });
        if let Some(known) = known {
            return known;
        }
        shown.update_value(|all| drop(all.insert(file.hash.clone(), None)));
        spawn_local(async move {
            if let Ok(bytes) = bytes(file.hash.clone()).await {
                let url = ObjectUrl::of_bytes(&bytes, kind);
                let _ = shown.try_update_value(|all| drop(all.insert(file.hash, url)));
                let _ = came.try_update(|came| *came += 1);
            }
        });
        None
    };
    Files {
        facts: Callback::new(facts),
        attach: Callback::new(attach),
        open: Callback::new(open),
        picture: Callback::new(picture),
        // pictures of the form are looked at when they are opened
        small: Callback::new(|_: String| None),
    }
}
