/**
 * Endpoints of an AppView by tables (`endpoint-tables.ts`), and what stands behind them: a small index of three accounts,
 * of which a row says what it has. Alice calls, unless a row says otherwise. Numbers are as in the index: accounts 1 to 3,
 * records from 10 on.
 */
import {tidOf} from '../src/atp/syntax/tid.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import type {Callers} from '../src/services/appview/callers.ts'
import type {ActorCore} from '../src/services/appview/hydration/actor-core.ts'
import {Hydration, type Wanted} from '../src/services/appview/hydration/hydration.ts'
import type {RecordCore} from '../src/services/appview/hydration/record-core.ts'
import {pairKey, type ListState, type Marks, type Relation} from '../src/services/appview/hydration/relation.ts'
import type {Position} from '../src/services/appview/store/position.ts'
import {imageUrls} from '../src/services/appview/views/image-urls.ts'
import {endpointTables} from './endpoint-tables.ts'

export const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => `did:web:${name}.test` as Did)
const dids = [alice, bob, carol]
export const cid = 'bafyreibvjvcv745gig4mvqs4hctx4zfkono4rjejm2ta6gtyzkqxfjeily'
export const time = '2026-01-01T00:00:00.000Z'
const timeMs = Date.parse(time)

const callers = {viewer: {did: alice}, anyone: {did: alice}, feed: {did: alice}, none: undefined}
export const {askEndpoint, endpointTable} = endpointTables<Callers>({callers})

/** An account as the index has it: 1 is Alice, 2 Bob, 3 Carol. */
export function actor(id: number, more: Partial<ActorCore> = {}): ActorCore {
  const did = dids[id - 1] ?? `did:web:n${id}.test`
  return {
    id,
    did,
    handle: did.slice('did:web:'.length),
    status: null,
    isTakenDown: false,
    isHidden: false,
    rev: '3jui7kd54zh2y',
    profile: undefined,
    indexedAt: time,
    createdAt: undefined,
    labels: [],
    isLabeler: false,
    hasBlocks: false,
    hasListBlocks: false,
    followers: 0,
    follows: 0,
    posts: 0,
    lists: 0,
    generators: 0,
    starterPacks: 0,
    joinedVia: null,
    chat: undefined,
    subscriptions: undefined,
    germ: undefined,
    ...more,
  }
}

export const rkeyOf = (id: number): string => tidOf(timeMs * 1000 + id, 0)
export const uriOf = (id: number, by: number, type = 'feed.post'): string =>
  `at://${actor(by).did}/app.bsky.${type}/${rkeyOf(id)}`

/** A record of `app.bsky.<type>` by the account `by`. */
export function record(
  id: number,
  by: number,
  type: string,
  value: Readonly<Record<string, unknown>> = {},
  more: Partial<RecordCore> = {},
): RecordCore {
  const collection = `app.bsky.${type}`
  return {
    id,
    actor: by,
    did: actor(by).did,
    collection,
    rkey: rkeyOf(id),
    uri: uriOf(id, by, type),
    cid,
    record: {$type: collection, createdAt: time, ...value},
    size: 100,
    indexedMs: timeMs,
    sortMs: timeMs,
    indexedAt: time,
    root: null,
    parent: null,
    answeredDid: undefined,
    violatesGate: false,
    quoted: null,
    embedded: undefined,
    threadgate: null,
    postgate: null,
    likes: 0,
    reposts: 0,
    replies: 0,
    quotes: 0,
    bookmarks: 0,
    joined: 0,
    labels: [],
    ...more,
  }
}

/** A post; with `answers`, a reply to that post in its thread. */
export function post(id: number, by: number, more: Partial<RecordCore> = {}, answers?: RecordCore): RecordCore {
  if (!answers) return record(id, by, 'feed.post', {text: `post ${id}`}, more)
  const parent = {uri: answers.uri, cid}
  const {reply: above = {root: parent}} = answers.record as {reply?: {root: {uri: string}}}
  const root = answers.root ?? answers.id
  const reply = {root: above.root, parent}
  return record(
    id,
    by,
    'feed.post',
    {text: `post ${id}`, reply},
    {root, parent: answers.id, answeredDid: answers.did, ...more},
  )
}

export const follow = (id: number, by: number, subject: number): RecordCore =>
  record(id, by, 'graph.follow', {subject: actor(subject).did})
export const list = (id: number, by: number, more: Readonly<Record<string, unknown>> = {}): RecordCore =>
  record(id, by, 'graph.list', {name: `list ${id}`, purpose: 'app.bsky.graph.defs#curatelist', ...more})
export const generator = (id: number, by: number): RecordCore =>
  record(id, by, 'feed.generator', {did: 'did:web:feeds.test', displayName: `feed ${id}`})
export const starterPack = (id: number, by: number, listed: number, more: Partial<RecordCore> = {}): RecordCore =>
  record(id, by, 'graph.starterpack', {name: `pack ${id}`, list: uriOf(listed, by, 'graph.list')}, more)

/** What is to be read of the index. */
export interface Contents {
  /** Alice, Bob and Carol as they are, unless said otherwise; without those of `gone`. */
  readonly actors?: readonly ActorCore[]
  readonly gone?: readonly number[]
  readonly records?: readonly RecordCore[]
  /** How the viewer stands to accounts. */
  readonly relations?: Readonly<Record<number, Relation>>
  readonly marks?: Readonly<Record<number, Marks>>
  readonly lists?: Readonly<Record<number, ListState>>
  readonly mutedThreads?: readonly number[]
  readonly onLists?: readonly string[]
  /** Accounts between which there is a block. */
  readonly blocks?: readonly (readonly [number, number])[]
}

const contentsOf = ({actors = [], gone = [], records = []}: Contents) => ({
  actors: new Map(
    [...[1, 2, 3].map(id => actor(id)), ...actors].filter(({id}) => !gone.includes(id)).map(one => [one.id, one]),
  ),
  records: new Map(records.map(one => [one.id, one])),
})

const numbered = <T>(some: Readonly<Record<number, T>> = {}): Map<number, T> =>
  new Map(Object.entries(some).map(([id, one]) => [Number(id), one]))

/** All of it as it is read, for `viewer`. */
export function hydrationOf(contents: Contents, viewer?: number): Hydration {
  const read = new Hydration(imageUrls('https://appview.test'))
  const {actors, records} = contentsOf(contents)
  for (const [id, one] of actors) read.actors.set(id, one)
  for (const [id, one] of records) {
    read.records.set(id, one)
    read.noteUri(one.uri, one)
  }
  read.blocks = new Set((contents.blocks ?? []).map(([a, b]) => pairKey(a, b)))
  read.viewer = viewer === undefined ? undefined : actors.get(viewer)
  if (!read.viewer) return read
  read.relations = numbered(contents.relations)
  read.marks = numbered(contents.marks)
  read.lists = numbered(contents.lists)
  read.mutedThreads = new Set(contents.mutedThreads)
  read.onLists = new Set(contents.onLists)
  return read
}

/**
 * A store of hydration that has this and nothing else. Of records it reads those that are asked for by number, and what
 * they embed, answer, or are gated by; of accounts those asked for, and authors.
 */
export function hydratorOf(contents: Contents = {}) {
  const {actors, records} = contentsOf(contents)
  return {
    async hydrate(viewerDid: string | undefined, wanted: Wanted): Promise<Hydration> {
      const viewer = [...actors.values()].find(({did}) => did === viewerDid)?.id
      const read = hydrationOf(contents, viewer)
      const asked = new Set(wanted.records)
      for (const id of asked) {
        const core = records.get(id)
        for (const near of [core?.root, core?.parent, core?.threadgate, core?.postgate]) if (near) asked.add(near)
        for (const one of records.values()) if (one.uri === core?.embedded) asked.add(one.id)
      }
      for (const id of read.records.keys()) if (!asked.has(id)) read.records.delete(id)
      const shown = new Set([...(wanted.actors ?? []), ...[...read.records.values()].map(one => one.actor)])
      for (const id of read.actors.keys()) if (!shown.has(id)) read.actors.delete(id)
      return read
    },
    rev: async (did: string | undefined) => (did === undefined ? null : '3jui7kd54zh2y'),
    actorId: async (name: string) => [...actors.values()].find(({did, handle}) => did === name || handle === name)?.id,
    async recordIds(uris: Iterable<string>) {
      const asked = new Set(uris)
      return new Map([...records.values()].filter(({uri}) => asked.has(uri)).map(({uri, id}) => [uri, id]))
    },
  }
}

/** A page of rows that are a minute apart, and after its last nothing more. */
export const pageOf =
  <Row extends object>(...rows: readonly Row[]) =>
  async (...asked: readonly unknown[]): Promise<(Row & Position)[]> => {
    const after = asked.find((one): one is Position => typeof one === 'object' && one !== null && 'ms' in one)
    const placed = rows.map((row, index) => ({id: 100 - index, ms: timeMs - index * 60_000, ...row}))
    return placed.filter(({ms}) => after === undefined || ms < after.ms)
  }
