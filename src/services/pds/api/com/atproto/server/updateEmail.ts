/** Gives the caller's account another address, or says whether sign-in codes go to the one that it has. */
import {updateEmail} from '#lex/gen/com/atproto/server/updateEmail.ts'
import type {Factors} from '../../../../factors/factors.ts'
import {procedure} from '../../../callers.ts'

type Deps = {factors: Pick<Factors, 'updateEmail'>}

export const endpoint = ({factors}: Deps) =>
  procedure(updateEmail, {
    auth: 'full',
    async handle({input, caller}) {
      await factors.updateEmail(caller.did, input)
      return undefined
    },
  })
