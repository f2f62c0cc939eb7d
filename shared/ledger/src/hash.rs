//! Hashes, each over something that says what it is of.

use std::fmt;
use std::str::FromStr;

use pack::id::FormName;
use pack::value::Answers;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// A SHA-256; as text 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// The text is no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a hash of 64 hexadecimal digits")]
pub struct ParseHashError;

impl Hash {
    /// What comes before the first entry of a chain.
    pub const NONE: Self = Self([0; 32]);

    /// Of bytes, which stand after a word that says what they are.
    pub fn of(what: &str, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        hash.update(what.as_bytes());
        hash.update(b"\n");
        for part in parts {
            hash.update(part);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&hash.finalize());
        Self(bytes)
    }

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal digits as bytes; `None` where a text is something else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|[high, low]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok());
    rest.is_empty().then(|| bytes.collect()).flatten()
}

/// The SHA-256 of the bytes of an attachment, in hexadecimal.
pub fn of_file(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(&Sha256::digest(bytes));
    Hash(hash)
}

/// The hash of a form's answers as they are submitted: what an opinion is about 冻结. Over the pack's hash, the form's name
/// and the answers as JSON, by field.
pub fn frozen(pack: &Hash, form: &FormName, answers: &Answers) -> Hash {
    // texts, numbers and lists under text keys: there is nothing in them that JSON cannot hold
    let json = serde_json::to_vec(answers).unwrap_or_default();
    Hash::of(
        "plumbline form 1",
        &[pack.as_bytes(), form.as_str().as_bytes(), b"\n", &json],
    )
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hash:{self}")
    }
}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(ParseHashError),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(ParseHashError);
        }
        let mut bytes = [0; 32];
        for (to, [high, low]) in bytes.iter_mut().zip(pairs) {
            *to = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_survives_its_text() {
        let hash = Hash::of("test", &[b"a"]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("".parse::<Hash>().is_err());
        assert!(hash.to_string().to_uppercase().parse::<Hash>().is_err());
        assert!(format!("{hash}0").parse::<Hash>().is_err());
    }

    #[test]
    fn hashes_of_different_things_differ_though_their_bytes_are_the_same() {
        assert_ne!(Hash::of("a", &[b"x"]), Hash::of("b", &[b"x"]));
    }
}
