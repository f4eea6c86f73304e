/** Whether an account, a record or a blob is taken down or at rest. */
import {getSubjectStatus} from '#lex/gen/com/atproto/admin/getSubjectStatus.ts'
import {query} from '../../../callers.ts'
import {recordSubject, type Subjects} from '../../../../moderation/subjects.ts'

type Deps = {subjects: Pick<Subjects, 'marks'>}

export const endpoint = ({subjects}: Deps) =>
  query(getSubjectStatus, {
    auth: 'moderator',
    async handle({params: {did, uri, blob}, fail}) {
      if (blob === undefined && uri !== undefined) {
        const {takedown, cid = ''} = await subjects.marks(recordSubject(uri))
        return {subject: {$type: 'com.atproto.repo.strongRef', uri, cid}, takedown}
      }
      if (did === undefined) throw fail('InvalidRequest', 'did: required for an account or a blob.')
      const {takedown, deactivated} = await subjects.marks({did, blob})
      return blob === undefined
        ? {subject: {$type: 'com.atproto.admin.defs#repoRef', did}, takedown, deactivated}
        : {subject: {$type: 'com.atproto.admin.defs#repoBlobRef', did, cid: blob}, takedown}
    },
  })
