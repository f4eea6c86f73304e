/**
 * What one account was told, kept apart from all servers: each write is noted before it is sent and again when it is
 * acknowledged, so that after a crash it is known what must be there, and what may be.
 */
import assert from 'node:assert/strict'
import type {Did} from '#atp/syntax/did.ts'

/** One record as a write leaves it: its CID, or null for none. `path` ends with the slash where the server names it. */
export interface Change {
  readonly path: string
  readonly cid: string | null
}

/** A write that was sent. */
export interface Sent {
  readonly changes: readonly Change[]
}

/** A blob, and the one record that was made with it. */
export interface Blob {
  readonly cid: string
  readonly bytes: Uint8Array
  readonly path: string
  readonly record: string
  /** Whether it was found to be served since. */
  isSeen: boolean
}

export class Account {
  readonly did: Did
  readonly handle: string
  readonly token: string
  /** The records that must be there, by path. */
  readonly records = new Map<string, string>()
  /** The acknowledged commits: their CIDs by revision. */
  readonly commits = new Map<string, string>()
  /** The blobs that acknowledged records held, until they were found to be gone with them. */
  readonly blobs = new Set<Blob>()
  /** What its likes, reposts and follows point to. */
  readonly pointers = new Set<string>()
  readonly #unanswered = new Set<Sent>()

  constructor(did: Did, handle: string, token: string) {
    this.did = did
    this.handle = handle
    this.token = token
  }

  send(changes: readonly Change[]): Sent {
    const sent = {changes}
    this.#unanswered.add(sent)
    return sent
  }

  /** `paths` are those of the changes, in their order, as the server named them. */
  acknowledge(sent: Sent, paths: readonly string[], {cid, rev}: {cid: string; rev: string}): void {
    this.#unanswered.delete(sent)
    assert.ok(!this.commits.has(rev), `${this.did} was told of the revision ${rev} twice`)
    this.commits.set(rev, cid)
    for (const [i, change] of sent.changes.entries()) this.#apply(paths[i], change.cid)
  }

  /** The server said that it has not happened. */
  refuse(sent: Sent): void {
    this.#unanswered.delete(sent)
  }

  /**
   * Holds the repository that was found against what was acknowledged. A write without an answer has happened wholly or
   * not at all; from now on it is what it is.
   */
  settle(found: ReadonlyMap<string, string>): void {
    for (const sent of this.#unanswered) {
      const places = sent.changes.map(({path, cid}) => (path.endsWith('/') ? this.#named(path, cid, found) : path))
      const outcomes = sent.changes.map(({cid}, i) => {
        const there = places[i] === undefined ? undefined : (found.get(places[i]) ?? null)
        const before = places[i] === undefined ? undefined : (this.records.get(places[i]) ?? null)
        return there === before ? (there === cid ? 'either' : 'not') : there === cid ? 'happened' : 'neither'
      })
      const about = `${this.did}: ${JSON.stringify(sent.changes)} came out as ${outcomes.join()}`
      assert.ok(!outcomes.includes('neither'), `a write without an answer left something else: ${about}`)
      assert.ok(!(outcomes.includes('happened') && outcomes.includes('not')), `a write happened by half: ${about}`)
      if (outcomes.includes('happened')) sent.changes.forEach(({cid}, i) => this.#apply(places[i]!, cid))
    }
    this.#unanswered.clear()
    const faults: string[] = []
    for (const [path, cid] of this.records) {
      if (found.get(path) !== cid) faults.push(`${path} is ${found.get(path) ?? 'missing'}, was acknowledged as ${cid}`)
    }
    for (const path of found.keys()) if (!this.records.has(path)) faults.push(`${path} was never asked for`)
    assert.deepEqual(faults, [], `the repository of ${this.did} is what was acknowledged`)
  }

  /** The record that the server has named, if it is there: records are all different, so its CID tells. */
  #named(prefix: string, cid: string | null, found: ReadonlyMap<string, string>): string | undefined {
    for (const [path, there] of found) {
      if (there === cid && path.startsWith(prefix) && !this.records.has(path)) return path
    }
    return undefined
  }

  #apply(path: string, cid: string | null): void {
    if (cid === null) this.records.delete(path)
    else this.records.set(path, cid)
  }
}
