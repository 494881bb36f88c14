import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { faultsIn, joinTemplates } from '../../src/edition/own-templates.ts'
import { createRenderer } from '../../src/edition/render.ts'
import { makeEdition, makeIssue } from '../support/edition.ts'
import { HOSTILE, inspect, renderer, site, templates } from '../support/renderer.ts'

const latest = { edition: makeEdition(), issue: makeIssue(), url: '/editions/e42' }
const archive = [
  {
    url: '/editions/e41',
    number: 41,
    date: '2026-11-19',
    digestName: 'Harbour Morning',
    subject: 'Council votes <b>twice</b>',
  },
]
const message = {
  subject: '<script>alert(1)</script>',
  from: 'Harbour Morning <post@dose.example>',
  to: 'Ana <ana@reader.example>',
  date: '2026-11-20T06:00:00.000Z',
  text: 'Hello </pre><script>alert(2)</script>',
  headers: [{ name: 'List-Id', value: '<d1.dose.example>' }],
  htmlUrl: '/outbox/e42/1.html',
  rawUrl: '/outbox/e42/1.eml',
}
const PAGES = {
  edition: renderer.editionPage({ site, ...latest, previous: { label: 'Nov 19', url: '/e/41' } }),
  'quiet edition': renderer.editionPage({ site, edition: makeEdition(), issue: null }),
  'hostile edition': renderer.editionPage({
    site,
    edition: makeEdition(HOSTILE),
    issue: makeIssue(HOSTILE),
  }),
  front: renderer.frontPage({ site, latest, archive }),
  'empty front': renderer.frontPage({ site, latest: null, archive: [] }),
  outbox: renderer.outboxPage({ site, messages: [{ ...message, url: '/outbox/e42/1' }] }),
  message: renderer.messagePage({ site, outboxUrl: '/outbox', message }),
}

describe.each(Object.entries(PAGES))('the page: %s', (name, html) => {
  const { urls, active, handlers } = inspect(html)

  test('has a language, a title, one main heading and a link past the navigation', () => {
    expect(html).toMatch(/<html lang="en" dir="ltr">/)
    expect(html).toMatch(/<title>.+<\/title>/)
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(html).toContain('<a class="skip" href="#main">')
    expect(html).toContain('<main id="main">')
  })

  test('runs no script and links nowhere unsafe', () => {
    expect(handlers).toEqual([])
    expect(active.filter((element) => element !== 'link')).toEqual(
      name === 'message' ? ['iframe'] : [],
    )
    expect(urls.filter((url) => !/^(?:https?:\/\/|\/(?!\/)|#)/.test(url))).toEqual([])
  })

  test('its one style sheet is the one that the policy allows', () => {
    const css = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''
    const hash = createHash('sha256').update(css, 'utf8').digest('base64')
    expect(renderer.pageStyleHash).toBe(`'sha256-${hash}'`)
    expect(html).not.toMatch(/ style="/)
  })
})

test('the front page shows the latest edition and the ones before', () => {
  const { text, links } = inspect(PAGES.front)
  expect(text).toContain('Harbour tunnel opens after nine years')
  expect(text).toContain('Council votes <b>twice</b>')
  expect(links).toEqual(expect.arrayContaining(['/editions/e42', '/editions/e41']))
})

test('the front page of a new house says what will come', () => {
  expect(inspect(PAGES['empty front']).text).toContain('No edition yet')
})

test('a mail is shown in a frame that may run nothing', () => {
  expect(PAGES.message).toMatch(
    /<iframe class="mail" sandbox="allow-popups[^"]*" src="\/outbox\/e42\/1.html"/,
  )
  expect(PAGES.message).not.toMatch(/sandbox="[^"]*allow-(?:scripts|same-origin)/)
})

test('what operators’ templates are held to, ours keep: every address is checked, nothing unescaped', () => {
  const ours = Object.entries(templates).filter(([name]) => !name.endsWith('.js'))
  expect(faultsIn(joinTemplates(templates, Object.fromEntries(ours)))).toEqual([])
})

test('a template of the operator replaces ours', () => {
  const own = createRenderer({ ...templates, 'partials/layout': '<html>{{title}}</html>' })
  expect(own.outboxPage({ site, messages: [] })).toBe('<html>Outbox</html>')
})
