/** Holds the history of an identity as the primary shows it now against the one that this replica has verified. */
import {verifyAuditLog, type PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Finding, FindingKind} from '../store/replica-store.ts'
import {readLine} from './judge.ts'

/**
 * What is wrong with `json`, the audit log that the primary gives now, if `ours` is what it gave before. A log that goes
 * on after ours is fine, and so are marks that follow from what goes on. `json` is `undefined` when there is none.
 */
export function compareHistories(did: Did, ours: readonly PlcEntry[], json: unknown): Finding[] {
  const findings: Finding[] = []
  const found = (kind: FindingKind, detail: string): void => void findings.push({did, kind, detail})
  const theirs = new Map<string, number>()
  for (const entry of Array.isArray(json) ? (json as unknown[]) : []) {
    const line = readLine(entry)
    if (line) theirs.set(line.cid, line.takenMs)
  }
  for (const {cid, takenMs} of ours) {
    const theirMs = theirs.get(cid)
    if (theirMs === undefined) found('vanished', `${cid} is no longer in the history`)
    else if (theirMs !== takenMs) found('changed', `${cid} was taken at ${takenMs}, now ${theirMs}`)
  }
  const verdict = json === undefined ? undefined : verifyAuditLog(did, json)
  if (verdict && !verdict.ok) {
    const {reason, detail, index} = verdict
    found(reason === 'bad-nullified' ? 'nullified' : 'refused', `entry ${index}: ${reason}: ${detail}`)
  }
  return findings
}
