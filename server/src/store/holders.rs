//! Who holds what at a moment: the rows for [`shared::domain::organisation::held`], in two statements.

use std::collections::{BTreeMap, BTreeSet};

use shared::base::{DepartmentId, PersonId, PostId, ProjectId, Timestamp};
use shared::domain::organisation::{self, Acting, Held, HeldBy, Rows, Span};
use shared::pack::Pack;
use shared::pack::definition::Holder;
use shared::pack::id::{PackName, RoleName};
use shared::pack::review::People;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::grants::{self, grant};
use super::spans::{person, span};
use super::{Store, StoreError, id_bytes};

/// Who may do what by a pack at a moment, as far as the organisation gives its roles: those of departments and posts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleAt {
    /// Who decides, who acts for whom, and who keeps the organisation.
    pub deciders: People,
    /// Who may begin forms as which role.
    pub starters: BTreeMap<RoleName, BTreeSet<PersonId>>,
}

impl Store {
    /// Who may do what by a pack at a moment, in a project or (where none is named) in all. Roles that are given in the
    /// project itself are not among them.
    pub async fn people_at(
        &self,
        pack: &Pack,
        project: Option<ProjectId>,
        at: Timestamp,
    ) -> Result<PeopleAt, StoreError> {
        let mut connection = self.reader().acquire().await?;
        people_at(&mut connection, pack, project, at).await
    }

    /// Who holds which role of a pack at a moment and by which grant, in a project or (where none is named) in all; and
    /// all the pack's grants that hold then, of any project.
    pub async fn held_at(
        &self,
        pack: &PackName,
        project: Option<ProjectId>,
        at: Timestamp,
    ) -> Result<(Held<RoleName>, Vec<shared::api::Grant>), StoreError> {
        let mut connection = self.reader().acquire().await?;
        let (rows, grants) = rows(&mut connection, pack, at).await?;
        Ok((organisation::held(&rows, project, at), grants))
    }

    /// What departments and posts of these ids are called, ended ones too; other ids are left out.
    pub async fn party_names(
        &self,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let rows =
            sqlx::query("SELECT id, name FROM departments UNION ALL SELECT id, name FROM posts")
                .fetch_all(self.reader())
                .await?;
        let mut names = BTreeMap::new();
        for row in &rows {
            let id = PostId::from_bytes(id_bytes(row.try_get(0)?)?).to_string();
            if ids.contains(&id) {
                names.insert(id, row.try_get(1)?);
            }
        }
        Ok(names)
    }

    /// Who acts for whom at a moment.
    pub async fn deputies_at(&self, at: Timestamp) -> Result<Vec<shared::api::Deputy>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, person, deputy, since, until, reason FROM deputies
             WHERE since <= $1 AND (until IS NULL OR until > $1) ORDER BY since, id",
        )
        .bind(at.0)
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(super::deputies::deputy).collect()
    }
}

/// As [`Store::people_at`], within a transaction: a [`super::Tx`] is a connection.
pub(crate) async fn people_at(
    connection: &mut AnyConnection,
    pack: &Pack,
    project: Option<ProjectId>,
    at: Timestamp,
) -> Result<PeopleAt, StoreError> {
    let (rows, _) = rows(connection, &pack.id, at).await?;
    Ok(people(pack, organisation::held(&rows, project, at)))
}

/// Only the pack's roles that a department or a post holds.
fn people(pack: &Pack, held: Held<RoleName>) -> PeopleAt {
    let given = |role: &RoleName| {
        let role = pack.role(role);
        role.is_some_and(|role| matches!(role.holder, Holder::Department | Holder::Post))
    };
    let roles = |of: BTreeMap<RoleName, HeldBy>| {
        let of = of.into_iter().filter(|(role, _)| given(role));
        of.map(|(role, by)| (role, by.into_keys().collect()))
            .collect()
    };
    PeopleAt {
        deciders: People {
            roles: roles(held.decide),
            deputies: held.deputies,
            keepers: held.keepers,
        },
        starters: roles(held.begin),
    }
}

/// The rows of a moment.
async fn rows(
    connection: &mut AnyConnection,
    pack: &PackName,
    at: Timestamp,
) -> Result<(Rows<RoleName>, Vec<shared::api::Grant>), StoreError> {
    let found = sqlx::query(AssertSqlSafe(format!(
        "SELECT {} FROM grants WHERE pack = $1 AND since <= $2 AND (until IS NULL OR until > $2) ORDER BY role, since, id",
        grants::COLUMNS
    )))
    .bind(pack.as_str())
    .bind(at.0)
    .fetch_all(&mut *connection)
    .await?;
    let all = found
        .iter()
        .map(grant)
        .collect::<Result<Vec<_>, StoreError>>()?;
    let mut rows = Rows::default();
    for grant in &all {
        let role = grant.role.parse::<RoleName>();
        rows.grants.push(organisation::Grant {
            id: grant.id,
            role: role.map_err(|e| StoreError::Unreadable(e.to_string()))?,
            to: grant.to,
            project: grant.project,
            span: Span {
                since: grant.since,
                until: grant.until,
            },
        });
    }
    let found = sqlx::query(
        "SELECT CASE head WHEN 1 THEN 'head' ELSE 'member' END AS what, department AS party, person, since, until
         FROM belongings WHERE since <= $1 AND (until IS NULL OR until > $1)
         UNION ALL SELECT 'holder', post, person, since, until
         FROM post_holders WHERE since <= $1 AND (until IS NULL OR until > $1)
         UNION ALL SELECT 'deputy', person, deputy, since, until
         FROM deputies WHERE since <= $1 AND (until IS NULL OR until > $1)
         UNION ALL SELECT kind, person, person, since, until
         FROM statuses WHERE since <= $1 AND (until IS NULL OR until > $1)",
    )
    .bind(at.0)
    .fetch_all(&mut *connection)
    .await?;
    for row in &found {
        let (person, span) = (person(row, "person")?, span(row)?);
        let party = id_bytes(row.try_get("party")?)?;
        let department = DepartmentId::from_bytes(party);
        match row.try_get::<String, _>("what")?.as_str() {
            "member" => rows.members.push((department, person, span)),
            "head" => rows.heads.push((department, person, span)),
            "holder" => rows.holders.push((PostId::from_bytes(party), person, span)),
            "deputy" => rows.deputies.push(Acting {
                away: PersonId::from_bytes(party),
                deputy: person,
                span,
            }),
            "active" => rows.active.push((person, span)),
            _ => rows.administrators.push((person, span)),
        }
    }
    Ok((rows, all))
}
