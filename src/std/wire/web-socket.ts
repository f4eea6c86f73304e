/**
 * A subscription over the standard `WebSocket`, which browsers and Node both have. It offers no way to slow the other
 * side down, so what the consumer has not taken is held up to a bound, and beyond that the connection is given up.
 */
import {abortable, Channel, Overloaded} from '../waiting/async.ts'
import type {Frame, Frames} from './frames.ts'

const waitingMax = 16_384

/** See `World.subscribe`. Headers of the request cannot be sent: the standard class has no place for them. */
export async function openWebSocket(
  request: Request,
  signal: AbortSignal,
  outgoing?: AsyncIterable<Frame>,
): Promise<Frames> {
  signal.throwIfAborted()
  const socket = new WebSocket(request.url.replace(/^http/, 'ws'))
  socket.binaryType = 'arraybuffer'
  const received = new Channel<Frame>(waitingMax)
  const close = (): void => socket.close()
  signal.addEventListener('abort', close, {once: true})
  socket.addEventListener('message', ({data}: MessageEvent<string | ArrayBuffer>) => {
    if (received.offer(typeof data === 'string' ? data : new Uint8Array(data))) return
    received.close(new Overloaded(`More than ${waitingMax} messages wait to be read.`))
    socket.close()
  })
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error(`Cannot connect to ${new URL(socket.url).host}.`)))
  })
  socket.addEventListener('close', ({code}) => {
    signal.removeEventListener('abort', close)
    received.close(code === 1000 || signal.aborted ? undefined : new Error(`The connection closed with code ${code}.`))
  })
  await abortable(opened, signal)
  if (outgoing) void sendAll(socket, outgoing)
  return framesOf(socket, received)
}

async function* framesOf(socket: WebSocket, received: Channel<Frame>): AsyncGenerator<Frame[]> {
  try {
    for (;;) {
      const frames = await received.nextAll()
      if (!frames) return
      yield frames
    }
  } finally {
    socket.close()
  }
}

async function sendAll(socket: WebSocket, outgoing: AsyncIterable<Frame>): Promise<void> {
  try {
    for await (const frame of outgoing) {
      if (socket.readyState !== WebSocket.OPEN) return
      socket.send(frame as string | Uint8Array<ArrayBuffer>)
    }
  } catch {
    socket.close()
  }
}
