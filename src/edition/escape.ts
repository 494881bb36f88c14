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

/** A copy of plain data with every string in it made safe to show. */
export function clean<T>(data: T): T {
  return JSON.parse(JSON.stringify(data), (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replace(UNWANTED, '') : value,
  )
}

/** The URL in its normal form where it may stand in `href` or `src`, else `null`. */
export function safeUrl(url: string): string | null {
  const parsed = URL.parse(url)
  return parsed !== null && /^(?:https?|mailto):$/.test(parsed.protocol) ? parsed.href : null
}
