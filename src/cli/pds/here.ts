/**
 * What is done to all accounts of the PDS of this machine while it runs: it is called with the admin password, and the
 * identities are changed with the rotation key in its secrets file. How far that has come is kept in a file beside the
 * database, a DID a line, so that whatever ends it, the same command goes on.
 */
import {appendFileSync, existsSync, readFileSync, rmSync} from 'node:fs'
import {isDid, type Did} from '#atp/syntax/did.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import {fromHex} from '#std/bytes.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {Client} from '#xrpc/client.ts'
import {Malformed} from '#std/malformed.ts'
import {maybe, webUrl} from '../shell/command.ts'
import {exitCodes, type ExitCode, Failed} from '../shell/exit.ts'
import {Progress} from '../shell/progress.ts'
import type {Shell} from '../shell/shell.ts'
import {grouped} from '../repo/checking.ts'
import {pdsPlace, type PdsPlace, localUrl} from './place.ts'

/** Accounts at a time. */
const parallel = 4
const pageLimit = 1000

export const urlOption = maybe('url', 'where the server listens; by default as its settings say', webUrl)

export interface PdsHere {
  readonly place: PdsPlace
  /** Calls it as whoever runs it. */
  readonly admin: Client
  /** Base URL of the directory. */
  readonly plc: string
  /** What the secrets file holds, by name. */
  readonly secrets: Record<string, string>
}

export async function pdsHere(data: string | undefined, url: string | undefined, shell: Shell): Promise<PdsHere> {
  const place = await pdsPlace(data, shell)
  const {config} = place
  const secrets = JSON.parse(readFileSync(place.secrets, 'utf8')) as Record<string, string>
  const password = config.adminPassword ?? secrets.adminPassword
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`
  const service = url ?? localUrl(config)
  return {
    place,
    admin: new Client({service, fetch: request => shell.io.world.fetch(request), headers: {authorization}}),
    plc: config.plcUrl.replace(/\/$/, ''),
    secrets,
  }
}

/** A key of the secrets file, or of one beside it. */
export function secretKeyOf(hex: string): Keypair {
  const bytes = fromHex(hex)
  if (bytes?.length !== 32)
    throw new Failed('bad-file', 'The secrets file holds no rotation key.', exitCodes.unreadable)
  return Keypair.import('k256', bytes)
}

/** All accounts of the server, those at rest among them. */
export async function accountsOf({admin}: PdsHere): Promise<Did[]> {
  const dids: Did[] = []
  for (let cursor: string | undefined; ;) {
    const page = await admin.query(listRepos, {limit: pageLimit, cursor})
    dids.push(...page.repos.map(({did}) => did))
    if (page.cursor === undefined || page.repos.length === 0) return dids
    cursor = page.cursor
  }
}

export interface EachOptions {
  /** Where it is noted which are done. Without it, nothing is. */
  noted: string | undefined
  label: string
  shown: boolean
}

/** What came of one account: a word on it, or `undefined` where there was nothing to do. */
type Work = (did: Did) => Promise<string | undefined>

/**
 * Does `work` for each account. What fails for one is said, and the others go on. Gives whether all is done; then nothing
 * is noted any more.
 */
export async function forEach(
  dids: readonly Did[],
  work: Work,
  {noted, label, shown}: EachOptions,
  shell: Shell,
): Promise<{ok: boolean; changed: number}> {
  const done = new Set(noted !== undefined && existsSync(noted) ? readFileSync(noted, 'utf8').split('\n') : [])
  using bar = new Progress(shell, label, dids.length, shown, 'accounts')
  let [count, changed, failed] = [0, 0, 0]
  const left = dids.filter(did => isDid(did) && !done.has(did))
  await mapConcurrent(left, parallel, async did => {
    try {
      const detail = await work(did)
      if (detail !== undefined) {
        changed++
        await shell.item({ok: true, did, detail}, `${shell.mark(true)} ${did}  ${detail}`)
      }
      if (noted !== undefined) appendFileSync(noted, `${did}\n`, {mode: 0o600})
    } catch (error) {
      if (!(error instanceof Failed || error instanceof UpstreamError || error instanceof Malformed)) throw error
      failed++
      await shell.item({ok: false, did, detail: error.message}, `${shell.mark(false)} ${did}  ${error.message}`)
    }
    bar.at(++count)
  })
  if (failed === 0 && noted !== undefined) rmSync(noted, {force: true})
  return {ok: failed === 0, changed}
}

/** The last word of such a command. */
export async function conclude(
  {ok, changed}: {ok: boolean; changed: number},
  what: string,
  shell: Shell,
): Promise<ExitCode> {
  const again = ok ? '' : ' Some failed: run the same command again, which goes on with those.'
  await shell.item({ok, changed}, `${shell.mark(ok)} ${grouped(changed)} ${what}.${again}`)
  return ok ? exitCodes.ok : exitCodes.bad
}
