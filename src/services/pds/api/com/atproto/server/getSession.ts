/** Says whose session this is. */
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import {accountAnswer, type SessionDocs} from '../../../session-answer.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; didDocs: SessionDocs}

export const endpoint = ({accounts, didDocs}: Deps) =>
  query(getSession, {
    auth: 'sessionOrClient',
    async handle({caller, fail}) {
      const account = await accounts.find(caller.for('nothing').did)
      if (!account) throw fail('InvalidRequest', 'This account no longer exists here.')
      const mayReadEmail = caller.may({resource: 'account', attr: 'email', action: 'read'})
      return accountAnswer(mayReadEmail ? account : {...account, email: null}, didDocs)
    },
  })
