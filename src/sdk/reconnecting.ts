/**
 * A subscription that never ends: connects, gives the frames, and connects again whenever the connection is lost,
 * refused or silent, waiting longer each time it does not hold. Where to go on is the caller's affair: it is asked for
 * a new request each time. The waits are spread by chance, so that a server which comes back is not met by all of its
 * consumers in the same moment.
 */
import type {Frame} from '#std/wire/frames.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import type {World} from '#std/world.ts'
import {letGo} from '#xrpc/body.ts'

/** What became of a connection. `retryMs` is when the next try comes. */
export type Connection =
  | {readonly state: 'open'}
  | {readonly state: 'lost'; readonly error: unknown; readonly retryMs: number}

export interface ReconnectingOptions {
  world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  signal: AbortSignal
  /** The request for the next connection. */
  request: () => Request
  /** What to send on the next connection. */
  outgoing?: () => AsyncIterable<Frame>
  /** A connection on which nothing comes for this long counts as lost. */
  idleMs?: number
  /** The longest wait before a connection; a minute by default. */
  retryMsMax?: number
  /** Waits before the next connection, `ms` or less: for whoever may learn that the server is well. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told of each connection and each loss, for logs and health. */
  onConnection?: (connection: Connection) => void
}

/** The server would not open a subscription. */
export class SubscriptionRefused extends Error {
  override readonly name = 'SubscriptionRefused'
  readonly status: number

  constructor(status: number) {
    super(`The subscription was refused with status ${status}.`)
    this.status = status
  }
}

const idleMsDefault = 5 * 60_000
const retryMsMin = 1_000
const retryMsMaxDefault = 60_000
/** A connection that held for this long was a good one: the next wait is short again. */
const goodAfterMs = 30_000

/** Frames, some at a time, until the signal aborts: then the iteration ends. Never throws for what the server does. */
export async function* reconnecting(options: ReconnectingOptions): AsyncGenerator<readonly Frame[], void> {
  const {world, signal, onConnection, pause = world.sleep, retryMsMax = retryMsMaxDefault} = options
  for (let failures = 0; !signal.aborted;) {
    const startMs = world.now()
    const lost = new AbortController()
    let error: unknown = new Error('The server closed the connection.')
    try {
      for await (const frames of connected(options, lost)) yield frames
    } catch (thrown) {
      error = lost.signal.aborted ? lost.signal.reason : thrown
    } finally {
      lost.abort()
    }
    if (signal.aborted) return
    failures = world.now() - startMs >= goodAfterMs ? 0 : failures + 1
    const retryMs = spread(Math.min(retryMsMin * 2 ** failures, retryMsMax), world)
    onConnection?.({state: 'lost', error, retryMs})
    await pause(retryMs, signal).catch(() => {})
  }
}

/** From half the wait to the whole. */
const spread = (ms: number, world: Pick<World, 'random'>): number => Math.round((ms * (256 + world.random(1)[0])) / 512)

/** The frames of one connection. `lost` closes it, and is aborted when it has been silent for too long. */
async function* connected(
  {world, signal, request, outgoing, idleMs = idleMsDefault, onConnection}: ReconnectingOptions,
  lost: AbortController,
): AsyncGenerator<readonly Frame[], void> {
  const either = AbortSignal.any([signal, lost.signal])
  const watch = {heard: false}
  void closeWhenIdle(world, idleMs, lost, either, watch)
  const frames = await world.subscribe(request(), either, outgoing?.())
  if (frames instanceof Response) {
    letGo(frames.body)
    throw new SubscriptionRefused(frames.status)
  }
  onConnection?.({state: 'open'})
  for await (const some of frames) {
    watch.heard = true
    if (some instanceof WireFrames) yield some.messages()
    else yield typeof some === 'string' || some instanceof Uint8Array ? [some] : some
  }
}

async function closeWhenIdle(
  world: Pick<World, 'sleep'>,
  idleMs: number,
  lost: AbortController,
  ended: AbortSignal,
  watch: {heard: boolean},
): Promise<void> {
  do {
    watch.heard = false
    await world.sleep(idleMs, ended).catch(() => {})
    if (ended.aborted) return
  } while (watch.heard)
  lost.abort(new Error(`Nothing came for ${idleMs} ms.`))
}
