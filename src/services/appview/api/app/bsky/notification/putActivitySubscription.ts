/** Wishes to hear of an account’s posts. */
import {putActivitySubscription} from '#lex/gen/app/bsky/notification/putActivitySubscription.ts'
import {answer} from '../../../../pages/answer.ts'
import {procedure} from '../../../../callers.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'subscribe'>}

export const endpoint = ({state}: Deps) =>
  procedure(putActivitySubscription, {
    auth: 'viewer',
    async handle({input: {subject, activitySubscription}, caller, fail}) {
      if (subject === caller.did) throw fail('InvalidRequest', 'Cannot subscribe to own activity')
      await state.subscribe(caller.did, subject, activitySubscription)
      const isSet = activitySubscription.post || activitySubscription.reply
      return answer(putActivitySubscription, {subject, activitySubscription: isSet ? activitySubscription : undefined})
    },
  })
