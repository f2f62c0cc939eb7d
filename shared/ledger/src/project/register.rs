//! The registers 台账 that a project keeps.

use base::Timestamp;
use pack::id::RegisterName;
use pack::register::RegisterDef;

use super::Project;

/// A register that was begun in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisterStanding<'a> {
    /// The register, by the version of the pack that the project is run by, or else by one of those before.
    pub register: &'a RegisterDef,
    /// Since when it is kept, or was.
    pub since: Timestamp,
    /// Whether it is kept still. What is in one that is not stays, to be read.
    pub kept: bool,
}

/// What is known of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    since: Timestamp,
    kept: bool,
}

impl<'a> Project<'a> {
    /// The registers that were ever begun in it, by name.
    pub fn registers(&self) -> Vec<RegisterStanding<'a>> {
        let known = self.registers.iter();
        known
            .filter_map(|(name, known)| {
                Some(RegisterStanding {
                    register: self.register_of(name)?,
                    since: known.since,
                    kept: known.kept,
                })
            })
            .collect()
    }

    /// What a register is like: newer versions may have no such register any more.
    fn register_of(&self, name: &RegisterName) -> Option<&'a RegisterDef> {
        let now = self.pack.and_then(|(_, pack)| pack.register(name));
        now.or_else(|| {
            let mut forms = self.forms.values();
            forms.find_map(|form| form.pack.register(name))
        })
    }

    /// Since when a register is kept; `None`: it is not.
    pub fn register_kept(&self, name: &RegisterName) -> Option<Timestamp> {
        let known = self.registers.get(name).filter(|known| known.kept)?;
        Some(known.since)
    }

    pub(super) fn keep_register(&mut self, name: &RegisterName, since: Timestamp) {
        let known = Known { since, kept: true };
        self.registers.insert(name.clone(), known);
    }

    pub(super) fn end_register(&mut self, name: &RegisterName) {
        if let Some(known) = self.registers.get_mut(name) {
            known.kept = false;
        }
    }
}
