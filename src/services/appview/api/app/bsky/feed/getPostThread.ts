/** A post with what it answers and what answers it, as a tree. */
import {getPostThread} from '#lex/gen/app/bsky/feed/getPostThread.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {readThread, type ThreadDeps} from '../../../../pages/thread-page.ts'
import {threadgateView} from '../../../../views/post.ts'
import {threadView} from '../../../../views/thread.ts'

type Deps = ThreadDeps

export const endpoint = (deps: Deps) =>
  query(getPostThread, {
    auth: 'anyone',
    async handle({params: {uri, depth, parentHeight: height}, caller, fail}) {
      const rev = await deps.hydrator.rev(caller?.did)
      const thread = await readThread(deps, caller?.did, uri, {height, depth})
      // The viewer's server adds a post that it knows and this does not, by the header, which errors carry too.
      const headers: Record<string, string> = rev ? {'atproto-repo-rev': rev} : {}
      if (!thread) throw fail('NotFound', `Post not found: ${uri}`, {headers})
      const root = thread.read.records.get(thread.root)
      const threadgate = root && threadgateView(thread.read, root)
      return answer(getPostThread, {thread: threadView(thread), threadgate}, rev)
    },
  })
