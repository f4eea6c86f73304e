/** Questions and answers of the operator's API, which is not XRPC: in the shapes that the reference relay has. */
import {BadQuestion, json, objectOf} from '#runtime/http/questions.ts'

/** Bytes of a question. */
export const bodySizeMax = 64 * 1024

/** That it was done. The text is what the reference relay answers. */
export const done = (): Response => json({success: 'true'})

export const refusal = (status: number, error: string, headers: Record<string, string> = {}): Response =>
  Response.json({error}, {status, headers})

/** What a question says: its members by their names in small letters, since clients write some of them in other ways. */
export type Members = ReadonlyMap<string, unknown>

/** The object in a body. */
export async function membersOf(request: Request): Promise<Members> {
  return new Map(
    Object.entries(await objectOf(request, bodySizeMax)).map(([name, member]) => [name.toLowerCase(), member]),
  )
}

export function textOf(members: Members, name: string): string {
  const value = members.get(name)
  if (typeof value === 'string' && value !== '') return value
  throw new BadQuestion(`must specify ${name} parameter in body`)
}

export function paramOf(request: Request, name: string): string {
  const value = new URL(request.url).searchParams.get(name)?.trim()
  if (value !== undefined && value !== '') return value
  throw new BadQuestion(`must pass a valid ${name}`)
}
