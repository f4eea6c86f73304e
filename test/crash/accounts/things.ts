/**
 * What one person was told, kept apart from the server: everything that can stand one way or another is a thing, and
 * what is done says beforehand how things will stand after it. Whatever was not answered has, once the server is back,
 * happened wholly or not at all; whatever was answered has happened, and stays so.
 */
import assert from 'node:assert/strict'
import {Unanswered} from './wire.ts'

export interface Thing {
  readonly name: string
  /** As it was acknowledged. */
  state: string
  /** How it stands at the server; `wanted` are the states that it may have. */
  look(wanted: readonly string[]): Promise<string>
}

export interface Change {
  readonly thing: Thing
  readonly to: string
  /** Whether it is an act of its own, which may have happened where the rest has not: a code that is spent first, say. */
  readonly apart?: boolean
}

export interface Deed {
  readonly what: string
  readonly changes: readonly Change[]
}

/** What an act gives that the server rightly refused: nothing has changed. */
export const refused = Symbol('refused')

export class Things {
  readonly all = new Set<Thing>()
  /** How many deeds the server's end has cut off. */
  cutOff = 0
  readonly #owner: () => string
  #unanswered: Deed | undefined

  /** `owner` names whose they are, for whoever reads what went wrong. */
  constructor(owner: () => string) {
    this.#owner = owner
  }

  add<T extends Thing>(thing: T): T {
    this.all.add(thing)
    return thing
  }

  /** Does one thing after the other: each is answered, or the last that is done before the server is back. */
  async does<T>(what: string, changes: readonly Change[], send: () => Promise<T>): Promise<T> {
    assert.equal(this.#unanswered, undefined, `${this.#owner()} does one thing at a time`)
    this.#unanswered = {what, changes}
    try {
      const answer = await send()
      if (answer !== refused) for (const {thing, to} of changes) thing.state = to
      this.#unanswered = undefined
      return answer
    } catch (error) {
      if (error instanceof Unanswered) throw error
      throw new Error(`${this.#owner()}: ${what} failed`, {cause: error})
    }
  }

  /** The deed without an answer, if there was one, and whether it has happened. */
  async settle(): Promise<(Deed & {happened: boolean}) | undefined> {
    const deed = this.#unanswered
    this.#unanswered = undefined
    if (!deed) return undefined
    this.cutOff++
    const {what} = deed
    const changes = deed.changes.filter(({thing, to}) => thing.state !== to)
    const outcomes: {is: string; change: Change}[] = []
    for (const change of changes) {
      const {thing, to} = change
      outcomes.push({is: await thing.look([to, thing.state]), change})
    }
    const about = outcomes.map(({is, change: {thing, to}}) => `${thing.name}: ${thing.state} → ${to}, is ${is}`)
    for (const {is, change} of outcomes) {
      const isKnown = is === change.to || is === change.thing.state
      assert.ok(isKnown, `${this.#owner()}: ${what} left something else:\n${about.join('\n')}`)
    }
    const together = outcomes.filter(({change}) => !change.apart)
    const happened = together.filter(({is, change}) => is === change.to).length
    const isWhole = happened === 0 || happened === together.length
    assert.ok(isWhole, `${this.#owner()}: ${what} happened by half:\n${about.join('\n')}`)
    for (const {change, is} of outcomes) change.thing.state = is
    return {...deed, happened: happened > 0}
  }

  /** Everything stands as it was acknowledged. */
  async verify(): Promise<void> {
    const faults: string[] = []
    for (const thing of this.all) {
      const is = await thing.look([thing.state])
      if (is !== thing.state) faults.push(`${thing.name} is ${is}, was acknowledged as ${thing.state}`)
    }
    assert.deepEqual(faults, [], `of ${this.#owner()} all is as it was acknowledged`)
  }
}
