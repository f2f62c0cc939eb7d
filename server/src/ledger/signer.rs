//! The server's signature under heads of the ledger.

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use shared::api::{LedgerKey, SignedHead};
use shared::base::Timestamp;
use shared::ledger::hash::hex;
use shared::ledger::{Hash, Head};

use crate::store::{HeadRow, KeyRow, Store, StoreError};

/// The key that signs.
pub(crate) struct Signer {
    id: Hash,
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    /// The newest key of the store; the first one is made.
    pub(super) async fn load(store: &Store, now: Timestamp) -> Result<Self, StoreError> {
        let random = SystemRandom::new();
        let unreadable = |error: &dyn std::fmt::Display| {
            StoreError::Unreadable(format!("the key of the ledger: {error}"))
        };
        if store.ledger_keys().await?.is_empty() {
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
            let secret = made.map_err(|error| unreadable(&error))?.as_ref().to_vec();
            let public = pair(&secret, &random).map_err(|error| unreadable(&error))?;
            let public = public.public_key().as_ref().to_vec();
            let id = key_id(&public);
            let since = now;
            let key = KeyRow {
                id,
                public,
                secret,
                since,
            };
            store.first_ledger_key(&key).await?;
        }
        let keys = store.ledger_keys().await?;
        let key = keys.first().ok_or(StoreError::NotFound("key"))?;
        let pair = pair(&key.secret, &random).map_err(|error| unreadable(&error))?;
        Ok(Self {
            id: key.id,
            pair,
            random,
        })
    }

    /// Signs a head: the key's id and the signature.
    pub(super) fn sign(&self, head: &Head) -> Result<(Hash, Vec<u8>), StoreError> {
        let signed = self.pair.sign(&self.random, &head.signed_bytes());
        let signed =
            signed.map_err(|_| StoreError::Unavailable("a head cannot be signed".into()))?;
        Ok((self.id, signed.as_ref().to_vec()))
    }
}

fn pair(secret: &[u8], random: &SystemRandom) -> Result<EcdsaKeyPair, ring::error::KeyRejected> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, secret, random)
}

/// What a public key is called.
pub(crate) fn key_id(public: &[u8]) -> Hash {
    Hash::of("plumbline key 1", &[public])
}

/// Whether a signature over bytes is by a key.
pub(crate) fn is_by(public: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
        .verify(bytes, signature)
        .is_ok()
}

/// As devices get it.
pub(crate) fn signed(row: &HeadRow) -> SignedHead {
    SignedHead {
        head: row.head,
        key: row.signer,
        signature: hex(&row.signature),
    }
}

/// As devices get it.
pub(crate) fn public(key: &KeyRow) -> LedgerKey {
    LedgerKey {
        id: key.id,
        public: hex(&key.public),
        since: key.since,
    }
}
