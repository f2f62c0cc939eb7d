//! Posts, heads of departments, deputies, grants of a regulation's roles, and who could do what when. Nothing of it is
//! removed: what ends has an end. Times are UTC milliseconds; `until` is the first moment at which it holds no more, and
//! none is open.

use std::collections::BTreeMap;

use base::{DepartmentId, DeputyId, GrantId, PersonId, PostId, ProjectId, Timestamp};
use domain::organisation::Party;
use domain::organisation::import::{Becomes, Column, What, Wrong};
use serde::{Deserialize, Serialize};

/// The most bytes of a table of people for `POST /api/organisation/import`.
pub const MAX_TABLE: usize = 256 * 1024;

dto! {
    /// A post 岗位, with who holds it now or later.
    pub struct Post {
        /// Its id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: PostId,
        /// Its name: no other post has it.
        pub name: String,
        /// Since when there is one.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// Who holds it.
        pub holders: Vec<PersonSpan>,
    }

    /// A person, and from when until when.
    pub struct PersonSpan {
        /// Who.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
        /// From when.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// Until when.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub until: Option<Timestamp>,
    }

    /// A post to make or rename.
    pub struct NewPost {
        /// Its name.
        pub name: String,
    }

    /// From when until when somebody holds a post, or heads a department: from now or later, never from a moment that is over.
    #[derive(Default)]
    pub struct Dates {
        /// From when; none: now.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub since: Option<Timestamp>,
        /// Until when.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub until: Option<Timestamp>,
    }

    /// Who heads a department 负责人, now or later.
    pub struct Heads {
        /// Which.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub department: DepartmentId,
        /// Who. They need not belong to it.
        pub heads: Vec<PersonSpan>,
    }

    /// That somebody acts for a person who is away 代理.
    pub struct Deputy {
        /// Its id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: DeputyId,
        /// Who is away.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
        /// Who acts for them: decides where they would, and begins nothing for them.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub deputy: PersonId,
        /// From when.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// Until when.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub until: Option<Timestamp>,
        /// Why, in their words; may be empty.
        pub reason: String,
    }

    /// A deputy to name.
    pub struct NewDeputy {
        /// Who is away; none: who asks. Administrators name deputies for others.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub person: Option<PersonId>,
        /// Who acts for them.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub deputy: PersonId,
        /// From when; none: now.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub since: Option<Timestamp>,
        /// Until when.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub until: Option<Timestamp>,
        /// Why.
        #[serde(default)]
        pub reason: String,
    }

    /// That a department, a post or a person holds a role of a pack.
    pub struct Grant {
        /// Its id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: GrantId,
        /// The pack's name: all its versions.
        pub pack: String,
        /// The role's name in it.
        pub role: String,
        /// Who: `{"department": ID}`, `{"post": ID}` or `{"person": ID}`.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub to: Party,
        /// In which project; none: in all.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub project: Option<ProjectId>,
        /// From when.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// Until when.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub until: Option<Timestamp>,
    }

    /// A grant to make.
    pub struct NewGrant {
        /// The pack's name.
        pub pack: String,
        /// The role's name in it.
        pub role: String,
        /// Who.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub to: Party,
        /// In which project; none: in all.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub project: Option<ProjectId>,
        /// From when; none: now.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub since: Option<Timestamp>,
        /// Until when.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub until: Option<Timestamp>,
    }

    /// Who could do what by a pack at a moment, as far as the organisation gives its roles.
    pub struct Holders {
        /// The moment.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub at: Timestamp,
        /// The roles that were granted then, by name.
        pub roles: Vec<RoleHolders>,
        /// Who acted for whom.
        pub deputies: Vec<Deputy>,
        /// Who kept the organisation: they name somebody where nobody decides.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub keepers: Vec<PersonId>,
        /// What the departments and posts of the grants are called, by their ids; ended ones too.
        #[serde(default)]
        pub names: BTreeMap<String, String>,
    }

    /// Who held a role.
    pub struct RoleHolders {
        /// Its name in the pack.
        pub role: String,
        /// Who decided as it, themselves.
        pub decide: Vec<HeldBy>,
        /// Who could begin forms as it.
        pub begin: Vec<HeldBy>,
        /// The grants that gave it.
        pub grants: Vec<Grant>,
    }

    /// A person, and what gave it to them.
    pub struct HeldBy {
        /// Who.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
        /// By which grants.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub grants: Vec<GrantId>,
    }

    /// What a table of people changes, or would change.
    pub struct TableRead {
        /// Whether it was done; never where there are problems.
        pub committed: bool,
        /// What is in the table: what is added, changed, and left as it is.
        pub lines: Vec<TableLine>,
        /// What is wrong with it.
        pub problems: Vec<TableProblem>,
    }

    /// A line of what a table changes.
    pub struct TableLine {
        /// `added`, `changed` or `left`.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub becomes: Becomes,
        /// `department`, `post`, `person`, `belongs`, `holds`, `heads` or `heads_no_more`.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub what: What,
        /// Of a person: their account.
        pub account: String,
        /// The name of the department, post or person.
        pub name: String,
    }

    /// A problem of a table, with its place.
    pub struct TableProblem {
        /// The sheet's name.
        pub sheet: String,
        /// The row's number; 0: the sheet as a whole.
        pub row: u32,
        /// The column.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub column: Option<Column>,
        /// What is wrong.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub wrong: Wrong,
    }
}
