/**
 * A `Response` whose whole body is at hand, as nearly every answer is. The standard class puts a stream around it,
 * which costs some twenty microseconds to build and again to read; here the body stays what it is until somebody asks
 * for a stream. A listener that knows this class writes it in one piece.
 */
import {PlainHeaders} from './plain-headers.ts'

type Content = string | Uint8Array<ArrayBuffer>

export class Reply implements Response {
  readonly status: number
  readonly headers: Headers
  /** The whole body; `null` for none. Not to be changed. */
  readonly content: Content | null
  /** Whether the content is freed once it is sent, since nobody else has it. */
  readonly isPassing: boolean
  #standard: Response | undefined

  /** `headers` is kept, not copied. Content that is passing has its buffer for itself. */
  constructor(content: Content | null, init: {status?: number; headers?: Headers; isPassing?: boolean} = {}) {
    this.content = content
    this.isPassing = init.isPassing ?? false
    this.status = init.status ?? 200
    this.headers = init.headers ?? new PlainHeaders()
    if (typeof content === 'string' && !this.headers.has('content-type')) {
      this.headers.set('content-type', 'text/plain;charset=UTF-8')
    }
  }

  /** The standard class, once something is asked for that the content alone does not answer. */
  get #real(): Response {
    const {status, headers} = this
    return (this.#standard ??= new Response(this.content, {status, headers}))
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.content === null ? null : this.#real.body
  }

  get bodyUsed(): boolean {
    return this.#standard?.bodyUsed ?? false
  }

  readonly redirected = false
  readonly statusText = ''
  readonly type = 'default'
  readonly url = ''

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#real.arrayBuffer()
  }

  blob(): Promise<Blob> {
    return this.#real.blob()
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#real.bytes()
  }

  clone(): Response {
    return this.#real.clone()
  }

  formData(): Promise<FormData> {
    return this.#real.formData()
  }

  json(): Promise<unknown> {
    return this.#real.json()
  }

  text(): Promise<string> {
    return this.#real.text()
  }
}
// So that `instanceof Response` holds. What is not defined above is inherited, and refuses an object that is not its own.
Object.setPrototypeOf(Reply.prototype, Response.prototype)
