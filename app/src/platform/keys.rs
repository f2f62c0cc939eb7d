//! Signatures through WebCrypto: ECDSA P-256 with SHA-256. The device's own key never leaves the browser: it is kept as what
//! it is in a database of its own, and nobody can read the secret out of it.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, IdbDatabase, SubtleCrypto};

use super::database::{Strict, done, factory};

/// The database with the keys of the device's people.
const DATABASE: &str = "plumbline-keys";
/// The store: a pair of keys under its person.
const STORE: &str = "keys";
const CURVE: &str = "P-256";
const ECDSA: &str = "ECDSA";

/// The key with which this device signs for a person.
#[derive(Clone)]
pub struct DeviceKey {
    secret: CryptoKey,
    /// The public key: a point of P-256, uncompressed.
    pub public: Vec<u8>,
}

fn subtle() -> Option<SubtleCrypto> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    (!subtle.is_undefined()).then_some(subtle)
}

fn curve() -> Option<Object> {
    let how = Object::new();
    Reflect::set(&how, &"name".into(), &ECDSA.into()).ok()?;
    Reflect::set(&how, &"namedCurve".into(), &CURVE.into()).ok()?;
    Some(how)
}

fn signing() -> Option<Object> {
    let how = Object::new();
    Reflect::set(&how, &"name".into(), &ECDSA.into()).ok()?;
    Reflect::set(&how, &"hash".into(), &"SHA-256".into()).ok()?;
    Some(how)
}

/// Whether a signature over bytes is by a public key; `None` where the page has no WebCrypto (no https).
pub async fn is_by(public: &[u8], bytes: &[u8], signature: &[u8]) -> Option<bool> {
    let subtle = subtle()?;
    let uses = Array::of1(&"verify".into());
    let key: Object = Uint8Array::from(public).unchecked_into();
    let imported = subtle
        .import_key_with_object("raw", &key, &curve()?, true, &uses)
        .ok()?;
    let Ok(key) = JsFuture::from(imported).await else {
        return Some(false);
    };
    let (signature, bytes) = (Uint8Array::from(signature), Uint8Array::from(bytes));
    let asked = subtle
        .verify_with_object_and_buffer_source_and_buffer_source(
            &signing()?,
            key.unchecked_ref(),
            &signature,
            &bytes,
        )
        .ok()?;
    Some(JsFuture::from(asked).await.ok()?.is_truthy())
}

async fn open() -> Option<IdbDatabase> {
    let request = factory().ok()?.open_with_u32(DATABASE, 1).ok()?;
    let upgrading = request.clone();
    let on_upgrade = Closure::once(move || {
        if let Ok(database) = upgrading.result() {
            let _ = database
                .unchecked_into::<IdbDatabase>()
                .create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let database = done(request.unchecked_ref()).await.ok()?;
    Some(database.unchecked_into())
}

impl DeviceKey {
    /// The person's key on this device, made where there is none; `None` where the page cannot have one (no https).
    pub async fn of(person: &str) -> Option<Self> {
        let subtle = subtle()?;
        let database = open().await?;
        let found = {
            let store = database.transaction_with_str(STORE).ok()?;
            let request = store.object_store(STORE).ok()?.get(&person.into()).ok()?;
            done(&request).await.ok()?
        };
        let pair = match found.is_object() {
            true => found,
            false => {
                let uses = Array::of2(&"sign".into(), &"verify".into());
                // the secret cannot be read out of it
                let made = subtle
                    .generate_key_with_object(&curve()?, false, &uses)
                    .ok()?;
                let pair = JsFuture::from(made).await.ok()?;
                let write = database
                    .unchecked_ref::<Strict>()
                    .transaction_with_options(
                        &Array::of1(&STORE.into()),
                        "readwrite",
                        &Object::new(),
                    )
                    .ok()?;
                let request = write
                    .object_store(STORE)
                    .ok()?
                    .put_with_key(&pair, &person.into())
                    .ok()?;
                done(&request).await.ok()?;
                pair
            }
        };
        let part = |name: &str| -> Option<CryptoKey> {
            Some(Reflect::get(&pair, &name.into()).ok()?.unchecked_into())
        };
        let exported = subtle.export_key("raw", &part("publicKey")?).ok()?;
        let raw: ArrayBuffer = JsFuture::from(exported).await.ok()?.unchecked_into();
        Some(Self {
            secret: part("privateKey")?,
            public: Uint8Array::new(&raw).to_vec(),
        })
    }

    /// Signs bytes: `r` and `s` of 32 bytes each.
    pub async fn sign(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let bytes = Uint8Array::from(bytes);
        let asked = subtle()?
            .sign_with_object_and_buffer_source(&signing()?, &self.secret, &bytes)
            .ok()?;
        let signed: ArrayBuffer = JsFuture::from(asked).await.ok()?.unchecked_into();
        Some(Uint8Array::new(&signed).to_vec())
    }
}
