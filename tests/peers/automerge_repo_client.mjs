// A client as anybody writes one with automerge-repo. It is told what to do line by line (JSON), and answers so.
import { createInterface } from "node:readline"
import { readFileSync } from "node:fs"
import { next as Automerge } from "@automerge/automerge"
import { Repo, cbor } from "@automerge/automerge-repo"
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket"

const say = message => process.stdout.write(JSON.stringify(message) + "\n")
const plain = doc => JSON.parse(JSON.stringify(doc))

let repo, adapter, handle

// what the adapter only logs: the server's words when it refuses
class Listening extends WebSocketClientAdapter {
  receiveMessage(bytes) {
    super.receiveMessage(bytes)
    const { type, message } = cbor.decode(new Uint8Array(bytes))
    if (type === "error" || type === "doc-unavailable") say({ event: type, message })
  }
}

const commands = {
  connect: url => {
    adapter = new Listening(url, 500)
    repo = new Repo({ network: [adapter] })
    return repo.networkSubsystem.whenReady()
  },
  find: async url => {
    handle = await repo.find(url)
    handle.on("change", () => say({ event: "change" }))
    return plain(handle.doc())
  },
  doc: () => plain(handle.doc()),
  // sets doc[path[0]][path[1]]... = value
  set: ({ path, value }) => {
    handle.change(doc => {
      let at = doc
      for (const key of path.slice(0, -1)) at = at[key]
      at[path.at(-1)] = value
    })
  },
  remove: path => {
    handle.change(doc => {
      let at = doc
      for (const key of path.slice(0, -1)) at = at[key]
      delete at[path.at(-1)]
    })
  },
  // a file that `plumbline doc export` wrote
  load: file => plain(Automerge.load(new Uint8Array(readFileSync(file)))),
}

for await (const line of createInterface({ input: process.stdin })) {
  const [[name, argument]] = Object.entries(JSON.parse(line))
  try {
    say({ ok: (await commands[name](argument)) ?? null })
  } catch (error) {
    say({ failed: String(error?.message ?? error) })
  }
}
process.exit(0)
