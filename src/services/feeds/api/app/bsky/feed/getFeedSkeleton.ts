/** A page of a feed, as URIs: an AppView makes posts of them. */
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {getFeedSkeleton} from '#lex/gen/app/bsky/feed/getFeedSkeleton.ts'
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import {Reply} from '#std/wire/reply.ts'
import {BadCursor} from '#sdk/feed/feed.ts'
import type {Skeletons} from '../../../../skeletons/skeletons.ts'
import type {Usage} from '../../../../usage.ts'
import {query} from '../../../callers.ts'

type Deps = {skeletons: Pick<Skeletons, 'find' | 'page'>; usage: Pick<Usage, 'read'>; now: () => number}

const cursorLengthMax = 512
const languagesMax = 10

/** As in `pt-BR, en;q=0.8`: best first, as browsers write them. */
const languagesIn = (header: string | null): readonly string[] =>
  (header ?? '')
    .slice(0, 200)
    .split(',', languagesMax)
    .flatMap(part => /^\s*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\s*(?:;|$)/i.exec(part)?.[1] ?? [])

export const endpoint = ({skeletons, usage, now}: Deps) =>
  query(getFeedSkeleton, {
    auth: 'anyone',
    async handle({params: {feed: uri, limit, cursor}, caller, fail, request}) {
      const {authority, collection, rkey} = parseAtUri(uri)
      const found = collection === 'app.bsky.feed.generator' ? skeletons.find(authority, rkey ?? '') : undefined
      if (!found) throw fail('UnknownFeed', 'There is no such feed here.')
      if (found.feed.isPersonal && !caller) {
        throw fail('AuthenticationRequired', 'This feed is made for each reader: sign in to see it.')
      }
      if (cursor !== undefined && cursor.length > cursorLengthMax) {
        throw fail('InvalidRequest', `malformed cursor: a cursor has at most ${cursorLengthMax} characters.`)
      }
      const languages = languagesIn(request.headers.get('accept-language'))
      const begunMs = now()
      try {
        const text = await skeletons.page(found, {viewer: caller?.did, limit, cursor, languages})
        usage.read(found.key, caller?.did, now() - begunMs)
        return new Reply(text, {headers: new PlainHeaders(['content-type', 'application/json'])})
      } catch (error) {
        if (error instanceof BadCursor) throw fail('InvalidRequest', `malformed cursor: ${error.message}`)
        throw error
      }
    },
  })
