/**
 * Talking to the server. The token is kept here, in the memory of this tab, and nowhere else.
 */

let token = ''

export function useToken(given) {
  token = given
}

/** What a route answers; throws an error with the problem's own words. */
export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    credentials: 'omit',
    headers: {
      ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  if (response.ok) return answer
  throw Object.assign(new Error(answer.detail ?? 'the request failed'), { status: response.status })
}

/** Calls `heard` with each list of approvals until the signal aborts; comes back after the connection broke. */
export async function listen(heard, lost, signal) {
  while (!signal.aborted) {
    try {
      await read(heard, signal)
    } catch (error) {
      if (signal.aborted) return
      lost(error)
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

async function read(heard, signal) {
  const response = await fetch('/v1/events', {
    headers: { Authorization: `Bearer ${token}` },
    cache: 'no-store',
    credentials: 'omit',
    signal,
  })
  if (!response.ok) throw Object.assign(new Error((await response.json()).detail), { status: response.status })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) throw new Error('the connection ended')
    const events = (rest + value).split('\n\n')
    rest = events.pop()
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1]
      if (data !== undefined) heard(JSON.parse(data))
    }
  }
}
