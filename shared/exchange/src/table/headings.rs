//! What headings of columns mean: as MS Project, Primavera and the offices of China and elsewhere name them.

use super::mapping::{Field, Lengths, MoneyUnit};
use super::numbers::narrow;

/// How well a heading fits; of several columns for one field the best is taken.
pub(super) type Fit = u8;

/// Names as [`bare`] gives them, for each field the most usual first.
#[rustfmt::skip]
const NAMES: &[(Field, Fit, &[&str])] = &[
    (Field::Name, 10, &[
        "任务名称", "工作名称", "作业名称", "活动名称", "工序名称", "名称", "任务", "工作内容", "任务内容",
        "施工内容", "工作任务", "工作项", "工序", "事项", "节点名称", "里程碑名称", "分项工程", "分部分项工程",
        "taskname", "name", "task", "activityname", "activity", "workitem",
    ]),
    (Field::Name, 6, &[
        "任务描述", "内容", "项目", "项目名称", "工程名称", "taskdescription", "description", "title", "summary",
        "item",
    ]),
    (Field::Number, 10, &[
        "标识号", "序号", "编号", "任务编号", "任务号", "作业代码", "作业编号", "活动代码", "活动编号", "行号",
        "id", "taskid", "activityid", "taskcode", "#", "no", "number", "num", "sn", "itemno", "nr",
    ]),
    (Field::Uid, 10, &[
        "唯一标识号", "uniqueid", "uid", "taskuid",
    ]),
    (Field::Wbs, 10, &[
        "wbs", "wbs编码", "wbs代码", "wbs编号", "wbscode", "wbsid", "大纲数字", "大纲编号", "大纲号",
        "outlinenumber", "层次编号", "结构编号", "分解编码",
    ]),
    (Field::Level, 10, &[
        "大纲级别", "大纲层次", "级别", "层级", "任务级别", "任务层级", "层次", "outlinelevel", "level",
        "indentlevel", "wbslevel",
    ]),
    (Field::Duration, 10, &[
        "工期", "持续时间", "计划工期", "原定工期", "历时", "工期天数", "天数", "计划天数", "周期", "用时",
        "所需时间", "duration", "originalduration", "plannedduration", "scheduledduration", "days", "workingdays",
        "origdur", "od", "targetdrtnhrcnt",
    ]),
    (Field::Duration, 7, &[
        "完成时工期", "日历天数", "atcompletionduration", "drtn",
    ]),
    (Field::Start, 10, &[
        "开始", "开始时间", "开始日期", "开始日", "计划开始", "计划开工", "开工", "起始", "起始日", "起始时间",
        "起始日期", "预计开始", "start", "plannedstart", "scheduledstart", "targetstart", "begin",
    ]),
    (Field::Start, 5, &[
        "最早开始", "从", "earlystart", "earlieststart", "from",
    ]),
    (Field::Finish, 10, &[
        "完成时间", "完成日期", "结束", "结束时间", "结束日期", "计划完成", "计划结束", "计划完工", "完工",
        "竣工", "终止", "预计完成", "预计结束", "finish", "end", "plannedfinish", "plannedend", "scheduledfinish",
        "targetfinish", "targetend", "completion",
    ]),
    (Field::Finish, 8, &[
        "完成", "完成日",
    ]),
    (Field::Finish, 5, &[
        "最早完成", "到", "earlyfinish", "earliestfinish", "to",
    ]),
    (Field::Predecessors, 10, &[
        "前置任务", "紧前任务", "紧前工作", "紧前作业", "紧前工序", "紧前活动", "前置作业", "前置活动",
        "前置工作", "前置工序", "前置", "前导任务", "依赖任务", "依赖", "依赖关系", "predecessors", "predecessor",
        "predlist", "pred", "preds", "dependencies", "dependency", "dependson",
    ]),
    (Field::Successors, 10, &[
        "后续任务", "后置任务", "紧后任务", "紧后工作", "紧后作业", "紧后工序", "紧后活动", "后续作业",
        "后续工作", "successors", "successor", "succlist", "succ",
    ]),
    (Field::Percent, 10, &[
        "完成百分比", "完成率", "完成比例", "完成度", "完成进度", "进度", "任务进度", "当前进度", "进度百分比",
        "完成%", "%完成", "作业完成百分比", "%complete", "percentcomplete", "complete%", "complete",
        "completepct", "progress", "%done", "done", "%", "activity%complete",
    ]),
    (Field::Percent, 7, &[
        "实际完成百分比", "实际完成比例", "实际进度", "完成情况", "physical%complete",
    ]),
    (Field::Owner, 10, &[
        "资源名称", "责任人", "负责人", "主责人", "执行人", "承办人", "经办人", "牵头人", "资源", "owner",
        "resourcenames", "resourcename", "resources", "resource", "assignee", "assignedto", "responsible",
        "responsibleperson", "resourcelist", "resids",
    ]),
    (Field::Owner, 6, &[
        "责任单位", "责任部门", "负责单位", "负责部门", "承办部门", "牵头部门", "施工单位", "主管",
        "responsibility", "department",
    ]),
    (Field::Deliverable, 10, &[
        "交付物", "可交付成果", "交付成果", "成果", "成果物", "输出", "输出物", "提交成果", "deliverable",
        "deliverables", "output", "outputs",
    ]),
    (Field::Notes, 10, &[
        "备注", "说明", "注释", "附注", "备注说明", "notes", "note", "remarks", "remark", "comments", "comment",
    ]),
    (Field::Budget, 10, &[
        "预算", "预算成本", "预算金额", "预算费用", "计划成本", "计划费用", "计划投资", "budget", "budgetedcost",
        "budgetcost", "plannedcost", "budgetedtotalcost",
    ]),
    (Field::Budget, 5, &[
        "成本", "费用", "投资", "概算", "合同金额", "cost", "totalcost",
    ]),
    (Field::Cost, 10, &[
        "实际成本", "实际费用", "实际投资", "已发生成本", "已发生费用", "actualcost", "actualtotalcost",
        "costtodate",
    ]),
    (Field::ActualStart, 10, &[
        "实际开始", "实际开工", "实际起始", "actualstart", "actstart",
    ]),
    (Field::ActualFinish, 10, &[
        "实际完成", "实际结束", "实际完工", "实际竣工", "actualfinish", "actualend", "actfinish",
    ]),
    (Field::Deadline, 10, &[
        "期限", "最后期限", "截止", "截止日", "要求完成", "最迟完成要求", "deadline",
    ]),
    (Field::Deadline, 6, &[
        "due",
    ]),
    (Field::Milestone, 10, &[
        "里程碑", "是否里程碑", "是否为里程碑", "milestone", "ismilestone",
    ]),
];

/// A heading without spaces, brackets with what is in them, and signs; in small letters.
pub(super) fn bare(heading: &str) -> String {
    let mut depth = 0usize;
    let mut result = String::new();
    for c in heading.chars().map(narrow) {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() => {}
            '_' | '-' | '.' | ':' | '：' | '*' | '/' | '"' | '\'' | '、' => {}
            c => result.extend(c.to_lowercase()),
        }
    }
    result
}

/// What a heading means, and how well it fits; `None` for what means nothing to a plan.
pub(super) fn meaning(heading: &str) -> Option<(Field, Fit)> {
    if heading.chars().count() > 60 {
        return None;
    }
    let bare = bare(heading);
    if let Some(found) = named(&bare) {
        return Some(found);
    }
    if level(&bare) {
        return Some((Field::Name, 5));
    }
    // "(%)", "[天]" and the like alone
    if bare.is_empty() && heading.contains(['%', '％']) {
        return Some((Field::Percent, 4));
    }
    let shorter = ["时间", "日期", "date", "time", "天数", "(d)"];
    let shorter = shorter.iter().filter_map(|end| bare.strip_suffix(end));
    let later = [
        "计划",
        "预计",
        "任务",
        "项目",
        "planned",
        "scheduled",
        "task",
        "当前",
    ];
    let later = later.iter().filter_map(|start| bare.strip_prefix(start));
    let found = shorter.chain(later).find_map(named);
    found.map(|(field, fit)| (field, fit - 1))
}

/// Whether a column holds the names of one level: 一级任务, `Level 2`.
pub(super) fn is_level(heading: &str) -> bool {
    level(&bare(heading))
}

fn level(bare: &str) -> bool {
    let digit = |text: &str| matches!(text, "1" | "2" | "3" | "4" | "5" | "6");
    let after = bare.strip_prefix("level").or(bare.strip_prefix("wbs"));
    let chinese = bare.trim_start_matches('第');
    let mut letters = chinese.chars();
    let number = letters
        .next()
        .is_some_and(|c| "一二三四五六123456".contains(c));
    let names = [
        "级",
        "级任务",
        "级名称",
        "级任务名称",
        "级工作",
        "级工作内容",
        "级分解",
        "层",
        "级节点",
    ];
    after.is_some_and(digit) || (number && names.contains(&letters.as_str()))
}

fn named(bare: &str) -> Option<(Field, Fit)> {
    let mut all = NAMES.iter();
    let found = all.find(|(_, _, names)| names.contains(&bare))?;
    Some((found.0, found.1))
}

/// The unit that a heading of durations names; working days where it names none.
pub(super) fn lengths(heading: &str) -> Lengths {
    let heading: String = heading
        .chars()
        .map(narrow)
        .collect::<String>()
        .to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    if has(&["日历", "自然日", "calendar"]) {
        Lengths::CalendarDays
    } else if has(&["小时", "hour", "hrs", "(h)", "_hr_", "工时"]) {
        Lengths::Hours
    } else if has(&["周)", "week", "(w)", "[周]"]) {
        Lengths::Weeks
    } else if has(&["月)", "month", "[月]"]) {
        Lengths::Months
    } else {
        Lengths::WorkingDays
    }
}

/// The unit that a heading of amounts names.
pub(super) fn money(heading: &str) -> MoneyUnit {
    match heading.contains('万') {
        true => MoneyUnit::TenThousand,
        false => MoneyUnit::One,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_many_programs_are_known() {
        for (heading, field) in [
            ("任务名称", Field::Name),
            ("Task Name", Field::Name),
            ("标识号", Field::Number),
            ("序 号", Field::Number),
            ("No.", Field::Number),
            ("#", Field::Number),
            ("Unique ID", Field::Uid),
            ("WBS", Field::Wbs),
            ("大纲级别", Field::Level),
            ("Outline Level", Field::Level),
            ("工期（天）", Field::Duration),
            ("工期\n(工作日)", Field::Duration),
            ("Original Duration(h)", Field::Duration),
            ("开始时间", Field::Start),
            ("计划开始", Field::Start),
            ("计划开始日期", Field::Start),
            ("Start Date", Field::Start),
            ("(*)Start", Field::Start),
            ("完成", Field::Finish),
            ("计划完成时间", Field::Finish),
            ("前置任务", Field::Predecessors),
            ("Successors", Field::Successors),
            ("% Complete", Field::Percent),
            ("Activity % Complete(%)", Field::Percent),
            ("完成百分比", Field::Percent),
            ("Done", Field::Percent),
            ("资源名称", Field::Owner),
            ("责任人", Field::Owner),
            ("Resource Names", Field::Owner),
            ("交付物", Field::Deliverable),
            ("备注", Field::Notes),
            ("预算（万元）", Field::Budget),
            ("实际成本", Field::Cost),
            ("实际开始", Field::ActualStart),
            ("实际完成时间", Field::ActualFinish),
            ("Deadline", Field::Deadline),
            ("截止日期", Field::Deadline),
            ("是否里程碑", Field::Milestone),
            ("task_code", Field::Number),
            ("target_drtn_hr_cnt", Field::Duration),
        ] {
            assert_eq!(meaning(heading).map(|m| m.0), Some(field), "{heading}");
        }
        for other in [
            "最晚开始",
            "Late finish",
            "总时差（天）",
            "Free slack (days)",
            "关键",
            "基线开始",
            "Remaining Duration",
            "实际工期",
            "",
            "一号楼施工总进度计划",
        ] {
            assert_eq!(meaning(other), None, "{other}");
        }
    }

    #[test]
    fn headings_name_units() {
        assert_eq!(lengths("工期（天）"), Lengths::WorkingDays);
        assert_eq!(lengths("Original Duration (hours)"), Lengths::Hours);
        assert_eq!(lengths("target_drtn_hr_cnt"), Lengths::Hours);
        assert_eq!(lengths("工期（周）"), Lengths::Weeks);
        assert_eq!(lengths("工期（日历天）"), Lengths::CalendarDays);
        assert_eq!(money("预算（万元）"), MoneyUnit::TenThousand);
        assert_eq!(money("Budget"), MoneyUnit::One);
    }
}
