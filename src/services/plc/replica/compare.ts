/** Holds the history of an identity as the primary shows it now against the one that this replica has verified. */
import type {PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Finding, FindingKind} from '../store/replica-store.ts'
import type {Audit} from './audit.ts'

/**
 * What is wrong with `audit`, which the primary gives now, if `ours` is what it gave before. A log that goes on after ours
 * is fine, and so are marks that follow from what goes on. It is `undefined` when there is none.
 */
export function compareHistories(did: Did, ours: readonly PlcEntry[], audit: Audit | undefined): Finding[] {
  const findings: Finding[] = []
  const found = (kind: FindingKind, detail: string): void => void findings.push({did, kind, detail})
  const theirs = new Map(audit?.lines.map(({cid, takenMs}) => [cid, takenMs]))
  for (const {cid, takenMs} of ours) {
    const theirMs = theirs.get(cid)
    if (theirMs === undefined) found('vanished', `${cid} is no longer in the history`)
    else if (theirMs !== takenMs) found('changed', `${cid} was taken at ${takenMs}, now ${theirMs}`)
  }
  if (audit && !audit.verdict.ok) {
    const {reason, detail, index} = audit.verdict
    found(reason === 'bad-nullified' ? 'nullified' : 'refused', `entry ${index}: ${reason}: ${detail}`)
  }
  return findings
}
