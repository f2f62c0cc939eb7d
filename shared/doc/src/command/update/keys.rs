//! Order keys of tasks that came or moved.

use base::TaskId;
use rustc_hash::FxHashMap;

use super::Update;
use crate::command::write::Write;
use crate::order;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

impl Update<'_> {
    /// Order keys of the tasks that were put under one parent, between those that stay; and new ones of these where there
    /// is no room.
    pub(super) fn keys(
        &self,
        parent: Option<TaskId>,
        keys: &mut FxHashMap<TaskId, String>,
        others: &mut Vec<Write>,
    ) {
        let siblings = self.children.get(&parent).map_or(&[][..], Vec::as_slice);
        let key_of = |id: &TaskId| {
            let row = self.model.tasks.get(id).filter(|_| !self.put.contains(id));
            row.map(|row| row.task.order.clone())
        };
        let mut placed: Vec<(TaskId, String)> = siblings
            .iter()
            .filter_map(|id| Some((*id, key_of(id)?)))
            .collect();
        let mut at = 0;
        let mut rest = siblings;
        while let Some(first) = rest.first() {
            if !self.put.contains(first) {
                at += usize::from(placed.get(at).is_some_and(|(id, _)| id == first));
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let run = rest.iter().take_while(|id| self.put.contains(*id)).count();
            let there: Vec<&str> = placed.iter().map(|(_, key)| key.as_str()).collect();
            let (new, changed) = order::place(&there, at, run);
            for (place, key) in changed {
                if let Some((id, old)) = placed.get_mut(place) {
                    let subject = Subject::Task(*id);
                    match self.put.contains(id) {
                        true => drop(keys.insert(*id, key.clone())),
                        false => others.push(Write::set(
                            subject,
                            schema::ORDER,
                            Scalar::Text(key.clone()),
                        )),
                    }
                    *old = key;
                }
            }
            let (ids, behind) = rest.split_at(run);
            for (id, key) in ids.iter().zip(new) {
                keys.insert(*id, key.clone());
                placed.insert(at, (*id, key));
                at += 1;
            }
            rest = behind;
        }
    }
}
