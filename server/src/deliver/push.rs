//! Web Push: a message that only the browser can read (RFC 8291, RFC 8188), from a server that it knows (VAPID, RFC 8292).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use shared::api::WhyUnsent;
use shared::base::Timestamp;

use super::SendError;
use super::net::{Net, text, unreached};
use crate::secret::random_bytes;
use crate::store::robots::Browser;
use crate::store::{Store, StoreError};

/// A push service keeps it so long for a browser that is off, in seconds.
const KEEP: u32 = 3 * 24 * 60 * 60;
/// How long a signature is good, in seconds: at most a day may be asked for.
const GOOD: i64 = 12 * 60 * 60;
/// The size of a record: one is all there is.
const RECORD: u32 = 4096;

/// The key by which push services know this server.
pub(super) struct Vapid {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    /// Whom a push service writes to where something is wrong.
    contact: String,
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Vapid {
    /// The store's key; the first time one is made.
    pub(super) async fn load(store: &Store, contact: String) -> Result<Self, StoreError> {
        let random = SystemRandom::new();
        let broken = |what: &dyn std::fmt::Display| {
            StoreError::Unreadable(format!("the key for push services: {what}"))
        };
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let made = made.map_err(|error| broken(&error))?;
        let read = |secret: &[u8]| {
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, secret, &random)
        };
        let public = read(made.as_ref()).map_err(|error| broken(&error))?;
        let kept = store
            .push_key(public.public_key().as_ref(), made.as_ref())
            .await?;
        let pair = read(&kept).map_err(|error| broken(&error))?;
        Ok(Self {
            pair,
            random,
            contact,
        })
    }

    /// The public key, as browsers take it.
    pub(super) fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    fn authorization(&self, origin: &str, now: Timestamp) -> Result<String, Unspecified> {
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = json!({"aud": origin, "exp": now.0 / 1000 + GOOD, "sub": self.contact});
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&self.random, signed.as_bytes())?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(format!("vapid t={signed}.{signature}, k={}", self.public()))
    }

    /// Sends a message to a browser; what the push service said. A message of the same `topic` that was not fetched yet is
    /// replaced.
    pub(super) async fn send(
        &self,
        net: &Net,
        browser: &Browser,
        topic: &str,
        message: &str,
        now: Timestamp,
    ) -> Result<String, SendError> {
        let url = net.check(&browser.endpoint, None);
        let url = url.map_err(|why| SendError::Never(WhyUnsent::Address, why.to_owned()))?;
        let encrypted = encrypt(browser, message.as_bytes(), &self.random);
        let unfit = "the browser's keys do not fit";
        let body = encrypted.map_err(|_| SendError::Never(WhyUnsent::Refused, unfit.to_owned()))?;
        let origin = url.origin().ascii_serialization();
        let authorization = self.authorization(&origin, now);
        let authorization = authorization
            .map_err(|_| SendError::Later(WhyUnsent::Off, "it cannot be signed".to_owned()))?;
        let request = net
            .client(&url)
            .post(url)
            .header("authorization", authorization)
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("ttl", KEEP)
            .header("topic", topic)
            .body(body);
        let response = request.send().await.map_err(unreached)?;
        let status = response.status();
        let said = text(response).await?;
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(SendError::Gone),
            status if status.is_success() => Ok(status.to_string()),
            StatusCode::TOO_MANY_REQUESTS => Err(SendError::Later(WhyUnsent::TooOften, said)),
            status => Err(SendError::Later(
                WhyUnsent::Refused,
                format!("{status}: {said}"),
            )),
        }
    }
}

fn encrypt(
    browser: &Browser,
    message: &[u8],
    random: &SystemRandom,
) -> Result<Vec<u8>, Unspecified> {
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, random)?;
    let public = ours.compute_public_key()?;
    let salt: [u8; 16] = random_bytes().map_err(|_| Unspecified)?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, &browser.p256dh);
    let auth = Salt::new(HKDF_SHA256, &browser.auth);
    let shared = agree_ephemeral(ours, &theirs, |secret| auth.extract(secret))?;
    let info: [&[u8]; 3] = [b"WebPush: info\0", &browser.p256dh, public.as_ref()];
    let input: [u8; 32] = expand(&shared, &info)?;
    let both = Salt::new(HKDF_SHA256, &salt).extract(&input);
    let key: [u8; 16] = expand(&both, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = expand(&both, &[b"Content-Encoding: nonce\0"])?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    // two: it is the last record
    let mut sealed = [message, &[2]].concat();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut sealed,
    )?;
    let length = [u8::try_from(public.as_ref().len()).map_err(|_| Unspecified)?];
    Ok([
        &salt[..],
        &RECORD.to_be_bytes(),
        &length,
        public.as_ref(),
        &sealed,
    ]
    .concat())
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut out = [0; N];
    key.expand(info, Length(N))?.fill(&mut out)?;
    Ok(out)
}
