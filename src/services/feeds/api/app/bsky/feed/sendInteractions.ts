/** What readers do with the posts of a feed, where it wants to be told. */
import type {Interaction} from '#lex/gen/app/bsky/feed/defs.ts'
import {sendInteractions} from '#lex/gen/app/bsky/feed/sendInteractions.ts'
import {setRateLimitHeaders} from '#runtime/http/rate-limit-headers.ts'
import type {Interactions} from '../../../../interactions.ts'
import {procedure} from '../../../callers.ts'

type Deps = {interactions: Pick<Interactions, 'note'>; now: () => number}

/** In one call. Apps send what they have every few seconds. */
const interactionsMax = 500

export const endpoint = ({interactions, now}: Deps) =>
  procedure(sendInteractions, {
    auth: 'viewer',
    async handle({input: {feed, interactions: told}, caller: {did}, fail}) {
      if (told.length > interactionsMax)
        throw fail('InvalidRequest', `There may be ${interactionsMax} of them at a time.`)
      const refused = await interactions.note(did, feed, told as readonly Interaction[])
      if (refused) {
        const headers = new Headers()
        setRateLimitHeaders(headers, refused, now())
        const again = headers.get('retry-after')
        const message = `So many interactions are not taken at a time: try again in ${again} seconds.`
        throw fail('RateLimitExceeded', message, {headers: Object.fromEntries(headers)})
      }
      return {}
    },
  })
