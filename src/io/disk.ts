import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes that may still be written to the disk a folder is on. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
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
