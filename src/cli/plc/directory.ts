/** What a command asks of a PLC directory itself: the operation that an identity stands at, and to take another. */
import {parseOperation, type PlcOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import {exitCodes, Failed} from '../shell/exit.ts'

const answerMs = 15_000

/** Throws `Failed`, and `Malformed` for an answer that is no operation. */
export async function lastOperation(plc: string, did: Did, world: Pick<World, 'fetch'>): Promise<PlcOperation> {
  const response = await ask(new Request(`${plc}/${did}/log/last`, {signal: AbortSignal.timeout(answerMs)}), world)
  return parseOperation(await response.json())
}

/** Throws `Failed` with the directory's words when it does not take it. */
export async function submitOperation(
  plc: string,
  did: Did,
  operation: PlcOperation,
  world: Pick<World, 'fetch'>,
): Promise<void> {
  const body = JSON.stringify(operation)
  const headers = {'content-type': 'application/json'}
  const signal = AbortSignal.timeout(answerMs)
  const response = await ask(new Request(`${plc}/${did}`, {method: 'POST', headers, body, signal}), world)
  await response.body?.cancel()
}

async function ask(request: Request, world: Pick<World, 'fetch'>): Promise<Response> {
  const {host} = new URL(request.url)
  const response = await world.fetch(request).catch((error: unknown) => {
    throw new Failed('directory', `${host} cannot be reached: ${(error as Error).message}.`, exitCodes.unreadable)
  })
  if (response.ok) return response
  const {message} = (await response.json().catch(() => ({}))) as {message?: unknown}
  const said = typeof message === 'string' ? `: ${message.slice(0, 300)}` : ''
  throw new Failed('directory', `${host} answered ${response.status}${said}.`)
}
