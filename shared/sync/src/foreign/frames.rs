//! automerge-repo's network messages: CBOR maps, one a binary WebSocket message.
//!
//! <https://github.com/automerge/automerge-repo/blob/main/packages/automerge-repo-network-websocket/README.md>

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

/// The protocol version that both sides speak.
pub const VERSION: &str = "1";
/// The longest text that is read, in bytes: ids of peers are for display here.
const MAX_TEXT: usize = 1024;

/// What of a client's message matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromClient {
    /// The first message: who it is, and whether it speaks our version.
    Join {
        /// What it calls itself.
        sender: String,
        /// Ours is among its versions.
        speaks: bool,
    },
    /// A sync message about a document, as it wrote the id. A request wants to know where there is none.
    Sync {
        /// The document's id, as written.
        document: String,
        /// Automerge's message.
        data: Vec<u8>,
    },
    /// It goes.
    Leave,
    /// Presence, gossip about other peers, or of a newer version: not for us.
    Other,
}

/// The message is not CBOR of this form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message cannot be read: {0}")]
pub struct Unreadable(pub String);

impl From<minicbor::decode::Error> for Unreadable {
    fn from(error: minicbor::decode::Error) -> Self {
        Self(error.to_string())
    }
}

/// Reads a client's message.
pub fn read(bytes: &[u8]) -> Result<FromClient, Unreadable> {
    let mut d = Decoder::new(bytes);
    let mut fields = d.map()?;
    let (mut kind, mut sender, mut document) = (String::new(), String::new(), String::new());
    let (mut data, mut speaks) = (Vec::new(), false);
    loop {
        match &mut fields {
            Some(0) => break,
            Some(left) => *left -= 1,
            None if d.datatype()? == Type::Break => break,
            None => {}
        }
        match text(&mut d)?.as_str() {
            "type" => kind = text(&mut d)?,
            "senderId" => sender = text(&mut d)?,
            "documentId" => document = text(&mut d)?,
            "data" => {
                // cbor-x may mark typed arrays
                if d.datatype()? == Type::Tag {
                    d.tag()?;
                }
                data = d.bytes()?.to_vec();
            }
            "supportedProtocolVersions" => speaks = versions(&mut d)?,
            _ => d.skip()?,
        }
    }
    Ok(match kind.as_str() {
        "join" => FromClient::Join { sender, speaks },
        "sync" | "request" => FromClient::Sync { document, data },
        "leave" => FromClient::Leave,
        _ => FromClient::Other,
    })
}

fn text(d: &mut Decoder<'_>) -> Result<String, Unreadable> {
    let text = d.str()?;
    if text.len() > MAX_TEXT {
        return Err(Unreadable("a text is too long".to_owned()));
    }
    Ok(text.to_owned())
}

fn versions(d: &mut Decoder<'_>) -> Result<bool, Unreadable> {
    let Some(count) = d.array()? else {
        return Err(Unreadable("endless versions".to_owned()));
    };
    let mut speaks = false;
    for _ in 0..count.min(64) {
        speaks |= d.str()? == VERSION;
    }
    Ok(speaks)
}

/// A message of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToClient<'a> {
    /// Answer to `join`.
    Peer,
    /// Automerge's message about a document.
    Sync(&'a str, &'a [u8]),
    /// No such document for this client.
    Unavailable(&'a str),
    /// Something went wrong, in words.
    Error(&'a str),
}

/// What the server calls itself towards clients.
pub const SERVER: &str = "plumbline";

/// Writes a message to the client that calls itself `target`.
pub fn write(message: ToClient<'_>, target: &str) -> Vec<u8> {
    // writing into memory cannot fail; were it ever to, an empty message is passed over by clients
    encode(message, target).unwrap_or_default()
}

type Encoded = Result<Vec<u8>, minicbor::encode::Error<std::convert::Infallible>>;

fn encode(message: ToClient<'_>, target: &str) -> Encoded {
    let mut e = Encoder::new(Vec::new());
    let (kind, more) = match message {
        ToClient::Peer => ("peer", 2),
        ToClient::Sync(..) => ("sync", 2),
        ToClient::Unavailable(_) => ("doc-unavailable", 1),
        ToClient::Error(_) => ("error", 1),
    };
    e.map(3 + more)?;
    e.str("type")?.str(kind)?;
    e.str("senderId")?.str(SERVER)?;
    e.str("targetId")?.str(target)?;
    match message {
        ToClient::Peer => {
            e.str("peerMetadata")?.map(1)?;
            e.str("isEphemeral")?.bool(false)?;
            e.str("selectedProtocolVersion")?.str(VERSION)?;
        }
        ToClient::Sync(document, data) => {
            e.str("documentId")?.str(document)?;
            e.str("data")?.bytes(data)?;
        }
        ToClient::Unavailable(document) => {
            e.str("documentId")?.str(document)?;
        }
        ToClient::Error(words) => {
            e.str("message")?.str(words)?;
        }
    }
    Ok(e.into_writer())
}
