/** Sends the code by which this server signs a change of the caller's identity. */
import {requestPlcOperationSignature} from '#lex/gen/com/atproto/identity/requestPlcOperationSignature.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'sendCode'>}

export const endpoint = ({emails}: Deps) =>
  procedure(requestPlcOperationSignature, {
    auth: 'leaverOrClient',
    async handle({caller}) {
      await emails.sendCode(caller.for({resource: 'identity', attr: '*'}).did, 'plc_operation')
      return undefined
    },
  })
