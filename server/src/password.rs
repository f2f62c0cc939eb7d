//! Password hashes: argon2id with the parameters OWASP asks for, off the async threads, a few at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Fewest characters of a password.
pub(crate) const SHORTEST: usize = 10;
/// Most bytes of a password: more is no password but an attempt to keep the server busy.
pub(crate) const LONGEST_BYTES: usize = 1024;

/// Hashing failed for a cause within the server.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed: {0}")]
pub struct HashingFailed(String);

/// Hashes and checks. A hash costs 19 MiB for some 20 ms: at most four run at once, others queue.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// A hash of nothing anybody knows: checked where there is no account, so that both take as long.
    nobody: Arc<str>,
}

fn argon2() -> Result<Argon2<'static>, HashingFailed> {
    let params = Params::new(19_456, 2, 1, None).map_err(|e| HashingFailed(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes on the thread that calls: for the command line.
pub fn hash_here(password: &str) -> Result<String, HashingFailed> {
    let hash = argon2()?
        .hash_password(password.as_bytes())
        .map_err(|e| HashingFailed(e.to_string()))?;
    Ok(hash.to_string())
}

fn verify_here(password: &str, hash: &str) -> Result<bool, HashingFailed> {
    let parsed = PasswordHash::new(hash).map_err(|e| HashingFailed(e.to_string()))?;
    Ok(argon2()?
        .verify_password(password.as_bytes(), &parsed)
        .is_ok())
}

impl Passwords {
    /// Makes the queue.
    pub fn new() -> Result<Self, HashingFailed> {
        let unknown = crate::secret::Secret::random().map_err(|e| HashingFailed(e.to_string()))?;
        Ok(Self {
            places: Arc::new(Semaphore::new(4)),
            nobody: hash_here(unknown.text())?.into(),
        })
    }

    /// A PHC string with a fresh salt.
    pub async fn hash(&self, password: String) -> Result<String, HashingFailed> {
        self.run(move || hash_here(&password)).await
    }

    /// Whether `password` is the one of `hash`. Without a hash it takes as long and says no.
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, HashingFailed> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let equal = self.run(move || verify_here(&password, &hash)).await?;
        Ok(equal && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingFailed> + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|e| HashingFailed(e.to_string()))?;
        // the place is given back when the work is done, even when whoever asked has gone
        tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        })
        .await
        .map_err(|e| HashingFailed(e.to_string()))?
    }
}

/// What is wrong with a new password, if anything.
pub(crate) fn objection(password: &str, account: &str) -> Option<&'static str> {
    if password.chars().count() < SHORTEST {
        Some("the password must have 10 characters or more")
    } else if password.len() > LONGEST_BYTES {
        Some("the password is longer than 1024 bytes")
    } else if !account.is_empty() && password.to_lowercase() == account.to_lowercase() {
        Some("the password must not be the account's name")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_hash_says_its_owasp_parameters_and_holds_only_for_its_password() {
        let hash = hash_here("correct horse").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(verify_here("correct horse", &hash).unwrap());
        assert!(!verify_here("correct hors", &hash).unwrap());
        assert_ne!(hash, hash_here("correct horse").unwrap());
    }

    #[test]
    fn short_passwords_and_the_accounts_name_are_refused() {
        assert!(objection("123456789", "li").is_some());
        assert!(objection("zhangsanfeng", "ZhangSanFeng").is_some());
        assert!(objection("十个字的口令就是够长了", "li").is_none());
    }
}
