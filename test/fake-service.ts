/** A service that answers as a test says, and notes what it was asked. */
import type {Service} from '../src/runtime/service.ts'

export type Answering = (request: Request) => Response | Promise<Response>

export interface FakeService extends Service {
  readonly seen: Request[]
}

export function fakeService(answer: Answering): FakeService {
  const seen: Request[] = []
  return {
    name: 'fake',
    seen,
    async fetch(request) {
      seen.push(request)
      return answer(request)
    },
    start: async () => {},
    stop: async () => {},
    ended: Promise.resolve(),
  }
}
