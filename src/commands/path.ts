import { resolve } from 'node:path'
import { z } from 'zod'

/** Beside what may be a file or folder: the server may stand in another directory than whoever typed it. */
export const path = z
  .string()
  .optional()
  .describe('The file or folder as an absolute path; found by the command line')

/** Fills `path` on the caller's side, from the input of that name. */
export const withPath =
  <Name extends 'key' | 'target'>(name: Name) =>
  async <Input extends Readonly<Record<Name, string>>>(input: Input) => ({
    ...input,
    path: resolve(input[name]),
  })
