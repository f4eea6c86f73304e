/**
 * Counts everything anew, from the records alone, by rules written apart from those of the indexers: whether the counts
 * that were kept are right. It reads the whole index, so it is for tests and for doubts.
 */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {isMap, type Value} from '#atp/data/value.ts'
import type {SqlReader} from '#engines/sql/sql.ts'

/** `"likes at://did/collection/rkey"` or `"followers did"`, and how many; what is 0 is left out. */
export type CountsByName = ReadonlyMap<string, number>

const recordUriSql = `'at://' || a.did || '/' || c.nsid || '/' || r.rkey`
const recordJoin =
  'JOIN record r ON r.id = g.record JOIN actor a ON a.id = r.actor JOIN collection c ON c.id = r.collection'

/** Whether what is counted for is there at all, and named by a DID. */
const isLink = (name: string): boolean => /^\w+ (did:|at:\/\/did:)/.test(name)

function textAt(body: Uint8Array, ...path: string[]): string {
  let value: Value | undefined = decodeCborLenient(body)
  for (const member of path) value = isMap(value) ? value[member] : undefined
  return typeof value === 'string' ? value : ''
}

/** Whether a reply leads back to itself, by what it answers or as its own root. Those that lead into a ring do not. */
function isInRing(replies: ReadonlyMap<string, {root: string; parent: string}>, uri: string): boolean {
  if (replies.get(uri)?.root === uri) return true
  const seen = new Set<string>()
  let at: string | undefined = uri
  while (at !== undefined && !seen.has(at)) {
    seen.add(at)
    const reply: {root: string; parent: string} | undefined = replies.get(at)
    // One that is its own root answers nothing.
    at = reply?.root === at ? undefined : reply?.parent
  }
  return at === uri
}

/** As they were kept. */
export function keptCounts(tx: SqlReader): CountsByName {
  const kept = new Map<string, number>()
  const take = (rows: Record<string, string | number>[]): void => {
    for (const {name, ...columns} of rows) {
      for (const [column, count] of Object.entries(columns))
        if (count !== 0) kept.set(`${column} ${name}`, Number(count))
    }
  }
  take(tx.all(`SELECT ${recordUriSql} AS name, likes, reposts, replies, quotes, joined FROM post_agg g ${recordJoin}`))
  const profiles = 'a.did AS name, followers, follows, posts, lists, generators, starterPacks'
  take(tx.all(`SELECT ${profiles} FROM profile_agg g JOIN actor a ON a.id = g.actor`))
  return kept
}

/** As the records say. The one thing taken from the index is which replies are against their gate. */
export function recount(tx: SqlReader): CountsByName {
  const names = new Map<string, Set<string>>()
  /** One for each `by`: the same account's second like counts no more than its first. */
  const count = (name: string, by: string): void => {
    const known = names.get(name)
    if (known) known.add(by)
    else names.set(name, new Set([by]))
  }
  const rows = tx.all<{did: string; nsid: string; rkey: string; body: Uint8Array; violates: number | null}>(
    `SELECT a.did, c.nsid, r.rkey, r.body, p.violatesGate AS violates FROM record r JOIN actor a ON a.id = r.actor
     JOIN collection c ON c.id = r.collection LEFT JOIN post p ON p.record = r.id WHERE r.cid IS NOT NULL`,
  )
  const replies = new Map<string, {root: string; parent: string}>()
  for (const {did, nsid, rkey, body} of rows) {
    const [root, parent] = [textAt(body, 'reply', 'root', 'uri'), textAt(body, 'reply', 'parent', 'uri')]
    const areLinks = isLink(`root ${root}`) && isLink(`parent ${parent}`)
    if (nsid === 'app.bsky.feed.post' && areLinks) replies.set(`at://${did}/${nsid}/${rkey}`, {root, parent})
  }
  for (const {did, nsid, rkey, body, violates} of rows) {
    const at = (...path: string[]): string => textAt(body, ...path)
    const uri = `at://${did}/${nsid}/${rkey}`
    switch (nsid) {
      case 'app.bsky.feed.like':
        count(`likes ${at('subject', 'uri')}`, did)
        break
      case 'app.bsky.feed.repost':
        count(`reposts ${at('subject', 'uri')}`, did)
        break
      case 'app.bsky.graph.follow':
        count(`followers ${at('subject')}`, did)
        count(`follows ${did}`, at('subject'))
        break
      case 'app.bsky.graph.list':
        count(`lists ${did}`, uri)
        break
      case 'app.bsky.feed.generator':
        count(`generators ${did}`, uri)
        break
      case 'app.bsky.graph.starterpack':
        count(`starterPacks ${did}`, uri)
        break
      case 'app.bsky.actor.profile':
        count(`joined ${at('joinedViaStarterPack', 'uri')}`, uri)
        break
      case 'app.bsky.feed.post':
        count(`posts ${did}`, uri)
        if (violates === 0 && !isInRing(replies, uri)) count(`replies ${at('reply', 'parent', 'uri')}`, uri)
        for (const quoted of [at('embed', 'record', 'uri'), at('embed', 'record', 'record', 'uri')]) {
          if (quoted.includes('/app.bsky.feed.post/')) count(`quotes ${quoted}`, uri)
        }
    }
  }
  return new Map([...names].filter(([name]) => isLink(name)).map(([name, by]) => [name, by.size]))
}
