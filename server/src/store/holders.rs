//! Who holds the roles of a regulation.

use std::collections::{BTreeMap, BTreeSet};

use shared::base::{PersonId, ProjectId, Timestamp};
use shared::pack::Pack;
use shared::pack::definition::Holder;
use shared::pack::id::RoleName;
use shared::pack::review::People;
use sqlx::{AnyConnection, Row};

use super::{Store, StoreError, id_bytes, yes};

/// Who held which roles at a moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct PeopleAt {
    /// Who decides.
    pub(crate) deciders: People,
    /// Who may begin forms.
    pub(crate) starters: BTreeMap<RoleName, BTreeSet<PersonId>>,
}

impl Store {
    /// As [`organisation_at`], outside of a transaction.
    pub(crate) async fn organisation_at(
        &self,
        pack: &Pack,
        project: Option<ProjectId>,
        at: Timestamp,
    ) -> Result<PeopleAt, StoreError> {
        let mut connection = self.reader().acquire().await?;
        organisation_at(&mut connection, pack, project, at).await
    }
}

/// Who holds the roles that the organisation gives, at a moment.
pub(crate) async fn organisation_at(
    connection: &mut AnyConnection,
    pack: &Pack,
    _project: Option<ProjectId>,
    _at: Timestamp,
) -> Result<PeopleAt, StoreError> {
    let mut people = PeopleAt::default();
    let rows = sqlx::query("SELECT p.id, p.post, p.administrator, coalesce(d.name, '') FROM people p LEFT JOIN departments d ON d.id = p.department WHERE p.active = 1")
        .fetch_all(connection)
        .await?;
    for row in &rows {
        let person = PersonId::from_bytes(id_bytes(row.try_get(0)?)?);
        let (post, department): (String, String) = (row.try_get(1)?, row.try_get(3)?);
        if yes(row, "administrator")? {
            people.deciders.keepers.insert(person);
        }
        for role in &pack.roles {
            let held = match role.holder {
                Holder::Department => role.name.zh == department,
                Holder::Post => role.name.zh == post,
                _ => false,
            };
            if held {
                let id = role.id.clone();
                people
                    .starters
                    .entry(id.clone())
                    .or_default()
                    .insert(person);
                people.deciders.roles.entry(id).or_default().insert(person);
            }
        }
    }
    Ok(people)
}
