/** `pds rename`: the PDS has another name. Every identity leads to it, and handles under the old name are under the new. */
import {withIdentity, updateIdentity} from '#atp/plc/build.ts'
import {dataOf} from '#atp/plc/operation.ts'
import {didMethod, type Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {updateAccountHandle} from '#lex/gen/com/atproto/admin/updateAccountHandle.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {command, flag, maybe, one, webUrl} from '../shell/command.ts'
import {Failed, UsageError} from '../shell/exit.ts'
import {lastOperation, submitOperation} from '../plc/directory.ts'
import {progressOption} from '../shell/progress.ts'
import type {Shell} from '../shell/shell.ts'
import {accountsOf, conclude, forEach, pdsHere, secretKeyOf, urlOption, type PdsHere} from './here.ts'
import {dataOption} from './place.ts'

export const rename = command({
  about: `
Makes every identity lead to the new URL of the running PDS, and gives handles under the
old name the same first part under the new one. First let both names lead to the server,
set PDS_PUBLIC_URL and PDS_HANDLE_DOMAINS to the new ones and restart it; then run this
with those settings and the old URL. Handles that are a person's own domain stay. A
did:web is its owner's to change: it is named with what it must say.

--dry-run says what would be done. Whatever interrupts it, the same command goes on.
People log in anew afterwards, since their sessions are with the old name.`,
  arguments: {from: one('old-url', 'the URL that it had', text => new URL(webUrl(text)).origin)},
  options: {
    fromDomain: maybe('domain', 'what handles ended in; by default a dot and the old host'),
    toDomain: maybe('domain', 'what they are to end in; by default the first of PDS_HANDLE_DOMAINS'),
    dryRun: flag('change nothing, and say what would be'),
    data: dataOption,
    url: urlOption,
    progress: progressOption,
  },
  examples: [
    'wholesky pds rename https://old.example.com --dry-run',
    'wholesky pds rename https://old.example.com --data /var/lib/wholesky',
  ],
  async run({from, fromDomain, toDomain, dryRun, data, url, progress}, shell) {
    const here = await pdsHere(data, url, shell)
    const {config, database} = here.place
    const to = new URL(config.publicUrl).origin
    if (from === to) throw new UsageError(`PDS_PUBLIC_URL is ${to} still: set it to the new URL first`)
    const names: Names = {
      from,
      to,
      fromDomain: fromDomain ?? `.${new URL(from).hostname}`,
      toDomain: toDomain ?? config.handleDomains[0],
    }
    const work = (did: Did): Promise<string | undefined> => renameOne(here, did, names, dryRun, shell)
    const noted = dryRun ? undefined : `${database}.renamed`
    const outcome = await forEach(await accountsOf(here), work, {noted, label: 'renaming', shown: progress}, shell)
    return conclude(outcome, dryRun ? 'accounts would be changed' : 'accounts are changed', shell)
  },
})

interface Names {
  from: string
  to: string
  /** Each with its dot. */
  fromDomain: string
  toDomain: string
}

async function renameOne(
  {plc, admin, secrets}: PdsHere,
  did: Did,
  {from, to, fromDomain, toDomain}: Names,
  dryRun: boolean,
  shell: Shell,
): Promise<string | undefined> {
  if (didMethod(did) !== 'plc') {
    throw new Failed('document', `Its owner must change its document: the service #atproto_pds is at ${to}.`)
  }
  const {world} = shell.io
  const last = await lastOperation(plc, did, world)
  const now = dataOf(last)
  const endpoint = now?.services.atproto_pds?.endpoint
  // It has gone elsewhere, or has been given up.
  if (!now || (endpoint !== from && endpoint !== to)) return undefined
  const handle = now.alsoKnownAs.find(name => name.startsWith('at://'))?.slice('at://'.length) ?? ''
  const isOurs = handle.endsWith(fromDomain) && !handle.endsWith(toDomain)
  const next = isOurs ? `${handle.slice(0, -fromDomain.length)}${toDomain}` : handle
  const words = [endpoint === from ? `leads to ${to}` : '', isOurs ? `is ${next}, was ${handle}` : '']
  const detail = words.filter(word => word !== '').join(', ')
  if (dryRun) return detail === '' ? undefined : detail
  if (detail !== '') {
    const change = {pds: to, ...(isOurs && {handle: next as Handle})}
    const operation = updateIdentity(last, known => withIdentity(known, change), secretKeyOf(secrets.rotationKey))
    await submitOperation(plc, did, operation, world)
  }
  // The server takes the handle over, and tells the network that the identity has changed.
  try {
    await admin.procedure(updateAccountHandle, {did, handle: next as never})
  } catch (error) {
    // A domain of one's own that leads nowhere just now does not keep the account back.
    if (isOurs || !(error instanceof UpstreamError) || error.status >= 500) throw error
    return `${detail === '' ? 'was changed before' : detail}; its handle ${handle} was not confirmed: ${error.message}`
  }
  return detail === '' ? undefined : detail
}
