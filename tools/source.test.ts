/** What the judges of the tree see of a file: code without words, and every import there is. */
import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {temporaryFolder} from '../test/temporary-folder.ts'
import {findAll, isTest, lineOf, readSource, readTree, resolveImport} from './source.ts'

const codeOf = (text: string): string => readSource('a.ts', text).code

suite('code', () => {
  for (const [name, text, code] of [
    ['comments', 'a // b\n/* c\n d */ e', 'a     \n    \n      e'],
    ['strings, but not their quotes', `f('a', "b")`, `f(' ', " ")`],
    ['what looks like a comment in a string', `f('// a')`, `f('    ')`],
    ['the text of templates, but not what stands in them', 'f(`a${b}c`)', 'f(` ${b} `)'],
    ['regular expressions', 'f(/a"b/g)', 'f(      )'],
    ['the line that names a program', '#!/usr/bin/env node\na', '                   \na'],
  ] as const) {
    test(`is without ${name}`, () => {
      assert.equal(codeOf(text), code)
      assert.equal(codeOf(text).length, text.length)
    })
  }

  test('keeps its lines, so that places in it are places in the file', () => {
    const text = '/* one\ntwo */ bad()\nbad()'
    const found = findAll('a.ts', codeOf(text), /bad\(\)/g, 'no-bad', ([match]) => `${match} is bad`)
    assert.deepEqual(
      found.map(({line, detail}) => [line, detail]),
      [
        [2, 'bad() is bad'],
        [3, 'bad() is bad'],
      ],
    )
    assert.equal(lineOf(text, 0), 1)
  })

  test('gives the comments beside it', () => {
    const {comments} = readSource('a.ts', '#!/x\na /* b */ // c')
    assert.deepEqual(comments, [
      {start: 0, text: '#!/x'},
      {start: 7, text: '/* b */'},
      {start: 15, text: '// c'},
    ])
  })

  test('that is no TypeScript is refused by the name of its file', () => {
    assert.throws(() => readSource('src/broken.ts', 'const = ='), /src\/broken\.ts cannot be read/)
  })
})

suite('imports', () => {
  for (const [text, specifier, names, reexport] of [
    [`import {a, b as c} from './x.ts'`, './x.ts', ['a', 'b'], false],
    [`import d from './x.ts'`, './x.ts', ['default'], false],
    [`import * as e from './x.ts'`, './x.ts', ['*'], false],
    [`import type {A} from '#std/x.ts'`, '#std/x.ts', ['A'], false],
    [`import './x.ts'`, './x.ts', [], false],
    [`export {a} from './x.ts'`, './x.ts', ['a'], true],
    [`export * from './x.ts'`, './x.ts', ['*'], true],
    [`const x = await import('./x.ts')`, './x.ts', ['*'], false],
    [`type X = import('./x.ts').X`, './x.ts', ['*'], false],
    [`new URL('./x.ts', import.meta.url)`, './x.ts', ['*'], false],
    [`new URL('x.ts', import.meta.url)`, './x.ts', ['*'], false],
  ] as const) {
    test(text, () => {
      const {imports, computedImports} = readSource('a.ts', text)
      const [{offset, ...found}, ...more] = imports
      assert.deepEqual([found, more], [{specifier, names, reexport}, []])
      assert.match(text.slice(offset), /^['"]/, 'it is where its quotes open')
      assert.deepEqual(computedImports, [])
    })
  }

  test('that only running tells are counted apart', () => {
    const {imports, computedImports} = readSource('a.ts', 'await import(path)')
    assert.deepEqual([imports, computedImports], [[], [6]])
  })

  test('in comments and strings, and URLs of elsewhere, are none', () => {
    const text = `// import 'a'\nf("import 'b'")\nnew URL('c', base)\nnew URL('d')`
    assert.deepEqual(readSource('a.ts', text).imports, [])
  })

  test('name paths from the root of the tree', () => {
    for (const [specifier, path] of [
      ['#std/log.ts', 'src/std/log.ts'],
      ['./x.ts', 'src/cli/repo/x.ts'],
      ['../x.ts', 'src/cli/x.ts'],
      ['../../../test/x.ts', 'test/x.ts'],
      ['node:fs', undefined],
      ['undici', undefined],
    ] as const) {
      assert.equal(resolveImport('src/cli/repo/a.ts', specifier), path)
    }
  })
})

test('the tree is every text of ours, and nothing that was installed or made', () => {
  const root = temporaryFolder('tree')
  for (const folder of ['src', 'node_modules/x', 'src/node_modules', '.git', 'data', 'src/data'])
    mkdirSync(join(root, folder), {recursive: true})
  for (const file of [
    'src/a.ts',
    'src/b.png',
    'README.md',
    '.gitignore',
    'node_modules/x/a.ts',
    'src/node_modules/a.ts',
    '.git/HEAD',
    'data/a.json',
    'src/data/cid.ts',
  ]) {
    writeFileSync(join(root, file), `text of ${file}`)
  }
  assert.deepEqual(Object.fromEntries(readTree(root)), {
    'src/a.ts': 'text of src/a.ts',
    'src/b.png': '',
    'README.md': 'text of README.md',
    '.gitignore': 'text of .gitignore',
    'src/data/cid.ts': 'text of src/data/cid.ts',
  })
})

test('tests are known by the ends of their names', () => {
  const names = ['a.test.ts', 'a.contract.ts', 'a.fuzz.ts', 'a.browser.ts', 'a.ts', 'test.ts', 'a.test.js']
  assert.deepEqual(names.map(isTest), [true, true, true, true, false, false, false])
})
