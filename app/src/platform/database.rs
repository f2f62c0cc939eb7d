//! IndexedDB as rows under array keys. Every write is one transaction with strict durability: when the future
//! is ready, it is on the disk. Why our own thin layer and not a library: all steps of a write are issued in one go,
//! so that no transaction stays open across an await.
//!
//! The version of a database is 1 for ever: an older app in another tab must be able to open it. So stores are
//! generic, and what they hold is JSON that only grows.

use shared::base::sort;
use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbKeyRange, IdbOpenDbRequest, IdbRequest, IdbTransaction};

/// Why a row was not read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// The space is used up.
    #[error("no space left")]
    Full,
    /// The browser refuses; what it said.
    #[error("{0}")]
    Refused(String),
}

/// One part of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A text.
    Text(String),
    /// A number; whole numbers up to 2^53.
    Number(f64),
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Part {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

/// A row's key: compared part by part.
pub type Key = Vec<Part>;

/// A row's content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What it says, as JSON.
    pub json: String,
    /// Raw bytes beside it; may be empty.
    pub bytes: Vec<u8>,
}

/// Which rows to read.
#[derive(Debug, Clone, PartialEq)]
pub enum Range {
    /// The one with exactly this key.
    One(Key),
    /// All whose key begins with these parts (none: all rows).
    Under(Key),
    /// Under the first, those whose next part is a number above the second.
    Above(Key, u64),
}

/// One step of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Sets a row.
    Put(&'static str, Key, Row),
    /// Removes a row, if it is there.
    Delete(&'static str, Key),
    /// Removes all rows whose key begins so.
    DeleteUnder(&'static str, Key),
}

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase.transaction` with its options, which web-sys has among its unstable interfaces only.
    #[wasm_bindgen(extends = IdbDatabase)]
    pub(super) type Strict;
    #[wasm_bindgen(method, catch, js_name = transaction)]
    pub(super) fn transaction_with_options(
        this: &Strict,
        stores: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// An open database. A cheap handle.
#[derive(Clone)]
pub struct Database {
    inner: Rc<Inner>,
}

struct Inner {
    database: IdbDatabase,
    /// The browser or another tab closed it.
    closed: Rc<Cell<bool>>,
    _on_close: Closure<dyn FnMut()>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.set_onclose(None);
        self.database.close();
    }
}

impl Database {
    /// Opens (makes) a database with these stores.
    pub async fn open(name: &str, stores: &'static [&'static str]) -> Result<Self, DatabaseError> {
        let request = factory()?.open_with_u32(name, 1).map_err(refused)?;
        let upgrading: IdbOpenDbRequest = request.clone();
        let on_upgrade = Closure::once(move || {
            let Ok(database) = upgrading
                .result()
                .map(JsCast::unchecked_into::<IdbDatabase>)
            else {
                return;
            };
            for store in stores {
                // fails only where it is there already
                let _ = database.create_object_store(store);
            }
        });
        request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
        let database: IdbDatabase = done(request.unchecked_ref()).await?.unchecked_into();
        let closed = Rc::new(Cell::new(false));
        let on_close = {
            let (closed, database) = (closed.clone(), database.clone());
            Closure::new(move || {
                closed.set(true);
                // another tab deletes the database (signing out): do not hold it up
                database.close();
            })
        };
        database.set_onversionchange(Some(on_close.as_ref().unchecked_ref()));
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self {
            inner: Rc::new(Inner {
                database,
                closed,
                _on_close: on_close,
            }),
        })
    }

    /// Deletes a whole database; other tabs that have it open let go of it.
    pub async fn delete(name: &str) -> Result<(), DatabaseError> {
        let request = factory()?.delete_database(name).map_err(refused)?;
        done(request.unchecked_ref()).await.map(|_| ())
    }

    /// Whether somebody closed it under us (signed out in another tab, site data cleared).
    pub fn closed(&self) -> bool {
        self.inner.closed.get()
    }

    /// Carries all steps out in one transaction, or none; ready when it is on the disk.
    pub async fn write(&self, steps: &[Write]) -> Result<(), DatabaseError> {
        if steps.is_empty() {
            return Ok(());
        }
        let names = stores(steps);
        let transaction = self.transaction(&names, "readwrite")?;
        let finished = finished(&transaction);
        if let Err(error) = issue(&transaction, steps) {
            let _ = transaction.abort();
            return Err(refused(error));
        }
        finished.await
    }

    /// As [`Database::write`], where a row is as it was when the steps were thought out: `same` looks at it (`None`: it is
    /// not there) within the same transaction. False: it is not, and nothing was written.
    pub async fn write_while(
        &self,
        (store, at): (&'static str, Key),
        same: Box<dyn FnOnce(Option<Row>) -> bool>,
        steps: Vec<Write>,
    ) -> Result<bool, DatabaseError> {
        let mut names = stores(&steps);
        names.push(store);
        let transaction = self.transaction(&names, "readwrite")?;
        let finished = finished(&transaction);
        let held = Rc::new(Cell::new(true));
        let asked = transaction
            .object_store(store)
            .and_then(|store| store.get(&key_value(&at)))
            .map_err(refused)?;
        let (looking, answer, told) = (transaction.clone(), asked.clone(), held.clone());
        let look = Closure::once_into_js(move || {
            let found = answer.result().ok().filter(|value| value.is_object());
            if !same(found.map(|value| row(&value))) {
                told.set(false);
                let _ = looking.abort();
            } else if issue(&looking, &steps).is_err() {
                let _ = looking.abort();
            }
        });
        asked.set_onsuccess(Some(look.unchecked_ref()));
        match finished.await {
            Err(_) if !held.get() => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }

    /// Reads several ranges at one moment; rows in the order of their keys.
    pub async fn read(
        &self,
        asks: &[(&'static str, Range)],
    ) -> Result<Vec<Vec<Row>>, DatabaseError> {
        let mut names: Vec<&str> = asks.iter().map(|(store, _)| *store).collect();
        sort::plain(&mut names);
        names.dedup();
        let transaction = self.transaction(&names, "readonly")?;
        // all requests are made before the first await, so that one transaction answers them
        let requests: Vec<IdbRequest> = asks
            .iter()
            .map(|(store, range)| {
                let range: JsValue = match range {
                    Range::One(key) => IdbKeyRange::only(&key_value(key))?.into(),
                    Range::Under(key) => under(key)?.into(),
                    Range::Above(key, number) => {
                        let mut from = key.clone();
                        from.push(Part::from(*number));
                        let end = key_value(key);
                        end.push(&Array::new());
                        IdbKeyRange::bound_with_lower_open(&key_value(&from), &end, true)?.into()
                    }
                };
                transaction.object_store(store)?.get_all_with_key(&range)
            })
            .collect::<Result<_, JsValue>>()
            .map_err(refused)?;
        let waits: Vec<_> = requests.iter().map(done).collect();
        let mut answers = Vec::with_capacity(waits.len());
        for wait in waits {
            let rows: Array = wait.await?.unchecked_into();
            answers.push(rows.iter().map(|value| row(&value)).collect());
        }
        Ok(answers)
    }

    /// How many rows a store holds.
    pub async fn count(&self, store: &'static str) -> Result<usize, DatabaseError> {
        let transaction = self.transaction(&[store], "readonly")?;
        let request = transaction
            .object_store(store)
            .and_then(|store| store.count())
            .map_err(refused)?;
        let count = done(&request).await?.as_f64().unwrap_or_default();
        Ok(count as usize)
    }

    fn transaction(&self, stores: &[&str], mode: &str) -> Result<IdbTransaction, DatabaseError> {
        let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into()).map_err(refused)?;
        self.inner
            .database
            .unchecked_ref::<Strict>()
            .transaction_with_options(&names, mode, &options)
            .map_err(refused)
    }
}

/// The stores that steps write to.
fn stores(steps: &[Write]) -> Vec<&'static str> {
    let mut names: Vec<&str> = steps
        .iter()
        .map(|step| match step {
            Write::Put(store, ..) | Write::Delete(store, _) | Write::DeleteUnder(store, _) => {
                *store
            }
        })
        .collect();
    sort::plain(&mut names);
    names.dedup();
    names
}

fn issue(transaction: &IdbTransaction, steps: &[Write]) -> Result<(), JsValue> {
    for step in steps {
        match step {
            Write::Put(store, key, row) => {
                let value = Object::new();
                Reflect::set(&value, &"j".into(), &row.json.as_str().into())?;
                if !row.bytes.is_empty() {
                    let bytes = Uint8Array::from(row.bytes.as_slice());
                    Reflect::set(&value, &"b".into(), &bytes)?;
                }
                transaction
                    .object_store(store)?
                    .put_with_key(&value, &key_value(key))?;
            }
            Write::Delete(store, key) => {
                transaction.object_store(store)?.delete(&key_value(key))?;
            }
            Write::DeleteUnder(store, key) => {
                transaction
                    .object_store(store)?
                    .delete(&under(key)?.into())?;
            }
        }
    }
    Ok(())
}

pub(super) fn factory() -> Result<IdbFactory, DatabaseError> {
    web_sys::window()
        .and_then(|window| window.indexed_db().ok().flatten())
        .ok_or_else(|| DatabaseError::Refused("no IndexedDB".to_owned()))
}

fn key_value(key: &Key) -> Array {
    key.iter()
        .map(|part| match part {
            Part::Text(text) => JsValue::from_str(text),
            Part::Number(number) => JsValue::from_f64(*number),
        })
        .collect()
}

/// Arrays sort after texts and numbers, so that `[a]` to `[a, []]` holds every key that begins with `a`.
fn under(key: &Key) -> Result<IdbKeyRange, JsValue> {
    let end = key_value(key);
    end.push(&Array::new());
    IdbKeyRange::bound(&key_value(key), &end)
}

fn row(value: &JsValue) -> Row {
    let field = |name: &str| Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED);
    Row {
        json: field("j").as_string().unwrap_or_default(),
        bytes: field("b")
            .dyn_into::<Uint8Array>()
            .map(|bytes| bytes.to_vec())
            .unwrap_or_default(),
    }
}

fn refused(error: JsValue) -> DatabaseError {
    let name = Reflect::get(&error, &"name".into())
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default();
    if name == "QuotaExceededError" {
        return DatabaseError::Full;
    }
    let message = Reflect::get(&error, &"message".into())
        .ok()
        .and_then(|message| message.as_string())
        .unwrap_or_default();
    DatabaseError::Refused(format!("{name}: {message}"))
}

/// The result of a request. Its handlers are set before this returns, so that no event is missed.
pub(super) fn done(
    request: &IdbRequest,
) -> impl Future<Output = Result<JsValue, DatabaseError>> + use<> {
    let request = request.clone();
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        let (ok, failed) = (request.clone(), request.clone());
        let on_success = Closure::once_into_js(move || {
            let _ = resolve.call1(&JsValue::NULL, &ok.result().unwrap_or(JsValue::UNDEFINED));
        });
        let on_error = Closure::once_into_js(move || {
            let error = failed.error().ok().flatten().map(JsValue::from);
            let _ = reject.call1(&JsValue::NULL, &error.unwrap_or(JsValue::UNDEFINED));
        });
        request.set_onsuccess(Some(on_success.unchecked_ref()));
        request.set_onerror(Some(on_error.unchecked_ref()));
    });
    let wait = JsFuture::from(promise);
    async move { wait.await.map_err(refused) }
}

/// The end of a transaction: committed, or why not.
fn finished(
    transaction: &IdbTransaction,
) -> impl Future<Output = Result<(), DatabaseError>> + use<> {
    let transaction = transaction.clone();
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        let on_complete = Closure::once_into_js(move || {
            let _ = resolve.call0(&JsValue::NULL);
        });
        let failed = transaction.clone();
        let on_abort = Closure::once_into_js(move || {
            let error = failed.error().map(JsValue::from);
            let _ = reject.call1(&JsValue::NULL, &error.unwrap_or(JsValue::UNDEFINED));
        });
        transaction.set_oncomplete(Some(on_complete.unchecked_ref()));
        transaction.set_onabort(Some(on_abort.unchecked_ref()));
    });
    let wait = JsFuture::from(promise);
    async move { wait.await.map(|_| ()).map_err(refused) }
}
