/** Tag `name` of the event streams that a script holds open: how long one was held says nothing of how quickly it was answered. */
export const HELD_STREAM = 'stream'
