/** What counts as test and as source, and which rows are below their bar. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {bars, belowBar, ratio, ratiosOf} from './ratio.ts'
import {readTree} from './source.ts'

const lines = (count: number): string => 'a\n'.repeat(count)

const rowsOf = (files: Record<string, number>): Record<string, string> =>
  Object.fromEntries(
    ratiosOf(new Map(Object.entries(files).map(([file, count]) => [file, lines(count)]))).map(
      ({folder, tests, source}) => [folder, `${tests}:${source}`],
    ),
  )

test('lines are counted by folder, and each service has its own', () => {
  const rows = rowsOf({
    'src/atp/data/cid.ts': 10,
    'src/atp/data/cid.test.ts': 7,
    'src/atp/crypto/engine.contract.ts': 2,
    'src/services/pds/pds.ts': 100,
    'src/services/pds/api/com/atproto/repo/createRecord.ts': 20,
    'src/services/relay/relay.test.ts': 5,
    'src/services/service-row.ts': 6,
    'src/bin/pinned.js': 3,
    'tools/tidy.ts': 8,
    'test/network/follow.test.ts': 40,
    'test/web-network.ts': 4,
  })
  assert.deepEqual(rows, {
    'src/atp': '9:10',
    'src/bin': '0:3',
    'src/services': '0:6',
    'src/services/pds': '0:120',
    'src/services/relay': '5:0',
    test: '44:0',
    tools: '0:8',
    whole: '58:147',
  })
})

test('generated modules, benches, data and documents count as neither', () => {
  const aside = {
    'src/lex/gen/a.ts': 9,
    'bench/a.bench.ts': 9,
    'lexicons/a.json': 9,
    'src/atp/a.json': 9,
    'README.md': 9,
  }
  assert.deepEqual(rowsOf(aside), {whole: '0:0'})
})

/** As many tests as the whole needs, so many of them beside the source of a service. */
const tree = (tests: number): Map<string, string> =>
  new Map([
    ['src/atp/a.ts', lines(100)],
    ['src/services/pds/a.ts', lines(100)],
    ['src/services/pds/a.test.ts', lines(tests)],
    ['test/a.test.ts', lines(200 * bars.whole - tests)],
  ])

test('a service and the whole have bars, a floor has none', () => {
  assert.deepEqual(belowBar(ratiosOf(tree(50))), [])
  const row = {folder: 'src/services/pds', tests: 49, source: 100, bar: bars.service}
  assert.deepEqual(belowBar(ratiosOf(tree(49))), [row])
  const whole = {folder: 'whole', tests: 79, source: 100, bar: bars.whole}
  assert.deepEqual(belowBar([whole]), [whole])
  assert.equal(ratio(whole), 0.79)
  assert.equal(ratio({...whole, source: 0}), Infinity)
})

test('this tree has as many tests as its bars ask for', () => {
  const low = belowBar(ratiosOf(readTree(fileURLToPath(new URL('..', import.meta.url)))))
  assert.deepEqual(
    low.map(row => `${row.folder}: ${ratio(row).toFixed(2)}, from ${row.bar}`),
    [],
  )
})
