//! Projects and their members.

use std::collections::HashMap;

use domain::permission::{DocumentKind, Role};
use shared::api::{Member, Project};
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::domain;
use sqlx::{Row, Sqlite, Transaction};

use super::documents::{NewDocument, insert_document};
use super::{Store, StoreError, from_word, id_bytes, word};

/// What a new project is made of; the ids are random.
#[derive(Debug, Clone)]
pub struct ProjectToMake {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// Who makes it, and is its manager.
    pub manager: PersonId,
    /// Its plan document.
    pub plan: DocumentId,
    /// Its progress document.
    pub progress: DocumentId,
}

impl Store {
    /// Makes a project with its manager and its two documents, all or nothing.
    pub async fn add_project(
        &self,
        project: &ProjectToMake,
        now: Timestamp,
    ) -> Result<Project, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO projects (id, name, since, made_by, plan, progress) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(&project.id.as_bytes()[..])
            .bind(&project.name)
            .bind(now.0)
            .bind(&project.manager.as_bytes()[..])
            .bind(&project.plan.as_bytes()[..])
            .bind(&project.progress.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        put(&mut tx, project.id, project.manager, Role::Manager).await?;
        for (id, kind) in [
            (project.plan, DocumentKind::Plan),
            (project.progress, DocumentKind::Progress),
        ] {
            let new = NewDocument {
                id,
                project: project.id,
                kind,
                key: String::new(),
            };
            insert_document(&mut tx, &new, now).await?;
        }
        tx.commit().await?;
        Ok(Project {
            id: project.id,
            name: project.name.clone(),
            role: Role::Manager,
            members: vec![Member {
                person: project.manager,
                role: Role::Manager,
            }],
            since: now,
            plan: project.plan,
            progress: project.progress,
        })
    }

    /// The projects that `person` is a member of, the newest first.
    pub async fn projects(&self, person: PersonId) -> Result<Vec<Project>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.id, p.name, p.since, p.plan, p.progress, m.role FROM projects p
             JOIN members m ON m.project = p.id AND m.person = ? ORDER BY p.since DESC, p.id",
        )
        .bind(&person.as_bytes()[..])
        .fetch_all(self.reader())
        .await?;
        let mut members: HashMap<ProjectId, Vec<Member>> = HashMap::new();
        for row in sqlx::query(
            "SELECT m.project, m.person, m.role FROM members m
             JOIN members mine ON mine.project = m.project AND mine.person = ?
             JOIN people p ON p.id = m.person ORDER BY p.name_key",
        )
        .bind(&person.as_bytes()[..])
        .fetch_all(self.reader())
        .await?
        {
            let project = ProjectId::from_bytes(id_bytes(row.try_get(0)?)?);
            members.entry(project).or_default().push(Member {
                person: PersonId::from_bytes(id_bytes(row.try_get(1)?)?),
                role: from_word(row.try_get(2)?)?,
            });
        }
        rows.iter()
            .map(|row| {
                let id = ProjectId::from_bytes(id_bytes(row.try_get(0)?)?);
                Ok(Project {
                    id,
                    name: row.try_get(1)?,
                    since: Timestamp(row.try_get(2)?),
                    plan: DocumentId::from_bytes(id_bytes(row.try_get(3)?)?),
                    progress: DocumentId::from_bytes(id_bytes(row.try_get(4)?)?),
                    role: from_word(row.try_get(5)?)?,
                    members: members.remove(&id).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// One project, where `person` is a member of it.
    pub async fn project(
        &self,
        id: ProjectId,
        person: PersonId,
    ) -> Result<Option<Project>, StoreError> {
        Ok(self
            .projects(person)
            .await?
            .into_iter()
            .find(|p| p.id == id))
    }

    /// The role of `person` in a project; `None`: no member, or no such project.
    pub async fn role(
        &self,
        project: ProjectId,
        person: PersonId,
    ) -> Result<Option<Role>, StoreError> {
        let row = sqlx::query("SELECT role FROM members WHERE project = ? AND person = ?")
            .bind(&project.as_bytes()[..])
            .bind(&person.as_bytes()[..])
            .fetch_optional(self.reader())
            .await?;
        row.map(|row| from_word(row.try_get(0)?)).transpose()
    }

    /// The members of a project.
    pub async fn members(&self, project: ProjectId) -> Result<Vec<Member>, StoreError> {
        let rows =
            sqlx::query("SELECT person, role FROM members WHERE project = ? ORDER BY person")
                .bind(&project.as_bytes()[..])
                .fetch_all(self.reader())
                .await?;
        rows.iter()
            .map(|row| {
                Ok(Member {
                    person: PersonId::from_bytes(id_bytes(row.try_get(0)?)?),
                    role: from_word(row.try_get(1)?)?,
                })
            })
            .collect()
    }

    /// All projects with their names, for the command line.
    pub async fn project_names(&self) -> Result<Vec<(ProjectId, String)>, StoreError> {
        let rows = sqlx::query("SELECT id, name FROM projects ORDER BY since, id")
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    ProjectId::from_bytes(id_bytes(row.try_get(0)?)?),
                    row.try_get(1)?,
                ))
            })
            .collect()
    }

    /// Renames a project.
    pub async fn rename_project(&self, id: ProjectId, name: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE projects SET name = ? WHERE id = ?")
            .bind(name)
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("project"));
        }
        Ok(tx.commit().await?)
    }

    /// Makes `person` a member, or gives a member another role. The last manager keeps theirs.
    pub async fn put_member(
        &self,
        project: ProjectId,
        person: PersonId,
        role: Role,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("SELECT 1 FROM people WHERE id = ?")
            .bind(&person.as_bytes()[..])
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(StoreError::NotFound("person"))?;
        put(&mut tx, project, person, role).await?;
        keeps_a_manager(&mut tx, project).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a member out. The last manager stays.
    pub async fn remove_member(
        &self,
        project: ProjectId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("DELETE FROM members WHERE project = ? AND person = ?")
            .bind(&project.as_bytes()[..])
            .bind(&person.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("member"));
        }
        keeps_a_manager(&mut tx, project).await?;
        Ok(tx.commit().await?)
    }
}

async fn put(
    tx: &mut Transaction<'_, Sqlite>,
    project: ProjectId,
    person: PersonId,
    role: Role,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO members (project, person, role) VALUES (?, ?, ?)
         ON CONFLICT (project, person) DO UPDATE SET role = excluded.role",
    )
    .bind(&project.as_bytes()[..])
    .bind(&person.as_bytes()[..])
    .bind(word(&role)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn keeps_a_manager(
    tx: &mut Transaction<'_, Sqlite>,
    project: ProjectId,
) -> Result<(), StoreError> {
    let managers: i64 =
        sqlx::query("SELECT count(*) FROM members WHERE project = ? AND role = 'manager'")
            .bind(&project.as_bytes()[..])
            .fetch_one(&mut **tx)
            .await?
            .try_get(0)?;
    if managers == 0 {
        Err(StoreError::LastManager)
    } else {
        Ok(())
    }
}
