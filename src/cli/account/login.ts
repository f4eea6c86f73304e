/** `account login`: a session for an account that is there. */
import type {World} from '#std/world.ts'
import {PasswordSession} from '#sdk/session.ts'
import {command, maybe, one, webUrl} from '../shell/command.ts'
import {exitCodes, Failed, UsageError} from '../shell/exit.ts'
import {accountName, findHome, type Network, networkOf, networkOption} from '../network.ts'
import {passwordOption, readPassword} from '../shell/password.ts'
import {keptFor, type KeptSession, sessionOptions} from './sessions.ts'

export const login = command({
  about: `
Logs in, and keeps the session in a file of mode 0600 under XDG_CONFIG_HOME (else
~/.config). The account's PDS is found by its handle or DID, unless --pds names it.
Use an app password where the server gives them out. Several accounts may be logged
in; the last is the one that commands act for.`,
  arguments: {account: one('account', 'a handle or DID; with --pds also an email address')},
  options: {
    pds: maybe('url', "the account's PDS", webUrl),
    code: maybe('code', 'the code that the server asks for: from a mail, or from an authenticator app'),
    network: networkOption,
    passwordFile: passwordOption,
  },
  examples: ['wholesky account login alice.test', 'wholesky account login alice.bsky.social --network public'],
  async run({account, pds, code, network: given, passwordFile}, shell) {
    const {env, world} = shell.io
    const identifier = account.replace(/^@/, '')
    // Whoever was logged in before need not be of the network that is meant by default, nor have a handle that it knows.
    const kept = pds === undefined ? keptFor(env, identifier, {network: given}) : undefined
    const network = networkOf(given ?? kept?.network, env)
    if (pds === undefined && identifier.includes('@'))
      throw new UsageError('an email address needs --pds <url>: it does not tell where its account is')
    const service = pds ?? (await homeOf(accountName(identifier), kept, network, world))
    const password = await readPassword(passwordFile, identifier, shell)
    const options = sessionOptions(shell, network.name)
    const session = await PasswordSession.create({service, identifier, password, authFactorToken: code}, options)
    const {did, handle, active, status} = session.state
    await shell.answer(
      {ok: true, did, handle, service, active, status},
      `${shell.mark(true)} logged in as ${shell.paint('bold', handle)}\n` +
        shell.fields({did, server: service, status: active ? undefined : (status ?? 'not active')}),
    )
    return exitCodes.ok
  },
})

/** By its document, if that can be had, for it may have moved; else where it was logged in before. Throws `Failed`. */
async function homeOf(name: string, kept: KeptSession | undefined, network: Network, world: World): Promise<string> {
  try {
    return (await findHome(kept?.did ?? name, network, world)).pds
  } catch (error) {
    if (!kept || !(error instanceof Failed)) throw error
    return kept.pds ?? kept.service
  }
}
