// Starts the page: the run that the address asks for, or the default one.

import { mount } from "svelte";
import App from "./App.svelte";
import { readAddress } from "./share/address.svelte.ts";
import "./styles/tokens.css";
import "./styles/base.css";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
mount(App, { target, props: { address: await readAddress() } });

// After the page is there: what it needs first must not wait for what it needs offline.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  const register = () => void navigator.serviceWorker.register("./service-worker.js");
  // Reading a link can take longer than loading the page.
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
