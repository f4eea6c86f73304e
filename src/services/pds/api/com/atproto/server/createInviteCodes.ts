/** Makes invite codes for several accounts. */
import {createInviteCodes} from '#lex/gen/com/atproto/server/createInviteCodes.ts'
import {procedure} from '../../../callers.ts'
import type {Invites} from '../../../../accounts/invites.ts'

type Deps = {invites: Pick<Invites, 'create'>}

const codesMax = 10_000

export const endpoint = ({invites}: Deps) =>
  procedure(createInviteCodes, {
    auth: 'admin',
    async handle({input, fail}) {
      const {codeCount, useCount, forAccounts = ['admin']} = input
      if (codeCount * forAccounts.length > codesMax) {
        throw fail('InvalidRequest', `At most ${codesMax} codes can be created at a time.`)
      }
      return {codes: await invites.create(forAccounts, codeCount, useCount)}
    },
  })
