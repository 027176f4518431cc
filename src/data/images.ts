// Data sets from image files. Browsers decode them; Node does with sharp or pngjs, if one of them is
// installed. Pixels become numbers from 0 to 1 of one size.

import { imageFolder } from "#platform";
import { STREAM_DATA } from "../../assembly/abi.ts";
import { fail, LayerwiseError } from "../errors.ts";
import { checkInteger, checkName, checkOptions, checkThat } from "../options.ts";
import { RandomStream, subStream } from "../random.ts";
import { Dataset } from "./dataset.ts";
import { type Pixels, resize } from "./resize.ts";

/** An image: a file's bytes, a Blob (a File is one), or pixels as a canvas gives them, 0 to 255. */
export type ImageSource =
  | Uint8Array
  | Blob
  | { readonly width: number; readonly height: number; readonly data: ArrayLike<number> };

export interface ImageOptions {
  /** [height, width] of the samples; images of other sizes are resized. */
  readonly size: readonly [height: number, width: number];
  /** 1: gray (by the luma of BT.601), 3: red, green, blue. What is transparent is not looked at. Default: 3. */
  readonly channels?: 1 | 3;
}

/** One image and the index of its class. */
export interface LabeledImage {
  readonly image: ImageSource;
  readonly label?: number;
}

/**
 * A data set of images, inputShape [height, width, channels], values from 0 to 1; with a label for each, it is
 * one of classification.
 * @throws LayerwiseError `imageFormat` for what can't be decoded, `emptyData`, `invalidArgument`, …
 */
export async function fromImages(
  images: readonly (ImageSource | LabeledImage)[],
  options: ImageOptions & { readonly classNames?: readonly string[] },
): Promise<Dataset> {
  const where = "fromImages";
  checkOptions(where, options, ["size", "channels", "classNames"]);
  const { classNames, ...shape } = options;
  checkThat(Array.isArray(images), where, "an array of images", images);
  const labeled = images.map((it): LabeledImage => (isLabeled(it) ? it : { image: it }));
  const labels = labeled.map((it) => it.label).filter((it) => it !== undefined);
  const all = labels.length === labeled.length;
  checkThat(
    all || labels.length === 0,
    where,
    "a label for every image, or for none",
    labels.length,
  );
  const features = await featuresOf(
    where,
    labeled.map((it) => ({ name: "", read: async () => it.image })),
    shape,
  );
  return datasetOf(where, features, shape, all ? labels : undefined, classNames);
}

/**
 * The images of a folder (Node): each folder in it is a class, in the order of their names, as Keras'
 * image_dataset_from_directory has it.
 * @throws LayerwiseError `fileUnreadable`, `imageFormat`, `invalidArgument`, `emptyData`
 */
export async function fromImageFolder(folder: string, options: ImageOptions): Promise<Dataset> {
  const where = "fromImageFolder";
  checkOptions(where, options, ["size", "channels"]);
  const { files, classNames } = await filesOf(where, folder);
  const features = await featuresOf(where, files, options);
  const labels = files.map((it) => it.label);
  return datasetOf(where, features, options, labels, classNames);
}

/** An image file of a folder. */
export interface ImageFile {
  readonly name: string;
  /** Index of its folder. */
  readonly label: number;
  read(): Promise<Uint8Array>;
}

/**
 * The same folder as a stream of batches for `fit`, for what does not fit in memory: files are read and
 * decoded as they are needed, the next batch while one is trained on.
 * @returns a function that starts an epoch; each visits the images in an order of its own, by the seed
 */
export async function streamImageFolder(
  folder: string,
  options: ImageOptions & { readonly batchSize?: number; readonly seed?: number },
): Promise<() => AsyncIterable<Dataset>> {
  const where = "streamImageFolder";
  checkOptions(where, options, ["size", "channels", "batchSize", "seed"]);
  const { batchSize = 32, seed = 0, ...shape } = options;
  checkInteger(where, "batchSize", batchSize, 1);
  const { files, classNames } = await filesOf(where, folder);
  let epoch = 0;
  return () => {
    const random = new RandomStream(seed, subStream(STREAM_DATA, 4096 + epoch++));
    const order = random.permutation(files.length);
    async function* batches() {
      for (let at = 0; at < files.length; at += batchSize) {
        const own = [...order.subarray(at, at + batchSize)].map((i) => files[i] as ImageFile);
        const features = await featuresOf(where, own, shape);
        const labels = own.map((it) => it.label);
        yield datasetOf(where, features, shape, labels, classNames);
      }
    }
    return prefetch(batches());
  };
}

/**
 * The same stream, of which the next `count` values (default 1) are made while one is used.
 * @throws LayerwiseError `invalidArgument`
 */
export async function* prefetch<T>(stream: AsyncIterable<T>, count = 1): AsyncGenerator<T> {
  checkInteger("prefetch", "count", count, 1);
  const values = stream[Symbol.asyncIterator]();
  const ahead: Promise<IteratorResult<T>>[] = [];
  const ask = () => {
    const next = values.next();
    // Whoever comes to it gets its error; nobody may have come yet.
    next.catch(() => {});
    ahead.push(next);
  };
  try {
    for (let i = 0; i <= count; i++) ask();
    for (;;) {
      const { value, done } = await (ahead.shift() as Promise<IteratorResult<T>>);
      if (done) return;
      ask();
      yield value;
    }
  } finally {
    await values.return?.();
  }
}

async function filesOf(where: string, folder: string) {
  const files = await imageFolder(where, folder);
  const classNames = [...new Set(files.map((it) => it.className))].sort();
  if (files.length === 0) throw fail("emptyData", { where: folder });
  return {
    classNames,
    files: files.map(({ name, className, read }) => ({
      name,
      label: classNames.indexOf(className),
      read,
    })),
  };
}

function isLabeled(it: ImageSource | LabeledImage): it is LabeledImage {
  return typeof it === "object" && it !== null && "image" in it;
}

async function featuresOf(
  where: string,
  files: readonly { readonly name: string; read(): Promise<ImageSource> }[],
  { size, channels = 3 }: ImageOptions,
): Promise<Float32Array> {
  const isPair = Array.isArray(size) && size.length === 2;
  checkThat(isPair, `${where}: size`, "[height, width]", size);
  const [height, width] = size;
  for (const it of size) checkInteger(where, "size", it, 1, 10_000);
  checkName(where, "channels", String(channels), ["1", "3"]);
  const sample = height * width * channels;
  const features = new Float32Array(files.length * sample);
  for (const [i, { name, read }] of files.entries()) {
    const pixels = await decode(await read(), name || `${where}: image ${i}`);
    const { data } = resize(withChannels(pixels, channels), width, height);
    for (let at = 0; at < sample; at++) features[i * sample + at] = (data[at] ?? 0) / 255;
  }
  return features;
}

function datasetOf(
  where: string,
  features: Float32Array,
  { size, channels = 3 }: ImageOptions,
  labels: readonly number[] | undefined,
  classNames: readonly string[] | undefined,
): Dataset {
  const task = labels ? "classification" : "regression";
  const targets = labels && Float32Array.from(labels);
  // One class alone is none.
  const names = classNames && classNames.length > 1 ? classNames : undefined;
  const fields = { features, targets, task, inputShape: [...size, channels], classNames: names };
  return new Dataset(fields as ConstructorParameters<typeof Dataset>[0], where);
}

/** Gray, or colors; transparency is dropped. */
function withChannels({ width, height, channels: from, data }: Pixels, channels: 1 | 3): Pixels {
  const out = new Float64Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const at = i * from;
    const color = (c: number) => data[at + (from < 3 ? 0 : c)] ?? 0;
    if (channels === 1) out[i] = 0.299 * color(0) + 0.587 * color(1) + 0.114 * color(2);
    else for (let c = 0; c < 3; c++) out[i * 3 + c] = color(c);
  }
  return { width, height, channels, data: out };
}

/** @throws LayerwiseError `imageFormat` */
async function decode(source: ImageSource, name: string): Promise<Pixels> {
  if (!(source instanceof Uint8Array) && "data" in source) return { ...source, channels: 4 };
  try {
    if (typeof createImageBitmap === "function") return await decodeHere(source);
    const bytes =
      source instanceof Uint8Array ? source : new Uint8Array(await source.arrayBuffer());
    return await decodeWithPackage(bytes);
  } catch (error) {
    if (error instanceof LayerwiseError) throw error;
    throw fail("imageFormat", {
      name,
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}

async function decodeHere(source: Uint8Array | Blob): Promise<Pixels> {
  const blob = source instanceof Uint8Array ? new Blob([new Uint8Array(source)]) : source;
  const bitmap = await createImageBitmap(blob, {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (context === null) throw new Error("there is no canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, channels: 4, data: context.getImageData(0, 0, width, height).data };
}

interface Sharp {
  default(bytes: Uint8Array): {
    raw(): { toBuffer(options: object): Promise<{ data: Uint8Array; info: Omit<Pixels, "data"> }> };
  };
}
interface Pngjs {
  readonly PNG: { readonly sync: { read(bytes: Uint8Array): Omit<Pixels, "channels"> } };
}

async function decodeWithPackage(bytes: Uint8Array): Promise<Pixels> {
  const sharp = await optional<Sharp>("sharp");
  if (sharp) {
    const { data, info } = await sharp.default(bytes).raw().toBuffer({ resolveWithObject: true });
    return { ...info, data };
  }
  const pngjs = await optional<Pngjs>("pngjs");
  if (pngjs) return { ...pngjs.PNG.sync.read(asBuffer(bytes)), channels: 4 };
  throw new Error("nothing here decodes images. Install sharp, or pngjs for PNG files alone");
}

/** As Node's own kind of bytes, which pngjs reads. */
function asBuffer(bytes: Uint8Array): Uint8Array {
  const { Buffer } = globalThis as { Buffer?: { from(bytes: Uint8Array): Uint8Array } };
  return Buffer?.from(bytes) ?? bytes;
}

/** A package that may be installed. Bundlers are not to look for it. */
async function optional<T>(name: string): Promise<T | undefined> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as T;
  } catch {
    return undefined;
  }
}
