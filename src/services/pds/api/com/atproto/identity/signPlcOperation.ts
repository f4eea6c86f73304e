/** Signs a change of the caller's identity with this server's rotation key, once a code from his mail allows it. */
import type {PlcData} from '#atp/plc/operation.ts'
import {signPlcOperation} from '#lex/gen/com/atproto/identity/signPlcOperation.ts'
import {procedure} from '../../../callers.ts'
import {wrongCode, type EmailTokens} from '../../../../mail/email-tokens.ts'
import type {PlcOperations} from '../../../../identity/plc-operations.ts'

type Deps = {emailTokens: Pick<EmailTokens, 'demand' | 'take'>; plc: Pick<PlcOperations, 'sign'>}

export const endpoint = ({emailTokens, plc}: Deps) =>
  procedure(signPlcOperation, {
    auth: 'leaverOrClient',
    async handle({input: {token, rotationKeys, alsoKnownAs, verificationMethods, services}, caller, fail}) {
      const {did} = caller.for({resource: 'identity', attr: '*'})
      if (token === undefined) throw fail('InvalidRequest', 'token: enter the code that was sent by email.')
      await emailTokens.demand(did, 'plc_operation', token)
      // What is not of the right shape is refused where the operation is read back.
      const operation = await plc.sign(did, data => ({
        rotationKeys: rotationKeys ?? data.rotationKeys,
        alsoKnownAs: alsoKnownAs ?? data.alsoKnownAs,
        verificationMethods: (verificationMethods as PlcData['verificationMethods']) ?? data.verificationMethods,
        services: (services as PlcData['services']) ?? data.services,
      }))
      // Of two who came with it at once, one is given what it is for.
      if (!(await emailTokens.take(did, 'plc_operation', token))) throw wrongCode()
      return {operation: {...operation, services: {...operation.services} as Record<string, {}>}}
    },
  })
