import { fileURLToPath } from 'node:url'
import { parseHTML } from 'linkedom'
import { createRenderer, type Site } from '../../src/edition/render.ts'
import { readTemplates } from '../../src/io/templates.ts'
import type { Card } from '../../src/model.ts'
import { POOL } from './edition.ts'

export const templates = await readTemplates(
  fileURLToPath(new URL('../../src/templates', import.meta.url)),
)

export const renderer = createRenderer(templates)

export const site: Site = {
  name: 'Daily Dose',
  homeUrl: '/',
  nav: [{ label: 'Outbox', url: '/outbox' }],
  feeds: [{ label: 'Atom', url: '/feed.xml', type: 'application/atom+xml' }],
}

/** Cards in which every field that a source can fill attacks the page. */
export const HOSTILE: readonly Card[] = POOL.map((card) => ({
  ...card,
  headline: `<img src=x onerror=alert(1)>"'{{7}}\uE000unsubscribeUrl\uE001\u202E${card.headline}`,
  topic: '</td><script>alert(2)</script>',
  why: '<b onclick=alert(3)>why</b>',
  image: { url: 'javascript:alert(4)', width: 800, height: 600, title: '" onload="alert(5)' },
  sentences: card.sentences.map((sentence) => ({
    ...sentence,
    text: `</p><iframe src=//evil.example></iframe>\uE000address\uE001${sentence.text}`,
    link: 'javascript:alert(6)//https://',
  })),
  citations: card.citations.map((citation, index) => ({
    ...citation,
    url: index === 0 ? ' jAvAsCrIpT:alert(7)' : 'data:text/html,<script>alert(8)</script>',
    provider: { name: '<svg/onload=alert(9)>', domain: 'evil.example' },
  })),
}))

type Tag = {
  readonly localName: string
  getAttribute(name: string): string | null
  getAttributeNames(): string[]
}

/** Addresses in `href` and `src`, and everything that could run or load by itself. */
export function inspect(html: string) {
  const { document } = parseHTML(html)
  const all: Tag[] = [...document.querySelectorAll('*')]
  return {
    urls: all
      .flatMap((element) => [element.getAttribute('href'), element.getAttribute('src')])
      .filter((url) => url !== null),
    links: [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href') ?? ''),
    handlers: all.flatMap((element) =>
      element.getAttributeNames().filter((name) => name.startsWith('on')),
    ),
    active: all
      .map((element) => element.localName)
      .filter((name) => /^(?:script|iframe|object|embed|form|svg|link|base)$/.test(name)),
    text: document.body?.textContent ?? '',
  }
}
