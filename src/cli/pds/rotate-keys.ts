/**
 * `pds rotate-keys`: other keys for all accounts, as when a backup or the secrets may have been seen by others.
 *
 * A signing key is exchanged by the running server, account by account. The rotation key is one for all, and the server
 * reads it when it starts: so it is first put beside the old one in every identity, then into the secrets file, and once
 * the server has been started with it, the old one is taken away. At no moment is there an identity that neither the
 * server nor this command could change.
 */
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {toHex} from '#std/bytes.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {updateIdentity} from '#atp/plc/build.ts'
import {dataOf} from '#atp/plc/operation.ts'
import {didMethod, type Did} from '#atp/syntax/did.ts'
import {updateAccountSigningKey} from '#lex/gen/com/atproto/admin/updateAccountSigningKey.ts'
import {reserveSigningKey} from '#lex/gen/com/atproto/server/reserveSigningKey.ts'
import {any, command, flag} from '../shell/command.ts'
import {exitCodes, type ExitCode} from '../shell/exit.ts'
import {accountName} from '../network.ts'
import {lastOperation, submitOperation} from '../plc/directory.ts'
import {progressOption} from '../shell/progress.ts'
import type {Shell} from '../shell/shell.ts'
import {accountsOf, conclude, forEach, pdsHere, secretKeyOf, urlOption, type PdsHere} from './here.ts'
import {dataOption} from './place.ts'
import {specLimits} from '#atp/plc/limits.ts'
import {putPrivateFile} from '../shell/private-file.ts'

/** As many as the specification allows. */
const {rotationKeysMax} = specLimits

export const rotateKeys = command({
  about: `
Gives each account of the running PDS another signing key, or with --rotation-key all of
them another rotation key, in the PLC directory. Run it on the machine of the server, as
the server is run: it needs its secrets file. Whatever interrupts it, the same command
goes on; one account that fails does not stop the others.

The rotation key takes two runs, with a restart of the server between them: the first
puts the new one beside the old in every identity, the second takes the old one away.
Keys of a did:web, and rotation keys that are an owner's own, stay as they are.`,
  arguments: {},
  options: {
    rotationKey: flag("the server's rotation key, in place of the accounts' signing keys"),
    account: any('did', 'only this account', accountName),
    data: dataOption,
    url: urlOption,
    progress: progressOption,
  },
  examples: ['wholesky pds rotate-keys', 'wholesky pds rotate-keys --rotation-key --data /var/lib/wholesky'],
  async run({rotationKey, account, data, url, progress}, shell) {
    const here = await pdsHere(data, url, shell)
    const dids = account.length > 0 ? (account as Did[]) : await accountsOf(here)
    return rotationKey
      ? rotateRotationKey(here, dids, progress, shell)
      : rotateSigningKeys(here, dids, account.length === 0, progress, shell)
  },
})

async function rotateSigningKeys(
  {admin, place}: PdsHere,
  dids: readonly Did[],
  isAll: boolean,
  shown: boolean,
  shell: Shell,
): Promise<ExitCode> {
  const work = async (did: Did): Promise<string | undefined> => {
    if (didMethod(did) !== 'plc') return undefined
    // The same key again, where one was reserved and not taken into use.
    const {signingKey} = await admin.procedure(reserveSigningKey, {did})
    await admin.procedure(updateAccountSigningKey, {did, signingKey: signingKey as never})
    return signingKey
  }
  const noted = isAll ? `${place.database}.keys-rotated` : undefined
  return conclude(
    await forEach(dids, work, {noted, label: 'rotating keys', shown}, shell),
    'signing keys are new',
    shell,
  )
}

/** The three files in which a rotation key is, and what each holds. */
function keyFiles({place, secrets}: PdsHere) {
  const next = `${place.secrets}.next-rotation-key`
  const old = `${place.secrets}.old-rotation-key`
  return {
    next,
    old,
    read: (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined),
    write: (path: string, hex: string) => writeFileSync(path, `${hex}\n`, {mode: 0o600, flag: 'wx', flush: true}),
    /** Puts the key into the secrets file, in one step. */
    use: (hex: string) => putPrivateFile(place.secrets, {...secrets, rotationKey: hex}),
  }
}

async function rotateRotationKey(here: PdsHere, dids: readonly Did[], shown: boolean, shell: Shell): Promise<ExitCode> {
  const files = keyFiles(here)
  const current = here.secrets.rotationKey
  if (files.read(files.next) === current) rmSync(files.next) // ended just after it was taken into use
  const before = files.read(files.old)
  if (before !== undefined && before !== current) {
    const keys = {old: secretKeyOf(before), next: secretKeyOf(current)}
    const work = (did: Did): Promise<string | undefined> => changeRotationKeys(here, did, keys, 'replace', shell)
    const outcome = await forEach(dids, work, {noted: undefined, label: 'removing the old key', shown}, shell)
    if (outcome.ok) rmSync(files.old)
    return conclude(outcome, 'identities no longer have the old rotation key', shell)
  }
  const hex = files.read(files.next) ?? toHex(Keypair.generate('k256', shell.io.world.random).export())
  if (!existsSync(files.next)) files.write(files.next, hex)
  const keys = {old: secretKeyOf(current), next: secretKeyOf(hex)}
  const work = (did: Did): Promise<string | undefined> => changeRotationKeys(here, did, keys, 'add', shell)
  const outcome = await forEach(dids, work, {noted: undefined, label: 'adding the new key', shown}, shell)
  if (!outcome.ok) return conclude(outcome, 'identities have the new rotation key beside the old', shell)
  if (before === undefined) files.write(files.old, current)
  files.use(hex)
  rmSync(files.next)
  await conclude(outcome, 'identities have the new rotation key beside the old', shell)
  await shell.remark('Restart the server now, and run the same command again: it takes the old key away.')
  return exitCodes.ok
}

/** Puts the new key before the old one, or in its place. An identity that has neither is not this server's to change. */
async function changeRotationKeys(
  {plc}: PdsHere,
  did: Did,
  {old, next}: {old: Keypair; next: Keypair},
  how: 'add' | 'replace',
  shell: Shell,
): Promise<string | undefined> {
  if (didMethod(did) !== 'plc') return undefined
  const last = await lastOperation(plc, did, shell.io.world)
  const now = dataOf(last)?.rotationKeys ?? []
  const [hasOld, hasNext] = [now.includes(old.didKey), now.includes(next.didKey)]
  if (how === 'add' ? hasNext || !hasOld || now.length >= rotationKeysMax : !hasOld) return undefined
  const rotationKeys = now.flatMap(key => {
    if (key !== old.didKey) return [key]
    if (how === 'add') return [next.didKey, key]
    return hasNext ? [] : [next.didKey]
  })
  const operation = updateIdentity(last, data => ({...data, rotationKeys}), hasNext ? next : old)
  await submitOperation(plc, did, operation, shell.io.world)
  return next.didKey
}
