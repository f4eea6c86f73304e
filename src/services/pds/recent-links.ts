/**
 * What likes, reposts, follows and blocks are about, for the commits of one repository that a look into the store may
 * not show yet: it is asked before the next commit is made, and shows only what is stored. So two likes of one post
 * that come at once know of each other. What is here is newer than what the store says of the same path.
 */
import {pathOf, type RepoWrite} from '#atp/repo/repo.ts'
import {isLink, subjectOf} from './record-links.ts'

interface Entry {
  subject: string | undefined
  isStored: boolean
}

export class RecentLinks {
  readonly #entries = new Map<string, Entry>()
  #looks = 0

  /** To be called before the store is asked: until the look is disposed of, nothing that it may have missed is forgotten. */
  look(): Disposable {
    this.#looks++
    let isOver = false
    return {
      [Symbol.dispose]: () => {
        if (isOver) return
        isOver = true
        if (--this.#looks === 0) this.#forget()
      },
    }
  }

  /** Takes note of a commit. The function that it gives is to be called when the commit is stored. */
  add(writes: readonly RepoWrite[]): () => void {
    const added: [path: string, entry: Entry][] = []
    for (const write of writes) {
      if (!isLink(write.collection)) continue
      const subject = 'record' in write ? subjectOf(write.collection, write.record) : undefined
      const entry = {subject, isStored: false}
      added.push([pathOf(write), entry])
      this.#entries.set(pathOf(write), entry)
    }
    return () => {
      for (const [, entry] of added) entry.isStored = true
      if (added.length > 0 && this.#looks === 0) this.#forget()
    }
  }

  /** Paths of the newest state that are about `subject`, where the store has shown `stored`. */
  about(collection: string, subject: string, stored: readonly string[]): Set<string> {
    const paths = new Set(stored)
    for (const [path, entry] of this.#entries) {
      if (entry.subject === subject && path.startsWith(`${collection}/`)) paths.add(path)
      else paths.delete(path)
    }
    return paths
  }

  #forget(): void {
    for (const [path, {isStored}] of this.#entries) if (isStored) this.#entries.delete(path)
  }
}
