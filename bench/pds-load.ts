/**
 * The load of a PDS, any PDS: what a people's clients, relays and crawlers ask of it, each kind alone. Run as a program
 * it is a process of its own, so that it takes nothing from the server it measures:
 * `node bench/pds-load.ts <url> [--ms N] [--warm N] [--only text]` prints each row as a line of JSON.
 */
import {parseArgs} from 'node:util'
import {decodeFrame} from '#atp/sync/frame.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {RawConnection, replay, type RawAnswer} from './raw-http.ts'

export interface LoadRow {
  name: string
  /** `unit` a second. */
  rate: number
  unit: string
  /** Milliseconds that one request took: half of them, and all but one in a hundred, took no longer. */
  p50?: number
  p99?: number
  bytesPerSecond?: number
}

export interface LoadOptions {
  /** How long each row is measured, and how long it runs before that, in milliseconds. */
  ms: number
  warmMs: number
  /** Rows whose names hold this. */
  only: string
  onRow: (row: LoadRow) => void
}

interface Person {
  did: string
  token: string
  refreshToken: string
}

const collection = 'app.bsky.feed.post'
const peopleCount = 20
const bigRepoSize = 20_000
const batch = 100
/** Rows that read the big repository, which nobody waits for who asks for others. */
const rowsOfBigRepo = ['getRecord', 'listRecords limit=100', 'describeRepo', 'getRepo of 20,000 records'].flatMap(row =>
  [1, 4, 32].map(count => `${row}, ${count}`),
)
/**
 * Commits of one record each that are replayed, after those that make the big repository: the same for every PDS, and so
 * many that it is not the beginning of a subscription that is measured.
 */
const replayedCount = 10_000
const xrpc = (nsid: string, params: Record<string, string> = {}): string =>
  `/xrpc/${nsid}?${new URLSearchParams(params)}`

let written = 0
let micros = Date.now() * 1_000
const post = () => ({
  $type: collection,
  text: `post ${++written}: the quick brown fox jumps over the lazy dog, and is seen by all who follow it`,
  createdAt: new Date().toISOString(),
  langs: ['en'],
})

async function demand200(answer: Promise<RawAnswer>): Promise<RawAnswer> {
  const {status, body} = await answer
  if (status !== 200) throw new Error(`${status} ${body.subarray(0, 500)}`)
  return {status, body}
}

const get = (path: string) => (connection: RawConnection) => demand200(connection.ask('GET', path))

/** Puts the load on the PDS at `url`, which must give out handles without invitation. Rejects when a call fails. */
export async function loadPds(url: string, {ms, warmMs, only, onRow}: LoadOptions): Promise<void> {
  const connections = await Promise.all(Array.from({length: 32}, () => RawConnection.open(url)))
  const [first] = connections

  /** Runs `one` on `count` connections for the time, and reports how often it came to its end. */
  const measure = async (
    name: string,
    count: number,
    unit: string,
    unitsEach: number,
    one: (connection: RawConnection, n: number) => Promise<RawAnswer | Person>,
  ): Promise<void> => {
    if (!name.includes(only)) return
    const times: number[] = []
    let bytes = 0
    const begin = performance.now() + warmMs
    const end = begin + ms
    let last = begin
    await Promise.all(
      connections.slice(0, count).map(async (connection, i) => {
        for (let n = i; performance.now() < end; n += count) {
          const started = performance.now()
          const answer = await one(connection, n)
          if (started < begin) continue
          last = performance.now()
          times.push(last - started)
          if ('body' in answer) bytes += answer.body.length
        }
      }),
    )
    times.sort((a, b) => a - b)
    const seconds = (last - begin) / 1000
    onRow({
      name,
      rate: (times.length * unitsEach) / seconds,
      unit,
      p50: times[times.length >> 1],
      p99: times[Math.floor(times.length * 0.99)],
      ...(bytes > 0 && {bytesPerSecond: bytes / seconds}),
    })
  }
  const {availableUserDomains} = await first.json('GET', xrpc('com.atproto.server.describeServer'))
  const [domain] = availableUserDomains as string[]
  const run = Date.now().toString(36).slice(-5)
  let signedUp = 0
  const signUp = async (connection: RawConnection): Promise<Person> => {
    const name = `u${run}x${(++signedUp).toString(36)}`
    const session = await connection.json('POST', xrpc('com.atproto.server.createAccount'), undefined, {
      handle: `${name}${domain}`,
      email: `${name}@example.com`,
      password: 'correct horse battery',
    })
    return {did: session.did as string, token: session.accessJwt as string, refreshToken: session.refreshJwt as string}
  }
  // All at once: a server that looks up each handle by DNS takes seconds for one where there is no network.
  const people = await Promise.all(connections.slice(0, peopleCount).map(signUp))
  await measure('createAccount, 4 at once', 4, 'accounts', 1, signUp)

  const create = (connection: RawConnection, {did, token}: Person) =>
    demand200(
      connection.ask('POST', xrpc('com.atproto.repo.createRecord'), token, {repo: did, collection, record: post()}),
    )
  const person = (n: number): Person => people[n % peopleCount]
  await measure('createRecord, 1', 1, 'records', 1, (connection, n) => create(connection, person(n)))
  await measure('createRecord, 32', 32, 'records', 1, (connection, n) => create(connection, person(n)))
  await measure('createRecord, 32, one account', 32, 'records', 1, connection => create(connection, people[0]))

  const applyBatch = (connection: RawConnection, {did, token}: Person) => {
    const writes = Array.from({length: batch}, () => ({
      $type: 'com.atproto.repo.applyWrites#create',
      collection,
      // Not every PDS chooses one here.
      rkey: tidOf(++micros, 0),
      value: post(),
    }))
    return demand200(connection.ask('POST', xrpc('com.atproto.repo.applyWrites'), token, {repo: did, writes}))
  }
  const writer = await signUp(first)
  await measure('applyWrites x100, 1', 1, 'records', batch, connection => applyBatch(connection, writer))
  await measure('applyWrites x100, 8', 8, 'records', batch, (connection, n) => applyBatch(connection, person(n)))

  const stream = `${url}${xrpc('com.atproto.sync.subscribeRepos')}`
  const seq = await seqOf(stream, () => create(first, people[0]))
  const owner = await signUp(first)
  if (rowsOfBigRepo.some(name => name.includes(only))) {
    for (let i = 0; i < bigRepoSize; i += batch) await applyBatch(first, owner)
  }
  const {records} = (await first.json(
    'GET',
    xrpc('com.atproto.repo.listRecords', {repo: owner.did, collection, limit: '100'}),
  )) as {records: {uri: string}[]}
  const paths = records.map(({uri}) =>
    xrpc('com.atproto.repo.getRecord', {repo: owner.did, collection, rkey: uri.slice(uri.lastIndexOf('/') + 1)}),
  )
  const list = get(xrpc('com.atproto.repo.listRecords', {repo: owner.did, collection, limit: '100'}))
  const exported = get(xrpc('com.atproto.sync.getRepo', {did: owner.did}))
  for (const count of [1, 32]) {
    await measure(`getRecord, ${count}`, count, 'requests', 1, (connection, n) =>
      get(paths[n % paths.length])(connection),
    )
  }
  for (const count of [1, 32]) await measure(`listRecords limit=100, ${count}`, count, 'requests', 1, list)
  const described = get(xrpc('com.atproto.repo.describeRepo', {repo: owner.did}))
  for (const count of [1, 32]) await measure(`describeRepo, ${count}`, count, 'requests', 1, described)
  const own =
    (path: string) =>
    (connection: RawConnection, n: number): Promise<RawAnswer> =>
      demand200(connection.ask('GET', path, person(n).token))
  const signed = own(
    xrpc('com.atproto.server.getServiceAuth', {aud: 'did:web:api.example.com', lxm: 'app.bsky.feed.getTimeline'}),
  )
  await measure('getServiceAuth, 32', 32, 'requests', 1, signed)
  await measure('getSession, 32', 32, 'requests', 1, own(xrpc('com.atproto.server.getSession')))
  // Each has a chain of tokens of his own.
  await measure('refreshSession, 8', 8, 'sessions', 1, async (connection, n) => {
    const one = people[n % 8]
    const session = await connection.json('POST', xrpc('com.atproto.server.refreshSession'), one.refreshToken)
    one.refreshToken = session.refreshJwt as string
    return one
  })
  await measure('getRepo of 20,000 records, 1', 1, 'records', bigRepoSize, exported)
  await measure('getRepo of 20,000 records, 4', 4, 'records', bigRepoSize, exported)

  if ('replay of the same commits'.includes(only)) {
    let left = replayedCount
    await Promise.all(
      connections.map(async (connection, i) => {
        while (left-- > 0) await create(connection, person(i))
      }),
    )
    const replayed = `${stream}cursor=${seq}`
    const whole = await replay(replayed)
    const sum = {frames: 0, bytes: 0, ms: 0}
    for (const end = performance.now() + ms; performance.now() < end;) {
      const pass = await replay(replayed, whole.frames)
      sum.frames += pass.frames
      sum.bytes += pass.bytes
      sum.ms += pass.ms
    }
    const name = 'replay of the same commits'
    const bytesPerSecond = (sum.bytes / sum.ms) * 1000
    onRow({name, rate: bytesPerSecond / 1e6, unit: 'MB', bytesPerSecond})
    onRow({name: `${name}, in frames`, rate: (sum.frames / sum.ms) * 1000, unit: 'frames', bytesPerSecond})
  }
  for (const connection of connections) connection.close()

  for (const name of ['replay of everything, first pass', 'replay of everything, second pass']) {
    if (!name.includes(only)) continue
    const {bytes, ms: took} = await replay(`${stream}cursor=0`)
    const bytesPerSecond = (bytes / took) * 1000
    onRow({name, rate: bytesPerSecond / 1e6, unit: 'MB', bytesPerSecond})
  }
}

/** The seq of the first event that a subscriber hears of who was there when `act` was called. */
async function seqOf(stream: string, act: () => Promise<unknown>): Promise<number> {
  const socket = new WebSocket(stream.replace('http', 'ws'))
  socket.binaryType = 'arraybuffer'
  const {promise: opened, resolve: open, reject} = Promise.withResolvers<unknown>()
  const {promise: heard, resolve: hear} = Promise.withResolvers<Uint8Array>()
  socket.addEventListener('open', open)
  socket.addEventListener('error', () => reject(new Error(`${stream} cannot be subscribed to.`)))
  socket.addEventListener('message', ({data}) => hear(new Uint8Array(data as ArrayBuffer)))
  await opened
  // A server may begin to listen for events a moment after it says that the subscription stands.
  await new Promise(resolve => setTimeout(resolve, 200))
  await act()
  const frame = decodeFrame(await heard)
  socket.close()
  if (frame.op !== 1 || typeof frame.body.seq !== 'number') throw new Error(`${stream} sends no event.`)
  return frame.body.seq
}

if (import.meta.main) {
  const {values, positionals} = parseArgs({
    options: {
      ms: {type: 'string', default: '4000'},
      warm: {type: 'string', default: '1500'},
      only: {type: 'string', default: ''},
    },
    allowPositionals: true,
  })
  await loadPds(positionals[0], {
    ms: Number(values.ms),
    warmMs: Number(values.warm),
    only: values.only,
    onRow: row => console.log(JSON.stringify(row)),
  })
  // A server may never answer the close of a subscription: cocoon does not.
  process.exit()
}
