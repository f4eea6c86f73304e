/** A post with what it answers and what answers it, as a list in the order of reading. */
import {getPostThreadV2} from '#lex/gen/app/bsky/unspecced/getPostThreadV2.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {readThread, type ThreadDeps} from '../../../../pages/thread-page.ts'
import {threadgateView} from '../../../../views/post.ts'
import {type Item, otherReplies, threadItems} from '../../../../views/thread-items.ts'

type Deps = ThreadDeps

const heightMax = 50

export const endpoint = (deps: Deps) =>
  query(getPostThreadV2, {
    auth: 'anyone',
    async handle({params, caller}) {
      const {anchor: uri, above, below: depth} = params
      const thread = await readThread(deps, caller?.did, uri, {height: above ? heightMax : 1, depth})
      if (!thread) {
        const gone: Item = {uri, depth: 0, value: {$type: 'app.bsky.unspecced.defs#threadItemNotFound'}}
        return answer(getPostThreadV2, {thread: [gone], hasOtherReplies: false})
      }
      const root = thread.read.records.get(thread.root)
      return answer(getPostThreadV2, {
        thread: threadItems(thread, params),
        threadgate: root && threadgateView(thread.read, root),
        hasOtherReplies: otherReplies(thread).length > 0,
      })
    },
  })
