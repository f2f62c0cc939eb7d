//! Small pictures of attachments: made on the device from what is on it, when they are first looked at, one after the other.

use std::collections::{HashMap, VecDeque};

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;
use shared::base::ProjectId;
use shared::pack::value::Attached;

use crate::platform::object::ObjectUrl;
use crate::platform::picture;
use crate::shell::use_replica;
use crate::ui::review::PICTURES;

/// So many are kept, each some 50 KB; the oldest goes first.
const MOST: usize = 100;
/// The longest file that is looked into, in bytes.
const LONGEST: u64 = 32 << 20;

#[derive(Default)]
struct Made {
    /// Nothing where there is no small picture of it.
    all: HashMap<String, Option<ObjectUrl>>,
    order: VecDeque<String>,
    asked: VecDeque<Attached>,
    busy: bool,
}

impl Made {
    fn keep(&mut self, hash: String, small: Option<ObjectUrl>) {
        self.all.insert(hash.clone(), small);
        self.order.push_back(hash);
        while self.order.len() > MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.all.remove(&oldest);
            }
        }
    }
}

/// The address of the small picture of an attachment, once it is made; tracked.
pub(super) fn small(project: ProjectId) -> Callback<String, Option<String>> {
    let replica = use_replica();
    let made: StoredValue<Made, LocalStorage> = StoredValue::new_local(Made::default());
    let came = RwSignal::new(0_u32);
    let work = move || {
        spawn_local(async move {
            loop {
                let next = made.try_update_value(|made| {
                    let next = made.asked.pop_front();
                    made.busy = next.is_some();
                    next
                });
                // the person may have gone elsewhere meanwhile
                let Some(Some(file)) = next else { return };
                let ending = file.ending();
                let kind = PICTURES.iter().find(|(known, _)| *known == ending);
                let small = match (kind, replica.file_here(project, &file.hash).await) {
                    (Some((_, kind)), Some(bytes)) => picture::thumbnail(&bytes, kind).await,
                    _ => None,
                };
                made.try_update_value(|made| made.keep(file.hash, small));
                let _ = came.try_update(|came| *came += 1);
            }
        });
    };
    Callback::new(move |text: String| {
        came.track();
        let file: Attached = text.parse().ok()?;
        let ending = file.ending();
        if !PICTURES.iter().any(|(known, _)| *known == ending) || file.size > LONGEST {
            return None;
        }
        let known = made.with_value(|made| {
            let small = made.all.get(&file.hash)?;
            Some(small.as_ref().map(|url| url.as_str().to_owned()))
        });
        known.unwrap_or_else(|| {
            let begin = made.try_update_value(|made| {
                if !made.asked.iter().any(|asked| asked.hash == file.hash) {
                    made.asked.push_back(file);
                }
                !std::mem::replace(&mut made.busy, true)
            });
            if begin == Some(true) {
                work();
            }
            None
        })
    })
}
