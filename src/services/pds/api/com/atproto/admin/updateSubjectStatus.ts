/** Takes an account, a record or a blob down, or puts an account at rest; or lets it be seen again. */
import {updateSubjectStatus} from '#lex/gen/com/atproto/admin/updateSubjectStatus.ts'
import {procedure} from '../../../callers.ts'
import {subjectOf, type Subjects} from '../../../../moderation/subjects.ts'

type Deps = {subjects: Pick<Subjects, 'takeDown' | 'deactivate' | 'tell' | 'marks'>}

export const endpoint = ({subjects}: Deps) =>
  procedure(updateSubjectStatus, {
    auth: 'moderator',
    async handle({input, fail}) {
      const {takedown, deactivated} = input
      if (takedown?.applied && deactivated?.applied === false) {
        throw fail('InvalidRequest', 'Cannot activate and takedown an account at the same time')
      }
      const subject = subjectOf(input.subject)
      const mark = takedown && (await subjects.takeDown(subject, takedown))
      if (deactivated) await subjects.deactivate(subject, deactivated)
      if (!takedown && !deactivated) await subjects.tell(subject)
      return {subject: input.subject, takedown: mark ?? (await subjects.marks(subject)).takedown}
    },
  })
