/** Editions are for everybody; what links in mails open, and what operators use, is not. */
export const robotsTxt = (base: string): string => `User-agent: *
Disallow: ${base}/u/
Disallow: ${base}/c/
Disallow: ${base}/l/
Disallow: ${base}/outbox
Disallow: ${base}/admin
Disallow: ${base}/api/
`

/** A page with a headline, in the colour of the pages' accents. */
export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#a3301c"/><path d="M8 9h16M8 15h16M8 21h9" stroke="#fffdf9" stroke-width="3" stroke-linecap="round"/></svg>`
