/** Submits a change of the caller's identity, if it leaves the account in working order here. */
import {invalidHandle} from '#atp/syntax/handle.ts'
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {submitPlcOperation} from '#lex/gen/com/atproto/identity/submitPlcOperation.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {procedure} from '../../../callers.ts'
import type {OwnIdentities} from '../../../../identity/own-identities.ts'
import {demandPlc, type PlcOperations} from '../../../../identity/plc-operations.ts'
import type {Standing} from '../../../../accounts/standing.ts'

type Deps = {
  accountStore: Pick<AccountStore, 'byDid'>
  standing: Pick<Standing, 'signingKey' | 'announceIdentity'>
  plc: Pick<PlcOperations, 'checked' | 'submit'>
  ownIdentities: Pick<OwnIdentities, 'forget'>
}

export const endpoint = ({accountStore, standing, plc, ownIdentities}: Deps) =>
  procedure(submitPlcOperation, {
    auth: 'sessionOrClient',
    async handle({input, caller}) {
      const {did} = caller.for({resource: 'identity', attr: '*'})
      demandPlc(did)
      const handle = (await accountStore.byDid(did))?.handle ?? invalidHandle
      await plc.submit(did, plc.checked(valueToJson(input.operation as Value), handle, await standing.signingKey(did)))
      ownIdentities.forget(did)
      await standing.announceIdentity(did)
      return undefined
    },
  })
