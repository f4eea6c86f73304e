import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {temporaryFolder} from './temporary-folder.ts'

const folder = temporaryFolder('time-limits')
const limits = fileURLToPath(new URL('time-limits.ts', import.meta.url))

/** Runs a planted test file as `npm test` does, with short limits: what it prints, and whether it is taken for good. */
async function run(name: string, ...lines: string[]): Promise<{output: string; isGood: boolean}> {
  const file = join(folder, `${name}.test.ts`)
  writeFileSync(file, [`import {before, suite, test} from 'node:test'`, ...lines].join('\n'))
  const args = ['--import', limits, '--test', '--test-isolation=none', '--test-timeout=1000', file]
  const {NODE_TEST_CONTEXT: _, ...env} = process.env
  const child = spawn(process.execPath, args, {
    env: {...env, TEST_STILL_MS: '1500', TEST_SILENT_MS: '2500', TEST_OPEN_MS: '500'},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  const [code] = await once(child, 'close')
  return {output, isGood: code === 0}
}

const never = 'await new Promise(() => {})'
const open = 'setInterval(() => {}, 1000)'

suite('a hang fails with its name', {concurrency: true}, () => {
  test('a good run is left alone', async () => {
    const {output, isGood} = await run('good', `test('fine', () => {})`)
    assert.ok(isGood, output)
  })

  test('many that wait for nothing, and take their time together, are left alone', async () => {
    const still = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)'
    const {output, isGood} = await run('together', `for (const n of [1, 2, 3]) test(String(n), () => ${still})`)
    assert.ok(isGood, output)
  })

  test('a test that waits, and the ones after it are run', async () => {
    const {output, isGood} = await run(
      'waits',
      `test('waits', async () => {${open};${never}})`,
      `test('next', () => {})`,
    )
    assert.ok(!isGood)
    assert.match(output, /✖ waits [^]*✔ next [^]*test timed out after 1000ms/)
  })

  test('a hook that waits', async () => {
    const hook = `suite('hooked', () => {before(async () => {${open};${never}});test('in it', () => {})})`
    const {output, isGood} = await run('hook', hook)
    assert.ok(!isGood)
    assert.match(output, /✖ hooked [^]*test timed out/)
  })

  test('a file that never gets to its tests', async () => {
    const {output, isGood} = await run('file', `test('fine', () => {})`, open, never)
    assert.ok(!isGood)
    assert.match(output, /Nothing has happened for 2500 ms/)
  })

  test('a loop that never yields, with its place', async () => {
    const {output, isGood} = await run('spins', `test('spins', () => spin())`, 'function spin() {for (;;);}')
    assert.ok(!isGood)
    assert.match(output, /stood still for 1500 ms in: spins \(.*spins\.test\.ts\)\n {4}at spin \(/)
  })

  test('what is left open after the last test', async () => {
    const {output, isGood} = await run('open', `test('fine', () => ${open})`)
    assert.ok(!isGood)
    assert.match(output, /✔ fine [^]*The tests are over and the process goes on: .*Timeout/)
  })

  test('and npm test runs with these limits', () => {
    const {scripts} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    assert.match(readFileSync(new URL('run.ts', import.meta.url), 'utf8'), /'npm', \['run', '-s', 'tests', '--'/)
    assert.match(scripts.tests, /--import \.\/test\/time-limits\.ts .*--test .*--test-timeout=\d+/)
  })
})
