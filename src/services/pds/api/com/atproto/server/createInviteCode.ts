/** Makes an invite code. */
import {createInviteCode} from '#lex/gen/com/atproto/server/createInviteCode.ts'
import {procedure} from '../../../callers.ts'
import type {Invites} from '../../../../accounts/invites.ts'

type Deps = {invites: Pick<Invites, 'create'>}

export const endpoint = ({invites}: Deps) =>
  procedure(createInviteCode, {
    auth: 'admin',
    async handle({input}) {
      const {useCount, forAccount = 'admin'} = input
      const [{codes}] = await invites.create([forAccount], 1, useCount)
      return {code: codes[0]}
    },
  })
