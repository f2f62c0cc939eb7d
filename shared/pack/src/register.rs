//! Registers 台账: lists that a project keeps as it goes on, of its risks, its visitors, its changes.
//!
//! A register is written like a form's one table, in a document of its own that nobody submits: what is in it is no decision.

use serde::{Deserialize, Serialize};

use crate::form::{Field, FieldKind, FormDef, Print, Section};
use crate::id::{FieldName, FormName, RegisterName, RoleName, SectionName};
use crate::load::limits;
use crate::text::Texts;

/// A list that a project keeps, once it was begun by a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterDef {
    /// Its name within the pack.
    pub id: RegisterName,
    /// What people call it: 风险台账.
    pub name: Texts,
    /// What stands in it, and by which clause of the regulation.
    #[serde(default)]
    pub help: Texts,
    /// Who sees to it that it is kept 责任人. Whoever fills in forms in the project writes in it.
    pub keeper: RoleName,
    /// What each entry says, in order.
    pub columns: Vec<Field>,
    /// The columns whose sums stand below it 合计.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<FieldName>,
}

impl RegisterDef {
    /// The form by whose rules it is written and shown: one table, of the register's name.
    pub fn sheet(&self) -> FormDef {
        let kind = FieldKind::Table {
            columns: self.columns.clone(),
            totals: self.totals.clone(),
            min_rows: 0,
            max_rows: limits::ROWS,
            pool: None,
        };
        let table = Field {
            id: self.table(),
            name: self.name.clone(),
            help: Texts::default(),
            kind,
            required: Default::default(),
            visible: None,
            rules: Vec::new(),
            width: 0,
        };
        FormDef {
            id: FormName::from(self.id.clone()),
            name: self.name.clone(),
            help: self.help.clone(),
            stages: Vec::new(),
            starters: Vec::new(),
            begins_project: false,
            route: None,
            title: None,
            sections: vec![Section {
                id: SectionName::from(self.id.clone()),
                name: self.name.clone(),
                visible: None,
                editors: Vec::new(),
                steps: Vec::new(),
                fields: vec![table],
            }],
            effects: Vec::new(),
            print: Print {
                landscape: true,
                ..Print::default()
            },
        }
    }

    /// The field of the sheet that its entries are rows of.
    pub fn table(&self) -> FieldName {
        FieldName::from(self.id.clone())
    }

    /// What tells its document from the project's others: the same on every device, in every version of the pack.
    pub fn key(&self) -> String {
        key(&self.id)
    }
}

/// The key of a register's document begins with this; no other form's does.
const KEY: &str = "register/";

/// The key of the document of a register of that name.
pub fn key(register: &RegisterName) -> String {
    format!("{KEY}{register}")
}

/// The register whose document has this key; `None`: it is no register's.
pub fn of_key(key: &str) -> Option<RegisterName> {
    key.strip_prefix(KEY)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_register_and_no_form_has_one() {
        let risks: RegisterName = "risks".parse().unwrap();
        assert_eq!(of_key(&key(&risks)), Some(risks));
        // forms have random ids as keys
        for other in [
            "",
            "register/",
            "register/A",
            "0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(of_key(other), None, "{other}");
        }
    }
}
