/**
 * Which tests run which places of which files, found out by running them once under V8's own counting. Kept between runs
 * of the tool for as long as a test and all that it imports stay as they are.
 */
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import type {ImportGraph} from './import-graph.ts'
import {judged} from './judging.ts'

/** Ranges of one file, inner ones after those around them, and whether each was run. */
type Ranges = [start: number, end: number, isRun: boolean][]

export interface TestRun {
  test: string
  /** Milliseconds that it took, with the start of its process. */
  tookMs: number
  /** Milliseconds of a core: what it costs, whatever else the machine does. */
  cpuMs: number
  /** Whether all passed: a test that fails without any mutant tells nothing. */
  passed: boolean
  files: {[file: string]: Ranges}
}

/** Whether the test runs what is at this offset of the file. */
export function runs({files}: TestRun, file: string, offset: number): boolean {
  let innermost = Infinity
  let isRun = false
  for (const [start, end, run] of files[file] ?? []) {
    if (offset < start || offset >= end || end - start > innermost) continue
    // Of one range met in two processes or functions, either may have run it.
    isRun = end - start === innermost ? isRun || run : run
    innermost = end - start
  }
  return isRun
}

export interface CoverageTools {
  root: string
  graph: ImportGraph
  /** What runs the tests it is given as arguments, and leaves by 0 when they pass. */
  judge: string
  /** Milliseconds. */
  testTimeMaxMs: number
}

/** Runs one test file, or remembers how it ran when nothing has changed since. */
export async function runOf(test: string, tools: CoverageTools): Promise<TestRun> {
  const {root, graph} = tools
  const hash = createHash('sha256').update('2')
  for (const file of [...graph.reachedFrom(test)].toSorted()) hash.update(file).update(graph.textOf(file) ?? '')
  const kept = join(root, '.cache', 'mutate', 'coverage', `${hash.digest('hex').slice(0, 32)}.json`)
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as TestRun
  const run = await counted(test, tools)
  mkdirSync(join(kept, '..'), {recursive: true})
  if (run.passed) writeFileSync(kept, JSON.stringify(run))
  return run
}

async function counted(test: string, {root, judge, testTimeMaxMs}: CoverageTools): Promise<TestRun> {
  const folder = join(root, '.cache', 'mutate', `counts-${process.pid}-${test.replaceAll('/', '-')}`)
  const cpu = `${folder}.cpu`
  try {
    const env = {...process.env, NODE_V8_COVERAGE: folder, MUTATE_CPU: cpu}
    const {how, tookMs} = await judged({judge, test, root, env, timeMaxMs: testTimeMaxMs})
    const cpuMs = existsSync(cpu) ? Number(readFileSync(cpu, 'utf8')) : tookMs
    return {test, tookMs, cpuMs, passed: how === undefined, files: existsSync(folder) ? countsIn(folder, root) : {}}
  } finally {
    rmSync(folder, {recursive: true, force: true})
    rmSync(cpu, {force: true})
  }
}

interface V8Counts {
  result: {url: string; functions: {ranges: {startOffset: number; endOffset: number; count: number}[]}[]}[]
}

function countsIn(folder: string, root: string): TestRun['files'] {
  const files: TestRun['files'] = {}
  const sources = pathToFileURL(join(root, 'src/')).href
  for (const name of readdirSync(folder)) {
    const {result} = JSON.parse(readFileSync(join(folder, name), 'utf8')) as V8Counts
    for (const {url, functions} of result) {
      if (!url.startsWith(sources) || url.includes('/gen/')) continue
      const file = fileURLToPath(url).slice(root.length + 1)
      const ranges = (files[file] ??= [])
      for (const part of functions) {
        for (const {startOffset, endOffset, count} of part.ranges) ranges.push([startOffset, endOffset, count > 0])
      }
    }
  }
  return files
}
