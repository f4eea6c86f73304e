/**
 * How far the move of an account is, in one file that only its owner may read: `wholesky/migrations/<did>.json`, beside
 * the sessions. It is written before and after whatever cannot be taken back, so that a move that was interrupted
 * anywhere goes on where it was. It holds a session at the new server: it is as good as a password.
 */
import {rmSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {Did} from '#atp/syntax/did.ts'
import type {SessionState} from '#sdk/session.ts'
import type {NetworkName} from '../../network.ts'
import type {Shell} from '../../shell/shell.ts'
import {sessionsPath} from '../sessions.ts'
import {putPrivateFile, readPrivateFile} from '../../shell/private-file.ts'

/** What a move is made of, in order, and what each step does. */
export const stepWords = {
  account: 'make the account at the new server, at rest until all is there',
  repo: 'copy the records',
  blobs: 'copy the blobs',
  preferences: 'copy the preferences',
  identity: 'let the identity lead to the new server',
  activate: 'take what was written meanwhile, and wake the account at the new server',
  leave: 'put the account at the old server to rest',
} as const
export type Step = keyof typeof stepWords
export const steps = Object.keys(stepWords) as readonly Step[]

export interface MoveState {
  readonly did: Did
  readonly network: NetworkName
  readonly startedMs: number
  /** Origin of the account's server before the move. */
  readonly from: string
  /** Origin and DID of the one after it. */
  readonly to: string
  readonly toDid: Did
  /** What it is called there. */
  readonly handle: string
  readonly email: string | undefined
  /** Steps that are done. */
  done: Step[]
  /** At the new server. Secret. */
  session?: SessionState
  /** Of the old repository, as of the last copy. */
  repo?: {rev: string; data: string; recordCount: number | undefined}
  /** CIDs that the old server does not give. */
  lostBlobs?: string[]
  /** When the old server was asked to mail a code, in milliseconds since 1970. */
  codeAskedMs?: number
  /** The signed operation, until the directory has taken it. */
  operation?: Record<string, unknown>
}

export const statePath = (env: Shell['io']['env'], did: string): string =>
  join(dirname(sessionsPath(env)), 'migrations', `${did.replaceAll(':', '-')}.json`)

/** Throws the system's error, and `Failed` for a file that is not ours. */
export function readState(env: Shell['io']['env'], did: string): MoveState | undefined {
  const isOurs = ({did: of, done, to}: Partial<MoveState>): boolean =>
    of === did && Array.isArray(done) && typeof to === 'string'
  return readPrivateFile(statePath(env, did), isOurs, 'delete it and begin again. What is done is found to be done.')
}

/** On disk when it returns. */
export function keepState(env: Shell['io']['env'], state: MoveState): void {
  putPrivateFile(statePath(env, state.did), state)
}

export const forgetState = (env: Shell['io']['env'], did: string): void => rmSync(statePath(env, did), {force: true})
