import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/**
 * What a page may load.
 * page     our own pages: style sheets we know, our own pictures, no script
 * mail     the HTML part of a mail, inside a frame without scripts or origin
 * picture  a picture that came from elsewhere: nothing, whatever is in it
 * dashboard our pages for operators: scripts and styles of this host, asked of this host
 * board    the queue dashboard: scripts and styles of its own
 */
export type Policy = 'page' | 'mail' | 'picture' | 'dashboard' | 'board'

const NOTHING = "default-src 'none'; base-uri 'none'"

/** 180 days; not for subdomains, which may belong to others. */
const HSTS_SECONDS = 15_552_000

/**
 * Headers that keep a page to itself (Content Security Policy 3, W3C).
 *
 * @param styleHashes `'sha256-…'` of every style sheet that our pages carry.
 * @param secure      readers reach the server over https.
 * @param linked      pictures come from their publishers.
 */
export async function keepToThemselves(
  app: FastifyInstance,
  styleHashes: readonly string[],
  secure: boolean,
  linked: boolean,
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false, // differs from page to page: below
    // Over plain http browsers do not heed these two, and complain in the console.
    crossOriginOpenerPolicy: secure,
    originAgentCluster: secure,
    xFrameOptions: false, // frame-ancestors says the same, and knows more
    strictTransportSecurity: secure && { maxAge: HSTS_SECONDS, includeSubDomains: false },
    // Links in mails hold tokens: no other site is told them, and our forms can still prove origin.
    referrerPolicy: { policy: 'same-origin' },
  })
  const policies: Readonly<Record<Policy, string>> = {
    page: `${NOTHING}; style-src 'self' ${styleHashes.join(' ')}; img-src 'self'${linked ? ' http: https:' : ''} data:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'`,
    mail: `${NOTHING}; style-src 'unsafe-inline'; img-src http: https: data:; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox`,
    picture: `${NOTHING}; sandbox`,
    dashboard: `${NOTHING}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'`,
    board: `default-src 'none'; base-uri 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'`,
  }
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', policies[request.routeOptions.config?.policy ?? 'page'])
  })
}
