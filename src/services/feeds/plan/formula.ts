/**
 * Conditions as the plan thinks of them: trees whose ends are questions that many feeds share. `true` and `false` are
 * folded away as a tree is made, so that nothing is asked whose answer does not matter.
 */

export type Formula<End> =
  | {readonly op: 'true'}
  | {readonly op: 'false'}
  | {readonly op: 'all' | 'any'; readonly of: readonly Formula<End>[]}
  | {readonly op: 'not'; readonly of: Formula<End>}
  | {readonly op: 'end'; readonly end: End}

export const always = {op: 'true'} as const
export const never = {op: 'false'} as const
export const end = <End>(of: End): Formula<End> => ({op: 'end', end: of})

export function allOf<End>(parts: readonly Formula<End>[]): Formula<End> {
  if (parts.some(({op}) => op === 'false')) return never
  const of = parts.filter(({op}) => op !== 'true').flatMap(part => (part.op === 'all' ? part.of : [part]))
  return of.length === 0 ? always : of.length === 1 ? of[0] : {op: 'all', of}
}

export function anyOf<End>(parts: readonly Formula<End>[]): Formula<End> {
  if (parts.some(({op}) => op === 'true')) return always
  const of = parts.filter(({op}) => op !== 'false').flatMap(part => (part.op === 'any' ? part.of : [part]))
  return of.length === 0 ? never : of.length === 1 ? of[0] : {op: 'any', of}
}

export function not<End>(part: Formula<End>): Formula<End> {
  if (part.op === 'true') return never
  if (part.op === 'false') return always
  return part.op === 'not' ? part.of : {op: 'not', of: part}
}

/** How a list is to be met. */
export type Match = 'any' | 'all' | 'none'

/** The formula of a list of ends. */
export const matching = <End>(match: Match | undefined, parts: readonly Formula<End>[]): Formula<End> =>
  match === 'all' ? allOf(parts) : match === 'none' ? not(anyOf(parts)) : anyOf(parts)

/** Whether it holds, when `asks` answers its ends. */
export function holds<End>(formula: Formula<End>, asks: (end: End) => boolean): boolean {
  switch (formula.op) {
    case 'true':
      return true
    case 'false':
      return false
    case 'end':
      return asks(formula.end)
    case 'not':
      return !holds(formula.of, asks)
    case 'all':
      for (const part of formula.of) if (!holds(part, asks)) return false
      return true
    case 'any':
      for (const part of formula.of) if (holds(part, asks)) return true
      return false
  }
}

/** The same with each end exchanged for what `by` makes of it; `isPlain` says whether it stands under no `not`. */
export function exchanged<A, B>(
  formula: Formula<A>,
  by: (end: A, isPlain: boolean) => Formula<B>,
  isPlain = true,
): Formula<B> {
  switch (formula.op) {
    case 'true':
    case 'false':
      return formula
    case 'end':
      return by(formula.end, isPlain)
    case 'not':
      return not(exchanged(formula.of, by, !isPlain))
    default:
      return (formula.op === 'all' ? allOf : anyOf)(formula.of.map(part => exchanged(part, by, isPlain)))
  }
}

/** With what is cheap to ask first. */
export function cheapFirst<End>(formula: Formula<End>, costOf: (end: End) => number): Formula<End> {
  const cost = (part: Formula<End>): number => {
    if (part.op === 'end') return costOf(part.end)
    if (part.op === 'not') return cost(part.of)
    return part.op === 'all' || part.op === 'any' ? part.of.reduce((sum, inner) => sum + cost(inner), 0) : 0
  }
  if (formula.op === 'not') return {op: 'not', of: cheapFirst(formula.of, costOf)}
  if (formula.op !== 'all' && formula.op !== 'any') return formula
  const of = formula.of.map(part => cheapFirst(part, costOf))
  return {op: formula.op, of: of.toSorted((a, b) => cost(a) - cost(b))}
}

/**
 * Ends of which one at least is true whenever the formula holds: the narrowest such set by `breadthOf`, whose `Infinity`
 * says that an end will not do. `undefined` where there is none.
 */
export function gateOf<End>(formula: Formula<End>, breadthOf: (end: End) => number): readonly End[] | undefined {
  const breadth = (ends: readonly End[] | undefined): number =>
    ends ? ends.reduce((sum, one) => sum + breadthOf(one), 0) : Infinity
  switch (formula.op) {
    case 'false':
      return []
    case 'end':
      return breadthOf(formula.end) === Infinity ? undefined : [formula.end]
    case 'all': {
      const gates = formula.of.map(part => gateOf(part, breadthOf))
      return gates.toSorted((a, b) => breadth(a) - breadth(b))[0]
    }
    case 'any': {
      const gates = formula.of.map(part => gateOf(part, breadthOf))
      return gates.includes(undefined) ? undefined : [...new Set(gates.flatMap(gate => gate!))]
    }
    default:
      return undefined
  }
}

/** Its ends, in their order. */
export function endsOf<End>(formula: Formula<End>): readonly End[] {
  if (formula.op === 'end') return [formula.end]
  if (formula.op === 'not') return endsOf(formula.of)
  return formula.op === 'all' || formula.op === 'any' ? formula.of.flatMap(part => endsOf(part)) : []
}
