//! What the keys of packs are called, for people who never saw a file of one.

use crate::text::Language;

/// The words of keys: as the files write them, in Chinese, in English.
const WORDS: [(&str, &str, &str); 84] = [
    ("access", "权限", "access"),
    ("applies", "适用范围", "what it is for"),
    ("asks", "审核内容", "what they look at"),
    ("attachment", "附件", "attachment"),
    ("begins_project", "用于立项", "begins a project"),
    ("choice", "选择", "choice"),
    ("column", "列", "column"),
    ("columns", "列", "columns"),
    ("computed", "计算", "computed"),
    ("copies", "抄送", "copies"),
    ("count", "份数", "how many"),
    ("currency", "币种", "currency"),
    ("days", "天数", "days"),
    ("deadline", "期限", "deadline"),
    ("digits", "小数位数", "digits after the point"),
    ("does", "作用", "what it does"),
    ("done", "完成标准", "when it is done"),
    ("duties", "职责", "duties"),
    ("duty", "例行事项", "duty"),
    ("editors", "填写人", "who fills it in"),
    ("effects", "决定的作用", "what it does"),
    ("endings", "文件类型", "kinds of files"),
    ("escalate_to", "升级给", "who may decide when it is over"),
    ("every", "周期", "how often"),
    ("field", "字段", "field"),
    ("fields", "字段", "fields"),
    ("footer", "页脚", "below it"),
    ("form", "表单", "form"),
    ("forms", "表单", "forms"),
    ("gate", "关口", "gate"),
    ("heading", "表头", "heading"),
    ("help", "说明", "help"),
    ("holder", "担任方式", "who holds it"),
    ("holds", "条件", "condition"),
    ("keeper", "责任人", "who keeps it"),
    ("kind", "类型", "kind"),
    ("landscape", "横向打印", "printed wide"),
    ("longest", "最多字数", "most characters"),
    ("many", "可多选", "several"),
    ("max", "最大值", "at most"),
    ("max_rows", "最多行数", "most rows"),
    ("may", "可做的操作", "what they may do"),
    ("megabytes", "大小上限（MB）", "most megabytes"),
    ("message", "提示", "what is said"),
    ("min", "最小值", "at least"),
    ("min_rows", "最少行数", "least rows"),
    ("mode", "审核方式", "how they decide"),
    ("money", "金额", "money"),
    ("month", "月份", "month"),
    ("most", "最多个数", "most"),
    ("name", "名称", "name"),
    ("needs", "须具备", "what it needs"),
    ("number", "编号", "number"),
    ("of", "来源字段", "of which field"),
    ("on", "时点", "when"),
    ("opinions", "意见栏", "boxes for opinions"),
    ("options", "选项", "options"),
    ("own_request", "可审批本人申请", "decides own requests"),
    ("pattern", "编号格式", "pattern"),
    ("person", "人员", "person"),
    ("print", "打印", "print"),
    ("register", "台账", "register"),
    ("required", "必填", "must be answered"),
    ("returns_to", "可退回到", "where it may be returned"),
    ("reviewers", "审核人", "who decides"),
    ("role", "角色", "role"),
    ("route", "流程", "route"),
    ("rules", "校验", "rules"),
    ("signed", "手写签名", "signed by hand"),
    ("stage", "阶段", "stage"),
    ("stages", "阶段", "stages"),
    ("starters", "发起人", "who begins it"),
    ("state", "状态", "how far"),
    ("steps", "环节", "steps"),
    ("steward", "主持人", "steward"),
    ("table", "表格", "table"),
    ("title", "标题字段", "title"),
    ("totals", "合计列", "sums"),
    ("undo", "撤销方式", "how it is undone"),
    ("unit", "单位", "unit"),
    ("value", "算法", "formula"),
    ("version", "版本", "version"),
    ("visible", "显示条件", "when it is there"),
    ("when", "经过条件", "when"),
];

/// What a key is called, its parts from the outside in. One that has no words is called as the files write it.
pub(super) fn called(key: &str, language: Language) -> String {
    let (key, of) = match key.rsplit_once('.') {
        Some((key, "zh")) => (key, Some(("（中文）", " (Chinese)"))),
        Some((key, "en")) => (key, Some(("（英文）", " (English)"))),
        _ => (key, None),
    };
    let word = |part: &str| {
        let known = WORDS.iter().find(|(word, ..)| *word == part);
        match (known, language) {
            (Some((_, zh, _)), Language::Chinese) => (*zh).to_owned(),
            (Some((.., en)), Language::English) => (*en).to_owned(),
            (None, _) => part.to_owned(),
        }
    };
    let parts: Vec<String> = key.split('.').map(word).collect();
    let (between, of) = match language {
        Language::Chinese => ("·", of.map_or("", |(zh, _)| zh)),
        Language::English => (", ", of.map_or("", |(_, en)| en)),
    };
    format!("{}{of}", parts.join(between))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_called_by_words_and_unknown_ones_as_they_are_written() {
        let both = |key: &str| [Language::Chinese, Language::English].map(|one| called(key, one));
        assert_eq!(both("name.zh"), ["名称（中文）", "name (Chinese)"]);
        assert_eq!(both("deadline.days"), ["期限·天数", "deadline, days"]);
        assert_eq!(both("help.en"), ["说明（英文）", "help (English)"]);
        assert_eq!(both("a_new_key"), ["a_new_key", "a_new_key"]);
    }

    #[test]
    fn each_key_is_there_once_in_order() {
        assert!(WORDS.windows(2).all(|two| two[0].0 < two[1].0));
    }
}
