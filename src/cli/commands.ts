/** The table of commands. Each is loaded when it is asked for, so that one of them never pays for the others. */
import type {AnyCommand} from './shell/command.ts'

export type Entry = {
  name: string
  /** One line, in the imperative, without a full stop. */
  summary: string
  load(): Promise<AnyCommand>
}

export const commands: readonly Entry[] = [
  {
    name: 'get',
    summary: 'show a record, with proof if wanted',
    load: async () => (await import('./get.ts')).get,
  },
  {
    name: 'resolve',
    summary: 'follow a handle or DID in both directions',
    load: async () => (await import('./resolve.ts')).resolve,
  },
  {
    name: 'doctor',
    summary: 'check that all is well, and say what to do where it is not',
    load: async () => (await import('./doctor/doctor.ts')).doctor,
  },
  {
    name: 'sim',
    summary: 'simulate a whole network under every fault, or serve one to point at',
    load: async () => (await import('./sim/sim.ts')).sim,
  },
  {
    name: 'account create',
    summary: 'create an account',
    load: async () => (await import('./account/create.ts')).create,
  },
  {
    name: 'account login',
    summary: 'log in',
    load: async () => (await import('./account/login.ts')).login,
  },
  {
    name: 'account logout',
    summary: 'end a session',
    load: async () => (await import('./account/logout.ts')).logout,
  },
  {
    name: 'account status',
    summary: 'show who is logged in',
    load: async () => (await import('./account/status.ts')).status,
  },
  {
    name: 'account migrate',
    summary: 'move an account to another server',
    load: async () => (await import('./account/migrate.ts')).migrate,
  },
  {
    name: 'record create',
    summary: 'write a new record',
    load: async () => (await import('./record/create.ts')).create,
  },
  {
    name: 'record put',
    summary: 'write a record under a key of your choice',
    load: async () => (await import('./record/put.ts')).put,
  },
  {
    name: 'record delete',
    summary: 'delete a record',
    load: async () => (await import('./record/delete.ts')).deleteCommand,
  },
  {
    name: 'record ls',
    summary: 'list collections and records of an account',
    load: async () => (await import('./record/ls.ts')).ls,
  },
  {
    name: 'blob upload',
    summary: 'upload a file for a record to refer to',
    load: async () => (await import('./blob/upload.ts')).upload,
  },
  {
    name: 'blob download',
    summary: 'fetch a blob and check it',
    load: async () => (await import('./blob/download.ts')).download,
  },
  {
    name: 'blob ls',
    summary: 'list the blobs of an account',
    load: async () => (await import('./blob/ls.ts')).ls,
  },
  {
    name: 'firehose',
    summary: 'follow all events, verified if wanted',
    load: async () => (await import('./firehose.ts')).firehose,
  },
  {
    name: 'jetstream tail',
    summary: 'follow the events of a Jetstream',
    load: async () => (await import('./jetstream-tail.ts')).jetstreamTail,
  },
  {
    name: 'repo export',
    summary: 'fetch all records of an account as a file',
    load: async () => (await import('./repo/export.ts')).exportCommand,
  },
  {
    name: 'repo import',
    summary: 'replace your records by those of such a file',
    load: async () => (await import('./repo/import.ts')).importCommand,
  },
  {
    name: 'repo inspect',
    summary: 'show what is in a repository export',
    load: async () => (await import('./repo/inspect.ts')).inspect,
  },
  {
    name: 'repo verify',
    summary: 'check a repository export from end to end',
    load: async () => (await import('./repo/verify.ts')).verify,
  },
  {
    name: 'repo ls',
    summary: 'list the records of a repository export',
    load: async () => (await import('./repo/ls.ts')).ls,
  },
  {
    name: 'syntax check',
    summary: 'check whether a text is a valid DID, handle, AT URI, …',
    load: async () => (await import('./syntax/check.ts')).check,
  },
  {
    name: 'repo unpack',
    summary: 'write the records of a repository export as files',
    load: async () => (await import('./repo/unpack.ts')).unpack,
  },
  {
    name: 'repo pack',
    summary: 'make a signed repository out of such files',
    load: async () => (await import('./repo/pack.ts')).pack,
  },
  {
    name: 'key generate',
    summary: 'make a signing key',
    load: async () => (await import('./key/generate.ts')).generate,
  },
  {
    name: 'key inspect',
    summary: 'show what a key is',
    load: async () => (await import('./key/inspect.ts')).inspect,
  },
  {
    name: 'lex parse',
    summary: 'check lexicon documents and say what they define',
    load: async () => (await import('./lex/parse.ts')).parse,
  },
  {
    name: 'lex validate',
    summary: 'check records against their lexicons',
    load: async () => (await import('./lex/validate.ts')).validate,
  },
  {
    name: 'lex gen',
    summary: 'write TypeScript modules from lexicon documents',
    load: async () => (await import('./lex/gen.ts')).gen,
  },
  {
    name: 'plc verify',
    summary: 'check the history of a did:plc identity',
    load: async () => (await import('./plc/verify.ts')).verify,
  },
  {
    name: 'feed new',
    summary: 'write a file with a feed to begin with',
    load: async () => (await import('./feed/new.ts')).create,
  },
  {
    name: 'feed dev',
    summary: 'show what a feed gives, as you change it',
    load: async () => (await import('./feed/preview.ts')).dev,
  },
  {
    name: 'feed preview',
    summary: 'show what a feed gives',
    load: async () => (await import('./feed/preview.ts')).preview,
  },
  {
    name: 'feed publish',
    summary: 'put a feed where people find it',
    load: async () => (await import('./feed/publish.ts')).publish,
  },
  {
    name: 'feed unpublish',
    summary: 'delete the record of a feed',
    load: async () => (await import('./feed/publish.ts')).unpublish,
  },
  {
    name: 'feed stats',
    summary: 'show how a feed is read',
    load: async () => (await import('./feed/stats.ts')).stats,
  },
  {
    name: 'relay pull-hosts',
    summary: 'have a relay follow the hosts that another one follows',
    load: async () => (await import('./relay/pull-hosts.ts')).pullHosts,
  },
  {
    name: 'pds backup',
    summary: 'copy all that a PDS keeps, while it runs',
    load: async () => (await import('./pds/backup.ts')).backup,
  },
  {
    name: 'pds restore',
    summary: 'put a backup in the place of a PDS that is lost',
    load: async () => (await import('./pds/restore.ts')).restore,
  },
  {
    name: 'pds rotate-keys',
    summary: 'give accounts other signing keys, or all of them another rotation key',
    load: async () => (await import('./pds/rotate-keys.ts')).rotateKeys,
  },
  {
    name: 'pds rename',
    summary: 'make every identity lead to the new name of a PDS',
    load: async () => (await import('./pds/rename.ts')).rename,
  },
]
