/**
 * Elements open at once. Real pages stay below 60; readability's time grows with the square of
 * the depth, and 1,000 nested `<div>` (11 KB) cost it seconds.
 */
const MAX_DEPTH = 100

/** Tags read of one page; real pages have up to 10,000. The rest of the page is cut off. */
const MAX_TAGS = 30_000

/** Elements without an end tag (HTML §13.1.2). */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i

/** Elements that the next one of their kind ends (HTML §13.1.2.4). */
const ENDED_BY_NEXT = /^(?:p|li|dt|dd|tr|td|th|option)$/

/** What they hold is not markup, whatever it looks like. */
const RAW = /^(?:script|style|textarea|title)$/i

const TAG = /<!--|<(\/?)([a-z][a-z\d-]{0,40})(?:\s[^<>]{0,20000})?\/?>/gi

/**
 * Drops the tags, not the text, of what is nested too deep, and cuts off what is endless: parsers
 * of HTML and what walks their trees take time that grows with the square of the depth.
 */
export function limitNesting(html: string): string {
  const kept: string[] = []
  const open: string[] = []
  let dropped = 0
  let from = 0
  TAG.lastIndex = 0
  for (let count = 0; count < MAX_TAGS; count++) {
    const tag = TAG.exec(html)
    if (tag === null) return kept.join('') + html.slice(from)
    const [whole, slash, rawName] = tag
    const name = rawName?.toLowerCase()
    if (name === undefined || RAW.test(name)) {
      if (slash !== '/') TAG.lastIndex = endOfRaw(html, TAG.lastIndex, name)
    } else if (!VOID.test(name) && !track(open, name, slash === '/', dropped)) {
      dropped += slash === '/' ? -1 : 1
      kept.push(html.slice(from, tag.index), ' ')
      from = tag.index + whole.length
    }
  }
  return kept.join('') + html.slice(from, TAG.lastIndex)
}

/** Opens or closes an element in the list of those open; `false` where its tag must go. */
function track(open: string[], name: string, isEnd: boolean, dropped: number): boolean {
  if (isEnd) {
    const at = dropped > 0 ? -1 : open.lastIndexOf(name)
    if (at >= 0) open.length = at
    return dropped === 0
  }
  if (dropped > 0) return false
  if (open.at(-1) === name && ENDED_BY_NEXT.test(name)) return true
  if (open.length >= MAX_DEPTH) return false
  open.push(name)
  return true
}

/** Where a comment, a script or the like ends; the document's end where it never does. */
function endOfRaw(html: string, at: number, name: string | undefined): number {
  const end = name === undefined ? /-->/g : new RegExp(`</${name}`, 'gi')
  end.lastIndex = at
  return end.test(html) ? end.lastIndex : html.length
}
