/** A flow: one logs in, and each request takes from an answer what it needs. Its limits are in login.thresholds.json, beside it. */
import { endpoint, plan } from 'loadgate'

const login = endpoint({
  name: 'login',
  method: 'POST',
  path: '/auth/token',
  auth: false,
  body: { grant_type: 'password', username: 'loadgate', password: 'loadgate-password' },
  expect: { status: [200], json: { token_type: 'Bearer' } },
  take: { token: 'access_token' },
})

const register = endpoint({
  name: 'register',
  method: 'POST',
  path: '/api/v1/integration/webhooks',
  auth: false,
  headers: { Authorization: 'Bearer {token}' },
  body: { url: 'internal:sink', events: ['order.created'] },
  expect: { status: [201], json: { url: 'internal:sink' } },
  take: { webhook: 'id' },
})

const look = endpoint({
  name: 'look',
  method: 'GET',
  path: '/api/v1/integration/webhooks/{webhook}/stats',
  auth: false,
  headers: { Authorization: 'Bearer {token}' },
  expect: { status: [200], json: { id: '{webhook}' } },
})

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'login',
  description: 'Log in, make something, look at it',
  endpoints: [login, register, look],
  profiles: {
    smoke: { rate: 150, duration: 5 },
    ci: { rate: 150, duration: 10 },
    production: { rate: 300, duration: 60 },
  },
  windows: ({ rate, duration }) => [
    { name: 'flow', duration, sequence: ['login', 'register', 'look'], load: { model: 'open', rate } },
  ],
})
