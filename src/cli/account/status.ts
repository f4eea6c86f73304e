/** `account status`: who is logged in, and what their server says of them. */
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import {getRepoStatus} from '#lex/gen/com/atproto/sync/getRepoStatus.ts'
import {SessionEnded} from '#sdk/session.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {command, maybe} from '../shell/command.ts'
import {exitCodes, Failed} from '../shell/exit.ts'
import {accountName, strangerAt} from '../network.ts'
import type {Shell} from '../shell/shell.ts'
import {actingSession, type KeptSession, readSessions, sessionsPath} from './sessions.ts'

export const status = command({
  about: `
Lists the accounts that are logged in, the one that commands act for first, and asks
the server of each whether the session is still valid. Exit code 1 when one does not.`,
  arguments: {account: maybe('account', 'only this one', accountName)},
  options: {},
  examples: ['wholesky account status', 'wholesky account status alice.test --json'],
  async run({account}, shell) {
    const chosen = account === undefined ? readSessions(shell.io.env) : [actingSession(shell, account).kept]
    if (chosen.length === 0) throw new Failed('not-logged-in', 'Nobody is logged in: wholesky account login <handle>')
    let allGood = true
    for (const kept of chosen) {
      const {fault, ...state} = await stateOf(kept, shell)
      allGood &&= fault === undefined
      const {did, handle, network, service} = kept
      const words = {did, network, server: kept.pds ?? service, ...state, fault}
      await shell.item(
        {ok: fault === undefined, did, handle, network, service, pds: kept.pds, ...state, fault},
        `${shell.mark(fault === undefined)} ${shell.paint('bold', handle)}\n${shell.fields(words)}`,
      )
    }
    if (!shell.json) await shell.item({}, shell.paint('dim', `  kept in ${sessionsPath(shell.io.env)}`))
    return allGood ? exitCodes.ok : exitCodes.bad
  },
})

interface State {
  email?: string
  active?: boolean
  rev?: string
  fault?: string
}

async function stateOf({did, pds, service}: KeptSession, shell: Shell): Promise<State> {
  const {session} = actingSession(shell, did)
  try {
    const {email, active} = await session.client.query(getSession)
    const {rev} = await strangerAt(pds ?? service, shell.io.world).query(getRepoStatus, {did})
    return {email, active, rev}
  } catch (error) {
    if (error instanceof SessionEnded) return {fault: `${error.message} wholesky account login ${did}`}
    if (error instanceof UpstreamError) return {fault: error.message}
    throw error
  }
}
