//! A form that is tried: answers and files live as long as the page, and nothing is kept.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::pack::value::{Answers, Value};

use crate::platform::object::ObjectUrl;
use crate::platform::page;
use crate::shell::use_replica;
use crate::ui::form::{Asked, Attach, Candidate, Content, FileFacts, Files, Host};

/// What a trial holds.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    pub(super) answers: RwSignal<Answers>,
    facts: RwSignal<HashMap<String, FileFacts>>,
    addresses: StoredValue<HashMap<String, ObjectUrl>, LocalStorage>,
}

impl Trial {
    pub(super) fn new() -> Self {
        Self {
            answers: RwSignal::new(Answers::new()),
            facts: RwSignal::new(HashMap::new()),
            addresses: StoredValue::new_local(HashMap::new()),
        }
    }

    /// Begins anew.
    pub(super) fn clear(self) {
        self.answers.set(Answers::new());
    }

    /// Keeps a file while the page lives; it is known by its number.
    fn attach(self, attach: Attach) {
        let number = self.facts.with_untracked(HashMap::len) + 1;
        let name = format!("trial-{number}");
        let (facts, address) = match attach.content {
            Content::File(file) => {
                let facts = FileFacts {
                    name: file.name(),
                    bytes: file.size() as u64,
                    sent: None,
                };
                (facts, file.address())
            }
            Content::Picture(bytes) => {
                let facts = FileFacts {
                    name: format!("{name}.png"),
                    bytes: bytes.len() as u64,
                    sent: None,
                };
                (facts, ObjectUrl::of_bytes(&bytes, "image/png"))
            }
        };
        if let Some(address) = address {
            self.addresses.update_value(|all| {
                all.insert(name.clone(), address);
            });
        }
        self.facts.update(|all| {
            all.insert(name.clone(), facts);
        });
        attach.done.run(Ok(name));
    }

    fn address(self, name: &str) -> Option<String> {
        self.facts.track();
        self.addresses
            .with_value(|all| all.get(name).map(|address| address.as_str().to_owned()))
    }

    /// What the form needs of this place. People and departments are those of the organisation; there is no plan.
    pub(super) fn host(self) -> Host {
        let organisation = use_replica().organisation();
        let candidates = move |asked: Asked| -> Vec<Candidate> {
            organisation.with(|organisation| {
                let Some(organisation) = organisation else {
                    return Vec::new();
                };
                let department = |id| {
                    let found = organisation
                        .departments
                        .iter()
                        .find(|known| Some(known.id) == id);
                    found.map_or_else(String::new, |found| found.name.clone())
                };
                match asked {
                    Asked::Person(_) => {
                        let people = organisation.people.iter().filter(|person| person.active);
                        let people = people.map(|person| Candidate {
                            value: Value::Person(person.id),
                            name: person.display_name.clone(),
                            more: department(person.department),
                        });
                        people.collect()
                    }
                    Asked::Department => {
                        let departments = organisation.departments.iter();
                        let departments = departments.map(|department| Candidate {
                            value: Value::Department(department.id),
                            name: department.name.clone(),
                            more: String::new(),
                        });
                        departments.collect()
                    }
                    Asked::Task => Vec::new(),
                }
            })
        };
        let name = move |value: Value| {
            organisation.with(|organisation| {
                let organisation = organisation.as_ref()?;
                match value {
                    Value::Person(id) => {
                        let person = organisation.people.iter().find(|person| person.id == id)?;
                        Some(person.display_name.clone())
                    }
                    Value::Department(id) => {
                        let found = organisation
                            .departments
                            .iter()
                            .find(|known| known.id == id)?;
                        Some(found.name.clone())
                    }
                    _ => None,
                }
            })
        };
        Host {
            edit: Callback::new(move |edit: crate::ui::form::Edit| {
                self.answers.update(|answers| edit.apply(answers));
            }),
            keystroke: None,
            pool: None,
            candidates: Callback::new(candidates),
            name: Callback::new(name),
            files: Some(Files {
                facts: Callback::new(move |name: String| {
                    self.facts.with(|all| all.get(&name).cloned())
                }),
                attach: Callback::new(move |attach: Attach| self.attach(attach)),
                open: Callback::new(move |name: String| {
                    if let Some(address) = untrack(|| self.address(&name)) {
                        page::open_beside(&address);
                    }
                }),
                picture: Callback::new(move |name: String| self.address(&name)),
                // nothing is kept of a trial
                small: Callback::new(|_| None),
            }),
            row_keys: None,
            section_note: None,
            before: None,
            comments: None,
        }
    }
}
