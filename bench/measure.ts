/**
 * How speed is measured here: ours and its peers run in the same process, in turn, for several rounds, and a ratio is
 * the median of the rounds' ratios. What the machine does meanwhile falls on all of them alike, so ratios hold where
 * absolute figures do not. A bench file calls `contest` and `figure`; run alone it prints tables, and under
 * `bench/run.ts` (or `--json`) one line of JSON for each.
 */
import {parseArgs} from 'node:util'

/** The name under which every contest knows our own code. */
export const ours = 'wholesky'

export interface Contest {
  title: string
  /** What is counted, in the plural: `records`. */
  unit: string
  /** Units in one call of a contender. */
  work: number
  /** Bytes in one call of a contender, to print MB/s. */
  bytes?: number
  /** Each does the whole work once; an async one is awaited. `ours` must be among them. */
  contenders: Record<string, () => unknown>
  /** How many times a peer's rate ours must reach. */
  claims?: Record<string, number>
  /** Overrides for work that takes seconds. */
  rounds?: number
  /** How long one sample takes at least; longer where what is measured comes and goes within the usual 150 ms. */
  sampleMs?: number
}

export interface Rate {
  /** Units a second: the median of the rounds, and their extremes. */
  median: number
  min: number
  max: number
}

export interface ContestResult {
  kind: 'contest'
  title: string
  unit: string
  work: number
  bytes?: number
  rates: Record<string, Rate>
  /** Our rate over each peer's. */
  ratios: Record<string, number>
  claims: Record<string, number>
}

export interface FigureResult {
  kind: 'figure'
  title: string
  value: number
  unit: string
  atLeast?: number
  atMost?: number
}

export type Result = ContestResult | FigureResult

const {values: options} = parseArgs({
  options: {
    json: {type: 'boolean', default: false},
    rounds: {type: 'string'},
    ms: {type: 'string'},
    only: {type: 'string', default: ''},
  },
  strict: false,
})
const sampleMsUsual = 150

/** Runs one contest and reports it; `undefined` when `--only` names another. */
export async function contest(plan: Contest): Promise<ContestResult | undefined> {
  if (!plan.title.includes(String(options.only))) return undefined
  const names = Object.keys(plan.contenders)
  if (!names.includes(ours)) throw new TypeError(`The contest "${plan.title}" lacks "${ours}".`)
  const roundCount = Number(options.rounds ?? plan.rounds ?? 7)
  const sampleMs = Number(options.ms ?? plan.sampleMs ?? sampleMsUsual)
  const rounds: Record<string, number>[] = []
  for (const name of names) await rate(plan, name, sampleMs)
  for (let i = 0; i < roundCount; i++) {
    const round: Record<string, number> = {}
    // Each round starts with another contender, so that none always follows the same one's garbage.
    for (let j = 0; j < names.length; j++) {
      const name = names[(i + j) % names.length]
      round[name] = await rate(plan, name, sampleMs)
    }
    rounds.push(round)
  }

  return compare(plan, rounds)
}

/**
 * Reports a contest that was held elsewhere, such as between servers: the rates of each contender, in units a second,
 * round by round, both sides of a round measured one right after the other.
 */
export function compare(
  {title, unit, work = 1, bytes, claims = {}}: Omit<Contest, 'contenders' | 'work'> & {work?: number},
  rounds: readonly Readonly<Record<string, number>>[],
): ContestResult {
  const names = Object.keys(rounds[0])
  const result: ContestResult = {kind: 'contest', title, unit, work, bytes, rates: {}, ratios: {}, claims}
  for (const name of names) {
    const rates = rounds.map(round => round[name])
    result.rates[name] = {median: median(rates), min: Math.min(...rates), max: Math.max(...rates)}
    if (name !== ours) result.ratios[name] = median(rounds.map(round => round[ours] / round[name]))
  }
  report(result)
  return result
}

/** Units a second over at least `ms` milliseconds. */
async function rate(plan: Contest, name: string, ms: number): Promise<number> {
  const run = plan.contenders[name]
  globalThis.gc?.()
  let calls = 0
  const start = performance.now()
  let elapsed = 0
  do {
    const outcome = run()
    if (outcome instanceof Promise) await outcome
    calls++
    elapsed = performance.now() - start
  } while (elapsed < ms)
  return (calls * plan.work * 1000) / elapsed
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Reports one measured number that has no peer, such as peak memory, and what is claimed of it. */
export function figure(
  title: string,
  value: number,
  unit: string,
  claim: {atLeast?: number; atMost?: number} = {},
): void {
  report({kind: 'figure', title, value, unit, ...claim})
}

function report(result: Result): void {
  console.log(options.json ? JSON.stringify(result) : formatResult(result))
}

/** Whether all that is claimed of a result holds. */
export function holds(result: Result): boolean {
  if (result.kind === 'figure') {
    return result.value >= (result.atLeast ?? -Infinity) && result.value <= (result.atMost ?? Infinity)
  }
  return Object.entries(result.claims).every(([peer, least]) => result.ratios[peer] >= least)
}

/** A result as text for people, with a last empty line. */
export function formatResult(result: Result): string {
  if (result.kind === 'figure') {
    const bound = result.atLeast === undefined ? '' : `  (claimed: at least ${result.atLeast})`
    const cap = result.atMost === undefined ? '' : `  (claimed: at most ${result.atMost})`
    return `${result.title}: ${count(result.value)} ${result.unit}${bound}${cap}${holds(result) ? '' : '  MISSED'}\n`
  }
  const {bytes, work} = result
  const lines = [
    `${result.title}`.padEnd(46) + `${result.unit}/s`.padStart(16) + 'MB/s'.padStart(9) + 'ours ÷ it'.padStart(12),
  ]
  for (const [name, {median}] of Object.entries(result.rates)) {
    const speed = bytes === undefined ? '' : ((median / work) * bytes) / 1e6
    const ratio = result.ratios[name]
    const least = result.claims[name]
    const claim = least === undefined ? '' : `  (claimed: ${least})${ratio >= least ? '' : '  MISSED'}`
    lines.push(
      `  ${name}`.padEnd(46) +
        count(median).padStart(16) +
        (speed === '' ? '' : speed.toFixed(speed < 10 ? 1 : 0)).padStart(9) +
        (ratio === undefined ? '' : ratio.toFixed(2)).padStart(12) +
        claim,
    )
  }
  return lines.join('\n') + '\n'
}

const count = (value: number): string =>
  value.toLocaleString('en', value < 100 ? {maximumSignificantDigits: 3} : {maximumFractionDigits: 0})
