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

const cycles = (files: Record<string, string>): string[] =>
  judgeFloors(new Map(Object.entries(files))).map(
    ({file, line, rule, detail}) => `${file}:${line} ${rule} ${detail.split(':')[0]}`,
  )

const eachOther = (a: string, b: string): Record<string, string> => ({
  [`src/${a}.ts`]: `import '#${b}.ts'`,
  [`src/${b}.ts`]: `import '#${a}.ts'`,
})

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
    // What a service says of itself is said in words that are no service's; they know none.
    assert.deepEqual(inFile('src/services/pds/service.ts', `import {serviceRow} from '../service-row.ts'`), [])
    assert.deepEqual(inFile('src/services/service-row.ts', ...both), ['1 sideways', '2 sideways'])
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

  test('keeps the real clock, random numbers and network out of all but the floors that run programs', () => {
    const reaches = ['Date.now()', 'new Date()', 'Math.random()', 'crypto.getRandomValues(a)', 'setTimeout(f, 1)']
    for (const line of [...reaches, 'fetch(url)', 'new WebSocket(url)', 'await fetch(request)']) {
      assert.deepEqual(inFile('src/atp/a.ts', line), ['1 world'], line)
      assert.deepEqual(inFile('src/services/pds/a.ts', line), ['1 world'], line)
      for (const file of ['src/std/world.ts', 'src/engines/a.ts', 'src/cli/a.ts'])
        assert.deepEqual(inFile(file, line), [])
    }
    const innocent = [
      'new Date(ms)',
      'world.fetch(request)',
      'const a = {async fetch(request: Request) {}}',
      'this.#fetch(request)',
    ]
    for (const line of innocent) assert.deepEqual(inFile('src/atp/a.ts', line), [], line)
  })

  test('lets what runs in a page reach the browser, and nothing that makes the page', () => {
    for (const file of ['src/pages/look/islands/frame.ts', 'src/services/web/app/islands/feed.ts']) {
      assert.deepEqual(inFile(file, 'await fetch(url)'), [], file)
    }
    for (const file of ['src/pages/site.ts', 'src/services/web/islands.ts', 'src/demo/islands/a.ts']) {
      assert.deepEqual(inFile(file, 'await fetch(url)'), ['1 world'], file)
    }
  })

  test('has pages below the services, which know nothing of what is shown', () => {
    assert.deepEqual(inFile('src/services/web/web.ts', `import {Site} from '#pages/site.ts'`), [])
    assert.deepEqual(inFile('src/pages/site.ts', `import type {Session} from '#services/web/visit.ts'`), ['1 upward'])
    assert.deepEqual(inFile('src/runtime/node-world.ts', `import {html} from '#pages/html.ts'`), ['1 upward'])
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
    assert.deepEqual(
      inFile('src/cli/run.ts', 'class Key { static import(bytes: Bytes): Key {} }', 'Key.import(bytes)'),
      [],
    )
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
      `class A { #import() {} b() { this.#import('#sdk/session.ts', name) } }`,

      `import {real} from '#sdk/session.ts'`,
    ]
    assert.deepEqual(inFile('src/atp/a.ts', ...lines), ['6 upward'])
  })

  test('keeps an example to the floors and its own folder', () => {
    const file = 'examples/app/site/a.ts'
    for (const from of ['#sdk/mod.ts', '#services/service-row.ts', '../b.ts', 'jose', '../../../src/bin/serve.ts'])
      assert.deepEqual(inFile(file, `import {a} from '${from}'`), [], from)
    for (const from of ['#services/pds/pds.ts', '../../other/a.ts', '../../../test/until.ts', '#std/text.test.ts'])
      assert.deepEqual(inFile(file, `import {a} from '${from}'`), ['1 example'], from)
  })

  test('names a file that is no TypeScript', () => {
    assert.throws(() => inFile('src/atp/a.ts', 'const = 1'), /src\/atp\/a\.ts cannot be read/)
  })

  suite('sees imports that go in a circle', () => {
    test('of two, by value or by type, or by way of a worker', () => {
      const found = ['src/atp/a.ts:1 cycle src/atp/a.ts → src/atp/b.ts → src/atp/a.ts']
      for (const line of [
        `import {a} from './a.ts'`,
        `import type {A} from '#atp/a.ts'`,
        `let a: import('./a.ts').A`,
        `new Worker(new URL('./a.ts', import.meta.url))`,
      ]) {
        assert.deepEqual(cycles({'src/atp/a.ts': `import {b} from './b.ts'`, 'src/atp/b.ts': line}), found, line)
      }
      assert.deepEqual(cycles({'src/atp/a.ts': `import {b} from './b.ts'`, 'src/atp/b.ts': ''}), [])
    })

    test('of itself', () => {
      assert.deepEqual(cycles({'src/atp/a.ts': `\nimport {a} from './a.ts'`}), [
        'src/atp/a.ts:2 cycle src/atp/a.ts → src/atp/a.ts',
      ])
    })

    test('of many, once, by the shortest way', () => {
      const files = {
        'src/atp/a.ts': `import './b.ts'`,
        'src/atp/b.ts': `import './c.ts'`,
        'src/atp/c.ts': `import './a.ts'\nimport './d.ts'`,
        'src/atp/d.ts': `import './c.ts'`,
        'src/atp/e.ts': `import './a.ts'`,
      }
      assert.deepEqual(cycles(files), [
        'src/atp/c.ts:2 cycle src/atp/c.ts → src/atp/d.ts → src/atp/c.ts (4 files hang together so)',
      ])
    })

    test('each of several', () => {
      assert.equal(cycles({...eachOther('std/a', 'std/b'), ...eachOther('atp/a', 'atp/b')}).length, 2)
    })

    test('but lets tests and the modules of lexicons, which name one another, do so', () => {
      const tests = {'src/atp/a.test.ts': `import './b.test.ts'`, 'src/atp/b.test.ts': `import './a.test.ts'`}
      const made = {'src/lex/gen/a.ts': `import './b.ts'`, 'src/lex/gen/b.ts': `import './a.ts'`}
      assert.deepEqual(cycles({...tests, ...made}), [])
      const mixed = {'src/lex/gen/a.ts': `import '../b.ts'`, 'src/lex/b.ts': `import './gen/a.ts'`}
      assert.equal(cycles(mixed).length, 1)
    })
  })
})
