//! Files of forms.

use std::collections::BTreeSet;

use super::limits;
use super::part::{Found, Part};
use crate::form::{FormDef, Print, Section};
use crate::id::{FieldName, SectionName};
use crate::problem::{Thing, Wrong};

/// A form, where it has an id.
pub(super) fn form(part: &Part<'_>, found: &mut Found, currency: &str) -> Option<FormDef> {
    let id = part.id::<crate::id::FormName>(found)?;
    let path = format!("form/{id}");
    part.remember(found, &path);
    let mut names = Names::default();
    let mut sections = Vec::new();
    for section in part.parts(found, "section", Thing::Section, limits::SECTIONS) {
        sections.extend(read_section(&section, found, &path, currency, &mut names));
    }
    if sections.is_empty() {
        part.wrong_here(
            found,
            Wrong::None {
                what: Thing::Section,
            },
        );
    }
    if names.fields.len() > limits::FIELDS {
        let what = Thing::Field;
        part.wrong_here(
            found,
            Wrong::TooMany {
                what,
                limit: limits::FIELDS,
            },
        );
    }
    let mut effects = Vec::new();
    for effect in part.parts(found, "effect", Thing::Effect, limits::EFFECTS) {
        if let Some(read) = super::effect::read(&effect, found) {
            effect.remember(found, &format!("{path}/effect/{}", effects.len()));
            effects.push(read);
            effect.end(found);
        }
    }
    let starters = part.names(found, "starters");
    if starters.is_empty() {
        part.wrong_here(found, Wrong::MissingKey { key: "starters" });
    }
    let print = part
        .part(found, "print")
        .map(|print| read_print(&print, found));
    let form = FormDef {
        id,
        name: part.must_texts(found, "name"),
        help: part.texts(found, "help"),
        stages: part.names(found, "stages"),
        starters,
        begins_project: part.flag(found, "begins_project"),
        route: part.name(found, "route"),
        title: part.name(found, "title"),
        sections,
        effects,
        print: print.unwrap_or_default(),
    };
    part.end(found);
    Some(form)
}

/// Ids that are taken in a form.
#[derive(Default)]
struct Names {
    sections: BTreeSet<SectionName>,
    fields: BTreeSet<FieldName>,
}

fn read_section(
    part: &Part<'_>,
    found: &mut Found,
    path: &str,
    currency: &str,
    names: &mut Names,
) -> Option<Section> {
    let id = part.id::<SectionName>(found)?;
    part.remember(found, &format!("{path}/section/{id}"));
    if !names.sections.insert(id.clone()) {
        let id = id.to_string();
        part.wrong(
            found,
            part.at("id"),
            Wrong::Duplicate {
                what: Thing::Section,
                id,
            },
        );
    }
    let parts = part.parts(found, "field", Thing::Field, limits::FIELDS);
    let fields = super::field::read(
        &parts,
        found,
        &format!("{path}/field"),
        currency,
        &mut names.fields,
        Thing::Field,
    );
    if fields.is_empty() {
        part.wrong_here(found, Wrong::None { what: Thing::Field });
    }
    let section = Section {
        id,
        name: part.must_texts(found, "name"),
        visible: part.expr(found, "visible"),
        editors: part.names(found, "editors"),
        steps: part.names(found, "steps"),
        fields,
    };
    part.end(found);
    Some(section)
}

fn read_print(part: &Part<'_>, found: &mut Found) -> Print {
    let print = Print {
        heading: part.texts(found, "heading"),
        landscape: part.flag(found, "landscape"),
        opinions: part.flag(found, "opinions"),
        footer: part.texts(found, "footer"),
    };
    part.end(found);
    print
}
