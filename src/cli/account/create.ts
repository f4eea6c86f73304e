/** `account create`: a new account, and a session for it. */
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {PasswordSession} from '#sdk/session.ts'
import {command, maybe, one, webUrl} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {networkOf, networkOption, strangerAt} from '../network.ts'
import {passwordOption, readPassword} from '../shell/password.ts'
import {sessionOptions} from './sessions.ts'

export const create = command({
  about: `
Makes an account at a PDS and logs in. A name without a dot gets the PDS's own
domain: "alice" becomes alice.test in the network of "npm start". The password is
asked for, or read from a file or WHOLESKY_PASSWORD.`,
  arguments: {handle: one('handle', 'the handle, or its first label')},
  options: {
    email: maybe('address', 'where the server can write to; by default <name>@example.com in the local network'),
    invite: maybe('code', 'the invite code, where the server asks for one'),
    pds: maybe('url', 'the PDS; by default http://localhost:2583', webUrl),
    network: networkOption,
    passwordFile: passwordOption,
  },
  examples: [
    'wholesky account create alice',
    'wholesky account create alice.pds.example.com --pds https://pds.example.com --email alice@example.com',
  ],
  async run({handle: typed, email, invite, pds, network: given, passwordFile}, shell) {
    const network = networkOf(given, shell.io.env)
    const service = pds ?? network.pds
    const name = typed.replace(/^@/, '')
    let handle = name
    if (!name.includes('.')) {
      const {availableUserDomains} = await strangerAt(service, shell.io.world).query(describeServer)
      handle = name + (availableUserDomains[0] ?? '')
    }
    const address = email ?? (network.name === 'local' ? `${name.split('.', 1)[0]}@example.com` : undefined)
    const password = await readPassword(passwordFile, handle, shell)
    const session = await PasswordSession.createAccount(
      {service, handle, email: address, password, inviteCode: invite},
      sessionOptions(shell, network.name),
    )
    const {did} = session
    await shell.answer(
      {ok: true, did, handle, service},
      `${shell.mark(true)} ${shell.paint('bold', handle)} is created and logged in\n${shell.fields({did, server: service})}`,
    )
    return exitCodes.ok
  },
})
