/**
 * A server that is not well, in each way that servers are: what a service of ours is tested against when it asks
 * another one. Bare sockets, so that an answer may be cut, hang, or be no HTTP at all.
 */
import {createServer, type AddressInfo, type Socket} from 'node:net'

const dripMs = 20
const head = (status: string, ...lines: string[]): string => `HTTP/1.1 ${[status, ...lines].join('\r\n')}\r\n\r\n`
const json = 'content-type: application/json'

export const ailments: Readonly<Record<string, (socket: Socket) => void>> = {
  'answers 200 without a body': socket => socket.write(head('200 OK', 'content-length: 0')),
  'answers 204': socket => socket.write(head('204 No Content')),
  'answers 500': socket => socket.write(head('500 Internal Server Error', 'content-length: 5') + 'oops.'),
  'answers 500 and hangs up': socket => socket.end(head('500 Internal Server Error', 'connection: close') + 'oops.'),
  'redirects to itself': socket => socket.write(head('302 Found', 'location: /again', 'content-length: 5') + 'there'),
  'answers an object that says nothing': socket => socket.write(head('200 OK', json, 'content-length: 2') + '{}'),
  'answers garbage': socket => socket.write(head('200 OK', json, 'content-length: 5') + '{"a":'),
  'answers what is no HTTP': socket => socket.end('220 mail.example.com ESMTP\r\n'),
  'breaks off within a body': socket => socket.end(head('200 OK', json, 'content-length: 500') + '{"a":'),
  'resets within a body': socket => {
    socket.write(head('200 OK', json, 'content-length: 500') + '{"a":')
    setTimeout(() => socket.resetAndDestroy(), dripMs)
  },
  'closes without a word': socket => socket.end(),
  'hangs before its answer': () => {},
  'hangs within a body': socket => socket.write(head('200 OK', json, 'content-length: 500') + '{"a":'),
  'hangs within a refusal': socket => socket.write(head('502 Bad Gateway', json, 'content-length: 500') + '{"a":'),
  'drips without end': socket => {
    socket.write(head('200 OK', json, 'transfer-encoding: chunked'))
    const timer = setInterval(() => socket.write('1\r\n \r\n'), dripMs)
    socket.once('close', () => clearInterval(timer))
  },
  'says that it is compressed and is not': socket =>
    socket.write(head('200 OK', json, 'content-encoding: gzip', 'content-length: 5') + 'oops.'),
}

export interface UnwellPeer {
  readonly port: number
  /** Path → how often it was asked for. */
  readonly asked: ReadonlyMap<string, number>
  close(): Promise<void>
}

export interface UnwellOptions {
  /** 0 lets the system choose. */
  port?: number
  /** The one way in which it is unwell; unless given, each path meets all of them in turn. */
  only?: string
  /** Paths that it answers as it should, with JSON. */
  well?: Readonly<Record<string, (port: number) => unknown>>
}

export async function unwellPeer({port = 0, only, well = {}}: UnwellOptions = {}): Promise<UnwellPeer> {
  const open = new Set<Socket>()
  const asked = new Map<string, number>()
  const names = Object.keys(ailments)
  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    socket.on('data', data => {
      const [, path] = /^[A-Z]+ (\/[^ ?]*)\S* HTTP\/1\.1\r\n/.exec(data.toString('latin1')) ?? []
      if (path === undefined) return // the rest of a request that has had its answer
      if (Object.hasOwn(well, path)) {
        const body = JSON.stringify(well[path]((server.address() as AddressInfo).port))
        return void socket.write(head('200 OK', json, `content-length: ${Buffer.byteLength(body)}`) + body)
      }
      const count = asked.get(path) ?? 0
      asked.set(path, count + 1)
      ailments[only ?? names[count % names.length]](socket)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
