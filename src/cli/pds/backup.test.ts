/** `pds backup` of a server that is written to meanwhile, and `pds restore`: nothing acknowledged is lost, no blob either. */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test, type TestContext} from 'node:test'
import type {AtpAgent} from '@atproto/api'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import {pdsNetwork, signUp, type PdsNetwork} from '../../../test/pds-network.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {until} from '../../../test/until.ts'
import type {BackupNote} from './backup-checks.ts'
import {withStores} from './backup-folder.ts'

const root = temporaryFolder('backup')
let count = 0

/** The settings of a PDS whose data is in this folder. */
const settingsIn = (data: string): Record<string, string> => ({
  PDS_DATABASE: `sqlite:${data}/pds/pds.sqlite`,
  PDS_BLOBS: `file:${data}/pds/blobs`,
  PDS_SECRETS: `${data}/pds/secrets.json`,
})

interface Place {
  network: PdsNetwork
  agent: AtpAgent
  did: string
  data: string
  backup: string
}

async function place(context: TestContext, settings: Record<string, string> = {}): Promise<Place> {
  const data = join(root, `data-${count++}`)
  const network = await pdsNetwork(context, {...settingsIn(data), ...settings})
  const agent = network.agent()
  const did = await signUp(agent, 'alice')
  return {network, agent, did, data, backup: join(root, `backup-${count}`)}
}

async function postWithBlob(agent: AtpAgent, n: number): Promise<string> {
  const bytes = new Uint8Array(2_000).fill(n & 255)
  new DataView(bytes.buffer).setUint32(0, n)
  const {blob} = (await agent.uploadBlob(bytes, {encoding: 'image/png'})).data
  const embed = {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]}
  return (await agent.post({text: String(n), embed})).uri
}

/** The texts of the posts of an account, each of which has its blob, and whose tree holds. */
async function postsAt(agent: AtpAgent, did: string): Promise<Set<string>> {
  const {data: car} = await agent.com.atproto.sync.getRepo({did})
  const texts = new Set<string>()
  const verdict = await verifyRepo(car, {
    did: did as never,
    decode: decodeCborLenient,
    onRecord({value}) {
      texts.add((value as {text: string}).text)
    },
  })
  assert.equal(verdict.ok, true)
  const {cids} = (await agent.com.atproto.sync.listBlobs({did, limit: 1000})).data
  assert.equal(cids.length, texts.size)
  for (const cid of cids) assert.equal((await agent.com.atproto.sync.getBlob({did, cid})).data.length, 2_000)
  return texts
}

const run = (argv: readonly string[]) => wholeskyJson(['pds', ...argv]) as Promise<{code: number; answer: BackupNote}>

suite('pds backup and restore', {timeout: 60_000}, () => {
  test('keeps what was acknowledged, with its blobs, though records come and go meanwhile', async context => {
    const {network, agent, did, data, backup} = await place(context)
    const kept: {text: string; doneMs: number}[] = []
    const ending = new AbortController()
    const writing = (async () => {
      for (let n = 1; !ending.signal.aborted; n++) {
        const uri = await postWithBlob(agent, n)
        if (n % 3 === 0) await agent.deletePost(uri)
        else kept.push({text: String(n), doneMs: Date.now()})
      }
    })()
    while (kept.length < 20) await new Promise(resolve => setTimeout(resolve, 5))
    const first = await run(['backup', backup, '--data', data])
    const before = kept.length
    while (kept.length === before) await new Promise(resolve => setTimeout(resolve, 5))
    const again = await run(['backup', backup, '--data', data])
    const {answer, code} = again
    ending.abort()
    await writing
    assert.deepEqual([first.code, code], [0, 0])
    assert.ok(answer.seq > first.answer.seq)
    assert.equal(statSync(join(backup, 'secrets.json')).mode & 0o777, 0o600)
    assert.equal(statSync(join(backup, 'pds.sqlite')).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(backup).toSorted(), ['backup.json', 'blobs', 'pds.sqlite', 'secrets.json'])

    const restored = join(root, `restored-${count}`)
    assert.equal((await run(['restore', backup, '--data', restored])).code, 0)
    const told = await withStores(join(restored, 'pds/pds.sqlite'), ({events}) => events.durableSeq())
    await network.join(2593, {...settingsIn(restored), PDS_PUBLIC_URL: 'http://localhost:2583'})
    const there = await postsAt(network.agent('http://localhost:2593'), did)
    for (const {text, doneMs} of kept) if (doneMs < answer.takenMs) assert.ok(there.has(text), `post ${text} is lost`)
    assert.ok(there.size >= 20)
    assert.ok(told > answer.seq + 999_999, 'no number of an event is given out twice')
    const back = network.agent('http://localhost:2593')
    await back.login({identifier: did, password: 'correct horse'})
    await postWithBlob(back, 1_000_000)
  })

  test('copies only new blobs the next day, and forgets those that are gone', async context => {
    const {agent, data, backup} = await place(context)
    const uris = [await postWithBlob(agent, 1), await postWithBlob(agent, 2)]
    await run(['backup', backup, '--data', data])
    const files = (): string[] =>
      readdirSync(join(backup, 'blobs'), {recursive: true, withFileTypes: true})
        .filter(entry => entry.isFile())
        .map(({parentPath, name}) => join(parentPath, name))
        .toSorted()
    const [one, two] = files()
    const times = [one, two].map(file => statSync(file).mtimeMs)
    await run(['backup', backup, '--data', data])
    assert.deepEqual(
      files().map(file => statSync(file).mtimeMs),
      times,
    )
    await agent.deletePost(uris[0])
    await postWithBlob(agent, 3)
    const {answer} = await run(['backup', backup, '--data', data])
    assert.deepEqual([answer.blobs, files().length], [2, 2])
  })

  test('keeps what is in quarantine: it stays there where it is restored, and comes back with the end of its takedown', async context => {
    const admin = {PDS_ADMIN_PASSWORD: 'admin-pass'}
    const {network, agent, did, data, backup} = await place(context, admin)
    for (const n of [1, 2]) await postWithBlob(agent, n)
    await run(['backup', backup, '--data', data])
    const [cid] = (await agent.com.atproto.sync.listBlobs({did})).data.cids
    const takedown = (at: AtpAgent, applied: boolean) =>
      at.com.atproto.admin.updateSubjectStatus(
        {subject: {$type: 'com.atproto.admin.defs#repoBlobRef', did, cid}, takedown: {applied}},
        {encoding: 'application/json', headers: {authorization: `Basic ${btoa('admin:admin-pass')}`}},
      )
    const confinedIn = (folder: string): string[] => {
      const quarantine = join(folder, 'pds/blobs/quarantine')
      if (!existsSync(quarantine)) return []
      return readdirSync(quarantine, {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith(cid))
    }
    await takedown(agent, true)
    await until(() => confinedIn(data).length === 1, 'the bytes are in quarantine')
    // Also into a new folder, which has not had it from before.
    for (const [i, folder] of [backup, `${backup}-new`].entries()) {
      const {code, answer} = await run(['backup', folder, '--data', data])
      assert.deepEqual([code, answer.blobs], [0, 2])
      const restored = join(root, `confined-${count}-${i}`)
      assert.equal((await run(['restore', folder, '--data', restored])).code, 0)
      const port = 2593 + i
      await network.join(port, {...settingsIn(restored), ...admin, PDS_PUBLIC_URL: 'http://localhost:2583'})
      // The copy may be of the moment before the row says that the bytes have gone there: the start sees to them.
      await until(() => confinedIn(restored).length === 1, 'the bytes are in quarantine there, too')
      const there = network.agent(`http://localhost:${port}`)
      await assert.rejects(there.com.atproto.sync.getBlob({did, cid}), {error: 'BlobNotFound'})
      await takedown(there, false)
      await until(() => confinedIn(restored).length === 0, 'the bytes are back')
      assert.equal((await there.com.atproto.sync.getBlob({did, cid})).data.length, 2_000)
    }
  })

  test('has the name of the server also where its settings are not at hand', async context => {
    const {data, backup} = await place(context, {PDS_PUBLIC_URL: 'https://pds.example.com'})
    const {answer} = await run(['backup', backup, '--data', data])
    assert.equal(answer.publicUrl, 'https://pds.example.com')
    const refused = await wholesky(['pds', 'restore', backup, '--data', join(root, `named-${count}`)])
    assert.match(refused.err, /the backup of https:\/\/pds\.example\.com, .*Set PDS_PUBLIC_URL/)
  })

  test('replaces nothing, goes on with what was interrupted, and says what of a backup is damaged', async context => {
    const {agent, did, data, backup} = await place(context)
    await postWithBlob(agent, 1)
    await postWithBlob(agent, 2)
    assert.match((await wholesky(['pds', 'restore', backup, '--data', data])).err, /holds no backup/)
    await run(['backup', backup, '--data', data])
    const {code, err} = await wholesky(['pds', 'restore', backup, '--data', data])
    assert.equal(code, 1)
    assert.match(err, /pds\.sqlite is there already.*nothing is replaced/)

    const restored = join(root, `interrupted-${count}`)
    mkdirSync(join(restored, 'pds/blobs'), {recursive: true})
    writeFileSync(join(restored, 'pds/pds.sqlite.restoring'), backup)
    writeFileSync(join(restored, 'pds/pds.sqlite.new'), 'half')
    const [account] = readdirSync(join(backup, 'blobs')).filter(name => name !== 'staged')
    const [blob] = readdirSync(join(backup, 'blobs', account))
    const path = join(backup, 'blobs', account, blob)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.subarray(0, 100))
    const refused = await wholesky(['pds', 'restore', backup, '--data', restored])
    assert.equal(refused.code, 1)
    assert.match(refused.err, new RegExp(`${blob} of ${did}\\. Nothing was put back.*--without-lost-blobs`, 's'))
    assert.equal(existsSync(join(restored, 'pds/pds.sqlite')), false)
    const ill = await wholesky(['pds', 'restore', backup, '--data', restored, '--without-lost-blobs'])
    assert.equal(ill.code, 0)
    assert.match(ill.out, new RegExp(`lost blobs +1, such as ${blob}`))
    assert.deepEqual(
      ['pds.sqlite', 'secrets.json', 'pds.sqlite.restoring'].map(name => existsSync(join(restored, 'pds', name))),
      [true, true, false],
    )
  })
})
