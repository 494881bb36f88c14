import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOutbox, listOutbox, readOutbox } from '../../src/io/outbox.ts'
import { outgoing } from '../support/message.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dose-outbox-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const yes = async () => true

describe('sending', () => {
  test('writes one file per delivery, which reads back', async () => {
    const outbox = createOutbox(dir)
    expect(await outbox.send(outgoing(), yes)).toMatchObject({ kind: 'accepted' })
    expect(await readdir(join(dir, 'ed-1'))).toEqual(['d-ann.eml'])
    expect(await readOutbox(dir, 'ed-1', 'd-ann')).toMatchObject({
      subject: 'Bridge over the Aar reopens',
      from: 'Morning Dose <dose@news.example>',
      to: 'ann@reader.example',
      date: '2026-11-20T06:00:00.000Z',
      html: expect.stringContaining('<b>reopened</b>'),
      text: expect.stringContaining('at last.'),
      headers: expect.arrayContaining([
        { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
      ]),
    })
  })

  test('asks before it writes, and writes nothing when called off', async () => {
    const outbox = createOutbox(dir)
    expect(await outbox.send(outgoing(), async () => false)).toEqual({ kind: 'abandoned' })
    expect(await listOutbox(dir)).toEqual([])
  })

  test('again replaces the file: a delivery is one mail', async () => {
    const outbox = createOutbox(dir)
    for (let n = 0; n < 2; n++) await outbox.send(outgoing(), yes)
    expect(await listOutbox(dir)).toHaveLength(1)
  })

  test('a place that cannot be written to defers and leaves nothing half-written', async () => {
    await writeFile(join(dir, 'ed-1'), 'a file where the folder should be')
    const result = await createOutbox(dir).send(outgoing(), yes)
    expect(result).toEqual({ kind: 'deferred', reason: expect.stringMatching(/^outbox: E\w+$/) })
    await expect(createOutbox(join(dir, 'ed-1')).verify()).rejects.toThrow(
      'CONFIG_INVALID DATA_DIR',
    )
  })

  test.each(['../up', '..', '.hidden', 'a/b', 'a\\b', '', 'nul\0', 'x'.repeat(200)])(
    'the id %j is no file name',
    async (id) => {
      const mail = outgoing()
      const outbox = createOutbox(dir)
      await expect(outbox.send({ ...mail, editionId: id }, yes)).rejects.toThrow(RangeError)
      await expect(outbox.send({ ...mail, deliveryId: id }, yes)).rejects.toThrow(RangeError)
      expect(await readOutbox(dir, id, 'd-ann')).toBeNull()
      expect(await readOutbox(dir, 'ed-1', id)).toBeNull()
    },
  )
})

describe('reading', () => {
  test('lists the mails of all editions or of one, and nothing else that lies there', async () => {
    const outbox = createOutbox(dir)
    await outbox.send(outgoing('ann@reader.example'), yes)
    await outbox.send(outgoing('ben@reader.example'), yes)
    await outbox.send({ ...outgoing('ann@reader.example'), editionId: 'ed-2' }, yes)
    await writeFile(join(dir, 'ed-1', '.d-eve.eml.partial'), 'half')
    await writeFile(join(dir, 'notes.txt'), 'not ours')
    const ids = (entries: { editionId: string; deliveryId: string }[]) =>
      entries.map(({ editionId, deliveryId }) => `${editionId}/${deliveryId}`).sort()
    expect(ids(await listOutbox(dir))).toEqual(['ed-1/d-ann', 'ed-1/d-ben', 'ed-2/d-ann'])
    expect(ids(await listOutbox(dir, 'ed-2'))).toEqual(['ed-2/d-ann'])
    expect(await listOutbox(dir, '..')).toEqual([])
    expect(await listOutbox(join(dir, 'absent'))).toEqual([])
  })

  test('a mail that is not there, is too large or is a folder is none', async () => {
    await mkdir(join(dir, 'ed-1', 'folder.eml'), { recursive: true })
    await writeFile(join(dir, 'ed-1', 'big.eml'), Buffer.alloc(6_000_000, 'a'))
    for (const id of ['absent', 'folder', 'big'])
      expect(await readOutbox(dir, 'ed-1', id)).toBeNull()
  })

  test('a link out of the outbox is not followed', async () => {
    await writeFile(join(dir, 'secret'), 'Subject: secret\r\n\r\nkeep out')
    await mkdir(join(dir, 'box', 'ed-1'), { recursive: true })
    await symlink(join(dir, 'secret'), join(dir, 'box', 'ed-1', 'link.eml'))
    expect(await readOutbox(join(dir, 'box'), 'ed-1', 'link')).toBeNull()
    expect(await listOutbox(join(dir, 'box'))).toEqual([])
  })
})
