/**
 * What relays make of a PDS: why what is written there is not seen elsewhere. For `doctor`, which asks from outside, and
 * for the pages of whoever runs the server. What a relay says is a stranger's text.
 */
import {getHostStatus} from '#lex/gen/com/atproto/sync/getHostStatus.ts'
import {getRepoStatus} from '#lex/gen/com/atproto/sync/getRepoStatus.ts'
import {timeLimit} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isTid, tidMicros} from '#atp/syntax/tid.ts'
import {bad, type Check, good, skipped, warn} from './check.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

const answerMs = 6_000
/** Events that a relay may be behind without a word. */
const behindMax = 200

type Fetching = Pick<World, 'fetch' | 'sleep'>
type Comparing = Pick<World, 'fetch' | 'sleep' | 'now'>

/** An account, as this server knows it. */
export interface Compared {
  did: Did
  rev: string
  active?: boolean | undefined
}

const relayAt = (service: string, world: Fetching): Client =>
  new Client({service, fetch: request => world.fetch(request)})

/** Ends after the time for one answer, or with all of them. */
const within = (world: Fetching, signal: AbortSignal | undefined) =>
  timeLimit(world, answerMs, ...(signal ? [signal] : []))

const statusMend: Readonly<Record<string, string>> = {
  offline: 'It cannot connect. When all above is good, ask it to try again now (requestCrawl, below).',
  idle: 'It has received nothing for a long time. Write something, or ask it to connect again (requestCrawl, below).',
  throttled:
    'It received more than it accepts from one server. Wait; if this lasts, ask its operator for a higher rate limit.',
  banned: 'Ask the operator of the relay why.',
}

/** Whether a relay follows it, and up to which event. */
export async function checkCrawl(
  host: string,
  relay: string,
  world: Fetching,
  signal?: AbortSignal,
): Promise<{check: Check; seq?: number | undefined}> {
  const request = `curl -X POST ${relay}/xrpc/com.atproto.sync.requestCrawl -H 'content-type: application/json' -d '{"hostname": "${host}"}'`
  try {
    using limit = within(world, signal)
    const {status, seq, accountCount} = await relayAt(relay, world).query(getHostStatus, {hostname: host}, limit)
    const detail = `${relay}: ${status}${seq === undefined ? '' : `, at event ${seq}`}${accountCount === undefined ? '' : `, ${accountCount} accounts`}`
    if (status === undefined || status === 'active') return {check: good('relay', detail), seq}
    return {check: bad('relay', detail, `${statusMend[status] ?? 'See its operator.'} ${request}`), seq}
  } catch (error) {
    if (error instanceof UpstreamError && error.status < 500) {
      const mend = `Ask it to follow this server: ${request}`
      return {check: bad('relay', `${relay} does not know ${host}: ${error.message}`, mend)}
    }
    if (!(error instanceof UpstreamError) && !(error instanceof DOMException)) throw error
    return {check: warn('relay', `${relay}: ${error.message}`, 'Whether it follows this server is not known now.')}
  }
}

/** What a relay makes of this server, how far it has come, and how each account stands there. */
export async function checkRelayOf(
  relay: string,
  host: string,
  newest: number | undefined,
  repos: readonly Compared[],
  world: Comparing,
  signal?: AbortSignal,
): Promise<Check[]> {
  const listedMs = world.now()
  const {check, seq} = await checkCrawl(host, relay, world, signal)
  const checks = [check]
  if (seq !== undefined && newest !== undefined) checks.push(checkCursor(seq, newest))
  if (check.state !== 'good' || repos.length === 0) return checks
  const states = new Map<string, string[]>()
  for (const {did, rev, active} of repos) {
    const state = await stateAt(relay, {did, rev, active: active !== false}, listedMs, world, signal)
    if (state === undefined) return [...checks, skipped('accounts there', `${relay} does not say how they stand`)]
    states.set(state, [...(states.get(state) ?? []), did])
  }
  const well = states.get('well') ?? []
  states.delete('well')
  if (states.size === 0)
    return [...checks, good('accounts there', `it has the last commit of all ${well.length} that were compared`)]
  for (const [state, dids] of states) {
    const detail = `${dids.length} of ${repos.length} ${accountWords[state]?.[0] ?? `are ${state}`}, such as ${dids[0]}`
    const mend = accountWords[state]?.[1] ?? 'Ask the operator of the relay.'
    checks.push(
      state === 'behind' || state === 'ahead'
        ? warn('accounts there', detail, mend)
        : bad('accounts there', detail, mend),
    )
  }
  return checks
}

function checkCursor(seq: number, newest: number): Check {
  const name = 'events'
  if (seq > newest) {
    const mend = `It takes no event before number ${seq} again. The database here is an older copy: stop the server and start it once with PDS_ACCEPT_LOSS_TO=${seq}.`
    return bad(name, `it has had event ${seq}, and the newest here is ${newest}`, mend)
  }
  const behind = newest - seq
  if (behind <= behindMax) return good(name, behind === 0 ? 'it has had all' : `it has had all but the last ${behind}`)
  const mend =
    'Look again in some minutes. If the number does not fall, it is throttled, or the connection breaks: see the line above, and "firehose" further up.'
  return warn(name, `it is ${behind} events behind`, mend)
}

/** By state: what is said of the accounts in it, and what to do. */
const accountWords: Readonly<Record<string, readonly [string, string]>> = {
  behind: [
    'are at an older commit',
    'If this stays so while the line "events" is good, the relay has refused a commit: it takes the next one that the account writes.',
  ],
  ahead: [
    'are at a newer commit than here, as after a restored backup',
    'What was written since that backup is still shown elsewhere: the next commit of the account puts it right.',
  ],
  unknown: [
    'are not known to it',
    'It has seen nothing of them since it follows this server. Whatever the account writes next tells it.',
  ],
  desynchronized: [
    'are out of step: a commit did not follow on the one before, as after a restored backup',
    'It fetches the repository again by itself; the next commit of the account mends it at once.',
  ],
  throttled: [
    'are held back: the relay takes only so many accounts, or events, of one server',
    'Wait a day. If it lasts, ask its operator for a higher limit.',
  ],
  inactive: [
    'count as not active there, and are here',
    'The relay has missed an event of the account: deactivating and activating it tells anew, or its next commit.',
  ],
  takendown: ['were taken down there', 'Ask the operator of the relay why.'],
  suspended: ['were suspended there', 'Ask the operator of the relay why.'],
}

/** Commits that are so new may have been written while accounts were listed and compared. */
const writtenMeanwhileMs = 30_000

/**
 * Whether a relay has a commit of an account that its server, which says that `rev` is the last, had and has no more: as
 * after a backup was restored. `listedMs` is when it said so.
 */
export const isAhead = (there: string, rev: string, listedMs: number): boolean =>
  there > rev && isTid(there) && tidMicros(there) / 1_000 < listedMs - writtenMeanwhileMs

/** How an account stands at a relay, as a key of the words above, or `well`; undefined when the relay does not say. */
async function stateAt(
  relay: string,
  {did, rev, active}: Compared,
  listedMs: number,
  world: Fetching,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    using limit = within(world, signal)
    const there = await relayAt(relay, world).query(getRepoStatus, {did}, limit)
    if (!active) return 'well'
    if (!there.active) return there.status !== undefined && there.status in accountWords ? there.status : 'inactive'
    if (there.rev === undefined) return 'well'
    if (isAhead(there.rev, rev, listedMs)) return 'ahead'
    return there.rev >= rev ? 'well' : 'behind'
  } catch (error) {
    if (error instanceof DOMException) return undefined
    if (!(error instanceof UpstreamError)) throw error
    if (error.status === 404 || error.status === 501 || error.status >= 500) return undefined
    return active ? 'unknown' : 'well'
  }
}
