/** A session as createSession, refreshSession and getSession answer it. */
import type {ValueMap} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import type {Account} from '../store/accounts/account-store.ts'
import {statusOf} from '../accounts/standing.ts'
import type {Session} from '../accounts/logins.ts'

export interface DidDocs {
  /** The identity's document as it is now; undefined when it cannot be had at this moment. */
  document(did: Did): Promise<ValueMap | undefined>
}

export interface SessionDocs {
  /** As above, if the document leads to this server. */
  documentHere(did: Did): Promise<ValueMap | undefined>
}

export async function accountAnswer(account: Account, didDocs: SessionDocs) {
  const {did, handle, email, emailConfirmedMs, emailFactorMs} = account
  return {
    did,
    handle: handle ?? invalidHandle,
    didDoc: await didDocs.documentHere(did),
    ...(email !== null && {
      email,
      emailConfirmed: emailConfirmedMs !== null,
      emailAuthFactor: emailFactorMs !== null,
    }),
    ...statusOf(account),
  }
}

export const sessionAnswer = async ({account, accessJwt, refreshJwt}: Session, didDocs: SessionDocs) => ({
  accessJwt,
  refreshJwt,
  ...(await accountAnswer(account, didDocs)),
})
