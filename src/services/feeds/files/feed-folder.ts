/**
 * The feeds in the files of a folder, kept in step with it: a file that comes, changes or goes is noticed within a second.
 * One that cannot be run leaves its feeds as they were, and so does a folder that cannot be read; the log says why.
 */
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {Feed} from '#sdk/feed/feed.ts'
import {type Log, warnOnce} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {ListedFeeds} from '../feed.ts'
import {changedMs, readFeedFile} from './feed-file.ts'

interface Deps {
  readonly folder: string
  /** Where the feeds go. */
  readonly set: Pick<ListedFeeds, 'replace'>
  readonly world: Pick<World, 'sleep'>
  readonly log: Log
}

interface Known {
  readonly changedMs: number
  readonly feeds: readonly Feed[]
}

const everyMs = 1_000
const filesMax = 1_000
const isFeedFile = (name: string): boolean => /^[^._].*\.(?:ts|js|mjs)$/.test(name) && !/\.(?:test|d)\.ts$/.test(name)

export class FeedFolder {
  readonly #deps: Deps
  readonly #known = new Map<string, Known>()
  readonly #warnOnce: ReturnType<typeof warnOnce>

  constructor(deps: Deps) {
    this.#deps = deps
    this.#warnOnce = warnOnce(deps.log)
  }

  /** Looks at the folder once. Never rejects for what is in it. */
  async look(): Promise<void> {
    const {folder, set, log} = this.#deps
    const found = await this.#entries()
    if (!found) return
    const names = found.filter(isFeedFile).toSorted().slice(0, filesMax)
    let hasChanged = false
    for (const name of this.#known.keys()) {
      if (!names.includes(name)) hasChanged = this.#known.delete(name)
    }
    for (const name of names) {
      const path = join(folder, name)
      const changed = await changedMs(path)
      const known = this.#known.get(name)
      if (changed === undefined || changed === known?.changedMs) continue
      hasChanged = true
      try {
        const feeds = await readFeedFile(path)
        this.#known.set(name, {changedMs: changed, feeds})
        log.info('feeds read', {file: path, feeds: feeds.map(feed => feed.name).join()})
      } catch (error) {
        this.#known.set(name, {changedMs: changed, feeds: known?.feeds ?? []})
        log.error('a file of feeds cannot be run', {file: path, error})
      }
    }
    if (hasChanged) {
      // In the order of the files, whichever came first: of two feeds of one name the later counts.
      const feeds = names.flatMap(name => this.#known.get(name)?.feeds ?? [])
      this.#warnOfTwice(names)
      set.replace(feeds.map(feed => ({feed, owner: undefined})))
    }
  }

  /** The names in the folder, none where there is no folder; undefined where that cannot be told. */
  async #entries(): Promise<readonly string[] | undefined> {
    const {folder} = this.#deps
    try {
      return await readdir(folder)
    } catch (error) {
      const {code = 'unknown'} = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return []
      this.#warnOnce(code, 'the folder of feeds cannot be read; its feeds stay as they were', {folder, error})
      return undefined
    }
  }

  #warnOfTwice(names: readonly string[]): void {
    const files = new Map<string, string>()
    for (const file of names) {
      for (const {name} of this.#known.get(file)?.feeds ?? []) {
        const other = files.get(name)
        if (other !== undefined) {
          this.#deps.log.warn('two feeds have one name; the later counts', {feed: name, passedOver: other, file})
        }
        files.set(name, file)
      }
    }
  }

  /** Until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#deps.world.sleep(everyMs, signal)
      await this.look()
    }
  }
}
