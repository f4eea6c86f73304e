/**
 * One machine ends again and again while people write, between any two steps of what it does, as a process that is killed
 * or with the power of its disk: after each end it is started again, and every reader has to be told of everything, in
 * order, before the next.
 */
import {Acts} from './acts.ts'
import {withCrowd, type CrowdNetworkOptions, type CrowdOutcome} from './network.ts'

export interface RoundsOptions extends CrowdNetworkOptions {
  readonly rounds: number
  /** Which service ends; where services are together, all of them do. */
  readonly on: 'relay' | 'jetstream' | 'tap'
  /** Whether what was not synced is lost in part. */
  readonly power: boolean
  readonly onRound?: (round: number, events: number) => void
}

/** Steps of the machine until it ends, such as syncs and answers. */
const stepsMax = 30
const people = 3
const stepMs = 50
/** All have been told within this time of the machine's being up. */
const catchUpMsMax = 10 * 60_000
const silentMs = 3_600_000

export const crashRounds = (options: RoundsOptions): Promise<CrowdOutcome> =>
  withCrowd(options, silentMs, async network => {
    const {clock, crowd, faults, machines, layout, prng} = network
    const {rounds, on, power, onRound} = options
    const name = Object.keys(layout).find(machine => layout[machine].includes(on)) ?? on
    const chance = prng.of('rounds')
    const state = {isOver: false}
    const acts = new Acts({
      crowd,
      people: network.people,
      prng,
      sleep: ms => clock.sleep(ms),
      progressed: () => clock.progressed(),
      isOver: () => state.isOver || faults.length > 0,
    })
    for (let round = 1; round <= rounds && faults.length === 0; round++) {
      network.goOn(`is in round ${round}`)
      state.isOver = false
      const acting = acts.run(people)
      // Most is lost where much is written that is not yet synced.
      machines[name].health.isSlow = power && chance.is(0.5)
      machines[name].crashAfter(chance.whole(0, stepsMax), power)
      while (machines[name].isPlannedToCrash) await clock.sleep(stepMs)
      state.isOver = true
      machines[name].health.isSlow = false
      await acting
      await network.up()
      const untilMs = clock.nowMs + catchUpMsMax
      // What a Tap tells again, all of it in order, passes by what was before: so the whole is waited for, too.
      const differences = (): string[] => {
        const behind = network.behind()
        return behind === undefined ? network.misplaced().slice(0, 5) : [behind]
      }
      let found: string[] = []
      while (faults.length === 0 && (found = differences()).length > 0 && clock.nowMs < untilMs) {
        await clock.sleep(stepMs)
      }
      for (const one of found) network.fault(`after round ${round}, ${one}`)
      onRound?.(round, crowd.ops)
    }
  })
