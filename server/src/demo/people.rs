//! Who is in the demo's organisation, and who holds the roles of the packs that are offered.

use shared::api::{Dates, Grant, NewPerson};
use shared::base::{DepartmentId, GrantId, PersonId, PostId, Timestamp};
use shared::domain::organisation::Party;
use shared::pack::definition::Holder;

use super::{DemoError, PASSWORD};
use crate::packs::Packs;
use crate::password::hash_here;
use crate::secret::random_bytes;
use crate::store::{AuditEvent, Store, StoreError};

/// Name, and the account of who heads it.
const DEPARTMENTS: [(&str, &str); 9] = [
    ("总经理办公室", "zhou.zhengguo"),
    ("经营计划部", "li.min"),
    ("业务部门", "gao.feng"),
    ("商务部", "liu.yang"),
    ("技术部", "zhang.wei"),
    ("财务部", "qian.li"),
    ("质量部", "zhou.ting"),
    ("运营部", "zheng.kai"),
    ("项目部", "wang.jianguo"),
];

/// Account, name shown, department, post.
pub(super) const PEOPLE: [(&str, &str, &str, &str); 20] = [
    ("admin", "系统管理员", "经营计划部", "系统管理员"),
    ("zhou.zhengguo", "周正国", "总经理办公室", "公司领导"),
    ("sun.liping", "孙立平", "总经理办公室", "总工程师"),
    ("li.min", "李敏", "经营计划部", "部长"),
    ("he.jing", "何静", "经营计划部", "计划员"),
    ("gao.feng", "高峰", "业务部门", "业务经理"),
    ("luo.dan", "罗丹", "业务部门", "业务员"),
    ("liu.yang", "刘洋", "商务部", "商务总监"),
    ("xu.fang", "徐芳", "商务部", "商务经理"),
    ("zhang.wei", "张伟", "技术部", "技术负责人"),
    ("zhao.qiang", "赵强", "技术部", "工程师"),
    ("qian.li", "钱莉", "财务部", "财务经理"),
    ("chen.jing", "陈静", "财务部", "会计"),
    ("zhou.ting", "周婷", "质量部", "质量工程师"),
    ("wu.lei", "吴磊", "质量部", "安全员"),
    ("zheng.kai", "郑凯", "运营部", "运营主管"),
    ("xie.yu", "谢雨", "运营部", "运营专员"),
    ("wang.jianguo", "王建国", "项目部", "项目经理"),
    ("ma.chao", "马超", "项目部", "施工员"),
    ("lin.xiaoyu", "林晓雨", "项目部", "资料员"),
];

/// Posts that roles of regulations are given to, and who holds them.
const POSTS: [(&str, &[&str]); 9] = [
    (LEADER, &["zhou.zhengguo", "sun.liping"]),
    ("上级领导", &["zhou.zhengguo", "sun.liping"]),
    ("管理层", &["zhou.zhengguo", "sun.liping"]),
    ("商务总监", &["liu.yang"]),
    ("商务经理", &["xu.fang"]),
    ("运营主管", &["zheng.kai"]),
    ("运营专员", &["xie.yu"]),
    ("运营团队负责人", &["zheng.kai"]),
    ("项目发起人", &["luo.dan", "ma.chao"]),
];

/// The post and the department of roles that no other here is called like.
const LEADER: &str = "公司领导";
const PLANNING: &str = "经营计划部";

/// Regulations call departments by what they do in them: who does it here. A step's department is not the one that asks.
const CALLED: [(&str, &str); 7] = [
    ("申请部门", "业务部门"),
    ("申报部门", "项目部"),
    ("市场部门", "商务部"),
    ("设计部门", "技术部"),
    ("策划部门", "运营部"),
    ("产品部门", "业务部门"),
    ("相关部门", "技术部"),
];

const BY: AuditEvent<'_> = AuditEvent {
    event: "demo_filled",
    name: "demo",
    by: None,
    address: "",
    detail: "",
};

/// Fills in departments, people and posts, and who holds which role; what is there stays.
pub(super) async fn fill(store: &Store, packs: &Packs, now: Timestamp) -> Result<(), DemoError> {
    for (name, _) in DEPARTMENTS {
        let id = DepartmentId::from_bytes(random_bytes()?);
        there(store.add_department(id, name, &BY, now).await)?;
    }
    for (name, _) in POSTS {
        let id = PostId::from_bytes(random_bytes()?);
        there(store.add_post(id, name, &BY, now).await)?;
    }
    let departments = store.organisation().await?.departments;
    let department = |name: &str| departments.iter().find(|d| d.name == name).map(|d| d.id);
    let hash = hash_here(PASSWORD)?;
    for (name, display_name, belongs, post) in PEOPLE {
        let person = NewPerson {
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            department: department(belongs),
            post: post.to_owned(),
            administrator: name == "admin",
            password: String::new(),
        };
        let id = PersonId::from_bytes(random_bytes()?);
        there(store.add_person(id, &person, &hash, false, now).await)?;
    }
    let dates = Dates::default();
    for (name, head) in DEPARTMENTS {
        let head = super::id_of(store, head).await?;
        let department = department(name).ok_or(StoreError::NotFound("department"))?;
        there(store.put_head(department, head, &dates, &BY, now).await)?;
    }
    let posts = store.posts(now).await?;
    for (name, holders) in POSTS {
        let post = posts.iter().find(|post| post.name == name);
        let post = post.ok_or(StoreError::NotFound("post"))?.id;
        for holder in holders {
            let holder = super::id_of(store, holder).await?;
            there(store.put_holder(post, holder, &dates, &BY, now).await)?;
        }
    }
    let post = |name: &str| posts.iter().find(|post| post.name == name).map(|p| p.id);
    for pack in packs.whole() {
        for role in &pack.roles {
            let to = match role.holder {
                Holder::Department => department(doing(&role.name.zh)).map(Party::Department),
                Holder::Post => post(&role.name.zh)
                    .or_else(|| post(LEADER))
                    .map(Party::Post),
                Holder::Project | Holder::Outside => None,
            };
            let Some(to) = to else { continue };
            let grant = Grant {
                id: GrantId::from_bytes(random_bytes()?),
                pack: pack.id.to_string(),
                role: role.id.to_string(),
                to,
                project: None,
                since: now,
                until: None,
            };
            there(store.add_grant(&grant, &BY, now).await)?;
        }
    }
    Ok(())
}

/// What is there already is left.
fn there<T>(done: Result<T, StoreError>) -> Result<(), StoreError> {
    match done {
        Ok(_) | Err(StoreError::Exists(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The department here that does what a regulation's department does.
fn doing(called: &str) -> &'static str {
    let bare = |name: &str| {
        let endings = ["部门", "团队", "部"];
        let bare = endings.iter().find_map(|ending| name.strip_suffix(ending));
        bare.unwrap_or(name).to_owned()
    };
    let alike = DEPARTMENTS
        .iter()
        .map(|(name, _)| *name)
        .find(|name| bare(name) == bare(called));
    let known = || CALLED.iter().find(|(name, _)| *name == called);
    alike.unwrap_or_else(|| known().map_or(PLANNING, |(_, here)| here))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_regulations_department_is_the_one_that_is_called_alike_or_does_the_same() {
        for (called, here) in [
            ("财务部门", "财务部"),
            ("运营团队", "运营部"),
            ("业务部门", "业务部门"),
            ("市场部门", "商务部"),
            ("项目管理部门", PLANNING),
        ] {
            assert_eq!(doing(called), here);
        }
    }

    #[tokio::test]
    async fn every_role_of_every_pack_that_the_organisation_gives_is_held_by_somebody() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let now = Timestamp(1_800_000_000_000);
        let packs = Packs::load(store.clone(), None).await.unwrap();
        fill(&store, &packs, now).await.unwrap();
        // a second start finds all there
        fill(&store, &packs, now.plus_ms(1)).await.unwrap();
        assert!(packs.whole().count() >= 5);
        for pack in packs.whole() {
            let people = store.people_at(pack, None, now).await.unwrap();
            for role in &pack.roles {
                let given = matches!(role.holder, Holder::Department | Holder::Post);
                for held in [&people.deciders.roles, &people.starters] {
                    let held = held.get(&role.id).is_some_and(|held| !held.is_empty());
                    assert_eq!(held, given, "{} {}", pack.id, role.id);
                }
            }
            assert_eq!(people.deciders.keepers.len(), 1);
            let grants = store.grants(Some(&pack.id), now).await.unwrap();
            let given = |role: &&shared::pack::definition::Role| {
                matches!(role.holder, Holder::Department | Holder::Post)
            };
            assert_eq!(grants.len(), pack.roles.iter().filter(given).count());
        }
    }
}
