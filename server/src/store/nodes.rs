//! What nodes on one PostgreSQL tell each other: by NOTIFY inside the transaction that it is about, so that it is heard
//! once that is committed, and only then. In SQLite there is one node, and nobody to tell.

use std::fmt;
use std::time::Duration;

use shared::base::{DeviceId, DocumentId, PersonId, ProjectId};
use sqlx::Row;
use sqlx::postgres::PgListener;

use super::tokens::{id_from_text, id_text};
use super::{Store, StoreError, Tx, id_bytes};
use crate::notices::{Notice, Notices};
use crate::secret::random_bytes;

const CHANNEL: &str = "plumbline";
/// PostgreSQL takes less than 8000 bytes.
const LONGEST: usize = 7_000;
/// How long to wait before the connection is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Something that other nodes must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// A document's log now ends here.
    Grown(DocumentId, u64),
    /// A session has ended.
    Device(PersonId, DeviceId),
    /// A token was taken back.
    Token(PersonId, [u8; 16]),
    /// A project, or somebody's place in it, has changed.
    Project(ProjectId, Option<PersonId>),
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grown(document, head) => write!(f, "grown {document} {head}"),
            Self::Device(person, device) => write!(f, "device {person} {device}"),
            Self::Token(person, token) => write!(f, "token {person} {}", id_text(*token)),
            Self::Project(project, None) => write!(f, "project {project}"),
            Self::Project(project, Some(person)) => write!(f, "project {project} {person}"),
        }
    }
}

impl Told {
    /// `None`: of a newer version, or no word of ours.
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (what, first, second) = (words.next()?, words.next()?, words.next());
        Some(match what {
            "grown" => Self::Grown(first.parse().ok()?, second?.parse().ok()?),
            "device" => Self::Device(first.parse().ok()?, second?.parse().ok()?),
            "token" => Self::Token(first.parse().ok()?, id_from_text(second?)?),
            "project" => {
                let person = second.map(str::parse).transpose().ok()?;
                Self::Project(first.parse().ok()?, person)
            }
            _ => return None,
        })
    }
}

/// A node's random name, by which it knows its own words again.
pub(super) fn name() -> Result<String, StoreError> {
    Ok(id_text(random_bytes()?))
}

/// Words in as few payloads as they fit into.
fn payloads(node: &str, words: &[Told]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in words {
        let word = word.to_string();
        match all.last_mut() {
            Some(last) if last.len() + word.len() < LONGEST => {
                last.push(';');
                last.push_str(&word);
            }
            _ => all.push(format!("{node};{word}")),
        }
    }
    all
}

/// Tells the other nodes, at the commit.
pub(super) async fn tell(tx: &mut Tx, node: &str, words: &[Told]) -> Result<(), StoreError> {
    for payload in payloads(node, words) {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(payload)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// A connection that hears what other nodes tell.
pub struct Ears {
    store: Store,
    // none with SQLite
    listener: Option<PgListener>,
}

impl Store {
    /// Begins to hear what other nodes tell, from now on.
    pub async fn ears(&self) -> Result<Ears, StoreError> {
        let listener = match &self.database.server {
            None => None,
            Some(url) => {
                let mut listener = PgListener::connect(url).await?;
                listener.listen(CHANNEL).await?;
                Some(listener)
            }
        };
        Ok(Ears {
            store: self.clone(),
            listener,
        })
    }
}

impl Ears {
    /// Passes on what other nodes tell; never ends. After a lost connection it says that something was missed.
    pub async fn hear(self, notices: Notices) {
        let Some(mut listener) = self.listener else {
            return std::future::pending().await;
        };
        loop {
            match listener.try_recv().await {
                Ok(Some(said)) => self.store.heard(said.payload(), &notices).await,
                // it is there again
                Ok(None) => {
                    tracing::warn!(
                        "the connection to the other nodes was lost, and is there again"
                    );
                    notices.send(Notice::Missed);
                }
                Err(error) => {
                    tracing::warn!(%error, "other nodes cannot be heard");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

impl Store {
    async fn heard(&self, payload: &str, notices: &Notices) {
        let mut words = payload.split(';');
        if words.next() == Some(&*self.node) {
            return;
        }
        for word in words.filter_map(Told::read) {
            let notice = match word {
                Told::Grown(document, head) => Notice::Grown { document, head },
                Told::Device(person, device) => Notice::DeviceEnded { person, device },
                Told::Token(person, token) => Notice::TokenEnded { person, token },
                Told::Project(project, person) => match self.concerned(project, person).await {
                    Ok(people) => Notice::ProjectChanged { project, people },
                    Err(error) => {
                        tracing::error!(%error, "who is in a changed project cannot be read");
                        Notice::Missed
                    }
                },
            };
            notices.send(notice);
        }
    }

    /// A project's members, and who was one until now.
    async fn concerned(
        &self,
        project: ProjectId,
        person: Option<PersonId>,
    ) -> Result<Vec<PersonId>, StoreError> {
        let mut people: Vec<PersonId> = person.into_iter().collect();
        for row in sqlx::query("SELECT person FROM members WHERE project = $1 ORDER BY person")
            .bind(&project.as_bytes()[..])
            .fetch_all(self.reader())
            .await?
        {
            let member = PersonId::from_bytes(id_bytes(row.try_get(0)?)?);
            if !people.contains(&member) {
                people.push(member);
            }
        }
        Ok(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_were_written_in_payloads_that_postgresql_takes() {
        let person = PersonId::from_bytes([1; 16]);
        let document = DocumentId::from_bytes([255; 16]);
        let mut words = vec![
            Told::Device(person, DeviceId::from_bytes([2; 16])),
            Told::Token(person, [3; 16]),
            Told::Project(ProjectId::from_bytes([4; 16]), None),
            Told::Project(ProjectId::from_bytes([4; 16]), Some(person)),
        ];
        words.extend((0..500).map(|n| Told::Grown(document, u64::MAX - n)));
        let payloads = payloads("node", &words);
        assert!(payloads.len() > 1 && payloads.iter().all(|p| p.len() < 8000));
        let read: Vec<_> = payloads
            .iter()
            .flat_map(|p| p.split(';').skip(1).filter_map(Told::read))
            .collect();
        assert_eq!(read, words);
        assert_eq!(Told::read("of a newer version"), None);
    }
}
