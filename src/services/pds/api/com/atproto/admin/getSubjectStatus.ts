/** Whether an account or a blob is taken down or at rest. */
import {getSubjectStatus} from '#lex/gen/com/atproto/admin/getSubjectStatus.ts'
import {query} from '../../../../callers.ts'
import type {Subjects} from '../../../../subjects.ts'

type Deps = {subjects: Pick<Subjects, 'marks'>}

export const endpoint = ({subjects}: Deps) =>
  query(getSubjectStatus, {
    auth: 'moderator',
    async handle({params: {did, blob}, fail}) {
      if (did === undefined) throw fail('InvalidRequest', 'did: needed, for an account and for its blobs.')
      const marks = await subjects.marks({did, blob})
      return blob === undefined
        ? {subject: {$type: 'com.atproto.admin.defs#repoRef', did}, ...marks}
        : {subject: {$type: 'com.atproto.admin.defs#repoBlobRef', did, cid: blob}, takedown: marks.takedown}
    },
  })
