/** The client side of `listener.bench.ts`, as light as can be: raw sockets, bytes counted and not looked into. */
import {connect} from 'node:net'
import {parentPort} from 'node:worker_threads'
import {assert} from '#std/assert.ts'

interface Job {
  kind: 'http' | 'frames'
  port: number
  count?: number
  head?: string
}

const connections = 32
/** A close frame with the code 1000. */
const farewell = Buffer.of(0x88, 2, 0x03, 0xe8)
const port = parentPort
assert(port, 'this module runs in a worker')
port.on('message', async (job: Job) => {
  if (job.kind === 'http') await Promise.all(Array.from({length: connections}, () => requests(job)))
  else await subscription(job)
  port.postMessage('done')
})

/** One connection's share of the requests, one after the other. */
function requests({port, count = 0, head = ''}: Job): Promise<void> {
  const request = `GET /xrpc/com.atproto.repo.getRecord?repo=alice.test HTTP/1.1\r\nhost: a\r\n${head}\r\n`
  let left = Math.ceil(count / connections)
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    let seen = ''
    socket.on('data', (data: Buffer) => {
      seen += data.toString('latin1')
      const headEnd = seen.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(seen)?.[1] ?? 0)
      if (headEnd < 0 || seen.length < headEnd + 4 + length) return
      seen = ''
      if (--left > 0) socket.write(request)
      else resolve(void socket.destroy())
    })
    socket.on('error', reject)
  })
}

/** Reads a whole subscription to its close. */
function subscription({port}: Job): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
          'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      ),
    )
    let tail: Uint8Array = Buffer.alloc(0)
    socket.on('data', (data: Buffer) => {
      tail = data.length >= 4 ? data.subarray(-4) : Buffer.concat([tail, data]).subarray(-4)
      if (farewell.equals(tail)) socket.destroy()
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}
