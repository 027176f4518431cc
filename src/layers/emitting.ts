// What a layer of one's own needs besides the plan's methods, to say which of the kernel's functions is
// meant. The layers here name the codes themselves.

import * as abi from "../../assembly/abi.ts";
import {
  type Activation,
  type ActivationName,
  activations,
  resolveActivation,
} from "../activations/index.ts";
import type { ActivationCode } from "../plan/builder.ts";

/**
 * What `plan.combine` makes of a and b, element by element: their sum, each times its `scale`; their product;
 * the greater, the lesser.
 */
export const combineKinds = {
  sum: abi.COMBINE_SUM,
  product: abi.COMBINE_PRODUCT,
  maximum: abi.COMBINE_MAXIMUM,
  minimum: abi.COMBINE_MINIMUM,
} as const;

/**
 * An activation as `plan.activation` and `plan.activationGradient` take it. `gradientFrom` says whether the
 * latter wants the function's output as `aux`, or its input.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function activationCode(
  it: ActivationName | Activation,
): ActivationCode & { readonly gradientFrom: "output" | "input" } {
  const { name, alpha } = resolveActivation("activationCode", it);
  const { code, elementwise, gradientFrom } = activations[name];
  return { code, alpha, elementwise, gradientFrom };
}
