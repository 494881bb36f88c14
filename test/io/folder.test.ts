import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FOLDER_LIMITS, listFolder, readFolderFile } from '../../src/io/folder.ts'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dose-folder-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

function write(ref: string, text = 'Tide tables are out.'): void {
  mkdirSync(dirname(join(dir, ref)), { recursive: true })
  writeFileSync(join(dir, ref), text)
}

async function refs(folder = dir, limits = FOLDER_LIMITS): Promise<string[]> {
  const found: string[] = []
  for await (const { ref } of listFolder(folder, limits)) found.push(ref)
  return found
}

describe('listFolder', () => {
  test('files of every level come sorted as text, whatever the folders are called', async () => {
    for (const ref of ['b.md', 'a/z.txt', 'a/B.html', 'a.md', 'a-b.htm', 'c/d/e.MARKDOWN'])
      write(ref)
    const found = await refs()
    expect(found).toEqual(['a-b.htm', 'a.md', 'a/B.html', 'a/z.txt', 'b.md', 'c/d/e.MARKDOWN'])
    expect(found).toEqual(found.toSorted())
  })

  test('size and time are told', async () => {
    write('a.md', 'twelve bytes')
    const { value: file } = await listFolder(dir).next()
    expect(file).toMatchObject({ ref: 'a.md', size: 12, mtimeMs: expect.any(Number) })
  })

  test.each([
    'feed.xml',
    'data.json',
    'photo.png',
    '.draft.md',
    '.git/a.md',
    'node_modules/p/a.md',
  ])('%s is left out', async (ref) => {
    write('kept.md')
    write(ref)
    expect(await refs()).toEqual(['kept.md'])
  })

  test('links are not followed, out of the folder or round in a circle', async () => {
    write('kept.md')
    symlinkSync('/etc', join(dir, 'etc'))
    symlinkSync(dir, join(dir, 'again'))
    symlinkSync('/etc/hostname', join(dir, 'host.txt'))
    expect(await refs()).toEqual(['kept.md'])
  })

  test('a missing folder is named', async () => {
    await expect(refs(join(dir, 'newss'))).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining(`${join(dir, 'newss')}: there is no such file or folder`),
    })
  })

  test('a file where a folder should be is named', async () => {
    write('a.md')
    await expect(refs(join(dir, 'a.md'))).rejects.toThrow('is a file, not a folder')
  })

  test.each([
    { name: 'too many files', limits: { ...FOLDER_LIMITS, files: 1 }, what: 'more than 1 files' },
    { name: 'nested too deep', limits: { ...FOLDER_LIMITS, depth: 1 }, what: 'nested too deep' },
  ])('$name', async ({ limits, what }) => {
    write('a/b/c.md')
    write('a/d.md')
    await expect(refs(dir, limits)).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
      message: expect.stringContaining(what),
    })
  })
})

describe('readFolderFile', () => {
  test('gives the bytes', async () => {
    write('a/b.md', 'Brücke')
    expect(Buffer.from(await readFolderFile(dir, 'a/b.md')).toString()).toBe('Brücke')
  })

  test('a file above the limit is named, one at the limit is read', async () => {
    const limits = { ...FOLDER_LIMITS, fileBytes: 10 }
    write('ten.md', '0123456789')
    write('eleven.md', '0123456789a')
    expect(await readFolderFile(dir, 'ten.md', limits)).toHaveLength(10)
    await expect(readFolderFile(dir, 'eleven.md', limits)).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
      message: expect.stringContaining('eleven.md: more than 10 bytes'),
    })
  })

  test('nothing outside the folder is read', async () => {
    write('in/a.md')
    write('out.md')
    symlinkSync(join(dir, 'out.md'), join(dir, 'in/link.md'))
    for (const ref of ['../out.md', 'link.md', '../in/../out.md']) {
      await expect(readFolderFile(join(dir, 'in'), ref)).rejects.toMatchObject({
        code: 'SOURCE_REFUSED',
      })
    }
  })

  test('a file that went away is unreachable', async () => {
    await expect(readFolderFile(dir, 'gone.md')).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining('gone.md'),
    })
  })
})
