//! A small good pack, to be damaged.

pub const PACK: &str = r#"id = "small"
version = "1.0"
name = { zh = "小规程", en = "A small pack" }
applies = { zh = "所有项目", en = "All projects" }

[[role]]
id = "staff"
name = { zh = "员工", en = "Staff" }
holder = "post"

[[role]]
id = "manager"
name = { zh = "经理", en = "Manager" }
holder = "project"

[[stage]]
id = "first"
name = { zh = "一", en = "First" }
[[stage.gate]]
form = "request"
holds = 'origin == "tender"'

[[stage]]
id = "second"
name = { zh = "二", en = "Second" }
"#;

pub const FORM: &str = r#"id = "request"
name = { zh = "申请", en = "Request" }
starters = ["staff"]
stages = ["first"]
route = "review"
title = "why"

[[section]]
id = "draft"
name = { zh = "申请", en = "Request" }

[[section.field]]
id = "why"
kind = "text"
name = { zh = "事由", en = "Why" }

[[section.field]]
id = "origin"
kind = "choice"
name = { zh = "来源", en = "Origin" }
options = [
  { id = "tender", zh = "招投标", en = "Tender" },
  { id = "other", zh = "其他", en = "Other" },
]

[[section.field]]
id = "lines"
kind = "table"
name = { zh = "明细", en = "Lines" }
totals = ["amount"]
[[section.field.column]]
id = "price"
kind = "money"
name = { zh = "单价", en = "Price" }
[[section.field.column]]
id = "amount"
kind = "computed"
name = { zh = "金额", en = "Amount" }
value = "price * 2"

[[section.field]]
id = "total"
kind = "computed"
name = { zh = "合计", en = "Total" }
value = "sum(lines.amount)"

[[section.field]]
id = "capitals"
kind = "capitals"
name = { zh = "大写", en = "Capitals" }
of = "total"

[[section.field]]
id = "who"
kind = "person"
name = { zh = "谁", en = "Who" }

[[section]]
id = "findings"
name = { zh = "审核", en = "Findings" }
steps = ["last"]
[[section.field]]
id = "found"
kind = "yes_no"
name = { zh = "属实", en = "Found so" }

[[effect]]
does = "number"
pattern = "SQ-{year}-{seq:4}"
undo = "final"

[[effect]]
does = "appoint"
role = "manager"
field = "who"
undo = "compensated"
"#;

pub const ROUTE: &str = r#"id = "review"
name = { zh = "评审", en = "Review" }
steward = "staff"

[[step]]
id = "first"
name = { zh = "初审", en = "First" }
mode = "all"
reviewers = ["staff", "manager"]

[[step]]
id = "last"
name = { zh = "终审", en = "Last" }
mode = "any"
when = "total > 1000"
returns_to = ["author", "first"]
deadline = { working_days = 3, escalate_to = "manager" }
[[step.reviewer]]
role = "manager"
when = 'origin == "tender"'
"#;

pub const FILES: [(&str, &str); 3] = [
    ("pack.toml", PACK),
    ("forms/request.toml", FORM),
    ("routes/review.toml", ROUTE),
];
