import { markupToPlain } from './plain.ts'

const FENCE = /^ {0,3}(?:```|~~~)/
const HEADING = /^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$/
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/
const RULE = /^ {0,3}(?:[-*_][ \t]*){3,}$/
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+/
const QUOTE = /^ {0,3}>[ \t]?/
const LINK_DEFINITION = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S/

/**
 * Markdown (CommonMark, without its rarer corners) as plain paragraphs: links become their text,
 * images go, headings and list items are paragraphs of their own, code keeps its words.
 */
export function markdownToPlain(markdown: string): string {
  const paragraphs: string[] = []
  let open: string[] = []
  const close = () => {
    if (open.length > 0) paragraphs.push(open.join(' '))
    open = []
  }
  let inFence = false
  for (const raw of markdown.split(/\r\n?|\n/)) {
    if (FENCE.test(raw)) {
      inFence = !inFence
      close()
      continue
    }
    const line = inFence ? raw : raw.replace(QUOTE, '')
    const heading = inFence ? null : HEADING.exec(line)
    const startsBlock = heading !== null || (!inFence && LIST_ITEM.test(line))
    const endsBlock = line.trim() === '' || RULE.test(line) || UNDERLINE.test(line)
    if (startsBlock || endsBlock) close()
    if (endsBlock || LINK_DEFINITION.test(line)) continue
    open.push(heading?.[1] ?? line.replace(LIST_ITEM, '').trim())
    if (heading) close()
  }
  close()
  const plain = paragraphs.map((paragraph) => markupToPlain(inlineToPlain(paragraph)))
  return plain.filter((paragraph) => paragraph !== '').join('\n\n')
}

function inlineToPlain(text: string): string {
  return text
    .replace(/!\[[^\]\n]{0,500}\](?:\([^()\n]{0,2000}\)|\[[^\]\n]{0,200}\])/g, '')
    .replace(/\[([^[\]\n]{1,1000})\](?:\([^()\n]{0,2000}\)|\[[^\]\n]{0,200}\])/g, '$1')
    .replace(/<(https?:\/\/[^\s<>]{1,2000})>/g, '$1')
    .replace(/(?<![\w*])(\*{1,3})(?=\S)([^*\n]{1,2000}?)(?<=\S)\1(?![\w*])/g, '$2')
    .replace(/(?<![\w_])(_{1,3})(?=\S)([^_\n]{1,2000}?)(?<=\S)\1(?![\w_])/g, '$2')
    .replace(/~~([^~\n]{1,2000})~~/g, '$1')
    .replace(/`{1,2}([^`\n]{1,2000})`{1,2}/g, (_, code: string) => code.replace(/</g, '&lt;'))
    .replace(/\\([\\`*_{}[\]()#+.!<>~|-])/g, '$1')
}
