/**
 * Settings that the operator changes while the relay runs. They outlive a restart, until the value in the configuration
 * that they went over is another: who changes the configuration means it.
 */
import {assert} from '#std/assert.ts'
import type {OperatorStore} from '../store/operator-store.ts'

export interface OperatorValues {
  /** Whether servers may ask to be followed. */
  readonly requestCrawl: boolean
  /** How many servers a day are followed because they asked. */
  readonly newHostsPerDayMax: number
}

type Store = Pick<OperatorStore, 'settings' | 'set'>

export class OperatorSettings implements OperatorValues {
  readonly #store: Store
  readonly #configured: OperatorValues
  #now: OperatorValues

  private constructor(store: Store, configured: OperatorValues, now: OperatorValues) {
    this.#store = store
    this.#configured = configured
    this.#now = now
  }

  static async load(store: Store, {requestCrawl, newHostsPerDayMax}: OperatorValues): Promise<OperatorSettings> {
    const configured: OperatorValues = {requestCrawl, newHostsPerDayMax}
    const set = (await store.settings()).filter(({name, over}) => JSON.stringify(valueOf(configured, name)) === over)
    const now = Object.fromEntries(set.map(({name, value}) => [name, JSON.parse(value) as unknown]))
    return new OperatorSettings(store, configured, {...configured, ...now})
  }

  get requestCrawl(): boolean {
    return this.#now.requestCrawl
  }

  get newHostsPerDayMax(): number {
    return this.#now.newHostsPerDayMax
  }

  async set<K extends keyof OperatorValues>(name: K, value: OperatorValues[K]): Promise<void> {
    assert(name in this.#configured, 'only a setting that there is is set')
    const over = JSON.stringify(this.#configured[name])
    await this.#store.set({name, value: JSON.stringify(value), over})
    this.#now = {...this.#now, [name]: value}
  }
}

const valueOf = (values: OperatorValues, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name as keyof OperatorValues] : undefined
