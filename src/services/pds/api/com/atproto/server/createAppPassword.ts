/** Makes a password for one app, which can be taken away again. */
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {createAppPassword} from '#lex/gen/com/atproto/server/createAppPassword.ts'
import {procedure} from '../../../callers.ts'
import type {Logins} from '../../../../accounts/logins.ts'

type Deps = {logins: Pick<Logins, 'addAppPassword'>}

export const endpoint = ({logins}: Deps) =>
  procedure(createAppPassword, {
    auth: 'full',
    async handle({input, caller}) {
      const made = await logins.addAppPassword(caller.did, input.name, input.privileged ?? false)
      const {name, password, privileged, createdMs} = made
      return {name, password, privileged, createdAt: datetimeOf(createdMs)}
    },
  })
