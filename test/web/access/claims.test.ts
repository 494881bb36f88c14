import { devNull } from 'node:os'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config.ts'
import { scopesOf } from '../../../src/io/oidc.ts'
import { namesOfClaims, roleOfClaims } from '../../../src/web/access/claims.ts'

const PROVIDER = {
  OIDC_ISSUER: 'https://login.example',
  OIDC_CLIENT_ID: 'dose',
  OIDC_CLIENT_SECRET: 'secret',
}
const rulesOf = (OIDC_ROLES: string) =>
  loadConfig({ ...PROVIDER, OIDC_ROLES }, devNull).config.OIDC_ROLES
const claimsOf = (more: object) => ({ iss: 'https://login.example', sub: '7', ...more })

describe('a role', () => {
  const RULES = rulesOf(
    'groups=urn:x:desk:editor, groups=ops:operator,groups=all:viewer,vip=true:admin',
  )

  test.each([
    [{ groups: ['all', 'ops', 'urn:x:desk'] }, 'operator'],
    [{ groups: 'urn:x:desk' }, 'editor'],
    [{ groups: ['all'], vip: true }, 'admin'],
    [{ groups: ['ops2', 'OPS'] }, null],
    [{ groups: [['ops']], vip: 'yes' }, null],
    [{ groups: { ops: true }, other: 'ops' }, null],
    [{}, null],
  ])('of %j is %s', (claims, role) => {
    expect(roleOfClaims(RULES, claimsOf(claims))).toBe(role)
  })
})

describe('the name of an account', () => {
  test.each([
    [{ preferred_username: 'Anna.B', email: 'a@b.example' }, ['anna.b']],
    [{ email: 'Anna@Paper.example' }, ['anna@paper.example']],
    [{ preferred_username: '  <b>Zoë ' }, ['b-zo-']],
    [{ preferred_username: 'ADMIN' }, []],
    [{ preferred_username: 7 }, []],
  ])('for %j: %j, else one of its own', (claims, nice) => {
    const names = namesOfClaims(claimsOf(claims))
    expect(names.slice(0, -1)).toEqual(nice)
    expect(names.at(-1)).toMatch(/^[a-z0-9][a-z0-9._@+-]{0,54}-[0-9a-f]{8}$/)
  })

  test('is another one for the same words of another issuer', () => {
    const [here, there] = [claimsOf({}), { ...claimsOf({}), iss: 'https://other.example' }]
    expect(namesOfClaims(here)).not.toEqual(namesOfClaims(there))
  })
})

describe('settings that will not do are named', () => {
  test.each([
    [{ ...PROVIDER }, /go together/],
    [{ OIDC_ROLES: 'groups=ops:operator' }, /go together/],
    [{ ...PROVIDER, OIDC_ROLES: 'groups=ops:boss' }, /claim=value:role, with a role of viewer/],
    [{ ...PROVIDER, OIDC_ROLES: 'ops:operator' }, /claim=value:role/],
    [{ ...PROVIDER, OIDC_ISSUER: 'login', OIDC_ROLES: 'a=b:viewer' }, /OIDC_ISSUER/],
  ])('%j', (env, message) => {
    expect(() => loadConfig(env, devNull)).toThrow(message)
  })

  test('and the secret is shown nowhere', () => {
    const { rows } = loadConfig({ ...PROVIDER, OIDC_ROLES: 'a=b:viewer' }, devNull)
    expect(rows.find(({ name }) => name === 'OIDC_CLIENT_SECRET')?.value).toBe('(hidden)')
  })
})

test('scopes: those that a provider knows of what the rules need', () => {
  expect(scopesOf(['groups', 'groups'])).toEqual(['openid', 'profile', 'email'])
  expect(scopesOf(['groups'], ['openid', 'email', 'groups'])).toEqual(['openid', 'email', 'groups'])
})
