import { z } from 'zod'
import { writeOpml } from '../../article/opml.ts'
import { command } from '../command.ts'
import { FOLDER_JOINT } from './import.ts'

export const exportOpml = command({
  name: 'source export',
  summary: 'Print the feeds as OPML, in their folders, their topics as categories.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const feeds = (await deps.store.sources.list()).filter(({ kind }) => kind === 'feed')
    out({
      opml: writeOpml(
        feeds.map(({ url, name, folder, topics }) => ({
          url,
          name,
          folders: folder?.split(FOLDER_JOINT) ?? [],
          categories: topics,
        })),
      ),
    })
    return 0
  },
  show: (row) => String(row.opml),
})
