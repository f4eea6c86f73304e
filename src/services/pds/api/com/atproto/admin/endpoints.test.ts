/** What the methods of com.atproto.admin answer, given what stands behind them. */
import type {Did} from '#atp/syntax/did.ts'
import {accountOf, cid, did, endpointTable, otherDid, refuses} from '../../../../../../../test/pds-endpoints.ts'
import type {Subject} from '../../../../moderation/subjects.ts'
import type {Invite} from '../../../../store/accounts/invite-store.ts'
import {endpoint as deleteAccount} from './deleteAccount.ts'
import {endpoint as disableAccountInvites} from './disableAccountInvites.ts'
import {endpoint as disableInviteCodes} from './disableInviteCodes.ts'
import {endpoint as enableAccountInvites} from './enableAccountInvites.ts'
import {endpoint as getAccountInfo} from './getAccountInfo.ts'
import {endpoint as getAccountInfos} from './getAccountInfos.ts'
import {endpoint as getInviteCodes} from './getInviteCodes.ts'
import {endpoint as getSubjectStatus} from './getSubjectStatus.ts'
import {endpoint as searchAccounts} from './searchAccounts.ts'
import {endpoint as sendEmail} from './sendEmail.ts'
import {endpoint as updateAccountEmail} from './updateAccountEmail.ts'
import {endpoint as updateAccountHandle} from './updateAccountHandle.ts'
import {endpoint as updateAccountPassword} from './updateAccountPassword.ts'
import {endpoint as updateAccountSigningKey} from './updateAccountSigningKey.ts'
import {endpoint as updateSubjectStatus} from './updateSubjectStatus.ts'

type Note = (...asked: unknown[]) => void

endpointTable(deleteAccount, {
  auth: 'admin',
  rows: [
    {
      it: 'removes the account',
      deps: note => ({standing: {remove: async who => note(who)}}),
      input: {did},
      asks: [did],
    },
  ],
})

for (const [make, disabled] of [
  [disableAccountInvites, true],
  [enableAccountInvites, false],
] as const) {
  endpointTable(make, {
    auth: 'moderator',
    rows: [
      {
        it: disabled ? 'lets the account invite nobody' : 'lets the account invite again',
        deps: note => ({inviteStore: {setInviting: async (...all) => note(...all)}}),
        input: {account: did},
        asks: [[did, disabled]],
      },
    ],
  })
}

endpointTable(disableInviteCodes, {
  auth: 'moderator',
  rows: [
    {
      it: 'disables codes, and those of accounts',
      deps: note => ({inviteStore: {disableInvites: async (...all) => note(...all)}}),
      input: {codes: ['a'], accounts: [did]},
      asks: [[['a'], [did]]],
    },
    {
      it: 'disables nothing when it is told nothing',
      deps: note => ({inviteStore: {disableInvites: async (...all) => note(...all)}}),
      input: {},
      asks: [[[], []]],
    },
    {it: 'disables not all of the admin’s at once', input: {accounts: ['admin']}, fails: 'InvalidRequest'},
  ],
})

const invite: Invite = {
  code: 'a',
  uses: 2,
  disabled: true,
  forAccount: did,
  createdBy: 'admin',
  createdMs: 0,
  usedBy: [{did: otherDid, usedMs: 1}],
}
const inviteJson = {
  code: 'a',
  available: 2,
  disabled: true,
  forAccount: did,
  createdBy: 'admin',
  createdAt: '1970-01-01T00:00:00.000Z',
  uses: [{usedBy: otherDid, usedAt: '1970-01-01T00:00:00.001Z'}],
}
const inviteStore = {
  standing: async () => ({inviteCode: 'a', disabled: true}),
  invite: async () => invite,
  invitesOf: async () => [invite],
}
const account = accountOf({emailConfirmedMs: 1, deactivatedMs: 2})
const accountJson = {
  did,
  handle: 'alice.test',
  indexedAt: '1970-01-01T00:00:00.000Z',
  invitesDisabled: true,
  invites: [inviteJson],
  invitedBy: inviteJson,
  email: 'alice@example.com',
  emailConfirmedAt: '1970-01-01T00:00:00.001Z',
  deactivatedAt: '1970-01-01T00:00:00.002Z',
}
endpointTable(getAccountInfo, {
  auth: 'moderator',
  beyond: ['NotFound'],
  rows: [
    {
      it: 'tells all that is known of an account',
      deps: () => ({accountStore: {byDid: async () => account}, inviteStore}),
      params: {did},
      gives: accountJson,
    },
    {
      it: 'leaves out what an account does not have',
      deps: () => ({
        accountStore: {byDid: async () => accountOf({email: null, handle: null})},
        inviteStore: {standing: async () => ({inviteCode: null, disabled: false}), invitesOf: async () => []},
      }),
      params: {did},
      gives: {
        did,
        handle: 'handle.invalid',
        indexedAt: '1970-01-01T00:00:00.000Z',
        invitesDisabled: false,
        invites: [],
      },
    },
    {
      it: 'knows nobody else',
      deps: () => ({accountStore: {byDid: async () => undefined}}),
      params: {did},
      fails: 'NotFound',
      status: 400,
    },
  ],
})
endpointTable(getAccountInfos, {
  auth: 'moderator',
  rows: [
    {
      it: 'tells of those that are here',
      deps: () => ({accountStore: {byDid: async who => (who === did ? account : undefined)}, inviteStore}),
      params: {dids: [otherDid, did]},
      gives: {infos: [accountJson]},
    },
    {
      it: 'looks at a hundred at most',
      deps: note => ({accountStore: {byDid: async who => void note(who)}}),
      params: {dids: Array.from({length: 102}, (_, i) => `did:web:${i}.example.com`)},
      gives: {infos: []},
      asks: Array.from({length: 100}, (_, i) => `did:web:${i}.example.com`),
    },
  ],
})
endpointTable(searchAccounts, {
  auth: 'moderator',
  rows: [
    {
      it: 'finds a page by the beginning of an address, and where the next one begins',
      deps: note => ({
        accountStore: {
          async search(...all) {
            note(...all)
            return [account]
          },
        },
        inviteStore,
      }),
      params: {email: 'ali', cursor: otherDid, limit: 1},
      gives: {accounts: [accountJson], cursor: did},
      asks: [['ali', otherDid, 1]],
    },
    {
      it: 'ends where a page is not full',
      deps: () => ({accountStore: {search: async () => []}}),
      gives: {accounts: []},
    },
    {it: 'knows no cursor but its own', params: {cursor: 'x'}, fails: 'InvalidRequest'},
  ],
})

endpointTable(getInviteCodes, {
  auth: 'moderator',
  rows: [
    {
      it: 'lists a page of codes, and where the next one begins',
      deps: note => ({
        inviteStore: {
          async invites(page) {
            note(page)
            return [invite]
          },
        },
      }),
      params: {sort: 'usage', limit: 1, cursor: 'b'},
      gives: {codes: [inviteJson], cursor: 'a'},
      asks: [{sort: 'usage', after: 'b', limit: 1}],
    },
    {
      it: 'lists the newest first unless it is told otherwise',
      deps: note => ({
        inviteStore: {
          async invites(page) {
            note(page.sort)
            return []
          },
        },
      }),
      gives: {codes: []},
      asks: ['recent'],
    },
    {it: 'knows no other order', params: {sort: 'name'}, fails: 'InvalidRequest'},
  ],
})

const mark = {applied: true, ref: 'why'}
const none = {applied: false}
const marked = (note: Note) => ({
  subjects: {
    async marks(subject: Subject) {
      note(subject)
      return {takedown: mark, deactivated: none, cid}
    },
  },
})
const uri = `at://${did}/app.bsky.feed.post/self`
const blobCid = 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'
endpointTable(getSubjectStatus, {
  auth: 'moderator',
  beyond: ['NotFound'],
  rows: [
    {
      it: 'tells how an account stands',
      deps: marked,
      params: {did},
      gives: {subject: {$type: 'com.atproto.admin.defs#repoRef', did}, takedown: mark, deactivated: none},
      asks: [{did, blob: undefined}],
    },
    {
      it: 'tells how a record stands',
      deps: marked,
      params: {uri},
      gives: {subject: {$type: 'com.atproto.repo.strongRef', uri, cid}, takedown: mark},
      asks: [{did, record: 'app.bsky.feed.post/self'}],
    },
    {
      it: 'tells how a blob stands',
      deps: marked,
      params: {did, blob: blobCid},
      gives: {subject: {$type: 'com.atproto.admin.defs#repoBlobRef', did, cid: blobCid}, takedown: mark},
      asks: [{did, blob: blobCid}],
    },
    {it: 'wants to know of what', fails: 'InvalidRequest'},
    {it: 'wants the whole place of a record', params: {uri: `at://${did}`}, fails: 'InvalidRequest'},
    {
      it: 'says that there is nothing like that',
      deps: () => ({subjects: {marks: refuses('subject-missing')}}),
      params: {did},
      fails: 'NotFound',
      status: 400,
    },
  ],
})

const acting = (note: Note) => ({
  subjects: {
    async takeDown(...all: unknown[]) {
      note('takeDown', ...all)
      return mark
    },
    deactivate: async (...all: unknown[]) => note('deactivate', ...all),
    tell: async (...all: unknown[]) => note('tell', ...all),
    marks: async () => ({takedown: mark, deactivated: none, cid: undefined}),
  },
})
const repoRef = {$type: 'com.atproto.admin.defs#repoRef', did}
endpointTable(updateSubjectStatus, {
  auth: 'moderator',
  beyond: ['NotFound', 'AccountNotFound'],
  rows: [
    {
      it: 'takes an account down',
      deps: acting,
      input: {subject: repoRef, takedown: mark},
      gives: {subject: repoRef, takedown: mark},
      asks: [['takeDown', {did}, mark]],
    },
    {
      it: 'puts an account at rest',
      deps: acting,
      input: {subject: repoRef, deactivated: {applied: true}},
      gives: {subject: repoRef, takedown: mark},
      asks: [['deactivate', {did}, {applied: true}]],
    },
    {
      it: 'takes a record down, and a blob',
      deps: acting,
      input: {subject: {$type: 'com.atproto.repo.strongRef', uri, cid}, takedown: mark},
      gives: {subject: {$type: 'com.atproto.repo.strongRef', uri, cid}, takedown: mark},
      asks: [['takeDown', {did, record: 'app.bsky.feed.post/self'}, mark]],
    },
    {
      it: 'tells once more how it stands, when it is told nothing',
      deps: acting,
      input: {subject: repoRef},
      gives: {subject: repoRef, takedown: mark},
      asks: [['tell', {did}]],
    },
    {
      it: 'takes nothing down that it activates',
      deps: acting,
      input: {subject: repoRef, takedown: mark, deactivated: {applied: false}},
      fails: 'InvalidRequest',
      says: /same time/,
      asks: [],
    },
    {
      it: 'activates nothing that is taken down',
      deps: () => ({subjects: {deactivate: refuses('account-gone')}}),
      input: {subject: repoRef, deactivated: {applied: false}},
      fails: 'AccountNotFound',
      status: 400,
    },
    {
      it: 'says that there is nothing like that',
      deps: () => ({subjects: {takeDown: refuses('subject-missing')}}),
      input: {subject: repoRef, takedown: mark},
      fails: 'NotFound',
      status: 400,
    },
  ],
})

const mail = {recipientDid: did, content: 'Hello', senderDid: otherDid}
endpointTable(sendEmail, {
  auth: 'moderator',
  rows: [
    {
      it: 'writes to the owner',
      deps: note => ({accountStore: {byDid: async () => account}, emails: {write: async (...all) => note(...all)}}),
      input: {...mail, subject: 'A word'},
      gives: {sent: true},
      asks: [[did, 'A word', 'Hello']],
    },
    {
      it: 'says who writes when it is told no subject',
      deps: note => ({
        accountStore: {byDid: async () => account},
        emails: {write: async (_, subject) => note(subject)},
      }),
      input: mail,
      gives: {sent: true},
      asks: ['Message from the moderators of your server'],
    },
    {
      it: 'knows nobody else',
      deps: () => ({accountStore: {byDid: async () => undefined}}),
      input: mail,
      fails: 'InvalidRequest',
    },
    {
      it: 'cannot without an address',
      deps: () => ({accountStore: {byDid: async () => accountOf({email: null})}}),
      input: mail,
      fails: 'InvalidRequest',
    },
    {
      it: 'says when no mail goes out',
      deps: () => ({accountStore: {byDid: async () => account}, emails: {write: refuses('mail-failed')}}),
      input: mail,
      fails: 'UpstreamFailure',
      status: 502,
    },
  ],
})

const changing = {account: 'alice.test', email: 'new@example.com'}
endpointTable(updateAccountEmail, {
  auth: 'admin',
  rows: [
    {
      it: 'gives the account another address',
      deps: note => ({
        accounts: {
          async find(actor) {
            note(actor)
            return account
          },
        },
        emails: {replace: async (...all) => note(...all)},
      }),
      input: changing,
      asks: ['alice.test', [did, 'new@example.com']],
    },
    {
      it: 'knows nobody else',
      deps: () => ({accounts: {find: async () => undefined}}),
      input: changing,
      fails: 'InvalidRequest',
    },
    {
      it: 'takes no address that is another’s',
      deps: () => ({accounts: {find: async () => account}, emails: {replace: refuses('email-taken')}}),
      input: changing,
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(updateAccountHandle, {
  auth: 'admin',
  beyond: ['HandleNotAvailable'],
  rows: [
    {
      it: 'gives the account another handle',
      deps: note => ({
        accountStore: {byDid: async () => account},
        accounts: {changeHandle: async (...all) => note(...all)},
      }),
      input: {did, handle: 'new.test'},
      asks: [[did, 'new.test', {reserved: true}]],
    },
    {
      it: 'knows nobody else',
      deps: () => ({accountStore: {byDid: async () => undefined}}),
      input: {did, handle: 'new.test'},
      fails: 'InvalidRequest',
    },
    {
      it: 'takes no handle that is another’s',
      deps: () => ({accountStore: {byDid: async () => account}, accounts: {changeHandle: refuses('handle-taken')}}),
      input: {did, handle: 'new.test'},
      fails: 'HandleNotAvailable',
    },
  ],
})

endpointTable(updateAccountPassword, {
  auth: 'admin',
  rows: [
    {
      it: 'gives the account another password',
      deps: note => ({accounts: {changePassword: async (who: Did, word: string) => note(who, word)}}),
      input: {did, password: 'new password'},
      asks: [[did, 'new password']],
    },
    {
      it: 'takes no password that will not do',
      deps: () => ({accounts: {changePassword: refuses('bad-next-password')}}),
      input: {did, password: 'x'},
      fails: 'InvalidRequest',
    },
  ],
})

const exchanging = {did, signingKey: 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'}
endpointTable(updateAccountSigningKey, {
  auth: 'admin',
  rows: [
    {
      it: 'gives the account another key',
      deps: note => ({signingKeys: {exchange: async (...all) => note(...all)}}),
      input: exchanging,
      asks: [[did, exchanging.signingKey]],
    },
    ...(['key-unknown', 'no-repo', 'not-here', 'directory-refused'] as const).map(reason => ({
      it: `says why it cannot: ${reason}`,
      deps: () => ({signingKeys: {exchange: refuses(reason)}}),
      input: exchanging,
      fails: 'InvalidRequest',
      status: 400,
    })),
    {
      it: 'says when the directory cannot be reached',
      deps: () => ({signingKeys: {exchange: refuses('directory-failed')}}),
      input: exchanging,
      fails: 'UpstreamFailure',
      status: 502,
    },
  ],
})
