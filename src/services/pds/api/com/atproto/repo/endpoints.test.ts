/** What the methods of com.atproto.repo answer, given what stands behind them. */
import {deepEqual} from 'node:assert/strict'
import {parseCid} from '#atp/data/cid.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {concatBytes} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {
  accountOf,
  cid,
  did,
  endpointTable,
  type EndpointRow,
  otherDid,
  rev,
  refuses,
} from '../../../../../../../test/pds-endpoints.ts'
import type {WriteOutcome} from '../../../../repos/record-writer.ts'
import {pageJson, recordJson} from '../../../../store/reads/record-json.ts'
import {JoinedRecords} from '../../../../store/repos/joined-records.ts'
import {endpoint as applyWrites} from './applyWrites.ts'
import {endpoint as createRecord} from './createRecord.ts'
import {endpoint as deleteRecord} from './deleteRecord.ts'
import {endpoint as describeRepo} from './describeRepo.ts'
import {endpoint as getRecord} from './getRecord.ts'
import {endpoint as importRepo} from './importRepo.ts'
import {endpoint as listMissingBlobs} from './listMissingBlobs.ts'
import {endpoint as listRecords} from './listRecords.ts'
import {endpoint as putRecord} from './putRecord.ts'
import {endpoint as uploadBlob} from './uploadBlob.ts'

const collection = 'app.bsky.feed.post' as Nsid
const uri = `at://${did}/${collection}/self`
const record = {$type: collection, text: 'Hello'}
const commit = {cid, rev}
const outcome: WriteOutcome = {commit, results: [{uri, cid: parseCid(cid), validationStatus: 'valid'}]}
type Note = (...asked: unknown[]) => void

/** A writer who notes what it is asked, for the account of `did`. */
const writing = (note: Note, given = outcome) => ({
  accounts: {find: async () => accountOf()},
  limits: {takeWrites: async (who: string, writes: readonly object[]) => note('counted', who, writes.length)},
  writer: {
    async write(...[who, writes, validate, options]: unknown[]) {
      note(who, writes, validate, options)
      return given
    },
  },
})
const found = (account: object | undefined) => () => ({accounts: {find: async () => account}}) as never
/** Of every method that writes: to whose repository, and what the writer refuses. */
const writesFor = <Deps>(input: object): EndpointRow<Deps>[] => {
  return [
    {it: 'writes to no repository that is not here', deps: found(undefined), input, fails: 'InvalidRequest'},
    {
      it: 'writes to nobody else’s repository',
      deps: found(accountOf({did: otherDid})),
      input,
      fails: 'AuthenticationRequired',
      status: 401,
    },
    {
      it: 'writes to no account that is deactivated',
      deps: found(accountOf({deactivatedMs: 1})),
      input,
      fails: 'AccountDeactivated',
      status: 401,
    },
    {
      it: 'writes nothing where too much was written',
      deps: () =>
        ({
          accounts: {find: async () => accountOf()},
          limits: {
            async takeWrites() {
              throw new XrpcError('RateLimitExceeded', 'No.')
            },
          },
        }) as never,
      input,
      fails: 'RateLimitExceeded',
      status: 429,
    },
    ...(
      [
        ['stale', 'InvalidSwap'],
        ['bad-record', 'InvalidRequest'],
        ['too-big', 'InvalidRequest'],
      ] as const
    ).map(([reason, fails]) => ({
      it: `answers ${fails} for ${reason}`,
      deps: (note: Note) => ({...writing(note), writer: {write: refuses(reason)}}) as never,
      input,
      fails,
    })),
  ]
}
const beyond = ['AccountDeactivated']

const creating = {repo: 'alice.test', collection, record}
endpointTable(createRecord, {
  auth: 'sessionOrClient',
  beyond,
  rows: [
    {
      it: 'writes one new record, under a key that is chosen for it',
      deps: writing,
      input: creating,
      gives: {uri, cid, commit, validationStatus: 'valid'},
      asks: [
        ['counted', did, 1],
        [did, [{action: 'create', collection, rkey: undefined, record}], undefined, {}],
      ],
    },
    {
      it: 'passes on what the writer believes is there',
      deps: writing,
      input: {...creating, rkey: 'self', validate: false, swapCommit: cid},
      gives: {uri, cid, commit, validationStatus: 'valid'},
      asks: [
        ['counted', did, 1],
        [did, [{action: 'create', collection, rkey: 'self', record}], false, {swapCommit: parseCid(cid)}],
      ],
    },
    {
      it: 'tells of no commit where nothing changed, and of no check where none was wanted',
      deps: note =>
        writing(note, {commit: undefined, results: [{uri, cid: parseCid(cid), validationStatus: undefined}]}),
      input: creating,
      gives: {uri, cid},
    },
    ...writesFor<Parameters<typeof createRecord>[0]>(creating),
  ],
})

const putting = {repo: did, collection, rkey: 'self', record}
endpointTable(putRecord, {
  auth: 'sessionOrClient',
  beyond,
  rows: [
    {
      it: 'writes a record, whatever is there',
      deps: writing,
      input: putting,
      gives: {uri, cid, commit, validationStatus: 'valid'},
      asks: [
        ['counted', did, 1],
        [did, [{action: 'put', collection, rkey: 'self', record}], undefined, {}],
      ],
    },
    ...(
      [
        [null, null],
        [cid, parseCid(cid)],
      ] as const
    ).map(([swapRecord, believed]) => ({
      it: `writes it in the place of ${swapRecord === null ? 'nothing' : 'just this one'}`,
      deps: writing,
      input: {...putting, swapRecord},
      gives: {uri, cid, commit, validationStatus: 'valid'},
      asks: [
        ['counted', did, 1],
        [
          did,
          [{action: 'put', collection, rkey: 'self', record}],
          undefined,
          {swapRecords: new Map([[`${collection}/self`, believed]])},
        ],
      ],
    })),
    ...writesFor<Parameters<typeof putRecord>[0]>(putting),
  ],
})

const deleting = {repo: did, collection, rkey: 'self'}
endpointTable(deleteRecord, {
  auth: 'sessionOrClient',
  beyond,
  rows: [
    {
      it: 'removes the record',
      deps: writing,
      input: deleting,
      gives: {commit},
      asks: [
        ['counted', did, 1],
        [did, [{action: 'remove', collection, rkey: 'self'}], undefined, {}],
      ],
    },
    {
      it: 'makes no commit where there was none',
      deps: note => writing(note, {commit: undefined, results: outcome.results}),
      input: deleting,
      gives: {},
    },
    ...writesFor<Parameters<typeof deleteRecord>[0]>(deleting),
  ],
})

const write = (kind: string, more: object = {}) => ({
  $type: `com.atproto.repo.applyWrites#${kind}`,
  collection,
  rkey: 'self',
  ...more,
})
const applying = {repo: did, writes: [write('create', {value: record})]}
endpointTable(applyWrites, {
  auth: 'sessionOrClient',
  beyond,
  rows: [
    {
      it: 'writes all of them in one commit, and answers to each in its place',
      deps: note =>
        writing(note, {
          commit,
          results: [outcome.results[0], outcome.results[0], {uri, cid: undefined, validationStatus: undefined}],
        }),
      input: {
        repo: did,
        validate: true,
        writes: [write('create', {value: record}), write('update', {value: record}), write('delete')],
      },
      gives: {
        commit,
        results: [
          {$type: 'com.atproto.repo.applyWrites#createResult', uri, cid, validationStatus: 'valid'},
          {$type: 'com.atproto.repo.applyWrites#updateResult', uri, cid, validationStatus: 'valid'},
          {$type: 'com.atproto.repo.applyWrites#deleteResult'},
        ],
      },
      asks: [
        ['counted', did, 3],
        [
          did,
          [
            {action: 'create', collection, rkey: 'self', record},
            {action: 'update', collection, rkey: 'self', record},
            {action: 'delete', collection, rkey: 'self'},
          ],
          true,
          {},
        ],
      ],
    },
    ...writesFor<Parameters<typeof applyWrites>[0]>(applying),
  ],
})

const document = {id: did, alsoKnownAs: ['https://alice.example', 'at://alice.test']}
const described = {
  handle: 'alice.test',
  did,
  didDoc: document,
  collections: [collection],
  handleIsCorrect: true,
}
endpointTable(describeRepo, {
  auth: 'none',
  beyond: ['RepoDeactivated', 'RepoTakendown'],
  rows: [
    {
      it: 'tells who it is of, and what is in it',
      deps: () => ({
        accounts: {find: async () => accountOf()},
        didDocs: {document: async () => document},
        known: {collections: async () => [collection]},
      }),
      params: {repo: 'alice.test'},
      gives: described,
    },
    {
      it: 'says when the document names another handle, or cannot be had',
      deps: () => ({
        accounts: {find: async () => accountOf({handle: null})},
        didDocs: {document: async () => undefined},
        known: {collections: async () => []},
      }),
      params: {repo: did},
      gives: {...described, handle: 'handle.invalid', didDoc: {}, collections: [], handleIsCorrect: false},
    },
    {
      it: 'knows nobody else’s',
      deps: () => ({accounts: {find: async () => undefined}}),
      params: {repo: did},
      fails: 'InvalidRequest',
    },
    {
      it: 'hides who was taken down',
      deps: () => ({accounts: {find: async () => accountOf({takedownRef: 'why'})}}),
      params: {repo: did},
      fails: 'RepoTakendown',
    },
    {
      it: 'hides who is deactivated',
      deps: () => ({accounts: {find: async () => accountOf({deactivatedMs: 1})}}),
      params: {repo: did},
      fails: 'RepoDeactivated',
    },
  ],
})

const stored = {path: `${collection}/self`, cid: parseCid(cid), bytes: encodeCbor(record)}
const answered = {cid, json: recordJson(did, stored)}
const reading = {repo: 'alice.test', collection, rkey: 'self'}
const kept = (account = accountOf()) => ({
  accounts: {find: async () => account},
  known: {record: async (_: string, path: string) => (path === stored.path ? answered : undefined)},
})
endpointTable(getRecord, {
  auth: 'none',
  rows: [
    {it: 'gives the record', deps: () => kept(), params: reading, gives: {uri, cid, value: record}},
    {
      it: 'gives just the version that is asked for',
      deps: () => kept(),
      params: {...reading, cid},
      gives: {uri, cid, value: record},
    },
    {
      it: 'has no other version',
      deps: () => kept(),
      params: {...reading, cid: 'bafyreiclp443lavogvhj3d2ob2cxbfuscni2k5jk7bebjzg7khl3esabwq'},
      fails: 'RecordNotFound',
    },
    {it: 'says that there is none', deps: () => kept(), params: {...reading, rkey: 'other'}, fails: 'RecordNotFound'},
    {
      it: 'hides what is of an account taken down',
      deps: () => kept(accountOf({takedownRef: 'why'})),
      params: reading,
      fails: 'RecordNotFound',
    },
    {
      it: 'hides what is of an account at rest',
      deps: () => kept(accountOf({deactivatedMs: 1})),
      params: reading,
      fails: 'RecordNotFound',
    },
    {
      it: 'asks the AppView for what is not of this server',
      deps: () => ({
        accounts: {find: async () => undefined},
        proxy: {public: async () => Response.json({from: 'the AppView'})},
      }),
      params: reading,
      gives: {from: 'the AppView'},
    },
    {
      it: 'says that there is none where there is no AppView to ask',
      deps: () => ({accounts: {find: async () => undefined}, proxy: {public: async () => undefined}}),
      params: reading,
      fails: 'RecordNotFound',
    },
  ],
})

endpointTable(importRepo, {
  auth: 'fullOrClient',
  rows: [
    {
      it: 'takes in the CAR as it comes',
      deps: note => ({
        importSizeMax: 10,
        repoImports: {run: async (who, car) => note(who, Buffer.concat(await Array.fromAsync(car)).toString())},
      }),
      input: new TextEncoder().encode('a CAR'),
      encoding: 'application/vnd.ipld.car',
      asks: [[did, 'a CAR']],
    },
    {
      it: 'takes in no more than is allowed',
      deps: () => ({importSizeMax: 4, repoImports: {run: async (_, car) => void (await Array.fromAsync(car))}}),
      input: new TextEncoder().encode('a CAR'),
      encoding: 'application/vnd.ipld.car',
      fails: 'PayloadTooLarge',
      status: 413,
    },
    {
      it: 'says what is wrong with it',
      deps: () => ({importSizeMax: 10, repoImports: {run: refuses('bad-repo')}}),
      input: new TextEncoder().encode('a CAR'),
      encoding: 'application/vnd.ipld.car',
      fails: 'InvalidRequest',
    },
  ],
})

const blob = 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'
endpointTable(listMissingBlobs, {
  auth: 'sessionOrClient',
  rows: [
    {
      it: 'tells which blobs are to be uploaded, and of what they are',
      deps: note => ({
        blobRows: {
          async missing(who, after, limit) {
            note(who, after?.toString(), limit)
            return [{cid: parseCid(blob), path: `${collection}/self`}]
          },
        },
      }),
      params: {limit: 7, cursor: cid},
      gives: {blobs: [{cid: blob, recordUri: uri}], cursor: blob},
      asks: [[did, cid, 7]],
    },
    {it: 'gives no cursor at the end', deps: () => ({blobRows: {missing: async () => []}}), gives: {blobs: []}},
    {it: 'knows no cursor but its own', params: {cursor: 'x'}, fails: 'InvalidRequest'},
  ],
})

endpointTable(listRecords, {
  auth: 'none',
  rows: [
    {
      it: 'lists the records of one collection',
      deps: note => ({
        accounts: {find: async () => accountOf()},
        reads: {
          async page(who, page) {
            note(who, page)
            const row = [toUtf8(`${stored.path} ${stored.bytes.length} `), stored.cid.bytes, stored.bytes]
            return pageJson(who, new JoinedRecords(concatBytes(row), 1), page.collection)
          },
        },
      }),
      params: {repo: 'alice.test', collection, reverse: true, cursor: 'a', limit: 9},
      gives: {records: [{uri, cid, value: record}], cursor: 'self'},
      asks: [[did, {collection, after: 'a', limit: 9, ascending: true}]],
    },
    {
      it: 'lists nothing of who is not here',
      deps: () => ({accounts: {find: async () => undefined}}),
      params: {repo: did, collection},
      fails: 'InvalidRequest',
    },
  ],
})

const uploaded = {$type: 'blob', ref: parseCid(blob), mimeType: 'image/png', size: 3} as const
endpointTable(uploadBlob, {
  auth: 'delegateOrClient',
  rows: [
    {
      it: 'takes in the bytes as they come, of the type that the caller says',
      deps: note => ({
        blobSizeMax: 3,
        blobs: {
          async upload(who, type, body) {
            note(who, type, Buffer.concat(await Array.fromAsync(body)).length)
            return uploaded
          },
        },
      }),
      input: Uint8Array.of(1, 2, 3),
      encoding: 'image/png',
      async check(response) {
        deepEqual(await response.json(), {
          blob: {$type: 'blob', ref: {$link: blob}, mimeType: 'image/png', size: 3},
        })
      },
      asks: [[did, 'image/png', 3]],
    },
    {
      it: 'takes in no more than is allowed',
      deps: () => ({
        blobSizeMax: 2,
        blobs: {
          async upload(_, __, body) {
            await Array.fromAsync(body)
            return uploaded
          },
        },
      }),
      input: Uint8Array.of(1, 2, 3),
      fails: 'PayloadTooLarge',
      status: 413,
    },
    {
      it: 'takes in nothing that was taken down',
      deps: () => ({blobSizeMax: 3, blobs: {upload: refuses('blob-takendown')}}),
      input: Uint8Array.of(1),
      fails: 'InvalidRequest',
      status: 400,
    },
  ],
})
