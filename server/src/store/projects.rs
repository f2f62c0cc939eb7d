//! Projects and their members.

use std::collections::HashMap;

use domain::permission::{DocumentKind, ProjectState, Role};
use shared::api::{Member, Project};
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::domain;
use sqlx::Row;

use super::documents::{NewDocument, Standing, insert_document, unsigned};
use super::nodes::Told;
use super::{AuditEvent, Store, StoreError, Tx, audit, from_word, id_bytes, word, yes};

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
    /// Whether it is begun; one that comes to be with a regulation is begun by a decision.
    pub begun: bool,
}

impl Store {
    /// Makes a project with its manager and its two documents, all or nothing.
    pub async fn add_project(
        &self,
        project: &ProjectToMake,
        now: Timestamp,
    ) -> Result<Project, StoreError> {
        let mut tx = self.begin().await?;
        person_stays(&mut tx, project.manager).await?;
        sqlx::query("INSERT INTO projects (id, name, since, made_by, plan, progress, begun) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(&project.id.as_bytes()[..])
            .bind(&project.name)
            .bind(now.0)
            .bind(&project.manager.as_bytes()[..])
            .bind(&project.plan.as_bytes()[..])
            .bind(&project.progress.as_bytes()[..])
            .bind(i64::from(project.begun))
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
        tx.tell(Told::Project(project.id, None));
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
            state: match project.begun {
                true => ProjectState::Open,
                false => ProjectState::Proposed,
            },
            template: false,
            number: None,
        })
    }

    /// The plans of all projects that are worked on, each with its progress, in the order in which they came to be.
    pub async fn living_plans(&self) -> Result<Vec<(DocumentId, DocumentId)>, StoreError> {
        let rows = sqlx::query(
            "SELECT plan, progress FROM projects WHERE state = $1 AND begun = 1 AND template = 0 ORDER BY since, id",
        )
        .bind(word(&ProjectState::Open)?)
        .fetch_all(self.reader())
        .await?;
        let mut plans = Vec::new();
        for row in rows {
            let [plan, progress] = [row.try_get(0)?, row.try_get(1)?];
            let id = |bytes| Ok::<_, StoreError>(DocumentId::from_bytes(id_bytes(bytes)?));
            plans.push((id(plan)?, id(progress)?));
        }
        Ok(plans)
    }

    /// The projects that `person` is a member of, the newest first.
    pub async fn projects(&self, person: PersonId) -> Result<Vec<Project>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.id, p.name, p.since, p.plan, p.progress, m.role, p.state, p.template, p.begun, p.number FROM projects p
             JOIN members m ON m.project = p.id AND m.person = $1 ORDER BY p.since DESC, p.id",
        )
        .bind(&person.as_bytes()[..])
        .fetch_all(self.reader())
        .await?;
        let mut members: HashMap<ProjectId, Vec<Member>> = HashMap::new();
        for row in sqlx::query(
            "SELECT m.project, m.person, m.role FROM members m
             JOIN members mine ON mine.project = m.project AND mine.person = $1
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
                    state: state(row.try_get(6)?, yes(row, "begun")?)?,
                    number: row.try_get(9)?,
                    template: yes(row, "template")?,
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

    /// What a person's rights in a project are computed from, all of one moment.
    pub async fn standing(
        &self,
        person: PersonId,
        project: ProjectId,
    ) -> Result<Standing, StoreError> {
        let row = sqlx::query(
            "SELECT p.policy, p.state, m.role, p.begun FROM projects p
             LEFT JOIN members m ON m.project = p.id AND m.person = $1
                 AND EXISTS (SELECT 1 FROM people q WHERE q.id = $1 AND q.active = 1)
             WHERE p.id = $2",
        )
        .bind(&person.as_bytes()[..])
        .bind(&project.as_bytes()[..])
        .fetch_optional(self.reader())
        .await?;
        let Some(row) = row else {
            return Ok(Standing::NOBODY);
        };
        Ok(Standing {
            policy: unsigned(row.try_get(0)?)?,
            state: state(row.try_get(1)?, yes(&row, "begun")?)?,
            role: row
                .try_get::<Option<String>, _>(2)?
                .map(from_word)
                .transpose()?,
        })
    }

    /// The members of a project.
    pub async fn members(&self, project: ProjectId) -> Result<Vec<Member>, StoreError> {
        let rows =
            sqlx::query("SELECT person, role FROM members WHERE project = $1 ORDER BY person")
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

    /// What a project is called.
    pub(crate) async fn project_name(&self, id: ProjectId) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT name FROM projects WHERE id = $1")
            .bind(&id.as_bytes()[..])
            .fetch_optional(self.reader())
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
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
        let done = sqlx::query("UPDATE projects SET name = $1 WHERE id = $2")
            .bind(name)
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("project"));
        }
        tx.tell(Told::Project(id, None));
        tx.commit().await
    }

    /// Closes a project (nobody writes in it any more) or opens it again; `by` goes on record.
    pub async fn set_project_state(
        &self,
        id: ProjectId,
        state: ProjectState,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        right_changed(&mut tx, id, None).await?;
        sqlx::query("UPDATE projects SET state = $1 WHERE id = $2")
            .bind(word(&state)?)
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }

    /// Makes a template of a project, or an ordinary one of a template; `by` goes on record. Nobody's right changes.
    pub async fn set_project_template(
        &self,
        id: ProjectId,
        template: bool,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE projects SET template = $1 WHERE id = $2")
            .bind(i64::from(template))
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("project"));
        }
        audit::record(&mut tx, by, now).await?;
        tx.tell(Told::Project(id, None));
        tx.commit().await
    }

    /// Makes `person` a member, or gives a member another role. The last manager keeps theirs.
    pub async fn put_member(
        &self,
        project: ProjectId,
        person: PersonId,
        role: Role,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        person_stays(&mut tx, person).await?;
        right_changed(&mut tx, project, Some(person)).await?;
        put(&mut tx, project, person, role).await?;
        keeps_a_manager(&mut tx, project).await?;
        tx.commit().await
    }

    /// Takes a member out. The last manager stays.
    pub async fn remove_member(
        &self,
        project: ProjectId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        right_changed(&mut tx, project, Some(person)).await?;
        let done = sqlx::query("DELETE FROM members WHERE project = $1 AND person = $2")
            .bind(&project.as_bytes()[..])
            .bind(&person.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("member"));
        }
        keeps_a_manager(&mut tx, project).await?;
        tx.commit().await
    }
}

/// Whether a project is worked on.
fn state(word: String, begun: bool) -> Result<ProjectState, StoreError> {
    match from_word(word)? {
        ProjectState::Open if !begun => Ok(ProjectState::Proposed),
        state => Ok(state),
    }
}

/// A person who is there, and does not become active or inactive until the end of the transaction.
pub(super) async fn person_stays(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    sqlx::query(tx.sharing("SELECT 1 FROM people WHERE id = $1"))
        .bind(&person.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound("person"))
}

/// Somebody's right in a project changes in this transaction. Comes before whatever is looked at in the project: from
/// here on no other transaction changes its members, and no append under the version before is committed after this one.
pub(super) async fn right_changed(
    tx: &mut Tx,
    project: ProjectId,
    whose: Option<PersonId>,
) -> Result<(), StoreError> {
    tx.tell(Told::Project(project, whose));
    let done = sqlx::query("UPDATE projects SET policy = policy + 1 WHERE id = $1")
        .bind(&project.as_bytes()[..])
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound("project"));
    }
    Ok(())
}

/// A person's rights change in all their projects. The person's row is locked already, so they join none meanwhile.
pub(super) async fn rights_changed(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    let theirs = "SELECT id FROM projects WHERE id IN (SELECT project FROM members WHERE person = $1) ORDER BY id";
    let rows = sqlx::query(tx.locking(theirs))
        .bind(&person.as_bytes()[..])
        .fetch_all(&mut **tx)
        .await?;
    for row in rows {
        let project = ProjectId::from_bytes(id_bytes(row.try_get(0)?)?);
        right_changed(tx, project, None).await?;
    }
    Ok(())
}

pub(super) async fn put(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    role: Role,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO members (project, person, role) VALUES ($1, $2, $3)
         ON CONFLICT (project, person) DO UPDATE SET role = excluded.role",
    )
    .bind(&project.as_bytes()[..])
    .bind(&person.as_bytes()[..])
    .bind(word(&role)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn keeps_a_manager(tx: &mut Tx, project: ProjectId) -> Result<(), StoreError> {
    let managers: i64 =
        sqlx::query("SELECT count(*) FROM members WHERE project = $1 AND role = 'manager'")
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
