/**
 * What became of something that may fail through no fault of ours: a value, or a reason. Whoever asks must look before
 * the value can be had, and may count and tell the reasons apart. Nothing is wrapped: what it comes to stands beside
 * `ok`, so a result costs no more than the value does.
 */

export interface Ok {
  readonly ok: true
}

/** It was not done. `reason` is in kebab-case, and one of few. */
export interface Refused<Reason extends string = string> {
  readonly ok: false
  readonly reason: Reason
}

/** As most are: with a sentence for a person, which says what was found. */
export interface Explained<Reason extends string = string> extends Refused<Reason> {
  readonly detail: string
}

/** A value's fields beside `ok`, or one of the refusals: `Result<{root: Cid}, Explained<'missing-block' | 'bad-node'>>`. */
export type Result<Value extends object, Why extends Refused = Explained> = (Ok & Readonly<Value>) | Why

export const refused = <Reason extends string>(reason: Reason, detail: string): Explained<Reason> => ({
  ok: false,
  reason,
  detail,
})
