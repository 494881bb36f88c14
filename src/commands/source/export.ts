import { generateOpml } from 'feedsmith'
import { z } from 'zod'
import { command } from '../command.ts'

/** OPML 2.0 wants a body; the generator makes none without an outline. */
const NO_FEEDS = `<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
  <head>
    <title>Daily Dose sources</title>
  </head>
  <body/>
</opml>
`

export const exportOpml = command({
  name: 'source export',
  summary: 'Print the feeds as OPML.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const feeds = (await deps.store.sources.list()).filter(({ kind }) => kind === 'feed')
    const head = { title: 'Daily Dose sources' }
    const outlines = feeds.map(({ name, url }) => ({
      type: 'rss',
      text: name,
      title: name,
      xmlUrl: url,
    }))
    const opml = feeds.length > 0 ? generateOpml({ head, body: { outlines } }) : NO_FEEDS
    out({ opml })
    return 0
  },
  show: (row) => String(row.opml),
})
