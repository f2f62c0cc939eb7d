//! A condition as people read it: with the labels of fields and the names of options for what the pack calls them. Pure.

use std::collections::HashMap;

use shared::pack::expr::Expr;
use shared::pack::form::{Field, FieldKind, FormDef};
use shared::pack::id::is_name;
use shared::pack::text::Language;

/// The labels that stand for names, and the names of options.
fn labels(form: &FormDef, language: Language) -> (HashMap<&str, &str>, HashMap<&str, &str>) {
    let (mut fields, mut options) = (HashMap::new(), HashMap::new());
    fn add<'a>(
        field: &'a Field,
        language: Language,
        fields: &mut HashMap<&'a str, &'a str>,
        options: &mut HashMap<&'a str, &'a str>,
    ) {
        fields.insert(field.id.as_str(), field.name.get(language));
        match &field.kind {
            FieldKind::Choice { options: all, .. } => {
                options.extend(
                    all.iter()
                        .map(|option| (option.id.as_str(), option.name.get(language))),
                );
            }
            FieldKind::Table { columns, .. } => {
                for column in columns {
                    add(column, language, fields, options);
                }
            }
            _ => {}
        }
    }
    for (_, field) in form.fields() {
        add(field, language, &mut fields, &mut options);
    }
    (fields, options)
}

/// Words of the language of conditions that are read in Chinese.
const CHINESE: [(&str, &str); 6] = [
    ("and", "且"),
    ("or", "或"),
    ("not", "非"),
    ("in", "属于"),
    ("true", "是"),
    ("false", "否"),
];

/// The condition in words.
pub(super) fn words(condition: &Expr, form: &FormDef, language: Language) -> String {
    let (fields, options) = labels(form, language);
    let mut said = String::new();
    let mut rest = condition.text();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '“' | '”' => {
                let within = first.len_utf8();
                let close = rest
                    .get(within..)
                    .and_then(|rest| rest.find(['"', '“', '”']));
                close.map_or(rest.len(), |close| {
                    let close = within + close;
                    close
                        + rest
                            .get(close..)
                            .and_then(|r| r.chars().next())
                            .map_or(1, char::len_utf8)
                })
            }
            letter if letter.is_ascii_lowercase() => rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            other => other.len_utf8(),
        };
        let (part, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        let quoted = part.trim_matches(['"', '“', '”']);
        if quoted.len() < part.len() {
            let name = options.get(quoted).copied().unwrap_or(quoted);
            said.push_str(&quote(name));
            continue;
        }
        let chinese = CHINESE.iter().find(|(word, _)| *word == part);
        match (fields.get(part), chinese) {
            (Some(label), _) if is_name(part) => said.push_str(&quote(label)),
            (_, Some((_, word))) if language == Language::Chinese => said.push_str(word),
            _ => said.push_str(part),
        }
    }
    said.replace(">=", "≥")
        .replace("<=", "≤")
        .replace("!=", "≠")
        .replace("==", "=")
}

fn quote(text: &str) -> String {
    format!("“{text}”")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::pack::form::{Choice, Print, Section};
    use shared::pack::text::Texts;

    fn texts(zh: &str, en: &str) -> Texts {
        Texts {
            zh: zh.into(),
            en: en.into(),
        }
    }

    fn form() -> FormDef {
        let field = |id: &str, name, kind| Field {
            id: id.parse().unwrap(),
            name,
            help: Texts::default(),
            kind,
            required: Default::default(),
            visible: None,
            rules: Vec::new(),
            width: 0,
        };
        let origin = FieldKind::Choice {
            options: vec![Choice {
                id: "tender".parse().unwrap(),
                name: texts("招投标类", "Tender"),
            }],
            many: false,
        };
        let fields = vec![
            field("budget", texts("预算", "Budget"), FieldKind::Date),
            field("origin", texts("业务类型", "Origin"), origin),
        ];
        FormDef {
            id: "a".parse().unwrap(),
            name: Texts::default(),
            help: Texts::default(),
            stages: Vec::new(),
            starters: Vec::new(),
            begins_project: false,
            route: None,
            title: None,
            sections: vec![Section {
                id: "s".parse().unwrap(),
                name: Texts::default(),
                visible: None,
                editors: Vec::new(),
                steps: Vec::new(),
                fields,
            }],
            effects: Vec::new(),
            print: Print::default(),
        }
    }

    #[test]
    fn conditions_are_read_with_the_labels_of_the_form() {
        let condition = Expr::parse(r#"budget >= 500000 and origin == "tender""#).unwrap();
        let zh = words(&condition, &form(), Language::Chinese);
        assert_eq!(zh, "“预算” ≥ 500000 且 “业务类型” = “招投标类”");
        let en = words(&condition, &form(), Language::English);
        assert_eq!(en, "“Budget” ≥ 500000 and “Origin” = “Tender”");
    }

    #[test]
    fn what_is_no_name_stays_as_it_is() {
        let condition = Expr::parse("not empty(budget)").unwrap();
        assert_eq!(
            words(&condition, &form(), Language::Chinese),
            "非 empty(“预算”)"
        );
    }
}
