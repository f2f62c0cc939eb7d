//! What is wrong with a pack, where, and what to do about it, in both languages.

mod words;

use std::fmt;

use serde::Serialize;

use crate::effect::PatternWrong;
use crate::expr::ExprWrong;
use crate::text::Language;

/// Something that is wrong with a pack's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was given.
    pub file: String,
    /// The line, from 1; 0 where it is about the file as a whole.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
    /// What is wrong.
    pub what: Wrong,
}

impl Problem {
    /// What is said of it: what is wrong and what to do.
    pub fn message(&self, language: Language) -> String {
        let (zh, en) = words::message(&self.what);
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

/// `forms/travel.toml:12:8: message`, in English.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message(Language::English);
        match self.line {
            0 => write!(f, "{}: {message}", self.file),
            line => write!(f, "{}:{line}:{}: {message}", self.file, self.column),
        }
    }
}

/// What a part of a pack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A role 角色.
    Role,
    /// A stage 阶段.
    Stage,
    /// A form 表单.
    Form,
    /// A section 分区.
    Section,
    /// A field 字段.
    Field,
    /// A column 列.
    Column,
    /// An option 选项.
    Option,
    /// A route 流程.
    Route,
    /// A step 环节.
    Step,
    /// One who decides 审批人.
    Reviewer,
    /// A rule 校验.
    Rule,
    /// An effect 效果.
    Effect,
    /// What a gate needs 关口条件.
    Need,
    /// A duty 例行事项.
    Duty,
    /// A register 台账.
    Register,
    /// A file 文件.
    File,
}

/// What can be wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The file is not UTF-8.
    NotUtf8,
    /// The file, or all together, is too long.
    TooLong {
        /// At most so many bytes.
        limit: usize,
    },
    /// The file is not TOML.
    Toml {
        /// What the reader of TOML says, in English.
        message: String,
    },
    /// There is no `pack.toml`.
    NoPackFile,
    /// No such file belongs into a pack.
    UnknownFile,
    /// Packs will hold this one day; nothing reads it yet.
    NotYet {
        /// What.
        what: String,
    },
    /// Something must be said here.
    MissingKey {
        /// Its key.
        key: &'static str,
    },
    /// Nothing of that name is known here.
    UnknownKey {
        /// The key.
        key: String,
        /// What it may have been meant to be.
        nearest: Option<String>,
    },
    /// Another kind of value is wanted.
    WrongType {
        /// Which.
        wanted: &'static str,
    },
    /// The text cannot be an id.
    BadName {
        /// It.
        text: String,
    },
    /// The text is missing in a language.
    MissingText {
        /// Which.
        language: Language,
    },
    /// The text is too long.
    TextTooLong {
        /// At most so many characters.
        limit: usize,
    },
    /// It is none of the words that are possible here.
    UnknownWord {
        /// It.
        word: String,
        /// Those.
        allowed: Vec<&'static str>,
    },
    /// The number is too small or too large.
    OutOfRange {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// The version is no figures with points between.
    BadVersion,
    /// The currency is no three capital letters.
    BadCurrency,
    /// The text is no number, or no amount.
    BadAmount,
    /// The smallest is more than the largest.
    MinAboveMax,
    /// Something is wrong with an expression.
    Expr(ExprWrong),
    /// Something is wrong with a pattern of numbers.
    Pattern(PatternWrong),
    /// Two have the same id.
    Duplicate {
        /// What.
        what: Thing,
        /// The id.
        id: String,
    },
    /// There is none of that id.
    Unknown {
        /// What.
        what: Thing,
        /// The id.
        id: String,
        /// What it may have been meant to be.
        nearest: Option<String>,
    },
    /// There are too many.
    TooMany {
        /// Of what.
        what: Thing,
        /// At most.
        limit: usize,
    },
    /// There is none, and one at least is needed.
    None {
        /// Of what.
        what: Thing,
    },
    /// A table is within a table.
    TableTooDeep,
    /// Such a field cannot be a column.
    NotInTable {
        /// Its kind.
        kind: &'static str,
    },
    /// Computed fields need each other in a circle.
    Circular,
    /// A computed field would be something that nobody computes.
    NotComputable {
        /// What.
        kind: &'static str,
    },
    /// The field is of another kind than it must be here.
    FieldKind {
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// Chinese capitals are of yuan renminbi: the rules know no other currency.
    CapitalsOfOther {
        /// The currency of the field.
        currency: String,
    },
    /// A section is filled in at steps, but the form has no route.
    StepsWithoutRoute,
    /// A condition of a route does not fit a form that takes it.
    RouteForForm {
        /// The form.
        form: String,
        /// What does not fit.
        what: ExprWrong,
    },
    /// A step's condition reads a field that is filled in only then, or later.
    ConditionReadsLater {
        /// The field.
        field: String,
        /// The step at which it is filled in.
        step: String,
        /// The form.
        form: String,
    },
    /// The condition can never hold.
    NeverHolds,
    /// Nobody decides.
    NobodyDecides,
    /// It is returned to itself, or to a later step.
    ReturnNotEarlier {
        /// The step.
        step: String,
    },
    /// Places to return to are named, but returning is not among what may be done.
    ReturnNotAllowed,
    /// What is returned to the author cannot be changed by the author: it would come back the same for ever.
    LoopWithoutEnd {
        /// The form.
        form: String,
    },
    /// Nothing can open the gate.
    GateNeverOpens {
        /// The form that cannot be there in time.
        form: String,
    },
    /// The conditions of a gate must fit each of its forms: name one form.
    ConditionOnSeveralForms,
    /// Two effects give the same numbers, or one form gets two.
    NumberTwice {
        /// The pattern.
        pattern: String,
    },
    /// Numbers are never used again: they are final.
    NumberNotFinal,
    /// Only roles in a project are given by a form.
    RoleNotOfProject {
        /// The role.
        role: String,
    },
    /// An effect would happen on a decision that the form never meets.
    EffectNeverHappens,
    /// A project begins only with a form that says so.
    NotBeginning,
    /// A day of the year is no month and day.
    BadYearDay,
    /// Who does a duty cannot begin its form.
    DutyOfOther {
        /// Who does it.
        role: String,
        /// The form.
        form: String,
    },
    /// A duty is done in a project, and this form comes before there is one.
    DutyBeginsProject {
        /// The form.
        form: String,
    },
    /// No form begins the duty.
    DutyNeverBegins,
    /// No form begins the register.
    RegisterNeverBegins,
}
