// Generated from lexicons/com/atproto/repo/defs.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type CommitMeta = {
  $type?: 'com.atproto.repo.defs#commitMeta'
  cid: CidString
  rev: Tid
}
export const commitMeta: lex.ObjectSchema<CommitMeta> = lex.typed('com.atproto.repo.defs#commitMeta', {
  cid: lex.string({format: 'cid'}),
  rev: lex.string({format: 'tid'}),
}, ['cid', 'rev'])
