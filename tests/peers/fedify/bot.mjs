// A small server on Fedify that no one of Balai wrote the federation of: one actor, `bot`, that
// follows, posts into groups, and keeps what it receives. Balai's tests drive it over control
// routes; it listens on loopback only. See README.md beside this file for routes and settings.

import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import {
  Accept, Activity, Announce, Create, Delete, Endpoints, Follow, Like, Mention, Note, Person,
  PUBLIC_COLLECTION, Reject, Tombstone, Undo, Update,
} from "@fedify/vocab";
import { getRequestListener } from "@hono/node-server";
import { Temporal } from "@js-temporal/polyfill";
import { cameIn, incoming, outgoing, signatureForm, watchOutgoing } from "./traffic.mjs";

const settings = {
  port: Number(process.env.PORT ?? 0),
  firstKnock: process.env.FIRST_KNOCK ?? "rfc9421",
  // The one signature form that the inbox takes; any other is answered with 401, so that the
  // sender has to knock a second time. Empty: both.
  acceptOnly: process.env.ACCEPT_ONLY ?? "",
  // What NodeInfo says: receiving software decides which form of announce a group sends.
  software: process.env.SOFTWARE ?? "fedify-bot",
};
const NAME = "bot";

watchOutgoing();
if (process.env.END_WITH_INPUT) process.stdin.resume().on("end", () => process.exit(0));

const notes = new Map();
const followers = new Map();
let received = [];
let federation;
let origin;

const keys = [
  await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"),
  await generateCryptoKeyPair("Ed25519"),
];

function build() {
  const made = createFederation({
    kv: new MemoryKvStore(),
    origin,
    // Loopback is a private address; a server in the wild would refuse it.
    allowPrivateAddress: true,
    firstKnock: settings.firstKnock,
  });
  made.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: settings.software, version: "1.0.0" },
    protocols: ["activitypub"],
    usage: { users: { total: 1 }, localPosts: notes.size, localComments: 0 },
  }));
  made
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      if (identifier !== NAME) return null;
      const pairs = await ctx.getActorKeyPairs(identifier);
      return new Person({
        id: ctx.getActorUri(identifier),
        preferredUsername: NAME,
        name: "Bot",
        summary: "A visitor from another server",
        url: new URL(`/@${NAME}`, origin),
        inbox: ctx.getInboxUri(identifier),
        outbox: ctx.getOutboxUri(identifier),
        followers: ctx.getFollowersUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        publicKey: pairs[0].cryptographicKey,
        assertionMethods: pairs.map((pair) => pair.multikey),
        published: Temporal.Instant.from("2026-01-01T00:00:00Z"),
      });
    })
    .setKeyPairsDispatcher((_, identifier) => (identifier === NAME ? keys : []));
  made.setOutboxDispatcher("/users/{identifier}/outbox", (_, identifier) =>
    identifier === NAME ? { items: [...notes.values()].map(({ activity }) => activity) } : null);
  made.setFollowersDispatcher("/users/{identifier}/followers", (_, identifier) =>
    identifier === NAME ? { items: [...followers.values()] } : null);
  made.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (_, { id }) =>
    notes.get(id)?.note ?? null);
  listen(made);
  return made;
}

/** Writes down whatever comes in verified, and accepts every follow. */
function listen(made) {
  const inbox = made.setInboxListeners("/users/{identifier}/inbox", "/inbox");
  for (const kind of [Accept, Reject, Announce, Create, Update, Delete, Undo, Like]) {
    inbox.on(kind, (_, activity) => note(activity, true));
  }
  inbox.on(Follow, async (ctx, follow) => {
    await note(follow, true);
    const who = await follow.getActor(ctx);
    if (who?.id == null) return;
    followers.set(who.id.href, { id: who.id, inboxId: who.inboxId, endpoints: who.endpoints });
    const accept = new Accept({
      id: new URL(`#accepts/${randomUUID()}`, ctx.getActorUri(NAME)),
      actor: ctx.getActorUri(NAME),
      to: who.id,
      object: follow,
    });
    await ctx.sendActivity({ identifier: NAME }, who, accept);
  });
  inbox.on(Activity, (_, activity) => note(activity, true));
  inbox.onUnverifiedActivity((_, activity, reason) => note(activity, false, reason));
  inbox.onError((_, error) => {
    received.push({ type: "error", verified: false, error: String(error) });
  });
  inbox.setSharedKeyDispatcher(() => ({ identifier: NAME }));
}

async function note(activity, verified, reason) {
  const json = await activity.toJsonLd();
  const request = current.get(json.id) ?? null;
  received.push({
    type: json.type,
    id: json.id,
    actor: activity.actorId?.href ?? null,
    objectType: typeof json.object === "object" ? (json.object?.type ?? null) : null,
    objectId: activity.objectId?.href ?? null,
    verified,
    reason: reason === undefined ? null : JSON.stringify(reason),
    form: request?.form ?? null,
    inbox: request?.inbox ?? null,
    activity: json,
  });
}

/** How the activity with this id came: its request is not known to the library's listeners. */
const current = new Map();

async function remember(request) {
  const text = await request.clone().text();
  try {
    const { id } = JSON.parse(text);
    const form = signatureForm(request.headers);
    current.set(id, { form, inbox: new URL(request.url).pathname });
  } catch {
    // Not JSON: the library refuses it in its own words.
  }
}

async function answer(request) {
  const url = new URL(request.url);
  if (url.pathname.startsWith("/control/")) return await control(request, url.pathname);
  const toInbox = request.method === "POST" && url.pathname.endsWith("/inbox");
  if (toInbox) {
    const form = signatureForm(request.headers);
    if (settings.acceptOnly !== "" && form !== settings.acceptOnly) {
      cameIn(request, 401);
      return new Response("this server takes another form of signature", { status: 401 });
    }
    await remember(request);
  }
  try {
    const reply = await federation.fetch(request, { contextData: undefined });
    cameIn(request, reply.status);
    return reply;
  } catch (error) {
    console.error(request.method, request.url, error);
    cameIn(request, 500);
    return new Response("failed", { status: 500 });
  }
}

/** A member of another server, as she acts through her own. */
const acts = {
  async follow(ctx, { actor }) {
    const whom = await look(ctx, actor);
    const follow = new Follow({
      id: new URL(`#follows/${randomUUID()}`, ctx.getActorUri(NAME)),
      actor: ctx.getActorUri(NAME),
      object: whom.id,
      to: whom.id,
    });
    await ctx.sendActivity({ identifier: NAME }, whom, follow);
    return { id: follow.id.href };
  },

  async unfollow(ctx, { actor, id }) {
    const whom = await look(ctx, actor);
    const me = ctx.getActorUri(NAME);
    const undo = new Undo({
      id: new URL(`#undoes/${randomUUID()}`, me),
      actor: me,
      to: whom.id,
      object: new Follow({ id: new URL(id), actor: me, object: whom.id }),
    });
    await ctx.sendActivity({ identifier: NAME }, whom, undo);
    return { id: undo.id.href };
  },

  async post(ctx, { group, text, inReplyTo, title }) {
    const me = ctx.getActorUri(NAME);
    const id = randomUUID();
    const to = group === undefined ? [] : [await look(ctx, group)];
    const parent = inReplyTo === undefined ? null : await look(ctx, inReplyTo);
    const author = await parent?.getAttribution(await signed(ctx));
    if (author?.id != null && to.every((one) => one.id.href !== author.id.href)) to.push(author);
    const shared = {
      tos: [PUBLIC_COLLECTION],
      ccs: [...to.map((one) => one.id), ctx.getFollowersUri(NAME)],
      audience: group === undefined ? undefined : to[0].id,
    };
    const post = new Note({
      id: ctx.getObjectUri(Note, { identifier: NAME, id }),
      url: new URL(`/@${NAME}/${id}`, origin),
      attribution: me,
      name: title,
      content: `<p>${escape(text)}</p>`,
      mediaType: "text/html",
      published: Temporal.Now.instant(),
      replyTarget: parent?.id,
      tags: to.map((one) => new Mention({ href: one.id, name: `@${one.preferredUsername}@${one.id.host}` })),
      ...shared,
    });
    const create = new Create({
      id: new URL(`#creates/${id}`, me),
      actor: me,
      object: post,
      published: post.published,
      ...shared,
    });
    notes.set(id, { note: post, activity: create, to });
    await ctx.sendActivity({ identifier: NAME }, [...to, ...followers.values()], create);
    return { id: post.id.href, activity: create.id.href };
  },

  async edit(ctx, { id, text }) {
    const [key, known] = kept(id);
    const me = ctx.getActorUri(NAME);
    const changed = known.note.clone({
      content: `<p>${escape(text)}</p>`,
      updated: Temporal.Now.instant(),
    });
    notes.set(key, { ...known, note: changed });
    const update = new Update({
      id: new URL(`#updates/${randomUUID()}`, me),
      actor: me,
      object: changed,
      tos: [PUBLIC_COLLECTION],
      ccs: known.to.map((one) => one.id),
    });
    await ctx.sendActivity({ identifier: NAME }, [...known.to, ...followers.values()], update);
    return { id: update.id.href };
  },

  async delete(ctx, { id }) {
    const [key, known] = kept(id);
    const me = ctx.getActorUri(NAME);
    notes.delete(key);
    const remove = new Delete({
      id: new URL(`#deletes/${randomUUID()}`, me),
      actor: me,
      object: new Tombstone({ id: known.note.id }),
      tos: [PUBLIC_COLLECTION],
      ccs: known.to.map((one) => one.id),
    });
    await ctx.sendActivity({ identifier: NAME }, [...known.to, ...followers.values()], remove);
    return { id: remove.id.href };
  },

  async like(ctx, { object }) {
    const me = ctx.getActorUri(NAME);
    const liked = await look(ctx, object);
    const author = await liked.getAttribution(await signed(ctx));
    const like = new Like({
      id: new URL(`#likes/${randomUUID()}`, me),
      actor: me,
      object: liked.id,
      to: author.id,
    });
    await ctx.sendActivity({ identifier: NAME }, author, like);
    return { id: like.id.href };
  },

  /** A signed GET, and what Fedify understood of the answer. */
  async lookup(ctx, { url }) {
    return await (await look(ctx, url)).toJsonLd({ format: "compact" });
  },

  /** The document as it came. */
  async fetch(ctx, { url }) {
    const { documentLoader } = await signed(ctx);
    return (await documentLoader(url)).document;
  },
};

const shown = {
  received: () => received,
  requests: () => incoming,
  sent: () => outgoing,
  followers: () => [...followers.keys()],
};

async function control(request, path) {
  const name = path.slice("/control/".length);
  try {
    if (request.method === "GET" && Object.hasOwn(shown, name)) return Response.json(shown[name]());
    if (request.method === "POST" && name === "clear") {
      received = [];
      incoming.length = 0;
      outgoing.length = 0;
      return Response.json({});
    }
    if (request.method === "POST" && Object.hasOwn(acts, name)) {
      const ctx = federation.createContext(new URL(origin), undefined);
      return Response.json(await acts[name](ctx, await request.json()));
    }
    return Response.json({ error: `no route ${request.method} ${path}` }, { status: 404 });
  } catch (error) {
    return Response.json({ error: String(error?.stack ?? error) }, { status: 502 });
  }
}

async function signed(ctx) {
  return { documentLoader: await ctx.getDocumentLoader({ identifier: NAME }) };
}

async function look(ctx, url) {
  const found = await ctx.lookupObject(url, await signed(ctx));
  if (found?.id == null) throw new Error(`nothing found at ${url}`);
  return found;
}

function kept(id) {
  const key = new URL(id).pathname.split("/").at(-1);
  const known = notes.get(key);
  if (known === undefined) throw new Error(`no post ${id}`);
  return [key, known];
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const server = createServer(getRequestListener(answer, { hostname: "127.0.0.1" }));
server.listen(settings.port, "127.0.0.1", () => {
  origin = process.env.ORIGIN ?? `http://127.0.0.1:${server.address().port}`;
  federation = build();
  console.log(`ready: ${origin}`);
});
