/** A batch of an import that notes what is put into it, for tests of what is written in one act. */
import type {Cid} from '../src/atp/data/cid.ts'
import type {Block} from '../src/atp/mst/blocks.ts'
import type {ImportBatch, ImportedRecord} from '../src/services/pds/store/imports/import-store.ts'

/** A copy: what is given are views of memory that is used again. */
const copied = ({cid, bytes}: Block): Block => ({cid: cid.detached(), bytes: Uint8Array.from(bytes)})

export class NotedBatch implements ImportBatch {
  /** What the store takes. */
  readonly inner: ImportBatch
  readonly nodes: Block[] = []
  readonly records: ImportedRecord[] = []
  /** In the order in which they came. */
  readonly earlyBlocks: Block[] = []
  readonly cids: {cid: Cid; path: string}[] = []
  readonly links: {path: string; subject: string}[] = []

  constructor(inner: ImportBatch) {
    this.inner = inner
  }

  get rev() {
    return this.inner.rev
  }

  set rev(rev) {
    this.inner.rev = rev
  }

  get size() {
    return this.inner.size
  }

  get count() {
    return this.inner.count
  }

  node(block: Block) {
    this.nodes.push(copied(block))
    this.inner.node(block)
  }

  record(record: ImportedRecord) {
    this.records.push({...record, ...copied(record)})
    this.inner.record(record)
  }

  early(block: Block) {
    this.earlyBlocks.push(copied(block))
    this.inner.early(block)
  }

  lookup(cid: Cid, path: string) {
    this.cids.push({cid: cid.detached(), path})
    this.inner.lookup(cid, path)
  }

  link(path: string, subject: string) {
    this.links.push({path, subject})
    this.inner.link(path, subject)
  }

  block(cid: Cid) {
    return this.inner.block(cid)
  }
}
