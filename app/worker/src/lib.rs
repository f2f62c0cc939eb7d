//! Import and export as a second wasm module: runs in a Web Worker, loaded on use.

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

/// Carries one request out.
#[wasm_bindgen]
pub fn handle(kind: &str, text: &str, bytes: Vec<u8>) -> Answer {
    let _ = (text, bytes);
    Answer {
        ok: false,
        json: Some(format!("{{\"kind\":\"unknown\",\"detail\":{kind:?}}}")),
        bytes: None,
    }
}
