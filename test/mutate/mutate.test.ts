/**
 * The short run of the mutation tool: some mutants of small files, which their tests all notice, and the list of those
 * that nobody can. The long one is `npm run mutate` (docs/mutation.md).
 */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {setTimeout} from 'node:timers/promises'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {runs} from '../../tools/mutate/coverage.ts'
import {ImportGraph} from '../../tools/mutate/import-graph.ts'
import {mutated, mutantsOf, type Mutant} from '../../tools/mutate/mutants.ts'
import {lineOf, mutate, scoreOf, type Equivalents, type Outcome} from '../../tools/mutate/mutation.ts'
import {compiling} from '../../tools/mutate/type-check.ts'
import {readTree} from '../../tools/source.ts'
import {runSeed, seeded} from '../random.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const texts = readTree(root)
const script = (name: string): string => join(root, 'tools/mutate', name)
const scripts = {judge: script('judge.ts'), serve: script('serve.ts')}
const equivalents = JSON.parse(readFileSync(join(root, 'test/mutate/equivalent.json'), 'utf8')) as Equivalents[]

const empty: Outcome = {
  population: 0,
  equivalent: 0,
  refused: 0,
  tried: 0,
  killed: {failed: 0, crashed: 0, time: 0},
  survivors: [],
  failing: [],
}

const shown = (mutants: readonly Mutant[]): string[] => mutants.map(({kind, now}) => `${kind}: ${now}`)
const linesOf = (text: string): string[] => shown(mutantsOf('src/std/a.ts', text))

suite('mutants of a file', () => {
  test('are of these kinds', () => {
    const cases: [text: string, expected: string[]][] = [
      ['f(a < b)', ['statement: ;', 'compare: f(a <= b)']],
      ['f(a === b)', ['statement: ;', 'compare: f(a !== b)']],
      [
        'x = a + b * 2',
        ['statement: ;', 'arithmetic: x = a - b * 2', 'arithmetic: x = a + b / 2', 'number: x = a + b * 3'],
      ],
      ['x += a >>> b', ['statement: ;', 'arithmetic: x -= a >>> b', 'arithmetic: x += a << b']],
      ['x = `${a}`+ b', ['statement: ;']],
      ['const x = a && b', ['logic: const x = a || b']],
      ['const x = a ?? b', ['default: const x = b']],
      ['if (a) b()', ['condition: if (true) b()', 'condition: if (false) b()', 'statement: if (a) {}']],
      ['while (a) {}', ['condition: while (false) {}']],
      ['for (;a;) {}', ['condition: for (;false;) {}']],
      ['const x = a ? b : c', ['condition: const x = true ? b : c', 'condition: const x = false ? b : c']],
      ['const x = !a', ['negation: const x = a']],
      ['i++', ['statement: ;', 'arithmetic: i--']],
      ['const x = true', ['boolean: const x = false']],
      ["const x = 'word'", ["text: const x = ''"]],
      ["const x = ''", ["text: const x = 'x'"]],
      ['const x = 5n', ['number: const x = 6n']],
      ['const x = [a]', ['list: const x = []']],
      ['const x = Math.min(a)', ['method: const x = Math.max(a)']],
      [
        'const f = () => { a(); return b }',
        [
          'body: const f = () => {}',
          'statement: const f = () => { ; return b }',
          'return: const f = () => { a(); return undefined }',
        ],
      ],
      ['throw a', ['statement: ;']],
      [
        'const f = () => { if (a) return; b() }',
        [
          'body: const f = () => {}',
          'condition: const f = () => { if (true) return; b() }',
          'condition: const f = () => { if (false) return; b() }',
          'statement: const f = () => { if (a) {} b() }',
          'statement: const f = () => { if (a) return; ; }',
        ],
      ],
      ['const f = () => { return undefined }', []],
    ]
    for (const [text, expected] of cases) assert.deepEqual(linesOf(text), expected, text)
  })

  test('are of SQL, too', () => {
    const found = linesOf('const sql = `SELECT a FROM b WHERE c > ? AND d IS NULL ORDER BY ${e} DESC`')
    const changed = found.map(line => line.replace('sql: const sql = ', ''))
    assert.deepEqual(changed, [
      '`SELECT a FROM b WHERE c >= ? AND d IS NULL ORDER BY ${e} DESC`',
      '`SELECT a FROM b WHERE c > ? OR d IS NULL ORDER BY ${e} DESC`',
      '`SELECT a FROM b WHERE c > ? AND d IS NOT NULL ORDER BY ${e} DESC`',
      '`SELECT a FROM b WHERE c > ? AND d IS NULL ORDER BY ${e} `',
    ])
    assert.deepEqual(linesOf("const sql = 'CREATE INDEX a ON b (c) WHERE d > 1'"), [])
  })

  test('leave alone what does nothing, or speaks to people', () => {
    const alone = [
      "import {a} from './a.ts'",
      "export {a} from './a.ts'",
      'assert(a > 1)',
      "log.warn('word', {a: 1})",
      "this.log.info('word')",
      "const x = 'a sentence'",
      'const x = `a sentence of ${a + 1}`',
      'const x = new Uint8Array(7)',
      'type A = 1 | true',
      'const x = a as 1',
      'const x = {word: a}',
      "// a > 1 && 'word'",
    ]
    for (const text of alone) assert.deepEqual(linesOf(text), [], text)
  })

  test('are named by line, and change nothing but that place', () => {
    const text = 'const a = 1\n\nexport const isLess = (b: number): boolean => b < a // b < a\n'
    const [number, compare] = mutantsOf('src/std/a.ts', text)
    assert.deepEqual([number.line, compare.line], [1, 3])
    assert.equal(compare.was, 'export const isLess = (b: number): boolean => b < a // b < a')
    assert.equal(mutated(text, compare), text.replace('b < a //', 'b <= a //'))
  })
})

test('mutants that the compiler would refuse are told from those it would not', async () => {
  const file = 'src/std/encoding/varint.ts'
  const text = texts.get(file)!
  const at = (from: string, to: string): Mutant => {
    const start = text.indexOf(from)
    assert.ok(start >= 0, from)
    return {file, kind: 'number', line: 1, start, end: start + from.length, to, was: from, now: to}
  }
  const good = [at('byte < 0x80', 'byte <= 0x80'), at('return -1', 'return -2'), at('varintEnd = at + 1', '')]
  const bad = [at('return -1', 'return undefined'), at('return size', "return 'size'"), at('let scale = 1', '')]
  assert.deepEqual(await compiling([...bad, ...good], name => texts.get(name) ?? '', root), good)
})

test('the innermost range that was counted says whether a test runs a place', () => {
  const run = {
    test: 'a',
    tookMs: 1,
    cpuMs: 1,
    passed: true,
    files: {
      b: [
        [0, 100, true],
        [10, 50, false],
        [20, 30, true],
      ] as never,
    },
  }
  const places = [0, 10, 19, 20, 29, 30, 49, 50, 99, 100].filter(at => runs(run, 'b', at))
  assert.deepEqual(places, [0, 20, 29, 50, 99])
  assert.ok(!runs(run, 'c', 0))
})

test('the tests of a file are those that import it, nearest first', () => {
  const graph = new ImportGraph(
    new Map([
      ['src/std/a.ts', ''],
      ['src/std/b.ts', "import {a} from './a.ts'"],
      ['src/std/b.test.ts', "import {b} from './b.ts'"],
      ['src/std/a.test.ts', "import {a} from '#std/a.ts'"],
      ['src/std/c.test.ts', "import {c} from './c.ts'"],
    ]),
  )
  assert.deepEqual(
    [...graph.testsOf('src/std/a.ts')],
    [
      ['src/std/a.test.ts', 1],
      ['src/std/b.test.ts', 2],
    ],
  )
  assert.deepEqual([...graph.reachedFrom('src/std/b.test.ts')], ['src/std/b.test.ts', 'src/std/b.ts', 'src/std/a.ts'])
})

test('the score is of those tried, and its bounds tell of those not tried, within the whole', () => {
  const scored = (failed: number, population = 1e9): number[] => {
    const killed = {failed, crashed: 6, time: 4}
    const {score, low, high} = scoreOf({...empty, population, refused: 100, tried: 100, killed})
    return [score, low, high].map(value => Math.round(value * 100) / 100)
  }
  // As tables of Wilson's interval have it.
  assert.deepEqual(scored(80), [90, 82.56, 94.48])
  assert.deepEqual(scored(90), [100, 96.3, 100])
  // Some 500 of the thousand compile.
  assert.deepEqual(scored(80, 1000), [90, 83.48, 94.13])
  assert.deepEqual(scored(80, 200), [90, 90, 90])
  assert.deepEqual(scoreOf(empty), {score: 100, low: 0, high: 100})
})

/** A tree of its own: one file, and a test that looks at a part of what it does. */
function smallTree(folder: string): {root: string; texts: Map<string, string>} {
  const files = new Map([
    ['package.json', '{"type": "module"}'],
    ['tsconfig.json', texts.get('tsconfig.json')!],
    [
      'src/std/half.ts',
      `export function half(n: number): number {
  if (n < 0) throw new RangeError('below zero')
  let rest = n
  while (rest > 1) rest -= 2
  return (n - rest) / 2
}
export const unseen = (): boolean => true
`,
    ],
    [
      'src/std/half.test.ts',
      `import {test} from 'node:test'
import {equal} from 'node:assert/strict'
import {half} from './half.ts'
test('halves', () => { equal(half(6), 3); equal(half(7), 3) })
`,
    ],
  ])
  for (const [file, text] of files) {
    mkdirSync(join(folder, file, '..'), {recursive: true})
    writeFileSync(join(folder, file), text)
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return {root: folder, texts: files}
}

test('what no test looks at survives, and what one looks at does not', async () => {
  const folder = temporaryFolder('mutate')
  const tree = smallTree(folder)
  const options = {...tree, paths: ['src'], random: seeded(1), jobs: 2, testTimeMaxMs: 20_000, scripts}
  const outcome = await mutate({...options, equivalents: []})
  const {survivors, killed} = outcome
  assert.deepEqual(
    survivors.map(({line, now, tests}) => `${line} ${now} (${tests})`),
    [
      "2 if (false) throw new RangeError('below zero') (1)",
      "2 if (n <= 0) throw new RangeError('below zero') (1)",
      "2 if (n < 1) throw new RangeError('below zero') (1)",
      '2 if (n < 0) {} (0)',
      // Half of six and of seven come out all the same.
      '4 while (rest > 1) rest -= 3 (1)',
      '7 export const unseen = (): boolean => false (0)',
    ],
  )
  assert.ok(killed.failed > 0 && killed.time > 0, JSON.stringify(killed))
  assert.deepEqual(outcome.failing, [])
  assert.equal(readFileSync(join(folder, 'src/std/half.ts'), 'utf8'), tree.texts.get('src/std/half.ts'))

  const listed: Equivalents[] = [
    {file: 'src/std/half.ts', reason: 'none looks', mutants: survivors.map(({was, now}) => [was, now])},
  ]
  const again = await mutate({...options, equivalents: listed, sample: 3})
  assert.deepEqual([again.survivors, again.equivalent, again.tried], [[], 6, 3])
})

/** A process that has ended and that nobody has waited for yet does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const status = `/proc/${pid}/status`
    return !existsSync(status) || !/^State:\s+[ZX]/m.test(readFileSync(status, 'utf8'))
  } catch {
    return false
  }
}

test('a judge in a loop without end ends with who waits for it, and so does what its test has started', async () => {
  const folder = temporaryFolder('mutate-judge')
  const pidsFile = join(folder, 'pids')
  const endless = join(folder, 'endless.test.mjs')
  writeFileSync(
    endless,
    `import {spawn} from 'node:child_process'
import {renameSync, writeFileSync} from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'})
writeFileSync(${JSON.stringify(`${pidsFile}.new`)}, process.pid + ' ' + child.pid)
renameSync(${JSON.stringify(`${pidsFile}.new`)}, ${JSON.stringify(pidsFile)})
for (;;);
`,
  )
  const waiting = join(folder, 'waiting.mjs')
  const judging = {judge: scripts.judge, test: endless, root, timeMaxMs: 600_000}
  writeFileSync(
    waiting,
    `import {judged} from ${JSON.stringify(pathToFileURL(script('judging.ts')).href)}
await judged({...${JSON.stringify(judging)}, env: process.env})
`,
  )
  const signal = AbortSignal.timeout(100_000)
  const who = spawn(process.execPath, [waiting], {stdio: 'ignore'})
  const ended = new Promise(resolve => who.once('exit', resolve))
  try {
    while (!existsSync(pidsFile)) await setTimeout(20, undefined, {signal})
  } finally {
    who.kill('SIGKILL')
  }
  await ended
  const pids = readFileSync(pidsFile, 'utf8').split(' ').map(Number)
  try {
    while (pids.some(isRunning)) await setTimeout(20, undefined, {signal})
  } finally {
    if (isRunning(pids[0])) process.kill(-pids[0], 'SIGKILL')
  }
})

suite('this checkout', () => {
  test('notices mistakes in some small files, all of them', async () => {
    const paths = ['src/std/slab.ts', 'src/engines/cache/lru.ts']
    const random = seeded(runSeed)
    const outcome = await mutate({
      paths,
      sample: 6,
      random,
      jobs: 2,
      testTimeMaxMs: 10_000,
      equivalents,
      texts,
      root,
      scripts,
    })
    assert.deepEqual([outcome.survivors.map(lineOf), outcome.failing, outcome.tried], [[], [], 6], `SEED=${runSeed}`)
  })
})
