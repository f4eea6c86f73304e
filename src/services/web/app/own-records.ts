/** Writing to one's own repository, and waiting until the AppView has seen it. */
import type {ValueMap} from '#atp/data/value.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import {deleteRecord} from '#lex/gen/com/atproto/repo/deleteRecord.ts'
import type {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

type Own = {readonly did: Did; readonly client: Client}

/** What a write has made. `rev` is the state of the repository that holds it. */
export interface Written {
  uri: string
  cid: string
  rev: string | undefined
}

const waitMs = 25
const waitsMax = 40

/** Writes a record whose `$type` is its collection. Throws `UpstreamError`. */
export async function createOwn({did, client}: Own, record: ValueMap & {$type: string}): Promise<Written> {
  const {uri, cid, commit} = await client.procedure(createRecord, {repo: did, collection: record.$type, record})
  return {uri, cid, rev: commit?.rev}
}

/** Deletes a record of one's own; one of another account, or an ill-formed address, is left alone. */
export async function deleteOwn({did, client}: Own, uri: string): Promise<{rev: string | undefined}> {
  const {authority, collection, rkey} = parseAtUri(uri)
  if (authority !== did || !collection || !rkey) return {rev: undefined}
  const {commit} = await client.procedure(deleteRecord, {repo: did, collection, rkey})
  return {rev: commit?.rev}
}

/**
 * Waits until views show what was written, so that the page that comes next does. The AppView says up to where it has
 * read a repository (header `Atproto-Repo-Rev`); one that does not say, or falls behind, is not waited for long.
 */
export async function seenByViews(
  {did, client}: Own,
  rev: string | undefined,
  world: Pick<World, 'sleep'>,
): Promise<void> {
  if (rev === undefined) return
  for (let waits = 0; waits < waitsMax; waits++) {
    try {
      const {headers} = await client.queryAnswer(getProfile, {actor: did})
      const seen = headers.get('atproto-repo-rev')
      if (seen === null || seen >= rev) return
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      return
    }
    await world.sleep(waitMs)
  }
}
