/**
 * Gives records of the archive the times at which an older indexer saw them (`indexedMicros`), as a file says. One import at
 * a time, over the sealed segments, some hundred thousand rows of the file at once: the filters of DIDs tell which blocks
 * to look into, and a segment of which something changed is written anew. To do it again changes nothing, so one that a
 * restart cut off is begun again.
 */
import {realpath, stat} from 'node:fs/promises'
import {isAbsolute, join, relative, resolve} from 'node:path'
import {holdsRecord, type ArchiveRow} from '#atp/archive/block.ts'
import {didHash} from '#atp/archive/bloom.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Archive} from '../archive/archive.ts'
import {writeAnew} from '../archive/rewriting.ts'
import type {SealedSegment} from '../archive/sealed-segment.ts'
import {timestampRows, type TimestampRow} from './timestamp-rows.ts'

/** Rows of the file that are held in memory at a time. */
const rowsHeldMax = 200_000
const stateName = 'import.json'

/** In the words of the lexicon. */
export interface ImportStatus {
  job: string
  state: 'running' | 'complete' | 'failed'
  phase?: 'parse_bucket' | 'apply'
  error?: string
  submittedAt: string
  finishedAt?: string
  bucketed: boolean
  segmentsToApply: number
  segmentsApplied: number
  rowsTotal: number
  rowsValid: number
  rowsRejected: number
  segmentsExamined: number
  segmentsPatched: number
  rowsMutated: number
  rowsMatchedAllVersions: number
  rowsMatchedSpecific: number
  specificCidsUnmatched: number
  rowsCorruptOffset: number
}

const noCounts = {
  bucketed: false,
  segmentsToApply: 0,
  segmentsApplied: 0,
  rowsTotal: 0,
  rowsValid: 0,
  rowsRejected: 0,
  segmentsExamined: 0,
  segmentsPatched: 0,
  rowsMutated: 0,
  rowsMatchedAllVersions: 0,
  rowsMatchedSpecific: 0,
  specificCidsUnmatched: 0,
  rowsCorruptOffset: 0,
}

/** Why an import is not begun. */
export type ImportRefusal = 'ImportInProgress' | 'InvalidPath'

interface Deps {
  readonly archive: Archive
  /** Where the files are. */
  readonly folder: string
  readonly world: Pick<World, 'now' | 'random'>
  readonly told: Log
  /** Does an act while nothing else is done to the archive. */
  readonly inTurn: (act: () => Promise<void>) => Promise<void>
  /** Seals what has come, so that all of it is there to be changed. */
  readonly sealAll: (signal: AbortSignal) => Promise<void>
}

interface State {
  readonly path: string
  readonly status: ImportStatus
}

/** What is said of one record. */
interface Said {
  all?: number
  readonly byCid: Map<string, number>
}
type Rules = Map<string, Map<string, Said>>

export class TimestampImports {
  readonly #deps: Deps
  readonly #ending = new AbortController()
  #state: State | undefined
  #running: Promise<void> | undefined

  private constructor(deps: Deps, state: State | undefined) {
    this.#deps = deps
    this.#state = state
  }

  /** With the import that was the newest when the server ended; one that was not at its end begins again by `resume`. */
  static async open(deps: Deps): Promise<TimestampImports> {
    const {disk, folder} = deps.archive
    const text = await disk.text(join(folder, stateName)).catch(() => undefined)
    return new TimestampImports(deps, text === undefined ? undefined : (JSON.parse(text) as State))
  }

  /** Goes on with an import that a restart cut off. */
  resume(): void {
    if (this.#state?.status.state === 'running') this.#begin(this.#state)
  }

  /** Of this job, or of the newest. */
  status(job?: string): ImportStatus | undefined {
    const status = this.#state?.status
    return job === undefined || status?.job === job ? status : undefined
  }

  /** Begins an import of the file at `path`, and gives its job, or says why not. */
  async submit(path: string): Promise<{job: string} | ImportRefusal> {
    const file = await this.#fileAt(path)
    if (this.#state?.status.state === 'running') return 'ImportInProgress'
    if (file === undefined) return 'InvalidPath'
    const job = Buffer.from(this.#deps.world.random(8)).toString('hex')
    const submittedAt = new Date(this.#deps.world.now()).toISOString()
    const state: State = {path: file, status: {job, state: 'running', submittedAt, ...noCounts}}
    const before = this.#state
    this.#state = state
    try {
      await this.#keep()
    } catch (error) {
      // Nothing has begun, and nothing is in the way of the next.
      this.#state = before
      throw error
    }
    this.#begin(state)
    return {job}
  }

  /** Lets go of an import that is under way: the next start goes on with it. */
  async close(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  /** `undefined` for what is no file within the folder, whatever links lead to. */
  async #fileAt(path: string): Promise<string | undefined> {
    try {
      if (path === '') return undefined
      const folder = await realpath(this.#deps.folder)
      const file = await realpath(resolve(folder, path))
      const inside = relative(folder, file)
      if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return undefined
      return (await stat(file)).isFile() ? file : undefined
    } catch {
      return undefined
    }
  }

  #begin(state: State): void {
    Object.assign(state.status, noCounts)
    this.#running = this.#run(state).catch((error: unknown) => {
      this.#deps.told.error('the state of an import could not be kept', {error})
    })
  }

  async #run({path, status}: State): Promise<void> {
    const {world, told, sealAll} = this.#deps
    const {signal} = this.#ending
    try {
      status.phase = 'parse_bucket'
      await sealAll(signal)
      let rules: Rules = new Map()
      let held = 0
      for await (const row of timestampRows(path, signal)) {
        status.rowsTotal++
        if (!row) {
          status.rowsRejected++
          continue
        }
        status.rowsValid++
        say(rules, row)
        if (++held < rowsHeldMax) continue
        await this.#apply(rules, status)
        rules = new Map()
        held = 0
      }
      status.bucketed = true
      await this.#apply(rules, status)
      status.state = 'complete'
    } catch (error) {
      if (signal.aborted) return
      status.state = 'failed'
      status.error = error instanceof Error && error.name === 'BadFile' ? error.message : 'It could not be carried out.'
      told.error('an import of times has failed', {path, error})
    }
    status.finishedAt = new Date(world.now()).toISOString()
    await this.#keep()
  }

  async #apply(rules: Rules, status: ImportStatus): Promise<void> {
    if (rules.size === 0) return
    const {archive, inTurn} = this.#deps
    const dids = [...rules.keys()].map(didHash)
    const used = new Set<string>()
    status.phase = 'apply'
    status.segmentsToApply += archive.sealed.length
    const indexes = archive.sealed.map(({index}) => index)
    for (const index of indexes) {
      this.#ending.signal.throwIfAborted()
      await inTurn(async () => {
        const segment = archive.sealed.find(one => one.index === index)
        if (segment) await this.#patch(segment, dids, rules, used, status)
      })
      status.segmentsApplied++
    }
    for (const [did, paths] of rules) {
      for (const [path, {byCid}] of paths) {
        for (const cid of byCid.keys()) if (!used.has(`${did}/${path} ${cid}`)) status.specificCidsUnmatched++
      }
    }
  }

  async #patch(
    segment: SealedSegment,
    dids: readonly ReturnType<typeof didHash>[],
    rules: Rules,
    used: Set<string>,
    status: ImportStatus,
  ): Promise<void> {
    const changed = new Map<number, ArchiveRow[]>()
    const blocks = await segment.blocksFor({dids}, 0, Infinity)
    if (blocks.length > 0) status.segmentsExamined++
    for (const i of blocks) {
      const rows = (await segment.block(i)).rows()
      const patched = rows.map(row => {
        const micros = toldFor(row, rules, used, status)
        return micros === undefined || micros === row.indexedMicros ? row : {...row, indexedMicros: micros}
      })
      const count = patched.filter((row, n) => row !== rows[n]).length
      if (count > 0) changed.set(i, patched)
      status.rowsMutated += count
    }
    if (changed.size === 0) return
    await writeAnew(this.#deps.archive, segment, changed)
    status.segmentsPatched++
  }

  #keep(): Promise<void> {
    const {disk, folder} = this.#deps.archive
    return disk.replace(join(folder, stateName), JSON.stringify(this.#state))
  }
}

/** The last row that says something counts. */
function say(rules: Rules, {did, path, micros, cid}: TimestampRow): void {
  const paths = rules.get(did) ?? new Map<string, Said>()
  const said: Said = paths.get(path) ?? {byCid: new Map()}
  if (cid === undefined) said.all = micros
  else said.byCid.set(cid, micros)
  rules.set(did, paths.set(path, said))
}

/** Deletions and markers keep the times at which they were seen. */
function toldFor(row: ArchiveRow, rules: Rules, used: Set<string>, status: ImportStatus): number | undefined {
  const {kind, did, collection, rkey, payload} = row
  if (!holdsRecord(kind)) return undefined
  const path = `${collection}/${rkey}`
  const said = rules.get(did)?.get(path)
  if (!said) return undefined
  if (said.byCid.size > 0) {
    const cid = cidOf(codecs.cbor, payload).toString()
    const micros = said.byCid.get(cid)
    if (micros !== undefined) {
      used.add(`${did}/${path} ${cid}`)
      status.rowsMatchedSpecific++
      return micros
    }
  }
  if (said.all !== undefined) status.rowsMatchedAllVersions++
  return said.all
}
