/** Reserves the key of an account that is to come here, so that its document can name the key before. */
import {reserveSigningKey} from '#lex/gen/com/atproto/server/reserveSigningKey.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {strangersAt} from '#runtime/strangers/stranger.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {procedure} from '../../../callers.ts'

type Deps = {accounts: Pick<Accounts, 'reserveKey'>}

export const endpoint = ({accounts}: Deps) =>
  procedure(reserveSigningKey, {
    auth: 'none',
    handle: async ({input, request}) => ({
      signingKey: await accounts.reserveKey(input.did, strangersAt(peerAddress(request)).one),
    }),
  })
