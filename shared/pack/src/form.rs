//! Forms 表单: sections of fields.

use std::collections::BTreeMap;

use domain::money::Money;
use domain::number::Number;
use serde::{Deserialize, Serialize};

use crate::effect::Effect;
use crate::expr::Expr;
use crate::id::{
    FieldName, FormName, OptionName, RoleName, RouteName, SectionName, StageName, StepName,
};
use crate::text::Texts;

/// What a form is made of. One that a person fills in is an instance of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDef {
    /// Its name within the pack.
    pub id: FormName,
    /// What people call it: 立项申请表.
    pub name: Texts,
    /// What it is for, and by which clause of the regulation.
    #[serde(default)]
    pub help: Texts,
    /// The stages in which it can be begun; none: in every stage.
    #[serde(default)]
    pub stages: Vec<StageName>,
    /// Who may begin one.
    pub starters: Vec<RoleName>,
    /// Whether a project comes to be with it: it is begun outside of any project.
    #[serde(default)]
    pub begins_project: bool,
    /// How it is reviewed; none: it counts as soon as it is submitted.
    #[serde(default)]
    pub route: Option<RouteName>,
    /// The field by whose answer one instance is told from another.
    #[serde(default)]
    pub title: Option<FieldName>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// What its approval does (its submission, where it has no route).
    #[serde(default)]
    pub effects: Vec<Effect>,
    /// How it is printed.
    #[serde(default)]
    pub print: Print,
}

/// Whose turn it is to fill in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn<'a> {
    /// The author's, and who edits the draft with them.
    Draft,
    /// Of who decides at a step.
    Step {
        /// The step.
        step: &'a StepName,
        /// For which role they decide.
        role: Option<&'a RoleName>,
    },
}

impl Turn<'_> {
    /// Whether a section is filled in then.
    pub fn opens(&self, section: &Section) -> bool {
        match self {
            Self::Draft => section.steps.is_empty(),
            Self::Step { step, role } => {
                section.steps.contains(step)
                    && (section.editors.is_empty()
                        || role.is_some_and(|role| section.editors.contains(role)))
            }
        }
    }
}

impl FormDef {
    /// All fields with the sections that they are in, those within tables not.
    pub fn fields(&self) -> impl Iterator<Item = (&Section, &Field)> {
        let sections = self.sections.iter();
        sections.flat_map(|section| section.fields.iter().map(move |field| (section, field)))
    }

    /// The field of a name.
    pub fn field(&self, name: &FieldName) -> Option<&Field> {
        self.fields()
            .map(|(_, field)| field)
            .find(|field| field.id == *name)
    }
}

/// A part of a form that is filled in by the same people at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its name within the form.
    pub id: SectionName,
    /// Its heading.
    pub name: Texts,
    /// It is there only where this holds (or is unknown).
    #[serde(default)]
    pub visible: Option<Expr>,
    /// Of a section of the draft: who edits it with the author; none: the author only. Of one that is filled in at steps:
    /// which of those who decide there; none: all of them.
    #[serde(default)]
    pub editors: Vec<RoleName>,
    /// The steps of the route at which those who decide fill it in. Where there are any, it is not part of the draft.
    #[serde(default)]
    pub steps: Vec<StepName>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// One field, or one column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name within the form; of a column, within the table.
    pub id: FieldName,
    /// Its label.
    pub name: Texts,
    /// What to write into it.
    #[serde(default)]
    pub help: Texts,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: Required,
    /// It is there only where this holds (or is unknown).
    #[serde(default)]
    pub visible: Option<Expr>,
    /// What its answer must fulfil.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// How many of the paper's four columns it takes; 0: as its kind does.
    #[serde(default)]
    pub width: u8,
}

/// Whether a field must be answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    /// It may stay empty.
    #[default]
    No,
    /// It must be answered.
    Yes,
    /// It must be answered where this holds.
    When(Expr),
}

/// A rule 校验 that an answer must fulfil, and what is said where it does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What must hold. Unknown is no fault: what is missing is told by `required`.
    pub holds: Expr,
    /// What is said otherwise.
    pub message: Texts,
}

/// A table of resources 资源核对: what the plans of all projects leave of each is shown beside it, and taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromPool {
    /// The column of their names.
    pub resource: FieldName,
    /// The column of how much of it is free.
    pub free: FieldName,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text 文本.
    Text {
        /// At most so many characters.
        longest: u32,
    },
    /// Paragraphs 长文本.
    Prose {
        /// At most so many characters.
        longest: u32,
    },
    /// A number 数字.
    Number {
        /// At least.
        min: Option<Number>,
        /// At most.
        max: Option<Number>,
        /// At most so many digits after the point.
        digits: u8,
        /// What it counts: 天, 台.
        unit: Texts,
    },
    /// Money 金额.
    Money {
        /// Its currency (ISO 4217): `CNY`.
        currency: String,
        /// At least.
        min: Option<Money>,
        /// At most.
        max: Option<Money>,
    },
    /// A day 日期.
    Date,
    /// Yes or no 是否.
    YesNo,
    /// One of some options, or several 单选/多选.
    Choice {
        /// Those that there are, in order.
        options: Vec<Choice>,
        /// Whether several can be chosen.
        many: bool,
    },
    /// A person 人员.
    Person {
        /// Only those who hold this role.
        role: Option<RoleName>,
    },
    /// A department 部门.
    Department,
    /// A task 任务 of the project's plan.
    Task,
    /// Rows of columns 明细表.
    Table {
        /// Its columns, in order.
        columns: Vec<Field>,
        /// The columns whose sums stand below the table 合计.
        totals: Vec<FieldName>,
        /// At least so many rows.
        min_rows: u32,
        /// At most so many rows.
        max_rows: u32,
        /// Where its rows hold resources of the plans.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<FromPool>,
    },
    /// Files 附件.
    Attachment {
        /// At most so many.
        most: u32,
        /// At most so many megabytes each.
        megabytes: u32,
        /// Endings of names that are taken (`pdf`); none: all.
        endings: Vec<String>,
    },
    /// A handwritten signature 手写签名.
    Signature,
    /// The company's seal 公章.
    Seal,
    /// Another field's amount in Chinese capitals 金额大写; nobody writes it.
    Capitals {
        /// The field with the amount.
        of: FieldName,
    },
    /// Worked out from other fields 计算; nobody writes it.
    Computed {
        /// How.
        value: Expr,
    },
}

impl FieldKind {
    /// Whether people write it; capitals and computed fields follow from others.
    pub const fn is_written(&self) -> bool {
        !matches!(self, Self::Capitals { .. } | Self::Computed { .. })
    }

    /// What the kind is called in the files of packs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Prose { .. } => "prose",
            Self::Number { .. } => "number",
            Self::Money { .. } => "money",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Choice { .. } => "choice",
            Self::Person { .. } => "person",
            Self::Department => "department",
            Self::Task => "task",
            Self::Table { .. } => "table",
            Self::Attachment { .. } => "attachment",
            Self::Signature => "signature",
            Self::Seal => "seal",
            Self::Capitals { .. } => "capitals",
            Self::Computed { .. } => "computed",
        }
    }
}

/// An option of a choice. Answers hold its id, so that another name loses none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What answers hold.
    pub id: OptionName,
    /// What people read.
    pub name: Texts,
}

/// How a form is printed 打印.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Print {
    /// The heading, where it is another than the form's name.
    #[serde(default)]
    pub heading: Texts,
    /// Wide 横向 rather than upright.
    #[serde(default)]
    pub landscape: bool,
    /// Whether each step's opinion gets a box with name, signature and date 意见栏.
    #[serde(default)]
    pub opinions: bool,
    /// Below the form: where it is kept, how many copies.
    #[serde(default)]
    pub footer: Texts,
}

/// The kinds of a form's fields, computed ones among them; what the expressions of its computed fields are worth is told
/// in the order in which they need each other, and those that need themselves are of no kind.
pub fn kinds(form: &FormDef) -> crate::expr::Kinds {
    let fields: Vec<&Field> = form.fields().map(|(_, field)| field).collect();
    kinds_of(&fields, None)
}

/// The kinds of fields, or of a table's columns beside those of its form.
pub(crate) fn kinds_of(fields: &[&Field], form: Option<&crate::expr::Kinds>) -> crate::expr::Kinds {
    use crate::expr::{Kind, Kinds, check};
    let mut known = Kinds::new();
    let written_ones = |table: bool| {
        fields.iter().filter(move |field| {
            !matches!(field.kind, FieldKind::Computed { .. })
                && table == matches!(field.kind, FieldKind::Table { .. })
        })
    };
    for field in written_ones(false) {
        known.insert(field.id.clone(), written(&field.kind));
    }
    // columns may read what is written beside their table, but nothing computed: that may read them
    let beside = known.clone();
    for field in written_ones(true) {
        if let FieldKind::Table { columns, .. } = &field.kind {
            let columns: Vec<&Field> = columns.iter().collect();
            known.insert(
                field.id.clone(),
                Kind::Table(kinds_of(&columns, Some(&beside))),
            );
        }
    }
    let mut left: Vec<&&Field> = fields
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Computed { .. }))
        .collect();
    // each turn settles one more at least, or ends it
    loop {
        let before = left.len();
        left.retain(|field| {
            let FieldKind::Computed { value } = &field.kind else {
                return false;
            };
            let (kind, problems) = match form {
                Some(form) => check(value, form, Some(&known)),
                None => check(value, &known, None),
            };
            let settled = problems.is_empty();
            if settled {
                known.insert(field.id.clone(), kind);
            }
            !settled
        });
        if left.is_empty() || left.len() == before {
            break;
        }
    }
    for field in left {
        known.insert(field.id.clone(), Kind::Wrong);
    }
    known
}

fn written(kind: &FieldKind) -> crate::expr::Kind {
    use crate::expr::Kind;
    match kind {
        FieldKind::Text { .. } | FieldKind::Prose { .. } | FieldKind::Capitals { .. } => Kind::Text,
        FieldKind::Number { .. } => Kind::Number,
        FieldKind::Money { currency, .. } => Kind::Money(currency.clone()),
        FieldKind::Date => Kind::Date,
        FieldKind::YesNo => Kind::YesNo,
        FieldKind::Choice { options, many } => Kind::Choice {
            options: options.iter().map(|option| option.id.clone()).collect(),
            many: *many,
        },
        FieldKind::Person { .. } => Kind::Person,
        FieldKind::Department => Kind::Department,
        FieldKind::Task => Kind::Task,
        FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal => Kind::Files,
        FieldKind::Table { .. } => Kind::Table(BTreeMap::new()),
        FieldKind::Computed { .. } => Kind::Wrong,
    }
}
