//! What duties mean together with forms and roles.

use super::Check;
use crate::duty::DutyDef;
use crate::effect::Deed;
use crate::id::DutyName;
use crate::problem::{Thing, Wrong};

impl Check<'_> {
    /// Who does a duty can begin its form, and some form begins the duty.
    pub(super) fn duty(&mut self, duty: &DutyDef) {
        let pack = self.pack;
        let path = format!("duty/{}", duty.id);
        let role = self.role(&format!("{path}.role"), &duty.role);
        let at = format!("{path}.form");
        match pack.form(&duty.form) {
            None => {
                let known = pack.forms.iter().map(|form| form.id.as_str());
                self.unknown(&at, Thing::Form, &duty.form, known);
            }
            Some(form) if form.begins_project => {
                let form = form.id.to_string();
                self.tell(&at, Wrong::DutyBeginsProject { form });
            }
            Some(form) if role.is_some() && !form.starters.contains(&duty.role) => {
                let (role, form) = (duty.role.to_string(), form.id.to_string());
                self.tell(&format!("{path}.role"), Wrong::DutyOfOther { role, form });
            }
            Some(_) => {}
        }
        let mut effects = pack.forms.iter().flat_map(|form| &form.effects);
        let begins =
            |deed: &Deed| matches!(deed, Deed::BeginDuty { duty: begun } if *begun == duty.id);
        if !effects.any(|effect| begins(&effect.does)) {
            self.tell(&format!("{path}.id"), Wrong::DutyNeverBegins);
        }
    }

    /// A duty that an effect names must be there.
    pub(super) fn has_duty(&mut self, path: &str, duty: &DutyName) {
        let pack = self.pack;
        if pack.duty(duty).is_none() {
            let known = pack.duties.iter().map(|duty| duty.id.as_str());
            self.unknown(path, Thing::Duty, duty, known);
        }
    }
}
