/** Accounts of which events that the log still holds are given out no more. */
import type {Did} from '#atp/syntax/did.ts'
import type {Seq} from '#engines/event-log/event-log.ts'

export interface Forgotten {
  /** The last event that is given out no more. */
  readonly through: Seq
  /** Up to this event they are erased in the log. */
  readonly erased: Seq
}

export interface ForgottenStore {
  forgotten(): Promise<ReadonlyMap<Did, Forgotten>>
  /** Notes it of an account, where nothing later is noted. */
  forget(did: Did, through: Seq): Promise<void>
  /**
   * Notes that up to `seq` the log has nothing of what was `forgotten` of these accounts, and lets go of those of which
   * that is all. Of one of which more is forgotten since, that may stand before `seq`, and so nothing is noted.
   */
  erased(forgotten: ReadonlyMap<Did, Pick<Forgotten, 'through'>>, seq: Seq): Promise<void>
  /** Lets go of those of which the log holds nothing, as it begins with `first`. */
  letGo(first: Seq): Promise<void>
}
