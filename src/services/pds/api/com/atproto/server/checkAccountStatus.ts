/** How far the caller's account is on its way here. */
import {checkAccountStatus} from '#lex/gen/com/atproto/server/checkAccountStatus.ts'
import {query} from '../../../callers.ts'
import type {Standing} from '../../../../accounts/standing.ts'

type Deps = {standing: Pick<Standing, 'check'>}

export const endpoint = ({standing}: Deps) =>
  query(checkAccountStatus, {
    auth: 'sessionOrClient',
    handle: ({caller}) => standing.check(caller.for('nothing').did),
  })
