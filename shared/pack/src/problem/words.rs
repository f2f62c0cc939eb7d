//! The words of problems.

use super::{Thing, Wrong};
use crate::effect::PatternWrong;
use crate::expr::{ExprWrong, LARGEST, LONGEST};
use crate::text::Language;

/// 中文, English.
type Both = (String, String);

/// Words by name, 中文 beside English: what values are called in messages.
const NAMES: &[(&str, &str)] = &[
    ("text", "文本"),
    ("prose", "长文本"),
    ("number", "数字"),
    ("money", "金额"),
    ("date", "日期"),
    ("yes_no", "是否"),
    ("choice", "选择"),
    ("person", "人员"),
    ("department", "部门"),
    ("task", "任务"),
    ("attachment", "附件、签名或印章"),
    ("table", "明细表"),
    ("computed", "计算"),
    ("capitals", "金额大写"),
    ("signature", "签名"),
    ("seal", "印章"),
    ("number or money", "数字或金额"),
    ("number, money or date", "数字、金额或日期"),
    ("a value", "单个值"),
    ("an operator or the end", "运算符或结尾"),
    ("a field, a number, a text or (", "字段、数字、文字或左括号"),
    ("a list [ ... ]", "列表 [ ... ]"),
    ("the name of a column", "列的名称"),
    (
        "sum, min, max or count around a column",
        "sum、min、max 或 count（列要放在其中）",
    ),
    ("a column: table.column", "列：明细表.列"),
    ("a day in quotation marks", "带引号的日期"),
    ("a number as text, or a whole number", "带引号的数字或整数"),
    ("a list of words", "文字列表 [\"…\", \"…\"]"),
    ("a word", "带引号的文字"),
    ("true or false", "true 或 false"),
    ("a whole number", "整数"),
    ("a table", "表 [ ] 或 { }"),
    ("a list of tables", "表的列表 [[ ]]"),
    ("true, false or a condition", "true、false 或条件"),
    (
        "texts { zh = \"...\", en = \"...\" }",
        "两种语言的文字 { zh = \"…\", en = \"…\" }",
    ),
];

fn zh(name: &str) -> &str {
    NAMES
        .iter()
        .find(|(en, _)| *en == name)
        .map_or(name, |(_, zh)| zh)
}

fn en(name: &str) -> &str {
    match name {
        "yes_no" => "yes or no",
        name => name,
    }
}

fn thing(what: Thing) -> (&'static str, &'static str) {
    match what {
        Thing::Role => ("角色", "role"),
        Thing::Stage => ("阶段", "stage"),
        Thing::Form => ("表单", "form"),
        Thing::Section => ("分区", "section"),
        Thing::Field => ("字段", "field"),
        Thing::Column => ("列", "column"),
        Thing::Option => ("选项", "option"),
        Thing::Route => ("流程", "route"),
        Thing::Step => ("环节", "step"),
        Thing::Reviewer => ("审批人", "reviewer"),
        Thing::Rule => ("校验", "rule"),
        Thing::Effect => ("效果", "effect"),
        Thing::Need => ("关口条件", "need of a gate"),
        Thing::Duty => ("例行事项", "duty"),
        Thing::Register => ("台账", "register"),
        Thing::File => ("文件", "file"),
    }
}

/// More than one of them.
fn many(thing: &str) -> String {
    match thing.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{thing}s"),
    }
}

fn both(zh: impl Into<String>, en: impl Into<String>) -> Both {
    (zh.into(), en.into())
}

/// "did you mean", where there is something near.
fn meant(nearest: Option<&String>) -> Both {
    match nearest {
        Some(near) => both(
            format!("；是否想写 {near}？"),
            format!("; did you mean {near}?"),
        ),
        None => both("", ""),
    }
}

pub(super) fn message(what: &Wrong) -> Both {
    match what {
        Wrong::NotUtf8 => both(
            "文件不是 UTF-8 编码：请另存为 UTF-8",
            "the file is not UTF-8: save it as UTF-8",
        ),
        Wrong::TooLong { limit } => both(
            format!("超过 {limit} 字节：请拆分"),
            format!("longer than {limit} bytes: split it"),
        ),
        Wrong::Toml { message } => both(format!("格式错误：{message}"), message.clone()),
        Wrong::NoPackFile => both("缺少 pack.toml", "there is no pack.toml"),
        Wrong::UnknownFile => both(
            "规程包只有 pack.toml、forms/、routes/、duties/、registers/ 中的 .toml 文件和 .md 说明",
            "a pack has pack.toml, .toml files in forms/, routes/, duties/ and registers/, and .md notes",
        ),
        Wrong::NotYet { what } => both(
            format!("{what} 尚不支持：请先删去"),
            format!("{what} cannot be in a pack yet: take it out"),
        ),
        Wrong::MissingKey { key } => both(format!("缺少 {key}"), format!("{key} is missing")),
        Wrong::UnknownKey { key, nearest } => {
            let (zh, en) = meant(nearest.as_ref());
            both(
                format!("此处没有 {key} 这一项{zh}"),
                format!("nothing here is called {key}{en}"),
            )
        }
        Wrong::WrongType { wanted } => both(
            format!("此处应为{}", zh(wanted)),
            format!("{} is wanted here", en(wanted)),
        ),
        Wrong::BadName { text } => both(
            format!("“{text}”不能作为 id：只用小写字母、数字和下划线，字母开头，最多 48 个"),
            format!(
                "“{text}” is no id: lower-case letters, digits and _, a letter first, at most 48"
            ),
        ),
        Wrong::MissingText {
            language: Language::Chinese,
        } => both(
            "缺少中文：请写 zh = \"…\"",
            "the Chinese text is missing: write zh = \"…\"",
        ),
        Wrong::MissingText {
            language: Language::English,
        } => both(
            "缺少英文：请写 en = \"…\"",
            "the English text is missing: write en = \"…\"",
        ),
        Wrong::TextTooLong { limit } => both(
            format!("文字超过 {limit} 字"),
            format!("the text is longer than {limit} characters"),
        ),
        Wrong::UnknownWord { word, allowed } => both(
            format!("不认识“{word}”：可用 {}", allowed.join("、")),
            format!("“{word}” is none of {}", allowed.join(", ")),
        ),
        Wrong::OutOfRange { min, max } => both(
            format!("应在 {min} 到 {max} 之间"),
            format!("it is from {min} to {max}"),
        ),
        Wrong::BadVersion => both(
            "版本由数字和点组成，如 \"1.0\"",
            "a version is figures with points between, as \"1.0\"",
        ),
        Wrong::BadCurrency => both(
            "币种是三个大写字母，如 \"CNY\"",
            "a currency is three capital letters, as \"CNY\"",
        ),
        Wrong::BadAmount => both(
            "不是数字：如 \"1234.5\"，不用千分位",
            "not a number: write \"1234.5\", without separators",
        ),
        Wrong::MinAboveMax => both("min 大于 max", "min is more than max"),
        Wrong::Expr(wrong) => expr(wrong),
        Wrong::Pattern(wrong) => pattern(*wrong),
        Wrong::Duplicate { what, id } => {
            let (zh, en) = thing(*what);
            both(
                format!("{zh} {id} 重复：请换一个 id"),
                format!("there are two {} {id}: give one another id", many(en)),
            )
        }
        Wrong::Unknown { what, id, nearest } => {
            let (zh, en) = thing(*what);
            let (near_zh, near_en) = meant(nearest.as_ref());
            both(
                format!("没有{zh} {id}{near_zh}"),
                format!("there is no {en} {id}{near_en}"),
            )
        }
        Wrong::TooMany { what, limit } => {
            let (zh, en) = thing(*what);
            both(
                format!("{zh}超过 {limit} 个"),
                format!("there are more than {limit} {}", many(en)),
            )
        }
        Wrong::None { what } => {
            let (zh, en) = thing(*what);
            both(
                format!("至少要有一个{zh}"),
                format!("at least one {en} is needed"),
            )
        }
        other => meaning(other),
    }
}

/// What is wrong with what the parts mean together.
fn meaning(what: &Wrong) -> Both {
    match what {
        Wrong::TableTooDeep => both(
            "明细表中不能再有明细表：请分为两个表",
            "a table cannot be within a table: make two of them",
        ),
        Wrong::NotInTable { kind } => both(
            format!("{}不能作为列", zh(kind)),
            format!("{} cannot be a column", en(kind)),
        ),
        Wrong::Circular => both(
            "计算字段循环引用：请去掉其中一个引用",
            "computed fields need each other in a circle: break it",
        ),
        Wrong::NotComputable { kind } => both(
            format!("{}不能计算得出", zh(kind)),
            format!("{} cannot be computed", en(kind)),
        ),
        Wrong::FieldKind { wanted, found } => both(
            format!("此处应为{}字段，而它是{}", zh(wanted), zh(found)),
            format!(
                "a field of {} is wanted, and this one is {}",
                en(wanted),
                en(found)
            ),
        ),
        Wrong::CapitalsOfOther { currency } => both(
            format!("金额大写只用于人民币（CNY），该字段是 {currency}"),
            format!("capitals are of renminbi (CNY), and this field is of {currency}"),
        ),
        Wrong::StepsWithoutRoute => both(
            "分区指定了环节，但表单没有流程：请写 route",
            "the section is filled in at steps, but the form has no route: write route",
        ),
        Wrong::RouteForForm { form, what } => {
            let (zh, en) = expr(what);
            both(
                format!("用于表单 {form} 时：{zh}"),
                format!("for form {form}: {en}"),
            )
        }
        Wrong::ConditionReadsLater { field, step, form } => both(
            format!("表单 {form} 的字段 {field} 到环节 {step} 才填写，此处尚不知道"),
            format!(
                "field {field} of form {form} is filled in at step {step}: it is not known here"
            ),
        ),
        Wrong::NeverHolds => both(
            "该条件永远不成立：请改正或删去",
            "this condition can never hold: correct it, or take it out",
        ),
        Wrong::NobodyDecides => both(
            "流程没有审批环节：至少要有一个环节和一个审批人",
            "nobody decides: a route has a step with a reviewer at least",
        ),
        Wrong::ReturnNotEarlier { step } => both(
            format!("只能退回到前面的环节，{step} 不在前面"),
            format!("a form is returned to an earlier step, and {step} is none"),
        ),
        Wrong::ReturnNotAllowed => both(
            "写了 returns_to，但 may 中没有 \"return\"",
            "returns_to is there, but \"return\" is not in may",
        ),
        Wrong::LoopWithoutEnd { form } => both(
            format!("退回发起人后，表单 {form} 没有发起人可改的分区，会永远循环"),
            format!(
                "the author can change nothing of form {form} when it is returned: it would never end"
            ),
        ),
        Wrong::GateNeverOpens { form } => both(
            format!("该关口永远打不开：表单 {form} 只能在更后的阶段发起"),
            format!("the gate can never open: form {form} can only be begun in later stages"),
        ),
        Wrong::ConditionOnSeveralForms => both(
            "有 holds 条件时 forms 只能写一个表单",
            "with a condition in holds, forms names one form",
        ),
        Wrong::NumberTwice { pattern } => both(
            format!("编号 {pattern} 会给出两次：每种编号只由一个表单给一次"),
            format!("numbers {pattern} would be given twice: one form gives each kind, once"),
        ),
        Wrong::NumberNotFinal => both(
            "编号不再使用：请写 undo = \"final\"",
            "numbers are never used again: write undo = \"final\"",
        ),
        Wrong::RoleNotOfProject { role } => both(
            format!("角色 {role} 不是项目中的角色（holder = \"project\"），不能由表单任免"),
            format!(
                "role {role} is not held in the project (holder = \"project\"): no form gives or takes it"
            ),
        ),
        Wrong::EffectNeverHappens => both(
            "没有流程的表单不会被驳回",
            "a form without a route is never rejected",
        ),
        Wrong::NotBeginning => both(
            "只有 begins_project = true 的表单才能立项",
            "only a form with begins_project = true begins a project",
        ),
        Wrong::BadYearDay => both(
            "不是一年中的某天：如 \"03-31\"",
            "not a day of the year: write \"03-31\"",
        ),
        Wrong::DutyOfOther { role, form } => both(
            format!("角色 {role} 不能发起表单 {form}：请写入该表单的 starters"),
            format!("role {role} does not begin form {form}: put it into the form's starters"),
        ),
        Wrong::DutyBeginsProject { form } => both(
            format!("表单 {form} 用于立项，不能作为例行事项"),
            format!("a project begins with form {form}: it is nothing to do again and again"),
        ),
        Wrong::RegisterNeverBegins => both(
            "没有表单建立该台账：请在某个表单写 does = \"begin_register\"",
            "no form begins this register: write does = \"begin_register\" in one",
        ),
        Wrong::DutyNeverBegins => both(
            "没有表单开始该例行事项：请在某个表单写 does = \"begin_duty\"",
            "no form begins this duty: write does = \"begin_duty\" in one",
        ),
        _ => both("", ""),
    }
}

fn expr(wrong: &ExprWrong) -> Both {
    match wrong {
        ExprWrong::Character { found } => both(
            format!("条件中不能有“{found}”"),
            format!("“{found}” means nothing in an expression"),
        ),
        ExprWrong::OpenText => both("引号没有结束", "the quotation mark is not closed"),
        ExprWrong::BadNumber { text } => {
            both(format!("“{text}”不是数字"), format!("{text} is no number"))
        }
        ExprWrong::Unexpected { wanted } => both(
            format!("此处应为{}", zh(wanted)),
            format!("{} is wanted here", en(wanted)),
        ),
        ExprWrong::BadName { name } => both(
            format!("“{name}”不是字段名：只用小写字母、数字和下划线"),
            format!("“{name}” is no name of a field: lower-case letters, digits and _"),
        ),
        ExprWrong::UnknownFunction { name } => both(
            format!("没有函数 {name}"),
            format!("there is no function {name}"),
        ),
        ExprWrong::Arguments { wanted, found } => both(
            format!("需要 {wanted} 个参数，写了 {found} 个"),
            format!("{wanted} arguments are wanted, and there are {found}"),
        ),
        ExprWrong::TooLarge => both(
            format!("表达式太长（{LONGEST} 字节、{LARGEST} 个部分）：请拆成计算字段"),
            format!(
                "the expression is too large ({LONGEST} bytes, {LARGEST} parts): use computed fields"
            ),
        ),
        ExprWrong::UnknownField { name } => both(
            format!("没有字段 {name}"),
            format!("there is no field {name}"),
        ),
        ExprWrong::UnknownColumn { name } => both(
            format!("明细表没有列 {name}"),
            format!("the table has no column {name}"),
        ),
        ExprWrong::WrongKind { wanted, found } => both(
            format!("此处应为{}，而它是{}", zh(wanted), zh(found)),
            format!("{} is wanted here, and this is {}", en(wanted), en(found)),
        ),
        ExprWrong::Unlike { left, right } => both(
            format!("{}与{}不能放在一起", zh(left), zh(right)),
            format!("{} and {} do not go together", en(left), en(right)),
        ),
        ExprWrong::Currencies { left, right } => both(
            format!("两种币种 {left}、{right} 不能放在一起"),
            format!("two currencies, {left} and {right}, do not go together"),
        ),
        ExprWrong::UnknownOption { name } => both(
            format!("没有选项 {name}"),
            format!("there is no option {name}"),
        ),
        ExprWrong::BadDate { text } => both(
            format!("“{text}”不是日期：如 2026-03-02"),
            format!("“{text}” is no day: write 2026-03-02"),
        ),
    }
}

fn pattern(wrong: PatternWrong) -> Both {
    let zh = match wrong {
        PatternWrong::Sequence => "编号中要有一个 {seq} 或 {seq:4}",
        PatternWrong::Braces => "花括号中只能是 year、month、seq 或 seq:4（1 到 9 位）",
        PatternWrong::Length => "编号长 1 到 40 字",
        PatternWrong::MonthWithoutYear => "{month} 要与 {year} 一起用",
    };
    both(zh, wrong.to_string())
}
