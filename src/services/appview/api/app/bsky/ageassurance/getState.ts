/** How far an account's age is assured: never begun, and as no region has rules, all is open to it. */
import {getState} from '#lex/gen/app/bsky/ageassurance/getState.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'

type Deps = {hydrator: Pick<HydrationStore, 'hydrate'>}

export const endpoint = ({hydrator}: Deps) =>
  query(getState, {
    auth: 'viewer',
    async handle({caller}) {
      const {viewer} = await hydrator.hydrate(caller.did, {})
      const state = {status: 'unknown', access: 'full'}
      return answer(getState, {state, metadata: {accountCreatedAt: viewer?.createdAt}})
    },
  })
