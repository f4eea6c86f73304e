/**
 * An answer as JSON text, made in one step. Views hold records that are JSON already, so the router need not look for
 * bytes and links in them again: a page of a timeline is 150 kB, and its second walk would cost as much as its query.
 */
import type {Method, OutputOf} from '#lex/schema/method.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {Reply} from '#std/wire/reply.ts'

/** `rev` is the last commit of the viewer's that is indexed: by it their own server knows what it has to add. */
export function answer<M extends Method>(_: M, output: Plain<OutputOf<M>>, rev?: string | null): Response {
  const headers = new Headers({'content-type': 'application/json'})
  if (rev) headers.set('atproto-repo-rev', rev)
  return new Reply(JSON.stringify(output), {headers})
}
