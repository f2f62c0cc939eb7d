//! `serve --demo`: an organisation to look at, filled by the same commands that people give.

mod people;

use std::collections::HashSet;

use shared::api::Project;
use shared::base::{DocumentId, Moment, PersonId, ProjectId, ResourceId, TaskId, Timestamp};
use shared::doc::command::{Command, CommandError, perform};
use shared::doc::{Author, Document};
use shared::domain::permission::{DocumentKind, Role};
use shared::domain::plan::Plan;
use shared::domain::resource::{Assignment, Resource, WHOLE, work_of};
use shared::domain::schedule::schedule;
use shared::sync::check::check_change;
use shared::sync::room::Outcome;
use shared::sync::server::Offered;

use crate::packs::Packs;
use crate::password::HashingFailed;
use crate::secret::{NoRandomness, random_bytes};
use crate::store::documents::{Append, Appended, DocumentLog};
use crate::store::{ProjectToMake, Store, StoreError};

/// The one password of all demo accounts. Everybody knows it: a demo is no place for real data.
pub const PASSWORD: &str = "plumbline-demo";

/// The demo's organisation; by this name its data folder is known again.
const ORGANISATION: &str = "准绳示范建设有限公司";

struct DemoProject {
    name: &'static str,
    tasks: usize,
    seed: u64,
    manager: &'static str,
    members: &'static [(&'static str, Role)],
}

const PROJECTS: [DemoProject; 3] = [
    DemoProject {
        name: "滨江花园住宅小区",
        tasks: 2000,
        seed: 1,
        manager: "wang.jianguo",
        members: &[
            ("admin", Role::Reader),
            ("zhou.zhengguo", Role::Reader),
            ("sun.liping", Role::Reader),
            ("li.min", Role::Planner),
            ("he.jing", Role::Planner),
            ("zhang.wei", Role::Planner),
            ("zhao.qiang", Role::Member),
            ("liu.yang", Role::Member),
            ("xu.fang", Role::Member),
            ("zhou.ting", Role::Member),
            ("wu.lei", Role::Member),
            ("ma.chao", Role::Member),
            ("lin.xiaoyu", Role::Member),
            ("chen.jing", Role::Reader),
            ("gao.feng", Role::Member),
            ("luo.dan", Role::Member),
            ("qian.li", Role::Reader),
            ("zheng.kai", Role::Member),
            ("xie.yu", Role::Member),
        ],
    },
    DemoProject {
        name: "城南污水处理厂扩建",
        tasks: 300,
        seed: 2,
        manager: "zhang.wei",
        members: &[
            ("zhou.zhengguo", Role::Reader),
            ("he.jing", Role::Planner),
            ("zhao.qiang", Role::Planner),
            ("wang.jianguo", Role::Member),
            ("zhou.ting", Role::Member),
            ("wu.lei", Role::Member),
        ],
    },
    DemoProject {
        name: "总部办公楼机电改造",
        tasks: 60,
        seed: 3,
        manager: "li.min",
        members: &[
            ("admin", Role::Manager),
            ("sun.liping", Role::Reader),
            ("liu.yang", Role::Planner),
            ("zhao.qiang", Role::Member),
            ("ma.chao", Role::Member),
        ],
    },
];

/// An account of the demo, for the list that is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// The name to sign in with.
    pub name: &'static str,
    /// Name, department and post; what they may do in which project.
    pub about: String,
}

/// The demo cannot be filled in; what was stored until then stays, and the next start goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody's real data.
    #[error(
        "--demo needs an empty data folder, and this one holds other data; give another --data"
    )]
    NotEmpty,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// A command was refused.
    #[error("a demo plan is refused: {0}")]
    Command(#[from] CommandError),
    /// The log refused a change.
    #[error("a change of a demo plan was not stored: {0}")]
    Refused(String),
}

/// Fills an empty data folder, or finishes what an earlier start began, and gives the accounts.
pub async fn fill(
    store: &Store,
    documents: &impl DocumentLog,
    packs: &Packs,
    now: Timestamp,
) -> Result<Vec<DemoAccount>, DemoError> {
    if store.organisation_name().await? != ORGANISATION {
        if !store.nobody().await? {
            return Err(DemoError::NotEmpty);
        }
        store.name_organisation(ORGANISATION).await?;
    }
    people::fill(store, packs, now).await?;
    for (place, demo) in (0..).zip(&PROJECTS) {
        // lists show the newest first
        let project = project(store, demo, now.plus_ms(-place)).await?;
        fill_plan(
            store,
            documents,
            &project,
            demo,
            manager(store, demo).await?,
            now,
        )
        .await?;
    }
    Ok(accounts())
}

async fn id_of(store: &Store, name: &str) -> Result<PersonId, DemoError> {
    let account = store.account_named(name).await?;
    Ok(account.ok_or(StoreError::NotFound("person"))?.person.id)
}

async fn manager(store: &Store, demo: &DemoProject) -> Result<PersonId, DemoError> {
    id_of(store, demo.manager).await
}

/// The project, made where it is not there. Members are put only then: people may change them.
async fn project(store: &Store, demo: &DemoProject, now: Timestamp) -> Result<Project, DemoError> {
    let manager = manager(store, demo).await?;
    let there = store
        .projects(manager)
        .await?
        .into_iter()
        .find(|p| p.name == demo.name);
    if let Some(project) = there {
        return Ok(project);
    }
    let new = ProjectToMake {
        begun: true,
        id: ProjectId::from_bytes(random_bytes()?),
        name: demo.name.to_owned(),
        manager,
        plan: DocumentId::from_bytes(random_bytes()?),
        progress: DocumentId::from_bytes(random_bytes()?),
    };
    let project = store.add_project(&new, now).await?;
    for (name, role) in demo.members {
        store
            .put_member(project.id, id_of(store, name).await?, *role)
            .await?;
    }
    Ok(project)
}

/// What several of the demo's projects share: each with how many there are.
const CREWS: [(&str, i64); 4] = [("钢筋班", 4), ("混凝土班", 3), ("塔吊", 2), ("机电班", 5)];

/// Every third task asks for a crew; at times two ask for more than there is.
fn ask_for_crews(plan: &mut Plan) {
    for (n, (name, units)) in (1..).zip(CREWS) {
        plan.resources.push(Resource {
            name: name.to_owned(),
            units: units * WHOLE,
            ..Resource::new(ResourceId::from_bytes([n; 8]))
        });
    }
    let above: HashSet<TaskId> = plan.tasks.iter().filter_map(|task| task.parent).collect();
    let work = plan.tasks.iter().filter(|task| !above.contains(&task.id));
    for (i, task) in work.filter(|task| task.duration > 0).enumerate().step_by(3) {
        let crew = i / 3 % CREWS.len();
        let Some((resource, (_, units))) = plan.resources.get(crew).zip(CREWS.get(crew)) else {
            continue;
        };
        let asked = (units / 2).max(1) * WHOLE;
        let work = work_of(task.duration, asked);
        let asked = Assignment::of(task.id, resource.id, asked, work);
        plan.assignments.push(asked);
    }
}

async fn fill_plan(
    store: &Store,
    documents: &impl DocumentLog,
    project: &Project,
    demo: &DemoProject,
    person: PersonId,
    now: Timestamp,
) -> Result<(), DemoError> {
    let mut plan = shared::doc::sample::plan(demo.tasks, demo.seed);
    demo.name.clone_into(&mut plan.name);
    report_progress(&mut plan);
    ask_for_crews(&mut plan);
    for (id, kind) in [
        (project.plan, DocumentKind::Plan),
        (project.progress, DocumentKind::Progress),
    ] {
        let row = documents
            .find(id)
            .await?
            .ok_or(StoreError::NotFound("document"))?;
        if row.head > 0 {
            continue;
        }
        let mut document = Document::new(kind, random_bytes()?);
        let command = Command::ImportPlan {
            plan: Box::new(plan.clone()),
        };
        let done = perform(&mut document, &command, Author { person, at: now })?;
        let changes = done
            .changes
            .into_iter()
            .map(|change| {
                let checked = check_change(&change.bytes)
                    .map_err(|refusal| DemoError::Refused(format!("{refusal:?}")))?;
                Ok(Offered {
                    header: checked.header,
                    ops: checked.ops,
                    operations: checked.operations,
                    bytes: change.bytes,
                })
            })
            .collect::<Result<Vec<_>, DemoError>>()?;
        let append = Append {
            document: id,
            person,
            at: now,
            policy: store.standing(person, project.id).await?.policy,
            head: None,
            changes,
        };
        let Appended::Done(outcomes) = documents.append(append).await? else {
            return Err(DemoError::Refused("its members change".to_owned()));
        };
        for (_, outcome) in outcomes {
            if !matches!(outcome, Outcome::Stored(_) | Outcome::Present(_)) {
                return Err(DemoError::Refused(format!("{outcome:?}")));
            }
        }
    }
    Ok(())
}

/// The first third of the project's time has gone as planned.
fn report_progress(plan: &mut Plan) {
    let (dates, _) = schedule(plan);
    let length = dates.finish.minutes() - dates.start.minutes();
    let today = Moment::from_minutes(dates.start.minutes() + length / 3);
    let summaries: std::collections::HashSet<_> =
        plan.tasks.iter().filter_map(|t| t.parent).collect();
    for (task, row) in plan.tasks.iter_mut().zip(&dates.rows) {
        if summaries.contains(&task.id) || row.early_start >= today {
            continue;
        }
        task.actual_start = Some(row.early_start);
        if row.early_finish <= today {
            task.actual_finish = Some(row.early_finish);
            task.percent = 100;
        } else {
            task.percent = 50;
        }
    }
}

fn accounts() -> Vec<DemoAccount> {
    let role = |demo: &DemoProject, name: &str| {
        if demo.manager == name {
            Some(Role::Manager)
        } else {
            demo.members
                .iter()
                .find(|(member, _)| *member == name)
                .map(|(_, role)| *role)
        }
    };
    people::PEOPLE
        .iter()
        .map(|&(name, display_name, department, post)| {
            let mut about = format!("{display_name} · {department} {post}");
            for demo in &PROJECTS {
                if let Some(role) = role(demo, name) {
                    let role = match role {
                        Role::Manager => "项目经理 manager",
                        Role::Planner => "计划员 planner",
                        Role::Member => "成员 member",
                        Role::Reader => "只读 reader",
                    };
                    about.push_str(&format!(" · {} {role}", demo.name));
                }
            }
            DemoAccount { name, about }
        })
        .collect()
}
