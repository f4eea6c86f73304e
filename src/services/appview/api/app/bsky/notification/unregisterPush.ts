/** A device that never was registered is no longer: nothing to do. */
import {unregisterPush} from '#lex/gen/app/bsky/notification/unregisterPush.ts'
import {procedure} from '../../../../callers.ts'

export const endpoint = () =>
  procedure(unregisterPush, {
    auth: 'viewer',
    handle: async () => undefined,
  })
