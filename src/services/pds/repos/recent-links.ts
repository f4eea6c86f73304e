/**
 * What likes, reposts, follows and blocks are about, for the commits of one repository that a look into the store may
 * not show yet: it is asked before the next commit is made, and shows only what is stored. So two likes of one post
 * that come at once know of each other. What is here is newer than what the store says of the same path.
 */
import {pathOf, type RepoWrite} from '#atp/repo/repo.ts'
import {isLink, linkKey, subjectOf} from './record-links.ts'

interface Entry {
  path: string
  /** Collection and subject; undefined where no such record is any more. */
  link: string | undefined
  /** When its commit was stored, in steps of this object. */
  storedAt: number | undefined
}

export class RecentLinks {
  #step = 0
  /** When each look began, the oldest first. */
  readonly #looks = new Set<number>()
  /** In the order of the commits. */
  readonly #entries: Entry[] = []
  /** The newest entry of each path. */
  readonly #byPath = new Map<string, Entry>()
  readonly #byLink = new Map<string, Set<string>>()

  /** How many writes are remembered, or things that they are about; none once all is stored and every look has ended. */
  get size(): number {
    return Math.max(this.#entries.length, this.#byLink.size)
  }

  /** To be called before the store is asked: until the look is disposed of, nothing that it may have missed is forgotten. */
  look(): Disposable {
    const began = ++this.#step
    this.#looks.add(began)
    return {
      [Symbol.dispose]: () => {
        if (this.#looks.delete(began)) this.#forget()
      },
    }
  }

  /** Takes note of a commit. The function that it gives is to be called when the commit is stored. */
  add(writes: readonly RepoWrite[]): () => void {
    const added: Entry[] = []
    for (const write of writes) {
      if (!isLink(write.collection)) continue
      const subject = 'record' in write ? subjectOf(write.collection, write.record) : undefined
      const link = subject === undefined ? undefined : linkKey(write.collection, subject)
      const entry: Entry = {path: pathOf(write), link, storedAt: undefined}
      this.#unlink(this.#byPath.get(entry.path))
      this.#byPath.set(entry.path, entry)
      if (link !== undefined) this.#byLink.set(link, (this.#byLink.get(link) ?? new Set()).add(entry.path))
      added.push(entry)
    }
    this.#entries.push(...added)
    return () => {
      const storedAt = ++this.#step
      for (const entry of added) entry.storedAt = storedAt
      this.#forget()
    }
  }

  /** Paths of the newest state that are about `subject`, where the store has shown `stored`. */
  about(collection: string, subject: string, stored: readonly string[]): Set<string> {
    const link = linkKey(collection, subject)
    const shown = stored.filter(path => {
      const entry = this.#byPath.get(path)
      return !entry || entry.link === link
    })
    return new Set([...shown, ...(this.#byLink.get(link) ?? [])])
  }

  /** What was stored before the oldest look began, that look has shown. */
  #forget(): void {
    const [oldest = Infinity] = this.#looks
    let count = 0
    for (const entry of this.#entries) {
      if (entry.storedAt === undefined || entry.storedAt > oldest) break
      count++
      if (this.#byPath.get(entry.path) !== entry) continue
      this.#byPath.delete(entry.path)
      this.#unlink(entry)
    }
    if (count > 0) this.#entries.splice(0, count)
  }

  #unlink(entry: Entry | undefined): void {
    const paths = entry?.link === undefined ? undefined : this.#byLink.get(entry.link)
    if (!entry?.link || !paths) return
    paths.delete(entry.path)
    if (paths.size === 0) this.#byLink.delete(entry.link)
  }
}
