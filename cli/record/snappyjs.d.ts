/** The part of snappyjs that is used; the package brings no types. */
declare module 'snappyjs' {
  /** @throws on bytes that are not snappy's raw format, or that would become larger than `maxLength` */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array
  export function compress(raw: Uint8Array): Uint8Array
}
