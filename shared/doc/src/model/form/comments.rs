//! The comments of a form. Each is read as a whole: what it says, what it is on, what it answers, whether it is settled.

use automerge::{AutoCommit, ChangeHash, ObjId, ReadDoc};
use base::{CommentId, sort};
use rustc_hash::{FxHashMap, FxHashSet};

use super::written::{Kept, all_written, values};
use crate::document::to_am;
use crate::scalar::Scalar;
use crate::view::form::{Comment, CommentPart, FormPlace, Settled, Thread};

/// How far answers to answers are followed; commands write answers to the first comment only.
const DEPTH: usize = 32;

/// One comment, or what is left of one.
#[derive(Default)]
struct One {
    /// What it says; `None` where it was taken back.
    said: Option<Comment>,
    /// The number of the operation that wrote it: one that knows another has a higher one, whatever the clocks say.
    order: u64,
    on: Option<FormPlace>,
    to: Option<CommentId>,
    settled: Option<Settled>,
    /// An answer that no settlement knew of.
    answered_since: bool,
}

/// All comments of a form.
#[derive(Default)]
pub(crate) struct Comments(FxHashMap<CommentId, One>);

fn place(comment: CommentId, part: CommentPart) -> FormPlace {
    FormPlace::Comment { comment, part }
}

impl Comments {
    /// How many there are, those that were taken back too.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn contains(&self, id: CommentId) -> bool {
        self.0.contains_key(&id)
    }

    /// What a comment is on.
    pub(crate) fn on(&self, id: CommentId) -> Option<&FormPlace> {
        self.0.get(&id)?.on.as_ref()
    }

    /// The comment that begins the thread of another. In a circle, as only others write it, each begins its own.
    pub(crate) fn root(&self, id: CommentId) -> CommentId {
        let mut at = id;
        for _ in 0..DEPTH {
            match self.0.get(&at).and_then(|one| one.to) {
                Some(to) if to != at => at = to,
                _ => return at,
            }
        }
        id
    }

    /// Reads these, and the threads that they are in; what cannot be read, and what can be by now.
    pub(super) fn read(
        &mut self,
        inner: &mut AutoCommit,
        object: &ObjId,
        ids: &FxHashSet<CommentId>,
    ) -> Vec<(FormPlace, Option<String>)> {
        let mut unreadable = Vec::new();
        for id in ids {
            let one = read(inner, object, *id, &mut unreadable);
            self.0.insert(*id, one);
        }
        let roots: FxHashSet<CommentId> = ids.iter().map(|id| self.root(*id)).collect();
        let mut answers: FxHashMap<CommentId, Vec<CommentId>> = FxHashMap::default();
        for id in self.0.keys() {
            let root = self.root(*id);
            if roots.contains(&root) && root != *id {
                answers.entry(root).or_default().push(*id);
            }
        }
        for root in roots {
            let Some(one) = self.0.get_mut(&root).filter(|one| one.settled.is_some()) else {
                continue;
            };
            let answers = answers.remove(&root).unwrap_or_default();
            one.answered_since = answered_since(inner, object, root, &answers);
        }
        unreadable
    }

    /// As people see them.
    pub(crate) fn threads(&self) -> Vec<Thread> {
        let mut by_root: FxHashMap<CommentId, Vec<(u64, CommentId, &One)>> = FxHashMap::default();
        for (id, one) in self.0.iter().filter(|(_, one)| one.said.is_some()) {
            let all = by_root.entry(self.root(*id)).or_default();
            all.push((one.order, *id, one));
        }
        let mut threads: Vec<(u64, Thread)> = Vec::with_capacity(by_root.len());
        for (id, mut all) in by_root {
            sort::by(&mut all, |a, b| {
                (a.1 != id, a.0, a.1).cmp(&(b.1 != id, b.0, b.1))
            });
            // an answer is on what its comment is on, also where that was taken back
            let Some(on) = all.iter().find_map(|(_, _, one)| one.on.clone()) else {
                continue;
            };
            let root = self.0.get(&id);
            let order = all.first().map_or(0, |(order, ..)| *order);
            let said = all.iter().filter_map(|(_, _, one)| one.said.clone());
            let thread = Thread {
                id,
                on,
                said: said.collect(),
                settled: root.and_then(|one| one.settled.clone()),
                answered_since: root.is_some_and(|one| one.answered_since),
            };
            threads.push((order, thread));
        }
        sort::by(&mut threads, |a, b| (a.0, a.1.id).cmp(&(b.0, b.1.id)));
        threads.into_iter().map(|(_, thread)| thread).collect()
    }
}

fn read(
    inner: &mut AutoCommit,
    object: &ObjId,
    id: CommentId,
    unreadable: &mut Vec<(FormPlace, Option<String>)>,
) -> One {
    let mut one = One::default();
    for part in CommentPart::ALL {
        let at = place(id, part);
        let all = values(inner, object, &at.to_string());
        let Some((kept, op)) = all.into_iter().next() else {
            continue;
        };
        let text = match &kept {
            Kept::Scalar(Scalar::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let mut read = text.is_some() || kept.is_null();
        match part {
            CommentPart::Text => {
                let written = all_written(inner, object, &at).into_iter().next();
                one.order = match op {
                    ObjId::Id(counter, ..) => counter,
                    ObjId::Root => 0,
                };
                one.said = text.zip(written).map(|(text, written)| Comment {
                    id,
                    text,
                    by: written.by,
                    at: written.at,
                    change: written.change,
                });
            }
            CommentPart::On => {
                let on = text.and_then(|text| FormPlace::from_key(&text));
                one.on = on.filter(FormPlace::is_answer);
                read = one.on.is_some() || kept.is_null();
            }
            CommentPart::To => {
                one.to = text.and_then(|text| text.parse().ok());
                read = one.to.is_some() || kept.is_null();
            }
            CommentPart::Settled => {
                let all = all_written(inner, object, &at);
                // one who opens it again beside one who settles it is heard
                let settled = all.iter().all(|written| written.text == "1");
                one.settled = all
                    .into_iter()
                    .next()
                    .filter(|_| settled)
                    .map(|by| Settled {
                        by: by.by,
                        at: by.at,
                        change: by.change,
                    });
                read = matches!(&kept, Kept::Scalar(Scalar::Int(0 | 1) | Scalar::Null));
            }
        }
        unreadable.push((at, (!read).then(|| kept.scalar().to_shown())));
    }
    one
}

/// Whether some answer was written that none of the settlements knew of.
fn answered_since(
    inner: &mut AutoCommit,
    object: &ObjId,
    root: CommentId,
    answers: &[CommentId],
) -> bool {
    let all = all_written(inner, object, &place(root, CommentPart::Settled));
    let heads: Vec<ChangeHash> = all.iter().map(|written| to_am(&written.change)).collect();
    let known = |id: &CommentId| {
        let key = place(*id, CommentPart::Text).to_string();
        let at = inner.get_at(object, key.as_str(), &heads);
        !matches!(at, Ok(None))
    };
    !answers.iter().all(known)
}
