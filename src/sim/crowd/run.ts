/**
 * One run of a crowd: thousands of accounts on a few servers, a directory, a relay, a Jetstream, a Tap and an AppView,
 * under every fault there is, from one seed. Each stream is read as it comes and held against the books; when the storm is
 * over everything has to come together, and what services answer is held against the books, too. Memory does not grow
 * with the events but by some bytes for each.
 */
import type {FaultCounts} from '../ground/faults.ts'
import {busyRates, everyMs, hardEveryMs, rates, Weather, type Lie} from '../weather.ts'
import {Acts, eventsPerSecond} from './acts.ts'
import {appviewIndex, relayCollections, relayList} from './readers/ends.ts'
import {addresses} from '../house.ts'
import {tellLie} from './lies.ts'
import {withCrowd, type CrowdNetwork, type CrowdNetworkOptions, type CrowdOutcome} from './network.ts'

export interface CrowdRunOptions extends CrowdNetworkOptions {
  /** Changes of records, about. */
  readonly events: number
  /** Whether faults come three times as fast. */
  readonly isHard?: boolean
  /** Told how far it is, twice for each second of its clock. */
  readonly onProgress?: (progress: Progress) => void
}

export interface Progress {
  readonly stage: string
  readonly accounts: number
  readonly events: number
  readonly simulatedMs: number
  readonly injected: FaultCounts
}

/** How long a run is to take by its own clock, as far as there are people for it. */
const lengthSeconds = 400
const peopleMin = 4
/** The part of the events by which everybody has joined. */
const joinedAfter = 0.7
const peopleMax = 160
/** From so many on each message that crosses the network is one of thousands a second. */
const busyPeople = 20
const settleMsMax = 3 * 3_600_000
const lookEveryMs = 20_000
const silentMs = 2 * settleMsMax
const progressEveryMs = 500

export const runCrowd = (options: CrowdRunOptions): Promise<CrowdOutcome> =>
  withCrowd(options, silentMs, async network => {
    const isOver = {is: false}
    const telling = tell(network, options, isOver)
    await storm(network, options)
    await settle(network)
    isOver.is = true
    await telling
  })

async function storm(network: CrowdNetwork, {events, isHard}: CrowdRunOptions): Promise<void> {
  const {clock, trace, network: links, injected: faults, machines, layout, crowd, people, prng} = network
  const wanted = Math.round(events / (eventsPerSecond * lengthSeconds))
  const count = Math.min(peopleMax, Math.max(peopleMin, wanted))
  const lie = (kind: Lie): boolean => tellLie(kind, network.lies)
  const weather = new Weather({clock, trace, network: links, faults, machines, layout, lie}, prng.of('weather'), {
    forgets: false,
    everyMs: isHard ? hardEveryMs : everyMs,
    rates: count < busyPeople ? rates : busyRates,
  })
  network.goOn('has people write')
  const blowing = weather.run()
  const acts = new Acts({
    crowd,
    people,
    prng,
    joinedBy: () => (crowd.members.length * crowd.ops) / (events * joinedAfter),
    sleep: ms => clock.sleep(ms),
    progressed: () => clock.progressed(),
    isOver: () => crowd.ops >= events || network.faults.length > 0,
  })
  await acts.run(count)
  // Each is there at the end, however few the events are.
  while (crowd.joined < crowd.members.length && network.faults.length === 0) await acts.join()
  network.goOn('waits for the storm to end')
  weather.clear()
  await blowing
  await network.up()
}

async function tell(network: CrowdNetwork, {onProgress}: CrowdRunOptions, isOver: {is: boolean}): Promise<void> {
  if (!onProgress) return
  while (!isOver.is) {
    const {stage, crowd, simulatedMs, injected} = network
    onProgress({stage, accounts: crowd.joined, events: crowd.ops, simulatedMs, injected})
    await network.clock.sleep(progressEveryMs)
  }
}

/** The storm is over, and in time all agree. */
async function settle(network: CrowdNetwork): Promise<void> {
  const {clock} = network
  const untilMs = clock.nowMs + settleMsMax
  const agreed = new Set<string>()
  for (let waitMs = lookEveryMs; network.faults.length === 0; waitMs *= 2) {
    await clock.sleep(Math.min(waitMs, untilMs - clock.nowMs))
    network.goOn('compares')
    const found = await differences(network, agreed)
    if (found.length === 0) return
    if (clock.nowMs < untilMs) continue
    for (const one of found) network.fault(one)
    return
  }
}

/** What differs now; what agreed is not looked at again, since nothing changes any more. */
async function differences(network: CrowdNetwork, agreed: Set<string>): Promise<string[]> {
  const {crowd, caller} = network
  const behind = network.behind()
  if (behind !== undefined) return [behind]
  const looks: Readonly<Record<string, () => Promise<string[]> | string[]>> = {
    whole: () => network.misplaced().slice(0, 5),
    list: () => relayList(crowd, caller, addresses.relay),
    collections: () => relayCollections(crowd, caller, addresses.relay),
    index: () => appviewIndex(crowd, caller, addresses.appview),
  }
  for (const [name, look] of Object.entries(looks)) {
    if (agreed.has(name)) continue
    const found = await look()
    if (found.length > 0) return found
    agreed.add(name)
  }
  return []
}
