/** The floors hold in this checkout, and the judge that says so sees what is planted for it. */
import assert from 'node:assert/strict'
import {fileURLToPath} from 'node:url'
import {suite, test} from 'node:test'
import {judgeFloors} from './floors.ts'
import {readTree} from './source.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('this checkout keeps its floors', () => {
  const violations = judgeFloors(readTree(root))
  const lines = violations.map(v => `\n${v.file}:${v.line} ${v.rule}: ${v.detail}`)
  assert.ok(lines.length === 0, lines.join(''))
})

const inFile = (file: string, ...lines: string[]): string[] =>
  judgeFloors(new Map([[file, lines.join('\n')]])).map(({rule, line}) => `${line} ${rule}`)

suite('the judge of the floors', () => {
  test('lets a file import its own floor and those below', () => {
    const found = inFile('src/atp/mst/tree.ts', `import {a} from '#std/bytes.ts'`, `import {b} from '../data/cid.ts'`)
    assert.deepEqual(found, [])
  })

  test('sees an upward import, however it is written', () => {
    assert.deepEqual(inFile('src/std/bytes.ts', `import {a} from '#atp/data/cid.ts'`), ['1 upward'])
    assert.deepEqual(inFile('src/std/bytes.ts', `import {a} from '../atp/data/cid.ts'`), ['1 upward'])
    assert.deepEqual(inFile('src/std/bytes.ts', `import type {A} from '#lex/doc/parse.ts'`), ['1 upward'])
    assert.deepEqual(inFile('src/std/bytes.ts', `import '#sdk/session.ts'`), ['1 upward'])
    assert.deepEqual(inFile('src/std/bytes.ts', '', `const a = await import('#sdk/session.ts')`), ['2 upward'])
    assert.deepEqual(inFile('src/std/bytes.ts', `let a: import('#sdk/session.ts').Session`), ['1 upward'])
    assert.deepEqual(inFile('src/std/bytes.ts', `new Worker(new URL('../cli/a.ts', import.meta.url))`), ['1 upward'])
    assert.deepEqual(inFile('src/engines/a.ts', `new Worker(new URL('worker.ts', import.meta.url))`), [])
    const long = ['import {', '  a,', '  type B,', `} from '#xrpc/client.ts'`]
    assert.deepEqual(inFile('src/lex/doc/parse.ts', ...long), ['4 upward'])
  })

  test('sees two services meet, and lets the top floors hold both', () => {
    const both = [`import {pds} from '#services/pds/pds.ts'`, `import {relay} from '#services/relay/relay.ts'`]
    assert.deepEqual(inFile('src/services/pds/repos/repos.ts', ...both), ['2 sideways'])
    assert.deepEqual(inFile('src/runtime/listen.ts', ...both), ['1 upward', '2 upward'])
    for (const top of ['src/demo/town.ts', 'src/cli/up.ts', 'src/bin/all.ts'])
      assert.deepEqual(inFile(top, ...both), [])
  })

  test('keeps Node out of the floors that a browser runs', () => {
    assert.deepEqual(inFile('src/sdk/session.ts', `import {readFile} from 'node:fs/promises'`), ['1 node-import'])
    assert.deepEqual(inFile('src/engines/blob.ts', `import {readFile} from 'node:fs/promises'`), [])
    assert.deepEqual(inFile('src/atp/a.ts', 'const a = Buffer.from(b)'), ['1 node-global'])
    assert.deepEqual(inFile('src/atp/a.ts', 'const a = process.env.A'), ['1 node-global'])
    assert.deepEqual(inFile('src/atp/a.ts', 'const a = import.meta.dirname'), ['1 node-global'])
    assert.deepEqual(inFile('src/atp/a.ts', 'const a = (globalThis as {Buffer?: B}).Buffer?.prototype'), [])
    assert.deepEqual(inFile('src/atp/a.ts', '// Buffer is faster', `const a = 'process'`, 'const b = `Buffer`'), [])
    assert.deepEqual(inFile('src/atp/a.ts', 'const a = `${Buffer.name}`'), ['1 node-global'])
  })

  test('keeps the real clock, chance and network out of all but the floors that run programs', () => {
    const reaches = ['Date.now()', 'new Date()', 'Math.random()', 'crypto.getRandomValues(a)', 'setTimeout(f, 1)']
    for (const line of [...reaches, 'fetch(url)', 'new WebSocket(url)', 'await fetch(request)']) {
      assert.deepEqual(inFile('src/atp/a.ts', line), ['1 world'], line)
      assert.deepEqual(inFile('src/services/pds/a.ts', line), ['1 world'], line)
      for (const file of ['src/std/world.ts', 'src/engines/a.ts', 'src/cli/a.ts'])
        assert.deepEqual(inFile(file, line), [])
    }
    const innocent = ['new Date(ms)', 'world.fetch(request)', 'async fetch(request: Request) {', 'this.#fetch(request)']
    for (const line of innocent) assert.deepEqual(inFile('src/atp/a.ts', line), [], line)
  })

  test('keeps each package in its folder', () => {
    assert.deepEqual(inFile('src/atp/crypto/portable.ts', `import {p256} from '@noble/curves/nist.js'`), [])
    assert.deepEqual(inFile('src/atp/crypto/portable.ts', `import k from 'secp256k1'`), ['1 package'])
    assert.deepEqual(inFile('src/engines/crypto/native.ts', `import k from 'secp256k1'`), [])
    assert.deepEqual(inFile('src/services/pds/pds.ts', `import express from 'express'`), ['1 package'])
    assert.deepEqual(inFile('src/runtime/socket.ts', `import a from 'wsx'`), ['1 package'])
  })

  test('sees barrels, computed imports, unknown folders and imports of tests', () => {
    assert.deepEqual(inFile('src/atp/mod.ts', `export * from './data/cid.ts'`), ['1 barrel'])
    assert.deepEqual(inFile('src/atp/mod.ts', `export {Cid} from './data/cid.ts'`), ['1 barrel'])
    assert.deepEqual(inFile('src/sdk/mod.ts', `export {Cid} from '#atp/data/cid.ts'`), [])
    assert.deepEqual(inFile('src/cli/run.ts', 'await import(name)'), ['1 computed-import'])
    assert.deepEqual(inFile('src/cli/run.ts', 'static import(bytes: Bytes): Key', 'Key.import(bytes)'), [])
    assert.deepEqual(inFile('src/misc/a.ts', 'const a = 1'), ['1 unknown-floor'])
    assert.deepEqual(inFile('src/atp/a.ts', `import {b} from './b.test.ts'`), ['1 outside'])
    assert.deepEqual(inFile('src/atp/a.ts', `import {vectors} from '../../test/vectors.ts'`), ['1 outside'])
    assert.deepEqual(inFile('src/atp/a.test.ts', `import {vectors} from '../../test/vectors.ts'`), [])
  })

  test('is not misled by what only looks like an import or a string', () => {
    const lines = [
      `const quote = /'/.test(text) ? a / b : c / d`,
      '// import {a} from "#sdk/session.ts"',
      'const sample = "import {a} from \'#sdk/session.ts\'"',
      "const text = `import {a} from '#sdk/session.ts' ${f({a: `${1}`})} '`",
      `this.#import('#sdk/session.ts', name)`,
      'this.#import(name)',
      `import {real} from '#sdk/session.ts'`,
    ]
    assert.deepEqual(inFile('src/atp/a.ts', ...lines), ['7 upward'])
  })
})
