/**
 * Those who act in a crowd, some at a time: each as one account for a while, then as another, or as somebody new. All of
 * it follows from the seed and from what the network has let them do by then.
 */
import type {Prng} from '#std/prng.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import {writesMax, type Crowd, type Member} from './crowd.ts'
import type {People} from './person.ts'

export interface ActsOptions {
  readonly crowd: Crowd
  readonly people: People
  readonly prng: Prng
  /** How often somebody acts as one account before the next, at least and at most. */
  readonly sessionActs?: readonly [number, number]
  /** How many are to have joined by now; some by chance, unless given. */
  joinedBy?(): number
  sleep(ms: number): Promise<void>
  /** Something has come of it. */
  progressed(): void
  /** Whether there is enough of it. */
  isOver(): boolean
}

/** From one act of a person to the next. */
const thinkMs = [50, 350] as const
/** About what one person does in a second of that. */
export const eventsPerSecond = 18
/** One in so many, by chance, is somebody new while some are yet to come. */
const newcomers = 0.4
const sessionActsUsual = [5, 40] as const

export class Acts {
  readonly #options: ActsOptions
  #names = 0

  constructor(options: ActsOptions) {
    this.#options = options
  }

  /** `count` people at a time, until it is over. */
  async run(count: number): Promise<void> {
    const people = Array.from({length: count}, (_, i) => i)
    await mapConcurrent(people, count, (number, signal) => this.#act(number, signal))
  }

  async #act(number: number, signal: AbortSignal): Promise<void> {
    const {sleep, sessionActs = sessionActsUsual} = this.#options
    const prng = this.#options.prng.of(`acts ${number}`)
    const isOver = (): boolean => signal.aborted || this.#options.isOver()
    while (!isOver()) {
      const member = await this.#next(prng)
      if (!member) continue
      for (let acts = prng.whole(...sessionActs); acts > 0 && !isOver(); acts--) {
        await sleep(prng.between(...thinkMs))
        await this.#do(member, prng)
      }
      member.isBusy = false
    }
  }

  /** Whom to act as: somebody new, or one whom nobody acts as now. */
  async #next(prng: Prng): Promise<Member | undefined> {
    const {crowd, joinedBy} = this.#options
    const {members, joined} = crowd
    const isWanted = joinedBy ? joined < joinedBy() : prng.is(newcomers)
    if (joined < members.length && (joined === 0 || isWanted)) {
      const member = await this.join()
      member.isBusy = true
      return member
    }
    const member = members[prng.whole(0, joined - 1)]
    if (member.isBusy) {
      await this.#options.sleep(prng.between(...thinkMs))
      return undefined
    }
    member.isBusy = true
    return member
  }

  /** Has the next of the crowd join. */
  async join(): Promise<Member> {
    const {crowd, people, progressed} = this.#options
    const member = crowd.members[crowd.joined++]
    member.isBusy = true
    await people.join(member)
    member.isBusy = false
    progressed()
    return member
  }

  async #do(member: Member, prng: Prng): Promise<void> {
    const {crowd, people, sleep, progressed} = this.#options
    const draw = prng.next()
    if (draw < 0.002) {
      people.setActive(member, false)
      await sleep(prng.between(50, 5_000))
      people.setActive(member, true)
    } else if (draw < 0.004) await people.rename(member, `-${++this.#names}`)
    const size = prng.next()
    const count = size < 0.6 ? 1 : size < 0.9 ? prng.whole(2, 6) : prng.whole(6, writesMax)
    const changes = crowd.changes(member, count, prng)
    if (changes.length === 0) return
    people.write(member, changes)
    progressed()
  }
}
