/** The services of this checkout keep to their rooms, and the judge that says so sees what is planted for it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {judgeRooms} from './rooms.ts'
import {readTree} from './source.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('the services of this checkout keep to their rooms', () => {
  const lines = judgeRooms(readTree(root)).map(v => `\n${v.file}:${v.line} ${v.rule}: ${v.detail}`)
  assert.ok(lines.length === 0, lines.join(''))
})

const inService = (file: string, line: string): string[] =>
  judgeRooms(new Map([[`src/services/${file}`, line]])).map(({rule}) => rule)
const inAppView = (file: string, line: string): string[] => inService(`appview/${file}`, line)

test('the judge of rooms sees SQL in an AppView outside store/ and the wiring', () => {
  for (const line of [
    `import type {Sql} from '#engines/sql/sql.ts'`,
    `import {sqliteAppViewStores} from '#services/appview/store/stores.sqlite.ts'`,
    `const sql = 'SELECT id FROM actor'`,
  ]) {
    for (const file of [
      'pages/feed-page.ts',
      'api/app/bsky/feed/getTimeline.ts',
      'hydration/hydration.ts',
      'rules.ts',
    ]) {
      assert.deepEqual(inAppView(file, line), ['sql'], `${file}: ${line}`)
    }
    for (const file of ['store/search/search.ts', 'appview.ts']) assert.deepEqual(inAppView(file, line), [], file)
  }
})

test('the judge of rooms judges each service there is or will be, and lets the pages ask others', () => {
  const errors = `import {XrpcError} from '#xrpc/errors.ts'`
  const sql = `const sql = 'SELECT a FROM b'`
  for (const service of ['relay', 'plc', 'jetstream', 'one-to-come']) {
    assert.deepEqual(inService(`${service}/repos/a.ts`, errors), ['xrpc'], service)
    assert.deepEqual(inService(`${service}/a.ts`, sql), ['sql'], service)
    for (const place of ['api/a.ts', `${service}.ts`])
      assert.deepEqual(inService(`${service}/${place}`, errors), [], place)
    for (const place of ['store/a.ts', `${service}.ts`])
      assert.deepEqual(inService(`${service}/${place}`, sql), [], place)
  }
  assert.deepEqual(inService('web/app/a.ts', errors), [])
  assert.deepEqual(inService('web/sessions/a.ts', sql), ['sql'])
  assert.deepEqual(inService('service-row.ts', errors), [])
})

const pds = 'src/services/pds/'
const inFile = (file: string, ...lines: string[]): string[] =>
  judgeRooms(new Map([[pds + file, lines.join('\n')]])).map(({line, rule}) => `${line} ${rule}`)

test('the judge of rooms sees XRPC outside api/, by value and by type', () => {
  for (const name of ['errors', 'endpoint', 'router', 'service-auth']) {
    const line = `import {X} from '#xrpc/${name}.ts'`
    assert.deepEqual(inFile('accounts/accounts.ts', '// Why.', line), ['2 xrpc'], name)
    for (const place of ['api/callers.ts', 'api/com/atproto/repo/getRecord.ts', 'proxy/proxy.ts', 'pds.ts']) {
      assert.deepEqual(inFile(place, line), [], place)
    }
  }
  assert.deepEqual(inFile('mail/emails.ts', `import type {XrpcError} from '#xrpc/errors.ts'`), ['1 xrpc'])
  assert.deepEqual(inFile('mail/emails.ts', `import {XrpcError} from '../../../xrpc/errors.ts'`), ['1 xrpc'])
  assert.deepEqual(inFile('events/crawl-requests.ts', `import {Client} from '#xrpc/client.ts'`), [])
  assert.deepEqual(inFile('mail/emails.test.ts', `import {XrpcError} from '#xrpc/errors.ts'`), [])
  assert.deepEqual(inFile('mail/emails.ts', `// import {XrpcError} from '#xrpc/errors.ts'`), [])
})

test('the judge of rooms sees a room that knows api/', () => {
  assert.deepEqual(inFile('accounts/a.ts', `import type {Callers} from '../api/callers.ts'`), ['1 api'])
  assert.deepEqual(inFile('proxy/proxy.ts', `import type {Callers} from '#services/pds/api/callers.ts'`), ['1 api'])
  assert.deepEqual(inFile('api/index.ts', `import type {Callers} from './callers.ts'`), [])
  assert.deepEqual(inFile('pds.ts', `import type {Callers} from './api/callers.ts'`), [])
})

test('the judge of rooms sees SQL outside store/', () => {
  const sql = `import type {Sql} from '#engines/sql/sql.ts'`
  const engine = `import {sqliteRepoStore} from '../store/repo-store.sqlite.ts'`
  const seam = `import type {RepoStore} from '../store/repo-store.ts'`
  assert.deepEqual(inFile('repos/repos.ts', sql, engine, seam), ['1 sql', '2 sql'])
  assert.deepEqual(inFile('store/repo-store.sqlite.ts', sql), [])
  assert.deepEqual(inFile('account-parts.ts', sql), [])
  for (const text of ['SELECT a FROM b', 'DELETE FROM b', 'UPDATE b SET a = 1', 'INSERT OR IGNORE INTO b (a)']) {
    assert.deepEqual(inFile('repos/repos.ts', '// Why.', `const sql = \`${text}\``), ['2 sql'], text)
    assert.deepEqual(inFile('repos/repos.ts', `// What says ${text} is in the store.`), [])
    assert.deepEqual(inFile('store/repo-store.sqlite.ts', `const sql = '${text}'`), [])
  }
})
