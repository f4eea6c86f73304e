/** One mutant on trial: tests run against it, nearest and cheapest first, until one fails or none is left. */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {runs, type TestRun} from './coverage.ts'
import {judged, type Judgement} from './judging.ts'
import {mutated, type Mutant} from './mutants.ts'

export type Verdict =
  /** A test failed, its process crashed, or it took several times as long as it should. */
  | {killed: true; by: string; how: 'failed' | 'crashed' | 'time'}
  /** No test noticed; `tests` is how many ran the place where it is. */
  | {killed: false; tests: number}

export interface TrialTools {
  root: string
  judge: string
  /** Preloaded: serves the mutant. */
  serve: string
  textOf(file: string): string
  /** How the tests ran without any mutant. */
  runs: readonly TestRun[]
  /** Milliseconds of a core, as measured without a mutant, that one mutant is worth. */
  testTimeMaxMs: number
}

/** A loop without end takes for ever, and tests whose time is measured fail only when all takes much longer. */
const slack = (tookMs: number): number => tookMs * 4 + 2_000

/** What a test takes that takes no longer than it did. */
const usual = (tookMs: number): number => tookMs * 2 + 500

/** How often a test is run again that took longer than it should, until the machine has time for it. */
const againMax = 5

export async function tryMutant(mutant: Mutant, tools: TrialTools): Promise<Verdict> {
  const tests = testsFor(mutant, tools)
  if (tests.length === 0) return {killed: false, tests: 0}
  const folder = join(
    tools.root,
    '.cache',
    'mutate',
    `trial-${process.pid}-${mutant.file.replaceAll('/', '-')}-${mutant.start}-${Math.random().toString(36).slice(2)}`,
  )
  mkdirSync(join(folder, 'tmp'), {recursive: true})
  try {
    const url = pathToFileURL(join(tools.root, mutant.file)).href
    writeFileSync(join(folder, 'serve.json'), JSON.stringify({url, source: mutated(tools.textOf(mutant.file), mutant)}))
    for (const run of tests) {
      const how = await howKilled(run, folder, tools)
      if (how) return {killed: true, by: run.test, how}
    }
    return {killed: false, tests: tests.length}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

/** The tests that run what the mutant changes: those beside it first, then the cheapest, as many as it is worth. */
function testsFor({file, start}: Mutant, {runs: all, testTimeMaxMs}: TrialTools): TestRun[] {
  const beside = file.replace(/\.ts$/, '.test.ts')
  const folder = file.replace(/[^/]*$/, '')
  // Those of its own folder know it best.
  const order = ({test, cpuMs}: TestRun): number => (test === beside ? 0 : test.startsWith(folder) ? cpuMs / 4 : cpuMs)
  let spentMs = 0
  return all
    .filter(run => run.passed && runs(run, file, start))
    .toSorted((a, b) => order(a) - order(b))
    .filter(({cpuMs}, i) => (spentMs += cpuMs) <= testTimeMaxMs || i === 0)
}

/**
 * How the test notices the mutant. A machine that is busy is no mutant: when a test failed after longer than it takes, it
 * runs once as the code is, and again with the mutant when that took as long, or failed, too.
 */
async function howKilled({test, tookMs}: TestRun, folder: string, tools: TrialTools): Promise<Judgement['how']> {
  let expectedMs = tookMs
  for (let again = 0; again < againMax; again++) {
    const found = await judgedOnce(test, slack(expectedMs), folder, tools, true)
    if (!found.how || found.tookMs <= usual(expectedMs)) return found.how
    const plain = await judgedOnce(test, slack(found.tookMs), folder, tools, false)
    if (!plain.how && plain.tookMs <= usual(expectedMs)) return found.how
    expectedMs = Math.max(expectedMs, plain.tookMs)
  }
  // Nothing is known of a mutant when its test cannot run: it counts against the tests.
  return undefined
}

function judgedOnce(
  test: string,
  timeMaxMs: number,
  folder: string,
  {root, judge, serve}: TrialTools,
  isMutated: boolean,
): Promise<Judgement> {
  const {NODE_OPTIONS = '', ...rest} = process.env
  const env = {
    ...rest,
    // By the environment, so that workers and processes that the tests start get it too.
    NODE_OPTIONS: `${NODE_OPTIONS} --disable-warning=ExperimentalWarning --import=${pathToFileURL(serve).href}`,
    ...(isMutated ? {MUTATE_SERVE: join(folder, 'serve.json')} : {}),
    NODE_COMPILE_CACHE: join(root, '.cache', 'mutate', 'compiled'),
    TMPDIR: join(folder, 'tmp'),
  }
  return judged({judge, test, root, env, timeMaxMs})
}
