const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML text or as a quoted attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)
}

/**
 * What no text may bring into a mail, page or feed: control characters (not allowed in XML),
 * halves of surrogate pairs, direction overrides that turn later text around, and the two
 * private-use characters that frame our own stand-ins.
 */
const UNWANTED =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202D\u202E\uE000\uE001\uFFFE\uFFFF]/g

/** A copy of plain data with every string in it made safe to show. As in JSON, what is no data is left out. */
export const clean = <T>(data: T): T => cleaned(data) as T

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replace(UNWANTED, '')
  if (typeof value !== 'object' || value === null) return isData(value) ? value : null
  if (Array.isArray(value)) return value.map(cleaned)
  if (value instanceof Date) return value.toJSON()
  const copy: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(value)) if (isData(entry)) copy[key] = cleaned(entry)
  return copy
}

const isData = (value: unknown): boolean => value !== undefined && typeof value !== 'function'

/** The URL in its normal form where it may stand in `href` or `src`, else `null`. */
export function safeUrl(url: string): string | null {
  const parsed = URL.parse(url)
  return parsed !== null && /^(?:https?|mailto):$/.test(parsed.protocol) ? parsed.href : null
}
