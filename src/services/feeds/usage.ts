/** How feeds are read: counted here, and written down every second, so that a reader costs no write. */
import type {Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import type {UsageDay, UsageStore} from './store/usage-store.ts'

const dayMs = 86_400_000
const everyMs = 1_000
const keptDays = 90
const keySize = 32
/** Counts and readers that wait to be written; more are not noted. */
const waitingMax = 100_000

export class Usage {
  readonly #store: UsageStore
  readonly #world: Pick<World, 'now' | 'sleep' | 'random'>
  /** By feed and deed. */
  #counts = new Map<string, {feed: string; what: string; count: number}>()
  #readers = new Map<string, {feed: string; viewer: Did}>()

  constructor(store: UsageStore, world: Pick<World, 'now' | 'sleep' | 'random'>) {
    this.#store = store
    this.#world = world
  }

  count(feed: string, what: string, count = 1): void {
    const name = `${feed} ${what}`
    const known = this.#counts.get(name)
    if (known) known.count += count
    else if (this.#counts.size < waitingMax) this.#counts.set(name, {feed, what, count})
  }

  /** A page was read, by this viewer if it said so. */
  read(feed: string, viewer: Did | undefined, ms: number): void {
    this.count(feed, 'requests')
    this.count(feed, 'ms', Math.round(ms))
    if (viewer && this.#readers.size < waitingMax) this.#readers.set(`${feed} ${viewer}`, {feed, viewer})
  }

  /** The days of a feed, newest first, as they are written down. */
  async days(feed: string, limit: number): Promise<readonly UsageDay[]> {
    return this.#store.days(feed, limit)
  }

  /** Writes down what was counted. */
  async write(): Promise<void> {
    const [counts, readers] = [[...this.#counts.values()], [...this.#readers.values()]]
    if (counts.length + readers.length === 0) return
    this.#counts = new Map()
    this.#readers = new Map()
    const day = Math.floor(this.#world.now() / dayMs)
    await this.#store.add(
      counts.map(each => ({...each, day})),
      readers.map(each => ({...each, day})),
      {day, sinceDay: day - keptDays, newKey: this.#world.random(keySize)},
    )
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#world.sleep(everyMs, signal)
      await this.write()
    }
  }
}
