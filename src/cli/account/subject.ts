/** Whose repository a reading command means: the account named, or the one that is logged in. */
import type {Did} from '#atp/syntax/did.ts'
import type {Client} from '#xrpc/client.ts'
import {maybe} from '../shell/command.ts'
import {accountName, findHome, type NetworkName, networkOf, strangerAt} from '../network.ts'
import type {Shell} from '../shell/shell.ts'
import {actingSession} from './sessions.ts'

export const subjectArgument = maybe('account', 'a handle or DID; the logged-in account by default', accountName)

/** Throws `Failed` when it cannot be found, or nobody is logged in. */
export async function subject(
  account: string | undefined,
  network: NetworkName | undefined,
  shell: Shell,
): Promise<{did: Did; client: Client; service: string}> {
  const {world, env} = shell.io
  if (account !== undefined) {
    const {identity, pds, client} = await findHome(account, networkOf(network, env), world)
    return {did: identity.did, client, service: pds}
  }
  const {did, pds, service} = actingSession(shell, undefined).kept
  const home = pds ?? service
  return {did, client: strangerAt(home, world), service: home}
}
