//! From files to a pack and all that is wrong with it. No file is read here: whoever calls brings paths and bytes.

mod duty;
mod effect;
mod field;
mod figures;
mod form;
pub mod limits;
pub(crate) mod near;
pub(crate) mod part;
mod register;
mod route;
pub(crate) mod source;

use std::collections::BTreeSet;

use toml::de::DeTable;

use crate::check;
use crate::definition::{FormState, Gate, Holder, Need, Pack, Role, Stage};
use crate::id::{FormName, PackName, RoleName, StageName};
use crate::problem::{Problem, Thing, Wrong};
use part::{Found, Part};
use source::Source;

/// The file that every pack has.
const PACK: &str = "pack.toml";
/// What those may do in a project who are appointed to a role in it.
const ACCESS: [(&str, domain::permission::Role); 4] = [
    ("manager", domain::permission::Role::Manager),
    ("planner", domain::permission::Role::Planner),
    ("member", domain::permission::Role::Member),
    ("reader", domain::permission::Role::Reader),
];
/// Folders of what packs will hold one day.
const LATER: [&str; 1] = ["indicators"];

/// Reads and checks the files of one pack: their paths within its folder, with `/`, and their bytes. A pack with problems
/// is what could be understood of it, to be shown; only one without is run.
pub fn load(files: &[(String, Vec<u8>)]) -> (Option<Pack>, Vec<Problem>) {
    let mut found = Found::default();
    let mut files: Vec<&(String, Vec<u8>)> = files.iter().collect();
    files.sort();
    let sources = sources(&files, &mut found);
    let mut tables = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        tables.push((at, source, table(source, &mut found)));
    }
    let pack = read(&tables, &mut found);
    let mut problems = std::mem::take(&mut found.problems);
    if let Some(pack) = &pack {
        problems.extend(check::check(pack, &sources, &found.places));
    }
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    problems.dedup();
    (pack, problems)
}

/// The files that belong into a pack.
fn sources<'a>(files: &[&'a (String, Vec<u8>)], found: &mut Found) -> Vec<Source<'a>> {
    let mut sources = Vec::new();
    let mut all = 0;
    for (path, bytes) in files {
        let mut wrong = |what| {
            let (line, column) = (0, 0);
            found.problems.push(Problem {
                file: path.clone(),
                line,
                column,
                what,
            });
        };
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        let ends = |ending: &str| name.len() > ending.len() && name.ends_with(ending);
        all += bytes.len();
        match folder {
            _ if ends(".md") => continue,
            folder if LATER.contains(&folder) => {
                wrong(Wrong::NotYet {
                    what: folder.to_owned(),
                });
                continue;
            }
            "" if name == PACK => {}
            "forms" | "routes" | "duties" | "registers" if ends(".toml") && !name.contains('/') => {
            }
            _ => {
                wrong(Wrong::UnknownFile);
                continue;
            }
        }
        if bytes.len() > limits::FILE || all > limits::PACK {
            let limit = if bytes.len() > limits::FILE {
                limits::FILE
            } else {
                limits::PACK
            };
            wrong(Wrong::TooLong { limit });
            continue;
        }
        // Notepad writes a mark of byte order before the text
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match std::str::from_utf8(text) {
            Ok(text) => sources.push(Source::new(path, text)),
            Err(_) => wrong(Wrong::NotUtf8),
        }
    }
    sources
}

fn table<'a>(source: &Source<'a>, found: &mut Found) -> toml::Spanned<DeTable<'a>> {
    let (table, errors) = DeTable::parse_recoverable(source.text);
    for error in errors.into_iter().take(limits::PROBLEMS) {
        let at = error.span().map_or(0, |span| span.start);
        let message = error.message().replace('\n', "; ");
        found
            .problems
            .push(source.problem(at, Wrong::Toml { message }));
    }
    table
}

type Table<'a> = (usize, &'a Source<'a>, toml::Spanned<DeTable<'a>>);

fn read(tables: &[Table<'_>], found: &mut Found) -> Option<Pack> {
    let Some((file, source, table)) = tables.iter().find(|(_, source, _)| source.path == PACK)
    else {
        let (line, column) = (0, 0);
        let file = PACK.to_owned();
        found.problems.push(Problem {
            file,
            line,
            column,
            what: Wrong::NoPackFile,
        });
        return None;
    };
    let part = Part::new(source, *file, table.get_ref(), 0..0);
    let mut pack = read_pack(&part, found)?;
    let folder = |name: &'static str| {
        tables
            .iter()
            .filter(move |(_, source, _)| source.path.starts_with(name))
    };
    for (file, source, table) in folder("forms/") {
        let part = Part::new(source, *file, table.get_ref(), 0..0);
        let Some(form) = form::form(&part, found, &pack.currency) else {
            continue;
        };
        if pack.forms.iter().any(|known| known.id == form.id) {
            let id = form.id.to_string();
            part.wrong(
                found,
                part.at("id"),
                Wrong::Duplicate {
                    what: Thing::Form,
                    id,
                },
            );
            continue;
        }
        pack.forms.push(form);
    }
    for (file, source, table) in folder("routes/") {
        let part = Part::new(source, *file, table.get_ref(), 0..0);
        let Some(route) = route::route(&part, found) else {
            continue;
        };
        if pack.routes.iter().any(|known| known.id == route.id) {
            let id = route.id.to_string();
            part.wrong(
                found,
                part.at("id"),
                Wrong::Duplicate {
                    what: Thing::Route,
                    id,
                },
            );
            continue;
        }
        pack.routes.push(route);
    }
    for (file, source, table) in folder("duties/") {
        let part = Part::new(source, *file, table.get_ref(), 0..0);
        let Some(duty) = duty::duty(&part, found) else {
            continue;
        };
        if pack.duties.iter().any(|known| known.id == duty.id) {
            let (what, id) = (Thing::Duty, duty.id.to_string());
            part.wrong(found, part.at("id"), Wrong::Duplicate { what, id });
            continue;
        }
        pack.duties.push(duty);
    }
    for (file, source, table) in folder("registers/") {
        let part = Part::new(source, *file, table.get_ref(), 0..0);
        let Some(register) = register::register(&part, found, &pack.currency) else {
            continue;
        };
        if pack.registers.iter().any(|known| known.id == register.id) {
            let (what, id) = (Thing::Register, register.id.to_string());
            part.wrong(found, part.at("id"), Wrong::Duplicate { what, id });
            continue;
        }
        pack.registers.push(register);
    }
    for (what, count) in [
        (Thing::Form, pack.forms.len()),
        (Thing::Route, pack.routes.len()),
        (Thing::Duty, pack.duties.len()),
        (Thing::Register, pack.registers.len()),
    ] {
        if count > limits::FORMS {
            part.wrong_here(
                found,
                Wrong::TooMany {
                    what,
                    limit: limits::FORMS,
                },
            );
        }
    }
    pack.forms.sort_by(|a, b| a.id.cmp(&b.id));
    pack.routes.sort_by(|a, b| a.id.cmp(&b.id));
    pack.duties.sort_by(|a, b| a.id.cmp(&b.id));
    pack.registers.sort_by(|a, b| a.id.cmp(&b.id));
    Some(pack)
}

fn read_pack(part: &Part<'_>, found: &mut Found) -> Option<Pack> {
    let id = part.id::<PackName>(found)?;
    part.remember(found, "pack");
    let version = part.must(found, "version").unwrap_or_default().to_owned();
    let good = |version: &str| {
        let figures = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        version.len() <= 24 && version.split('.').all(figures)
    };
    if part.has("version") && !good(&version) {
        part.wrong(found, part.at("version"), Wrong::BadVersion);
    }
    if part.has("indicator") {
        part.parts(found, "indicator", Thing::File, usize::MAX);
        let what = "indicator".to_owned();
        part.wrong(found, part.at("indicator"), Wrong::NotYet { what });
    }
    let mut roles: Vec<Role> = Vec::new();
    for role in part.parts(found, "role", Thing::Role, limits::ROLES) {
        if let Some(role) = read_role(&role, found, &roles) {
            roles.push(role);
        }
    }
    let mut stages = Vec::new();
    let mut taken = BTreeSet::new();
    for stage in part.parts(found, "stage", Thing::Stage, limits::STAGES) {
        stages.extend(read_stage(&stage, found, &mut taken));
    }
    for (what, none) in [
        (Thing::Role, roles.is_empty()),
        (Thing::Stage, stages.is_empty()),
    ] {
        if none {
            part.wrong_here(found, Wrong::None { what });
        }
    }
    let pack = Pack {
        id,
        version,
        name: part.must_texts(found, "name"),
        help: part.texts(found, "help"),
        applies: part.must_texts(found, "applies"),
        currency: currency(part, found).unwrap_or_else(|| "CNY".to_owned()),
        roles,
        stages,
        forms: Vec::new(),
        routes: Vec::new(),
        duties: Vec::new(),
        registers: Vec::new(),
    };
    part.end(found);
    Some(pack)
}

/// A currency by its three letters (ISO 4217).
fn currency(part: &Part<'_>, found: &mut Found) -> Option<String> {
    let word = part.word(found, "currency")?;
    if word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()) {
        return Some(word.to_owned());
    }
    part.wrong(found, part.at("currency"), Wrong::BadCurrency);
    None
}

fn read_role(part: &Part<'_>, found: &mut Found, known: &[Role]) -> Option<Role> {
    let id = part.id::<RoleName>(found)?;
    part.remember(found, &format!("role/{id}"));
    if known.iter().any(|role| role.id == id) {
        let id = id.to_string();
        part.wrong(
            found,
            part.at("id"),
            Wrong::Duplicate {
                what: Thing::Role,
                id,
            },
        );
        return None;
    }
    let holders = [
        ("department", Holder::Department),
        ("post", Holder::Post),
        ("project", Holder::Project),
        ("outside", Holder::Outside),
    ];
    part.must(found, "holder");
    let holder = part.one_of(found, "holder", &holders);
    let holder = holder.unwrap_or(Holder::Post);
    let access = match holder {
        Holder::Project => part.one_of(found, "access", &ACCESS),
        _ => None,
    };
    let role = Role {
        id,
        name: part.must_texts(found, "name"),
        holder,
        duties: part.texts(found, "duties"),
        access,
    };
    part.end(found);
    Some(role)
}

fn read_stage(
    part: &Part<'_>,
    found: &mut Found,
    taken: &mut BTreeSet<StageName>,
) -> Option<Stage> {
    let id = part.id::<StageName>(found)?;
    let path = format!("stage/{id}");
    part.remember(found, &path);
    if !taken.insert(id.clone()) {
        let id = id.to_string();
        part.wrong(
            found,
            part.at("id"),
            Wrong::Duplicate {
                what: Thing::Stage,
                id,
            },
        );
        return None;
    }
    let mut needs = Vec::new();
    let parts = part.parts(found, "gate", Thing::Need, limits::NEEDS);
    for (at, need) in parts.iter().enumerate() {
        need.remember(found, &format!("{path}/gate/{at}"));
        let mut forms: Vec<FormName> = need.names(found, "forms");
        forms.extend(need.name(found, "form"));
        if forms.is_empty() {
            need.wrong_here(found, Wrong::MissingKey { key: "form" });
        }
        let states = [
            ("submitted", FormState::Submitted),
            ("approved", FormState::Approved),
        ];
        let state = need
            .one_of(found, "state", &states)
            .unwrap_or(FormState::Approved);
        let holds = need.expr(found, "holds");
        let count = need.count(found, "count", (1, 1_000)).unwrap_or(1);
        need.end(found);
        needs.push(Need {
            forms,
            state,
            holds,
            count,
        });
    }
    let stage = Stage {
        id,
        name: part.must_texts(found, "name"),
        help: part.texts(found, "help"),
        gate: Gate { needs },
    };
    part.end(found);
    Some(stage)
}
