//! Import and export as a second wasm module: runs in a Web Worker, loaded on use. The rules are
//! `shared::exchange`; here they meet the Worker's messages.

mod ids;
mod jobs;
mod original;

use wasm_bindgen::prelude::wasm_bindgen;

/// What a request came to.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Answer {
    /// Whether it could be done.
    pub ok: bool,
    json: Option<String>,
    bytes: Option<Vec<u8>>,
}

#[wasm_bindgen]
impl Answer {
    /// The result, or the error, as JSON.
    #[wasm_bindgen(getter)]
    pub fn json(&mut self) -> Option<String> {
        self.json.take()
    }

    /// The file that was made.
    #[wasm_bindgen(getter)]
    pub fn bytes(&mut self) -> Option<Vec<u8>> {
        self.bytes.take()
    }
}

/// Carries one request out. Kinds: `preview` (text `{seed, into, table}`, bytes the file; gives what it holds, and the file
/// compressed; of tables without `table` their first rows), `headings` (text `{sheet, heading}`, bytes a file of tables), `mspdi`, `xlsx`, `csv` (text `{plan, schedule, notes, labels}`, `labels` for `xlsx` only, bytes
/// the kept original for `mspdi` or none; give the file), `compare` (text `{plan, notes, notes_known, kind, mapping, read,
/// read_notes}`; gives how a file that comes again differs), `accept` (text `{plan, comparison, chosen}`; gives what becomes
/// of the plan), `form` (text a form as `form_book` takes it; gives the file), `pdf` (text a picture, bytes its pixels; gives the file), `holidays` (text `{calendar, first, last}`, bytes a file or none),
/// `level` (text `{projects, options}`; gives what levelling does).
#[wasm_bindgen]
pub fn handle(kind: &str, text: &str, bytes: Vec<u8>) -> Answer {
    match jobs::run(kind, text, bytes) {
        Ok((json, bytes)) => Answer {
            ok: true,
            json,
            bytes,
        },
        Err(error) => Answer {
            ok: false,
            json: Some(error),
            bytes: None,
        },
    }
}
