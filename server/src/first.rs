//! The first administrator of an empty data folder.

use shared::api::NewPerson;
use shared::base::PersonId;

use crate::clock::Clock;
use crate::password::{HashingFailed, hash_here};
use crate::secret::{NoRandomness, one_time_password, random_bytes};
use crate::store::{Store, StoreError};

/// The account's name.
pub(crate) const NAME: &str = "admin";

/// The first administrator could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the first administrator cannot be made: {0}")]
pub enum FirstError {
    /// The database says no.
    Store(#[from] StoreError),
    /// No randomness.
    Randomness(#[from] NoRandomness),
    /// Hashing failed.
    Hashing(#[from] HashingFailed),
}

/// Where nobody is there yet, makes the account `admin` and gives its one-time password. It is written nowhere else.
pub(crate) async fn administrator(
    store: &Store,
    clock: &Clock,
) -> Result<Option<String>, FirstError> {
    if !store.nobody().await? {
        return Ok(None);
    }
    let password = one_time_password()?;
    let person = NewPerson {
        name: NAME.to_owned(),
        display_name: "管理员 Administrator".to_owned(),
        department: None,
        post: String::new(),
        administrator: true,
        password: String::new(),
    };
    let id = PersonId::from_bytes(random_bytes()?);
    let hash = hash_here(&password)?;
    match store
        .add_person(id, &person, &hash, true, clock.now())
        .await
    {
        Ok(_) => Ok(Some(password)),
        // another node that started beside this one was quicker, and has told its password
        Err(StoreError::Exists(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
