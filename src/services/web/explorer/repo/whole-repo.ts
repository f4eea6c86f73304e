/**
 * A whole repository, verified on demand as it streams from its server: every block against its CID, the signature,
 * the tree. Bounded in bytes, and in how many run at a time, for it is work that anyone may ask for.
 */
import {refused, type Result} from '#std/result.ts'
import {Malformed} from '#std/malformed.ts'
import {keyHeight} from '#atp/mst/height.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import type {RefusedRepo, VerifiedRepo} from '#atp/repo/verification.ts'
import {Overloaded} from '#std/waiting/async.ts'
import type {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import type {Home, RepoReader} from '../repo-reader.ts'

export interface RepoCheck {
  verdict: VerifiedRepo | RefusedRepo
  /** Bytes read. */
  size: number
  ms: number
  /** Records by the level of their key, lowest first. */
  heights: number[]
  /** Records by collection, most first. */
  collections: [nsid: string, count: number][]
}

export type Checked = Result<{check: RepoCheck}>

export interface CheckProgress {
  size: number
  records: number
}

/** Repositories that are verified at a time; whoever comes beyond that is told so at once. */
export const checkPlaces = {max: 6, perKeyMax: 2, waitingMax: 0} as const
const sizeMax = 2 ** 30
const heldMax = 64 * 2 ** 20
const collectionsMax = 500

export class RepoChecks {
  readonly #reader: RepoReader
  readonly #world: Pick<World, 'now'>
  readonly #places: Places

  constructor(reader: RepoReader, world: Pick<World, 'now'>, places: Places) {
    this.#reader = reader
    this.#world = world
    this.#places = places
  }

  /** Reads and verifies all of it. `onProgress` is called about every 256 KiB. */
  async check(
    home: Home,
    signal: AbortSignal,
    onProgress: (progress: CheckProgress) => void = () => {},
  ): Promise<Checked> {
    try {
      const {host} = new URL(home.pds)
      return await this.#places.with(host, () => this.#check(home, signal, onProgress), signal)
    } catch (error) {
      if (!(error instanceof Overloaded)) throw error
      return refused('busy', 'Too many repositories are being verified right now. Try again in a minute.')
    }
  }

  async #check(home: Home, signal: AbortSignal, onProgress: (progress: CheckProgress) => void): Promise<Checked> {
    const startMs = this.#world.now()
    const stream = await this.#reader.repo(home, signal)
    if (!stream.ok) return stream
    const heights: number[] = []
    const collections = new Map<string, number>()
    let size = 0
    let records = 0
    const count = (path: string): void => {
      records++
      const height = keyHeight(path)
      while (heights.length <= height) heights.push(0)
      heights[height]++
      const nsid = path.slice(0, path.indexOf('/'))
      const named = collections.has(nsid) || collections.size < collectionsMax ? nsid : 'others'
      collections.set(named, (collections.get(named) ?? 0) + 1)
    }
    try {
      const verdict = await verifyRepo(bounded(stream.value, signal), {
        did: home.did,
        key: home.key,
        heldMax,
        onRecord: ({path}) => count(path),
        onProgress: ({done}) => onProgress({size: (size = done), records}),
      })
      const sorted = [...collections].toSorted((a, b) => b[1] - a[1])
      return {ok: true, check: {verdict, size, ms: this.#world.now() - startMs, heights, collections: sorted}}
    } catch (error) {
      if (signal.aborted) throw error
      const host = new URL(home.pds).host
      return {
        ok: false,
        reason: 'failed',
        detail: `The download failed: ${host}: ${error instanceof Error ? error.message : String(error)}`,
      }
    }
  }
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    size += chunk.length
    if (size > sizeMax) throw new Malformed('repo', 'too-big', `more than ${sizeMax} bytes are not verified here`)
    yield chunk
  }
}
