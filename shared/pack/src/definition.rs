//! A pack 规程包: one regulation, as data.

use serde::{Deserialize, Serialize};

use crate::duty::DutyDef;
use crate::expr::Expr;
use crate::form::FormDef;
use crate::id::{DutyName, FormName, PackName, RegisterName, RoleName, StageName};
use crate::register::RegisterDef;
use crate::route::RouteDef;
use crate::text::Texts;

/// A regulation that projects are run by. Immutable once a project has adopted it: what changes is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Its name; versions share it.
    pub id: PackName,
    /// Which version: figures with points between.
    pub version: String,
    /// What people call it: 项目运行流程及操作规范.
    pub name: Texts,
    /// What it is for, and where it comes from.
    #[serde(default)]
    pub help: Texts,
    /// What kind of project it is for.
    pub applies: Texts,
    /// The currency of amounts that name no other (ISO 4217).
    pub currency: String,
    /// Who has a part in it.
    pub roles: Vec<Role>,
    /// A project's stages, in order.
    pub stages: Vec<Stage>,
    /// Its forms, by id.
    pub forms: Vec<FormDef>,
    /// Its routes, by id.
    pub routes: Vec<RouteDef>,
    /// What is done again and again in its projects, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<DutyDef>,
    /// The lists that its projects keep, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registers: Vec<RegisterDef>,
}

impl Pack {
    /// The form of a name.
    pub fn form(&self, name: &FormName) -> Option<&FormDef> {
        self.forms.iter().find(|form| form.id == *name)
    }

    /// The route of a form.
    pub fn route_of(&self, form: &FormDef) -> Option<&RouteDef> {
        let name = form.route.as_ref()?;
        self.routes.iter().find(|route| route.id == *name)
    }

    /// The duty of a name.
    pub fn duty(&self, name: &DutyName) -> Option<&DutyDef> {
        self.duties.iter().find(|duty| duty.id == *name)
    }

    /// The register of a name.
    pub fn register(&self, name: &RegisterName) -> Option<&RegisterDef> {
        self.registers.iter().find(|register| register.id == *name)
    }

    /// The role of a name.
    pub fn role(&self, name: &RoleName) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == *name)
    }
}

/// Who has a part in a regulation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name within the pack.
    pub id: RoleName,
    /// What people call it: 商务部.
    pub name: Texts,
    /// Who holds it.
    pub holder: Holder,
    /// What the regulation lays on it and gives to it.
    #[serde(default)]
    pub duties: Texts,
    /// Of a role held in the project: what who is appointed may do in it beside; none: as a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<domain::permission::Role>,
}

/// Who holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A department 部门 of the organisation.
    Department,
    /// A post 岗位 of the organisation.
    Post,
    /// Who is appointed to it in the project.
    Project,
    /// Somebody outside 外部人员: a customer, by a link for once or on the tablet in hand.
    Outside,
}

/// A stage 阶段 of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name within the pack.
    pub id: StageName,
    /// What people call it: 立项.
    pub name: Texts,
    /// What is done in it.
    #[serde(default)]
    pub help: Texts,
    /// What must be there before the project leaves it.
    #[serde(default)]
    pub gate: Gate,
}

/// A gate 关口: it opens when all that it needs is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gate {
    /// What it needs. A gate that needs nothing is open.
    pub needs: Vec<Need>,
}

/// Something that a gate needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// A form of one of these kinds ...
    pub forms: Vec<FormName>,
    /// ... so far ...
    pub state: FormState,
    /// ... about which this holds ...
    #[serde(default)]
    pub holds: Option<Expr>,
    /// ... at least so often.
    pub count: u32,
}

/// How far a form has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormState {
    /// Submitted 已提交: under review, or further.
    Submitted,
    /// Approved 已通过; a form without a route counts so when it is submitted.
    Approved,
}
