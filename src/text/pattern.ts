/**
 * Regular expressions that take linear time, whatever pattern and text: an automaton that is in all
 * its states at once, after K. Thompson, "Regular Expression Search Algorithm", CACM 11 (6), 1968.
 * What needs backtracking (back references, looking around) is refused.
 */

/** Finds a match anywhere in a text. */
export type Pattern = (text: string) => boolean

/** Characters of a pattern, steps of its automaton, brackets within brackets, and a counted repeat. */
const LIMITS = { chars: 300, steps: 1_000, depth: 40, repeat: 100 }

type Test = (point: number) => boolean
type Assertion = 'start' | 'end' | 'edge' | 'no edge'

type Node =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'all' | 'any'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number }

type Step =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'match' }

/**
 * @throws {SyntaxError} naming what is wrong or refused.
 */
export function compilePattern(source: string): Pattern {
  if (source.length > LIMITS.chars)
    throw new SyntaxError(`longer than ${LIMITS.chars} characters: ${source.slice(0, 40)}…`)
  const steps: Step[] = []
  emit(parse(source), steps)
  push(steps, { kind: 'match' })
  return (text) => run(steps, text)
}

function parse(source: string): Node {
  const points = [...source]
  let at = 0
  const peek = () => points[at] ?? ''
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at character ${at + 1}`)
  }

  const alternatives = (depth: number): Node => {
    if (depth > LIMITS.depth) fail('brackets too deep')
    const nodes = [sequence(depth)]
    while (peek() === '|') {
      at++
      nodes.push(sequence(depth))
    }
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'any', nodes }
  }

  const sequence = (depth: number): Node => {
    const nodes: Node[] = []
    while (at < points.length && peek() !== '|' && peek() !== ')') nodes.push(repeated(depth))
    return { kind: 'all', nodes }
  }

  const repeated = (depth: number): Node => {
    const node = atom(depth)
    const bounds = repetition()
    if (!bounds) return node
    if (node.kind === 'assert') fail('nothing to repeat')
    if (peek() === '?') at++ // lazy or not finds the same
    if (repetition()) fail('a repeat of a repeat')
    return { kind: 'repeat', node, ...bounds }
  }

  const repetition = () => {
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[peek()]
    const counted = /^\{(\d{1,3})(?:(,)(\d{0,3}))?\}/.exec(points.slice(at, at + 10).join(''))
    if (!simple && !counted) return null
    at += counted ? counted[0].length : 1
    const [least = 0, most = 0] = simple ?? [
      Number(counted?.[1]),
      counted?.[2] ? (counted[3] ? Number(counted[3]) : Infinity) : Number(counted?.[1]),
    ]
    if (least > LIMITS.repeat || (most !== Infinity && (most > LIMITS.repeat || most < least)))
      fail(`a repeat beyond ${LIMITS.repeat}, or upside down`)
    return { least, most }
  }

  const atom = (depth: number): Node => {
    const point = peek()
    at++
    switch (point) {
      case '(':
        return group(depth)
      case '[':
        return { kind: 'one', test: bracket() }
      case '.':
        return { kind: 'one', test: (one) => one !== 0x0a }
      case '^':
        return { kind: 'assert', what: 'start' }
      case '$':
        return { kind: 'assert', what: 'end' }
      case '\\':
        return escaped()
      case '*':
      case '+':
      case '?':
        return fail('nothing to repeat')
      default:
        return { kind: 'one', test: is(point) }
    }
  }

  const group = (depth: number): Node => {
    if (peek() === '?') {
      if (points[at + 1] !== ':') fail('looking around and named groups are refused')
      at += 2
    }
    const inner = alternatives(depth + 1)
    if (peek() !== ')') fail('a bracket that is not closed')
    at++
    return inner
  }

  const escaped = (): Node => {
    const point = peek()
    if (point === 'b' || point === 'B') {
      at++
      return { kind: 'assert', what: point === 'b' ? 'edge' : 'no edge' }
    }
    return { kind: 'one', test: escapedOne() }
  }

  const escapedOne = (): Test => {
    const point = peek()
    at++
    const known = ESCAPES[point]
    if (known) return known
    if (point === '' || /[\p{L}\p{N}]/u.test(point)) fail(`\\${point} is not known or refused`)
    return is(point)
  }

  const bracket = (): Test => {
    const negated = peek() === '^'
    if (negated) at++
    const tests: Test[] = []
    do {
      if (at >= points.length) fail('a [ that is not closed')
      tests.push(member())
    } while (peek() !== ']')
    at++
    return (one) => tests.some((test) => test(one)) !== negated
  }

  const member = (): Test => {
    const from = peek()
    at++
    if (from === '\\') return escapedOne()
    if (peek() !== '-' || points[at + 1] === ']' || at + 1 >= points.length) return is(from)
    const to = points[at + 1] ?? ''
    at += 2
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]
    if (high < low || to === '\\') fail('a range upside down')
    return (one) => one >= low && one <= high
  }

  const node = alternatives(0)
  if (at < points.length) fail('a ) too many')
  return node
}

const is = (point: string): Test => {
  const wanted = point.codePointAt(0)
  return (one) => one === wanted
}
const isDigit: Test = (one) => one >= 0x30 && one <= 0x39
const isSpace: Test = (one) => /\s/u.test(String.fromCodePoint(one))
const isWord: Test = (one) => /[\p{L}\p{M}\p{N}_]/u.test(String.fromCodePoint(one))
const not =
  (test: Test): Test =>
  (one) =>
    !test(one)

const ESCAPES: Readonly<Record<string, Test>> = {
  d: isDigit,
  D: not(isDigit),
  s: isSpace,
  S: not(isSpace),
  w: isWord,
  W: not(isWord),
  n: is('\n'),
  t: is('\t'),
}

function push(steps: Step[], step: Step): number {
  if (steps.length >= LIMITS.steps) throw new SyntaxError('its repeats make it too large')
  return steps.push(step) - 1
}

/** Writes the steps of a node behind those there are; who gets through goes on behind them. */
function emit(node: Node, steps: Step[]): void {
  switch (node.kind) {
    case 'one':
    case 'assert':
      push(steps, node)
      return
    case 'all':
      for (const one of node.nodes) emit(one, steps)
      return
    case 'any':
      emitAny(node.nodes, steps)
      return
    case 'repeat':
      emitRepeat(node, steps)
  }
}

function emitAny(nodes: readonly Node[], steps: Step[]): void {
  const fork = push(steps, { kind: 'fork', to: [] })
  const starts: number[] = []
  const leaps: number[] = []
  for (const node of nodes) {
    starts.push(steps.length)
    emit(node, steps)
    leaps.push(push(steps, { kind: 'fork', to: [] }))
  }
  steps[fork] = { kind: 'fork', to: starts }
  for (const leap of leaps) steps[leap] = { kind: 'fork', to: [steps.length] }
}

function emitRepeat({ node, least, most }: Extract<Node, { kind: 'repeat' }>, steps: Step[]): void {
  for (let n = 0; n < least; n++) emit(node, steps)
  if (most === Infinity) {
    const fork = push(steps, { kind: 'fork', to: [] })
    emit(node, steps)
    push(steps, { kind: 'fork', to: [fork] })
    steps[fork] = { kind: 'fork', to: [fork + 1, steps.length] }
    return
  }
  const forks: number[] = []
  for (let n = least; n < most; n++) {
    forks.push(push(steps, { kind: 'fork', to: [] }))
    emit(node, steps)
  }
  for (const fork of forks) steps[fork] = { kind: 'fork', to: [fork + 1, steps.length] }
}

/** Every step is taken at most once at each character: steps × characters at most. */
function run(steps: readonly Step[], text: string): boolean {
  const points = Array.from(text, (char) => char.codePointAt(0) ?? 0)
  const seenAt = new Int32Array(steps.length).fill(-1)
  let waiting: number[] = []
  for (let at = 0; at <= points.length; at++) {
    const open = [0, ...waiting]
    waiting = []
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seenAt[next] === at) continue
      seenAt[next] = at
      const step = steps[next] as Step
      if (step.kind === 'match') return true
      if (step.kind === 'fork') open.push(...step.to)
      else if (step.kind === 'assert') {
        if (holds(step.what, points, at)) open.push(next + 1)
      } else if (at < points.length && step.test(points[at] as number)) waiting.push(next + 1)
    }
  }
  return false
}

function holds(what: Assertion, points: readonly number[], at: number): boolean {
  if (what === 'start') return at === 0
  if (what === 'end') return at === points.length
  const before = at > 0 && isWord(points[at - 1] as number)
  const after = at < points.length && isWord(points[at] as number)
  return (before !== after) === (what === 'edge')
}
