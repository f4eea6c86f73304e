/** What the document of the caller's identity should say, so that the account works here. */
import {didMethod} from '#atp/syntax/did.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import {getRecommendedDidCredentials} from '#lex/gen/com/atproto/identity/getRecommendedDidCredentials.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import type {PlcOperations} from '../../../../identity/plc-operations.ts'
import type {Standing} from '../../../../accounts/standing.ts'

type Deps = {
  accounts: Pick<Accounts, 'find'>
  standing: Pick<Standing, 'signingKey'>
  plc: Pick<PlcOperations, 'data'>
}

export const endpoint = ({accounts, standing, plc}: Deps) =>
  query(getRecommendedDidCredentials, {
    auth: 'sessionOrClient',
    async handle({caller}) {
      const {did} = caller.for('nothing')
      const handle = (await accounts.find(did))?.handle ?? invalidHandle
      const data = plc.data(handle, await standing.signingKey(did))
      const {rotationKeys, alsoKnownAs, verificationMethods} = data
      const services = {atproto_pds: {...data.services.atproto_pds}}
      const all = {alsoKnownAs, verificationMethods, services}
      return didMethod(did) === 'plc' ? {...all, rotationKeys} : all
    },
  })
