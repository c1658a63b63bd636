import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses } from '../refuses.ts'
import { targetWith } from './bound-target.ts'

const lacking = (endpoints: object) => targetWith(endpoints).lacking

test('parts that a gateway does without are listed', () => {
  assert.deepEqual(lacking({ websocket: { socket: { first: false, ping: false, subscriptions: false } } }), [
    'websocket greeting',
    'websocket pings',
    'websocket subscriptions',
    'websocket event lag',
  ])
  assert.deepEqual(lacking({ websocket: { socket: { sent_at: false } } }), ['websocket event lag'])
  assert.deepEqual(lacking({ stream: { stream: { ids: false, sent_at: false } } }), [
    'stream ids',
    'stream resumption',
    'stream gaps',
  ])
  assert.deepEqual(lacking({ stream: { stream: { resume: false } } }), ['stream resumption'])
})

test('what one route lacks another may have', () => {
  const socket = { ping: false, subscriptions: false }
  assert.deepEqual(
    lacking({ websocket: { socket }, websocket_events: { path: '/e', socket: { ping: 'ping', subscriptions: true } } }),
    [],
  )
})

test('keys of WebSockets and streams stand where they belong', () => {
  refuses(
    () => targetWith({ health: { socket: {} } }),
    'targets/mine.json: endpoints.health.socket: health has no such key; only websocket and websocket_events can have it',
  )
  refuses(
    () => targetWith({ websocket: { stream: {} } }),
    'targets/mine.json: endpoints.websocket.stream: websocket has no such key; only stream can have it',
  )
  refuses(
    () => targetWith({ websocket: { socket: { pong_id: true } } }),
    'targets/mine.json: endpoints.websocket.socket.pong_id: unknown key; did you mean "ping_id"?',
  )
})

test('a target without sockets or streams lacks them whole; one whose events are elsewhere lacks the rest', () => {
  assert.deepEqual(lacking({ websocket: false, stream: false }), ['websocket', 'stream'])
  assert.deepEqual(lacking({ websocket: false, websocket_events: { path: '/e', socket: { subscriptions: true } } }), [
    'websocket',
    'websocket greeting',
    'websocket pings',
  ])
})
