import { describe, expect, test } from 'vitest'
import { isOpinion } from '../../src/story/opinion.ts'

describe('isOpinion', () => {
  test.each([
    { title: 'OPINION: Build the bridge' },
    { title: 'Opinion | Build the bridge' },
    { title: 'Editorial: A bridge too late' },
    { title: 'FINLEY: A bridge too late' },
    { title: 'A bridge too late - Opinion' },
    { title: 'Op-ed by Ada Lind: build the bridge' },
    { title: 'A bridge too late', url: 'https://orbit.example/2026/opinion/bridge' },
    { title: 'A bridge too late', url: 'https://orbit.example/commentisfree/bridge' },
  ])('$title $url', ({ title, url }) => {
    expect(isOpinion(title, url)).toBe(true)
  })

  test.each([
    { title: 'Bridge reopens' },
    { title: 'Court: bridge may stay open' },
    { title: 'NATO: Bridge may stay open' },
    { title: 'Opinion polls favour the bridge', url: 'https://orbit.example/bridge-opinion-polls' },
  ])('$title is news', ({ title, url }) => {
    expect(isOpinion(title, url)).toBe(false)
  })
})
