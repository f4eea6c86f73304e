/**
 * Feeds of the SkyFeed builder: blocks from top to bottom, as ours, in the field `skyfeedBuilder` of a feed's
 * `app.bsky.feed.generator` record or by themselves. What is read here is what its users have described and published;
 * the rest is named.
 */
import type {Input, Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {type Fields, fieldsOf, listOf, stringsOf} from '#std/unknown-json.ts'
import {type Exported, type ImportContext, type Imported, imported, named, nameIn, Notes, quoted} from './foreign.ts'
import {type Condition, nameOf} from './manifest.ts'

const hourS = 3_600
const hoursOf = ({firehoseSeconds, historySeconds}: Fields): number => {
  const seconds = Number(firehoseSeconds ?? historySeconds ?? 24 * hourS)
  return Math.min(168, Math.max(1, Math.ceil((Number.isFinite(seconds) ? seconds : 24 * hourS) / hourS)))
}

const kindsOfCollections: Readonly<Record<string, string>> = {post: 'posts', reply: 'replies', repost: 'reposts'}
const kindsOfEmbeds: Readonly<Record<string, string>> = {
  none: 'none',
  post: 'quote',
  feed: 'feed',
  list: 'list',
  video: 'video',
  image: 'image',
  link: 'link',
  external: 'link',
}
const placesOfTargets: Readonly<Record<string, string>> = {text: 'text', alt_text: 'alt', link: 'links'}
const sorts: Readonly<Record<string, string>> = {
  created_at: 'new',
  likes: 'likes',
  repost_count: 'reposts',
  reply_count: 'replies',
  hn: 'rank',
  random: 'shuffle',
}
const counts: Readonly<Record<string, string>> = {like_count: 'likes', repost_count: 'reposts', reply_count: 'replies'}
const drop = (when: object): object => ({$type: '#drop', when})
const remove = (subject: string, rest: object): object => ({type: 'remove', subject, ...rest})

/** Reads a feed generator's record that has a `skyfeedBuilder`, or that alone. */
export function importSkyFeed(value: unknown, context: ImportContext): Imported {
  const notes = new Notes(context.didOf)
  const record = fieldsOf(value)
  const builder = 'skyfeedBuilder' in record ? fieldsOf(record.skyfeedBuilder) : record
  const path = 'skyfeedBuilder' in record ? '/skyfeedBuilder/blocks' : '/blocks'
  const blocks: object[] = []
  for (const [i, block] of listOf(builder.blocks).entries()) {
    const read = new BlockReader(notes, `${path}/${i}`, blocks).read(fieldsOf(block))
    if (read) blocks.push(read)
  }
  const name = [builder.displayName, record.displayName].find(text => typeof text === 'string') as string | undefined
  return imported({name: name ?? '', description: record.description, blocks}, context, notes)
}

class BlockReader {
  readonly #notes: Notes
  readonly #path: string
  /** Those above. */
  readonly #above: object[]

  constructor(notes: Notes, path: string, above: object[]) {
    this.#notes = notes
    this.#path = path
    this.#above = above
  }

  #cannot(what: string): undefined {
    return this.#notes.add(this.#path, `${what} cannot be carried over.`)
  }

  read(block: Fields): object | undefined {
    switch (block.type) {
      case 'input':
        return this.#input(block)
      case 'regex':
        return this.#regex(block)
      case 'remove':
        return this.#remove(block)
      case 'sort':
        return this.#sort(block)
      case 'limit': {
        const count = Number(block.count)
        if (!Number.isInteger(count) || count < 1) return this.#cannot('A limit without a number')
        const isOfAuthors = block.limitType === 'posts_per_user'
        return {$type: '#limit', ...(isOfAuthors ? {perAuthor: Math.min(count, 100)} : {count: Math.min(count, 2_000)})}
      }
      default:
        return this.#cannot(`The block "${String(block.type)}"`)
    }
  }

  #input(block: Fields): object | undefined {
    const hours = hoursOf(block)
    switch (block.inputType) {
      case 'firehose':
        return {$type: '#input', from: {$type: '#network'}, hours}
      case 'tags': {
        const tags = stringsOf(block.tags).filter(tag => tag.trim() !== '')
        return tags.length > 0
          ? {$type: '#input', from: {$type: '#tags', tags}, hours}
          : this.#cannot('An input without tags')
      }
      case 'list': {
        const uri = this.#notes.uri(block.listUri, 'app.bsky.graph.list', this.#path)
        return uri
          ? {$type: '#input', from: {$type: '#list', uri}, hours: 'historySeconds' in block ? hours : 168}
          : undefined
      }
      case 'did': {
        const did = this.#notes.did(block.did, this.#path)
        const include = String(block.collection ?? 'post')
          .split('|')
          .map(kind => named(kindsOfCollections, kind))
          .filter(kind => kind !== undefined)
        return did ? {$type: '#input', from: {$type: '#accounts', dids: [did]}, include, hours: 168} : undefined
      }
      default:
        return this.#cannot(`The input "${String(block.inputType)}"`)
    }
  }

  #regex({value, target, caseSensitive, invert}: Fields): object | undefined {
    if (typeof value !== 'string' || value === '') return this.#cannot('An empty expression')
    if (!this.#notes.isExpression(value, this.#path)) return undefined
    const places = String(target ?? 'text')
      .split('|')
      .map(place => named(placesOfTargets, place))
    if (places.includes(undefined)) return this.#cannot(`The target "${String(target)}"`)
    const when = {$type: '#pattern', patterns: [value], in: places, ...(caseSensitive === true && {matchCase: true})}
    return {$type: invert === true ? '#drop' : '#keep', when}
  }

  #remove(block: Fields): object | undefined {
    const {subject, value, operator} = block
    switch (subject) {
      case 'item':
        return this.#removeItem(value)
      case 'duplicates':
        return {$type: '#unique'}
      case 'image_count': {
        const [image, images] = ['image', 'images'].map(kind => ({$type: '#embed', kinds: [kind]}))
        if (value === '0' || value === 0) return drop({$type: '#not', of: image})
        if (value === '1' || value === 1) return drop({$type: '#all', of: [image, {$type: '#not', of: images}]})
        return value === '2+' ? drop(images) : this.#cannot(`The number of images "${String(value)}"`)
      }
      case 'language': {
        if (typeof block.language !== 'string') return drop({$type: '#field', path: 'langs[0]', op: 'missing'})
        const langs = {$type: '#langs', langs: [block.language]}
        return operator === '!=' ? {$type: '#keep', when: langs} : drop(langs)
      }
      case 'embed': {
        const kind = named(kindsOfEmbeds, value)
        return kind ? drop({$type: '#embed', kinds: [kind]}) : this.#cannot(`The embed "${String(value)}"`)
      }
      case 'list': {
        const uri = this.#notes.uri(block.listUri, 'app.bsky.graph.list', this.#path)
        return uri ? drop({$type: '#author', from: {$type: '#list', uri}}) : undefined
      }
      case 'labels': {
        const labels = stringsOf(block.labels)
        return labels.length > 0 ? drop({$type: '#labels', labels}) : this.#cannot('A block without labels')
      }
      default: {
        const of = named(counts, subject)
        const range = of && rangeOf(operator, Number(value))
        if (!range) return this.#cannot(`To remove by "${String(subject)}"`)
        const when = {$type: '#counts', of, ...range}
        return operator === '!=' ? {$type: '#keep', when} : drop(when)
      }
    }
  }

  /** Posts and reposts are left out where they come from, replies here. */
  #removeItem(value: unknown): object | undefined {
    if (value === 'reply') return {$type: '#drop', when: {$type: '#kind', kinds: ['reply']}}
    const kind = named(kindsOfCollections, value)
    if (!kind) return this.#cannot(`To remove what is "${String(value)}"`)
    for (const input of this.#above as {$type: string; include?: string[]}[]) {
      if (input.$type !== '#input') continue
      input.include = (input.include ?? ['posts', 'replies']).filter(other => other !== kind)
    }
    // An input of nothing is none.
    const left = (this.#above as {include?: string[]}[]).filter(({include}) => include?.length !== 0)
    this.#above.splice(0, this.#above.length, ...left)
    return undefined
  }

  #sort({sortType, sortDirection, gravity}: Fields): object | undefined {
    const by = named(sorts, sortType)
    if (!by) return this.#cannot(`To sort by "${String(sortType)}"`)
    const sinks = by === 'rank' && gravity !== undefined ? {gravity: String(gravity)} : {}
    return {$type: '#sort', by, ...(sortDirection === 'asc' && {ascending: true}), ...sinks}
  }
}

function rangeOf(operator: unknown, value: number): {atLeast?: number; atMost?: number} | undefined {
  if (!Number.isInteger(value) || value < 0) return undefined
  if (operator === '==' || operator === '!=') return {atLeast: value, atMost: value}
  if (operator === '>') return {atLeast: value + 1}
  return operator === '<' && value > 0 ? {atMost: value - 1} : undefined
}

/** Writes a feed as SkyFeed's builder has it: the value of `skyfeedBuilder`. */
export function exportSkyFeed(manifest: Manifest): Exported {
  const notes = new Notes()
  const blocks: object[] = []
  for (const [i, block] of manifest.blocks.entries()) {
    const path = `/blocks/${i}`
    const cannot = (what: string): undefined => notes.add(path, `${what} has no counterpart in SkyFeed.`)
    switch (block.$type) {
      case 'network.wholesky.feed.manifest#input':
        blocks.push(...inputsOf(block, cannot))
        break
      case 'network.wholesky.feed.manifest#keep':
        blocks.push(...removalsOf(block.when, true, cannot))
        break
      case 'network.wholesky.feed.manifest#drop':
        blocks.push(...removalsOf(block.when, false, cannot))
        break
      case 'network.wholesky.feed.manifest#sort': {
        const sortType = nameIn(sorts, block.by)
        if (block.points) cannot('A sort with points of its own')
        else if (!sortType) cannot(`To sort by "${block.by}"`)
        else {
          const sinks = block.by === 'rank' ? {gravity: block.gravity ?? '1.8'} : {}
          blocks.push({type: 'sort', sortType, sortDirection: block.ascending ? 'asc' : 'desc', ...sinks})
        }
        break
      }
      case 'network.wholesky.feed.manifest#limit':
        if (block.perAuthor) blocks.push({type: 'limit', limitType: 'posts_per_user', count: block.perAuthor})
        if (block.count) blocks.push({type: 'limit', limitType: 'default', count: block.count})
        break
      case 'network.wholesky.feed.manifest#unique':
        blocks.push({type: 'remove', subject: 'duplicates'})
        break
      default:
        cannot(`The block "${nameOf(block)}"`)
    }
  }
  for (const part of ['pinned', 'personal', 'moderation'] as const) {
    if (manifest[part]) notes.add(`/${part}`, `What is ${part} has no counterpart in SkyFeed.`)
  }
  return {value: {displayName: manifest.name, blocks}, unmapped: notes.unmapped}
}

function inputsOf({from, hours = 48, include}: Input, cannot: (what: string) => undefined): object[] {
  const seconds = hours * hourS
  switch (from.$type) {
    case 'network.wholesky.feed.manifest#network':
      if (include) cannot('Which of posts, replies and reposts an input has')
      return [{type: 'input', inputType: 'firehose', firehoseSeconds: seconds}]
    case 'network.wholesky.feed.manifest#tags':
      return [{type: 'input', inputType: 'tags', tags: from.tags, historySeconds: seconds}]
    case 'network.wholesky.feed.manifest#list':
      return [{type: 'input', inputType: 'list', listUri: from.uri, historySeconds: seconds}]
    case 'network.wholesky.feed.manifest#accounts': {
      const kinds = (include ?? ['posts', 'replies']).map(kind => nameIn(kindsOfCollections, kind))
      return from.dids.map(did => ({type: 'input', inputType: 'did', did, collection: kinds.join('|')}))
    }
    default:
      cannot(`An input from "${nameOf(from)}"`)
      return []
  }
}

/** The blocks that leave what meets a condition, or take it away. */
function removalsOf(condition: Condition, isKept: boolean, cannot: (what: string) => undefined): object[] {
  const {match = 'any'} = condition as {match?: string}
  const isPlain = match === 'any'
  switch (condition.$type) {
    case 'network.wholesky.feed.manifest#not':
      return removalsOf(condition.of, !isKept, cannot)
    // All are kept one after the other, and any dropped one after the other.
    case 'network.wholesky.feed.manifest#all':
    case 'network.wholesky.feed.manifest#any':
      if ((nameOf(condition) === 'all') !== isKept) break
      return condition.of.flatMap(part => removalsOf(part, isKept, cannot))
    case 'network.wholesky.feed.manifest#words':
    case 'network.wholesky.feed.manifest#pattern': {
      if (match === 'all' || condition.in?.includes('card')) break
      const target = (condition.in ?? ['text']).map(place => nameIn(placesOfTargets, place)).join('|')
      const value =
        condition.$type === 'network.wholesky.feed.manifest#pattern'
          ? condition.patterns.map(pattern => (condition.patterns.length > 1 ? `(?:${pattern})` : pattern)).join('|')
          : condition.words.map(word => (condition.whole === false ? quoted(word) : `\\b${quoted(word)}\\b`)).join('|')
      const caseSensitive = condition.matchCase ?? false
      return [{type: 'regex', value, target, caseSensitive, invert: isKept !== isPlain}]
    }
    case 'network.wholesky.feed.manifest#langs':
      if (!isPlain || (isKept && condition.langs.length > 1)) break
      return condition.langs.map(language => remove('language', {language, operator: isKept ? '!=' : '=='}))
    case 'network.wholesky.feed.manifest#kind':
      if (!isPlain || isKept || condition.kinds.some(kind => kind !== 'reply')) break
      return [remove('item', {value: 'reply'})]
    case 'network.wholesky.feed.manifest#labels':
      if (!isPlain || isKept) break
      return [remove('labels', {labels: condition.labels})]
    case 'network.wholesky.feed.manifest#author':
      if (isKept || condition.from.$type !== 'network.wholesky.feed.manifest#list') break
      return [remove('list', {listUri: condition.from.uri})]
    case 'network.wholesky.feed.manifest#embed': {
      if (!isPlain || isKept) break
      const values = condition.kinds.map(kind => nameIn(kindsOfEmbeds, kind))
      if (values.includes(undefined)) break
      return values.map(value => remove('embed', {value}))
    }
    case 'network.wholesky.feed.manifest#counts': {
      const {of, atLeast, atMost} = condition
      const subject = nameIn(counts, of)
      const isOne = (atLeast === undefined) !== (atMost === undefined)
      if (!subject || !(isKept || isOne)) break
      return [
        ...(atLeast
          ? [remove(subject, isKept ? {operator: '<', value: atLeast} : {operator: '>', value: atLeast - 1})]
          : []),
        ...(atMost === undefined
          ? []
          : [remove(subject, isKept ? {operator: '>', value: atMost} : {operator: '<', value: atMost + 1})]),
      ]
    }
    default:
  }
  cannot(`${isKept ? 'To keep' : 'To drop'} by "${nameOf(condition)}" as it stands here`)
  return []
}
