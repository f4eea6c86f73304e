/** The table of commands. Each is loaded when it is asked for, so that one of them never pays for the others. */
import type {AnyCommand} from './command.ts'

export type Entry = {
  name: string
  /** One line, in the imperative, without a full stop. */
  summary: string
  load(): Promise<AnyCommand>
}

export const commands: readonly Entry[] = [
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
    summary: 'tell whether a text is a valid DID, handle, AT URI, …',
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
]
