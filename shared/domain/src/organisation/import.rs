//! What a table of people would change in the organisation.
//!
//! A row is a person, by their account. The department of the first row of an account is where they belong; each row gives
//! them its post, and with 负责人 "yes" lets them head its department ("no": they head it no more; nothing: as it is). A
//! row without a person makes its department and its post. Nothing is taken away for not being in the table. One problem
//! anywhere, and nothing is changed.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentId, PersonId, PostId};
use serde::{Deserialize, Serialize};

/// The most new people of one table: each password takes its time.
pub const MOST_NEW: usize = 300;
/// The longest name of an account, and of anything else, in characters.
const LONGEST: (usize, usize) = (64, 100);

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// 部门.
    Department,
    /// 岗位.
    Post,
    /// 姓名.
    Name,
    /// 账号.
    Account,
    /// 负责人.
    Head,
    /// 初始密码.
    Password,
}

/// A row of the table. Texts are trimmed; empty for nothing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Its sheet.
    pub sheet: String,
    /// Its number there, as the program shows it.
    pub number: u32,
    /// 部门.
    pub department: String,
    /// 岗位.
    pub post: String,
    /// 姓名.
    pub name: String,
    /// 账号.
    pub account: String,
    /// 负责人.
    pub head: Option<bool>,
    /// 初始密码.
    pub password: String,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// The sheet has no heading that says which column is what.
    NoHeadings,
    /// It must be yes or no.
    NotYesOrNo,
    /// A person without an account.
    NoAccount,
    /// An account may hold letters, digits and `. _ - @` only.
    BadAccount,
    /// A new person without a name.
    NoName,
    /// A new person without a first password.
    NoPassword,
    /// The password is too short, too long, or the account's name.
    BadPassword,
    /// The text is too long, or has signs that cannot be shown.
    BadText,
    /// Another row gives the account another name.
    TwoNames,
    /// Another row gives the account another department; only who heads it has more than one.
    TwoDepartments,
    /// Another row says the contrary.
    Contradicts,
    /// Who heads a department needs one.
    NoDepartment,
    /// The person is there and may not sign in.
    Inactive,
    /// More new people than one table may have.
    TooMany,
}

/// A problem, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The sheet.
    pub sheet: String,
    /// The row's number; 0: the sheet as a whole.
    pub row: u32,
    /// The column.
    pub column: Option<Column>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// The organisation as it is.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Its departments.
    pub departments: BTreeMap<String, DepartmentId>,
    /// Its posts.
    pub posts: BTreeMap<String, PostId>,
    /// Its people, by [`key`].
    pub people: BTreeMap<String, KnownPerson>,
    /// Who heads which department, now or later.
    pub heads: BTreeSet<(DepartmentId, PersonId)>,
    /// Who holds which post, now or later.
    pub holders: BTreeSet<(PostId, PersonId)>,
}

/// A person who is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Their id.
    pub id: PersonId,
    /// The name shown to others.
    pub name: String,
    /// Where they belong.
    pub department: Option<DepartmentId>,
    /// They may sign in.
    pub active: bool,
}

/// What a line of the outcome is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// There is a department.
    Department,
    /// There is a post.
    Post,
    /// There is a person; with their name.
    Person,
    /// A person belongs to a department.
    Belongs,
    /// A person holds a post.
    Holds,
    /// A person heads a department.
    Heads,
    /// A person heads a department no more.
    HeadsNoMore,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Becomes {
    /// It was not there.
    Added,
    /// It was otherwise.
    Changed,
    /// It is so already.
    Left,
}

/// A line of the outcome.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// What becomes of it.
    pub becomes: Becomes,
    /// What it is about.
    pub what: What,
    /// The person's account as it is compared; empty for departments and posts.
    pub account: String,
    /// The name of the department, post or person.
    pub name: String,
    /// The row that says it, by its place among all.
    pub row: usize,
}

/// How names of accounts are compared.
pub fn key(account: &str) -> String {
    account.trim().to_lowercase()
}

/// The organisation as rows: one for each person who may sign in, with where they belong and a post; more rows for more
/// posts and headships; and one for each department and post that is in no other.
pub fn rows(known: &Known) -> Vec<Row> {
    let departments: BTreeMap<DepartmentId, &String> = known
        .departments
        .iter()
        .map(|(name, id)| (*id, name))
        .collect();
    let posts: BTreeMap<PostId, &String> =
        known.posts.iter().map(|(name, id)| (*id, name)).collect();
    let mut rows = Vec::new();
    for (account, person) in known.people.iter().filter(|(_, person)| person.active) {
        let home = person.department;
        let heads = |id: &DepartmentId| known.heads.contains(&(*id, person.id));
        let named = |id: &DepartmentId| departments.get(id).map(|name| (*name).clone());
        let of_person = Row {
            account: account.clone(),
            name: person.name.clone(),
            ..Row::default()
        };
        let mut first = Row {
            department: home.as_ref().and_then(named).unwrap_or_default(),
            head: home.as_ref().map(heads),
            ..of_person.clone()
        };
        let held = known
            .holders
            .iter()
            .filter(|(_, holder)| *holder == person.id);
        let mut held = held.filter_map(|(post, _)| posts.get(post));
        if let Some(post) = held.next() {
            first.post.clone_from(post);
        }
        rows.push(first);
        rows.extend(held.map(|post| Row {
            post: (*post).clone(),
            ..of_person.clone()
        }));
        let more = known
            .heads
            .iter()
            .filter(|(department, head)| *head == person.id && Some(*department) != home);
        rows.extend(more.filter_map(|(department, _)| {
            Some(Row {
                department: named(department)?,
                head: Some(true),
                ..of_person.clone()
            })
        }));
    }
    let used: BTreeSet<String> = rows.iter().map(|row| row.department.clone()).collect();
    let mut more: Vec<Row> = Vec::new();
    for name in known
        .departments
        .keys()
        .filter(|name| !used.contains(*name))
    {
        more.push(Row {
            department: name.clone(),
            ..Row::default()
        });
    }
    let used: BTreeSet<String> = rows.iter().map(|row| row.post.clone()).collect();
    for name in known.posts.keys().filter(|name| !used.contains(*name)) {
        more.push(Row {
            post: name.clone(),
            ..Row::default()
        });
    }
    rows.extend(more);
    rows
}

/// What the rows would change, in the order in which it can be done; and what is wrong with them. `password` says whether
/// a first password is good for an account.
pub fn plan(
    known: &Known,
    rows: &[Row],
    password: impl Fn(&str, &str) -> bool,
) -> (Vec<Line>, Vec<Problem>) {
    let mut plan = Planning {
        known,
        rows,
        lines: Vec::new(),
        problems: Vec::new(),
    };
    plan.things();
    let mut people: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut order = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if row.account.is_empty() {
            plan.without_account(at, row);
            continue;
        }
        let of = people.entry(key(&row.account)).or_insert_with(|| {
            order.push(key(&row.account));
            Vec::new()
        });
        of.push(at);
    }
    let mut new = 0;
    for account in order {
        let Some(of) = people.get(&account) else {
            continue;
        };
        let before = known.people.get(&account);
        if before.is_none() {
            new += 1;
            if let (true, Some(first)) = (new > MOST_NEW, of.first()) {
                plan.wrong(*first, Column::Account, Wrong::TooMany);
                break;
            }
        }
        plan.person(&account, of, before, &password);
    }
    plan.problems.sort();
    plan.problems.dedup();
    (plan.lines, plan.problems)
}

struct Planning<'a> {
    known: &'a Known,
    rows: &'a [Row],
    lines: Vec<Line>,
    problems: Vec<Problem>,
}

impl Planning<'_> {
    fn wrong(&mut self, at: usize, column: Column, wrong: Wrong) {
        if let Some(row) = self.rows.get(at) {
            self.problems.push(Problem {
                sheet: row.sheet.clone(),
                row: row.number,
                column: Some(column),
                wrong,
            });
        }
    }

    fn line(&mut self, becomes: Becomes, what: What, account: &str, name: &str, row: usize) {
        self.lines.push(Line {
            becomes,
            what,
            account: account.to_owned(),
            name: name.to_owned(),
            row,
        });
    }

    /// Departments and posts, each once.
    fn things(&mut self) {
        let rows = self.rows;
        let (mut departments, mut posts) = (BTreeSet::new(), BTreeSet::new());
        for (at, row) in rows.iter().enumerate() {
            for (name, column, what, seen) in [
                (
                    &row.department,
                    Column::Department,
                    What::Department,
                    &mut departments,
                ),
                (&row.post, Column::Post, What::Post, &mut posts),
            ] {
                if name.is_empty() || !seen.insert(name) {
                    continue;
                }
                if !is_text(name) {
                    self.wrong(at, column, Wrong::BadText);
                    continue;
                }
                let there = match what {
                    What::Department => self.known.departments.contains_key(name),
                    _ => self.known.posts.contains_key(name),
                };
                let becomes = if there { Becomes::Left } else { Becomes::Added };
                self.line(becomes, what, "", name, at);
            }
        }
    }

    fn without_account(&mut self, at: usize, row: &Row) {
        if !row.name.is_empty() || !row.password.is_empty() || row.head == Some(true) {
            self.wrong(at, Column::Account, Wrong::NoAccount);
        }
    }

    fn person(
        &mut self,
        account: &str,
        of: &[usize],
        before: Option<&KnownPerson>,
        password: &impl Fn(&str, &str) -> bool,
    ) {
        let rows = self.rows;
        let of: Vec<(usize, &Row)> = of
            .iter()
            .filter_map(|at| Some((*at, rows.get(*at)?)))
            .collect();
        let Some((first, _)) = of.first().copied() else {
            return;
        };
        let good = account.chars().count() <= LONGEST.0
            && account
                .chars()
                .all(|c| c.is_alphanumeric() || "._-@".contains(c));
        if !good {
            self.wrong(first, Column::Account, Wrong::BadAccount);
        }
        if before.is_some_and(|person| !person.active) {
            self.wrong(first, Column::Account, Wrong::Inactive);
        }
        let name = self.name(&of);
        match (before, name) {
            (None, None) => self.wrong(first, Column::Name, Wrong::NoName),
            (None, Some((at, name))) => {
                self.password(account, &of, password);
                self.line(Becomes::Added, What::Person, account, name, at);
            }
            (Some(_), None) => {}
            (Some(before), Some((at, name))) => {
                let same = before.name == name;
                let becomes = if same {
                    Becomes::Left
                } else {
                    Becomes::Changed
                };
                self.line(becomes, What::Person, account, name, at);
            }
        }
        self.belongs(account, &of, before);
        self.holds(account, &of, before);
        self.heads(account, &of, before);
    }

    /// The one name that the rows give.
    fn name<'r>(&mut self, of: &[(usize, &'r Row)]) -> Option<(usize, &'r str)> {
        let mut named = of.iter().filter(|(_, row)| !row.name.is_empty());
        let (at, first) = named.next()?;
        if !is_text(&first.name) {
            self.wrong(*at, Column::Name, Wrong::BadText);
        }
        for (at, row) in named {
            if row.name != first.name {
                self.wrong(*at, Column::Name, Wrong::TwoNames);
            }
        }
        Some((*at, &first.name))
    }

    /// Of who is new.
    fn password(
        &mut self,
        account: &str,
        of: &[(usize, &Row)],
        password: &impl Fn(&str, &str) -> bool,
    ) {
        let given = of.iter().find(|(_, row)| !row.password.is_empty());
        match (given, of.first()) {
            (Some((at, row)), _) => {
                if !password(&row.password, account) {
                    self.wrong(*at, Column::Password, Wrong::BadPassword);
                }
                if of
                    .iter()
                    .any(|(_, other)| !other.password.is_empty() && other.password != row.password)
                {
                    self.wrong(*at, Column::Password, Wrong::Contradicts);
                }
            }
            (None, Some((at, _))) => self.wrong(*at, Column::Password, Wrong::NoPassword),
            (None, None) => {}
        }
    }

    fn belongs(&mut self, account: &str, of: &[(usize, &Row)], before: Option<&KnownPerson>) {
        let mut rows = of.iter().filter(|(_, row)| !row.department.is_empty());
        let Some((at, home)) = rows.next() else {
            return;
        };
        for (at, row) in rows {
            if row.department != home.department && row.head != Some(true) {
                self.wrong(*at, Column::Department, Wrong::TwoDepartments);
            }
        }
        let there = self.known.departments.get(&home.department);
        let becomes = match before.and_then(|person| person.department) {
            None => Becomes::Added,
            Some(old) if there == Some(&old) => Becomes::Left,
            Some(_) => Becomes::Changed,
        };
        self.line(becomes, What::Belongs, account, &home.department, *at);
    }

    fn holds(&mut self, account: &str, of: &[(usize, &Row)], before: Option<&KnownPerson>) {
        let mut seen = BTreeSet::new();
        for (at, row) in of {
            if row.post.is_empty() || !seen.insert(&row.post) {
                continue;
            }
            let there = self.known.posts.get(&row.post);
            let holds = before
                .zip(there)
                .is_some_and(|(person, post)| self.known.holders.contains(&(*post, person.id)));
            let becomes = if holds { Becomes::Left } else { Becomes::Added };
            self.line(becomes, What::Holds, account, &row.post, *at);
        }
    }

    fn heads(&mut self, account: &str, of: &[(usize, &Row)], before: Option<&KnownPerson>) {
        let mut said: BTreeMap<&str, bool> = BTreeMap::new();
        for (at, row) in of {
            let Some(head) = row.head else { continue };
            if row.department.is_empty() {
                if head {
                    self.wrong(*at, Column::Head, Wrong::NoDepartment);
                }
                continue;
            }
            match said.insert(&row.department, head) {
                Some(other) if other != head => {
                    self.wrong(*at, Column::Head, Wrong::Contradicts);
                    continue;
                }
                Some(_) => continue,
                None => {}
            }
            let there = self.known.departments.get(&row.department);
            let heads = before
                .zip(there)
                .is_some_and(|(person, there)| self.known.heads.contains(&(*there, person.id)));
            let (becomes, what) = match (head, heads) {
                (true, true) => (Becomes::Left, What::Heads),
                (true, false) => (Becomes::Added, What::Heads),
                (false, true) => (Becomes::Changed, What::HeadsNoMore),
                (false, false) => continue,
            };
            self.line(becomes, what, account, &row.department, *at);
        }
    }
}

fn is_text(text: &str) -> bool {
    text.chars().count() <= LONGEST.1 && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
