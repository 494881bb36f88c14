import { readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Bytes that may still be written to the disk a folder is on. One that is not there, since a server
 * makes it when it first has something to write, is looked at where it would be.
 */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    const above = dirname(folder)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error
    return freeBytes(above)
  }
}

/** Bytes of the files in a folder and below; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  let sum = 0
  for (const name of names) {
    const file = await stat(join(folder, name)).catch(() => null) // gone meanwhile
    if (file?.isFile()) sum += file.size
  }
  return sum
}
