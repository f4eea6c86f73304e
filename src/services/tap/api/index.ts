/**
 * The HTTP API: that of the official Tap, and what its users miss in it: the list of repositories, pausing them, filters
 * that can be changed, and all numbers at once.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {isDid, type Did} from '#atp/syntax/did.ts'
import {BadQuestion, json} from '#runtime/http/questions.ts'
import type {Identities} from '#sdk/identity.ts'
import {filterFault, type Filters, type FilterSettings} from '../filters.ts'
import type {Outbox} from '../outbox/outbox.ts'
import type {Progress} from '../progress.ts'
import {type RepoInfo, type RepoState, repoStates, type TapStore} from '../store/tap-store.ts'
import {bodyOf, didsOf, numberOf, refusal, textsOf} from './answers.ts'

export interface ApiDeps {
  readonly store: TapStore
  readonly outbox: Pick<Outbox, 'drop' | 'recount' | 'waiting'>
  readonly identities: Pick<Identities, 'document' | 'directory'>
  readonly filters: Filters
  readonly configured: FilterSettings
  readonly progress: Pick<Progress, 'cursors' | 'show'>
  /** Told when events may have been made, or repositories become due. */
  readonly stirred: () => Promise<void>
}

type Handler = (request: Request, deps: ApiDeps, rest: string) => Promise<Response>

const listLimitMax = 1_000
/** Accounts that are written in one act. */
const someMax = 500
const empty = (): Response => new Response(null, {status: 200})

const awayDetail = 'The PLC directory does not answer: this waits for it.'

const infoJson = (
  {did, handle, state, status, rev, error, tries}: RepoInfo,
  {identities}: Pick<ApiDeps, 'identities'>,
): object => ({
  did,
  handle: handle ?? '',
  state,
  status,
  rev: rev ?? '',
  error: error ?? (identities.directory.isWaitedFor(did) ? awayDetail : ''),
  retries: tries,
})

/**
 * Does with some hundred accounts at a time what may be asked for a hundred thousand, with turns for all else between. Who
 * is told of no success asks again: nothing of it happens twice. Gives how many it was.
 */
async function someByTurns(
  dids: readonly Did[],
  work: (some: readonly Did[]) => Promise<number | void>,
): Promise<number> {
  let count = 0
  for (let at = 0; at < dids.length; at += someMax) {
    count += (await work(dids.slice(at, at + someMax))) ?? 0
    await nextTurn()
  }
  return count
}

const didOf = (rest: string): Did => {
  if (isDid(rest)) return rest
  throw new BadQuestion('improperly formatted DID')
}

const handlers: Readonly<Record<string, Handler>> = {
  'GET /health': async () => json({status: 'ok'}),

  async 'POST /repos/add'(request, {store, stirred}) {
    await someByTurns(await didsOf(request), dids => store.track(dids))
    await stirred()
    return empty()
  },

  async 'POST /repos/remove'(request, {store, outbox}) {
    const dids = await didsOf(request)
    await someByTurns(dids, some => store.untrack(some))
    for (const did of dids) outbox.drop(did)
    await outbox.recount()
    return empty()
  },

  async 'POST /repos/pause'(request, {store, stirred}) {
    const count = await someByTurns(await didsOf(request), dids => store.pause(dids, true))
    await stirred()
    return json({count})
  },

  async 'POST /repos/resume'(request, {store, stirred}) {
    const count = await someByTurns(await didsOf(request), dids => store.pause(dids, false))
    await stirred()
    return json({count})
  },

  async 'GET /repos'(request, {store, identities}) {
    const {searchParams} = new URL(request.url)
    const state = searchParams.get('state') ?? undefined
    if (state !== undefined && !repoStates.includes(state as RepoState)) {
      throw new BadQuestion(`state has to be one of ${repoStates.join(', ')}.`)
    }
    const after = numberOf(searchParams, 'cursor', 0, Number.MAX_SAFE_INTEGER)
    const limit = Math.max(1, numberOf(searchParams, 'limit', 100, listLimitMax))
    const {repos, cursor} = await store.list({after, limit, state: state as RepoState | undefined})
    return json({
      repos: repos.map(repo => infoJson(repo, {identities})),
      ...(cursor !== undefined && {cursor: String(cursor)}),
    })
  },

  async 'GET /resolve/'(_, {identities}, rest) {
    const found = await identities.document(didOf(rest))
    if (found.ok) return json(found.value)
    return found.reason === 'not-found' ? refusal(404, 'DID not found') : refusal(502, found.detail)
  },

  async 'GET /info/'(_, {store, identities}, rest) {
    const info = await store.info(didOf(rest))
    return info ? json({...infoJson(info, {identities}), records: info.records}) : refusal(404, 'repo not found')
  },

  'GET /filters': async (_, {filters}) => json(filters.settings),

  async 'PUT /filters'(request, {store, filters, configured, stirred}) {
    const body = await bodyOf(request)
    const unknown = Object.keys(body).find(name => !(name in filters.settings))
    if (unknown !== undefined) throw new BadQuestion(`There is no filter "${unknown.slice(0, 80)}".`)
    const {collections, signals, fullNetwork} = {...filters.settings, ...body}
    if (typeof fullNetwork !== 'boolean') throw new BadQuestion('fullNetwork has to be true or false.')
    const set = {
      collections: textsOf(collections, 'collections'),
      signals: textsOf(signals, 'signals'),
      fullNetwork,
    }
    const fault = filterFault(set)
    if (fault !== undefined) throw new BadQuestion(`The filters hold ${fault}.`)
    await store.setFilters(set, configured)
    await stirred()
    return json(set)
  },

  'GET /stats/repo-count': async (_, {store}) => json({repo_count: (await store.counts()).repos}),
  'GET /stats/record-count': async (_, {store}) => json({record_count: (await store.counts()).records}),
  'GET /stats/outbox-buffer': async (_, {outbox}) => json({outbox_buffer: outbox.waiting}),
  'GET /stats/resync-buffer': async (_, {store}) => json({resync_buffer: (await store.counts()).held}),
  'GET /stats/cursors': async (_, {progress}) => json(await progress.cursors()),
  'GET /stats': async (_, {progress}) => json(await progress.show()),
}

/** Answers a request; nothing where there is nothing at its path. */
export async function answer(request: Request, deps: ApiDeps): Promise<Response | undefined> {
  const {pathname} = new URL(request.url)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const [, folder = '', rest = ''] = /^(\/(?:resolve|info)\/)(.+)$/.exec(pathname) ?? []
  const handler = handlers[`${method} ${folder === '' ? pathname : folder}`]
  if (!handler) return undefined
  try {
    return await handler(request, deps, decoded(rest))
  } catch (error) {
    if (error instanceof BadQuestion) return refusal(error.status, error.message)
    throw error
  }
}

/** As it was meant; what is not well encoded is no DID either. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
