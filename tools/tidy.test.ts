/** This checkout is tidy, and the judge that says so sees what is planted for it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {readTree} from './source.ts'
import {judgeTidy, linesMax, sourcesMax} from './tidy.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('this checkout is tidy', () => {
  const violations = judgeTidy(readTree(root))
  const lines = violations.map(v => `\n${v.file}:${v.line} ${v.rule}: ${v.detail}`)
  assert.ok(lines.length === 0, lines.join(''))
})

/** So many sources in a folder, which say why they are there. */
const folder = (path: string, count: number, ending = '.ts'): Record<string, string> =>
  Object.fromEntries(Array.from({length: count}, (_, i) => [`${path}/a${i}${ending}`, '// Why.']))

suite('the judge of tidiness', () => {
  const map = 'src/std/ src/atp/data/ src/lex/gen/ src/services/pds/ src/cli/'
  const rules = (files: Record<string, string>): string[] =>
    judgeTidy(new Map(Object.entries({'ARCHITECTURE.md': map, ...files})))
      .filter(({rule}) => !('dead-export' === rule && !JSON.stringify(files).includes('dead')))
      .map(({line, rule}) => `${line} ${rule}`)
  const inFile = (file: string, ...lines: string[]): string[] => rules({[file]: lines.join('\n')})

  test('accepts a tidy file', () => {
    assert.deepEqual(inFile('src/std/a.ts', '/** Why. */', 'const anything: unknown = 1'), [])
    assert.deepEqual(inFile('src/cli/a.js', '#!/usr/bin/env node', '/** Why. */'), [])
  })

  test('sees names that are no nouns, or not in kebab-case', () => {
    for (const file of ['src/std/util.ts', 'src/std/helpers/a.ts', 'tools/common.test.ts']) {
      assert.deepEqual(inFile(file, '// Why.').slice(0, 1), ['1 drawer'], file)
    }
    assert.deepEqual(inFile('src/std/fooBar.ts', '// Why.'), ['1 name'])
    assert.deepEqual(inFile('src/std/Foo.ts', '// Why.'), ['1 name'])
    assert.deepEqual(inFile(':memory:', ''), ['1 name'])
    assert.deepEqual(inFile('src/services/pds/api/createRecord.ts', '// Why.'), [])
    assert.deepEqual(inFile('src/lex/gen/com/atproto/repo/createRecord.ts', '// Why.'), [])
  })

  test('sees a file that is too long, or does not say why it exists', () => {
    assert.deepEqual(inFile('src/std/a.ts', '// Why.', '\n'.repeat(linesMax)), [`${linesMax} length`])
    assert.deepEqual(inFile('src/std/a.ts', 'const a = 1', '// late'), ['1 opening'])
    assert.deepEqual(rules({'src/std/a.ts': '// Why.', 'src/std/a.test.ts': 'const a = 1'}), [])
    assert.deepEqual(rules({'src/std/a.test.ts': 'const a = 1'}), ['1 opening'])
  })

  test('sees silenced checks and promises, in comments only', () => {
    assert.deepEqual(inFile('src/std/a.ts', '// Why.', '// @ts-expect-error', 'a()'), ['2 silenced'])
    assert.deepEqual(inFile('src/std/a.ts', '// Why.', '/* oxlint-disable no-eval */'), ['2 silenced'])
    assert.deepEqual(inFile('src/std/a.test.ts', '// Why.', '// @ts-expect-error: a Cid is no text'), [])
    assert.deepEqual(inFile('src/std/a.test.ts', '// Why.', '// @ts-expect-error'), ['2 silenced'])
    assert.deepEqual(inFile('src/std/a.ts', '// Why.', '// TODO: later'), ['2 promise'])
    assert.deepEqual(inFile('src/std/a.ts', '// Why.', `const a = '// TODO @ts-ignore'`), [])
  })

  test('sees any, and tests that are switched off', () => {
    const anys = ['let a: any', 'let b: Map<string, any>', 'f(c as any)', 'let d: any[]', 'let e: string | any']
    for (const line of anys) assert.deepEqual(inFile('src/std/a.ts', '// Why.', line), ['2 any'], line)
    for (const line of ['await Promise.any(all)', 'const any = 1', 'let a: {any: string}', `let a = 'x as any'`]) {
      assert.deepEqual(inFile('src/std/a.ts', '// Why.', line), [], line)
    }
    for (const line of [`test.only('a', f)`, `test.skip('a', f)`, `suite('a', {only: true}, f)`]) {
      assert.deepEqual(inFile('src/std/a.test.ts', '// Why.', line), ['2 switched-test'], line)
    }
    assert.deepEqual(inFile('src/std/a.test.ts', '// Why.', `test('a', {skip: absent && 'no vectors'}, f)`), [])
  })

  test('sees a word that is spelled in two ways', () => {
    for (const word of ['e-mail', 'E-mails']) {
      assert.deepEqual(inFile('src/std/a.ts', '// Why.', `const a = 'An ${word}'`), ['2 spelling'], word)
    }
    assert.deepEqual(inFile('src/std/a.ts', '// Why.', `const a = 'An email to the-mail-server'`), [])
  })

  test('sees a result that is said in a way of its own', () => {
    for (const line of [
      'type Read = {ok: true; value: 1} | Fault',
      'type Read = {readonly ok: false}',
      'interface Read {\n  ok: true\n}',
    ]) {
      assert.equal(inFile('src/std/a.ts', '/** Why. */', line)[0]?.slice(2), 'result', line)
      assert.deepEqual(inFile('src/std/result.ts', '/** Why. */', line), [], line)
    }
    assert.deepEqual(
      inFile('src/std/a.ts', '/** Why. */', 'const a = {ok: true, value: 1}', 'const b = {ok: false}'),
      [],
    )
  })

  test('sees a slice that would be no copy of a Buffer, in the floors that are given some', () => {
    for (const line of ['a.slice()', 'const b = block.slice(1, 2)', 'this.bytes.slice(at)']) {
      assert.deepEqual(inFile('src/atp/a.ts', '// Why.', line), ['2 slice-copy'], line)
      assert.deepEqual(inFile('src/atp/a.test.ts', '// Why.', line), [])
    }
    for (const line of ['text.slice(1)', 'copyOf(block)', 'bytes.subarray(1)']) {
      assert.deepEqual(inFile('src/atp/a.ts', '// Why.', line), [], line)
    }
  })

  test('sees the paths of one machine and the host of one registry, in any file', () => {
    const [machine, host] = [['', 'home', 'me', 'x'].join('/'), ['registry', 'example', 'org'].join('.')]
    assert.deepEqual(inFile('README.md', 'Run', `${machine}/run`), ['2 machine-path'])
    assert.deepEqual(inFile('.npmrc', `registry=https://${host}/`), ['1 registry-host'])
    assert.deepEqual(inFile('package-lock.json', `"resolved": "https://${host}/a.tgz"`), ['1 registry-host'])
    assert.deepEqual(inFile('README.md', 'see example.org/home/page and ./work/here'), [])
  })

  test('sees an export that nobody imports', () => {
    const dead = {'src/std/a.ts': '// Why.\nexport const dead = 1\nexport type T = 1'}
    assert.deepEqual(rules(dead), ['2 dead-export'])
    assert.deepEqual(rules({...dead, 'src/std/b.test.ts': `// Why.\nimport {dead} from './a.ts'`}), [])
    assert.deepEqual(rules({...dead, 'src/std/b.test.ts': `// Why.\nimport {T, dead as x} from '#std/a.ts'`}), [])
    assert.deepEqual(rules({...dead, 'src/std/b.test.ts': `// Why.\nimport * as a from '#std/a.ts'`}), [])
    assert.deepEqual(rules({...dead, 'src/std/b.test.ts': `// Why.\nimport type {T} from '#std/a.ts'`}), [
      '2 dead-export',
    ])
  })

  test('sees links that lead nowhere', () => {
    assert.deepEqual(
      inFile('docs/a.md', '# One thing', '[a](../ARCHITECTURE.md) [b](a.md#one-thing) [c](#one-thing)'),
      [],
    )
    assert.deepEqual(inFile('docs/a.md', '[a](b.md)'), ['1 dead-link'])
    assert.deepEqual(inFile('docs/a.md', '', '[a](#two)'), ['2 dead-link'])
    assert.deepEqual(inFile('docs/a.md', '[a](https://example.org/b.md) `[a](b.md)`'), [])
  })

  test('sees an invariant whose test is not there', () => {
    const tests = {'src/std/a.test.ts': `// Why.\ntest('it holds', f)`}
    assert.deepEqual(rules({...tests, 'docs/invariants.md': '[`it holds`](../src/std/a.test.ts)'}), [])
    assert.deepEqual(rules({...tests, 'docs/invariants.md': '\n[`it sings`](../src/std/a.test.ts)'}), ['2 invariant'])
  })

  test('sees a version that is not pinned', () => {
    assert.deepEqual(inFile('package.json', '{"dependencies": {', '"a": "^1.2.3"}}'), ['2 pin'])
    assert.deepEqual(inFile('package.json', '{"devDependencies": {"a": "1.2.3"}}'), [])
  })

  test('sees a folder in which too much lies side by side', () => {
    const most = folder('src/std', sourcesMax)
    const forms = {...most, ...folder('src/std', 9, '.test.ts'), ...folder('src/std', 9, '.sqlite.ts')}
    assert.deepEqual(rules(forms), [])
    assert.deepEqual(rules({...most, 'src/std/one-more.js': '// Why.'}), ['1 crowd'])
    assert.deepEqual(rules({...most, 'src/cli/another.ts': '// Why.'}), [])
    assert.deepEqual(rules(folder('src/services/pds/api/com/atproto/repo', 2 * sourcesMax)), [])
    assert.deepEqual(rules(folder('src/lex/gen/com/atproto/repo', 2 * sourcesMax)), [])
  })

  test('sees a folder that is not on the map', () => {
    assert.deepEqual(inFile('src/atp/moon/a.ts', '// Why.'), ['1 map'])
  })
})
