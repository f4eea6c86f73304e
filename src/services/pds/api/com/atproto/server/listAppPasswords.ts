/** The names of the caller's app passwords. */
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {listAppPasswords} from '#lex/gen/com/atproto/server/listAppPasswords.ts'
import {query} from '../../../callers.ts'
import type {Logins} from '../../../../accounts/logins.ts'

type Deps = {logins: Pick<Logins, 'appPasswords'>}

export const endpoint = ({logins}: Deps) =>
  query(listAppPasswords, {
    auth: 'full',
    async handle({caller}) {
      const all = await logins.appPasswords(caller.did)
      return {
        passwords: all.map(({name, privileged, createdMs}) => ({name, privileged, createdAt: datetimeOf(createdMs)})),
      }
    },
  })
