/**
 * `npm run test:sim [-- --seeds N] [--first S] [--events N] [--writes N] [--planted] [--twice] [--trace FILE]`: the
 * whole network in one process under every fault there is, held against a model; 20 seeds and 50,000 events in all
 * unless told otherwise. Exits 1 at the first seed that differs, with the command that runs it again. `--twice` runs
 * each seed twice and holds the hashes of their traces against each other. `--planted` plants one bug after the other
 * and says after how many seeds each is found.
 */
import {writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {allFaultKinds, FaultCounts} from '../../src/sim/ground/faults.ts'
import {crashRounds} from '../../src/sim/crowd/rounds.ts'
import {simulate, type Outcome} from '../../src/sim/simulation.ts'
import {planted} from './planted.ts'

const {values: options} = parseArgs({
  options: {
    seeds: {type: 'string', default: '20'},
    first: {type: 'string', default: '1'},
    events: {type: 'string', default: '50000'},
    writes: {type: 'string', default: '40'},
    planted: {type: 'boolean', default: false},
    twice: {type: 'boolean', default: false},
    trace: {type: 'string'},
  },
})
const seeds = Number(options.seeds)
const first = Number(options.first)
const events = Math.ceil(Number(options.events) / seeds)
const writesMax = Number(options.writes)

const replay = (seed: number): string =>
  `npm run test:sim -- --first ${seed} --seeds 1 --events ${events} --writes ${writesMax} --trace trace.txt`

function tell({seed, faults, newest}: Outcome): void {
  console.log(`seed ${seed} differs:`)
  for (const fault of faults) console.log(`  ${fault}`)
  console.log(`The last of what happened:\n${newest.slice(-40).join('\n')}\nAgain: ${replay(seed)}`)
  process.exitCode = 1
}

async function storm(): Promise<void> {
  const injected = new FaultCounts()
  const points = new FaultCounts()
  const sums = {events: 0, commits: 0}
  const began = performance.now()
  for (let seed = first; seed < first + seeds; seed++) {
    const lines: string[] = []
    const onTrace = options.trace === undefined ? undefined : (line: string) => void lines.push(line)
    const outcome = await simulate({seed, events, writesMax, onTrace})
    if (options.trace !== undefined) writeFileSync(options.trace, lines.join('\n'))
    const {simulatedMs, traceHash, traceLines} = outcome
    const hours = (simulatedMs / 3_600_000).toFixed(1)
    console.log(
      `seed ${seed}: ${outcome.events} events, ${outcome.commits} commits, ${hours} hours, ${traceLines} lines, ${traceHash.slice(0, 16)}`,
    )
    if (outcome.faults.length > 0) return tell(outcome)
    if (options.twice) {
      const again = await simulate({seed, events, writesMax})
      if (again.traceHash !== traceHash) {
        console.log(`seed ${seed} is not the same twice`)
        process.exitCode = 1
        return
      }
    }
    injected.addAll(outcome.injected)
    points.addAll(outcome.crashPoints)
    sums.events += outcome.events
    sums.commits += outcome.commits
  }
  const seconds = (performance.now() - began) / 1_000
  const cpu = process.cpuUsage()
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  console.log(
    `${sums.events} events, ${sums.commits} commits: no difference; ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU`,
  )
  console.log(`faults: ${allFaultKinds.map(kind => `${kind} ${injected.of(kind)}`).join(', ')}`)
  console.log(
    `crash points: ${[...points.counts]
      .map(([name, count]) => `${name} ${count}`)
      .toSorted()
      .join(', ')}`,
  )
}

async function plant(): Promise<void> {
  for (const {service, bug, plant} of planted) {
    let found: Pick<Outcome, 'seed' | 'faults'> | undefined
    const {given, undo} = plant()
    try {
      for (let seed = first; seed < first + seeds && !found; seed++) {
        // People of complete PDSes have a Tap by some seeds alone; a crowd has one by all.
        const outcome =
          service === 'tap'
            ? await crashRounds({seed, accounts: 12, hosts: 2, rounds: 10, on: service, power: true})
            : await simulate({seed, events, writesMax, given, isHard: true})
        if (outcome.faults.length > 0) found = outcome
      }
    } finally {
      undo()
    }
    if (!found) process.exitCode = 1
    const how = found ? `found after ${found.seed - first + 1} seeds: ${found.faults[0].slice(0, 200)}` : 'not found'
    console.log(`${service}: ${bug}: ${how}`)
  }
}

await (options.planted ? plant() : storm())
