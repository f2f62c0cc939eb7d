//! Random ids and secrets. Secrets are shown once and kept only as their SHA-256.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The operating system gave no randomness: nothing can be made safely.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no randomness: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// `N` bytes from the operating system.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// 256 random bits, as text for a cookie, a token or a ticket.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh one.
    pub fn random() -> Result<Self, NoRandomness> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?)))
    }

    /// The text that its holder sends.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What the server keeps. One round of SHA-256 suffices: there is nothing to guess in 256 random bits.
    pub fn kept(text: &str) -> [u8; 32] {
        Self::kept_bytes(text.as_bytes())
    }

    /// The SHA-256 of any bytes.
    pub(crate) fn kept_bytes(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }
}

// Debug output ends in logs: a secret must not.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A password that people can type from paper: four groups of four letters and digits that are not mistaken for others (80 bits).
pub(crate) fn one_time_password() -> Result<String, NoRandomness> {
    groups::<16>()
}

/// A code that stands for the second factor once: likewise, six groups (120 bits: nothing to guess, also from its hash).
pub(crate) fn recovery_code() -> Result<String, NoRandomness> {
    groups::<24>()
}

fn groups<const N: usize>() -> Result<String, NoRandomness> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut text = String::new();
    for (i, byte) in random_bytes::<N>()?.into_iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
    }
    Ok(text)
}
