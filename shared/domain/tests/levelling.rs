//! Levelling on published instances: every seventh here (each eighth is of one hardness), all of them in `examples/bench_level.rs`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "psplib/read.rs"]
mod read;
#[path = "../../testdata.rs"]
mod testdata;

use base::ProjectId;
use domain::calendar::{Calendar, WorkTime};
use domain::level::rcpsp::{Flaw, Instance, solve};
use domain::level::{self, NORMAL, Options, Project};
use proptest::prelude::*;
use read::Known;

/// Schedules looked at, as the product does unless told otherwise.
const SCHEDULES: usize = 5_000;

fn sample(set: &str) -> Vec<Known> {
    read::set(set).into_iter().step_by(7).collect()
}

/// Checks that the mean deviation from the best makespans known is at most so many percent.
fn within(set: &str, most: f64, makespans: &[(i64, i64)]) {
    if makespans.is_empty() {
        return;
    }
    let deviation = |(found, best): &(i64, i64)| (found - best) as f64 * 100.0 / *best as f64;
    let mean = makespans.iter().map(deviation).sum::<f64>() / makespans.len() as f64;
    println!(
        "{set}: {} instances, mean deviation {mean:.2} %",
        makespans.len()
    );
    assert!(mean <= most, "{set}: {mean:.2} %");
}

fn bare(set: &str, most: f64) {
    let mut makespans = Vec::new();
    for known in sample(set) {
        let (solution, flaws) = solve(&known.instance, SCHEDULES, 1);
        assert_eq!(flaws, []);
        assert!(solution.schedules <= SCHEDULES);
        let broken = read::broken(&known.instance, &solution.starts);
        assert!(broken.is_empty(), "{}: {broken:?}", known.name);
        let ends = solution.starts.iter().zip(&known.instance.durations);
        let end = ends.map(|(start, length)| start + i64::from(*length)).max();
        assert_eq!(end, Some(solution.makespan));
        makespans.push((solution.makespan, known.best));
    }
    within(set, most, &makespans);
}

#[test]
fn thirty_jobs_come_within_one_percent_of_the_best_known() {
    bare("j30", 1.0);
}

#[test]
fn sixty_jobs_come_within_one_and_a_half_percent_of_the_best_known() {
    bare("j60", 1.5);
}

#[test]
fn a_hundred_and_twenty_jobs_come_within_five_percent_of_the_best_known() {
    bare("j120", 5.0);
}

#[test]
fn published_instances_as_plans_come_as_near_to_the_best_known() {
    let work = WorkTime::new(&Calendar::standard(""));
    for (set, step, most) in [("j30", 11, 1.0), ("j120", 19, 5.0)] {
        let mut makespans = Vec::new();
        for known in read::set(set).into_iter().skip(5).step_by(step) {
            let (plan, pool, assignments) = read::plan(&known.instance);
            let project = Project {
                id: ProjectId::from_bytes([1; 16]),
                plan: &plan,
                assignments: &assignments,
                priority: NORMAL,
                priorities: &[],
            };
            let options = Options {
                schedules: 1_000,
                ..Options::default()
            };
            let (levelled, problems) = level::level(&pool, &[project], &options);
            assert_eq!(problems, []);
            assert_eq!(levelled.left, []);
            // the dates are those of the edited plan, looked at as a schedule of the instance
            let dates = domain::schedule::schedule(&levelled.changes[0].apply(&plan)).0;
            let day = |at| work.between(plan.start, at) / read::DAY;
            let starts: Vec<i64> = dates.rows.iter().map(|row| day(row.early_start)).collect();
            let broken = read::broken(&known.instance, &starts);
            assert!(broken.is_empty(), "{}: {broken:?}", known.name);
            makespans.push((day(dates.finish), known.best));
        }
        within(set, most, &makespans);
    }
}

#[test]
fn the_same_seed_gives_the_same_schedule() {
    for known in sample("j60").into_iter().take(2) {
        let one = solve(&known.instance, 500, 42);
        assert_eq!(one, solve(&known.instance, 500, 42));
    }
}

/// Jobs whose links may lead anywhere and whose demands may be more than there is.
fn any_instance() -> impl Strategy<Value = Instance> {
    let number = || prop_oneof![9 => 0u32..12, 1 => any::<u32>()];
    let link = (0usize..14, 0usize..14, number());
    let links = prop::collection::vec(link, 0..20);
    let demands = prop::collection::vec(prop::collection::vec(number(), 0..4), 0..14);
    let capacities = prop::collection::vec(number(), 0..3);
    let durations = prop::collection::vec(number(), 0..12);
    (durations, links, demands, capacities).prop_map(|(durations, links, demands, capacities)| {
        let mut successors = vec![Vec::new(); 14];
        for (pred, succ, lag) in links {
            successors[pred].push((succ, lag));
        }
        Instance {
            durations,
            successors,
            demands,
            capacities,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_105),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_instance_gets_a_schedule_that_keeps_what_is_not_named(instance in any_instance()) {
        let (solution, flaws) = solve(&instance, 20, 3);
        prop_assert_eq!(solution.starts.len(), instance.durations.len());
        let mut tame = instance.clone();
        let long = |job: usize| flaws.contains(&Flaw::TooLong(job));
        let count = instance.durations.len();
        tame.successors.truncate(count);
        for (job, row) in tame.successors.iter_mut().enumerate() {
            row.retain(|(succ, _)| !long(job) && !flaws.contains(&Flaw::Link(job, *succ)));
        }
        tame.demands.resize(count, Vec::new());
        for (job, row) in tame.demands.iter_mut().enumerate() {
            row.resize(instance.capacities.len(), 0);
            for (demand, capacity) in row.iter_mut().zip(&instance.capacities) {
                *demand = (*demand).min(*capacity);
            }
            if long(job) {
                tame.durations[job] = 0;
            }
        }
        prop_assert_eq!(read::broken(&tame, &solution.starts), Vec::<String>::new());
    }
}
