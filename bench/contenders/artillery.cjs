/** Ends each user of Artillery when the time of the run is over; SECONDS is set by the bench. */
const seconds = Number(process.env.SECONDS)

module.exports = {
  untilTheEnd(context, next) {
    context.vars.ends ??= Date.now() + seconds * 1000
    next(Date.now() < context.vars.ends)
  },
}
