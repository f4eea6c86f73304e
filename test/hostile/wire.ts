/** One connection that says what it is told, byte by byte, and reads whole answers: for what no HTTP client would say. */
import {connect, type Socket} from 'node:net'
import {until} from '../until.ts'

export interface WireAnswer {
  readonly status: number
  /** Lower case. */
  readonly head: string
  readonly body: string
  /** Whether it says that the connection ends. */
  readonly isLast: boolean
}

const answerMs = 12_000

export class Wire {
  readonly #socket: Socket
  #text = ''
  isClosed = false

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').on('error', () => {})
    this.#socket.setEncoding('latin1').on('data', (text: string) => (this.#text += text))
    this.#socket.once('close', () => (this.isClosed = true))
  }

  send(...parts: readonly (string | Uint8Array)[]): void {
    for (const part of parts) {
      if (this.isClosed) return
      this.#socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
    }
  }

  /** Says no more, and listens on. */
  end(): void {
    this.#socket.end()
  }

  /** Reads nothing from now on. */
  pause(): void {
    this.#socket.pause()
  }

  /** The next answer; `closed` when the connection ends without one. `bare` for one that has no body, as to HEAD. */
  answer(bare = false): Promise<WireAnswer | 'closed'> {
    return until(() => this.#take(bare) ?? (this.isClosed ? 'closed' : undefined), 'an answer', answerMs)
  }

  /** Waits for the end. */
  async closed(): Promise<void> {
    await until(() => this.isClosed, 'the end of the connection', answerMs)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bare: boolean): WireAnswer | undefined {
    const end = this.#text.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const head = this.#text.slice(0, end).toLowerCase()
    const status = Number(head.split(' ')[1])
    const rest = this.#text.slice(end + 4)
    const isEmpty = bare || status < 200 || status === 204 || status === 304
    const found = isEmpty ? {body: '', size: 0} : bodyOf(head, rest, this.isClosed)
    if (!found) return undefined
    this.#text = rest.slice(found.size)
    return {status, head, body: found.body, isLast: /^connection: close$/m.test(head)}
  }
}

function bodyOf(head: string, rest: string, isClosed: boolean): {body: string; size: number} | undefined {
  const length = /^content-length: (\d+)\r?$/m.exec(head)?.[1]
  if (length !== undefined) {
    const size = Number(length)
    return rest.length < size ? undefined : {body: rest.slice(0, size), size}
  }
  if (!/^transfer-encoding: chunked\r?$/m.test(head)) return isClosed ? {body: rest, size: rest.length} : undefined
  let body = ''
  for (let at = 0; ;) {
    const line = rest.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(rest.slice(at, line), 16)
    const next = line + 2 + size + 2
    if (rest.length < next) return undefined
    if (size === 0) return {body, size: next}
    body += rest.slice(line + 2, line + 2 + size)
    at = next
  }
}
