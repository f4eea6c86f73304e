/** What each operation of a did:plc changed: the difference to the one before, in words. */
import {refused, type Explained, type Result} from '#std/result.ts'
import {dataOf, type PlcData, type PlcOperation} from '#atp/plc/operation.ts'
import {AuditReplay, type PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'

export interface PlcChange {
  what: 'created' | 'handle' | 'server' | 'signing key' | 'rotation keys' | 'service' | 'ended' | 'nothing'
  before: string
  after: string
}

export interface PlcStep {
  entry: PlcEntry
  changes: PlcChange[]
}

/** Operations that are checked before others get their turn: a signature takes up to a millisecond. */
const betweenTurns = 4

/**
 * The whole history, replayed by our own rules, or why it does not hold. Newest first. A log may be a thousand operations
 * long: `turn` lets others be served meanwhile.
 */
export async function historyOf(
  did: Did,
  auditLog: unknown,
  turn: () => Promise<unknown>,
): Promise<Result<{steps: PlcStep[]}, Explained<'bad-log'>>> {
  const replay = new AuditReplay(did)
  for (const [i, entry] of (Array.isArray(auditLog) ? (auditLog as unknown[]) : []).entries()) {
    if (i % betweenTurns === betweenTurns - 1) await turn()
    if (!replay.add(entry)) break
  }
  const checked = replay.verdict()
  if (!checked.ok) {
    return refused('bad-log', `Operation ${checked.index + 1} of the log is not valid: ${checked.detail}.`)
  }
  const byCid = new Map(checked.log.map(entry => [entry.cid, entry.operation]))
  const steps = checked.log.map(entry => ({
    entry,
    changes: changesOf(entry.operation, entry.operation.prev === null ? undefined : byCid.get(entry.operation.prev)),
  }))
  return {ok: true, steps: steps.toReversed()}
}

function changesOf(operation: PlcOperation, previous: PlcOperation | undefined): PlcChange[] {
  const after = dataOf(operation)
  const before = previous && dataOf(previous)
  if (!after) return [{what: 'ended', before: '', after: 'Tombstoned: the identity was given up.'}]
  const changes: PlcChange[] = before ? [] : [{what: 'created', before: '', after: ''}]
  const compare = (what: PlcChange['what'], of: (data: PlcData) => string): void => {
    const [was, is] = [before ? of(before) : '', of(after)]
    if (was !== is) changes.push({what, before: was, after: is})
  }
  compare('handle', data => data.alsoKnownAs.join(' '))
  compare('server', data => data.services.atproto_pds?.endpoint ?? '')
  compare('signing key', data => data.verificationMethods.atproto ?? '')
  compare('rotation keys', data => data.rotationKeys.join(' '))
  compare('service', data => otherServices(data))
  return changes.length > 0 ? changes : [{what: 'nothing', before: '', after: ''}]
}

const otherServices = ({services, verificationMethods}: PlcData): string =>
  [...Object.entries(services).map(([name, {endpoint}]) => [name, endpoint]), ...Object.entries(verificationMethods)]
    .filter(([name]) => name !== 'atproto_pds' && name !== 'atproto')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
