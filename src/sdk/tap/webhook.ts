/** The other end of a Tap's webhook (`TAP_WEBHOOK_URL`): events that are posted, each by itself. */
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'
import {readBytes} from '#xrpc/body.ts'
import {assureAdminAuth} from './admin-auth.ts'
import {parseTapEvent, type TapEvent} from './tap-event.ts'

export interface TapWebhookOptions {
  /** That of the Tap, which it shows: whoever has it may post. */
  adminPassword: string
  /** What this returns from is acknowledged; what it throws for is posted again. */
  onEvent: (event: TapEvent) => void | Promise<void>
  onError?: (error: unknown) => void
}

/** A record of the largest size, as JSON that spells out each character. */
const eventSizeMax = 8 * 2 ** 20

/** Answers what is posted: 200, 401 without the password, 400 for what is no event, 413, or 500 when it is to come again. */
export function tapWebhook(options: TapWebhookOptions): (request: Request) => Promise<Response> {
  const {adminPassword, onEvent, onError} = options
  return async request => {
    if (request.method !== 'POST') return said(405, 'Events are posted.')
    try {
      assureAdminAuth(adminPassword, request.headers.get('authorization') ?? '')
    } catch {
      return said(401, 'Only the Tap may post here.')
    }
    let event: TapEvent
    try {
      const bytes = await readBytes(
        request.body as ReadableStream<Uint8Array<ArrayBuffer>> | null,
        eventSizeMax,
        tooBig,
      )
      event = parseTapEvent(JSON.parse(fromUtf8(bytes) ?? ''))
    } catch (error) {
      onError?.(error)
      if (error instanceof TooBig) return said(413, error.message)
      if (error instanceof Malformed || error instanceof SyntaxError) return said(400, 'That is no event.')
      throw error
    }
    try {
      await onEvent(event)
    } catch (error) {
      onError?.(error)
      return said(500, 'The event was not taken.')
    }
    return new Response(null, {status: 200})
  }
}

class TooBig extends Error {}
const tooBig = (): TooBig => new TooBig(`An event has at most ${eventSizeMax} bytes.`)
const said = (status: number, message: string): Response => Response.json({message}, {status})
