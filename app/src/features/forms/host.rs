//! What forms of a project need of this place: people, departments, tasks, attachments.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;
use shared::base::ProjectId;
use shared::pack::value::{Attached, Value};

use super::thumbnails;
use crate::i18n::{t_string, use_i18n};
use crate::platform::object::ObjectUrl;
use crate::platform::{download, http};
use crate::replica::LONGEST_FILE;
use crate::shell::{use_replica, use_shell};
use crate::ui::dates;
use crate::ui::form::{Asked, Attach, Candidate, Content, Edit, FileFacts, Files, Host, PoolAsk};
use crate::ui::review::PICTURES;
use crate::words::{self, Texts};

/// The host of a project's forms.
pub(super) fn host(project: ProjectId, edit: Callback<Edit>) -> Host {
    let i18n = use_i18n();
    let replica = use_replica();
    let organisation = replica.organisation();
    let plan = replica.open(project);
    let tasks = move || -> Vec<(Value, String)> {
        plan.view().with(|view| {
            let rows = view.iter().flat_map(|view| &view.plan.tasks);
            rows.map(|task| (Value::Task(task.id), task.name.clone()))
                .collect()
        })
    };
    let people = move || -> Vec<Candidate> {
        organisation.with(|organisation| {
            let Some(of) = organisation else {
                return Vec::new();
            };
            let department = |id| {
                let found = of.departments.iter().find(|known| Some(known.id) == id);
                found.map_or_else(String::new, |found| found.name.clone())
            };
            let people = of.people.iter().filter(|person| person.active);
            people
                .map(|person| Candidate {
                    value: Value::Person(person.id),
                    name: person.display_name.clone(),
                    more: department(person.department),
                })
                .collect()
        })
    };
    let departments = move || -> Vec<Candidate> {
        organisation.with(|organisation| {
            let all = organisation.iter().flat_map(|of| &of.departments);
            all.map(|department| Candidate {
                value: Value::Department(department.id),
                name: department.name.clone(),
                more: String::new(),
            })
            .collect()
        })
    };
    let candidates = move |asked: Asked| match asked {
        Asked::Person(_) => people(),
        Asked::Department => departments(),
        Asked::Task => tasks()
            .into_iter()
            .map(|(value, name)| Candidate {
                value,
                name,
                more: String::new(),
            })
            .collect(),
    };
    let name = move |value: Value| match &value {
        Value::Person(_) => find(people(), &value),
        Value::Department(_) => find(departments(), &value),
        Value::Task(_) => tasks()
            .into_iter()
            .find(|(id, _)| *id == value)
            .map(|(_, name)| name),
        _ => None,
    };
    Host {
        edit,
        keystroke: None,
        candidates: Callback::new(candidates),
        name: Callback::new(name),
        files: Some(files(project)),
        row_keys: None,
        pool: Some(Callback::new(move |ask: PoolAsk| pool(i18n, project, ask))),
        section_note: None,
        before: None,
        comments: None,
    }
}

/// What the plans of all projects leave of resources: only the server has all of them.
fn pool(i18n: Texts, project: ProjectId, ask: PoolAsk) {
    spawn_local(async move {
        let (first, last) = (dates::iso(ask.first), dates::iso(ask.last));
        let path = format!("/api/projects/{project}/pool?first={first}&last={last}");
        let rows = http::get(&path).await;
        ask.done
            .run(rows.map_err(|error| words::failure(i18n, &error)));
    });
}

fn find(all: Vec<Candidate>, value: &Value) -> Option<String> {
    let found = all.into_iter().find(|one| one.value == *value)?;
    Some(found.name)
}

fn files(project: ProjectId) -> Files {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let sent = replica.sent();
    let shown: StoredValue<HashMap<String, ObjectUrl>, LocalStorage> =
        StoredValue::new_local(HashMap::new());
    let came = RwSignal::new(0_u32);
    let facts = move |text: String| {
        let file: Attached = text.parse().ok()?;
        Some(FileFacts {
            bytes: file.size,
            sent: sent.with(|sent| sent.get(&file.hash).copied()),
            name: file.name,
        })
    };
    let attach = move |attach: Attach| {
        spawn_local(async move {
            let (name, bytes) = match &attach.content {
                Content::File(file) if file.size() > LONGEST_FILE as f64 => {
                    let most = LONGEST_FILE >> 20;
                    let why = t_string!(i18n, forms.file_size, most = most).to_string();
                    return attach.done.run(Err(why));
                }
                Content::File(file) => (file.name(), file.bytes().await),
                Content::Picture(bytes) => (
                    t_string!(i18n, reviews.signature_name).to_owned(),
                    Some(bytes.clone()),
                ),
            };
            let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
                let why = t_string!(i18n, reviews.file_unread).to_owned();
                return attach.done.run(Err(why));
            };
            let kept = replica.attach(project, &name, bytes).await;
            let done = kept.map(|file| file.to_string());
            attach
                .done
                .run(done.map_err(|trouble| words::trouble(i18n, &trouble)));
        });
    };
    let open = move |text: String| {
        let Ok(file) = text.parse::<Attached>() else {
            return;
        };
        spawn_local(async move {
            match replica.file(project, &file.hash).await {
                Ok(bytes) => {
                    download::download(&file.name, "application/octet-stream", &bytes);
                }
                Err(error) => shell.say(words::failure(i18n, &error)),
            }
        });
    };
    let picture = move |text: String| {
        came.track();
        let file: Attached = text.parse().ok()?;
        let known = shown.with_value(|all| all.get(&file.hash).map(|url| url.as_str().to_owned()));
        if known.is_some() {
            return known;
        }
        let ending = file.ending();
        let kind = PICTURES.iter().find(|(known, _)| *known == ending)?.1;
        spawn_local(async move {
            if let Ok(bytes) = replica.file(project, &file.hash).await
                && let Some(url) = ObjectUrl::of_bytes(&bytes, kind)
            {
                shown.update_value(|all| drop(all.insert(file.hash.clone(), url)));
                // the person may have gone elsewhere meanwhile
                let _ = came.try_update(|came| *came += 1);
            }
        });
        None
    };
    let small = thumbnails::small(project);
    Files {
        small,
        facts: Callback::new(facts),
        attach: Callback::new(attach),
        open: Callback::new(open),
        picture: Callback::new(picture),
    }
}
