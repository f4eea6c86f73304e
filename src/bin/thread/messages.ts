/** What passes between the program and the thread of a service. */
import type {LogLevel, LogLine} from '#std/log.ts'
import type {SharedLog} from '#services/service-row.ts'
import type {WatchdogConfig} from '../serve.ts'
import type {ServiceName} from '../services.ts'

/** What the thread is given. Who checks signatures on secp256k1 is set for all threads; see `useNativeCrypto`. */
export interface ThreadData extends WatchdogConfig {
  readonly name: ServiceName
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of which service each is, and the URL by which that is known. */
  readonly logs: readonly (SharedLog & {readonly of: ServiceName; readonly url: string})[]
  /** Whether the network is on this machine alone; see `isOnThisMachine`. */
  readonly isHere: boolean
  readonly logLevel: LogLevel
  readonly checkAnswers: boolean
}

/** What it tells. `refused` is a fault that whoever started the program can mend. */
export type ThreadMessage =
  | {readonly t: 'up'}
  | {readonly t: 'log'; readonly line: LogLine}
  | {readonly t: 'refused' | 'metrics'; readonly text: string}
