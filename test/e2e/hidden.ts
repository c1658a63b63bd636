/** A secret to plant, and whether it or anything like it stands in a text. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** With signs that URLs and JSON write in other ways. */
export const SECRET = 'pl4nted/S3cret+9a&="z'
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/

/** Forms that a gateway may give to a secret, so that a search for the secret itself does not find it. */
export const clothesOf = (secret: string): string[] => {
  const hex = Buffer.from(secret).toString('hex')
  const base64 = Buffer.from(secret).toString('base64')
  return [
    base64,
    Buffer.from(`a${secret}`).toString('base64'),
    Buffer.from(base64).toString('base64'),
    hex,
    hex.toUpperCase(),
    hex.replace(/../g, '%$&'),
    encodeURIComponent(encodeURIComponent(secret)),
    hex.replace(/../g, '\\u00$&'),
    Array.from(secret, (character) => `&#${character.charCodeAt(0)};`).join(''),
    secret.toUpperCase(),
    [...secret].reverse().join(''),
    [...secret].join(' '),
  ]
}

/** As it stands, and as it could stand elsewhere. */
const formsOf = (secret: string): string[] => {
  const base64 = [secret, `ann:${secret}`, `:${secret}`].map((text) => Buffer.from(text).toString('base64').replace(/=+$/, ''))
  const json = JSON.stringify(secret).slice(1, -1)
  // Go writes & so.
  return [
    secret,
    encodeURIComponent(secret),
    json,
    json.replaceAll('&', '\\u0026'),
    ...base64,
    Buffer.from(secret).toString('base64url'),
    ...clothesOf(secret),
  ]
}

export function assertHidden(where: string, text: string, secrets: readonly string[]): void {
  for (const form of secrets.flatMap(formsOf)) {
    const at = text.indexOf(form)
    assert.ok(at < 0, `${where} has ${form}: …${text.slice(Math.max(0, at - 200), at + form.length + 20)}`)
  }
  assert.doesNotMatch(text, JWT, where)
}

export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

export function assertNothingIn(folder: string, secrets: readonly string[]): void {
  for (const file of filesIn(folder)) assertHidden(file, readFileSync(file, 'latin1'), secrets)
}
