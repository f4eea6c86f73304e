/** Where sessions are kept. What a browser holds is a secret; here only its hash is, so the table signs nobody in. */
import type {Did} from '#atp/syntax/did.ts'
import type {SessionState} from '#sdk/session.ts'

export interface SessionStore {
  add(idHash: string, state: SessionState, nowMs: number): Promise<void>
  find(idHash: string): Promise<SessionState | undefined>
  /** New tokens for a session. A session that was removed meanwhile stays so. */
  replace(idHash: string, state: SessionState, nowMs: number): Promise<void>
  remove(idHash: string): Promise<void>
  /** The sessions of an account, by hash. */
  ofAccount(did: Did): Promise<readonly string[]>
  /** Removes the sessions whose tokens were last renewed before this time, and says how many. */
  sweep(beforeMs: number): Promise<number>
  close(): Promise<void>
}
