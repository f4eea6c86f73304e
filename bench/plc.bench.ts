/**
 * The PLC directory: what it takes on disk, and how fast it takes operations, says what identities are, and gives out its
 * log. The peer is the official directory on Postgres, where `bench/peers` is installed and Postgres starts.
 *
 * The data is as in the real log: of ten identities eight have one operation and the others some more; two keys that the
 * server of the account holds may rotate, each account has its own signing key.
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {realWorld} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {genesisDid, operationCid, signOperation, type PlcUpdate} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {sqliteOperationStore} from '../src/services/plc/store/operation-store.sqlite.ts'
import {plcMigrations} from '../src/services/plc/store/schema.ts'
import {freePorts} from '../test/network-env.ts'
import {contest, figure} from './measure.ts'
import {answers, cliFile, ended, hasPlcPeer, startOfficial} from './servers.ts'

useNativeCrypto()
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
const identities = 20_000
const rotation = [Keypair.generate('k256', realWorld.random), Keypair.generate('k256', realWorld.random)]
const rotationKeys = rotation.map(({didKey}) => didKey)
const hosts = Array.from({length: 80}, (_, i) => `https://mushroom${i}.us-east.host.bsky.network`)

let made = 0
const handle = (): string => `at://person-${(made++ * 2_654_435_761) % 2 ** 32}.bsky.social`

function signed(prev: PlcUpdate | null, signingKey: string): PlcUpdate {
  return signOperation<PlcUpdate>(
    {
      type: 'plc_operation',
      rotationKeys,
      verificationMethods: {atproto: signingKey},
      alsoKnownAs: [handle()],
      services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: hosts[made % hosts.length]}},
      prev: prev && operationCid(prev),
    },
    rotation[1],
  )
}

/** A history: one operation in eight of ten cases, else two to four. */
function history(): PlcUpdate[] {
  const signingKey = Keypair.generate('k256', realWorld.random).didKey
  const log = [signed(null, signingKey)]
  for (let more = made % 10 < 8 ? 0 : 1 + (made % 3); more > 0; more--) {
    log.push(signed(log[log.length - 1], signingKey))
  }
  return log
}

const path = join(folder, 'plc.sqlite')
const sql = openSqlite(path, {migrations: plcMigrations})
const store = sqliteOperationStore(sql)
const dids: Did[] = []
let operations = 0
let jsonSize = 0
for (let i = 0; i < identities; i += 500) {
  const histories = Array.from({length: 500}, history)
  const acts = histories.flatMap(log => {
    const did = genesisDid(log[0])
    dids.push(did)
    return log.map((operation, known) => {
      operations++
      jsonSize += JSON.stringify({did, operation, cid: operationCid(operation), createdAt: new Date(0)}).length
      const entry = {operation, cid: '', nullified: false, takenMs: 1_700_000_000_000 + operations * 40}
      return store.add(did, known, entry, [])
    })
  })
  await Promise.all(acts)
}
const pages = sql.read(tx => tx.get<{page_count: number}>('PRAGMA page_count')?.page_count ?? 0)
await store.close()
const {size} = statSync(path)
figure('operations stored', operations, 'operations')
figure('bytes an operation, with all indexes', size / operations, 'bytes', {atMost: 1_200})
figure('bytes an identity', size / identities, 'bytes')
figure('pages of the database', pages, 'pages')
figure('the same operations as JSON lines', jsonSize / operations, 'bytes each')

// In a process of its own, as the other is.
const {plc: port} = await freePorts()
const child = spawn(process.execPath, [cliFile, 'plc'], {
  env: {PATH: process.env.PATH, PLC_PORT: String(port), PLC_DATABASE: `sqlite:${path}`, LOG_LEVEL: 'error'},
  stdio: 'ignore',
})
const ours = `http://localhost:${port}`
await answers(ours, [child])
const official = hasPlcPeer
  ? await startOfficial('plc').catch(
      (error: unknown) => void console.error(`the official directory does not start: ${String(error)}`),
    )
  : undefined
if (!official) console.error('The official directory is not here (bench/peers/README.md): ours is measured alone.')
const urls = {wholesky: ours, ...(official && {official: official.plc})}

/** Runs `work` for each contender, so many calls at a time. */
const contenders = (work: (url: string, i: number) => Promise<unknown>, calls: number) =>
  Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [
      name,
      () => Promise.all(Array.from({length: calls}, (_, i) => work(url, i))),
    ]),
  )

async function ask(url: string): Promise<string> {
  // Ours would compress it, and the other does not know how.
  const response = await fetch(url, {headers: {'accept-encoding': 'identity'}})
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return text
}

const knownTo: Record<string, Did[]> = Object.fromEntries(Object.keys(urls).map(name => [name, []]))
const nameOf = (url: string): string => Object.entries(urls).find(([, known]) => url === known)?.[0] ?? ''
async function submit(url: string): Promise<void> {
  const operation = signed(null, rotationKeys[0])
  const did = genesisDid(operation)
  const submission = {method: 'POST', body: JSON.stringify(operation), headers: {'content-type': 'application/json'}}
  // The official one lets its transactions fail when they meet, and answers 500: those are sent again.
  for (let tries = 0; ; tries++) {
    const response = await fetch(`${url}/${did}`, submission)
    await response.arrayBuffer()
    if (response.ok) break
    if (response.status !== 500 || tries === 1_000) throw new Error(`${response.status} for a submission`)
  }
  knownTo[nameOf(url)].push(did)
}
await contest({
  title: 'submit, 32 at once',
  unit: 'operations',
  work: 32,
  contenders: contenders(submit, 32),
  claims: official ? {official: 3} : {},
})
// As many as the pages of the export below are long.
for (const [name, url] of Object.entries(urls)) {
  while (knownTo[name].length < 1_100) await Promise.all(Array.from({length: 32}, () => submit(url)))
}
await contest({
  title: 'resolve, 32 at once',
  unit: 'documents',
  work: 32,
  contenders: contenders((url, i) => ask(`${url}/${knownTo[nameOf(url)][i % knownTo[nameOf(url)].length]}`), 32),
  claims: official ? {official: 5} : {},
})
await contest({
  title: 'export, a thousand lines a page',
  unit: 'lines',
  work: 1_000,
  contenders: contenders(async url => ask(`${url}/export?count=1000`), 1),
})

await ended(child, () => child.kill('SIGTERM'))
await official?.stop()
rmSync(folder, {recursive: true})
