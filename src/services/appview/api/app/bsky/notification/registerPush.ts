/** Refuses to send notifications to a device: nothing here does, and clients do not ask again. */
import {registerPush} from '#lex/gen/app/bsky/notification/registerPush.ts'
import {procedure} from '../../../../callers.ts'

export const endpoint = () =>
  procedure(registerPush, {
    auth: 'viewer',
    async handle({fail}) {
      throw fail('MethodNotImplemented', 'This AppView does not send to devices.')
    },
  })
