// What went over the wire, in both directions: which signature form each request had and how it
// was answered. Only the bot's control routes read it; nothing here decides anything.

const RFC9421 = "rfc9421";
const CAVAGE = "draft-cavage-http-signatures-12";

/** The signature form of a request's headers, or null where it is not signed. */
export function signatureForm(headers) {
  if (headers.has("signature-input")) return RFC9421;
  return headers.has("signature") ? CAVAGE : null;
}

/** What the signature covers, as the sender wrote it. */
function coverage(headers) {
  return headers.get("signature-input") ?? headers.get("signature");
}

function entry(request, status) {
  const url = new URL(request.url);
  return {
    method: request.method,
    url: request.url,
    path: url.pathname,
    form: signatureForm(request.headers),
    coverage: coverage(request.headers),
    contentDigest: request.headers.get("content-digest"),
    digest: request.headers.get("digest"),
    status,
  };
}

/** Requests that came in, oldest first, with the status they were answered with. */
export const incoming = [];

/** Requests that went out, oldest first, with the status they were answered with. */
export const outgoing = [];

const longest = 2000;

function keep(list, item) {
  list.push(item);
  if (list.length > longest) list.shift();
}

export function cameIn(request, status) {
  keep(incoming, entry(request, status));
}

/** From here on every request that the library sends is written down. */
export function watchOutgoing() {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    // Only looked at: making a Request of a Request would use up its body.
    const request = {
      method: init?.method ?? input.method ?? "GET",
      url: String(input.url ?? input),
      headers: new Headers(init?.headers ?? input.headers),
    };
    const noted = entry(request, null);
    keep(outgoing, noted);
    const answer = await send(input, init);
    noted.status = answer.status;
    return answer;
  };
}
