// Devices of another make, at work: KIND URL DEVICES DOCUMENTS EDITS_A_SECOND SECONDS. Prints one line of JSON.
import { WebSocket } from "ws"

const [kind, url, ...numbers] = process.argv.slice(2)
const [devices, documents, rate, seconds] = numbers.map(Number)
const pause = ms => new Promise(done => setTimeout(done, ms))
const latencies = []
let seen = 0

const arrived = sent => {
  seen += 1
  latencies.push(performance.now() - sent)
}

async function automergeRepo() {
  const { Repo } = await import("@automerge/automerge-repo")
  const { WebSocketClientAdapter } = await import("@automerge/automerge-repo-network-websocket")
  const open = () => new Repo({ network: [new WebSocketClientAdapter(url, 0)] })
  const author = open()
  await author.networkSubsystem.whenReady()
  const urls = []
  for (let n = 0; n < documents; n++) {
    const handle = author.create({ edits: {} })
    urls.push(handle.url)
  }
  await pause(2000)
  const all = []
  for (let n = 0; n < devices; n++) {
    const repo = open()
    const handle = await repo.find(urls[n % documents])
    handle.on("change", ({ patches }) => {
      for (const { action, path, value } of patches)
        if (action === "put" && path[0] === "edits" && path[1] && !path[1].startsWith(`${n}-`)) arrived(value)
    })
    all.push(key => handle.change(doc => { doc.edits[`${n}-${key}`] = performance.now() }))
  }
  return all
}

async function yWebsocket() {
  const Y = await import("yjs")
  const { WebsocketProvider } = await import("y-websocket")
  const all = []
  const ready = []
  for (let n = 0; n < devices; n++) {
    const doc = new Y.Doc()
    const options = { WebSocketPolyfill: WebSocket, disableBc: true }
    const provider = new WebsocketProvider(url, `document-${n % documents}`, doc, options)
    ready.push(new Promise(done => provider.once("sync", done)))
    const edits = doc.getMap("edits")
    edits.observe(event => {
      for (const key of event.keysChanged) if (!key.startsWith(`${n}-`)) arrived(edits.get(key))
    })
    all.push(key => edits.set(`${n}-${key}`, performance.now()))
    if (n % 50 === 49) await Promise.all(ready)
  }
  await Promise.all(ready)
  return all
}

const all = await (kind === "y" ? yWebsocket() : automergeRepo())
await pause(1000)
process.stdout.write("ready\n")
const began = performance.now()
let made = 0
let expected = 0
while (performance.now() - began < seconds * 1000) {
  const due = Math.floor(((performance.now() - began) * rate) / 1000)
  for (; made < due; made++) {
    const n = Math.floor(Math.random() * devices)
    const others = Math.floor((devices - (n % documents) - 1) / documents)
    all[n](made)
    expected += others
  }
  await pause(2)
}
for (let wait = 0; seen < expected && wait < 300; wait++) await pause(100)
latencies.sort((a, b) => a - b)
const at = share => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]
process.stdout.write(JSON.stringify({ made, expected, seen, p50: at(0.5), p99: at(0.99) }) + "\n")
process.exit(0)
