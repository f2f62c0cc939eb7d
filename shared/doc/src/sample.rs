//! Sample plans for demonstrations and measurements: a housing estate, with summaries, links and milestones.

use base::{CalendarId, LinkId, Minutes, Moment, TaskId};
use domain::calendar::{Calendar, Exception};
use domain::plan::{Lag, Link, LinkKind, Plan, Task};

const DAY: Minutes = 480;

/// A step of work: name, working days, deliverable.
type Step = (&'static str, i64, &'static str);

const BEFORE: [(&str, &[Step]); 3] = [
    (
        "前期准备",
        &[
            ("立项批复", 10, "立项批复文件"),
            ("用地规划许可", 15, "建设用地规划许可证"),
            ("地质勘察", 20, "岩土工程勘察报告"),
            ("三通一平", 25, ""),
            ("施工许可", 12, "建筑工程施工许可证"),
            ("开工", 0, ""),
        ],
    ),
    (
        "设计",
        &[
            ("方案设计", 20, "方案文本"),
            ("初步设计", 25, "初步设计文件"),
            ("施工图设计", 40, "施工图"),
            ("施工图审查", 15, "施工图审查合格书"),
            ("图纸会审", 3, "图纸会审记录"),
        ],
    ),
    (
        "招标采购",
        &[
            ("总包招标", 30, "中标通知书"),
            ("监理招标", 20, "监理合同"),
            ("电梯采购", 60, "电梯采购合同"),
            ("配电设备采购", 45, "设备采购合同"),
            ("门窗采购", 30, ""),
        ],
    ),
];

const GROUND: [Step; 7] = [
    ("测量放线", 3, "定位放线记录"),
    ("土方开挖", 12, ""),
    ("基坑支护", 10, "基坑监测报告"),
    ("桩基施工", 25, "桩基检测报告"),
    ("承台与基础梁", 15, ""),
    ("地下室结构", 20, "隐蔽工程验收记录"),
    ("基础验收", 0, "基础分部验收记录"),
];

const STOREY: [Step; 8] = [
    ("柱墙钢筋绑扎", 3, ""),
    ("模板支设", 4, ""),
    ("梁板钢筋绑扎", 3, "隐蔽工程验收记录"),
    ("水电预埋", 2, ""),
    ("混凝土浇筑", 1, "混凝土试块报告"),
    ("混凝土养护", 7, ""),
    ("砌体砌筑", 5, ""),
    ("抹灰", 4, ""),
];

const AFTER: [(&str, &[Step]); 2] = [
    (
        "室外工程",
        &[
            ("室外管网", 30, ""),
            ("道路铺装", 20, ""),
            ("园林绿化", 25, ""),
        ],
    ),
    (
        "竣工验收",
        &[
            ("消防验收", 10, "消防验收意见书"),
            ("电梯验收", 5, "电梯使用登记证"),
            ("节能验收", 5, ""),
            ("资料归档", 15, "竣工图与档案"),
            ("竣工验收", 3, "竣工验收备案表"),
            ("交付", 0, ""),
        ],
    ),
];

const PEOPLE: [&str; 8] = [
    "王建国",
    "李敏",
    "张伟",
    "刘洋",
    "陈静",
    "赵强",
    "周婷",
    "吴磊",
];

/// A believable construction project of exactly that many tasks (summaries included); the same for the same seed.
pub fn plan(tasks: usize, seed: u64) -> Plan {
    let mut make = Maker {
        plan: Plan::default(),
        state: seed ^ 0x9e37_79b9_7f4a_7c15,
        limit: tasks,
        last: None,
    };
    make.calendar();
    make.plan.name = "滨江花园住宅小区".to_owned();
    make.plan.start = Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap_or_default();
    let after: usize = AFTER.iter().map(|(_, steps)| steps.len() + 1).sum();
    for (name, steps) in BEFORE {
        make.chain(None, name, steps);
    }
    make.limit = tasks.saturating_sub(after);
    let begun = make.last;
    let mut ends = Vec::new();
    let mut building = 0;
    while make.room() {
        building += 1;
        make.last = begun;
        let top = make.summary(None, &format!("{building}号楼"));
        make.chain(top, "地基与基础", &GROUND);
        let storeys = 6 + make.random(13);
        for storey in 1..=storeys {
            if !make.room() {
                break;
            }
            make.storey(top, storey);
        }
        ends.extend(make.last);
    }
    make.limit = tasks;
    make.last = None;
    for (name, steps) in AFTER {
        let first = make.chain(None, name, steps);
        if let Some(first) = first {
            for end in ends.drain(..) {
                make.link(end, first, LinkKind::FinishStart, Lag::Working(0));
            }
        }
    }
    make.plan
}

struct Maker {
    plan: Plan,
    state: u64,
    limit: usize,
    /// The work that the next one waits for.
    last: Option<TaskId>,
}

impl Maker {
    /// The next of a deterministic sequence (splitmix64).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn random(&mut self, below: u64) -> u64 {
        self.next() % below.max(1)
    }

    fn room(&self) -> bool {
        self.plan.tasks.len() < self.limit
    }

    fn calendar(&mut self) {
        let id = CalendarId::from_bytes(self.next().to_be_bytes());
        let mut calendar = Calendar::standard("标准日历");
        for (name, first, last) in [
            ("劳动节", (2026, 5, 1), (2026, 5, 5)),
            ("国庆节", (2026, 10, 1), (2026, 10, 7)),
            ("元旦", (2027, 1, 1), (2027, 1, 3)),
            ("春节", (2027, 2, 5), (2027, 2, 14)),
        ] {
            let day = |(year, month, day)| Moment::ymd_hm(year, month, day, 0, 0);
            if let (Some(first), Some(last)) = (day(first), day(last)) {
                calendar.exceptions.push(Exception {
                    name: name.to_owned(),
                    first,
                    last,
                    hours: Vec::new(),
                });
            }
        }
        self.plan.calendar = Some(id);
        self.plan.calendars.push((id, calendar));
    }

    fn task(
        &mut self,
        parent: Option<TaskId>,
        name: &str,
        days: i64,
        deliverable: &str,
    ) -> Option<TaskId> {
        if !self.room() {
            return None;
        }
        let id = TaskId::from_bytes(self.next().to_be_bytes());
        let owner = PEOPLE.get(self.random(12) as usize).copied().unwrap_or("");
        self.plan.tasks.push(Task {
            name: name.to_owned(),
            parent,
            order: format!("{:06}", self.plan.tasks.len()),
            duration: days * DAY,
            owner: owner.to_owned(),
            deliverable: deliverable.to_owned(),
            ..Task::new(id)
        });
        Some(id)
    }

    fn summary(&mut self, parent: Option<TaskId>, name: &str) -> Option<TaskId> {
        self.task(parent, name, 0, "")
    }

    fn link(&mut self, pred: TaskId, succ: TaskId, kind: LinkKind, lag: Lag) {
        let id = LinkId::from_bytes(self.next().to_be_bytes());
        self.plan.links.push(Link {
            id,
            pred,
            succ,
            kind,
            lag,
        });
    }

    /// Work under a summary, one after the other; the first of it.
    fn chain(&mut self, parent: Option<TaskId>, name: &str, steps: &[Step]) -> Option<TaskId> {
        let summary = self.summary(parent, name)?;
        let mut first = None;
        for (name, days, deliverable) in steps {
            let longer = self.random(3) as i64;
            let days = if *days == 0 { 0 } else { days + longer };
            let Some(id) = self.task(Some(summary), name, days, deliverable) else {
                break;
            };
            if let Some(last) = self.last {
                self.link(last, id, LinkKind::FinishStart, Lag::Working(0));
            }
            first = first.or(Some(id));
            self.last = Some(id);
        }
        if name == "招标采购"
            && let Some(task) = self.plan.tasks.last_mut()
        {
            task.not_before = Moment::ymd_hm(2026, 9, 1, 8, 0);
        }
        first
    }

    /// A storey: the structure waits for the storey below, masonry and plaster follow beside.
    fn storey(&mut self, building: Option<TaskId>, storey: u64) {
        let Some(summary) = self.summary(building, &format!("{storey}层")) else {
            return;
        };
        let mut ids: Vec<TaskId> = Vec::new();
        for (name, days, deliverable) in STOREY {
            let name = format!("{storey}层{name}");
            let longer = self.random(2) as i64;
            ids.extend(self.task(Some(summary), &name, days + longer, deliverable));
        }
        if let (Some(last), Some(first)) = (self.last, ids.first()) {
            self.link(last, *first, LinkKind::FinishStart, Lag::Working(0));
        }
        for (i, pair) in ids.windows(2).enumerate() {
            if let [pred, succ] = pair {
                // pipes go in while the bars are tied; plaster follows the masonry with a day's distance
                let (kind, lag) = match i {
                    2 => (LinkKind::StartStart, Lag::Working(DAY)),
                    4 => (LinkKind::FinishStart, Lag::Elapsed(12 * 60)),
                    6 => (LinkKind::FinishFinish, Lag::Working(DAY)),
                    _ => (LinkKind::FinishStart, Lag::Working(0)),
                };
                self.link(*pred, *succ, kind, lag);
            }
        }
        // the next storey needs this one's concrete
        self.last = ids.get(5).or(ids.last()).copied().or(self.last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_exactly_so_many_tasks_and_schedules_without_problems() {
        for count in [0, 1, 10, 49, 500, 2_000] {
            let plan = plan(count, 7);
            assert_eq!(plan.tasks.len(), count);
            let (schedule, problems) = domain::schedule::schedule(&plan);
            assert_eq!(problems, []);
            assert_eq!(schedule.rows.len(), count);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_plan() {
        assert_eq!(plan(300, 1), plan(300, 1));
        assert_ne!(plan(300, 1).tasks[9].id, plan(300, 2).tasks[9].id);
    }
}
