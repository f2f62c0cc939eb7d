//! What decisions do to the tables, in the transaction of their entry.

use shared::base::{PersonId, ProjectId, Timestamp};
use shared::domain::permission::Role;
use shared::ledger::record::{Deed, What};
use shared::ledger::{Act, Project, Record};
use shared::pack::Pack;
use shared::pack::effect;

use super::Ledger;
use super::packs::Known;
use crate::store::{StoreError, Tx, keep_pack, standing};

impl Ledger {
    /// `after`: the project as the record makes it.
    pub(super) async fn carry_out(
        &self,
        tx: &mut Tx,
        project: ProjectId,
        record: &Record,
        packs: &Known,
        after: &Project<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let What::Act(act) = &record.what else {
            return Ok(());
        };
        if let Act::Adopt { pack } = act
            && let Some(content) = packs.get(pack)
        {
            keep_pack(tx, *pack, content, now).await?;
        }
        let pack = after.pack_of(act).map(|(_, pack)| pack);
        for done in &record.done {
            match &done.what {
                Deed::Numbered { .. } => {
                    if let Some(number) = after.number() {
                        standing::set_number(tx, project, number).await?;
                    }
                }
                Deed::ProjectBegun if !pack.is_some_and(begins_plans) => {
                    standing::set_begun(tx, project, true).await?;
                }
                Deed::ProjectUnbegun if !pack.is_some_and(begins_plans) => {
                    standing::set_begun(tx, project, false).await?;
                }
                Deed::PlanBegun => standing::set_begun(tx, project, true).await?,
                Deed::PlanUnbegun => standing::set_begun(tx, project, false).await?,
                Deed::Appointed { person, .. } | Deed::Released { person, .. } => {
                    let role = access(pack, after, *person);
                    standing::appoint(tx, project, *person, role).await?;
                }
                Deed::ProjectBegun
                | Deed::ProjectUnbegun
                | Deed::GateOpened { .. }
                | Deed::GateClosed { .. }
                | Deed::WentBack { .. }
                | Deed::DutyBegun { .. }
                | Deed::DutyEnded { .. }
                | Deed::RegisterBegun { .. }
                | Deed::RegisterEnded { .. } => {}
            }
        }
        Ok(())
    }
}

/// Whether plans are begun by a decision.
fn begins_plans(pack: &Pack) -> bool {
    let mut effects = pack.forms.iter().flat_map(|form| &form.effects);
    effects.any(|effect| effect.does == effect::Deed::BeginPlan)
}

/// What somebody may do in a project by the roles that they hold in it; none: they hold none.
fn access(pack: Option<&Pack>, project: &Project<'_>, person: PersonId) -> Option<Role> {
    let held = project.holders().iter();
    let held = held.filter(|(_, holders)| holders.contains(&person));
    let roles = held.filter_map(|(role, _)| pack?.role(role));
    // the first of them may do the most
    roles.map(|role| role.access.unwrap_or(Role::Member)).min()
}
