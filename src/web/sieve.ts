/** A person who opens a mail follows a link or two in so short a time; a scanner follows them all. */
const WINDOW_MS = 10_000
const LINKS_MAX = 3
/** Networks watched at once; those beyond it are not counted, so that a flood fills no memory. */
const NETWORKS_MAX = 10_000

/** What calls itself a program, or fetches for one: previews, scanners, archives, monitors. */
const PROGRAMS =
  /bot\b|bot[/_-]|crawl|spider|scan|preview|prefetch|fetch|monitor|archiv|check|proxy|curl|wget|python|java\/|okhttp|go-http|axios|node|headless|phantom|libwww|facebookexternalhit|slack|whatsapp|telegram|skypeuri|embed|barracuda|mimecast|proofpoint|trendmicro|symantec|safelinks|googleimageproxy|yahoomailproxy/i

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** Whether a request is that of a person who wants to see the page now. */
export function isPerson(method: string, headers: Headers): boolean {
  const agent = String(headers['user-agent'] ?? '')
  const purpose = `${headers.purpose ?? ''} ${headers['sec-purpose'] ?? ''} ${headers['x-moz'] ?? ''}`
  return (
    method === 'GET' && agent !== '' && !PROGRAMS.test(agent) && !/prefetch|preview/i.test(purpose)
  )
}

export type Sieve<Click> = {
  /** Takes note of a click, and keeps it until it is clear that it is no part of a burst. */
  note(network: string, key: string, click: Click, nowMs: number): void
  /** Clicks that count: of windows that are over, or of all at the end. */
  take(nowMs: number): Click[]
}

/**
 * Tells people from scanners by their pace. What it remembers of a network is gone after seconds,
 * and was never anywhere but here. The same link twice in a window counts once.
 */
export function createSieve<Click>(): Sieve<Click> {
  const windows = new Map<
    string,
    { readonly endsAt: number; readonly clicks: Map<string, Click> }
  >()
  const over: Click[] = []
  const close = (nowMs: number) => {
    for (const [network, { endsAt, clicks }] of windows) {
      if (endsAt > nowMs) return // they stand in the order of their ends
      windows.delete(network)
      if (clicks.size <= LINKS_MAX) over.push(...clicks.values())
    }
  }
  return {
    note(network, key, click, nowMs) {
      close(nowMs)
      const known = windows.get(network)
      if (known) {
        if (known.clicks.size <= LINKS_MAX) known.clicks.set(key, click)
      } else if (windows.size < NETWORKS_MAX) {
        windows.set(network, { endsAt: nowMs + WINDOW_MS, clicks: new Map([[key, click]]) })
      }
    },
    take(nowMs) {
      close(nowMs)
      return over.splice(0)
    },
  }
}
