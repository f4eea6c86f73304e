/**
 * Backups that are damaged, another's, or made to harm, and moments at which making one or putting it back is cut off:
 * each is refused by a name, nothing of it is written, and no server starts on half of one.
 */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {after, before, suite, test, type TestContext} from 'node:test'
import {holdExclusive} from '#engines/exclusive.ts'
import {openSql} from '#engines/open.ts'
import {pdsMigrations} from '#services/pds/store/schema.ts'
import {pdsNetwork, signUp} from '../../../test/pds-network.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {makeFolders} from './backup-checks.ts'
import {checkDatabases} from '../doctor/machine.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const root = temporaryFolder('backup-attacks')
const data = join(root, 'data')
const good = join(root, 'good')
let count = 0

const settingsIn = (folder: string): Record<string, string> => ({
  PDS_DATABASE: `sqlite:${folder}/pds/pds.sqlite`,
  PDS_BLOBS: `file:${folder}/pds/blobs`,
  PDS_SECRETS: `${folder}/pds/secrets.json`,
})

interface Outcome {
  code: number
  answer: {ok: boolean; error?: {kind: string; detail: string}}
}
const run = (...argv: string[]) => wholeskyJson(['pds', ...argv]) as Promise<Outcome>
const kindOf = async (...argv: string[]) => (await run(...argv)).answer.error?.kind

/** A copy of the good backup, and a place where there is nothing yet. */
function fresh() {
  const folder = join(root, `backup-${count}`)
  const restored = join(root, `restored-${count++}`)
  cpSync(good, folder, {recursive: true})
  return {folder, restored, at: (name: string) => join(restored, 'pds', name)}
}

const sql = (folder: string, text: string): void => {
  const db = new DatabaseSync(join(folder, 'pds.sqlite'))
  db.exec(text)
  db.close()
  // Whoever changes a backup on purpose changes what it says of itself, too.
  note(folder, {
    databaseSha256: createHash('sha256')
      .update(readFileSync(join(folder, 'pds.sqlite')))
      .digest('hex'),
  })
}
const note = (folder: string, change: object): void => {
  const path = join(folder, 'backup.json')
  writeFileSync(path, JSON.stringify({...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change}))
}
const blobFolder = (folder: string): string => {
  const [account] = readdirSync(join(folder, 'blobs')).filter(name => name !== 'staged')
  return join(folder, 'blobs', account)
}

const blocksIn = async (where: string) => (await checkDatabases(where)).filter(({name}) => name === 'blocks')

suite('a backup', {timeout: 60_000}, () => {
  let did = ''
  const stops: (() => Promise<void>)[] = []
  after(async () => {
    for (const stop of stops) await stop()
  })
  before(async () => {
    const context = {after: (stop: () => Promise<void>) => stops.push(stop)} as unknown as TestContext
    const network = await pdsNetwork(context, settingsIn(data))
    const agent = network.agent()
    did = await signUp(agent, 'alice')
    const {blob} = (await agent.uploadBlob(new Uint8Array(2_000).fill(1), {encoding: 'image/png'})).data
    await agent.post({
      text: 'a post of which a byte will change',
      embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]},
    })
    assert.equal((await run('backup', good, '--data', data)).code, 0)
  })

  const outside = join(root, 'outside')
  const linked = (folder: string, name: string): void => {
    if (!existsSync(outside)) cpSync(good, outside, {recursive: true})
    rmSync(join(folder, name), {recursive: true})
    symlinkSync(join(outside, name), join(folder, name))
  }
  const harms: [what: string, harm: (folder: string) => void, kind: string][] = [
    ['that is none', folder => rmSync(join(folder, 'backup.json')), 'no-backup'],
    ['whose note is no JSON', folder => writeFileSync(join(folder, 'backup.json'), '{'), 'bad-backup'],
    ['of another version', folder => note(folder, {version: 2}), 'bad-backup'],
    ['of no time', folder => note(folder, {takenMs: -1e300}), 'bad-backup'],
    ['of another server', folder => note(folder, {publicUrl: 'https://other.example.com'}), 'other-server'],
    ['without secrets', folder => rmSync(join(folder, 'secrets.json')), 'damaged'],
    ['with others’ secrets', folder => writeFileSync(join(folder, 'secrets.json'), '{"jwtSecret":"x"}'), 'damaged'],
    ['with secrets without an end', folder => truncateSync(join(folder, 'secrets.json'), 10_000_000), 'bad-backup'],
    ['whose secrets are a link', folder => linked(folder, 'secrets.json'), 'bad-backup'],
    ['whose database is a link', folder => linked(folder, 'pds.sqlite'), 'bad-backup'],
    ['whose blobs are a link', folder => linked(folder, 'blobs'), 'damaged'],
    [
      'one of whose blobs is a link',
      folder => {
        const [cid] = readdirSync(blobFolder(folder))
        renameSync(join(blobFolder(folder), cid), join(folder, 'moved'))
        symlinkSync(join(folder, 'moved'), join(blobFolder(folder), cid))
      },
      'bad-backup',
    ],
    ['one of whose accounts is a file', folder => writeFileSync(join(folder, 'blobs', '..x'), ''), 'bad-backup'],
    ['whose database is cut off', folder => truncateSync(join(folder, 'pds.sqlite'), 20_000), 'damaged'],
    ['whose database is empty', folder => truncateSync(join(folder, 'pds.sqlite'), 0), 'damaged'],
    ['whose database is none', folder => writeFileSync(join(folder, 'pds.sqlite'), 'x'.repeat(9_000)), 'damaged'],
    ['whose database is larger than the disk', folder => truncateSync(join(folder, 'pds.sqlite'), 2 ** 43), 'no-space'],
    [
      'whose database acts by itself',
      folder =>
        sql(folder, `CREATE TRIGGER t AFTER UPDATE ON account BEGIN UPDATE account SET passwordHash = 'mine'; END`),
      'damaged',
    ],
    ['whose database shows what is not there', folder => sql(folder, 'CREATE VIEW v AS SELECT 1'), 'damaged'],
    ['whose database is another’s', folder => sql(folder, `UPDATE migration SET name = 'x'`), 'other-version'],
    ['of a newer program', folder => sql(folder, `INSERT INTO migration VALUES (999, 'later', 0)`), 'other-version'],
    ['whose tables are not those that it says', folder => sql(folder, 'DROP TABLE blob'), 'damaged'],
    [
      'with rows of nobody',
      folder => sql(folder, `PRAGMA foreign_keys = OFF; INSERT INTO preference VALUES (1, 999, 'a', 'b', 'c')`),
      'damaged',
    ],
    [
      'with a row that points elsewhere',
      folder => sql(folder, `UPDATE blob SET state = 'moving', stage = '../../../etc/passwd'`),
      'bad-backup',
    ],
    [
      'with an upload that points elsewhere',
      folder => sql(folder, `UPDATE blob SET state = 'uploaded', stage = '../../../etc/passwd'`),
      'bad-backup',
    ],
    [
      'whose numbers leave no room for more',
      folder => sql(folder, `UPDATE sqlite_sequence SET seq = 9000000000000000 WHERE name = 'event'`),
      'bad-backup',
    ],
  ]
  for (const [what, harm, kind] of harms) {
    test(`${what} is refused by name, and nothing of it is put back`, async () => {
      const {folder, restored, at} = fresh()
      harm(folder)
      assert.equal(await kindOf('restore', folder, '--data', restored), kind)
      assert.deepEqual(existsSync(at('')) ? readdirSync(at('')) : [], [])
    })
  }

  test('with another byte in a record is refused, and a database that has such a one is told of', async () => {
    const {folder, restored, at} = fresh()
    const path = join(folder, 'pds.sqlite')
    const bytes = readFileSync(path)
    const text = 'a post of which a byte will change'
    // In the record itself, and in the event that told of it.
    for (let i = bytes.indexOf(text); i >= 0; i = bytes.indexOf(text, i + 1)) bytes[i] = 0x5a
    writeFileSync(path, bytes)
    assert.equal(await kindOf('restore', folder, '--data', restored), 'damaged')
    assert.deepEqual(readdirSync(at('')), [])
    note(folder, {databaseSha256: undefined})
    assert.equal((await run('restore', folder, '--data', restored)).code, 0)
    const [check] = await blocksIn(restored)
    assert.equal(check.state, 'bad')
    assert.match(check.detail, new RegExp(`^1 in .* app\\.bsky\\.feed\\.post/\\w+ of ${did}$`))
    assert.deepEqual(
      (await blocksIn(data)).map(({state}) => state),
      ['good'],
    )
  })

  test('is good by the one before and by the new one while the new one takes its place', async () => {
    const {folder, restored} = fresh()
    const {databaseSha256} = JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')) as {databaseSha256: string}
    note(folder, {databaseSha256: 'of the one before', nextSha256: databaseSha256})
    assert.equal((await run('restore', folder, '--data', restored)).code, 0)
  })

  test('of an older program is brought up to date', async () => {
    const {folder, restored, at} = fresh()
    rmSync(join(folder, 'pds.sqlite'))
    // Of before blobs had rows of their own, and much else.
    await openSql(`sqlite:${folder}/pds.sqlite`, {migrations: pdsMigrations.slice(0, 4)}).close()
    // Of before a hash of it was noted, too.
    note(folder, {databaseSha256: undefined})
    assert.equal((await run('restore', folder, '--data', restored)).code, 0)
    using db = new DatabaseSync(at('pds.sqlite'), {readOnly: true})
    assert.equal(db.prepare('SELECT count(*) AS n FROM migration').get()?.n, pdsMigrations.length)
  })

  test('with a blob that has grown, or is another, says which is lost, and reads no more of it than there should be', async () => {
    for (const size of [100, 2 ** 40]) {
      const {folder, restored, at} = fresh()
      const [cid] = readdirSync(blobFolder(folder))
      truncateSync(join(blobFolder(folder), cid), size)
      const {code, answer} = await run('restore', folder, '--data', restored)
      assert.deepEqual([code, answer.error?.kind, existsSync(at('')) && readdirSync(at(''))], [1, 'lost-blobs', []])
      const rest = await wholesky(['pds', 'restore', folder, '--data', restored, '--without-lost-blobs'])
      assert.equal(rest.code, 0)
      assert.match(rest.out, new RegExp(`lost blobs +1, such as ${cid} of ${did}`))
    }
  })

  test('that all may read is put back for its owner alone, whatever the mask', async () => {
    const {folder, restored, at} = fresh()
    for (const name of ['secrets.json', 'pds.sqlite']) chmodSync(join(folder, name), 0o666)
    const mask = process.umask(0)
    try {
      assert.equal((await run('restore', folder, '--data', restored)).code, 0)
      chmodSync(join(data, 'pds/secrets.json'), 0o644)
      assert.equal((await run('backup', folder, '--data', data)).code, 0)
    } finally {
      process.umask(mask)
    }
    const modes = [at('secrets.json'), at('pds.sqlite'), at(''), at('blobs'), folder, join(folder, 'secrets.json')]
    assert.deepEqual(
      modes.map(path => (statSync(path).mode & 0o777).toString(8)),
      ['600', '600', '700', '700', '700', '600'],
    )
  })

  test('replaces nothing, and is not put beside what belongs to another database', async () => {
    for (const name of ['pds.sqlite', 'pds.sqlite-wal', 'pds.sqlite-shm', 'secrets.json', 'blobs']) {
      const {folder, restored, at} = fresh()
      mkdirSync(at(''), {recursive: true})
      writeFileSync(at(name), 'mine')
      assert.equal(await kindOf('restore', folder, '--data', restored), 'taken', name)
      assert.deepEqual([readFileSync(at(name), 'utf8'), readdirSync(at(''))], ['mine', [name]])
    }
  })

  test('of no PDS is refused, and nothing is made for it', async () => {
    const [nowhere, into] = [join(root, 'nowhere'), join(root, 'of-nothing')]
    const empty = join(root, 'empty')
    mkdirSync(empty)
    for (const folder of [nowhere, empty]) {
      const {code, err} = await wholesky(['pds', 'backup', into, '--data', folder])
      assert.equal(code, 3)
      assert.match(err, /No PDS has its data in .*pds\.sqlite is not there/)
    }
    assert.deepEqual([existsSync(nowhere), readdirSync(empty), existsSync(into)], [false, [], false])
  })

  test('is refused by name where no folder can be made', () => {
    // Only below a file can none be made on every machine; below /proc it is another error, where there is one.
    writeFileSync(join(root, 'file'), '')
    assert.throws(() => makeFolders(join(root, 'file/x/y')), {code: 'ENOTDIR'})
    if (existsSync('/proc/self')) assert.throws(() => makeFolders('/proc/of-no-number/x'), {code: 'ENOENT'})
    makeFolders(join(root, 'deep/er/est'))
    assert.equal(statSync(join(root, 'deep/er')).mode & 0o777, 0o700)
  })

  test('is not put where a server runs, or another puts one', async () => {
    const {folder, restored, at} = fresh()
    mkdirSync(at(''), {recursive: true})
    const held = holdExclusive(at('pds.sqlite'))
    assert.equal(await kindOf('restore', folder, '--data', restored), 'in-use')
    held[Symbol.dispose]()
    assert.equal((await run('restore', folder, '--data', restored)).code, 0)
  })

  test('is not made where the server has its data, nor among other things, nor twice at once', async () => {
    const before = readFileSync(join(data, 'pds/secrets.json'))
    for (const name of ['pds', 'pds/blobs', 'pds/blobs/x']) {
      mkdirSync(join(data, name), {recursive: true})
      assert.equal(await kindOf('backup', join(data, name), '--data', data), 'taken', name)
    }
    symlinkSync(join(data, 'pds'), join(root, 'link'))
    assert.equal(await kindOf('backup', join(root, 'link'), '--data', data), 'taken', 'by another name')
    assert.deepEqual(readFileSync(join(data, 'pds/secrets.json')), before)
    const home = join(root, 'home')
    mkdirSync(home, {mode: 0o755})
    writeFileSync(join(home, 'letter.txt'), '')
    assert.equal(await kindOf('backup', home, '--data', data), 'taken')
    assert.equal(statSync(home).mode & 0o777, 0o755)
    const {folder} = fresh()
    const held = holdExclusive(join(folder, 'backup'))
    assert.equal(await kindOf('backup', folder, '--data', data), 'in-use')
    held[Symbol.dispose]()
    assert.equal(await kindOf('backup', folder, '--data', data), undefined)
  })

  /** What a `kill -9` leaves of a restore, in its order. */
  const moments: [when: string, leave: (at: (name: string) => string, folder: string) => void][] = [
    ['before anything', () => {}],
    ['in the copy of the database', (at, folder) => cpSync(join(folder, 'backup.json'), at('pds.sqlite.new'))],
    ['in the copy of blobs', (at, folder) => cpSync(join(folder, 'pds.sqlite'), at('pds.sqlite.new'))],
    ['after the blobs', (at, folder) => cpSync(join(folder, 'blobs'), at('blobs'), {recursive: true})],
    ['in the copy of the secrets', at => writeFileSync(at('secrets.json.new'), '{')],
    ['after the secrets', (at, folder) => cpSync(join(folder, 'secrets.json'), at('secrets.json'))],
    ['before its mark went', (at, folder) => cpSync(join(folder, 'pds.sqlite'), at('pds.sqlite'))],
  ]
  for (const [i, [when]] of moments.entries()) {
    test(`whose restore is cut off ${when} starts no server, and is put back whole by the same command`, async context => {
      const {folder, restored, at} = fresh()
      mkdirSync(at(''), {recursive: true})
      writeFileSync(at('pds.sqlite.restoring'), `${folder}\n`)
      for (const [, leave] of moments.slice(0, i + 1)) leave(at, folder)
      const network = await pdsNetwork(context)
      const start = () => network.join(2593, {...settingsIn(restored), PDS_PUBLIC_URL: 'http://localhost:2583'})
      await assert.rejects(start(), /was cut off/)
      assert.equal(await kindOf('restore', good, '--data', restored), 'other-restore')
      assert.equal((await run('restore', folder, '--data', restored)).code, 0)
      assert.deepEqual(readdirSync(at('')).toSorted(), ['blobs', 'pds.sqlite', 'secrets.json'])
      await start()
      const there = network.agent('http://localhost:2593')
      await there.login({identifier: did, password: 'correct horse'})
      const {cids} = (await there.com.atproto.sync.listBlobs({did})).data
      assert.equal((await there.com.atproto.sync.getBlob({did, cid: cids[0]})).data.length, 2_000)
    })
  }

  test('that is cut off leaves the one before it good, and the next whole', async () => {
    const {folder, restored} = fresh()
    writeFileSync(join(folder, 'pds.sqlite.new'), 'half')
    writeFileSync(join(folder, 'pds.sqlite.new-wal'), 'half')
    writeFileSync(join(folder, 'secrets.json.new'), '{')
    writeFileSync(join(folder, 'blobs/staged/x'), 'half')
    assert.equal((await run('restore', folder, '--data', restored)).code, 0)
    assert.equal((await run('backup', folder, '--data', data)).code, 0)
    assert.deepEqual(readdirSync(folder).toSorted(), ['backup.json', 'blobs', 'pds.sqlite', 'secrets.json'])
    assert.deepEqual(readdirSync(join(folder, 'blobs/staged')), [])
  })
})
