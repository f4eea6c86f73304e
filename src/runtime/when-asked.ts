/**
 * A service that has nothing to do until somebody asks: it is opened with the first request, and costs nothing before
 * that. Whether it is well is answered without opening it.
 */
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {Service} from './service.ts'

/** What its listener has to know before it is opened. */
export type Beforehand = Pick<Service, 'name' | 'incomingSizeMax' | 'takesMany' | 'subprotocols'>

export class WhenAsked implements Service {
  readonly name: string
  readonly incomingSizeMax?: number
  readonly takesMany?: boolean
  readonly subprotocols?: readonly string[]
  readonly #open: () => Promise<Service>
  readonly #ended = Promise.withResolvers<void>()
  #opened: Promise<Service> | undefined
  #isStopped = false

  constructor({name, incomingSizeMax, takesMany, subprotocols}: Beforehand, open: () => Promise<Service>) {
    this.name = name
    this.incomingSizeMax = incomingSizeMax
    this.takesMany = takesMany
    this.subprotocols = subprotocols
    this.#open = open
    this.#ended.promise.catch(() => {})
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#isStopped = true
    const service = await this.#opened?.catch(() => undefined)
    await service?.stop()
    this.#ended.resolve()
  }

  async health(): Promise<object> {
    const service = await this.#opened
    return service ? ((await service.health?.()) ?? {}) : {opened: false}
  }

  async fetch(request: Request): Promise<Response> {
    return (await this.#service()).fetch(request)
  }

  async frames(request: Request, signal: AbortSignal, incoming: AsyncIterable<Frame>): Promise<Frames | Response> {
    const service = await this.#service()
    return service.frames?.(request, signal, incoming) ?? new Response(null, {status: 404})
  }

  #service(): Promise<Service> {
    if (!this.#opened) {
      // Who asks after a failure has it tried anew.
      this.#opened = this.#begin().catch((error: unknown) => {
        this.#opened = undefined
        throw error
      })
    }
    return this.#opened
  }

  async #begin(): Promise<Service> {
    if (this.#isStopped) throw new Error('The service is stopping.')
    const service = await this.#open()
    await service.start()
    service.ended.catch((error: unknown) => this.#ended.reject(error))
    return service
  }
}
