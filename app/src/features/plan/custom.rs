//! Custom fields in words.

use leptos::prelude::*;
use shared::base::{FieldId, OptionId};
use shared::domain::plan::{CustomField, FieldKind, FieldValue, YesNo};

use super::cx::Cx;
use super::model::Model;
use crate::i18n::t_string;

/// The field that a name `x/<field>` or `field/<field>/<part>` is about, removed ones too.
fn field_of<'a>(model: &'a Model, name: &str) -> Option<&'a CustomField> {
    let id: FieldId = name.split('/').nth(1)?.parse().ok()?;
    let view = &model.view;
    let mut all = view.plan.fields.iter().chain(&view.removed_fields);
    all.find(|field| field.id == id)
}

impl Cx {
    /// A field `x/<field>` or `field/<field>/<part>`; tracked.
    pub(crate) fn custom_field_words(&self, name: &str) -> String {
        let i18n = self.i18n;
        let model = self.model.get();
        let field = field_of(&model, name);
        let title = field.map_or_else(String::new, |field| field.name.clone());
        if name.starts_with("x/") && !title.is_empty() {
            return title;
        }
        let title = t_string!(i18n, plan.custom_field, name = title).to_string();
        let parts: Vec<&str> = name.split('/').skip(2).collect();
        let (option, part) = match parts.as_slice() {
            ["option", key, part] => (Some(*key), *part),
            [part] => (None, *part),
            _ => return title,
        };
        let part = match part {
            "name" => t_string!(i18n, resources.name).to_string(),
            "kind" => t_string!(i18n, resources.kind).to_string(),
            "order" => t_string!(i18n, plan.field_place).to_string(),
            "removed" => t_string!(i18n, plan.field_removed).to_string(),
            other => other.to_owned(),
        };
        let named = |key: &str| -> Option<String> {
            let key: OptionId = key.parse().ok()?;
            Some(field?.option(key)?.name.clone())
        };
        match option {
            Some(key) => {
                let option = named(key).unwrap_or_default();
                let option = t_string!(i18n, plan.custom_option, name = option).to_string();
                format!("{title} · {option} · {part}")
            }
            None => format!("{title} · {part}"),
        }
    }

    /// A written value of such a field; tracked.
    pub(crate) fn custom_value_words(&self, name: &str, value: &str) -> String {
        let i18n = self.i18n;
        if name.starts_with("field/") {
            return match name.rsplit('/').next().unwrap_or_default() {
                "kind" => self.custom_kind_words(&value.parse::<FieldKind>().unwrap_or_default()),
                "order" => t_string!(i18n, plan.value_moved).to_string(),
                "removed" if value == "1" => t_string!(i18n, plan.value_removed).to_string(),
                "removed" => t_string!(i18n, plan.value_there).to_string(),
                _ if value.is_empty() => "—".to_owned(),
                _ => value.to_owned(),
            };
        }
        if value.is_empty() {
            return "—".to_owned();
        }
        let model = self.model.get();
        let value = FieldValue::from_kept(value);
        if let FieldValue::Person(person) = &value {
            return self.styled(|style| style.people.owner(person).to_owned());
        }
        let (yes, no) = (
            t_string!(i18n, plan.value_yes).to_string(),
            t_string!(i18n, plan.value_no).to_string(),
        );
        let words = YesNo { yes: &yes, no: &no };
        match field_of(&model, name) {
            Some(field) => field.to_text(&value, words),
            None => {
                let none =
                    CustomField::new(FieldId::from_bytes([0; 8]), String::new(), FieldKind::Text);
                none.to_text(&value, words)
            }
        }
    }

    /// What a field's values are; tracked.
    pub(crate) fn custom_kind_words(&self, kind: &FieldKind) -> String {
        let i18n = self.i18n;
        match kind {
            FieldKind::Text => t_string!(i18n, plan.custom_text).to_string(),
            FieldKind::Number => t_string!(i18n, plan.custom_number).to_string(),
            FieldKind::Money => t_string!(i18n, plan.custom_money).to_string(),
            FieldKind::Date => t_string!(i18n, plan.custom_date).to_string(),
            FieldKind::YesNo => t_string!(i18n, plan.custom_yes_no).to_string(),
            FieldKind::Choice => t_string!(i18n, plan.custom_choice).to_string(),
            FieldKind::Person => t_string!(i18n, plan.custom_person).to_string(),
            FieldKind::Other(name) => name.clone(),
        }
    }
}
