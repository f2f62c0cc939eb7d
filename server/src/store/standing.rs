//! What a decision changes about a project and its members.

use shared::base::{PersonId, ProjectId};
use shared::domain::permission::Role;

use super::projects::{person_stays, put, right_changed};
use super::{StoreError, Tx};

/// A project's number.
pub(crate) async fn set_number(
    tx: &mut Tx,
    project: ProjectId,
    number: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE projects SET number = $1 WHERE id = $2")
        .bind(number)
        .bind(&project.as_bytes()[..])
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a project's plan is begun: until then nobody writes it.
pub(crate) async fn set_begun(
    tx: &mut Tx,
    project: ProjectId,
    begun: bool,
) -> Result<(), StoreError> {
    right_changed(tx, project, None).await?;
    sqlx::query("UPDATE projects SET begun = $1 WHERE id = $2")
        .bind(i64::from(begun))
        .bind(&project.as_bytes()[..])
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What somebody may do in a project from now on, by their appointments; none: nothing. A manager who was appointed takes over
/// from whoever made the project, who stays as a member, and has it again once nobody is appointed any more. The last manager
/// stays.
pub(crate) async fn appoint(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    role: Option<Role>,
) -> Result<(), StoreError> {
    person_stays(tx, person).await?;
    right_changed(tx, project, Some(person)).await?;
    match role {
        Some(role) => {
            put(tx, project, person, role).await?;
            if role == Role::Manager {
                sqlx::query(
                    "UPDATE members SET role = 'member' WHERE project = $1 AND role = 'manager' AND person <> $2
                     AND person = (SELECT made_by FROM projects WHERE id = $1)",
                )
                .bind(&project.as_bytes()[..])
                .bind(&person.as_bytes()[..])
                .execute(&mut **tx)
                .await?;
            }
        }
        None => {
            // where nobody else manages it, whoever made the project does again
            sqlx::query(
                "UPDATE members SET role = 'manager' WHERE project = $1 AND person <> $2
                 AND person = (SELECT made_by FROM projects WHERE id = $1)
                 AND NOT EXISTS (SELECT 1 FROM members o WHERE o.project = $1 AND o.role = 'manager' AND o.person <> $2)",
            )
            .bind(&project.as_bytes()[..])
            .bind(&person.as_bytes()[..])
            .execute(&mut **tx)
            .await?;
            sqlx::query(
                "DELETE FROM members WHERE project = $1 AND person = $2 AND (role <> 'manager' OR EXISTS
                 (SELECT 1 FROM members o WHERE o.project = $1 AND o.role = 'manager' AND o.person <> $2))",
            )
            .bind(&project.as_bytes()[..])
            .bind(&person.as_bytes()[..])
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(())
}
