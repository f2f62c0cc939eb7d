//! Who notices are sent to, on this machine: an SMTP server, and whatever a webhook or a push service is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Nothing here takes longer, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mail as it came.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address of the envelope.
    pub to: String,
    /// Its headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Its text.
    pub text: String,
    /// Whether it was taken.
    pub taken: bool,
}

/// An SMTP server that keeps what it gets.
pub struct Smtp {
    /// For `--smtp`.
    pub url: String,
    refuse: Arc<Mutex<u32>>,
    mails: UnboundedReceiver<Mail>,
}

impl Smtp {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (sender, mails) = unbounded_channel();
        let refuse = Arc::new(Mutex::new(0));
        let refusing = refuse.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, refusing) = (sender.clone(), refusing.clone());
                tokio::spawn(talk(stream, sender, refusing));
            }
        });
        Self { url, refuse, mails }
    }

    /// The next mails are refused for now.
    pub fn refuse(&self, mails: u32) {
        *self.refuse.lock().unwrap() = mails;
    }

    /// The next mail.
    pub async fn next(&mut self) -> Mail {
        let next = tokio::time::timeout(PATIENCE, self.mails.recv()).await;
        next.expect("no mail came").unwrap()
    }

    /// The next mail, where one comes in so long.
    pub async fn within(&mut self, patience: Duration) -> Option<Mail> {
        let next = tokio::time::timeout(patience, self.mails.recv()).await;
        next.ok()?
    }

    /// A mail that came already.
    pub fn came(&mut self) -> Option<Mail> {
        self.mails.try_recv().ok()
    }
}

async fn talk(
    stream: TcpStream,
    sender: UnboundedSender<Mail>,
    refuse: Arc<Mutex<u32>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut to, mut data) = (String::new(), None::<String>);
    write.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        if let Some(text) = &mut data {
            if line != "." {
                text.push_str(line.strip_prefix('.').unwrap_or(&line));
                text.push('\n');
                continue;
            }
            let taken = {
                let mut refuse = refuse.lock().unwrap();
                let taken = *refuse == 0;
                *refuse = refuse.saturating_sub(1);
                taken
            };
            let answer: &[u8] = match taken {
                true => b"250 taken\r\n",
                false => b"451 later\r\n",
            };
            write.write_all(answer).await?;
            let _ = sender.send(mail(&to, &data.take().unwrap_or_default(), taken));
            continue;
        }
        let word = line.get(..4).unwrap_or_default().to_uppercase();
        let answer: &[u8] = match word.as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 ok\r\n"
            }
            "DATA" => {
                data = Some(String::new());
                b"354 go on\r\n"
            }
            "QUIT" => return write.write_all(b"221 bye\r\n").await,
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}

fn mail(to: &str, data: &str, taken: bool) -> Mail {
    let (head, body) = data.split_once("\n\n").unwrap();
    let mut headers = BTreeMap::new();
    for line in head.replace("\n ", " ").lines() {
        let (name, value) = line.split_once(": ").unwrap();
        headers.insert(name.to_lowercase(), words(value));
    }
    let encoding = headers.get("content-transfer-encoding").map(String::as_str);
    let text = match encoding {
        Some("base64") => {
            let joined: String = body.split_whitespace().collect();
            String::from_utf8(STANDARD.decode(joined).unwrap()).unwrap()
        }
        Some("quoted-printable") => quoted(body),
        _ => body.to_owned(),
    };
    Mail {
        to: to.to_owned(),
        headers,
        text,
        taken,
    }
}

/// A header's value with its encoded words read.
fn words(value: &str) -> String {
    let joined = value.replace("?= =?", "?==?");
    let mut parts = joined.split("=?utf-8?b?");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (word, rest) = part.split_once("?=").unwrap();
        text.push_str(&String::from_utf8(STANDARD.decode(word).unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}

/// A quoted-printable text.
fn quoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Its path with its query.
    pub path: String,
    /// Its headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Posted {
    /// Its body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An HTTP server that keeps what it gets and answers as it is told.
pub struct Hook {
    /// `127.0.0.1:PORT`
    pub host: String,
    answer: Arc<Mutex<(String, String)>>,
    posted: UnboundedReceiver<Posted>,
}

impl Hook {
    /// Starts one that answers with an empty JSON object that says that all is well.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (sender, posted) = unbounded_channel();
        let well = r#"{"errcode":0,"code":0}"#.to_owned();
        let answer = Arc::new(Mutex::new(("200 OK".to_owned(), well)));
        let answering = answer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(hear(stream, sender.clone(), answering.clone()));
            }
        });
        Self {
            host,
            answer,
            posted,
        }
    }

    /// What it answers from now on: a status line (with headers, where some are wanted) and a body.
    pub fn answer(&self, status: &str, body: &str) {
        *self.answer.lock().unwrap() = (status.to_owned(), body.to_owned());
    }

    /// The next request.
    pub async fn next(&mut self) -> Posted {
        let next = tokio::time::timeout(PATIENCE, self.posted.recv()).await;
        next.expect("no request came").unwrap()
    }

    /// A request that came already.
    pub fn came(&mut self) -> Option<Posted> {
        self.posted.try_recv().ok()
    }
}

async fn hear(
    stream: TcpStream,
    sender: UnboundedSender<Posted>,
    answer: Arc<Mutex<(String, String)>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    stream.read_line(&mut first).await?;
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or("0", String::as_str);
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await?;
    let (status, text) = answer.lock().unwrap().clone();
    let answer = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    );
    stream.get_mut().write_all(answer.as_bytes()).await?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let _ = sender.send(Posted {
        path,
        headers,
        body,
    });
    Ok(())
}
