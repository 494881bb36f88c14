import { expect, test } from 'vitest'
import { z } from 'zod'
import { createActions, unpackForm } from '../../../src/web/dashboard/action.ts'
import { inputOfForm } from '../../../src/web/dashboard/form.ts'

const schema = z.object({
  name: z.string(),
  size: z.union([z.number(), z.string()]).optional(),
  times: z.number().default(1),
  open: z.boolean().optional(),
  articles: z.array(z.string()).optional(),
  topics: z.union([z.array(z.string()), z.string()]).optional(),
})

test('a form brings what a command takes, and nothing else', () => {
  const form = {
    name: 'Morning',
    size: '12',
    times: '2',
    open: 'yes',
    articles: 'a1',
    topics: ['science', 'health'],
    token: 'of the form',
    _back: '/admin',
    state: 'not asked for',
  }
  expect(inputOfForm(schema, form)).toEqual({
    name: 'Morning',
    size: '12',
    times: 2,
    open: true,
    articles: ['a1'],
    topics: 'science,health',
  })
})

test('what was left empty is left out, and a form without fields brings nothing', () => {
  expect(inputOfForm(schema, { name: '', articles: ['', 'a2'] })).toEqual({ articles: ['a2'] })
  expect(inputOfForm(schema, undefined)).toEqual({})
})

test('of several buttons in one form, the inputs of the one pressed count', () => {
  const { bulk } = createActions(() => true)
  const [topics] = bulk('source set', 'Topics', 'source', {}, { name: 'topics', hint: '' })
  const [pause] = bulk('source set', 'Pause', 'source', { state: 'paused' })
  const form = { _ids: ['s1', 's2'], _ask_topics: 'science', state: 'forged' }
  expect(unpackForm({ ...form, _with: topics?.packed })).toEqual({
    _each: 'source',
    _ids: ['s1', 's2'],
    topics: 'science',
  })
  expect(unpackForm({ ...form, _with: pause?.packed })).toEqual({
    _each: 'source',
    _ids: ['s1', 's2'],
    state: 'paused',
  })
})

test('who may not run a command sees no button for it', () => {
  const { button, bulk } = createActions((command) => command !== 'source remove')
  expect(button('source remove', 'Remove', { source: 's1' })).toBeNull()
  expect(bulk('source remove', 'Remove', 'source', {})).toEqual([])
  expect(button('source fetch', 'Read now', { source: 's1' })?.url).toBe('/admin/do/source/fetch')
})
