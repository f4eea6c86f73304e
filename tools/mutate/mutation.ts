/** A run over a part of the tree: which mutants are tried, in what order, and what came of it. */
import {mutantsOf, type Mutant} from './mutants.ts'
import {compiling} from './type-check.ts'
import {runOf, type TestRun} from './coverage.ts'
import {ImportGraph} from './import-graph.ts'
import {tryMutant, type Verdict} from './trial.ts'

/** Mutants of one file that change nothing that anybody could see, and why. */
export interface Equivalents {
  file: string
  reason: string
  /** Each by the lines that it changes, before and after. */
  mutants: [was: string, now: string][]
}

export interface MutationOptions {
  /** Folders and files, from the root of the tree. */
  paths: readonly string[]
  /** How many mutants to try, drawn at random; all when undefined. */
  sample?: number
  /** Of all, only these: what survived a run before. */
  only?: readonly Pick<Mutant, 'file' | 'was' | 'now'>[]
  random: () => number
  /** Processes at a time. */
  jobs: number
  /** Milliseconds of testing that one mutant is worth. */
  testTimeMaxMs: number
  equivalents: readonly Equivalents[]
  /** The tree: path from the root → text. */
  texts: ReadonlyMap<string, string>
  root: string
  /** Where the scripts that run in processes of their own stand. */
  scripts: {judge: string; serve: string}
  onProgress?: (line: string) => void
}

export interface Outcome {
  /** Mutants of these paths, those known to be equivalent left out. */
  population: number
  equivalent: number
  /** Of those drawn, how many the compiler refuses: they do not count. */
  refused: number
  tried: number
  killed: {failed: number; crashed: number; time: number}
  survivors: (Mutant & {tests: number})[]
  /** Tests that fail without any mutant, and tell nothing. */
  failing: string[]
}

/** In per cent: of those tried that were killed, and between which bounds that of all lies (95 %). */
export interface Score {
  score: number
  low: number
  high: number
}

/** Wilson's interval, whose bounds are parts of a whole however few were tried, and however many of them killed. */
export function scoreOf({tried, killed, population, refused}: Outcome): Score {
  if (tried === 0) return {score: 100, low: 0, high: 100}
  const share = (killed.failed + killed.crashed + killed.time) / tried
  // Of the whole, as many compile as of those drawn; to have tried all leaves no error.
  const all = Math.max(tried, (population * tried) / (tried + refused))
  const rest = all > 1 ? (all - tried) / (all - 1) : 0
  const drawn = (1.96 ** 2 * rest) / tried
  const middle = (share + drawn / 2) / (1 + drawn)
  const error = Math.sqrt(drawn * share * (1 - share) + drawn ** 2 / 4) / (1 + drawn)
  return {score: share * 100, low: (middle - error) * 100, high: (middle + error) * 100}
}

export async function mutate(options: MutationOptions): Promise<Outcome> {
  const {texts, root, sample = Infinity, random, jobs, scripts, testTimeMaxMs, onProgress = () => {}} = options
  const textOf = (file: string): string => texts.get(file) ?? ''
  const known = new Set(
    options.equivalents.flatMap(({file, mutants}) => mutants.map(([was, now]) => nameOf(file, was, now))),
  )
  const all = filesIn(options.paths, texts).flatMap(file => mutantsOf(file, textOf(file)))
  const only = options.only && new Set(options.only.map(({file, was, now}) => nameOf(file, was, now)))
  const candidates = all.filter(({file, was, now}) => {
    const name = nameOf(file, was, now)
    return !known.has(name) && (!only || only.has(name))
  })
  const drawn = sample >= candidates.length ? candidates : shuffled(candidates, random)

  const chosen: Mutant[] = []
  let looked = 0
  while (looked < drawn.length && chosen.length < sample) {
    const more = drawn.slice(looked, looked + Math.ceil((sample - chosen.length) * 1.6) + 10)
    chosen.push(...(await compiling(more, textOf, root)))
    looked += more.length
  }
  const extra = Math.max(0, chosen.length - sample)
  const refused = looked - chosen.length
  chosen.length -= extra
  onProgress(`${chosen.length} mutants of ${candidates.length}; ${refused} of ${looked} do not compile`)

  const graph = new ImportGraph(texts)
  const tests = [...new Set(chosen.flatMap(({file}) => testsNear(file, graph)))]
  const runs: TestRun[] = []
  await inParallel(tests, jobs, async test => {
    const run = await runOf(test, {root, graph, judge: scripts.judge, testTimeMaxMs: 10 * testTimeMaxMs})
    runs.push(run)
    onProgress(`${run.passed ? 'ran' : 'FAILS WITHOUT A MUTANT:'} ${test} ${run.tookMs} ms`)
  })

  const outcome: Outcome = {
    population: candidates.length,
    equivalent: all.filter(({file, was, now}) => known.has(nameOf(file, was, now))).length,
    refused,
    tried: 0,
    killed: {failed: 0, crashed: 0, time: 0},
    survivors: [],
    failing: runs.filter(({passed}) => !passed).map(({test}) => test),
  }
  await inParallel(chosen, jobs, async mutant => {
    const verdict = await tryMutant(mutant, {root, ...scripts, textOf, runs, testTimeMaxMs})
    take(outcome, mutant, verdict)
    if (!verdict.killed) onProgress(`survives: ${lineOf(mutant)}`)
    else if (outcome.tried % 25 === 0) onProgress(`${outcome.tried} of ${chosen.length} tried`)
  })
  outcome.survivors.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start))
  return outcome
}

function take(outcome: Outcome, mutant: Mutant, verdict: Verdict): void {
  outcome.tried++
  if (verdict.killed) outcome.killed[verdict.how]++
  else outcome.survivors.push({...mutant, tests: verdict.tests})
}

export const lineOf = ({file, line, kind, was, now}: Mutant): string => `${file}:${line} ${kind}: ${was} → ${now}`

/** The entries of the list that name no mutant any more: the code has changed, and they with it. */
export function staleEquivalents(list: readonly Equivalents[], texts: ReadonlyMap<string, string>): string[] {
  return list.flatMap(({file, mutants}) => {
    const names = new Set(mutantsOf(file, texts.get(file) ?? '').map(({was, now}) => nameOf(file, was, now)))
    return mutants.flatMap(([was, now]) => (names.has(nameOf(file, was, now)) ? [] : [`${file}: ${was} → ${now}`]))
  })
}

const nameOf = (file: string, was: string, now: string): string => `${file}\n${was}\n${now}`

/** What runs in a server: neither tests nor what is generated. */
function filesIn(paths: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const isWithin = (file: string): boolean =>
    paths.map(path => path.replace(/\/$/, '')).some(path => file === path || file.startsWith(`${path}/`))
  return [...texts.keys()].filter(
    file => isWithin(file) && /(?<!\.test|\.contract|\.d)\.ts$/.test(file) && !file.startsWith('src/lex/gen/'),
  )
}

/** `src/atp`, `src/services/pds`: what has one purpose, and tests of its own. */
const areaOf = (file: string): string =>
  file
    .split('/')
    .slice(0, file.startsWith('src/services/') ? 3 : 2)
    .join('/')

/** Not those that start whole networks: they take minutes, and fail for want of a machine that is idle. */
const isQuick = (test: string): boolean =>
  !/^test\/(?:(?:network|browser|crash|deploy|hostile|migrate|mutate|sim|start)\/|added-service)/.test(test)

/** Of the tests that can notice the file, those of its own area, and those of the whole that import it themselves. */
const testsNear = (file: string, graph: ImportGraph): string[] =>
  [...graph.testsOf(file)]
    .filter(
      ([test, distance]) =>
        test.startsWith(`${areaOf(file)}/`) || (test.startsWith('test/') && distance <= 2 && isQuick(test)),
    )
    .map(([test]) => test)

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

async function inParallel<T>(items: readonly T[], jobs: number, act: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  await Promise.all(
    Array.from({length: jobs}, async () => {
      for (const item of rest) await act(item)
    }),
  )
}
