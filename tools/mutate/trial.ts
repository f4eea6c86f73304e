/** One mutant on trial: tests run against it, nearest and cheapest first, until one fails or none is left. */
import {spawn} from 'node:child_process'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {runs, type TestRun} from './coverage.ts'
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

/** A process takes longer when the machine is busy; a loop without end takes for ever. */
const slack = (tookMs: number): number => tookMs * 4 + 2_000

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
    for (const {test, tookMs} of tests) {
      const how = await judged(test, slack(tookMs), folder, tools)
      if (how) return {killed: true, by: test, how}
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

function judged(
  test: string,
  timeMaxMs: number,
  folder: string,
  tools: TrialTools,
): Promise<'failed' | 'crashed' | 'time' | undefined> {
  const {NODE_OPTIONS = '', ...rest} = process.env
  const child = spawn(process.execPath, [tools.judge, test], {
    cwd: tools.root,
    env: {
      ...rest,
      // Chance is the same for each mutant, and as it was without one.
      SEED: '1',
      // By the environment, so that workers and processes that the tests start get it too.
      NODE_OPTIONS: `${NODE_OPTIONS} --disable-warning=ExperimentalWarning --import=${pathToFileURL(tools.serve).href}`,
      MUTATE_SERVE: join(folder, 'serve.json'),
      NODE_COMPILE_CACHE: join(tools.root, '.cache', 'mutate', 'compiled'),
      TMPDIR: join(folder, 'tmp'),
    },
    stdio: 'ignore',
    // A group of its own: what a test has started ends with it.
    detached: true,
  })
  return new Promise(resolve => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      endGroup(child.pid)
    }, timeMaxMs)
    child.on('close', code => {
      clearTimeout(timer)
      endGroup(child.pid)
      resolve(isLate ? 'time' : code === 0 ? undefined : code === 1 ? 'failed' : 'crashed')
    })
  })
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nobody was left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
