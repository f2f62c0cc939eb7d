use super::*;

fn known() -> Known {
    let (department, post) = (
        DepartmentId::from_bytes([1; 16]),
        PostId::from_bytes([1; 16]),
    );
    let person = |n, name: &str, active| KnownPerson {
        id: PersonId::from_bytes([n; 16]),
        name: name.to_owned(),
        department: Some(department),
        active,
    };
    Known {
        departments: [("财务部".to_owned(), department)].into(),
        posts: [("会计".to_owned(), post)].into(),
        people: [
            ("chen.jing".to_owned(), person(1, "陈静", true)),
            ("old".to_owned(), person(2, "旧人", false)),
        ]
        .into(),
        heads: [(department, PersonId::from_bytes([1; 16]))].into(),
        holders: [(post, PersonId::from_bytes([1; 16]))].into(),
    }
}

/// Department, post, name, account, head, password.
fn row(number: u32, cells: [&str; 6]) -> Row {
    let [department, post, name, account, head, password] = cells.map(str::to_owned);
    Row {
        sheet: "人员".to_owned(),
        number,
        department,
        post,
        name,
        account,
        head: match head.as_str() {
            "是" => Some(true),
            "否" => Some(false),
            _ => None,
        },
        password,
    }
}

fn outcome(rows: &[Row]) -> (Vec<Line>, Vec<Problem>) {
    plan(&known(), rows, |password, _| password.len() >= 10)
}

fn told(rows: &[Row]) -> Vec<(Becomes, What, String, String)> {
    let (lines, problems) = outcome(rows);
    assert_eq!(problems, []);
    lines
        .into_iter()
        .map(|line| (line.becomes, line.what, line.account, line.name))
        .collect()
}

fn wrong(rows: &[Row]) -> Vec<(u32, Option<Column>, Wrong)> {
    let (_, problems) = outcome(rows);
    let found = problems.into_iter();
    found.map(|p| (p.row, p.column, p.wrong)).collect()
}

const NEW: [&str; 6] = [
    "技术部",
    "工程师",
    "赵强",
    "Zhao.Qiang",
    "是",
    "first-password",
];

#[test]
fn a_new_person_comes_with_their_department_and_post() {
    use Becomes::Added;
    let added = |what, account: &str, name: &str| (Added, what, account.into(), name.into());
    let expected = [
        added(What::Department, "", "技术部"),
        added(What::Post, "", "工程师"),
        added(What::Person, "zhao.qiang", "赵强"),
        added(What::Belongs, "zhao.qiang", "技术部"),
        added(What::Holds, "zhao.qiang", "工程师"),
        added(What::Heads, "zhao.qiang", "技术部"),
    ];
    assert_eq!(told(&[row(2, NEW)]), expected);
}

#[test]
fn what_is_so_already_is_left_and_what_is_not_in_the_table_stays() {
    let same = row(2, ["财务部", "会计", "陈静", "CHEN.jing", "是", ""]);
    assert!(told(&[same]).iter().all(|line| line.0 == Becomes::Left));
    let only = row(2, ["", "", "", "chen.jing", "", ""]);
    assert_eq!(told(&[only]), []);
}

#[test]
fn the_organisation_as_rows_changes_nothing_when_it_comes_again() {
    let mut known = known();
    let id = |n| DepartmentId::from_bytes([n; 16]);
    for (n, name) in [(2, "技术部"), (3, "质量部")] {
        known.departments.insert(name.to_owned(), id(n));
    }
    let chen = PersonId::from_bytes([1; 16]);
    known.heads.insert((id(2), chen));
    for (n, name) in [(2, "出纳"), (3, "总监")] {
        known
            .posts
            .insert(name.to_owned(), PostId::from_bytes([n; 16]));
    }
    known.holders.insert((PostId::from_bytes([2; 16]), chen));
    let rows = rows(&known);
    // who may not sign in is left out
    assert!(rows.iter().all(|row| row.account != "old"));
    let (lines, problems) = plan(&known, &rows, |_, _| false);
    assert_eq!(problems, []);
    assert!(lines.iter().all(|line| line.becomes == Becomes::Left));
    let of = |what| lines.iter().filter(|line| line.what == what).count();
    let whats = [
        What::Department,
        What::Post,
        What::Person,
        What::Holds,
        What::Heads,
    ];
    let counts = whats.map(of);
    assert_eq!(counts, [3, 3, 1, 2, 2]);
}

#[test]
fn a_person_who_is_there_is_renamed_moved_and_heads_no_more() {
    let rows = [
        row(2, ["技术部", "", "陈婧", "chen.jing", "", ""]),
        row(3, ["财务部", "", "", "chen.jing", "否", ""]),
    ];
    // the second department is not where they belong, and only a head has one more
    assert_eq!(
        wrong(&rows),
        [(3, Some(Column::Department), Wrong::TwoDepartments)]
    );
    let renamed = row(2, ["财务部", "", "陈婧", "chen.jing", "否", ""]);
    let told = told(&[renamed]);
    let changed: Vec<_> = told.iter().filter(|l| l.0 == Becomes::Changed).collect();
    assert_eq!(
        changed.iter().map(|l| l.1).collect::<Vec<_>>(),
        [What::Person, What::HeadsNoMore]
    );
}

#[test]
fn more_rows_of_an_account_give_more_posts_and_headships() {
    let rows = [
        row(2, NEW),
        row(3, ["质量部", "安全员", "", "zhao.qiang", "是", ""]),
    ];
    let told = told(&rows);
    let of = |what| told.iter().filter(|line| line.1 == what).count();
    let counts = [What::Belongs, What::Holds, What::Heads, What::Person].map(of);
    assert_eq!(counts, [1, 2, 2, 1]);
}

#[test]
fn a_row_without_a_person_makes_its_department_and_post() {
    let told = told(&[row(2, ["质量部", "总监", "", "", "", ""])]);
    assert_eq!(told.len(), 2);
}

#[test]
fn a_new_person_needs_a_name_and_a_good_first_password() {
    let with = |name, password| row(5, ["", "", name, "wu", "", password]);
    assert_eq!(
        wrong(&[with("", "first-password")]),
        [(5, Some(Column::Name), Wrong::NoName)]
    );
    let password = Some(Column::Password);
    assert_eq!(
        wrong(&[with("吴磊", "")]),
        [(5, password, Wrong::NoPassword)]
    );
    assert_eq!(
        wrong(&[with("吴磊", "short")]),
        [(5, password, Wrong::BadPassword)]
    );
    let other = row(6, ["", "", "", "wu", "", "another-password"]);
    assert_eq!(
        wrong(&[with("吴磊", "first-password"), other]),
        [(5, password, Wrong::Contradicts)]
    );
}

#[test]
fn a_name_without_an_account_and_a_bad_account_are_problems() {
    let account = Some(Column::Account);
    assert_eq!(
        wrong(&[row(2, ["", "", "吴磊", "", "", ""])]),
        [(2, account, Wrong::NoAccount)]
    );
    let bad = row(3, ["", "", "吴磊", "wu lei", "", "first-password"]);
    assert_eq!(wrong(&[bad]), [(3, account, Wrong::BadAccount)]);
    let gone = row(4, ["", "会计", "", "old", "", ""]);
    assert_eq!(wrong(&[gone]), [(4, account, Wrong::Inactive)]);
}

#[test]
fn rows_that_contradict_each_other_are_problems() {
    let rows = [
        row(2, NEW),
        row(3, ["技术部", "", "赵墙", "zhao.qiang", "否", ""]),
    ];
    assert_eq!(
        wrong(&rows),
        [
            (3, Some(Column::Name), Wrong::TwoNames),
            (3, Some(Column::Head), Wrong::Contradicts)
        ]
    );
    let headless = row(2, ["", "", "赵强", "zhao.qiang", "是", "first-password"]);
    assert_eq!(
        wrong(&[headless]),
        [(2, Some(Column::Head), Wrong::NoDepartment)]
    );
}

#[test]
fn texts_that_are_too_long_and_too_many_people_are_problems() {
    let long = "长".repeat(101);
    let rows = [row(2, [&long, "", "", "", "", ""])];
    assert_eq!(
        wrong(&rows),
        [(2, Some(Column::Department), Wrong::BadText)]
    );
    let many: Vec<Row> = (0..=MOST_NEW as u32)
        .map(|n| row(n, ["", "", "某", &format!("p{n}"), "", "first-password"]))
        .collect();
    let problems = wrong(&many);
    assert_eq!(
        problems,
        [(MOST_NEW as u32, Some(Column::Account), Wrong::TooMany)]
    );
}
