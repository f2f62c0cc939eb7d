//! Columns and what stands in them.

use super::*;
use domain::plan::Rules;
use exchange::table::{DayOrder, Field, Lengths, MoneyUnit, Outline};

#[test]
fn headings_and_outline_of_a_plan_of_a_chinese_office_are_found() {
    let (mapping, imported) = read(
        "一号楼施工总进度计划,,,,,,,,,,\n\
         编制：张三,,,,,,,,,,\n\
         序号,任务名称,工期（天）,开始时间,完成时间,前置任务,完成百分比,责任人,交付物,预算（万元）,备注\n\
         1,基础,,2026年3月2日,2026年3月13日,,50%,王建国,,,\n\
         1.1,土方开挖,5天,2026年3月2日,2026年3月6日,,100%,李四,验槽记录,1.5,雨季\n\
         1.2,垫层,5,2026年3月9日,2026年3月13日,1.1,0,,,,\n\
         2,主体,10,2026/3/16,2026/3/27,1FS,0,,,,\n\
         2,,,,,,,,,3,\n"
            .as_bytes(),
    );
    assert_eq!((mapping.heading, mapping.first), (Some(2), 3));
    use Field as F;
    assert_eq!(
        mapping.columns,
        [
            F::Number,
            F::Name,
            F::Duration,
            F::Start,
            F::Finish,
            F::Predecessors,
            F::Percent,
            F::Owner,
            F::Deliverable,
            F::Budget,
            F::Notes,
        ]
    );
    assert_eq!(mapping.outline, Outline::Number);
    assert_eq!(mapping.money, MoneyUnit::TenThousand);
    let plan = &imported.plan;
    assert_eq!(outline(plan), "基础 土方开挖(基础) 垫层(基础) 主体");
    assert_eq!(plan.start, at("2026-03-02T08:00"));
    assert_eq!(
        links(plan),
        [
            "土方开挖 FinishStart 垫层 Working(0)",
            "基础 FinishStart 主体 Working(0)"
        ]
    );
    let task = named(plan, "土方开挖");
    assert_eq!((task.duration, task.percent), (2_400, 100));
    assert_eq!(
        (task.owner.as_str(), task.deliverable.as_str()),
        ("李四", "验槽记录")
    );
    assert_eq!(task.budget.unwrap().to_string(), "15000");
    assert_eq!(imported.notes, [(task.id, "雨季".to_owned())]);
    // what the table says is what we find
    assert_eq!(imported.report.dates, []);
    assert_eq!(imported.report.problems, []);
    assert_eq!(notes(&imported), [(8, Kept::NoRow)]);
    // what waits is held by its link alone
    assert!(plan.tasks.iter().all(|task| task.not_before.is_none()));
}

#[test]
fn columns_without_headings_are_known_by_their_values() {
    let (mapping, imported) = read(
        b"1,Dig,5 days,2026-03-02,2026-03-06,\n2,Pour the foundation,3 days,2026-03-09,2026-03-11,1FS\n\
          3,Walls,10 days,2026-03-12,2026-03-25,2FS\n",
    );
    use Field as F;
    assert_eq!(mapping.heading, None);
    assert_eq!(
        mapping.columns,
        [
            F::Number,
            F::Name,
            F::Duration,
            F::Start,
            F::Finish,
            F::Predecessors
        ]
    );
    assert_eq!(outline(&imported.plan), "Dig Pour the foundation Walls");
    assert_eq!(imported.plan.links.len(), 2);
    assert_eq!(imported.report.dates, []);
}

#[test]
fn the_lower_of_two_rows_of_headings_counts() {
    let (mapping, _) = read(
        b"task_code,wbs_id,task_name,target_drtn_hr_cnt,start_date,end_date\n\
          Activity ID,WBS Code,Activity Name,Original Duration(h),Start,Finish\n\
          A1000,B.1,Dig,40,2026-03-02,2026-03-06\n",
    );
    assert_eq!(mapping.heading, Some(1));
    assert_eq!(mapping.lengths, Lengths::Hours);
    assert_eq!(mapping.column(Field::Number), Some(0));
    assert_eq!(mapping.column(Field::Wbs), Some(1));
}

#[test]
fn the_outline_comes_from_levels_marks_or_spaces() {
    let levels = text(&["Task Name,Outline Level", "a,1", "b,2", "c,3", "d,2", "e,1"]);
    assert_eq!(outline(&levels.plan), "a b(a) c(b) d(a) e");
    let marks = text(&["序号,工作内容", "一,a", "1,b", "2,c", "二,d", "1,e"]);
    assert_eq!(outline(&marks.plan), "a b(a) c(a) d e(d)");
    let spaces = text(&["Name;Duration", "a;", "  b;1", "    c;2", "  d;1"]);
    assert_eq!(outline(&spaces.plan), "a b(a) c(b) d(a)");
    let wbs = text(&["WBS;Name", "2.1;b", "2;a", "3;c"]);
    // a parent may come later; siblings stay in the order of the rows
    assert_eq!(outline(&wbs.plan), "a b(a) c");
    let flat = text(&["Name;Duration", "a;1", "b;1"]);
    assert_eq!(outline(&flat.plan), "a b");
}

#[test]
fn names_may_stand_in_a_column_for_each_level() {
    let bytes = "一级任务,二级任务,三级任务,工期,前置任务\n\
        主体,基础,挖土,5,\n,,垫层,2,1\n主体,一层,模板,3,垫层\n主体,一层,浇筑,1,3\n主体,封顶,,1,\n\
        装修,,,4,主体\n";
    let (mapping, imported) = read(bytes.as_bytes());
    assert_eq!(mapping.outline, Outline::Columns);
    let plan = &imported.plan;
    assert_eq!(
        outline(plan),
        "主体 基础(主体) 挖土(基础) 垫层(基础) 一层(主体) 模板(一层) 浇筑(一层) 封顶(主体) 装修"
    );
    let lengths =
        ["挖土", "垫层", "模板", "浇筑", "封顶", "装修"].map(|name| named(plan, name).duration);
    assert_eq!(lengths, [2_400, 960, 1_440, 480, 480, 1_920]);
    assert_eq!(
        links(plan),
        [
            "挖土 FinishStart 垫层 Working(0)",
            "垫层 FinishStart 模板 Working(0)",
            "模板 FinishStart 浇筑 Working(0)",
            "主体 FinishStart 装修 Working(0)",
        ]
    );
    assert_eq!(imported.report.cells, []);
}

#[test]
fn durations_come_from_dates_where_nothing_else_says_them() {
    let imported = text(&[
        "Name,Duration,Start,Finish,Milestone",
        "a,,2026-03-02,2026-03-06,",
        "b,soon,2026-03-06 13:00,2026-03-09 12:00,",
        "c,,2026-03-10,,",
        "d,,2026-03-10,2026-03-10,yes",
        "e,,2026-03-12,2026-03-10,",
        "f,3 ed,2026-03-10,,",
    ]);
    let plan = &imported.plan;
    let lengths: Vec<i64> = plan.tasks.iter().map(|task| task.duration).collect();
    assert_eq!(lengths, [2_400, 480, 480, 0, 480, 4_320]);
    assert!(named(plan, "f").elapsed);
    assert_eq!(
        notes(&imported),
        [
            (3, Kept::Dates),
            (4, Kept::OneDay),
            (6, Kept::BeforeStart),
            (6, Kept::OneDay),
        ]
    );
    assert_eq!(imported.report.dates, []);
}

#[test]
fn a_start_without_a_predecessor_holds_and_other_dates_are_compared() {
    let imported = text(&[
        "ID,Name,Duration,Start,Finish,Predecessors",
        "1,a,2,2026-03-02,2026-03-03,",
        "2,b,2,2026-03-09,2026-03-10,",
        "3,c,2,2026-03-16,2026-03-17,1",
    ]);
    let plan = &imported.plan;
    assert_eq!(named(plan, "a").not_before, None);
    assert_eq!(named(plan, "b").not_before, Some(at("2026-03-09T08:00")));
    assert_eq!(named(plan, "c").not_before, None);
    let dates = &imported.report.dates;
    assert_eq!(dates.len(), 2);
    assert!(dates.iter().all(|date| date.task == named(plan, "c").id));
    assert_eq!(dates[0].stored, at("2026-03-16T08:00"));
    assert_eq!(dates[0].ours, at("2026-03-04T08:00"));
}

#[test]
fn the_plan_that_tasks_are_put_into_gives_start_hours_and_rules() {
    let book =
        table::open("Name,Duration,Start\na,2,2026-03-02\nb,1周,2026-03-09\n".as_bytes()).unwrap();
    let mapping = table::guess(&book.sheets[0]);
    let mut calendar = domain::calendar::Calendar::standard("long");
    for day in &mut calendar.week {
        *day = vec![(6 * 60, 16 * 60)];
    }
    let options = Options {
        name: "计划".to_owned(),
        start: at("2026-03-05T06:00"),
        keep_start: true,
        calendar: Some(calendar),
        rules: Rules {
            dates_win: true,
            ..Rules::default()
        },
    };
    let imported = with(&book.sheets[0], &mapping, &options);
    let plan = &imported.plan;
    assert_eq!(
        (plan.name.as_str(), plan.start),
        ("计划", at("2026-03-05T06:00"))
    );
    assert!(plan.rules.dates_win && plan.calendars.is_empty() && plan.calendar.is_none());
    let lengths: Vec<i64> = plan.tasks.iter().map(|task| task.duration).collect();
    assert_eq!(lengths, [1_200, 4_200]);
    assert_eq!(named(plan, "b").not_before, Some(at("2026-03-09T06:00")));
    // midnight is kept where the plan starts then
    let midnight = Options {
        start: at("2026-03-05"),
        ..options
    };
    assert_eq!(
        with(&book.sheets[0], &mapping, &midnight).plan.start,
        at("2026-03-05T00:00")
    );
    // the first may not start when its table says so
    assert_eq!(imported.report.dates.len(), 1);
    assert_eq!(imported.report.dates[0].task, named(plan, "a").id);
}

#[test]
fn predecessors_are_numbers_places_codes_or_names() {
    let numbered = text(&[
        "ID,Name,Predecessors",
        "10,a,",
        "20,b,10FS+2d",
        "30,c,\"10;20SS\"",
        "40,d,\"30, 99, 40, 30\"",
    ]);
    assert_eq!(
        links(&numbered.plan),
        [
            "a FinishStart b Working(960)",
            "a FinishStart c Working(0)",
            "b StartStart c Working(0)",
            "c FinishStart d Working(0)",
        ]
    );
    let told: Vec<Kept> = notes(&numbered).into_iter().map(|note| note.1).collect();
    assert!(
        told.contains(&Kept::WithoutLinks(vec!["99".into()])),
        "{told:?}"
    );
    assert!(
        told.contains(&Kept::Repeated(vec!["40".into(), "30".into()])),
        "{told:?}"
    );
    let places = text(&["Name,前置任务", "a,", "b,1", "c,2完成-开始"]);
    assert_eq!(places.plan.links.len(), 2);
    let codes = text(&[
        "Activity ID,Name,Successors",
        "A10,a,\"A20: FF 1\"",
        "A20,b,",
    ]);
    assert_eq!(links(&codes.plan), ["a FinishFinish b Working(480)"]);
    let names = text(&["任务名称,紧前工作", "挖土,", "垫层,挖土", "浇筑,垫层"]);
    assert_eq!(names.plan.links.len(), 2);
    let share = text(&["ID,Name,Duration,Predecessors", "1,a,4,", "2,b,1,1FS+50%"]);
    assert_eq!(links(&share.plan), ["a FinishStart b Working(960)"]);
    let share = text(&["ID,Name,Duration,Successors", "1,a,4,2FS+50%", "2,b,1,"]);
    assert_eq!(links(&share.plan), ["a FinishStart b Working(960)"]);
}

#[test]
fn percentages_are_parts_or_hundredths_by_their_column() {
    let percents = |values: [&str; 3]| -> Vec<u8> {
        let lines = values.map(|value| format!("a,{value}"));
        let lines: Vec<&str> = ["Name,% Complete"]
            .into_iter()
            .chain(lines.iter().map(String::as_str))
            .collect();
        text(&lines)
            .plan
            .tasks
            .iter()
            .map(|task| task.percent)
            .collect()
    };
    assert_eq!(percents(["50%", "100%", "0%"]), [50, 100, 0]);
    assert_eq!(percents(["50", "1", "0"]), [50, 1, 0]);
    assert_eq!(percents(["0.5", "1", "0"]), [50, 100, 0]);
    assert_eq!(percents(["0.5", "120%", "half"]), [50, 0, 0]);
}

#[test]
fn progress_money_and_dates_of_their_own_are_taken_over() {
    let imported = text(&[
        "Name,Duration,Start,Actual Start,Actual Finish,Deadline,Budget,Actual Cost,Resource Names,Unique ID",
        "a,5,3/2/2026,3/2/2026,25/3/2026,4/2/2026,\"¥12,000\",1.2万,\"张三[50%],李四\",7",
        "b,5,02-Mar-26 A,,,,,,,7",
        "c,5,2/3/2026,5/3/2026,4/3/2026,NA,-5,?,,x",
    ]);
    let plan = &imported.plan;
    let task = named(plan, "a");
    // 25/3 shows that the day comes first
    assert_eq!(task.actual_start, Some(at("2026-02-03T08:00")));
    assert_eq!(task.actual_finish, Some(at("2026-03-25T17:00")));
    assert_eq!(task.deadline, Some(at("2026-02-04T17:00")));
    assert_eq!(task.budget.unwrap().to_string(), "12000");
    assert_eq!(task.cost.unwrap().to_string(), "12000");
    assert_eq!((task.owner.as_str(), task.uid), ("张三, 李四", Some(7)));
    assert_eq!(named(plan, "b").actual_start, Some(at("2026-03-02T08:00")));
    let c = named(plan, "c");
    assert_eq!((c.actual_finish, c.deadline, c.uid), (None, None, None));
    assert_eq!(
        notes(&imported),
        [
            (2, Kept::ReadAs("张三, 李四".into())),
            (3, Kept::Taken),
            (4, Kept::Nothing),
            (4, Kept::Nothing),
            (4, Kept::Nothing),
            (4, Kept::BeforeStart),
        ]
    );
}

#[test]
fn a_mapping_can_be_changed_and_survives_its_text() {
    let book = table::open(b"Name;When\na;3/2/2026\nb;4/2/2026\n").unwrap();
    let sheet = &book.sheets[0];
    let mut mapping = table::guess(sheet);
    mapping.columns[1] = Field::Start;
    mapping.days = DayOrder::DayFirst;
    let imported = with(sheet, &mapping, &Options::default());
    assert_eq!(imported.plan.start, at("2026-02-03T08:00"));
    let other = Mapping::with_heading(sheet, None);
    assert_eq!((other.heading, other.first), (None, 0));
    assert_eq!(with(sheet, &other, &Options::default()).plan.tasks.len(), 3);
}

#[test]
fn the_same_numbers_make_the_same_plan_of_a_table() {
    let bytes = b"ID,Name,Predecessors\n1,a,\n2,b,1\n";
    assert_eq!(read(bytes).1, read(bytes).1);
    assert_eq!(
        read(bytes).1.plan.tasks[0].id,
        TaskId::from_bytes(1u64.to_be_bytes())
    );
}
