//! The regulations that are offered, each in its newest version, with their roles and who holds them.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Holders, PackInfo, RoleHolders};
use shared::pack::Pack;
use shared::pack::definition::{Holder, Role};

use crate::platform::http::{self, HttpError};
use crate::replica::{PackError, Replica};

/// A regulation, and who holds its roles now.
#[derive(Clone)]
pub(super) struct Rule {
    pub(super) pack: Arc<Pack>,
    pub(super) holders: Arc<Holders>,
}

impl Rule {
    /// The roles that the organisation gives.
    pub(super) fn given(&self) -> impl Iterator<Item = &Role> {
        let given = |role: &&Role| matches!(role.holder, Holder::Department | Holder::Post);
        self.pack.roles.iter().filter(given)
    }

    /// Who holds a role; none: it is not granted.
    pub(super) fn held(&self, role: &Role) -> Option<&RoleHolders> {
        let mut roles = self.holders.roles.iter();
        roles.find(|held| held.role == role.id.as_str())
    }

    /// Whether nobody can decide as a role.
    pub(super) fn vacant(&self, role: &Role) -> bool {
        self.held(role).is_none_or(|held| held.decide.is_empty())
    }
}

/// The regulations, and what is known of each by now. A cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    replica: Replica,
    /// In their order.
    pub(super) list: RwSignal<Vec<PackInfo>>,
    /// By their names.
    pub(super) known: RwSignal<BTreeMap<String, Rule>>,
    failed: RwSignal<Option<HttpError>>,
}

impl Rules {
    /// Asks for the list, and where `all` for the roles of each one by one.
    pub(super) fn load(replica: Replica, all: bool) -> Self {
        let this = Self {
            replica,
            list: RwSignal::new(Vec::new()),
            known: RwSignal::new(BTreeMap::new()),
            failed: RwSignal::new(None),
        };
        this.again(all);
        this
    }

    /// Asks again.
    pub(super) fn again(self, all: bool) {
        spawn_local(async move {
            let tell = |packs: Vec<PackInfo>| {
                let _ = self.list.try_set(newest(packs));
            };
            let answer = self.replica.packs(tell).await;
            let mut failed = answer.err();
            if all && failed.is_none() {
                let list = self.list.try_get_untracked().unwrap_or_default();
                for info in list {
                    if let Err(error) = self.one(&info).await {
                        failed = Some(error);
                        break;
                    }
                }
            }
            let _ = self.failed.try_set(failed);
        });
    }

    /// Asks again who holds the roles of one.
    pub(super) fn refresh(self, id: &str) {
        let list = self.list.get_untracked();
        let Some(info) = list.into_iter().find(|info| info.id == id) else {
            return;
        };
        spawn_local(async move {
            let answer = self.one(&info).await;
            let _ = self.failed.try_set(answer.err());
        });
    }

    async fn one(self, info: &PackInfo) -> Result<(), HttpError> {
        let pack = match self.replica.pack(info.hash).await {
            Ok(pack) => pack,
            Err(PackError::NotHere(error)) => return Err(error),
            // the place of regulations says so
            Err(PackError::Other) => return Ok(()),
        };
        let holders: Holders = http::get(&format!("/api/packs/{}/holders", info.id)).await?;
        let rule = Rule {
            pack,
            holders: Arc::new(holders),
        };
        let _ = self
            .known
            .try_update(|known| known.insert(info.id.clone(), rule));
        Ok(())
    }

    /// Why the last answer did not come.
    pub(super) fn failed(self) -> Signal<Option<HttpError>> {
        self.failed.into()
    }
}

/// Of each regulation its newest version, what is offered first.
fn newest(packs: Vec<PackInfo>) -> Vec<PackInfo> {
    let version = |info: &PackInfo| -> (bool, Vec<u64>) {
        let numbers = info.version.split('.');
        let numbers = numbers.map(|n| n.parse().unwrap_or_default());
        (info.offered, numbers.collect())
    };
    let mut list: Vec<PackInfo> = Vec::new();
    for info in packs {
        match list.iter_mut().find(|known| known.id == info.id) {
            Some(known) if version(known) < version(&info) => *known = info,
            Some(_) => {}
            None => list.push(info),
        }
    }
    list
}
