/**
 * Official clients of PLC directories, unchanged, against ours over real sockets: `@did-plc/lib`, and `goat plc` where it
 * is at hand (GOAT, as for `other-clients.test.ts`). And what only sockets show: close reasons, readers that do not read.
 */
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test, type TestContext} from 'node:test'
import {promisify} from 'node:util'
import {P256Keypair, Secp256k1Keypair} from '@atproto/crypto'
import * as plc from '@did-plc/lib'
import {WebSocket} from 'ws'
import {silentLog} from '#std/log.ts'
import {withHealth} from '#runtime/health/health.ts'
import {listen, type ListenOptions} from '#runtime/http/listener.ts'
import {goatFile, goatHint, hasGoat} from '../migrate/moves.ts'
import {operation, startMs, testDirectory, type TestDirectory} from '../plc-directory.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

async function served(
  context: TestContext,
  options: Partial<ListenOptions> = {},
): Promise<{url: string; directory: TestDirectory}> {
  const directory = await testDirectory(context)
  const service = withHealth(directory.plc, {version: '1.2.3'})
  const listener = await listen(service, {port: 0, log: silentLog, ...options})
  context.after(() => listener.stop())
  return {url: listener.url, directory}
}

suite('@did-plc/lib', {timeout: 60_000}, () => {
  const pds = 'https://pds.example.com'
  async function account(context: TestContext) {
    const {url, directory} = await served(context)
    const client = new plc.Client(url)
    const [strong, weak, signing] = [
      await P256Keypair.create(),
      await Secp256k1Keypair.create(),
      await P256Keypair.create(),
    ]
    const did = await client.createDid({
      signingKey: signing.did(),
      rotationKeys: [strong.did(), weak.did()],
      handle: 'at://alice.example.com',
      pds,
      signer: strong,
    })
    return {client, did, strong, weak, signing, directory}
  }

  test('makes an identity, changes all of it, and reads it in every form', async context => {
    const {client, did, strong, weak} = await account(context)
    const signing = await Secp256k1Keypair.create()
    const fresh = await P256Keypair.create()
    await client.updateAtprotoKey(did, strong, signing.did())
    await client.updateRotationKeys(did, strong, [fresh.did(), weak.did()])
    await client.updateHandle(did, fresh, 'at://ali.example.com')
    await client.updatePds(did, weak, 'https://pds2.example.com')
    const data = await client.getDocumentData(did)
    assert.deepEqual(data, {
      did,
      rotationKeys: [fresh.did(), weak.did()],
      verificationMethods: {atproto: signing.did()},
      alsoKnownAs: ['at://ali.example.com'],
      services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: 'https://pds2.example.com'}},
    })
    const log = await client.getOperationLog(did)
    assert.deepEqual(await plc.validateOperationLog(did, log), data)
    assert.deepEqual(await client.getLastOp(did), log.at(-1))
    const audit = await client.getAuditableLog(did)
    assert.equal(audit.length, 5)
    for (const entry of audit) assert.ok(plc.def.exportedOp.safeParse(entry).success)
    const document = await client.getDocument(did)
    assert.equal(document.id, did)
    assert.ok(plc.def.didDocument.safeParse(document).success)
    assert.deepEqual(await client.health(), {version: '1.2.3'})
  })

  test('recovers, ends, and is told why not', async context => {
    const {client, did, strong, weak, directory} = await account(context)
    const thief = await P256Keypair.create()
    const first = (await client.getLastOp(did)) as plc.Operation
    await client.updateRotationKeys(did, weak, [thief.did()])
    directory.clock.ms += 71 * 3_600_000
    await client.sendOperation(did, await plc.updateHandleOp(first, strong, 'at://back.example.com'))
    assert.deepEqual(
      (await client.getAuditableLog(did)).map(({nullified}) => nullified),
      [false, true, false],
    )
    await assert.rejects(client.updateHandle(did, thief, 'at://thief.example.com'), (error: unknown) => {
      assert.ok(error instanceof plc.PlcClientError && error.status === 400)
      assert.match((error.data as {message: string}).message, /^Invalid signature on op/)
      return true
    })
    await client.tombstone(did, strong)
    await assert.rejects(client.getDocument(did), {status: 404, data: {message: `DID not available: ${did}`}})
    await assert.rejects(client.updateHandle(did, strong, 'x'), /tombstone/)
    const none = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
    await assert.rejects(client.getDocumentData(none), {status: 404, data: {message: `DID not registered: ${none}`}})
  })

  test('reads the export, page by page by time', async context => {
    const {client, directory} = await account(context)
    for (let i = 0; i < 5; i++) {
      directory.clock.ms++
      await directory.take(operation(`a${i}.test`))
    }
    const seen: string[] = []
    for (let after: string | undefined; ;) {
      const at: number = directory.clock.ms
      if (after !== undefined && Date.parse(after) >= at) break
      const page: plc.ExportedOp[] = await client.export(after, 2)
      for (const entry of page) assert.ok(plc.def.exportedOp.safeParse(entry).success)
      seen.push(...page.map(({cid}) => cid))
      after = page.at(-1)?.createdAt
    }
    assert.equal(new Set(seen).size, 6)
    assert.equal(seen.length, 6)
  })
})

const run = promisify(execFile)

test(
  'goat makes, changes, signs, submits and dumps',
  {skip: hasGoat ? false : goatHint, timeout: 120_000},
  async context => {
    const {url, directory} = await served(context)
    const home = temporaryFolder('plc-goat')
    const env = {PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home, ATP_PLC_HOST: url}
    const goat = async (...args: string[]): Promise<string> =>
      (await run(goatFile, args, {env, cwd: home, timeout: 60_000})).stdout
    const key = async (): Promise<{secret: string; did: string}> => {
      const shown = await goat('key', 'generate')
      const secret = /\bz[1-9A-Za-z]{40,60}\b/.exec(shown.split('Public Key')[0])?.[0] as string
      return {secret, did: /did:key:z\w+/.exec(shown)?.[0] as string}
    }
    const [strong, weak] = [await key(), await key()]
    const file = (name: string, text: string): string => {
      mkdirSync(home, {recursive: true})
      writeFileSync(join(home, name), text)
      return join(home, name)
    }
    const rotation = ['--rotation-key', strong.did, '--rotation-key', weak.did]
    const made = await goat(
      'plc',
      'genesis',
      '--handle',
      'gus.test',
      ...rotation,
      '--atproto-key',
      weak.did,
      '--pds',
      'https://pds.test',
    )
    const signed = await goat('plc', 'sign', '--plc-signing-key', weak.secret, file('genesis.json', made))
    const did = (await goat('plc', 'calc-did', file('signed.json', signed))).trim()
    await goat('plc', 'submit', '--genesis', join(home, 'signed.json'))
    assert.deepEqual((JSON.parse(await goat('plc', 'data', did)) as {alsoKnownAs: string[]}).alsoKnownAs, [
      'at://gus.test',
    ])

    const update = async (handle: string, secret: string, ...more: string[]): Promise<void> => {
      const next = await goat('plc', 'update', '--handle', handle, ...more, did)
      const ready = await goat('plc', 'sign', '--plc-signing-key', secret, file('update.json', next))
      await goat('plc', 'submit', '--did', did, file('update-signed.json', ready))
    }
    await update('thief.test', weak.secret)
    assert.equal((await goat('plc', 'history', did)).match(/"sig"/g)?.length, 2)
    const [genesis] = (await directory.json(`/${did}/log/audit`)) as {cid: string}[]
    await update('back.test', strong.secret, '--prev', genesis.cid)
    await assert.rejects(update('late.test', weak.secret, '--prev', genesis.cid), /Invalid signature|400/)
    const dumped = (await goat('plc', 'dump')).trim().split('\n')
    assert.deepEqual(
      dumped.map(line => (JSON.parse(line) as {nullified: boolean}).nullified),
      [false, true, false],
    )
  },
)

const stream = (url: string, query = ''): WebSocket =>
  new WebSocket(`${url.replace('http', 'ws')}/export/stream${query}`)
const closed = async (socket: WebSocket): Promise<[number, string]> => {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return [code, reason.toString()]
}

suite('/export/stream over sockets', {timeout: 60_000}, () => {
  test('says why it closes, and wants to be upgraded', async context => {
    const {url, directory} = await served(context)
    await directory.take(operation('a.test'))
    assert.deepEqual(await closed(stream(url, '?cursor=2')), [1000, 'FutureCursor'])
    directory.clock.ms = startMs + 8 * 24 * 3_600_000
    assert.deepEqual(await closed(stream(url, '?cursor=0')), [1000, 'OutdatedCursor'])
    const plain = await fetch(`${url}/export/stream`)
    assert.deepEqual([plain.status, await plain.json()], [426, {message: 'upgrade required'}])
    const refused = stream(url, '?cursor=garbage')
    const [error] = (await once(refused, 'error')) as [Error]
    assert.match(error.message, /400/)
  })

  test('gives each operation as a message of its own, to a thousand readers alike', async context => {
    const {url, directory} = await served(context, {limits: {subscriptionsPerAddressMax: 2_000}})
    const readers = Array.from({length: 1_000}, () => stream(url))
    const first = readers.map(reader => once(reader, 'message') as Promise<[Buffer]>)
    for (let i = 0; i < readers.length; i++) {
      if (readers[i].readyState === WebSocket.CONNECTING) await once(readers[i], 'open')
    }
    const did = await directory.take(operation('a.test'))
    for (const [data] of await Promise.all(first)) {
      const {seq, type, did: told} = JSON.parse(data.toString()) as Record<string, unknown>
      assert.deepEqual([seq, type, told], [1, 'sequenced_op', did])
    }
    for (const reader of readers) reader.terminate()
  })

  test('goes on for others while one does not read', async context => {
    const {url, directory} = await served(context, {limits: {stallMs: 300}})
    for (let i = 0; i < 20; i++) {
      await directory.take(
        operation(`a${i}.test`, null, undefined, {services: {a: {type: 't', endpoint: 'x'.repeat(500)}}}),
      )
    }
    const slow = stream(url, '?cursor=0')
    await once(slow, 'open')
    slow.pause()
    const reader = stream(url, '?cursor=0')
    let count = 0
    reader.on('message', () => count++)
    await until(() => count === 20, 'the other reads all')
    assert.equal((await directory.get('/export?after=0')).status, 200)
    slow.terminate()
    reader.terminate()
  })
})
