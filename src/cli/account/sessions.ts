/**
 * The sessions of this person on this machine, in one file that only its owner may read: `wholesky/accounts.json` under
 * XDG_CONFIG_HOME, else under `~/.config`. Several accounts may be logged in; the last one to log in is the one that
 * commands act for, unless `--account` names another. The tokens are as good as passwords.
 */
import {homedir} from 'node:os'
import {join} from 'node:path'
import {PasswordSession, type SessionOptions, type SessionState} from '#sdk/session.ts'
import {maybe} from '../shell/command.ts'
import {Failed} from '../shell/exit.ts'
import {accountName, type NetworkName} from '../network.ts'
import type {Shell} from '../shell/shell.ts'
import {putPrivateFile, readPrivateFile} from '../shell/private-file.ts'

export interface KeptSession extends SessionState {
  readonly network: NetworkName
}

interface Kept {
  /** The one that commands act for first. */
  readonly sessions: readonly KeptSession[]
}

export const accountOption = maybe(
  'account',
  'which of the logged-in accounts acts; the last to log in by default',
  accountName,
)

export const sessionsPath = (env: Shell['io']['env']): string =>
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'wholesky', 'accounts.json')

/** Throws the system's error, and `Failed` for a file that is not ours. */
export function readSessions(env: Shell['io']['env']): readonly KeptSession[] {
  const isOurs = ({sessions}: Partial<Kept>): boolean => Array.isArray(sessions) && sessions.every(isSession)
  return readPrivateFile<Kept>(sessionsPath(env), isOurs, 'delete it and log in again.')?.sessions ?? []
}

const isSession = ({did, service, refreshJwt}: Partial<KeptSession>): boolean =>
  [did, service, refreshJwt].every(word => typeof word === 'string')

/**
 * The session that is kept for a handle or DID: that at `service` where there is one, else any. Where `network` is given,
 * one of that network.
 */
export const keptFor = (
  env: Shell['io']['env'],
  name: string,
  {service, network}: {service?: string; network?: NetworkName} = {},
): KeptSession | undefined => {
  const kept = readSessions(env).filter(
    one => (one.did === name || one.handle === name) && (network === undefined || network === one.network),
  )
  return kept.find(one => service === (one.pds ?? one.service)) ?? kept[0]
}

/** Puts a session first, or with `undefined` takes that of `did` away. */
export function keepSession(
  env: Shell['io']['env'],
  did: string,
  session: KeptSession | undefined,
  first: boolean,
): void {
  const path = sessionsPath(env)
  const before = readSessions(env)
  const place = first ? 0 : before.findIndex(kept => kept.did === did)
  const sessions = before.filter(kept => kept.did !== did)
  if (session) sessions.splice(Math.max(0, place), 0, session)
  putPrivateFile(path, {sessions} satisfies Kept)
}

/** What a session needs to go on: each new state is kept, whatever becomes of the command. */
export function sessionOptions(shell: Shell, network: NetworkName, kept?: KeptSession): SessionOptions {
  let did: string | undefined = kept?.did
  return {
    world: shell.io.world,
    onChange(state) {
      did ??= state?.did
      if (did !== undefined) keepSession(shell.io.env, did, state && {...state, network}, kept === undefined)
    },
  }
}

/** The session of the account named, or of the last that logged in. Throws `Failed`. */
export function actingSession(
  shell: Shell,
  account: string | undefined,
): {session: PasswordSession; kept: KeptSession} {
  const sessions = readSessions(shell.io.env)
  const kept = sessions.find(({did, handle}) => account === undefined || account === did || account === handle)
  if (!kept) {
    const who = account === undefined ? 'Nobody is logged in' : `${account} is not logged in`
    throw new Failed('not-logged-in', `${who}: wholesky account login <handle>`)
  }
  return {session: new PasswordSession(kept, sessionOptions(shell, kept.network, kept)), kept}
}
