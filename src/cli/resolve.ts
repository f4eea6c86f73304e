/** `resolve`: from a handle or DID to its document, server and key, and back, each step shown. */
import {command, one} from './shell/command.ts'
import {checkLines} from './check.ts'
import {exitCodes} from './shell/exit.ts'
import {checkIdentity} from './identity-checks.ts'
import {accountName, networkOf, networkOption} from './network.ts'

export const resolve = command({
  about: `
Follows an identity in both directions: handle to DID by DNS and by HTTPS, DID to its
document, and back from there. Shows the account's server and signing key, and for each
step that fails what to do about it. Exit code 1 when a step fails.

Reads the network of "npm start"; --network public reads the real one.`,
  arguments: {account: one('account', 'a handle or DID', accountName)},
  options: {network: networkOption},
  examples: ['wholesky resolve alice.test', 'wholesky resolve atproto.com --network public --json'],
  async run({account, network: given}, shell) {
    const {checks, ...found} = await checkIdentity(account, networkOf(given, shell.io.env), shell.io.world)
    const ok = checks.every(({state}) => state !== 'bad')
    const {did, handle, pds, key} = found
    const head = {did, handle: handle ?? (did && 'handle.invalid'), server: pds, key}
    await shell.answer({ok, ...found, checks}, `${checkLines(checks, shell)}${did ? `\n\n${shell.fields(head)}` : ''}`)
    return ok ? exitCodes.ok : exitCodes.bad
  },
})
