/** Within an act: puts events into the outbox, with the numbers that come next. They never begin anew. */
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import {type Body, bodyOf, type Change, plainHead, recordHead, wholeInHead} from '../outbox/page.ts'

const insert = 'INSERT INTO outbox (id, did, isLive, count, madeMs, head, ends, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'

const bytesOf = (numbers: Uint32Array<ArrayBuffer>): Uint8Array => new Uint8Array(numbers.buffer)

export class Pages {
  readonly #world: Pick<World, 'now'>
  readonly #skipped: (reason: 'unreadable-record') => void

  constructor(world: Pick<World, 'now'>, skipped: (reason: 'unreadable-record') => void) {
    this.#world = world
    this.#skipped = skipped
  }

  put(tx: SqlWriter, did: string, isLive: boolean, head: string, {ends, bytes}: Body): void {
    const count = ends.length
    if (count === 0) return
    const {next} = tx.get<{next: number}>('SELECT next FROM counter') as {next: number}
    tx.run(insert, next, did, isLive ? 1 : 0, count, this.#world.now(), head, bytesOf(ends), bytes)
    tx.run('UPDATE counter SET next = ?', next + count)
  }

  /** All of these changes, on as many pages as it takes. */
  putChanges(tx: SqlWriter, did: string, rev: string, isLive: boolean, changes: readonly Change[]): void {
    for (const body of this.bodiesOf(changes)) this.put(tx, did, isLive, recordHead(isLive, did, rev), body)
  }

  /**
   * Bodies of all these changes. An edit that cannot be read is told as a deletion: what was told before is no longer so.
   * `onDropped` is told what is not told at all, and what is told as deleted.
   */
  bodiesOf(changes: readonly Change[], onDropped?: (change: Change) => void): Body[] {
    const bodies: Body[] = []
    const gone: Change[] = []
    for (let at = 0; at < changes.length;) {
      const {body, used} = bodyOf(changes, at, index => {
        const {collection, rkey, action} = changes[index]
        this.#skipped('unreadable-record')
        onDropped?.(changes[index])
        if (action === 'update') gone.push({collection, rkey, action: 'delete'})
      })
      bodies.push(body)
      at += used
    }
    return gone.length > 0 ? [...bodies, ...this.bodiesOf(gone)] : bodies
  }

  /** An event that is not of a record. One that `waits` comes after all before it of its account, and before all after it. */
  putPlain(tx: SqlWriter, did: string, name: 'identity' | 'repo', said: object, waits: boolean): void {
    this.put(tx, did, waits, plainHead(name, said), wholeInHead)
  }
}
