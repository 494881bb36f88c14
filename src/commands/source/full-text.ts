import { z } from 'zod'

/** Whether the pages of a source's articles are read. */
export const fullText = z
  .enum(['auto', 'always', 'never'])
  .optional()
  .describe("Read the articles' own pages: where the feed brings teasers, always, or never")
