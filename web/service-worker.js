// Lets the page run offline after the first visit. The build fills in the version and the files.

const CACHE = `layerwise-${__VERSION__}`;
const FILES = __FILES__;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      await cache.addAll(FILES);
      await self.skipWaiting();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      const old = names.filter((name) => name.startsWith("layerwise-") && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    }),
  );
});

// The page itself comes from the network where there is one, so that a new version is seen at once; its
// files carry their hash in the name.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  // Hosts vary answers by headers that make no difference to these files.
  const cached = () => caches.match(request, { ignoreSearch: true, ignoreVary: true });
  event.respondWith(
    request.mode === "navigate"
      ? fetch(request).catch(
          async () => (await cached()) ?? (await caches.match("./", { ignoreVary: true })),
        )
      : cached().then((found) => found ?? fetch(request)),
  );
});
