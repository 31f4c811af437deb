import type { BoundArguments, Parameters } from '../call.ts';
import type { Dict, List, Value } from '../value.ts';

/** Lets `append`, `update` and their like change a copy that only this evaluation sees. */
interface Mutations {
  writableList(list: List): Value[];
  writableDict(dict: Dict): Map<Value, Value>;
  spend(steps: number): void;
}

/** A method that templates may call on a value of one type. */
export interface Method {
  readonly parameters: Parameters;
  call(self: Value, args: BoundArguments, mutations: Mutations): Value;
}

export type Methods = ReadonlyMap<string, Method>;
