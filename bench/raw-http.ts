/**
 * HTTP and WebSocket clients for load, as light as can be: one keep-alive socket each, one request at a time, bodies
 * taken as bytes and frames counted by their heads. So what is measured is the server, and not who asks.
 */
import {connect, type Socket} from 'node:net'

export interface RawAnswer {
  status: number
  body: Buffer
}

const headEnd = Buffer.from('\r\n\r\n')

export class RawConnection {
  #socket: Socket
  readonly #url: string
  readonly #host: string
  #held: Buffer[] = []
  #settle: {resolve: (answer: RawAnswer) => void; reject: (error: Error) => void} | undefined
  /** Of the answer under way: what its head said, and how much of the body is still to come. */
  #head: {status: number; left: number} | 'chunked' | undefined
  #chunkedStatus = 0

  private constructor(socket: Socket, url: string) {
    this.#url = url
    this.#host = new URL(url).host
    this.#socket = this.#attach(socket)
  }

  static async open(url: string): Promise<RawConnection> {
    return new RawConnection(await connected(url), url)
  }

  #attach(socket: Socket): Socket {
    socket.on('data', (data: Buffer) => this.#take(data))
    socket.on('error', error => this.#settle?.reject(error))
    socket.on('close', () => this.#settle?.reject(new Error('The server closed the connection.')))
    return socket
  }

  close(): void {
    this.#socket.destroy()
  }

  async ask(method: string, path: string, token?: string, json?: unknown): Promise<RawAnswer> {
    const body = json === undefined ? undefined : JSON.stringify(json)
    const headers = [
      ...(token === undefined ? [] : [`authorization: Bearer ${token}\r\n`]),
      ...(body === undefined ? [] : ['content-type: application/json\r\n']),
    ]
    return this.send(method, path, headers.join(''), body)
  }

  /** As `ask`, with these headers, each with its line end. */
  async send(method: string, path: string, headers: string, body?: string): Promise<RawAnswer> {
    // Servers close what was idle for some seconds.
    if (!this.#socket.writable) this.#socket = this.#attach(await connected(this.#url))
    let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${headers}`
    if (body !== undefined) head += `content-length: ${Buffer.byteLength(body)}\r\n`
    return new Promise((resolve, reject) => {
      this.#settle = {resolve, reject}
      this.#socket.write(`${head}\r\n${body ?? ''}`)
    })
  }

  /** As `ask`; the answer is JSON and the status 200. */
  async json(method: string, path: string, token?: string, json?: unknown): Promise<Record<string, unknown>> {
    const {status, body} = await this.ask(method, path, token, json)
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${body}`)
    return JSON.parse((body[0] === 0x7b ? body : unchunked(body)).toString()) as Record<string, unknown>
  }

  #take(data: Buffer): void {
    this.#held.push(data)
    if (this.#head === undefined) this.#readHead()
    else if (this.#head !== 'chunked') this.#head.left -= data.length
    if (this.#head === 'chunked') this.#finishChunked(data)
    else if (this.#head && this.#head.left <= 0) this.#finish(this.#head.status, Buffer.concat(this.#held))
  }

  #readHead(): void {
    const data = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held)
    const end = data.indexOf(headEnd)
    if (end < 0) return
    const head = data.toString('latin1', 0, end)
    const status = Number(head.slice(9, 12))
    const rest = data.subarray(end + 4)
    this.#held = [rest]
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)
    if (length) this.#head = {status, left: Number(length[1]) - rest.length}
    else {
      this.#head = 'chunked'
      this.#chunkedStatus = status
    }
  }

  /** A chunked body ends with an empty chunk. Of one that long only the size is asked, so its heads are left in. */
  #finishChunked(data: Buffer): void {
    const tail = data.length >= 5 ? data.subarray(-5) : Buffer.concat(this.#held).subarray(-5)
    if (tail.toString('latin1') === '0\r\n\r\n') this.#finish(this.#chunkedStatus, Buffer.concat(this.#held))
  }

  #finish(status: number, body: Buffer): void {
    this.#head = undefined
    this.#held = []
    const settle = this.#settle
    this.#settle = undefined
    settle?.resolve({status, body})
  }
}

/** A chunked body without the heads of its chunks. */
function unchunked(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; ;) {
    const end = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, end), 16)
    if (!(size > 0)) return Buffer.concat(pieces)
    pieces.push(body.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}

function connected(url: string): Promise<Socket> {
  const {hostname, port} = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({host: hostname, port: Number(port), noDelay: true}, () => resolve(socket))
    socket.once('error', reject)
  })
}

export interface Replayed {
  frames: number
  bytes: number
  /** From the request until the last frame was there. */
  ms: number
}

/** What is told of a subscription: that it is there, and that its first frame is. */
export interface ReplayTold {
  readonly onOpen?: () => void
  readonly onFirst?: () => void
}

/** Reads a subscription until nothing has come for `quietMs`, or `framesMax` frames have. */
export function replay(url: string, framesMax = Infinity, quietMs = 500, told: ReplayTold = {}): Promise<Replayed> {
  const {hostname, port, host, pathname, search} = new URL(url)
  return new Promise((resolve, reject) => {
    const started = performance.now()
    let last = started
    let frames = 0
    let bytes = 0
    /** Bytes of the frame under way still to come; or, below 0, a head that came in parts. */
    let left = 0
    let head: Buffer | undefined
    let isOpen = false
    const socket = connect({host: hostname, port: Number(port)}, () =>
      socket.write(
        `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
          'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      ),
    )
    const finish = (): void => {
      clearInterval(quiet)
      socket.destroy()
      resolve({frames, bytes, ms: last - started})
    }
    const quiet = setInterval(() => performance.now() - last > quietMs && finish(), 50)
    socket.on('error', reject)
    socket.on('data', (data: Buffer) => {
      const all = head ? Buffer.concat([head, data]) : data
      head = undefined
      last = performance.now()
      let at = 0
      if (!isOpen) {
        at = all.indexOf(headEnd)
        if (at < 0) return void (head = all)
        at += 4
        isOpen = true
        told.onOpen?.()
      }
      bytes += data.length
      while (at < all.length) {
        if (left > 0) {
          const step = Math.min(left, all.length - at)
          left -= step
          at += step
          continue
        }
        const length = all[at + 1] & 127
        const size = length < 126 ? 2 : length === 126 ? 4 : 10
        if (all.length - at < Math.max(2, size)) {
          head = all.subarray(at)
          break
        }
        left = length < 126 ? length : length === 126 ? all.readUInt16BE(at + 2) : all.readUInt32BE(at + 6)
        at += size
        if ((all[at - size] & 15) <= 2 && ++frames === 1) told.onFirst?.()
      }

      if (frames >= framesMax && left === 0) finish()
    })
  })
}
