// Import and export in a Worker: {id, kind, text?, bytes?} in; {id, json?, bytes?} or {id, error} out. One
// request at a time, in order; to cancel, the app ends the Worker.
import init, * as exchange from "/assets/worker.js";

const ready = init({ module_or_path: "/assets/worker.wasm" });

self.onmessage = async (event) => {
  const { id, kind, text, bytes } = event.data;
  try {
    await ready;
    const result = exchange.handle(kind, text ?? "", bytes ? new Uint8Array(bytes) : new Uint8Array());
    const answer = { id, ok: result.ok, json: result.json, bytes: result.bytes };
    result.free();
    self.postMessage(answer, answer.bytes ? [answer.bytes.buffer] : []);
  } catch (error) {
    // out of memory or a fault of ours: the module cannot be trusted any more, the app starts a new Worker
    self.postMessage({ id, ok: false, json: JSON.stringify({ kind: "crashed", detail: String(error) }) });
  }
};
