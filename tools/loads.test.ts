/** What a server has in memory from its start on: libraries that few of its calls need are not among it. */
import assert from 'node:assert/strict'
import {fileURLToPath} from 'node:url'
import {test} from 'node:test'
import {readTree, resolveImport} from './source.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Imports that are followed when a module is loaded: those of types are stripped, and a call of `import` waits. */
const followed = /^(?:import|export)\s(?!type\b)(?:[^'"();]*?\sfrom\s+)?'([^']+)'/gm

/** All that is loaded with `file`: sources of ours by their path, packages as they are named. */
function loadedWith(file: string, files: ReadonlyMap<string, string>): Set<string> {
  const seen = new Set([file])
  for (const path of seen) {
    for (const [, specifier] of files.get(path)?.matchAll(followed) ?? []) {
      seen.add(resolveImport(path, specifier) ?? specifier)
    }
  }
  return seen
}

test('a PDS starts without what mails, passkeys and pictures need', () => {
  const loaded = loadedWith('src/services/pds/pds.ts', readTree(root))
  assert.ok(loaded.has('src/xrpc/router.ts') && loaded.has('jose'), 'imports are followed')
  for (const name of ['nodemailer', '@simplewebauthn/server', 'sharp']) assert.ok(!loaded.has(name), name)
})

test('types and calls of import are not followed', () => {
  const files = new Map([
    [
      'src/a.ts',
      `import type {A} from 'a'\nimport {\n  b,\n} from 'b'\nexport {c} from './c.ts'\nconst d = import('d')\n`,
    ],
    ['src/c.ts', `import 'e'\nexport type {F} from 'f'\n`],
  ])
  assert.deepEqual([...loadedWith('src/a.ts', files)].toSorted(), ['b', 'e', 'src/a.ts', 'src/c.ts'])
})
