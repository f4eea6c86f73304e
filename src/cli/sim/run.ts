/** A run of `sim`: a crowd, then people of complete PDSes. */
import {createWriteStream} from 'node:fs'
import {allFaultKinds, FaultCounts} from '#sim/ground/faults.ts'
import {runCrowd, type Progress} from '#sim/crowd/run.ts'
import {forgettingEvery, simulate} from '#sim/simulation.ts'
import {exitCodes, type ExitCode} from '../shell/exit.ts'
import type {Shell} from '../shell/shell.ts'
import {untilStopped} from './stopped.ts'
import {count, documentOf, progressOf, wordsOf, type RunOptions} from './words.ts'

/** Changes in each run of people of complete PDSes. The first of the runs for a seed is one in which a PDS forgets. */
const pdsEvents = 1_500
const pdsSeedOf = (seed: number, run: number): number => seed * forgettingEvery + run
/** Records that one of their acts writes. */
const writesMax = 100
const progressEveryMs = {terminal: 250, else: 15_000}
/** The rate that is told is that of so long. */
const rateOverMs = 20_000

export async function run(options: RunOptions, shell: Shell): Promise<ExitCode> {
  const {accounts, events, seed, hosts, hard: isHard, trace} = options
  const file = trace === undefined ? undefined : createWriteStream(trace, {mode: 0o600})
  const onTrace = file && ((line: string) => void file.write(`${line}\n`))
  using stopped = untilStopped()
  const report = new Report(options, shell)
  const began = performance.now()
  const crowd = await runCrowd({
    accounts,
    events,
    seed,
    hosts,
    isHard,
    onTrace,
    signal: stopped.signal,
    onProgress: progress => report.progress(progress),
  })
  const seconds = (performance.now() - began) / 1_000
  report.clear()
  const injected = new FaultCounts()
  injected.addAll(crowd.injected)
  let differences = crowd.faults
  let newest = crowd.newest
  const people = {runs: 0, events: 0, commits: 0, digests: [] as string[]}
  const missing = (): string[] => allFaultKinds.filter(kind => injected.of(kind) === 0)
  while (differences.length === 0 && people.runs < options.pdsRuns && missing().length > 0) {
    const one = await simulate({
      seed: pdsSeedOf(seed, people.runs++),
      events: pdsEvents,
      writesMax,
      isHard,
      onTrace,
      signal: stopped.signal,
    })
    injected.addAll(one.injected)
    people.events += one.events
    people.commits += one.commits
    people.digests.push(one.traceHash)
    report.people(people.runs, people.events)
    differences = one.faults
    newest = one.newest
  }
  report.clear()
  if (file) await new Promise<void>(resolve => file.end(() => resolve()))
  const {user, system} = process.cpuUsage()
  const outcome = {
    crowd,
    people,
    injected,
    differences,
    seconds,
    missing: missing(),
    cpuSeconds: (user + system) / 1e6,
    residentMax: process.resourceUsage().maxRSS * 1_024,
  }
  await shell.answer(documentOf(outcome), wordsOf(outcome, options, newest, shell))
  return differences.length === 0 && outcome.missing.length === 0 ? exitCodes.ok : exitCodes.bad
}

/** A line that says how far it is: on a terminal the one line again and again. */
class Report {
  readonly #options: RunOptions
  readonly #shell: Shell
  /** How many events there were, and when, over the last while. */
  readonly #recent: {readonly nowMs: number; readonly events: number}[] = []
  #toldMs = -Infinity
  #isShown = false

  constructor(options: RunOptions, shell: Shell) {
    this.#options = options
    this.#shell = shell
  }

  progress(progress: Progress): void {
    this.#tell(nowMs => {
      const now = {nowMs, events: progress.events}
      this.#recent.push(now)
      while (this.#recent.length > 2 && nowMs - this.#recent[0].nowMs > rateOverMs) this.#recent.shift()
      const [first] = this.#recent
      const perSecond = first === now ? 0 : (1_000 * (now.events - first.events)) / (nowMs - first.nowMs)
      return progressOf(progress, this.#options, {perSecond, residentSize: process.memoryUsage.rss()})
    })
  }

  people(runs: number, events: number): void {
    this.#tell(() => `seed ${this.#options.seed}: people of complete PDSes, run ${runs}, ${count(events)} events`)
  }

  #tell(lineAt: (nowMs: number) => string): void {
    const {stderr} = this.#shell.io
    const nowMs = performance.now()
    if (nowMs - this.#toldMs < progressEveryMs[stderr.terminal ? 'terminal' : 'else']) return
    this.#toldMs = nowMs
    this.#isShown = stderr.terminal
    const line = lineAt(nowMs)
    void stderr.write(stderr.terminal ? `\r${clearLine}${line.slice(0, stderr.columns - 1)}` : `${line}\n`)
  }

  /** What is told next begins on a line of its own. */
  clear(): void {
    if (this.#isShown) void this.#shell.io.stderr.write(`\r${clearLine}`)
    this.#isShown = false
  }
}

const clearLine = '\u001b[K'
