//! Which registers a project keeps, counted from what was begun and ended.

use std::collections::BTreeMap;

use base::Timestamp;
use ledger::Project;
use ledger::record::{Deed, Done};

use super::oracle::Oracle;

impl Oracle {
    /// Follows one thing that was done. `undone`: what the decision had done that is undone.
    pub(super) fn register(&mut self, what: &Deed, undone: Option<&[Done]>, at: Timestamp) {
        match what {
            Deed::RegisterBegun { register, since } => {
                let ended = |done: &Done| matches!(&done.what, Deed::RegisterEnded { register: of, since: then } if of == register && then == since);
                match undone {
                    None => assert_eq!(*since, at, "begun at another time"),
                    Some(undone) => assert!(undone.iter().any(ended), "it had not ended"),
                }
                let known = self.registers.insert(register.clone(), *since);
                assert_eq!(known, None, "{register} was begun twice");
                self.ever_kept.insert(register.clone());
            }
            Deed::RegisterEnded { register, since } => {
                let known = self.registers.remove(register);
                assert_eq!(known, Some(*since), "{register} was not begun then");
            }
            _ => {}
        }
    }

    /// All that were ever kept are told, whether the version by which the project is run has them or not.
    pub(super) fn compare_registers(&self, project: &Project<'_>) {
        let told = project.registers();
        let names: Vec<_> = told.iter().map(|one| &one.register.id).collect();
        assert_eq!(names, self.ever_kept.iter().collect::<Vec<_>>());
        let kept = told.iter().filter(|one| one.kept);
        let kept: BTreeMap<_, _> = kept
            .map(|one| (one.register.id.clone(), one.since))
            .collect();
        assert_eq!(kept, self.registers, "which registers are kept");
    }
}
