/**
 * Handlers of a Tap's events: a `SimpleIndexer` has one for all records, a `LexIndexer` one for each type and action, with
 * the records' own types. What a handler returns from is acknowledged; what it throws for comes again.
 */
import type {ValueMap} from '#atp/data/value.ts'
import type {Fault} from '#lex/schema/fault.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import type {IdentityEvent, RecordEvent, TapEvent} from './tap-event.ts'

export interface HandlerOpts {
  /** Aborts when the channel is left. */
  readonly signal: AbortSignal
  /** Tells the Tap that the event is done with. Resolves once it is on its way. */
  readonly ack: () => Promise<void>
}

/** As `TapChannel` calls it, for handlers of your own: those have to call `ack`. */
export interface TapHandler {
  onEvent(event: TapEvent, opts: HandlerOpts): void | Promise<void>
  /** An event that cannot be read, or a handler that threw. What this throws ends the channel. */
  onError(error: Error): void
}

type Base = Omit<RecordEvent, 'action' | 'record' | 'cid'>
export type CreateEvent<T> = Base & {readonly action: 'create'; readonly record: T; readonly cid: string}
export type UpdateEvent<T> = Base & {readonly action: 'update'; readonly record: T; readonly cid: string}
export type PutEvent<T> = CreateEvent<T> | UpdateEvent<T>
export type DeleteEvent = Base & {readonly action: 'delete'}

type Handles<E> = (event: E, opts: HandlerOpts) => void | Promise<void>
const nothing = (): void => {}

/** What both have. */
abstract class Indexer implements TapHandler {
  #identity: Handles<IdentityEvent> = nothing
  #error: ((error: Error) => void) | undefined

  identity(handle: Handles<IdentityEvent>): this {
    this.#identity = handle
    return this
  }

  /** Without it, an error ends the channel: `start` rejects with it. */
  error(handle: (error: Error) => void): this {
    this.#error = handle
    return this
  }

  async onEvent(event: TapEvent, opts: HandlerOpts): Promise<void> {
    if (event.type === 'identity') await this.#identity(event, opts)
    else await this.onRecord(event, opts)
    await opts.ack()
  }

  onError(error: Error): void {
    if (!this.#error) throw error
    this.#error(error)
  }

  protected abstract onRecord(event: RecordEvent, opts: HandlerOpts): Promise<void>
}

export class SimpleIndexer extends Indexer {
  #record: Handles<RecordEvent> = nothing

  record(handle: Handles<RecordEvent>): this {
    this.#record = handle
    return this
  }

  protected async onRecord(event: RecordEvent, opts: HandlerOpts): Promise<void> {
    await this.#record(event, opts)
  }
}

interface Row {
  readonly type: RecordSchema
  readonly handle: Handles<never>
}

export class LexIndexer extends Indexer {
  readonly #rows = new Map<string, Row>()
  #other: Handles<RecordEvent> = nothing
  #invalid: (event: RecordEvent, fault: Fault) => void | Promise<void> = nothing

  create<T>(type: RecordSchema<T>, handle: Handles<CreateEvent<T>>): this {
    return this.#add(type, ['create'], handle)
  }

  update<T>(type: RecordSchema<T>, handle: Handles<UpdateEvent<T>>): this {
    return this.#add(type, ['update'], handle)
  }

  /** Both `create` and `update`. */
  put<T>(type: RecordSchema<T>, handle: Handles<PutEvent<T>>): this {
    return this.#add(type, ['create', 'update'], handle)
  }

  delete<T>(type: RecordSchema<T>, handle: Handles<DeleteEvent>): this {
    return this.#add(type, ['delete'], handle)
  }

  /** Records of types and actions that have no handler. */
  other(handle: Handles<RecordEvent>): this {
    this.#other = handle
    return this
  }

  /**
   * Records that are not as their lexicon says. They are a stranger's doing and never get better, so they are acknowledged
   * like any other; whoever has an older version of such a record may want to forget that one.
   */
  invalid(handle: (event: RecordEvent, fault: Fault) => void | Promise<void>): this {
    this.#invalid = handle
    return this
  }

  protected async onRecord(event: RecordEvent, opts: HandlerOpts): Promise<void> {
    const row = this.#rows.get(`${event.collection} ${event.action}`)
    if (!row) return void (await this.#other(event, opts))
    const fault = event.action === 'delete' ? undefined : row.type.check(event.record as ValueMap, true)
    if (fault) return void (await this.#invalid(event, fault))
    await row.handle(event as never, opts)
  }

  #add<T>(type: RecordSchema<T>, actions: readonly string[], handle: Handles<never>): this {
    for (const action of actions) {
      const key = `${type.nsid} ${action}`
      if (this.#rows.has(key)) throw new TypeError(`There are two handlers of ${key}.`)
      this.#rows.set(key, {type, handle})
    }
    return this
  }
}
