/** What `doctor` asks the servers of the network that `npm start` runs. */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getRepoStatus} from '#lex/gen/com/atproto/sync/getRepoStatus.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {bad, type Check, good, skipped, warn} from '#runtime/health/check.ts'
import {isAhead} from '#runtime/health/relay-checks.ts'
import {type Network, placeVariable, strangerAt} from '../network.ts'
import {jsonOf} from '#std/text.ts'

const answerMs = 4_000
const lagWarnS = 10
const reposMax = 25

export interface Answering {
  checks: Check[]
  /** Those that answered, by name. */
  up: ReadonlySet<string>
}

/** Each server's health. A port that is not ours means another program. */
export async function checkServers(places: Readonly<Record<string, string>>, world: World): Promise<Answering> {
  const up = new Set<string>()
  const checks = await Promise.all(
    Object.entries(places).map(async ([name, url]): Promise<Check> => {
      const {port} = new URL(url)
      try {
        const response = await world.fetch(new Request(`${url}/_health`, {signal: AbortSignal.timeout(answerMs)}))
        const text = await response.text()
        const version = response.ok ? versionIn(text) : undefined
        if (version === undefined) {
          const mend = `Stop that program, or give ${name} another port: ${name.toUpperCase()}_PORT.`
          return bad(name, `another program answers at ${url} (status ${response.status})`, mend)
        }
        up.add(name)
        return good(name, `${url}, version ${version}`)
      } catch {
        return bad(
          name,
          `nothing answers at ${url}`,
          `Start it: "npm start", or "npx wholesky ${name}" alone on port ${port}; or say where it is: ${placeVariable(name)}.`,
        )
      }
    }),
  )
  if (up.size > 0) return {checks, up}
  return {
    checks: [
      bad(
        'servers',
        'none of them answers',
        `"npm start" starts the network; "npm start -- --demo" with people. If its ports were moved, say where it is: ${placeVariable('pds')} and so on.`,
      ),
    ],
    up,
  }
}

function versionIn(text: string): string | undefined {
  const {version} = (jsonOf(text) ?? {}) as {version?: unknown}
  return typeof version === 'string' ? version : undefined
}

/** Whether what the PDS holds has come out of the relay: the last commit of each account, on both sides. */
export async function checkRelay({pds, relay}: Pick<Network, 'pds' | 'relay'>, world: World): Promise<Check> {
  const signal = AbortSignal.timeout(answerMs * 3)
  const listedMs = world.now()
  try {
    const {repos} = await strangerAt(pds, world).query(listRepos, {limit: reposMax}, {signal})
    const active = repos.filter(repo => repo.active !== false)
    if (active.length === 0) return skipped('relay has it', 'the PDS has no accounts yet')
    const client = strangerAt(relay, world)
    const [behind, ahead]: string[][] = [[], []]
    for (const {did, rev} of active) {
      const known = await client.query(getRepoStatus, {did}, {signal}).catch(passRefusal)
      if (known?.rev === undefined || known.rev < rev) behind.push(did)
      else if (isAhead(known.rev, rev, listedMs)) ahead.push(did)
    }
    if (ahead.length > 0) {
      const mend =
        'As after a restored backup. What was written since it is still shown elsewhere: the next commit of the account puts it right.'
      return warn(
        'relay has it',
        `${ahead.length} of ${active.length} accounts are at a newer commit there, such as ${ahead[0]}`,
        mend,
      )
    }
    if (behind.length === 0)
      return good('relay has it', `the last commit of ${active.length} of ${active.length} accounts`)
    const mend = `If this stays so, the relay does not follow the PDS: wholesky doctor ${pds}`
    return warn('relay has it', `${behind.length} of ${active.length} accounts are behind, such as ${behind[0]}`, mend)
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof DOMException)) throw error
    return bad('relay has it', error.message, 'See the server that does not answer, above.')
  }
}

function passRefusal(error: unknown): undefined {
  if (error instanceof UpstreamError && error.status < 500) return undefined
  throw error
}

/** Whether the AppView shows an account by the handle that it has. `did` and `handle` are confirmed both ways. */
export async function checkShownHandle(
  {pds, appview}: Pick<Network, 'pds' | 'appview'>,
  {did, handle}: {did: Did; handle: Handle},
  world: World,
): Promise<Check> {
  const name = 'appview handles'
  try {
    const options = {signal: AbortSignal.timeout(answerMs)}
    const shown = await strangerAt(appview, world).query(getProfile, {actor: did}, options)
    if (shown.handle === handle) return good(name, `it shows ${handle}`)
    const mend = `Each is looked at again within an hour. On a network of one machine the AppView asks the PDS for handles: APPVIEW_HANDLE_RESOLVER=${pds}.`
    return warn(name, `it shows ${handle} as ${shown.handle}`, mend)
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof DOMException)) throw error
    return skipped(name, `it does not show ${handle}: ${error.message}`)
  }
}

/**
 * How far the followers of the relay were behind when they took its newest event; by the metrics of the program. That
 * event may be old, such as the last one before a restart: a view that has applied all there is does not lag.
 */
export async function checkLag(metrics: string, up: ReadonlySet<string>, world: World): Promise<Check[]> {
  let text: string
  try {
    const request = new Request(`${metrics}/metrics`, {signal: AbortSignal.timeout(answerMs)})
    text = await (await world.fetch(request)).text()
  } catch {
    return [skipped('lag', `no metrics at ${metrics}/metrics`)]
  }
  const behind = new Map<string, number>()
  for (const [, service, count] of text.matchAll(/^view_events_behind\{service="(\w+)",source="[^"]*"\} (\d+)$/gm)) {
    behind.set(service, (behind.get(service) ?? 0) + Number(count))
  }
  return [...text.matchAll(/^follower_lag_seconds\{service="(\w+)"\} (\S+)$/gm)]
    .filter(([, service]) => up.has(service))
    .map(([, service, value]) => {
      const seconds = Number(value)
      const detail = `took its newest event after ${seconds.toFixed(1)} s`
      if (seconds < lagWarnS) return good(`${service} lag`, detail)
      if (behind.get(service) === 0) return good(`${service} lag`, `has taken every event; it ${detail}`)
      const mend = `It is catching up, or too slow. Watch follower_lag_seconds at ${metrics}/metrics.`
      return warn(`${service} lag`, detail, mend)
    })
}
