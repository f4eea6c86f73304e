/** What comes next for a request for access: a decision on its own, so that it can be read as a whole. */
import type {Did} from '#atp/syntax/did.ts'
import type {AuthorizationView, Rejection} from '../../oauth/authorizations.ts'

/** An account that the browser is signed in to. */
export interface Candidate {
  did: Did
  handle: string | null
  signedInMs: number
  /** Its owner showed who he is not too long ago. */
  isFresh: boolean
  /** See `DeviceAccount`. */
  sessionEpoch: number
}

export interface Situation {
  asked: Pick<AuthorizationView, 'prompt' | 'loginHint' | 'createdMs'>
  candidates: readonly Candidate[]
  /** The account that was picked, if one was. */
  picked: string | undefined
}

export type Step =
  | {do: 'go-on'; account: Candidate}
  | {do: 'sign-in'; as: string | undefined; again: boolean}
  | {do: 'sign-up'}
  | {do: 'choose'}
  | {do: 'reject'; error: Rejection}

export function stepOf({asked: {prompt, loginHint, createdMs}, candidates, picked}: Situation): Step {
  const hinted = loginHint === undefined ? undefined : candidates.find(one => isCalled(one, loginHint))
  if (prompt === 'none') return withoutWords(candidates, loginHint, hinted)
  if (picked === undefined) {
    if (prompt === 'create') return {do: 'sign-up'}
    if (candidates.length === 0) return {do: 'sign-in', as: loginHint, again: false}
    if (prompt === 'select_account') return {do: 'choose'}
    if (loginHint !== undefined && !hinted) return {do: 'sign-in', as: loginHint, again: false}
    if (loginHint === undefined && candidates.length > 1) return {do: 'choose'}
  }
  const account = picked === undefined ? (hinted ?? candidates[0]) : candidates.find(({did}) => did === picked)
  if (!account) return {do: 'sign-in', as: picked, again: false}
  const isShown = account.isFresh && (prompt !== 'login' || account.signedInMs >= createdMs)
  return isShown
    ? {do: 'go-on', account}
    : {do: 'sign-in', as: account.handle ?? account.did, again: prompt === 'login'}
}

/** Where nothing may be asked of the person. */
function withoutWords(
  candidates: readonly Candidate[],
  loginHint: string | undefined,
  hinted: Candidate | undefined,
): Step {
  if (loginHint === undefined && candidates.length > 1) return {do: 'reject', error: 'account_selection_required'}
  const account = loginHint === undefined ? candidates[0] : hinted
  return account?.isFresh ? {do: 'go-on', account} : {do: 'reject', error: 'login_required'}
}

const isCalled = ({did, handle}: Candidate, name: string): boolean =>
  name === did || name.replace(/^@/, '').toLowerCase() === handle
