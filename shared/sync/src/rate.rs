//! How much one connection may send: beyond that its frames are read later, not lost. Only who sends frames without
//! end is told to go.

use base::Timestamp;

/// Frames a second, for as long as a connection likes: typing makes a few, a pipeline of edits twenty.
const FRAMES: i64 = 100;
/// Frames at once: a device that follows 2,000 documents sends two for each when it connects.
const FRAMES_AT_ONCE: i64 = 5_000;
/// Frames a second of a client of the foreign dialect: each may cost a look through the whole document.
const FOREIGN_FRAMES: i64 = 50;
/// Frames at once of such a client: it follows 200 documents.
const FOREIGN_FRAMES_AT_ONCE: i64 = 1_000;
/// Bytes a second: a day's edits of a whole site.
const BYTES: i64 = 2 * 1024 * 1024;
/// Bytes at once: 10,000 edits made offline are a fifth of it.
const BYTES_AT_ONCE: i64 = 16 * 1024 * 1024;
/// As many bytes are counted for each operation in them: looking at it takes a few microseconds, and it may come as next
/// to no bytes.
const OPERATION: u64 = 16;
/// How long a connection may be made to wait for frames, in ms, without a pause of its own. Devices wait for answers, and
/// never are.
const PATIENCE: i64 = 15_000;

/// What may be had flows in at a rate, up to a level. Counted in thousandths.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    level: i64,
    most: i64,
    /// Thousandths in a millisecond: units in a second.
    rate: i64,
}

impl Bucket {
    fn new(rate: i64, most: i64) -> Self {
        let most = most * 1000;
        Self {
            level: most,
            most,
            rate,
        }
    }

    fn fill(&mut self, ms: i64) {
        self.level = ms
            .saturating_mul(self.rate)
            .saturating_add(self.level)
            .min(self.most);
    }

    /// Takes some out, also where there is not enough: then how long it takes to come back, in ms.
    fn take(&mut self, n: i64) -> i64 {
        self.level = self.level.saturating_sub(n.saturating_mul(1000));
        if self.level >= 0 {
            0
        } else {
            self.level.saturating_neg() / self.rate + 1
        }
    }
}

/// A connection kept sending, for longer than it was made to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more frames than one connection may send; connect again later")]
pub struct TooFast;

/// What one connection has sent.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    frames: Bucket,
    bytes: Bucket,
    at: Timestamp,
    /// Since when it has been made to wait for frames.
    waiting: Option<Timestamp>,
}

impl Meter {
    /// For a device of ours that connected at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self::of(now, FRAMES, FRAMES_AT_ONCE)
    }

    /// For a client of the foreign dialect.
    pub fn foreign(now: Timestamp) -> Self {
        Self::of(now, FOREIGN_FRAMES, FOREIGN_FRAMES_AT_ONCE)
    }

    fn of(now: Timestamp, frames: i64, at_once: i64) -> Self {
        Self {
            frames: Bucket::new(frames, at_once),
            bytes: Bucket::new(BYTES, BYTES_AT_ONCE),
            at: now,
            waiting: None,
        }
    }

    /// What came in held so many operations to look at: how long the next frame is to wait, in ms.
    pub fn work(&mut self, operations: u64) -> i64 {
        let bytes = operations.saturating_mul(OPERATION);
        self.bytes.take(i64::try_from(bytes).unwrap_or(i64::MAX))
    }

    /// A frame of so many bytes came in: how long the next one is to wait, in ms.
    ///
    /// # Errors
    /// [`TooFast`] where it has been made to wait for too long: the connection is to end.
    pub fn frame(&mut self, now: Timestamp, bytes: usize) -> Result<i64, TooFast> {
        let passed = now.since(self.at).max(0);
        self.at = now;
        self.frames.fill(passed);
        self.bytes.fill(passed);
        let bytes = self.bytes.take(i64::try_from(bytes).unwrap_or(i64::MAX));
        let frames = self.frames.take(1);
        if self.frames.level >= self.frames.most / 10 {
            self.waiting = None; // it paused for a while
        }
        if frames > 0 && now.since(*self.waiting.get_or_insert(now)) >= PATIENCE {
            return Err(TooFast);
        }
        Ok(frames.max(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_edits_made_offline_are_not_made_to_wait() {
        let mut meter = Meter::new(Timestamp(0));
        for n in 0..40 {
            // 256 changes of 250 bytes a frame
            assert_eq!(meter.frame(Timestamp(n), 64_000), Ok(0));
        }
    }

    #[test]
    fn operations_that_come_as_next_to_no_bytes_are_counted() {
        let mut meter = Meter::new(Timestamp(0));
        let mut now = 0;
        for _ in 0..1_000 {
            let wait = meter.frame(Timestamp(now), 400).unwrap();
            now += wait.max(meter.work(60_000)).max(1);
        }
        // sixty million operations: not more than 150,000 a second
        assert!(now > 400_000, "{now}");
    }

    #[test]
    fn who_sends_more_bytes_than_are_taken_waits_and_is_never_sent_away() {
        let mut meter = Meter::new(Timestamp(0));
        let (mut now, mut sent) = (0, 0);
        while now < 600_000 {
            let wait = meter.frame(Timestamp(now), 1024 * 1024).unwrap();
            sent += 1;
            now += wait.max(1);
        }
        // sixteen megabytes at once, then two a second
        assert!((1190..=1220).contains(&sent), "{sent}");
    }

    #[test]
    fn who_sends_frames_without_end_waits_and_is_sent_away_after_a_while() {
        for mut meter in [Meter::new(Timestamp(0)), Meter::foreign(Timestamp(0))] {
            let (mut now, mut sent) = (0, 0);
            while let Ok(wait) = meter.frame(Timestamp(now), 10) {
                now += wait;
                sent += 1;
            }
            assert!((15_000..20_000).contains(&now), "{now}");
            assert!(sent < 10_000, "{sent}");
            // and after a pause all is well
            assert_eq!(meter.frame(Timestamp(now + 60_000), 10), Ok(0));
        }
    }
}
