/**
 * The PLC directory: what it takes on disk, and how fast it takes operations, says what identities are, and gives out its
 * log. The peer is the official directory on Postgres, where `bench/peers` is installed and Postgres starts.
 *
 * The data is as in the real log: of ten identities eight have one operation and the others some more; two keys that the
 * server of the account holds may rotate, each account has its own signing key.
 */
import {mkdtempSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {listen} from '#runtime/http/listener.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {genesisDid, operationCid, signOperation, type PlcUpdate} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {plcConfig} from '../src/services/plc/config.ts'
import {openPlc} from '../src/services/plc/plc.ts'
import {sqliteOperationStore} from '../src/services/plc/store/operation-store.sqlite.ts'
import {plcMigrations} from '../src/services/plc/store/schema.ts'
import {contest, figure} from './measure.ts'
import {hasPlcPeer, startOfficial} from './servers.ts'

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
const size = statSync(path).size
figure('operations stored', operations, 'operations')
figure('bytes an operation, with all indexes', size / operations, 'bytes', {atMost: 1_200})
figure('bytes an identity', size / identities, 'bytes')
figure('pages of the database', pages, 'pages')
figure('the same operations as JSON lines', jsonSize / operations, 'bytes each')

const plc = await openPlc(readConfig(plcConfig, {env: {PLC_DATABASE: `sqlite:${path}`}}), realWorld, silentLog)
await plc.start()
const listener = await listen(plc, {port: 0, log: silentLog})
const official = hasPlcPeer
  ? await startOfficial('plc').catch(
      (error: unknown) => void console.error(`the official directory does not start: ${String(error)}`),
    )
  : undefined
if (!official) console.error('The official directory is not here (bench/peers/README.md): ours is measured alone.')
const urls = {wholesky: listener.url, ...(official && {official: official.plc})}

/** Runs `work` for each contender, so many calls at a time. */
const contenders = (work: (url: string, i: number) => Promise<unknown>, calls: number) =>
  Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [
      name,
      () => Promise.all(Array.from({length: calls}, (_, i) => work(url, i))),
    ]),
  )

async function ask(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return text
}

const knownTo: Record<string, Did[]> = Object.fromEntries(Object.keys(urls).map(name => [name, []]))
const nameOf = (url: string): string => Object.entries(urls).find(([, known]) => url === known)?.[0] ?? ''
await contest({
  title: 'submit, 32 at once',
  unit: 'operations',
  work: 32,
  contenders: contenders(async url => {
    const operation = signed(null, rotationKeys[0])
    const did = genesisDid(operation)
    await ask(`${url}/${did}`, {
      method: 'POST',
      body: JSON.stringify(operation),
      headers: {'content-type': 'application/json'},
    })
    knownTo[nameOf(url)].push(did)
  }, 32),
})
await contest({
  title: 'resolve, 32 at once',
  unit: 'documents',
  work: 32,
  contenders: contenders((url, i) => ask(`${url}/${knownTo[nameOf(url)][i % knownTo[nameOf(url)].length]}`), 32),
})
await contest({
  title: 'export, a thousand lines a page',
  unit: 'lines',
  work: 1_000,
  contenders: contenders(async url => ask(`${url}/export?count=1000`), 1),
})

await listener.stop()
await plc.stop()
await official?.stop()
rmSync(folder, {recursive: true})
