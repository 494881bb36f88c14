import { expect, test } from 'vitest'
import { checkClients } from '../../src/edition/check-clients.ts'
import { lackingBy, supportFile } from '../support/clients.ts'

test('what clients lack is as in the installed data', async () => {
  await expect(supportFile()).toMatchFileSnapshot('../../src/edition/client-support.ts')
})

const page = (body: string, css = '') =>
  `<!doctype html><html><head><style>${css}</style></head><body>${body}</body></html>`

test.each([
  { html: page('<div style="display:flex;gap:4px">x</div>'), lacks: ['display:flex'] },
  {
    html: page('<p style="color:red;background-image:url(x.png)">x</p>'),
    lacks: ['background-image'],
  },
  {
    html: page('<p style="width:calc(100% - 4px);height:50vh">x</p>'),
    lacks: ['CSS calc() function', 'vh unit'],
  },
  {
    html: page('<video src="x"></video><form><input type="text"></form>'),
    lacks: ['<video> element', '<form> element'],
  },
  {
    html: page('<p>x</p>', '@font-face{font-family:a;src:url(a)} a:hover{color:red}'),
    lacks: ['@font-face', ':hover'],
  },
  {
    html: page('<img src="x" style="object-fit:cover;border-radius:4px">'),
    lacks: ['object-fit', 'border-radius'],
  },
])('finds what a client lacks: $lacks', ({ html, lacks }) => {
  const found = checkClients(html).map(({ feature }) => feature)
  expect(found).toEqual(expect.arrayContaining(lacks))
  // The package finds no more.
  expect(lackingBy(html).filter((title) => !found.includes(title))).toEqual([])
})

test('what stands in comments, which only Outlook reads, is not looked at', () => {
  const found = checkClients(page('<!--[if mso]><video></video><![endif]-->'))
  expect(found.map(({ slug }) => slug)).not.toContain('html-video')
})
