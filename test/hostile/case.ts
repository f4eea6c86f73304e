/**
 * What a hostile case is: one thing that a stranger does to one service, and what must hold of the answer. That nobody
 * else notices is looked after by whoever runs the cases (`hostile.ts`).
 */
import type {ServiceName} from '../../src/bin/services.ts'
import type {HostileNetwork} from './network.ts'

export interface HostileCase {
  /** As in "sockets", "who may", …: what is counted together. */
  readonly family: string
  readonly name: string
  /** The service that it is done to. */
  readonly on: ServiceName
  /** Whether no other runs meanwhile, since it takes all that one address may have. */
  readonly isAlone?: boolean
  /** Throws when something does not hold. Ends what it has opened. */
  run(network: HostileNetwork): Promise<void>
}

/** The cases of one family. */
export const familyOf =
  (family: string) =>
  (on: ServiceName, name: string, run: HostileCase['run']): HostileCase => ({family, on, name, run})
