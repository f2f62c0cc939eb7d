//! Mail by SMTP.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport, Tokio1Executor};
use shared::api::WhyUnsent;

use super::SendError;

/// A server that does not answer is tried again later.
const PATIENCE: Duration = Duration::from_secs(20);

/// A way to send mail.
pub(super) struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// `--smtp` or `--mail-from` is not what it must be.
#[derive(Debug, thiserror::Error)]
pub enum NoMail {
    /// The address of the SMTP server. It may hold a password: it is not repeated.
    #[error(
        "--smtp is no address of an SMTP server: write smtps://NAME:PASSWORD@HOST:465, smtp://NAME:PASSWORD@HOST:587?tls=required, or smtp://HOST:25"
    )]
    Url,
    /// Who it comes from.
    #[error(
        "--mail-from is no mail address: write someone@example.com or \"Plumbline <someone@example.com>\""
    )]
    From,
    /// One without the other.
    #[error("--smtp and --mail-from go together: give both or neither")]
    Half,
}

impl Mail {
    pub(super) fn new(smtp: Option<&str>, from: Option<&str>) -> Result<Option<Self>, NoMail> {
        let (smtp, from) = match (smtp, from) {
            (None, None) => return Ok(None),
            (Some(smtp), Some(from)) => (smtp, from),
            _ => return Err(NoMail::Half),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp);
        let transport = transport.map_err(|_| NoMail::Url)?.timeout(Some(PATIENCE));
        Ok(Some(Self {
            transport: transport.build(),
            from: from.parse().map_err(|_| NoMail::From)?,
        }))
    }

    /// The address that it comes from.
    pub(super) fn from(&self) -> String {
        self.from.email.to_string()
    }

    /// Sends; what the server said. `id`: the same each time that the same mail is sent, so that a mail that comes twice is
    /// known for the same.
    pub(super) async fn send(
        &self,
        to: &str,
        id: &str,
        subject: &str,
        body: String,
    ) -> Result<String, SendError> {
        let to: Address = to.parse().map_err(|_| {
            SendError::Never(WhyUnsent::Address, format!("{to} is no mail address"))
        })?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|error| SendError::Never(WhyUnsent::Refused, error.to_string()))?;
        match self.transport.send(message).await {
            Ok(response) => {
                let said: Vec<&str> = response.message().collect();
                Ok(format!("{} {}", response.code(), said.join(" ")))
            }
            Err(error) if error.is_permanent() => {
                Err(SendError::Never(WhyUnsent::Refused, error.to_string()))
            }
            Err(error) => {
                let cause = std::error::Error::source(&error);
                let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                // an answer that says "not now", or none at all
                let why = match error.is_transient() {
                    true => WhyUnsent::Refused,
                    false => WhyUnsent::Unreachable,
                };
                Err(SendError::Later(why, format!("{error}{cause}")))
            }
        }
    }
}

/// Whether somebody can be written to there.
pub(crate) fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}
