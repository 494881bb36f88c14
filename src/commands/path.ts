import { resolve } from 'node:path'
import { z } from 'zod'

/** Beside a key that may be a file: the server may stand in another directory than whoever typed it. */
export const path = z
  .string()
  .optional()
  .describe('The file as an absolute path; found by the command line')

/** Fills `path` on the caller's side. */
export const withPath = async <Input extends { readonly key: string }>(input: Input) => ({
  ...input,
  path: resolve(input.key),
})
