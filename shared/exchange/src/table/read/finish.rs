//! Links, durations and dates of a plan whose outline is known.

use super::*;

impl<'a> Reader<'a> {
    /// Puts the plan together.
    pub(super) fn finish(
        mut self,
        mut plan: Plan,
        calendar: Option<(CalendarId, Calendar)>,
        sorted: &[usize],
        new_id: &mut dyn FnMut() -> u64,
    ) -> Imported {
        plan.links = self.links(new_id);
        plan.calendar = calendar.as_ref().map(|(id, _)| *id);
        plan.calendars.extend(calendar);
        // only the calendar is looked at
        let times = WorkTimes::new(&plan);
        let hours = Hours { times: &times };
        if !self.keep_start && plan.start.minute_of_day() == 0 {
            plan.start = hours.begin(plan.start);
        }
        let waits = self.waiting(&plan.links);
        for at in 0..self.tasks.len() {
            self.spans(at, &hours, waits.get(at) == Some(&true), plan.start);
        }
        let mut result = Imported::default();
        let mut tasks: Vec<Option<Task>> = std::mem::take(&mut self.tasks)
            .into_iter()
            .map(Some)
            .collect();
        let mut whole = Vec::with_capacity(tasks.len());
        for at in sorted {
            let task = tasks.get_mut(*at).and_then(Option::take);
            let (Some(task), Some(said)) = (task, self.said.get(*at)) else {
                continue;
            };
            let begin = |day: Day| {
                if day.timed {
                    day.at
                } else {
                    hours.begin(day.at)
                }
            };
            let end = |day: Day| if day.timed { day.at } else { hours.end(day.at) };
            result.stored.push(Stored {
                task: task.id,
                start: said.start.map(begin),
                finish: said.finish.map(end),
            });
            let is_whole = |day: Option<Day>| day.is_some_and(|day| !day.timed);
            whole.push((is_whole(said.start), is_whole(said.finish)));
            plan.tasks.push(task);
        }
        let (ours, _) = schedule(&plan);
        let days = result.stored.iter_mut().zip(&ours.rows).zip(whole);
        for ((stored, ours), (start, finish)) in days {
            // a date without a time of day is met by any time of that day
            for (date, ours, whole) in [
                (&mut stored.start, ours.early_start, start),
                (&mut stored.finish, ours.early_finish, finish),
            ] {
                if let Some(date) = date
                    && whole
                    && date.day() == ours.day()
                {
                    *date = ours;
                }
            }
        }
        result.report.tasks = plan.tasks.len();
        result.report.links = plan.links.len();
        result.report.cells = std::mem::take(&mut self.told.cells);
        result.report.more_cells = self.told.more;
        result.notes = self.notes;
        result.plan = plan;
        result.compare();
        // tasks follow the plan that they are put into
        result.plan.calendar = None;
        result.plan.calendars.clear();
        result
    }

    /// Reads predecessors and successors, by whatever names most of them.
    fn links(&mut self, new_id: &mut dyn FnMut() -> u64) -> Vec<Link> {
        let columns = [Field::Predecessors, Field::Successors];
        let mut cells: Vec<(usize, Field, Vec<String>)> = Vec::new();
        // all predecessors before all successors: what is said from both ends is said once
        for field in columns {
            for (at, said) in self.whole() {
                let parts = links::split(self.value(said.row, field));
                if !parts.is_empty() {
                    cells.push((at, field, parts));
                }
            }
        }
        if cells.is_empty() {
            return Vec::new();
        }
        let units = self.units;
        let found = |keys: &Keys| {
            let parts = cells.iter().flat_map(|(_, _, parts)| parts);
            parts.filter(|part| links::names(part, keys, units)).count()
        };
        let mut best: (usize, Keys) = (0, Keys::default());
        for keys in self.keys() {
            let count = found(&keys);
            if count > best.0 {
                best = (count, keys);
            }
        }
        let mut keys = best.1;
        // a name among numbers is clear
        for (name, at) in self.names() {
            if !name.starts_with(|c: char| c.is_ascii_digit()) {
                keys.entry(name).or_insert(at);
            }
        }
        let mut links: Vec<Link> = Vec::new();
        let mut seen = FxHashSet::default();
        for (at, field, parts) in cells {
            let (mut unread, mut repeated) = (Vec::new(), Vec::new());
            for part in parts {
                let Some(written) = links::parse(&part, &keys, units) else {
                    unread.push(part);
                    continue;
                };
                let (pred, succ) = match field {
                    Field::Predecessors => (written.other, at),
                    _ => (at, written.other),
                };
                if pred == succ || !seen.insert((pred, succ, written.kind)) {
                    if pred == succ || field == Field::Predecessors {
                        repeated.push(part);
                    }
                    continue;
                }
                let (Some(from), Some(to)) = (self.tasks.get(pred), self.tasks.get(succ)) else {
                    continue;
                };
                let pred_at = pred;
                let (pred, succ) = (from.id, to.id);
                if links.len() >= MAX_LINKS {
                    self.tell_at(at, field, Kept::TooMany);
                    return links;
                }
                let lag = match written.lag {
                    WrittenLag::Time(lag) => lag,
                    WrittenLag::Percent(percent) => {
                        let length = self.length_of(pred_at).unwrap_or(self.units.day);
                        let minutes = percent.saturating_mul(length) / 100;
                        self.tell_at(at, field, Kept::ReadAs(format!("{part} = {minutes}m")));
                        Lag::Working(minutes)
                    }
                };
                links.push(Link {
                    id: LinkId::from_bytes(new_id().to_be_bytes()),
                    pred,
                    succ,
                    kind: written.kind,
                    lag,
                });
            }
            if !unread.is_empty() {
                self.tell_at(at, field, Kept::WithoutLinks(unread));
            }
            if !repeated.is_empty() {
                self.tell_at(at, field, Kept::Repeated(repeated));
            }
        }
        links
    }

    fn tell_at(&mut self, at: usize, field: Field, kept: Kept) {
        let (Some(said), Some(task)) = (self.said.get(at), self.tasks.get(at)) else {
            return;
        };
        let (row, id) = (said.row, task.id);
        self.tell(row, field, Some(id), kept);
    }

    /// The duration that a row says.
    fn length_of(&self, at: usize) -> Option<Minutes> {
        let row = self.said.get(at)?.row;
        let value = self.value(row, Field::Duration);
        Some(lengths::read(value, self.mapping.lengths, self.units)?.minutes)
    }

    /// The tasks that have rows of their own.
    fn whole(&self) -> impl Iterator<Item = (usize, &Said<'a>)> {
        self.said.iter().enumerate().filter(|(_, said)| !said.bare)
    }

    /// What tasks may be called by: their numbers, their places in the work breakdown, the places of the rows of tasks, the
    /// rows' own numbers, and names that only one has.
    fn keys(&self) -> Vec<Keys> {
        let of_column = |field| -> Keys {
            let mut keys = Keys::default();
            for (at, said) in self.whole() {
                if let Some(key) = links::key(self.value(said.row, field)) {
                    keys.entry(key).or_insert(at);
                }
            }
            keys
        };
        let places = self.whole().zip(1u32..);
        let places = places.map(|((at, _), place)| (place.to_string(), at));
        let rows = self
            .whole()
            .map(|(at, said)| (said.row.number.to_string(), at));
        vec![
            of_column(Field::Number),
            of_column(Field::Wbs),
            places.collect(),
            of_column(Field::Uid),
            rows.collect(),
            self.names(),
        ]
    }

    /// Names that only one task has.
    fn names(&self) -> Keys {
        let mut names: FxHashMap<String, Option<usize>> = FxHashMap::default();
        for (at, task) in self.tasks.iter().enumerate() {
            if let Some(key) = links::key(&Value::Text(task.name.clone())) {
                let place = names.entry(key).or_insert(Some(at));
                *place = place.filter(|place| *place == at);
            }
        }
        let names = names.into_iter().filter_map(|(key, at)| Some((key, at?)));
        names.collect()
    }

    /// Which tasks wait for others, by themselves or with one that they lie under.
    fn waiting(&self, links: &[Link]) -> Vec<bool> {
        let held: FxHashSet<TaskId> = links.iter().map(|link| link.succ).collect();
        let index = self
            .tasks
            .iter()
            .enumerate()
            .map(|(at, task)| (task.id, at));
        let index: FxHashMap<TaskId, usize> = index.collect();
        let mut known: Vec<Option<bool>> = vec![None; self.tasks.len()];
        let mut way = Vec::new();
        for start in 0..self.tasks.len() {
            let mut at = Some(start);
            let mut waits = false;
            while let Some(task) = at.and_then(|at| self.tasks.get(at)) {
                let here = at.unwrap_or_default();
                if let Some(above) = known.get(here).copied().flatten() {
                    waits = above;
                    break;
                }
                way.push((here, held.contains(&task.id)));
                at = task.parent.and_then(|parent| index.get(&parent).copied());
            }
            for (at, own) in way.drain(..).rev() {
                waits |= own;
                if let Some(slot) = known.get_mut(at) {
                    *slot = Some(waits);
                }
            }
        }
        known.into_iter().map(|waits| waits == Some(true)).collect()
    }

    /// The duration of a task, what holds it back, and its actual dates.
    fn spans(&mut self, at: usize, hours: &Hours<'_>, waits: bool, plan_start: Moment) {
        let (Some(said), Some(task)) = (self.said.get(at), self.tasks.get(at)) else {
            return;
        };
        let (row, start, finish, summary) = (said.row, said.start, said.finish, said.summary);
        let mut task = task.clone();
        let id = task.id;
        let begin = |day: Day| {
            if day.timed {
                day.at
            } else {
                hours.begin(day.at)
            }
        };
        let end = |day: Day| if day.timed { day.at } else { hours.end(day.at) };
        let dates = start.zip(finish).map(|(start, finish)| {
            let minutes = hours.between(begin(start), end(finish));
            (minutes, begin(start) <= end(finish))
        });
        if dates.is_some_and(|(_, sound)| !sound) {
            self.tell(row, Field::Finish, Some(id), Kept::BeforeStart);
            if let Some(said) = self.said.get_mut(at) {
                said.finish = None;
            }
        }
        let dates = dates
            .filter(|(_, sound)| *sound)
            .map(|(minutes, _)| minutes);
        let value = self.value(row, Field::Duration);
        let length = lengths::read(value, self.mapping.lengths, self.units);
        let empty = value.is_empty() || numbers::is_nothing(&value.shown());
        let milestone = yes(self.value(row, Field::Milestone));
        match (length, dates) {
            _ if summary => {}
            _ if milestone => {
                if length.is_some_and(|length| length.minutes > 0) {
                    self.tell(row, Field::Duration, Some(id), Kept::ReadAs("0".to_owned()));
                }
            }
            (Some(length), _) => {
                task.duration = length.minutes;
                task.elapsed = length.elapsed && length.minutes > 0;
            }
            (None, Some(minutes)) => {
                task.duration = minutes;
                if !empty {
                    self.tell(row, Field::Duration, Some(id), Kept::Dates);
                }
            }
            (None, None) => {
                task.duration = self.units.day;
                self.tell(row, Field::Duration, Some(id), Kept::OneDay);
            }
        }
        // dates without a time of day are whole days of work
        let fit = |at: Moment, finish: bool| match (at.minute_of_day(), finish) {
            (0, false) => hours.begin(at),
            (0, true) => hours.end(at),
            _ => at,
        };
        task.actual_start = task.actual_start.map(|at| fit(at, false));
        task.actual_finish = task.actual_finish.map(|at| fit(at, true));
        task.deadline = task.deadline.map(|at| fit(at, true));
        if let (Some(from), Some(to)) = (task.actual_start, task.actual_finish)
            && to < from
        {
            task.actual_finish = None;
            self.tell(row, Field::ActualFinish, Some(id), Kept::BeforeStart);
        }
        if let Some(start) = start
            && !summary
            && !waits
            && hours.between(plan_start, begin(start)) > 0
        {
            task.not_before = Some(begin(start));
        }
        if let Some(slot) = self.tasks.get_mut(at) {
            *slot = task;
        }
    }
}

/// Working hours of the plan that the tasks will belong to.
struct Hours<'a> {
    times: &'a WorkTimes,
}

impl Hours<'_> {
    /// When work begins on a day; midnight where there is none.
    fn begin(&self, day: Moment) -> Moment {
        let first = self.times.plan().hours_on(day).first().copied();
        Moment::from_day(day.day()).plus(first.map_or(0, |(from, _)| from))
    }

    /// When work ends on a day; the midnight after it where there is none.
    fn end(&self, day: Moment) -> Moment {
        let last = self.times.plan().hours_on(day).last().copied();
        Moment::from_day(day.day()).plus(last.map_or(base::time::DAY, |(_, to)| to))
    }

    fn between(&self, from: Moment, to: Moment) -> Minutes {
        self.times.plan().between(from, to)
    }
}
