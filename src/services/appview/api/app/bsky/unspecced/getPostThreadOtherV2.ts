/** The replies to a post that are set aside. */
import {getPostThreadOtherV2} from '#lex/gen/app/bsky/unspecced/getPostThreadOtherV2.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {readThread, type ThreadDeps} from '../../../../pages/thread-page.ts'
import {otherItems} from '../../../../views/thread-items.ts'

type Deps = ThreadDeps

export const endpoint = (deps: Deps) =>
  query(getPostThreadOtherV2, {
    auth: 'anyone',
    async handle({params, caller}) {
      const thread = await readThread(deps, caller?.did, params.anchor, {height: 0, depth: 1})
      return answer(getPostThreadOtherV2, {thread: thread ? otherItems(thread) : []})
    },
  })
