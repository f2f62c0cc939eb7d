//! Routes 流程: who reviews a form, in which order.

use serde::{Deserialize, Serialize};

use crate::expr::Expr;
use crate::id::{RoleName, RouteName, StepName};
use crate::text::Texts;

/// A route. Its steps are gone through in the order in which they stand; who decides beside each other is within a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteDef {
    /// Its name within the pack.
    pub id: RouteName,
    /// What people call it: 立项评审.
    pub name: Texts,
    /// What it is for, and by which clause.
    #[serde(default)]
    pub help: Texts,
    /// Whether a person may decide on their own request.
    #[serde(default)]
    pub own_request: bool,
    /// Until when the author may take it back 撤回.
    #[serde(default)]
    pub withdraw: Withdraw,
    /// Who convenes the review and names somebody where nobody holds a role.
    pub steward: RoleName,
    /// Its steps.
    pub steps: Vec<Step>,
}

impl RouteDef {
    /// The place of a step.
    pub fn position(&self, step: &StepName) -> Option<usize> {
        self.steps.iter().position(|known| known.id == *step)
    }
}

/// Until when an author may take a submitted form back 撤回.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdraw {
    /// Until it is decided.
    #[default]
    UntilDecided,
    /// Until somebody has given an opinion.
    UntilOpinion,
    /// Not at all.
    Never,
}

/// A step 环节: some who decide, and how their opinions come together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name within the route.
    pub id: StepName,
    /// What people call it: 部门会签.
    pub name: Texts,
    /// It is gone through only where this holds (or is unknown).
    #[serde(default)]
    pub when: Option<Expr>,
    /// How the opinions come together.
    pub mode: Mode,
    /// Who decides.
    pub reviewers: Vec<Reviewer>,
    /// What they may do beside agreeing.
    pub may: Vec<Act>,
    /// Where they may return it to 退回; the author may always be one. Empty: to the author only.
    #[serde(default)]
    pub returns_to: Vec<ReturnTo>,
    /// By when they decide.
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// Who gets a copy once it is through 抄送.
    #[serde(default)]
    pub copies: Vec<RoleName>,
    /// Whether who agrees or refuses signs by hand 手写签名.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
}

impl Step {
    /// Whether those who decide may do this.
    pub fn allows(&self, act: Act) -> bool {
        act == Act::Approve || self.may.contains(&act)
    }

    /// Whether it may be returned to there.
    pub fn returns(&self, to: &ReturnTo) -> bool {
        self.allows(Act::Return)
            && (self.returns_to.contains(to)
                || self.returns_to.is_empty() && *to == ReturnTo::Author)
    }
}

/// How the opinions of a step come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 会签: beside each other, and all are needed. The step ends with the last opinion: no opinion cuts off another.
    All,
    /// 或签: beside each other; the first opinion counts for all.
    Any,
    /// 依次: one after the other.
    InOrder,
}

/// One who decides at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewer {
    /// Who: any one of those who hold the role.
    pub role: RoleName,
    /// What they look at 审核内容.
    #[serde(default)]
    pub asks: Texts,
    /// They are asked only where this holds (or is unknown).
    #[serde(default)]
    pub when: Option<Expr>,
}

/// What one who decides can do. Agreeing is always one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 同意.
    Approve,
    /// 驳回: the request is refused, and its review ends.
    Reject,
    /// 退回: to a named step, or the author.
    Return,
    /// 转交: another person decides in their place.
    Transfer,
    /// 加签（前）: another person gives an opinion before them.
    AddBefore,
    /// 加签（后）: another person gives an opinion after them.
    AddAfter,
    /// 抄送: another person gets a copy.
    Copy,
}

impl Act {
    /// All with the words of the files.
    pub const ALL: [(&'static str, Self); 7] = [
        ("approve", Self::Approve),
        ("reject", Self::Reject),
        ("return", Self::Return),
        ("transfer", Self::Transfer),
        ("add_before", Self::AddBefore),
        ("add_after", Self::AddAfter),
        ("copy", Self::Copy),
    ];
}

/// Where a form is returned to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnTo {
    /// Its author, who changes it and submits it again.
    Author,
    /// An earlier step, from which all is gone through again.
    Step(StepName),
}

/// By when a step is decided 期限, and what happens otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// So many days after it began.
    pub days: u32,
    /// Whether working days 工作日 are meant.
    pub working_days: bool,
    /// Who is told when it is over, and may decide from then on 升级.
    #[serde(default)]
    pub escalate_to: Option<RoleName>,
}
