/** What readers do with the posts of a feed, where it wants to be told. */
import type {Interaction} from '#lex/gen/app/bsky/feed/defs.ts'
import {sendInteractions} from '#lex/gen/app/bsky/feed/sendInteractions.ts'
import type {Interactions} from '../../../../interactions.ts'
import {procedure} from '../../../callers.ts'

type Deps = {interactions: Pick<Interactions, 'note'>}

/** In one call. Apps send what they have every few seconds. */
const interactionsMax = 500

export const endpoint = ({interactions}: Deps) =>
  procedure(sendInteractions, {
    auth: 'viewer',
    async handle({input: {feed, interactions: told}, caller: {did}, fail}) {
      if (told.length > interactionsMax)
        throw fail('InvalidRequest', `There may be ${interactionsMax} of them at a time.`)
      const isNoted = await interactions.note(did, feed, told as readonly Interaction[])
      if (!isNoted) throw fail('RateLimitExceeded', 'Rate Limit Exceeded')
      return {}
    },
  })
