// Generated from lexicons/com/atproto/repo/strongRef.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import * as lex from '#lex/schema/define.ts'

export type StrongRef = {
  $type?: 'com.atproto.repo.strongRef'
  uri: AtUri
  cid: CidString
}
export const strongRef: lex.ObjectSchema<StrongRef> = lex.typed('com.atproto.repo.strongRef', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
}, ['uri', 'cid'])

export {strongRef as main}
