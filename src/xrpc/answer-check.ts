/**
 * Whether services answer as their lexicons say, looked at where the answers go out. Clients check what they are
 * answered, so one view that is not valid makes everything on its page unreadable for them, and the server that made it
 * would never hear of it. An answer then costs two to three times as much, so it is for tests and for development: one
 * switch for the whole process, since every service in it is to be looked at.
 */
import {faultText} from '#lex/schema/fault.ts'
import type {Procedure, Query} from '#lex/schema/method.ts'
import {Malformed} from '#std/malformed.ts'
import type {Reply} from '#std/wire/reply.ts'
import {answerJson} from './body.ts'

/** Told of an answer that is not valid. What it throws becomes the answer. */
export type AnswerReport = (nsid: string, fault: string) => void

let report: AnswerReport | undefined

/** From now on each JSON answer of each router is checked; with `undefined`, none. */
export function checkAnswers(told: AnswerReport | undefined): void {
  report = told
}

/** The report of the process, if answers are checked. */
export const answerReport = (): AnswerReport | undefined => report

/** What is wrong with an answer that was written by hand; `undefined` for nothing, and for what is no JSON. */
export function replyFault({output}: Query | Procedure, {status, content}: Reply): string | undefined {
  if (status !== 200 || !output?.schema || content === null) return undefined
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  try {
    const fault = output.schema.check(answerJson(bytes))
    return fault && faultText(fault)
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}
