import formbody from '@fastify/formbody'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Templates } from '../edition/compile.ts'
import { FEED_TYPES } from '../edition/feeds.ts'
import { type Pictures, picturesIn } from '../edition/picture.ts'
import { DoseError } from '../errors.ts'
import type { Provider } from '../io/oidc.ts'
import type { Deps } from '../workers/stage.ts'
import { oidcPages, providerOf } from './access/oidc.ts'
import { type CheckSignIn, createSignIn } from './access/sign-in.ts'
import { welcomePages } from './access/welcome.ts'
import { adminPages } from './admin.ts'
import { operationRoute, operationUrl } from './api.ts'
import { mountBoard } from './board.ts'
import { brandPages } from './brand.ts'
import { allowCaching } from './caching.ts'
import { clickPages } from './clicks.ts'
import { dashboardRoutes } from './dashboard/rooms.ts'
import { editionPages } from './editions.ts'
import { editionFeeds } from './feeds.ts'
import { guard } from './gate.ts'
import { healthPage } from './health.ts'
import {
  DELIVERY_BYTES_MAX,
  type Intake,
  intakePages,
  PUSH_BYTES_MAX,
  REPORTS_BYTES_MAX,
} from './intake.ts'
import { leanPages } from './lean.ts'
import { metricsPage } from './metrics.ts'
import { type Mount, mountOf, redirectBelow, withoutBase } from './mount.ts'
import { openApiDocument } from './openapi.ts'
import type { Operation } from './operation.ts'
import { outboxPages } from './outbox.ts'
import { ownerPages } from './owner.ts'
import { createPages, type Pages } from './pages.ts'
import { picturePages } from './pictures.ts'
import { keepToThemselves } from './policy.ts'
import { preferencePages } from './preferences.ts'
import { createReaderDesk } from './readers.ts'
import { answerFailures, answerRefusal, Refusal } from './refusal.ts'
import { addRoute, type Route } from './route.ts'
import { searchPages } from './search.ts'
import { signUpPages } from './signup.ts'
import { FAVICON, robotsTxt } from './static.ts'
import { storyPage } from './stories.ts'
import { unsubscribePages } from './unsubscribe.ts'
import { viewPage } from './view.ts'
import { createVisitors, type Visitors } from './visitors.ts'

export type WebOptions = {
  readonly deps: Deps
  /** What the API can do, at `/api/…`. */
  readonly operations: readonly Operation[]
  /** What comes by itself: pushed articles, deliveries of hubs. */
  readonly intake: Intake
  /** The setting ADMIN_PASSWORD, which scripts may bring along; `null` where there is none. */
  readonly adminPassword: string | null
  /** May do everything, and stands in no row. */
  readonly apiToken: string
  /** What commands on this machine bring along: the same, under a name of its own. */
  readonly commandToken?: string
  /** Folder of mails that became files; `null` where mail is sent. */
  readonly outbox: string | null
}

/** What pages are made with. */
export type Web = WebOptions & {
  readonly pages: Pages
  readonly visitors: Visitors
  readonly mount: Mount
  readonly checkSignIn: CheckSignIn
  /** With whom people may sign in instead; `null` where the settings name nobody. */
  readonly provider: Provider | null
  /** Where pages show pictures from. */
  readonly pictures: Pictures
}

const HTML = 'text/html'

/**
 * Every URL. Operations at `/api/…` and the queue dashboard at `/admin/queues` come on top; the
 * rooms of the dashboard are listed in dashboard/rooms.ts.
 */
function routesOf(
  app: FastifyInstance,
  web: Web,
  templates: Templates,
  secret: string,
): readonly Route[] {
  const edition = editionPages(web)
  const feed = editionFeeds(web)
  const find = searchPages(web)
  const mail = outboxPages(web)
  const desk = createReaderDesk(web)
  const leave = unsubscribePages(web, desk, secret)
  const signUp = signUpPages(web, desk, secret)
  const preferences = preferencePages(web, desk, secret)
  const lean = leanPages(web, desk, secret)
  const owner = ownerPages(web, desk, secret)
  const admin = adminPages(web)
  const welcome = welcomePages(web)
  const oidc = oidcPages(web)
  const intake = intakePages(web)
  const brand = brandPages(web)
  const document = () => openApiDocument(routes, web.operations, web.deps.publicUrl())

  // biome-ignore format: one URL a line
  const routes: readonly Route[] = [
    { method: 'GET', url: '/', access: 'public', type: HTML, summary: 'The latest edition', handle: edition.front },
    { method: 'GET', url: '/archive', access: 'public', type: HTML, summary: 'All editions', handle: edition.archive },
    { method: 'GET', url: '/feed.json', access: 'public', type: FEED_TYPES.json, summary: 'Editions as JSON Feed', handle: feed('json') },
    { method: 'GET', url: '/feed.xml', access: 'public', type: FEED_TYPES.atom, summary: 'Editions as Atom', handle: feed('atom') },
    { method: 'GET', url: '/rss.xml', access: 'public', type: FEED_TYPES.rss, summary: 'Editions as RSS', handle: feed('rss') },
    { method: 'GET', url: '/d/:name/', access: 'public', type: HTML, summary: 'The latest edition of one digest', handle: edition.front },
    { method: 'GET', url: '/d/:name/archive', access: 'public', type: HTML, summary: 'All editions of one digest', handle: edition.archive },
    { method: 'GET', url: '/d/:name/feed.json', access: 'public', type: FEED_TYPES.json, summary: 'Editions of one digest as JSON Feed', handle: feed('json') },
    { method: 'GET', url: '/d/:name/feed.xml', access: 'public', type: FEED_TYPES.atom, summary: 'Editions of one digest as Atom', handle: feed('atom') },
    { method: 'GET', url: '/d/:name/rss.xml', access: 'public', type: FEED_TYPES.rss, summary: 'Editions of one digest as RSS', handle: feed('rss') },
    { method: 'GET', url: '/d/:name/brand.css', access: 'public', type: 'text/css', summary: 'The colours of a digest', handle: brand.colours },
    { method: 'GET', url: '/d/:name/logo', access: 'public', policy: 'picture', type: 'image/*', summary: 'The picture above the name of a digest', handle: brand.logo },
    { method: 'GET', url: '/editions/:id', access: 'public', type: HTML, summary: 'An edition', handle: edition.edition },
    { method: 'GET', url: '/editions/:id(^[A-Za-z0-9]+).md', access: 'public', type: 'text/markdown', summary: 'An edition as front-matter Markdown', handle: edition.markdown },
    { method: 'GET', url: '/search', access: 'public', type: HTML, perMinute: 60, summary: 'Looks through all that was sent', handle: find.search },
    { method: 'GET', url: '/d/:name/search', access: 'public', type: HTML, perMinute: 60, summary: 'Looks through all that one digest sent', handle: find.search },
    { method: 'GET', url: '/topics/:topic', access: 'public', type: HTML, perMinute: 120, summary: 'All stories of a topic', handle: find.topic },
    { method: 'GET', url: '/stories/:id', access: 'public', type: HTML, summary: 'A story with all that its sources tell', handle: storyPage(web) },
    { method: 'GET', url: '/i/:signature/:encoded', access: 'public', type: 'image/*', policy: 'picture', perMinute: 600, summary: 'A picture of an edition', handle: picturePages(web, secret) },
    { method: 'GET', url: '/u/:token', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'Asks whether to unsubscribe', handle: leave.ask },
    { method: 'POST', url: '/u/:token', access: 'public', type: HTML, perMinute: 600, anyBody: true, summary: 'Unsubscribes at once (RFC 8058)', handle: leave.end },
    { method: 'GET', url: '/subscribe', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'The form to sign up, or the digests that are open', handle: signUp.form },
    { method: 'POST', url: '/subscribe', access: 'public', type: HTML, perMinute: 20, summary: 'Asks for a mail with the link that confirms', handle: signUp.ask },
    { method: 'GET', url: '/d/:name/subscribe', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'The form to sign up for one digest', handle: signUp.form },
    { method: 'POST', url: '/d/:name/subscribe', access: 'public', type: HTML, perMinute: 20, summary: 'Asks for a mail with the link that confirms', handle: signUp.ask },
    { method: 'GET', url: '/confirm/:token', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'Asks whether to subscribe', handle: signUp.confirmForm },
    { method: 'POST', url: '/confirm/:token', access: 'public', type: HTML, perMinute: 60, summary: 'Subscribes', handle: signUp.confirm },
    { method: 'GET', url: '/link', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'The form of readers without a link', handle: signUp.linkForm },
    { method: 'POST', url: '/link', access: 'public', type: HTML, perMinute: 20, summary: 'Asks for a mail with the link of the owner', handle: signUp.askLink },
    { method: 'GET', url: '/p/:token', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'How a digest comes to a reader', handle: preferences.show },
    { method: 'POST', url: '/p/:token', access: 'public', type: HTML, perMinute: 60, summary: 'Changes how it comes', handle: preferences.save },
    { method: 'POST', url: '/p/:token/link', access: 'public', type: HTML, perMinute: 20, summary: 'Sends the link of the owner to the owner', handle: preferences.sendLink },
    { method: 'GET', url: '/c/:token', access: 'public', type: HTML, perMinute: 600, keep: false, summary: 'Leads from a link of a mail to its source', handle: clickPages(app, web, secret) },
    { method: 'GET', url: '/l/:token', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'Asks whether to have more, or less, like a story', handle: lean.ask },
    { method: 'POST', url: '/l/:token', access: 'public', type: HTML, perMinute: 60, summary: 'Moves stories like it a step', handle: lean.step },
    { method: 'POST', url: '/l/:token/mute', access: 'public', type: HTML, perMinute: 60, summary: 'Shows nothing more from one of its sources', handle: lean.mute },
    { method: 'GET', url: '/me/:token', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'What only the owner of an address may do', handle: owner.show },
    { method: 'POST', url: '/me/:token', access: 'public', type: HTML, perMinute: 20, summary: 'Sends a new link to the owner', handle: owner.renew },
    { method: 'POST', url: '/me/:token/move', access: 'public', type: HTML, perMinute: 20, summary: 'Asks the new address', handle: owner.move },
    { method: 'GET', url: '/me/:token/data.json', access: 'public', type: 'application/json', perMinute: 20, keep: false, summary: 'All that is stored of a reader', handle: owner.data },
    { method: 'POST', url: '/me/:token/leave', access: 'public', type: HTML, perMinute: 20, summary: 'Ends all subscriptions', handle: owner.leave },
    { method: 'POST', url: '/me/:token/forget', access: 'public', type: HTML, perMinute: 20, summary: 'Deletes a reader', handle: owner.forget },
    { method: 'GET', url: '/move/:token', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'Asks whether to use this address', handle: owner.moveForm },
    { method: 'POST', url: '/move/:token', access: 'public', type: HTML, perMinute: 60, summary: 'Changes the address', handle: owner.moveHere },
    { method: 'GET', url: '/v/:token', access: 'public', type: HTML, perMinute: 120, keep: false, summary: 'The issue of one reader', handle: viewPage(web, secret) },
    { method: 'GET', url: '/outbox', access: 'local', type: HTML, summary: 'Mails kept as files', handle: mail.list },
    { method: 'GET', url: '/outbox/:editionId/:deliveryId', access: 'local', type: HTML, summary: 'A mail', handle: mail.message },
    { method: 'GET', url: '/outbox/:editionId/:deliveryId/html', access: 'local', type: HTML, policy: 'mail', summary: 'The HTML part of a mail', handle: mail.html },
    { method: 'GET', url: '/outbox/:editionId/:deliveryId/raw', access: 'local', type: 'message/rfc822', summary: 'A mail as it was written', handle: mail.raw },
    { method: 'GET', url: '/admin/login', access: 'public', type: HTML, perMinute: 60, keep: false, summary: 'The login form', handle: admin.loginForm },
    { method: 'POST', url: '/admin/login', access: 'public', type: HTML, perMinute: 60, csrf: true, summary: 'Signs in', handle: admin.login },
    { method: 'GET', url: '/admin/oidc', access: 'public', type: HTML, perMinute: 60, keep: false, summary: 'Leads to the provider to sign in there (OpenID Connect)', handle: oidc.begin },
    { method: 'GET', url: '/admin/oidc/callback', access: 'public', type: HTML, perMinute: 60, keep: false, summary: 'Signs in whom the provider vouches for', handle: oidc.finish },
    { method: 'GET', url: '/admin/welcome/:key', access: 'public', type: HTML, perMinute: 60, keep: false, summary: 'Asks whoever holds a one-time link for a password', handle: welcome.form },
    { method: 'POST', url: '/admin/welcome/:key', access: 'public', type: HTML, perMinute: 60, csrf: true, summary: 'Takes the password and signs in', handle: welcome.choose },
    { method: 'POST', url: '/admin/logout', access: 'viewer', type: HTML, csrf: true, summary: 'Signs out', handle: admin.logout },
    { method: 'POST', url: '/api/articles', access: 'operator', bearer: true, noun: 'article', type: 'application/json', bytes: PUSH_BYTES_MAX, keep: false, takes: web.intake.pushed, summary: 'Takes in one article, or a list of up to 50; all or none', handle: intake.push },
    { method: 'POST', url: '/api/bounces', access: 'operator', bearer: true, noun: 'delivery', type: 'application/json', bytes: REPORTS_BYTES_MAX, keep: false, takes: web.intake.reported, summary: 'Takes in what became of mails, one or a list of up to 500; all or none', handle: intake.report },
    { method: 'GET', url: '/websub/:source/:key', access: 'public', type: 'text/plain', perMinute: 600, keep: false, summary: 'Tells a hub that it was asked (W3C WebSub)', handle: intake.verify },
    { method: 'POST', url: '/websub/:source/:key', access: 'public', type: 'text/plain', perMinute: 600, keep: false, rawBody: true, bytes: DELIVERY_BYTES_MAX, admit: intake.admit, summary: 'Takes in what a hub delivers (W3C WebSub)', handle: intake.receive },
    { method: 'GET', url: '/healthz', access: 'public', type: 'application/json', keep: false, summary: 'Is every part alive?', handle: healthPage(web.deps) },
    { method: 'GET', url: '/metrics', access: 'scrape', noun: 'house', type: 'text/plain; version=0.0.4', summary: 'Figures for Prometheus', handle: metricsPage(app, web.deps) },
    { method: 'GET', url: '/openapi.json', access: 'public', type: 'application/json', summary: 'This document', handle: document },
    { method: 'GET', url: '/robots.txt', access: 'public', type: 'text/plain', summary: 'What robots may read', handle: () => robotsTxt(web.mount.base) },
    { method: 'GET', url: '/favicon.ico', access: 'public', type: 'image/svg+xml', summary: 'The icon', handle: () => FAVICON },
    ...dashboardRoutes(app, web, templates),
  ]
  return routes
}

/** Forms are small; an operation may bring a list of subscribers or a list of feeds along. */
const FORM_BYTES_MAX = 16 * 1_024
const OPERATION_BYTES_MAX = 32 * 1_024 * 1_024

/** A client that has not sent its request by then is holding a connection, no more. */
const REQUEST_MS = 30_000

/** As much as Node takes of a request's head: a token of any length gets our own answer. */
const PARAM_CHARS_MAX = 16 * 1_024

/**
 * Builds the server with all its pages; it listens when it is told to.
 *
 * @throws {DoseError} CONFIG_INVALID when TRUST_PROXY names no address.
 */
export async function createServer(options: WebOptions): Promise<FastifyInstance> {
  const { deps } = options
  const templates = deps.templates.all
  const mount = mountOf(deps.config.PUBLIC_URL)
  const pages = createPages(templates, mount.base)
  const app = createApp(deps.config.TRUST_PROXY, pages, mount)
  const secret = await deps.store.settings.signingSecret()
  const { adminPassword, apiToken, commandToken } = options
  const tokens = {
    'token:API_TOKEN': apiToken,
    ...(commandToken !== undefined && { 'command line': commandToken }),
  }
  const visitors = await createVisitors(app, { deps, adminPassword, tokens, secret, mount })
  const pictures = picturesIn(deps.config.IMAGES, '', secret)
  const checkSignIn = createSignIn(visitors, deps)
  const provider = providerOf(deps.config)
  const web: Web = { ...options, pages, visitors, mount, checkSignIn, provider, pictures }

  const secure = deps.config.PUBLIC_URL?.startsWith('https:') ?? false
  const styles = [deps.renderer.pageStyleHash, pages.styleHash]
  await keepToThemselves(app, styles, secure, deps.config.IMAGES === 'linked')
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: () => new Refusal(429, 'busy'),
  })
  await app.register(formbody, { bodyLimit: FORM_BYTES_MAX })
  answerFailures(app, pages, deps.log)
  guard(app, visitors, pages)
  allowCaching(app, visitors.isLocal)
  redirectBelow(app, mount.base)

  for (const route of routesOf(app, web, templates, secret)) addRoute(app, route)
  app.get('/d/:name', { config: { access: 'public' } }, (request, reply) =>
    reply.redirect(`${request.url.split('?')[0]}/`, 308),
  )
  for (const operation of options.operations)
    app.post(operationUrl(operation), {
      config: { access: operation.needs, bearer: true },
      bodyLimit: OPERATION_BYTES_MAX,
      handler: operationRoute(operation, deps.log),
    })
  await mountBoard(app, '/admin/queues', mount, deps)
  await app.ready()
  return app
}

function createApp(trustProxy: readonly string[], pages: Pages, { base }: Mount): FastifyInstance {
  try {
    return Fastify({
      trustProxy: trustProxy.length > 0 && [...trustProxy],
      rewriteUrl: ({ url = '/' }) => withoutBase(url, base),
      requestTimeout: REQUEST_MS,
      bodyLimit: FORM_BYTES_MAX,
      forceCloseConnections: 'idle',
      routerOptions: { maxParamLength: PARAM_CHARS_MAX },
      // A path that cannot be decoded reaches no route; Fastify's own answer would repeat it.
      frameworkErrors: (_error, request, reply) => {
        const isLink = /^\/(?:u|p|v|l|c|me|move|confirm)\//.test(request.url)
        const reason = isLink ? 'token' : 'request'
        reply.statusCode = 400
        return answerRefusal(pages, request, reply, reason)
      },
    })
  } catch (cause) {
    const subject = `TRUST_PROXY: ${trustProxy.join(',')} is no list of addresses or CIDRs.`
    throw new DoseError('CONFIG_INVALID', subject, { cause })
  }
}
