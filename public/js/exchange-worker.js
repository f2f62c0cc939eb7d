// Import and export in a Worker: one request {kind, text?, file? or bytes?} in; one answer out: {ok, json?,
// bytes?}, or {crashed} after a fault of ours or a lack of memory. To cancel, the app ends the Worker.
import init, { handle } from "/assets/worker.js";

const ready = init({ module_or_path: "/assets/worker.wasm" });

self.onmessage = async (event) => {
  const { kind, text, file, bytes } = event.data;
  try {
    await ready;
    const content = file ? new Uint8Array(await file.arrayBuffer()) : (bytes ?? new Uint8Array());
    const made = handle(kind, text ?? "", content);
    const answer = { ok: made.ok, json: made.json, bytes: made.bytes };
    self.postMessage(answer, answer.bytes ? [answer.bytes.buffer] : []);
  } catch (error) {
    self.postMessage({ crashed: String(error) });
  }
};
