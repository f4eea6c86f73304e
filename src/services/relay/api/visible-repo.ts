/** A repository that anyone may read, or the error that the sync methods declare. */
import type {Did} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Head, RepoState} from '../repos/repo-state.ts'
import type {States} from '../repos/states.ts'

const errors: Readonly<Record<string, string>> = {
  takendown: 'RepoTakendown',
  suspended: 'RepoSuspended',
  deactivated: 'RepoDeactivated',
}

export async function visibleRepo(states: Pick<States, 'one'>, did: Did): Promise<RepoState & {head: Head}> {
  const state = await states.one(did)
  if (state && !state.active) {
    const {status} = state
    throw new XrpcError(errors[status ?? ''] ?? 'RepoNotFound', `${did} is not active: ${status ?? 'its server says'}.`)
  }
  if (!state?.head) throw new XrpcError('RepoNotFound', `Nothing is known here of a repository of ${did}.`)
  return {...state, head: state.head}
}

/** As the sync methods tell of a state. */
export const statusOf = ({active, status}: RepoState): {active: boolean; status?: string} =>
  active || status === null ? {active} : {active, status}
