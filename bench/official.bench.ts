/**
 * Our servers and the official ones under the same load, in turn, on the same machine: first a PDS alone, then whole
 * networks with the same people in them. Needs what `bench/peers/README.md` says; without it, it says so and ends.
 *
 * The load is a process of its own, and while one side is measured the other is up and idle.
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, openAsBlob, rmSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import type {AppViewLoad, AppViewRow} from './appview-load.ts'
import {makeCar} from './make-car.ts'
import {compare, figure, ours} from './measure.ts'
import type {LoadRow} from './pds-load.ts'
import {call, seedNetwork, smallTown, untilIndexed, type Person} from './seed-network.ts'
import {
  beginHighWater,
  hasPeers,
  highWaterMiB,
  residentMiB,
  residentPartsMiB,
  startOfficial,
  startOurs,
  type Servers,
} from './servers.ts'

const {values} = parseArgs({
  options: {
    rounds: {type: 'string', default: '3'},
    /** `a PDS`, `imports`, `accounts`, `a network` or `servers apart`. */
    only: {type: 'string', default: ''},
    /** Of the load of a PDS those rows whose names hold this. */
    row: {type: 'string', default: ''},
    ms: {type: 'string'},
    /** That are made before it is looked at what a PDS holds in memory; ten thousand take ten minutes. */
    accounts: {type: 'string', default: '1000'},
  },
  strict: false,
})
const rounds = Number(values.rounds)
const loadMs = values.ms === undefined ? undefined : Number(values.ms)
const peer = 'the official one'

/** How many times the official server's rate is asked of ours, by the names of the rows. */
const pdsClaims: Readonly<Record<string, number>> = {
  'createAccount, 4 at once': 2,
  'createRecord, 1': 6,
  'createRecord, 32': 15,
  'applyWrites x100, 1': 12,
  'applyWrites x100, 8': 12,
  'getRecord, 1': 5,
  'getRecord, 32': 18,
  'listRecords limit=100, 1': 6,
  'listRecords limit=100, 32': 8,
  'describeRepo, 32': 18,
  'getServiceAuth, 32': 6,
  'getRepo of 20,000 records, 1': 6,
  'replay of the same commits': 10,
}
const importFactor = 8
const importGrowthMibMax = 64
/** Memory is looked at every so often while it changes. */
const lookMs = 20
const residentMibMax = 90

const networkClaims: Readonly<Record<string, number>> = {'getTimeline, 1': 30, 'getTimeline, 16': 30}

interface Program {
  file: string
  args?: string[]
  input?: AppViewLoad
}

/** Longer than a timeline ever takes, and shorter than a system waits before it confirms what it was sent: 40 ms. */
const stepMs = 30

/** A server that has just worked is at rest after so long. */
const idleMs = 6_000
const settleMs = 2_000
/** The garbage of what a server has just done is still there. */
const soonMs = 1_000

type Row = Pick<LoadRow, 'name' | 'rate' | 'unit'>

if (!hasPeers) console.error('The official servers are not installed: see bench/peers/README.md.')
else {
  if ('a PDS'.includes(String(values.only))) await onBoth('pds', pdsRounds)
  if ('imports'.includes(String(values.only))) await onBoth('pds', imports)
  if ('accounts'.includes(String(values.only))) await onBoth('pds', accounts, {quickHashes: true})
  if ('a network'.includes(String(values.only))) await onBoth('network', networkRounds)
  if ('servers apart'.includes(String(values.only))) await apartRounds()
}

async function onBoth(
  what: 'pds' | 'network',
  work: (sides: Readonly<Record<string, Servers>>) => Promise<void>,
  how?: {quickHashes: boolean},
) {
  const sides: Record<string, Servers> = {}
  try {
    sides[ours] = await startOurs(what)
    sides[peer] = await startOfficial(what, how)
    await work(sides)
  } finally {
    await Promise.all(Object.values(sides).map(side => side.stop()))
  }
}

async function pdsRounds(sides: Readonly<Record<string, Servers>>): Promise<void> {
  const ms = loadMs === undefined ? [] : ['--ms', `${loadMs}`]
  const own = residentMiB({pid: sides[ours].pids.at(-1)})
  figure('PDS: our resident memory, ready', own, 'MiB', {atMost: residentMibMax})
  await inTurn('PDS', sides, pdsClaims, async ({pds}) => ({
    file: 'pds-load.ts',
    args: [pds, ...ms, '--only', String(values.row)],
  }))
  // Theirs holds its PLC directory, too, which keeps next to nothing.
  const [most, theirs] = [ours, peer].map(name => highWaterMiB(sides[name].pids.at(-1) ?? 0))
  figure(`PDS: ${peer}'s high-water memory under all of it`, theirs, 'MiB')
  figure('PDS: our high-water memory under all of it', most, 'MiB', {atMost: theirs})
}

/**
 * One repository as a CAR into a new account of each, as people bring it from elsewhere. What it takes in memory is told
 * beyond what the server has in use when it has just taken in a small one for another account: ours, when it is at rest,
 * gives back the pages of Node's own file and maps them again for the first request, and an import is not to be charged
 * with those.
 */
async function imports(sides: Readonly<Record<string, Servers>>): Promise<void> {
  useNativeCrypto()
  const count = 100_000
  // Beside the checkout, not under /tmp, which may be memory.
  const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
  try {
    const [path, smallPath] = ['repo.car', 'small.car'].map(name => join(folder, name))
    makeCar(path, count, 'preorder')
    makeCar(smallPath, 100, 'preorder')
    const round: Record<string, number> = {}
    for (const [name, {pds, pids}] of Object.entries(sides)) {
      const pid = pids.at(-1) ?? 0
      const earlier = await signUp(pds, 'earlier')
      const mover = await signUp(pds, 'mover')
      await sleep(settleMs)
      await importInto(pds, earlier, smallPath)
      beginHighWater(pid)
      const before = residentMiB({pid})
      const parts = residentPartsMiB(pid)
      const most = {...parts}
      const looks = setInterval(() => {
        const {own, ofFiles} = residentPartsMiB(pid)
        most.own = Math.max(most.own, own)
        most.ofFiles = Math.max(most.ofFiles, ofFiles)
      }, lookMs)
      const began = performance.now()
      await importInto(pds, mover, path)
      round[name] = (count * 1000) / (performance.now() - began)
      clearInterval(looks)
      const growth = highWaterMiB(pid) - before
      figure(`PDS: growth by an import, ${name}`, growth, 'MiB', name === ours ? {atMost: importGrowthMibMax} : {})
      figure(`PDS: growth by an import, memory of its own, ${name}`, most.own - parts.own, 'MiB')
      figure(`PDS: growth by an import, pages of files, ${name}`, most.ofFiles - parts.ofFiles, 'MiB')
    }
    compare({title: 'PDS: import of 100,000 records', unit: 'records', claims: {[peer]: importFactor}}, [round])
  } finally {
    rmSync(folder, {recursive: true})
  }
}

async function importInto(pds: string, {accessJwt}: {accessJwt: string}, path: string): Promise<void> {
  const {status} = await fetch(`${pds}/xrpc/com.atproto.repo.importRepo`, {
    method: 'POST',
    headers: {authorization: `Bearer ${accessJwt}`, 'content-type': 'application/vnd.ipld.car'},
    body: await openAsBlob(path),
  })
  if (status !== 200) throw new Error(`${pds} answers an import with ${status}.`)
}

/** What each holds in memory when it has so many accounts, all of which were there a moment ago; and a second after. */
async function accounts(sides: Readonly<Record<string, Servers>>): Promise<void> {
  const resident: Record<string, number> = {}
  let soon = 0
  for (const [name, {pds, pids}] of Object.entries(sides)) {
    const numbers = Array.from({length: Number(values.accounts)}, (_, i) => i)
    await mapConcurrent(numbers, 4, i => signUp(pds, `many${i}`))
    await sleep(soonMs)
    if (name === ours) soon = residentMiB({pid: pids.at(-1)})
    await sleep(idleMs)
    resident[name] = residentMiB({pid: pids.at(-1)})
  }
  const title = `PDS: resident with ${String(values.accounts)} accounts`
  figure(`${title}, ${peer}`, resident[peer], 'MiB')
  figure(`${title}, ours`, resident[ours], 'MiB', {atMost: resident[peer] / 2})
  figure(`${title}, ours, a second after the last`, soon, 'MiB', {atMost: resident[peer] / 2})
}

async function signUp(pds: string, name: string): Promise<{accessJwt: string}> {
  const {availableUserDomains} = await call<{availableUserDomains: string[]}>(pds, 'com.atproto.server.describeServer')
  const handle = `${name}${availableUserDomains[0]}`
  const person = {handle, email: `${name}@example.com`, password: 'correct horse battery'}
  return call(pds, 'com.atproto.server.createAccount', undefined, person)
}

/** What it costs to read a timeline by way of the PDS, each server being a process of its own that others call. */
async function apartRounds(): Promise<void> {
  const side = await startOurs('apart')
  try {
    const people = await seedNetwork(side, smallTown)
    await untilIndexed(side, people, smallTown)
    const {getTimeline} = await reads(side, people)
    const own = getTimeline.map(({path}, i) => ({path, token: people[i].accessJwt}))
    const ways = {'from the AppView': [side.appview ?? '', getTimeline], 'by way of the PDS': [side.pds, own]} as const
    const ms = loadMs ?? 4000
    for (const [way, [url, asked]] of Object.entries(ways)) {
      const input = {url, ms: ms * rounds, warmMs: 1500, methods: {getTimeline: [...asked]}}
      for await (const row of rowsOf({file: 'appview-load.ts', input})) {
        const {at, rate, p50, p99, times} = row as AppViewRow
        const title = `servers apart: getTimeline ${way}, ${at}`
        figure(title, rate, 'requests/s')
        figure(`${title}, half within`, p50, 'ms')
        figure(`${title}, all but one in a hundred within`, p99, 'ms')
        const steps = times.slice(stepMs).reduce((sum, count) => sum + count, 0)
        const inThousand = (steps * 1000) / times.reduce((sum, count) => sum + count, 0)
        const claim = at === 1 ? {atMost: 2} : {}
        figure(`${title}, of a thousand took ${stepMs} ms or longer`, inThousand, 'requests', claim)
      }
    }
  } finally {
    await side.stop()
  }
}

async function networkRounds(sides: Readonly<Record<string, Servers>>): Promise<void> {
  const people: Record<string, Person[]> = {}
  for (const [name, side] of Object.entries(sides)) {
    figure(`${name}: start of the whole network`, side.startMs, 'ms', name === ours ? {atMost: 2000} : {})
    const began = performance.now()
    people[name] = await seedNetwork(side, smallTown)
    await untilIndexed(side, people[name], smallTown)
    const records = smallTown.people * (smallTown.follows + smallTown.posts + smallTown.likes + 1)
    figure(
      `${name}: ${records} records, from the first written to all of them seen`,
      (records * 1000) / (performance.now() - began),
      'records/s',
    )
  }
  await inTurn('AppView, called by a service token', sides, networkClaims, async (side, name) => ({
    file: 'appview-load.ts',
    input: {url: side.appview ?? '', ms: loadMs ?? 4000, warmMs: 1500, methods: await reads(side, people[name])},
  }))
}

/** What forty viewers in rotation ask, each method with tokens of its own. */
async function reads({pds, appviewDid = ''}: Servers, people: readonly Person[]): Promise<AppViewLoad['methods']> {
  const viewers = people.slice(0, 40)
  const exp = Math.floor(Date.now() / 1000) + 1800
  const ask = async (nsid: string, params: (viewer: Person, i: number) => Record<string, string>) =>
    mapConcurrent([...viewers.entries()], 8, async ([i, viewer]) => {
      const wanted = new URLSearchParams({aud: appviewDid, lxm: nsid, exp: `${exp}`})
      const path = `com.atproto.server.getServiceAuth?${wanted}`
      const {token} = await call<{token: string}>(pds, path, viewer.accessJwt)
      return {path: `/xrpc/${nsid}?${new URLSearchParams(params(viewer, i))}`, token}
    })
  const {length} = people
  const other = (i: number): Person => people[(i + 50) % length]
  return {
    getTimeline: await ask('app.bsky.feed.getTimeline', () => ({limit: '50'})),
    getAuthorFeed: await ask('app.bsky.feed.getAuthorFeed', (_, i) => ({actor: other(i).did, limit: '50'})),
    getPostThread: await ask('app.bsky.feed.getPostThread', (_, i) => ({uri: other(i).posts[0].uri})),
    getPostThreadV2: await ask('app.bsky.unspecced.getPostThreadV2', (_, i) => ({anchor: other(i).posts[0].uri})),
    getProfile: await ask('app.bsky.actor.getProfile', (_, i) => ({actor: other(i).did})),
    listNotifications: await ask('app.bsky.notification.listNotifications', () => ({limit: '50'})),
    searchPosts: await ask('app.bsky.feed.searchPosts', (_, i) => ({
      q: i % 2 ? 'quiet shore' : 'evening',
      limit: '25',
    })),
  }
}

/** Puts the same load on each side, `rounds` times, and reports each row of it as a contest. */
async function inTurn(
  title: string,
  sides: Readonly<Record<string, Servers>>,
  claims: Readonly<Record<string, number>>,
  program: (side: Servers, name: string) => Promise<Program>,
): Promise<void> {
  const rows = new Map<string, {unit: string; rounds: Record<string, number>[]}>()
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      for (const row of await load(await program(side, name))) {
        const kept = rows.getOrInsertComputed(row.name, () => ({unit: row.unit, rounds: []}))
        kept.rounds[round] = {...kept.rounds[round], [name]: row.rate}
      }
    }
  }
  for (const [name, {unit, rounds}] of rows) {
    const claim = claims[name]
    compare({title: `${title}: ${name}`, unit, ...(claim && {claims: {[peer]: claim}})}, rounds)
  }
}

async function load(program: Program): Promise<Row[]> {
  const rows: Row[] = []
  for await (const row of rowsOf(program)) {
    rows.push('name' in row ? row : {name: `${row.method}, ${row.at}`, unit: 'requests', rate: row.rate})
  }
  return rows
}

/** Runs one of the programs of load here to its end. */
async function* rowsOf({file, args = [], input}: Program): AsyncGenerator<LoadRow | AppViewRow> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  child.stdin.end(input && JSON.stringify(input))
  for await (const line of createInterface({input: child.stdout})) yield JSON.parse(line) as LoadRow | AppViewRow
  if ((await ended) !== 0) throw new Error(`${file} ${args.join(' ')} failed.`)
}
