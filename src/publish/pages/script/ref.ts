// From a transaction number to the reference under which the ledger holds the payment
// (ledger-spec.md, section 4).

import { sha256 } from "./hash.ts";
import { toBase64Url, utf8 } from "./bytes.ts";

/** The reference of a payment, in base64url. */
export function reference(origin: string, channel: string, key: string): string {
  const digest = sha256(utf8(`yishan/ref/v1\n${origin}\n${channel}\n${key}\n`));
  return toBase64Url(digest.subarray(0, 16));
}

/** WeChat's numbers of payments and refunds, and Alipay's, which begin with the day. */
const WECHAT = /^(?:4200|1000)\d{20,28}$/;
const WECHAT_REFUND = /^50\d{24,30}$/;
const ALIPAY = /^20[2-9]\d(?:0[1-9]|1[0-2])\d{18,26}$/;

/** The channels that a number may be of, the likeliest first. */
export function channels(number: string, own: string[]): string[] {
  if (WECHAT.test(number)) return ["wechat", ...own];
  if (WECHAT_REFUND.test(number)) return ["wechat-refund", "wechat", ...own];
  if (ALIPAY.test(number)) return ["alipay", "alipay-refund", ...own];
  return ["paper", ...own, "wechat", "alipay", "bank", "cash"];
}
