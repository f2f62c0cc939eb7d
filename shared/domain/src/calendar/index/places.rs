//! Finds the stretch of a work number without searching all of them: dates are made from work numbers four times a task.

use super::Stretch;

/// Work numbers from that of the second stretch on, cut into equal parts, about as many as stretches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    from: i64,
    /// A part is so long, as a power of two.
    length: u32,
    /// How many stretches begin at the start of each part or before.
    counts: Vec<u32>,
}

impl Places {
    pub(super) fn new(stretches: &[Stretch]) -> Self {
        let (Some(second), Some(last)) = (stretches.get(1), stretches.last()) else {
            return Self::default();
        };
        let whole = last.work - second.work;
        let length = (whole / stretches.len() as i64).max(1).ilog2();
        let starts = (0..=whole >> length).map(|part| second.work + (part << length));
        let mut count = 0;
        let counts = starts.map(|start| {
            let more = stretches.get(count..).unwrap_or(&[]);
            count += more.iter().take_while(|s| s.work <= start).count();
            count as u32
        });
        Self {
            from: second.work,
            length,
            counts: counts.collect(),
        }
    }

    /// The last stretch that begins at a work number or before.
    pub(super) fn find<'a>(&self, stretches: &'a [Stretch], work: i64) -> Option<&'a Stretch> {
        if work < self.from || self.counts.is_empty() {
            return stretches.first();
        }
        let part = ((work - self.from) >> self.length) as usize;
        let part = part.min(self.counts.len() - 1);
        let count = |part: usize| self.counts.get(part).map(|count| *count as usize);
        let from = count(part)?;
        let to = count(part + 1).unwrap_or(stretches.len());
        let more = stretches.get(from..to)?.partition_point(|s| s.work <= work);
        stretches.get((from + more).checked_sub(1)?)
    }
}
