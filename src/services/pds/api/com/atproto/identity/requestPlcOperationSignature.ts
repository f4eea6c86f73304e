/** Sends the code by which this server signs a change of the caller's identity. */
import {requestPlcOperationSignature} from '#lex/gen/com/atproto/identity/requestPlcOperationSignature.ts'
import {procedure} from '../../../callers.ts'
import {demandPlc} from '../../../../identity/plc-operations.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'sendCode'>}

export const endpoint = ({emails}: Deps) =>
  procedure(requestPlcOperationSignature, {
    auth: 'leaverOrClient',
    async handle({caller}) {
      const {did} = caller.for({resource: 'identity', attr: '*'})
      demandPlc(did)
      await emails.sendCode(did, 'plc_operation')
      return undefined
    },
  })
