//! Duties of an organisation's people, and the time that goes by between them.

use reqwest::StatusCode;
use shared::api::{Inbox, InboxDuty};
use shared::base::time::DAY;
use shared::base::{ProjectId, Timestamp};
use shared::ledger::due::CHINA;

use super::Office;
use crate::server::Person;

const DAY_MS: i64 = DAY * 60_000;

impl Office {
    /// What somebody is to do again and again in a project, and has not done in the turn that goes on.
    pub async fn duty(&self, person: &Person, of: ProjectId, duty: &str) -> Option<InboxDuty> {
        let inbox: Inbox = person.http.get("/api/inbox").await.expect(StatusCode::OK);
        let mut duties = inbox.duties.into_iter();
        duties.find(|known| known.project == of && known.duty == duty)
    }

    /// Goes on to the morning on which the next turn of a duty begins.
    pub async fn next_turn(&self, duty: &str, others: &[&Person]) {
        let every = self.pack.duty(&duty.parse().unwrap()).unwrap().every;
        let ahead = CHINA * 60_000;
        let today = (self.server.clock.now().0 + ahead).div_euclid(DAY_MS);
        let next = every.next(every.turn(today));
        let morning = next * DAY_MS - ahead + 8 * 60 * 60_000;
        self.until(Timestamp(morning), others).await;
    }

    /// Goes on to a time. Everybody looks in every few days: who does not for weeks is signed out.
    pub async fn until(&self, time: Timestamp, others: &[&Person]) {
        loop {
            let left = time.since(self.server.clock.now());
            if left <= 0 {
                return;
            }
            self.server.clock.advance_ms(left.min(10 * DAY_MS));
            let known = self.people.values().chain([&self.admin]);
            for person in known.chain(others.iter().copied()) {
                let seen = person.http.get("/api/inbox").await;
                assert_eq!(seen.status, StatusCode::OK);
            }
        }
    }
}
