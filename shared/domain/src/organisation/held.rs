//! Who holds which role at a moment.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentId, GrantId, PersonId, PostId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Span;

/// To whom a role is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A department 部门: its heads decide.
    Department(DepartmentId),
    /// A post 岗位: whoever holds it.
    Post(PostId),
    /// A person.
    Person(PersonId),
}

/// That somebody holds a role of a regulation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant<R> {
    /// Its id.
    pub id: GrantId,
    /// Which role.
    pub role: R,
    /// Who.
    pub to: Party,
    /// In which project; none: in all.
    pub project: Option<ProjectId>,
    /// When.
    pub span: Span,
}

/// That somebody acts for a person 代理.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acting {
    /// Who is away.
    pub away: PersonId,
    /// Who acts for them.
    pub deputy: PersonId,
    /// When.
    pub span: Span,
}

/// What is kept of an organisation, as far as a regulation's roles go. Rows of other times may be among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<R> {
    /// The grants of one regulation.
    pub grants: Vec<Grant<R>>,
    /// Who belongs to which department.
    pub members: Vec<(DepartmentId, PersonId, Span)>,
    /// Who heads which department.
    pub heads: Vec<(DepartmentId, PersonId, Span)>,
    /// Who holds which post.
    pub holders: Vec<(PostId, PersonId, Span)>,
    /// Who acts for whom.
    pub deputies: Vec<Acting>,
    /// Who may sign in.
    pub active: Vec<(PersonId, Span)>,
    /// Who may administer the organisation.
    pub administrators: Vec<(PersonId, Span)>,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self {
            grants: Vec::new(),
            members: Vec::new(),
            heads: Vec::new(),
            holders: Vec::new(),
            deputies: Vec::new(),
            active: Vec::new(),
            administrators: Vec::new(),
        }
    }
}

/// The people who have something, each with the grants that give it to them.
pub type HeldBy = BTreeMap<PersonId, BTreeSet<GrantId>>;

/// Who holds what at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held<R> {
    /// Of each role that is granted: who decides as it, themselves.
    pub decide: BTreeMap<R, HeldBy>,
    /// Of each role that is granted: who may begin forms as it.
    pub begin: BTreeMap<R, HeldBy>,
    /// Who acts for whom.
    pub deputies: BTreeMap<PersonId, BTreeSet<PersonId>>,
    /// Who keeps the organisation.
    pub keepers: BTreeSet<PersonId>,
}

/// Who holds what at a moment, in a project or (where none is named) in all.
pub fn held<R: Ord + Clone>(rows: &Rows<R>, project: Option<ProjectId>, at: Timestamp) -> Held<R> {
    let of = |rows: &[(PersonId, Span)]| -> BTreeSet<PersonId> {
        let now = rows.iter().filter(|(_, span)| span.holds(at));
        now.map(|(person, _)| *person).collect()
    };
    let active = of(&rows.active);
    let members = by_party(&rows.members, at);
    let heads = by_party(&rows.heads, at);
    let holders = by_party(&rows.holders, at);
    let (mut decide, mut begin) = (BTreeMap::new(), BTreeMap::new());
    for grant in &rows.grants {
        let here = grant.project.is_none() || grant.project == project;
        if !here || !grant.span.holds(at) {
            continue;
        }
        let none = BTreeSet::new();
        let (deciders, starters): (BTreeSet<PersonId>, BTreeSet<PersonId>) = match grant.to {
            Party::Department(department) => {
                let heads = heads.get(&department).unwrap_or(&none);
                let members = members.get(&department).unwrap_or(&none);
                let deciders = if heads.is_empty() { members } else { heads };
                (deciders.clone(), heads.union(members).copied().collect())
            }
            Party::Post(post) => {
                let holders = holders.get(&post).unwrap_or(&none);
                (holders.clone(), holders.clone())
            }
            Party::Person(person) => (BTreeSet::from([person]), BTreeSet::from([person])),
        };
        for (into, people) in [(&mut decide, deciders), (&mut begin, starters)] {
            let role: &mut HeldBy = into.entry(grant.role.clone()).or_default();
            for person in people.intersection(&active) {
                role.entry(*person).or_default().insert(grant.id);
            }
        }
    }
    let mut deputies: BTreeMap<PersonId, BTreeSet<PersonId>> = BTreeMap::new();
    for acting in &rows.deputies {
        let both = active.contains(&acting.deputy) && active.contains(&acting.away);
        if acting.span.holds(at) && both {
            let acts = deputies.entry(acting.away).or_default();
            acts.insert(acting.deputy);
        }
    }
    let administrators = of(&rows.administrators);
    Held {
        decide,
        begin,
        deputies,
        keepers: administrators.intersection(&active).copied().collect(),
    }
}

/// The people of each department or post at a moment.
fn by_party<P: Ord + Copy>(
    rows: &[(P, PersonId, Span)],
    at: Timestamp,
) -> BTreeMap<P, BTreeSet<PersonId>> {
    let mut people: BTreeMap<P, BTreeSet<PersonId>> = BTreeMap::new();
    for (party, person, span) in rows {
        if span.holds(at) {
            people.entry(*party).or_default().insert(*person);
        }
    }
    people
}

#[cfg(test)]
mod tests;
