/** What passes between the program and the thread of a service. */
import type {LogLevel} from '#std/log.ts'
import type {K256Checker} from '#engines/crypto/native.ts'
import type {SharedLog} from '#services/service-row.ts'
import type {ServiceName} from '../services.ts'

/** What the thread is given. */
export interface ThreadData {
  readonly name: ServiceName
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of which service each is, and the URL by which that is known. */
  readonly logs: readonly (SharedLog & {readonly of: ServiceName; readonly url: string})[]
  /** Whether the network is on this machine alone; see `isOnThisMachine`. */
  readonly isHere: boolean
  readonly logLevel: LogLevel
  readonly k256Checks: K256Checker
  readonly checkAnswers: boolean
}

/** What it tells. */
export type ThreadMessage = {readonly t: 'up'} | {readonly t: 'refused' | 'metrics'; readonly text: string}
