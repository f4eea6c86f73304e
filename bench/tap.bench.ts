/**
 * Our Tap beside that of the network (`cmd/tap` of bluesky-social/indigo), each a process of its own over real sockets:
 * many repositories are named to it, and a consumer on one WebSocket acknowledges each event as it comes, as the official
 * client does. `WHOLESKY_GO_TAP` names the binary, built by whoever runs this; without it only ours is measured. Then one
 * repository of a million records, in the order that we give out and in that of the official PDS, and what that takes.
 */
import {fork, spawn, type ChildProcess} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {type CarOrder, carDid, makeCar} from './make-car.ts'
import {figure, ours} from './measure.ts'
import {cliFile, cpuSeconds, ended, freePorts, highWaterMiB} from './servers.ts'
import type {TapHostsOptions, TapHostsReady} from './tap-hosts.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'

const {values} = parseArgs({
  options: {
    accounts: {type: 'string', default: '2000'},
    records: {type: 'string', default: '500'},
    large: {type: 'string', default: '1000000'},
    only: {type: 'string', default: ''},
  },
  strict: false,
})
const options: TapHostsOptions = {hosts: 8, accounts: Number(values.accounts), records: Number(values.records)}
const large = Number(values.large)
const goTap = process.env.WHOLESKY_GO_TAP
const peer = 'the Go tap'
const recordMark = Buffer.from('"type":"record"')
const wanted = (title: string): boolean => title.includes(String(values.only))

const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
try {
  const title = 'back-fill'
  if (wanted(title)) {
    await withHosts(options, async ready => {
      const total = options.accounts * options.records
      for (const [name, start] of [[ours, startOurs] as const, ...(goTap ? [[peer, startGo] as const] : [])]) {
        const {seconds, cpu, memory} = await measured(start, ready, ready.dids, total)
        const bar = name === ours ? {atLeast: 60_000} : {}
        figure(`${name}: ${title}, delivered and acknowledged`, total / seconds, 'records/s', bar)
        figure(`${name}: ${title}, CPU`, (cpu * 1e6) / total, 'µs/record')
        figure(`${name}: ${title}, resident at the most`, memory, 'MiB')
      }
    })
  }
  for (const order of ['preorder', 'by-cid'] as const) {
    const title = `one repository of ${large} records, ${order}`
    if (!wanted(title)) continue
    const car = largeCar(order)
    await withHosts({hosts: 1, accounts: 1, records: 1, car}, async ready => {
      const {seconds, memory} = await measured(startOurs, ready, [carDid], large)
      figure(title, large / seconds, 'records/s')
      figure(`${title}, resident at the most`, memory, 'MiB', {atMost: 150})
    })
    rmSync(car)
  }
} finally {
  rmSync(folder, {recursive: true, force: true})
}

function largeCar(order: CarOrder): string {
  useNativeCrypto()
  const path = join(folder, `${order}.car`)
  makeCar(path, large, order)
  return path
}

async function withHosts(of: TapHostsOptions, use: (ready: TapHostsReady) => Promise<void>): Promise<void> {
  const hosts = fork(fileURLToPath(new URL('tap-hosts.ts', import.meta.url)), [JSON.stringify(of)])
  try {
    const ready = await new Promise<TapHostsReady>((resolve, reject) => {
      hosts.once('message', message => resolve(message as TapHostsReady)).once('exit', reject)
    })
    await use(ready)
  } finally {
    hosts.disconnect()
  }
}

type Start = (ready: TapHostsReady, port: number) => ChildProcess

/** From naming the repositories to the last acknowledgement. */
async function measured(start: Start, ready: TapHostsReady, dids: readonly string[], total: number) {
  const [port] = await freePorts(1)
  const child = start(ready, port)
  const url = `http://127.0.0.1:${port}`
  try {
    for (let n = 0; !(await fetch(`${url}/health`).catch(() => undefined))?.ok; n++) {
      if (n > 400 || child.exitCode !== null) throw new Error('The Tap does not answer.')
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    const cpuBefore = cpuSeconds(child)
    const began = performance.now()
    const consuming = consume(port, total)
    await fetch(`${url}/repos/add`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({dids}),
    })
    await consuming
    const seconds = (performance.now() - began) / 1_000
    return {seconds, cpu: cpuSeconds(child) - cpuBefore, memory: highWaterMiB(child.pid ?? 0)}
  } finally {
    await ended(child, () => child.kill('SIGTERM'))
  }
}

/**
 * Takes events and acknowledges each by a message of its own, what comes in one piece together: what is measured is the
 * Tap, and not who listens. Resolves once as many records came.
 */
function consume(port: number, total: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `GET /channel HTTP/1.1\r\nhost: localhost:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n`,
    )
    const seen = new Set<number>()
    let held: Buffer = Buffer.alloc(0)
    let isOpen = false
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`The Tap has closed the connection after ${seen.size} records.`)))
    socket.on('data', (data: Buffer) => {
      held = held.length === 0 ? data : Buffer.concat([held, data])
      let at = 0
      if (!isOpen) {
        const end = held.indexOf('\r\n\r\n')
        if (end < 0) return
        isOpen = true
        at = end + 4
      }
      const acks: Buffer[] = []
      for (;;) {
        const message = messageAt(held, at)
        if (!message) break
        at = message.end
        if (message.opcode === 8) {
          const said = held.subarray(message.start, message.end)
          return reject(new Error(`The Tap has said ${said.readUInt16BE(0)} ${said.toString('utf8', 2)}.`))
        }
        if (message.opcode === 9) socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]))
        if (message.opcode !== 1) continue
        const text = held.subarray(message.start, message.end)
        // `{"id":` is at the beginning of both.
        const id = Number.parseInt(text.toString('latin1', 6, 24), 10)
        if (text.indexOf(recordMark) >= 0) seen.add(id)
        acks.push(ackOf(id))
      }
      held = held.subarray(at)
      if (acks.length > 0) socket.write(Buffer.concat(acks))
      if (seen.size >= total) {
        socket.removeAllListeners('close')
        socket.end()
        resolve()
      }
    })
  })
}

function messageAt(bytes: Buffer, at: number): {opcode: number; start: number; end: number} | undefined {
  if (bytes.length < at + 2) return undefined
  const short = bytes[at + 1] & 127
  const head = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < at + head) return undefined
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
  const end = at + head + size
  return bytes.length < end ? undefined : {opcode: bytes[at] & 15, start: at + head, end}
}

/** A client masks what it sends; by zeros here, which change nothing. */
function ackOf(id: number): Buffer {
  const text = `{"type":"ack","id":${id}}`
  const frame = Buffer.alloc(6 + text.length)
  frame[0] = 0x81
  frame[1] = 0x80 | text.length
  frame.write(text, 6, 'latin1')
  return frame
}

function startOurs({plc, relay}: TapHostsReady, port: number): ChildProcess {
  const env = {
    ...process.env,
    TAP_PORT: `${port}`,
    TAP_PLC_URL: plc,
    TAP_RELAY_URL: relay,
    TAP_LOCAL_HOSTS: 'true',
    WHOLESKY_DATA: mkdtempSync(join(folder, 'ours-')),
    LOG_LEVEL: 'error',
  }
  return spawn(process.execPath, [cliFile, 'tap'], {cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit']})
}

function startGo({plc, relay}: TapHostsReady, port: number): ChildProcess {
  const env = {
    ...process.env,
    TAP_BIND: `127.0.0.1:${port}`,
    TAP_PLC_URL: plc,
    TAP_RELAY_URL: relay,
    TAP_DATABASE_URL: `sqlite://${join(mkdtempSync(join(folder, 'go-')), 'tap.db')}`,
    TAP_LOG_LEVEL: 'error',
  }
  return spawn(goTap ?? '', ['run'], {cwd: folder, env, stdio: 'ignore'})
}
