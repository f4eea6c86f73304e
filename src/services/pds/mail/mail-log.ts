/** Which mails went out lately, and which did not and why: for whoever runs the server. Never what was in them. */
export interface MailNote {
  atMs: number
  to: string
  subject: string
  /** Undefined for one that went. */
  fault: string | undefined
}

const notesMax = 200

/** Kept in memory: a restart begins anew. */
export class MailLog {
  readonly #notes: MailNote[] = []

  note(note: MailNote): void {
    this.#notes.push(note)
    if (this.#notes.length > notesMax) this.#notes.shift()
  }

  /** The newest first. */
  recent(): readonly MailNote[] {
    return this.#notes.toReversed()
  }
}
