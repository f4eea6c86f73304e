/** What came of a run of `sim`, for people to read and for programs. */
import type {FaultCounts} from '#sim/ground/faults.ts'
import type {CrowdOutcome} from '#sim/crowd/network.ts'
import type {Progress} from '#sim/crowd/run.ts'
import type {Shell} from '../shell/shell.ts'

export interface RunOptions {
  readonly accounts: number
  readonly events: number
  readonly seed: number
  readonly hosts: number
  readonly hard: boolean
  /** Of people of complete PDSes, at most. */
  readonly pdsRuns: number
  /** A file for all that happens. */
  readonly trace: string | undefined
}

/** Of what happened last, where something differs. */
const newestShown = 30

/** What came of a run. */
export interface Whole {
  readonly crowd: CrowdOutcome
  readonly people: {
    readonly runs: number
    readonly events: number
    readonly commits: number
    readonly digests: readonly string[]
  }
  readonly injected: FaultCounts
  readonly differences: readonly string[]
  /** Kinds of faults that have not struck. */
  readonly missing: readonly string[]
  /** Of the crowd. */
  readonly seconds: number
  readonly cpuSeconds: number
  readonly residentMax: number
}

export const documentOf = ({crowd, people, injected, ...rest}: Whole): object => ({
  ok: rest.differences.length === 0 && rest.missing.length === 0,
  seed: crowd.seed,
  accounts: crowd.accounts,
  events: crowd.events,
  commits: crowd.commits,
  told: crowd.told,
  simulatedSeconds: Math.round(crowd.simulatedMs / 1_000),
  digest: crowd.traceHash,
  pdsRuns: people,
  injected: Object.fromEntries(injected.counts),
  ...rest,
})

export const count = (number: number): string => Math.round(number).toLocaleString('en')

const megabytes = (size: number): string => `${count(size / 2 ** 20)} MB`

/** How far a run is, in one line; `perSecond` is how many events a second there are of late. */
export function progressOf(
  {stage, accounts, events, simulatedMs, injected}: Progress,
  options: Pick<RunOptions, 'seed' | 'events'>,
  {perSecond, residentSize}: {perSecond: number; residentSize: number},
): string {
  const faults = [...injected.counts.values()].reduce((sum, one) => sum + one, 0)
  return (
    `seed ${options.seed}: ${count(events)} of ${count(options.events)} events, ${count(perSecond)} a second; ` +
    `${count(accounts)} accounts, ${count(faults)} faults, ${count(simulatedMs / 1_000)} s by their clock; ` +
    `${megabytes(residentSize)}: ${stage}`
  )
}

export function wordsOf(whole: Whole, options: RunOptions, newest: readonly string[], shell: Shell): string {
  const {crowd, people, injected, differences, missing, seconds, cpuSeconds, residentMax} = whole
  const told = Object.entries(crowd.told).map(
    ([of, {events, repeated}]) => `${of} ${count(events)}${repeated > 0 ? ` (${count(repeated)} of them again)` : ''}`,
  )
  const faults = [...injected.counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, times]) => `${kind} ${count(times)}`)
  const fields = shell.fields({
    accounts: count(crowd.accounts),
    events: `${count(crowd.events)} in ${count(crowd.commits)} commits; ${count(crowd.simulatedMs / 1_000)} s by their clock`,
    told: told.join(', '),
    'full PDSes': people.runs === 0 ? undefined : `${count(people.events)} events in ${people.runs} runs`,
    faults: faults.join(', '),
    took: `${count(seconds)} s for the crowd, ${count(crowd.events / seconds)} events a second; ${count(cpuSeconds)} s of CPU in all; ${megabytes(residentMax)} at most`,
    digest: crowd.traceHash,
  })
  const verdict =
    differences.length > 0
      ? [
          `${shell.mark(false)} seed ${crowd.seed} differs:`,
          ...differences.map(one => `  ${one}`),
          'The last of what happened:',
          ...newest.slice(-newestShown).map(line => `  ${line}`),
          `Again: ${again(options)}`,
        ]
      : missing.length > 0
        ? [`${shell.mark(false)} no difference, but these faults never struck: ${missing.join(', ')}`]
        : [`${shell.mark(true)} no difference, and every kind of fault has struck`]
  return [`seed ${crowd.seed}`, fields, ...verdict].join('\n')
}

const again = ({accounts, events, seed, hosts, hard, pdsRuns}: RunOptions): string =>
  `wholesky sim --accounts ${accounts} --events ${events} --seed ${seed} --hosts ${hosts} --pds-runs ${pdsRuns}${hard ? ' --hard' : ''} --trace trace.txt`
