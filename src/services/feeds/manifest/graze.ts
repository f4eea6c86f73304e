/**
 * Feeds of Graze: a tree of conditions, `{"filter": {"and": […]}}`, over all posts, in the words of its editor's
 * documentation. Its models (topics, sentiment, similarity, …) and custom nodes are not ours and are named; how a feed is
 * sorted stands beside its manifest there, and is not carried over either.
 */
import type {Author, Field, Input, Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {fieldsOf, listOf, stringsOf} from '#std/unknown-json.ts'
import {type Exported, type ImportContext, type Imported, imported, named, nameIn, Notes, quoted} from './foreign.ts'
import {type Condition, nameOf} from './manifest.ts'

const placesOfFields: Readonly<Record<string, string>> = {
  text: 'text',
  'embed.images[*].alt': 'alt',
  'embed.external.uri': 'links',
  'facets[*].features[*].uri': 'links',
  'embed.external.title': 'card',
  'embed.external.description': 'card',
}
const fieldsOfPlaces: Readonly<Record<string, string>> = {
  text: 'text',
  alt: 'embed.images[*].alt',
  links: 'embed.external.uri',
  card: 'embed.external.title',
}
const comparisons: Readonly<Record<string, Field['op']>> = {
  '==': 'is',
  '!=': 'isNot',
  '>': 'more',
  '>=': 'atLeast',
  '<': 'less',
  '<=': 'atMost',
  in: 'is',
  not_in: 'isNot',
}
const opposites: Readonly<Record<string, string>> = {
  is: '!=',
  isNot: '==',
  more: '<=',
  atLeast: '<',
  less: '>=',
  atMost: '>',
}
const kindsOfEmbeds: Readonly<Record<string, string>> = {
  image: 'image',
  image_group: 'images',
  video: 'video',
  gif: 'gif',
  link: 'link',
  post: 'quote',
}
const entities: Readonly<Record<string, [condition: string, list: string]>> = {
  hashtags: ['#hashtags', 'tags'],
  langs: ['#langs', 'langs'],
  domains: ['#domains', 'domains'],
  mentions: ['#mentions', 'dids'],
  labels: ['#labels', 'labels'],
}

const depthMax = 40

/** Reads a Graze manifest. It has no name: that is in the feed's own record. */
export function importGraze(value: unknown, name: string, context: ImportContext): Imported {
  const notes = new Notes(context.didOf)
  const {filter, models} = fieldsOf(value)
  for (const i of listOf(models).keys()) notes.add(`/models/${i}`, 'A model cannot be carried over.')
  const when = new TreeReader(notes).read(filter, '/filter', 0)
  const blocks = [{$type: '#input', from: {$type: '#network'}}, ...(when ? [{$type: '#keep', when}] : [])]
  if (!when) notes.add('/filter', 'Nothing is left of the filter: the feed would have every post.')
  return when ? imported({name, blocks}, context, notes) : {manifest: undefined, unmapped: notes.unmapped}
}

class TreeReader {
  readonly #notes: Notes

  constructor(notes: Notes) {
    this.#notes = notes
  }

  read(node: unknown, path: string, depth: number): object | undefined {
    if (depth > depthMax) return this.#notes.add(path, 'The filter is too deep.')
    const fields = fieldsOf(node)
    const name = Object.keys(fields).find(key => key !== 'metadata' && key !== 'id') ?? ''
    const given = listOf(fields[name]).map(part => fieldsOf(part).var ?? part)
    const at = `${path}/${name}`
    const cannot = (what = `"${name}"`): undefined => this.#notes.add(at, `${what} cannot be carried over.`)
    const [first, second, third, fourth] = given
    if ([first, second, third].flat().some(isParameter)) return cannot(`A parameter in "${name}"`)
    switch (name) {
      case 'and':
      case 'or': {
        const of = given.map((part, i) => this.read(part, `${at}/${i}`, depth + 1)).filter(part => part !== undefined)
        if (of.length < 2) return of[0]
        return {$type: name === 'and' ? '#all' : '#any', of}
      }
      case 'attribute_compare':
        return this.#field(String(first), String(second), third, cannot)
      case 'embed_type': {
        const kind = named(kindsOfEmbeds, second)
        return kind
          ? {$type: '#embed', kinds: [kind], ...noneIf(first === '!=')}
          : cannot(`The embed "${String(second)}"`)
      }
      case 'post_type': {
        const kinds = [second].flat().filter(kind => kind === 'reply' || kind === 'quote')
        return kinds.length > 0 ? {$type: '#kind', kinds, ...noneIf(isOut(first))} : cannot()
      }
      case 'entity_matches':
      case 'entity_excludes':
        return this.#entity(String(first), stringsOf(second), name === 'entity_excludes', at, cannot)
      case 'regex_matches':
      case 'regex_negation_matches':
        return this.#texts(String(first), [String(second)], third !== false, name !== 'regex_matches', true, at, cannot)
      case 'regex_any':
      case 'regex_none':
        return this.#texts(
          String(first),
          stringsOf(second),
          third !== false,
          name === 'regex_none',
          fourth === true,
          at,
          cannot,
        )
      case 'social_graph':
      case 'user_network': {
        if (third !== 'followers' && third !== 'follows') return cannot(`The direction "${String(third)}"`)
        const did = this.#notes.did(first, at)
        return did ? author({$type: `#${third}`, did}, isOut(second)) : undefined
      }
      case 'list_member':
      case 'starter_pack_member': {
        const isList = name === 'list_member'
        const uri = this.#notes.uri(first, isList ? 'app.bsky.graph.list' : 'app.bsky.graph.starterpack', at)
        return uri ? author({$type: isList ? '#list' : '#starterPack', uri}, isOut(second)) : undefined
      }
      case 'social_list': {
        const dids = stringsOf(first)
          .map(actor => this.#notes.did(actor, at))
          .filter(did => did !== undefined)
        return dids.length > 0 ? author({$type: '#accounts', dids}, isOut(second)) : cannot('A list of nobody')
      }
      default:
        return cannot(name === '' ? 'An empty condition' : undefined)
    }
  }

  #field(path: string, op: string, value: unknown, cannot: (what?: string) => undefined): object | undefined {
    if (path.startsWith('hydrated_metadata.')) return cannot(`The field "${path}", which is not in the record,`)
    if (value === null) return {$type: '#field', path, op: op === '==' ? 'missing' : 'exists'}
    const comparison = named(comparisons, op)
    const values = [value].flat().map(String)
    return comparison ? {$type: '#field', path, op: comparison, values} : cannot(`The comparison "${op}"`)
  }

  #entity(
    entity: string,
    given: string[],
    isNone: boolean,
    path: string,
    cannot: (what?: string) => undefined,
  ): object | undefined {
    const known = named(entities, entity)
    if (entity === 'urls' && given.length > 0) {
      return {$type: '#words', words: given, in: ['links'], whole: false, ...noneIf(isNone)}
    }
    if (!known) return cannot(`"${entity}"`)
    const [$type, list] = known
    const values =
      entity === 'mentions' ? given.map(actor => this.#notes.did(actor, path)).filter(did => did !== undefined) : given
    return values.length > 0 ? {$type, [list]: values, ...noneIf(isNone)} : cannot(`"${entity}" of nothing`)
  }

  /** Terms of a list of words are expressions between the ends of words; most are words. */
  #texts(
    field: string,
    terms: string[],
    ignoreCase: boolean,
    isNone: boolean,
    isExpression: boolean,
    path: string,
    cannot: (what?: string) => undefined,
  ): object | undefined {
    const place = named(placesOfFields, field)
    if (!place) return cannot(`To look in "${field}"`)
    const rest = {in: [place], ...noneIf(isNone), ...(!ignoreCase && {matchCase: true})}
    if (!isExpression && terms.length > 0 && !terms.some(term => /[\\^$.*+?()[\]{}|]/.test(term))) {
      return {$type: '#words', words: terms, ...rest}
    }
    const patterns = terms
      .map(term => (isExpression ? term : `\\b(?:${term})\\b`))
      .filter(pattern => this.#notes.isExpression(pattern, path))
    return patterns.length > 0 ? {$type: '#pattern', patterns, ...rest} : cannot('An expression of nothing')
  }
}

/** `$LIST`, of a template. */
const isParameter = (value: unknown): boolean => typeof value === 'string' && /^\$[A-Z][A-Z\d_]*$/.test(value)
const isOut = (operator: unknown): boolean => operator === 'not_in' || operator === '!='
const noneIf = (isNone: boolean): object => (isNone ? {match: 'none'} : {})
const author = (from: object, isNot: boolean): object => {
  const by = {$type: '#author', from}
  return isNot ? {$type: '#not', of: by} : by
}

/** Writes a feed as a Graze manifest. */
export function exportGraze(manifest: Manifest): Exported {
  const notes = new Notes()
  const filters: object[] = []
  const inputs: object[] = []
  for (const [i, block] of manifest.blocks.entries()) {
    const cannot = (what: string): undefined => notes.add(`/blocks/${i}`, `${what} has no counterpart in Graze.`)
    const isKeep = block.$type === 'network.wholesky.feed.manifest#keep'
    if (block.$type === 'network.wholesky.feed.manifest#input') {
      const node = inputNode(block, cannot)
      if (node) inputs.push(node)
    } else if (isKeep || block.$type === 'network.wholesky.feed.manifest#drop') {
      const node = nodeOf(block.when, !isKeep, cannot)
      if (node) filters.push(node)
    } else cannot(`The block "${nameOf(block)}"`)
  }
  for (const part of ['pinned', 'personal', 'moderation'] as const) {
    if (manifest[part]) notes.add(`/${part}`, `What is ${part} stands beside the manifest in Graze.`)
  }
  const from = inputs.length > 1 ? [{or: inputs}] : inputs
  return {value: {filter: {and: [...from, ...filters]}, models: []}, unmapped: notes.unmapped}
}

function inputNode(
  {from, include = ['posts', 'replies']}: Input,
  cannot: (what: string) => undefined,
): object | undefined {
  if (include.includes('reposts')) cannot('An input of reposts')
  const missing = ['posts', 'replies'].filter(kind => !include.some(other => other === kind))
  const shape = missing.map(kind => ({post_type: [kind === 'replies' ? 'not_in' : 'in', ['reply']]}))
  const source =
    from.$type === 'network.wholesky.feed.manifest#network'
      ? []
      : from.$type === 'network.wholesky.feed.manifest#tags'
        ? [{entity_matches: ['hashtags', from.tags]}]
        : [authorNode(from, false)]
  const nodes = [...source, ...shape]
  return nodes.length > 1 ? {and: nodes} : nodes[0]
}

function authorNode(from: Author['from'], isNot: boolean): object {
  const operator = isNot ? 'not_in' : 'in'
  switch (from.$type) {
    case 'network.wholesky.feed.manifest#list':
      return {list_member: [from.uri, operator]}
    case 'network.wholesky.feed.manifest#starterPack':
      return {starter_pack_member: [from.uri, operator]}
    case 'network.wholesky.feed.manifest#accounts':
      return {social_list: [from.dids, operator]}
    default:
      return {social_graph: [from.did, operator, nameOf(from)]}
  }
}

/** A condition, or its opposite: Graze says "not" at the ends of a tree only. */
function nodeOf(condition: Condition, isNot: boolean, cannot: (what: string) => undefined): object | undefined {
  const several = (parts: readonly (object | undefined)[], isAll: boolean): object | undefined => {
    const nodes = parts.filter(part => part !== undefined)
    return nodes.length > 1 ? {[isAll === isNot ? 'or' : 'and']: nodes} : nodes[0]
  }
  const {match = 'any'} = condition as {match?: string}
  const isNone = (match === 'none') !== isNot
  /** Of what Graze knows as "any" and "none" only, each has to be met by itself. */
  const each = <T>(items: readonly T[], node: (items: readonly T[]) => object | undefined): object | undefined =>
    match === 'all'
      ? several(
          items.map(item => node([item])),
          true,
        )
      : node(items)
  switch (condition.$type) {
    case 'network.wholesky.feed.manifest#not':
      return nodeOf(condition.of, !isNot, cannot)
    case 'network.wholesky.feed.manifest#all':
    case 'network.wholesky.feed.manifest#any':
      return several(
        condition.of.map(part => nodeOf(part, isNot, cannot)),
        nameOf(condition) === 'all',
      )
    case 'network.wholesky.feed.manifest#words':
    case 'network.wholesky.feed.manifest#pattern': {
      const isWords = condition.$type === 'network.wholesky.feed.manifest#words'
      const isList = isWords && condition.whole !== false
      const terms = isWords ? condition.words.map(quoted) : condition.patterns
      const places = condition.in ?? ['text']
      const flags = [!condition.matchCase, !isList]
      return each(terms, some => {
        const nodes = places.map(place => ({
          [isNone ? 'regex_none' : 'regex_any']: [fieldsOfPlaces[place], some, ...flags],
        }))
        return nodes.length > 1 ? {[isNone ? 'and' : 'or']: nodes} : nodes[0]
      })
    }
    case 'network.wholesky.feed.manifest#hashtags':
      return each(condition.tags, tags => ({[isNone ? 'entity_excludes' : 'entity_matches']: ['hashtags', tags]}))
    case 'network.wholesky.feed.manifest#mentions':
      return each(condition.dids, dids => ({[isNone ? 'entity_excludes' : 'entity_matches']: ['mentions', dids]}))
    case 'network.wholesky.feed.manifest#domains':
      return each(condition.domains, all => ({[isNone ? 'entity_excludes' : 'entity_matches']: ['domains', all]}))
    case 'network.wholesky.feed.manifest#langs':
      if (isNone) break
      return each(condition.langs, langs => ({entity_matches: ['langs', langs]}))
    case 'network.wholesky.feed.manifest#labels':
      if (!isNone || match === 'all') break
      return {entity_excludes: ['labels', condition.labels]}
    case 'network.wholesky.feed.manifest#kind': {
      const kinds = condition.kinds.filter(kind => kind !== 'root')
      if (kinds.length < condition.kinds.length) break
      return each(kinds, some => ({post_type: [isNone ? 'not_in' : 'in', some]}))
    }
    case 'network.wholesky.feed.manifest#embed': {
      const types = condition.kinds.map(kind => nameIn(kindsOfEmbeds, kind))
      if (types.includes(undefined)) break
      const nodes = types.map(type => ({embed_type: [isNone ? '!=' : '==', type]}))
      return nodes.length > 1 ? {[isNone !== (match === 'all') ? 'and' : 'or']: nodes} : nodes[0]
    }
    case 'network.wholesky.feed.manifest#field': {
      const {path, op, values = []} = condition
      if (op === 'exists' || op === 'missing') {
        return {attribute_compare: [path, (op === 'missing') === isNot ? '!=' : '==', null]}
      }
      const operator = isNot ? named(opposites, op) : nameIn(comparisons, op)
      if (!operator || values.length > 1) break
      return {attribute_compare: [path, operator, plainValue(values[0])]}
    }
    case 'network.wholesky.feed.manifest#author':
      return authorNode(condition.from, isNot)
    default:
  }
  cannot(`${isNot ? 'To leave out' : 'To ask'} by "${nameOf(condition)}" as it stands here`)
  return undefined
}

/** As JSON would have it. */
const plainValue = (text: string): unknown =>
  text === 'true' || text === 'false' ? text === 'true' : /^-?\d{1,15}$/.test(text) ? Number(text) : text
