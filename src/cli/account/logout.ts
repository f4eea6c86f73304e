/** `account logout`: gives a session back. */
import {command, flag, maybe} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {accountName} from '../network.ts'
import {actingSession, readSessions} from './sessions.ts'

export const logout = command({
  about: `
Ends the session of an account, at its server and here. Where the server cannot be
reached it is forgotten here all the same, and ends there by itself.`,
  arguments: {account: maybe('account', 'whose; the last to log in by default', accountName)},
  options: {all: flag('end all of them')},
  examples: ['wholesky account logout', 'wholesky account logout alice.test', 'wholesky account logout --all'],
  async run({account, all}, shell) {
    const chosen = all ? readSessions(shell.io.env).map(({did}) => did) : [actingSession(shell, account).kept.did]
    for (const did of chosen) {
      const {session, kept} = actingSession(shell, did)
      await session.end()
      await shell.item({ok: true, did, handle: kept.handle}, `${shell.mark(true)} ${kept.handle} is logged out`)
    }
    return exitCodes.ok
  },
})
