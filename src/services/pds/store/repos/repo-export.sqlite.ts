/**
 * Repositories on the way out of SQLite. Records lie in the order of their paths, which is the order of a preorder walk
 * among the leaves, so a whole repository is two scans that are merged: records as they come, and between them the
 * nodes, found by CID among those that were read first. What a row costs is not SQLite's work but to make values of
 * it for JavaScript; so SQLite joins some hundred rows into one value (four times as fast).
 */
import {assert} from '#std/assert.ts'
import {concatBytes, emptyBytes} from '#std/bytes.ts'
import {Cid, cidSize} from '#atp/data/cid.ts'
import {NodeView} from '#atp/mst/node.ts'
import {CarWriter} from '#atp/repo/car-write.ts'
import {CidIndex} from '#atp/repo/cid-index.ts'
import {exportRepo} from '#atp/repo/export.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {SqlReader} from '#engines/sql/sql.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import {readNewest} from './newest-nodes.ts'
import {nodeOf} from './nodes.sqlite.ts'
import {byCidSql} from './record-cids.sqlite.ts'

/** Bytes that are handed out at once. */
const chunkSize = 256 * 1024
/** Rows joined into one value, and what a block may have to be joined: a page is some megabytes at most. */
const pageCount = 500
const joinedSizeMax = 8 * 1024
/** Nodes held in memory, about 4 MB; those of larger repositories are read one by one. */
const nodesHeldMax = 8_000

/** A repository as its row points to it. */
interface Head {
  tree: number
  root: Uint8Array
  data: Uint8Array
  newest: Uint8Array
}

/** Some blocks in one buffer: each CID followed by its block, which is left out when it is too big. */
type PageRow = [bytes: Uint8Array | null, sizes: string | null, last: string | Uint8Array | null]

const pageSql = (table: 'record' | 'node', key: 'path' | 'cid'): string => `
  SELECT CAST(group_concat(iif(length(bytes) > ${joinedSizeMax}, cid, cid || bytes), '') AS BLOB),
    group_concat(char(min(length(bytes), ${joinedSizeMax + 1})), ''), max(${key})
  FROM (SELECT ${key}, cid, bytes FROM ${table} WHERE tree = ? AND ${key} > ? ORDER BY ${key} LIMIT ${pageCount})`
const recordPageSql = pageSql('record', 'path')
const nodePageSql = pageSql('node', 'cid')

/** The nodes that are in no table, as a page of one; none of them is too big. */
function newestRow(newest: Uint8Array): PageRow {
  const nodes = readNewest(newest)
  const sizes = nodes.map(({bytes}) => String.fromCharCode(bytes.length))
  return [concatBytes(nodes.flatMap(({cid, bytes}) => [cid.bytes, bytes])), sizes.join(''), null]
}

/** One page of a table, stepped through. */
class Page {
  readonly last: string | Uint8Array | null
  readonly bytes: Uint8Array
  /** The block that was stepped to: where its CID is, and the end of its bytes; that of the CID when it is too big. */
  start = 0
  end = 0
  readonly #sizes: string
  #next = 0

  constructor([bytes, sizes, last]: PageRow) {
    this.bytes = bytes ?? new Uint8Array(0) // not a shared one: see `release`
    this.#sizes = sizes ?? ''
    this.last = last
  }

  /** Goes to the next block; false at the end of the page. */
  step(): boolean {
    if (this.#next === this.#sizes.length) return false
    const size = this.#sizes.charCodeAt(this.#next++)
    this.start = this.end
    this.end = this.start + cidSize + (size > joinedSizeMax ? 0 : size)
    return true
  }

  get isBig(): boolean {
    return this.end - this.start === cidSize
  }

  /** Gives the memory back at once: V8 would let some 60 MB of pages gather before it looks for what is unused. */
  release(): void {
    const {buffer} = this.bytes
    if (buffer instanceof ArrayBuffer) buffer.transfer(0)
  }
}

/** The nodes of a tree by CID. */
class Nodes {
  /** The node that was found: its CID is at `start`, its block after that up to `end`. */
  bytes: Uint8Array = emptyBytes
  start = 0
  end = 0
  readonly #view: SqlReader
  readonly #tree: number
  readonly #index: CidIndex
  readonly #pages: Page[] = []

  constructor(view: SqlReader, {tree, newest}: Head, nodesMax: number) {
    this.#view = view
    this.#tree = tree
    this.#index = new CidIndex(nodesMax)
    this.#add(new Page(newestRow(newest)))
    for (let after: PageRow[2] = emptyBytes; after && this.#index.size < nodesMax;) {
      const page: Page = new Page(view.arrays<PageRow>(nodePageSql, tree, after)[0])
      this.#add(page)
      after = page.last
    }
  }

  #add(page: Page): void {
    while (page.step()) {
      if (page.isBig) continue
      this.#index.add(page.bytes, page.start, this.#pages.length * 2 ** 24 + page.start, page.end - page.start)
    }
    this.#pages.push(page)
  }

  /** Finds the node whose CID is at `at` of `bytes`. */
  find(bytes: Uint8Array, at: number): void {
    const entry = this.#index.find(bytes, at)
    if (entry >= 0) {
      const offset = this.#index.offset(entry)
      this.bytes = this.#pages[Math.floor(offset / 2 ** 24)].bytes
      this.start = offset % 2 ** 24
      this.end = this.start + this.#index.blockSize(entry)
      return
    }
    const cid = bytes.subarray(at, at + cidSize)
    const text = 'SELECT bytes FROM node WHERE tree = ? AND cid = ?'
    const row = this.#view.get<{bytes: Uint8Array}>(text, this.#tree, cid)
    assert(row, 'the store has every node of a tree')
    this.bytes = concatBytes([cid, row.bytes])
    this.start = 0
    this.end = this.bytes.length
  }

  release(): void {
    for (const page of this.#pages) page.release()
  }
}

/** The records of a tree in the order of their paths. */
class Records {
  readonly #view: SqlReader
  readonly #tree: number
  #page: Page

  constructor(view: SqlReader, tree: number) {
    this.#view = view
    this.#tree = tree
    this.#page = this.#read('')
  }

  #read(after: string | Uint8Array): Page {
    return new Page(this.#view.arrays<PageRow>(recordPageSql, this.#tree, after)[0])
  }

  /** Writes the next record, whose CID must be the one at `at` of `node`. */
  writeNext(writer: CarWriter, node: Uint8Array, at: number): void {
    if (!this.#page.step()) {
      const {last} = this.#page
      this.#page.release()
      this.#page = this.#read(last ?? '')
      assert(this.#page.step(), 'a tree has a record for each of its paths')
    }
    const {bytes, start, end, isBig} = this.#page
    assert(isSameCid(bytes, start, node, at), 'records lie in the order of the tree')
    if (!isBig) return writer.addJoined(bytes, start, end)
    const cid = bytes.subarray(start, end)
    const row = this.#view.get<{bytes: Uint8Array}>(byCidSql('bytes'), this.#tree, cid)
    assert(row, 'the store has every record of a tree')
    writer.add({cid: new Cid(cid), bytes: row.bytes})
  }
}

function isSameCid(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): boolean {
  for (let i = 0; i < cidSize; i++) if (a[aAt + i] !== b[bAt + i]) return false
  return true
}

/** One node under way, and how far: 0 is the left link, 2i + 1 the record of entry i, 2i + 2 the link right of it. */
interface Frame {
  view: NodeView
  step: number
}

/**
 * The whole repository as a CAR in preorder, in chunks; `view` must not change meanwhile. Some `nodesMax` nodes are held
 * in memory, a page more at most.
 */
export function* exportTree(view: SqlReader, head: Head, nodesMax = nodesHeldMax): Generator<Uint8Array<ArrayBuffer>> {
  using heap = new YoungHeap()
  const {root, data} = head
  const nodes = new Nodes(view, head, nodesMax)
  const records = new Records(view, head.tree)
  const writer = new CarWriter([new Cid(root)], chunkSize)
  nodes.find(root, 0)
  writer.addJoined(nodes.bytes, nodes.start, nodes.end)
  const frames: Frame[] = []
  let depth = 0
  const enter = (bytes: Uint8Array, at: number): void => {
    nodes.find(bytes, at)
    writer.addJoined(nodes.bytes, nodes.start, nodes.end)
    const frame = (frames[depth++] ??= {view: new NodeView(), step: 0})
    frame.view.read(nodes.bytes.subarray(nodes.start + cidSize, nodes.end))
    frame.step = 0
  }
  enter(data, 0)
  while (depth > 0) {
    const frame = frames[depth - 1]
    const step = frame.step++
    const entry = step >> 1
    if (step > frame.view.count * 2) depth--
    else if ((step & 1) === 1) records.writeNext(writer, frame.view.block, frame.view.value(entry))
    else {
      const link = frame.view.link(entry)
      if (link !== 0) enter(frame.view.block, link)
    }
    for (let chunk; (chunk = writer.take());) {
      heap.passed(chunk.length)
      yield chunk
    }
  }
  nodes.release()
  yield writer.end()
}

/** What is newer than `since`, read block by block: it is little, of a repository that may be large. */
export function exportNews(view: SqlReader, {tree, root, newest}: Head, since: Tid): AsyncIterable<Uint8Array> {
  const get = (cid: Cid): Uint8Array | null | undefined => {
    const row =
      nodeOf(view, tree, newest, cid.bytes) ??
      view.get<{rev: Tid; bytes: Uint8Array}>(byCidSql('rev, bytes'), tree, cid.bytes)
    return row && row.rev <= since ? null : row?.bytes
  }
  return exportRepo(new Cid(root), {get}, {since})
}
