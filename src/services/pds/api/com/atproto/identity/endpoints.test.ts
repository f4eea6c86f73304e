/** What the methods of com.atproto.identity answer, given what stands behind them. */
import {handleOf, parseDidDocument} from '#atp/identity/did-document.ts'
import type {PlcData, PlcUpdate} from '#atp/plc/operation.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {
  accountOf,
  did,
  endpointTable,
  otherDid,
  type EndpointRow,
  refuses,
} from '../../../../../../../test/pds-endpoints.ts'
import type {IdentityInfoDeps} from '../../../../identity/identity-info.ts'
import {Refusal} from '../../../../refusal.ts'
import {endpoint as getRecommendedDidCredentials} from './getRecommendedDidCredentials.ts'
import {endpoint as refreshIdentity} from './refreshIdentity.ts'
import {endpoint as requestPlcOperationSignature} from './requestPlcOperationSignature.ts'
import {endpoint as resolveDid} from './resolveDid.ts'
import {endpoint as resolveHandle} from './resolveHandle.ts'
import {endpoint as resolveIdentity} from './resolveIdentity.ts'
import {endpoint as signPlcOperation} from './signPlcOperation.ts'
import {endpoint as submitPlcOperation} from './submitPlcOperation.ts'
import {endpoint as updateHandle} from './updateHandle.ts'

type Note = (...asked: unknown[]) => void

const key = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
const data: PlcData = {
  rotationKeys: [key],
  alsoKnownAs: ['at://alice.test'],
  verificationMethods: {atproto: key},
  services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: 'https://pds.example.com'}},
}
const operation = {type: 'plc_operation', ...data, prev: null, sig: 'sig'} as unknown as PlcUpdate

const recommending = (account = accountOf()) => ({
  accounts: {find: async () => account},
  standing: {signingKey: async () => key},
  plc: {data: (handle: string) => ({...data, alsoKnownAs: [`at://${handle}`]})},
})
endpointTable(getRecommendedDidCredentials, {
  auth: 'sessionOrClient',
  rows: [
    {it: 'tells what the document should say', deps: () => recommending(), gives: data},
    {
      it: 'names no rotation keys to one that has none, and no handle to one without',
      deps: () => recommending(accountOf({handle: null})),
      caller: {did: 'did:web:alice.example.com', scope: 'com.atproto.access'},
      gives: {
        alsoKnownAs: ['at://handle.invalid'],
        verificationMethods: data.verificationMethods,
        services: data.services,
      },
    },
    {
      it: 'is refused where there is no repository',
      deps: () => ({accounts: {find: async () => accountOf()}, standing: {signingKey: refuses('no-repo')}}),
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(requestPlcOperationSignature, {
  auth: 'leaverOrClient',
  rows: [
    {
      it: 'is not for an identity that no directory keeps',
      caller: {did: 'did:web:alice.example.com', scope: 'com.atproto.access'},
      fails: 'InvalidRequest',
      says: /its own host/,
    },
    {
      it: 'sends the code for just that',
      deps: note => ({emails: {sendCode: async (...all) => note(...all)}}),
      asks: [[did, 'plc_operation']],
    },
    {
      it: 'is refused without an address to send it to',
      deps: () => ({emails: {sendCode: refuses('no-email')}}),
      fails: 'InvalidRequest',
    },
  ],
})

const document = parseDidDocument({id: did, alsoKnownAs: ['at://alice.test']})
const lost = (reason: 'not-found' | 'deactivated') => async () => ({ok: false, reason, detail: 'No.'}) as never
/** Of an identity that is not here, as the network tells it. */
const network = (identity: IdentityInfoDeps['identities']['identity']) => () => ({
  accounts: {find: async () => undefined},
  identities: {identity},
})
const identityRows = (
  ask: (identifier: string) => Pick<EndpointRow<IdentityInfoDeps>, 'params' | 'input'>,
  gives: (handle: string) => unknown,
): EndpointRow<IdentityInfoDeps>[] => [
  {
    it: 'tells of an account here what this server knows',
    deps: () => ({
      accounts: {find: async () => accountOf()},
      ownIdentities: {current: async () => ({ok: true, value: {document}}) as never},
    }),
    ...ask(did),
    gives: gives('alice.test'),
  },
  {
    it: 'tells the handle of an account here only where its document does',
    deps: () => ({
      accounts: {find: async () => accountOf({handle: 'other.test' as Handle})},
      ownIdentities: {current: async () => ({ok: true, value: {document}}) as never},
    }),
    ...ask(did),
    gives: gives('handle.invalid'),
  },
  {
    it: 'tells of others what the network does',
    deps: network(async () => ({ok: true, value: {did, handle: handleOf(document), document}}) as never),
    ...ask(did),
    gives: gives('alice.test'),
  },
  {it: 'answers DidNotFound', deps: network(lost('not-found')), ...ask(otherDid), fails: 'DidNotFound', status: 400},
  {it: 'answers DidDeactivated', deps: network(lost('deactivated')), ...ask(otherDid), fails: 'DidDeactivated'},
]
const didDoc = {id: did, alsoKnownAs: ['at://alice.test']}
const info = (handle: string) => ({did, handle, didDoc})
const unknownHandle = {it: 'answers HandleNotFound', deps: network(lost('not-found')), fails: 'HandleNotFound'}

endpointTable(resolveIdentity, {
  auth: 'none',
  rows: [
    ...identityRows(identifier => ({params: {identifier}}), info),
    {...unknownHandle, params: {identifier: 'nobody.test'}},
  ],
})
endpointTable(refreshIdentity, {
  auth: 'sessionOrClient',
  rows: [
    ...identityRows(identifier => ({input: {identifier}}), info),
    {...unknownHandle, input: {identifier: 'nobody.test'}},
    {
      it: 'looks anew, but not more often than every ten seconds',
      deps: note => ({
        accounts: {find: async () => undefined},
        identities: {
          async identity(_, look) {
            note(look)
            return {ok: false, reason: 'not-found', detail: 'No.'} as never
          },
        },
      }),
      input: {identifier: otherDid},
      fails: 'DidNotFound',
      asks: [{maxAgeMs: 10_000}],
    },
  ],
})
endpointTable(resolveDid, {
  auth: 'none',
  rows: identityRows(
    who => ({params: {did: who}}),
    () => ({didDoc}),
  ),
})

const found = (note: Note) => ({
  accounts: {find: async () => undefined},
  identities: {
    async handleDid(handle: string) {
      note(handle)
      return {ok: true, value: otherDid} as never
    },
  },
  handleDomains: ['.test'],
})
endpointTable(resolveHandle, {
  auth: 'none',
  rows: [
    {
      it: 'knows the accounts here',
      deps: () => ({accounts: {find: async () => accountOf()}}),
      params: {handle: 'alice.test'},
      gives: {did},
    },
    {
      it: 'asks the network for others',
      deps: found,
      params: {handle: 'bob.example.com'},
      gives: {did: otherDid},
      asks: ['bob.example.com'],
    },
    {
      it: 'asks nobody for handles of its own domains',
      deps: found,
      params: {handle: 'nobody.test'},
      fails: 'HandleNotFound',
      asks: [],
    },
    {
      it: 'leads to no account that was taken down',
      deps: note => ({...found(note), accounts: {find: async () => accountOf({takedownRef: 'why'})}}),
      params: {handle: 'alice.test'},
      fails: 'HandleNotFound',
      asks: [],
    },
    {
      it: 'leads nowhere when the network knows nobody',
      deps: note => ({...found(note), identities: {handleDid: lost('not-found')}}),
      params: {handle: 'bob.example.com'},
      fails: 'HandleNotFound',
    },
  ],
})

const signing = (note: Note) => ({
  emailTokens: {
    demand: async (...all: unknown[]) => note('demanded', ...all),
    async take(...all: unknown[]) {
      note('taken', ...all)
      return true
    },
  },
  plc: {
    async sign(_: unknown, change: (before: PlcData) => PlcData) {
      note(change(data))
      return operation
    },
  },
})
const code = 'AAAAA-BBBBB'
endpointTable(signPlcOperation, {
  auth: 'leaverOrClient',
  rows: [
    {
      it: 'signs what is to change, and leaves the rest',
      deps: signing,
      input: {token: code, alsoKnownAs: ['at://new.test']},
      gives: {operation: {...operation}},
      asks: [
        ['demanded', did, 'plc_operation', code],
        {...data, alsoKnownAs: ['at://new.test']},
        ['taken', did, 'plc_operation', code],
      ],
    },
    {
      it: 'gives nothing for a code that somebody else has used meanwhile',
      deps: note => ({...signing(note), emailTokens: {...signing(note).emailTokens, take: async () => false}}),
      input: {token: code},
      fails: 'InvalidToken',
    },
    {it: 'wants a code', input: {}, fails: 'InvalidRequest', says: /code/},
    {
      it: 'wants the right code',
      deps: note => ({...signing(note), emailTokens: {demand: refuses('wrong-code')}}),
      input: {token: code},
      fails: 'InvalidToken',
      asks: [],
    },
    {
      it: 'leaves the code good for another try when the directory fails',
      deps: note => ({...signing(note), plc: {sign: refuses('directory-failed')}}),
      input: {token: code},
      fails: 'UpstreamFailure',
      status: 502,
      asks: [['demanded', did, 'plc_operation', code]],
    },
  ],
})

const submitting = (note: Note) => ({
  accountStore: {byDid: async () => accountOf()},
  standing: {signingKey: async () => key, announceIdentity: async (who: string) => note('announced', who)},
  plc: {
    checked(_: unknown, handle: string, signer: string) {
      note('checked', handle, signer)
      return operation
    },
    submit: async (who: string) => note('submitted', who),
  },
  ownIdentities: {forget: (who: string) => note('forgotten', who)},
})
endpointTable(submitPlcOperation, {
  auth: 'sessionOrClient',
  rows: [
    {
      it: 'is not for an identity that no directory keeps',
      caller: {did: 'did:web:alice.example.com', scope: 'com.atproto.access'},
      fails: 'InvalidRequest',
      says: /its own host/,
      input: {operation: {}},
    },
    {
      it: 'submits what leaves the account in order, and tells of it after that',
      deps: submitting,
      input: {operation: {}},
      asks: [
        ['checked', 'alice.test', key],
        ['submitted', did],
        ['forgotten', did],
        ['announced', did],
      ],
    },
    {
      it: 'submits nothing else',
      deps: note => ({
        ...submitting(note),
        plc: {
          checked() {
            throw new Refusal('bad-operation', 'No.')
          },
        },
      }),
      input: {operation: {}},
      fails: 'InvalidRequest',
      asks: [],
    },
    {
      it: 'tells of nothing that the directory refused',
      deps: note => ({...submitting(note), plc: {checked: () => operation, submit: refuses('directory-refused')}}),
      input: {operation: {}},
      fails: 'InvalidRequest',
      asks: [],
    },
  ],
})

endpointTable(updateHandle, {
  auth: 'fullOrClient',
  beyond: ['HandleNotAvailable', 'InvalidHandle'],
  rows: [
    {
      it: 'gives the account another handle',
      deps: note => ({accounts: {changeHandle: async (...all) => note(...all)}}),
      input: {handle: 'new.test'},
      asks: [[did, 'new.test']],
    },
    {
      it: 'takes none that is another’s',
      deps: () => ({accounts: {changeHandle: refuses('handle-taken')}}),
      input: {handle: 'new.test'},
      fails: 'HandleNotAvailable',
    },
    {
      it: 'takes none that leads elsewhere',
      deps: () => ({accounts: {changeHandle: refuses('bad-handle')}}),
      input: {handle: 'new.test'},
      fails: 'InvalidHandle',
    },
  ],
})
