//! A table of people taken into the organisation: all of it or nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::api::{Dates, EditPerson, NewPerson};
use shared::base::{DepartmentId, PersonId, PostId, Timestamp};
use shared::domain::organisation::import::{Becomes, Known, KnownPerson, Line, Row, What};

use super::{
    AuditEvent, Store, StoreError, Tx, audit, belongings, name_key, organisation, people, posts,
};
use crate::secret::random_bytes;

impl Store {
    /// The organisation as a table of people sees it.
    pub async fn known(&self, now: Timestamp) -> Result<Known, StoreError> {
        let organisation = self.organisation().await?;
        let posts = self.posts(now).await?;
        let heads = self.heads(now).await?;
        let person = |person: shared::api::Person| {
            let known = KnownPerson {
                id: person.id,
                name: person.display_name,
                department: person.department,
                active: person.active,
            };
            (name_key(&person.name), known)
        };
        Ok(Known {
            departments: organisation
                .departments
                .into_iter()
                .map(|department| (department.name, department.id))
                .collect(),
            people: organisation.people.into_iter().map(person).collect(),
            heads: heads
                .iter()
                .flat_map(|of| of.heads.iter().map(|head| (of.department, head.person)))
                .collect(),
            holders: posts
                .iter()
                .flat_map(|post| post.holders.iter().map(|holder| (post.id, holder.person)))
                .collect::<BTreeSet<_>>(),
            posts: posts.into_iter().map(|post| (post.name, post.id)).collect(),
        })
    }

    /// Does what a table asks for; `hashes` has the first passwords of new accounts, and each change goes on record as
    /// done by whom `by` names. What somebody else changed meanwhile fails, and nothing is changed.
    pub async fn take_table(
        &self,
        known: Known,
        rows: &[Row],
        lines: &[Line],
        hashes: &HashMap<String, String>,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // others who change departments and who belongs to them wait, rather than for each other
        tx.alone("departments").await?;
        let people = known.people.into_iter();
        let mut taking = Taking {
            departments: known.departments,
            posts: known.posts,
            people: people
                .map(|(account, person)| (account, person.id))
                .collect(),
            hashes,
            now,
        };
        for line in lines.iter().filter(|line| line.becomes != Becomes::Left) {
            let Some(row) = rows.get(line.row) else {
                continue;
            };
            let event = taking.take(&mut tx, line, row).await?;
            let event = AuditEvent {
                event,
                name: &line.account,
                detail: &line.name,
                ..by.clone()
            };
            audit::record(&mut tx, &event, now).await?;
        }
        tx.commit().await
    }
}

/// Who and what has which id by now.
struct Taking<'a> {
    departments: BTreeMap<String, DepartmentId>,
    posts: BTreeMap<String, PostId>,
    people: BTreeMap<String, PersonId>,
    hashes: &'a HashMap<String, String>,
    now: Timestamp,
}

impl Taking<'_> {
    /// Does what a line says, and gives its name for the record.
    async fn take(
        &mut self,
        tx: &mut Tx,
        line: &Line,
        row: &Row,
    ) -> Result<&'static str, StoreError> {
        let (name, now) = (&line.name, self.now);
        let person = self.people.get(&line.account).copied();
        let person = person.ok_or(StoreError::NotFound("person"));
        let department = self.departments.get(name).copied();
        let department = department.ok_or(StoreError::NotFound("department"));
        Ok(match (line.what, line.becomes) {
            (What::Department, _) => {
                let id = DepartmentId::from_bytes(random_bytes()?);
                let id = organisation::insert(tx, id, name).await?;
                self.departments.insert(name.clone(), id);
                "department_made"
            }
            (What::Post, _) => {
                let id = PostId::from_bytes(random_bytes()?);
                posts::insert(tx, id, name, now).await?;
                self.posts.insert(name.clone(), id);
                "post_made"
            }
            (What::Person, Becomes::Added) => {
                let id = PersonId::from_bytes(random_bytes()?);
                let new = NewPerson {
                    name: row.account.clone(),
                    display_name: name.clone(),
                    department: None,
                    post: row.post.clone(),
                    administrator: false,
                    password: String::new(),
                };
                let hash = self.hashes.get(&line.account);
                let hash = hash.ok_or(StoreError::NotFound("first password"))?;
                people::insert(tx, id, &new, hash, true, now).await?;
                self.people.insert(line.account.clone(), id);
                "person_made"
            }
            (What::Person, _) => {
                let edit = EditPerson {
                    display_name: Some(name.clone()),
                    ..EditPerson::default()
                };
                people::update(tx, person?, &edit, now).await?;
                "person_changed"
            }
            (What::Belongs, _) => {
                let edit = EditPerson {
                    department: Some(department?),
                    ..EditPerson::default()
                };
                people::update(tx, person?, &edit, now).await?;
                "person_changed"
            }
            (What::Holds, _) => {
                let post = self.posts.get(name).copied();
                let post = post.ok_or(StoreError::NotFound("post"))?;
                posts::add_holder(tx, post, person?, &Dates::default(), now).await?;
                "post_given"
            }
            (What::Heads, _) => {
                belongings::add_head(tx, department?, person?, &Dates::default(), now).await?;
                "head_named"
            }
            (What::HeadsNoMore, _) => {
                belongings::take_head(tx, department?, person?, None, now).await?;
                "head_ended"
            }
        })
    }
}
