// Files as text, put in by rolldown.config.js: of a .wasm its gzipped bytes in base64.
declare module "embedded:*" {
  const text: string;
  export default text;
}
