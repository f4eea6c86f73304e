/** Whose repository a reading command means: the account named, or the one that is logged in. */
import type {Did} from '#atp/syntax/did.ts'
import type {Client} from '#xrpc/client.ts'
import {maybe} from '../shell/command.ts'
import {accountName, findHome, type NetworkName, networkOf, strangerAt} from '../network.ts'
import type {Shell} from '../shell/shell.ts'
import {Failed} from '../shell/exit.ts'
import {actingSession, readSessions} from './sessions.ts'

export const subjectArgument = maybe('account', 'a handle or DID; the logged-in account by default', accountName)

/** Throws `Failed` when it cannot be found, or nobody is logged in. */
export async function subject(
  account: string | undefined,
  network: NetworkName | undefined,
  shell: Shell,
): Promise<{did: Did; client: Client; service: string}> {
  const {world, env} = shell.io
  if (account !== undefined) {
    try {
      const {identity, pds, client} = await findHome(account, networkOf(network, env), world)
      return {did: identity.did, client, service: pds}
    } catch (error) {
      // Of a handle that is known only at a server of its own, a session tells where that is.
      const isKept = readSessions(env).some(({did, handle}) => account === did || account === handle)
      if (!(error instanceof Failed) || !isKept) throw error
    }
  }
  const {did, pds, service} = actingSession(shell, account).kept
  const home = pds ?? service
  return {did, client: strangerAt(home, world), service: home}
}
