/** Nobody waits in a queue here: an account that is made is made. */
import {checkSignupQueue} from '#lex/gen/com/atproto/temp/checkSignupQueue.ts'
import {query} from '../../../callers.ts'

export const endpoint = () => query(checkSignupQueue, {auth: 'session', handle: async () => ({activated: true})})
