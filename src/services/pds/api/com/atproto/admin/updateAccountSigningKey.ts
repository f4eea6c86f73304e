/** Gives an account another signing key, of those that were reserved here. */
import {updateAccountSigningKey} from '#lex/gen/com/atproto/admin/updateAccountSigningKey.ts'
import type {SigningKeys} from '../../../../identity/signing-keys.ts'
import {procedure} from '../../../callers.ts'

type Deps = {signingKeys: Pick<SigningKeys, 'exchange'>}

export const endpoint = ({signingKeys}: Deps) =>
  procedure(updateAccountSigningKey, {
    auth: 'admin',
    async handle({input}) {
      await signingKeys.exchange(input.did, input.signingKey)
      return undefined
    },
  })
