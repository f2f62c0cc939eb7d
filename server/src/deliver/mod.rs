//! Sends notices: by mail, to browsers, to groups. Each node looks what is due and takes it under a lease, so that one of them
//! sends it; what fails is tried again for a day, and then given up and shown to administrators.

mod mail;
mod net;
mod push;
mod robots;
mod words;

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, StreamExt};
use shared::api::{NoticeChannel, Sent, WhyUnsent};
use shared::base::{PersonId, Timestamp};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::ledger::Outbox;
use crate::secret::random_bytes;
use crate::store::notices::Sends;
use crate::store::robots::RobotRow;
use crate::store::tokens::id_text;
use crate::store::{Batch, Item, Store, StoreError};
use mail::Mail;
pub use mail::NoMail;
pub(crate) use mail::is_address;
pub(crate) use net::Net;
use push::Vapid;
pub(crate) use robots::hosts;

/// How many targets are sent to at once.
const AT_ONCE: usize = 8;
/// Waits before another attempt, in minutes; after the last it is given up.
const AGAIN: [i64; 8] = [1, 2, 5, 15, 60, 180, 360, 720];
/// The longest that is kept of what the other side said, in characters.
const LONGEST: usize = 500;
/// The zone of groups: China.
const GROUPS: i16 = 480;

/// By what notices leave, as whoever starts the server says it. Nothing said: they stay in the app.
#[derive(Clone)]
pub struct NoticeOptions {
    /// The SMTP server, with name and password.
    pub smtp: Option<String>,
    /// Who mail comes from.
    pub mail_from: Option<String>,
    /// The address by which people reach this server: links in notices begin with it.
    pub url: Option<String>,
    /// Hosts that are trusted beside the vendors' and public ones: `HOST` or `HOST:PORT`.
    pub hosts: Vec<String>,
    /// How often it is looked for what is due.
    pub every: Duration,
}

impl Default for NoticeOptions {
    fn default() -> Self {
        Self {
            smtp: None,
            mail_from: None,
            url: None,
            hosts: Vec::new(),
            every: Duration::from_secs(30),
        }
    }
}

// the address may hold a password
impl std::fmt::Debug for NoticeOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NoticeOptions")
            .field("smtp", &self.smtp.is_some())
            .field("mail_from", &self.mail_from)
            .field("url", &self.url)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

/// Notices cannot be sent as was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// Mail.
    #[error(transparent)]
    Mail(#[from] NoMail),
    /// HTTP.
    #[error("no HTTP client for notices: {0}")]
    Http(#[from] reqwest::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why something was not sent.
#[derive(Debug, thiserror::Error)]
enum SendError {
    /// It may be sent later.
    #[error("{1}")]
    Later(WhyUnsent, String),
    /// It will never be.
    #[error("{1}")]
    Never(WhyUnsent, String),
    /// Who it is for is gone.
    #[error("nobody is there any more")]
    Gone,
}

impl SendError {
    /// Why, in a word.
    fn why(&self) -> WhyUnsent {
        match self {
            Self::Later(why, _) | Self::Never(why, _) => *why,
            Self::Gone => WhyUnsent::Address,
        }
    }
}

/// Sends notices. Cheap to clone.
#[derive(Clone)]
pub struct Deliver {
    store: Store,
    clock: Clock,
    mail: Option<Arc<Mail>>,
    vapid: Option<Arc<Vapid>>,
    net: Net,
    url: Option<Arc<str>>,
    wake: Arc<Notify>,
    every: Duration,
}

impl Deliver {
    pub(crate) async fn start(
        store: Store,
        clock: Clock,
        options: &NoticeOptions,
    ) -> Result<Self, DeliverError> {
        let mail = Mail::new(options.smtp.as_deref(), options.mail_from.as_deref())?;
        // a push service wants to know whom to write to
        let contact = match (&options.url, &mail) {
            (Some(url), _) if url.starts_with("https://") => Some(url.clone()),
            (_, Some(mail)) => Some(format!("mailto:{}", mail.from())),
            _ => None,
        };
        let vapid = match contact {
            Some(contact) => Some(Arc::new(Vapid::load(&store, contact).await?)),
            None => None,
        };
        Ok(Self {
            store,
            clock,
            mail: mail.map(Arc::new),
            vapid,
            net: Net::new(options.hosts.clone())?,
            url: options.url.as_deref().map(Into::into),
            wake: Arc::default(),
            every: options.every,
        })
    }

    /// For whoever makes notices.
    pub(crate) fn outbox(&self) -> Outbox {
        Outbox {
            sends: Sends {
                mail: self.mail.is_some(),
                push: self.vapid.is_some(),
            },
            wake: self.wake.clone(),
        }
    }

    /// Whether mail is sent.
    pub(crate) fn sends_mail(&self) -> bool {
        self.mail.is_some()
    }

    /// The key to register browsers with.
    pub(crate) fn push_key(&self) -> Option<String> {
        self.vapid.as_ref().map(|vapid| vapid.public())
    }

    /// What addresses are taken.
    pub(crate) fn net(&self) -> &Net {
        &self.net
    }

    /// Sends what is due, again and again; `look`: looks before whether anything has fallen due. Never ends.
    pub(crate) async fn run<F: Future<Output = Result<usize, StoreError>>>(
        self,
        look: impl Fn() -> F,
    ) {
        loop {
            if let Err(error) = look().await {
                tracing::warn!(%error, "cannot look for deadlines");
            }
            let next = tokio::time::Instant::now() + self.every;
            loop {
                if let Err(error) = self.send_due().await {
                    tracing::warn!(%error, "cannot look for notices to send");
                }
                tokio::select! {
                    () = self.wake.notified() => {}
                    () = tokio::time::sleep_until(next) => break,
                }
            }
        }
    }

    /// Sends what is due now.
    async fn send_due(&self) -> Result<(), StoreError> {
        loop {
            let id = || random_bytes().map_err(StoreError::from);
            let taken = self.store.take_deliveries(id, self.clock.now()).await?;
            if taken.is_empty() {
                return Ok(());
            }
            let sending = stream::iter(taken).for_each_concurrent(AT_ONCE, |batch| async move {
                if let Err(error) = self.deliver(&batch).await {
                    tracing::warn!(%error, "what became of a notice cannot be kept");
                }
            });
            sending.await;
        }
    }

    async fn deliver(&self, batch: &Batch) -> Result<(), StoreError> {
        let (now, id) = (self.clock.now(), batch.id);
        if batch.notices.is_empty() {
            return self.store.delivered(id, false, now).await;
        }
        match self.send(batch, now).await? {
            Ok(_) => self.store.delivered(id, true, now).await,
            Err(SendError::Gone) if batch.channel == NoticeChannel::Push => {
                self.store.browser_gone(batch.target, now).await
            }
            Err(SendError::Gone) => self.store.delivered(id, false, now).await,
            Err(error) => {
                let tried = usize::try_from(batch.attempts).unwrap_or(usize::MAX).max(1);
                let wait = AGAIN
                    .get(tried - 1)
                    .filter(|_| matches!(error, SendError::Later(..)));
                let again = wait.map(|minutes| now.plus_ms(minutes * 60_000));
                let said = kept(&error.to_string());
                tracing::warn!(channel = ?batch.channel, why = %said, given_up = again.is_none(), "a notice was not sent");
                let why = (error.why(), said.as_str());
                self.store.not_delivered(id, why, again, now).await
            }
        }
    }

    async fn send(
        &self,
        batch: &Batch,
        now: Timestamp,
    ) -> Result<Result<String, SendError>, StoreError> {
        let (items, url) = (&batch.notices, self.url.as_deref());
        Ok(match batch.channel {
            NoticeChannel::Mail => {
                let person = PersonId::from_bytes(batch.target);
                let to = self.store.notice_preferences(person).await?;
                let account = self.store.account(person).await?;
                let active = account.is_some_and(|account| account.person.active);
                let (Some(mail), Some(address), true) =
                    (&self.mail, &to.mail, active && to.mail_on)
                else {
                    // by another node, or turned off meanwhile
                    return Ok(Err(match self.mail {
                        Some(_) => SendError::Gone,
                        None => {
                            SendError::Later(WhyUnsent::Off, "this node sends no mail".to_owned())
                        }
                    }));
                };
                let body = words::body(items, to.language, to.zone, url);
                let subject = words::subject(items, to.language);
                mail.send(address, &id_text(batch.id), &subject, body).await
            }
            NoticeChannel::Push => {
                let Some(vapid) = &self.vapid else {
                    return Ok(Err(SendError::Later(
                        WhyUnsent::Off,
                        "this node sends nothing to browsers".to_owned(),
                    )));
                };
                match self.store.browser(batch.target).await? {
                    None => Err(SendError::Gone),
                    Some(browser) => {
                        let message = push_message(items, &browser.language);
                        vapid
                            .send(&self.net, &browser, &id_text(batch.id), &message, now)
                            .await
                    }
                }
            }
            NoticeChannel::Robot => match self.store.robot(batch.target).await? {
                None => Err(SendError::Gone),
                Some(robot) => {
                    let lines = words::group(items, robot.language, GROUPS);
                    robots::send(&self.net, &robot, &lines, now).await
                }
            },
        })
    }

    /// Sends a mail to somebody now, as a test.
    pub(crate) async fn test_mail(&self, person: PersonId) -> Result<Sent, StoreError> {
        let to = self.store.notice_preferences(person).await?;
        let (Some(mail), Some(address)) = (&self.mail, &to.mail) else {
            let (why, said) = match self.mail {
                None => (WhyUnsent::Off, "this server sends no mail"),
                Some(_) => (WhyUnsent::Address, "there is no mail address"),
            };
            return Ok(sent(Err(SendError::Never(why, said.to_owned()))));
        };
        let (subject, body) = words::test(to.language);
        let id = id_text(random_bytes()?);
        Ok(sent(
            mail.send(address, &id, subject, body.to_owned()).await,
        ))
    }

    /// Tries again now what was not sent.
    pub(crate) async fn again(&self, batch: [u8; 16]) -> Result<(), StoreError> {
        self.store.deliver_again(batch, self.clock.now()).await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Sends a line to a robot's group now, as a test.
    pub(crate) async fn test_robot(&self, robot: &RobotRow) -> Sent {
        let lines = [words::test(robot.language).1.to_owned()];
        sent(robots::send(&self.net, robot, &lines, self.clock.now()).await)
    }
}

fn sent(result: Result<String, SendError>) -> Sent {
    Sent {
        sent: result.is_ok(),
        why: result.as_ref().err().map(SendError::why),
        said: kept(&result.unwrap_or_else(|error| error.to_string())),
    }
}

fn kept(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(LONGEST).collect()
}

/// What the service worker shows: title, text, and the place to open.
fn push_message(items: &[Item], language: &shared::pack::text::Language) -> String {
    let path = match items {
        [one] => words::path(&one.notice),
        _ => "/inbox".to_owned(),
    };
    let title = words::product(*language);
    let body = words::subject(items, *language);
    serde_json::json!({"title": title, "body": body, "path": path}).to_string()
}
