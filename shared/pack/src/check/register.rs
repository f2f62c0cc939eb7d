//! What registers mean together with roles and forms.

use super::Check;
use crate::effect::Deed;
use crate::form::kinds;
use crate::id::RegisterName;
use crate::problem::{Thing, Wrong};
use crate::register::RegisterDef;

impl Check<'_> {
    /// Its columns mean what those of a form's table do, somebody keeps it, and some form begins it.
    pub(super) fn register(&mut self, register: &RegisterDef) {
        let pack = self.pack;
        let path = format!("register/{}", register.id);
        self.role(&format!("{path}.keeper"), &register.keeper);
        let sheet = register.sheet();
        let kinds = kinds(&sheet);
        for section in &sheet.sections {
            self.section(&sheet, section, &path, &kinds);
        }
        let mut effects = pack.forms.iter().flat_map(|form| &form.effects);
        let begins = |deed: &Deed| matches!(deed, Deed::BeginRegister { register: begun } if *begun == register.id);
        if !effects.any(|effect| begins(&effect.does)) {
            self.tell(&format!("{path}.id"), Wrong::RegisterNeverBegins);
        }
    }

    /// A register that an effect names must be there.
    pub(super) fn has_register(&mut self, path: &str, register: &RegisterName) {
        let pack = self.pack;
        if pack.register(register).is_none() {
            let known = pack.registers.iter().map(|register| register.id.as_str());
            self.unknown(path, Thing::Register, register, known);
        }
    }
}
