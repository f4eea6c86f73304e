/** The last word on a socket. */
import type {Duplex} from 'node:stream'

/**
 * Writes `bytes` and ends; destroys the socket when the other side has not closed within `ms`. To end alone would leave
 * it half open for as long as the other side likes, and to destroy at once could take the last word back.
 */
export function endSoon(socket: Duplex, bytes: string | Uint8Array, ms: number): void {
  const timer = setTimeout(() => socket.destroy(), ms)
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', () => {})
  socket.end(bytes)
  // Nobody reads it any more, and what is not read would hide that the other side has closed.
  socket.resume()
}
