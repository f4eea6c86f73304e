/** Accounts of which events that the log still holds are given out no more. */
import type {Did} from '#atp/syntax/did.ts'
import type {Seq} from '#engines/event-log/event-log.ts'

export interface ForgottenStore {
  /** For each account the last event that is given out no more. */
  forgotten(): Promise<ReadonlyMap<Did, Seq>>
  /** Notes it of an account, where nothing later is noted. */
  forget(did: Did, through: Seq): Promise<void>
  /** Lets go of those of which the log holds nothing, as it begins with `first`. */
  letGo(first: Seq): Promise<void>
}
