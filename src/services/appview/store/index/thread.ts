/**
 * What a post means to other posts: whether a reply stands in a ring, whether it is against its thread's gate, and whom
 * replies and quotes are told to. Posts and gates come in any order, so each is looked at again when the other comes,
 * changes or goes.
 */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import type {Threadgate} from '#lex/gen/app/bsky/feed/threadgate.ts'
import {refusalOf} from '../../index/gate.ts'
import {mentionsOf} from '../../index/mentions.ts'
import {notify} from './notify.ts'
import {breakRing, countReply, mendRing} from './reply-ring.ts'

/** How far above a reply people hear of it. */
const ancestorsMax = 4
/** Replies that are looked at when the post they wait for comes. */
const descendantsMax = 1000
/** Replies that a gate is held against when it comes, changes or goes: those after it are each judged as they come. */
const judgedMax = 2000

export interface PostRow {
  record: number
  actor: number
  sortMs: number
  root: number | null
  parent: number | null
  quoted: number | null
  violatesGate: number
}
interface BodyRow {
  actor: number
  body: Uint8Array | null
}
const postColumns = 'record, actor, sortMs, root, parent, quoted, violatesGate'
const postSql = `SELECT ${postColumns} FROM post WHERE record = ?`

/** Bodies in the index are of the type that their collection says: they were checked on the way in. */
const bodyOf = <T>(row: BodyRow | undefined): T | undefined =>
  row?.body ? (decodeCborLenient(row.body) as unknown as T) : undefined

/** Says who must not reply in the thread of `root`; `undefined` when everybody may. */
function gateOf(tx: SqlReader, root: number): ((replier: number) => boolean) | undefined {
  const gate = bodyOf<Threadgate>(
    tx.get('SELECT r.actor, r.body FROM threadgate g JOIN record r ON r.id = g.record WHERE g.post = ?', root),
  )
  const post = gate?.allow && tx.get<BodyRow>('SELECT actor, body FROM record WHERE id = ?', root)
  if (!post) return undefined
  const mentioned = mentionsOf(bodyOf<Post>(post)?.facets)
  return refusalOf(gate, post.actor, {
    isMentioned(account) {
      const did = tx.get<{did: string}>('SELECT did FROM actor WHERE id = ?', account)?.did
      return mentioned.some(one => one === did)
    },
    isFollowing: (account, subject) =>
      tx.get('SELECT 1 FROM follow WHERE actor = ? AND subject = ?', account, subject) !== undefined,
    isOnList: (list, account) => isOnList(tx, list.did, list.rkey, account),
  })
}

const isOnList = (tx: SqlReader, owner: string, rkey: string, subject: number): boolean =>
  tx.get(
    `SELECT 1 FROM list_item i JOIN record r ON r.id = i.list JOIN actor a ON a.id = r.actor
     WHERE i.subject = ? AND r.rkey = ? AND a.did = ?`,
    subject,
    rkey,
    owner,
  ) !== undefined

/** Keeps the count of its parent's replies, in which those against the gate have no part. */
function setViolates(tx: SqlWriter, {record, parent, violatesGate}: PostRow, violates: boolean): void {
  if (violates === (violatesGate === 1)) return
  tx.run('UPDATE post SET violatesGate = ? WHERE record = ?', violates ? 1 : 0, record)
  countReply(tx, parent, violates ? -1 : 1)
}

function judgeReplies(tx: SqlWriter, root: number): void {
  const gate = gateOf(tx, root)
  const judged = new Map<number, boolean>()
  for (const reply of tx.all<PostRow>(`SELECT ${postColumns} FROM post WHERE root = ? LIMIT ${judgedMax}`, root)) {
    const violates = judged.get(reply.actor) ?? gate?.(reply.actor) ?? false
    judged.set(reply.actor, violates)
    setViolates(tx, reply, violates)
  }
}

/** Says which replies the owner of the thread of `root` has hidden. */
function hiddenBy(tx: SqlReader, root: number): (reply: number) => boolean {
  const gate = tx.get<{record: number}>('SELECT record FROM threadgate WHERE post = ?', root)?.record
  if (gate === undefined) return () => false
  return reply => tx.get('SELECT 1 FROM hidden_reply WHERE record = ? AND reply = ?', gate, reply) !== undefined
}

/** Tells the authors above a reply, up to where the thread is broken or its owner has hidden what answers them. */
function notifyAncestors(tx: SqlWriter, reply: PostRow): void {
  const {record, actor, sortMs, root} = reply
  if (root === null || reply.violatesGate === 1) return
  const isHidden = hiddenBy(tx, root)
  if (isHidden(record)) return
  let {parent} = reply
  for (let depth = 0; depth < ancestorsMax && parent !== null; depth++) {
    const ancestor: PostRow | undefined = tx.get(postSql, parent)
    if (!ancestor || (ancestor.root ?? ancestor.record) !== root) return
    notify(tx, {record, recipient: ancestor.actor, actor, reason: 'reply', subject: ancestor.record, sortMs})
    if (isHidden(ancestor.record)) return
    parent = ancestor.parent
  }
}

function notifyQuoted(tx: SqlWriter, {record, actor, sortMs, quoted}: PostRow): void {
  if (quoted === null) return
  const owner = tx.get<{actor: number}>('SELECT actor FROM record WHERE id = ?', quoted)
  if (!owner || tx.get('SELECT 1 FROM postgate WHERE post = ? AND quotesDisabled = 1', quoted)) return
  notify(tx, {record, recipient: owner.actor, actor, reason: 'quote', subject: quoted, sortMs})
}

const descendantsSql = `
  WITH RECURSIVE below (record, depth) AS (
    SELECT record, 1 FROM post WHERE parent = ?1
    UNION ALL
    SELECT post.record, depth + 1 FROM below JOIN post ON post.parent = below.record WHERE depth < ${ancestorsMax}
    LIMIT ${descendantsMax}
  )
  SELECT ${postColumns} FROM post WHERE record IN (SELECT record FROM below)`

/** `added` is the row of the post as it has just been put in. */
export function settlePost(tx: SqlWriter, added: PostRow): void {
  const {record: id} = added
  notifyQuoted(tx, added)
  if (!breakRing(tx, added)) settleReply(tx, added)
  // Who came before: replies to this post, and the gate of its thread, whose rule may be "whom this post mentions".
  if (tx.get('SELECT 1 FROM threadgate WHERE post = ?', id)) judgeReplies(tx, id)
  if (tx.get('SELECT 1 FROM post WHERE parent = ?', id)) {
    for (const reply of tx.all<PostRow>(descendantsSql, id)) notifyAncestors(tx, reply)
  }
}

/** Looks whether the gate of its thread lets a reply in, and tells the authors above it. */
function settleReply(tx: SqlWriter, reply: PostRow): void {
  const {root, actor} = reply
  const violates = root !== null && (gateOf(tx, root)?.(actor) ?? false)
  setViolates(tx, reply, violates)
  notifyAncestors(tx, {...reply, violatesGate: violates ? 1 : 0})
}

/** `record` is the number of a post whose row is gone. */
export function unsettlePost(tx: SqlWriter, record: number): void {
  for (const freed of mendRing(tx, record)) {
    const reply = tx.get<PostRow>(postSql, freed)
    if (reply) settleReply(tx, reply)
  }
  // A post that is gone mentions nobody, whether a reply of its thread came before that or after.
  if (tx.get('SELECT 1 FROM threadgate WHERE post = ?', record)) judgeReplies(tx, record)
}

/** Holds the replies in the thread of `post` against its gate as it is now. */
export const settleGate = (tx: SqlWriter, post: number): void => judgeReplies(tx, post)
