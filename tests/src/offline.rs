//! Decisions that are made on a device with no network: signed there, sent later.

use reqwest::StatusCode;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use shared::api::{Decide, Decided, DeviceKey, LedgerKey, PutDeviceKey, SignedHead};
use shared::ledger::{Refused, Wish};

use crate::server::Client;

/// A device that is signed in and has a key of its own.
pub struct Device {
    /// Its client.
    pub http: Client,
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Device {
    /// Makes the device's key, and registers it.
    pub async fn of(http: Client) -> Self {
        let random = SystemRandom::new();
        let signing = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let secret = EcdsaKeyPair::generate_pkcs8(signing, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(signing, secret.as_ref(), &random).unwrap();
        let public = hex(pair.public_key().as_ref());
        let key = PutDeviceKey {
            public: public.clone(),
        };
        let put = http.put("/api/device-key", &key).await;
        let registered: DeviceKey = put.expect(StatusCode::OK);
        assert_eq!(registered.public, public);
        Self { http, pair, random }
    }

    /// A wish, with the device's signature over its text.
    pub fn signed(&self, wish: &Wish) -> Decide {
        let wish = serde_json::to_string(wish).unwrap();
        let signature = self.pair.sign(&self.random, wish.as_bytes()).unwrap();
        Decide {
            wish,
            signature: Some(hex(signature.as_ref())),
        }
    }

    /// Sends what was signed.
    pub async fn send(&self, ask: &Decide) -> Decided {
        let sent = self.http.post("/api/decisions", ask).await;
        sent.expect(StatusCode::OK)
    }
}

/// What was sent is in the ledger, with the device's signature.
pub fn taken_signed(decided: Decided, ask: &Decide) {
    let Decided::Taken { entry, .. } = decided else {
        panic!("{decided:?}");
    };
    let signed = entry.record().unwrap().signed.unwrap();
    assert_eq!(signed.wish, ask.wish);
    assert_eq!(Some(signed.signature), ask.signature);
}

/// What was sent came too late: why, and the entry in which it is kept.
pub fn too_late(decided: Decided) -> (Refused, u64) {
    match decided {
        Decided::Refused {
            why,
            kept: Some(entry),
        } => (why, entry),
        other => panic!("{other:?}"),
    }
}

/// Whether a head is signed by one of the server's keys.
pub fn is_signed(head: &SignedHead, keys: &[LedgerKey]) -> bool {
    let key = keys.iter().find(|key| key.id == head.key);
    key.is_some_and(|key| {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, unhex(&key.public));
        let signed = head.head.signed_bytes();
        key.verify(&signed, &unhex(&head.signature)).is_ok()
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = (0..text.len()).step_by(2);
    digits
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
